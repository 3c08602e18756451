package io.lwt4j.examples.dashboard;

import io.reactivex.rxjava3.core.Observable;

import reactor.core.publisher.Flux;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** A simulated exchange. Its prices follow from its seed and the moment, and from nothing else. */
final class Exchange {

    private final long seed;

    /** What one dollar is worth in the currency of this exchange. */
    private final double unit;

    Exchange(long seed, double unit) {
        this.seed = seed;
        this.unit = unit;
    }

    Quote at(long moment) {
        double worth = 100 + 4 * Math.sin(moment / 60.0) + 1.5 * Math.sin(moment / 13.0);
        double own = 0.7 * Math.sin(moment / 17.0 + seed) + 0.4 * Math.sin(moment / 7.0 + 2 * seed);
        double noise = new SplittableRandom(seed + moment).nextDouble() - 0.5;
        return new Quote(moment, Math.round(100 * unit * (worth + own + noise / 3)) / 100.0);
    }

    /** The quotes from moment 1 on, as a service that speaks Reactor has them. */
    Flux<Quote> flux(Duration period, reactor.core.scheduler.Scheduler scheduler) {
        return Flux.interval(period, scheduler).map(n -> at(n + 1));
    }

    /** The quotes from moment 1 on, as a service that speaks RxJava has them. */
    Observable<Quote> observable(Duration period, io.reactivex.rxjava3.core.Scheduler scheduler) {
        return Observable.interval(period.toNanos(), TimeUnit.NANOSECONDS, scheduler)
                .map(n -> at(n + 1));
    }
}
