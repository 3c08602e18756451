package io.lwt4j.interop.rx;

import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.CompletableObserver;

import org.jspecify.annotations.Nullable;

/** A promise as a {@code Completable}. The end of the promise, whatever its value. */
final class CompletableFromPromise extends Completable {

    private final PromiseSource<Object> source;

    CompletableFromPromise(PromiseSource<Object> source) {
        this.source = source;
    }

    @Override
    protected void subscribeActual(CompletableObserver observer) {
        Subscriber follower = new Subscriber(observer);
        observer.onSubscribe(follower);
        source.begin(follower);
    }

    private static final class Subscriber extends Follower<Object, CompletableObserver> {

        Subscriber(CompletableObserver observer) {
            super(observer);
        }

        @Override
        void value(CompletableObserver told, @Nullable Object value) {
            told.onComplete();
        }

        @Override
        void error(CompletableObserver told, Throwable cause) {
            told.onError(cause);
        }
    }
}
