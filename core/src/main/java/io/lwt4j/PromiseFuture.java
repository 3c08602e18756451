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
        follower = new Follower<>(this, core);
        parent = null;
    }

    private PromiseFuture(PromiseFuture<?> parent) {
        this.follower = parent.follower;
        this.parent = new WeakReference<>(parent);
    }

    /** Takes the outcome of a promise; on the loop, or anywhere if the promise is resolved. */
    @SuppressWarnings("unchecked") // only a root follows
    void follow(Promise<T> source) {
        ((Follower<T>) follower).begin(source);
    }

    private void settle(@Nullable Object outcome) {
        if (!(outcome instanceof Rejected rejected)) {
            super.complete(Cell.<T>value(outcome));
        } else if (super.completeExceptionally(rejected.peek())) {
            rejected.observe();
        }
    }

    /** The waiter at the promise. */
    private static final class Follower<T extends @Nullable Object> extends PromiseFollower<T> {

        final LoopCore core;

        /** The root; null when it needs nothing more of this, which its children keep. */
        private @Nullable PromiseFuture<T> future;

        Follower(PromiseFuture<T> future, LoopCore core) {
            this.future = future;
            this.core = core;
        }

        void begin(Promise<T> source) {
            if (source.real() instanceof Pending<T> pending
                    && pending.isOpen()
                    && pending.context.loop != core) {
                onError(core.strangerReturned(pending.context.loop));
            } else {
                follow(new PromiseOutlet<>(source, CancelPolicy.CANCEL));
            }
        }

        void leave() {
            future = null;
            abandon();
        }

        @Override
        void tell(@Nullable Object outcome) {
            PromiseFuture<T> told = future;
            future = null;
            if (told != null) {
                told.settle(outcome);
            }
        }

        @Override
        protected void onValue(T value) {
            tell(Cell.fulfilled(value));
        }

        @Override
        protected void onError(Throwable cause) {
            tell(Rejected.of(cause));
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
        follower.leave();
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
        LoopCore core = follower.core;
        if (!isDone() && core instanceof EventLoop && core.isHere()) {
            throw new IllegalStateException("waiting here would block " + core
                    + ", on which the promise is to be resolved; use the promise, or thenApply and"
                    + " its like");
        }
    }
}
