package io.lwt4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.engine.VirtualTimeEngine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Runs the tests of channels in virtual time, and looks at what comes of their promises. */
final class TestLoop {

    private TestLoop() {}

    /** Runs a test until its promise is resolved; no error must reach the loop's handler. */
    static void run(Callable<? extends Promise<?>> test) throws Exception {
        List<Throwable> errors = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(errors::add)
                .build()) {
            loop.runUntilComplete(() -> test.call().map(done -> true));
        }
        assertThat(errors).as("errors that reached the handler").isEmpty();
    }

    static <T> void assertFulfilled(Promise<T> promise, T value) {
        assertThat(promise.state()).isEqualTo(new Promise.State.Fulfilled<>(value));
    }

    static void assertDone(Promise<Void> promise) {
        assertThat(promise.isFulfilled()).as("done: %s", promise).isTrue();
    }

    static Throwable cause(Promise<?> promise) {
        assertThat(promise.isRejected()).as("rejected: %s", promise).isTrue();
        return ((Promise.State.Rejected<?>) promise.state()).cause();
    }
}
