package io.lwt4j.bench;

import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreads;
import io.lwt4j.Promise;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** The loop of {@link P3Pause} on a running event loop: a turn for every iteration; per turn. */
@OperationsPerInvocation(P8PauseTurn.ITERATIONS)
public class P8PauseTurn extends Workload {

    static final int ITERATIONS = 10_000;

    private int left;

    private final EventLoop running = EventLoop.builder().build();
    private final CheckedFunction<Void, Promise<Integer>> step = paused -> step();

    @Override
    protected void prepare() {
        LoopThreads.leave();
    }

    @Benchmark
    public Integer lwt4j() throws Exception {
        left = ITERATIONS;
        return running.runUntilComplete(this::step);
    }

    private Promise<Integer> step() {
        return left-- == 0 ? Promise.of(1) : EventLoop.pause().flatMap(step);
    }

    @Override
    protected Object expected() {
        return 1;
    }
}
