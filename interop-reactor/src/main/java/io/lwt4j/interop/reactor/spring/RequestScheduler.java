package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;
import io.lwt4j.PromiseLocal;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * The loop that a request is handled on, with the request's context in force. It does without the
 * hooks of Reactor's own schedulers: they would put the context of the thread that schedules on top
 * of it.
 *
 * @param loop the loop
 * @param values what is in force in tasks
 */
record RequestScheduler(EventLoop loop, PromiseLocal.Snapshot values) implements Scheduler {

    @Override
    public Disposable schedule(Runnable task) {
        return schedule(task, Disposables.single());
    }

    /**
     * Runs it also when it was cancelled: operators leave it to a task to clear their queue. Where
     * somebody else's values are in force there may be scopes of theirs, which ours must not be
     * mixed with, so it has a turn of its own.
     */
    private Disposable schedule(Runnable task, Disposable cancellation) {
        if (loop.isCurrent() && values.isInForce()) {
            task.run();
        } else {
            loop.execute(() -> values.run(() -> {
                task.run();
                return task;
            }));
        }
        return cancellation;
    }

    @Override
    public Worker createWorker() {
        Disposable all = Disposables.single();
        return new Worker() {
            @Override
            public Disposable schedule(Runnable task) {
                return RequestScheduler.this.schedule(task, all);
            }

            @Override
            public void dispose() {
                all.dispose();
            }

            @Override
            public boolean isDisposed() {
                return all.isDisposed();
            }
        };
    }
}
