package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** A FIFO of waiter lists, each with the outcome it is to be run with; no garbage per element. */
final class PairQueue {

    private static final int KEPT = 128;

    private @Nullable Object[] ring = new Object[KEPT];
    private int head;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** Adds a pair, and says whether {@link #trim} has something to do now. */
    boolean add(Cell waiters, @Nullable Object outcome) {
        boolean grows = size == ring.length;
        if (grows) {
            @Nullable Object[] larger = new Object[size * 2];
            int first = ring.length - head;
            System.arraycopy(ring, head, larger, 0, first);
            System.arraycopy(ring, 0, larger, first, head);
            ring = larger;
            head = 0;
        }
        int tail = (head + size) & (ring.length - 1);
        ring[tail] = waiters;
        ring[tail + 1] = outcome;
        size += 2;
        return grows;
    }

    /** Gives a large array back, once it is empty. */
    void trim() {
        if (size == 0 && ring.length > KEPT) {
            ring = new Object[KEPT];
            head = 0;
        }
    }

    /** The waiters of the oldest pair; to be followed by {@link #takeSecond}. */
    Cell takeFirst() {
        return (Cell) requireNonNull(take());
    }

    @Nullable
    Object takeSecond() {
        return take();
    }

    private @Nullable Object take() {
        Object taken = ring[head];
        ring[head] = null;
        head = (head + 1) & (ring.length - 1);
        size--;
        return taken;
    }
}
