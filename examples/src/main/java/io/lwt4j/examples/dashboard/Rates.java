package io.lwt4j.examples.dashboard;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.react.AsyncEvents;
import io.lwt4j.react.Event;
import io.lwt4j.react.Signal;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** What a euro costs, asked for over and over. */
final class Rates {

    /** How long to wait before the rate is asked for again. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** How long to wait for the answer. */
    static final Duration PATIENCE = Duration.ofMillis(400);

    private final RateSource source;
    private final Signal<Double> rate;
    private final Signal<Integer> unanswered;

    Rates(RateSource source, double first) {
        this.source = source;
        Event<Optional<Double>> answers = AsyncEvents.from(
                        () -> EventLoop.sleep(PAUSE).flatMap(over -> ask()))
                .named("answers");
        rate = Event.present(answers).hold(first).named("rate");
        unanswered = answers.filter(Optional::isEmpty)
                .foldSignal(0, (n, answer) -> n + 1)
                .named("unanswered");
    }

    /** The rate; nothing if nobody tells it in time. */
    private Promise<Optional<Double>> ask() {
        Promise<Optional<Double>> answer = source.ask().map(Optional::of);
        Promise<Optional<Double>> tooLate = EventLoop.sleep(PATIENCE).map(x -> Optional.empty());

        // The loser is cancelled: the timer is gone, or the connection is closed.
        return Promise.pick(answer, tooLate)
                .recover(IOException.class, e -> Promise.of(Optional.empty()));
    }

    /** Dollars for one euro, as last told. */
    Signal<Double> rate() {
        return rate;
    }

    /** How often nobody has told the rate in time. */
    Signal<Integer> unanswered() {
        return unanswered;
    }
}
