package io.lwt4j;

/** Where errors go that no handler takes. */
final class Reports {

    private static final System.Logger LOGGER = System.getLogger("io.lwt4j");

    private Reports() {}

    static void log(Throwable error, LoopCore where) {
        LOGGER.log(System.Logger.Level.ERROR, () -> "nobody handled this error on " + where, error);
    }
}
