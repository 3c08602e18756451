package io.lwt4j.bench;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.bench.Peers.UniSource;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.subjects.SingleSubject;
import io.smallrye.mutiny.Uni;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import scala.collection.mutable.ArrayBuffer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * All of a thousand pending promises, which are then resolved one by one, as a list; per promise.
 */
@OperationsPerInvocation(P4All1000.COUNT)
public class P4All1000 extends Workload {

    static final int COUNT = 1000;

    private static final Integer VALUE = 7;

    @Benchmark
    public List<Integer> lwt4j() throws Exception {
        List<Resolver<Integer>> sources = new ArrayList<>(COUNT);
        List<Promise<Integer>> promises = new ArrayList<>(COUNT);
        for (int i = 0; i < COUNT; i++) {
            Resolver<Integer> source = Resolver.cancellable();
            sources.add(source);
            promises.add(source.promise());
        }
        Promise<List<Integer>> all = Promise.all(promises);
        for (Resolver<Integer> source : sources) {
            source.resolve(VALUE);
        }
        return all.poll().orElseThrow();
    }

    @Benchmark
    @SuppressWarnings({"unchecked", "rawtypes"})
    public List<Integer> cf() {
        CompletableFuture<Integer>[] futures = new CompletableFuture[COUNT];
        Arrays.setAll(futures, i -> new CompletableFuture<>());
        CompletableFuture<List<Integer>> all = CompletableFuture.allOf(futures).thenApply(done -> {
            List<Integer> values = new ArrayList<>(COUNT);
            for (CompletableFuture<Integer> future : futures) {
                values.add(future.join());
            }
            return values;
        });
        for (CompletableFuture<Integer> future : futures) {
            future.complete(VALUE);
        }
        return all.join();
    }

    @Benchmark
    public List<Object> mono() {
        List<Sinks.One<Integer>> sources = new ArrayList<>(COUNT);
        List<Mono<Integer>> monos = new ArrayList<>(COUNT);
        for (int i = 0; i < COUNT; i++) {
            Sinks.One<Integer> source = Sinks.unsafe().one();
            sources.add(source);
            monos.add(source.asMono());
        }
        End<List<Object>> all = End.of(Mono.zip(monos, Arrays::asList));
        for (Sinks.One<Integer> source : sources) {
            source.tryEmitValue(VALUE);
        }
        return all.value;
    }

    @Benchmark
    public List<Object> single() {
        List<SingleSubject<Integer>> subjects = new ArrayList<>(COUNT);
        for (int i = 0; i < COUNT; i++) {
            subjects.add(SingleSubject.create());
        }
        End<List<Object>> all = End.of(Single.zip(subjects, Arrays::asList));
        for (SingleSubject<Integer> subject : subjects) {
            subject.onSuccess(VALUE);
        }
        return all.value;
    }

    @Benchmark
    public List<Integer> uni() {
        List<UniSource<Integer>> sources = new ArrayList<>(COUNT);
        List<Uni<Integer>> unis = new ArrayList<>(COUNT);
        for (int i = 0; i < COUNT; i++) {
            UniSource<Integer> source = new UniSource<>();
            sources.add(source);
            unis.add(source.uni);
        }
        End<List<Integer>> all = End.of(Uni.join().all(unis).andFailFast());
        for (UniSource<Integer> source : sources) {
            source.emitter.complete(VALUE);
        }
        return all.value;
    }

    @Benchmark
    public List<Integer> vertx() {
        List<io.vertx.core.Promise<Integer>> sources = new ArrayList<>(COUNT);
        List<Future<Integer>> futures = new ArrayList<>(COUNT);
        for (int i = 0; i < COUNT; i++) {
            io.vertx.core.Promise<Integer> source = io.vertx.core.Promise.promise();
            sources.add(source);
            futures.add(source.future());
        }
        CompositeFuture all = Future.all(futures);
        for (io.vertx.core.Promise<Integer> source : sources) {
            source.complete(VALUE);
        }
        return all.list();
    }

    @Benchmark
    public List<Integer> scala() {
        List<scala.concurrent.Promise<Integer>> sources = new ArrayList<>(COUNT);
        ArrayBuffer<scala.concurrent.Future<Integer>> futures = new ArrayBuffer<>(COUNT);
        for (int i = 0; i < COUNT; i++) {
            scala.concurrent.Promise<Integer> source = scala.concurrent.Promise.apply();
            sources.add(source);
            futures.addOne(source.future());
        }
        scala.concurrent.Future<List<Integer>> all = Peers.sequence(futures);
        for (scala.concurrent.Promise<Integer> source : sources) {
            source.success(VALUE);
        }
        return Peers.read(all);
    }

    @Benchmark
    public List<Integer> trane() throws Exception {
        List<io.trane.future.Promise<Integer>> promises = new ArrayList<>(COUNT);
        for (int i = 0; i < COUNT; i++) {
            promises.add(io.trane.future.Promise.apply());
        }
        io.trane.future.Future<List<Integer>> all = io.trane.future.Future.collect(promises);
        for (io.trane.future.Promise<Integer> promise : promises) {
            promise.setValue(VALUE);
        }
        return Peers.read(all);
    }

    @Benchmark
    public List<Integer> limit() {
        Gathering all = new Gathering();
        Callback[] callbacks = new Callback[COUNT];
        for (int i = 0; i < COUNT; i++) {
            callbacks[i] = new Callback(all, i);
        }
        for (Callback callback : callbacks) {
            callback.accept(VALUE);
        }
        return all.result;
    }

    private static final class Gathering {
        final Integer[] values = new Integer[COUNT];
        int missing = COUNT;
        List<Integer> result;
    }

    private record Callback(Gathering all, int index) {

        void accept(Integer value) {
            all.values[index] = value;
            if (--all.missing == 0) {
                all.result = Arrays.asList(all.values);
            }
        }
    }

    @Override
    protected Object expected() {
        return Collections.nCopies(COUNT, VALUE);
    }
}
