package io.lwt4j.interop.reactor;

import io.lwt4j.engine.Host;

import reactor.core.scheduler.Scheduler;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A worker as the thread of a loop. */
final class WorkerHost implements Host {

    private final Scheduler scheduler;
    private final Scheduler.Worker worker;

    /** The time last told, since that of a scheduler may be set back. */
    private final AtomicLong latest = new AtomicLong(Long.MIN_VALUE);

    WorkerHost(Scheduler scheduler) {
        this.scheduler = scheduler;
        this.worker = scheduler.createWorker();
    }

    @Override
    public void execute(Runnable task) {
        worker.schedule(task);
    }

    @Override
    public Runnable schedule(Runnable task, long delayNanos) {
        return worker.schedule(task, delayNanos, TimeUnit.NANOSECONDS)::dispose;
    }

    /** A worker may wander from thread to thread. */
    @Override
    public boolean isHere() {
        return false;
    }

    @Override
    public long nanoTime() {
        return latest.accumulateAndGet(scheduler.now(TimeUnit.NANOSECONDS), Math::max);
    }
}
