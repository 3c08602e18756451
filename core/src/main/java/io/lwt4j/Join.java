package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collections;

/** Waits for all of several promises: {@code Lwt.join}, {@code Lwt.all} and {@code Lwt.both}. */
final class Join<T extends @Nullable Object> extends Derived<T> {

    /** What is made of the values once they are all there. */
    enum Shape {
        UNIT("join"),
        LIST("all"),
        BOTH("both");

        /** The method of {@link Promise}. */
        private final String operation;

        Shape(String operation) {
            this.operation = operation;
        }
    }

    private static final @Nullable Object[] NO_MEMBERS = {};

    private final Shape shape;

    /** The promises; their values take their places in the end. */
    private @Nullable Object[] members;

    private int missing;
    private @Nullable Rejected failure;

    private Join(Context context, @Nullable Object[] members, Shape shape) {
        super(context);
        this.members = members;
        this.shape = shape;
    }

    /** The result for promises that the caller hands over in an array of its own. */
    static <T extends @Nullable Object> Promise<T> of(@Nullable Object[] members, Shape shape) {
        LoopCore core = null;
        Rejected failure = null;
        int missing = 0;
        for (int i = 0; i < members.length; i++) {
            Promise<?> promise = Promise.member(members, i);
            if (promise instanceof Pending<?> pending && pending.isOpen()) {
                core = pending.loop(shape.operation);
                missing++;
            } else if (failure == null && promise.state instanceof Rejected rejected) {
                failure = rejected;
            }
        }
        if (core == null) {
            return new Resolved<>(failure == null ? values(members, shape) : failure);
        }
        Join<T> join = new Join<>(core.context, members, shape);
        join.failure = failure;
        join.missing = missing;
        join.how = members;
        for (int i = 0; i < members.length; i++) {
            Promise<?> promise = Promise.member(members, i);
            if (promise.state == NONE) {
                // Alone in a list, a join needs no link: see WaiterList.
                promise.state = join;
            } else if (promise instanceof Pending<?> pending && pending.isOpen()) {
                pending.add(new Link(join, pending));
            }
        }
        return join;
    }

    /**
     * Takes an outcome that decides nothing yet, which needs none of what goes with running
     * callbacks.
     *
     * @return false if it is the last one, for {@link #fire}
     */
    boolean countDown(@Nullable Object outcome) {
        if (missing == 1) {
            return false;
        }
        note(outcome);
        missing--;
        return true;
    }

    private void note(@Nullable Object outcome) {
        if (failure == null && outcome instanceof Rejected rejected) {
            failure = rejected;
        }
    }

    @Override
    String kind() {
        return shape.operation;
    }

    @Override
    @Nullable
    Object fire(LoopCore core, @Nullable Object outcome) {
        note(outcome);
        if (--missing > 0) {
            return NOTHING;
        }
        @Nullable Object[] ended = members;
        members = NO_MEMBERS;
        return failure == null ? values(ended, shape) : failure;
    }

    private static @Nullable Object values(@Nullable Object[] members, Shape shape) {
        if (shape == Shape.UNIT) {
            return null;
        }
        // Some may have been resolved on other threads.
        Fences.acquire();
        for (int i = 0; i < members.length; i++) {
            members[i] = value(Promise.member(members, i).state);
        }
        return shape == Shape.LIST
                ? Collections.unmodifiableList(Arrays.asList(members))
                : new Promise.Both<>(members[0], members[1]);
    }
}
