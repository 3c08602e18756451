package io.lwt4j.stream;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

/** Where the elements of a stream come from; common to the stream and its copies. */
abstract class Source {

    /* Overview. A stream is a cursor on a source. What the source has got and some cursor has not
     * yet taken stands in a queue of nodes; a cursor knows its own next node, so nodes behind all
     * cursors are garbage. The queue ends with a node without an item, `tail`, until an end comes
     * to stand there for good.
     *
     * Most streams have one reader who takes one element after the other. Then nothing is ever
     * queued: as long as `state` is 0, an element goes straight from produce() to the reader,
     * through any number of streams made of each other, and none of them makes an object for it.
     * Who wants many elements has them handed to it by drain() as long as that goes on.
     *
     * Who has to wait does so for `arrival`, the promise that something is put into `tail`. It is
     * fulfilled for all that wait, newest first as everywhere. So every reader sees every element
     * come; it is the cursor that gives it to one of those who want to take it.
     */

    /** An element is being produced, so nobody else produces one meanwhile. */
    private static final int BUSY = 1;

    /** There may be something in the queue. */
    private static final int QUEUED = 2;

    /** There are several cursors, or one may go back: everything has to be queued. */
    private static final int SHARED = 4;

    /** Somebody waits for {@link #arrival}. */
    private static final int AWAITED = 8;

    private int state;

    /** The place of what comes next, or of the end. */
    private Node tail = new Node();

    /** What must not be collected before this is; held, never read. */
    @Nullable
    Object reference;

    /** The element that is on its way. */
    private @Nullable Promise<Object> producing;

    private @Nullable Resolver<@Nullable Void> arrival;

    /** Counts those who come to wait for {@link #arrival}. */
    private int lastPlace;

    private @Nullable Resolver<@Nullable Void> closing;

    /** Whether {@link #over} was called. */
    private boolean complete;

    /** Whether anybody was told of the last error. */
    private boolean heard;

    /** The number of cursors that have not been closed. */
    private int cursors = 1;

    /**
     * Makes the next element: an element, or a {@link Later}, or null if elements come by
     * themselves; it may have put one into the queue then. Throws what the read is to be rejected
     * with.
     */
    abstract @Nullable Object produce() throws Exception;

    /**
     * Hands elements to a sink for as long as they can be had at once, it wants them, and
     * {@link #isIdle} holds; the end is not told. Does the same as taking one after the other, but
     * as one loop that the compiler sees as a whole. Sources that gain nothing by it do nothing.
     */
    void drain(Sink sink) throws Exception {}

    /** Whether the end is certain, even if elements are left, and those who wait know of it. */
    boolean isComplete() {
        return complete;
    }

    /** Whether the end comes next for certain, and {@link #produce} makes it at once. */
    boolean isExhausted() {
        return false;
    }

    /** Refuses those who read what is in the queue on another thread than who puts it there. */
    void checkReader() {}

    /**
     * Told that an element was taken out of the queue, by the first cursor that does, and is about
     * to be given to its reader.
     */
    void taken() {}

    /** What could be taken although it is not in the queue; null for nothing. */
    @Nullable
    Object onOffer() {
        return null;
    }

    /** Gives what comes next to a receiver instead of the queue; false if this does not. */
    boolean connect(Receiver receiver) {
        return false;
    }

    /** Gives what comes next to the queue. */
    void disconnect() {}

    /** Told that a reader begins to take, or ends taking, as much as it can get. */
    void draining(boolean begins) {}

    /** Told that nobody will read any more. */
    void abandoned() {}

    /* ---- Producing ---- */

    /** Takes the next item right away: an element, the end, or null if it has to come. */
    final @Nullable Object take(Cursor cursor) throws Exception {
        if (cursor.isWaitedFor()) {
            return null;
        }
        if (state != 0) {
            if (cursor.next.item != null) {
                checkReader();
                return cursor.takeQueued();
            }
            if ((state & BUSY) != 0) {
                return null;
            }
        }
        Object produced = run();
        if (state == BUSY && isElement(produced)) {
            state = 0;
            return produced;
        }
        boolean queued = accept(produced);
        // Before those who came to wait while it was produced.
        Object item = cursor.next.item != null ? cursor.takeQueued() : null;
        if (queued) {
            signalNow();
        }
        return item;
    }

    /** Whether elements go straight to the reader. */
    final boolean isIdle() {
        return state == 0;
    }

    private static boolean isElement(@Nullable Object produced) {
        return produced != null && !(produced instanceof Later) && !(produced instanceof End);
    }

    /** Puts the next item into the queue if it can be had right away. */
    final void fill() throws Exception {
        if (obtain()) {
            signalNow();
        }
    }

    /** The same, but whoever waits is yet to be told if this says that there is one. */
    final boolean obtain() throws Exception {
        return !isOver() && (state & BUSY) == 0 && accept(run());
    }

    private @Nullable Object run() throws Exception {
        state |= BUSY;
        try {
            return produce();
        } catch (Throwable t) {
            failed(t);
            throw t;
        }
    }

    /** Deals with what was produced, and says whether it is in the queue now. */
    private boolean accept(@Nullable Object produced) {
        if (produced instanceof Later later) {
            producing = later.promise();
            producing.onAny(this::arrived, this::failedLater);
            if (isOver() && producing != null) {
                // The stream was closed by what it asked for an element.
                producing.cancel();
            }
            return false;
        }
        state &= ~BUSY;
        if (produced != null) {
            put(produced);
        }
        return produced != null;
    }

    private void arrived(Object item) {
        producing = null;
        state &= ~BUSY;
        put(item);
        signalNow();
    }

    private void failedLater(Throwable cause) {
        producing = null;
        heard = false;
        failed(cause);
        if (!heard) {
            unheard(cause);
        }
    }

    /** An element could not be produced. Those who wait hear of it; the next one may be well. */
    private void failed(Throwable cause) {
        state &= ~BUSY;
        Resolver<@Nullable Void> waiting = takeArrival();
        if (waiting != null) {
            waiting.rejectNow(cause);
            // Who waited may be gone, and others hear of the error: it counts as looked at.
            waiting.promise().state();
        }
    }

    /** Somebody was told of the error that an element could not be produced with. */
    final void heard() {
        heard = true;
    }

    /** Makes the error of an end that comes too late known as one that nobody looked at. */
    static void unheard(Object item) {
        if (item instanceof End end && end.cause() != null) {
            unheard(end.cause());
        }
    }

    /** Makes an error that came when no reader was left known as one that nobody looked at. */
    static void unheard(Throwable cause) {
        Resolver.uncancellable().reject(cause);
    }

    /* ---- The queue ---- */

    final Node tail() {
        return tail;
    }

    /** Puts an item at the end of the queue, and tells those who wait for the end if it is one. */
    private void put(Object item) {
        append(item);
        if (item instanceof End) {
            over();
        }
    }

    /** Puts an item at the end of the queue; after an end nothing is wanted any more. */
    final void append(Object item) {
        Node node = tail;
        if (node.item == null) {
            node.item = item;
            state |= QUEUED;
            if (!(item instanceof End)) {
                tail = new Node();
                node.next = tail;
            }
        }
    }

    /** A cursor came to stand at the tail: if it is the only one, the queue is empty. */
    final void emptied() {
        if ((state & SHARED) == 0 && !isOver()) {
            state &= ~QUEUED;
        }
    }

    /** Keeps in the queue what cursors take, from now on. */
    final void share() {
        state |= SHARED;
    }

    /* ---- The end ---- */

    final boolean isOver() {
        return tail.item != null;
    }

    /** The promise of the end. */
    final Promise<@Nullable Void> closed() {
        if (isComplete()) {
            return Promise.unit();
        }
        if (closing == null) {
            closing = Resolver.uncancellable();
        }
        return closing.promise();
    }

    /** Tells those who wait for the end, which has been put into the queue. */
    final void over() {
        complete = true;
        Resolver<@Nullable Void> told = closing;
        closing = null;
        if (told != null) {
            tell(told);
        }
    }

    final void addCursor() {
        interrupt();
        share();
        cursors++;
    }

    /** Told that somebody else reads, too, or is about to wait. */
    void interrupt() {}

    /** Whether only one cursor reads, and nobody waits. */
    final boolean isUndivided() {
        return cursors == 1 && arrival == null;
    }

    /** A cursor was closed. */
    final void removeCursor() {
        cursors--;
        if (cursors > 0) {
            // For those who look where it stood; all others will wait again.
            signal();
            return;
        }
        if (!isOver()) {
            append(End.NORMAL);
            signal();
            over();
            if (producing != null) {
                producing.cancel();
            }
        }
        Later.guarded(this::abandoned);
    }

    /* ---- Those who wait ---- */

    /** The promise that something is put into the tail, which is empty, for somebody who waits. */
    final Promise<@Nullable Void> arrival() {
        if (arrival == null) {
            arrival = Resolver.uncancellable();
            state |= AWAITED;
        }
        lastPlace++;
        return arrival.promise();
    }

    /** The place of the last one who came to wait: who has it is told first. */
    final int lastPlace() {
        return lastPlace;
    }

    private @Nullable Resolver<@Nullable Void> takeArrival() {
        Resolver<@Nullable Void> waiting = arrival;
        arrival = null;
        state &= ~AWAITED;
        return waiting;
    }

    /** Tells those who wait, before this returns. */
    final void signalNow() {
        Resolver<@Nullable Void> waiting = takeArrival();
        if (waiting != null) {
            tell(waiting);
        }
    }

    @SuppressWarnings("NullAway") // Takes T for non-null, except in its JSpecify mode.
    private static void tell(Resolver<@Nullable Void> waiting) {
        waiting.resolveNow(null);
    }

    /** Tells those who wait, but not in the middle of another resolution. */
    @SuppressWarnings("NullAway") // Takes T for non-null, except in its JSpecify mode.
    final void signal() {
        Resolver<@Nullable Void> waiting = takeArrival();
        if (waiting != null) {
            waiting.resolve(null);
        }
    }
}
