package io.lwt4j;

/** Where errors go that no handler takes. */
final class Reports {

    private static final System.Logger LOGGER = System.getLogger("io.lwt4j");

    private Reports() {}

    /** Loads what a report needs: when the process has run out of descriptors it is too late. */
    static void prepare() {
        LOGGER.log(System.Logger.Level.TRACE, "ready to report");
    }

    static void log(Throwable error, LoopCore where) {
        try {
            LOGGER.log(System.Logger.Level.ERROR, "nobody handled this error on " + where, error);
        } catch (Throwable t) {
            // There is nobody left to tell, and the loop must go on.
        }
    }
}
