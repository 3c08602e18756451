package io.lwt4j.interop.reactor;

import io.lwt4j.EventLoop;

import reactor.core.scheduler.Schedulers;

/** Threads of loops, which must not block, in the eyes of Reactor. */
final class NonBlocking {

    private static boolean registered;

    private NonBlocking() {}

    static synchronized void register() {
        if (!registered) {
            registered = true;
            Schedulers.registerNonBlockingThreadPredicate(
                    thread -> thread == Thread.currentThread() && EventLoop.isLoopThread());
        }
    }
}
