package io.lwt4j.debugging;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopStatistics;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What docs/debugging.md shows; the snippets stand here as they stand there. */
class DebuggingGuideTest {

    private static Promise<String> load(String what) {
        return EventLoop.sleep(Duration.ofMillis(5)).map(x -> what);
    }

    @Test
    void namesAndDump() throws Exception {
        List<String> shown = new ArrayList<>();
        EventLoop.run(() -> {
            Promise<String> user = load("user").named("user");
            Promise<String> orders = load("orders").named("orders");
            Promise<String> page = Promise.both(user, orders).map(both -> both.toString());

            shown.add(EventLoop.current().dump());
            return page;
        });
        assertThat(shown.get(0))
                .contains("  map\n    both\n      \"user\"\n        map\n          sleep, ");
    }

    @Test
    void unobserved() {
        List<Throwable> errors = new ArrayList<>();
        EventLoop loop =
                EventLoop.builder().uncaughtHandler(error -> errors.add(error)).build();
        loop.close();
        assertThat(errors).isEmpty();
    }

    @Test
    void slowCallbacks() throws Exception {
        BlockingQueue<String> log = new LinkedBlockingQueue<>();
        EventLoop loop = EventLoop.builder()
                .onSlowCallback(
                        Duration.ofMillis(50),
                        slow -> log.add(slow.loop() + " is held up by " + slow.stack()))
                .start();
        try (loop) {
            loop.submit(() -> Promise.of(log.take())).get();
        }
    }

    @Test
    void numbers() throws Exception {
        try (EventLoop loop = EventLoop.builder().start()) {
            LoopStatistics now = loop.statistics();
            String line = now.queued() + " queued, " + now.timers() + " timers, " + now.channels()
                    + " channels";
            assertThat(line).isEqualTo("0 queued, 0 timers, 0 channels");
        }
    }

    private static final PromiseLocal<String> REQUEST = PromiseLocal.create();

    private static Promise<String> handle(String request) {
        return REQUEST.with(
                request, () -> load("user").map(user -> REQUEST.get() + ": loaded " + user));
    }

    @Test
    void whoseWork() throws Exception {
        String line = EventLoop.run(() -> handle("r-17"));
        assertThat(line).isEqualTo("r-17: loaded user");
    }

    @Test
    void everySnippetOfThePageStandsHere() throws Exception {
        String page = Files.readString(Path.of("../docs/debugging.md"));
        String source = squeezed(Files.readString(
                Path.of("src/test/java/io/lwt4j/debugging/DebuggingGuideTest.java")));
        String[] parts = page.split("```java\n", -1);
        assertThat(parts.length).isGreaterThan(3);
        for (int i = 1; i < parts.length; i++) {
            assertThat(source).contains(squeezed(parts[i].substring(0, parts[i].indexOf("```"))));
        }
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }
}
