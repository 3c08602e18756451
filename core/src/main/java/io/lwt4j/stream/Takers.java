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

/** Those who wait to take what comes to a {@link Cursor}: each element goes to one of them. */
final class Takers {

    /* Overview. All who wait for a source hear of what comes newest first, as everywhere: those who
     * take, those who only look, and those of other cursors. An end and an error are for all of
     * them. But an element is for the one taker of a cursor who has waited longest.
     *
     * Takers that came one after the other, with nobody else in between, stand in one line, which
     * has one place among those who wait for the source. A line that hears of an element while an
     * older one has yet to hear of it does nothing. Otherwise it gives what is there to those who
     * wait, in whatever line, oldest first. Who has got nothing then waits for the next element; in
     * the same line, but that has a new place now.
     */

    /** What a taker wants an item as. */
    enum Form {
        /** Leaves it there. */
        LOOK,
        ITEM,
        OPTIONAL,
        ELEMENT
    }

    private final Cursor cursor;
    private @Nullable Line oldest;
    private @Nullable Line newest;

    /** A line that nobody stands in, to be used again. */
    private @Nullable Line spare;

    Takers(Cursor cursor) {
        this.cursor = cursor;
    }

    /** Whether anybody waits for an element, and not just to be told of an error. */
    boolean areWaiting() {
        return oldest != null && first() != null;
    }

    /** Refuses those who come from another loop than the ones who wait. */
    void checkCurrent(String operation) {
        Line line = first();
        if (line != null) {
            line.takers.checkCurrent(operation);
        }
    }

    /** The line of the one who has waited longest. */
    private @Nullable Line first() {
        Line line = oldest;
        while (line != null && !line.isWaiting()) {
            line = line.newer;
        }
        return line;
    }

    /** Waits behind all others. */
    Promise<Object> add(Form form) {
        Line line = newest;
        if (line == null || !line.isLastOfAll()) {
            line = spare == null ? new Line() : spare;
            spare = null;
            append(line);
            line.attach();
        }
        return line.add(form);
    }

    /**
     * Gives what is there to those who wait, oldest first, unless others have yet to hear of it.
     */
    void serve() {
        while (nextToServe() != null) {
            Object item;
            Line line;
            try {
                item = cursor.look();
                // Making the element may have brought one to those who waited, or brought others.
                line = nextToServe();
                if (line != null && item != null && !(item instanceof End) && !line.looks()) {
                    cursor.takeLooked();
                }
            } catch (Throwable t) {
                failDetached(t);
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
        Line line = first();
        return line == null || line.isToBeTold() ? null : line;
    }

    /** Tells everybody of the end. */
    void end(End end) {
        while (newest != null) {
            newest.end(end);
        }
    }

    /** Tells those of an error who do not wait for the source just now; it has told all others. */
    private void failDetached(Throwable cause) {
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

    private void append(Line line) {
        Line before = newest;
        if (before == null) {
            oldest = line;
        } else {
            before.newer = line;
        }
        line.older = before;
        line.stands = true;
        newest = line;
    }

    private void remove(Line line) {
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

    private final class Line {
        final WaitQueue<Form, Object> takers = WaitQueue.create();

        @Nullable
        Line older;

        @Nullable
        Line newer;

        /** Whether this is one of the lines there are. */
        boolean stands;

        /** What this line waits for; null once it hears of it. */
        @Nullable
        Promise<@Nullable Void> arrival;

        /** What tells this line of that; null if nothing has to. */
        private @Nullable Promise<@Nullable Void> news;

        /** The place of this line among all who wait for the source. */
        private int place;

        // Made once: most streams have one taker after the other, always in the same line.
        private final CheckedConsumer<@Nullable Void> whenArrived = unused -> arrived();
        private final CheckedConsumer<Throwable> whenFailed = this::refused;
        private final CheckedRunnable whenCancelled = this::release;

        void attach() {
            arrival = cursor.source.arrival();
            place = cursor.source.lastPlace();
            news = arrival.shielded();
            news.onAny(whenArrived, whenFailed);
        }

        Promise<Object> add(Form form) {
            return takers.add(form).onCancel(whenCancelled);
        }

        boolean isLastOfAll() {
            return arrival != null && arrival.isPending() && place == cursor.source.lastPlace();
        }

        boolean isWaiting() {
            return !takers.isEmpty() && (arrival == null || !arrival.isRejected());
        }

        /** Whether something has come of which this line has yet to hear. */
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

        /** Tells everybody here of the end, newest first; nobody comes to wait any more. */
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

        /** Tells everybody here of an error, newest first; but not those who come meanwhile. */
        void fail(Throwable cause) {
            List<Resolver<Object>> waiting = takers.takeAll(unused -> true);
            dissolve();
            if (!waiting.isEmpty()) {
                cursor.source.heard();
            }
            for (int i = waiting.size() - 1; i >= 0; i--) {
                waiting.get(i).rejectNow(cause);
            }
        }

        private void arrived() {
            arrival = null;
            news = null;
            if (cursor.next.item instanceof End end) {
                end(end);
            }
            serve();
            if (takers.isEmpty()) {
                remove(this);
            } else if (arrival == null) {
                attach();
            }
        }

        private void refused(Throwable cause) {
            // Else it was not the source that failed, but nobody wanted to hear of it any more.
            if (news != null) {
                fail(cause);
            }
        }

        /** Lets go of the source when nobody is left; unless others count on what it will tell. */
        private void release() {
            if (takers.isEmpty() && !isToBeTold()) {
                dissolve();
            }
        }

        private void dissolve() {
            Promise<@Nullable Void> unwanted = news;
            arrival = null;
            news = null;
            remove(this);
            if (unwanted != null) {
                unwanted.cancel();
            }
        }
    }
}
