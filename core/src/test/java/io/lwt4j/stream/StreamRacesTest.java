package io.lwt4j.stream;

import static java.util.Objects.requireNonNull;

import io.lwt4j.DropHandler;
import io.lwt4j.Publishers;
import io.lwt4j.race.Races;
import io.lwt4j.race.Round;

import org.junit.jupiter.api.Test;

import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;

/** Streams to and from publishers whose other ends are on threads of their own. */
class StreamRacesTest {

    /** Tells what it hears, each event of its own once. */
    private static class Ear implements Flow.Subscriber<Integer>, DropHandler<Integer> {

        private final Round round;
        private final Runnable end;
        private final Runnable error;
        private volatile Flow.Subscription subscription;

        Ear(Round round) {
            this.round = round;
            end = round.once("end");
            error = round.once("error");
        }

        Flow.Subscription subscription() {
            return requireNonNull(subscription);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(Integer element) {
            round.tell(element + " told");
        }

        @Override
        public void onComplete() {
            end.run();
        }

        @Override
        public void onError(Throwable cause) {
            error.run();
        }

        @Override
        public void element(Integer element) {
            round.tell(element + " dropped");
        }

        @Override
        public void error(Throwable cause) {
            round.tell("dropped " + cause.getMessage());
        }
    }

    private static DropHandler<Integer> dropped(Round round) {
        return new Ear(round);
    }

    /* ---- Out ---- */

    @Test
    void noElementIsToldUnaskedOrTwiceWhenRequestAndCancellationMeetIt() throws Exception {
        Races.check(
                round -> {
                    PullStream.Pushed<Integer> pushed = PullStream.push();
                    Ear ear = new Ear(round);
                    pushed.stream().asPublisher().subscribe(ear);
                    round.rival(() -> ear.subscription().request(1));
                    round.rival(ear.subscription()::cancel);
                    round.here(() -> {
                        try {
                            pushed.writer().push(1);
                            pushed.writer().push(2);
                        } catch (StreamClosedException cancelled) {
                            round.tell("refused");
                        }
                    });
                },
                "",
                "1 dropped",
                "1 told",
                "refused",
                "1 dropped, refused",
                "1 told, refused");
    }

    @Test
    void requestsOfSeveralThreadsAddUp() throws Exception {
        Races.check(
                round -> {
                    PullStream.Pushed<Integer> pushed = PullStream.push();
                    Ear ear = new Ear(round);
                    pushed.stream().asPublisher().subscribe(ear);
                    round.rival(() -> ear.subscription().request(1));
                    round.rival(() -> ear.subscription().request(1));
                    round.here(() -> {
                        pushed.writer().push(1);
                        pushed.writer().push(2);
                        pushed.writer().push(3);
                    });
                },
                "1 told, 2 told");
    }

    @Test
    void aSubscriberOfAStreamHearsAnEndOnceWhenTheLoopIsClosed() throws Exception {
        Races.check(
                round -> {
                    Flow.Publisher<Integer> publisher = PullStream.of(1).asPublisher(round.loop());
                    Ear ear = new Ear(round);
                    round.rival(() -> publisher.subscribe(new Flow.Subscriber<>() {
                        @Override
                        public void onSubscribe(Flow.Subscription given) {
                            given.request(2);
                        }

                        @Override
                        public void onNext(Integer element) {
                            ear.onNext(element);
                        }

                        @Override
                        public void onComplete() {
                            ear.onComplete();
                        }

                        @Override
                        public void onError(Throwable cause) {
                            ear.onError(cause);
                        }
                    }));
                    round.rival(round.loop()::close);
                },
                "1 told, end",
                "error");
    }

    /* ---- In ---- */

    /** A publisher on another thread: two elements and the end. */
    private static void publish(Flow.Subscriber<? super Integer> subscriber) {
        subscriber.onNext(1);
        subscriber.onNext(2);
        subscriber.onComplete();
    }

    private static void tellWhatIsLeft(Round round, PullStream<Integer> stream) {
        try {
            stream.getAvailable().forEach(element -> round.tell(element + " read"));
        } catch (Exception e) {
            round.tell("failed");
        }
    }

    @Test
    void everyElementIsReadOrDroppedOnceWhenTheReaderCloses() throws Exception {
        Races.check(
                round -> {
                    Probe<Integer> probe = new Probe<>();
                    PullStream<Integer> stream = PullStream.from(probe, 8, dropped(round));
                    stream.peek().onFailure(e -> {});
                    round.rival(() -> publish(probe.subscriber));
                    round.here(() -> {
                        tellWhatIsLeft(round, stream);
                        stream.close();
                    });
                    round.afterwards(() -> tellWhatIsLeft(round, stream));
                },
                "1 dropped, 2 dropped",
                "1 read, 2 dropped",
                "1 read, 2 read");
    }

    @Test
    void everyElementIsReadOrDroppedOnceWhenTheLoopIsClosed() throws Exception {
        Races.check(
                round -> {
                    Probe<Integer> probe = new Probe<>();
                    PullStream<Integer> stream = PullStream.from(probe, 8, dropped(round));
                    stream.forEach(element -> round.tell(element + " read")).onFailure(e -> {});
                    round.rival(() -> publish(probe.subscriber));
                    round.rival(round.loop()::close);
                },
                "1 dropped, 2 dropped",
                "1 read, 2 dropped",
                "1 read, 2 read");
    }

    @Test
    void whatComesOnTheLoopItselfWhileItIsClosedIsDropped() throws Exception {
        Races.check(
                round -> {
                    Probe<Integer> probe = new Probe<>();
                    PullStream<Integer> stream = PullStream.from(probe, 8, dropped(round));
                    stream.forEach(element -> round.tell(element + " read")).onFailure(e -> {});
                    round.loop().onClose(() -> publish(probe.subscriber));
                    round.rival(round.loop()::close);
                },
                "1 dropped, 2 dropped");
    }

    @Test
    void aSubscriptionThatComesLateIsCancelledOnceOrGoesOn() throws Exception {
        Races.check(
                round -> {
                    Probe<Integer> probe = new Probe<>() {
                        @Override
                        public void subscribe(Flow.Subscriber<? super Integer> given) {
                            subscriber = given;
                        }

                        @Override
                        public void request(long n) {
                            round.tell("requested");
                        }

                        @Override
                        public void cancel() {
                            round.tell("cancelled");
                        }
                    };
                    PullStream<Integer> stream = PullStream.from(probe, 8, dropped(round));
                    stream.peek().onFailure(e -> {});
                    round.rival(() -> probe.subscriber.onSubscribe(probe));
                    round.here(stream::close);
                },
                "cancelled",
                "cancelled, requested");
    }

    @Test
    void aSourceOfAPromiseIsCancelledOrHeard() throws Exception {
        Races.check(
                round -> {
                    Probe<Integer> probe = new Probe<>() {
                        @Override
                        public void cancel() {
                            round.tell("cancelled");
                        }
                    };
                    var promise = Publishers.last(probe, dropped(round));
                    promise.onSuccess(v -> round.tell(v + " read")).onFailure(e -> {});
                    round.rival(() -> publish(probe.subscriber));
                    round.here(promise::cancel);
                },
                "1 dropped, 2 dropped, cancelled",
                "1 dropped, Optional[2] read",
                "1 dropped, 2 dropped");
    }

    @Test
    void anErrorOnItsWayToAClosedLoopReachesTheHandlerOfTheDropped() throws Exception {
        Races.check(
                round -> {
                    Probe<Integer> probe = new Probe<>();
                    var promise = Publishers.last(probe, dropped(round));
                    promise.onFailure(e -> round.tell(
                            e instanceof RejectedExecutionException ? "closed" : "error"));
                    IllegalStateException cause = new IllegalStateException("cause");
                    round.rival(() -> probe.subscriber.onError(cause));
                    round.rival(round.loop()::close);
                },
                "error",
                "closed, dropped cause");
    }
}
