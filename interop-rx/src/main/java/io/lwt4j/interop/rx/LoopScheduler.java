package io.lwt4j.interop.rx;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.engine.Host;
import io.reactivex.rxjava3.core.Scheduler;

/**
 * Event loops as schedulers of RxJava, and schedulers as hosts of event loops.
 *
 * <p>Thread rule: any thread. Nothing here ever interrupts a thread.
 */
public final class LoopScheduler {

    private LoopScheduler() {}

    /**
     * The scheduler that runs everything on a loop: {@code observeOn(LoopScheduler.of(loop))}.
     *
     * <p>Tasks run in the order in which they were scheduled, delayed ones by the timers of the
     * loop, with the promise-local values of the place where they were scheduled, and with what
     * {@code RxJavaPlugins.setScheduleHandler} makes of them. {@code now} is the clock of the
     * loop's engine, which begins at an arbitrary moment. What tasks throw goes to
     * {@code RxJavaPlugins.onError}.
     *
     * <p>Cancellation: disposing of a task takes it back, with its timer, unless it has begun;
     * disposing of a worker does so with all its tasks. Neither that nor shutting the scheduler
     * down closes the loop. When the loop is closed, scheduling gives a disposed
     * {@code Disposable}, and {@code RxJavaPlugins.onError} gets a
     * {@link java.util.concurrent.RejectedExecutionException}, as with RxJava's own schedulers.
     *
     * @param loop the loop; not null
     * @return the scheduler
     */
    public static Scheduler of(EventLoop loop) {
        return new SchedulerFromLoop(requireNonNull(loop, "loop"));
    }

    /**
     * A host on which a loop lives that runs as tasks of a scheduler, and whose sleeps follow the
     * scheduler's clock: with a {@code TestScheduler}, {@code advanceTimeBy} drives them. Hand it
     * to {@link EventLoop.Builder#host}.
     *
     * <p>All tasks run on one worker, so one at a time. They may be on different threads, so the
     * promises of the loop may be touched inside of them only; from elsewhere use
     * {@link EventLoop#submit}. If the scheduler takes no tasks any more, whoever wants to wake the
     * loop gets a {@link java.util.concurrent.RejectedExecutionException}. The clock never goes
     * back, even if that of the scheduler does.
     *
     * <p>Cancellation: the worker is the host's for good; it is idle when the loop is closed.
     *
     * @param scheduler the scheduler; not null
     * @return a host, for one loop or several that live on one thread
     */
    public static Host host(Scheduler scheduler) {
        return new HostFromScheduler(requireNonNull(scheduler, "scheduler"));
    }
}
