package io.lwt4j;

import io.lwt4j.engine.Host;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A host whose tasks run when the test says so, on the test's thread, and with virtual time. */
public final class ManualHost implements Host {

    private final Thread thread = Thread.currentThread();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::deadline));
    private long now;

    /** What becomes of every further task, if not null. */
    private volatile @Nullable Throwable refusal;

    private record Timer(Runnable task, long deadline) {}

    private ManualHost() {}

    /** Runs a test on a thread of its own, which the loops that live there may keep. */
    public static void run(CheckedConsumer<ManualHost> test) throws Exception {
        SmallStack.run(() -> test.accept(new ManualHost()));
    }

    /** A loop that lives here. */
    public EventLoop loop(String name) {
        return EventLoop.builder().name(name).host(this).build();
    }

    /** Runs tasks until there are none. */
    public void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Runs tasks and lets time pass. */
    public void pass(Duration time) {
        runTasks();
        long end = now + time.toNanos();
        for (Timer next = timers.peek();
                next != null && next.deadline <= end;
                next = timers.peek()) {
            now = next.deadline;
            timers.remove(next);
            execute(next.task);
            runTasks();
        }
        now = end;
    }

    /** Throws an error at whoever brings a task from now on. */
    public void refuse(Throwable error) {
        refusal = error;
    }

    @Override
    public void execute(Runnable task) {
        Throwable error = refusal;
        if (error != null) {
            throw LoopCore.sneaky(error);
        }
        tasks.add(task);
    }

    @Override
    public boolean isHere() {
        return Thread.currentThread() == thread;
    }

    @Override
    public Runnable schedule(Runnable task, long delayNanos) {
        Timer timer = new Timer(task, now + delayNanos);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public long nanoTime() {
        return now;
    }
}
