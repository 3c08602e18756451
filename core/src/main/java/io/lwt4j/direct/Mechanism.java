package io.lwt4j.direct;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** How tasks get stacks of their own; the best that works comes first. */
enum Mechanism {

    /** Virtual threads that the loop's thread itself carries: switching is a call. */
    SCHEDULED("JDK 21 or newer, and --add-opens java.base/java.lang=ALL-UNNAMED") {
        @Override
        boolean works() {
            return VirtualThreads.canBeScheduled();
        }

        @Override
        Fibre fibre(Runnable body) {
            // A virtual thread cannot carry another one.
            return VirtualThreads.isVirtual(Thread.currentThread())
                    ? VIRTUAL.fibre(body)
                    : new ScheduledFibre(body);
        }
    },

    /** Virtual threads that the JDK schedules; the loop's thread waits for them. */
    VIRTUAL("JDK 21 or newer") {
        @Override
        boolean works() {
            return VirtualThreads.exist();
        }

        @Override
        Fibre fibre(Runnable body) {
            return new BatonFibre(VirtualThreads::start, body);
        }
    },

    /** Platform threads, which are used again; the loop's thread waits for them. */
    PLATFORM("nothing") {
        @Override
        boolean works() {
            return true;
        }

        @Override
        Fibre fibre(Runnable body) {
            return new BatonFibre(PlatformThreads.CACHE, body);
        }
    };

    private static final String PROPERTY = "lwt4j.direct";

    private final String needs;

    Mechanism(String needs) {
        this.needs = needs;
    }

    /** Whether this virtual machine, as it was started, has what it takes. */
    abstract boolean works();

    /** Makes a stack for the code; on the loop's thread, as are its steps. */
    abstract Fibre fibre(Runnable body);

    /** The one that the system property asks for, or the best that works. */
    static Mechanism chosen() {
        return chosen(System.getProperty(PROPERTY));
    }

    static Mechanism chosen(@Nullable String name) {
        for (Mechanism mechanism : values()) {
            if (name == null ? mechanism.works() : mechanism.key().equals(name)) {
                if (!mechanism.works()) {
                    throw new IllegalStateException("the system property " + PROPERTY + " is \""
                            + name + "\", which needs " + mechanism.needs + "; this is JDK "
                            + Runtime.version());
                }
                return mechanism;
            }
        }
        throw new IllegalStateException("the system property " + PROPERTY + " is \"" + name
                + "\", but must be one of "
                + Arrays.stream(values()).map(Mechanism::key).collect(Collectors.joining(", "))
                + ", or not be set");
    }

    private String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The threads of all loops together; those without work end after a while. */
    private static final class PlatformThreads {

        private static final int IDLE_SECONDS = 10;

        private static final AtomicInteger COUNT = new AtomicInteger();

        static final Executor CACHE = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                work -> {
                    String name = VirtualThreads.NAME + "-" + COUNT.incrementAndGet();
                    Thread thread = new Thread(null, work, name, 0, false);
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
