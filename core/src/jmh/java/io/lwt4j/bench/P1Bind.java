package io.lwt4j.bench;

import io.lwt4j.Promise;
import io.reactivex.rxjava3.core.Single;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;

import org.openjdk.jmh.annotations.Benchmark;

import reactor.core.publisher.Mono;

import java.util.concurrent.CompletableFuture;

/** One {@code flatMap} on a resolved promise. */
public class P1Bind extends FlatMaps {

    private final Promise<Integer> lwt4j = Promise.of(0);
    private final CompletableFuture<Integer> cf = CompletableFuture.completedFuture(0);
    private final Mono<Integer> mono = Mono.just(0);
    private final Single<Integer> single = Single.just(0);
    private final Uni<Integer> uni = Uni.createFrom().item(0);
    private final Future<Integer> vertx = Future.succeededFuture(0);
    private final scala.concurrent.Future<Integer> ofScala = scala.concurrent.Future.successful(0);
    private final io.trane.future.Future<Integer> trane = io.trane.future.Future.value(0);
    private int turn;

    @Benchmark
    public Integer lwt4j() throws Exception {
        return lwt4j.flatMap(steps.lwt4j[at(turn++)]).poll().orElseThrow();
    }

    @Benchmark
    public Integer cf() {
        return cf.thenCompose(steps.cf[at(turn++)]).join();
    }

    @Benchmark
    public Integer mono() {
        return End.of(mono.flatMap(steps.mono[at(turn++)])).value;
    }

    @Benchmark
    public Integer single() {
        return End.of(single.flatMap(steps.single[at(turn++)])).value;
    }

    @Benchmark
    public Integer uni() {
        return End.of(uni.<Integer>flatMap(steps.uni[at(turn++)])).value;
    }

    @Benchmark
    public Integer vertx() {
        return vertx.compose(steps.vertx[at(turn++)]).result();
    }

    @Benchmark
    public Integer scala() {
        return Peers.read(ofScala.flatMap(steps.scala[at(turn++)], Peers.PARASITIC));
    }

    @Benchmark
    public Integer trane() throws Exception {
        return Peers.read(trane.flatMap(steps.trane[at(turn++)]));
    }

    @Benchmark
    public Integer limit() {
        return steps.limit[at(turn++)].apply(0);
    }

    @Override
    protected Object expected() {
        return 1;
    }
}
