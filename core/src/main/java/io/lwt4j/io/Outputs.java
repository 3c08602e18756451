package io.lwt4j.io;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.WeakHashMap;
import java.util.concurrent.RejectedExecutionException;

/** The outputs of a loop that have been written to and are open, for {@code flushAll}. */
final class Outputs {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Weak, for those who drop a channel without closing it. */
    private final WeakHashMap<OutputCore, Boolean> open = new WeakHashMap<>();

    /** Those of the current loop; null if it has come to its end. */
    static @Nullable Outputs current() {
        try {
            return EventLoop.current().attachment(Outputs.class, Outputs::new);
        } catch (RejectedExecutionException closing) {
            return null;
        }
    }

    private Outputs() {
        EventLoop.current().exitHooks().addFirst(this::flushAtExit);
    }

    /** A reader that does not read must not keep the loop from ending. */
    private Promise<@Nullable Void> flushAtExit() {
        return Promise.pick(flushAll(), EventLoop.sleep(PATIENCE));
    }

    void add(OutputCore output) {
        open.put(output, true);
    }

    void remove(OutputCore output) {
        open.remove(output);
    }

    /** Flushes all, whatever comes of it. */
    Promise<@Nullable Void> flushAll() {
        List<Promise<?>> flushes = new ArrayList<>();
        for (OutputCore output : List.copyOf(open.keySet())) {
            flushes.add(output.flushedInside().outcome());
        }
        return Promise.join(flushes);
    }
}
