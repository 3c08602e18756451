package io.lwt4j.interop.reactor;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.engine.Host;

import org.jspecify.annotations.Nullable;

import reactor.core.Disposable;
import reactor.core.Scannable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import java.util.concurrent.TimeUnit;

/**
 * Event loops as schedulers of Reactor, and the other way round.
 *
 * <p>Thread rule: any thread. Cancellation: disposing of a task keeps it from running; it never
 * interrupts the loop.
 */
public final class LoopScheduler implements Scheduler, Scannable {

    /* Overview. The work is done by Reactor's own scheduler for executors, on the loop's view as
     * one: it decorates tasks, tells its hook of what they throw, and keeps the order of a worker.
     * This adds the loop's clock, and keeps dispose() from closing the loop.
     */

    private final EventLoop loop;
    private final Scheduler tasks;

    /** What the wall clock showed when the loop's clock stood at 0, in nanoseconds. */
    private final long origin;

    private LoopScheduler(EventLoop loop) {
        this.loop = loop;
        this.tasks = Schedulers.fromExecutorService(loop.asExecutor(), loop.toString());
        this.origin = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis())
                - loop.engine().nanoTime();
    }

    /**
     * A scheduler whose tasks run on a loop, in order; delays, periods and {@code now} go by the
     * loop's clock. Disposing of it does not affect the loop; when the loop is closed, tasks are
     * rejected with {@link java.util.concurrent.RejectedExecutionException}.
     *
     * @param loop the loop; not null
     * @return the scheduler
     */
    public static Scheduler of(EventLoop loop) {
        return new LoopScheduler(requireNonNull(loop, "loop"));
    }

    /**
     * A host for a loop that lives on a worker of a scheduler, and goes by its clock: with
     * {@code VirtualTimeScheduler} sleeps of the loop take virtual time.
     *
     * @param scheduler a scheduler that runs the tasks of a worker one by one; not null
     * @return the host, for {@link EventLoop.Builder#host}
     */
    public static Host host(Scheduler scheduler) {
        return new WorkerHost(requireNonNull(scheduler, "scheduler"));
    }

    @Override
    public Disposable schedule(Runnable task) {
        return tasks.schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return tasks.schedule(task, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(
            Runnable task, long initialDelay, long period, TimeUnit unit) {
        return tasks.schedulePeriodically(task, initialDelay, period, unit);
    }

    @Override
    public Worker createWorker() {
        return tasks.createWorker();
    }

    @Override
    public long now(TimeUnit unit) {
        return unit.convert(origin + loop.engine().nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Does nothing: the loop belongs to whoever made it. */
    @Override
    public void dispose() {}

    @Override
    public boolean isDisposed() {
        return loop.isClosed();
    }

    /** Does nothing: the loop runs. */
    @Override
    public void init() {}

    @Override
    @SuppressWarnings("rawtypes") // as it is declared
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.NAME) {
            return loop.toString();
        }
        if (key == Attr.TERMINATED || key == Attr.CANCELLED) {
            return isDisposed();
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    @Override
    public String toString() {
        return "LoopScheduler(" + loop + ")";
    }
}
