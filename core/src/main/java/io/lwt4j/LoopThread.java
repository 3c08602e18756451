package io.lwt4j;

import org.jspecify.annotations.Nullable;

/** A thread made for a loop: finding the loop is a field read and no thread-local. */
final class LoopThread extends Thread {

    /** Null once the loop has ended. */
    @Nullable
    LoopCore core;

    LoopThread(Runnable body, String name) {
        super(body, name);
    }
}
