package io.lwt4j.stream;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** Reads all of a stream, without waiting for what it does with one element. */
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
                Promise<?> promise = Later.promised(function.apply((T) item));
                if (!promise.isFulfilled()) {
                    begun.add(promise);
                }
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
}
