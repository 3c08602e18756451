package io.lwt4j.oracle;

import java.util.List;

/** What became of one case. */
sealed interface Verdict {

    /** Our trace is the golden one. */
    record Identical() implements Verdict {}

    /** The case needs a part of the format that cannot be run yet. */
    record Later() implements Verdict {}

    /** Our trace differs, as was decided. */
    record Deviates(Deviation deviation) implements Verdict {}

    /** Our trace differs, and is wrong. */
    record Differs(OracleCase oracle, List<String> trace) implements Verdict {

        /** The trace of a program that did not end is too long to be shown as a whole. */
        private static final int SHOWN = 200;

        String describe() {
            List<String> golden = oracle.expected();
            int line = commonStart(golden, trace).size();
            return String.join(
                    System.lineSeparator(),
                    "case     " + oracle.name(),
                    "rule     " + oracle.rule(),
                    "line     " + line,
                    "expected " + lineAt(golden, line),
                    "got      " + lineAt(trace, line),
                    "golden   " + golden,
                    "ours     " + trace.subList(0, Math.min(trace.size(), line + SHOWN)));
        }

        private static String lineAt(List<String> trace, int line) {
            return line < trace.size() ? trace.get(line) : "(the end)";
        }
    }

    static Verdict of(OracleCase oracle) {
        if (!Parts.support(oracle.parts())) {
            return new Later();
        }
        List<String> trace = Interpreter.run(oracle.program(), Way.LIBRARY).trace();
        if (oracle.accepts(trace)) {
            return new Identical();
        }
        return Deviation.explaining(oracle, trace)
                .<Verdict>map(Deviates::new)
                .orElseGet(() -> new Differs(oracle, trace));
    }

    /** The lines before the first one that is not the same in both. */
    static List<String> commonStart(List<String> golden, List<String> trace) {
        int most = Math.min(golden.size(), trace.size());
        int line = 0;
        while (line < most && golden.get(line).equals(trace.get(line))) {
            line++;
        }
        return golden.subList(0, line);
    }
}
