package io.lwt4j.io;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedRunnable;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.concurrent.Callable;

/** What is common to both kinds of channel: calls that wait in turn, and sections. */
abstract class ChannelCore {

    /* Overview. A channel is a core and a level of it. The calls that have to wait on a channel
     * stand in the queue of its level. An atomic section gets a channel of its own, with a level
     * inside of that of its channel; the core serves the innermost level only, so that the calls
     * outside wait until the section is over.
     *
     * Who waits inside of a section for a call outside of it waits for ever. To tell him, code of a
     * section finds its level in a promise-local value.
     */

    private static final PromiseLocal<Level> SECTION = PromiseLocal.create();

    final EventLoop loop = EventLoop.current();

    /** What this is, for messages. */
    private final String name;

    /** The innermost level. */
    Level level = new Level(null, null);

    private @Nullable Resolver<@Nullable Void> closing;

    ChannelCore(String name) {
        this.name = name;
    }

    /** A channel's own place in a core. */
    static final class Level {

        final ArrayDeque<Request> queue = new ArrayDeque<>(1);

        final @Nullable Level outer;

        /** The section, on whatever channel, in which this one was begun. */
        private final @Nullable Level enclosing;

        boolean over;

        private Level(@Nullable Level outer, @Nullable Level enclosing) {
            this.outer = outer;
            this.enclosing = enclosing;
        }
    }

    /** A call that waits. */
    abstract static class Request {

        abstract void reject(Throwable cause);

        /** The section is over in which it waits; it may go on outside. */
        void leave(Level outer, Throwable cause) {
            reject(cause);
        }
    }

    /** A section that waits for its turn. */
    final class Turn extends Request {

        private final Level inner;
        private final Resolver<@Nullable Void> resolver = Resolver.cancellable();

        private Turn(Level place, Level inner) {
            this.inner = inner;
            resolver.promise().onCancel(() -> {
                place.queue.remove(this);
                pump();
            });
        }

        @SuppressWarnings("NullAway") // Takes T for non-null, except in its JSpecify mode.
        void begin() {
            level = inner;
            resolver.resolve(null);
        }

        @Override
        void reject(Throwable cause) {
            resolver.reject(cause);
        }
    }

    /** Serves those who wait on the innermost level. */
    abstract void pump();

    /** Whether no more calls on a level are let in. */
    abstract boolean isClosed(Level place);

    /* ---- Calls ---- */

    /** Whether a call on this level need not wait for its turn. */
    final boolean isFree(Level place) {
        return level == place && place.queue.isEmpty();
    }

    /** Lets a call in, or says why not. */
    final @Nullable Throwable refusal(Level place, String operation) {
        loop.checkCurrent(operation);
        if (place.over) {
            return sectionOver();
        }
        if (isClosed(place)) {
            return ChannelState.closed(name);
        }
        if (level != place) {
            for (Level here = SECTION.get(); here != null; here = here.enclosing) {
                if (here.outer == place && !here.over) {
                    return new IllegalStateException(operation + " on an " + name
                            + " inside of an atomic section of it, which would wait for itself;"
                            + " use the channel that the section was given");
                }
            }
        }
        return null;
    }

    private IllegalStateException sectionOver() {
        return new IllegalStateException(
                "this " + name + " belonged to an atomic section, which is over");
    }

    static IllegalStateException closedInside() {
        return new IllegalStateException(
                "the channel of an atomic section cannot be closed; close the channel outside");
    }

    /** Rejects all who wait, on every level. */
    final void rejectAll(Throwable cause) {
        for (Level place = level; place != null; place = place.outer) {
            for (Request next = place.queue.poll(); next != null; next = place.queue.poll()) {
                next.reject(cause);
            }
        }
    }

    /* ---- Sections ---- */

    final Level inner(Level place) {
        return new Level(place, SECTION.get());
    }

    /** Runs a body while the calls of the outer level wait, in its turn. */
    final <T extends @Nullable Object> Promise<T> section(
            Level inner, Callable<? extends Promise<T>> body) {
        Level place = requireNonNull(inner.outer);
        if (isFree(place)) {
            level = inner;
            return run(inner, body);
        }
        Turn turn = new Turn(place, inner);
        place.queue.add(turn);
        pump();
        return turn.resolver.promise().flatMap(begun -> run(inner, body));
    }

    private <T extends @Nullable Object> Promise<T> run(
            Level inner, Callable<? extends Promise<T>> body) {
        return Promise.apply(() -> SECTION.with(inner, body::call)).eventually(() -> {
            end(inner);
            return Promise.unit();
        });
    }

    private void end(Level inner) {
        inner.over = true;
        // One inside of it that nobody waited for may still be running.
        while (level.over && level.outer != null) {
            level = level.outer;
        }
        Level outer = requireNonNull(inner.outer);
        for (Request next = inner.queue.poll(); next != null; next = inner.queue.poll()) {
            next.leave(outer, sectionOver());
        }
        pump();
    }

    /* ---- The end ---- */

    /** Runs something when the channel is closed. */
    final void onClose(CheckedRunnable action) {
        loop.checkCurrent("onClose");
        if (closing == null) {
            closing = Resolver.uncancellable();
        }
        closing.promise().onTermination(action);
    }

    final void closed(Promise<@Nullable Void> end) {
        if (closing == null) {
            closing = Resolver.uncancellable();
        }
        Resolver<@Nullable Void> told = closing;
        // The error is told to those who close.
        end.onTermination(() -> tell(told));
    }

    @SuppressWarnings("NullAway") // Takes T for non-null, except in its JSpecify mode.
    static void tell(Resolver<@Nullable Void> waiting) {
        waiting.resolve(null);
    }
}
