package io.lwt4j.sync;

import java.time.Duration;

/** Times on the clock of an engine. */
final class Clock {

    /** Half of what the clock can count, so that the difference of two times never overflows. */
    private static final long LONGEST = Long.MAX_VALUE / 2;

    private Clock() {}

    /** A time that is not negative, in nanoseconds. */
    static long nanos(Duration duration) {
        // 2^32 seconds are 136 years, and still fit.
        return duration.toSeconds() >> 32 > 0 ? LONGEST : duration.toNanos();
    }
}
