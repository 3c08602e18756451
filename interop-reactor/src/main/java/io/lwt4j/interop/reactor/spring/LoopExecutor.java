package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;
import io.lwt4j.PromiseLocal;

import java.util.concurrent.Executor;

/** A loop as an executor that does not wait for a turn where the loop is the calling one. */
final class LoopExecutor implements Executor {

    private final EventLoop loop;

    LoopExecutor(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public void execute(Runnable task) {
        if (loop.isCurrent()) {
            task.run();
        } else {
            PromiseLocal.Snapshot values = PromiseLocal.capture();
            loop.execute(() -> values.run(() -> {
                task.run();
                return task;
            }));
        }
    }
}
