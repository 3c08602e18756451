package io.lwt4j.interop.reactor;

import static java.util.Objects.requireNonNull;

import io.lwt4j.DropHandler;

import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;

import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import java.util.concurrent.Flow;

/**
 * A publisher of Reactor as one of the JDK, to be subscribed to once, by a subscriber of ours: with
 * the context of the place where it subscribes. What that one cannot use goes to Reactor's hooks.
 */
final class FluxSource<T> implements Flow.Publisher<T>, DropHandler<T> {

    private final Publisher<T> source;

    /** At first that of the conversion, which stands in where the subscription has none. */
    private volatile Context context = Contexts.current();

    FluxSource(Publisher<T> source) {
        this.source = source;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Context here = Contexts.current();
        if (here.isEmpty()) {
            here = context;
        } else {
            context = here;
        }
        Flux.from(source).subscribe(new Inner<T>(subscriber, here));
    }

    @Override
    public void element(T element) {
        Operators.onDiscard(element, context);
    }

    @Override
    public void error(Throwable cause) {
        Operators.onErrorDropped(cause, context);
    }

    private static final class Inner<T> implements CoreSubscriber<T> {

        private final Flow.Subscriber<? super T> subscriber;
        private final Context context;

        Inner(Flow.Subscriber<? super T> subscriber, Context context) {
            this.subscriber = subscriber;
            this.context = context;
        }

        @Override
        public Context currentContext() {
            return context;
        }

        @Override
        public void onSubscribe(Subscription upstream) {
            requireNonNull(upstream, "upstream");
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    upstream.request(n);
                }

                @Override
                public void cancel() {
                    try {
                        upstream.cancel();
                    } catch (Throwable t) {
                        Exceptions.throwIfFatal(t);
                        Operators.onErrorDropped(t, context);
                    }
                }
            });
        }

        @Override
        public void onNext(T element) {
            subscriber.onNext(element);
        }

        @Override
        public void onError(Throwable cause) {
            subscriber.onError(cause);
        }

        @Override
        public void onComplete() {
            subscriber.onComplete();
        }
    }
}
