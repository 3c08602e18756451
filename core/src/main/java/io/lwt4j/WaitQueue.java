package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Promises that wait for their turn, oldest first: what mutexes, pools and channels are made of,
 * for building others like them. {@code Lwt.add_task_r} and {@code Lwt_sequence}.
 *
 * <p>Whoever waits may bring an offer (the value it wants to hand over, say), which is there to be
 * looked at as long as it waits.
 *
 * <p>Thread rule: a queue belongs to the loop that uses it first; everywhere else its methods throw
 * {@link LoopThreadException}. Only {@link #isEmpty}, {@link #size}, {@link #firstOffer} and
 * {@link #lastOffer} do not look where they are called; the answer may be old elsewhere.
 * Cancellation: a cancelled promise leaves the queue at once, in constant time, before any callback
 * of the cancellation runs; so no turn is ever given to one that does not want it any more.
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
        return offer(first);
    }

    /**
     * The offer of the promise that has waited shortest.
     *
     * @return the offer
     * @throws NoSuchElementException if nobody waits
     */
    public O lastOffer() {
        return offer(last);
    }

    private static <O extends @Nullable Object> O offer(@Nullable Waiter<O, ?> waiter) {
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
        Resolver<T> waiter = takeFirst();
        if (waiter == null) {
            return false;
        }
        waiter.resolve(value);
        return true;
    }

    /**
     * Fulfils all promises that wait at the call, oldest first; those that come to wait meanwhile
     * stay.
     *
     * @param value the value of all of them
     */
    public void resolveAll(T value) {
        settleAll("WaitQueue.resolveAll", waiter -> waiter.tryResolve(value));
    }

    /**
     * Rejects all promises that wait at the call, oldest first; those that come to wait meanwhile
     * stay.
     *
     * @param cause the error of all of them
     */
    public void rejectAll(Throwable cause) {
        requireNonNull(cause, "cause");
        settleAll("WaitQueue.rejectAll", waiter -> waiter.tryReject(cause));
    }

    private void settleAll(String operation, Consumer<Waiter<O, T>> settle) {
        Throwable error = null;
        for (Waiter<O, T> waiter = removeAll(operation);
                waiter != null;
                waiter = waiter.unchain()) {
            try {
                settle.accept(waiter);
            } catch (Throwable t) {
                // A fatal error of a callback: it leaves only when all the others have been told.
                error = error == null ? t : error;
            }
        }
        if (error != null) {
            throw LoopCore.sneaky(error);
        }
    }

    /**
     * Takes out the promise that has waited longest, for the caller to resolve:
     * {@code Lwt_sequence.take_opt_l}. From now on cancelling it only rejects it, so that its
     * resolver may find it cancelled.
     *
     * @return the resolver of the promise; null if nobody waits
     */
    public @Nullable Resolver<T> takeFirst() {
        return take("WaitQueue.takeFirst", first);
    }

    /**
     * Takes out the promise that has waited shortest, for the caller to resolve:
     * {@code Lwt_sequence.take_opt_r}. See {@link #takeFirst}.
     *
     * @return the resolver of the promise; null if nobody waits
     */
    public @Nullable Resolver<T> takeLast() {
        return take("WaitQueue.takeLast", last);
    }

    /**
     * Takes out all promises that wait with certain offers, for the caller to resolve. See
     * {@link #takeFirst}.
     *
     * @param wanted says which; asked once about each offer, oldest first, before any is taken out;
     *     those that it cancels are left out
     * @return the resolvers of the promises, oldest first
     */
    public List<Resolver<T>> takeAll(Predicate<? super O> wanted) {
        requireNonNull(wanted, "wanted");
        enter("WaitQueue.takeAll");
        List<Waiter<O, T>> taken = new ArrayList<>(size);
        for (Waiter<O, T> waiter = first; waiter != null; waiter = waiter.next) {
            taken.add(waiter);
        }
        // What is asked here may cancel some of them, or take them out.
        taken.removeIf(waiter -> waiter.queue != this || !wanted.test(waiter.offer));
        taken.removeIf(waiter -> waiter.queue != this);
        taken.forEach(this::remove);
        return new ArrayList<>(taken);
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

    private @Nullable Waiter<O, T> take(String operation, @Nullable Waiter<O, T> waiter) {
        enter(operation);
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
    private @Nullable Waiter<O, T> removeAll(String operation) {
        enter(operation);
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
