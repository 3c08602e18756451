package io.lwt4j.race;

import io.lwt4j.EventLoop;
import io.lwt4j.engine.Host;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One run of a race: a fresh loop, which lives on the thread that makes this, and what it and other
 * threads are to do at the same time. What comes of it they {@link #tell}.
 */
public final class Round {

    private final Thread home = Thread.currentThread();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private final List<Runnable> rivals = new ArrayList<>();
    private final List<Runnable> endings = new ArrayList<>();
    private final EventLoop loop;
    private @Nullable Runnable homeAction;

    Round() {
        loop = EventLoop.builder()
                .name("race")
                .host(new Home())
                .uncaughtHandler(error -> tell("handler " + error.getClass().getSimpleName()))
                .build();
        if (!loop.isCurrent()) {
            throw new IllegalStateException("the loop does not live here");
        }
    }

    /** The loop, which is the current one where the race is set up. */
    public EventLoop loop() {
        return loop;
    }

    /** Adds another thread, and what it does. */
    public void rival(Runnable action) {
        rivals.add(action);
    }

    /** Says what the loop's own thread does at the same time, besides running tasks. */
    public void here(Runnable action) {
        homeAction = action;
    }

    /** Says what to do when all is over, before the outcome is looked at. */
    public void afterwards(Runnable action) {
        endings.add(action);
    }

    /** Adds to the outcome; any thread. */
    public void tell(String event) {
        told.add(event);
    }

    /** A callback for what happens at most once: a second time is an event of its own. */
    public Runnable once(String event) {
        AtomicBoolean before = new AtomicBoolean();
        return () -> tell(before.getAndSet(true) ? event + " again" : event);
    }

    List<Runnable> rivals() {
        return rivals;
    }

    void actHere() {
        if (homeAction != null) {
            homeAction.run();
        }
    }

    void runTask() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Does what is left to do, and returns what was told; sorted, as threads tell in any order. */
    String outcome() {
        runTasks();
        endings.forEach(Runnable::run);
        runTasks();
        List<String> events = new ArrayList<>(told);
        loop.close();
        runTasks();
        events.sort(null);
        return String.join(", ", events);
    }

    private final class Home implements Host {

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public boolean isHere() {
            return Thread.currentThread() == home;
        }

        @Override
        public Runnable schedule(Runnable task, long delayNanos) {
            throw new UnsupportedOperationException("a race waits for no time to pass");
        }

        @Override
        public long nanoTime() {
            return 0;
        }
    }
}
