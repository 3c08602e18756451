package io.lwt4j.interop.rx;

import io.lwt4j.Promise;
import io.reactivex.rxjava3.disposables.Disposable;

/** Cancels a promise, once. */
final class PromiseDisposable implements Disposable {

    private final Promise<?> promise;
    private volatile boolean disposed;

    PromiseDisposable(Promise<?> promise) {
        this.promise = promise;
    }

    @Override
    public void dispose() {
        if (!disposed) {
            disposed = true;
            promise.cancel();
        }
    }

    @Override
    public boolean isDisposed() {
        return disposed || !promise.isPending();
    }
}
