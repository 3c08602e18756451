package io.lwt4j.stream;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/** {@code Lwt_seq.iter_n}: works on so many elements of a sequence at a time. */
final class LimitedTraversal<T> extends Traversal<T, @Nullable Void> {

    private final CheckedFunction<? super T, ? extends Promise<?>> function;

    /** What is under way, newest first. */
    private Deque<Promise<Object>> running = new ArrayDeque<>();

    private int free;

    LimitedTraversal(int limit, CheckedFunction<? super T, ? extends Promise<?>> function) {
        this.free = limit;
        this.function = function;
    }

    @Override
    @SuppressWarnings("unchecked") // what it is a promise of does not matter
    @Nullable
    Promise<@Nullable Void> accept(T head, LazySeq<T> tail) throws Exception {
        running.addFirst((Promise<Object>) Later.promised(function.apply(head)));
        free--;
        if (free > 0) {
            return null;
        }
        Promise<Promise.Split<Object>> some = Promise.nchooseSplit(running);
        if (some.isPending()) {
            return some.flatMap(split -> {
                release(split);
                return run(tail);
            });
        }
        release(Later.value(some));
        return null;
    }

    private void release(Promise.Split<Object> split) {
        running = new ArrayDeque<>(split.pending());
        free += split.done().size();
    }

    @Override
    Promise<@Nullable Void> end() {
        return Promise.join(running);
    }
}
