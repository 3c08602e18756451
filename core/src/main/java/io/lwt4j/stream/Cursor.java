package io.lwt4j.stream;

import static java.util.Objects.requireNonNull;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.stream.Takers.Form;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** A place in the queue of a {@link Source}, and those who wait to take what comes there. */
abstract sealed class Cursor permits PullStream {

    /** The place at which a closed cursor stands. */
    private static final Node CLOSED = new Node();

    static {
        CLOSED.item = End.NORMAL;
    }

    final Source source;

    Node next;

    /** Those who wait to take; null as long as nobody ever has. */
    private @Nullable Takers takers;

    /** Whether somebody receives what comes next. */
    private boolean connected;

    /** How often this has gone back. */
    private int returns;

    /** Tells those who wait for the end of this cursor; null as long as nobody does. */
    private @Nullable Resolver<@Nullable Void> closing;

    /** What tells of the end of the source then. */
    private @Nullable Promise<@Nullable Void> sourceClosed;

    Cursor(Source source, Node next) {
        this.source = source;
        this.next = next;
    }

    /* ---- Taking ---- */

    /** Takes the next item right away: an element, the end, or null if it has to come. */
    final @Nullable Object take() throws Exception {
        return source.take(this);
    }

    /** Hands elements to a sink, see {@link Source#drain}. */
    final void drain(Sink sink) throws Exception {
        if (source.isIdle() && !isWaitedFor()) {
            source.drain(sink);
        }
    }

    /** Takes the next item, now or in turn. */
    final Promise<Object> read() {
        try {
            Object item = take();
            return item == null ? takeLater() : Promise.of(item);
        } catch (Throwable t) {
            return Later.failed(t);
        }
    }

    /** Takes the element that stands at this place of the queue; an end stays there. */
    final Object takeQueued() {
        Node node = next;
        if (node.next != null) {
            next = node.next;
            if (next == source.tail()) {
                source.emptied();
            }
            if (!node.taken) {
                node.taken = true;
                source.taken();
            }
        }
        return requireNonNull(node.item);
    }

    /** Takes what {@link #look} saw just now. */
    final void takeLooked() throws Exception {
        boolean obtained = next.item == null && source.obtain();
        takeQueued();
        if (obtained) {
            source.signalNow();
        }
    }

    /** Whether the next element belongs to somebody who waits for it; an end is for everybody. */
    final boolean isWaitedFor() {
        return connected || (takers != null && takers.areWaiting() && !(next.item instanceof End));
    }

    /** Has somebody receive what comes next, if nobody else reads or waits. */
    final boolean connect(Receiver receiver) {
        connected = !isWaitedFor() && next == source.tail() && source.connect(receiver);
        return connected;
    }

    /** The receiver reads on by itself. */
    final void disconnect() {
        if (connected) {
            connected = false;
            source.disconnect();
        }
    }

    /** Waits in turn for the next item. */
    final Promise<Object> takeLater() {
        return takeLater(Form.ITEM);
    }

    /** Waits in turn for the next item, and leaves it there. */
    final Promise<Object> lookLater() {
        return takeLater(Form.LOOK);
    }

    @SuppressWarnings("unchecked")
    final <T> Promise<Optional<T>> takeOptionalLater() {
        return (Promise<Optional<T>>) (Promise<?>) takeLater(Form.OPTIONAL);
    }

    @SuppressWarnings("unchecked")
    final <T> Promise<T> takeElementLater() {
        return (Promise<T>) takeLater(Form.ELEMENT);
    }

    private Promise<Object> takeLater(Form form) {
        // A receiver was here first.
        source.interrupt();
        if (takers == null) {
            takers = new Takers(this);
        }
        return takers.add(form);
    }

    /** Returns to a place where it was before; those who wait take what is there, or see it. */
    final void goBack(Node place) {
        if (!hasLeft() && next != place) {
            next = place;
            returns++;
            if (takers != null) {
                takers.serve();
            }
            if (next.item != null) {
                // For those who only look.
                source.signal();
            }
        }
    }

    /* ---- Looking ---- */

    /** The next item without taking it, or null if it has to come. */
    final @Nullable Object look() throws Exception {
        source.checkReader();
        if (next.item == null) {
            Object offered = source.onOffer();
            if (offered != null) {
                return offered;
            }
            source.fill();
        }
        return next.item;
    }

    /** Goes on when something has come; what it is, and whose, is yet to be seen. */
    final <R extends @Nullable Object> Promise<R> whenArrived(Callable<Promise<R>> then) {
        source.interrupt();
        return source.arrival().shielded().fold(unused -> then.call(), cause -> {
            source.heard();
            return Promise.failed(cause);
        });
    }

    /**
     * Adds up to {@code count} elements from {@code node} on to {@code seen}, which becomes the
     * result.
     */
    final Promise<List<Object>> lookAhead(Node node, int count, List<Object> seen)
            throws Exception {
        source.checkReader();
        Node place = node;
        while (seen.size() < count) {
            if (place.item == null) {
                Object offered = source.onOffer();
                if (offered != null) {
                    seen.add(offered);
                    break;
                }
                source.fill();
            }
            if (place.item == null) {
                Node here = place;
                int then = returns;
                return whenArrived(() -> returns == then
                        ? lookAhead(hasLeft() ? next : here, count, seen)
                        : lookAhead(next, count, new ArrayList<>()));
            }
            if (place.item instanceof End end) {
                return seen.isEmpty() ? end.or(seen) : Promise.of(seen);
            }
            seen.add(place.item);
            place = requireNonNull(place.next);
        }
        return Promise.of(seen);
    }

    /* ---- The end ---- */

    final boolean hasLeft() {
        return next == CLOSED;
    }

    /** Whether no more elements will come here. */
    final boolean isOver() {
        return hasLeft() || source.isComplete();
    }

    /** The end if it is next, as far as that is known without asking for an element. */
    final @Nullable End endIfThere() throws Exception {
        if (next.item == null && source.isExhausted()) {
            source.fill();
        }
        return next.item instanceof End end ? end : null;
    }

    /** The promise that this is over. */
    final Promise<@Nullable Void> whenOver() {
        if (isOver()) {
            return Promise.unit();
        }
        if (closing == null) {
            Resolver<@Nullable Void> told = Resolver.uncancellable();
            Promise<@Nullable Void> end = source.closed().shielded();
            // Knows nothing of this, which may be dropped.
            end.onSuccess(unused -> tell(told));
            sourceClosed = end;
            closing = told;
        }
        return closing.promise();
    }

    @SuppressWarnings("NullAway") // Takes T for non-null, except in its JSpecify mode.
    private static void tell(Resolver<@Nullable Void> waiting) {
        if (waiting.promise().isPending()) {
            waiting.resolveNow(null);
        }
    }

    /** Reads no more here, and lets go of the source if this was the last to read it. */
    final void leave() {
        if (hasLeft()) {
            return;
        }
        if (takers != null) {
            takers.checkCurrent("closing a stream");
        }
        disconnect();
        source.share();
        next = CLOSED;
        source.removeCursor();
        if (takers != null) {
            takers.end(End.NORMAL);
        }
        if (sourceClosed != null) {
            sourceClosed.cancel();
        }
        if (closing != null) {
            tell(closing);
        }
    }
}
