package io.lwt4j.detach;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** Calls from a thread that may wait into a loop. */
final class Calls {

    private Calls() {}

    /** The loop that detached what the calling thread, a worker, is running. */
    static EventLoop loopOfWorker(String operation) {
        Job<?> job = Job.current();
        if (job == null) {
            checkMayWait();
            throw new IllegalStateException("WorkerPool." + operation + ": thread \""
                    + Thread.currentThread().getName() + "\" runs no task of a worker pool, so it"
                    + " is not clear which loop is meant; use " + operation + "(loop, ...)");
        }
        return job.loop;
    }

    static <T extends @Nullable Object> T runInLoop(
            EventLoop loop, Callable<? extends Promise<T>> body) throws Exception {
        if (loop.isCurrent()) {
            throw waitsHere();
        }
        checkMayWait();
        CompletableFuture<T> future;
        try {
            future = loop.submit(body);
        } catch (RejectedExecutionException closed) {
            Job.expect(closed);
            throw closed;
        }
        // A stage that never fails, since get() wraps some errors, and makes others anew.
        CompletableFuture<Outcome<T>> outcome = future.handle(Outcome::new);
        try {
            return outcome.get().value(loop);
        } catch (InterruptedException e) {
            future.cancel(true);
            throw e;
        }
    }

    /** A loop that waited for itself would wait for ever, and for another one, hold up its own. */
    private static void checkMayWait() {
        if (EventLoop.isLoopThread()) {
            throw waitsHere();
        }
    }

    private static IllegalStateException waitsHere() {
        return new IllegalStateException("thread \"" + Thread.currentThread().getName()
                + "\" runs a loop, which WorkerPool.runInLoop would block; on the same loop just"
                + " use the promise, and for one of another loop"
                + " Promise.from(loop.submit(() -> ...))");
    }

    private record Outcome<T extends @Nullable Object>(
            T result, @Nullable Throwable error) {

        T value(EventLoop loop) {
            if (error != null) {
                if (error instanceof RejectedExecutionException && loop.isClosed()) {
                    Job.expect(error);
                }
                throw sneaky(error);
            }
            return result;
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException sneaky(Throwable t) throws X {
        throw (X) t;
    }
}
