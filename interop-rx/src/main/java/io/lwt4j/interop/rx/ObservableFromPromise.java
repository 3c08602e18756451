package io.lwt4j.interop.rx;

import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Observer;

import org.jspecify.annotations.Nullable;

/** A promise as an {@code Observable}. One value, or none if it is null. */
final class ObservableFromPromise<T> extends Observable<T> {

    private final PromiseSource<T> source;

    ObservableFromPromise(PromiseSource<T> source) {
        this.source = source;
    }

    @Override
    protected void subscribeActual(Observer<? super T> observer) {
        Subscriber<T> follower = new Subscriber<>(observer);
        observer.onSubscribe(follower);
        source.begin(follower);
    }

    private static final class Subscriber<T> extends Follower<T, Observer<? super T>> {

        Subscriber(Observer<? super T> observer) {
            super(observer);
        }

        @Override
        void value(Observer<? super T> told, @Nullable T value) {
            if (value != null) {
                told.onNext(value);
                if (isAbandoned()) {
                    return;
                }
            }
            told.onComplete();
        }

        @Override
        void error(Observer<? super T> told, Throwable cause) {
            told.onError(cause);
        }
    }
}
