package io.lwt4j;

import org.jspecify.annotations.Nullable;

/**
 * A promise that waits for others: at once the result of a combinator and the node in the waiter
 * list of its source. This is why a pending {@code flatMap} costs one object.
 */
abstract class Derived<T extends @Nullable Object> extends Pending<T> {

    /** The waiter that was attached before this one, {@link #NONE} at the end of the list. */
    Cell next = NONE;

    Derived(Context context) {
        super(context);
    }

    @Override
    abstract @Nullable Object fire(LoopCore core, @Nullable Object outcome);

    @Override
    final Pending<?> target() {
        return this;
    }
}
