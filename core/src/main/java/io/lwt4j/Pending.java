package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** A promise that was pending when it was made: it knows its loop and how it is cancelled. */
class Pending<T extends @Nullable Object> extends Promise<T> {

    /* Overview: the field `how`, while the promise is pending, says where `cancel` goes on from it.
     *
     *   null           nowhere: the promise cannot be cancelled
     *   a promise      to that one. If that one is (or has become) this very promise, the search
     *                  ends here: this promise is a leaf, and is rejected with CanceledException
     *   an array       to each of its members (promises or Links to them), in that order
     *
     * When a promise becomes the same as another (becomeProxyOf), `how` moves to the other one and
     * then holds the other one itself. Once resolved, `how` is null, so that no promise keeps its
     * history alive.
     */
    @Nullable
    Object how;

    final Context context;

    Pending(Context context) {
        super(Cell.NONE);
        this.context = context;
        if (Assembly.ON) {
            Assembly.made(this);
        }
    }

    /** What this is, for people: the method that makes it. */
    String kind() {
        return "promise";
    }

    /** Whether this promise, not being a proxy, is still to be resolved. */
    final boolean isOpen() {
        Object s = state;
        return s instanceof Cell && !(s instanceof Rejected) && !(s instanceof Cell.Boxed);
    }

    /** The waiters of this promise, which is open. */
    final Cell waiters() {
        return (Cell) requireNonNull(state);
    }

    /** Attaches a waiter; it will run before those attached earlier. */
    final void add(Cell waiter) {
        state = state == Cell.NONE ? waiter : WaiterList.prepend(waiters(), waiter, this);
    }

    /** Sets the outcome; the caller has taken the waiters and sees to them. */
    final void settle(@Nullable Object outcome) {
        // Resolved promises may be read by any thread.
        Fences.release();
        state = outcome;
        how = null;
        if (Assembly.ON) {
            Assembly.settled(this, outcome);
        }
    }

    /** Whether cancellation may reject this promise itself, rather than one it waits for. */
    boolean isLeaf() {
        return false;
    }

    /** Lets go of what a leaf holds outside of its waiters (a timer, say) as it is cancelled. */
    void released() {}

    /** The loop, after a check that this is its thread. */
    final LoopCore loop(String operation) {
        LoopCore core = context.loop;
        if (core.owner != Thread.currentThread()) {
            core.enter(operation);
        }
        return core;
    }

    /** What follows from a callback of this promise having returned another promise. */
    final @Nullable Object follow(@Nullable Promise<?> returned) {
        if (returned == null) {
            return LoopCore.nullReturned().state;
        }
        Object s = returned.state;
        if (!(s instanceof Cell)) {
            return s;
        }
        Promise<?> inner = returned.real();
        if (!(inner instanceof Pending<?> pending) || !pending.isOpen()) {
            return inner.state;
        }
        if (pending.context.loop != context.loop) {
            return Rejected.of(context.loop.strangerReturned(pending.context.loop));
        }
        Pending<?> outer = (Pending<?>) real();
        if (pending != outer && outer.isOpen()) {
            pending.becomeProxyOf(outer);
        }
        return Cell.NOTHING;
    }

    /** Makes this promise the same as {@code outer}, whose waiters run before ours. */
    private void becomeProxyOf(Pending<?> outer) {
        Cell waiters = waiters();
        outer.how = how;
        how = outer;
        Fences.release();
        state = Cell.PROXIED;
        if (Assembly.ON) {
            Assembly.joined(this, outer);
        }
        outer.state = WaiterList.append(outer.waiters(), waiters, outer);
    }

    /** The promise this one has become. */
    @SuppressWarnings("unchecked")
    final Promise<T> represented() {
        Fences.acquire();
        Pending<T> p = (Pending<T>) requireNonNull(how);
        if (p.state != Cell.PROXIED) {
            return p;
        }
        while (p.state == Cell.PROXIED) {
            Fences.acquire();
            p = (Pending<T>) requireNonNull(p.how);
        }
        if (context.loop.owner == Thread.currentThread()) {
            // Shortens the way of everything on it, so that long chains of proxies do not stay.
            for (Pending<T> q = this; q != p; ) {
                Pending<T> next = (Pending<T>) requireNonNull(q.how);
                q.how = p;
                q = next;
            }
        }
        return p;
    }
}
