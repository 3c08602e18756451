package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A future that follows a promise, and takes cancellation back to it. */
final class PromiseFuture<T extends @Nullable Object> extends CompletableFuture<T> {

    private final LoopCore core;

    /** What this depends on as a dependent stage; null at the future that follows the promise. */
    private final @Nullable PromiseFuture<?> parent;

    /** Dependent stages that have not been cancelled; guarded by this. */
    private int dependents;

    /** Set on the loop. */
    private @Nullable Promise<T> promise;

    PromiseFuture(LoopCore core) {
        this(core, null);
    }

    private PromiseFuture(LoopCore core, @Nullable PromiseFuture<?> parent) {
        this.core = core;
        this.parent = parent;
    }

    /** Takes the outcome of a promise; on the loop, or anywhere if the promise is resolved. */
    void follow(Promise<T> source) {
        if (isDone()) {
            source.cancel();
            return;
        }
        promise = source;
        source.onAny(super::complete, super::completeExceptionally);
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        synchronized (this) {
            dependents++;
        }
        return new PromiseFuture<>(core, this);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean done = super.cancel(mayInterruptIfRunning);
        if (done) {
            abandon();
        }
        return done;
    }

    @Override
    public boolean complete(T value) {
        boolean done = super.complete(value);
        if (done) {
            abandon();
        }
        return done;
    }

    @Override
    public boolean completeExceptionally(Throwable error) {
        boolean done = super.completeExceptionally(error);
        if (done) {
            abandon();
        }
        return done;
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

    /** Somebody else has decided the outcome: nobody needs the promise any more. */
    private void abandon() {
        if (parent != null) {
            parent.abandonedByDependent();
        } else if (core.isHere()) {
            cancelPromise();
        } else {
            core.postUnlessClosed(this::cancelPromise);
        }
    }

    private void abandonedByDependent() {
        synchronized (this) {
            if (--dependents > 0) {
                return;
            }
        }
        cancel(false);
    }

    private void cancelPromise() {
        Promise<T> source = promise;
        if (source != null) {
            promise = null;
            source.cancel();
        }
    }

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
        if (!isDone() && core.isHere()) {
            throw new IllegalStateException("waiting here would block " + core
                    + ", on which the promise is to be resolved; use the promise, or thenApply and"
                    + " its like");
        }
    }
}
