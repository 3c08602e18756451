package io.lwt4j.interop.reactor;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CancelPolicy;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;
import io.lwt4j.PromiseOutlet;

import org.jspecify.annotations.Nullable;

import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/** A promise that is made anew for each subscriber, on the loop, with the subscriber's context. */
final class MonoDeferred<T> extends Mono<T> implements Scannable {

    private final EventLoop loop;
    private final Supplier<? extends Promise<? extends @Nullable T>> supplier;

    MonoDeferred(EventLoop loop, Supplier<? extends Promise<? extends @Nullable T>> supplier) {
        this.loop = loop;
        this.supplier = supplier;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        Inner<T> inner = new Inner<>(actual);
        actual.onSubscribe(inner);
        PromiseLocal.Snapshot values = Contexts.of(actual.currentContext());
        if (loop.isCurrent()) {
            inner.start(supplier, values);
        } else {
            loop.execute(() -> inner.start(supplier, values), inner::fail);
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as it is declared
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private static final class Inner<T> extends MonoFromPromise.Inner<@Nullable T> {

        Inner(CoreSubscriber<? super T> actual) {
            super(actual);
        }

        @SuppressWarnings("unchecked") // whose promise it is makes no difference to its value
        void start(
                Supplier<? extends Promise<? extends @Nullable T>> supplier,
                PromiseLocal.Snapshot values) {
            if (isOver()) {
                return;
            }
            Promise<@Nullable T> promise;
            try {
                promise = (Promise<@Nullable T>) requireNonNull(
                        values.run(supplier::get), "the supplier returned null, not a promise");
            } catch (Throwable t) {
                fail(t);
                Exceptions.throwIfJvmFatal(t);
                return;
            }
            values.run(() -> {
                followIt(new PromiseOutlet<>(promise, CancelPolicy.CANCEL));
                return this;
            });
        }

        void fail(Throwable cause) {
            if (isOver()) {
                droppedError(cause);
            } else {
                onError(cause);
            }
        }

        /** Nobody else has the promise, so its outcome would be lost. */
        @Override
        protected void abandoned(Promise<@Nullable T> promise) {
            promise.onAny(this::dropped, this::droppedError);
        }

        @Override
        protected void dropped(@Nullable T value) {
            Operators.onDiscard(value, actual.currentContext());
        }

        private void droppedError(Throwable cause) {
            // That is what our own cancellation comes to.
            if (!(cause instanceof CancellationException)) {
                Operators.onErrorDropped(cause, actual.currentContext());
            }
        }
    }
}
