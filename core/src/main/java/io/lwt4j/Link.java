package io.lwt4j;

import org.jspecify.annotations.Nullable;

/**
 * The place of a waiter that waits for several promises, or that may let go of one, in the list of
 * one of them.
 */
final class Link extends Detachable {

    private final Derived<?> owner;

    Link(Derived<?> owner, Promise<?> source) {
        super(source);
        this.owner = owner;
    }

    @Override
    @Nullable
    Object fire(LoopCore core, @Nullable Object outcome) {
        return released ? NOTHING : owner.fire(core, outcome);
    }

    @Override
    Pending<?> target() {
        return owner;
    }
}
