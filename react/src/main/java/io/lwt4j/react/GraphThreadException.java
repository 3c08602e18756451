package io.lwt4j.react;

import io.lwt4j.EventLoop;

import org.jspecify.annotations.Nullable;

/**
 * An event or a signal was used on a thread that is not that of its graph: the message names both,
 * and the remedy.
 */
public final class GraphThreadException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    GraphThreadException(Thread thread, @Nullable EventLoop loop) {
        super("thread " + Thread.currentThread().getName()
                + " uses an event or a signal of "
                + (loop == null ? "thread " + thread.getName() : loop + " on " + thread.getName())
                + (loop == null
                        ? "; use it on its own thread, or make it on an event loop and post to it"
                        : "; use post, or EventLoop.execute to get there"));
    }
}
