package io.lwt4j.bench;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.reactivex.rxjava3.core.Single;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

import reactor.core.publisher.Mono;

import scala.Function1;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A recursive loop on resolved promises, of a thousand or a million iterations; per iteration. */
@OperationsPerInvocation(P3Recursion.ITERATIONS)
public class P3Recursion extends Workload {

    static final int ITERATIONS = 1_000_000;

    /** How deep the recursion goes. */
    @Param({"1000", "1000000"})
    public int depth;

    /** How many iterations are left. */
    private int left;

    private final CheckedFunction<Integer, Promise<Integer>> lwt4jStep = this::lwt4jLoop;

    @Benchmark
    public Integer lwt4j() throws Exception {
        int sum = 0;
        for (int i = 0; i < ITERATIONS; i += depth) {
            left = depth;
            sum += lwt4jLoop(1).poll().orElseThrow();
        }
        return sum;
    }

    private Promise<Integer> lwt4jLoop(Integer value) {
        return left-- == 0 ? Promise.of(value) : Promise.of(value).flatMap(lwt4jStep);
    }

    private final Function<Integer, CompletableFuture<Integer>> cfStep = this::cfLoop;

    @Benchmark
    public Integer cf() {
        int sum = 0;
        for (int i = 0; i < ITERATIONS; i += depth) {
            left = depth;
            sum += cfLoop(1).join();
        }
        return sum;
    }

    private CompletableFuture<Integer> cfLoop(Integer value) {
        CompletableFuture<Integer> future = CompletableFuture.completedFuture(value);
        return left-- == 0 ? future : future.thenCompose(cfStep);
    }

    private final Function<Integer, Mono<Integer>> monoStep = this::monoLoop;

    @Benchmark
    public Integer mono() {
        int sum = 0;
        for (int i = 0; i < ITERATIONS; i += depth) {
            left = depth;
            sum += End.of(monoLoop(1)).value;
        }
        return sum;
    }

    private Mono<Integer> monoLoop(Integer value) {
        Mono<Integer> mono = Mono.just(value);
        return left-- == 0 ? mono : mono.flatMap(monoStep);
    }

    private final io.reactivex.rxjava3.functions.Function<Integer, Single<Integer>> singleStep =
            this::singleLoop;

    @Benchmark
    public Integer single() {
        int sum = 0;
        for (int i = 0; i < ITERATIONS; i += depth) {
            left = depth;
            sum += End.of(singleLoop(1)).value;
        }
        return sum;
    }

    private Single<Integer> singleLoop(Integer value) {
        Single<Integer> single = Single.just(value);
        return left-- == 0 ? single : single.flatMap(singleStep);
    }

    private final Function<Integer, Uni<? extends Integer>> uniStep = this::uniLoop;

    @Benchmark
    public Integer uni() {
        int sum = 0;
        for (int i = 0; i < ITERATIONS; i += depth) {
            left = depth;
            sum += End.of(uniLoop(1)).value;
        }
        return sum;
    }

    private Uni<Integer> uniLoop(Integer value) {
        Uni<Integer> uni = Uni.createFrom().item(value);
        return left-- == 0 ? uni : uni.flatMap(uniStep);
    }

    private final Function<Integer, Future<Integer>> vertxStep = this::vertxLoop;

    @Benchmark
    public Integer vertx() {
        int sum = 0;
        for (int i = 0; i < ITERATIONS; i += depth) {
            left = depth;
            sum += vertxLoop(1).result();
        }
        return sum;
    }

    private Future<Integer> vertxLoop(Integer value) {
        Future<Integer> future = Future.succeededFuture(value);
        return left-- == 0 ? future : future.compose(vertxStep);
    }

    private final Function1<Integer, scala.concurrent.Future<Integer>> ofScalaStep =
            this::ofScalaLoop;

    @Benchmark
    public Integer scala() {
        int sum = 0;
        for (int i = 0; i < ITERATIONS; i += depth) {
            left = depth;
            sum += Peers.read(ofScalaLoop(1));
        }
        return sum;
    }

    private scala.concurrent.Future<Integer> ofScalaLoop(Integer value) {
        scala.concurrent.Future<Integer> future = scala.concurrent.Future.successful(value);
        return left-- == 0 ? future : future.flatMap(ofScalaStep, Peers.PARASITIC);
    }

    private final Function<Integer, io.trane.future.Future<Integer>> traneStep = this::traneLoop;

    @Benchmark
    public Integer trane() throws Exception {
        int sum = 0;
        for (int i = 0; i < ITERATIONS; i += depth) {
            left = depth;
            sum += Peers.read(traneLoop(1));
        }
        return sum;
    }

    private io.trane.future.Future<Integer> traneLoop(Integer value) {
        io.trane.future.Future<Integer> future = io.trane.future.Future.value(value);
        return left-- == 0 ? future : future.flatMap(traneStep);
    }

    @Benchmark
    public Integer limit() {
        int sum = 0;
        for (int i = 0; i < ITERATIONS; i += depth) {
            left = depth;
            Integer value = 1;
            while (left-- != 0) {
                value = limitStep(value);
            }
            sum += value;
        }
        return sum;
    }

    private static Integer limitStep(Integer value) {
        return value;
    }

    @Override
    protected Object expected() {
        return ITERATIONS / depth;
    }
}
