package io.lwt4j.react;

import java.util.function.Consumer;

/**
 * What an {@link Event} that is published does with occurrences a subscriber has not asked for:
 * they are kept for it, up to a capacity, and then something has to go. An event waits for nobody,
 * so there is no default; see {@link Event#asPublisher(Overflow, Consumer)}.
 *
 * <p>Thread rule: immutable, for any thread.
 */
public final class Overflow {

    /** What gives way when there is no more room. */
    enum Victim {
        SUBSCRIBER,
        OLDEST,
        LATEST
    }

    private static final Overflow UNBOUNDED = new Overflow(Integer.MAX_VALUE, Victim.SUBSCRIBER);
    private static final Overflow ERROR = fail(0);
    private static final Overflow DROP = dropLatest(0);
    private static final Overflow LATEST = dropOldest(1);

    final int capacity;
    final Victim victim;

    private Overflow(int capacity, Victim victim) {
        if (capacity < 0) {
            throw new IllegalArgumentException("a capacity of " + capacity + " is less than none");
        }
        this.capacity = capacity;
        this.victim = victim;
    }

    /**
     * Keeps all, however many; a subscriber that is always too slow uses up the memory.
     *
     * @return the strategy
     */
    public static Overflow unbounded() {
        return UNBOUNDED;
    }

    /**
     * Keeps up to {@code capacity}. When there is one more the subscriber gets an
     * {@link OverflowException}, at once, instead of what is kept, and the event is not observed
     * any more.
     *
     * @param capacity how many are kept
     * @return the strategy
     * @throws IllegalArgumentException if it is negative
     */
    public static Overflow fail(int capacity) {
        return new Overflow(capacity, Victim.SUBSCRIBER);
    }

    /**
     * Keeps the last {@code capacity}: where there is one more, the oldest is dropped.
     *
     * @param capacity how many are kept
     * @return the strategy
     * @throws IllegalArgumentException if it is negative
     */
    public static Overflow dropOldest(int capacity) {
        return new Overflow(capacity, Victim.OLDEST);
    }

    /**
     * Keeps the first {@code capacity}: where there is one more, that one is dropped.
     *
     * @param capacity how many are kept
     * @return the strategy
     * @throws IllegalArgumentException if it is negative
     */
    public static Overflow dropLatest(int capacity) {
        return new Overflow(capacity, Victim.LATEST);
    }

    /**
     * Keeps nothing, and fails: {@link #fail}{@code (0)}.
     *
     * @return the strategy
     */
    public static Overflow error() {
        return ERROR;
    }

    /**
     * Keeps nothing, and drops: {@link #dropLatest}{@code (0)}.
     *
     * @return the strategy
     */
    public static Overflow drop() {
        return DROP;
    }

    /**
     * Keeps the latest one only: {@link #dropOldest}{@code (1)}.
     *
     * @return the strategy
     */
    public static Overflow latest() {
        return LATEST;
    }

    /** A description for people. */
    @Override
    public String toString() {
        return switch (victim) {
            case SUBSCRIBER -> this == UNBOUNDED ? "unbounded" : "fail(" + capacity + ")";
            case OLDEST -> "dropOldest(" + capacity + ")";
            case LATEST -> "dropLatest(" + capacity + ")";
        };
    }
}
