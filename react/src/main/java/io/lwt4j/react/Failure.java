package io.lwt4j.react;

/** What a node has in place of a value after a function threw. */
final class Failure {

    final Throwable cause;

    /** Whether an observer has been told, so that the handler of the graph need not be. */
    boolean heard;

    Failure(Throwable cause) {
        this.cause = cause;
    }

    /** What whoever reads the value gets. */
    RuntimeException raise() {
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException(cause);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Failure failure && failure.cause == cause;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(cause);
    }

    @Override
    public String toString() {
        return "failed: " + cause;
    }
}
