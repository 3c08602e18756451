package io.lwt4j.interop.rx;

import io.lwt4j.Promise;
import io.lwt4j.PromiseSettler;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.exceptions.Exceptions;

import org.jspecify.annotations.Nullable;

/** A promise of what a source emits: what the observers of all kinds have in common. */
abstract class RxSettler<T extends @Nullable Object> extends PromiseSettler<T> {

    private final Upstream upstream = new Upstream();

    /** Subscribes this, and returns the promise. */
    final Promise<T> follow(Runnable subscription) {
        try {
            subscription.run();
        } catch (Throwable t) {
            disposeIfFatal(t);
            settleError(t);
        }
        return promise();
    }

    private void disposeIfFatal(Throwable t) {
        try {
            Exceptions.throwIfFatal(t);
        } catch (Throwable fatal) {
            upstream.dispose();
            throw fatal;
        }
    }

    public final void onSubscribe(Disposable disposable) {
        upstream.accept(disposable);
    }

    public final void onError(Throwable cause) {
        settleError(cause);
    }

    /** A source that is broken may say null. */
    private void settleError(@Nullable Throwable cause) {
        upstream.end();
        fail(cause == null ? new NullPointerException("onError called with a null cause") : cause);
    }

    /** As above. */
    final void settleValue(@Nullable T value) {
        if (value == null) {
            settleError(new NullPointerException("onSuccess called with a null value"));
        } else {
            settle(value);
        }
    }

    final void settle(T value) {
        upstream.end();
        succeed(value);
    }

    @Override
    protected final void cancelSource() {
        upstream.dispose();
    }

    /** RxJava has no place for it. */
    @Override
    protected final void dropValue(T value) {}

    @Override
    protected void dropError(Throwable cause) {
        Late.report(cause);
    }
}
