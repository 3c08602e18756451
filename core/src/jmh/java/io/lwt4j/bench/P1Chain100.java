package io.lwt4j.bench;

import io.lwt4j.Promise;
import io.reactivex.rxjava3.core.Single;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

import reactor.core.publisher.Mono;

import java.util.concurrent.CompletableFuture;

/** A chain of a hundred {@code flatMap}s on a resolved promise; per {@code flatMap}. */
@OperationsPerInvocation(FlatMaps.LENGTH)
public class P1Chain100 extends FlatMaps {

    @Benchmark
    public Integer lwt4j() throws Exception {
        Promise<Integer> promise = Promise.of(0);
        for (int i = 0; i < LENGTH; i++) {
            promise = promise.flatMap(steps.lwt4j[at(i)]);
        }
        return promise.poll().orElseThrow();
    }

    @Benchmark
    public Integer cf() {
        CompletableFuture<Integer> future = CompletableFuture.completedFuture(0);
        for (int i = 0; i < LENGTH; i++) {
            future = future.thenCompose(steps.cf[at(i)]);
        }
        return future.join();
    }

    @Benchmark
    public Integer mono() {
        Mono<Integer> mono = Mono.just(0);
        for (int i = 0; i < LENGTH; i++) {
            mono = mono.flatMap(steps.mono[at(i)]);
        }
        return End.of(mono).value;
    }

    @Benchmark
    public Integer single() {
        Single<Integer> single = Single.just(0);
        for (int i = 0; i < LENGTH; i++) {
            single = single.flatMap(steps.single[at(i)]);
        }
        return End.of(single).value;
    }

    @Benchmark
    public Integer uni() {
        Uni<Integer> uni = Uni.createFrom().item(0);
        for (int i = 0; i < LENGTH; i++) {
            uni = uni.flatMap(steps.uni[at(i)]);
        }
        return End.of(uni).value;
    }

    @Benchmark
    public Integer vertx() {
        Future<Integer> future = Future.succeededFuture(0);
        for (int i = 0; i < LENGTH; i++) {
            future = future.compose(steps.vertx[at(i)]);
        }
        return future.result();
    }

    @Benchmark
    public Integer scala() {
        scala.concurrent.Future<Integer> future = scala.concurrent.Future.successful(0);
        for (int i = 0; i < LENGTH; i++) {
            future = future.flatMap(steps.scala[at(i)], Peers.PARASITIC);
        }
        return Peers.read(future);
    }

    @Benchmark
    public Integer trane() throws Exception {
        io.trane.future.Future<Integer> future = io.trane.future.Future.value(0);
        for (int i = 0; i < LENGTH; i++) {
            future = future.flatMap(steps.trane[at(i)]);
        }
        return Peers.read(future);
    }

    @Benchmark
    public Integer limit() {
        Integer value = 0;
        for (int i = 0; i < LENGTH; i++) {
            value = steps.limit[at(i)].apply(value);
        }
        return value;
    }

    @Override
    protected Object expected() {
        return LENGTH;
    }
}
