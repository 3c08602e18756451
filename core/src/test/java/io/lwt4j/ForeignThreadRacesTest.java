package io.lwt4j;

import io.lwt4j.race.Races;
import io.lwt4j.race.Round;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;

/** Promises, resolvers and loops, pulled at by several threads at once. */
class ForeignThreadRacesTest {

    private static final class Asking extends PromiseSubscription<Integer> {

        private final Runnable element;
        private final Runnable end;
        private final Runnable error;
        private final Runnable dropped;
        private final Runnable left;

        Asking(Round round) {
            element = round.once("next");
            end = round.once("end");
            error = round.once("error");
            dropped = round.once("dropped");
            left = round.once("left");
        }

        Asking begin(Promise<Integer> promise) {
            follow(new PromiseOutlet<>(promise, CancelPolicy.DETACH));
            return this;
        }

        @Override
        protected void next(Integer value) {
            element.run();
        }

        @Override
        protected void complete() {
            end.run();
        }

        @Override
        protected void error(Throwable cause) {
            error.run();
        }

        @Override
        protected void dropped(Integer element) {
            dropped.run();
        }

        @Override
        protected void abandoned(Promise<Integer> promise) {
            left.run();
        }
    }

    /* ---- One value for a subscriber ---- */

    @Test
    void aValueThatIsThereIsToldOrDroppedWhenARequestMeetsACancellation() throws Exception {
        Races.check(
                round -> {
                    Asking asking = new Asking(round).begin(Promise.of(1));
                    round.rival(() -> asking.request(1));
                    round.rival(asking::cancel);
                },
                "end, next",
                "next",
                "dropped");
    }

    @Test
    void aValueIsToldDroppedOrLeftWhenItMeetsARequestAndACancellation() throws Exception {
        Races.check(
                round -> {
                    Resolver<Integer> resolver = Resolver.cancellable(round.loop());
                    Asking asking = new Asking(round).begin(resolver.promise());
                    round.rival(() -> asking.request(1));
                    round.rival(asking::cancel);
                    round.rival(() -> resolver.resolve(1));
                },
                "end, next",
                "next",
                "dropped",
                "left");
    }

    @Test
    void aPromiseFollowedFromAnotherThreadIsToldOrLeftWhenCancellationIsAtItsHeels()
            throws Exception {
        Races.check(
                round -> {
                    Resolver<Integer> resolver = Resolver.cancellable(round.loop());
                    Asking asking = new Asking(round);
                    asking.request(1);
                    round.rival(() -> asking.begin(resolver.promise()));
                    round.rival(asking::cancel);
                    round.here(() -> resolver.resolve(1));
                },
                "end, next",
                "next",
                "dropped",
                "left");
    }

    @Test
    void twoRequestsAtATimeGetTheOneValueOnce() throws Exception {
        Races.check(
                round -> {
                    Resolver<Integer> resolver = Resolver.cancellable(round.loop());
                    Asking asking = new Asking(round).begin(resolver.promise());
                    round.rival(() -> asking.request(1));
                    round.rival(() -> asking.request(1));
                    round.here(() -> resolver.resolve(1));
                },
                "end, next");
    }

    @Test
    void aBadRequestIsAnErrorInPlaceOfTheValueAndNotBesideIt() throws Exception {
        Races.check(
                round -> {
                    Resolver<Integer> resolver = Resolver.cancellable(round.loop());
                    Asking asking = new Asking(round).begin(resolver.promise());
                    round.rival(() -> asking.request(-1));
                    round.rival(() -> asking.request(1));
                    round.rival(() -> resolver.resolve(1));
                },
                "end, next",
                "dropped, error",
                "error",
                "error, left");
    }

    @Test
    void oneOfTwoSubscribersThatShareAPromiseMayCancelWithoutTheOther() throws Exception {
        Races.check(
                round -> {
                    Resolver<Integer> resolver = Resolver.cancellable(round.loop());
                    Asking leaving = new Asking(round).begin(resolver.promise());
                    Asking staying = new Asking(round);
                    staying.begin(resolver.promise());
                    staying.request(1);
                    round.rival(leaving::cancel);
                    round.rival(() -> resolver.resolve(1));
                },
                "dropped, end, next",
                "end, left, next");
    }

    /* ---- Resolvers ---- */

    @Test
    void oneOfSeveralResolversWinsAndTheHandlerHearsOfTheOthers() throws Exception {
        IOException error = new IOException("a loser, or seen by the promise's callback");
        Races.check(
                round -> {
                    Resolver<Integer> resolver = Resolver.uncancellable(round.loop());
                    resolver.promise()
                            .onAny(value -> round.tell("value"), cause -> round.tell("cause"));
                    round.rival(() -> resolver.resolve(1));
                    round.rival(() -> resolver.resolveNow(2));
                    round.rival(() -> resolver.reject(error));
                },
                "handler IllegalStateException, handler IllegalStateException, value",
                "cause, handler IllegalStateException, handler IllegalStateException");
    }

    @Test
    void aCancellationAndAResolutionAreOneOutcomeAndNoError() throws Exception {
        Races.check(
                round -> {
                    Resolver<Integer> resolver = Resolver.cancellable(round.loop());
                    resolver.promise()
                            .onCancel(() -> round.tell("cancelled"))
                            .onSuccess(value -> round.tell("value"));
                    round.rival(() -> resolver.resolve(1));
                    round.rival(resolver.promise()::cancel);
                    round.rival(resolver.promise()::cancel);
                },
                "cancelled",
                "value");
    }

    @Test
    void aFutureAndItsPromiseAgreeOnWhoWasFirst() throws Exception {
        Races.check(
                round -> {
                    Resolver<Integer> resolver = Resolver.cancellable(round.loop());
                    CompletableFuture<Integer> future = resolver.promise().toCompletableFuture();
                    round.rival(() -> round.tell(future.cancel(true) ? "yes" : "no"));
                    round.rival(() -> resolver.resolve(1));
                    round.afterwards(() -> {
                        round.tell(future.isCancelled() ? "cancelled" : "value");
                        round.tell(resolver.promise().isPending() ? "pending" : "settled");
                    });
                },
                "cancelled, settled, yes",
                "no, settled, value");
    }

    /* ---- The end of a loop ---- */

    @Test
    void aTaskRunsOrIsRefusedOnceWhenItsLoopIsClosed() throws Exception {
        Races.check(
                round -> {
                    Runnable ran = round.once("ran");
                    Runnable refused = round.once("refused");
                    round.rival(() -> round.loop().execute(ran, closed -> refused.run()));
                    round.rival(round.loop()::close);
                },
                "ran",
                "refused");
    }

    @Test
    void tasksOfSeveralThreadsAreNeitherLostNorRunTwiceWhenTheirLoopIsClosed() throws Exception {
        Races.check(
                round -> {
                    for (String name : new String[] {"a", "b"}) {
                        Runnable done = round.once(name);
                        round.rival(() -> round.loop().execute(done, closed -> done.run()));
                    }
                    round.here(round.loop()::close);
                },
                "a, b");
    }

    @Test
    void aFutureOfWhatIsSubmittedIsCompleteWhenItsLoopIsClosed() throws Exception {
        Races.check(
                round -> {
                    Runnable refused = round.once("refused");
                    Runnable value = round.once("value");
                    round.rival(() -> {
                        try {
                            CompletableFuture<Integer> unused = round.loop()
                                    .submit(() -> Promise.of(1))
                                    .whenComplete((v, e) -> (e == null ? value : refused).run());
                        } catch (RejectedExecutionException closed) {
                            refused.run();
                        }
                    });
                    round.here(round.loop()::close);
                },
                "value",
                "refused");
    }

    @Test
    void aSubscriberHearsOfTheValueOrOfTheEndOfTheLoop() throws Exception {
        Races.check(
                round -> {
                    Resolver<Integer> resolver = Resolver.cancellable(round.loop());
                    Flow.Publisher<Integer> publisher = resolver.promise().asPublisher();
                    Runnable next = round.once("next");
                    Runnable end = round.once("end");
                    Runnable error = round.once("error");
                    round.rival(() -> publisher.subscribe(new Flow.Subscriber<>() {
                        @Override
                        public void onSubscribe(Flow.Subscription subscription) {
                            subscription.request(1);
                        }

                        @Override
                        public void onNext(Integer element) {
                            next.run();
                        }

                        @Override
                        public void onError(Throwable cause) {
                            error.run();
                        }

                        @Override
                        public void onComplete() {
                            end.run();
                        }
                    }));
                    round.rival(() -> {
                        try {
                            resolver.resolve(1);
                        } catch (RejectedExecutionException closed) {
                            // Told to whoever resolves, so that nothing is lost.
                        }
                    });
                    round.rival(round.loop()::close);
                },
                "end, next",
                "error");
    }

    @Test
    void aPromiseMadeOfAStageIsResolvedOrLetsGoOfItWhenItsLoopIsClosed() throws Exception {
        Races.check(
                round -> {
                    CompletableFuture<Integer> stage = new CompletableFuture<>();
                    Runnable value = round.once("value");
                    Runnable error = round.once("error");
                    CompletableFuture<Integer> unused = Promise.from(stage)
                            .map(v -> v + 1)
                            .toCompletableFuture()
                            .whenComplete((v, e) -> (e == null ? value : error).run());
                    round.rival(() -> stage.complete(1));
                    round.rival(round.loop()::close);
                },
                "value",
                "error");
    }
}
