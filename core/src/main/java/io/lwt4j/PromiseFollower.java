package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/**
 * Hears the outcome of a promise on behalf of somebody who is not of its loop, may let go of it in
 * constant time, and hears when the loop ends before there is an outcome. For libraries that offer
 * promises as something else: one object for each subscriber.
 *
 * <p>Thread rule: {@link #follow} once, and {@link #abandon}, on any thread, also at the same time.
 * The outcome is told on the loop, with the promise-local values of the call of {@code follow}; or
 * during that call, if the promise is resolved by then. What the methods that are told throw
 * reaches the loop's handler.
 *
 * @param <T> the type of the value
 */
public abstract class PromiseFollower<T extends @Nullable Object> extends Detachable {

    /* Overview. `abandoned` is set on the thread of the call, and keeps the outcome from being told
     * from then on. The rest is done on the loop: by the call of abandon(), if that finds the loop,
     * and by attach(), if that finds `abandoned`. As one writes before it reads what the other one
     * writes, at least one finds; `released` sees to it that it is done once.
     */

    /** Null until this is attached, and when the end has come. */
    private @Nullable PromiseOutlet<T> outlet;

    /** Null as long as this does not follow, and if the promise was resolved when it began. */
    private volatile @Nullable LoopCore core;

    private volatile boolean abandoned;

    private @Nullable Context context;

    /** Whether this is in the list of those whom the loop tells of its end. */
    private boolean listed;

    private @Nullable PromiseFollower<?> older;
    private @Nullable PromiseFollower<?> newer;

    /** Makes one that follows nothing yet. */
    protected PromiseFollower() {
        super(Promise.unit());
    }

    /**
     * Takes the value. Called at most once, and not together with {@link #onError}.
     *
     * @param value the value
     */
    protected abstract void onValue(T value);

    /**
     * Takes the error: that of the promise, or a {@link RejectedExecutionException} if the loop is
     * closed.
     *
     * @param cause the error
     */
    protected abstract void onError(Throwable cause);

    /**
     * Whether somebody looks at the error. If not, it still reaches the loop's handler where nobody
     * else does.
     *
     * @return true, if not overridden
     */
    protected boolean observesErrors() {
        return true;
    }

    /**
     * Begins to follow.
     *
     * @param promise the promise
     */
    protected final void follow(PromiseOutlet<T> promise) {
        Promise<T> p = promise.promise.real();
        if (!p.isOpenNow()) {
            guarded(() -> told(promise, p.state));
            return;
        }
        promise.followed();
        LoopCore loop = ((Pending<T>) p).context.loop;
        core = loop;
        if (loop.isHere()) {
            attach(promise, loop.context);
            return;
        }
        Context values = LoopCore.current().context.on(loop);
        try {
            loop.post(new Attachment<>(this, promise, values));
        } catch (RejectedExecutionException closed) {
            guarded(() -> ended(closed));
        }
    }

    private record Attachment<T extends @Nullable Object>(
            PromiseFollower<T> follower, PromiseOutlet<T> promise, Context values)
            implements Accepted {

        @Override
        public void run() {
            follower.attach(promise, values);
        }

        @Override
        public void dropped(RejectedExecutionException cause) {
            guarded(() -> follower.ended(cause));
        }
    }

    /**
     * Lets go: nothing is told any more, and the promise is cancelled if its {@link CancelPolicy}
     * says so. Has no effect after the outcome, or if it was done before.
     */
    protected final void abandon() {
        abandoned = true;
        LoopCore loop = core;
        if (loop == null) {
            return;
        }
        if (loop.isHere()) {
            letGo();
        } else {
            loop.postUnlessClosed(this::letGo);
        }
    }

    /**
     * Whether {@link #abandon} has been called.
     *
     * @return whether it has
     */
    protected final boolean isAbandoned() {
        return abandoned;
    }

    /**
     * Whether the calling thread is the one that tells the outcome. False also if the outcome was
     * there when {@link #follow} was called.
     *
     * @return whether this is the loop's thread
     */
    protected final boolean isOnLoop() {
        LoopCore loop = core;
        return loop != null && loop.isHere();
    }

    /**
     * Runs something where the outcome is told, now if that is here, else soon; if the loop is
     * closed, or the outcome was there when {@link #follow} was called, here.
     *
     * @param action what to do
     */
    protected final void onLoop(Runnable action) {
        LoopCore loop = core;
        if (loop != null && !loop.isHere()) {
            try {
                loop.post(new Action(action));
                return;
            } catch (RejectedExecutionException closed) {
                // There is nobody else to do it.
            }
        }
        guarded(action);
    }

    /** Something for the loop that has to be done also if it closes before it comes to it. */
    private record Action(Runnable action) implements Accepted {

        @Override
        public void run() {
            action.run();
        }

        @Override
        public void dropped(RejectedExecutionException cause) {
            guarded(action);
        }
    }

    static void guarded(Runnable action) {
        try {
            action.run();
        } catch (Throwable t) {
            LoopCore.current().failed(t);
        }
    }

    /* ---- On the loop ---- */

    private void attach(PromiseOutlet<T> promise, Context values) {
        Promise<T> p = promise.promise.real();
        if (!p.isOpenNow()) {
            within(values, () -> told(promise, p.state));
            return;
        }
        outlet = promise;
        context = values;
        source = p;
        ((Pending<T>) p).add(this);
        // What a settler has made is rejected when the loop is closed, and we hear of that.
        if (!(p instanceof PromiseSettler.Settled) && values.loop instanceof EventLoop loop) {
            enlist(loop);
        }
        if (abandoned) {
            letGo();
        }
    }

    private void letGo() {
        PromiseOutlet<T> left = outlet;
        if (left != null) {
            detach();
            left.abandoned();
            abandoned(left.promise);
        }
    }

    /**
     * Told, on the loop (or where {@link #follow} was called, if the outcome was there by then),
     * when this has let go, and the outcome is nobody's or somebody else's. Does nothing here.
     *
     * @param promise the promise
     */
    protected void abandoned(Promise<T> promise) {}

    private void detach() {
        outlet = null;
        release();
        // What follows may live on, and the promise is none of its business any more.
        source = Promise.unit();
        if (listed) {
            delist();
        }
    }

    @Override
    final @Nullable Object fire(LoopCore loop, @Nullable Object outcome) {
        PromiseOutlet<T> left = outlet;
        if (left != null) {
            detach();
            loop.restore(context == null ? loop.base : context);
            try {
                told(left, outcome);
            } catch (Throwable t) {
                loop.failed(t);
            }
        }
        return NOTHING;
    }

    private void loopClosed() {
        Context values = requireNonNull(context);
        detach();
        within(
                values,
                () -> ended(new RejectedExecutionException(
                        core + " was closed while the promise was pending")));
    }

    /* ---- The list of the loop ---- */

    private void enlist(EventLoop loop) {
        PromiseFollower<?> before = loop.followers;
        older = before;
        if (before != null) {
            before.newer = this;
        }
        loop.followers = this;
        listed = true;
    }

    private void delist() {
        listed = false;
        PromiseFollower<?> before = older;
        PromiseFollower<?> after = newer;
        if (before != null) {
            before.newer = after;
            older = null;
        }
        if (after != null) {
            after.older = before;
            newer = null;
        } else if (core instanceof EventLoop loop) {
            loop.followers = before;
        }
    }

    /** Those who follow promises of a loop that is closed hear of it, the oldest first. */
    static void closeAll(EventLoop loop) {
        List<PromiseFollower<?>> open = new ArrayList<>();
        for (PromiseFollower<?> f = loop.followers; f != null; f = f.older) {
            open.add(f);
        }
        Collections.reverse(open);
        for (PromiseFollower<?> follower : open) {
            // It may have heard an outcome by what another one did.
            if (follower.listed) {
                loop.tryTo(follower::loopClosed);
            }
        }
    }

    /* ---- Telling ---- */

    /** Runs something with promise-local values, which elsewhere are the business of the caller. */
    private static void within(Context values, Runnable action) {
        Context before = values.loop.context;
        values.loop.restore(values);
        try {
            action.run();
        } finally {
            values.loop.restore(before);
        }
    }

    private void told(PromiseOutlet<T> promise, @Nullable Object outcome) {
        if (abandoned) {
            abandoned(promise.promise);
        } else {
            tell(outcome);
        }
    }

    private void ended(RejectedExecutionException closed) {
        if (!abandoned) {
            onError(closed);
        }
    }

    void tell(@Nullable Object outcome) {
        if (outcome instanceof Rejected rejected) {
            onError(observesErrors() ? rejected.observe() : rejected.peek());
        } else {
            onValue(Cell.<T>value(outcome));
        }
    }

    /** The promises of those that wait. */
    static void collect(EventLoop loop, Collection<? super @Nullable Promise<?>> promises) {
        for (PromiseFollower<?> f = loop.followers; f != null; f = f.older) {
            promises.add(f.source);
        }
    }
}
