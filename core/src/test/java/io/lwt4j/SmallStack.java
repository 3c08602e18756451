package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReference;

/** Runs code on a thread with a stack as small as servers and platforms without threads give it. */
public final class SmallStack {

    private static final long BYTES = 512 * 1024;

    private SmallStack() {}

    /** Runs a test with virtual time on a small stack; see {@link VirtualLoop#run}. */
    public static void runLoop(CheckedConsumer<VirtualLoop> test) throws Exception {
        run(() -> VirtualLoop.run(test));
    }

    /** Runs a test with virtual time on a small stack; see {@link VirtualLoop#runAsync}. */
    public static void runLoopAsync(CheckedFunction<VirtualLoop, ? extends Promise<?>> test)
            throws Exception {
        run(() -> VirtualLoop.runAsync(test));
    }

    /** Runs code on a small stack and throws what it throws. */
    public static void run(CheckedRunnable body) throws Exception {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(
                null,
                () -> {
                    try {
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
        if (failure.get() instanceof Error error) {
            throw error;
        } else if (failure.get() instanceof Exception exception) {
            throw exception;
        }
    }
}
