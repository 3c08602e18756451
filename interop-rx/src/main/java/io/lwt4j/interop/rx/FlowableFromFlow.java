package io.lwt4j.interop.rx;

import static java.util.Objects.requireNonNull;

import io.reactivex.rxjava3.core.Flowable;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

import java.util.concurrent.Flow;

/** What core and react publish as a {@code Flowable}; they keep the rules. */
final class FlowableFromFlow<T> extends Flowable<T> {

    private final Flow.Publisher<T> source;

    FlowableFromFlow(Flow.Publisher<T> source) {
        this.source = source;
    }

    @Override
    protected void subscribeActual(Subscriber<? super T> subscriber) {
        source.subscribe(new Sender<T>(subscriber));
    }

    private static final class Sender<T> implements Flow.Subscriber<T>, Subscription {

        private final Subscriber<? super T> subscriber;

        /** Set before the subscriber hears of this. */
        private Flow.@Nullable Subscription upstream;

        Sender(Subscriber<? super T> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            upstream = subscription;
            subscriber.onSubscribe(this);
        }

        @Override
        public void onNext(T element) {
            subscriber.onNext(element);
        }

        @Override
        public void onError(Throwable cause) {
            subscriber.onError(cause);
        }

        @Override
        public void onComplete() {
            subscriber.onComplete();
        }

        @Override
        public void request(long n) {
            requireNonNull(upstream).request(n);
        }

        @Override
        public void cancel() {
            requireNonNull(upstream).cancel();
        }
    }
}
