package io.lwt4j.bench;

import io.lwt4j.stream.PullStream;
import io.reactivex.rxjava3.core.Flowable;
import io.smallrye.mutiny.Multi;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

import reactor.core.publisher.Flux;

import java.util.List;
import java.util.stream.IntStream;

/** A million elements of a list through map, filter and fold; per element. */
@OperationsPerInvocation(P10Stream.COUNT)
public class P10Stream extends Workload {

    static final int COUNT = 1_000_000;

    private final List<Integer> list = IntStream.range(0, COUNT).boxed().toList();

    private static boolean isWanted(int n) {
        return (n & 3) != 0;
    }

    /** Without a box for each sum, which would cost as much as all the rest. */
    private static long[] add(long[] sum, int n) {
        sum[0] += n;
        return sum;
    }

    @Benchmark
    public long lwt4j() throws Exception {
        return PullStream.fromIterable(list)
                .map(n -> n ^ 1)
                .filter(P10Stream::isWanted)
                .fold(new long[1], P10Stream::add)
                .poll()
                .orElseThrow()[0];
    }

    @Benchmark
    public long flux() {
        return Flux.fromIterable(list)
                .map(n -> n ^ 1)
                .filter(P10Stream::isWanted)
                .collect(() -> new long[1], P10Stream::add)
                .block()[0];
    }

    @Benchmark
    public long flowable() {
        return Flowable.fromIterable(list)
                .map(n -> n ^ 1)
                .filter(P10Stream::isWanted)
                .collect(() -> new long[1], P10Stream::add)
                .blockingGet()[0];
    }

    @Benchmark
    public long multi() {
        return Multi.createFrom()
                .iterable(list)
                .map(n -> n ^ 1)
                .filter(P10Stream::isWanted)
                .collect()
                .in(() -> new long[1], P10Stream::add)
                .await()
                .indefinitely()[0];
    }

    @Benchmark
    public long limit() {
        long sum = 0;
        for (Integer n : list) {
            Integer mapped = n ^ 1;
            if (isWanted(mapped)) {
                sum += mapped;
            }
        }
        return sum;
    }

    @Override
    protected Object expected() {
        return IntStream.range(0, COUNT)
                .map(n -> n ^ 1)
                .filter(P10Stream::isWanted)
                .asLongStream()
                .sum();
    }
}
