package io.lwt4j.react;

import io.lwt4j.DropHandler;
import io.lwt4j.race.Races;
import io.lwt4j.race.Round;

import org.junit.jupiter.api.Test;

import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;

/** Events of publishers that send on a thread of their own while we let go of them. */
class ForeignThreadRacesTest {

    /** A publisher driven by hand. */
    private static final class Hand implements Flow.Publisher<Integer>, Flow.Subscription {

        private final Runnable cancelled;
        private Flow.Subscriber<? super Integer> subscriber;

        Hand(Round round) {
            cancelled = round.once("cancelled");
        }

        @Override
        public void subscribe(Flow.Subscriber<? super Integer> given) {
            subscriber = given;
        }

        @Override
        public void request(long n) {}

        @Override
        public void cancel() {
            cancelled.run();
        }
    }

    private static Feed<Event<Integer>> feed(Round round, Hand hand) {
        DropHandler<Integer> late = new DropHandler<>() {
            @Override
            public void element(Integer element) {
                round.tell(element + " late");
            }

            @Override
            public void error(Throwable cause) {
                round.tell("late error");
            }
        };
        Feed<Event<Integer>> feed = Intake.create().toEvent(hand, late);
        Observation unused = feed.node().observe(element -> round.tell(element + " occurred"));
        feed.done()
                .onAny(
                        end -> round.tell("end"),
                        e -> round.tell(e instanceof CancellationException ? "off" : "error"));
        return feed;
    }

    @Test
    void everyElementOccursOrIsToldAsLateOnceWhenTheFeedIsCancelled() throws Exception {
        Races.check(
                round -> {
                    Hand hand = new Hand(round);
                    Feed<Event<Integer>> feed = feed(round, hand);
                    hand.subscriber.onSubscribe(hand);
                    round.rival(() -> {
                        hand.subscriber.onNext(1);
                        hand.subscriber.onNext(2);
                        hand.subscriber.onComplete();
                    });
                    round.here(feed.done()::cancel);
                },
                "1 late, 2 late, cancelled, off",
                "1 occurred, 2 late, cancelled, off",
                "1 occurred, 2 occurred, cancelled, off",
                "1 occurred, 2 occurred, end");
    }

    @Test
    void everyElementOccursOrIsToldAsLateOnceWhenTheLoopIsClosed() throws Exception {
        Races.check(
                round -> {
                    Hand hand = new Hand(round);
                    feed(round, hand);
                    hand.subscriber.onSubscribe(hand);
                    round.rival(() -> {
                        hand.subscriber.onNext(1);
                        hand.subscriber.onNext(2);
                        hand.subscriber.onComplete();
                    });
                    round.rival(round.loop()::close);
                },
                "1 late, 2 late, cancelled, off",
                "1 occurred, 2 late, cancelled, off",
                "1 occurred, 2 occurred, cancelled, off",
                "1 occurred, 2 occurred, end");
    }

    @Test
    void anErrorIsTheEndOrToldAsLateWhenTheFeedIsCancelled() throws Exception {
        Races.check(
                round -> {
                    Hand hand = new Hand(round);
                    Feed<Event<Integer>> feed = feed(round, hand);
                    hand.subscriber.onSubscribe(hand);
                    IllegalStateException cause = new IllegalStateException("cause");
                    round.rival(() -> hand.subscriber.onError(cause));
                    round.here(feed.done()::cancel);
                },
                "error",
                "cancelled, late error, off");
    }

    @Test
    void aSubscriptionThatCrossesTheCancellationOfTheFeedIsCancelledOnce() throws Exception {
        Races.check(
                round -> {
                    Hand hand = new Hand(round);
                    Feed<Event<Integer>> feed = feed(round, hand);
                    round.rival(() -> hand.subscriber.onSubscribe(hand));
                    round.here(feed.done()::cancel);
                },
                "cancelled, off");
    }
}
