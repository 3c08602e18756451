package io.lwt4j.bench;

import io.lwt4j.Promise;
import io.lwt4j.sync.Mutex;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

/** Two who take turns at a mutex: each time one lets go, the other gets it; per turn. */
@OperationsPerInvocation(P11Mutex.COUNT)
public class P11Mutex extends Workload {

    static final int COUNT = 10_000;

    private int turns;

    @Benchmark
    public int lwt4j() {
        turns = 0;
        Mutex mutex = Mutex.create();
        mutex.lock();
        Promise<@Nullable Void> a = mutex.lock().flatMap(locked -> turn(mutex));
        Promise<@Nullable Void> b = mutex.lock().flatMap(locked -> turn(mutex));
        mutex.unlock();
        if (!a.isFulfilled() || !b.isFulfilled()) {
            throw new AssertionError("still waiting");
        }
        return turns;
    }

    private Promise<@Nullable Void> turn(Mutex mutex) {
        if (++turns >= COUNT - 1) {
            mutex.unlock();
            return Promise.unit();
        }
        Promise<@Nullable Void> again = mutex.lock();
        mutex.unlock();
        return again.flatMap(locked -> turn(mutex));
    }

    @Benchmark
    public int threads() throws Exception {
        return withLock(Pairs::onPlatformThreads);
    }

    @Benchmark
    public int virtual() throws Exception {
        return withLock(Pairs::onVirtualThreads);
    }

    private interface Runner {
        void run(Pairs.Code a, Pairs.Code b) throws Exception;
    }

    private int withLock(Runner runner) throws Exception {
        turns = 0;
        ReentrantLock lock = new ReentrantLock(true);
        Pairs.Code code = () -> {
            for (int i = 0; i < COUNT / 2; i++) {
                lock.lockInterruptibly();
                turns++;
                lock.unlock();
            }
        };
        runner.run(code, code);
        return turns;
    }

    /** A queue of callbacks. */
    @Benchmark
    public int limit() {
        turns = 0;
        Queue<Runnable> waiting = new ArrayDeque<>();
        Runnable turn = new Runnable() {
            @Override
            public void run() {
                if (++turns < COUNT - 1) {
                    waiting.add(this);
                }
            }
        };
        waiting.add(turn);
        waiting.add(turn);
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
            next.run();
        }
        return turns;
    }

    @Override
    protected Object expected() {
        return COUNT;
    }
}
