package io.lwt4j.interop.reactor;

import io.lwt4j.Promise;
import io.lwt4j.bridge.Drop.Sink;
import io.lwt4j.bridge.Form;
import io.lwt4j.bridge.Kind;
import io.lwt4j.bridge.Observer;
import io.lwt4j.bridge.Signal;
import io.lwt4j.bridge.Source;
import io.lwt4j.bridge.World;

import org.reactivestreams.Subscription;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import java.util.ArrayList;
import java.util.List;

/** Reactor's types, made by hand: none of its operators stands between a test and the bridge. */
public final class ReactorKinds {

    private static final String KEY = "key";

    /** What observers carry: the mark, and a place for elements that nobody reads. */
    public static final Context CONTEXT = Operators.enableOnDiscard(
            Context.of(KEY, World.MARK),
            value -> World.dropHere(Sink.DISCARDED, value, "onDiscard"));

    private ReactorKinds() {}

    /** Lets the cells hear of the errors that Reactor drops. */
    public static void hook() {
        // Reactor's setters add to what is there.
        Hooks.resetOnErrorDropped();
        Hooks.resetOnNextDropped();
        Hooks.onErrorDropped(error -> World.dropHere(Sink.DROPPED, error, "onErrorDropped"));
        Hooks.onNextDropped(value -> World.dropHere(Sink.DROPPED, value, "onNextDropped"));
    }

    public static final Kind<Mono<Object>> MONO =
            new Kind<>(
                    "Mono",
                    Sink.DISCARDED,
                    Sink.DROPPED,
                    Kind.Fact.MAYBE_EMPTY,
                    Kind.Fact.SUBSCRIPTION,
                    Kind.Fact.END_APART,
                    Kind.Fact.DEMAND,
                    Kind.Fact.LAZY) {

                @Override
                public Source<Mono<Object>> source(World world) {
                    return new MonoSource(world);
                }

                @Override
                public Observer observe(World world, Mono<Object> mono) {
                    return new ReactorObserver(world) {
                        @Override
                        public void start() {
                            mono.subscribe(this);
                        }
                    };
                }

                @Override
                public Observer user(World world, Mono<Object> mono) {
                    return Observer.ofCallbacks(
                            world,
                            hear -> mono.subscribe(
                                    value -> hear.accept(Signal.value(value)),
                                    cause -> hear.accept(Signal.error(cause)),
                                    () -> hear.accept(Signal.end()),
                                    CONTEXT)::dispose);
                }

                @Override
                public List<Signal> value(Object value) {
                    return List.of(Signal.value(value), Signal.end());
                }

                @Override
                public Object pair(Object first, Object second) {
                    return new Promise.Both<>(first, second);
                }

                @Override
                public List<Object> listOf(Object value) {
                    // Members that are empty add nothing.
                    return value == null ? List.of() : List.of(value);
                }

                @Override
                public Kind<?> raced(Form form) {
                    return this;
                }

                @Override
                public Object race(Form form, List<Mono<Object>> members) {
                    return switch (form) {
                        case PICK -> ReactorBridge.pick(members);
                        case CHOOSE -> ReactorBridge.choose(members);
                        case NPICK -> ReactorBridge.npick(members);
                        case NCHOOSE -> ReactorBridge.nchoose(members);
                        case BOTH -> ReactorBridge.both(members.get(0), members.get(1));
                        case JOIN -> ReactorBridge.join(members.get(0), members.get(1));
                        case ALONE -> throw new IllegalArgumentException();
                    };
                }
            };

    public static final Kind<Flux<Object>> FLUX =
            new Kind<>(
                    "Flux",
                    Sink.DISCARDED,
                    Sink.DROPPED,
                    Kind.Fact.MANY,
                    Kind.Fact.MAYBE_EMPTY,
                    Kind.Fact.SUBSCRIPTION,
                    Kind.Fact.DEMAND,
                    Kind.Fact.LAZY) {

                @Override
                public Source<Flux<Object>> source(World world) {
                    return new FluxSource(world);
                }

                @Override
                public Observer observe(World world, Flux<Object> flux) {
                    return new ReactorObserver(world) {
                        @Override
                        public void start() {
                            flux.subscribe(this);
                        }
                    };
                }

                @Override
                public Observer user(World world, Flux<Object> flux) {
                    return Observer.ofCallbacks(
                            world,
                            hear -> flux.subscribe(
                                    value -> hear.accept(Signal.value(value)),
                                    cause -> hear.accept(Signal.error(cause)),
                                    () -> hear.accept(Signal.end()),
                                    CONTEXT)::dispose);
                }
            };

    /* ---- Far ends ---- */

    /** What Mono and Flux have in common: subscribers that are told whatever the test says. */
    private abstract static class ReactorSource<X> extends Source<X> {

        private final List<CoreSubscriber<? super Object>> subscribers = new ArrayList<>();

        ReactorSource(World world) {
            super(world);
        }

        final void add(CoreSubscriber<? super Object> subscriber) {
            world.contextSeen = subscriber.currentContext().getOrDefault(KEY, "none");
            subscribers.add(subscriber);
            if (!withheld) {
                subscriber.onSubscribe(subscription());
            }
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
        public final boolean isSubscribed() {
            return !subscribers.isEmpty();
        }

        @Override
        public final void subscribe() {
            subscribers.forEach(subscriber -> subscriber.onSubscribe(subscription()));
        }

        @Override
        public final void subscribeAgain() {
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
        public final void next(Object value) {
            subscribers.forEach(subscriber -> subscriber.onNext(value));
        }

        @Override
        public final void complete() {
            subscribers.forEach(CoreSubscriber::onComplete);
        }

        @Override
        public final void error(Throwable cause) {
            subscribers.forEach(subscriber -> subscriber.onError(cause));
        }
    }

    private static final class MonoSource extends ReactorSource<Mono<Object>> {

        MonoSource(World world) {
            super(world);
        }

        @Override
        public Mono<Object> subject() {
            return new Mono<>() {
                @Override
                public void subscribe(CoreSubscriber<? super Object> subscriber) {
                    add(subscriber);
                }
            };
        }
    }

    private static final class FluxSource extends ReactorSource<Flux<Object>> {

        FluxSource(World world) {
            super(world);
        }

        @Override
        public Flux<Object> subject() {
            return new Flux<>() {
                @Override
                public void subscribe(CoreSubscriber<? super Object> subscriber) {
                    add(subscriber);
                }
            };
        }
    }

    /* ---- Near ends ---- */

    private abstract static class ReactorObserver extends Observer
            implements CoreSubscriber<Object> {

        private volatile Subscription subscription;

        ReactorObserver(World world) {
            super(world);
        }

        @Override
        public final Context currentContext() {
            return CONTEXT;
        }

        @Override
        public final void request(long n) {
            subscription.request(n);
        }

        @Override
        public final void onSubscribe(Subscription given) {
            subscription = given;
            subscribed(given::cancel);
            if (greedy) {
                given.request(Long.MAX_VALUE);
            }
        }

        @Override
        public final void onNext(Object element) {
            hear(Signal.value(element));
        }

        @Override
        public final void onError(Throwable cause) {
            hear(Signal.error(cause));
        }

        @Override
        public final void onComplete() {
            hear(Signal.end());
        }
    }
}
