package io.lwt4j.stream;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A stream for one subscriber. */
final class StreamPublisher<T> implements Flow.Publisher<T> {

    private final Cursor stream;
    private final EventLoop loop;
    private final AtomicBoolean taken = new AtomicBoolean();

    StreamPublisher(Cursor stream, EventLoop loop) {
        this.stream = stream;
        this.loop = loop;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        requireNonNull(subscriber, "subscriber");
        if (taken.getAndSet(true)) {
            refuse(
                    subscriber,
                    new IllegalStateException("this publisher has a subscriber already, and each"
                            + " element of a stream goes to one reader; publish a copy() of the"
                            + " stream for each subscriber"));
            return;
        }
        StreamSubscription<T> subscription = new StreamSubscription<>(stream, loop, subscriber);
        try {
            if (loop.isCurrent()) {
                subscription.begin();
            } else {
                // The loop may close before it comes to this.
                CompletableFuture<?> unused = loop.submit(() -> {
                            subscription.begin();
                            return Promise.unit();
                        })
                        .whenComplete((begun, error) -> {
                            if (error instanceof RejectedExecutionException) {
                                refuse(subscriber, error);
                            }
                        });
            }
        } catch (RejectedExecutionException closed) {
            refuse(subscriber, closed);
        }
    }

    private static void refuse(Flow.Subscriber<?> subscriber, Throwable cause) {
        AtomicBoolean cancelled = new AtomicBoolean();
        // A subscriber must not throw (rule 2.13), but one that does is none of our callers'.
        Later.guarded(() -> {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {
                    cancelled.set(true);
                }
            });
            if (!cancelled.get()) {
                subscriber.onError(cause);
            }
        });
    }
}
