package io.lwt4j.interop.reactor;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.race.Races;
import io.lwt4j.race.Round;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

import java.util.concurrent.atomic.AtomicReference;

/** Monos, and sinks of promises, that threads of their own push into while we cancel. */
class ForeignThreadRacesTest {

    @AfterEach
    void resetHooks() {
        Hooks.resetOnNextDropped();
        Hooks.resetOnErrorDropped();
    }

    /** A mono driven by hand. */
    private static final class Hand extends Mono<String> implements Subscription {

        private final Runnable requested;
        private final Runnable cancelled;
        private CoreSubscriber<? super String> subscriber;

        Hand(Round round) {
            requested = round.once("requested");
            cancelled = round.once("cancelled");
        }

        @Override
        public void subscribe(CoreSubscriber<? super String> actual) {
            subscriber = actual;
        }

        @Override
        public void request(long n) {
            requested.run();
        }

        @Override
        public void cancel() {
            cancelled.run();
        }
    }

    private static Promise<String> promise(Round round, Hand hand) {
        Context context =
                Operators.enableOnDiscard(Context.empty(), value -> round.tell("discarded"));
        try {
            Promise<String> promise =
                    ReactorBridge.context().with(context, () -> ReactorBridge.toPromise(hand));
            promise.onSuccess(value -> round.tell(String.valueOf(value)))
                    .onCancel(() -> round.tell("promise cancelled"))
                    .onFailure(e -> {});
            return promise;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aValueThatCrossesACancellationIsTheOutcomeOrDiscarded() throws Exception {
        Races.check(
                round -> {
                    Hand hand = new Hand(round);
                    Promise<String> promise = promise(round, hand);
                    hand.subscriber.onSubscribe(hand);
                    round.rival(() -> {
                        hand.subscriber.onNext("v");
                        hand.subscriber.onComplete();
                    });
                    round.here(promise::cancel);
                },
                "requested, v",
                "cancelled, discarded, promise cancelled, requested",
                "discarded, promise cancelled, requested");
    }

    @Test
    void aSubscriptionThatCrossesACancellationIsCancelledOnce() throws Exception {
        Races.check(
                round -> {
                    Hand hand = new Hand(round);
                    Promise<String> promise = promise(round, hand);
                    round.rival(() -> hand.subscriber.onSubscribe(hand));
                    round.here(promise::cancel);
                },
                "cancelled, promise cancelled",
                "cancelled, promise cancelled, requested");
    }

    @Test
    void anErrorThatCrossesACancellationIsTheOutcomeOrDropped() throws Exception {
        AtomicReference<Round> present = new AtomicReference<>();
        Hooks.onErrorDropped(error -> present.get().tell("dropped"));
        IllegalStateException cause = new IllegalStateException("cause");
        Races.check(
                round -> {
                    present.set(round);
                    Hand hand = new Hand(round);
                    Promise<String> promise = promise(round, hand);
                    promise.onFailure(e -> round.tell(e == cause ? "error" : "cancellation"));
                    hand.subscriber.onSubscribe(hand);
                    round.rival(() -> hand.subscriber.onError(cause));
                    round.here(promise::cancel);
                },
                "error, requested",
                "cancellation, cancelled, dropped, promise cancelled, requested",
                "cancellation, dropped, promise cancelled, requested");
    }

    /* ---- Sinks ---- */

    @Test
    void anEmissionThatCrossesACancellationIsToldToTheHookOrFailsOrIsTheOutcome() throws Exception {
        AtomicReference<Round> present = new AtomicReference<>();
        Hooks.onNextDropped(value -> present.get().tell("dropped"));
        Races.check(
                round -> {
                    present.set(round);
                    Resolver<String> resolver = Resolver.cancellable();
                    Sinks.One<String> sink = ReactorBridge.toSink(resolver);
                    resolver.promise().onSuccess(v -> round.tell("value")).onFailure(e -> {});
                    round.rival(() -> round.tell(sink.tryEmitValue("v").name()));
                    round.here(resolver.promise()::cancel);
                },
                "OK, value",
                "OK, dropped",
                "FAIL_CANCELLED");
    }

    @Test
    void anErrorThatCrossesACancellationInASinkIsToldToTheHookOrFailsOrIsTheOutcome()
            throws Exception {
        AtomicReference<Round> present = new AtomicReference<>();
        Hooks.onErrorDropped(error -> present.get().tell("dropped"));
        IllegalStateException cause = new IllegalStateException("cause");
        Races.check(
                round -> {
                    present.set(round);
                    Resolver<String> resolver = Resolver.cancellable();
                    Sinks.One<String> sink = ReactorBridge.toSink(resolver);
                    resolver.promise().onFailure(e -> round.tell(e == cause ? "error" : "none"));
                    round.rival(() -> round.tell(sink.tryEmitError(cause).name()));
                    round.here(resolver.promise()::cancel);
                },
                "OK, error",
                "OK, dropped, none",
                "FAIL_CANCELLED, none");
    }

    @Test
    void oneOfTwoEmissionsWinsAndTheOtherFails() throws Exception {
        Races.check(
                round -> {
                    Resolver<String> resolver = Resolver.cancellable();
                    Sinks.One<String> sink = ReactorBridge.toSink(resolver);
                    resolver.promise().onSuccess(v -> round.tell("value"));
                    round.rival(() -> round.tell(sink.tryEmitValue("a").name()));
                    round.rival(() -> round.tell(sink.tryEmitValue("b").name()));
                },
                "FAIL_TERMINATED, OK, value");
    }

    @Test
    void anEmissionIntoALoopThatIsClosedIsTheOutcomeOrFailsOrIsToldToTheHook() throws Exception {
        AtomicReference<Round> present = new AtomicReference<>();
        Hooks.onNextDropped(value -> present.get().tell("dropped"));
        Races.check(
                round -> {
                    present.set(round);
                    Resolver<String> resolver = Resolver.cancellable();
                    Sinks.One<String> sink = ReactorBridge.toSink(resolver);
                    resolver.promise().onSuccess(v -> round.tell("value")).onFailure(e -> {});
                    round.rival(() -> round.tell(sink.tryEmitValue("v").name()));
                    round.rival(round.loop()::close);
                },
                "OK, value",
                "OK, dropped",
                "FAIL_CANCELLED");
    }
}
