package io.lwt4j.examples.dashboard;

import io.lwt4j.Promise;

/** Somebody to ask what a euro costs. */
@FunctionalInterface
interface RateSource {

    /** Dollars for one euro. Cancelling the promise ends the request. */
    Promise<Double> ask();
}
