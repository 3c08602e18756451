package io.lwt4j.stream;

import io.lwt4j.Promise;

/** {@code wrap_exn}: what a read yields or fails with, as an element. */
final class Outcomes extends Source {

    private final Cursor upstream;

    /** Whether the error came with which the other stream ends. */
    private boolean failed;

    Outcomes(Cursor upstream) {
        this.upstream = upstream;
    }

    @Override
    Object produce() throws Exception {
        return failed ? End.NORMAL : Later.of(upstream.read().outcome(), this::element);
    }

    private Object element(Promise.State<Object> outcome) {
        if (outcome instanceof Promise.State.Fulfilled<Object> read
                && read.value() instanceof End end) {
            if (end.cause() == null) {
                return end;
            }
            failed = true;
            return new Promise.State.Rejected<>(end.cause());
        }
        return outcome;
    }

    @Override
    void abandoned() {
        upstream.leave();
    }
}
