package io.lwt4j;

import java.lang.invoke.VarHandle;

/**
 * The two memory fences of the promise core, on their own so that a platform without
 * {@link VarHandle} can replace this one class.
 */
final class Fences {

    private Fences() {}

    /** Everything written before is visible to whoever sees what is written after. */
    static void release() {
        VarHandle.releaseFence();
    }

    /** Everything read after is at least as new as what was read before. */
    static void acquire() {
        VarHandle.acquireFence();
    }
}
