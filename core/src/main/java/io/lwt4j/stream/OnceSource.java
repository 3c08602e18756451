package io.lwt4j.stream;

import org.jspecify.annotations.Nullable;

/** The one element that a promise brings, or its error. */
final class OnceSource extends Source {

    @Override
    @Nullable
    Object produce() {
        return null;
    }

    void fulfilled(@Nullable Object value) {
        if (value == null) {
            end(End.failure(Later.nullElement()));
        } else {
            append(value);
            signal();
            end(End.NORMAL);
        }
    }

    void rejected(Throwable cause) {
        end(End.failure(cause));
    }

    private void end(End end) {
        append(end);
        signal();
        over();
    }
}
