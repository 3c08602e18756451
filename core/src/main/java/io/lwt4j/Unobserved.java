package io.lwt4j;

import java.lang.ref.Cleaner;

/**
 * The watch over a rejection: if the last promise that carries it is collected and nobody has
 * looked at the cause, the handler of the loop it arose on hears of it. It must not refer to the
 * rejection itself, only to the cause.
 */
final class Unobserved implements Runnable {

    private static final Cleaner CLEANER = Cleaner.create();

    private final Throwable cause;
    private final LoopCore core;
    private volatile boolean observed;

    Unobserved(Throwable cause, LoopCore core) {
        this.cause = cause;
        this.core = core;
    }

    void begin(Rejected rejected) {
        CLEANER.register(rejected, this);
    }

    void observed() {
        // Most rejections are seen more than once; a volatile read is cheaper than a second write.
        if (!observed) {
            observed = true;
        }
    }

    /** Runs on the cleaner's thread, when the rejection is gone. */
    @Override
    public void run() {
        if (!observed) {
            core.reportFromAfar(cause);
        }
    }
}
