package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CancelPolicy;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.stream.PullStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitResult;
import reactor.util.context.Context;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Several threads at once: what counts is that each element is somebody's, and each end told. */
class StressTest {

    private static final int ROUNDS = Integer.getInteger("lwt4j.stress.rounds", 2_000);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<ByteBuf> buffers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger released = new AtomicInteger();
    private final Context discarding =
            Operators.enableOnDiscard(Context.empty(), element -> release((ByteBuf) element));
    private EventLoop loop;

    @BeforeEach
    void start() {
        System.out.println("StressTest: seed " + seed);
        loop = newLoop();
    }

    private EventLoop newLoop() {
        return EventLoop.builder().uncaughtHandler(errors::add).start();
    }

    @AfterEach
    void stop() throws Exception {
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        loop.close();
        assertThat(errors).as("seed " + seed).isEmpty();
        assertThat(buffers).as("seed " + seed).allMatch(buffer -> buffer.refCnt() == 0);
        assertThat(released).as("seed " + seed).hasValue(buffers.size());
    }

    private ByteBuf buffer() {
        ByteBuf buffer = Unpooled.buffer(8);
        buffers.add(buffer);
        return buffer;
    }

    /** An empty flux has none. */
    private void releaseIfAny(@Nullable ByteBuf buffer) {
        if (buffer != null) {
            release(buffer);
        }
    }

    private void release(ByteBuf buffer) {
        try {
            buffer.release();
            released.incrementAndGet();
        } catch (RuntimeException twice) {
            errors.add(twice);
        }
    }

    private void spin() {
        for (int i = random.nextInt(200); i > 0; i--) {
            Thread.onSpinWait();
        }
    }

    /** Runs all of them at the same time, and waits for them. */
    private void race(Runnable... racers) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(racers.length);
        List<Future<?>> ends = new ArrayList<>();
        for (Runnable racer : racers) {
            ends.add(threads.submit(() -> {
                barrier.await();
                spin();
                racer.run();
                return null;
            }));
        }
        for (Future<?> end : ends) {
            end.get(30, TimeUnit.SECONDS);
        }
    }

    private <T> T onLoop(Supplier<T> body) throws Exception {
        return onLoop(loop, body);
    }

    private <T> T onLoop(EventLoop there, Supplier<T> body) throws Exception {
        Callable<Promise<T>> call =
                () -> ReactorBridge.context().with(discarding, () -> Promise.of(body.get()));
        return there.submit(call).get(30, TimeUnit.SECONDS);
    }

    /** When this returns the loop has done what was posted before. */
    private void drain() throws Exception {
        onLoop(() -> 0);
        onLoop(() -> 0);
    }

    /** A mono of which the test has the subscriber. */
    private static final class Source extends Mono<ByteBuf> implements Subscription {

        volatile CoreSubscriber<? super ByteBuf> subscriber;
        final AtomicInteger cancelled = new AtomicInteger();
        private final boolean silent;

        Source(boolean silent) {
            this.silent = silent;
        }

        @Override
        public void subscribe(CoreSubscriber<? super ByteBuf> actual) {
            subscriber = actual;
            if (!silent) {
                actual.onSubscribe(this);
            }
        }

        @Override
        public void request(long n) {}

        @Override
        public void cancel() {
            cancelled.incrementAndGet();
        }
    }

    @Test
    void aMonosValueAgainstTheCancellationOfItsPromise() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Source source = new Source(false);
            AtomicInteger got = new AtomicInteger();
            Promise<ByteBuf> promise = onLoop(() -> {
                Promise<ByteBuf> made = ReactorBridge.toPromise(source);
                made.onSuccess(buffer -> {
                    got.incrementAndGet();
                    release(buffer);
                });
                return made;
            });
            race(promise::cancel, () -> {
                source.subscriber.onNext(buffer());
                source.subscriber.onComplete();
            });
            drain();
            assertThat(promise.isPending()).isFalse();
            assertThat(got.get() + (promise.isCancelled() ? 1 : 0)).isEqualTo(1);
            assertThat(source.cancelled.get()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void theCancellationOfAPromiseAgainstTheSubscription() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Source source = new Source(true);
            Promise<ByteBuf> promise = onLoop(() -> ReactorBridge.toPromise(source));
            race(promise::cancel, () -> source.subscriber.onSubscribe(source));
            drain();
            assertThat(source.cancelled).hasValue(1);
        }
    }

    @Test
    void aPromisesValueAgainstRequestAndCancellation() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Ear<ByteBuf> ear = new Ear<ByteBuf>(0, discarding).hearing(this::release);
            boolean cancellable = random.nextBoolean();
            Resolver<ByteBuf> resolver =
                    cancellable ? Resolver.cancellable(loop) : Resolver.uncancellable(loop);
            ReactorBridge.deferMono(loop, resolver::promise).subscribe(ear);
            if (random.nextBoolean()) {
                drain();
            }
            race(
                    () -> ear.subscription.request(1),
                    () -> ear.subscription.cancel(),
                    () -> loop.execute(() -> {
                        ByteBuf buffer = buffer();
                        if (!resolver.tryResolve(buffer)) {
                            release(buffer);
                        }
                    }));
            drain();
            // Cancelled before the supplier ran, nobody but us has the promise.
            if (resolver.promise().isFulfilled()) {
                ByteBuf buffer = resolver.promise().poll().orElseThrow();
                if (buffer.refCnt() > 0) {
                    assertThat(ear.heard).isEmpty();
                    release(buffer);
                }
            }
            assertThat(ear.heard.size()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void badAndGoodRequestsOfTwoThreadsGiveOneEnd() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Resolver<String> resolver = Resolver.cancellable(loop);
            Ear<String> ear = new Ear<>(0);
            ReactorBridge.toMono(resolver.promise(), CancelPolicy.DETACH).subscribe(ear);
            race(
                    () -> ear.subscription.request(1),
                    () -> ear.subscription.request(-1),
                    () -> resolver.resolve("v"));
            drain();
            long ends = ear.heard.stream()
                    .filter(heard -> heard.equals("end") || heard instanceof Throwable)
                    .count();
            assertThat(ends).as("%s", ear.heard).isEqualTo(1);
        }
    }

    @Test
    void countedSubscribersThatAllLeaveCancelThePromiseOnce() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Resolver<String> resolver = Resolver.cancellable(loop);
            AtomicInteger cancelled = new AtomicInteger();
            onLoop(() -> resolver.promise().onCancel(cancelled::incrementAndGet));
            Mono<String> mono = ReactorBridge.toMono(resolver.promise(), CancelPolicy.REFCOUNT);
            Ear<String> staying = Ear.all();
            mono.subscribe(staying);
            Runnable passer = () -> {
                Ear<String> ear = Ear.all();
                mono.subscribe(ear);
                spin();
                ear.subscription.cancel();
            };
            race(passer, passer, passer);
            drain();
            assertThat(cancelled).hasValue(0);
            staying.subscription.cancel();
            drain();
            assertThat(cancelled).hasValue(1);
        }
    }

    @Test
    void twoThreadsThatEmitIntoOneResolver() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Resolver<Integer> resolver = Resolver.cancellable(loop);
            Sinks.One<Integer> sink = ReactorBridge.toSink(resolver);
            EmitResult[] results = new EmitResult[2];
            race(() -> results[0] = sink.tryEmitValue(0), () -> results[1] = sink.tryEmitValue(1));
            drain();
            assertThat(results)
                    .containsExactlyInAnyOrder(EmitResult.OK, EmitResult.FAIL_TERMINATED);
            assertThat(results[resolver.promise().poll().orElseThrow()]).isEqualTo(EmitResult.OK);
        }
    }

    @Test
    void subscribingFromAfarAgainstTheEndOfTheLoop() throws Exception {
        for (int round = 0; round < ROUNDS / 4; round++) {
            EventLoop dying = newLoop();
            Resolver<String> resolver = Resolver.uncancellable(dying);
            Mono<String> pending = ReactorBridge.toMono(resolver.promise());
            Mono<String> deferred = ReactorBridge.deferMono(dying, resolver::promise);
            Flux<String> flux =
                    onLoop(dying, () -> ReactorBridge.toFlux(PullStream.<String>push().stream()));
            List<Ear<String>> ears = List.of(Ear.all(), Ear.all(), Ear.all());
            race(
                    dying::close,
                    () -> pending.subscribe(ears.get(0)),
                    () -> deferred.subscribe(ears.get(1)),
                    () -> flux.subscribe(ears.get(2)));
            for (Ear<String> ear : ears) {
                assertThat(ear.heard)
                        .as("round %s, %s", round, ears.indexOf(ear))
                        .singleElement()
                        .isInstanceOf(RejectedExecutionException.class);
            }
        }
    }

    /* ---- Many elements ---- */

    /** Emits buffers on a thread of its own as long as they are wanted. */
    private final class Buffers extends Flux<ByteBuf> {

        @Override
        public void subscribe(CoreSubscriber<? super ByteBuf> actual) {
            AtomicLong demand = new AtomicLong();
            AtomicInteger cancelled = new AtomicInteger();
            int count = random.nextInt(100);
            actual.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {
                    demand.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
                }

                @Override
                public void cancel() {
                    cancelled.incrementAndGet();
                }
            });
            threads.execute(() -> {
                for (int sent = 0; sent < count && cancelled.get() == 0; ) {
                    if (sent < demand.get()) {
                        sent++;
                        actual.onNext(StressTest.this.buffer());
                    } else {
                        Thread.onSpinWait();
                    }
                }
                if (cancelled.get() == 0) {
                    actual.onComplete();
                } else if (cancelled.get() > 1) {
                    errors.add(new AssertionError("cancelled " + cancelled.get() + " times"));
                }
            });
        }
    }

    @Test
    void theElementsOfAFluxAreReadFromAStreamOrDiscarded() throws Exception {
        for (int round = 0; round < ROUNDS / 4; round++) {
            int window = 1 + random.nextInt(20);
            int reads = random.nextInt(60);
            boolean cancelling = random.nextBoolean();
            PullStream<ByteBuf> stream = onLoop(() -> {
                PullStream<ByteBuf> made = random.nextBoolean()
                        ? ReactorBridge.toPullStream(new Buffers(), window)
                        : ReactorBridge.toPullStreamEager(new Buffers(), window);
                read(made, reads, cancelling);
                return made;
            });
            spin();
            loop.submit(() -> {
                        stream.close();
                        return Promise.unit();
                    })
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private void read(PullStream<ByteBuf> stream, int reads, boolean cancelling) {
        if (reads == 0) {
            stream.close();
            return;
        }
        Promise<Optional<ByteBuf>> next = stream.get();
        if (cancelling && next.isPending() && reads % 3 == 0) {
            next.cancel();
        }
        next.onAny(
                element -> {
                    element.ifPresent(this::release);
                    if (element.isPresent()) {
                        read(stream, reads - 1, cancelling);
                    }
                },
                error -> read(stream, reads - 1, cancelling));
    }

    @Test
    void theElementsOfAStreamAreToldByAFluxOrDiscarded() throws Exception {
        for (int round = 0; round < ROUNDS / 4; round++) {
            int[] left = {random.nextInt(100)};
            Flux<ByteBuf> flux =
                    onLoop(() -> ReactorBridge.toFlux(PullStream.from(() -> left[0]-- > 0
                            ? EventLoop.pause().map(done -> Optional.of(buffer()))
                            : Promise.emptyOptional())));
            Ear<ByteBuf> ear = new Ear<ByteBuf>(1, discarding).hearing(this::release);
            flux.subscribe(ear);
            while (ear.subscription == null) {
                Thread.onSpinWait();
            }
            race(
                    () -> {
                        for (int i = 0; i < 50; i++) {
                            ear.subscription.request(1);
                            spin();
                        }
                    },
                    () -> {
                        spin();
                        ear.subscription.cancel();
                    });
        }
    }

    @Test
    void theElementsOfAFluxAreInAListOrDiscarded() throws Exception {
        for (int round = 0; round < ROUNDS / 4; round++) {
            int limit = 1 + random.nextInt(120);
            Promise<List<ByteBuf>> list = onLoop(() -> {
                Promise<List<ByteBuf>> made = ReactorBridge.toPromiseList(new Buffers(), limit);
                made.onAny(all -> all.forEach(this::release), error -> {});
                return made;
            });
            Promise<ByteBuf> last = onLoop(() -> {
                Promise<ByteBuf> made = ReactorBridge.toPromiseLast(new Buffers());
                made.onAny(this::releaseIfAny, error -> {});
                return made;
            });
            Promise<ByteBuf> first = onLoop(() -> {
                Promise<ByteBuf> made = ReactorBridge.toPromiseFirst(new Buffers());
                made.onAny(this::releaseIfAny, error -> {});
                return made;
            });
            race(list::cancel, last::cancel, first::cancel);
        }
    }
}
