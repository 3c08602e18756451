package io.lwt4j.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.engine.VirtualTimeEngine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

/**
 * A loop with virtual time for one test of tasks, which get their stacks by a given mechanism. It
 * has a trace to write into, and keeps the errors its handler hears; what the test has not asked
 * for by its end makes it fail.
 */
final class TaskLoop {

    private final List<String> trace = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();

    private TaskLoop() {}

    /** Runs a test, itself not a task, until its promise is resolved, and closes the loop. */
    static void run(Mechanism mechanism, CheckedFunction<TaskLoop, ? extends Promise<?>> test)
            throws Exception {
        TaskLoop tasks = new TaskLoop();
        EventLoop loop = tasks.build();
        try (loop) {
            loop.runUntilComplete(() -> {
                prepare(loop, mechanism);
                return test.apply(tasks).map(done -> true);
            });
        }
        assertThat(tasks.errors).as("errors that reached the handler").isEmpty();
        assertThat(tasks.trace).as("the rest of the trace").isEmpty();
    }

    /** Runs a test as a task. */
    static void runTask(Mechanism mechanism, Test test) throws Exception {
        run(
                mechanism,
                tasks -> Direct.spawn(() -> {
                    test.run(tasks);
                    return true;
                }));
    }

    /** What a task of {@link #runTask} does. */
    interface Test {
        void run(TaskLoop tasks) throws Exception;
    }

    EventLoop build() {
        return EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(errors::add)
                .build();
    }

    /** Says by which mechanism the tasks of a loop get their stacks; on the loop. */
    static void prepare(EventLoop loop, Mechanism mechanism) {
        Tasks.of(loop, mechanism);
    }

    /** Starts a loop on a thread of its own. */
    static EventLoop start(Mechanism mechanism) {
        EventLoop loop = EventLoop.builder().start();
        loop.execute(() -> prepare(loop, mechanism));
        return loop;
    }

    /** Runs a task on a loop that runs elsewhere, and waits for it; throws what it throws. */
    static <T> T call(EventLoop loop, Callable<T> body) throws Exception {
        try {
            return loop.submit(() -> Direct.spawn(body)).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (Exception) e.getCause();
        }
    }

    /** Writes a line into the trace. */
    void log(Object line) {
        trace.add(String.valueOf(line));
    }

    /** How many lines there are in the trace. */
    int size() {
        return trace.size();
    }

    /** The trace since the last call. */
    List<String> takeTrace() {
        return take(trace);
    }

    /** What the handler heard since the last call. */
    List<Throwable> takeErrors() {
        return take(errors);
    }

    private static <E> List<E> take(List<E> list) {
        List<E> taken = List.copyOf(list);
        list.clear();
        return taken;
    }
}
