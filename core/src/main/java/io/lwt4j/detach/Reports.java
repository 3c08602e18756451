package io.lwt4j.detach;

import io.lwt4j.EventLoop;

import java.util.concurrent.RejectedExecutionException;

/** Where an error goes whose loop has ended, so that no handler can hear of it. */
final class Reports {

    private static final System.Logger LOGGER = System.getLogger("io.lwt4j");

    private Reports() {}

    static void lost(Throwable error, EventLoop loop) {
        if (isNoNews(error)) {
            return;
        }
        LOGGER.log(
                System.Logger.Level.ERROR,
                "nobody handled this error, since " + loop + " was closed meanwhile",
                error);
    }

    /** Whether it is what follows from a cancellation, or from the end of a loop or a pool. */
    private static boolean isNoNews(Throwable error) {
        return error instanceof RejectedExecutionException || Job.isInterruption(error);
    }
}
