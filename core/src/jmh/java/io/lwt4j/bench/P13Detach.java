package io.lwt4j.bench;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreads;
import io.lwt4j.Promise;
import io.lwt4j.detach.WorkerPool;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A loop gives a task that does nothing to a pool of four threads and goes on with its result,
 * again and again; per task. cf has an executor in place of the loop, and another one in place of
 * the pool.
 */
@OperationsPerInvocation(P13Detach.ROUNDS)
public class P13Detach extends Workload {

    static final int ROUNDS = 1_000;

    private static final int THREADS = 4;

    private final WorkerPool pool = WorkerPool.builder().bounds(0, THREADS).build();
    private final EventLoop running = EventLoop.builder().build();
    private final ExecutorService cfLoop = daemons(1);
    private final ExecutorService cfPool = daemons(THREADS);

    private static ExecutorService daemons(int threads) {
        return Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    protected void prepare() {
        LoopThreads.leave();
    }

    @Benchmark
    public Integer lwt4j() throws Exception {
        return running.runUntilComplete(() -> detach(0));
    }

    private Promise<Integer> detach(int count) {
        return count == ROUNDS
                ? Promise.of(count)
                : pool.detach(() -> count + 1).flatMap(this::detach);
    }

    @Benchmark
    public Integer cf() throws Exception {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        cfLoop.execute(() -> cfDetach(0, result));
        return result.get();
    }

    private void cfDetach(int count, CompletableFuture<Integer> result) {
        if (count == ROUNDS) {
            result.complete(count);
        } else {
            CompletableFuture.supplyAsync(() -> count + 1, cfPool)
                    .thenAcceptAsync(next -> cfDetach(next, result), cfLoop);
        }
    }

    @Override
    protected Object expected() {
        return ROUNDS;
    }
}
