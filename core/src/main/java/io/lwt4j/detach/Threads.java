package io.lwt4j.detach;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** How a pool gets its threads. */
enum Threads {
    PLATFORM {
        @Override
        void start(Runnable work, String name) {
            Thread thread = new Thread(null, work, name, 0, false);
            thread.setDaemon(true);
            thread.start();
        }
    },

    VIRTUAL {
        @Override
        void start(Runnable work, String name) {
            MethodHandle start = START_VIRTUAL;
            Runnable named = () -> {
                Thread.currentThread().setName(name);
                work.run();
            };
            try {
                if (start == null || !((Thread) start.invokeExact(named)).isDaemon()) {
                    throw new AssertionError("no virtual threads");
                }
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            }
        }
    };

    /** In JDK 19 and 20 virtual threads are there, but refuse to work. */
    private static final int FIRST_WITH_VIRTUAL = 21;

    /** {@code Thread.startVirtualThread}, which the release we compile for does not know. */
    private static final @Nullable MethodHandle START_VIRTUAL = findStartVirtual();

    private static @Nullable MethodHandle findStartVirtual() {
        if (Runtime.version().feature() < FIRST_WITH_VIRTUAL) {
            return null;
        }
        try {
            return MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class,
                            "startVirtualThread",
                            MethodType.methodType(Thread.class, Runnable.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }

    /** Starts a daemon thread. */
    abstract void start(Runnable work, String name);

    /** Virtual threads, if there are any. */
    static Threads virtual() {
        if (START_VIRTUAL == null) {
            throw new UnsupportedOperationException("virtual threads need JDK " + FIRST_WITH_VIRTUAL
                    + " or newer, and this is JDK " + Runtime.version());
        }
        return VIRTUAL;
    }
}
