package io.lwt4j.interleave;

import io.lwt4j.EventLoop;
import io.lwt4j.engine.Host;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A loop whose turns run where and when the test says so, which costs no thread. */
final class Home implements Host {

    final EventLoop loop;
    final AtomicInteger unhandled = new AtomicInteger();
    private final Queue<Runnable> turns = new ConcurrentLinkedQueue<>();

    Home() {
        loop = EventLoop.builder()
                .name("home")
                .uncaughtHandler(error -> unhandled.incrementAndGet())
                .host(this)
                .build();
        runTurns();
    }

    /** Runs the turns that the loop has asked for, and those that it asks for meanwhile. */
    void runTurns() {
        for (Runnable turn = turns.poll(); turn != null; turn = turns.poll()) {
            turn.run();
        }
    }

    @Override
    public void execute(Runnable turn) {
        turns.add(turn);
    }

    @Override
    public boolean isHere() {
        return false;
    }

    @Override
    public Runnable schedule(Runnable turn, long delayNanos) {
        return () -> {};
    }

    @Override
    public long nanoTime() {
        return 0;
    }
}
