package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/** The nodes that wait for their turn, lowest rank first: a list for each rank, and a bit. */
final class Ranks {

    private @Nullable Node[] lists = new Node[64];
    private long[] bits = new long[1];

    /** No bit is set before this word. */
    private int word;

    private int count;

    void add(Node node, int rank) {
        if (rank >= lists.length) {
            grow(rank);
        }
        node.queued = lists[rank];
        lists[rank] = node;
        count++;
        int at = rank >> 6;
        bits[at] |= 1L << rank;
        if (at < word) {
            word = at;
        }
    }

    private void grow(int rank) {
        lists = Arrays.copyOf(lists, Math.max(lists.length * 2, (rank | 63) + 1));
        bits = Arrays.copyOf(bits, lists.length >> 6);
    }

    /** The lowest rank somebody has; -1 if nobody is here. */
    int lowest() {
        if (count == 0) {
            return -1;
        }
        for (int at = word; at < bits.length; at++) {
            if (bits[at] != 0) {
                word = at;
                return (at << 6) + Long.numberOfTrailingZeros(bits[at]);
            }
        }
        throw new IllegalStateException("some of " + count + " nodes are lost");
    }

    /** Takes one of a rank that {@link #lowest} has returned. */
    Node take(int rank) {
        Node node = requireNonNull(lists[rank]);
        count--;
        Node behind = node.queued;
        node.queued = null;
        lists[rank] = behind;
        if (behind == null) {
            bits[rank >> 6] &= ~(1L << rank);
        }
        return node;
    }
}
