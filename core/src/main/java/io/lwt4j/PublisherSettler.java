package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;

/** Makes one outcome of the elements of a publisher. */
abstract class PublisherSettler<T, R> extends PromiseSettler<R> implements Flow.Subscriber<T> {

    /* Overview. The publisher signals on its threads, one signal at a time; the promise is
     * cancelled on the loop. The two meet in `over` and `subscription`, under the lock of this.
     * Elements that are kept until the end belong to whoever sets `over`: the last signal, which
     * makes the outcome of them, or the cancellation, which drops them.
     */

    final DropHandler<? super T> dropped;

    private final long demand;

    /** Guarded by this. */
    private Flow.@Nullable Subscription subscription;

    /** Whether nothing is wanted any more; guarded by this. */
    private boolean over;

    private PublisherSettler(DropHandler<? super T> dropped, long demand) {
        this.dropped = requireNonNull(dropped, "dropped");
        this.demand = demand;
    }

    static <T, R> Promise<R> subscribe(
            Flow.Publisher<? extends T> publisher, PublisherSettler<T, R> settler) {
        requireNonNull(publisher, "publisher");
        try {
            // A publisher of something is also one of anything it extends.
            @SuppressWarnings("unchecked")
            Flow.Publisher<T> source = (Flow.Publisher<T>) publisher;
            source.subscribe(settler);
        } catch (Throwable t) {
            if (LoopCore.isFatal(t)) {
                throw t;
            }
            settler.onError(t);
        }
        return settler.promise();
    }

    /** Takes an element before the end, and returns one that is of no use, if there is one. */
    abstract @Nullable T take(T element);

    /** Whether the last element taken was the last one wanted. */
    abstract boolean isEnough();

    /** The outcome of the elements taken. */
    abstract R outcome();

    /** Drops the elements taken, which will not be of use. */
    abstract void dropTaken();

    /* ---- Signals ---- */

    @Override
    public final void onSubscribe(Flow.Subscription newSubscription) {
        requireNonNull(newSubscription, "subscription");
        boolean wanted;
        synchronized (this) {
            wanted = !over && subscription == null;
            if (wanted) {
                subscription = newSubscription;
            }
        }
        if (wanted) {
            newSubscription.request(demand);
        } else {
            newSubscription.cancel();
        }
    }

    @Override
    public final void onNext(T element) {
        requireNonNull(element, "element");
        Flow.Subscription enough = null;
        T useless = element;
        boolean last = false;
        synchronized (this) {
            if (!over) {
                useless = take(element);
                if (isEnough()) {
                    last = true;
                    over = true;
                    enough = subscription;
                    subscription = null;
                }
            }
        }
        // Not under the lock: it may wait for the loop.
        if (useless != null) {
            dropElement(useless);
        }
        if (last) {
            if (enough != null) {
                try {
                    enough.cancel();
                } catch (Throwable t) {
                    loop.report(t);
                }
            }
            finish();
        }
    }

    @Override
    public final void onComplete() {
        if (end()) {
            finish();
        }
    }

    private void finish() {
        R outcome;
        try {
            outcome = outcome();
        } catch (IndexOutOfBoundsException tooMany) {
            dropTaken();
            fail(tooMany);
            return;
        }
        succeed(outcome);
    }

    @Override
    public final void onError(Throwable cause) {
        requireNonNull(cause, "cause");
        if (end()) {
            dropTaken();
            fail(cause);
        } else {
            drop(null, cause);
        }
    }

    /** Whether the outcome was still open; now it is not. */
    private synchronized boolean end() {
        boolean first = !over;
        over = true;
        subscription = null;
        return first;
    }

    /* ---- What is of no use ---- */

    @Override
    protected final void cancelSource() {
        Flow.Subscription cancelled;
        synchronized (this) {
            cancelled = subscription;
            subscription = null;
            if (over) {
                // The outcome is on its way to the loop.
                return;
            }
            over = true;
        }
        try {
            if (cancelled != null) {
                cancelled.cancel();
            }
        } finally {
            dropTaken();
        }
    }

    final void dropElement(T element) {
        try {
            dropped.element(element);
        } catch (Throwable t) {
            loop.report(t);
        }
    }

    /** The outcome came too late, with the elements it is made of. */
    @Override
    protected final void dropValue(R value) {
        dropTaken();
    }

    @Override
    protected final void dropError(Throwable cause) {
        dropped.error(cause);
    }

    /* ---- The kinds ---- */

    /** Keeps one element. */
    abstract static class One<T> extends PublisherSettler<T, Optional<T>> {

        @Nullable
        T kept;

        One(DropHandler<? super T> dropped, long demand) {
            super(dropped, demand);
        }

        @Override
        Optional<T> outcome() {
            return Optional.ofNullable(kept);
        }

        @Override
        void dropTaken() {
            T element = kept;
            kept = null;
            if (element != null) {
                dropElement(element);
            }
        }
    }

    static final class First<T> extends One<T> {

        First(DropHandler<? super T> dropped) {
            super(dropped, 1);
        }

        @Override
        @Nullable
        T take(T element) {
            kept = element;
            return null;
        }

        @Override
        boolean isEnough() {
            return true;
        }
    }

    static final class Last<T> extends One<T> {

        Last(DropHandler<? super T> dropped) {
            super(dropped, Long.MAX_VALUE);
        }

        @Override
        @Nullable
        T take(T element) {
            T former = kept;
            kept = element;
            return former;
        }

        @Override
        boolean isEnough() {
            return false;
        }
    }

    static final class Single<T> extends One<T> {

        private boolean tooMany;

        Single(DropHandler<? super T> dropped) {
            super(dropped, Long.MAX_VALUE);
        }

        @Override
        @Nullable
        T take(T element) {
            if (kept == null) {
                kept = element;
                return null;
            }
            tooMany = true;
            return element;
        }

        @Override
        boolean isEnough() {
            return tooMany;
        }

        @Override
        Optional<T> outcome() {
            if (tooMany) {
                throw new IndexOutOfBoundsException(
                        "the publisher emitted a second element, where one at most is allowed; take"
                                + " the first one, the last one or a list of them");
            }
            return super.outcome();
        }
    }

    static final class All<T> extends PublisherSettler<T, List<T>> {

        private final int limit;
        private final List<T> elements = new ArrayList<>();
        private boolean tooMany;

        All(DropHandler<? super T> dropped, int limit) {
            super(dropped, Long.MAX_VALUE);
            this.limit = limit;
        }

        @Override
        @Nullable
        T take(T element) {
            if (elements.size() < limit) {
                elements.add(element);
                return null;
            }
            tooMany = true;
            return element;
        }

        @Override
        boolean isEnough() {
            return tooMany;
        }

        @Override
        List<T> outcome() {
            if (tooMany) {
                throw new IndexOutOfBoundsException("the publisher emitted more than " + limit
                        + " elements; raise the limit, or read them from a stream");
            }
            return elements;
        }

        @Override
        void dropTaken() {
            elements.forEach(this::dropElement);
            elements.clear();
        }
    }
}
