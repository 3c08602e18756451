package io.lwt4j.net;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.engine.Engine;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;

/**
 * Who waits for a channel to become ready, in the order they came: {@code Lwt_unix.wrap_syscall}.
 * For whoever makes promises of a non-blocking channel of a kind that this package does not have.
 *
 * <pre>{@code
 * Readiness readiness = Readiness.of(channel);
 * Promise<Integer> read = readiness.when(OP_READ, into -> {
 *     int count = channel.read(into);
 *     return count == 0 ? null : count;
 * }, buffer);
 * }</pre>
 *
 * <p>Null rule: nothing may be null but what an attempt returns. Thread rule: the thread of the
 * loop it was made on only.
 */
public final class Readiness {

    /* Overview. Operations wait in two queues: those of reading (and accepting) and those of
     * writing (and connecting). When the engine says that the channel is ready, those who waited
     * then are attempted, first come first served, up to the first that has to go on waiting.
     *
     * Two things keep the steady state of a server free of work. First, a channel that somebody
     * read from goes on being watched, also when nobody waits for a moment: only if it becomes
     * ready and nobody is there, the watching stops. Writers are different, since a channel is
     * nearly always ready for them. Second, cancelling an operation does nothing here at all: one
     * whose promise is no longer pending is passed over, and dropped when the next one comes.
     *
     * An operation that can be done at once is, but not more than AT_ONCE in a row without asking
     * the engine: against a peer that is as fast as we are, that would never end, and keep timers
     * and all other channels from their turn.
     */

    private static final int AT_ONCE = 32;

    private static final int IN = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;

    private final SelectableChannel channel;
    private final Engine.Registration registration;
    private final ArrayDeque<Waiter> readers = new ArrayDeque<>(1);
    private final ArrayDeque<Waiter> writers = new ArrayDeque<>(1);

    /** A waiter out of work, for the next operation that has to wait. */
    private @Nullable Waiter spare;

    private int watched;
    private int readsAtOnce;
    private int writesAtOnce;
    private boolean dispatching;
    private boolean drained;
    private boolean closed;

    /** What to do when the event that is being handled is over. */
    private @Nullable Runnable afterEvent;

    private @Nullable Throwable aborted;

    /** Registers a channel, in non-blocking mode, with the current loop, or closes it. */
    Readiness(SelectableChannel channel) throws IOException {
        this.channel = channel;
        try {
            registration = EventLoop.current().engine().register(channel, new Watcher());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Takes a channel over, in non-blocking mode, for the current loop. If that is not possible the
     * channel is closed; it is also closed with the loop.
     *
     * @param channel the channel
     * @return its readiness
     * @throws IOException if the channel is closed or cannot be watched
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static Readiness of(SelectableChannel channel) throws IOException {
        requireNonNull(channel, "channel");
        EventLoop.current();
        return new Readiness(channel);
    }

    /**
     * An operation that does not block: it returns null when the channel is not ready for it.
     *
     * @param <A> the type of its argument
     * @param <T> the type of its result
     */
    @FunctionalInterface
    public interface Attempt<A, T> {

        /**
         * Does it, or does nothing.
         *
         * @param argument what {@link Readiness#when} was given
         * @return the result; null if the channel is not ready
         * @throws IOException if it fails
         */
        @Nullable
        T run(A argument) throws IOException;
    }

    /**
     * Runs an operation at once, or if it has to wait, when the channel is ready for it:
     * {@code Lwt_unix.wrap_syscall}. If others wait already, it is their turn first.
     *
     * <p>Cancelling the promise takes it out of the queue; it has done nothing then.
     *
     * @param op the bit of {@link SelectionKey} to wait for
     * @param attempt the operation; what it throws rejects the promise
     * @param argument what to call it with
     * @param <A> the type of its argument
     * @param <T> the type of its result
     * @return the promise of its result; rejected with {@link ClosedChannelException} if the
     *     channel is closed before, or with the reason of {@link #abort}
     */
    public <A, T> Promise<T> when(int op, Attempt<? super A, T> attempt, A argument) {
        ArrayDeque<Waiter> queue = queue(op);
        if (closed) {
            return Promise.failed(reason());
        }
        if (mayTry(queue)) {
            try {
                T value = attempt.run(argument);
                if (value != null) {
                    countSuccess(queue);
                    return Promise.of(value);
                }
            } catch (IOException | RuntimeException e) {
                return Promise.failed(e);
            }
        }
        return submit(queue, op, attempt, argument);
    }

    /**
     * Waits until the channel is ready, and does nothing with it: {@code Lwt_unix.wait_read} and
     * {@code wait_write}. Cancelling the promise ends the waiting.
     *
     * @param op the bit of {@link SelectionKey} to wait for
     * @return the promise of its being ready; see {@link #when}
     */
    public Promise<@Nullable Void> whenReady(int op) {
        return closed ? Promise.failed(reason()) : submit(queue(op), op, null, this);
    }

    /**
     * Whether an operation of one's own is worth trying now; if not, {@link #whenReady} tells when
     * it is.
     *
     * @param op the bit of {@link SelectionKey} that it needs
     * @return false if others wait for their turn, nothing is there for sure, or so much has been
     *     done in a row that others of the loop should have theirs
     * @throws IOException {@link ClosedChannelException} if the channel is closed, or the reason of
     *     {@link #abort}
     */
    public boolean mayTry(int op) throws IOException {
        if (closed) {
            Throwable reason = reason();
            throw reason instanceof IOException io ? io : new IOException(reason);
        }
        return mayTry(queue(op));
    }

    /**
     * Says that what was tried after {@link #mayTry} has been done, which counts against what may
     * be done in a row.
     *
     * @param op the bit of {@link SelectionKey} that it needed
     */
    public void countSuccess(int op) {
        countSuccess(queue(op));
    }

    private boolean mayTry(ArrayDeque<Waiter> queue) {
        return queue.isEmpty()
                && (queue == readers ? !drained && readsAtOnce < AT_ONCE : writesAtOnce < AT_ONCE);
    }

    private void countSuccess(ArrayDeque<Waiter> queue) {
        if (queue == readers) {
            readsAtOnce++;
        } else {
            writesAtOnce++;
        }
    }

    /** Whether the channel is ready now, according to a selector that is made for the question. */
    boolean isReady(int op) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        try (Selector selector = Selector.open()) {
            channel.register(selector, op);
            return selector.selectNow() > 0;
        }
    }

    /**
     * Says that the channel has just been read empty. Who reads on in the same turn, as a server
     * does that has answered a request, need not ask the system for what cannot be there yet.
     */
    void drained() {
        drained = dispatching;
    }

    /** The queue for an operation, without those at its end whose promises were cancelled. */
    private ArrayDeque<Waiter> queue(int op) {
        ArrayDeque<Waiter> queue = (op & IN) != 0 ? readers : writers;
        for (Waiter last = queue.peekLast();
                last != null && last.isOver();
                last = queue.peekLast()) {
            queue.removeLast();
            retire(last);
        }
        return queue;
    }

    private <A, T extends @Nullable Object> Promise<T> submit(
            ArrayDeque<Waiter> queue, int op, @Nullable Attempt<? super A, ?> attempt, A argument) {
        Resolver<T> resolver = Resolver.cancellable();
        Waiter waiter = spare != null ? spare : new Waiter();
        spare = null;
        waiter.employ(op, attempt, argument, resolver);
        queue.add(waiter);
        if ((watched & op) == 0) {
            watch(watched | op);
        }
        return resolver.promise();
    }

    private void retire(Waiter waiter) {
        waiter.clear();
        spare = waiter;
    }

    /** Runs an action when the event that is being handled is over, if one is. */
    boolean afterEvent(Runnable action) {
        if (!dispatching || afterEvent != null) {
            return false;
        }
        afterEvent = action;
        return true;
    }

    private void watch(int ops) {
        if (ops != watched && !closed) {
            watched = ops;
            registration.interest(ops);
        }
    }

    /* ---- What the engine says ---- */

    private void ready(int readyOps) {
        boolean nobody = (readyOps & IN) != 0 && readers.isEmpty();
        readsAtOnce = 0;
        writesAtOnce = 0;
        dispatching = true;
        try {
            if ((readyOps & IN) != 0) {
                serve(readers);
            }
            if ((readyOps & ~IN) != 0) {
                serve(writers);
            }
        } finally {
            Runnable action = afterEvent;
            afterEvent = null;
            if (action != null) {
                action.run();
            }
            dispatching = false;
            drained = false;
            int kept = nobody ? 0 : watched & IN;
            watch(kept | op(readers) | op(writers));
        }
    }

    private static int op(ArrayDeque<Waiter> queue) {
        Waiter first = queue.peek();
        return first == null ? 0 : first.op;
    }

    /** Serves those who wait now: who comes meanwhile gets the next turn. */
    private void serve(ArrayDeque<Waiter> queue) {
        for (int n = queue.size(); n > 0; n--) {
            Waiter first = queue.peek();
            if (first == null || !attempt(queue, first)) {
                return;
            }
        }
    }

    /** Tries once more, for the first in a queue; whether that is the end of its waiting. */
    private boolean attempt(ArrayDeque<Waiter> queue, Waiter first) {
        if (first.isOver()) {
            queue.remove();
            retire(first);
            return true;
        }
        Resolver<Object> resolver = first.resolver();
        Object value;
        try {
            value = first.attempt();
        } catch (IOException | RuntimeException e) {
            queue.remove();
            retire(first);
            resolver.reject(e);
            return true;
        }
        if (value == null && !first.merelyWaits()) {
            return false;
        }
        queue.remove();
        retire(first);
        fulfil(resolver, value);
        return true;
    }

    @SuppressWarnings("NullAway") // Null is the value of those who merely wait.
    private static void fulfil(Resolver<Object> resolver, @Nullable Object value) {
        resolver.resolve(value);
    }

    private final class Watcher implements Engine.Handler {

        @Override
        public void ready(int readyOps) {
            Readiness.this.ready(readyOps);
        }

        @Override
        public void closed() {
            // The loop ends, and its handler is the only one who could still be told of an error.
            EventLoop.spawn(Readiness.this::close);
        }
    }

    /* ---- The end ---- */

    /**
     * Closes the channel: {@code Lwt_unix.close}. Whoever waits is told. Doing so twice is
     * harmless. Cancelling the promise does nothing, since the end of it is at once.
     *
     * @return the promise of the end of it; rejected if the system says that closing failed
     */
    public Promise<@Nullable Void> close() {
        return end(null);
    }

    /**
     * Closes the channel for a reason, with which every operation that waits or comes later is
     * rejected: {@code Lwt_unix.abort}. If the channel is closed already, nothing happens.
     *
     * @param cause the reason
     * @return the promise of the end of it; see {@link #close}
     */
    public Promise<@Nullable Void> abort(Throwable cause) {
        return end(requireNonNull(cause, "cause"));
    }

    private Promise<@Nullable Void> end(@Nullable Throwable cause) {
        if (closed) {
            return Promise.unit();
        }
        closed = true;
        aborted = cause;
        Promise<@Nullable Void> done = Promise.wrap(() -> {
            channel.close();
            return null;
        });
        reject(readers);
        reject(writers);
        return done;
    }

    private void reject(ArrayDeque<Waiter> queue) {
        for (Waiter waiter = queue.poll(); waiter != null; waiter = queue.poll()) {
            waiter.resolver()
                    .tryReject(aborted != null ? aborted : new AsynchronousCloseException());
        }
    }

    /** Why nothing can be done any more. */
    private Throwable reason() {
        return aborted != null ? aborted : new ClosedChannelException();
    }

    /** Whether {@link #close} or {@link #abort} has been called. */
    boolean isClosed() {
        return closed;
    }

    /** The reason of {@link #abort}; null if there was none. */
    @Nullable
    Throwable aborted() {
        return aborted;
    }

    /**
     * A description for people.
     *
     * @return the channel, and how many wait for it
     */
    @Override
    public String toString() {
        return "Readiness(" + channel + ", " + readers.size() + " waiting to read, "
                + writers.size() + " to write)";
    }

    /** An operation that waits; it is used for one after the other. */
    private static final class Waiter {

        private int op;
        private @Nullable Attempt<Object, Object> attempt;
        private @Nullable Object argument;
        private @Nullable Resolver<Object> resolver;

        /** The types of the three belong together, which only the caller knows. */
        @SuppressWarnings("unchecked")
        void employ(
                int newOp,
                @Nullable Attempt<?, ?> newAttempt,
                Object newArgument,
                Resolver<?> promised) {
            op = newOp;
            attempt = (Attempt<Object, Object>) newAttempt;
            argument = newArgument;
            resolver = (Resolver<Object>) promised;
        }

        void clear() {
            attempt = null;
            argument = null;
            resolver = null;
        }

        boolean isOver() {
            return !resolver().promise().isPending();
        }

        Resolver<Object> resolver() {
            return requireNonNull(resolver);
        }

        /** Whether there is nothing to do once the channel is ready. */
        boolean merelyWaits() {
            return attempt == null;
        }

        @Nullable
        Object attempt() throws IOException {
            return attempt == null ? null : attempt.run(requireNonNull(argument));
        }
    }
}
