package io.lwt4j.stream;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/** What a loop has begun and not waited for, so many promises at a time: {@code iter_n}. */
final class Running {

    /** Newest first: of errors that are there at the end, Lwt reports the latest. */
    private Deque<Promise<Object>> running = new ArrayDeque<>();

    private int free;

    Running(int limit) {
        this.free = limit;
    }

    /** Adds one; the result is fulfilled when there is room for another one. */
    @SuppressWarnings("unchecked") // what it is a promise of does not matter
    Promise<?> add(Promise<?> begun) {
        running.addFirst((Promise<Object>) begun);
        free--;
        return free > 0 ? Promise.unit() : Promise.nchooseSplit(running).map(this::release);
    }

    private int release(Promise.Split<Object> split) {
        running = new ArrayDeque<>(split.pending());
        free += split.done().size();
        return free;
    }

    Promise<@Nullable Void> join() {
        return Promise.join(running);
    }
}
