package io.lwt4j.oracle;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A decided deviation from the original. A trace that differs from the golden one is explained by
 * deviations if all of this holds:
 *
 * <ol>
 *   <li>the program prints the golden trace when it is run as the original would
 *       ({@link Way#original}), so that is understood;
 *   <li>our trace is the one that the program prints when it is run in that way with the deviations
 *       applied, so nothing else is different: the whole trace, or if {@link #D5} is touched, all
 *       lines before that;
 *   <li>the first line that differs is one from which on {@link #D5} is touched, or else the first
 *       line that differs when one other deviation is applied alone, which then is the cause.
 * </ol>
 *
 * <p>All of that is found from nothing but the program and the two traces, so it holds for any
 * file.
 */
enum Deviation {

    /**
     * A callback that throws on behalf of an operation makes the result a rejected promise. In the
     * original what it throws escapes from the operation if that calls it at once.
     *
     * <p>Of the promises' operations this is not seen here: the golden files hold the traces that
     * are right under this deviation, {@code bind} and its like inside of the streams' operations
     * included. It is seen where these call the callback themselves, for elements that are there:
     * {@code s.iter}, {@code s.fold}, {@code s.find}, {@code s.get_while} and their like; and for a
     * hook that {@code add_hook_or_exec} runs at once.
     */
    D1,

    /**
     * Cancelling the result of {@code finalize}, or of {@code with_switch}, while its cleanup is
     * pending: in the original this cancels the cleanup, here never.
     *
     * <p>Moreover, a case without {@code with_switch} touches it only if all of this holds:
     *
     * <ol>
     *   <li>a {@code finalize} of the program has a cleanup that ends with a named promise: every
     *       other cleanup is over when it returns, so nothing can cancel it;
     *   <li>the program can cancel: it has a {@code cancel}, {@code pick} or {@code npick};
     *   <li>the golden trace has the call of such a cleanup, and is the same as ours up to that
     *       line at least: there is nothing to cancel before it.
     * </ol>
     */
    D4 {
        private static final Set<String> CANCELLING = Set.of("cancel", "pick", "npick");

        @Override
        boolean isPossible(OracleCase oracle, List<String> commonStart) {
            return statements(oracle, CANCELLING).findAny().isPresent()
                    && (statements(oracle, Set.of("with_switch")).findAny().isPresent()
                            || cleanupWasCalled(oracle, commonStart));
        }

        private static boolean cleanupWasCalled(OracleCase oracle, List<String> commonStart) {
            return statements(oracle, Set.of("finalize"))
                    .map(statement -> statement.operand(3))
                    .filter(cleanup -> cleanup.path("end").path(0).asText().equals("p"))
                    .map(cleanup -> cleanup.get("id").textValue() + "(())")
                    .anyMatch(commonStart::contains);
        }

        private static Stream<Statement> statements(OracleCase oracle, Set<String> ops) {
            return Statement.flatten(oracle.program()).filter(s -> ops.contains(s.op()));
        }
    },

    /**
     * Each element of a stream goes to exactly one reader, and so does what it ends with. It is
     * touched from the moment on at which one of these happens in the original:
     *
     * <ul>
     *   <li>a read comes to an element to take it which another one has taken, or for which another
     *       one waits that came before: both get it. So does a read of many elements that has
     *       lost its place to others, which may find nothing there;
     *   <li>a bounded stream of size 0 has a push that waits and a read that waits;
     *   <li>a read comes to the end of a stream of {@code s.return_lwt} that was an error;
     *   <li>a function is asked for an element inside of its own call, by a read of its stream: it
     *       is called again, though it should not, and elements may be put behind the end;
     *   <li>a stream of {@code s.choose} that has failed fails again with the same error, as it
     *       does for ever; nobody gets what it has asked for.
     * </ul>
     */
    D5,

    /**
     * A condition gives back the mutex whatever is cancelled. In a pool nobody waits for
     * ever, it has not too many members, and its disposals are not cancelled.
     */
    D7,

    /**
     * What the producer of a stream throws rejects the read; in the original it escapes from it.
     */
    D10;

    /** Why our trace differs from the golden one; empty if there is no good reason. */
    static Optional<Deviation> explaining(OracleCase oracle, List<String> trace) {
        List<String> golden = run(oracle, Set.of()).trace();
        Run deviating = run(oracle, EnumSet.allOf(Deviation.class));
        int known = Verdict.commonStart(deviating.trace(), trace).size();
        boolean asKnown = known >= deviating.shared() || trace.equals(deviating.trace());
        if (!oracle.accepts(golden) || !asKnown) {
            return Optional.empty();
        }
        List<String> start = Verdict.commonStart(golden, trace);
        return start.size() >= deviating.shared()
                ? Optional.of(D5)
                : Stream.of(D1, D4, D7, D10)
                        .filter(d -> d.isPossible(oracle, start))
                        .filter(d -> Verdict.commonStart(
                                        golden, run(oracle, Set.of(d)).trace())
                                .equals(start))
                        .findFirst();
    }

    private static Run run(OracleCase oracle, Set<Deviation> applied) {
        return Interpreter.run(oracle.program(), Way.original(applied));
    }

    boolean isPossible(OracleCase oracle, List<String> commonStart) {
        return true;
    }
}
