package io.lwt4j.oracle;

/** Counts the calls of a function. */
final class Counter {

    private long calls;

    /** The number of calls so far, without this one. */
    long next() {
        return calls++;
    }
}
