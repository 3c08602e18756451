package io.lwt4j.interop.rx;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CheckedConsumer;
import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.engine.VirtualTimeEngine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A loop with virtual time for one test. Errors that reach its handler and that the test has not
 * asked for make it fail.
 */
final class VirtualLoop {

    private final List<Throwable> errors = new ArrayList<>();

    private VirtualLoop() {}

    /** Runs a test whose end does not depend on the loop's turns. */
    static void run(CheckedConsumer<VirtualLoop> test) throws Exception {
        runAsync(loop -> {
            test.accept(loop);
            return Promise.unit();
        });
    }

    /** Runs a test until its promise is resolved. */
    static void runAsync(CheckedFunction<VirtualLoop, ? extends Promise<?>> test) throws Exception {
        VirtualLoop virtual = new VirtualLoop();
        try (EventLoop loop = virtual.loop()) {
            loop.runUntilComplete(() -> test.apply(virtual).map(done -> true));
        }
        assertThat(virtual.errors).as("errors that reached the handler").isEmpty();
    }

    private EventLoop loop() {
        return EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(errors::add)
                .build();
    }

    /** Makes something on a loop that is closed behind it. */
    static <T> T onLoopThatCloses(Callable<T> body) throws Exception {
        try (EventLoop loop =
                EventLoop.builder().engine(new VirtualTimeEngine()).build()) {
            return loop.runUntilComplete(() -> Promise.of(body.call()));
        }
    }

    /** What the handler heard since the last call. */
    List<Throwable> takeErrors() {
        List<Throwable> taken = List.copyOf(errors);
        errors.clear();
        return taken;
    }

    /** Runs something on another thread, to its end. */
    static void elsewhere(Runnable action) {
        Thread thread = new Thread(action, "elsewhere");
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
