package io.lwt4j.stream;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Reads all of a stream, working on several elements at a time. */
final class Loops {

    private Loops() {}

    /** {@code iter_p}: begins with every element as it comes. */
    @SuppressWarnings("unchecked") // an item that is not the end is an element
    static <T> Promise<@Nullable Void> concurrently(
            Cursor stream, CheckedFunction<? super T, ? extends Promise<?>> function)
            throws Exception {
        List<Promise<?>> begun = new ArrayList<>();
        Promise<@Nullable Void> rest = null;
        while (rest == null) {
            Object item = stream.take();
            if (item == null) {
                rest = stream.takeLater().flatMap(next -> {
                    if (next instanceof End end) {
                        return end.orUnit();
                    }
                    Promise<?> first = Later.promised(function.apply((T) next));
                    return after(first, concurrently(stream, function));
                });
            } else if (item instanceof End end) {
                rest = end.orUnit();
            } else {
                begun.add(Later.promised(function.apply((T) item)));
            }
        }
        for (int i = begun.size() - 1; i >= 0; i--) {
            rest = after(begun.get(i), rest);
        }
        return rest;
    }

    private static Promise<@Nullable Void> after(Promise<?> first, Promise<@Nullable Void> rest) {
        return first.flatMap(unused -> rest);
    }

    /** {@code iter_n}: works on so many elements at a time. */
    static final class Limited<T> {
        private final Cursor stream;
        private final CheckedFunction<? super T, ? extends Promise<?>> function;

        /** What is under way, newest first. */
        private Deque<Promise<Object>> running = new ArrayDeque<>();

        private int free;

        Limited(
                Cursor stream,
                int limit,
                CheckedFunction<? super T, ? extends Promise<?>> function) {
            this.stream = stream;
            this.free = limit;
            this.function = function;
        }

        Promise<@Nullable Void> run() throws Exception {
            while (true) {
                if (free == 0) {
                    Promise<Promise.Split<Object>> some = Promise.nchooseSplit(running);
                    if (some.isPending()) {
                        return some.flatMap(split -> {
                            release(split);
                            return run();
                        });
                    }
                    release(Later.value(some));
                }
                Object item = stream.take();
                if (item == null) {
                    return stream.takeLater().flatMap(this::resume);
                }
                if (item instanceof End end) {
                    return join(end);
                }
                begin(item);
            }
        }

        private Promise<@Nullable Void> resume(Object item) throws Exception {
            if (item instanceof End end) {
                return join(end);
            }
            begin(item);
            return run();
        }

        private void release(Promise.Split<Object> split) {
            running = new ArrayDeque<>(split.pending());
            free += split.done().size();
        }

        @SuppressWarnings("unchecked") // an item that is not the end is an element
        private void begin(Object item) throws Exception {
            Promise<?> begun = Later.promised(function.apply((T) item));
            running.addFirst((Promise<Object>) begun);
            free--;
        }

        private Promise<@Nullable Void> join(End end) {
            return end.cause() == null ? Promise.join(running) : end.orUnit();
        }
    }
}
