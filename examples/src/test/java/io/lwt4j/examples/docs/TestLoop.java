package io.lwt4j.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.engine.VirtualTimeEngine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Runs tests on a loop with virtual time; an error that nobody looked at makes them fail. */
final class TestLoop {

    private TestLoop() {}

    static void run(Callable<? extends Promise<?>> test) throws Exception {
        List<Throwable> errors = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(errors::add)
                .build()) {
            loop.runUntilComplete(() -> {
                Promise<?> end = test.call();
                return end.flatMap(done -> collectGarbage(errors));
            });
        }
        assertThat(errors).as("errors that nobody looked at").isEmpty();
    }

    /** Twice, since what has been dropped before may be reported behind what is dropped now. */
    private static Promise<Boolean> collectGarbage(List<Throwable> errors) {
        return drop(errors).flatMap(done -> drop(errors));
    }

    /** Drops a rejection, and waits until it is reported. */
    private static Promise<Boolean> drop(List<Throwable> errors) {
        Exception canary = new Exception("dropped on purpose");
        Promise.failed(canary);
        return collected(errors, canary);
    }

    private static Promise<Boolean> collected(List<Throwable> errors, Exception canary) {
        System.gc();
        return errors.remove(canary)
                ? Promise.ofTrue()
                : EventLoop.pause().flatMap(done -> collected(errors, canary));
    }
}
