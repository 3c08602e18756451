package io.lwt4j.interop.rx;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CancelPolicy;
import io.lwt4j.Promise;
import io.lwt4j.PromiseFollower;
import io.lwt4j.PromiseOutlet;
import io.lwt4j.Resolver;
import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.exceptions.ProtocolViolationException;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicBoolean;

/** Resolves a promise with what a source says, once; the source never hears of a mistake. */
final class ResolverObserver<T> implements SingleObserver<T> {

    private final Resolver<? super T> resolver;
    private final Upstream upstream = new Upstream();
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final Watch watch = new Watch();

    ResolverObserver(Resolver<? super T> resolver) {
        this.resolver = resolver;
        watch.begin(resolver.promise());
    }

    @Override
    public void onSubscribe(Disposable disposable) {
        upstream.accept(disposable);
    }

    @Override
    public void onSuccess(T value) {
        requireNonNull(value, "value");
        if (signalled.getAndSet(true)) {
            RxJavaPlugins.onError(
                    new ProtocolViolationException("onSuccess called after another signal"));
            return;
        }
        upstream.end();
        watch.hop(() -> {
            if (isOpen()) {
                resolver.resolve(value);
            }
        });
    }

    @Override
    public void onError(Throwable cause) {
        requireNonNull(cause, "cause");
        if (signalled.getAndSet(true)) {
            RxJavaPlugins.onError(cause);
            return;
        }
        upstream.end();
        watch.hop(() -> {
            if (isOpen()) {
                resolver.reject(cause);
            } else {
                Late.report(cause);
            }
        });
    }

    /** Whether the promise waits for this; where the outcome is told. */
    private boolean isOpen() {
        return resolver.promise().isPending() && watch.isHere();
    }

    /** Disposes of the source when somebody else has resolved the promise, or its loop ends. */
    private final class Watch extends PromiseFollower<@Nullable Object> {

        @SuppressWarnings("unchecked") // the value is not looked at
        void begin(Promise<?> promise) {
            follow(new PromiseOutlet<>((Promise<@Nullable Object>) promise, CancelPolicy.DETACH));
        }

        void hop(Runnable action) {
            onLoop(action);
        }

        boolean isHere() {
            return isOnLoop();
        }

        /** Whoever rejects the promise does not look at the error. */
        @Override
        protected boolean observesErrors() {
            return false;
        }

        @Override
        protected void onValue(@Nullable Object value) {
            upstream.dispose();
        }

        @Override
        protected void onError(Throwable cause) {
            upstream.dispose();
        }
    }
}
