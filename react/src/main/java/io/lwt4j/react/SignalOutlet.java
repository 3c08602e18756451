package io.lwt4j.react;

import io.lwt4j.EventLoop;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Flow;

/** Tells a subscriber of the newest value of a signal whenever it asks for one. */
final class SignalOutlet<A extends @Nullable Object> extends Outlet<A> {

    private final Signal<A> signal;

    /** The value may be another one than that sent last. */
    private boolean stale = true;

    /** What was sent last. */
    private @Nullable Object last = UNSET;

    SignalOutlet(
            Signal<A> input, Graph home, EventLoop loop, Flow.Subscriber<? super A> subscriber) {
        super(input, home, loop, subscriber);
        signal = input;
    }

    @Override
    boolean update() {
        stale = true;
        if (isWanted()) {
            if (input.value instanceof Failure failure) {
                failure.heard = true;
            }
            wake();
        }
        return false;
    }

    @Override
    void occurred(@Nullable Object occurrence) {
        // Only events occur.
    }

    @Override
    void emit() {
        if (!isOpen()) {
            return;
        }
        if (stale && (isWanted() || isEnded())) {
            try {
                tell();
            } catch (Throwable t) {
                // The equality of the signal is the user's.
                refuse(t);
            }
        }
        endIfDue();
    }

    private void tell() {
        home.refresh(signal);
        Object now = signal.value;
        if (last != UNSET && signal.areSame(last, now)) {
            stale = false;
        } else if (isWanted()) {
            stale = false;
            if (now instanceof Failure failure) {
                failure.heard = true;
                refuse(failure.cause);
            } else if (now == null) {
                refuse(new NullPointerException(
                        signal + " is null, which is no element; publish a signal of Optional"));
            } else {
                last = now;
                next(cast(now));
            }
        }
    }

    @Override
    boolean hasWaiting() {
        return stale;
    }

    @Override
    void discard() {
        last = null;
    }
}
