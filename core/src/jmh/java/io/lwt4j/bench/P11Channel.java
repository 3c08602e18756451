package io.lwt4j.bench;

import io.lwt4j.Promise;
import io.lwt4j.stream.BoundedStreamWriter;
import io.lwt4j.stream.PullStream;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.schedulers.Schedulers;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

import reactor.core.publisher.Flux;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** A producer and a consumer with room for sixteen elements between them; per element. */
@OperationsPerInvocation(P11Channel.COUNT)
public class P11Channel extends Workload {

    static final int COUNT = 100_000;

    private static final int ROOM = 16;

    @Benchmark
    public long lwt4j() throws Exception {
        PullStream.Bounded<Integer> channel = PullStream.bounded(ROOM);
        Promise<@Nullable Void> produced = produce(channel.writer(), 0);
        Promise<long[]> sum = channel.stream().fold(new long[1], P11Channel::add);
        if (produced.isPending()) {
            throw new AssertionError("still producing");
        }
        return sum.poll().orElseThrow()[0];
    }

    private static Promise<@Nullable Void> produce(BoundedStreamWriter<Integer> writer, int from) {
        for (int n = from; n < COUNT; n++) {
            Promise<@Nullable Void> pushed = writer.push(n);
            if (pushed.isPending()) {
                int next = n + 1;
                return pushed.flatMap(unused -> produce(writer, next));
            }
        }
        writer.close();
        return Promise.unit();
    }

    private static long[] add(long[] sum, int n) {
        sum[0] += n;
        return sum;
    }

    @Benchmark
    public long flux() {
        return Flux.range(0, COUNT)
                .hide()
                .publishOn(reactor.core.scheduler.Schedulers.immediate(), ROOM)
                .collect(() -> new long[1], P11Channel::add)
                .block()[0];
    }

    @Benchmark
    public long flowable() {
        return Flowable.range(0, COUNT)
                .hide()
                .observeOn(Schedulers.trampoline(), false, ROOM)
                .collect(() -> new long[1], P11Channel::add)
                .blockingGet()[0];
    }

    @Benchmark
    public long threads() throws Exception {
        BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(ROOM);
        long[] sum = {0};
        Pairs.onPlatformThreads(() -> put(queue), () -> take(queue, sum));
        return sum[0];
    }

    @Benchmark
    public long virtual() throws Exception {
        BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(ROOM);
        long[] sum = {0};
        Pairs.onVirtualThreads(() -> put(queue), () -> take(queue, sum));
        return sum[0];
    }

    private static void put(BlockingQueue<Integer> queue) throws InterruptedException {
        for (int n = 0; n < COUNT; n++) {
            queue.put(n);
        }
    }

    private static void take(BlockingQueue<Integer> queue, long[] sum) throws InterruptedException {
        for (int n = 0; n < COUNT; n++) {
            sum[0] += queue.take();
        }
    }

    @Override
    protected Object expected() {
        return (long) COUNT * (COUNT - 1) / 2;
    }
}
