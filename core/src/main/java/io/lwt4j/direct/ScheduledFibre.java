package io.lwt4j.direct;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/** A virtual thread that is run, step by step, by the loop's thread itself. */
final class ScheduledFibre implements Fibre, Executor {

    /* Overview. Whenever the virtual thread can go on, the JDK gives its next step to execute(): on
     * its start, after Thread.yield(), and when something it was blocked in is over. A step returns
     * when the thread stops.
     *
     * suspend() is Thread.yield(): the next step is there at once, and is kept until resume(). So
     * nobody can wake the thread too early, as a forgotten unpark might. And where the virtual
     * machine cannot take the thread off (monitors up to JDK 23, native frames) yield() returns as
     * if nothing had happened, so that this is seen; a park() would block the loop's thread, and
     * with it whoever might have ended that.
     *
     * A thread that stops without suspend() is blocked in something else. It may be in the middle
     * of anything, so the loop must not go on: its thread waits for the next step, as it would have
     * waited in a callback that blocks.
     */

    private final Thread thread;
    private boolean started;

    /** What execute() was given last, until it is run. */
    private volatile @Nullable Runnable next;

    /** The loop's thread if it waits for a step. */
    private volatile @Nullable Thread waiting;

    /* For whoever runs: the loop's thread, or the virtual thread on it. */

    private boolean suspended;
    private boolean ended;

    ScheduledFibre(Runnable body) {
        thread = VirtualThreads.scheduled(this, () -> {
            try {
                body.run();
            } finally {
                ended = true;
            }
        });
    }

    @Override
    public void resume() {
        suspended = false;
        if (!started) {
            started = true;
            thread.start();
        }
        // A thread that carries another one takes on whether that is interrupted.
        boolean interrupted = Thread.interrupted();
        do {
            Runnable step = next;
            if (step == null) {
                step = awaitStep();
            }
            next = null;
            if (VirtualThreads.isVirtual(Thread.currentThread())) {
                runOnPlatformThread(step);
            } else {
                step.run();
            }
        } while (!suspended && !ended);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private Runnable awaitStep() {
        boolean interrupted = false;
        waiting = Thread.currentThread();
        Runnable step = next;
        while (step == null) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
            step = next;
        }
        waiting = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return step;
    }

    @Override
    public void execute(Runnable step) {
        next = step;
        Thread thread = waiting;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /** For a loop whose host has moved to a virtual thread, which cannot carry another one. */
    private static void runOnPlatformThread(Runnable step) {
        Thread carrier = new Thread(null, step, VirtualThreads.NAME + "-carrier", 0, false);
        carrier.setDaemon(true);
        carrier.start();
        boolean interrupted = false;
        while (carrier.isAlive()) {
            try {
                carrier.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // Nothing is left to chance: see the overview.
    public void suspend() {
        suspended = true;
        try {
            Thread.yield();
        } catch (Throwable stillHere) {
            // The stack is at its end, for instance.
            suspended = false;
            throw stillHere;
        }
        if (suspended) {
            suspended = false;
            throw new IllegalStateException("a task cannot wait here: the JDK cannot take its"
                    + " virtual thread off, because of a synchronized block (before JDK 24) or a"
                    + " native method around this call; use a java.util.concurrent lock, or"
                    + " -Dlwt4j.direct=virtual");
        }
    }
}
