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

    private Disposable schedule(Runnable task, Disposable cancellation) {
        new LoopExecutor(loop).execute(() -> {
            if (!cancellation.isDisposed()) {
                run(task);
            }
        });
        return cancellation;
    }

    private void run(Runnable task) {
        if (values.isInForce()) {
            task.run();
        } else {
            values.run(() -> {
                task.run();
                return task;
            });
        }
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
