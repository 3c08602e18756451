package io.lwt4j.net;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.engine.Engine;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Who waits for a channel to become ready, in the order they came; the heart of {@code Lwt_unix}.
 * The channel is watched only for what somebody waits for.
 */
final class Readiness implements Engine.Handler {

    private static final int IN = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;

    private final SelectableChannel channel;
    private final Engine.Registration registration;
    private final Deque<Waiter<?>> readers = new ArrayDeque<>(1);
    private final Deque<Waiter<?>> writers = new ArrayDeque<>(1);

    private int watched;
    private boolean dispatching;
    private boolean drained;
    private boolean closed;

    /** Registers a channel, in non-blocking mode, with the current loop, or closes it. */
    Readiness(SelectableChannel channel) throws IOException {
        this.channel = channel;
        try {
            registration = EventLoop.current().engine().register(channel, this);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** An operation that does not block: it returns null when the channel is not ready for it. */
    @FunctionalInterface
    interface Attempt<T> {
        @Nullable
        T run() throws IOException;
    }

    /**
     * Runs an operation at once, or if it has to wait, when the channel is ready for it. Cancelling
     * the promise takes it out of the queue; it has done nothing then.
     *
     * @param op the bit of {@link SelectionKey} to wait for
     */
    <T> Promise<T> when(int op, Attempt<T> attempt) {
        Deque<Waiter<?>> queue = (op & IN) != 0 ? readers : writers;
        boolean hopeless = drained && queue == readers;
        if (queue.isEmpty() && !hopeless) {
            try {
                T value = attempt.run();
                if (value != null) {
                    return Promise.of(value);
                }
            } catch (IOException | RuntimeException e) {
                return Promise.failed(e);
            }
        }
        if (closed) {
            return Promise.failed(new AsynchronousCloseException());
        }
        Waiter<T> waiter = new Waiter<>(queue, op, attempt);
        queue.add(waiter);
        watch();
        return waiter.resolver.promise();
    }

    /**
     * Says that the channel has just been read empty. Who reads on in the same turn, as a server
     * does that has answered a request, need not ask the system for what cannot be there yet.
     */
    void drained() {
        drained = dispatching;
    }

    private void watch() {
        int ops = ops(readers) | ops(writers);
        if (ops != watched && !closed) {
            watched = ops;
            registration.interest(ops);
        }
    }

    private static int ops(Deque<Waiter<?>> queue) {
        Waiter<?> first = queue.peek();
        return first == null ? 0 : first.op;
    }

    @Override
    public void ready(int readyOps) {
        dispatching = true;
        try {
            if ((readyOps & IN) != 0) {
                serve(readers);
            }
            if ((readyOps & ~IN) != 0) {
                serve(writers);
            }
        } finally {
            dispatching = false;
            drained = false;
            watch();
        }
    }

    /** Serves those who wait now: who comes meanwhile gets the next turn. */
    private static void serve(Deque<Waiter<?>> queue) {
        for (int n = queue.size(); n > 0; n--) {
            Waiter<?> first = queue.peek();
            if (first == null || !first.attempt()) {
                return;
            }
        }
    }

    @Override
    public void closed() {
        // The loop ends, and its handler is the only one who could still be told of an error.
        EventLoop.spawn(this::close);
    }

    /** Closes the channel; whoever waits is told. Doing so twice is harmless. */
    Promise<@Nullable Void> close() {
        if (closed) {
            return Promise.unit();
        }
        closed = true;
        Promise<@Nullable Void> done = Promise.wrap(() -> {
            channel.close();
            return null;
        });
        reject(readers);
        reject(writers);
        return done;
    }

    private static void reject(Deque<Waiter<?>> queue) {
        for (Waiter<?> waiter = queue.poll(); waiter != null; waiter = queue.poll()) {
            waiter.resolver.reject(new AsynchronousCloseException());
        }
    }

    private final class Waiter<T> {

        private final Deque<Waiter<?>> queue;
        private final int op;
        private final Attempt<T> attempt;
        private final Resolver<T> resolver = Resolver.cancellable();

        Waiter(Deque<Waiter<?>> queue, int op, Attempt<T> attempt) {
            this.queue = queue;
            this.op = op;
            this.attempt = attempt;
            resolver.promise().onCancel(() -> {
                queue.remove(this);
                watch();
            });
        }

        /** Tries once more, as the first in the queue; whether that is the end of waiting. */
        boolean attempt() {
            T value;
            try {
                value = attempt.run();
            } catch (IOException | RuntimeException e) {
                queue.remove();
                resolver.reject(e);
                return true;
            }
            if (value == null) {
                return false;
            }
            queue.remove();
            resolver.resolve(value);
            return true;
        }
    }
}
