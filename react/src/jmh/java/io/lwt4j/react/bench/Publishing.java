package io.lwt4j.react.bench;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.react.EventEmitter;
import io.lwt4j.react.Feed;
import io.lwt4j.react.Intake;
import io.lwt4j.react.Overflow;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.reactivestreams.Subscription;

import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/**
 * Events and signals with one subscriber, nanoseconds per occurrence or per update. The slow
 * subscriber asks for one value every 1024 updates. {@code alone} is what the step costs without
 * anybody who observes, {@code observed} with an ordinary observer.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Publishing.COUNT)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsPrepend = {"-XX:+UseG1GC", "-Xms1g", "-Xmx1g"})
public class Publishing {

    static final int COUNT = 102_400;
    private static final int SLOW = 1024;

    private static final Integer[] NUMBERS = new Integer[SLOW];

    static {
        for (int i = 0; i < SLOW; i++) {
            NUMBERS[i] = i;
        }
    }

    private static class Counting implements Flow.Subscriber<Integer> {
        private final long first;
        Flow.Subscription subscription;
        long sum;

        Counting(long first) {
            this.first = first;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(first);
        }

        @Override
        public void onNext(Integer element) {
            sum += element;
        }

        @Override
        public void onError(Throwable cause) {
            throw new IllegalStateException(cause);
        }

        @Override
        public void onComplete() {}
    }

    private interface Body {
        long run();
    }

    private static long onLoop(Body body) throws Exception {
        return EventLoop.run(() -> Promise.of(body.run()));
    }

    @Benchmark
    public long eventAlone() throws Exception {
        return onLoop(() -> send(EventEmitter.create()));
    }

    private static long send(EventEmitter<Integer> emitter) {
        for (int i = 0; i < COUNT; i++) {
            emitter.send(NUMBERS[i & (SLOW - 1)]);
        }
        return 0;
    }

    @Benchmark
    public long eventObserved() throws Exception {
        return onLoop(() -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            long[] sum = {0};
            emitter.event().observe(a -> sum[0] += a);
            return send(emitter) + sum[0];
        });
    }

    @Benchmark
    public long eventPublished() throws Exception {
        return onLoop(() -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Counting counting = new Counting(Long.MAX_VALUE);
            emitter.event().asPublisher(Overflow.error()).subscribe(counting);
            return send(emitter) + counting.sum;
        });
    }

    @Benchmark
    public long eventPublishedOneByOne() throws Exception {
        return onLoop(() -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Counting counting = new Counting(1) {
                @Override
                public void onNext(Integer element) {
                    super.onNext(element);
                    subscription.request(1);
                }
            };
            emitter.event().asPublisher(Overflow.error()).subscribe(counting);
            return send(emitter) + counting.sum;
        });
    }

    private static long update(Var<Integer> variable, Counting slow) {
        for (int i = 0; i < COUNT; i++) {
            variable.set(NUMBERS[i & (SLOW - 1)]);
            if (slow != null && (i & (SLOW - 1)) == 0) {
                slow.subscription.request(1);
            }
        }
        return slow == null ? 0 : slow.sum;
    }

    @Benchmark
    public long signalAlone() throws Exception {
        return onLoop(() -> update(Var.of(0), null));
    }

    @Benchmark
    public long signalObserved() throws Exception {
        return onLoop(() -> {
            Var<Integer> variable = Var.of(0);
            long[] sum = {0};
            variable.signal().observe(a -> sum[0] += a);
            return update(variable, null) + sum[0];
        });
    }

    @Benchmark
    public long signalPublishedSlow() throws Exception {
        return onLoop(() -> {
            Var<Integer> variable = Var.of(0);
            Counting slow = new Counting(1);
            variable.signal().asPublisher().subscribe(slow);
            return update(variable, slow);
        });
    }

    @Benchmark
    public long signalPublishedFast() throws Exception {
        return onLoop(() -> {
            Var<Integer> variable = Var.of(0);
            Counting fast = new Counting(Long.MAX_VALUE);
            variable.signal().asPublisher().subscribe(fast);
            return update(variable, null) + fast.sum;
        });
    }

    @Benchmark
    public long publisherToSignal() throws Exception {
        return onLoop(() -> {
            Flow.Subscriber<?>[] subscriber = {null};
            Feed<Signal<Integer>> feed = Intake.create()
                    .toSignal(
                            given -> {
                                subscriber[0] = given;
                            },
                            0);
            @SuppressWarnings("unchecked")
            Flow.Subscriber<Integer> to = (Flow.Subscriber<Integer>) subscriber[0];
            for (int i = 0; i < COUNT; i++) {
                to.onNext(NUMBERS[i & (SLOW - 1)]);
            }
            long last = feed.node().get();
            feed.done().cancel();
            return last;
        });
    }

    @Benchmark
    public long reactorSink() {
        Sinks.Many<Integer> sink = Sinks.many().multicast().directBestEffort();
        long[] sum = {0};
        sink.asFlux().subscribe(a -> sum[0] += a);
        for (int i = 0; i < COUNT; i++) {
            sink.emitNext(NUMBERS[i & (SLOW - 1)], Sinks.EmitFailureHandler.FAIL_FAST);
        }
        return sum[0];
    }

    @Benchmark
    public long reactorLatestSlow() {
        Sinks.Many<Integer> sink = Sinks.many().replay().latest();
        Flux<Integer> latest = sink.asFlux().onBackpressureLatest();
        long[] sum = {0};
        BaseSubscriber<Integer> slow = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription given) {
                given.request(1);
            }

            @Override
            protected void hookOnNext(Integer element) {
                sum[0] += element;
            }
        };
        latest.subscribe(slow);
        for (int i = 0; i < COUNT; i++) {
            sink.emitNext(NUMBERS[i & (SLOW - 1)], Sinks.EmitFailureHandler.FAIL_FAST);
            if ((i & (SLOW - 1)) == 0) {
                slow.request(1);
            }
        }
        return sum[0];
    }
}
