package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.bridge.World;
import io.lwt4j.engine.VirtualTimeEngine;
import io.lwt4j.react.EventEmitter;
import io.lwt4j.sync.Switch;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;

import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitResult;
import reactor.core.scheduler.Scheduler;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Loops that close, sinks that are busy, sources that misbehave, errors that are fatal. */
final class ReactorCornersTest {

    @BeforeAll
    static void hook() {
        ReactorKinds.hook();
    }

    private static EventLoop loop() {
        return EventLoop.builder().engine(new VirtualTimeEngine()).build();
    }

    private static void elsewhere(Runnable action) throws InterruptedException {
        Thread thread = new Thread(action, "elsewhere");
        thread.start();
        thread.join();
    }

    /** A sink that notes what it is given, and answers as it is told before it takes anything. */
    @SuppressWarnings("unchecked") // whatever it is asked for
    private static <S> S sink(
            Class<? super S> type, Deque<EmitResult> answers, List<Object> emitted) {
        return (S) Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
                    EmitResult answer = answers.isEmpty() ? EmitResult.OK : answers.remove();
                    if (answer == EmitResult.OK) {
                        emitted.add(args == null ? method.getName() : args[0]);
                    }
                    return answer;
                });
    }

    @Test
    void aLoopThatClosesBeforeItComesToADeferredMonoRefusesIt() throws Exception {
        LinkageError fatal = new LinkageError("keeps what is behind it from being run");
        AtomicReference<Throwable> told = new AtomicReference<>();
        EventLoop loop = loop();
        Mono<String> mono = ReactorBridge.deferMono(loop, () -> Promise.of("value"));
        elsewhere(() -> {
            loop.execute(() -> {
                throw fatal;
            });
            mono.subscribe(value -> {}, told::set);
        });
        assertThatThrownBy(loop::close).isSameAs(fatal);
        assertThat(told.get()).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void theErrorOfADeferredPromiseIsDroppedIfItsSubscriberHasCancelled() throws Exception {
        RuntimeException failure = new RuntimeException("failure");
        World world = World.run(here -> {
            Resolver<String> resolver = Resolver.uncancellable();
            ReactorBridge.deferMono(resolver::promise).subscribe().dispose();
            resolver.reject(failure);
        });
        assertThat(world.dropped()).containsExactly(failure);
    }

    @Test
    void aFatalErrorOfASupplierLeavesTheLoop() throws Exception {
        LinkageError fatal = new LinkageError("fatal");
        AtomicReference<Throwable> told = new AtomicReference<>();
        try (EventLoop loop = loop()) {
            Mono<String> mono = ReactorBridge.deferMono(loop, () -> {
                throw fatal;
            });
            elsewhere(() -> mono.subscribe(value -> {}, told::set));
            assertThatThrownBy(() -> loop.runUntilComplete(EventLoop::pause)).isSameAs(fatal);
        }
        assertThat(told).hasValue(fatal);
    }

    @Test
    void aSinkThatIsBusyGetsNothingAfterTheEmissionWasDisposedOf() throws Exception {
        List<Object> emitted = new ArrayList<>();
        World.run(world -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Sinks.Many<Integer> sink = sink(
                    Sinks.Many.class,
                    new ArrayDeque<>(List.of(EmitResult.FAIL_NON_SERIALIZED)),
                    emitted);
            Disposable emission = ReactorBridge.emitInto(emitter.event(), sink);
            emitter.send(1);
            emission.dispose();
        });
        assertThat(emitted).isEmpty();
    }

    @Test
    void theEndOfAnEventComesBehindWhatTheSinkWasTooBusyFor() throws Exception {
        List<Object> emitted = new ArrayList<>();
        World.run(world -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Sinks.Many<Integer> sink = sink(
                    Sinks.Many.class,
                    new ArrayDeque<>(List.of(EmitResult.FAIL_NON_SERIALIZED)),
                    emitted);
            ReactorBridge.emitInto(emitter.event(), sink);
            emitter.send(1);
            emitter.event().stop();
        });
        assertThat(emitted).containsExactly(1, "tryEmitComplete");
    }

    @Test
    void aSinkThatIsBusyForLongIsTriedAsLong() throws Exception {
        List<Object> emitted = new ArrayList<>();
        Sinks.One<String> sink = sink(
                Sinks.One.class,
                new ArrayDeque<>(Collections.nCopies(100_000, EmitResult.FAIL_NON_SERIALIZED)),
                emitted);
        ReactorBridge.resolveInto(Promise.of("value"), sink);
        assertThat(emitted).containsExactly("value");
    }

    @Test
    void aRaceThatIsWonByAnEarlierMemberMeanwhileSubscribesToNoMore() throws Exception {
        World.run(world -> {
            List<String> subscribed = new ArrayList<>();
            Sinks.One<String> first = Sinks.one();
            Mono<String> second =
                    Mono.<String>never().doOnSubscribe(subscription -> first.tryEmitValue("first"));
            Mono<String> third =
                    Mono.<String>never().doOnSubscribe(subscription -> subscribed.add("third"));
            List<String> told = new ArrayList<>();
            ReactorBridge.pick(first.asMono(), second, third).subscribe(told::add);
            assertThat(told).containsExactly("first");
            assertThat(subscribed).isEmpty();
        });
    }

    @Test
    void emittingIntoASinkOfALoopThatIsClosedDoesNotThrow() throws Exception {
        Sinks.One<String> sink;
        try (EventLoop loop = loop()) {
            sink = ReactorBridge.toSink(Resolver.<String>cancellable(loop));
        }
        assertThat(sink.tryEmitValue("value")).isEqualTo(EmitResult.FAIL_CANCELLED);
    }

    @Test
    void theClockOfAHostDoesNotGoBack() {
        Deque<Long> times = new ArrayDeque<>(List.of(5L, 3L, 7L));
        Scheduler scheduler = (Scheduler) Proxy.newProxyInstance(
                Scheduler.class.getClassLoader(),
                new Class<?>[] {Scheduler.class},
                (proxy, method, args) -> method.getName().equals("now")
                        ? TimeUnit.SECONDS.toNanos(times.remove())
                        : null);
        var host = LoopScheduler.host(scheduler);
        assertThat(List.of(host.nanoTime(), host.nanoTime(), host.nanoTime()))
                .containsExactly(5_000_000_000L, 5_000_000_000L, 7_000_000_000L);
    }

    @Test
    void aFatalErrorOfACancellationLeavesTheLoop() throws Exception {
        LinkageError fatal = new LinkageError("fatal");
        try (EventLoop loop = loop()) {
            assertThatThrownBy(() -> loop.runUntilComplete(() -> {
                        Promise<?> promise = ReactorBridge.toPromiseFirst(
                                Flux.from(subscriber -> subscriber.onSubscribe(new Subscription() {
                                    @Override
                                    public void request(long n) {}

                                    @Override
                                    public void cancel() {
                                        throw fatal;
                                    }
                                })));
                        promise.cancel();
                        return EventLoop.pause();
                    }))
                    .isSameAs(fatal);
        }
    }

    @Test
    void whatIsAddedToASwitchThatIsOffDoesNotThrowAtItsCaller() throws Exception {
        RuntimeException failure = new RuntimeException("dispose");
        World world = World.run(here -> {
            Switch off = Switch.create();
            off.turnOff();
            ReactorBridge.addTo(off, () -> {
                throw failure;
            });
        });
        assertThat(world.dropped()).containsExactly(failure);
    }
}
