package io.lwt4j.interop.reactor;

import static java.util.Objects.requireNonNull;

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
     *
     * `upstream` is the subscription until the source has ended (ENDED) or been cancelled; so a
     * source whose end is on its way to the loop is not cancelled any more.
     */

    private static final Subscription ENDED = Operators.emptySubscription();

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

    @SuppressWarnings("NullAway") // Takes T for non-null, except in its JSpecify mode.
    static <T> Promise<@Nullable T> promise(Mono<T> mono) {
        if (mono instanceof Fuseable.ScalarCallable<?>) {
            try {
                return Promise.of(known(mono));
            } catch (Throwable t) {
                // Subscribers are told it as it is, which may not be what is thrown.
            }
        }
        MonoSettler<T> settler = new MonoSettler<>();
        mono.subscribe(settler);
        return settler.promise();
    }

    @SuppressWarnings("unchecked") // a scalar mono of T calls for a T
    private static <T> @Nullable T known(Mono<T> mono) throws Exception {
        return ((Fuseable.ScalarCallable<T>) mono).call();
    }

    @Override
    public Context currentContext() {
        return context;
    }

    /* ---- Signals ---- */

    @Override
    public void onSubscribe(Subscription subscription) {
        requireNonNull(subscription, "subscription");
        if (replaceUpstream(null, subscription)) {
            subscription.request(Long.MAX_VALUE);
        } else {
            cancel(subscription);
        }
    }

    @Override
    public void onNext(T element) {
        requireNonNull(element, "element");
        if (done) {
            Operators.onNextDropped(element, context);
        } else if (isCancelled()) {
            Operators.onDiscard(element, context);
        } else if (!keep(element)) {
            Operators.onNextDropped(element, context);
        } else if (isCancelled()) {
            discardValue();
        }
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // only elements are put there, if any
    public void onComplete() {
        if (!done) {
            ended();
            succeed((T) takeValue());
        }
    }

    @Override
    public void onError(Throwable cause) {
        requireNonNull(cause, "cause");
        if (done) {
            Operators.onErrorDropped(cause, context);
            return;
        }
        ended();
        discardValue();
        fail(cause);
    }

    private void ended() {
        done = true;
        Subscription source = upstream;
        if (source != Operators.cancelledSubscription()) {
            replaceUpstream(source, ENDED);
        }
    }

    @SuppressWarnings("NullAway") // an updater takes null, and does not say so
    private boolean replaceUpstream(@Nullable Subscription from, Subscription to) {
        return UPSTREAM.compareAndSet(this, from, to);
    }

    @SuppressWarnings("NullAway") // an updater takes null, and does not say so
    private boolean keep(T element) {
        return VALUE.compareAndSet(this, null, element);
    }

    @SuppressWarnings("NullAway") // an updater takes null, and does not say so
    private @Nullable Object takeValue() {
        return VALUE.getAndSet(this, null);
    }

    private boolean isCancelled() {
        return upstream == Operators.cancelledSubscription();
    }

    private boolean discardValue() {
        Object kept = takeValue();
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
        Subscription source;
        do {
            source = upstream;
            if (source == ENDED) {
                return;
            }
        } while (!replaceUpstream(source, Operators.cancelledSubscription()));
        try {
            if (source != null) {
                cancel(source);
            }
        } finally {
            discardValue();
        }
    }

    private void cancel(Subscription source) {
        try {
            source.cancel();
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
