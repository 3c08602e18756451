package io.lwt4j.bench;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.bench.Peers.UniSource;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.subjects.SingleSubject;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A hundred {@code flatMap}s on a pending promise, which is then resolved; per {@code flatMap}. */
@OperationsPerInvocation(FlatMaps.LENGTH)
public class P2Pending100 extends FlatMaps {

    @Benchmark
    public Integer lwt4j() throws Exception {
        Resolver<Integer> source = Resolver.cancellable();
        Promise<Integer> promise = source.promise();
        for (int i = 0; i < LENGTH; i++) {
            promise = promise.flatMap(steps.lwt4j[at(i)]);
        }
        source.resolve(0);
        return promise.poll().orElseThrow();
    }

    @Benchmark
    public Integer cf() {
        CompletableFuture<Integer> source = new CompletableFuture<>();
        CompletableFuture<Integer> future = source;
        for (int i = 0; i < LENGTH; i++) {
            future = future.thenCompose(steps.cf[at(i)]);
        }
        source.complete(0);
        return future.join();
    }

    @Benchmark
    public Integer mono() {
        Sinks.One<Integer> source = Sinks.unsafe().one();
        Mono<Integer> mono = source.asMono();
        for (int i = 0; i < LENGTH; i++) {
            mono = mono.flatMap(steps.mono[at(i)]);
        }
        End<Integer> end = End.of(mono);
        source.tryEmitValue(0);
        return end.value;
    }

    @Benchmark
    public Integer single() {
        SingleSubject<Integer> source = SingleSubject.create();
        Single<Integer> single = source;
        for (int i = 0; i < LENGTH; i++) {
            single = single.flatMap(steps.single[at(i)]);
        }
        End<Integer> end = End.of(single);
        source.onSuccess(0);
        return end.value;
    }

    @Benchmark
    public Integer uni() {
        UniSource<Integer> source = new UniSource<>();
        Uni<Integer> uni = source.uni;
        for (int i = 0; i < LENGTH; i++) {
            uni = uni.flatMap(steps.uni[at(i)]);
        }
        End<Integer> end = End.of(uni);
        source.emitter.complete(0);
        return end.value;
    }

    @Benchmark
    public Integer vertx() {
        io.vertx.core.Promise<Integer> source = io.vertx.core.Promise.promise();
        Future<Integer> future = source.future();
        for (int i = 0; i < LENGTH; i++) {
            future = future.compose(steps.vertx[at(i)]);
        }
        source.complete(0);
        return future.result();
    }

    @Benchmark
    public Integer scala() {
        scala.concurrent.Promise<Integer> source = scala.concurrent.Promise.apply();
        scala.concurrent.Future<Integer> future = source.future();
        for (int i = 0; i < LENGTH; i++) {
            future = future.flatMap(steps.scala[at(i)], Peers.PARASITIC);
        }
        source.success(0);
        return Peers.read(future);
    }

    @Benchmark
    public Integer trane() throws Exception {
        io.trane.future.Promise<Integer> source = io.trane.future.Promise.apply();
        io.trane.future.Future<Integer> future = source;
        for (int i = 0; i < LENGTH; i++) {
            future = future.flatMap(steps.trane[at(i)]);
        }
        source.setValue(0);
        return Peers.read(future);
    }

    @Benchmark
    public Integer limit() {
        Callback first = new Callback(steps.limit[0]);
        Callback last = first;
        for (int i = 1; i < LENGTH; i++) {
            Callback next = new Callback(steps.limit[at(i)]);
            last.next = next;
            last = next;
        }
        Integer value = 0;
        for (Callback callback = first; callback != null; callback = callback.next) {
            value = callback.function.apply(value);
        }
        return value;
    }

    private static final class Callback {
        final Function<Integer, Integer> function;
        Callback next;

        Callback(Function<Integer, Integer> function) {
            this.function = function;
        }
    }

    @Override
    protected Object expected() {
        return LENGTH;
    }
}
