package io.lwt4j.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CanceledException;
import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.VirtualLoop;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.logging.Filter;
import java.util.logging.Logger;

/**
 * Random work on virtual time, with random failures and cancellations. The seed is in the message
 * of every failure, and the system property {@code lwt4j.stress.seed} sets that of the first round.
 */
class SyncStressTest {

    private static final int ROUNDS = 300;
    private static final int ACTORS = 60;

    /**
     * What fails. Where it makes something for somebody who is cancelled meanwhile nobody is there
     * to hear of it but the loop's handler, or the log.
     */
    private static final class Mishap extends Exception {
        private static final long serialVersionUID = 1L;

        // Loggers are held weakly by their manager: kept here so that the filter is not lost.
        private static final Logger LOGGER = Logger.getLogger("io.lwt4j");

        static void keepOutOfTheLog() {
            Filter before = LOGGER.getFilter();
            LOGGER.setFilter(entry -> !(entry.getThrown() instanceof Mishap)
                    && (before == null || before.isLoggable(entry)));
        }
    }

    @BeforeAll
    static void silenceLog() {
        Mishap.keepOutOfTheLog();
    }

    /** A round: one source of chance, and what is going on. */
    private static final class Chaos {

        final Random random;
        private final List<Promise<?>> begun = new ArrayList<>();

        Chaos(long seed) {
            this.random = new Random(seed);
        }

        boolean chance(int percent) {
            return random.nextInt(100) < percent;
        }

        /** A promise that takes no time, a turn, or some milliseconds. */
        <T> Promise<T> some(T value) {
            Promise<T> promise = switch (random.nextInt(4)) {
                case 0 -> Promise.of(value);
                case 1 -> EventLoop.pause().map(over -> value);
                default -> sleep(6).map(over -> value);
            };
            return chance(15) ? promise.uncancellable() : promise;
        }

        Promise<Void> sleep(int most) {
            return EventLoop.sleep(Duration.ofMillis(random.nextInt(most)));
        }

        /** Begins something some time, and perhaps cancels it some time later. */
        void actor(int percentCancelled, CheckedFunction<Integer, Promise<?>> body) {
            int number = begun.size();
            Promise<?> work = sleep(60).uncancellable().flatMap(begin -> {
                Promise<?> promise = body.apply(number);
                if (chance(percentCancelled)) {
                    begun.add(sleep(30).map(over -> {
                        promise.cancel();
                        return null;
                    }));
                }
                return promise.outcome();
            });
            begun.add(work);
        }

        /** Waits for all that has been begun, for what that begins, and for their callbacks. */
        Promise<?> end() {
            List<Promise<?>> now = List.copyOf(begun);
            return Promise.join(now)
                    .flatMap(done -> EventLoop.pause())
                    .flatMap(done ->
                            now.size() == begun.size() ? Promise.unit() : end().map(d -> null));
        }
    }

    private static void rounds(CheckedFunction<Chaos, Promise<?>> round) {
        long first = Long.getLong("lwt4j.stress.seed", System.nanoTime());
        for (long seed = first; seed < first + ROUNDS; seed++) {
            Chaos chaos = new Chaos(seed);
            try {
                // An hour of virtual time is longer than anything here but starving.
                VirtualLoop.runAsync(loop -> EventLoop.withTimeout(
                                Duration.ofHours(1), () -> round.apply(chaos).map(done -> done))
                        .map(done -> {
                            assertThat(loop.takeErrors()).hasOnlyElementsOfType(Mishap.class);
                            return done;
                        }));
            } catch (Throwable t) {
                throw new AssertionError("seed " + seed, t);
            }
        }
    }

    /* ---- Mutex ---- */

    @Test
    @Rule({"X-1", "X-2", "X-4"})
    void aMutexHasOneHolderAndServesThoseWhoStayInTheirOrder() {
        rounds(chaos -> {
            Mutex mutex = Mutex.create();
            int[] holders = new int[1];
            List<Integer> asked = new ArrayList<>();
            List<Integer> served = new ArrayList<>();
            for (int i = 0; i < ACTORS; i++) {
                chaos.actor(40, number -> {
                    asked.add(number);
                    return mutex.withLock(() -> {
                        assertThat(++holders[0]).isOne();
                        served.add(number);
                        return work(chaos).eventually(() -> {
                            assertThat(--holders[0]).isZero();
                            return chaos.some(0).map(over -> {
                                assertThat(holders[0]).isZero();
                                return null;
                            });
                        });
                    });
                });
            }
            return chaos.end().map(done -> {
                assertThat(mutex.isLocked()).isFalse();
                assertThat(mutex.hasWaiters()).isFalse();
                asked.retainAll(served);
                assertThat(served).isEqualTo(asked);
                return null;
            });
        });
    }

    /** Something that takes some time and may fail. */
    private static Promise<?> work(Chaos chaos) throws Mishap {
        if (chaos.chance(10)) {
            throw new Mishap();
        }
        return chaos.some(chaos.chance(20))
                .flatMap(fails -> fails ? Promise.failed(new Mishap()) : Promise.unit());
    }

    /* ---- Condition ---- */

    @Test
    @Rule({"X-5", "X-6", "X-7"})
    void aConditionLosesNoSignalAndNeverLetsTwoIntoTheMutex() {
        rounds(chaos -> {
            Mutex mutex = Mutex.create();
            Condition<Void> filled = Condition.create();
            Deque<Integer> items = new ArrayDeque<>();
            int[] inside = new int[1];
            int[] waiting = new int[1];
            Set<Integer> consumed = new HashSet<>();
            int[] produced = new int[1];
            List<Promise<?>> consumers = new ArrayList<>();
            for (int i = 0; i < ACTORS; i++) {
                if (i % 2 == 0) {
                    chaos.actor(
                            0,
                            number -> mutex.withLock(() -> {
                                assertThat(++inside[0]).isOne();
                                return chaos.some(0).map(over -> {
                                    assertThat(inside[0]--).isOne();
                                    items.add(produced[0]++);
                                    filled.signal(null);
                                    return null;
                                });
                            }));
                } else {
                    chaos.actor(0, number -> {
                        Promise<?> consumer = mutex.withLock(
                                () -> take(filled, mutex, items, inside, waiting, consumed));
                        consumers.add(consumer);
                        return chaos.chance(40)
                                ? chaos.sleep(30).map(over -> {
                                    consumer.cancel();
                                    return null;
                                })
                                : Promise.unit();
                    });
                }
            }
            return chaos.end().map(done -> {
                assertThat(mutex.isLocked()).isFalse();
                assertThat(consumed.size() + items.size()).isEqualTo(produced[0]);
                assertThat(items.isEmpty() || waiting[0] == 0)
                        .as("items left: %s, consumers left: %s", items, waiting[0])
                        .isTrue();
                // Those who wait for more than there will ever be.
                consumers.forEach(Promise::cancel);
                assertThat(consumers).noneMatch(Promise::isPending);
                assertThat(consumers)
                        .filteredOn(Promise::isRejected)
                        .extracting(Promise::state)
                        .allMatch(state -> state.toString().contains("Canceled"));
                return null;
            });
        });
    }

    private static Promise<Integer> take(
            Condition<Void> filled,
            Mutex mutex,
            Deque<Integer> items,
            int[] inside,
            int[] waiting,
            Set<Integer> consumed) {
        assertThat(++inside[0]).isOne();
        Integer item = items.poll();
        inside[0]--;
        if (item != null) {
            assertThat(consumed.add(item)).isTrue();
            return Promise.of(item);
        }
        waiting[0]++;
        return filled.await(mutex)
                .fold(
                        signal -> {
                            waiting[0]--;
                            assertThat(mutex.isLocked()).isTrue();
                            return take(filled, mutex, items, inside, waiting, consumed);
                        },
                        cause -> {
                            waiting[0]--;
                            assertThat(mutex.isLocked()).isTrue();
                            return Promise.failed(cause);
                        });
    }

    /* ---- MVar ---- */

    @Test
    @Rule("X-8")
    void aBoxNeitherLosesNorDoublesAValue() {
        rounds(chaos -> {
            MVar<Integer> box = MVar.empty();
            List<Integer> taken = new ArrayList<>();
            Map<Integer, Promise<?>> puts = new HashMap<>();
            List<Promise<Integer>> takes = new ArrayList<>();
            for (int i = 0; i < ACTORS; i++) {
                chaos.actor(0, number -> {
                    if (chaos.chance(10)) {
                        box.tryTake().ifPresent(taken::add);
                    }
                    Promise<?> promise;
                    if (chaos.random.nextBoolean()) {
                        promise = box.put(number);
                        puts.put(number, promise);
                    } else {
                        Promise<Integer> take = box.take();
                        takes.add(take);
                        promise = take;
                    }
                    return chaos.chance(40)
                            ? chaos.sleep(20).map(over -> {
                                promise.cancel();
                                return null;
                            })
                            : Promise.unit();
                });
            }
            return chaos.end().map(done -> {
                for (Promise<Integer> take : takes) {
                    take.cancel();
                    if (take.isFulfilled()) {
                        taken.add(take.poll().orElseThrow());
                    }
                }
                for (var value = box.tryTake(); value.isPresent(); value = box.tryTake()) {
                    taken.add(value.get());
                }
                List<Integer> put = puts.keySet().stream()
                        .filter(value -> puts.get(value).isFulfilled())
                        .toList();
                assertThat(taken).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(put);
                assertThat(puts.values()).noneMatch(Promise::isPending);
                return null;
            });
        });
    }

    /* ---- Pool ---- */

    /** Elements that watch over how they are treated. */
    private static final class Watched {

        private final Chaos chaos;
        private final int max;
        private final int percentFailing;

        /** Those being made, idle, in use, being disposed of, or lost. */
        private int places;

        private int made;
        private int lost;
        private final Set<Integer> inUse = new HashSet<>();
        private final Set<Integer> alive = new HashSet<>();
        private final Set<Integer> disposing = new HashSet<>();

        Watched(Chaos chaos, int percentFailing) {
            this.chaos = chaos;
            this.max = 1 + chaos.random.nextInt(4);
            this.percentFailing = percentFailing;
        }

        Pool<Integer> pool() {
            return Pool.builder(this::create)
                    .max(max)
                    .validate(this::validate)
                    .check((element, cause) -> {
                        if (chaos.chance(percentFailing / 2)) {
                            throw new Mishap();
                        }
                        return chaos.chance(60);
                    })
                    .dispose(this::dispose)
                    .build();
        }

        private Promise<Integer> create() {
            assertThat(++places).as("places").isLessThanOrEqualTo(max);
            int number = made++;
            boolean fails = chaos.chance(percentFailing);
            return chaos.some(number)
                    .fold(
                            done -> {
                                if (fails) {
                                    throw new Mishap();
                                }
                                assertThat(alive.add(number)).isTrue();
                                return Promise.of(number);
                            },
                            Promise::failed)
                    .recover(cause -> {
                        places--;
                        return Promise.failed(cause);
                    });
        }

        private Promise<Boolean> validate(int element) {
            assertThat(alive).contains(element);
            assertThat(inUse).doesNotContain(element);
            boolean fails = chaos.chance(percentFailing);
            return chaos.some(chaos.chance(80))
                    .flatMap(good -> fails ? Promise.failed(new Mishap()) : Promise.of(good));
        }

        Promise<Integer> use(int element) throws Mishap {
            assertThat(alive).contains(element);
            assertThat(inUse.add(element)).as("used by one").isTrue();
            return Promise.<Object>apply(() -> work(chaos).map(done -> done))
                    .map(done -> element)
                    .eventually(() -> {
                        assertThat(inUse.remove(element)).isTrue();
                        return Promise.unit();
                    });
        }

        private Promise<?> dispose(int element) {
            assertThat(inUse).doesNotContain(element);
            assertThat(alive.remove(element)).as("disposed of once").isTrue();
            assertThat(disposing.add(element)).isTrue();
            boolean fails = chaos.chance(percentFailing / 6);
            return chaos.some(0).map(done -> {
                assertThat(disposing.remove(element)).isTrue();
                if (fails) {
                    lost++;
                    throw new Mishap();
                }
                places--;
                return null;
            });
        }
    }

    private static Promise<?> usePool(Chaos chaos, int percentFailing) {
        Watched elements = new Watched(chaos, percentFailing);
        Pool<Integer> pool = elements.pool();
        for (int i = 0; i < ACTORS; i++) {
            chaos.actor(
                    30,
                    number -> chaos.chance(8)
                            ? pool.clear()
                            : pool.use(elements::use).map(element -> element));
        }
        return chaos.end()
                .flatMap(done -> {
                    assertThat(pool.waiting()).isZero();
                    assertThat(elements.inUse).isEmpty();
                    assertThat(elements.disposing).isEmpty();
                    assertThat(pool.size()).isEqualTo(elements.places);
                    assertThat(pool.idle()).isEqualTo(elements.alive.size());
                    return pool.close().outcome();
                })
                .map(end -> {
                    assertThat(elements.alive).isEmpty();
                    assertThat(elements.places).isEqualTo(elements.lost);
                    return null;
                });
    }

    @Test
    @Rule({"X-9", "X-12", "X-13"})
    void aPoolWhereLittleFailsServesEverybodyWithinItsBound() {
        rounds(chaos -> usePool(chaos, 6));
    }

    @Test
    @Rule({"X-12", "X-13", "X-14"})
    void aPoolWhereMuchFailsStartsNobodyInVainAndKeepsItsBound() {
        rounds(chaos -> usePool(chaos, 40));
    }

    /* ---- Throttle ---- */

    @Test
    @Rule({"R-14", "R-15"})
    void aThrottleLetsNoMorePassThanItsRateAndForgetsNobody() {
        rounds(chaos -> {
            int rate = 1 + chaos.random.nextInt(3);
            int maxWaiting = 1 + chaos.random.nextInt(20);
            long period = 10_000_000;
            Throttle<Integer> throttle =
                    Throttle.create(rate, Duration.ofNanos(period), maxWaiting);
            Map<Integer, List<Long>> passes = new HashMap<>();
            List<Promise<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < ACTORS; i++) {
                chaos.actor(30, number -> {
                    int key = chaos.random.nextInt(4);
                    Promise<Boolean> acquired = throttle.acquire(key);
                    all.add(acquired);
                    assertThat(all.stream().filter(Promise::isPending).count())
                            .isLessThanOrEqualTo(maxWaiting);
                    return acquired.onSuccess(may -> {
                        if (may) {
                            passes.computeIfAbsent(key, k -> new ArrayList<>())
                                    .add(EventLoop.current().engine().nanoTime());
                        }
                    });
                });
            }
            return chaos.end().map(done -> {
                for (List<Long> times : passes.values()) {
                    for (int i = 0; i + 2 * rate < times.size(); i++) {
                        // Two periods may touch each other, but not three.
                        assertThat(times.get(i + 2 * rate) - times.get(i))
                                .isGreaterThanOrEqualTo(period);
                    }
                }
                return null;
            });
        });
    }

    /* ---- Scope ---- */

    @Test
    void aScopeLeavesNothingBehind() {
        rounds(chaos -> {
            int[] pending = new int[1];
            int[] hooks = new int[1];
            boolean failFast = chaos.random.nextBoolean();
            CheckedFunction<Scope, Promise<Integer>> body = scope -> {
                for (int i = 0; i < 10; i++) {
                    forkSome(chaos, scope, pending, hooks, 3);
                }
                return chaos.chance(50)
                        ? scope.join().map(done -> 1)
                        : chaos.sleep(20).map(done -> 1);
            };
            Promise<Integer> result = failFast ? Scope.failFast(body) : Scope.collect(body);
            if (chaos.chance(40)) {
                chaos.actor(0, number -> {
                    result.cancel();
                    return Promise.unit();
                });
            }
            Promise<?> checked = result.outcome().map(outcome -> {
                assertThat(pending[0]).isZero();
                assertThat(hooks[0]).isZero();
                if (outcome instanceof Promise.State.Rejected<Integer> rejected) {
                    assertThat(rejected.cause())
                            .isInstanceOfAny(Mishap.class, CanceledException.class);
                }
                return null;
            });
            return chaos.end().flatMap(done -> checked);
        });
    }

    private static void forkSome(Chaos chaos, Scope scope, int[] pending, int[] hooks, int depth) {
        if (!scope.isOpen()) {
            return;
        }
        hooks[0]++;
        scope.onClose(() -> {
            assertThat(pending[0]).isZero();
            hooks[0]--;
            return chaos.some(0);
        });
        scope.fork(() -> {
            pending[0]++;
            return Promise.<Object>apply(() -> work(chaos).map(done -> {
                        if (depth > 0) {
                            forkSome(chaos, scope, pending, hooks, depth - 1);
                        }
                        return 0;
                    }))
                    .eventually(() -> chaos.some(0))
                    .eventually(() -> {
                        pending[0]--;
                        return Promise.unit();
                    });
        });
    }

    /* ---- The test itself ---- */

    @Test
    void aStarvingActorIsNoticed() throws Exception {
        VirtualLoop.runAsync(loop -> EventLoop.withTimeout(
                        Duration.ofHours(1),
                        () -> Resolver.<Integer>cancellable().promise())
                .recover(java.util.concurrent.TimeoutException.class, e -> Promise.of(0)));
    }
}
