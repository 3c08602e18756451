package io.lwt4j.stream;

import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

/** What a source produces while an element is yet to come: a promise of it, or of the end. */
final class Later {

    private final Promise<Object> promise;

    private Later(Promise<Object> promise) {
        this.promise = promise;
    }

    /** What is known of a promise by now: its value, or a {@code Later} of it; throws its error. */
    static Object of(Promise<Object> promise) throws Exception {
        return promise.isPending() ? new Later(promise) : value(promise);
    }

    /** The same for a promise of something that is yet to be made an element. */
    static <P> Object of(Promise<P> promise, CheckedFunction<? super P, Object> element)
            throws Exception {
        if (promise.isPending()) {
            return new Later(promise.flatMap(value -> promise(element.apply(value))));
        }
        return element.apply(unchecked(promise));
    }

    /** The inverse of {@link #of(Promise)}. */
    static Promise<Object> promise(Object produced) {
        return produced instanceof Later later ? later.promise() : Promise.of(produced);
    }

    /** The value of a promise that is resolved; throws its error. */
    static <P> P value(Promise<P> promise) throws Exception {
        return element(unchecked(promise));
    }

    /** The same, but whoever gets it has to look whether it is null. */
    @SuppressWarnings("NullAway")
    static <P> P unchecked(Promise<P> promise) throws Exception {
        return promise.poll().orElse(null);
    }

    /** Refuses null, which is no element. */
    static <E> E element(@Nullable E element) {
        if (element == null) {
            throw nullElement();
        }
        return element;
    }

    /** Refuses null among elements that are there. */
    static <E> E[] elements(E[] elements) {
        for (int i = 0; i < elements.length; i++) {
            if (elements[i] == null) {
                throw new NullPointerException("element number " + i + " is null");
            }
        }
        return elements;
    }

    static NullPointerException nullElement() {
        return new NullPointerException(
                "an element of a stream must not be null; use Optional where there may be none");
    }

    /** Refuses null, which is no promise. */
    static <P extends Promise<?>> P promised(@Nullable P promise) {
        if (promise == null) {
            throw new NullPointerException("the function returned null instead of a promise");
        }
        return promise;
    }

    /** Refuses null where a function has to answer. */
    static <R> R answer(@Nullable R answer) {
        if (answer == null) {
            throw new NullPointerException("the function returned null");
        }
        return answer;
    }

    /** The answer that a promise is fulfilled with; throws its error. */
    static <R> R answer(Promise<R> promise) throws Exception {
        return answer(unchecked(promise));
    }

    Promise<Object> promise() {
        return promise;
    }

    /** A promise rejected with what was thrown. */
    static <P extends @Nullable Object> Promise<P> failed(Throwable thrown) {
        return Promise.wrap(() -> {
            throw sneaky(thrown);
        });
    }

    /** Calls what must not throw: the handler hears of it, and nothing else changes. */
    static void guarded(Runnable call) {
        try {
            call.run();
        } catch (Throwable t) {
            report(t);
        }
    }

    /** Tells the handler of what was thrown. */
    static void report(Throwable thrown) {
        EventLoop.spawn(() -> failed(thrown));
    }

    /** Throws anything, past the compiler. */
    @SuppressWarnings("unchecked")
    static <X extends Throwable> RuntimeException sneaky(Throwable t) throws X {
        throw (X) t;
    }
}
