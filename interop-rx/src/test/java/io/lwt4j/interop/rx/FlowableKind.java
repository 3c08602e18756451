package io.lwt4j.interop.rx;

import io.lwt4j.bridge.Drop.Sink;
import io.lwt4j.bridge.Kind;
import io.lwt4j.bridge.Observer;
import io.lwt4j.bridge.Signal;
import io.lwt4j.bridge.Source;
import io.lwt4j.bridge.World;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.FlowableSubscriber;

import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

import java.util.ArrayList;
import java.util.List;

/** RxJava's publisher, made by hand. */
public final class FlowableKind {

    private FlowableKind() {}

    public static final Kind<Flowable<Object>> FLOWABLE =
            new Kind<>(
                    "Flowable",
                    Sink.NONE,
                    Sink.DROPPED,
                    Kind.Fact.MANY,
                    Kind.Fact.MAYBE_EMPTY,
                    Kind.Fact.SUBSCRIPTION,
                    Kind.Fact.DEMAND,
                    Kind.Fact.LAZY) {

                @Override
                public Source<Flowable<Object>> source(World world) {
                    return new FlowableSource(world);
                }

                @Override
                public Observer observe(World world, Flowable<Object> flowable) {
                    return new FlowableObserver(world, flowable);
                }

                @Override
                public Observer user(World world, Flowable<Object> flowable) {
                    return Observer.ofCallbacks(
                            world,
                            hear -> flowable.subscribe(
                                    value -> hear.accept(Signal.value(value)),
                                    cause -> hear.accept(Signal.error(cause)),
                                    () -> hear.accept(Signal.end()))::dispose);
                }
            };

    private static final class FlowableSource extends Source<Flowable<Object>> {

        private final List<Subscriber<? super Object>> subscribers = new ArrayList<>();

        FlowableSource(World world) {
            super(world);
        }

        @Override
        public Flowable<Object> subject() {
            return new Flowable<>() {
                @Override
                protected void subscribeActual(Subscriber<? super Object> subscriber) {
                    subscribers.add(subscriber);
                    if (!withheld) {
                        subscriber.onSubscribe(subscription());
                    }
                }
            };
        }

        private Subscription subscription() {
            return new Subscription() {
                @Override
                public void request(long n) {
                    Object value = ready;
                    ready = null;
                    if (value != null) {
                        value(value);
                    }
                }

                @Override
                public void cancel() {
                    cancelled();
                }
            };
        }

        @Override
        public boolean isSubscribed() {
            return !subscribers.isEmpty();
        }

        @Override
        public void subscribe() {
            subscribers.forEach(subscriber -> subscriber.onSubscribe(subscription()));
        }

        @Override
        public void subscribeAgain() {
            subscribers.forEach(subscriber -> subscriber.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {
                    throw new AssertionError("the second subscription was asked for elements");
                }

                @Override
                public void cancel() {
                    secondCancelled();
                }
            }));
        }

        @Override
        public void next(Object value) {
            subscribers.forEach(subscriber -> subscriber.onNext(value));
        }

        @Override
        public void complete() {
            subscribers.forEach(Subscriber::onComplete);
        }

        @Override
        public void error(Throwable cause) {
            subscribers.forEach(subscriber -> subscriber.onError(cause));
        }
    }

    private static final class FlowableObserver extends Observer
            implements FlowableSubscriber<Object> {

        private final Flowable<Object> flowable;
        private volatile Subscription subscription;

        FlowableObserver(World world, Flowable<Object> flowable) {
            super(world);
            this.flowable = flowable;
        }

        @Override
        public void start() {
            flowable.subscribe(this);
        }

        @Override
        public void request(long n) {
            subscription.request(n);
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            subscribed(given::cancel);
            if (greedy) {
                given.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(Object element) {
            hear(Signal.value(element));
        }

        @Override
        public void onError(Throwable cause) {
            hear(Signal.error(cause));
        }

        @Override
        public void onComplete() {
            hear(Signal.end());
        }
    }
}
