package io.lwt4j.examples.dashboard;

import java.util.Locale;

/**
 * What one share costs at an exchange.
 *
 * @param moment when: the moments of all exchanges are counted alike
 * @param price how much, in the currency of the exchange
 */
record Quote(long moment, double price) {

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f at %d", price, moment);
    }
}
