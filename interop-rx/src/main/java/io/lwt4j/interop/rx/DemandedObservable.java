package io.lwt4j.interop.rx;

import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Observer;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.exceptions.MissingBackpressureException;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An {@code Observable} for those subscribers of core that take no more than they have asked for.
 * RxJava's own operators for this lose an error that comes after a cancellation.
 *
 * @param kind what becomes of the other elements
 */
record DemandedObservable<T>(Observable<T> source, Kind kind) implements Flow.Publisher<T> {

    /** What becomes of elements that nobody has asked for. */
    enum Kind {
        DROP,
        LATEST,
        ERROR
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        source.subscribe(
                kind == Kind.LATEST
                        ? new Latest<T>(subscriber)
                        : new Receiver<T>(subscriber, kind == Kind.ERROR));
    }

    /** Passes on what is asked for. What is late is the subscriber's to see to. */
    private static class Receiver<T> implements Observer<T>, Flow.Subscription {

        final Flow.Subscriber<? super T> subscriber;
        final AtomicLong demand = new AtomicLong();
        private final boolean fails;
        private final Upstream upstream = new Upstream();

        Receiver(Flow.Subscriber<? super T> subscriber, boolean fails) {
            this.subscriber = subscriber;
            this.fails = fails;
        }

        @Override
        public final void onSubscribe(Disposable disposable) {
            if (upstream.accept(disposable)) {
                subscriber.onSubscribe(this);
            }
        }

        /** Whether somebody wants an element, who gets one now. */
        final boolean claim() {
            return demand.getAndUpdate(n -> n == 0 || n == Long.MAX_VALUE ? n : n - 1) > 0;
        }

        @Override
        public void onNext(T element) {
            if (claim()) {
                subscriber.onNext(element);
            } else if (fails && !upstream.isOver()) {
                upstream.dispose();
                subscriber.onError(new MissingBackpressureException(
                        "RxJava3Bridge.toPullStream: there is no room for another element"));
            }
        }

        @Override
        public final void onError(Throwable cause) {
            upstream.end();
            end(cause);
        }

        @Override
        public final void onComplete() {
            upstream.end();
            end(null);
        }

        void end(@Nullable Throwable cause) {
            if (cause == null) {
                subscriber.onComplete();
            } else {
                subscriber.onError(cause);
            }
        }

        @Override
        public void request(long n) {
            demand.getAndUpdate(before -> before + n < 0 ? Long.MAX_VALUE : before + n);
        }

        @Override
        public void cancel() {
            upstream.dispose();
        }
    }

    /** Keeps the last element until somebody wants one; the end comes behind it. */
    private static final class Latest<T> extends Receiver<T> {

        /* Overview. The source puts into `latest` and `end`, the subscriber into `demand`, each on
         * its own thread, and whoever raises `steps` from 0 does for both what is to be done.
         */

        /** The source has completed. */
        private static final Object COMPLETE = new Object();

        private final AtomicReference<@Nullable T> latest = new AtomicReference<>();

        /** Null, {@link #COMPLETE} or an error; null again when it has been told. */
        private final AtomicReference<@Nullable Object> end = new AtomicReference<>();

        private final AtomicInteger steps = new AtomicInteger();
        private volatile boolean cancelled;

        Latest(Flow.Subscriber<? super T> subscriber) {
            super(subscriber, false);
        }

        @Override
        public void onNext(T element) {
            latest.set(element);
            step();
        }

        @Override
        void end(@Nullable Throwable cause) {
            if (!end.compareAndSet(null, cause == null ? COMPLETE : cause) && cause != null) {
                Late.report(cause);
            }
            step();
        }

        @Override
        public void request(long n) {
            super.request(n);
            step();
        }

        @Override
        public void cancel() {
            cancelled = true;
            super.cancel();
            step();
        }

        private void step() {
            if (steps.getAndIncrement() == 0) {
                int done = 1;
                while (done != 0) {
                    int seen = steps.get();
                    emit();
                    done = steps.addAndGet(-seen);
                }
            }
        }

        private void emit() {
            // The end first: what came before it is there then.
            boolean ended = end.get() != null;
            if (cancelled) {
                latest.set(null);
            } else if (latest.get() != null && claim()) {
                T element = latest.getAndSet(null);
                if (element != null) {
                    subscriber.onNext(element);
                }
            }
            if (ended && latest.get() == null) {
                Object last = end.getAndSet(null);
                if (last instanceof Throwable cause) {
                    subscriber.onError(cause);
                } else if (last != null) {
                    subscriber.onComplete();
                }
            }
        }
    }
}
