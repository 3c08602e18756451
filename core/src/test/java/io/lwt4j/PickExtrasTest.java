package io.lwt4j;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** {@link Promise#pickFirst}, and races that own the values of their members. */
class PickExtrasTest {

    private final Exception error = new Exception("error");
    private final Exception other = new Exception("other");

    /** The two races with a disposer. */
    enum Race {
        PICK {
            @Override
            Promise<Integer> of(List<Promise<Integer>> members, CheckedConsumer<Integer> disposer) {
                return Promise.pick(members, disposer);
            }
        },
        PICK_FIRST {
            @Override
            Promise<Integer> of(List<Promise<Integer>> members, CheckedConsumer<Integer> disposer) {
                return Promise.pickFirst(members, disposer);
            }
        };

        abstract Promise<Integer> of(
                List<Promise<Integer>> members, CheckedConsumer<Integer> disposer);

        Promise<Integer> logged(VirtualLoop loop, List<Promise<Integer>> members) {
            return of(members, value -> loop.log("disposed " + value));
        }
    }

    private static Resolver<Integer> task(VirtualLoop loop, String name) {
        Resolver<Integer> task = Resolver.cancellable();
        task.promise().onCancel(loop.logs(name + " cancelled"));
        return task;
    }

    /* ---- In the order of the list ---- */

    @Test
    void pickFirstTakesTheFirstThatIsFulfilledAndCancelsTheOthers() throws Exception {
        VirtualLoop.run(loop -> {
            for (int i = 0; i < 20; i++) {
                Promise<Integer> two = Promise.of(2);
                Promise<Integer> result = Promise.pickFirst(
                        task(loop, "a").promise(),
                        two,
                        Promise.of(3),
                        task(loop, "d").promise());

                assertThat(result).isSameAs(two);
                assertThat(loop.takeTrace()).containsExactly("a cancelled", "d cancelled");
            }
        });
    }

    @Test
    void pickFirstTakesTheFirstThatIsRejectedBeforeAnyThatIsFulfilled() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> last = Promise.failed(other);
            Promise<Integer> result = Promise.pickFirst(
                    List.of(Promise.of(1), task(loop, "b").promise(), Promise.failed(error), last));

            assertThat(result.state()).isEqualTo(rejected(error));
            assertThat(last.state()).isEqualTo(rejected(other));
            assertThat(loop.takeTrace()).containsExactly("b cancelled");
        });
    }

    @Test
    void whatACancellationFulfilsDoesNotComeFirst() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.uncancellable();
            a.promise().onCancel(() -> b.resolveNow(2));

            Promise<Integer> result = Promise.pickFirst(a.promise(), b.promise(), Promise.of(3));

            assertThat(result.state()).isEqualTo(fulfilled(3));
        });
    }

    @Test
    void pickFirstOfPendingPromisesIsLikePick() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> b = Resolver.cancellable();
            Promise<Integer> result = Promise.pickFirst(
                            task(loop, "a").promise(),
                            b.promise(),
                            task(loop, "c").promise())
                    .onSuccess(v -> loop.log("result"));

            b.resolve(2);
            assertThat(loop.takeTrace()).containsExactly("a cancelled", "c cancelled", "result");
            assertThat(result.state()).isEqualTo(fulfilled(2));

            Promise<Integer> gone = Promise.pickFirst(List.of(task(loop, "d").promise()));
            gone.cancel();
            assertThat(loop.takeTrace()).containsExactly("d cancelled");
            assertThat(gone.state()).isEqualTo(cancelled());
        });
    }

    @Test
    @Rule("J-6")
    void anEmptyListIsRefused() throws Exception {
        VirtualLoop.run(loop -> {
            assertThatThrownBy(() -> Promise.pickFirst(List.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("pickFirst");
            assertThatThrownBy(() -> Promise.pickFirst())
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Promise.pick(List.of(), value -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("pick");
        });
    }

    /* ---- Disposing ---- */

    @ParameterizedTest
    @EnumSource
    void aValueThatComesLateIsDisposedOf(Race race) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> winner = Resolver.cancellable();
            Resolver<Integer> late = Resolver.uncancellable();
            Promise<Integer> result = race.logged(loop, List.of(late.promise(), winner.promise()));

            winner.resolve(2);
            assertThat(result.state()).isEqualTo(fulfilled(2));
            assertThat(loop.takeTrace()).isEmpty();
            late.resolve(1);

            assertThat(loop.takeTrace()).containsExactly("disposed 1");
        });
    }

    @ParameterizedTest
    @EnumSource
    void valuesThatAreThereAreDisposedOfAfterTheLosersAreCancelled(Race race) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> late = Resolver.uncancellable();
            Promise<Integer> result = race.logged(
                    loop,
                    List.of(
                            Promise.of(1),
                            task(loop, "b").promise(),
                            Promise.failed(error),
                            late.promise(),
                            Promise.of(5)));

            assertThat(result.state()).isEqualTo(rejected(error));
            assertThat(loop.takeTrace()).containsExactly("b cancelled", "disposed 1", "disposed 5");
            late.resolve(4);
            assertThat(loop.takeTrace()).containsExactly("disposed 4");
        });
    }

    @ParameterizedTest
    @EnumSource
    void ofSeveralValuesAllButTheOneDeliveredAreDisposedOf(Race race) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> result =
                    race.logged(loop, List.of(Promise.of(1), Promise.of(2), Promise.of(3)));

            int delivered = result.poll().orElseThrow();
            List<String> others = List.of(1, 2, 3).stream()
                    .filter(i -> i != delivered)
                    .map(i -> "disposed " + i)
                    .toList();
            assertThat(loop.takeTrace()).isEqualTo(others);
            if (race == Race.PICK_FIRST) {
                assertThat(delivered).isOne();
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void ifTheWinnerFailsAllValuesAreDisposedOf(Race race) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> failing = Resolver.cancellable();
            Resolver<Integer> late = Resolver.uncancellable();
            Promise<Integer> result = race.logged(loop, List.of(failing.promise(), late.promise()));

            failing.reject(error);
            late.resolve(1);

            assertThat(result.state()).isEqualTo(rejected(error));
            assertThat(loop.takeTrace()).containsExactly("disposed 1");
        });
    }

    @ParameterizedTest
    @EnumSource
    void ifTheRaceIsCancelledAllValuesAreDisposedOf(Race race) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> late = Resolver.uncancellable();
            Promise<Integer> result =
                    race.logged(loop, List.of(late.promise(), task(loop, "b").promise()));

            result.cancel();
            assertThat(result.state()).isEqualTo(cancelled());
            late.resolve(1);

            assertThat(loop.takeTrace()).containsExactly("b cancelled", "disposed 1");
        });
    }

    @ParameterizedTest
    @EnumSource
    void aValueThatIsUnderWayWhenTheRaceIsCancelledIsDisposedOfOnce(Race race) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> gate = Resolver.uncancellable();
            Resolver<Integer> a = Resolver.cancellable();
            Promise<Integer> result =
                    race.logged(loop, List.of(a.promise(), task(loop, "b").promise()));
            gate.promise().onSuccess(open -> {
                // Fulfilled, but the race is to hear of it only at the end of this resolution.
                a.resolve(1);
                result.cancel();
            });

            gate.resolve(0);

            assertThat(result.state()).isEqualTo(cancelled());
            assertThat(loop.takeTrace()).containsExactly("b cancelled", "disposed 1");
        });
    }

    @ParameterizedTest
    @EnumSource
    void aLoserThatMakesAValueOfItsCancellationHasItDisposedOf(Race race) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> winner = Resolver.cancellable();
            Promise<Integer> saved = task(loop, "b").promise().recover(canceled -> Promise.of(7));
            Promise<Integer> result = race.logged(loop, List.of(saved, winner.promise()));

            winner.resolve(1);

            assertThat(result.state()).isEqualTo(fulfilled(1));
            assertThat(loop.takeTrace()).containsExactly("b cancelled", "disposed 7");
        });
    }

    @ParameterizedTest
    @EnumSource
    void aPromiseThatOccursTwiceIsOneMember(Race race) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> one = Promise.of(1);
            assertThat(race.logged(loop, List.of(one, one)).state()).isEqualTo(fulfilled(1));

            Resolver<Integer> a = Resolver.cancellable();
            Promise<Integer> twice = race.logged(loop, List.of(a.promise(), a.promise()));
            a.resolve(2);
            assertThat(twice.state()).isEqualTo(fulfilled(2));
            assertThat(loop.takeTrace()).isEmpty();

            Resolver<Integer> late = Resolver.uncancellable();
            race.logged(loop, List.of(late.promise(), one, late.promise()));
            late.resolve(3);
            assertThat(loop.takeTrace()).containsExactly("disposed 3");
        });
    }

    @ParameterizedTest
    @EnumSource
    void membersThatBecomeTheSameAreOneMember(Race race) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> gate = Resolver.uncancellable();
            Resolver<Integer> inner = Resolver.uncancellable();
            Promise<Integer> outer = gate.promise().flatMap(open -> inner.promise());
            Promise<Integer> result = race.logged(loop, List.of(inner.promise(), outer));
            gate.resolve(0);
            inner.resolve(1);
            assertThat(result.state()).isEqualTo(fulfilled(1));
            assertThat(loop.takeTrace()).isEmpty();

            Resolver<Integer> secondGate = Resolver.uncancellable();
            Resolver<Integer> late = Resolver.uncancellable();
            Promise<Integer> outerLate = secondGate.promise().flatMap(open -> late.promise());
            race.logged(loop, List.of(late.promise(), outerLate, Promise.of(0)));
            secondGate.resolve(0);
            late.resolve(2);
            assertThat(loop.takeTrace()).containsExactly("disposed 2");
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatTheDisposerThrowsReachesTheHandlerAndTheOthersAreStillDisposedOf(Race race)
            throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> late = Resolver.uncancellable();
            Promise<Integer> result = race.of(
                    List.of(Promise.of(1), Promise.of(2), Promise.failed(other), late.promise()),
                    value -> {
                        loop.log(value);
                        throw error;
                    });

            assertThat(result.state()).isEqualTo(rejected(other));
            assertThat(loop.takeTrace()).containsExactly("1", "2");
            assertThat(loop.takeErrors()).containsExactly(error, error);
            late.resolve(3);
            assertThat(loop.takeTrace()).containsExactly("3");
            assertThat(loop.takeErrors()).containsExactly(error);
        });
    }

    @ParameterizedTest
    @EnumSource
    void valuesThatAreThereAreDisposedOfBeforeTheResultIsResolved(Race race) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> gate = Resolver.uncancellable();
            Resolver<Integer> a = Resolver.uncancellable();
            Resolver<Integer> b = Resolver.uncancellable();
            Promise<Integer> result = race.logged(loop, List.of(a.promise(), b.promise()))
                    .onSuccess(v -> loop.log("result " + v));
            gate.promise().onSuccess(open -> {
                a.resolve(1);
                b.resolveNow(2);
            });

            gate.resolve(0);

            assertThat(result.state()).isEqualTo(fulfilled(2));
            assertThat(loop.takeTrace()).containsExactly("disposed 1", "result 2");
        });
    }

    @ParameterizedTest
    @EnumSource
    @Rule("S-2")
    void theDisposerSeesTheValuesOfTheTimeOfTheCall(Race race) throws Exception {
        VirtualLoop.run(loop -> {
            PromiseLocal<String> key = PromiseLocal.create();
            Resolver<Integer> late = Resolver.uncancellable();
            key.with(
                    "call",
                    () -> race.of(
                            List.of(Promise.of(1), late.promise()), value -> loop.log(key.get())));

            key.with("later", () -> {
                late.resolve(2);
                return Promise.unit();
            });

            assertThat(loop.takeTrace()).containsExactly("call");
        });
    }

    @ParameterizedTest
    @EnumSource
    void aDecidedRaceKeepsNothingAtMembersThatAreOver(Race race) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> late = Resolver.uncancellable();
            Promise<Integer> result = race.of(List.of(Promise.of(1), late.promise()), v -> {});
            late.resolve(2);

            assertThat(Reachable.from(result)).isLessThan(5);
            assertThat(late.promise().state()).isEqualTo(fulfilled(2));
        });
    }

    @ParameterizedTest
    @EnumSource
    void promisesOfAnotherLoopAreRefused(Race race) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> here = Resolver.cancellable();
            CompletableFuture.runAsync(() -> assertThatThrownBy(
                                    () -> race.of(List.of(Promise.of(1), here.promise()), v -> {}))
                            .isInstanceOf(LoopThreadException.class)
                            .hasMessageContaining("pick"))
                    .get();
            assertThat(here.promise().state()).isEqualTo(pending());
        });
    }
}
