package io.lwt4j;

import java.util.concurrent.RejectedExecutionException;

/**
 * A task with somebody to tell if it was posted as its loop closed, accepted, and never run. Of
 * others the loop can only say so in the log.
 */
interface Accepted extends Runnable {

    /** Tells them, on any thread. */
    void dropped(RejectedExecutionException cause);
}
