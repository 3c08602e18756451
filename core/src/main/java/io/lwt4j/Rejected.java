package io.lwt4j;

import org.jspecify.annotations.Nullable;

/**
 * The state of a rejected promise; one object for all promises that the rejection passes through.
 */
final class Rejected extends Cell {

    /** The outcome of everything that is cancelled. */
    static final Rejected CANCELED = new Rejected(CanceledException.instance(), null);

    private final Throwable cause;
    private final @Nullable Unobserved watch;

    private Rejected(Throwable cause, @Nullable Unobserved watch) {
        this.cause = cause;
        this.watch = watch;
    }

    /** The rejection with a cause, which is reported to the current loop if nobody looks at it. */
    static Rejected of(Throwable cause) {
        return of(cause, null);
    }

    /** The same for a promise of a certain loop. */
    static Rejected of(Throwable cause, @Nullable LoopCore core) {
        if (cause instanceof CanceledException) {
            return cause == CANCELED.cause ? CANCELED : new Rejected(cause, null);
        }
        Unobserved watch = new Unobserved(cause, core == null ? LoopCore.current() : core);
        Rejected rejected = new Rejected(cause, watch);
        watch.begin(rejected);
        return rejected;
    }

    boolean isCanceled() {
        return cause instanceof CanceledException;
    }

    /** The cause, for somebody who deals with it or shows it to the user. */
    Throwable observe() {
        if (watch != null) {
            watch.observed();
        }
        return cause;
    }

    /** The cause, for a message; does not count as observed. */
    Throwable peek() {
        return cause;
    }
}
