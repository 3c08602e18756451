package io.lwt4j.engine;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A foreign thread that an event loop may live on: Netty's event loop, the JavaFX or Swing thread,
 * or any executor that runs its tasks one by one.
 *
 * <p>Thread rule: every method may be called from any thread.
 */
public interface Host {

    /**
     * Runs a task soon, never while another one runs, and with everything visible that happened
     * before this call and in earlier tasks.
     *
     * @param task the task
     */
    void execute(Runnable task);

    /**
     * Whether the calling thread is the host's for good, so that pending promises of the loop may
     * be touched here also outside of the loop's own tasks. A host whose tasks wander from thread
     * to thread answers false.
     *
     * @return whether this is the host's one thread
     */
    boolean isHere();

    /**
     * Runs a task, as {@link #execute} does, after some time.
     *
     * @param task the task
     * @param delayNanos the time, in nanoseconds, positive
     * @return takes the task back, if it has not run yet
     */
    Runnable schedule(Runnable task, long delayNanos);

    /**
     * The clock of {@link #schedule}.
     *
     * @return nanoseconds since an arbitrary moment, monotonic
     */
    default long nanoTime() {
        return System.nanoTime();
    }

    /**
     * The host made of a scheduler that runs its tasks one by one, such as Netty's event loops or
     * {@link java.util.concurrent.Executors#newSingleThreadScheduledExecutor()}.
     *
     * @param scheduler the scheduler
     * @param here see {@link #isHere()}: for Netty {@code eventLoop::inEventLoop}
     * @return the host
     */
    static Host of(ScheduledExecutorService scheduler, BooleanSupplier here) {
        return of(scheduler, here, scheduler);
    }

    /**
     * The host made of an executor that runs its tasks one by one, with the clock of a scheduler.
     *
     * @param executor runs the loop's work
     * @param here see {@link #isHere()}
     * @param timer used for waiting only; it may serve many loops
     * @return the host
     */
    static Host of(Executor executor, BooleanSupplier here, ScheduledExecutorService timer) {
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(here, "here");
        Objects.requireNonNull(timer, "timer");
        return new Host() {
            @Override
            public void execute(Runnable task) {
                executor.execute(task);
            }

            @Override
            public boolean isHere() {
                return here.getAsBoolean();
            }

            @Override
            public Runnable schedule(Runnable task, long delayNanos) {
                Future<?> future = timer.schedule(
                        () -> executor.execute(task), delayNanos, TimeUnit.NANOSECONDS);
                return () -> future.cancel(false);
            }
        };
    }
}
