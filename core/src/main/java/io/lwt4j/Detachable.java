package io.lwt4j;

import org.jspecify.annotations.Nullable;

/**
 * A waiter that can leave the list of the promise it waits for in constant time: it knows its
 * predecessor there.
 */
abstract class Detachable extends Entry {

    Promise<?> source;

    /** Whether this has let go: a list that is being walked may still hold it. */
    boolean released;

    /** The waiter attached next, null at the head of the list. */
    @Nullable
    Cell previous;

    Detachable(Promise<?> source) {
        this.source = source;
    }

    /** Takes this out of the list of its source; it hears no more. */
    final void release() {
        if (!released) {
            released = true;
            if (source.state == this && next == NONE) {
                // Most have nobody else waiting beside them.
                source.state = NONE;
            } else if (source.real() instanceof Pending<?> pending && pending.isOpen()) {
                pending.state = WaiterList.remove(pending.waiters(), this);
            }
        }
    }
}
