package io.lwt4j.interop.reactor.bench;

import static io.lwt4j.interop.reactor.ReactorBridge.toFlux;
import static io.lwt4j.interop.reactor.ReactorBridge.toPullStream;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

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

import reactor.adapter.rxjava.RxJava3Adapter;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A million elements of a flux through a pull stream and back, nanoseconds per element. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(Streams.COUNT)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsPrepend = {"-XX:+UseG1GC", "-Xms1g", "-Xmx1g"})
public class Streams {

    static final int COUNT = 1_000_000;

    private static final class Sum extends BaseSubscriber<Integer> {
        private final long ahead;
        private long sum;

        Sum(long ahead) {
            this.ahead = ahead;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(ahead);
        }

        @Override
        protected void hookOnNext(Integer value) {
            sum += value;
            if (ahead != Long.MAX_VALUE) {
                request(1);
            }
        }
    }

    private static long through(UnaryOperator<Flux<Integer>> way, long ahead) throws Exception {
        return EventLoop.run(() -> {
            Sum sum = new Sum(ahead);
            way.apply(Flux.range(0, COUNT).hide()).subscribe(sum);
            return Promise.of(sum.sum);
        });
    }

    @Benchmark
    public long flux() throws Exception {
        return through(flux -> flux, Long.MAX_VALUE);
    }

    @Benchmark
    public long stream() throws Exception {
        return through(flux -> toFlux(toPullStream(flux)), Long.MAX_VALUE);
    }

    @Benchmark
    public long streamOneByOne() throws Exception {
        return through(flux -> toFlux(toPullStream(flux)), 1);
    }

    @Benchmark
    public long flowable() throws Exception {
        return through(
                flux -> RxJava3Adapter.flowableToFlux(RxJava3Adapter.fluxToFlowable(flux)),
                Long.MAX_VALUE);
    }

    @Benchmark
    public long queue() throws Exception {
        return through(flux -> flux.publishOn(Schedulers.immediate()), Long.MAX_VALUE);
    }
}
