package io.lwt4j.examples.dashboard;

import io.lwt4j.interop.reactor.ReactorBridge;
import io.lwt4j.interop.rx.RxJava3Bridge;
import io.lwt4j.react.Event;
import io.lwt4j.react.Intake;
import io.lwt4j.react.Signal;
import io.reactivex.rxjava3.core.BackpressureStrategy;
import io.reactivex.rxjava3.core.Observable;

import reactor.core.publisher.Flux;

/** What two exchanges send, brought together. */
final class Market {

    private final Signal<Quotes> quotes;
    private final Signal<Integer> heldBack;
    private final Signal<Integer> mixed;

    Market(Feeds feeds) {
        Intake intake = Intake.create();
        Flux<Quote> norths = feeds.north().share();
        Observable<Quote> souths = feeds.south().share();
        Quotes opening = feeds.opening();

        // One intake: what both have sent by the time the loop comes to it is one step.
        Signal<Quote> north =
                ReactorBridge.toSignal(norths, opening.north(), intake).node().named("north");
        Signal<Quote> south =
                RxJava3Bridge.toSignal(souths, opening.south(), intake).node().named("south");

        // And if one comes later, the quotes stay as they are until it has come.
        Signal<Quotes> newest = Signal.lift(north, south, Quotes::new).named("newest");
        quotes = newest.changes()
                .foldSignal(Matching.of(opening), Matching::plus)
                .map(Matching::quotes)
                .named("quotes");
        heldBack = newest.changes()
                .filter(Quotes::areOfTwoMoments)
                .foldSignal(0, (n, pair) -> n + 1)
                .named("held back");

        // For comparison, what Reactor makes of the same two.
        Flux<Quotes> combined = Flux.combineLatest(
                norths, souths.toFlowable(BackpressureStrategy.BUFFER), Quotes::new);
        Event<Quotes> mixtures = ReactorBridge.toEvent(
                        combined.filter(Quotes::areOfTwoMoments), intake)
                .node()
                .named("combineLatest");
        mixed = mixtures.foldSignal(0, (n, pair) -> n + 1).named("mixed");
    }

    /** The quotes of the last moment of which both are there. */
    Signal<Quotes> quotes() {
        return quotes;
    }

    /** How often the newest quotes were of two moments, and nobody was told. */
    Signal<Integer> heldBack() {
        return heldBack;
    }

    /** How often {@code combineLatest} has told of quotes of two moments. */
    Signal<Integer> mixed() {
        return mixed;
    }
}
