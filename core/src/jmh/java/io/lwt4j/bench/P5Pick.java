package io.lwt4j.bench;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.bench.Peers.UniSource;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.subjects.SingleSubject;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.operators.uni.builders.DefaultUniEmitter;
import io.vertx.core.Future;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import scala.collection.mutable.ArrayBuffer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;

/**
 * The first of several pending promises wins and the others are cancelled; per race. Where racing
 * does not cancel, the shortest code that does so is added; Vert.x and Scala know no cancellation
 * and only race.
 */
public class P5Pick extends Workload {

    /** How many promises race. */
    @Param({"2", "100"})
    public int count;

    /** Which of the racers of the last race have been cancelled, for libraries that cancel. */
    private IntPredicate cancelled;

    private static final Integer VALUE = 7;

    private int winner() {
        return count / 2;
    }

    @Benchmark
    public Integer lwt4j() throws Exception {
        List<Resolver<Integer>> sources = new ArrayList<>(count);
        List<Promise<Integer>> promises = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Resolver<Integer> source = Resolver.cancellable();
            sources.add(source);
            promises.add(source.promise());
        }
        Promise<Integer> first = Promise.pick(promises);
        sources.get(winner()).resolve(VALUE);
        cancelled = i -> promises.get(i).isCancelled();
        return first.poll().orElseThrow();
    }

    @Benchmark
    @SuppressWarnings({"unchecked", "rawtypes"})
    public Object cf() {
        CompletableFuture<Integer>[] futures = new CompletableFuture[count];
        Arrays.setAll(futures, i -> new CompletableFuture<>());
        CompletableFuture<Object> first = CompletableFuture.anyOf(futures).thenApply(value -> {
            for (CompletableFuture<Integer> future : futures) {
                future.cancel(false);
            }
            return value;
        });
        futures[winner()].complete(VALUE);
        cancelled = i -> futures[i].isCancelled();
        return first.join();
    }

    @Benchmark
    public Integer mono() {
        List<Sinks.One<Integer>> sources = new ArrayList<>(count);
        List<Mono<Integer>> monos = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Sinks.One<Integer> source = Sinks.unsafe().one();
            sources.add(source);
            monos.add(source.asMono());
        }
        End<Integer> first = End.of(Mono.firstWithSignal(monos));
        sources.get(winner()).tryEmitValue(VALUE);
        cancelled = i -> sources.get(i).currentSubscriberCount() == 0;
        return first.value;
    }

    @Benchmark
    public Integer single() {
        List<SingleSubject<Integer>> subjects = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            subjects.add(SingleSubject.create());
        }
        End<Integer> first = End.of(Single.amb(subjects));
        subjects.get(winner()).onSuccess(VALUE);
        cancelled = i -> !subjects.get(i).hasObservers();
        return first.value;
    }

    @Benchmark
    public Integer uni() {
        List<UniSource<Integer>> sources = new ArrayList<>(count);
        List<Uni<Integer>> unis = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            UniSource<Integer> source = new UniSource<>();
            sources.add(source);
            unis.add(source.uni);
        }
        End<Integer> first = End.of(Uni.combine().any().of(unis));
        sources.get(winner()).emitter.complete(VALUE);
        cancelled = i -> ((DefaultUniEmitter<?>) sources.get(i).emitter).isTerminated();
        return first.value;
    }

    @Benchmark
    public Integer vertx() {
        List<io.vertx.core.Promise<Integer>> sources = new ArrayList<>(count);
        List<Future<Integer>> futures = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            io.vertx.core.Promise<Integer> source = io.vertx.core.Promise.promise();
            sources.add(source);
            futures.add(source.future());
        }
        Future<Integer> first = Future.any(futures).map(any -> any.resultAt(winner()));
        sources.get(winner()).complete(VALUE);
        return first.result();
    }

    @Benchmark
    public Integer scala() {
        List<scala.concurrent.Promise<Integer>> sources = new ArrayList<>(count);
        ArrayBuffer<scala.concurrent.Future<Integer>> futures = new ArrayBuffer<>(count);
        for (int i = 0; i < count; i++) {
            scala.concurrent.Promise<Integer> source = scala.concurrent.Promise.apply();
            sources.add(source);
            futures.addOne(source.future());
        }
        scala.concurrent.Future<Integer> first =
                scala.concurrent.Future.firstCompletedOf(futures, Peers.PARASITIC);
        sources.get(winner()).success(VALUE);
        return Peers.read(first);
    }

    private static final CancellationException CANCELLED = new CancellationException();

    @Benchmark
    public Integer trane() throws Exception {
        List<io.trane.future.Promise<Integer>> promises = new ArrayList<>(count);
        List<io.trane.future.Future<Integer>> futures = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            io.trane.future.Promise<Integer> promise =
                    io.trane.future.Promise.create(racer -> racer::setException);
            promises.add(promise);
            futures.add(promise);
        }
        io.trane.future.Future<Integer> first = io.trane.future.Future.firstCompletedOf(futures)
                .ensure(() -> {
                    for (io.trane.future.Future<Integer> future : futures) {
                        if (!future.isDefined()) {
                            future.raise(CANCELLED);
                        }
                    }
                });
        promises.get(winner()).setValue(VALUE);
        cancelled = i -> promises.get(i).isDefined();
        return Peers.read(first);
    }

    @Benchmark
    public Integer limit() {
        Racer[] racers = new Racer[count];
        for (int i = 0; i < count; i++) {
            racers[i] = new Racer(racers);
        }
        racers[winner()].accept(VALUE);
        cancelled = i -> racers[i].cancelled;
        return racers[winner()].result;
    }

    private static final class Racer {
        final Racer[] all;
        boolean cancelled;
        Integer result;

        Racer(Racer[] all) {
            this.all = all;
        }

        void accept(Integer value) {
            for (Racer racer : all) {
                racer.cancelled = racer != this;
            }
            result = value;
        }
    }

    @Override
    protected Object expected() {
        return VALUE;
    }

    @Override
    protected void check() {
        for (int i = 0; cancelled != null && i < count; i++) {
            if (i != winner() && !cancelled.test(i)) {
                throw new AssertionError(peer + ": racer " + i + " is not cancelled");
            }
        }
    }
}
