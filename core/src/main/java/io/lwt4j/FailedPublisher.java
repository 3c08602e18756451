package io.lwt4j;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tells every subscriber an error. */
record FailedPublisher<T>(Throwable cause) implements Flow.Publisher<T> {

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        requireNonNull(subscriber, "subscriber");
        Cancelled cancelled = new Cancelled();
        // A subscriber must not throw (rule 2.13), but one that does is none of our callers'.
        PromiseFollower.guarded(() -> {
            subscriber.onSubscribe(cancelled);
            if (!cancelled.get()) {
                subscriber.onError(cause);
            }
        });
    }

    /** There is nothing to ask for. */
    private static final class Cancelled extends AtomicBoolean implements Flow.Subscription {

        private static final long serialVersionUID = 1L;

        @Override
        public void request(long n) {}

        @Override
        public void cancel() {
            set(true);
        }
    }
}
