package io.lwt4j.direct;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.concurrent.Executor;

/** What JDK 21 and newer have, and the release we compile for does not know of. */
final class VirtualThreads {

    /** In JDK 19 and 20 they are there, but refuse to work. */
    private static final int FIRST_JDK = 21;

    /** How threads of tasks are called. */
    static final String NAME = "lwt4j-task";

    /** {@code Thread.startVirtualThread}. */
    private static final @Nullable MethodHandle START;

    /** {@code Thread.isVirtual}. */
    private static final @Nullable MethodHandle IS_VIRTUAL;

    /** {@code ThreadBuilders.newVirtualThread}: with a scheduler, which no public method takes. */
    private static final @Nullable MethodHandle SCHEDULED;

    static {
        boolean exist = Runtime.version().feature() >= FIRST_JDK;
        START = exist ? findStart() : null;
        IS_VIRTUAL = exist ? findIsVirtual() : null;
        SCHEDULED = exist ? findScheduled() : null;
    }

    private VirtualThreads() {}

    private static MethodHandle findStart() {
        try {
            return MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class,
                            "startVirtualThread",
                            MethodType.methodType(Thread.class, Runnable.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no virtual threads in JDK " + Runtime.version(), e);
        }
    }

    private static MethodHandle findIsVirtual() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no virtual threads in JDK " + Runtime.version(), e);
        }
    }

    private static @Nullable MethodHandle findScheduled() {
        try {
            Method method = Class.forName("java.lang.ThreadBuilders")
                    .getDeclaredMethod(
                            "newVirtualThread",
                            Executor.class,
                            String.class,
                            int.class,
                            Runnable.class);
            method.setAccessible(true);
            MethodHandle handle = MethodHandles.lookup()
                    .unreflect(method)
                    .asType(MethodType.methodType(
                            Thread.class, Executor.class, String.class, int.class, Runnable.class));
            // Where the virtual machine cannot suspend threads it is refused here.
            Executor none = step -> {};
            Runnable nothing = () -> {};
            Thread trial = (Thread) handle.invokeExact(none, NAME, 0, nothing);
            return trial.isDaemon() ? handle : null;
        } catch (Throwable notOpenOrNotSo) {
            return null;
        }
    }

    static boolean exist() {
        return START != null;
    }

    static boolean canBeScheduled() {
        return SCHEDULED != null;
    }

    static boolean isVirtual(Thread thread) {
        MethodHandle isVirtual = IS_VIRTUAL;
        try {
            return isVirtual != null && (boolean) isVirtual.invokeExact(thread);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Starts a virtual thread that the JDK schedules. */
    static void start(Runnable body) {
        MethodHandle start = START;
        if (start == null) {
            throw new IllegalStateException("no virtual threads in JDK " + Runtime.version());
        }
        Runnable named = () -> {
            Thread.currentThread().setName(NAME);
            body.run();
        };
        try {
            Thread unused = (Thread) start.invokeExact(named);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** Makes a virtual thread whose every step is given to a scheduler. */
    static Thread scheduled(Executor scheduler, Runnable body) {
        MethodHandle scheduled = SCHEDULED;
        if (scheduled == null) {
            throw new IllegalStateException("virtual threads cannot be scheduled here");
        }
        try {
            return (Thread) scheduled.invokeExact(scheduler, NAME, 0, body);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** None of the methods declares an exception, but they may run out of memory. */
    private static RuntimeException unexpected(Throwable t) {
        if (t instanceof Error error) {
            throw error;
        }
        return t instanceof RuntimeException e ? e : new IllegalStateException(t);
    }
}
