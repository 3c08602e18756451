package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import io.lwt4j.DropHandler;
import io.lwt4j.EventLoop;
import io.lwt4j.Hooks.Registration;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Subscribes to a publisher, and has an event or a signal follow it. */
abstract class Inlet<A> implements Flow.Subscriber<A>, Deliveries.Receiver {

    /* Overview. What comes on the loop takes effect at once: an element makes a step, or is part of
     * the next one where one is running; the end, and what is asked of the publisher, wait until
     * the graph is at rest. What comes on other threads goes into `signals`, and Inlets has this
     * take one at a time out of it; while there is something in it, what comes on the loop goes
     * there, too.
     *
     * It ends once: by a signal, or because it is cancelled, through `done`, by stopping the node,
     * or by the loop. Whichever comes first does what there is to do for the others.
     */

    /** A publisher has accepted this. */
    private record Begun(Flow.Subscription subscription) {}

    /** A publisher has ended. */
    private record Ended(@Nullable Throwable cause) {}

    /** Says that what is owed can be asked for. */
    private static final Object OWED = new Object();

    final Inlets inlets;
    private final int window;
    private final DropHandler<? super A> late;
    private final Node node;

    /** What came on other threads. */
    private final Queue<Object> signals = new ConcurrentLinkedQueue<>();

    /** Whether {@link Inlets} knows that there are some. */
    private final AtomicBoolean listed = new AtomicBoolean();

    /** What is to be part of the step that {@link Inlets} puts together. */
    private @Nullable Object pending;

    /** This has changed in that step. */
    private boolean changed;

    private @Nullable Resolver<@Nullable Void> done;
    private Flow.@Nullable Subscription subscription;
    private @Nullable Registration closing;

    /** Elements whose steps are over, and for which no others have been asked. */
    private int consumed;

    private long owed;
    private boolean owing;

    /** The end has come, and waits for the graph to be at rest. */
    private boolean ending;

    private boolean over;
    private boolean cancelled;

    /**
     * Whether signals are refused where they come, since the loop is closed. A task that is still
     * at work must not take what comes behind a refused one: nothing occurs behind a gap.
     */
    private volatile boolean refusing;

    Inlet(Inlets inlets, int window, DropHandler<? super A> late, Node node) {
        this.inlets = inlets;
        this.window = window;
        this.late = requireNonNull(late, "late");
        this.node = node;
    }

    /** Has the node change, in a step of its own or the one that is being put together. */
    abstract void put(A element);

    /** The step of an element is over. */
    void told() {}

    /** The end has come, and nobody has a promise of it. */
    void endedEarly(@Nullable Throwable cause) {}

    /** This has been cancelled, and nobody has a promise of its end. */
    void cancelledEarly() {}

    /* ---- Beginning and ending, on the loop ---- */

    /** Subscribes, and returns the promise of the end. */
    final Promise<@Nullable Void> follow(Flow.Publisher<? extends A> publisher) {
        // First, for it may end at once.
        Promise<@Nullable Void> end = done();
        begin(publisher);
        return end;
    }

    final void begin(Flow.Publisher<? extends A> publisher) {
        EventLoop loop = inlets.loop;
        if (loop.isClosed()) {
            throw new RejectedExecutionException(loop + " is closed");
        }
        inlets.graph.adopt(node);
        node.flags |= Node.HEARD;
        node.extras().onStop = this::cancel;
        closing = loop.onClose(this::loopClosed);
        try {
            publisher.subscribe(this);
        } catch (Throwable t) {
            if (!over) {
                end(t);
            } else if (!Graph.isFatal(t)) {
                inlets.graph.handle(t);
            }
            if (Graph.isFatal(t)) {
                throw t;
            }
        }
    }

    /** The promise of the end. */
    final Promise<@Nullable Void> done() {
        Resolver<@Nullable Void> resolver = done;
        if (resolver == null) {
            resolver = Resolver.cancellable(inlets.loop);
            resolver.promise().onCancel(this::cancel);
            done = resolver;
        }
        return resolver.promise();
    }

    final void cancel() {
        if (over) {
            return;
        }
        cancelled = true;
        Flow.Subscription source = release();
        if (source != null) {
            inlets.graph.outside(source::cancel);
        }
        inlets.graph.stop(node, false);
        if (done != null) {
            done.promise().cancel();
        } else {
            cancelledEarly();
        }
    }

    private void end(@Nullable Throwable cause) {
        // There is nothing to be cancelled any more (rule 2.3).
        release();
        inlets.graph.stop(node, false);
        if (done == null) {
            endedEarly(cause);
        } else if (cause == null) {
            done.resolve(Node.<@Nullable Void>cast(null));
        } else {
            done.reject(cause);
        }
    }

    /** Ends this, and returns the subscription there is. */
    private Flow.@Nullable Subscription release() {
        over = true;
        Flow.Subscription source = subscription;
        subscription = null;
        node.extras().onStop = null;
        if (closing != null) {
            closing.close();
            closing = null;
        }
        return source;
    }

    /** What comes now would stay unheard. */
    private void loopClosed() {
        cancel();
        refuseSignals();
    }

    private void refuseSignals() {
        refusing = true;
        for (Object received = signals.poll(); received != null; received = signals.poll()) {
            if (received instanceof Begun begun) {
                tryTo(begun.subscription()::cancel);
            } else {
                refuse(received);
            }
        }
    }

    private void refuse(Object received) {
        if (!(received instanceof Ended ended)) {
            tryTo(() -> late.element(Node.cast(received)));
            return;
        }
        Throwable cause = ended.cause();
        // That one is the answer to our own cancellation.
        if (cause != null && !(cancelled && cause instanceof CancellationException)) {
            tryTo(() -> late.error(cause));
        }
    }

    /** Calls what must not throw, here or, if the loop is closed, elsewhere. */
    private void tryTo(Runnable call) {
        if (inlets.loop.isCurrent()) {
            inlets.graph.outside(call);
        } else {
            try {
                call.run();
            } catch (Throwable t) {
                Graph.log("A publisher, or the handler of what comes too late, failed", t);
            }
        }
    }

    /* ---- Signals, on any thread ---- */

    @Override
    public final void onSubscribe(Flow.Subscription accepted) {
        receive(new Begun(requireNonNull(accepted, "subscription")));
    }

    @Override
    public final void onNext(A element) {
        receive(requireNonNull(element, "element"));
    }

    @Override
    public final void onError(Throwable cause) {
        receive(new Ended(requireNonNull(cause, "cause")));
    }

    @Override
    public final void onComplete() {
        receive(new Ended(null));
    }

    private void receive(Object received) {
        EventLoop loop = inlets.loop;
        if (loop.isCurrent()) {
            if (signals.isEmpty()) {
                take(received);
            } else {
                signals.add(received);
                inlets.takeAll();
            }
            return;
        }
        signals.add(received);
        if (!listed.getAndSet(true)) {
            inlets.list(this);
        }
        if (loop.isClosed()) {
            // The task may come too late, and the loop has cancelled what it knew of.
            refuseSignals();
        }
    }

    /* ---- What Inlets does with them ---- */

    /** Takes what does not need a step, and the element for the next one; whether there is any. */
    final boolean prepare() {
        if (pending != null) {
            // A fatal error has kept it from being put.
            return true;
        }
        for (Object first = signals.peek(); first != null; first = signals.peek()) {
            if (first instanceof Ended && !over && !refusing) {
                return false;
            }
            first = signals.poll();
            if (first == null) {
                return false;
            }
            if (first instanceof Begun || first instanceof Ended || isRefused()) {
                take(first);
            } else {
                pending = first;
                return true;
            }
        }
        return false;
    }

    /** Has the node change to the element that was taken. */
    final void putPending() {
        Object element = pending;
        pending = null;
        if (element != null) {
            if (over) {
                refuse(element);
            } else {
                changed = true;
                tryToPut(Node.cast(element));
            }
        }
    }

    /** The step is over; takes the end if it comes next. */
    final void finish() {
        if (changed) {
            changed = false;
            afterStep();
        }
        if (signals.peek() instanceof Ended) {
            Object end = signals.poll();
            if (end != null) {
                take(end);
            }
        }
    }

    /** Whether there is more; if not, this has to be listed again when there is. */
    final boolean hasMore() {
        if (!signals.isEmpty()) {
            return true;
        }
        listed.set(false);
        return !signals.isEmpty() && !listed.getAndSet(true);
    }

    private void take(Object received) {
        if (received instanceof Begun begun) {
            accept(begun.subscription());
        } else if (isRefused()) {
            refuse(received);
        } else if (!(received instanceof Ended ended)) {
            tryToPut(Node.cast(received));
            afterStep();
        } else if (inlets.graph.isBusy()) {
            // Its last element may be yet to come.
            ending = true;
            inlets.graph.deliveries.add(this, ended);
        } else {
            end(ended.cause());
        }
    }

    /** Whether elements and ends come too late. */
    private boolean isRefused() {
        return over || ending || refusing;
    }

    private void accept(Flow.Subscription accepted) {
        if (subscription != null || over || refusing) {
            inlets.graph.outside(accepted::cancel);
            return;
        }
        subscription = accepted;
        ask(window == Integer.MAX_VALUE ? Long.MAX_VALUE : window);
    }

    private void tryToPut(A element) {
        try {
            put(element);
        } catch (Throwable t) {
            if (Graph.isFatal(t)) {
                cancel();
                throw t;
            }
            inlets.graph.handle(t);
        }
    }

    private void afterStep() {
        if (!over) {
            told();
        }
        if (window != Integer.MAX_VALUE && !over) {
            consumed++;
            if (consumed >= window - window / 4) {
                int count = consumed;
                consumed = 0;
                ask(count);
            }
        }
    }

    /** Asks for more elements when the graph is at rest: they may come at once. */
    private void ask(long count) {
        owed = count == Long.MAX_VALUE ? count : owed + count;
        if (!inlets.graph.isBusy()) {
            pay();
        } else if (!owing) {
            owing = true;
            inlets.graph.deliveries.add(this, OWED);
        }
    }

    private void pay() {
        long count = owed;
        owed = 0;
        Flow.Subscription source = subscription;
        if (source != null && count > 0) {
            inlets.graph.outside(() -> source.request(count));
        }
    }

    @Override
    public final void deliver(@Nullable Object what) {
        if (what instanceof Ended ended) {
            if (!over) {
                end(ended.cause());
            }
        } else {
            owing = false;
            pay();
        }
    }

    /* ---- Kinds ---- */

    static final class ToEvent<A> extends Inlet<A> {

        private final EventNodes.Primitive<A> event;

        ToEvent(
                Inlets inlets,
                int window,
                DropHandler<? super A> late,
                EventNodes.Primitive<A> event) {
            super(inlets, window, late, event);
            this.event = event;
        }

        @Override
        void put(A element) {
            event.send(element);
        }
    }

    static final class ToSignal<A> extends Inlet<A> {

        final SignalNodes.Variable<A> signal;

        /** Who waits for the first value; null if there is one. */
        private @Nullable Resolver<Feed<Signal<A>>> first;

        ToSignal(
                Inlets inlets,
                int window,
                DropHandler<? super A> late,
                SignalNodes.Variable<A> signal) {
            super(inlets, window, late, signal);
            this.signal = signal;
        }

        /** A promise of the signal and of the end, once there is a value. */
        Promise<Feed<Signal<A>>> first() {
            Resolver<Feed<Signal<A>>> resolver = Resolver.cancellable(inlets.loop);
            first = resolver;
            resolver.promise().onCancel(this::cancel);
            return resolver.promise();
        }

        @Override
        void put(A element) {
            if (first == null || !signal.initially(element, inlets.graph)) {
                signal.set(element);
            }
        }

        @Override
        void told() {
            Resolver<Feed<Signal<A>>> waiting = first;
            if (waiting != null) {
                first = null;
                waiting.resolve(new Feed<>(signal, done()));
            }
        }

        @Override
        void endedEarly(@Nullable Throwable cause) {
            Resolver<Feed<Signal<A>>> waiting = first;
            if (waiting != null) {
                first = null;
                waiting.reject(
                        cause != null
                                ? cause
                                : new NoSuchElementException(
                                        "the publisher has completed without a first value"));
            }
        }

        @Override
        void cancelledEarly() {
            Resolver<Feed<Signal<A>>> waiting = first;
            if (waiting != null) {
                first = null;
                waiting.promise().cancel();
            }
        }
    }
}
