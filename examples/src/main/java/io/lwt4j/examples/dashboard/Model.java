package io.lwt4j.examples.dashboard;

import io.lwt4j.Promise;
import io.lwt4j.react.Event;
import io.lwt4j.react.GraphView;
import io.lwt4j.react.Owner;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Signals;
import io.lwt4j.react.Var;

/**
 * The signals of the dashboard.
 *
 * <p>Thread rule: that of the loop it is made on.
 */
final class Model implements AutoCloseable {

    /** So many moments make the moving average. */
    static final int WINDOW = 20;

    private static final double FIRST_THRESHOLD = 1;
    private static final int SHARES_NORTH = 40;
    private static final int SHARES_SOUTH = 60;
    private static final int MOMENTS_KEPT = 240;
    private static final int ALARMS_KEPT = 50;

    private final Owner owner;
    private final Var<Double> threshold = Var.of(FIRST_THRESHOLD).named("threshold");
    private final Signal<Figures> figures;
    private final Event<Alarm> alarms;
    private final Signal<Recent<Figures>> recentFigures;
    private final Signal<Recent<Alarm>> recentAlarms;

    /** Makes the signals, when somebody has told the first rate. */
    static Promise<Model> open(Feeds feeds) {
        return feeds.rate().ask().map(rate -> {
            Owner owner = Owner.create();
            return owner.own(
                    () -> new Model(owner, new Market(feeds), new Rates(feeds.rate(), rate)));
        });
    }

    private Model(Owner owner, Market market, Rates rates) {
        this.owner = owner;
        Signal<Quotes> quotes = market.quotes();
        Signal<Double> north = Signal.lift(
                        quotes, rates.rate(), (q, rate) -> q.north().price() * rate)
                .named("north in $");
        Signal<Double> south = quotes.map(q -> q.south().price()).named("south in $");

        Signal<Double> spread = Signal.lift(north, south, (n, s) -> n - s).named("spread");
        Signal<Double> mid = Signal.lift(north, south, (n, s) -> (n + s) / 2).named("mid");
        Signal<Double> percent = Signal.lift(spread, mid, (s, m) -> 100 * s / m).named("percent");
        Signal<Double> total = Signal.lift(
                        north, south, (n, s) -> SHARES_NORTH * n + SHARES_SOUTH * s)
                .named("total");

        Event<Quotes> moments = quotes.changes().named("moments");
        Signal<Double> average = moments.sample(spread, (q, s) -> s)
                .foldSignal(Recent.<Double>none(WINDOW), Recent::plus)
                .map(Model::mean)
                .named("average");

        Signal<Boolean> wide = Signal.lift(
                        spread, threshold.signal(), (s, limit) -> Math.abs(s) > limit)
                .named("wide");

        figures = Signal.computed(() -> new Figures(
                        quotes.get().north().moment(),
                        north.get(),
                        south.get(),
                        rates.rate().get(),
                        spread.get(),
                        percent.get(),
                        average.get(),
                        total.get(),
                        threshold.get(),
                        wide.get(),
                        rates.unanswered().get(),
                        market.heldBack().get(),
                        market.mixed().get()))
                .named("figures");

        alarms = Signals.edge(wide)
                .sample(
                        figures,
                        (isWide, f) -> new Alarm(f.moment(), isWide, f.spread(), f.threshold()))
                .named("alarms");

        recentFigures = moments.sample(figures, (q, f) -> f)
                .foldSignal(Recent.<Figures>none(MOMENTS_KEPT), Recent::plus)
                .named("recent figures");
        recentAlarms = alarms.foldSignal(Recent.<Alarm>none(ALARMS_KEPT), Recent::plus)
                .named("recent alarms");
    }

    private static double mean(Recent<Double> values) {
        return values.items().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(0);
    }

    /** What the page shows, all of one moment. */
    Signal<Figures> figures() {
        return figures;
    }

    /** Occurs when the spread crosses the threshold, in both directions. */
    Event<Alarm> alarms() {
        return alarms;
    }

    /** From which spread on there is an alarm. */
    Var<Double> threshold() {
        return threshold;
    }

    /** What has been before now. */
    History history() {
        return new History(recentFigures.get().items(), recentAlarms.get().items());
    }

    /** All of these signals, and those that they are made of. */
    Picture picture() {
        return Picture.of(GraphView.of(figures, alarms, recentFigures, recentAlarms));
    }

    /** Ends the subscriptions, the polling, and the responses to those who listen. */
    @Override
    public void close() {
        owner.close();
        figures.stop();
        alarms.stop();
    }
}
