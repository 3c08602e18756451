package io.lwt4j.sync;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.WaitQueue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Lets so many calls per second pass for each key (a user, an address), and makes the others wait:
 * {@code Lwt_throttle}.
 *
 * <pre>{@code
 * Throttle<InetAddress> logins = Throttle.create(3, 1_000);
 * Promise<Session> session = logins.acquire(peer)
 *         .flatMap(mayPass -> mayPass ? login() : Promise.failed("too many attempts"));
 * }</pre>
 *
 * <p>A period begins with the first call after the one before is over. Those who wait pass in the
 * next periods, in the order of their calls. Keys are compared by {@code equals}. Nothing is kept
 * of a key whose period is over and for which nobody waits; it is forgotten with the next call, or
 * at the end of the period if somebody waits for another key.
 *
 * <p>Thread rule: a throttle belongs to the loop that uses it first; elsewhere its methods throw
 * {@link io.lwt4j.LoopThreadException}.
 *
 * @param <K> the type of the keys
 */
public final class Throttle<K> {

    /** What has passed for a key in the current period. */
    private static final class Quota<K> {
        final K key;
        final int most;
        int used;

        Quota(K key, int most) {
            this.key = key;
            this.most = most;
        }
    }

    private final ToIntFunction<? super K> rate;
    private final Duration period;
    private final int maxWaiting;

    /** The keys for which somebody has passed in this period. */
    private final Map<K, Quota<K>> quotas = new HashMap<>();

    /** Those who wait for any key. Their quotas are used up. */
    private final WaitQueue<Quota<K>, Boolean> waiters = WaitQueue.create();

    /** The end of the period, on the engine's clock; nothing before the first one has begun. */
    private long periodEnd;

    private boolean begun;

    /** Set as long as somebody waits, and no longer than to the end of the period after that. */
    private boolean timing;

    private Throttle(ToIntFunction<? super K> rate, Duration period, int maxWaiting) {
        if (period.isNegative() || period.isZero()) {
            throw new IllegalArgumentException("a period of " + period + " is not positive");
        }
        if (maxWaiting < 1) {
            throw new IllegalArgumentException("maxWaiting is " + maxWaiting + ", less than 1");
        }
        this.rate = requireNonNull(rate, "rate");
        this.period = period;
        this.maxWaiting = maxWaiting;
    }

    /**
     * Makes a throttle with periods of one second: {@code Lwt_throttle.create}. Any thread.
     *
     * @param rate how many calls pass per second for each key
     * @param maxWaiting how many calls may wait at a time, for all keys together
     * @param <K> the type of the keys
     * @return the throttle
     * @throws IllegalArgumentException if a number is less than 1
     */
    public static <K> Throttle<K> create(int rate, int maxWaiting) {
        return create(rate, Duration.ofSeconds(1), maxWaiting);
    }

    /**
     * Makes a throttle. Any thread.
     *
     * @param rate how many calls pass per period for each key
     * @param period the time
     * @param maxWaiting how many calls may wait at a time, for all keys together
     * @param <K> the type of the keys
     * @return the throttle
     * @throws IllegalArgumentException if a number is less than 1, or the time not positive
     */
    public static <K> Throttle<K> create(int rate, Duration period, int maxWaiting) {
        if (rate < 1) {
            throw new IllegalArgumentException("the rate is " + rate + ", less than 1");
        }
        return create(key -> rate, period, maxWaiting);
    }

    /**
     * Makes a throttle that lets more pass for some keys than for others. Any thread.
     *
     * @param rate how many calls pass per period for a key, at least 1; asked at the first call of
     *     the key in a period
     * @param period the time
     * @param maxWaiting how many calls may wait at a time, for all keys together
     * @param <K> the type of the keys
     * @return the throttle
     * @throws IllegalArgumentException if {@code maxWaiting} is less than 1, or the time not
     *     positive
     */
    public static <K> Throttle<K> create(
            ToIntFunction<? super K> rate, Duration period, int maxWaiting) {
        return new Throttle<>(rate, requireNonNull(period, "period"), maxWaiting);
    }

    /**
     * Asks to pass: {@code Lwt_throttle.wait}.
     *
     * <p>Cancelling the promise while it waits frees its place at once.
     *
     * @param key for whom
     * @return a promise of true, fulfilled when the caller may pass; fulfilled with false at once
     *     if too many wait already; rejected with what the throttle's rate throws for the key
     */
    public Promise<Boolean> acquire(K key) {
        requireNonNull(key, "key");
        waiters.checkCurrent("Throttle.acquire");
        return Promise.apply(() -> admit(key));
    }

    private Promise<Boolean> admit(K key) {
        long now = EventLoop.current().engine().nanoTime();
        if (!timing && (!begun || now - periodEnd >= 0)) {
            quotas.clear();
            begin(now);
        }
        Quota<K> quota = quotas.get(key);
        if (quota == null) {
            quota = newQuota(key);
            quotas.put(key, quota);
        }
        if (quota.used < quota.most) {
            quota.used++;
            return Promise.ofTrue();
        }
        if (waiters.size() >= maxWaiting) {
            return Promise.ofFalse();
        }
        Promise<Boolean> waiter = waiters.add(quota);
        time(now);
        return waiter;
    }

    private Quota<K> newQuota(K key) {
        int most = rate.applyAsInt(key);
        if (most < 1) {
            throw new IllegalArgumentException("the rate for " + key + " is " + most
                    + ", less than 1: its calls would wait for ever");
        }
        return new Quota<>(key, most);
    }

    private void begin(long now) {
        begun = true;
        periodEnd = now + nanos(period);
    }

    private static long nanos(Duration duration) {
        // 2^32 seconds are 136 years, and still fit.
        return duration.toSeconds() >> 32 > 0 ? Long.MAX_VALUE / 2 : duration.toNanos();
    }

    private void time(long now) {
        if (!timing) {
            timing = true;
            EventLoop.sleep(Duration.ofNanos(periodEnd - now))
                    .onAny(over -> nextPeriod(), loopEnds -> timing = false);
        }
    }

    private void nextPeriod() {
        timing = false;
        quotas.clear();
        long now = EventLoop.current().engine().nanoTime();
        begin(now);
        List<Resolver<Boolean>> passing = waiters.takeAll(this::passes);
        if (!waiters.isEmpty()) {
            time(now);
        }
        for (Resolver<Boolean> waiter : passing) {
            waiter.tryResolve(true);
        }
    }

    /** Whether one who waits passes in the period that has just begun. */
    private boolean passes(Quota<K> quota) {
        if (quotas.putIfAbsent(quota.key, quota) == null) {
            quota.used = 0;
        }
        if (quota.used == quota.most) {
            return false;
        }
        quota.used++;
        return true;
    }
}
