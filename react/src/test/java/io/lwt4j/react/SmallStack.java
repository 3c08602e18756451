package io.lwt4j.react;

import java.util.concurrent.atomic.AtomicReference;

/** Runs a test, with a graph of its own, on a thread with a small stack. */
final class SmallStack {

    private static final long BYTES = 256 * 1024;

    private SmallStack() {}

    static void run(Runnable body) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        Graph.current().uncaughtHandler(failure::set);
                        body.run();
                    } catch (Throwable t) {
                        failure.set(t);
                    }
                },
                "small stack",
                BYTES);
        // What never ends must not keep the virtual machine alive once the test has given up.
        thread.setDaemon(true);
        thread.start();
        thread.join();
        if (failure.get() != null) {
            throw new AssertionError("on a small stack", failure.get());
        }
    }
}
