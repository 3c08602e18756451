package io.lwt4j.stream;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

/** The one element that a promise brings, or its error. */
final class OnceSource extends Source {

    /** What follows the promise, until there is nothing to follow any more. */
    private @Nullable Promise<?> view;

    @Override
    @Nullable
    Object produce() {
        return null;
    }

    void follow(Promise<?> promise) {
        Promise<?> own = promise.shielded();
        view = own;
        own.onAny(this::fulfilled, this::rejected);
    }

    @Override
    void abandoned() {
        if (view != null) {
            view.cancel();
        }
    }

    private void fulfilled(@Nullable Object value) {
        if (value == null) {
            end(End.failure(Later.nullElement()));
        } else {
            append(value);
            signal();
            end(End.NORMAL);
        }
    }

    private void rejected(Throwable cause) {
        end(End.failure(cause));
    }

    private void end(End end) {
        view = null;
        append(end);
        signal();
        over();
    }
}
