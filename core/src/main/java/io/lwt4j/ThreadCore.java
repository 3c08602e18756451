package io.lwt4j;

import org.jspecify.annotations.Nullable;

/**
 * Stands in for the loop on a thread that runs none. Resolved promises may be used everywhere, and
 * their callbacks need a count of their nesting and promise-local values; nothing here ever stays
 * pending.
 */
final class ThreadCore extends LoopCore {

    private static final ThreadLocal<@Nullable LoopCore> CURRENT = new ThreadLocal<>();

    private final String thread = Thread.currentThread().getName();

    private ThreadCore() {
        owner = Thread.currentThread();
    }

    static LoopCore current() {
        LoopCore core = CURRENT.get();
        if (core == null) {
            core = new ThreadCore();
            CURRENT.set(core);
        }
        return core;
    }

    /** Makes {@code core} the current one of the calling thread, and returns the former one. */
    static @Nullable LoopCore swap(@Nullable LoopCore core) {
        LoopCore before = CURRENT.get();
        if (core == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(core);
        }
        return before;
    }

    @Override
    void post(Runnable task) {
        throw new LoopThreadException("this promise belongs to " + this + " and may not leave it");
    }

    @Override
    void handle(Throwable error) {
        Reports.log(error, this);
    }

    @Override
    void reportFromAfar(Throwable error) {
        Reports.log(error, this);
    }

    @Override
    public String toString() {
        return "thread \"" + thread + "\", which runs no event loop";
    }
}
