package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.NoSuchElementException;

/**
 * Promises that wait for their turn, oldest first: what mutexes, pools and channels are made of, for
 * building others like them. {@code Lwt.add_task_r} and {@code Lwt_sequence}.
 *
 * <p>Whoever waits may bring an offer (the value it wants to hand over, say), which is there to be
 * looked at as long as it waits.
 *
 * <p>Thread rule: a queue belongs to the loop that uses it first; everywhere else its methods throw
 * {@link LoopThreadException}. Cancellation: a cancelled promise leaves the queue at once, in
 * constant time, before any callback of the cancellation runs; so no turn is ever given to one that
 * does not want it any more.
 *
 * @param <O> the type of the offers
 * @param <T> the type of the values waited for
 */
public final class WaitQueue<O extends @Nullable Object, T extends @Nullable Object> {

    private @Nullable Waiter<O, T> first;
    private @Nullable Waiter<O, T> last;
    private int size;

    /** The loop that uses this queue; null before any does. */
    private @Nullable EventLoop loop;

    private WaitQueue() {}

    /**
     * Makes an empty queue. Any thread.
     *
     * @param <O> the type of the offers
     * @param <T> the type of the values waited for
     * @return the queue
     */
    public static <O extends @Nullable Object, T extends @Nullable Object>
            WaitQueue<O, T> create() {
        return new WaitQueue<>();
    }

    /**
     * Waits behind all others: {@code Lwt.add_task_r}.
     *
     * @param offer what to wait with
     * @return a promise that is resolved when its turn comes; cancelling it takes it out
     */
    public Promise<T> add(O offer) {
        EventLoop current = enter("WaitQueue.add");
        Waiter<O, T> waiter = new Waiter<>(current.context, this, offer);
        Waiter<O, T> before = last;
        if (before == null) {
            first = waiter;
        } else {
            before.next = waiter;
            waiter.previous = before;
        }
        last = waiter;
        size++;
        return waiter;
    }

    /**
     * Waits before all others: {@code Lwt.add_task_l}.
     *
     * @param offer what to wait with
     * @return a promise that is resolved when its turn comes; cancelling it takes it out
     */
    public Promise<T> addFirst(O offer) {
        EventLoop current = enter("WaitQueue.addFirst");
        Waiter<O, T> waiter = new Waiter<>(current.context, this, offer);
        Waiter<O, T> behind = first;
        if (behind == null) {
            last = waiter;
        } else {
            behind.previous = waiter;
            waiter.next = behind;
        }
        first = waiter;
        size++;
        return waiter;
    }

    /**
     * Whether nobody waits.
     *
     * @return whether the queue is empty
     */
    public boolean isEmpty() {
        return first == null;
    }

    /**
     * How many promises wait.
     *
     * @return their number
     */
    public int size() {
        return size;
    }

    /**
     * The offer of the promise that has waited longest.
     *
     * @return the offer
     * @throws NoSuchElementException if nobody waits
     */
    public O firstOffer() {
        Waiter<O, T> waiter = first;
        if (waiter == null) {
            throw new NoSuchElementException("nobody waits in this queue");
        }
        return waiter.offer;
    }

    /**
     * Takes out the promise that has waited longest and fulfils it, as {@link Resolver#resolve}
     * does.
     *
     * @param value the value
     * @return whether anybody was waiting
     */
    public boolean resolveFirst(T value) {
        Waiter<O, T> waiter = removeFirst("WaitQueue.resolveFirst");
        if (waiter == null) {
            return false;
        }
        waiter.resolve(value);
        return true;
    }

    /**
     * Takes out the promise that has waited longest and fulfils it, as {@link Resolver#resolveNow}
     * does.
     *
     * @param value the value
     * @return whether anybody was waiting
     */
    public boolean resolveFirstNow(T value) {
        Waiter<O, T> waiter = removeFirst("WaitQueue.resolveFirstNow");
        if (waiter == null) {
            return false;
        }
        waiter.resolveNow(value);
        return true;
    }

    /**
     * Takes out the promise that has waited longest and rejects it, as {@link Resolver#reject} does.
     *
     * @param cause the error
     * @return whether anybody was waiting
     */
    public boolean rejectFirst(Throwable cause) {
        requireNonNull(cause, "cause");
        Waiter<O, T> waiter = removeFirst("WaitQueue.rejectFirst");
        if (waiter == null) {
            return false;
        }
        waiter.reject(cause);
        return true;
    }

    /**
     * Fulfils all promises that wait at the call, oldest first; those that come to wait meanwhile
     * stay.
     *
     * @param value the value of all of them
     */
    public void resolveAll(T value) {
        for (Waiter<O, T> waiter = removeAll(); waiter != null; waiter = waiter.unchain()) {
            waiter.tryResolve(value);
        }
    }

    /**
     * Rejects all promises that wait at the call, oldest first; those that come to wait meanwhile
     * stay.
     *
     * @param cause the error of all of them
     */
    public void rejectAll(Throwable cause) {
        requireNonNull(cause, "cause");
        for (Waiter<O, T> waiter = removeAll(); waiter != null; waiter = waiter.unchain()) {
            waiter.tryReject(cause);
        }
    }

    /**
     * Makes sure that the calling thread runs the loop of this queue, and makes its loop the
     * queue's if it has none yet.
     *
     * @param operation what is tried, for the message
     * @throws LoopThreadException if the calling thread runs another loop, or none
     */
    public void checkCurrent(String operation) {
        enter(operation);
    }

    private EventLoop enter(String operation) {
        EventLoop owner = loop;
        if (owner == null || (owner.isClosed() && first == null)) {
            owner = EventLoop.current();
            loop = owner;
        } else if (owner.owner != Thread.currentThread()) {
            owner.enter(operation);
        }
        return owner;
    }

    private @Nullable Waiter<O, T> removeFirst(String operation) {
        enter(operation);
        Waiter<O, T> waiter = first;
        if (waiter != null) {
            remove(waiter);
        }
        return waiter;
    }

    private void remove(Waiter<O, T> waiter) {
        Waiter<O, T> previous = waiter.previous;
        Waiter<O, T> next = waiter.next;
        if (previous == null) {
            first = next;
        } else {
            previous.next = next;
        }
        if (next == null) {
            last = previous;
        } else {
            next.previous = previous;
        }
        waiter.previous = null;
        waiter.next = null;
        waiter.queue = null;
        size--;
    }

    /** Empties the queue; its waiters stay chained, so that they can be served one by one. */
    private @Nullable Waiter<O, T> removeAll() {
        enter("WaitQueue.resolveAll");
        Waiter<O, T> chain = first;
        for (Waiter<O, T> waiter = chain; waiter != null; waiter = waiter.next) {
            waiter.queue = null;
        }
        first = null;
        last = null;
        size = 0;
        return chain;
    }

    /** One who waits: the promise is its own place in the queue. */
    private static final class Waiter<O extends @Nullable Object, T extends @Nullable Object>
            extends Task<T> {

        private final O offer;

        /** The queue as long as this waits in it. */
        private @Nullable WaitQueue<O, T> queue;

        private @Nullable Waiter<O, T> previous;
        private @Nullable Waiter<O, T> next;

        Waiter(Context context, WaitQueue<O, T> queue, O offer) {
            super(context, true);
            this.queue = queue;
            this.offer = offer;
        }

        @Nullable
        Waiter<O, T> unchain() {
            Waiter<O, T> following = next;
            next = null;
            previous = null;
            return following;
        }

        @Override
        void released() {
            if (queue != null) {
                queue.remove(this);
            }
        }
    }
}
