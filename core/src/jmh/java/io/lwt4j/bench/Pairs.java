package io.lwt4j.bench;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs two pieces of blocking code side by side, on platform threads or on virtual ones. */
final class Pairs {

    /** Blocking code that may be interrupted. */
    interface Code {
        void run() throws InterruptedException;
    }

    private Pairs() {}

    static void onPlatformThreads(Code a, Code b) throws Exception {
        run(Executors.newCachedThreadPool(), a, b);
    }

    /** Fails before JDK 21. */
    static void onVirtualThreads(Code a, Code b) throws Exception {
        try {
            run(
                    (ExecutorService) Executors.class
                            .getMethod("newVirtualThreadPerTaskExecutor")
                            .invoke(null),
                    a,
                    b);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static void run(ExecutorService executor, Code a, Code b)
            throws InterruptedException, ExecutionException {
        Future<?> first = executor.submit(() -> {
            a.run();
            return null;
        });
        Future<?> second = executor.submit(() -> {
            b.run();
            return null;
        });
        first.get();
        second.get();
        executor.shutdown();
    }
}
