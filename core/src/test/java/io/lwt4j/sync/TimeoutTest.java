package io.lwt4j.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.ManualHost;
import io.lwt4j.Promise;
import io.lwt4j.Promises;
import io.lwt4j.Rule;
import io.lwt4j.VirtualLoop;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Rule R-13. */
class TimeoutTest {

    private static final Duration TEN = Duration.ofMillis(10);

    private static Promise<Void> after(long millis) {
        return EventLoop.sleep(Duration.ofMillis(millis));
    }

    private static long millis() {
        return EventLoop.current().engine().nanoTime() / 1_000_000;
    }

    /** A timeout that writes down at what time it fires. */
    private static Timeout timeout(VirtualLoop loop, Duration duration) {
        long start = millis();
        return Timeout.create(duration, () -> loop.log(millis() - start));
    }

    @Test
    @Rule("R-13")
    void itFiresOnceWhenItsTimeIsOver() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Timeout timeout = timeout(loop, TEN);
            assertThat(timeout.isRunning()).isFalse();
            timeout.start();
            assertThat(timeout.isRunning()).isTrue();

            return after(9).flatMap(over -> {
                        assertThat(loop.takeTrace()).isEmpty();
                        return after(20);
                    })
                    .onSuccess(over -> {
                        assertThat(timeout.isRunning()).isFalse();
                        assertThat(loop.takeTrace()).containsExactly("10");
                    });
        });
    }

    @Test
    @Rule("R-13")
    void aTimeoutThatIsNotStartedNeverFires() throws Exception {
        VirtualLoop.runAsync(loop -> {
            timeout(loop, TEN);
            return after(100);
        });
    }

    @Test
    @Rule("R-13")
    void startingItAgainStartsItsTimeAgain() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Timeout timeout = timeout(loop, TEN);
            timeout.start();
            return after(6).flatMap(over -> {
                        timeout.start();
                        return after(6);
                    })
                    .flatMap(over -> {
                        timeout.start();
                        return after(100);
                    })
                    .onSuccess(over -> assertThat(loop.takeTrace()).containsExactly("22"));
        });
    }

    @Test
    @Rule("R-13")
    void aStoppedTimeoutDoesNotFireAndLeavesNoTimer() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Timeout timeout = timeout(loop, TEN);
            timeout.start();
            assertThat(loop.timers()).isOne();

            timeout.stop();
            timeout.stop();

            assertThat(timeout.isRunning()).isFalse();
            assertThat(loop.timers()).isZero();
            return after(100)
                    .flatMap(over -> {
                        timeout.start();
                        return after(100);
                    })
                    .onSuccess(over -> assertThat(loop.takeTrace()).containsExactly("110"));
        });
    }

    @Test
    @Rule("R-13")
    void changeTakesEffectAtOnceIfItIsRunning() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Timeout longer = timeout(loop, TEN);
            longer.start();
            Timeout shorter = timeout(loop, Duration.ofHours(1));
            shorter.start();
            return after(5).flatMap(over -> {
                        longer.change(Duration.ofMillis(50));
                        shorter.change(Duration.ofMillis(20));
                        assertThat(loop.timers()).isEqualTo(2);
                        return after(100);
                    })
                    .onSuccess(over -> assertThat(loop.takeTrace()).containsExactly("25", "55"));
        });
    }

    @Test
    @Rule("R-13")
    void changeOfAStoppedTimeoutCountsFromTheNextStart() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Timeout timeout = timeout(loop, TEN);
            timeout.change(Duration.ofMillis(30));
            assertThat(timeout.isRunning()).isFalse();
            assertThat(loop.timers()).isZero();
            timeout.start();
            return after(100).onSuccess(over -> assertThat(loop.takeTrace()).containsExactly("30"));
        });
    }

    @Test
    @Rule("R-13")
    void onlyAPositiveTimeIsTaken() throws Exception {
        VirtualLoop.run(loop -> {
            for (Duration duration : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
                assertThatThrownBy(() -> Timeout.create(duration, () -> {}))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("a timeout of " + duration + " is not positive");
                Timeout timeout = Timeout.create(TEN, () -> {});
                timeout.start();
                assertThatThrownBy(() -> timeout.change(duration))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThat(timeout.isRunning()).isTrue();
                timeout.stop();
            }
        });
    }

    @Test
    void aVeryLongTimeNeverEnds() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Timeout timeout = timeout(loop, Duration.ofSeconds(Long.MAX_VALUE));
            timeout.start();
            return after(Duration.ofDays(10_000).toMillis()).flatMap(over -> {
                timeout.start();
                assertThat(timeout.isRunning()).isTrue();
                timeout.change(Duration.ofMillis(1));
                return after(2).onSuccess(done -> assertThat(loop.takeTrace()).hasSize(1));
            });
        });
    }

    @Test
    @Rule("R-13")
    void whatTheActionThrowsReachesTheHandlerOfTheLoop() throws Exception {
        Exception error = new Exception("error");
        VirtualLoop.runAsync(loop -> {
            Timeout.create(TEN, () -> {
                        throw error;
                    })
                    .start();
            return after(20)
                    .onSuccess(over -> assertThat(loop.takeErrors()).containsExactly(error));
        });
    }

    @Test
    void theActionMayStartItAgainOrStopAnother() throws Exception {
        VirtualLoop.runAsync(loop -> {
            List<Timeout> timeouts = new ArrayList<>();
            int[] count = new int[1];
            timeouts.add(Timeout.create(TEN, () -> {
                loop.log(++count[0]);
                assertThat(timeouts.get(0).isRunning()).isFalse();
                timeouts.get(1).stop();
                if (count[0] < 3) {
                    timeouts.get(0).start();
                }
            }));
            timeouts.add(Timeout.create(TEN, () -> loop.log("stopped in time")));
            timeouts.forEach(Timeout::start);
            return after(100)
                    .onSuccess(over -> assertThat(loop.takeTrace()).containsExactly("1", "2", "3"));
        });
    }

    @Test
    void startingItVeryOftenMakesHardlyAnyTimers() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Timeout idle = timeout(loop, Duration.ofSeconds(1));
            int before = loop.timersMade();

            List<Integer> seconds = IntStream.range(0, 10).boxed().toList();
            return Promises.forEachSequentially(seconds, second -> {
                        for (int message = 0; message < 100_000; message++) {
                            idle.start();
                        }
                        assertThat(loop.timers()).isOne();
                        return after(500);
                    })
                    .flatMap(over -> {
                        assertThat(loop.takeTrace()).isEmpty();
                        // Ten of them are those of the test itself.
                        assertThat(loop.timersMade() - before).isLessThanOrEqualTo(10 + 11);
                        return after(2_000);
                    })
                    .onSuccess(over -> assertThat(loop.takeTrace()).containsExactly("5500"));
        });
    }

    @Test
    void itFiresOnItsLoopAlsoIfAnotherOneOnTheSameThreadStartsIt() throws Exception {
        ManualHost.run(host -> {
            EventLoop one = host.loop("one");
            EventLoop two = host.loop("two");
            List<Timeout> timeouts = new ArrayList<>();
            List<EventLoop> firedOn = new ArrayList<>();
            two.execute(() ->
                    timeouts.add(Timeout.create(TEN, () -> firedOn.add(EventLoop.current()))));
            host.runTasks();
            one.execute(() -> timeouts.get(0).start());
            host.runTasks();
            one.close();
            host.pass(TEN);
            assertThat(firedOn).containsExactly(two);
            two.close();
            host.runTasks();
        });
    }

    @Test
    void theEndOfTheLoopStopsItAndItCannotBeStartedAgain() throws Exception {
        List<Timeout> timeouts = new ArrayList<>();
        VirtualLoop.run(loop -> {
            Timeout running = timeout(loop, TEN);
            running.start();
            timeouts.add(running);
            EventLoop.current().attachment(AutoCloseable.class, () -> () -> {
                assertThat(running.isRunning()).isFalse();
                running.start();
            });
        });
        assertThat(timeouts.get(0).isRunning()).isFalse();
    }

    @Test
    void anotherThreadIsRefused() throws Exception {
        assertThatThrownBy(() -> Timeout.create(TEN, () -> {}))
                .isInstanceOf(LoopThreadException.class);
        VirtualLoop.run(loop -> {
            Timeout timeout = timeout(loop, TEN);
            CompletableFuture.runAsync(() -> {
                        assertThatThrownBy(timeout::start)
                                .isInstanceOf(LoopThreadException.class)
                                .hasMessageContaining("Timeout.start");
                        assertThatThrownBy(timeout::stop).isInstanceOf(LoopThreadException.class);
                        assertThatThrownBy(() -> timeout.change(TEN))
                                .isInstanceOf(LoopThreadException.class);
                    })
                    .get();
        });
    }
}
