package io.lwt4j.sync;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.WaitQueue;

import org.jspecify.annotations.Nullable;

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

    /** The loop that uses this throttle, which is that of the waiters; null before any does. */
    private @Nullable EventLoop loop;

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
     *     the key in a period, and not again as long as calls of the key wait
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
        EventLoop owner = enter();
        return Promise.apply(() -> admit(owner, key));
    }

    private EventLoop enter() {
        waiters.checkCurrent("Throttle.acquire");
        EventLoop owner = loop;
        // On one thread several loops may live, so this need not be the current one.
        if (owner == null || owner.isClosed()) {
            owner = EventLoop.current();
            loop = owner;
        }
        return owner;
    }

    private Promise<Boolean> admit(EventLoop owner, K key) {
        long now = owner.engine().nanoTime();
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
        time(owner, now);
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
        periodEnd = now + Clock.nanos(period);
    }

    private void time(EventLoop owner, long now) {
        if (!timing) {
            timing = true;
            owner.timer(Duration.ofNanos(periodEnd - now))
                    .onAny(over -> nextPeriod(owner), loopEnds -> timing = false);
        }
    }

    private void nextPeriod(EventLoop owner) {
        timing = false;
        quotas.clear();
        long now = owner.engine().nanoTime();
        begin(now);
        List<Resolver<Boolean>> passing = waiters.takeAll(this::passes);
        if (!waiters.isEmpty()) {
            time(owner, now);
        }
        // Inside of the timer's callback: theirs run when all of them have been told.
        for (Resolver<Boolean> waiter : passing) {
            waiter.resolve(true);
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
