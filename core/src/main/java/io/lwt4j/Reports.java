package io.lwt4j;

/** Where errors go that no handler takes. */
final class Reports {

    private static final System.Logger LOGGER = System.getLogger("io.lwt4j");

    private Reports() {}

    /** Loads what a report needs: when the process has run out of descriptors it is too late. */
    static void prepare() {
        LOGGER.log(System.Logger.Level.TRACE, "ready to report");
    }

    /** Says which callback keeps a loop from its work, by a stack trace. */
    static void slow(SlowCallback callback) {
        Exception here = new Exception("the callback is here");
        here.setStackTrace(callback.stack().toArray(new StackTraceElement[0]));
        LOGGER.log(
                System.Logger.Level.WARNING,
                "a callback has kept event loop \"" + callback.loop() + "\" from everything else"
                        + " for " + callback.soFar().toMillis() + " ms, and still runs; put it on a"
                        + " WorkerPool, or let it pause",
                here);
    }

    /** Says that a handler of slow callbacks threw. */
    static void watching(Throwable error) {
        LOGGER.log(System.Logger.Level.ERROR, "a handler of slow callbacks failed", error);
    }

    static void log(Throwable error, LoopCore where) {
        try {
            LOGGER.log(System.Logger.Level.ERROR, "nobody handled this error on " + where, error);
        } catch (Throwable t) {
            // There is nobody left to tell, and the loop must go on.
        }
    }
}
