package io.lwt4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CheckedConsumer;
import io.lwt4j.CheckedRunnable;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Runs the tests of files, and looks whether they leave one open. */
final class FileLoop {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private FileLoop() {}

    /** Runs a test until its promise is resolved; no error must reach the loop's handler. */
    static <T> T run(Callable<? extends Promise<T>> test) throws Exception {
        List<Throwable> errors = new ArrayList<>();
        T result;
        try (EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).build()) {
            result = loop.runUntilComplete(test);
        }
        assertThat(errors).as("errors that reached the handler").isEmpty();
        return result;
    }

    /** The open descriptors of files below a folder; none where the system does not tell. */
    static List<Path> openBelow(Path folder) throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return List.of();
        }
        Path real = folder.toRealPath();
        List<Path> open = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    Path file = Files.readSymbolicLink(descriptor);
                    if (file.startsWith(real)) {
                        open.add(file);
                    }
                } catch (IOException e) {
                    // Closed meanwhile.
                }
            }
        }
        return open;
    }

    /** Waits, turn by turn, until a check passes; the test's own time limit ends it. */
    static Promise<Void> until(CheckedRunnable check) {
        try {
            check.run();
            return Promise.unit();
        } catch (AssertionError e) {
            return EventLoop.sleep(java.time.Duration.ofMillis(1)).flatMap(over -> until(check));
        } catch (Exception e) {
            return Promise.failed(e);
        }
    }

    /** The error of a promise; fails if it has none. */
    static Promise<Throwable> failure(Promise<?> promise) {
        return promise.fold(
                value -> Promise.failed(new AssertionError("no error, but " + value)), Promise::of);
    }

    /** Looks at a value when it is there. */
    static <T> Promise<Boolean> check(Promise<T> promise, CheckedConsumer<? super T> check) {
        return promise.map(value -> {
            check.accept(value);
            return true;
        });
    }
}
