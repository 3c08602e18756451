package io.lwt4j.react;

/**
 * Steps kept following from steps: an observer or an effect writes to what it depends on, or the
 * loop of a {@code fix} never settles. The steps that were left are dropped, and the graph can be
 * used on.
 */
public final class DivergenceException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    DivergenceException(int steps, String next) {
        super("no end after " + steps + " steps that followed from one another"
                + (next.isEmpty() ? "" : "; the next one would write to " + next));
    }
}
