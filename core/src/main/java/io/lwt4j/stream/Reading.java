package io.lwt4j.stream;

import static java.util.Objects.requireNonNull;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

/**
 * Taking elements of a stream one after the other, until there is a result. As long as elements are
 * there this is a loop; where one has to come, a promise goes on with it.
 */
abstract class Reading<T, R extends @Nullable Object> implements Sink {

    private final Cursor stream;

    /** What became of the last element that was handed over. */
    private @Nullable Promise<R> result;

    Reading(Cursor stream) {
        this.stream = stream;
    }

    /** Deals with an element; null to go on with the next one, or else the result. */
    abstract @Nullable Promise<R> use(T element) throws Exception;

    /** The result if the stream ends. */
    abstract Promise<R> end(End end);

    final Promise<R> start() {
        return Promise.apply(this::run);
    }

    /** Goes on, for instance when a promise that {@link #use} made of an element is fulfilled. */
    final Promise<R> run() throws Exception {
        while (true) {
            result = null;
            stream.drain(this);
            if (result != null) {
                return result;
            }
            Object item = stream.take();
            if (item == null) {
                return stream.takeLater().flatMap(this::resume);
            }
            if (item instanceof End end) {
                return end(end);
            }
            if (!accept(item)) {
                return requireNonNull(result);
            }
        }
    }

    /** Goes on when a promise is fulfilled; null if it is, so that the loop does. */
    final @Nullable Promise<R> after(Promise<?> done) {
        return done.isFulfilled() ? null : done.flatMap(unused -> run());
    }

    private Promise<R> resume(Object item) throws Exception {
        if (item instanceof End end) {
            return end(end);
        }
        return accept(item) ? run() : requireNonNull(result);
    }

    @Override
    @SuppressWarnings("unchecked") // an item that is not the end is an element
    public final boolean accept(Object element) throws Exception {
        result = use((T) element);
        return result == null;
    }
}
