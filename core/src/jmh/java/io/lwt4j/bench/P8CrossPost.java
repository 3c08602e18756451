package io.lwt4j.bench;

/** Another thread posts tasks to a loop as fast as it can; per task. */
public class P8CrossPost extends Posts {

    private final Runnable task = this::task;

    @Override
    protected void begin() {
        for (int i = 0; i < TASKS; i++) {
            target.execute(task);
        }
    }

    private void task() {
        if (++count == TASKS) {
            done();
        }
    }
}
