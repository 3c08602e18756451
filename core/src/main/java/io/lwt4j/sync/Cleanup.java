package io.lwt4j.sync;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Hooks;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.lang.ref.Cleaner;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Does something in the loop when an object is garbage: {@code Lwt_gc}. A net for what ought to
 * have been closed, not a way to close things: the collector comes late, or never.
 *
 * <pre>{@code
 * Cleanup.whenGarbage(handle, connection::close);
 * }</pre>
 *
 * <p>The action is not given the object, as in Lwt, and must not have it, or it would never be
 * garbage. The action runs once at most. If it fails, now or later, the loop's handler is told.
 *
 * <p>Nothing may be null. Thread rule: the static methods are for threads that run a loop, on which
 * the action then runs, and throw {@link io.lwt4j.LoopThreadException} elsewhere;
 * {@link Registration#close} is for that loop's thread. Nothing here can be cancelled.
 */
public final class Cleanup {

    private static final Cleaner CLEANER = Cleaner.create();

    private Cleanup() {}

    /**
     * Runs an action some time after an object has become garbage: {@code Lwt_gc.finalise}. Once
     * the loop is closed it does not run any more.
     *
     * @param object the object
     * @param action what to do; it must not lead to the object
     * @return the way to take the action back
     */
    public static Registration whenGarbage(Object object, Callable<? extends Promise<?>> action) {
        return register(object, action, false);
    }

    /**
     * Runs an action some time after an object has become garbage, and at the latest when the loop
     * ends, as one of its exit hooks: {@code Lwt_gc.finalise_or_exit}.
     *
     * @param object the object
     * @param action what to do; it must not lead to the object
     * @return the way to take the action back
     */
    public static Registration whenGarbageOrExit(
            Object object, Callable<? extends Promise<?>> action) {
        return register(object, action, true);
    }

    private static Registration register(
            Object object, Callable<? extends Promise<?>> action, boolean atExit) {
        requireNonNull(object, "object");
        Entry entry = new Entry(requireNonNull(action, "action"), atExit);
        entry.cleanable = CLEANER.register(object, entry);
        return entry;
    }

    /** An action that was registered. */
    public sealed interface Registration extends AutoCloseable {

        /** Takes the action back if it has not run; doing so twice is harmless. */
        @Override
        void close();
    }

    private static final class Entry implements Registration, Runnable {

        private final EventLoop loop = EventLoop.current();
        private final Callable<? extends Promise<?>> action;
        private final AtomicBoolean over = new AtomicBoolean();
        private final Hooks.Registration loopEnds = loop.onClose(this::close);
        private final Hooks.@Nullable Registration exit;
        private Cleaner.@Nullable Cleanable cleanable;

        Entry(Callable<? extends Promise<?>> action, boolean atExit) {
            this.action = action;
            this.exit = atExit ? loop.exitHooks().addLast(this::runOnce) : null;
        }

        /** On the cleaner's thread. */
        @Override
        public void run() {
            if (!over.get()) {
                loop.execute(() -> EventLoop.spawn(this::runOnce), loopEnded -> {});
            }
        }

        private Promise<?> runOnce() throws Exception {
            if (!over.compareAndSet(false, true)) {
                return Promise.unit();
            }
            forget();
            return action.call();
        }

        @Override
        public void close() {
            loop.checkCurrent("Cleanup.Registration.close");
            if (over.compareAndSet(false, true)) {
                forget();
            }
        }

        private void forget() {
            loopEnds.close();
            if (exit != null) {
                exit.close();
            }
            if (cleanable != null) {
                cleanable.clean();
            }
        }
    }
}
