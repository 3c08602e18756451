package io.lwt4j.interop.rx;

import io.lwt4j.bridge.Drop.Sink;
import io.lwt4j.bridge.Kind;
import io.lwt4j.bridge.Observer;
import io.lwt4j.bridge.Signal;
import io.lwt4j.bridge.Source;
import io.lwt4j.bridge.World;
import io.smallrye.mutiny.Context;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.operators.AbstractMulti;
import io.smallrye.mutiny.operators.AbstractUni;
import io.smallrye.mutiny.subscription.MultiSubscriber;
import io.smallrye.mutiny.subscription.UniSubscriber;
import io.smallrye.mutiny.subscription.UniSubscription;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;

/** Mutiny's types, made by hand. */
final class MutinyKinds {

    private MutinyKinds() {}

    /** Lets the cells hear of the errors that Mutiny drops. */
    static void hook() {
        Infrastructure.setDroppedExceptionHandler(
                error -> World.dropHere(Sink.DROPPED, error, "Mutiny's handler"));
    }

    static final Kind<Uni<Object>> UNI =
            new Kind<>(
                    "Uni",
                    Sink.NONE,
                    Sink.DROPPED,
                    Kind.Fact.MAYBE_EMPTY,
                    Kind.Fact.SUBSCRIPTION,
                    Kind.Fact.LAZY) {

                @Override
                public Source<Uni<Object>> source(World world) {
                    return new UniSource(world);
                }

                @Override
                public Observer observe(World world, Uni<Object> uni) {
                    return new UniObserver(world, uni);
                }

                @Override
                public Observer user(World world, Uni<Object> uni) {
                    return Observer.ofCallbacks(
                            world,
                            hear -> uni.subscribe()
                                    .with(
                                            item -> hear.accept(
                                                    item == null
                                                            ? Signal.end()
                                                            : Signal.value(item)),
                                            cause -> hear.accept(Signal.error(cause)))::cancel);
                }
            };

    static final Kind<Multi<Object>> MULTI =
            new Kind<>(
                    "Multi",
                    Sink.NONE,
                    Sink.DROPPED,
                    Kind.Fact.MANY,
                    Kind.Fact.MAYBE_EMPTY,
                    Kind.Fact.SUBSCRIPTION,
                    Kind.Fact.DEMAND,
                    Kind.Fact.LAZY) {

                @Override
                public Source<Multi<Object>> source(World world) {
                    return new MultiSource(world);
                }

                @Override
                public Observer observe(World world, Multi<Object> multi) {
                    return new MultiObserver(world, multi);
                }

                @Override
                public Observer user(World world, Multi<Object> multi) {
                    return Observer.ofCallbacks(
                            world,
                            hear -> multi.subscribe()
                                    .with(
                                            item -> hear.accept(Signal.value(item)),
                                            cause -> hear.accept(Signal.error(cause)),
                                            () -> hear.accept(Signal.end()))::cancel);
                }
            };

    private static final class UniSource extends Source<Uni<Object>> {

        private final List<UniSubscriber<? super Object>> subscribers = new ArrayList<>();
        private boolean given;

        UniSource(World world) {
            super(world);
        }

        @Override
        public Uni<Object> subject() {
            return new AbstractUni<>() {
                @Override
                public void subscribe(UniSubscriber<? super Object> subscriber) {
                    subscribers.add(subscriber);
                    if (!withheld) {
                        UniSource.this.subscribe();
                    }
                }
            };
        }

        @Override
        public boolean isSubscribed() {
            return !subscribers.isEmpty();
        }

        @Override
        public void subscribe() {
            UniSubscription subscription = this::cancelled;
            subscribers.forEach(subscriber -> subscriber.onSubscribe(subscription));
        }

        @Override
        public void subscribeAgain() {
            UniSubscription subscription = this::secondCancelled;
            subscribers.forEach(subscriber -> subscriber.onSubscribe(subscription));
        }

        @Override
        public void next(Object value) {
            given = true;
            subscribers.forEach(subscriber -> subscriber.onItem(value));
        }

        @Override
        public void complete() {
            if (!given) {
                next(null);
            }
        }

        @Override
        public void error(Throwable cause) {
            subscribers.forEach(subscriber -> subscriber.onFailure(cause));
        }
    }

    private static final class MultiSource extends Source<Multi<Object>> {

        private final List<Flow.Subscriber<? super Object>> subscribers = new ArrayList<>();

        MultiSource(World world) {
            super(world);
        }

        @Override
        public Multi<Object> subject() {
            return new AbstractMulti<>() {
                @Override
                public void subscribe(MultiSubscriber<? super Object> subscriber) {
                    subscribers.add(subscriber);
                    if (!withheld) {
                        MultiSource.this.subscribe();
                    }
                }
            };
        }

        @Override
        public boolean isSubscribed() {
            return !subscribers.isEmpty();
        }

        @Override
        public void subscribe() {
            subscribers.forEach(subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {
                    cancelled();
                }
            }));
        }

        @Override
        public void next(Object value) {
            subscribers.forEach(subscriber -> subscriber.onNext(value));
        }

        @Override
        public void complete() {
            subscribers.forEach(Flow.Subscriber::onComplete);
        }

        @Override
        public void error(Throwable cause) {
            subscribers.forEach(subscriber -> subscriber.onError(cause));
        }
    }

    private static final class UniObserver extends Observer implements UniSubscriber<Object> {

        private final Uni<Object> uni;

        UniObserver(World world, Uni<Object> uni) {
            super(world);
            this.uni = uni;
        }

        @Override
        public Context context() {
            return Context.empty();
        }

        @Override
        public void start() {
            uni.subscribe().withSubscriber(this);
        }

        @Override
        public void onSubscribe(UniSubscription given) {
            subscribed(given::cancel);
        }

        @Override
        public void onItem(Object item) {
            hear(item == null ? Signal.end() : Signal.value(item));
        }

        @Override
        public void onFailure(Throwable cause) {
            hear(Signal.error(cause));
        }
    }

    private static final class MultiObserver extends Observer implements MultiSubscriber<Object> {

        private final Multi<Object> multi;
        private volatile Flow.Subscription subscription;

        MultiObserver(World world, Multi<Object> multi) {
            super(world);
            this.multi = multi;
        }

        @Override
        public void start() {
            multi.subscribe().withSubscriber(this);
        }

        @Override
        public void request(long n) {
            subscription.request(n);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            subscribed(given::cancel);
            if (greedy) {
                given.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onItem(Object element) {
            hear(Signal.value(element));
        }

        @Override
        public void onFailure(Throwable cause) {
            hear(Signal.error(cause));
        }

        @Override
        public void onCompletion() {
            hear(Signal.end());
        }
    }
}
