package io.lwt4j.interop.rx;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.FlowableSubscriber;
import io.reactivex.rxjava3.exceptions.Exceptions;
import io.reactivex.rxjava3.exceptions.ProtocolViolationException;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

import java.util.concurrent.Flow;

/** A {@code Flowable} for subscribers of core, which keep the rules by themselves. */
record FlowFromFlowable<T>(Flowable<T> source) implements Flow.Publisher<T> {

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        source.subscribe(new Receiver<T>(subscriber));
    }

    private static final class Receiver<T> implements FlowableSubscriber<T>, Flow.Subscription {

        private final Flow.Subscriber<? super T> subscriber;

        /** Set before the subscriber hears of this. */
        private @Nullable Subscription upstream;

        Receiver(Flow.Subscriber<? super T> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            if (upstream != null) {
                cancel(subscription);
                RxJavaPlugins.onError(new ProtocolViolationException("Subscription already set!"));
                return;
            }
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
            Subscription subscription = upstream;
            if (subscription != null) {
                subscription.request(n);
            }
        }

        @Override
        public void cancel() {
            Subscription subscription = upstream;
            if (subscription != null) {
                cancel(subscription);
            }
        }

        private static void cancel(Subscription subscription) {
            try {
                subscription.cancel();
            } catch (Throwable t) {
                Exceptions.throwIfFatal(t);
                RxJavaPlugins.onError(t);
            }
        }
    }
}
