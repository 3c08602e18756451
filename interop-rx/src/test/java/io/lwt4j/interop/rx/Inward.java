package io.lwt4j.interop.rx;

import io.lwt4j.Promise;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;

import org.reactivestreams.Subscription;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The ways into a promise, for tests that hold for all of them. */
enum Inward {
    SINGLE {
        @Override
        Promise<?> convert(Manual source) {
            return RxJava3Bridge.toPromise(Single.<String>wrap(observer -> {
                source.begin(observer::onSubscribe, observer::onSuccess, observer::onError);
            }));
        }
    },
    MAYBE {
        @Override
        Promise<?> convert(Manual source) {
            return RxJava3Bridge.toPromise(maybe(source));
        }
    },
    MAYBE_REQUIRED {
        @Override
        Promise<?> convert(Manual source) {
            return RxJava3Bridge.toPromiseRequired(maybe(source));
        }
    },
    MAYBE_OPTIONAL {
        @Override
        Promise<?> convert(Manual source) {
            return RxJava3Bridge.toPromiseOptional(maybe(source));
        }

        @Override
        Object expected(String value) {
            return Optional.of(value);
        }
    },
    COMPLETABLE {
        @Override
        Promise<?> convert(Manual source) {
            return RxJava3Bridge.toPromise(Completable.wrap(observer -> {
                source.begin(
                        observer::onSubscribe, value -> observer.onComplete(), observer::onError);
            }));
        }

        @Override
        Object expected(String value) {
            return null;
        }
    },
    FLOWABLE_FIRST {
        @Override
        Promise<?> convert(Manual source) {
            return RxJava3Bridge.toPromiseFirst(flowable(source));
        }
    },
    FLOWABLE_LAST {
        @Override
        Promise<?> convert(Manual source) {
            return RxJava3Bridge.toPromiseLast(flowable(source));
        }
    },
    FLOWABLE_SINGLE {
        @Override
        Promise<?> convert(Manual source) {
            return RxJava3Bridge.toPromiseSingle(flowable(source));
        }
    },
    FLOWABLE_LIST {
        @Override
        Promise<?> convert(Manual source) {
            return RxJava3Bridge.toPromiseList(flowable(source), 1);
        }

        @Override
        Object expected(String value) {
            return List.of(value);
        }
    },
    OBSERVABLE_FIRST {
        @Override
        Promise<?> convert(Manual source) {
            return RxJava3Bridge.toPromiseFirst(observable(source));
        }
    },
    OBSERVABLE_LAST {
        @Override
        Promise<?> convert(Manual source) {
            return RxJava3Bridge.toPromiseLast(observable(source));
        }
    },
    OBSERVABLE_SINGLE {
        @Override
        Promise<?> convert(Manual source) {
            return RxJava3Bridge.toPromiseSingle(observable(source));
        }
    },
    OBSERVABLE_LIST {
        @Override
        Promise<?> convert(Manual source) {
            return RxJava3Bridge.toPromiseList(observable(source), 1);
        }

        @Override
        Object expected(String value) {
            return List.of(value);
        }
    };

    /** Converts a source of one value. */
    abstract Promise<?> convert(Manual source);

    /** What the promise has if the source has a value. */
    Object expected(String value) {
        return value;
    }

    private static Maybe<String> maybe(Manual source) {
        return Maybe.wrap(observer ->
                source.begin(observer::onSubscribe, observer::onSuccess, observer::onError));
    }

    private static Observable<String> observable(Manual source) {
        return Observable.wrap(observer -> source.begin(
                observer::onSubscribe,
                value -> {
                    observer.onNext(value);
                    observer.onComplete();
                },
                observer::onError));
    }

    static Flowable<String> flowable(Manual source) {
        return new Flowable<>() {
            @Override
            protected void subscribeActual(org.reactivestreams.Subscriber<? super String> s) {
                source.begin(
                        disposable -> s.onSubscribe(new Subscription() {
                            @Override
                            public void request(long n) {}

                            @Override
                            public void cancel() {
                                disposable.dispose();
                            }
                        }),
                        value -> {
                            s.onNext(value);
                            s.onComplete();
                        },
                        s::onError);
            }
        };
    }

    /** A source that does what the test says, and counts. */
    static final class Manual implements Disposable {

        final AtomicInteger subscriptions = new AtomicInteger();
        final AtomicInteger disposals = new AtomicInteger();
        RuntimeException thrownByDispose;

        /** Whether the observer gets this before the test says so. */
        boolean isEager = true;

        private Consumer<Disposable> onSubscribe;
        private Consumer<String> onValue;
        private Consumer<Throwable> onError;

        void begin(Consumer<Disposable> accept, Consumer<String> value, Consumer<Throwable> error) {
            subscriptions.incrementAndGet();
            onSubscribe = accept;
            onValue = value;
            onError = error;
            if (isEager) {
                accept();
            }
        }

        void accept() {
            onSubscribe.accept(this);
        }

        void value(String value) {
            onValue.accept(value);
        }

        void error(Throwable cause) {
            onError.accept(cause);
        }

        @Override
        public void dispose() {
            disposals.incrementAndGet();
            if (thrownByDispose != null) {
                throw thrownByDispose;
            }
        }

        @Override
        public boolean isDisposed() {
            return disposals.get() > 0;
        }
    }
}
