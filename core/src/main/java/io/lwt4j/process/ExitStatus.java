package io.lwt4j.process;

import static java.util.Objects.requireNonNull;

/**
 * How a process ended: {@code Unix.process_status}.
 *
 * <p>Java hears of one number only, and so do shells: the exit code, or 128 and the number of the
 * signal that killed the process. So {@link Signaled} may also be a program that exited with such a
 * code, as a shell does whose last command was killed. There is no {@code WSTOPPED}: nobody waits
 * for a process that is only stopped.
 *
 * <p>Thread rule: any thread; a status never changes.
 */
public sealed interface ExitStatus permits ExitStatus.Exited, ExitStatus.Signaled {

    /** What is added to the number of a signal. */
    int SIGNALED = 128;

    /** The largest number of a signal. */
    int LARGEST_SIGNAL = 64;

    /**
     * The exit code, as Java and shells show it.
     *
     * @return the code
     */
    int code();

    /**
     * Whether the program says that all is well.
     *
     * @return whether the code is 0
     */
    default boolean isSuccess() {
        return code() == 0;
    }

    /**
     * The status that a code stands for.
     *
     * @param code the exit code, as of {@link Process#exitValue()}
     * @return {@link Signaled} for 129 to 192, else {@link Exited}
     */
    static ExitStatus of(int code) {
        return code > SIGNALED && code <= SIGNALED + LARGEST_SIGNAL
                ? new Signaled(OsSignal.of(code - SIGNALED))
                : new Exited(code);
    }

    /**
     * The program ended by itself: {@code WEXITED}.
     *
     * @param code the exit code
     */
    record Exited(int code) implements ExitStatus {

        /**
         * For people.
         *
         * @return the exit code, in words
         */
        @Override
        public String toString() {
            return "exit code " + code;
        }
    }

    /**
     * A signal ended the program, or it says so by its exit code: {@code WSIGNALED}.
     *
     * @param signal the signal
     */
    record Signaled(OsSignal signal) implements ExitStatus {

        /**
         * Refuses null.
         *
         * @param signal the signal
         */
        public Signaled {
            requireNonNull(signal, "signal");
        }

        @Override
        public int code() {
            return SIGNALED + signal.number();
        }

        /**
         * For people.
         *
         * @return the signal, in words
         */
        @Override
        public String toString() {
            return signal + " (exit code " + code() + ")";
        }
    }
}
