package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collections;

/** Waits for all of several promises: {@code Lwt.join}, {@code Lwt.all} and {@code Lwt.both}. */
final class Join<T extends @Nullable Object> extends Derived<T> {

    /** What is made of the values once they are all there. */
    enum Shape {
        UNIT,
        LIST,
        BOTH
    }

    private final Shape shape;

    /** The promises; their values take their places in the end. */
    private final @Nullable Object[] members;

    private int missing;
    private @Nullable Rejected failure;

    private Join(Context context, @Nullable Object[] members, Shape shape) {
        super(context);
        this.members = members;
        this.shape = shape;
    }

    /** The result for promises that the caller hands over in an array of its own. */
    static <T extends @Nullable Object> Promise<T> of(@Nullable Object[] members, Shape shape) {
        String operation = shape == Shape.UNIT ? "join" : shape == Shape.LIST ? "all" : "both";
        LoopCore core = null;
        Rejected failure = null;
        for (Object member : members) {
            Promise<?> promise = promise(member);
            if (promise instanceof Pending<?> pending && pending.isOpen()) {
                core = pending.loop(operation);
            } else if (failure == null && promise.state instanceof Rejected rejected) {
                failure = rejected;
            }
        }
        if (core == null) {
            return new Resolved<>(failure == null ? values(members, shape) : failure);
        }
        Join<T> join = new Join<>(core.context, members, shape);
        join.failure = failure;
        join.how = members;
        for (Object member : members) {
            if (promise(member) instanceof Pending<?> pending && pending.isOpen()) {
                join.missing++;
                // Alone in a list, a join needs no link: see WaiterList.
                pending.add(pending.state == NONE ? join : new Link(join, pending));
            }
        }
        return join;
    }

    @Override
    @Nullable
    Object fire(LoopCore core, @Nullable Object outcome) {
        if (failure == null && outcome instanceof Rejected rejected) {
            failure = rejected;
        }
        if (--missing > 0) {
            return NOTHING;
        }
        return failure == null ? values(members, shape) : failure;
    }

    private static Promise<?> promise(@Nullable Object member) {
        return ((Promise<?>) requireNonNull(member)).real();
    }

    private static @Nullable Object values(@Nullable Object[] members, Shape shape) {
        if (shape == Shape.UNIT) {
            return null;
        }
        for (int i = 0; i < members.length; i++) {
            members[i] = value(promise(members[i]).state);
        }
        return shape == Shape.LIST
                ? Collections.unmodifiableList(Arrays.asList(members))
                : new Promise.Both<>(members[0], members[1]);
    }
}
