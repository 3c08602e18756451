package io.lwt4j;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Makes JMH's worker thread one like those of {@link EventLoop.Builder#start()}, and lets a
 * benchmark become the loop of its thread. So a benchmark calls promises as a callback on a loop
 * does, without the turns of a loop around each call.
 *
 * <p>In place by {@code -Djmh.executor=CUSTOM -Djmh.executor.class=io.lwt4j.LoopThreads}.
 */
public final class LoopThreads extends ThreadPoolExecutor {

    /**
     * The constructor that JMH looks for.
     *
     * @param maxThreads how many threads the benchmark runs on
     * @param prefix the name of the threads
     */
    public LoopThreads(int maxThreads, String prefix) {
        super(
                maxThreads,
                maxThreads,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> new LoopThread(task, prefix));
    }

    /**
     * Makes the calling thread a loop's own, for good.
     *
     * @return the loop, which makes no turns by itself
     */
    public static EventLoop enter() {
        EventLoop loop = EventLoop.builder().build();
        loop.owner = Thread.currentThread();
        ((LoopThread) Thread.currentThread()).core = loop;
        return loop;
    }

    /** Undoes {@link #enter()}, for benchmarks that run a loop of their own on this thread. */
    public static void leave() {
        ((LoopThread) Thread.currentThread()).core = null;
    }
}
