package io.lwt4j.examples.dashboard;

import java.util.Optional;

/**
 * Finds the quotes of one moment, however much later than the other one an exchange sends its own.
 *
 * @param north the last quotes of one exchange
 * @param south the last quotes of the other one
 * @param quotes those of the last moment of which both are there
 */
record Matching(Recent<Quote> north, Recent<Quote> south, Quotes quotes) {

    /** By so many moments one exchange may be ahead. */
    private static final int MEMORY = 100;

    static Matching of(Quotes opening) {
        return new Matching(Recent.none(MEMORY), Recent.none(MEMORY), opening).plus(opening);
    }

    /** Takes in the newest quotes of both. */
    Matching plus(Quotes newest) {
        Recent<Quote> norths = north.plus(newest.north());
        Recent<Quote> souths = south.plus(newest.south());
        long slower = Math.min(newest.north().moment(), newest.south().moment());
        Optional<Quotes> match =
                at(norths, slower).flatMap(n -> at(souths, slower).map(s -> new Quotes(n, s)));
        return new Matching(norths, souths, match.orElse(quotes));
    }

    private static Optional<Quote> at(Recent<Quote> quotes, long moment) {
        return quotes.items().stream().filter(quote -> quote.moment() == moment).findFirst();
    }
}
