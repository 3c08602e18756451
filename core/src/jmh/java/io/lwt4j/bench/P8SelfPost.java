package io.lwt4j.bench;

import org.openjdk.jmh.annotations.Param;

/** A loop's tasks post themselves again, one or a thousand of them at a time; per task. */
public class P8SelfPost extends Posts {

    /** How many tasks there are at a time. */
    @Param({"1", "1000"})
    public int outstanding;

    private final Runnable first = this::first;
    private final Runnable next = this::next;

    @Override
    protected void begin() {
        target.execute(first);
    }

    private void first() {
        for (int i = 0; i < outstanding; i++) {
            target.execute(next);
        }
    }

    private void next() {
        if (++count == TASKS) {
            done();
        } else if (count <= TASKS - outstanding) {
            target.execute(next);
        }
    }
}
