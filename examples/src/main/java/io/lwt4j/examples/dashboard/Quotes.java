package io.lwt4j.examples.dashboard;

import java.util.Locale;

/**
 * What one share costs at two exchanges.
 *
 * @param north in euros
 * @param south in dollars
 */
record Quotes(Quote north, Quote south) {

    /** Whether these two must not be compared. */
    boolean areOfTwoMoments() {
        return north.moment() != south.moment();
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f | %.2f", north.price(), south.price());
    }
}
