package io.lwt4j.stream;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Publishers;

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
        if (loop.isCurrent()) {
            begin(subscription, subscriber);
        } else {
            loop.execute(
                    () -> begin(subscription, subscriber), closed -> refuse(subscriber, closed));
        }
    }

    private void begin(StreamSubscription<T> subscription, Flow.Subscriber<? super T> subscriber) {
        try {
            subscription.begin();
        } catch (RejectedExecutionException closed) {
            refuse(subscriber, closed);
        }
    }

    private void refuse(Flow.Subscriber<? super T> subscriber, Throwable cause) {
        Publishers.<T>failed(cause).subscribe(subscriber);
    }
}
