package io.lwt4j.bench;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.bench.Peers.UniSource;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.subjects.SingleSubject;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Setup;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import scala.collection.mutable.ArrayBuffer;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A race of a new promise, which wins, against one that outlives very many races, and is new in
 * each iteration of the benchmark only; per race.
 */
public class P6LongLived extends Workload {

    private static final Integer VALUE = 7;

    private Promise<Integer> lwt4j;
    private CompletableFuture<Integer> cf;
    private Mono<Integer> mono;
    private Single<Integer> single;
    private Uni<Integer> uni;
    private Future<Integer> vertx;
    private scala.concurrent.Future<Integer> ofScala;
    private io.trane.future.Future<Integer> trane;

    @Setup(Level.Iteration)
    @Override
    public void prepare() {
        lwt4j = Resolver.<Integer>cancellable(loop).promise();
        cf = new CompletableFuture<>();
        mono = Sinks.unsafe().<Integer>one().asMono();
        single = SingleSubject.create();
        uni = new UniSource<Integer>().uni;
        vertx = io.vertx.core.Promise.<Integer>promise().future();
        ofScala = scala.concurrent.Promise.<Integer>apply().future();
        trane = io.trane.future.Promise.apply();
        limit = null;
    }

    @Benchmark
    public Integer lwt4j() throws Exception {
        Resolver<Integer> source = Resolver.cancellable();
        Promise<Integer> first = Promise.choose(lwt4j, source.promise());
        source.resolve(VALUE);
        return first.poll().orElseThrow();
    }

    @Benchmark
    public Object cf() {
        CompletableFuture<Integer> source = new CompletableFuture<>();
        CompletableFuture<Object> first = CompletableFuture.anyOf(cf, source);
        source.complete(VALUE);
        return first.join();
    }

    @Benchmark
    public Integer mono() {
        Sinks.One<Integer> source = Sinks.unsafe().one();
        End<Integer> first = End.of(Mono.firstWithSignal(mono, source.asMono()));
        source.tryEmitValue(VALUE);
        return first.value;
    }

    @Benchmark
    public Integer single() {
        SingleSubject<Integer> source = SingleSubject.create();
        End<Integer> first = End.of(Single.ambArray(single, source));
        source.onSuccess(VALUE);
        return first.value;
    }

    @Benchmark
    public Integer uni() {
        UniSource<Integer> source = new UniSource<>();
        End<Integer> first = End.of(Uni.combine().any().<Integer>of(uni, source.uni));
        source.emitter.complete(VALUE);
        return first.value;
    }

    @Benchmark
    public Integer vertx() {
        io.vertx.core.Promise<Integer> source = io.vertx.core.Promise.promise();
        Future<Integer> first = Future.any(vertx, source.future()).map(any -> any.resultAt(1));
        source.complete(VALUE);
        return first.result();
    }

    @Benchmark
    public Integer scala() {
        scala.concurrent.Promise<Integer> source = scala.concurrent.Promise.apply();
        ArrayBuffer<scala.concurrent.Future<Integer>> racers = new ArrayBuffer<>(2);
        racers.addOne(ofScala).addOne(source.future());
        scala.concurrent.Future<Integer> first =
                scala.concurrent.Future.firstCompletedOf(racers, Peers.PARASITIC);
        source.success(VALUE);
        return Peers.read(first);
    }

    @Benchmark
    public Integer trane() throws Exception {
        io.trane.future.Promise<Integer> source = io.trane.future.Promise.apply();
        io.trane.future.Future<Integer> first =
                io.trane.future.Future.firstCompletedOf(List.of(trane, source));
        source.setValue(VALUE);
        return Peers.read(first);
    }

    /** The long-lived callback's list of waiters. */
    private Waiter limit;

    @Benchmark
    public Integer limit() {
        Waiter here = new Waiter();
        Waiter there = new Waiter();
        there.next = limit;
        if (limit != null) {
            limit.previous = there;
        }
        limit = there;
        // The new promise is resolved: its waiter runs, and takes the other one out of its list.
        here.result = VALUE;
        if (there.previous == null) {
            limit = there.next;
        } else {
            there.previous.next = there.next;
        }
        if (there.next != null) {
            there.next.previous = there.previous;
        }
        return here.result;
    }

    private static final class Waiter {
        Waiter previous;
        Waiter next;
        Integer result;
    }

    @Override
    protected Object expected() {
        return VALUE;
    }
}
