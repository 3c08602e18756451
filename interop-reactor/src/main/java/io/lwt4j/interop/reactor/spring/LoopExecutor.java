package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;

import java.util.concurrent.Executor;

/**
 * A loop as an executor that does not wait for a turn where the loop is that of the calling thread.
 *
 * @param loop the loop
 */
record LoopExecutor(EventLoop loop) implements Executor {

    @Override
    public void execute(Runnable task) {
        if (loop.isCurrent()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }
}
