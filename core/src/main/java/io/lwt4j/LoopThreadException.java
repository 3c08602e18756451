package io.lwt4j;

/**
 * Something that belongs to an event loop was used away from it: the message names the thread, the
 * loop and the remedy.
 *
 * <p>A pending promise may be used on its own loop only; see {@link EventLoop#submit} and
 * {@link EventLoop#execute} for the way there. Resolved promises, {@link Resolver} and
 * {@link Promise#cancel()} are free of this rule.
 */
public final class LoopThreadException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    LoopThreadException(String message) {
        super(message);
    }
}
