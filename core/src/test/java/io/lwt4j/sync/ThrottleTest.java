package io.lwt4j.sync;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.ManualHost;
import io.lwt4j.Promise;
import io.lwt4j.Promises;
import io.lwt4j.Reachable;
import io.lwt4j.Rule;
import io.lwt4j.SmallStack;
import io.lwt4j.VirtualLoop;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Rules. */
class ThrottleTest {

    private static final int MANY = 100_000;

    private static Promise<Void> after(long millis) {
        return EventLoop.sleep(Duration.ofMillis(millis));
    }

    /** Asks, and writes the name down when it may pass. */
    private static Promise<Boolean> acquire(
            VirtualLoop loop, Throttle<String> throttle, String key, String name) {
        return throttle.acquire(key).onSuccess(passes -> loop.log(name + " " + passes));
    }

    @Test
    @Rule("R-14")
    void theFirstOfAPeriodPassAtOnceTheNextWaitAndTheRestIsRefused() throws Exception {
        VirtualLoop.run(loop -> {
            Throttle<String> throttle = Throttle.create(2, 2);
            List<Promise.State<Boolean>> states = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                states.add(throttle.acquire("key").state());
            }

            assertThat(states)
                    .containsExactly(
                            fulfilled(true),
                            fulfilled(true),
                            pending(),
                            pending(),
                            fulfilled(false),
                            fulfilled(false));
        });
    }

    @Test
    @Rule("R-14")
    void thoseWhoWaitPassInTheNextPeriodsInTheirOrder() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Throttle<String> throttle = Throttle.create(2, 10);
            for (int i = 0; i < 7; i++) {
                acquire(loop, throttle, "key", "" + i);
            }
            assertThat(loop.takeTrace()).containsExactly("0 true", "1 true");
            return after(999)
                    .flatMap(over -> {
                        assertThat(loop.takeTrace()).isEmpty();
                        return after(2);
                    })
                    .flatMap(over -> {
                        assertThat(loop.takeTrace()).containsExactly("2 true", "3 true");
                        assertThat(throttle.acquire("key").isPending())
                                .as("the period is used up")
                                .isTrue();
                        return after(1_000);
                    })
                    .flatMap(over -> {
                        assertThat(loop.takeTrace()).containsExactly("4 true", "5 true");
                        return after(1_000);
                    })
                    .onSuccess(over -> assertThat(loop.takeTrace()).containsExactly("6 true"));
        });
    }

    @Test
    @Rule("R-14")
    void keysHaveQuotasOfTheirOwnAndOneQueue() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Throttle<String> throttle = Throttle.create(1, 3);
            acquire(loop, throttle, "a", "a1");
            acquire(loop, throttle, "b", "b1");
            acquire(loop, throttle, "a", "a2");
            acquire(loop, throttle, "b", "b2");
            acquire(loop, throttle, "a", "a3");
            acquire(loop, throttle, "b", "b3");
            assertThat(loop.takeTrace()).containsExactly("a1 true", "b1 true", "b3 false");
            return after(1_001)
                    .flatMap(over -> {
                        assertThat(loop.takeTrace()).containsExactly("a2 true", "b2 true");
                        return after(1_000);
                    })
                    .onSuccess(over -> assertThat(loop.takeTrace()).containsExactly("a3 true"));
        });
    }

    @Test
    @Rule("R-14")
    void aPeriodBeginsWithTheFirstCallAfterTheOneBefore() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Throttle<String> throttle = Throttle.create(1, 10);
            acquire(loop, throttle, "key", "first");
            return after(1_500)
                    .flatMap(over -> {
                        acquire(loop, throttle, "key", "second");
                        acquire(loop, throttle, "key", "third");
                        assertThat(loop.takeTrace()).containsExactly("first true", "second true");
                        return after(999);
                    })
                    .flatMap(over -> {
                        assertThat(loop.takeTrace()).isEmpty();
                        return after(2);
                    })
                    .onSuccess(over -> assertThat(loop.takeTrace()).containsExactly("third true"));
        });
    }

    @Test
    @Rule("R-15")
    void aCancelledWaiterFreesItsPlaceAtOnce() throws Exception {
        VirtualLoop.run(loop -> {
            Throttle<String> throttle = Throttle.create(1, 1);
            throttle.acquire("key");
            Promise<Boolean> first = throttle.acquire("key");
            assertThat(throttle.acquire("key").state()).isEqualTo(fulfilled(false));

            first.cancel();
            assertThat(first.state()).isEqualTo(cancelled());
            Promise<Boolean> second = throttle.acquire("key");
            assertThat(second.state()).isEqualTo(pending());

            List<Promise<Boolean>> third = new ArrayList<>();
            second.onCancel(() -> third.add(throttle.acquire("key")));
            second.cancel();
            assertThat(third.get(0).state()).as("also for its own callback").isEqualTo(pending());
        });
    }

    @Test
    @Rule("R-15")
    void aCancelledWaiterTakesNothingOfTheNextPeriod() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Throttle<String> throttle = Throttle.create(1, 10);
            throttle.acquire("key");
            Promise<Boolean> gone = throttle.acquire("key");
            acquire(loop, throttle, "key", "next");
            gone.cancel();
            return after(1_001)
                    .onSuccess(over -> assertThat(loop.takeTrace()).containsExactly("next true"));
        });
    }

    @Test
    void thereIsATimerOnlyIfSomebodyWaits() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Throttle<String> throttle = Throttle.create(1, 10);
            throttle.acquire("a");
            throttle.acquire("b");
            assertThat(loop.timers()).isZero();
            throttle.acquire("a");
            throttle.acquire("b");
            assertThat(loop.timers()).isOne();
            return after(1_001).onSuccess(over -> assertThat(loop.timers()).isZero());
        });
    }

    @Test
    void nothingIsKeptOfKeysWhosePeriodIsOver() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Throttle<Integer> throttle = Throttle.create(1, 10);
            throttle.acquire(-1);
            long before = Reachable.from(throttle);
            List<Integer> rounds = IntStream.range(0, 10).boxed().toList();
            return Promises.forEachSequentially(rounds, round -> {
                        for (int i = 0; i < 1_000; i++) {
                            throttle.acquire(1_000 * round + i);
                        }
                        return after(1_001);
                    })
                    .onSuccess(over -> {
                        throttle.acquire(-1);
                        assertThat(Reachable.from(throttle)).isEqualTo(before);
                    });
        });
    }

    @Test
    void periodsMayBeOfAnyLength() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Throttle<String> throttle = Throttle.create(1, Duration.ofMillis(10), 10);
            acquire(loop, throttle, "key", "first");
            acquire(loop, throttle, "key", "second");
            return after(11)
                    .onSuccess(over -> assertThat(loop.takeTrace())
                            .containsExactly("first true", "second true"));
        });
    }

    @Test
    void aVeryLongPeriodNeverEnds() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Throttle<String> throttle = Throttle.create(1, Duration.ofSeconds(Long.MAX_VALUE), 10);
            throttle.acquire("key");
            Promise<Boolean> waiting = throttle.acquire("key");
            return after(Duration.ofDays(10_000).toMillis())
                    .onSuccess(over -> assertThat(waiting.isPending()).isTrue());
        });
    }

    @Test
    void keysMayHaveRatesOfTheirOwn() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Throttle<String> throttle = Throttle.create(String::length, Duration.ofSeconds(1), 10);
            for (int i = 0; i < 4; i++) {
                acquire(loop, throttle, "a", "a" + i);
                acquire(loop, throttle, "bbb", "b" + i);
            }
            assertThat(loop.takeTrace())
                    .containsExactly("a0 true", "b0 true", "b1 true", "b2 true");
            assertThatThrownBy(() -> throttle.acquire("").poll())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the rate for  is 0");
            return after(1_001)
                    .onSuccess(over ->
                            assertThat(loop.takeTrace()).containsExactly("a1 true", "b3 true"));
        });
    }

    @Test
    @Rule("R-14")
    void onlyPositiveNumbersAreTaken() {
        assertThatThrownBy(() -> Throttle.create(0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the rate is 0, less than 1");
        assertThatThrownBy(() -> Throttle.create(1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxWaiting is 0, less than 1");
        assertThatThrownBy(() -> Throttle.create(1, Duration.ZERO, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a period of PT0S is not positive");
    }

    @Test
    void whoPassesMayAskAgainAtOnce() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Throttle<String> throttle = Throttle.create(1, 10);
            throttle.acquire("key");
            acquire(loop, throttle, "key", "first")
                    .onSuccess(passes -> acquire(loop, throttle, "key", "again"));
            acquire(loop, throttle, "key", "second");
            return after(2_001)
                    .flatMap(over -> {
                        assertThat(loop.takeTrace()).containsExactly("first true", "second true");
                        return after(1_001);
                    })
                    .onSuccess(over -> assertThat(loop.takeTrace()).containsExactly("again true"));
        });
    }

    @Test
    void whoPassesInAPeriodPassesWhateverTheCallbacksOfOthersDo() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Throttle<String> throttle = Throttle.create(2, 10);
            throttle.acquire("key");
            throttle.acquire("key");
            List<Promise<Boolean>> passing = new ArrayList<>();
            passing.add(acquire(loop, throttle, "key", "first")
                    .onSuccess(passes -> passing.get(1).cancel()));
            passing.add(acquire(loop, throttle, "key", "second"));
            return after(1_001)
                    .onSuccess(over -> assertThat(loop.takeTrace())
                            .containsExactly("first true", "second true"));
        });
    }

    @Test
    void periodsEndOnItsLoopAlsoIfAnotherOneOnTheSameThreadAsks() throws Exception {
        ManualHost.run(host -> {
            EventLoop one = host.loop("one");
            EventLoop two = host.loop("two");
            Throttle<String> throttle = Throttle.create(1, 10);
            List<Promise<Boolean>> asked = new ArrayList<>();
            two.execute(() -> asked.add(throttle.acquire("key")));
            host.runTasks();
            one.execute(() -> asked.add(throttle.acquire("key")));
            host.runTasks();
            one.close();
            host.pass(Duration.ofSeconds(1));
            assertThat(asked)
                    .extracting(Promise::state)
                    .containsExactly(fulfilled(true), fulfilled(true));
            two.close();
            host.runTasks();
        });
    }

    @Test
    void anotherThreadIsRefused() throws Exception {
        VirtualLoop.run(loop -> {
            Throttle<String> throttle = Throttle.create(1, 1);
            throttle.acquire("key");
            CompletableFuture.runAsync(() -> assertThatThrownBy(() -> throttle.acquire("key"))
                            .isInstanceOf(LoopThreadException.class)
                            .hasMessageContaining("Throttle.acquire"))
                    .get();
        });
    }

    @Test
    void anIdleThrottleMayMoveToAnotherLoop() throws Exception {
        Throttle<String> throttle = Throttle.create(1, 10);
        VirtualLoop.run(loop -> {
            throttle.acquire("key");
            throttle.acquire("key").cancel();
        });
        VirtualLoop.runAsync(loop -> {
            acquire(loop, throttle, "key", "first");
            acquire(loop, throttle, "key", "second");
            return after(2_001)
                    .onSuccess(over -> assertThat(loop.takeTrace()).contains("second true"));
        });
    }

    @Test
    @Rule("R-15")
    void aHundredThousandCancelledWaitersKeepNothing() throws Exception {
        SmallStack.runLoop(loop -> {
            Throttle<Integer> throttle = Throttle.create(1, 1);
            throttle.acquire(1);
            throttle.acquire(1).cancel();
            long before = Reachable.from(throttle);

            for (int i = 0; i < MANY; i++) {
                throttle.acquire(1).cancel();
            }

            assertThat(Reachable.from(throttle)).isEqualTo(before);
            assertThat(loop.timers()).isOne();
        });
    }
}
