package io.lwt4j.interop.reactor;

import io.lwt4j.Promise;
import io.lwt4j.PromiseSettler;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.Fuseable;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/** The promise of a mono. */
final class MonoSettler<T> extends PromiseSettler<@Nullable T>
        implements CoreSubscriber<T>, Scannable {

    /* Overview. The value is kept until onComplete, since whoever emits it may not be through with
     * its work before. If the promise is cancelled in between, on the loop, it belongs to whoever
     * takes it out of `value` first.
     */

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<MonoSettler, Subscription> UPSTREAM =
            AtomicReferenceFieldUpdater.newUpdater(
                    MonoSettler.class, Subscription.class, "upstream");

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<MonoSettler, Object> VALUE =
            AtomicReferenceFieldUpdater.newUpdater(MonoSettler.class, Object.class, "value");

    private final Context context = Contexts.current();

    private volatile @Nullable Subscription upstream;

    @SuppressWarnings("UnusedVariable") // by its updater
    private volatile @Nullable Object value;

    /** Whether the end has been told; for the thread of the signals. */
    private boolean done;

    private MonoSettler() {}

    static <T> Promise<@Nullable T> promise(Mono<T> mono) {
        if (mono instanceof Fuseable.ScalarCallable<?>) {
            return known(mono);
        }
        MonoSettler<T> settler = new MonoSettler<>();
        mono.subscribe(settler);
        return settler.promise();
    }

    /** The outcome of a mono that has it already. */
    @SuppressWarnings("unchecked") // a scalar mono of T calls for a T
    private static <T> Promise<@Nullable T> known(Mono<T> mono) {
        try {
            return Promise.of(((Fuseable.ScalarCallable<T>) mono).call());
        } catch (Throwable t) {
            return Promise.failed(Exceptions.unwrap(t));
        }
    }

    @Override
    public Context currentContext() {
        return context;
    }

    /* ---- Signals ---- */

    @Override
    public void onSubscribe(Subscription subscription) {
        if (Operators.setOnce(UPSTREAM, this, subscription)) {
            subscription.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(T element) {
        if (done) {
            Operators.onNextDropped(element, context);
        } else if (isCancelled()) {
            Operators.onDiscard(element, context);
        } else if (!VALUE.compareAndSet(this, null, element)) {
            Operators.onNextDropped(element, context);
        } else if (isCancelled()) {
            discardValue();
        }
    }

    @Override
    @SuppressWarnings("unchecked") // only elements are put there
    public void onComplete() {
        if (!done) {
            done = true;
            succeed((T) VALUE.getAndSet(this, null));
        }
    }

    @Override
    public void onError(Throwable cause) {
        if (done) {
            Operators.onErrorDropped(cause, context);
            return;
        }
        done = true;
        discardValue();
        // A source that is broken may say null.
        fail(cause == null ? new NullPointerException("onError called with null") : cause);
    }

    private boolean isCancelled() {
        return upstream == Operators.cancelledSubscription();
    }

    private boolean discardValue() {
        Object kept = VALUE.getAndSet(this, null);
        if (kept != null) {
            Operators.onDiscard(kept, context);
        }
        return kept != null;
    }

    /* ---- Cancellation ---- */

    /** Nothing is cancelled after the value: whoever emits it is through. */
    @Override
    protected void cancelSource() {
        if (discardValue()) {
            return;
        }
        try {
            Operators.terminate(UPSTREAM, this);
        } catch (Throwable t) {
            Exceptions.throwIfFatal(t);
            Operators.onErrorDropped(t, context);
        }
    }

    @Override
    protected void dropValue(@Nullable T late) {
        if (late != null) {
            Operators.onDiscard(late, context);
        }
    }

    @Override
    protected void dropError(Throwable cause) {
        Operators.onErrorDropped(cause, context);
    }

    @Override
    @SuppressWarnings("rawtypes") // as it is declared
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.PARENT) {
            return upstream;
        }
        if (key == Attr.CANCELLED) {
            return isCancelled();
        }
        if (key == Attr.TERMINATED) {
            return done;
        }
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }
}
