package io.lwt4j.bench;

import io.lwt4j.Promise;
import io.lwt4j.sync.MVar;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.SynchronousQueue;
import java.util.function.IntConsumer;

/** A number that goes to and fro between two through mailboxes for one; per round trip. */
@OperationsPerInvocation(P11MVar.COUNT)
public class P11MVar extends Workload {

    static final int COUNT = 10_000;

    @Benchmark
    public int lwt4j() throws Exception {
        MVar<Integer> there = MVar.empty();
        MVar<Integer> back = MVar.empty();
        Promise<Integer> echo = echo(there, back);
        Promise<Integer> last = ask(there, back, 0);
        if (echo.isRejected()) {
            throw new AssertionError(echo);
        }
        return last.poll().orElseThrow();
    }

    private static Promise<Integer> ask(MVar<Integer> there, MVar<Integer> back, int n) {
        return n == COUNT
                ? Promise.of(n)
                : there.put(n).flatMap(put -> back.take()).flatMap(m -> ask(there, back, m));
    }

    private static Promise<Integer> echo(MVar<Integer> there, MVar<Integer> back) {
        return there.take().flatMap(n -> back.put(n + 1)).flatMap(put -> echo(there, back));
    }

    @Benchmark
    public int threads() throws Exception {
        SynchronousQueue<Integer> there = new SynchronousQueue<>();
        SynchronousQueue<Integer> back = new SynchronousQueue<>();
        int[] last = {0};
        Pairs.onPlatformThreads(() -> ask(there, back, last), () -> echo(there, back));
        return last[0];
    }

    @Benchmark
    public int virtual() throws Exception {
        SynchronousQueue<Integer> there = new SynchronousQueue<>();
        SynchronousQueue<Integer> back = new SynchronousQueue<>();
        int[] last = {0};
        Pairs.onVirtualThreads(() -> ask(there, back, last), () -> echo(there, back));
        return last[0];
    }

    private static void ask(
            SynchronousQueue<Integer> there, SynchronousQueue<Integer> back, int[] last)
            throws InterruptedException {
        for (int i = 0; i < COUNT; i++) {
            there.put(last[0]);
            last[0] = back.take();
        }
    }

    private static void echo(SynchronousQueue<Integer> there, SynchronousQueue<Integer> back)
            throws InterruptedException {
        for (int i = 0; i < COUNT; i++) {
            back.put(there.take() + 1);
        }
    }

    /** Two queues of callbacks, one for either way. */
    @Benchmark
    public int limit() {
        Queue<IntConsumer> there = new ArrayDeque<>();
        Queue<IntConsumer> back = new ArrayDeque<>();
        int[] last = {0};
        while (last[0] < COUNT) {
            there.add(n -> back.remove().accept(n + 1));
            back.add(n -> last[0] = n);
            there.remove().accept(last[0]);
        }
        return last[0];
    }

    @Override
    protected Object expected() {
        return COUNT;
    }
}
