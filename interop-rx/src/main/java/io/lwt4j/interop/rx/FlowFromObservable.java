package io.lwt4j.interop.rx;

import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Observer;
import io.reactivex.rxjava3.disposables.Disposable;

import java.util.concurrent.Flow;

/**
 * An {@code Observable} for those subscribers of core that ask for everything, or take what they
 * have not asked for.
 */
record FlowFromObservable<T>(Observable<T> source) implements Flow.Publisher<T> {

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        source.subscribe(new Receiver<T>(subscriber));
    }

    private static final class Receiver<T> implements Observer<T>, Flow.Subscription {

        private final Flow.Subscriber<? super T> subscriber;
        private final Upstream upstream = new Upstream();

        Receiver(Flow.Subscriber<? super T> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void onSubscribe(Disposable disposable) {
            if (upstream.accept(disposable)) {
                subscriber.onSubscribe(this);
            }
        }

        @Override
        public void onNext(T element) {
            subscriber.onNext(element);
        }

        @Override
        public void onError(Throwable cause) {
            upstream.end();
            subscriber.onError(cause);
        }

        @Override
        public void onComplete() {
            upstream.end();
            subscriber.onComplete();
        }

        /** There is nothing to hold back. */
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {
            upstream.dispose();
        }
    }
}
