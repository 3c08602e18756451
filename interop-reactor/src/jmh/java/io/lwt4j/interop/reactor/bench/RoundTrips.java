package io.lwt4j.interop.reactor.bench;

import static io.lwt4j.interop.reactor.ReactorBridge.toMono;
import static io.lwt4j.interop.reactor.ReactorBridge.toPromise;

import io.lwt4j.CancelPolicy;
import io.lwt4j.EventLoop;
import io.lwt4j.Resolver;
import io.lwt4j.engine.Host;
import io.lwt4j.interop.reactor.ReactorBridge;
import io.reactivex.rxjava3.core.Single;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.converters.uni.UniReactorConverters;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.reactivestreams.Subscription;

import reactor.adapter.rxjava.RxJava3Adapter;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A mono through another world and back, nanoseconds each: {@code resolved} knows its value (a
 * mapped constant, so that nobody can cut the way short; {@code scalar} lets them), {@code pending}
 * gets it after the subscription. {@code pick} races three monos of which the second one wins.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsPrepend = {"-XX:+UseG1GC", "-Xms1g", "-Xmx1g"})
public class RoundTrips {

    private static final Integer VALUE = 42;

    private EventLoop loop;
    private Mono<Integer> scalar;
    private Mono<Integer> mapped;

    /** Makes the calling thread a loop's. */
    @Setup
    public void enter() {
        Thread here = Thread.currentThread();
        Executor refusing = task -> {};
        loop = EventLoop.builder()
                .host(Host.of(
                        refusing,
                        () -> Thread.currentThread() == here,
                        Executors.newSingleThreadScheduledExecutor(task -> {
                            Thread timer = new Thread(task);
                            timer.setDaemon(true);
                            return timer;
                        })))
                .build();
        if (!loop.isCurrent()) {
            throw new IllegalStateException("the loop is not here");
        }
        scalar = Mono.just(VALUE);
        mapped = scalar.hide();
    }

    private static final class Last implements CoreSubscriber<Integer> {
        private int value;

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Integer element) {
            value = element;
        }

        @Override
        public void onError(Throwable cause) {
            throw new IllegalStateException(cause);
        }

        @Override
        public void onComplete() {}
    }

    private static int last(Mono<Integer> mono) {
        Last last = new Last();
        mono.subscribe(last);
        return last.value;
    }

    private interface Way {
        Mono<Integer> apply(Mono<Integer> mono);
    }

    private static int pending(Way way) {
        Sinks.One<Integer> sink = Sinks.unsafe().one();
        Last last = new Last();
        way.apply(sink.asMono()).subscribe(last);
        sink.tryEmitValue(VALUE);
        return last.value;
    }

    private static Mono<Integer> throughPromise(Mono<Integer> mono) {
        return toMono(toPromise(mono));
    }

    private static Mono<Integer> throughSingle(Mono<Integer> mono) {
        return RxJava3Adapter.singleToMono(RxJava3Adapter.monoToSingle(mono));
    }

    private static Mono<Integer> throughUni(Mono<Integer> mono) {
        return Uni.createFrom()
                .converter(UniReactorConverters.<Integer>fromMono(), mono)
                .convert()
                .with(UniReactorConverters.toMono());
    }

    private static Mono<Integer> throughFuture(Mono<Integer> mono) {
        return Mono.fromFuture(mono.toFuture());
    }

    @Benchmark
    public int scalarMono() {
        return last(scalar);
    }

    @Benchmark
    public int scalarPromise() {
        return last(throughPromise(scalar));
    }

    @Benchmark
    public int scalarSingle() {
        return last(throughSingle(scalar));
    }

    @Benchmark
    public int scalarFuture() {
        return last(throughFuture(scalar));
    }

    @Benchmark
    public int scalarUni() {
        return last(throughUni(scalar));
    }

    @Benchmark
    public int resolvedMono() {
        return last(mapped);
    }

    @Benchmark
    public int resolvedPromise() {
        return last(throughPromise(mapped));
    }

    @Benchmark
    public int resolvedSingle() {
        return last(throughSingle(mapped));
    }

    @Benchmark
    public int resolvedFuture() {
        return last(throughFuture(mapped));
    }

    @Benchmark
    public int resolvedUni() {
        return last(throughUni(mapped));
    }

    @Benchmark
    public int pendingMono() {
        return pending(mono -> mono);
    }

    @Benchmark
    public int pendingPromise() {
        return pending(RoundTrips::throughPromise);
    }

    @Benchmark
    public int pendingSingle() {
        return pending(RoundTrips::throughSingle);
    }

    @Benchmark
    public int pendingFuture() {
        return pending(RoundTrips::throughFuture);
    }

    @Benchmark
    public int pendingUni() {
        return pending(RoundTrips::throughUni);
    }

    private interface Race {
        Mono<Integer> apply(Mono<Integer> a, Mono<Integer> b, Mono<Integer> c);
    }

    private static int pick(Race race) {
        Sinks.One<Integer> a = Sinks.unsafe().one();
        Sinks.One<Integer> b = Sinks.unsafe().one();
        Sinks.One<Integer> c = Sinks.unsafe().one();
        Last last = new Last();
        race.apply(a.asMono(), b.asMono(), c.asMono()).subscribe(last);
        b.tryEmitValue(VALUE);
        return last.value;
    }

    @Benchmark
    public int pickPromise() {
        return pick(ReactorBridge::pick);
    }

    @Benchmark
    public int pickMono() {
        return pick(Mono::firstWithSignal);
    }

    @Benchmark
    public int pickSingle() {
        return pick((a, b, c) -> RxJava3Adapter.singleToMono(Single.ambArray(
                RxJava3Adapter.monoToSingle(a),
                RxJava3Adapter.monoToSingle(b),
                RxJava3Adapter.monoToSingle(c))));
    }

    @Benchmark
    public int subscribeAndCancel() {
        Last last = new Last();
        Subscriptions subscriptions = new Subscriptions();
        pendingForEver().subscribe(subscriptions);
        subscriptions.subscription.cancel();
        return last.value;
    }

    private Mono<Integer> endless;

    private Mono<Integer> pendingForEver() {
        if (endless == null) {
            endless = toMono(Resolver.<Integer>cancellable().promise(), CancelPolicy.DETACH);
        }
        return endless;
    }

    private static final class Subscriptions implements CoreSubscriber<Integer> {
        private Subscription subscription;

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            given.request(1);
        }

        @Override
        public void onNext(Integer element) {}

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onComplete() {}
    }
}
