package io.lwt4j;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;

/**
 * Deviation D2: no depth of promises overflows a small stack, and none takes more than its time.
 */
class DepthTest {

    private static final int MILLION = 1_000_000;

    /** One step from a promise to one that depends on it, with the same outcome. */
    enum Step {
        MAP {
            @Override
            Promise<Integer> from(Promise<Integer> p) {
                return p.map(v -> v);
            }
        },
        FLAT_MAP {
            @Override
            Promise<Integer> from(Promise<Integer> p) {
                return p.flatMap(Promise::of);
            }
        },
        RECOVER {
            @Override
            Promise<Integer> from(Promise<Integer> p) {
                return p.recover(Promise::failed);
            }
        },
        FOLD {
            @Override
            Promise<Integer> from(Promise<Integer> p) {
                return p.fold(Promise::of, Promise::failed);
            }
        },
        EVENTUALLY {
            @Override
            Promise<Integer> from(Promise<Integer> p) {
                return p.eventually(Promise::unit);
            }
        },
        SHIELDED {
            @Override
            Promise<Integer> from(Promise<Integer> p) {
                return p.shielded();
            }
        },
        UNCANCELLABLE {
            @Override
            Promise<Integer> from(Promise<Integer> p) {
                return p.uncancellable();
            }
        },
        CANCELLABLE_VIEW {
            @Override
            Promise<Integer> from(Promise<Integer> p) {
                return p.cancellableView();
            }
        },
        ALL {
            @Override
            Promise<Integer> from(Promise<Integer> p) {
                return Promise.all(List.of(p, p)).map(values -> values.get(0));
            }
        },
        PICK {
            @Override
            Promise<Integer> from(Promise<Integer> p) {
                return Promise.pick(p, p);
            }
        },
        CHOOSE {
            @Override
            Promise<Integer> from(Promise<Integer> p) {
                return Promise.choose(List.of(p));
            }
        };

        abstract Promise<Integer> from(Promise<Integer> p);

        Promise<Integer> chainFrom(Promise<Integer> source, int length) {
            Promise<Integer> last = source;
            for (int i = 0; i < length; i++) {
                last = from(last);
            }
            return last;
        }
    }

    @ParameterizedTest
    @EnumSource
    @Rule("P-11")
    void aMillionPendingStepsAreFulfilledAtOnce(Step step) throws Exception {
        SmallStack.runLoop(loop -> {
            Resolver<Integer> source = Resolver.cancellable();
            Promise<Integer> last = step.chainFrom(source.promise(), MILLION);
            assertThat(last.isPending()).isTrue();

            source.resolve(7);

            assertThat(last.state()).isEqualTo(fulfilled(7));
        });
    }

    @ParameterizedTest
    @EnumSource
    @Rule("P-11")
    void aMillionPendingStepsAreRejectedAtOnce(Step step) throws Exception {
        SmallStack.runLoop(loop -> {
            Exception error = new Exception("error");
            Resolver<Integer> source = Resolver.cancellable();
            Promise<Integer> last = step.chainFrom(source.promise(), MILLION);

            source.rejectNow(error);

            assertThat(last.state()).isEqualTo(rejected(error));
        });
    }

    @ParameterizedTest
    @EnumSource(names = "UNCANCELLABLE", mode = EnumSource.Mode.EXCLUDE)
    void aMillionPendingStepsAreCancelledFromTheirEnd(Step step) throws Exception {
        SmallStack.runLoop(loop -> {
            Promise<Integer> source = Resolver.<Integer>cancellable().promise();
            Promise<Integer> last = step.chainFrom(source, MILLION);

            last.cancel();

            assertThat(last.state()).isEqualTo(cancelled());
            assertThat(source.state()).isEqualTo(step == Step.SHIELDED ? pending() : cancelled());
        });
    }

    @Test
    void aMillionContinuationsOfOnePromiseAreFulfilledAtOnce() throws Exception {
        SmallStack.runLoop(loop -> {
            Resolver<Integer> source = Resolver.cancellable();
            List<Promise<Integer>> all = new ArrayList<>();
            for (int i = 0; i < MILLION; i++) {
                all.add(source.promise().map(v -> v + 1));
            }

            source.resolve(1);

            assertThat(all).allMatch(Promise::isFulfilled);
        });
    }

    @Test
    void aMillionPromisesBecomeOneAndAreResolvedTogether() throws Exception {
        SmallStack.runLoop(loop -> {
            Resolver<Integer> last = Resolver.cancellable();
            List<Resolver<Integer>> gates = new ArrayList<>();
            Promise<Integer> inner = last.promise();
            for (int i = 0; i < MILLION; i++) {
                Resolver<Integer> gate = Resolver.cancellable();
                gates.add(gate);
                Promise<Integer> next = inner;
                inner = gate.promise().flatMap(v -> next);
            }
            // From the inside: each result becomes the same as one that is made the same later.
            gates.forEach(gate -> gate.resolve(0));

            last.resolve(7);

            assertThat(inner.state()).isEqualTo(fulfilled(7));
        });
    }

    /* ---- Recursion ---- */

    @Test
    @Rule({"B-1", "P-11"})
    void recursionThroughResolvedPromisesIsAMillionDeep() throws Exception {
        SmallStack.runLoop(loop -> {
            assertThat(flatMapDown(MILLION).state()).isEqualTo(fulfilled(0));
            assertThat(recoverDown(MILLION).state()).isEqualTo(fulfilled(0));
            assertThat(foldDown(MILLION).state()).isEqualTo(fulfilled(0));
            assertThat(eventuallyDown(MILLION).state()).isEqualTo(fulfilled(0));
        });
    }

    @Test
    @Rule("P-11")
    void recursionThroughResolvedPromisesNeedsNoLoop() throws Exception {
        SmallStack.run(() -> assertThat(flatMapDown(MILLION).state()).isEqualTo(fulfilled(0)));
    }

    @Test
    @Rule("P-11")
    void recursionThroughResolvedPromisesMayBeginInACallback() throws Exception {
        SmallStack.runLoop(loop -> {
            Resolver<Integer> start = Resolver.cancellable();
            Promise<Integer> result = start.promise().flatMap(DepthTest::flatMapDown);

            start.resolve(MILLION);

            assertThat(result.state()).isEqualTo(fulfilled(0));
        });
    }

    private static Promise<Integer> flatMapDown(int n) {
        return n == 0 ? Promise.of(0) : Promise.of(n - 1).flatMap(DepthTest::flatMapDown);
    }

    private static Promise<Integer> recoverDown(int n) {
        return n == 0
                ? Promise.of(0)
                : Promise.<Integer>failed(CanceledException.instance())
                        .recover(e -> recoverDown(n - 1));
    }

    private static Promise<Integer> foldDown(int n) {
        return n == 0
                ? Promise.of(0)
                : Promise.of(n - 1).fold(DepthTest::foldDown, Promise::failed);
    }

    private static Promise<Integer> eventuallyDown(int n) {
        return n == 0 ? Promise.of(0) : Promise.of(0).eventually(() -> eventuallyDown(n - 1));
    }

    @Test
    @Rule({"B-5", "P-11"})
    void recursionThroughPausesIsAMillionDeep() throws Exception {
        SmallStack.runLoopAsync(
                loop -> pauseDown(MILLION).onSuccess(v -> assertThat(v).isZero()));
    }

    private static Promise<Integer> pauseDown(int n) {
        return n == 0 ? Promise.of(0) : EventLoop.pause().flatMap(v -> pauseDown(n - 1));
    }

    /** The callbacks all end up on one promise, which must not be walked for each of them. */
    @Test
    @Rule("B-5")
    void aRecursionThatObservesEachOfItsStepsTakesLinearTime() throws Exception {
        SmallStack.runLoopAsync(loop -> {
            int[] calls = {0};
            return observedDown(MILLION, calls).recover(e -> {
                assertThat(e).hasMessage("end");
                return EventLoop.pause().map(v -> {
                    assertThat(calls[0]).isEqualTo(MILLION);
                    return 0;
                });
            });
        });
    }

    private static Promise<Integer> observedDown(int n, int[] calls) {
        if (n == 0) {
            return Promise.failed("end");
        }
        Promise<Integer> step = EventLoop.pause().flatMap(v -> observedDown(n - 1, calls));
        return step.onFailure(e -> calls[0]++);
    }

    /* ---- Callbacks that resolve ---- */

    @Test
    @Rule({"P-4", "P-11"})
    void aMillionWakeUpsInAChainOfResolveNow() throws Exception {
        SmallStack.runLoop(loop -> checkWakeUps((next, v) -> next.resolveNow(v)));
    }

    @Test
    @Rule({"P-5", "P-11"})
    void aMillionWakeUpsInAChainOfResolve() throws Exception {
        SmallStack.runLoop(loop -> checkWakeUps((next, v) -> next.resolve(v)));
    }

    @FunctionalInterface
    private interface WakeUp {
        void wake(Resolver<Integer> next, int value);
    }

    private static void checkWakeUps(WakeUp wakeUp) {
        List<Resolver<Integer>> chain = cancellables(MILLION);
        for (int i = 1; i < MILLION; i++) {
            Resolver<Integer> next = chain.get(i);
            chain.get(i - 1).promise().onSuccess(v -> wakeUp.wake(next, v));
        }

        chain.get(0).resolve(7);

        assertThat(chain.get(MILLION - 1).promise().state()).isEqualTo(fulfilled(7));
    }

    @Test
    @Rule("P-11")
    void aMillionCancellationsInAChain() throws Exception {
        SmallStack.runLoop(loop -> {
            List<Resolver<Integer>> chain = cancellables(MILLION);
            for (int i = 1; i < MILLION; i++) {
                chain.get(i - 1).promise().onCancel(chain.get(i).promise()::cancel);
            }

            chain.get(0).promise().cancel();

            assertThat(chain.get(MILLION - 1).promise().state()).isEqualTo(cancelled());
        });
    }

    private static List<Resolver<Integer>> cancellables(int count) {
        List<Resolver<Integer>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(Resolver.cancellable());
        }
        return all;
    }

    /* ---- Graphs ---- */

    @Test
    void aDiamondOfDepthSixtyIsCancelledOnceAndNotOncePerWay() throws Exception {
        SmallStack.runLoop(loop -> {
            for (Diamond diamond : diamonds()) {
                Promise<Integer> source = Resolver.<Integer>cancellable().promise();
                source.onCancel(loop.logs("cancelled"));
                Promise<Integer> top = diamond.build(source);

                top.cancel();

                assertThat(top.state()).isEqualTo(cancelled());
                assertThat(loop.takeTrace()).containsExactly("cancelled");
            }
        });
    }

    @Test
    void aDiamondThatCannotBeCancelledIsSearchedOnceAndNotOncePerWay() throws Exception {
        SmallStack.runLoop(loop -> {
            for (Diamond diamond : diamonds()) {
                Resolver<Integer> source = Resolver.uncancellable();
                Promise<Integer> top = diamond.build(source.promise());

                top.cancel();
                assertThat(top.state()).isEqualTo(pending());
                source.resolve(7);

                assertThat(top.state()).isEqualTo(fulfilled(7));
            }
        });
    }

    @FunctionalInterface
    private interface Diamond {
        Promise<Integer> level(Promise<Integer> below);

        default Promise<Integer> build(Promise<Integer> source) {
            Promise<Integer> top = source;
            for (int i = 0; i < 60; i++) {
                top = level(top);
            }
            return top;
        }
    }

    private static List<Diamond> diamonds() {
        return List.of(
                p -> Promise.both(p, p, (a, b) -> a),
                p -> Promise.both(p.map(v -> v), p.map(v -> v), (a, b) -> a),
                p -> Promise.choose(p.map(v -> v), p.map(v -> v)),
                p -> Promise.pick(p.flatMap(Promise::of), p));
    }

    @Test
    @Rule("B-7")
    void cancellingACycleEnds() throws Exception {
        SmallStack.runLoop(loop -> {
            // Itself; itself by way of a map; itself beside something that can be cancelled.
            List<CheckedFunction<Promise<Integer>, Promise<Integer>>> backToSelf = List.of(
                    self -> self,
                    self -> self.map(v -> v),
                    self -> self.recover(Promise::failed).map(v -> v),
                    self -> Promise.both(self, Promise.of(1), (a, b) -> a),
                    self -> Promise.choose(self, self));
            for (CheckedFunction<Promise<Integer>, Promise<Integer>> back : backToSelf) {
                Resolver<Integer> gate = Resolver.cancellable();
                List<Promise<Integer>> self = new ArrayList<>();
                self.add(gate.promise().flatMap(v -> back.apply(self.get(0))));
                gate.resolve(0);

                self.get(0).cancel();

                assertThat(self.get(0).state()).isEqualTo(pending());
            }
        });
    }

    @Test
    @Rule("B-7")
    void aCycleOfTwoPromisesCanBeCancelledAndStaysPending() throws Exception {
        SmallStack.runLoop(loop -> {
            Resolver<Integer> first = Resolver.cancellable();
            Resolver<Integer> second = Resolver.cancellable();
            List<Promise<Integer>> both = new ArrayList<>();
            both.add(first.promise().flatMap(v -> both.get(1)));
            both.add(second.promise().flatMap(v -> both.get(0)));
            first.resolve(0);
            second.resolve(0);

            both.forEach(Promise::cancel);

            assertThat(both).allMatch(Promise::isPending);
        });
    }

    @Test
    void cancellingACycleReachesTheLeavesBesideIt() throws Exception {
        SmallStack.runLoop(loop -> {
            Resolver<Integer> gate = Resolver.cancellable();
            Promise<Integer> before = Resolver.<Integer>cancellable().promise();
            Promise<Integer> behind = Resolver.<Integer>cancellable().promise();
            List<Promise<Integer>> self = new ArrayList<>();
            self.add(gate.promise()
                    .flatMap(v -> Promise.choose(before, self.get(0).map(x -> x), behind)));
            gate.resolve(0);

            self.get(0).cancel();

            assertThat(before.state()).isEqualTo(cancelled());
            assertThat(behind.state()).isEqualTo(cancelled());
            assertThat(self.get(0).state()).isEqualTo(cancelled());
        });
    }
}
