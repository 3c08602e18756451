package io.lwt4j.interop.reactor;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;

import reactor.util.context.ContextView;

/** Thread-locals that follow a context; loaded only where that library is there. */
final class ThreadLocals {

    private static final ContextSnapshotFactory SNAPSHOTS =
            ContextSnapshotFactory.builder().build();

    private ThreadLocals() {}

    /** Sets them, and returns what puts back the former ones. */
    static Runnable set(ContextView context) {
        // The promise-local values are being put in force just now.
        ContextSnapshot.Scope scope =
                SNAPSHOTS.setThreadLocalsFrom(Contexts.withoutPromiseLocals(context));
        return scope::close;
    }
}
