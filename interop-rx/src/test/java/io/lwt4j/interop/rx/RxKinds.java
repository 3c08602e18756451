package io.lwt4j.interop.rx;

import io.lwt4j.Promise;
import io.lwt4j.bridge.Drop.Sink;
import io.lwt4j.bridge.Form;
import io.lwt4j.bridge.Kind;
import io.lwt4j.bridge.Observer;
import io.lwt4j.bridge.Signal;
import io.lwt4j.bridge.Source;
import io.lwt4j.bridge.World;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.CompletableObserver;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.MaybeObserver;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.exceptions.ProtocolViolationException;
import io.reactivex.rxjava3.exceptions.UndeliverableException;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * RxJava's other types, made by hand: none of its operators stands between a test and the bridge.
 */
public final class RxKinds {

    private RxKinds() {}

    /** Lets the cells hear of the errors that RxJava drops. */
    public static void hook() {
        RxJavaPlugins.setErrorHandler(error -> {
            Throwable dropped = error instanceof UndeliverableException ? error.getCause() : error;
            // A second onSubscribe may be reported.
            if (!(dropped instanceof ProtocolViolationException)) {
                World.dropHere(Sink.DROPPED, dropped, "RxJavaPlugins");
            }
        });
    }

    /* ---- Single, Maybe, Completable ---- */

    public static final Kind<Completable> COMPLETABLE =
            new Kind<>(
                    "Completable",
                    Sink.NONE,
                    Sink.DROPPED,
                    Kind.Fact.MAYBE_EMPTY,
                    Kind.Fact.NEVER_A_VALUE,
                    Kind.Fact.SUBSCRIPTION,
                    Kind.Fact.LAZY) {

                @Override
                public Source<Completable> source(World world) {
                    return new DisposableSource<Completable, CompletableObserver>(
                            world,
                            CompletableObserver::onSubscribe,
                            (observer, value) -> {},
                            CompletableObserver::onComplete,
                            CompletableObserver::onError) {

                        @Override
                        public Completable subject() {
                            return new Completable() {
                                @Override
                                protected void subscribeActual(CompletableObserver observer) {
                                    add(observer);
                                }
                            };
                        }
                    };
                }

                @Override
                public Observer observe(World world, Completable completable) {
                    return new RxObserver(world) {
                        @Override
                        public void start() {
                            completable.subscribe((CompletableObserver) this);
                        }
                    };
                }

                @Override
                public Observer user(World world, Completable completable) {
                    return Observer.ofCallbacks(
                            world,
                            hear -> completable.subscribe(
                                    () -> hear.accept(Signal.end()),
                                    cause -> hear.accept(Signal.error(cause)))::dispose);
                }
            };

    public static final Kind<Single<Object>> SINGLE =
            new Kind<>("Single", Sink.NONE, Sink.DROPPED, Kind.Fact.SUBSCRIPTION, Kind.Fact.LAZY) {

                @Override
                public Source<Single<Object>> source(World world) {
                    return new DisposableSource<Single<Object>, SingleObserver<? super Object>>(
                            world,
                            SingleObserver::onSubscribe,
                            SingleObserver::onSuccess,
                            observer -> {},
                            SingleObserver::onError) {

                        @Override
                        public Single<Object> subject() {
                            return new Single<>() {
                                @Override
                                protected void subscribeActual(
                                        SingleObserver<? super Object> observer) {
                                    add(observer);
                                }
                            };
                        }
                    };
                }

                @Override
                public Observer observe(World world, Single<Object> single) {
                    return new RxObserver(world) {
                        @Override
                        public void start() {
                            single.subscribe((SingleObserver<Object>) this);
                        }
                    };
                }

                @Override
                public Observer user(World world, Single<Object> single) {
                    return Observer.ofCallbacks(
                            world,
                            hear -> single.subscribe(
                                    value -> hear.accept(Signal.value(value)),
                                    cause -> hear.accept(Signal.error(cause)))::dispose);
                }

                @Override
                public Object pair(Object first, Object second) {
                    return new Promise.Both<>(first, second);
                }

                @Override
                public Kind<?> raced(Form form) {
                    return form == Form.JOIN ? COMPLETABLE : this;
                }

                @Override
                public Object race(Form form, List<Single<Object>> members) {
                    return switch (form) {
                        case PICK -> RxJava3Bridge.pick(members);
                        case CHOOSE -> RxJava3Bridge.choose(members);
                        case NPICK -> RxJava3Bridge.npick(members);
                        case NCHOOSE -> RxJava3Bridge.nchoose(members);
                        case BOTH -> RxJava3Bridge.both(members.get(0), members.get(1));
                        case JOIN -> RxJava3Bridge.join(members.get(0), members.get(1));
                        case ALONE -> throw new IllegalArgumentException();
                    };
                }
            };

    public static final Kind<Maybe<Object>> MAYBE =
            new Kind<>(
                    "Maybe",
                    Sink.NONE,
                    Sink.DROPPED,
                    Kind.Fact.MAYBE_EMPTY,
                    Kind.Fact.SUBSCRIPTION,
                    Kind.Fact.LAZY) {

                @Override
                public Source<Maybe<Object>> source(World world) {
                    return new DisposableSource<Maybe<Object>, MaybeObserver<? super Object>>(
                            world,
                            MaybeObserver::onSubscribe,
                            MaybeObserver::onSuccess,
                            MaybeObserver::onComplete,
                            MaybeObserver::onError) {

                        private boolean given;

                        @Override
                        public void next(Object value) {
                            given = true;
                            super.next(value);
                        }

                        @Override
                        public void complete() {
                            if (!given) {
                                super.complete();
                            }
                        }

                        @Override
                        public Maybe<Object> subject() {
                            return new Maybe<>() {
                                @Override
                                protected void subscribeActual(
                                        MaybeObserver<? super Object> observer) {
                                    add(observer);
                                }
                            };
                        }
                    };
                }

                @Override
                public Observer observe(World world, Maybe<Object> maybe) {
                    return new RxObserver(world) {
                        @Override
                        public void start() {
                            maybe.subscribe((MaybeObserver<Object>) this);
                        }
                    };
                }

                @Override
                public Observer user(World world, Maybe<Object> maybe) {
                    return Observer.ofCallbacks(
                            world,
                            hear -> maybe.subscribe(
                                    value -> hear.accept(Signal.value(value)),
                                    cause -> hear.accept(Signal.error(cause)),
                                    () -> hear.accept(Signal.end()))::dispose);
                }
            };

    /* ---- Observable ---- */

    public static final Kind<Observable<Object>> OBSERVABLE =
            new Kind<>(
                    "Observable",
                    Sink.NONE,
                    Sink.DROPPED,
                    Kind.Fact.MANY,
                    Kind.Fact.MAYBE_EMPTY,
                    Kind.Fact.SUBSCRIPTION,
                    Kind.Fact.LAZY) {

                @Override
                public Source<Observable<Object>> source(World world) {
                    return new DisposableSource<
                            Observable<Object>, io.reactivex.rxjava3.core.Observer<? super Object>>(
                            world,
                            io.reactivex.rxjava3.core.Observer::onSubscribe,
                            io.reactivex.rxjava3.core.Observer::onNext,
                            io.reactivex.rxjava3.core.Observer::onComplete,
                            io.reactivex.rxjava3.core.Observer::onError) {

                        @Override
                        public Observable<Object> subject() {
                            return new Observable<>() {
                                @Override
                                protected void subscribeActual(
                                        io.reactivex.rxjava3.core.Observer<? super Object>
                                                observer) {
                                    add(observer);
                                }
                            };
                        }
                    };
                }

                @Override
                public Observer observe(World world, Observable<Object> observable) {
                    return new RxObserver(world) {
                        @Override
                        public void start() {
                            observable.subscribe((io.reactivex.rxjava3.core.Observer<Object>) this);
                        }
                    };
                }

                @Override
                public Observer user(World world, Observable<Object> observable) {
                    return Observer.ofCallbacks(
                            world,
                            hear -> observable.subscribe(
                                    value -> hear.accept(Signal.value(value)),
                                    cause -> hear.accept(Signal.error(cause)),
                                    () -> hear.accept(Signal.end()))::dispose);
                }
            };

    /* ---- Far ends ---- */

    /** Observers of one type, that are told whatever the test says. */
    private abstract static class DisposableSource<X, O> extends Source<X> {

        private final List<O> observers = new ArrayList<>();
        private final BiConsumer<O, Disposable> onSubscribe;
        private final BiConsumer<O, Object> onNext;
        private final Consumer<O> onComplete;
        private final BiConsumer<O, Throwable> onError;

        DisposableSource(
                World world,
                BiConsumer<O, Disposable> onSubscribe,
                BiConsumer<O, Object> onNext,
                Consumer<O> onComplete,
                BiConsumer<O, Throwable> onError) {
            super(world);
            this.onSubscribe = onSubscribe;
            this.onNext = onNext;
            this.onComplete = onComplete;
            this.onError = onError;
        }

        final void add(O observer) {
            observers.add(observer);
            if (!withheld) {
                onSubscribe.accept(observer, new Handle(this::cancelled));
                Object value = ready;
                ready = null;
                if (value != null) {
                    value(value);
                }
            }
        }

        @Override
        public final boolean isSubscribed() {
            return !observers.isEmpty();
        }

        @Override
        public final void subscribe() {
            observers.forEach(
                    observer -> onSubscribe.accept(observer, new Handle(this::cancelled)));
        }

        @Override
        public final void subscribeAgain() {
            observers.forEach(
                    observer -> onSubscribe.accept(observer, new Handle(this::secondCancelled)));
        }

        @Override
        public void next(Object value) {
            observers.forEach(observer -> onNext.accept(observer, value));
        }

        @Override
        public void complete() {
            observers.forEach(onComplete);
        }

        @Override
        public final void error(Throwable cause) {
            observers.forEach(observer -> onError.accept(observer, cause));
        }
    }

    private static final class Handle implements Disposable {

        private final Runnable onDispose;
        private volatile boolean disposed;

        Handle(Runnable onDispose) {
            this.onDispose = onDispose;
        }

        @Override
        public void dispose() {
            disposed = true;
            onDispose.run();
        }

        @Override
        public boolean isDisposed() {
            return disposed;
        }
    }

    /* ---- Near ends ---- */

    /** Listens to any of the types that give a disposable. */
    private abstract static class RxObserver extends Observer
            implements SingleObserver<Object>,
                    MaybeObserver<Object>,
                    CompletableObserver,
                    io.reactivex.rxjava3.core.Observer<Object> {

        RxObserver(World world) {
            super(world);
        }

        @Override
        public final void onSubscribe(Disposable given) {
            subscribed(given::dispose);
        }

        @Override
        public final void onSuccess(Object value) {
            hear(Signal.value(value));
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
