package io.lwt4j.interop.reactor;

import io.lwt4j.EventLoop;

import reactor.core.scheduler.Schedulers;

/** Threads of loops, which must not block, in the eyes of Reactor. */
final class NonBlocking {

    private static boolean registered;

    private NonBlocking() {}

    /** Whether a thread, which can be known of the calling one only, runs a loop. */
    static boolean isLoop(Thread thread) {
        return thread == Thread.currentThread() && EventLoop.isLoopThread();
    }

    static synchronized void register() {
        if (!registered) {
            registered = true;
            Schedulers.registerNonBlockingThreadPredicate(NonBlocking::isLoop);
        }
    }
}
