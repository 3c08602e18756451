package io.lwt4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.engine.VirtualTimeEngine;

import java.util.ArrayList;
import java.util.List;

/**
 * A loop with virtual time for one test, a trace for its callbacks to write, and a handler that
 * keeps the errors it hears. An error or a line of the trace that the test has not asked for by its
 * end makes it fail.
 */
public final class VirtualLoop {

    private final List<String> trace = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private final List<Throwable> unobserved = new ArrayList<>();

    private VirtualLoop() {}

    /** Runs a test whose end does not depend on the loop's turns. */
    public static void run(CheckedConsumer<VirtualLoop> test) throws Exception {
        runAsync(loop -> {
            test.accept(loop);
            return Promise.unit();
        });
    }

    /** Runs a test until its promise is resolved. */
    public static void runAsync(CheckedFunction<VirtualLoop, ? extends Promise<?>> test)
            throws Exception {
        VirtualLoop virtual = new VirtualLoop();
        try (EventLoop loop = EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(virtual.errors::add)
                .build()) {
            loop.runUntilComplete(() -> test.apply(virtual).map(done -> true));
        }
        virtual.errors.removeAll(virtual.unobserved);
        assertThat(virtual.errors).as("errors that reached the handler").isEmpty();
        assertThat(virtual.trace).as("the rest of the trace").isEmpty();
    }

    /** Writes a line into the trace. */
    public void log(Object line) {
        trace.add(String.valueOf(line));
    }

    /** A callback that writes a line into the trace. */
    public CheckedRunnable logs(String line) {
        return () -> log(line);
    }

    /** The trace since the last call. */
    public List<String> takeTrace() {
        return take(trace);
    }

    /** Says that nobody looks at an error, so that the handler hears of it if it is collected. */
    public void leavesUnobserved(Throwable error) {
        unobserved.add(error);
    }

    /** Lets the collector find errors that nobody has looked at, until the handler hears of one. */
    public Promise<?> collect() {
        Throwable sign = new Throwable("looked at by nobody");
        var unused = Promise.failed(sign);
        return collect(sign);
    }

    private Promise<?> collect(Throwable sign) {
        System.gc();
        return EventLoop.pause()
                .<Object>flatMap(turn -> errors.remove(sign) ? Promise.unit() : collect(sign));
    }

    /** What the handler heard since the last call. */
    public List<Throwable> takeErrors() {
        return take(errors);
    }

    /** How many timers wait for their time now. */
    public int timers() {
        return EventLoop.current().timers.size();
    }

    /** How many timers there have been so far. */
    public int timersMade() {
        return EventLoop.current().timers.mark();
    }

    private static <E> List<E> take(List<E> list) {
        List<E> taken = List.copyOf(list);
        list.clear();
        return taken;
    }

    public static <T> Promise.State<T> pending() {
        return new Promise.State.Pending<>();
    }

    public static <T> Promise.State<T> fulfilled(T value) {
        return new Promise.State.Fulfilled<>(value);
    }

    public static <T> Promise.State<T> rejected(Throwable cause) {
        return new Promise.State.Rejected<>(cause);
    }

    public static <T> Promise.State<T> cancelled() {
        return new Promise.State.Rejected<>(CanceledException.instance());
    }
}
