package io.lwt4j.interop.rx;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CancelPolicy;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.reactivex.rxjava3.observers.BaseTestConsumer;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.subscribers.TestSubscriber;

import java.util.List;
import java.util.function.Supplier;

/** The ways out of a promise, for tests that hold for all of them. */
enum Outward {
    SINGLE(true) {
        @Override
        Source of(Promise<String> promise, CancelPolicy policy) {
            var rx = RxJava3Bridge.toSingle(promise, policy);
            return () -> probe(rx.test());
        }

        @Override
        Source defer(EventLoop loop, Supplier<Promise<String>> supplier) {
            var rx = RxJava3Bridge.deferSingle(loop, supplier);
            return () -> probe(rx.test());
        }
    },
    MAYBE(true) {
        @Override
        Source of(Promise<String> promise, CancelPolicy policy) {
            var rx = RxJava3Bridge.toMaybe(promise, policy);
            return () -> probe(rx.test());
        }

        @Override
        Source defer(EventLoop loop, Supplier<Promise<String>> supplier) {
            var rx = RxJava3Bridge.deferMaybe(loop, supplier);
            return () -> probe(rx.test());
        }
    },
    COMPLETABLE(false) {
        @Override
        Source of(Promise<String> promise, CancelPolicy policy) {
            var rx = RxJava3Bridge.toCompletable(promise, policy);
            return () -> probe(rx.test());
        }

        @Override
        Source defer(EventLoop loop, Supplier<Promise<String>> supplier) {
            var rx = RxJava3Bridge.deferCompletable(loop, supplier);
            return () -> probe(rx.test());
        }
    },
    FLOWABLE(true) {
        @Override
        Source of(Promise<String> promise, CancelPolicy policy) {
            var rx = policy == CancelPolicy.CANCEL
                    ? RxJava3Bridge.toFlowable(promise)
                    : RxJava3Bridge.toMaybe(promise, policy).toFlowable();
            return () -> probe(rx.test());
        }

        @Override
        Source defer(EventLoop loop, Supplier<Promise<String>> supplier) {
            var rx = RxJava3Bridge.deferMaybe(loop, supplier).toFlowable();
            return () -> probe(rx.test());
        }
    },
    OBSERVABLE(true) {
        @Override
        Source of(Promise<String> promise, CancelPolicy policy) {
            var rx = RxJava3Bridge.toMaybe(promise, policy).toObservable();
            return () -> probe(rx.test());
        }

        @Override
        Source defer(EventLoop loop, Supplier<Promise<String>> supplier) {
            var rx = RxJava3Bridge.deferMaybe(loop, supplier).toObservable();
            return () -> probe(rx.test());
        }
    };

    private final boolean hasValue;

    Outward(boolean hasValue) {
        this.hasValue = hasValue;
    }

    abstract Source of(Promise<String> promise, CancelPolicy policy);

    abstract Source defer(EventLoop loop, Supplier<Promise<String>> supplier);

    /** What is to be expected of a promise of a value. */
    String[] expected(String value) {
        return hasValue ? new String[] {value} : new String[0];
    }

    /** Something to subscribe to. */
    interface Source {
        Probe subscribe();
    }

    /** A subscriber, and the way to dispose of its subscription. */
    record Probe(BaseTestConsumer<?, ?> seen, Runnable cancel) {

        void dispose() {
            cancel.run();
        }

        void saw(String... values) {
            seen.assertComplete().assertNoErrors();
            assertThat(seen.values()).isEqualTo(List.of(values));
        }

        void sawError(Throwable cause) {
            seen.assertError(error -> error == cause).assertNoValues().assertNotComplete();
        }

        void sawError(Class<? extends Throwable> type) {
            seen.assertError(type).assertNoValues().assertNotComplete();
        }

        void sawNothing() {
            seen.assertEmpty();
        }
    }

    private static Probe probe(TestObserver<?> observer) {
        return new Probe(observer, observer::dispose);
    }

    private static Probe probe(TestSubscriber<?> subscriber) {
        return new Probe(subscriber, subscriber::cancel);
    }
}
