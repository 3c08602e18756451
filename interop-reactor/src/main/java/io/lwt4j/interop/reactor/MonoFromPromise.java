package io.lwt4j.interop.reactor;

import io.lwt4j.PromiseOutlet;
import io.lwt4j.PromiseSubscription;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/** A promise that was pending when it was converted. */
final class MonoFromPromise<T> extends Mono<T> implements Scannable {

    private final PromiseOutlet<? extends @Nullable T> outlet;

    MonoFromPromise(PromiseOutlet<? extends @Nullable T> outlet) {
        this.outlet = outlet;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        begin(actual, outlet);
    }

    private static <P extends @Nullable Object> void begin(
            CoreSubscriber<? super P> actual, PromiseOutlet<P> outlet) {
        Inner<P> inner = new Inner<>(actual);
        actual.onSubscribe(inner);
        inner.followIt(outlet);
    }

    @Override
    @SuppressWarnings("rawtypes") // as it is declared
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    /** The subscription of one subscriber; what is common to hot and cold ones. */
    static class Inner<T extends @Nullable Object> extends PromiseSubscription<T>
            implements Subscription, Scannable {

        final CoreSubscriber<? super T> actual;

        Inner(CoreSubscriber<? super T> actual) {
            this.actual = actual;
        }

        final void followIt(PromiseOutlet<T> outlet) {
            follow(outlet);
        }

        @Override
        protected final void next(T element) {
            actual.onNext(element);
        }

        @Override
        protected final void complete() {
            actual.onComplete();
        }

        @Override
        protected final void error(Throwable cause) {
            actual.onError(cause);
        }

        @Override
        @SuppressWarnings("rawtypes") // as it is declared
        public final @Nullable Object scanUnsafe(Attr key) {
            if (key == Attr.ACTUAL) {
                return actual;
            }
            if (key == Attr.CANCELLED) {
                return isAbandoned();
            }
            if (key == Attr.TERMINATED) {
                return isOver() && !isAbandoned();
            }
            return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
        }
    }
}
