package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Flow;

/** A promise as a publisher of one element, or none if the value is null. */
final class PromisePublisher<T extends @Nullable Object> implements Flow.Publisher<T> {

    private final PromiseOutlet<T> outlet;

    PromisePublisher(PromiseOutlet<T> outlet) {
        this.outlet = outlet;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        new Subscription<T>(requireNonNull(subscriber, "subscriber")).begin(outlet);
    }

    private static final class Subscription<T extends @Nullable Object>
            extends PromiseSubscription<T> implements Flow.Subscription {

        private final Flow.Subscriber<? super T> subscriber;

        Subscription(Flow.Subscriber<? super T> subscriber) {
            this.subscriber = subscriber;
        }

        void begin(PromiseOutlet<T> outlet) {
            subscriber.onSubscribe(this);
            follow(outlet);
        }

        @Override
        protected void next(T element) {
            subscriber.onNext(element);
        }

        @Override
        protected void complete() {
            subscriber.onComplete();
        }

        @Override
        protected void error(Throwable cause) {
            subscriber.onError(cause);
        }
    }
}
