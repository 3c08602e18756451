package io.lwt4j.interop.rx;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.race.Races;
import io.lwt4j.race.Round;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicReference;

/** Singles that threads of their own push into while we cancel, and dispose of while we push. */
class ForeignThreadRacesTest {

    private final AtomicReference<Round> present = new AtomicReference<>();
    private final IllegalStateException cause = new IllegalStateException("cause");

    @BeforeEach
    void listen() {
        RxJavaPlugins.setErrorHandler(error -> present.get().tell("late"));
    }

    @AfterEach
    void reset() {
        RxJavaPlugins.reset();
    }

    private static Disposable disposable(Round round) {
        return Disposable.fromRunnable(round.once("disposed"));
    }

    /** A single driven by hand. */
    private static final class Hand extends Single<String> {

        private SingleObserver<? super String> observer;

        @Override
        protected void subscribeActual(SingleObserver<? super String> given) {
            observer = given;
        }
    }

    private Promise<String> promise(Round round, Hand hand) {
        present.set(round);
        Promise<String> promise = RxJava3Bridge.toPromise(hand);
        promise.onAny(
                value -> round.tell("value"),
                error -> round.tell(error == cause ? "error" : "cancelled"));
        return promise;
    }

    /* ---- What a source has given ---- */

    @Test
    void whatASourceGivesIsDisposedOfOnceWhoeverComesFirst() throws Exception {
        Races.check(
                round -> {
                    Upstream upstream = new Upstream();
                    round.rival(() -> upstream.accept(disposable(round)));
                    round.rival(upstream::dispose);
                    round.rival(upstream::dispose);
                },
                "disposed");
    }

    @Test
    void whatASourceGivesIsDisposedOfUnlessItHasComeToItsEnd() throws Exception {
        Races.check(
                round -> {
                    Upstream upstream = new Upstream();
                    round.rival(() -> {
                        upstream.accept(disposable(round));
                        upstream.end();
                    });
                    round.rival(upstream::dispose);
                },
                "",
                "disposed");
    }

    @Test
    void ofTwoThingsThatASourceGivesOneIsDisposedOfAndReported() throws Exception {
        Races.check(
                round -> {
                    present.set(round);
                    Upstream upstream = new Upstream();
                    round.rival(() -> upstream.accept(disposable(round)));
                    round.rival(() -> upstream.accept(disposable(round)));
                },
                "disposed, late");
    }

    /* ---- Promises ---- */

    @Test
    void aSubscriptionThatCrossesACancellationIsDisposedOfOnce() throws Exception {
        Races.check(
                round -> {
                    Hand hand = new Hand();
                    Promise<String> promise = promise(round, hand);
                    round.rival(() -> hand.observer.onSubscribe(disposable(round)));
                    round.here(promise::cancel);
                },
                "cancelled, disposed");
    }

    @Test
    void aValueThatCrossesACancellationIsTheOutcomeOrNobodys() throws Exception {
        Races.check(
                round -> {
                    Hand hand = new Hand();
                    Promise<String> promise = promise(round, hand);
                    hand.observer.onSubscribe(disposable(round));
                    round.rival(() -> hand.observer.onSuccess("v"));
                    round.here(promise::cancel);
                },
                "value",
                "cancelled, disposed",
                "cancelled");
    }

    @Test
    void anErrorThatCrossesACancellationIsTheOutcomeOrReported() throws Exception {
        Races.check(
                round -> {
                    Hand hand = new Hand();
                    Promise<String> promise = promise(round, hand);
                    hand.observer.onSubscribe(disposable(round));
                    round.rival(() -> hand.observer.onError(cause));
                    round.here(promise::cancel);
                },
                "error",
                "cancelled, disposed, late",
                "cancelled, late");
    }

    @Test
    void anErrorThatCrossesTheEndOfTheLoopIsTheOutcomeOrReported() throws Exception {
        Races.check(
                round -> {
                    Hand hand = new Hand();
                    promise(round, hand);
                    hand.observer.onSubscribe(disposable(round));
                    round.rival(() -> hand.observer.onError(cause));
                    round.rival(round.loop()::close);
                },
                "error",
                "cancelled, disposed, late",
                "cancelled, late");
    }

    @Test
    void anObserverThatDisposesHearsTheValueOrNothing() throws Exception {
        Races.check(
                round -> {
                    present.set(round);
                    Resolver<String> resolver = Resolver.cancellable();
                    TestObserver<String> observer =
                            RxJava3Bridge.toSingle(resolver.promise()).test();
                    round.rival(observer::dispose);
                    round.rival(() -> resolver.resolve("v"));
                    round.afterwards(() -> {
                        observer.values().forEach(round::tell);
                        round.tell(resolver.promise().isCancelled() ? "cancelled" : "resolved");
                    });
                },
                "resolved, v",
                "resolved",
                "cancelled");
    }
}
