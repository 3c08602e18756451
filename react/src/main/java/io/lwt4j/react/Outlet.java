package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Hooks.Registration;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

/** What a subscriber to an event or a signal holds, and what observes that for it. */
abstract class Outlet<A extends @Nullable Object> extends Node
        implements Flow.Subscription, Deliveries.Receiver, Runnable {

    /* Overview. The node is told, as any observer, in the middle of a step. It passes on what it
     * has been told to the Deliveries of the graph, and from there it gets it back when the graph
     * is at rest. Only then are there signals to the subscriber: so it never sees the middle of a
     * step, may do anything, and is never called while it is being called.
     *
     * request() and cancel() may be called on any thread. They note what is wanted, in `requested`,
     * `illegal` and `cancelled`. On the loop it is acted upon at once, or, for signals, when the
     * graph is at rest; from elsewhere one task is sent for all that is wanted before it runs.
     *
     * `requested` is the sum of all that was ever asked for, so that a signal costs no more than a
     * look at it.
     */

    /** Says that something may have become possible. */
    static final Object WAKE = new Object();

    /** Says that what is observed has been stopped; it may still have occurred in that step. */
    static final Object STOPPING = new Object();

    /** Says that what is observed has been stopped, and all that it did has been told. */
    static final Object STOP = new Object();

    @SuppressWarnings("rawtypes") // there is no class literal of a type with arguments
    private static final AtomicLongFieldUpdater<Outlet> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(Outlet.class, "requested");

    final Node input;
    final Graph home;
    private final EventLoop loop;
    private volatile long requested;
    private final AtomicBoolean sent = new AtomicBoolean();
    private volatile boolean cancelled;

    /** What was asked for against the rules; else 1. */
    private volatile long illegal = 1;

    /** Null once nothing more is to be told. */
    Flow.@Nullable Subscriber<? super A> subscriber;

    private @Nullable Registration closing;

    /** How much of `requested` has been met. */
    private long emitted;

    /** A WAKE is on its way. */
    private boolean woken;

    /** There will be no more than what is known. */
    private boolean ended;

    /** Why, if it is an error. */
    private @Nullable Throwable cause;

    Outlet(Node input, Graph home, EventLoop loop, Flow.Subscriber<? super A> subscriber) {
        super(input.graph, OBSERVER | KEPT);
        this.input = input;
        this.home = home;
        this.loop = loop;
        this.subscriber = subscriber;
    }

    /* ---- Beginning ---- */

    /** Observes, and tells the subscriber of this; on the loop. */
    final void begin() {
        home.check();
        if (loop.isClosed()) {
            throw new RejectedExecutionException(loop + " is closed");
        }
        closing = loop.onClose(() -> refuse(new RejectedExecutionException(loop + " is closed")));
        home.deliveries.runFirst(() -> {
            observe();
            try {
                requireNonNull(subscriber).onSubscribe(this);
            } catch (Throwable t) {
                broken(t);
            }
        });
    }

    private void observe() {
        Graph here = input.graph;
        if (here == null || input.is(STOPPED)) {
            inputStopped();
        } else {
            input.flags |= HEARD;
            here.activate(this);
        }
    }

    @Override
    @Nullable
    final Node input() {
        return input;
    }

    @Override
    final boolean fail(Throwable failure) {
        return false;
    }

    /** What is observed has been stopped. */
    final void inputStopped() {
        home.deliveries.add(this, STOPPING);
    }

    /* ---- What the subscriber wants, on any thread ---- */

    @Override
    public final void request(long n) {
        if (n <= 0) {
            illegal = n;
        } else {
            REQUESTED.accumulateAndGet(this, n, Outlet::add);
        }
        if (!loop.isCurrent()) {
            send();
        } else if (n <= 0 || hasWaiting()) {
            wake();
        }
    }

    private static long add(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    @Override
    public final void cancel() {
        cancelled = true;
        if (loop.isCurrent()) {
            release();
        } else {
            send();
        }
    }

    private void send() {
        if (!sent.getAndSet(true)) {
            try {
                loop.execute(this);
            } catch (RejectedExecutionException closed) {
                // The loop has told the subscriber.
            }
        }
    }

    /** Does what is wanted from elsewhere. */
    @Override
    public final void run() {
        sent.set(false);
        if (cancelled) {
            release();
        } else {
            wake();
        }
    }

    /** Looks, when the graph is at rest, whether there is anything to do. */
    final void wake() {
        if (!woken && subscriber != null) {
            woken = true;
            home.deliveries.add(this, WAKE);
        }
        home.deliveries.runIfAtRest();
    }

    /* ---- What there is to tell; the graph is at rest ---- */

    @Override
    public final void deliver(@Nullable Object what) {
        if (what == WAKE) {
            woken = false;
            if (illegal <= 0) {
                refuse(new IllegalArgumentException("request(" + illegal
                        + "): a subscriber must ask for a positive number of elements (rule 3.9)"));
            } else {
                emit();
            }
        } else if (what == STOPPING) {
            home.deliveries.add(this, STOP);
        } else if (what == STOP) {
            end(null);
        } else {
            occurred(what);
        }
    }

    /** The input has occurred. */
    abstract void occurred(@Nullable Object occurrence);

    /** Tells what is known and wanted. */
    abstract void emit();

    /** Whether something is known that is waiting to be wanted. */
    abstract boolean hasWaiting();

    /** Lets go of what will not be told. */
    abstract void discard();

    final boolean isOpen() {
        return subscriber != null && !cancelled;
    }

    final boolean isEnded() {
        return ended;
    }

    final boolean isWanted() {
        return emitted < requested;
    }

    final void next(A element) {
        Flow.Subscriber<? super A> told = subscriber;
        if (told != null) {
            emitted++;
            try {
                told.onNext(element);
            } catch (Throwable t) {
                broken(t);
            }
        }
    }

    /** There will be no more than what is known. */
    final void end(@Nullable Throwable reason) {
        if (!ended) {
            ended = true;
            cause = reason;
            stopObserving();
            emit();
        }
    }

    /** Tells of the end if nothing else is left to be told. */
    final void endIfDue() {
        if (ended && isOpen() && !hasWaiting()) {
            Throwable reason = cause;
            if (reason == null) {
                Flow.Subscriber<? super A> told = requireNonNull(subscriber);
                release();
                try {
                    told.onComplete();
                } catch (Throwable t) {
                    broken(t);
                }
            } else {
                refuse(reason);
            }
        }
    }

    /** Tells of an error, whatever else there may be. */
    final void refuse(Throwable reason) {
        Flow.Subscriber<? super A> told = subscriber;
        release();
        // What was kept may have gone to somebody who has cancelled.
        if (told != null && !cancelled) {
            try {
                told.onError(reason);
            } catch (Throwable t) {
                broken(t);
            }
        }
    }

    /** A subscriber must not throw (rule 2.13): it hears no more, and the handler does. */
    private void broken(Throwable thrown) {
        release();
        home.strangerFailed(thrown);
    }

    /** Lets go of the subscriber and of what is observed. */
    private void release() {
        if (subscriber != null) {
            subscriber = null;
            if (closing != null) {
                closing.close();
                closing = null;
            }
            stopObserving();
            discard();
        }
    }

    private void stopObserving() {
        if (graph != null) {
            graph.stop(this, false);
        }
    }
}
