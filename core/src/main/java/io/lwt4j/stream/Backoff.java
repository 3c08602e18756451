package io.lwt4j.stream;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after a failure before trying again: the {@code duration} of
 * {@code Lwt_retry.with_sleep}. Any function will do: {@code n -> Duration.ofSeconds(n)}.
 *
 * <p>Thread rule: it is called on the loop of those who try again. The ones made here are immutable
 * and may be used on any thread, if the generator of {@link #jittered} may. Nothing here waits, so
 * there is nothing to cancel. Null is refused everywhere.
 */
@FunctionalInterface
public interface Backoff {

    /**
     * The time to wait.
     *
     * @param failures how many attempts have failed so far, at least 1
     * @return the time; zero and less mean a later turn of the loop
     */
    Duration after(int failures);

    /**
     * Always the same time.
     *
     * @param duration the time
     * @return the backoff
     */
    static Backoff fixed(Duration duration) {
        requireNonNull(duration, "duration");
        return failures -> duration;
    }

    /**
     * A time that doubles with each failure. It soon becomes very long; see {@link #atMost}.
     *
     * @param first the time after the first failure; zero and less stay as they are
     * @return the backoff
     */
    static Backoff exponential(Duration first) {
        requireNonNull(first, "first");
        return failures -> first.isNegative() ? first : timesPowerOfTwo(first, failures - 1);
    }

    /**
     * The one that Lwt uses unless told otherwise: 4 seconds, then 16, 48, 128, 320, in general n
     * times 2 to the power of n + 1 after the n-th failure:
     * {@code Lwt_retry.default_sleep_duration}.
     *
     * @return the backoff
     */
    static Backoff standard() {
        return failures -> timesPowerOfTwo(Duration.ofSeconds(failures), failures + 1);
    }

    private static Duration timesPowerOfTwo(Duration duration, int exponent) {
        if (exponent < Long.SIZE - 1) {
            try {
                return duration.multipliedBy(1L << Math.max(exponent, 0));
            } catch (ArithmeticException tooLong) {
                // As below.
            }
        }
        return duration.isZero() ? duration : Duration.ofSeconds(Long.MAX_VALUE);
    }

    /**
     * This one, but never longer than a certain time.
     *
     * @param longest that time
     * @return the backoff
     */
    default Backoff atMost(Duration longest) {
        requireNonNull(longest, "longest");
        return failures -> {
            Duration duration = after(failures);
            return duration.compareTo(longest) < 0 ? duration : longest;
        };
    }

    /**
     * A random part of this one, evenly spread from nothing to the whole, so that those who failed
     * together do not come back together. Limit the time before: {@code atMost(...).jittered(...)}.
     *
     * @param random where to draw from; a seeded generator makes tests repeatable
     * @return the backoff
     */
    default Backoff jittered(RandomGenerator random) {
        requireNonNull(random, "random");
        return failures -> {
            Duration duration = after(failures);
            double part = random.nextDouble();
            double seconds = part * duration.toSeconds();
            long whole = (long) seconds;
            double nanos = (seconds - whole) * 1e9 + part * duration.toNanosPart();
            return Duration.ofSeconds(whole, (long) nanos);
        };
    }
}
