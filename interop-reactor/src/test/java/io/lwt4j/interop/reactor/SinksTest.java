package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.engine.VirtualTimeEngine;
import io.lwt4j.react.EventEmitter;

import org.junit.jupiter.api.Test;

import reactor.core.Disposable;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;
import reactor.core.publisher.Sinks.EmitResult;
import reactor.test.StepVerifier;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Promises that end in sinks, and sinks that end in promises. */
class SinksTest {

    /** Refuses a number of emissions, as if another thread were emitting. */
    private static final class Busy<T> implements Sinks.One<T> {

        private final Sinks.One<T> sink = Sinks.one();
        int refusals;

        Busy(int refusals) {
            this.refusals = refusals;
        }

        private boolean busy() {
            return refusals-- > 0;
        }

        @Override
        public EmitResult tryEmitValue(T value) {
            return busy() ? EmitResult.FAIL_NON_SERIALIZED : sink.tryEmitValue(value);
        }

        @Override
        public EmitResult tryEmitEmpty() {
            return busy() ? EmitResult.FAIL_NON_SERIALIZED : sink.tryEmitEmpty();
        }

        @Override
        public EmitResult tryEmitError(Throwable error) {
            return busy() ? EmitResult.FAIL_NON_SERIALIZED : sink.tryEmitError(error);
        }

        @Override
        public void emitValue(T value, EmitFailureHandler handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void emitEmpty(EmitFailureHandler handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void emitError(Throwable error, EmitFailureHandler handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int currentSubscriberCount() {
            return sink.currentSubscriberCount();
        }

        @Override
        public Mono<T> asMono() {
            return sink.asMono();
        }

        @Override
        @SuppressWarnings("rawtypes")
        public Object scanUnsafe(Attr key) {
            return null;
        }
    }

    /* ---- Into sinks ---- */

    @Test
    void aValueNothingOrAnErrorEndsInTheSink() throws Exception {
        IOException error = new IOException("e");
        Bridge.run(bridge -> {
            Sinks.One<String> value = Sinks.one();
            Sinks.One<String> nothing = Sinks.one();
            Sinks.One<String> failure = Sinks.one();
            Resolver<String> resolver = Resolver.cancellable();
            Disposable emission = ReactorBridge.resolveInto(resolver.promise(), value);
            assertThat(emission.isDisposed()).isFalse();
            resolver.resolve("v");
            assertThat(emission.isDisposed()).isTrue();
            ReactorBridge.resolveInto(Promise.of(null), nothing);
            ReactorBridge.resolveInto(Promise.failed(error), failure);
            StepVerifier.create(value.asMono()).expectNext("v").verifyComplete();
            StepVerifier.create(nothing.asMono()).verifyComplete();
            StepVerifier.create(failure.asMono())
                    .verifyErrorSatisfies(e -> assertThat(e).isSameAs(error));
        });
    }

    @Test
    void disposingCancelsThePromiseAndTellsTheSinkNothing() throws Exception {
        Bridge.run(bridge -> {
            Sinks.One<String> sink = Sinks.one();
            Ear<String> ear = Ear.all();
            sink.asMono().subscribe(ear);
            Resolver<String> resolver = Resolver.cancellable();
            Disposable emission = ReactorBridge.resolveInto(resolver.promise(), sink);
            emission.dispose();
            emission.dispose();
            assertThat(resolver.promise().isCancelled()).isTrue();
            assertThat(ear.heard).isEmpty();
        });
    }

    @Test
    void aCancelledPromiseIsAnErrorInTheSink() throws Exception {
        Bridge.run(bridge -> {
            Sinks.One<String> sink = Sinks.one();
            Ear<String> ear = Ear.all();
            sink.asMono().subscribe(ear);
            Resolver<String> resolver = Resolver.cancellable();
            ReactorBridge.resolveInto(resolver.promise(), sink);
            resolver.promise().cancel();
            assertThat(ear.heard).singleElement().isInstanceOf(CanceledException.class);
        });
    }

    @Test
    void whatASinkDoesNotTakeGoesToTheHooks() throws Exception {
        IOException error = new IOException("e");
        Bridge.run(bridge -> {
            Sinks.One<String> ended = Sinks.one();
            ended.tryEmitEmpty();
            ReactorBridge.resolveInto(Promise.of("v"), ended);
            ReactorBridge.resolveInto(Promise.failed(error), ended);
            ReactorBridge.resolveInto(Promise.of(null), ended);
            assertThat(bridge.takeDropped()).containsExactly("v");
            assertThat(bridge.takeDroppedErrors()).containsExactly(error);
        });
    }

    @Test
    void aBusySinkIsTriedAgainInLaterTurns() throws Exception {
        Bridge.runAsync(bridge -> {
            Busy<String> value = new Busy<>(2);
            Busy<String> known = new Busy<>(2);
            Busy<String> nothing = new Busy<>(2);
            Resolver<String> resolver = Resolver.cancellable();
            ReactorBridge.resolveInto(resolver.promise(), value);
            resolver.resolve("v");
            ReactorBridge.resolveInto(Promise.of("known"), known);
            ReactorBridge.resolveInto(Promise.of(null), nothing);
            assertThat(value.refusals).isEqualTo(1);
            assertThat(known.refusals).isEqualTo(1);
            assertThat(nothing.refusals).isEqualTo(1);
            return Bridge.turn().flatMap(done -> Bridge.turn()).map(done -> {
                StepVerifier.create(value.asMono()).expectNext("v").verifyComplete();
                StepVerifier.create(known.asMono()).expectNext("known").verifyComplete();
                StepVerifier.create(nothing.asMono()).verifyComplete();
                return done;
            });
        });
    }

    @Test
    void aSinkThatIsBusyForLongOutsideOfALoopTakesNoStack() {
        Busy<String> busy = new Busy<>(100_000);
        ReactorBridge.resolveInto(Promise.of("v"), busy);
        StepVerifier.create(busy.asMono()).expectNext("v").verifyComplete();
    }

    /* ---- Mono.create ---- */

    @Test
    void aMonoOfASinkIsCancelledWithThePromiseAndTheOtherWayRound() throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            AtomicReference<Disposable> emission = new AtomicReference<>();
            Ear<String> ear = Ear.all();
            Mono.<String>create(sink ->
                            emission.set(ReactorBridge.resolveInto(resolver.promise(), sink)))
                    .subscribe(ear);
            ear.subscription.cancel();
            assertThat(resolver.promise().isCancelled()).isTrue();
            assertThat(emission.get().isDisposed()).isTrue();
            assertThat(ear.heard).isEmpty();
            Resolver<String> other = Resolver.cancellable();
            Ear<String> told = Ear.all();
            Mono.<String>create(sink -> ReactorBridge.resolveInto(other.promise(), sink))
                    .subscribe(told);
            other.resolve(null);
            assertThat(told.heard).containsExactly("end");
            Ear<String> value = Ear.all();
            Mono.<String>create(sink -> ReactorBridge.resolveInto(Promise.of("v"), sink))
                    .subscribe(value);
            assertThat(value.heard).containsExactly("v", "end");
            Ear<String> early = Ear.<String>all().subscribing(s -> s.cancel());
            Resolver<String> third = Resolver.cancellable();
            Mono.<String>create(sink -> ReactorBridge.resolveInto(third.promise(), sink))
                    .subscribe(early);
            assertThat(third.promise().isCancelled()).isTrue();
        });
    }

    /* ---- Out of sinks ---- */

    @Test
    void theFirstEmissionResolvesThePromiseAndTheSecondFails() throws Exception {
        IOException error = new IOException("e");
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Sinks.One<String> sink = ReactorBridge.toSink(resolver);
            assertThat(Scannable.from(sink).scan(Scannable.Attr.TERMINATED)).isFalse();
            assertThat(sink.tryEmitValue("v")).isEqualTo(EmitResult.OK);
            assertThat(sink.tryEmitValue("w")).isEqualTo(EmitResult.FAIL_TERMINATED);
            assertThat(sink.tryEmitError(error)).isEqualTo(EmitResult.FAIL_TERMINATED);
            assertThat(sink.tryEmitEmpty()).isEqualTo(EmitResult.FAIL_TERMINATED);
            assertThat(resolver.promise().poll()).contains("v");
            StepVerifier.create(sink.asMono()).expectNext("v").verifyComplete();
            assertThat(Scannable.from(sink).scan(Scannable.Attr.TERMINATED)).isTrue();
            Resolver<String> failing = Resolver.cancellable();
            assertThat(ReactorBridge.toSink(failing).tryEmitError(error)).isEqualTo(EmitResult.OK);
            assertThat(((Promise.State.Rejected<?>) failing.promise().state()).cause())
                    .isSameAs(error);
            Resolver<String> empty = Resolver.cancellable();
            ReactorBridge.toSink(empty).emitEmpty(EmitFailureHandler.FAIL_FAST);
            assertThat(empty.promise().isFulfilled()).isTrue();
        });
    }

    @Test
    void emissionsAfterTheCancellationFailAndAreDiscarded() throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Sinks.One<String> sink = ReactorBridge.toSink(resolver);
            resolver.promise().cancel();
            assertThat(sink.tryEmitValue("v")).isEqualTo(EmitResult.FAIL_CANCELLED);
            assertThat(sink.tryEmitEmpty()).isEqualTo(EmitResult.FAIL_CANCELLED);
            sink.emitValue("v", EmitFailureHandler.FAIL_FAST);
            IOException error = new IOException("e");
            sink.emitError(error, EmitFailureHandler.FAIL_FAST);
            assertThat(bridge.takeDroppedErrors()).containsExactly(error);
            assertThat(Scannable.from(sink).scan(Scannable.Attr.CANCELLED)).isTrue();
        });
    }

    @Test
    void theHandlerIsToldWhichSignalFailed() throws Exception {
        Bridge.run(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Sinks.One<String> sink = ReactorBridge.toSink(resolver);
            sink.tryEmitEmpty();
            List<String> told = new ArrayList<>();
            EmitFailureHandler handler = (signal, result) -> {
                told.add(signal + " " + result);
                return false;
            };
            sink.emitValue("v", handler);
            sink.emitEmpty(handler);
            sink.emitError(new IOException("e"), handler);
            assertThat(told)
                    .containsExactly(
                            "onNext FAIL_TERMINATED",
                            "onComplete FAIL_TERMINATED",
                            "onError FAIL_TERMINATED");
            assertThat(bridge.takeDropped()).containsExactly("v");
            assertThat(bridge.takeDroppedErrors()).hasSize(1);
        });
    }

    @Test
    void foreignThreadsMayEmitAndOneOfThemWins() throws Exception {
        Bridge.runAsync(bridge -> {
            Resolver<String> resolver = Resolver.cancellable();
            Sinks.One<String> sink = ReactorBridge.toSink(resolver);
            List<EmitResult> results = new ArrayList<>();
            Bridge.elsewhere(() -> {
                results.add(sink.tryEmitValue("first"));
                results.add(sink.tryEmitValue("second"));
            });
            return resolver.promise().onSuccess(v -> {
                assertThat(v).isEqualTo("first");
                assertThat(results).containsExactly(EmitResult.OK, EmitResult.FAIL_TERMINATED);
            });
        });
    }

    @Test
    void whatAnotherThreadHasEmittedIsToldToTheHooksIfTheCancellationWasFirst() throws Exception {
        IOException error = new IOException("e");
        Bridge.runAsync(bridge -> {
            Resolver<String> first = Resolver.cancellable();
            Resolver<String> second = Resolver.cancellable();
            Bridge.elsewhere(() -> {
                assertThat(ReactorBridge.toSink(first).tryEmitValue("v")).isEqualTo(EmitResult.OK);
                assertThat(ReactorBridge.toSink(second).tryEmitError(error))
                        .isEqualTo(EmitResult.OK);
            });
            first.promise().cancel();
            second.promise().cancel();
            return Bridge.turn().map(done -> {
                assertThat(bridge.takeDropped()).containsExactly("v");
                assertThat(bridge.takeDroppedErrors()).containsExactly(error);
                return done;
            });
        });
    }

    @Test
    void anEmissionIntoAClosedLoopFailsWithoutAnException() throws Exception {
        AtomicReference<Sinks.One<String>> sink = new AtomicReference<>();
        try (EventLoop loop =
                EventLoop.builder().engine(new VirtualTimeEngine()).build()) {
            loop.runUntilComplete(() -> {
                sink.set(ReactorBridge.toSink(Resolver.<String>cancellable()));
                return Promise.unit();
            });
        }
        assertThat(sink.get().tryEmitValue("v").isFailure()).isTrue();
        assertThat(sink.get().tryEmitError(new IOException("e")).isFailure()).isTrue();
    }

    /* ---- Events ---- */

    @Test
    void occurrencesGoIntoASinkUntilItIsDisposedOf() throws Exception {
        Bridge.runAsync(bridge -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Sinks.Many<Integer> sink = Sinks.many().multicast().onBackpressureBuffer();
            Ear<Integer> ear = Ear.all();
            sink.asFlux().subscribe(ear);
            Disposable emission = ReactorBridge.emitInto(emitter.event(), sink);
            emitter.send(1);
            emitter.send(2);
            assertThat(ear.heard).containsExactly(1, 2);
            emission.dispose();
            assertThat(emission.isDisposed()).isTrue();
            emitter.send(3);
            assertThat(ear.heard).containsExactly(1, 2);
            Sinks.Many<Integer> ended = Sinks.many().multicast().onBackpressureBuffer();
            ended.tryEmitComplete();
            Disposable other = ReactorBridge.emitInto(emitter.event(), ended);
            emitter.send(4);
            assertThat(other.isDisposed()).isTrue();
            return Bridge.turn();
        });
    }
}
