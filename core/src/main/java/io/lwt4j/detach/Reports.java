package io.lwt4j.detach;

import io.lwt4j.EventLoop;

/** Where an error goes whose loop has ended, so that no handler can hear of it. */
final class Reports {

    private static final System.Logger LOGGER = System.getLogger("io.lwt4j");

    private Reports() {}

    static void lost(Throwable error, EventLoop loop) {
        log("nobody handled this error, since " + loop + " was closed meanwhile", error);
    }

    static void notDelivered(Throwable error, EventLoop loop) {
        log("a result could not be given to " + loop, error);
    }

    private static void log(String message, Throwable error) {
        try {
            LOGGER.log(System.Logger.Level.ERROR, message, error);
        } catch (Throwable t) {
            // There is nobody left to tell, and the thread must go on.
        }
    }
}
