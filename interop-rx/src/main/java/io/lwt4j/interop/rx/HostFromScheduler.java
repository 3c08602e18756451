package io.lwt4j.interop.rx;

import io.lwt4j.engine.Host;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.Disposable;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A worker of a scheduler, on which a loop lives. */
final class HostFromScheduler implements Host {

    private final Scheduler scheduler;
    private final Scheduler.Worker worker;

    /** The time last told. */
    private final AtomicLong latest = new AtomicLong(Long.MIN_VALUE);

    HostFromScheduler(Scheduler scheduler) {
        this.scheduler = scheduler;
        this.worker = scheduler.createWorker();
    }

    @Override
    public void execute(Runnable task) {
        accepted(new Task(task), 0);
    }

    /** The thread of the last task need not be that of the next one. */
    @Override
    public boolean isHere() {
        return false;
    }

    @Override
    public Runnable schedule(Runnable task, long delayNanos) {
        return accepted(new Task(task), delayNanos)::dispose;
    }

    private Disposable accepted(Task task, long delayNanos) {
        Disposable scheduled = worker.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        // What has run is disposed, too.
        if (scheduled.isDisposed() && !task.begun) {
            throw new RejectedExecutionException(scheduler + " takes no tasks any more");
        }
        return scheduled;
    }

    @Override
    public long nanoTime() {
        return latest.accumulateAndGet(scheduler.now(TimeUnit.NANOSECONDS), Math::max);
    }

    private static final class Task implements Runnable {

        private final Runnable action;
        private volatile boolean begun;

        Task(Runnable action) {
            this.action = action;
        }

        @Override
        public void run() {
            begun = true;
            action.run();
        }
    }
}
