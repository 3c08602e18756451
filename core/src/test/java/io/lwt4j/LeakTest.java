package io.lwt4j;

import static io.lwt4j.VirtualLoop.fulfilled;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Deviation D3: what is over leaves nothing behind at what goes on. */
class LeakTest {

    private static final int MILLION = 1_000_000;

    /** How a brief promise and a lasting one may race. */
    enum Contest {
        CHOOSE {
            @Override
            Promise<?> of(Promise<Integer> a, Promise<Integer> b) {
                return Promise.choose(a, b);
            }
        },
        PICK {
            @Override
            Promise<?> of(Promise<Integer> a, Promise<Integer> b) {
                return Promise.pick(a, b);
            }
        },
        NCHOOSE {
            @Override
            Promise<?> of(Promise<Integer> a, Promise<Integer> b) {
                return Promise.nchoose(List.of(a, b));
            }
        },
        NPICK {
            @Override
            Promise<?> of(Promise<Integer> a, Promise<Integer> b) {
                return Promise.npick(List.of(a, b));
            }
        },
        NCHOOSE_SPLIT {
            @Override
            Promise<?> of(Promise<Integer> a, Promise<Integer> b) {
                return Promise.nchooseSplit(List.of(a, b));
            }
        };

        abstract Promise<?> of(Promise<Integer> a, Promise<Integer> b);
    }

    /** A lasting promise of each kind of waiter list. */
    enum Lasting {
        BARE {
            @Override
            Promise<Integer> make() {
                return Resolver.<Integer>uncancellable().promise();
            }
        },
        WITH_CALLBACKS {
            @Override
            Promise<Integer> make() {
                return Resolver.<Integer>uncancellable()
                        .promise()
                        .onSuccess(v -> {})
                        .onSuccess(v -> {});
            }
        },
        AWAITED_BY_A_JOIN {
            @Override
            Promise<Integer> make() {
                Promise<Integer> p = Resolver.<Integer>uncancellable().promise();
                Promise<?> join = Promise.join(p);
                assertThat(join.isPending()).isTrue();
                return p;
            }
        },
        MADE_OF_TWO {
            @Override
            Promise<Integer> make() {
                Resolver<Integer> gate = Resolver.uncancellable();
                Promise<Integer> inner = WITH_CALLBACKS.make();
                Promise<Integer> outer = gate.promise().flatMap(v -> inner).onSuccess(v -> {});
                gate.resolve(0);
                return outer;
            }
        };

        abstract Promise<Integer> make();
    }

    /* ---- Races ---- */

    @ParameterizedTest
    @EnumSource
    @Rule("J-10")
    void aMillionRacesAgainstALastingPromiseLeaveNothing(Contest contest) throws Exception {
        SmallStack.runLoop(loop -> {
            Promise<Integer> lasting = Lasting.BARE.make();
            long before = Reachable.from(lasting);

            for (int i = 0; i < MILLION; i++) {
                Resolver<Integer> brief = Resolver.cancellable();
                Promise<?> race = contest.of(brief.promise(), lasting);
                brief.resolve(i);
                assertThat(race.isFulfilled()).isTrue();
            }

            assertThat(Reachable.from(lasting)).isEqualTo(before);
        });
    }

    @ParameterizedTest
    @EnumSource
    @Rule("J-10")
    void racesLeaveNothingWhateverElseWaits(Lasting kind) throws Exception {
        SmallStack.runLoop(loop -> {
            for (Contest contest : Contest.values()) {
                Promise<Integer> lasting = kind.make();
                race(contest, lasting);
                // The first race may have changed the form of the list, once and for all.
                long before = Reachable.from(lasting);

                for (int i = 0; i < 10_000; i++) {
                    race(contest, lasting);
                }

                assertThat(Reachable.from(lasting)).as("%s", contest).isEqualTo(before);
            }
        });
    }

    private static void race(Contest contest, Promise<Integer> lasting) {
        Resolver<Integer> brief = Resolver.cancellable();
        Promise<?> race = contest.of(lasting, brief.promise());
        brief.resolve(1);
        assertThat(race.isFulfilled()).isTrue();
    }

    @Test
    @Rule({"J-10", "J-11"})
    void aMillionRacesAgainstAContinuationOfAShieldedPromiseLeaveNothing() throws Exception {
        SmallStack.runLoop(loop -> {
            Promise<Integer> lasting = Lasting.BARE.make();
            long before = Reachable.from(lasting);

            for (int i = 0; i < MILLION; i++) {
                Resolver<Integer> brief = Resolver.cancellable();
                Promise<Integer> race =
                        Promise.pick(brief.promise(), lasting.shielded().map(v -> v + 1));
                brief.resolve(i);
                assertThat(race.isFulfilled()).isTrue();
            }

            assertThat(Reachable.from(lasting)).isEqualTo(before);
        });
    }

    @Test
    @Rule({"J-10", "J-11"})
    void aLoopThatWaitsForALastingPromiseAgainAndAgainLeavesNothing() throws Exception {
        SmallStack.runLoopAsync(loop -> {
            Promise<Integer> lasting = Lasting.BARE.make();
            long before = Reachable.from(lasting);

            return raceInTurns(lasting, 100_000)
                    .onSuccess(v -> assertThat(Reachable.from(lasting)).isEqualTo(before));
        });
    }

    private static Promise<Integer> raceInTurns(Promise<Integer> lasting, int n) {
        if (n == 0) {
            return Promise.of(0);
        }
        Promise<Integer> stop = lasting.shielded().flatMap(Promise::of);
        return Promise.pick(EventLoop.pause().map(v -> n - 1), stop)
                .flatMap(v -> raceInTurns(lasting, v));
    }

    @ParameterizedTest
    @EnumSource
    @Rule("J-10")
    void racesThatOverlapLeaveNothing(Lasting kind) throws Exception {
        SmallStack.runLoop(loop -> {
            Promise<Integer> lasting = kind.make();
            race(Contest.CHOOSE, lasting);
            long before = Reachable.from(lasting);

            // There is always one of them under way, so the list is never empty in between.
            Resolver<Integer> former = Resolver.cancellable();
            Promise<Integer> last = Promise.choose(former.promise(), lasting);
            for (int i = 0; i < MILLION; i++) {
                Resolver<Integer> next = Resolver.cancellable();
                last = Promise.choose(next.promise(), lasting);
                former.resolve(i);
                former = next;
            }
            assertThat(Reachable.from(lasting)).isLessThan(before + 100);
            former.resolve(0);

            assertThat(last.state()).isEqualTo(fulfilled(0));
            assertThat(Reachable.from(lasting)).isEqualTo(before);
        });
    }

    @ParameterizedTest
    @EnumSource
    @Rule("J-10")
    void racesThatEndInAnyOrderLeaveNothing(Lasting kind) throws Exception {
        SmallStack.runLoop(loop -> {
            Random random = new Random(42);
            Promise<Integer> lasting = kind.make();
            race(Contest.CHOOSE, lasting);
            long before = Reachable.from(lasting);

            List<Resolver<Integer>> open = new ArrayList<>();
            for (int i = 0; i < 100_000; i++) {
                if (open.size() < 50 && random.nextBoolean()) {
                    Resolver<Integer> brief = Resolver.cancellable();
                    open.add(brief);
                    Contest contest = Contest.values()[random.nextInt(5)];
                    assertThat(contest.of(brief.promise(), lasting).isPending()).isTrue();
                } else if (!open.isEmpty()) {
                    end(open.remove(random.nextInt(open.size())), random.nextInt(3));
                }
            }
            open.forEach(brief -> end(brief, 0));

            assertThat(Reachable.from(lasting)).isEqualTo(before);
        });
    }

    private static void end(Resolver<Integer> brief, int how) {
        switch (how) {
            case 0 -> brief.resolve(1);
            case 1 -> brief.reject(CanceledException.instance());
            default -> brief.promise().cancel();
        }
    }

    /* ---- Barriers and timers ---- */

    @Test
    @Rule("C-13")
    void aMillionCancelledShieldsLeaveNothing() throws Exception {
        SmallStack.runLoop(loop -> {
            Promise<Integer> lasting = Lasting.BARE.make();
            long before = Reachable.from(lasting);

            for (int i = 0; i < MILLION; i++) {
                Promise<Integer> view = lasting.shielded();
                view.cancel();
                assertThat(view.isCancelled()).isTrue();
            }

            assertThat(Reachable.from(lasting)).isEqualTo(before);
        });
    }

    @Test
    @Rule({"C-18", "C-19"})
    void aMillionCancelledSleepsLeaveNothing() throws Exception {
        SmallStack.runLoop(loop -> {
            EventLoop here = EventLoop.current();
            long before = Reachable.from(here.timers);

            for (int i = 0; i < MILLION; i++) {
                Promise<Integer> result =
                        EventLoop.withTimeout(Duration.ofHours(1), () -> Promise.of(1));
                assertThat(result.isFulfilled()).isTrue();
            }

            assertThat(Reachable.from(here.timers)).isEqualTo(before);
        });
    }

    /* ---- What runs ---- */

    @Test
    @Rule("B-5")
    void aRecursiveLoopThroughPausesTakesConstantMemory() throws Exception {
        SmallStack.runLoopAsync(loop -> {
            // An array, not a list: it is measured along, and must not grow itself.
            long[] sizes = new long[10];
            List<Promise<Integer>> outermost = new ArrayList<>();
            outermost.add(measuredDown(MILLION, outermost, sizes));
            return outermost.get(0).onSuccess(v -> assertThat(sizes).containsOnly(sizes[0]));
        });
    }

    private static Promise<Integer> measuredDown(
            int n, List<Promise<Integer>> outermost, long[] sizes) {
        if (n == 0) {
            return Promise.of(0);
        }
        int step = MILLION / sizes.length;
        if (n % step == 1) {
            sizes[n / step] =
                    Reachable.from(outermost.get(0)) + Reachable.from(EventLoop.current());
        }
        return EventLoop.pause().flatMap(v -> measuredDown(n - 1, outermost, sizes));
    }

    @Test
    @Rule("B-5")
    void aRecursiveLoopThroughResolvedPromisesIsGarbageAfterwards() throws Exception {
        SmallStack.runLoop(loop -> {
            long before = Reachable.from(EventLoop.current());

            Promise<Integer> result = flatMapDown(MILLION);

            assertThat(result.state()).isEqualTo(fulfilled(0));
            assertThat(Reachable.from(EventLoop.current())).isEqualTo(before);
            assertThat(Reachable.from(result)).isLessThan(20);
        });
    }

    private static Promise<Integer> flatMapDown(int n) {
        return n == 0 ? Promise.of(0) : Promise.of(n - 1).flatMap(LeakTest::flatMapDown);
    }

    @Test
    void aChainOfAMillionStepsIsGarbageOnceItIsResolved() throws Exception {
        SmallStack.runLoop(loop -> {
            long before = Reachable.from(EventLoop.current());
            Resolver<Integer> source = Resolver.cancellable();
            Promise<Integer> last = source.promise();
            for (int i = 0; i < MILLION; i++) {
                last = last.map(v -> v);
            }

            source.resolve(1);

            assertThat(last.state()).isEqualTo(fulfilled(1));
            assertThat(Reachable.from(last)).isLessThan(20);
            assertThat(Reachable.from(source)).isLessThan(20);
            assertThat(Reachable.from(EventLoop.current())).isEqualTo(before);
        });
    }

    /* ---- What is over ---- */

    @Test
    void aResolvedPromiseHoldsNeitherItsSourcesNorItsCallbacks() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();
            List<Promise<?>> results = new ArrayList<>();
            List<WeakReference<Object>> callbacks = new ArrayList<>();
            results.add(a.promise().map(kept(callbacks, 1)));
            results.add(a.promise().flatMap(kept(callbacks, Promise.of(1))));
            results.add(a.promise().fold(kept(callbacks, Promise.of(1)), Promise::failed));
            results.add(a.promise().recover(kept(callbacks, Promise.of(1))));
            results.add(Promise.both(a.promise(), b.promise()).map(kept(callbacks, 1)));
            results.add(Promise.choose(a.promise(), b.promise()).map(kept(callbacks, 1)));
            results.add(a.promise().shielded().map(kept(callbacks, 1)));

            a.resolve(1);
            b.resolve(1);

            assertThat(results).allMatch(Promise::isFulfilled);
            collectUntilCleared(callbacks);
            assertThat(results).allMatch(Promise::isFulfilled);
        });
    }

    /** A callback that only its promise holds. */
    private static <T, R> CheckedFunction<T, R> kept(
            List<WeakReference<Object>> callbacks, R result) {
        Object captured = new Object();
        callbacks.add(new WeakReference<>(captured));
        return v -> {
            assertThat(captured).isNotNull();
            return result;
        };
    }

    /** The collector is asked again and again, since it owes nobody a result the first time. */
    private static void collectUntilCleared(List<WeakReference<Object>> references) {
        for (int i = 0; i < 100; i++) {
            if (references.stream().allMatch(reference -> reference.get() == null)) {
                return;
            }
            System.gc();
        }
        assertThat(references).extracting(WeakReference::get).containsOnlyNulls();
    }
}
