package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/** The timers of a loop, soonest first. */
final class Timers {

    /* Overview: a heap with four children per node (half the levels of a binary one, and the four
     * are on one cache line) in two arrays, so that comparing deadlines touches no object. Each
     * sleep knows its index: cancelling takes it out at once and nothing of it stays. Equal
     * deadlines fire in the order of the sleep() calls.
     */

    private static final int MIN_CAPACITY = 16;

    private long[] deadlines = new long[MIN_CAPACITY];
    private @Nullable Sleep[] sleeps = new Sleep[MIN_CAPACITY];
    private int size;
    private int sequence;

    int size() {
        return size;
    }

    /** The time of the first one, {@link Long#MAX_VALUE} if there is none. */
    long nextDeadline() {
        return size == 0 ? Long.MAX_VALUE : deadlines[0];
    }

    @Nullable
    Sleep first() {
        return size == 0 ? null : sleeps[0];
    }

    /** The time of a sleep; 0 if it is not here. */
    long deadline(Sleep sleep) {
        int index = sleep.index;
        long[] all = deadlines;
        return index < 0 || index >= all.length ? 0 : all[index];
    }

    /** Those that are pending, in no order. */
    List<@Nullable Sleep> all() {
        return Arrays.asList(sleeps);
    }

    /** A mark that is after every sleep added so far and before every later one. */
    int mark() {
        return sequence;
    }

    Sleep add(Context context, long deadline) {
        Sleep sleep = new Sleep(context, sequence++);
        if (size == sleeps.length) {
            deadlines = Arrays.copyOf(deadlines, size * 2);
            sleeps = Arrays.copyOf(sleeps, size * 2);
        }
        siftUp(size++, deadline, sleep);
        return sleep;
    }

    /** Takes out the first one if it is due and was added before the mark. */
    @Nullable
    Sleep poll(long now, int mark) {
        if (size == 0 || deadlines[0] > now) {
            return null;
        }
        Sleep first = sleeps[0];
        if (first == null || !first.isBefore(mark)) {
            return null;
        }
        remove(first);
        return first;
    }

    void remove(Sleep sleep) {
        int hole = sleep.index;
        if (hole < 0) {
            return;
        }
        sleep.index = -1;
        long deadline = deadlines[--size];
        Sleep last = sleeps[size];
        sleeps[size] = null;
        if (last != null && hole < size) {
            if (hole > 0 && isBefore(deadline, last, (hole - 1) >> 2)) {
                siftUp(hole, deadline, last);
            } else {
                siftDown(hole, deadline, last);
            }
        }
        if (size < sleeps.length >> 2 && sleeps.length > MIN_CAPACITY) {
            deadlines = Arrays.copyOf(deadlines, sleeps.length >> 1);
            sleeps = Arrays.copyOf(sleeps, sleeps.length >> 1);
        }
    }

    private boolean isBefore(long deadline, Sleep sleep, int at) {
        Sleep other = sleeps[at];
        return deadline < deadlines[at]
                || (deadline == deadlines[at] && other != null && sleep.isBefore(other));
    }

    private void siftUp(int from, long deadline, Sleep sleep) {
        int hole = from;
        while (hole > 0) {
            int parent = (hole - 1) >> 2;
            if (!isBefore(deadline, sleep, parent)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        set(hole, deadline, sleep);
    }

    private void siftDown(int from, long deadline, Sleep sleep) {
        int hole = from;
        for (int child = 4 * hole + 1; child < size; child = 4 * hole + 1) {
            int least = child;
            int end = Math.min(child + 4, size);
            for (int i = child + 1; i < end; i++) {
                Sleep candidate = sleeps[i];
                if (candidate != null && isBefore(deadlines[i], candidate, least)) {
                    least = i;
                }
            }
            if (isBefore(deadline, sleep, least)) {
                break;
            }
            move(least, hole);
            hole = least;
        }
        set(hole, deadline, sleep);
    }

    private void move(int from, int to) {
        Sleep sleep = sleeps[from];
        if (sleep != null) {
            set(to, deadlines[from], sleep);
        }
    }

    private void set(int at, long deadline, Sleep sleep) {
        deadlines[at] = deadline;
        sleeps[at] = sleep;
        sleep.index = at;
    }
}
