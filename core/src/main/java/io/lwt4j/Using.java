package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;

/** The steps of {@link Promise#using}. */
final class Using {

    private Using() {}

    static <A extends @Nullable Object, T extends @Nullable Object> Promise<T> of(
            Callable<? extends Promise<A>> open,
            CheckedFunction<? super A, ? extends Promise<T>> use,
            CheckedFunction<? super A, ? extends Promise<?>> close) {
        Promise<A> opening = Continuations.call(open);
        // The view hears of every cancellation, also where the opening itself does not.
        return opening.shielded()
                .onCancel(opening::cancel)
                .fold(
                        resource -> used(resource, use, close),
                        error -> opening.isRejected()
                                ? Promise.failed(error)
                                : closedLate(opening, close, error));
    }

    private static <A extends @Nullable Object, T extends @Nullable Object> Promise<T> used(
            A resource,
            CheckedFunction<? super A, ? extends Promise<T>> use,
            CheckedFunction<? super A, ? extends Promise<?>> close) {
        Promise<T> used;
        try {
            used = Continuations.call(() -> use.apply(resource));
        } catch (Throwable fatal) {
            Continuations.callAny(() -> close.apply(resource));
            throw fatal;
        }
        return used.eventually(() -> close.apply(resource));
    }

    /** The outcome after a cancellation that the opening did not heed. */
    private static <A extends @Nullable Object, T extends @Nullable Object> Promise<T> closedLate(
            Promise<A> opening,
            CheckedFunction<? super A, ? extends Promise<?>> close,
            Throwable canceled) {
        return opening.uncancellable()
                .flatMap(resource -> Continuations.callAny(() -> close.apply(resource))
                        .uncancellable()
                        .flatMap(done -> Promise.failed(canceled)));
    }
}
