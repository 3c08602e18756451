package io.lwt4j.bench;

import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.bench.Peers.Pauses;
import io.lwt4j.bench.Peers.UniSource;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.subjects.SingleSubject;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import scala.Function1;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A recursive loop whose every iteration waits for a pause; per iteration. */
@OperationsPerInvocation(P3Pause.ITERATIONS)
public class P3Pause extends Workload {

    static final int ITERATIONS = 100_000;

    /** How many iterations are left. */
    private int left;

    private final CheckedFunction<Void, Promise<Integer>> lwt4jStep = paused -> lwt4jLoop();

    @Benchmark
    public Integer lwt4j() throws Exception {
        left = ITERATIONS;
        Promise<Integer> promise = lwt4jLoop();
        while (promise.isPending()) {
            loop.runPaused();
        }
        return promise.poll().orElseThrow();
    }

    private Promise<Integer> lwt4jLoop() {
        return left-- == 0 ? Promise.of(1) : EventLoop.pause().flatMap(lwt4jStep);
    }

    private final Pauses<CompletableFuture<Object>> cfPauses = new Pauses<>();
    private final Function<Object, CompletableFuture<Integer>> cfStep = paused -> cfLoop();

    @Benchmark
    public Integer cf() {
        left = ITERATIONS;
        CompletableFuture<Integer> result = cfLoop();
        cfPauses.run(pause -> pause.complete(pause));
        return result.join();
    }

    private CompletableFuture<Integer> cfLoop() {
        return left-- == 0
                ? CompletableFuture.completedFuture(1)
                : cfPauses.add(new CompletableFuture<>()).thenCompose(cfStep);
    }

    private final Pauses<Sinks.One<Object>> monoPauses = new Pauses<>();
    private final Function<Object, Mono<Integer>> monoStep = paused -> monoLoop();

    @Benchmark
    public Integer mono() {
        left = ITERATIONS;
        End<Integer> end = End.of(monoLoop());
        monoPauses.run(pause -> pause.tryEmitValue(pause));
        return end.value;
    }

    private Mono<Integer> monoLoop() {
        return left-- == 0
                ? Mono.just(1)
                : monoPauses.add(Sinks.unsafe().one()).asMono().flatMap(monoStep);
    }

    private final Pauses<SingleSubject<Object>> singlePauses = new Pauses<>();
    private final io.reactivex.rxjava3.functions.Function<Object, Single<Integer>> singleStep =
            paused -> singleLoop();

    @Benchmark
    public Integer single() {
        left = ITERATIONS;
        End<Integer> end = End.of(singleLoop());
        singlePauses.run(pause -> pause.onSuccess(pause));
        return end.value;
    }

    private Single<Integer> singleLoop() {
        return left-- == 0
                ? Single.just(1)
                : singlePauses.add(SingleSubject.create()).flatMap(singleStep);
    }

    private final Pauses<UniSource<Object>> uniPauses = new Pauses<>();
    private final Function<Object, Uni<? extends Integer>> uniStep = paused -> uniLoop();

    @Benchmark
    public Integer uni() {
        left = ITERATIONS;
        End<Integer> end = End.of(uniLoop());
        uniPauses.run(pause -> pause.emitter.complete(pause));
        return end.value;
    }

    private Uni<Integer> uniLoop() {
        return left-- == 0
                ? Uni.createFrom().item(1)
                : uniPauses.add(new UniSource<>()).uni.flatMap(uniStep);
    }

    private final Pauses<io.vertx.core.Promise<Object>> vertxPauses = new Pauses<>();
    private final Function<Object, Future<Integer>> vertxStep = paused -> vertxLoop();

    @Benchmark
    public Integer vertx() {
        left = ITERATIONS;
        Future<Integer> result = vertxLoop();
        vertxPauses.run(pause -> pause.complete());
        return result.result();
    }

    private Future<Integer> vertxLoop() {
        return left-- == 0
                ? Future.succeededFuture(1)
                : vertxPauses.add(io.vertx.core.Promise.promise()).future().compose(vertxStep);
    }

    private final Pauses<scala.concurrent.Promise<Object>> ofScalaPauses = new Pauses<>();
    private final Function1<Object, scala.concurrent.Future<Integer>> ofScalaStep =
            paused -> ofScalaLoop();

    @Benchmark
    public Integer scala() {
        left = ITERATIONS;
        scala.concurrent.Future<Integer> result = ofScalaLoop();
        ofScalaPauses.run(pause -> pause.success(pause));
        return Peers.read(result);
    }

    private scala.concurrent.Future<Integer> ofScalaLoop() {
        return left-- == 0
                ? scala.concurrent.Future.successful(1)
                : ofScalaPauses
                        .add(scala.concurrent.Promise.apply())
                        .future()
                        .flatMap(ofScalaStep, Peers.PARASITIC);
    }

    private final Pauses<io.trane.future.Promise<Object>> tranePauses = new Pauses<>();
    private final Function<Object, io.trane.future.Future<Integer>> traneStep =
            paused -> traneLoop();

    @Benchmark
    public Integer trane() throws Exception {
        left = ITERATIONS;
        io.trane.future.Future<Integer> result = traneLoop();
        tranePauses.run(pause -> pause.setValue(pause));
        return Peers.read(result);
    }

    private io.trane.future.Future<Integer> traneLoop() {
        return left-- == 0
                ? io.trane.future.Future.value(1)
                : tranePauses.add(io.trane.future.Promise.apply()).flatMap(traneStep);
    }

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final Runnable limitStep = this::limitLoop;

    @Benchmark
    public Integer limit() {
        left = ITERATIONS;
        limitLoop();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        return left + 2;
    }

    private void limitLoop() {
        if (left-- > 0) {
            tasks.add(limitStep);
        }
    }

    @Override
    protected Object expected() {
        return 1;
    }
}
