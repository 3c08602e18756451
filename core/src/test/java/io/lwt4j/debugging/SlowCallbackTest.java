package io.lwt4j.debugging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.SlowCallback;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Callbacks that keep a loop from everything else are reported while they run. */
class SlowCallbackTest {

    private static final Duration THRESHOLD = Duration.ofMillis(20);

    private final BlockingQueue<SlowCallback> reports = new LinkedBlockingQueue<>();

    private SlowCallback runUntilReported() {
        try {
            return reports.take();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSlowTaskIsReportedWithItsStackWhileItRuns() throws Exception {
        try (EventLoop loop = EventLoop.builder()
                .name("busy")
                .onSlowCallback(THRESHOLD, reports::add)
                .start()) {
            SlowCallback report =
                    loop.submit(() -> Promise.of(runUntilReported())).get();
            assertThat(report.loop()).isEqualTo("busy");
            assertThat(report.soFar()).isGreaterThanOrEqualTo(THRESHOLD);
            assertThat(report.stack())
                    .anyMatch(frame -> frame.getMethodName().equals("runUntilReported"));
        }
    }

    @Test
    void eachSlowCallbackIsReportedOnce() throws Exception {
        try (EventLoop loop =
                EventLoop.builder().onSlowCallback(THRESHOLD, reports::add).start()) {
            for (int i = 0; i < 3; i++) {
                loop.submit(() -> Promise.of(runUntilReported())).get();
            }
            assertThat(reports).isEmpty();
        }
    }

    @Test
    void aSlowCallbackOfAPromiseIsReportedToo() throws Exception {
        EventLoop loop =
                EventLoop.builder().onSlowCallback(THRESHOLD, reports::add).build();
        try (loop) {
            SlowCallback report =
                    loop.runUntilComplete(() -> EventLoop.pause().map(x -> runUntilReported()));
            assertThat(report.stack()).isNotEmpty();
        }
    }

    @Test
    void aLoopThatWaitsIsNotReported() throws Exception {
        BlockingQueue<SlowCallback> none = new LinkedBlockingQueue<>();
        try (EventLoop idle =
                        EventLoop.builder().onSlowCallback(THRESHOLD, none::add).start();
                EventLoop busy = EventLoop.builder()
                        .onSlowCallback(THRESHOLD, reports::add)
                        .start()) {
            idle.submit(EventLoop::pause).get();
            busy.submit(() -> Promise.of(runUntilReported())).get();
            busy.submit(() -> Promise.of(runUntilReported())).get();
            assertThat(none).isEmpty();
        }
    }

    @Test
    void aHandlerThatThrowsDoesNotEndTheWatch() throws Exception {
        try (EventLoop loop = EventLoop.builder()
                .onSlowCallback(THRESHOLD, report -> {
                    reports.add(report);
                    throw new IllegalStateException("as this test wants it");
                })
                .start()) {
            loop.submit(() -> Promise.of(runUntilReported())).get();
            loop.submit(() -> Promise.of(runUntilReported())).get();
        }
    }

    @Test
    void aNegativeThresholdIsRefused() {
        assertThatThrownBy(() ->
                        EventLoop.builder().onSlowCallback(Duration.ofMillis(-1), report -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-0.001S");
    }
}
