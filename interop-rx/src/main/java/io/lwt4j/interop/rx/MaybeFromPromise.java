package io.lwt4j.interop.rx;

import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.MaybeObserver;

import org.jspecify.annotations.Nullable;

/** A promise as a {@code Maybe}. The value, or none if it is null. */
final class MaybeFromPromise<T> extends Maybe<T> {

    private final PromiseSource<T> source;

    MaybeFromPromise(PromiseSource<T> source) {
        this.source = source;
    }

    @Override
    protected void subscribeActual(MaybeObserver<? super T> observer) {
        Subscriber<T> follower = new Subscriber<>(observer);
        observer.onSubscribe(follower);
        source.begin(follower);
    }

    private static final class Subscriber<T> extends Follower<T, MaybeObserver<? super T>> {

        Subscriber(MaybeObserver<? super T> observer) {
            super(observer);
        }

        @Override
        void value(MaybeObserver<? super T> told, @Nullable T value) {
            if (value == null) {
                told.onComplete();
            } else {
                told.onSuccess(value);
            }
        }

        @Override
        void error(MaybeObserver<? super T> told, Throwable cause) {
            told.onError(cause);
        }
    }
}
