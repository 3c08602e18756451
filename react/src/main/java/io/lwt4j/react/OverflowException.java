package io.lwt4j.react;

/**
 * A subscriber to an event has not asked for its occurrences, and there were more than could be
 * kept for it; see {@link Overflow#fail}.
 */
public final class OverflowException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    OverflowException(Node event, int capacity) {
        super(event + " occurred once more while a subscriber had asked for nothing and there was"
                + " no more room: the capacity is " + capacity);
    }
}
