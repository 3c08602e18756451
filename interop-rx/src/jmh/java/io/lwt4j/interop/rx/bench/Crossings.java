package io.lwt4j.interop.rx.bench;

import static io.lwt4j.interop.rx.RxJava3Bridge.toFlowable;
import static io.lwt4j.interop.rx.RxJava3Bridge.toPromise;
import static io.lwt4j.interop.rx.RxJava3Bridge.toSingle;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.engine.Host;
import io.lwt4j.interop.reactor.ReactorBridge;
import io.lwt4j.react.Event;
import io.lwt4j.react.Feed;
import io.lwt4j.react.Overflow;
import io.reactivex.rxjava3.core.BackpressureStrategy;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.subjects.SingleSubject;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import reactor.adapter.rxjava.RxJava3Adapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A single through another world and back, nanoseconds each; {@code event}: from a sink of Reactor
 * through an event into a flowable, nanoseconds per element; {@code hop}: to another, idle thread
 * and back.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsPrepend = {"-XX:+UseG1GC", "-Xms1g", "-Xmx1g"})
public class Crossings {

    private static final int ELEMENTS = 10_000;
    private static final Integer VALUE = 42;

    private EventLoop here;
    private EventLoop there;
    private Scheduler other;
    private final Single<Integer> scalar = Single.just(VALUE);
    private final Single<Integer> resolved = scalar.hide();

    /** Makes the calling thread a loop's, and starts another one. */
    @Setup
    public void enter() {
        Thread thread = Thread.currentThread();
        here = EventLoop.builder()
                .host(Host.of(
                        task -> {},
                        () -> Thread.currentThread() == thread,
                        Executors.newSingleThreadScheduledExecutor(task -> {
                            Thread timer = new Thread(task);
                            timer.setDaemon(true);
                            return timer;
                        })))
                .build();
        if (!here.isCurrent()) {
            throw new IllegalStateException("the loop is not here");
        }
        there = EventLoop.builder().start();
        other = Schedulers.newSingle("other", true);
    }

    /** Ends the other threads. */
    @TearDown
    public void leave() {
        other.dispose();
    }

    private static final class Last implements SingleObserver<Integer> {
        private int value;

        @Override
        public void onSubscribe(Disposable disposable) {}

        @Override
        public void onSuccess(Integer element) {
            value = element;
        }

        @Override
        public void onError(Throwable cause) {
            throw new IllegalStateException(cause);
        }
    }

    private static int last(Single<Integer> single) {
        Last last = new Last();
        single.subscribe(last);
        return last.value;
    }

    private static int pending(UnaryOperator<Single<Integer>> way) {
        SingleSubject<Integer> subject = SingleSubject.create();
        Last last = new Last();
        way.apply(subject).subscribe(last);
        subject.onSuccess(VALUE);
        return last.value;
    }

    private static Single<Integer> throughPromise(Single<Integer> single) {
        return toSingle(toPromise(single));
    }

    private static Single<Integer> throughFuture(Single<Integer> single) {
        return Single.fromCompletionStage(single.toCompletionStage());
    }

    private static Single<Integer> throughMono(Single<Integer> single) {
        return RxJava3Adapter.monoToSingle(RxJava3Adapter.singleToMono(single));
    }

    @Benchmark
    public int scalarSingle() {
        return last(scalar);
    }

    @Benchmark
    public int scalarPromise() {
        return last(throughPromise(scalar));
    }

    @Benchmark
    public int resolvedSingle() {
        return last(resolved);
    }

    @Benchmark
    public int resolvedPromise() {
        return last(throughPromise(resolved));
    }

    @Benchmark
    public int resolvedFuture() {
        return last(throughFuture(resolved));
    }

    @Benchmark
    public int resolvedMono() {
        return last(throughMono(resolved));
    }

    @Benchmark
    public int pendingSingle() {
        return pending(single -> single);
    }

    @Benchmark
    public int pendingPromise() {
        return pending(Crossings::throughPromise);
    }

    @Benchmark
    public int pendingFuture() {
        return pending(Crossings::throughFuture);
    }

    @Benchmark
    public int pendingMono() {
        return pending(Crossings::throughMono);
    }

    private static long push(Function<Flux<Integer>, Flowable<Integer>> way) {
        Sinks.Many<Integer> sink = Sinks.unsafe().many().multicast().directBestEffort();
        long[] sum = {0};
        Disposable subscription = way.apply(sink.asFlux()).subscribe(n -> sum[0] += n);
        for (int i = 0; i < ELEMENTS; i++) {
            sink.tryEmitNext(VALUE);
        }
        subscription.dispose();
        return sum[0];
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public long eventAdapter() {
        return push(RxJava3Adapter::fluxToFlowable);
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public long eventEvent() {
        return push(flux -> {
            Feed<Event<Integer>> feed = ReactorBridge.toEvent(flux);
            return toFlowable(feed.node(), Overflow.unbounded()).doFinally(feed.node()::stop);
        });
    }

    @Benchmark
    @OperationsPerInvocation(ELEMENTS)
    public long eventBuffer() {
        return push(flux -> RxJava3Adapter.fluxToFlowable(flux)
                .toObservable()
                .toFlowable(BackpressureStrategy.BUFFER));
    }

    @Benchmark
    public Integer hopPromise() {
        return ReactorBridge.deferMono(there, () -> Promise.of(VALUE)).block();
    }

    @Benchmark
    public Integer hopMono() {
        return Mono.just(VALUE).publishOn(other).block();
    }
}
