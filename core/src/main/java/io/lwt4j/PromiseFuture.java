package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A future that follows a promise, or depends on one that does, and takes cancellation back. */
final class PromiseFuture<T extends @Nullable Object> extends CompletableFuture<T> {

    /* Overview. The root follows the promise; all others were made from another one by
     * newIncompleteFuture(), that is by thenApply() and its like. References:
     *
     *     promise --> Follower <==> root --(CompletableFuture's own)--> child --> grandchild
     *                    ^                                                |           |
     *                    +------------------------------------------------+-----------+
     *
     * A child also knows its parent, but weakly: else an endless chain of stages would never be
     * collected. That suffices, because a child holds the Follower, and as long as the promise is
     * pending that holds the promise, and so all between.
     *
     * The state of the future itself is CompletableFuture's, and atomic. It tells nobody when it
     * completes a stage by itself; the methods that are overridden here are those by which somebody
     * else does so. They may be called on any thread.
     */

    private final Follower<?> follower;

    /** Null at the root. */
    private final @Nullable WeakReference<PromiseFuture<?>> parent;

    /** How many children were ever made; guarded by this. */
    private int children;

    /** How many of them may still need this; guarded by this. */
    private int needing;

    /** Whether the parent has been told that this needs it no more; guarded by the parent. */
    private boolean abandoned;

    /** A thread that is making a child nobody will see; no thread ever finds another's mark. */
    private @Nullable Thread hiding;

    /** A root for a promise to come, made on any thread. */
    PromiseFuture(LoopCore core) {
        this(core.base);
    }

    /** A root whose dependent stages run with the promise-local values of a context. */
    PromiseFuture(Context context) {
        Follower<T> own = new Follower<>(context);
        own.future = this;
        follower = own;
        parent = null;
    }

    private PromiseFuture(PromiseFuture<?> parent) {
        this.follower = parent.follower;
        this.parent = new WeakReference<>(parent);
    }

    /** Takes the outcome of a promise; on the loop, or anywhere if the promise is resolved. */
    void follow(Promise<T> source) {
        Promise<T> p = source.real();
        if (!p.isOpenNow()) {
            settle(p.state);
            return;
        }
        Pending<T> pending = (Pending<T>) p;
        LoopCore core = follower.context.loop;
        if (pending.context.loop != core) {
            super.completeExceptionally(core.strangerReturned(pending.context.loop));
        } else if (isDone()) {
            pending.cancel();
        } else {
            follower.follow(pending);
        }
    }

    private void settle(@Nullable Object outcome) {
        if (!(outcome instanceof Rejected rejected)) {
            super.complete(Cell.<T>value(outcome));
        } else if (super.completeExceptionally(rejected.peek())) {
            rejected.observe();
        }
    }

    /** The waiter at the promise; it belongs to the loop. It is a promise in form only. */
    private static final class Follower<T extends @Nullable Object> extends Derived<T> {

        @Nullable
        PromiseFuture<T> future;

        private @Nullable Link link;

        Follower(Context context) {
            super(context);
        }

        void follow(Pending<?> promise) {
            link = new Link(this, promise);
            promise.add(link);
        }

        @Override
        @Nullable
        Object fire(LoopCore core, @Nullable Object outcome) {
            PromiseFuture<T> target = future;
            future = null;
            link = null;
            if (target != null) {
                core.restore(context);
                target.settle(outcome);
            }
            return NOTHING;
        }

        void abandon() {
            if (!(context.loop instanceof EventLoop)) {
                return; // The promise was resolved from the beginning.
            }
            if (context.loop.isHere()) {
                cancelPromise();
            } else {
                context.loop.postUnlessClosed(this::cancelPromise);
            }
        }

        private void cancelPromise() {
            Link last = link;
            if (last != null) {
                future = null;
                link = null;
                // A promise that cannot be cancelled shall not keep us.
                last.release();
                last.source.cancel();
            }
        }
    }

    /* ---- Dependent stages ---- */

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        PromiseFuture<U> child = new PromiseFuture<>(this);
        synchronized (this) {
            children++;
            if (hiding == Thread.currentThread()) {
                child.abandoned = true;
            } else {
                needing++;
            }
        }
        return child;
    }

    /** Somebody else has decided the outcome, so what it was to be made from is not needed. */
    private void abandon() {
        PromiseFuture<?> future = this;
        // Not by recursion: chains of stages may be long.
        while (future.parent != null) {
            PromiseFuture<?> source = future.parent.get();
            if (source == null || source.isNeededWithout(future) || !source.cancelThis()) {
                return;
            }
            future = source;
        }
        follower.abandon();
    }

    private synchronized boolean isNeededWithout(PromiseFuture<?> child) {
        if (child.abandoned) {
            return true;
        }
        child.abandoned = true;
        // Threads in get(), allOf() and its like depend on this without being our children.
        return --needing > 0 || getNumberOfDependents() > children;
    }

    /** What CompletableFuture does, but for the cost of a stack trace. */
    private boolean cancelThis() {
        return super.completeExceptionally(CanceledException.instance()) || isCancelled();
    }

    /* ---- Completion by somebody else ---- */

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return abandonIf(cancelThis());
    }

    @Override
    public boolean complete(T value) {
        return abandonIf(super.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable error) {
        return abandonIf(super.completeExceptionally(error));
    }

    @Override
    public void obtrudeValue(T value) {
        super.obtrudeValue(value);
        abandon();
    }

    @Override
    public void obtrudeException(Throwable error) {
        super.obtrudeException(error);
        abandon();
    }

    private boolean abandonIf(boolean decided) {
        if (decided) {
            abandon();
        }
        return decided;
    }

    /* The next three are built on private doors of CompletableFuture: the first one completes this
     * without a call of complete(), the others attach a stage of their own.
     */

    @Override
    public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        executor.execute(() -> {
            if (!isDone()) {
                try {
                    complete(supplier.get());
                } catch (Throwable t) {
                    completeExceptionally(new CompletionException(t));
                }
            }
        });
        return this;
    }

    @Override
    public CompletableFuture<T> orTimeout(long timeout, TimeUnit unit) {
        hiding = Thread.currentThread();
        try {
            return super.orTimeout(timeout, unit);
        } finally {
            hiding = null;
        }
    }

    @Override
    public CompletableFuture<T> completeOnTimeout(T value, long timeout, TimeUnit unit) {
        hiding = Thread.currentThread();
        try {
            return super.completeOnTimeout(value, timeout, unit);
        } finally {
            hiding = null;
        }
    }

    /* ---- Waiting ---- */

    @Override
    public T get() throws InterruptedException, ExecutionException {
        checkMayWait();
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        checkMayWait();
        return super.get(timeout, unit);
    }

    @Override
    public T join() {
        checkMayWait();
        return super.join();
    }

    private void checkMayWait() {
        LoopCore core = follower.context.loop;
        if (!isDone() && core instanceof EventLoop && core.isHere()) {
            throw new IllegalStateException("waiting here would block " + core
                    + ", on which the promise is to be resolved; use the promise, or thenApply and"
                    + " its like");
        }
    }
}
