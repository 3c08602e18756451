package io.lwt4j.interop.rx;

import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleObserver;

import org.jspecify.annotations.Nullable;

/** A promise as a {@code Single}. The value; null is an error. */
final class SingleFromPromise<T> extends Single<T> {

    private final PromiseSource<T> source;

    SingleFromPromise(PromiseSource<T> source) {
        this.source = source;
    }

    @Override
    protected void subscribeActual(SingleObserver<? super T> observer) {
        Subscriber<T> follower = new Subscriber<>(observer);
        observer.onSubscribe(follower);
        source.begin(follower);
    }

    private static final class Subscriber<T> extends Follower<T, SingleObserver<? super T>> {

        Subscriber(SingleObserver<? super T> observer) {
            super(observer);
        }

        @Override
        void value(SingleObserver<? super T> told, @Nullable T value) {
            if (value == null) {
                told.onError(Late.noValue("toSingle", "toMaybe"));
            } else {
                told.onSuccess(value);
            }
        }

        @Override
        void error(SingleObserver<? super T> told, Throwable cause) {
            told.onError(cause);
        }
    }
}
