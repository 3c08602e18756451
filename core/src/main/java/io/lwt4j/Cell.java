package io.lwt4j;

import org.jspecify.annotations.Nullable;

/**
 * What the {@link Promise#state} field holds when it is not simply the value of a fulfilled
 * promise: a rejection, a {@link Boxed} value, or, as long as the promise is pending, its waiters.
 *
 * <p>A waiter is either a {@link Derived} promise, which is result and list node in one, or an
 * {@link Entry}. Since a class has one superclass only, what waiters have in common stands here.
 */
abstract class Cell {

    /** The state of a pending promise without waiters, and the end of every waiter list. */
    static final Cell NONE = new Mark("none");

    /** The state of a promise that has become the same as another one ({@link Pending#how}). */
    static final Cell PROXIED = new Mark("proxied");

    /** What {@link #fire} returns when the waiter has no outcome to pass on (yet). */
    static final Cell NOTHING = new Mark("nothing");

    /**
     * Tells this waiter the outcome of what it waits for.
     *
     * @return the outcome of {@link #target()}, to be passed on by the caller, or {@link #NOTHING}
     */
    @Nullable
    Object fire(LoopCore core, @Nullable Object outcome) {
        throw new AssertionError(this);
    }

    /** The promise that an outcome returned by {@link #fire} belongs to. */
    Pending<?> target() {
        throw new AssertionError(this);
    }

    /** The outcome that stands for fulfilment with a value. */
    static @Nullable Object fulfilled(@Nullable Object value) {
        return value instanceof Cell ? new Boxed(value) : value;
    }

    /** The value in an outcome that is not a rejection; its type says whether it may be null. */
    @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"})
    static <T extends @Nullable Object> T value(@Nullable Object outcome) {
        return (T) (outcome instanceof Boxed boxed ? boxed.value : outcome);
    }

    /** A fulfilled value that is itself a cell (a promise, say) and would be taken for a waiter. */
    static final class Boxed extends Cell {
        final Object value;

        Boxed(Object value) {
            this.value = value;
        }
    }

    private static final class Mark extends Cell {
        private final String name;

        Mark(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
