package io.lwt4j.bench;

import java.util.Arrays;

/** A binary heap of timers that know their place in it: what a loop's timers cannot do without. */
final class TimerHeap {

    static final class Timer {
        final long deadline;
        Runnable action;
        private int index;

        private Timer(long deadline) {
            this.deadline = deadline;
        }
    }

    private Timer[] timers = new Timer[16];
    private int size;

    Timer add(long deadline) {
        Timer timer = new Timer(deadline);
        if (size == timers.length) {
            timers = Arrays.copyOf(timers, size * 2);
        }
        siftUp(size++, timer);
        return timer;
    }

    void remove(Timer timer) {
        int hole = timer.index;
        Timer last = timers[--size];
        timers[size] = null;
        if (hole < size) {
            siftDown(hole, last);
            if (timers[hole] == last) {
                siftUp(hole, last);
            }
        }
    }

    Timer poll() {
        Timer first = timers[0];
        if (first != null) {
            remove(first);
        }
        return first;
    }

    private void siftUp(int from, Timer timer) {
        int hole = from;
        while (hole > 0) {
            Timer parent = timers[(hole - 1) / 2];
            if (parent.deadline <= timer.deadline) {
                break;
            }
            set(hole, parent);
            hole = (hole - 1) / 2;
        }
        set(hole, timer);
    }

    private void siftDown(int from, Timer timer) {
        int hole = from;
        for (int child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
            if (child + 1 < size && timers[child + 1].deadline < timers[child].deadline) {
                child++;
            }
            if (timer.deadline <= timers[child].deadline) {
                break;
            }
            set(hole, timers[child]);
            hole = child;
        }
        set(hole, timer);
    }

    private void set(int at, Timer timer) {
        timers[at] = timer;
        timer.index = at;
    }
}
