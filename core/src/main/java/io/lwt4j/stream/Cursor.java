package io.lwt4j.stream;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedConsumer;
import io.lwt4j.CheckedRunnable;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.WaitQueue;

import org.jspecify.annotations.Nullable;

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

    /* Those who want to take stand in lines. */
    private @Nullable Line oldest;
    private @Nullable Line newest;

    /** A line in which nobody waits. */
    private @Nullable Line spare;

    /** What a taker wants an item as. */
    private enum Form {
        /** Leaves it there. */
        LOOK,
        ITEM,
        OPTIONAL,
        ELEMENT
    }

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
            source.taken();
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
        return oldest != null && !(next.item instanceof End) && firstInTurn() != null;
    }

    /** The line of those whose turn is next. */
    private @Nullable Line firstInTurn() {
        Line line = oldest;
        while (line != null && !line.isWaiting()) {
            line = line.newer;
        }
        return line;
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
        Line line = newest;
        if (line == null || !line.isLast()) {
            line = spare == null ? new Line() : spare;
            spare = null;
            addLine(line);
            line.attach();
        }
        return line.add(form);
    }

    private void addLine(Line line) {
        Line before = newest;
        if (before == null) {
            oldest = line;
        } else {
            before.newer = line;
            line.older = before;
        }
        newest = line;
        line.stands = true;
    }

    private void dropLine(Line line) {
        if (line.stands) {
            Line before = line.older;
            Line behind = line.newer;
            if (before == null) {
                oldest = behind;
            } else {
                before.newer = behind;
            }
            if (behind == null) {
                newest = before;
            } else {
                behind.older = before;
            }
            line.older = null;
            line.newer = null;
            line.stands = false;
        }
        if (line.takers.isEmpty()) {
            spare = line;
        }
    }

    /**
     * Some who came one after the other, and nobody else in between. So a line as a whole has one
     * place among all who wait for the source, who are told newest first; what is told to all in
     * the line is told newest first, too. But an element goes to the one who has waited longest.
     */
    private final class Line {
        @Nullable
        Line older;

        @Nullable
        Line newer;

        /** Whether this is one of the lines of the cursor. */
        boolean stands;

        private final WaitQueue<Form, Object> takers = WaitQueue.create();

        /** What this line waits for; null when it is told of it. */
        private @Nullable Promise<@Nullable Void> arrival;

        /** What tells this line of it, in its turn; null when that does not matter any more. */
        private @Nullable Promise<@Nullable Void> news;

        /** The place of this line among those who wait for the source. */
        private int place;

        /* Callbacks, made once: one line after the other is the same object. */
        private final CheckedConsumer<@Nullable Void> whenArrived = unused -> arrived();
        private final CheckedConsumer<Throwable> whenFailed = this::refused;
        private final CheckedRunnable whenCancelled = this::release;

        void attach() {
            arrival = source.arrival();
            place = source.lastPlace();
            news = arrival.shielded();
            news.onAny(whenArrived, whenFailed);
        }

        Promise<Object> add(Form form) {
            return takers.add(form).onCancel(whenCancelled);
        }

        /** Whether who comes now can stand here. */
        boolean isLast() {
            return arrival != null && arrival.isPending() && place == source.lastPlace();
        }

        /** Whether somebody waits here for an element, and not just to be told of an error. */
        boolean isWaiting() {
            return !takers.isEmpty() && (arrival == null || !arrival.isRejected());
        }

        /** Whether this line has yet to be told of something that has come. */
        boolean isToBeTold() {
            return arrival != null && !arrival.isPending();
        }

        boolean looks() {
            return takers.firstOffer() == Form.LOOK;
        }

        void give(Object element) {
            boolean optional = takers.firstOffer() == Form.OPTIONAL;
            Resolver<Object> taker = requireNonNull(takers.takeFirst());
            release();
            taker.resolveNow(optional ? Optional.of(element) : element);
        }

        /** Tells everybody here of the end; nobody comes to wait any more. */
        void end(End end) {
            dissolve();
            while (!takers.isEmpty()) {
                Form form = takers.lastOffer();
                Resolver<Object> taker = requireNonNull(takers.takeLast());
                if (form == Form.LOOK || form == Form.ITEM) {
                    taker.resolveNow(end);
                } else if (form == Form.OPTIONAL && end.cause() == null) {
                    taker.resolveNow(Optional.empty());
                } else {
                    taker.rejectNow(end.orNone());
                }
            }
        }

        /** Tells everybody here that what they wait for failed; who comes now is not here. */
        void fail(Throwable cause) {
            List<Resolver<Object>> waiting = takers.takeAll(unused -> true);
            dissolve();
            if (!waiting.isEmpty()) {
                source.heard();
            }
            for (int i = waiting.size() - 1; i >= 0; i--) {
                waiting.get(i).rejectNow(cause);
            }
        }

        private void arrived() {
            arrival = null;
            news = null;
            if (next.item instanceof End end) {
                end(end);
            }
            serve();
            if (takers.isEmpty()) {
                dropLine(this);
            } else if (arrival == null) {
                attach();
            }
        }

        private void refused(Throwable cause) {
            // Else it is not the source that failed.
            if (news != null) {
                fail(cause);
            }
        }

        /**
         * Lets go of the source when nobody is left here. But if this is to be told of something,
         * others may rely on that.
         */
        private void release() {
            if (takers.isEmpty() && !isToBeTold()) {
                dissolve();
            }
        }

        private void dissolve() {
            Promise<@Nullable Void> unwanted = news;
            arrival = null;
            news = null;
            dropLine(this);
            if (unwanted != null) {
                unwanted.cancel();
            }
        }
    }

    /**
     * Gives what is there to those who wait, oldest first; each element goes to one of them. Stops
     * at those who have yet to be told that something came: others may be told before them.
     */
    private void serve() {
        while (nextToServe() != null) {
            Object item;
            Line line;
            try {
                item = look();
                // Making the element may have brought one to those who waited, or brought others.
                line = nextToServe();
                if (line != null && item != null && !(item instanceof End) && !line.looks()) {
                    takeLooked();
                }
            } catch (Throwable t) {
                failAll(t);
                // Those who came meanwhile want another one.
                continue;
            }
            if (line == null || item == null) {
                return;
            }
            if (item instanceof End end) {
                line.end(end);
            } else {
                line.give(item);
            }
        }
    }

    private @Nullable Line nextToServe() {
        Line line = firstInTurn();
        return line == null || line.isToBeTold() ? null : line;
    }

    /** Tells those of an error who do not wait for the source: all others have been told. */
    private void failAll(Throwable cause) {
        Line line = newest;
        while (line != null) {
            if (line.isWaiting() && line.arrival == null) {
                line.fail(cause);
                line = newest;
            } else {
                line = line.older;
            }
        }
    }

    /** Returns to a place where it was before; those who wait take what is there. */
    final void goBack(Node place) {
        if (!hasLeft()) {
            next = place;
            serve();
        }
    }

    /* ---- Looking ---- */

    /** The next item without taking it, or null if it has to come. */
    final @Nullable Object look() throws Exception {
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
                return whenArrived(() -> lookAhead(hasLeft() ? next : here, count, seen));
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

    /** Reads no more here, and lets go of the source if this was the last to read it. */
    final void leave() {
        if (hasLeft()) {
            return;
        }
        source.share();
        next = CLOSED;
        source.removeCursor();
        while (newest != null) {
            newest.end(End.NORMAL);
        }
    }
}
