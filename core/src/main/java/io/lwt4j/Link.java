package io.lwt4j;

import org.jspecify.annotations.Nullable;

/**
 * The place of a waiter that waits for several promises, or that may let go of one, in the list of
 * one of them. Links know their predecessor, so that they leave the list in constant time.
 */
final class Link extends Entry {

    final Promise<?> source;

    private final Derived<?> owner;

    /** Whether the owner has let go: a list that is being walked may still hold this link. */
    private boolean released;

    /** The waiter attached next, null at the head of the list. */
    @Nullable
    Cell previous;

    Link(Derived<?> owner, Promise<?> source) {
        this.owner = owner;
        this.source = source;
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

    /** Takes this link out of the list of its source; the owner hears no more of it. */
    void release() {
        if (!released) {
            released = true;
            if (source.state == this && next == NONE) {
                // Most racers have nobody else waiting for them.
                source.state = NONE;
            } else if (source.real() instanceof Pending<?> pending && pending.isOpen()) {
                pending.state = WaiterList.remove(pending.waiters(), this);
            }
        }
    }
}
