package io.lwt4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.time.Duration;

/** The numbers of a loop that meters show. */
class LoopStatisticsTest {

    @Test
    void statisticsCountTurnsTasksAndTimers() throws Exception {
        EventLoop.run(() -> {
            EventLoop loop = EventLoop.current();
            LoopStatistics before = loop.statistics();
            Promise<?> sleep = EventLoop.sleep(Duration.ofDays(1));
            loop.execute(() -> {});
            loop.execute(() -> {});

            LoopStatistics waiting = loop.statistics();
            assertThat(waiting.queued()).isEqualTo(2);
            assertThat(waiting.timers()).isEqualTo(1);
            sleep.cancel();
            return EventLoop.pause().onSuccess(later -> {
                LoopStatistics after = loop.statistics();
                assertThat(after.queued()).isZero();
                assertThat(after.timers()).isZero();
                assertThat(after.tasks()).isEqualTo(before.tasks() + 2);
                assertThat(after.turns()).isGreaterThan(before.turns());
            });
        });
    }

    @Test
    void statisticsCountChannelsUntilTheyAreForgotten() throws Exception {
        EventLoop.run(() -> {
            EventLoop loop = EventLoop.current();
            assertThat(loop.statistics().channels()).isZero();
            try (Pair pair = new Pair()) {
                pair.pipe.source().configureBlocking(false);
                var registration = loop.engine().register(pair.pipe.source(), new Nothing());
                assertThat(loop.statistics().channels()).isEqualTo(1);
                registration.close();
                return EventLoop.pause()
                        .onSuccess(later ->
                                assertThat(loop.statistics().channels()).isZero());
            }
        });
    }

    @Test
    void statisticsMayBeAskedForOnAnyThreadAndOfAClosedLoop() throws Exception {
        EventLoop loop = EventLoop.builder().start();
        loop.submit(EventLoop::pause).get();
        assertThat(loop.statistics().tasks()).isPositive();
        loop.close();
        assertThat(loop.statistics().channels()).isZero();
        assertThat(loop.statistics().timers()).isZero();
    }

    private record Pair(Pipe pipe) implements AutoCloseable {

        Pair() throws IOException {
            this(Pipe.open());
        }

        @Override
        public void close() throws IOException {
            pipe.source().close();
            pipe.sink().close();
        }
    }

    private static final class Nothing implements io.lwt4j.engine.Engine.Handler {

        @Override
        public void ready(int readyOps) {}

        @Override
        public void closed() {}
    }
}
