package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.engine.VirtualTimeEngine;

import java.util.ArrayList;
import java.util.List;

/** A loop with virtual time, what was written to its log, and the errors its handler heard. */
final class TestLoop {

    final List<Object> log = new ArrayList<>();
    final List<Throwable> errors = new ArrayList<>();

    private TestLoop() {}

    /** Runs a test until its promise is resolved; errors that it has not taken make it fail. */
    static void run(CheckedFunction<TestLoop, ? extends Promise<?>> test) throws Exception {
        TestLoop self = new TestLoop();
        try (EventLoop loop = EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(self.errors::add)
                .build()) {
            loop.runUntilComplete(() -> {
                // It may be the graph of the thread, which other tests have left.
                Graph.current().uncaughtHandler(null);
                return test.apply(self).map(done -> true);
            });
        }
        assertThat(self.errors).as("errors that reached the handler").isEmpty();
    }

    List<Object> takeLog() {
        List<Object> taken = List.copyOf(log);
        log.clear();
        return taken;
    }

    List<Throwable> takeErrors() {
        List<Throwable> taken = List.copyOf(errors);
        errors.clear();
        return taken;
    }
}
