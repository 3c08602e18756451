package io.lwt4j.interop.rx;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Observer;
import io.reactivex.rxjava3.disposables.Disposable;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What core and react publish as an {@code Observable}, which takes whatever there is: so many
 * elements are asked for at a time, and the loop gets a turn before the next ones.
 */
final class ObservableFromFlow<T> extends Observable<T> {

    /** Asks for all at once. */
    static final long ALL = Long.MAX_VALUE;

    private final Flow.Publisher<T> source;
    private final long batch;

    ObservableFromFlow(Flow.Publisher<T> source, long batch) {
        this.source = source;
        this.batch = batch;
    }

    @Override
    protected void subscribeActual(Observer<? super T> observer) {
        Sender<T> sender = new Sender<>(observer, batch);
        observer.onSubscribe(sender);
        source.subscribe(sender);
    }

    /** Holds the subscription; on the loop but for dispose(). */
    private static final class Sender<T> extends AtomicReference<Flow.@Nullable Subscription>
            implements Flow.Subscriber<T>, Disposable {

        private static final long serialVersionUID = 1L;

        private static final Flow.Subscription OVER = new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
        };

        @SuppressWarnings("serial") // as everywhere in RxJava, nobody writes this down
        private @Nullable Observer<? super T> observer;

        private final long batch;
        private long left;

        Sender(Observer<? super T> observer, long batch) {
            this.observer = observer;
            this.batch = batch;
            this.left = batch;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            if (compareAndSet(null, subscription)) {
                subscription.request(batch);
            } else {
                subscription.cancel();
            }
        }

        @Override
        public void onNext(T element) {
            Observer<? super T> told = observer;
            if (told == null || isDisposed()) {
                return;
            }
            told.onNext(element);
            if (batch != ALL && --left == 0) {
                left = batch;
                EventLoop.pause().onSuccess(turn -> requireNonNull(get()).request(batch));
            }
        }

        @Override
        public void onError(Throwable cause) {
            Observer<? super T> told = end();
            if (told != null) {
                told.onError(cause);
            }
        }

        @Override
        public void onComplete() {
            Observer<? super T> told = end();
            if (told != null) {
                told.onComplete();
            }
        }

        private @Nullable Observer<? super T> end() {
            Observer<? super T> told = getAndSet(OVER) == OVER ? null : observer;
            observer = null;
            return told;
        }

        @Override
        public void dispose() {
            Flow.Subscription subscription = getAndSet(OVER);
            observer = null;
            if (subscription != null) {
                subscription.cancel();
            }
        }

        @Override
        public boolean isDisposed() {
            return get() == OVER;
        }
    }
}
