package io.lwt4j.react;

import io.lwt4j.DropHandler;
import io.lwt4j.EventLoop;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** Tells a subscriber of the occurrences of an event. */
final class EventOutlet<A extends @Nullable Object> extends Outlet<A> {

    private final Overflow overflow;
    private final @Nullable Consumer<? super A> dropped;

    /** What waits to be wanted; null until something has. */
    private @Nullable ArrayDeque<Object> kept;

    @SuppressWarnings("unchecked") // what it may be told, it may be given
    EventOutlet(
            Event<A> input,
            Graph home,
            EventLoop loop,
            Flow.Subscriber<? super A> subscriber,
            Overflow overflow,
            @Nullable Consumer<? super A> dropped) {
        super(input, home, loop, subscriber);
        this.overflow = overflow;
        this.dropped = subscriber instanceof DropHandler<?> handler
                ? ((DropHandler<? super A>) handler)::element
                : dropped;
    }

    @Override
    boolean update() {
        Object occurrence = input.value;
        if (occurrence instanceof Failure failure && isOpen()) {
            failure.heard = true;
        }
        home.deliveries.addOccurrence(this, occurrence);
        return false;
    }

    @Override
    void occurred(@Nullable Object occurrence) {
        if (!isOpen() || isEnded()) {
            drop(occurrence);
        } else if (occurrence == null) {
            end(new NullPointerException(input
                    + " occurred with null, which is no element; publish an event of Optional"));
        } else if (occurrence instanceof Failure failure) {
            end(failure.cause);
        } else if (!hasWaiting() && isWanted()) {
            next(cast(occurrence));
        } else {
            keep(occurrence);
        }
    }

    private void keep(Object occurrence) {
        ArrayDeque<Object> waiting = kept;
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
            kept = waiting;
        }
        if (waiting.size() < overflow.capacity) {
            waiting.add(occurrence);
            return;
        }
        switch (overflow.victim) {
            case SUBSCRIBER -> {
                refuse(new OverflowException(input, overflow.capacity));
                drop(occurrence);
            }
            case LATEST -> drop(occurrence);
            case OLDEST -> {
                waiting.add(occurrence);
                drop(waiting.poll());
            }
        }
    }

    @Override
    void emit() {
        ArrayDeque<Object> waiting = kept;
        if (waiting != null) {
            while (isOpen() && isWanted()) {
                Object first = waiting.poll();
                if (first == null) {
                    break;
                }
                next(cast(first));
            }
        }
        endIfDue();
    }

    @Override
    boolean hasWaiting() {
        return kept != null && !kept.isEmpty();
    }

    @Override
    void discard() {
        ArrayDeque<Object> waiting = kept;
        kept = null;
        if (waiting != null) {
            for (Object first = waiting.poll(); first != null; first = waiting.poll()) {
                drop(first);
            }
        }
    }

    private void drop(@Nullable Object occurrence) {
        Consumer<? super A> heir = dropped;
        if (heir != null && occurrence != null && !(occurrence instanceof Failure)) {
            home.guarded(() -> heir.accept(cast(occurrence)));
        }
    }
}
