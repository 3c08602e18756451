package io.lwt4j;

import org.jspecify.annotations.Nullable;

/** The promise of a sleep, which is its own entry in the heap of timers. */
final class Sleep extends Pending<@Nullable Void> {

    private final int sequence;

    /** The place in the heap; negative outside of it. */
    int index = -1;

    Sleep(Context context, int sequence) {
        super(context);
        this.sequence = sequence;
        this.how = this;
    }

    /** Whether this one was made before another with the same deadline. */
    boolean isBefore(Sleep other) {
        // By difference: the count may wrap around in a loop that lives long.
        return sequence - other.sequence < 0;
    }

    boolean isBefore(int other) {
        return sequence - other < 0;
    }

    @Override
    String kind() {
        return "sleep";
    }

    @Override
    boolean isLeaf() {
        return true;
    }

    @Override
    void released() {
        ((EventLoop) context.loop).timers.remove(this);
    }
}
