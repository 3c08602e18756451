package io.lwt4j.interop.reactor;

import io.lwt4j.DropHandler;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

import java.util.concurrent.Flow;

/**
 * A publisher of ours as a flux. The subscriber's context is a promise-local value where it is
 * subscribed to, and so in all that is run for it.
 */
final class FluxFromPublisher<T> extends Flux<T> implements Scannable {

    private final Flow.Publisher<T> source;

    FluxFromPublisher(Flow.Publisher<T> source) {
        this.source = source;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        Contexts.of(actual.currentContext()).run(() -> {
            source.subscribe(new Inner<T>(actual));
            return this;
        });
    }

    @Override
    @SuppressWarnings("rawtypes") // as it is declared
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private static final class Inner<T>
            implements Flow.Subscriber<T>, Subscription, DropHandler<T>, Scannable {

        private final CoreSubscriber<? super T> actual;

        private Flow.@Nullable Subscription upstream;

        Inner(CoreSubscriber<? super T> actual) {
            this.actual = actual;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            upstream = subscription;
            actual.onSubscribe(this);
        }

        @Override
        public void onNext(T element) {
            actual.onNext(element);
        }

        @Override
        public void onError(Throwable cause) {
            actual.onError(cause);
        }

        @Override
        public void onComplete() {
            actual.onComplete();
        }

        @Override
        public void element(T element) {
            Operators.onDiscard(element, actual.currentContext());
        }

        @Override
        public void error(Throwable cause) {
            Operators.onErrorDropped(cause, actual.currentContext());
        }

        @Override
        @SuppressWarnings("NullAway") // set before anybody knows this
        public void request(long n) {
            upstream.request(n);
        }

        @Override
        @SuppressWarnings("NullAway") // set before anybody knows this
        public void cancel() {
            upstream.cancel();
        }

        @Override
        @SuppressWarnings("rawtypes") // as it is declared
        public @Nullable Object scanUnsafe(Attr key) {
            if (key == Attr.ACTUAL) {
                return actual;
            }
            return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
        }
    }
}
