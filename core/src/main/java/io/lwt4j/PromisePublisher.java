package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

/** A promise as a publisher of one element, or none if the value is null. */
final class PromisePublisher<T extends @Nullable Object> implements Flow.Publisher<T> {

    private final PromiseOutlet<T> outlet;

    PromisePublisher(PromiseOutlet<T> outlet) {
        this.outlet = outlet;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        new Subscription<T>(requireNonNull(subscriber, "subscriber")).begin(outlet);
    }

    /**
     * Waits for a value and for somebody to want it, whichever comes first; `state` says which one
     * did.
     */
    private static final class Subscription<T extends @Nullable Object> extends PromiseFollower<T>
            implements Flow.Subscription {

        private static final int NEW = 0;
        private static final int WANTED = 1;
        private static final int READY = 2;
        private static final int OVER = 3;

        private final AtomicInteger state = new AtomicInteger(NEW);
        private Flow.@Nullable Subscriber<? super T> subscriber;
        private @Nullable T value;

        Subscription(Flow.Subscriber<? super T> subscriber) {
            this.subscriber = subscriber;
        }

        void begin(PromiseOutlet<T> outlet) {
            requireNonNull(subscriber).onSubscribe(this);
            follow(outlet);
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                onLoop(() -> {
                    if (state.get() != OVER && !isAbandoned()) {
                        abandon();
                        end(new IllegalArgumentException("request(" + n + "): a subscriber must ask"
                                + " for a positive number of elements (rule 3.9)"));
                    }
                });
            } else if (!state.compareAndSet(NEW, WANTED) && state.compareAndSet(READY, OVER)) {
                onLoop(this::emit);
            }
        }

        @Override
        public void cancel() {
            abandon();
            if (state.getAndSet(OVER) == READY) {
                value = null;
            }
            subscriber = null;
        }

        @Override
        protected void onValue(T result) {
            if (result == null) {
                state.set(OVER);
                Flow.Subscriber<? super T> told = subscriber;
                if (told != null) {
                    told.onComplete();
                }
                return;
            }
            value = result;
            if (!state.compareAndSet(NEW, READY) && state.compareAndSet(WANTED, OVER)) {
                emit();
            }
        }

        private void emit() {
            Flow.Subscriber<? super T> told = subscriber;
            T element = value;
            value = null;
            if (told != null && element != null && !isAbandoned()) {
                told.onNext(element);
                if (!isAbandoned()) {
                    told.onComplete();
                }
            }
        }

        @Override
        protected void onError(Throwable cause) {
            state.set(OVER);
            end(cause);
        }

        private void end(Throwable cause) {
            Flow.Subscriber<? super T> told = subscriber;
            subscriber = null;
            if (told != null) {
                told.onError(cause);
            }
        }
    }
}
