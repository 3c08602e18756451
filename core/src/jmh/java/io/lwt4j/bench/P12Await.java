package io.lwt4j.bench;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreads;
import io.lwt4j.Promise;
import io.lwt4j.direct.Direct;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * Code in direct style waits for a pause of its loop, again and again; per wait, that is from the
 * task to the loop, one turn, and back. lwt4j is the best mechanism that the JDK has, virtual and
 * platform are the other two. The raw ones only hand over between two threads that park, and cf
 * waits for a future that another thread completes.
 */
@OperationsPerInvocation(P12Await.ROUNDS)
public class P12Await extends Workload {

    static final int ROUNDS = 1_000;

    private EventLoop running;

    @Override
    protected void prepare() {
        LoopThreads.leave();
        // A loop looks at the property when it gets its first task.
        if (peer.equals("virtual") || peer.equals("platform")) {
            System.setProperty("lwt4j.direct", peer);
        }
        running = EventLoop.builder().build();
    }

    @Benchmark
    public Integer lwt4j() throws Exception {
        return running.runUntilComplete(() -> Direct.spawn(this::waitOften));
    }

    @Benchmark
    public Integer virtual() throws Exception {
        return lwt4j();
    }

    @Benchmark
    public Integer platform() throws Exception {
        return lwt4j();
    }

    private Integer waitOften() throws Exception {
        int count = 0;
        while (count < ROUNDS) {
            Promise<Void> pause = EventLoop.pause();
            Direct.await(pause);
            count++;
        }
        return count;
    }

    @Benchmark
    public Integer rawVirtual() throws Exception {
        return raw(task -> {
            try {
                // JDK 21 and newer; fails elsewhere.
                MethodHandles.publicLookup()
                        .findStatic(
                                Thread.class,
                                "startVirtualThread",
                                MethodType.methodType(Thread.class, Runnable.class))
                        .invoke(task);
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            }
        });
    }

    @Benchmark
    public Integer rawPlatform() throws Exception {
        return raw(task -> new Thread(task).start());
    }

    private volatile Thread turn;

    private Integer raw(Executor threads) throws Exception {
        CompletableFuture<Thread> other = new CompletableFuture<>();
        Thread own = Thread.currentThread();
        turn = own;
        threads.execute(() -> {
            other.complete(Thread.currentThread());
            for (int i = 0; i < ROUNDS; i++) {
                awaitTurn();
                turn = own;
                LockSupport.unpark(own);
            }
        });
        Thread task = other.get();
        int count = 0;
        while (count < ROUNDS) {
            turn = task;
            LockSupport.unpark(task);
            awaitTurn();
            count++;
        }
        return count;
    }

    private void awaitTurn() {
        while (turn != Thread.currentThread()) {
            LockSupport.park(this);
        }
    }

    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });

    @Benchmark
    public Integer cf() throws Exception {
        int count = 0;
        while (count < ROUNDS) {
            count += CompletableFuture.supplyAsync(() -> 1, executor).get();
        }
        return count;
    }

    @Override
    protected Object expected() {
        return ROUNDS;
    }
}
