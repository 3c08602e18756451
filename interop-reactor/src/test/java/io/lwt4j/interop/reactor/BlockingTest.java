package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.react.EventEmitter;
import io.lwt4j.react.Overflow;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import reactor.blockhound.BlockHound;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Loops must not be blocked: what Reactor refuses, and what BlockHound sees. */
class BlockingTest {

    private static final List<Throwable> BLOCKED = new CopyOnWriteArrayList<>();

    /** Off while other tests run in the same machine, some of which wait on purpose. */
    private static volatile boolean watching;

    @BeforeAll
    static void install() throws Exception {
        // What is loaded now need not be loaded, from files, on a loop later.
        try (EventLoop loop = start(new CopyOnWriteArrayList<>())) {
            loop.submit(BlockingTest::conversions).get();
        }
        // BlockHound does not know where threads are that are older than itself.
        Schedulers.shutdownNow();
        ReactorBridge.refuseBlocking();
        ReactorBridge.refuseBlocking();
        BlockHound.builder()
                .loadIntegrations()
                .blockingMethodCallback(method -> {
                    if (watching) {
                        Error blocked = new Error(method.toString());
                        BLOCKED.add(blocked);
                        throw blocked;
                    }
                })
                .install();
    }

    @BeforeEach
    void watch() {
        BLOCKED.clear();
        watching = true;
    }

    @AfterEach
    void lookAway() {
        watching = false;
    }

    private static EventLoop start(List<Throwable> errors) {
        return EventLoop.builder().uncaughtHandler(errors::add).start();
    }

    @Test
    void reactorRefusesToBlockOnALoop() throws Exception {
        try (EventLoop loop = start(new CopyOnWriteArrayList<>())) {
            assertThatThrownBy(() -> loop.submit(() ->
                                    Promise.of(Mono.delay(Duration.ofDays(1)).block()))
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("block");
            assertThatThrownBy(() -> loop.submit(() -> Promise.of(
                                    Flux.never().toIterable().iterator().hasNext()))
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(Mono.just(1).hide().block()).isEqualTo(1);
    }

    @Test
    void aBlockingCallInACallbackIsReported() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        try (EventLoop loop = start(errors)) {
            assertThatThrownBy(() -> loop.submit(() -> EventLoop.pause()
                                    .map(done -> latch.await(1, TimeUnit.MILLISECONDS)))
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .hasMessageContaining("park");
        }
        assertThat(BLOCKED).isNotEmpty();
    }

    @Test
    void theLoopsOwnWaitingAndAllConversionsBlockNowhere() throws Exception {
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        EventLoop loop = start(errors);
        assertThat(loop.submit(BlockingTest::conversions))
                .as("reported: %s", BLOCKED)
                .succeedsWithin(Duration.ofSeconds(20))
                .isEqualTo("through");
        loop.submit(() -> EventLoop.sleep(Duration.ofMillis(20))).get();
        loop.close();
        assertThat(BLOCKED).isEmpty();
        assertThat(errors).isEmpty();
    }

    private static Promise<String> conversions() {
        EventLoop loop = EventLoop.current();
        Resolver<String> resolver = Resolver.cancellable();
        Sinks.One<String> one = ReactorBridge.toSink(resolver);
        Mono<String> mono = ReactorBridge.toMono(resolver.promise());
        Promise<String> first = ReactorBridge.toPromise(mono.publishOn(Schedulers.parallel()));
        Schedulers.parallel().schedule(() -> one.tryEmitValue("v"));
        Flux<Integer> range = Flux.range(0, 1000).publishOn(Schedulers.parallel());
        Promise<List<Integer>> list = ReactorBridge.toPromiseList(
                ReactorBridge.toFlux(ReactorBridge.toPullStream(range, 16))
                        .subscribeOn(Schedulers.parallel()),
                1000);
        Promise<?> defer = ReactorBridge.toPromise(ReactorBridge.deferMono(
                        () -> EventLoop.sleep(Duration.ofMillis(1)).map(done -> 1))
                .subscribeOn(Schedulers.parallel()));
        Promise<?> race = ReactorBridge.toPromise(
                ReactorBridge.pick(Mono.delay(Duration.ofMillis(5)), Mono.<Long>never()));
        EventEmitter<Integer> emitter = EventEmitter.create();
        Promise<?> event = ReactorBridge.toPromiseFirst(
                ReactorBridge.toFlux(emitter.event(), Overflow.unbounded())
                        .publishOn(Schedulers.parallel()));
        emitter.send(1);
        Promise<?> signal = ReactorBridge.toSignal(range).flatMap(feed -> feed.done());
        Promise<?> scheduled = ReactorBridge.toPromise(
                Mono.just(1).delayElement(Duration.ofMillis(2), LoopScheduler.of(loop)));
        Promise<?> cancelled =
                ReactorBridge.toPromise(Mono.never().subscribeOn(Schedulers.parallel()));
        cancelled.cancel();
        Promise<?> pushed = ReactorBridge.toPromiseLast(ReactorBridge.toFlux(PullStream.of(1, 2)));
        return Promise.join(List.of(first, list, defer, race, event, signal, scheduled, pushed))
                .map(done -> "through");
    }
}
