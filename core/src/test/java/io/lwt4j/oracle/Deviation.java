package io.lwt4j.oracle;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A decided deviation from the original, with the predicate that recognises a case which touches
 * it. A predicate looks at nothing but the program, which it may run in another way, and the two
 * traces, so it holds for any file. It is asked only about a trace that differs from the golden
 * one.
 *
 * <p>Deviation D1 is not here: the golden files hold the traces that are right under it.
 */
enum Deviation {

    /**
     * Cancelling the result of {@code finalize} while its cleanup is pending: in the original this
     * cancels the cleanup, here never.
     *
     * <p>A case touches it if all of this holds:
     *
     * <ol>
     *   <li>a {@code finalize} of the program has a cleanup that ends with a named promise: every
     *       other cleanup is over when it returns, so nothing can cancel it;
     *   <li>the program can cancel: it has a {@code cancel}, {@code pick} or {@code npick};
     *   <li>the golden trace has the call of such a cleanup, and is the same as ours up to that
     *       line at least: there is nothing to cancel before it;
     *   <li>the program prints the golden trace when its {@code finalize} is run as the original
     *       defines it, by {@code try_bind} and {@code bind}: so the difference comes from this
     *       library's {@code eventually}, and from nothing else in the program.
     * </ol>
     */
    D4 {
        private static final Set<String> CANCELLING = Set.of("cancel", "pick", "npick");

        @Override
        boolean explains(OracleCase oracle, List<String> trace) {
            return statements(oracle, CANCELLING).findAny().isPresent()
                    && oracle.golden().stream()
                            .map(golden -> Verdict.commonStart(golden, trace))
                            .anyMatch(start -> callsCleanup(oracle, start))
                    && oracle.accepts(Interpreter.trace(oracle.program(), Finalize.AS_DEFINED));
        }

        private static boolean callsCleanup(OracleCase oracle, List<String> trace) {
            return statements(oracle, Set.of("finalize"))
                    .map(statement -> statement.operand(3))
                    .filter(cleanup -> cleanup.path("end").path(0).asText().equals("p"))
                    .anyMatch(cleanup -> trace.contains(cleanup.get("id").textValue() + "(())"));
        }

        private static Stream<Statement> statements(OracleCase oracle, Set<String> ops) {
            return Statement.flatten(oracle.program()).filter(s -> ops.contains(s.op()));
        }
    };

    abstract boolean explains(OracleCase oracle, List<String> trace);
}
