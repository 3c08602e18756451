package io.lwt4j.stream;

import static java.util.Objects.requireNonNull;

import io.lwt4j.DropHandler;
import io.lwt4j.EventLoop;

import org.jspecify.annotations.Nullable;

import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The elements of a publisher, of which so many are asked ahead. */
final class PublisherSource<T> extends Source implements Flow.Subscriber<T> {

    /* Overview. Signals may come on any thread. On the loop they take effect at once; elsewhere
     * they go into `signals`, and the first of a burst sends a task to the loop that takes them all
     * out. In the queue of the stream stands what has been asked for and come; when three quarters
     * of the window were taken out of it, as many are asked for again.
     */

    /** After so many signals others on the loop have their turn. */
    private static final int MAX_SIGNALS = 1024;

    private final Flow.Publisher<? extends T> publisher;
    private final int window;

    /** What came on other threads. */
    private final Queue<Object> signals = new ConcurrentLinkedQueue<>();

    /** Whether a task that empties {@link #signals} is on its way. */
    private final AtomicBoolean sent = new AtomicBoolean();

    /** Whether that task is at work. */
    private boolean emptying;

    /** Who takes elements as they come; null: they go into the queue. */
    private @Nullable Receiver receiver;

    /** The loop of the first read; set before the publisher is subscribed to. */
    private @Nullable EventLoop loop;

    private Flow.@Nullable Subscription subscription;

    /** Where this is to be told that the loop is closed. */
    private @Nullable OpenSources open;

    /** The number of elements taken since the last time some were asked for. */
    private int consumed;

    /** Whether a reader takes as much as it can get. */
    private boolean draining;

    private boolean abandoned;

    /**
     * Whether signals are refused where they come, since the loop is closed. A task that is still
     * at work must not take what comes behind a refused one: no element is read behind a gap.
     */
    private volatile boolean refusing;

    /** Takes what nobody will read; null: errors alone matter. */
    private final @Nullable DropHandler<? super T> dropped;

    /** The oldest place of the queue that nobody has taken from. */
    private Node oldest = tail();

    PublisherSource(
            Flow.Publisher<? extends T> publisher,
            int window,
            @Nullable DropHandler<? super T> dropped) {
        this.publisher = publisher;
        this.window = window;
        this.dropped = dropped;
        // What is taken has to be counted, so everything has to go through the queue.
        share();
    }

    /* ---- Reading, on the loop ---- */

    @Override
    @Nullable
    Object produce() {
        checkReader();
        if (loop == null) {
            begin();
        }
        return null;
    }

    /** Subscribes, on the loop this is to belong to. */
    void begin() {
        EventLoop home = EventLoop.current();
        OpenSources sources = home.attachment(OpenSources.class, OpenSources::new);
        sources.add(this);
        open = sources;
        loop = home;
        try {
            publisher.subscribe(this);
        } catch (Throwable t) {
            // Nothing will come any more, but what has come is there.
            stop();
            if (isOver()) {
                drop(End.failure(t));
            } else {
                append(End.failure(t));
                signal();
                over();
            }
            if (t instanceof VirtualMachineError || t instanceof LinkageError) {
                throw t;
            }
        }
    }

    @Override
    void checkReader() {
        if (loop != null) {
            loop.checkCurrent("reading a stream");
        }
    }

    @Override
    void taken() {
        oldest = requireNonNull(oldest.next);
        consumed();
    }

    private void consumed() {
        consumed++;
        if (!draining) {
            replenish();
        }
    }

    private void replenish() {
        if (consumed >= window - window / 4 && window < Integer.MAX_VALUE && !isOver()) {
            int count = consumed;
            consumed = 0;
            request(count);
        }
    }

    /** More is asked for when the queue is empty: a publisher that answers at once needs none. */
    @Override
    void draining(boolean begins) {
        draining = begins;
        if (!begins) {
            replenish();
        }
    }

    private void request(long count) {
        Flow.Subscription source = subscription;
        if (source != null) {
            Later.guarded(() -> source.request(count));
        }
    }

    private void stop() {
        Flow.Subscription source = release();
        if (source != null) {
            Later.guarded(source::cancel);
        }
    }

    @Override
    void abandoned() {
        stop();
        while (oldest.next != null) {
            drop(requireNonNull(oldest.item));
            oldest = oldest.next;
        }
        if (oldest.item instanceof End end && end.isUntold()) {
            drop(end);
        }
    }

    /** Sees to what nobody will hear of. */
    @SuppressWarnings("unchecked") // what is no end is an element
    private void drop(Object received) {
        DropHandler<? super T> handler = dropped;
        Throwable cause = received instanceof End end ? end.cause() : null;
        if (!(received instanceof End)) {
            if (handler != null) {
                Later.guarded(() -> handler.element((T) received));
            }
        } else if (cause != null && !(cause instanceof CancellationException)) {
            if (handler == null) {
                Later.report(cause);
            } else {
                Later.guarded(() -> handler.error(cause));
            }
        }
    }

    /** Wants no subscription any more, and returns the one there is. */
    private Flow.@Nullable Subscription release() {
        Flow.Subscription source = subscription;
        subscription = null;
        abandoned = true;
        if (open != null) {
            open.remove(this);
        }
        return source;
    }

    /** The loop is closed: what comes would stay unheard. */
    void loopClosed() {
        abandoned();
        refuseSignals();
    }

    private void refuseSignals() {
        refusing = true;
        for (Object received = signals.poll(); received != null; received = signals.poll()) {
            refuse(received);
        }
    }

    private void refuse(Object received) {
        if (received instanceof Beginning beginning) {
            Later.guarded(beginning.subscription::cancel);
        } else {
            drop(received);
        }
    }

    /* ---- Signals, on any thread ---- */

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        receive(new Beginning(requireNonNull(newSubscription, "subscription")));
    }

    @Override
    public void onNext(T element) {
        receive(requireNonNull(element, "element"));
    }

    @Override
    public void onError(Throwable cause) {
        receive(End.failure(requireNonNull(cause, "cause")));
    }

    @Override
    public void onComplete() {
        receive(End.NORMAL);
    }

    /** A class of its own: whether an element is of an interface would take long to find out. */
    private record Beginning(Flow.Subscription subscription) {}

    private void receive(Object received) {
        EventLoop home = requireNonNull(loop);
        if (home.isCurrent() && !sent.get() && !emptying) {
            take(received);
            return;
        }
        signals.add(received);
        send();
        if (home.isClosed()) {
            // The task may come too late, and the loop has cancelled what it knew of.
            sent.set(false);
            refuseSignals();
        }
    }

    private void takeAll() {
        sent.set(false);
        emptying = true;
        try {
            EventLoop home = requireNonNull(loop);
            // A loop that is closed takes no tasks, and what comes now is refused where it comes.
            for (int count = 0; count < MAX_SIGNALS || home.isClosed(); count++) {
                Object received = signals.poll();
                if (received == null) {
                    return;
                }
                if (refusing) {
                    refuse(received);
                } else {
                    take(received);
                }
            }
        } finally {
            emptying = false;
            if (!signals.isEmpty()) {
                send();
            }
        }
    }

    private void send() {
        if (!sent.getAndSet(true)) {
            try {
                requireNonNull(loop).execute(this::takeAll);
            } catch (RejectedExecutionException closed) {
                // Whoever closes the loop refuses what is left.
            }
        }
    }

    private void take(Object received) {
        if (received instanceof Beginning beginning) {
            subscribed(beginning.subscription);
        } else if (isOver() || abandoned) {
            drop(received);
        } else if (receiver == null || !received(receiver, received)) {
            boolean end = received instanceof End;
            if (end) {
                // There is nothing to be cancelled any more (rule 2.3).
                release();
            }
            append(received);
            signal();
            if (end) {
                over();
            }
        }
    }

    /** Gives an element to a receiver; false if it has to go into the queue. */
    private boolean received(Receiver taking, Object received) {
        if (received instanceof End || !taking.receive(received)) {
            return false;
        }
        consumed();
        return true;
    }

    @Override
    boolean connect(Receiver taking) {
        if (!isUndivided() || isOver()) {
            return false;
        }
        receiver = taking;
        return true;
    }

    @Override
    void disconnect() {
        receiver = null;
    }

    @Override
    void interrupt() {
        Receiver interrupted = receiver;
        if (interrupted != null) {
            checkReader();
            receiver = null;
            interrupted.disconnected();
        }
    }

    private void subscribed(Flow.Subscription newSubscription) {
        if (subscription != null || abandoned) {
            Later.guarded(newSubscription::cancel);
            return;
        }
        subscription = newSubscription;
        request(window == Integer.MAX_VALUE ? Long.MAX_VALUE : window);
    }
}
