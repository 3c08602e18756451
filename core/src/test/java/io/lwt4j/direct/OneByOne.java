package io.lwt4j.direct;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

/** Runs tasks on whatever thread another executor has, never two at once. */
final class OneByOne implements Executor {

    private final Executor threads;
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private boolean busy;

    OneByOne(Executor threads) {
        this.threads = threads;
    }

    @Override
    public synchronized void execute(Runnable task) {
        queue.add(task);
        if (!busy) {
            busy = true;
            threads.execute(this::next);
        }
    }

    private void next() {
        Runnable task;
        synchronized (this) {
            task = queue.remove();
        }
        task.run();
        synchronized (this) {
            busy = !queue.isEmpty();
            if (busy) {
                threads.execute(this::next);
            }
        }
    }
}
