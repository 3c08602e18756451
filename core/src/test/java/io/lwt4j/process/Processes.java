package io.lwt4j.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** What the tests of processes have in common. */
final class Processes {

    private Processes() {}

    /** Runs a test until its promise is resolved; no error must reach the loop's handler. */
    static void run(Callable<? extends Promise<?>> test) throws Exception {
        List<Throwable> errors = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).build()) {
            loop.runUntilComplete(() -> test.call().map(done -> true));
        }
        assertThat(errors).as("errors that reached the handler").isEmpty();
    }

    /** A command that does not read what the tests are told by. */
    static Command command(String program, String... arguments) {
        return Command.of(program, arguments).withStdin(Stdio.none());
    }

    static Command shell(String line) {
        return Command.shell(line).withStdin(Stdio.none());
    }

    /** What a promise is rejected with; it must be. */
    static Promise<Throwable> failure(Promise<?> promise) {
        return promise.fold(
                value -> Promise.failed(new AssertionError("fulfilled with " + value)),
                Promise::of);
    }

    /** Lets turns of the loop pass until something is so. */
    static Promise<?> until(Callable<Boolean> condition) {
        return EventLoop.pause()
                .<Object>flatMap(x -> condition.call() ? Promise.unit() : until(condition));
    }

    /** Leaves an error to nobody, and waits until the handler hears of what the collector found. */
    static Promise<?> unheard(Throwable error, List<Throwable> found) {
        var unused = Promise.failed(error);
        return until(() -> {
            System.gc();
            return !found.isEmpty();
        });
    }
}
