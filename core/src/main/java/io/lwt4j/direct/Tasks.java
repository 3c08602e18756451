package io.lwt4j.direct;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The tasks of one loop: those that may go on, in their order, and those that wait. */
final class Tasks implements AutoCloseable {

    private static final int MOST_STEPS = 10_000;

    private final EventLoop loop;
    private final Mechanism mechanism;
    private final Deque<DirectTask<?>> ready = new ArrayDeque<>();

    /** Those that have not ended; the loop's end is theirs, too. */
    private final Set<DirectTask<?>> alive = new LinkedHashSet<>();

    /** Whether the loop is going through `ready`, and will look whether something is left there. */
    private boolean stepping;

    private boolean closing;

    private Tasks(EventLoop loop, Mechanism mechanism) {
        this.loop = loop;
        this.mechanism = mechanism;
        DirectTask.eachTurnOf(loop, this::run);
    }

    /** The tasks of a loop; on its thread. */
    static Tasks of(EventLoop loop) {
        return of(loop, null);
    }

    /** The same with a certain mechanism, if the loop has had no tasks yet. */
    static Tasks of(EventLoop loop, @Nullable Mechanism mechanism) {
        return loop.attachment(
                Tasks.class,
                () -> new Tasks(loop, mechanism == null ? Mechanism.chosen() : mechanism));
    }

    EventLoop loop() {
        return loop;
    }

    Fibre fibre(Runnable body) {
        return mechanism.fibre(body);
    }

    /** Whether the loop has ended, so that what is pending will stay so. */
    boolean isClosing() {
        return closing;
    }

    void add(DirectTask<?> task) {
        alive.add(task);
        enqueue(task);
    }

    void ended(DirectTask<?> task) {
        alive.remove(task);
    }

    /** Lets a task go on after those that are ready now. */
    void enqueue(DirectTask<?> task) {
        ready.add(task);
        if (!stepping && ready.size() == 1) {
            askForTurn();
        }
    }

    /** Takes back the last {@link #enqueue}. */
    void dequeueLast() {
        ready.removeLast();
    }

    /** Keeps the loop from waiting, and a host from forgetting it. */
    private void askForTurn() {
        if (EventLoop.current() != loop) {
            // A loop that lives on the same thread has its turn.
            loop.execute(this::askForTurn);
        } else if (loop.pausedCount() == 0) {
            Promise<?> unused = EventLoop.pause();
        }
    }

    private void run() {
        int steps = Math.min(MOST_STEPS, 2 * ready.size());
        stepping = true;
        try {
            for (DirectTask<?> task; steps > 0 && (task = ready.poll()) != null; steps--) {
                task.step();
            }
        } finally {
            stepping = false;
            if (!ready.isEmpty()) {
                askForTurn();
            }
        }
    }

    /** Ends all tasks: from now on nothing that they wait for can happen. */
    @Override
    public void close() {
        closing = true;
        stepping = true;
        for (DirectTask<?> task : List.copyOf(alive)) {
            tryTo(task::cancel);
        }
        for (DirectTask<?> task = ready.poll(); task != null; task = ready.poll()) {
            tryTo(task::step);
        }
    }

    /** An error of the virtual machine in a callback of one task must not spare the others. */
    private static void tryTo(Runnable action) {
        try {
            action.run();
        } catch (Throwable t) {
            // By way of a promise, since only callbacks and their like reach the handler.
            EventLoop.spawn(() -> Promise.failed(t));
        }
    }
}
