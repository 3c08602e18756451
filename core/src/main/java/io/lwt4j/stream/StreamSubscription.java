package io.lwt4j.stream;

import static java.util.Objects.requireNonNull;

import io.lwt4j.DropHandler;
import io.lwt4j.EventLoop;
import io.lwt4j.Hooks.Registration;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/** What a subscriber to a stream holds: every element it asks for is one read. */
final class StreamSubscription<T> implements Flow.Subscription, Receiver {

    /* Overview. request() and cancel() may be called on any thread. They note what is wanted, in
     * `demand` and `cancelled`, and see to it that emit() runs on the loop, which does the rest.
     * Whoever raises `demand` from 0 has to do that. Until emit() has brought it back to 0 it is
     * running, waiting for an element, or on its way to the loop, so that others need only add;
     * this is also why a request from inside of onNext does not nest.
     *
     * emit() reads ahead of nothing: an element is read when it is wanted and not before, and there
     * is never more than one read that waits. Reads have the promise-local values of the place
     * where the subscriber subscribed.
     */

    private final Cursor stream;
    private final EventLoop loop;
    private final PromiseLocal.Snapshot values = PromiseLocal.capture();

    /** Takes an element that was read, but is not wanted any more. */
    private final @Nullable DropHandler<? super T> dropped;

    private final AtomicLong demand = new AtomicLong();
    private volatile boolean cancelled;

    /** Null once nothing more is to be told. */
    private Flow.@Nullable Subscriber<? super T> subscriber;

    /** How much of `demand` has been met. */
    private long emitted;

    /** Follows the end of the stream, which is told also to who asks for nothing more. */
    private @Nullable Promise<?> end;

    /** The read that waits. */
    private @Nullable Promise<Object> waiting;

    private @Nullable Registration exit;

    /** Whether onNext is running; nothing is told before it has returned (rule 1.3). */
    private boolean telling;

    /** What went wrong meanwhile. */
    private @Nullable Throwable failure;

    @SuppressWarnings("unchecked") // what it may be told, it may be given
    StreamSubscription(Cursor stream, EventLoop loop, Flow.Subscriber<? super T> subscriber) {
        this.stream = stream;
        this.loop = loop;
        this.subscriber = subscriber;
        this.dropped = subscriber instanceof DropHandler<?> handler
                ? (DropHandler<? super T>) handler
                : null;
    }

    /** Tells the subscriber of this; on the loop. */
    void begin() {
        if (loop.isClosed()) {
            throw new RejectedExecutionException(loop + " is closed");
        }
        values.run(() -> {
            start();
            return this;
        });
    }

    private void start() {
        exit = loop.onClose(() -> fail(new RejectedExecutionException(loop + " is closed")));
        Flow.Subscriber<? super T> told = requireNonNull(subscriber);
        tell(() -> told.onSubscribe(this));
        if (subscriber == null) {
            return;
        }
        try {
            end = stream.whenOver().shielded();
            end.onSuccess(unused -> endIfThere());
        } catch (Throwable t) {
            fail(t);
        }
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            onLoop(() -> fail(new IllegalArgumentException("request(" + n
                    + "): a subscriber must ask for a positive number of elements (rule 3.9)")));
        } else if (demand.getAndAccumulate(n, StreamSubscription::add) == 0) {
            onLoop(this::resume);
        }
    }

    private static long add(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    @Override
    public void cancel() {
        cancelled = true;
        onLoop(this::release);
    }

    private void onLoop(Runnable step) {
        if (loop.isCurrent()) {
            step.run();
            return;
        }
        try {
            loop.execute(step);
        } catch (RejectedExecutionException closed) {
            // The hook for the end of the loop has told the subscriber.
        }
    }

    private void resume() {
        values.run(() -> {
            emit();
            return this;
        });
    }

    /** Reads and hands over what is wanted; goes on by itself when it has to wait. */
    private void emit() {
        stream.disconnect();
        stream.source.draining(true);
        try {
            drain();
        } finally {
            stream.source.draining(false);
        }
    }

    private void drain() {
        while (subscriber != null && !cancelled) {
            if (emitted == demand.get()) {
                long left = demand.addAndGet(-emitted);
                emitted = 0;
                if (left == 0) {
                    endIfThere();
                    return;
                }
            }
            Object item;
            try {
                item = stream.take();
                if (item == null) {
                    if (stream.connect(this)) {
                        return;
                    }
                    await();
                    return;
                }
            } catch (Throwable t) {
                fail(t);
                return;
            }
            next(item);
        }
        if (cancelled) {
            release();
        }
    }

    @Override
    public boolean receive(Object element) {
        if (cancelled) {
            return false;
        }
        if (values.isInForce()) {
            pass(element);
        } else {
            values.run(() -> {
                pass(element);
                return this;
            });
        }
        return true;
    }

    private void pass(Object element) {
        // Who is being told does not wait: what comes meanwhile is there for whoever reads.
        stream.disconnect();
        next(element);
        boolean goesOn = emitted != demand.get() && subscriber != null && stream.connect(this);
        if (subscriber != null && !goesOn) {
            emit();
        }
    }

    @Override
    public void disconnected() {
        stream.disconnect();
        values.run(() -> {
            await();
            return this;
        });
    }

    /** Waits as every reader does. */
    private void await() {
        waiting = stream.takeLater();
        waiting.onAny(this::arrived, this::failed);
    }

    /** Tells the end if it is next. */
    private void endIfThere() {
        if (subscriber == null || telling || waiting != null) {
            return;
        }
        End next;
        try {
            next = stream.endIfThere();
        } catch (Throwable t) {
            fail(t);
            return;
        }
        if (next != null) {
            next(next);
        }
    }

    private void arrived(Object item) {
        waiting = null;
        next(item);
        emit();
    }

    private void failed(Throwable cause) {
        if (waiting != null) {
            waiting = null;
            fail(cause);
        }
    }

    /* ---- Signals ---- */

    @SuppressWarnings("unchecked") // an item that is not the end is an element
    private void next(Object item) {
        Flow.Subscriber<? super T> told = subscriber;
        if (told == null || cancelled) {
            drop(item);
        } else if (item instanceof End end) {
            Throwable cause = end.cause();
            release();
            tell(() -> end(told, cause));
        } else {
            emitted++;
            telling = true;
            try {
                told.onNext((T) item);
            } catch (Throwable t) {
                broken(t);
            } finally {
                telling = false;
            }
            if (failure != null) {
                fail(failure);
            }
        }
    }

    @SuppressWarnings("unchecked") // an item that is not the end is an element
    private void drop(Object item) {
        DropHandler<? super T> handler = dropped;
        if (item instanceof End) {
            Source.unheard(item);
        } else if (handler != null) {
            Later.guarded(() -> handler.element((T) item));
        }
    }

    private static void end(Flow.Subscriber<?> told, @Nullable Throwable cause) {
        if (cause == null) {
            told.onComplete();
        } else {
            told.onError(cause);
        }
    }

    private void fail(Throwable cause) {
        if (telling) {
            failure = cause;
            return;
        }
        Flow.Subscriber<? super T> told = subscriber;
        release();
        if (told != null && !cancelled) {
            tell(() -> told.onError(cause));
        }
    }

    private void tell(Runnable signal) {
        try {
            signal.run();
        } catch (Throwable t) {
            broken(t);
        }
    }

    /** A subscriber must not throw (rule 2.13): it hears no more, and the loop's handler does. */
    private void broken(Throwable thrown) {
        release();
        Later.report(thrown);
    }

    /** Lets go of the stream and of the subscriber. */
    private void release() {
        subscriber = null;
        if (end != null) {
            end.cancel();
            end = null;
        }
        Promise<Object> read = waiting;
        waiting = null;
        if (read != null) {
            read.cancel();
        }
        if (exit != null) {
            exit.close();
            exit = null;
        }
        // It is refused if the stream belongs to another loop.
        Later.guarded(stream::leave);
    }
}
