package io.lwt4j;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Rules C: what cancel reaches, and in which order. C-17 is in {@code PromisesTest}. */
class CancellationRulesTest {

    private final Exception error = new Exception("error");

    /* ---- What can be cancelled ---- */

    @Test
    @Rule("C-1")
    void aCancellablePromiseIsCancelledAndAnUncancellableOneIsNot() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> task = Resolver.<Integer>cancellable().promise();
            Promise<Integer> wait = Resolver.<Integer>uncancellable().promise();

            task.cancel();
            wait.cancel();

            assertThat(task.isCancelled()).isTrue();
            assertThat(task.state()).isEqualTo(cancelled());
            assertThat(wait.state()).isEqualTo(pending());
        });
    }

    @Test
    @Rule("C-2")
    void cancellingAResolvedPromiseDoesNothing() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();
            a.promise().onCancel(loop.logs("a"));
            a.resolve(1);
            b.reject(error);

            a.promise().cancel();
            b.promise().cancel();

            assertThat(a.promise().state()).isEqualTo(fulfilled(1));
            assertThat(b.promise().state()).isEqualTo(rejected(error));
        });
    }

    @Test
    @Rule("C-2")
    void cancellingTwiceCallsBackOnce() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> task = Resolver.<Integer>cancellable().promise();
            task.onCancel(loop.logs("cancel"));

            task.cancel();
            task.cancel();

            assertThat(loop.takeTrace()).containsExactly("cancel");
        });
    }

    /* ---- The search ---- */

    @Test
    @Rule("C-3")
    void cancelOfAContinuationReachesItsSource() throws Exception {
        VirtualLoop.run(loop -> {
            Map<String, Function<Promise<Integer>, Promise<?>>> all = new LinkedHashMap<>();
            all.put("flatMap", p -> p.flatMap(Promise::of));
            all.put("map", p -> p.map(v -> v));
            all.put("recover", p -> p.recover(Promise::failed));
            all.put("fold", p -> p.fold(Promise::of, Promise::failed));
            all.put("eventually", p -> p.eventually(Promise::unit));
            all.put("a chain", p -> p.map(v -> v).flatMap(Promise::of).map(v -> v));

            all.forEach((name, derive) -> {
                Promise<Integer> source = Resolver.<Integer>cancellable().promise();
                Promise<?> result = derive.apply(source);

                result.cancel();

                assertThat(source.state()).as(name).isEqualTo(cancelled());
                assertThat(result.state()).as(name).isEqualTo(cancelled());
            });
        });
    }

    @Test
    @Rule("C-3")
    void cancelOfACombinationReachesEveryMemberInTheOrderOfTheList() throws Exception {
        VirtualLoop.run(loop -> {
            for (Map.Entry<String, Combination> combination : combinations().entrySet()) {
                List<Promise<Integer>> members = tasks(3);
                for (int i = 0; i < 3; i++) {
                    int number = i;
                    // The leaf found last calls back first; see C-5.
                    members.get(i).onCancel(() -> loop.log(number));
                }

                combination.getValue().apply(members).cancel();

                assertThat(members)
                        .as(combination.getKey())
                        .extracting(Promise::isCancelled)
                        .containsOnly(true);
                assertThat(loop.takeTrace()).containsExactly("2", "1", "0");
            }
        });
    }

    @FunctionalInterface
    private interface Combination extends Function<List<Promise<Integer>>, Promise<?>> {}

    private static Map<String, Combination> combinations() {
        Map<String, Combination> all = new LinkedHashMap<>(waitingForAll());
        all.putAll(waitingForOne());
        return all;
    }

    private static Map<String, Combination> waitingForAll() {
        Map<String, Combination> all = new LinkedHashMap<>();
        all.put("join", Promise::join);
        all.put("all", Promise::all);
        all.put("both", p -> Promise.both(Promise.both(p.get(0), p.get(1)), p.get(2)));
        return all;
    }

    private static Map<String, Combination> waitingForOne() {
        Map<String, Combination> all = new LinkedHashMap<>();
        all.put("choose", Promise::choose);
        all.put("pick", Promise::pick);
        all.put("nchoose", Promise::nchoose);
        all.put("npick", Promise::npick);
        all.put("nchooseSplit", Promise::nchooseSplit);
        return all;
    }

    private static List<Promise<Integer>> tasks(int count) {
        List<Promise<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(Resolver.<Integer>cancellable().promise());
        }
        return tasks;
    }

    @Test
    @Rule("C-3")
    void cancellingOneOfTwoContinuationsCancelsTheCommonSourceAndSoTheOther() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> source = Resolver.<Integer>cancellable().promise();
            Promise<Integer> one = source.map(v -> v);
            Promise<Integer> sibling = source.map(v -> v);

            one.cancel();

            assertThat(sibling.state()).isEqualTo(cancelled());
        });
    }

    @Test
    @Rule({"C-1", "C-3"})
    void aChainThatBeginsWithAnUncancellablePromiseCannotBeCancelled() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> source = Resolver.uncancellable();
            Promise<Integer> result = source.promise().map(v -> v + 1);

            result.cancel();
            assertThat(result.state()).isEqualTo(pending());

            source.resolve(1);
            assertThat(result.state()).isEqualTo(fulfilled(2));
        });
    }

    @Test
    @Rule("C-4")
    void everyLeafIsMarkedBeforeAnyCallbackRuns() throws Exception {
        VirtualLoop.run(loop -> {
            List<Promise<Integer>> leaves = tasks(2);
            leaves.get(0).onCancel(() -> loop.log("b is " + leaves.get(1).state()));
            leaves.get(1).onCancel(() -> loop.log("a is " + leaves.get(0).state()));

            Promise.join(leaves).cancel();

            assertThat(loop.takeTrace())
                    .containsExactly("a is " + cancelled(), "b is " + cancelled());
        });
    }

    @Test
    @Rule("C-4")
    void aLeafWithManyWaysToItIsCancelledOnce() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> leaf = Resolver.<Integer>cancellable().promise();
            leaf.onCancel(loop.logs("cancel"));
            Promise<?> diamond =
                    Promise.join(leaf.map(v -> v), leaf, Promise.both(leaf, leaf.map(v -> v)));

            diamond.cancel();

            assertThat(loop.takeTrace()).containsExactly("cancel");
            assertThat(diamond.state()).isEqualTo(cancelled());
        });
    }

    @Test
    @Rule("C-5")
    void theLeafFoundLastCallsBackFirst() throws Exception {
        VirtualLoop.run(loop -> {
            List<Promise<Integer>> leaves = tasks(3);
            for (int i = 0; i < 3; i++) {
                int number = i + 1;
                leaves.get(i).onFailure(e -> loop.log(number));
            }

            Promise.join(leaves).cancel();

            assertThat(loop.takeTrace()).containsExactly("3", "2", "1");
        });
    }

    @Test
    @Rule("C-5")
    void theCallbacksOfEachLeafAreAResolutionOfTheirOwn() throws Exception {
        VirtualLoop.run(loop -> {
            List<Promise<Integer>> leaves = tasks(2);
            Resolver<Integer> later = Resolver.cancellable();
            later.promise().onSuccess(v -> loop.log("deferred"));
            leaves.get(0).onCancel(loop.logs("first leaf"));
            leaves.get(1).onCancel(() -> {
                later.resolve(1);
                loop.log("last leaf");
            });

            Promise.join(leaves).cancel();

            assertThat(loop.takeTrace()).containsExactly("last leaf", "deferred", "first leaf");
        });
    }

    @Test
    @Rule("C-6")
    void aHandlerOfCanceledExceptionTurnsCancellationIntoSuccess() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> source = Resolver.<Integer>cancellable().promise();
            Promise<Integer> result = source.recover(CanceledException.class, e -> Promise.of(7));
            result.onCancel(loop.logs("never"));

            result.cancel();

            assertThat(source.state()).isEqualTo(cancelled());
            assertThat(result.state()).isEqualTo(fulfilled(7));
        });
    }

    @Test
    @Rule("C-7")
    void onceTheCallbackHasReturnedCancelReachesItsPromise() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> source = Resolver.cancellable();
            Promise<Integer> inner = Resolver.<Integer>cancellable().promise();
            Promise<Integer> result = source.promise().flatMap(v -> inner);
            source.resolve(1);

            result.cancel();

            assertThat(source.promise().state()).isEqualTo(fulfilled(1));
            assertThat(inner.state()).isEqualTo(cancelled());
            assertThat(result.state()).isEqualTo(cancelled());
        });
    }

    @Test
    @Rule("C-7")
    void anUncancellablePromiseOfACallbackMakesTheResultUncancellable() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> source = Resolver.cancellable();
            Resolver<Integer> inner = Resolver.uncancellable();
            Promise<Integer> result = source.promise().flatMap(v -> inner.promise());
            source.resolve(1);

            result.cancel();
            assertThat(result.state()).isEqualTo(pending());

            inner.resolve(2);
            assertThat(result.state()).isEqualTo(fulfilled(2));
        });
    }

    @Test
    @Rule("C-8")
    void cancellingAResultFromItsOwnCallbackHasNoEffect() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> source = Resolver.cancellable();
            Resolver<Integer> inner = Resolver.cancellable();
            List<Promise<Integer>> result = new ArrayList<>();
            result.add(source.promise().flatMap(v -> {
                result.get(0).cancel();
                return inner.promise();
            }));

            source.resolve(1);
            assertThat(result.get(0).state()).isEqualTo(pending());

            inner.resolve(2);
            assertThat(result.get(0).state()).isEqualTo(fulfilled(2));
        });
    }

    /* ---- Several promises ---- */

    @Test
    @Rule("C-9")
    void aCancelledJoinWaitsForMembersThatCannotBeCancelled() throws Exception {
        VirtualLoop.run(loop -> waitingForAll().forEach((name, combination) -> {
            Resolver<Integer> wait = Resolver.uncancellable();
            List<Promise<Integer>> members = tasks(3);
            members.set(1, wait.promise());
            Promise<?> result = combination.apply(members);

            result.cancel();

            assertThat(members.get(0).state()).as(name).isEqualTo(cancelled());
            assertThat(members.get(2).state()).as(name).isEqualTo(cancelled());
            assertThat(result.state()).as(name).isEqualTo(pending());

            wait.resolve(1);
            assertThat(result.state()).as(name).isEqualTo(cancelled());
        }));
    }

    @Test
    @Rule("C-10")
    void aCancelledRaceIsOverAndLeavesMembersThatCannotBeCancelledAlone() throws Exception {
        VirtualLoop.run(loop -> waitingForOne().forEach((name, combination) -> {
            Promise<Integer> wait = Resolver.<Integer>uncancellable().promise();
            List<Promise<Integer>> members = tasks(3);
            members.set(1, wait);
            Promise<?> result = combination.apply(members);

            result.cancel();

            assertThat(members.get(0).state()).as(name).isEqualTo(cancelled());
            assertThat(members.get(2).state()).as(name).isEqualTo(cancelled());
            assertThat(wait.state()).as(name).isEqualTo(pending());
            assertThat(result.state()).as(name).isEqualTo(cancelled());
        }));
    }

    @Test
    @Rule("C-10")
    void aRaceOfUncancellablePromisesCannotBeCancelled() throws Exception {
        VirtualLoop.run(loop -> waitingForOne().forEach((name, combination) -> {
            Promise<?> result =
                    combination.apply(List.of(Resolver.<Integer>uncancellable().promise()));

            result.cancel();

            assertThat(result.state()).as(name).isEqualTo(pending());
        }));
    }

    @Test
    @Rule("C-11")
    void pickCancelsEveryLoserBeforeItsOwnCallbacks() throws Exception {
        VirtualLoop.run(loop -> {
            for (Function<List<Promise<Integer>>, Promise<?>> pick :
                    List.<Function<List<Promise<Integer>>, Promise<?>>>of(
                            Promise::pick, Promise::npick)) {
                List<Promise<Integer>> members = tasks(4);
                Resolver<Integer> winner = Resolver.cancellable();
                members.set(2, winner.promise());
                Promise<?> result = pick.apply(members);
                result.onSuccess(v -> loop.log("result"));
                for (int i : new int[] {0, 1, 3}) {
                    members.get(i)
                            .onFailure(e -> loop.log("loser " + i + ", result is "
                                    + (result.isPending() ? "open" : "done")));
                }

                winner.resolve(1);

                assertThat(loop.takeTrace())
                        .containsExactly(
                                "loser 0, result is open",
                                "loser 1, result is open",
                                "loser 3, result is open",
                                "result");
            }
        });
    }

    @Test
    @Rule("C-11")
    void pickCancelsItsLosersAlsoWhenTheWinnerFails() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> loser = Resolver.<Integer>cancellable().promise();
            Resolver<Integer> winner = Resolver.cancellable();
            Promise<Integer> result = Promise.pick(loser, winner.promise());

            winner.reject(error);

            assertThat(loser.state()).isEqualTo(cancelled());
            assertThat(result.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    @Rule("C-11")
    void pickOfAResolvedPromiseCancelsTheOthersBeforeItReturns() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> loser = Resolver.<Integer>cancellable().promise();
            Promise<Integer> winner = Promise.of(1);

            assertThat(Promise.pick(loser, winner)).isSameAs(winner);
            assertThat(loser.state()).isEqualTo(cancelled());
        });
    }

    @Test
    @Rule("C-11")
    void cancellingAPickFromACallbackOfALoserDoesNotChangeTheWinner() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> loser = Resolver.<Integer>cancellable().promise();
            Resolver<Integer> winner = Resolver.cancellable();
            Promise<Integer> result = Promise.pick(loser, winner.promise());
            loser.onCancel(result::cancel);

            winner.resolve(1);

            assertThat(result.state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    @Rule("C-12")
    void chooseAndItsKinCancelNobody() throws Exception {
        VirtualLoop.run(loop -> {
            for (String name : List.of("choose", "nchoose", "nchooseSplit")) {
                List<Promise<Integer>> members = tasks(2);
                Resolver<Integer> winner = Resolver.cancellable();
                members.add(winner.promise());
                Promise<?> result = waitingForOne().get(name).apply(members);

                winner.resolve(1);
                Promise<?> decided = waitingForOne().get(name).apply(members);

                assertThat(result.isFulfilled()).as(name).isTrue();
                assertThat(decided.isFulfilled()).as(name).isTrue();
                assertThat(members.get(0).isPending()).as(name).isTrue();
                assertThat(members.get(1).isPending()).as(name).isTrue();
            }
        });
    }

    /* ---- Barriers ---- */

    @Test
    @Rule("C-13")
    void cancellingAShieldedViewRejectsTheViewOnly() throws Exception {
        VirtualLoop.run(loop -> {
            for (Resolver<Integer> source :
                    List.<Resolver<Integer>>of(Resolver.cancellable(), Resolver.uncancellable())) {
                Promise<Integer> view = source.promise().shielded();
                Promise<Integer> other = source.promise().shielded();

                view.cancel();

                assertThat(view.state()).isEqualTo(cancelled());
                assertThat(source.promise().state()).isEqualTo(pending());
                source.resolve(1);
                assertThat(other.state()).isEqualTo(fulfilled(1));
                assertThat(view.state()).isEqualTo(cancelled());
            }
        });
    }

    @Test
    @Rule("C-13")
    void aShieldedViewFollowsItsSource() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> ok = Resolver.cancellable();
            Resolver<Integer> broken = Resolver.cancellable();
            Promise<Integer> gone = Resolver.<Integer>cancellable().promise();
            List<Promise<Integer>> views =
                    List.of(ok.promise().shielded(), broken.promise().shielded(), gone.shielded());

            ok.resolve(1);
            broken.reject(error);
            gone.cancel();

            assertThat(views)
                    .extracting(Promise::state)
                    .containsExactly(fulfilled(1), rejected(error), cancelled());
        });
    }

    @Test
    @Rule("C-13")
    void cancellationThroughAChainStopsAtAShieldedView() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> source = Resolver.<Integer>cancellable().promise();
            Promise<Integer> result = source.shielded().map(v -> v);

            result.cancel();

            assertThat(result.state()).isEqualTo(cancelled());
            assertThat(source.state()).isEqualTo(pending());
        });
    }

    @Test
    @Rule("C-13")
    void aShieldedViewReturnedByACallbackMakesTheResultCancellable() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> gate = Resolver.cancellable();
            Pending<Integer> source =
                    (Pending<Integer>) Resolver.<Integer>uncancellable().promise();
            Promise<Integer> result = gate.promise().flatMap(v -> source.shielded());
            gate.resolve(0);
            assertThat(source.waiters()).isNotEqualTo(Cell.NONE);

            result.cancel();

            assertThat(result.state()).isEqualTo(cancelled());
            assertThat(source.waiters()).as("nothing stays attached").isEqualTo(Cell.NONE);
        });
    }

    @Test
    @Rule("C-14")
    void cancellingAnUncancellableViewDoesNothing() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> source = Resolver.<Integer>cancellable().promise();
            Promise<Integer> view = source.uncancellable();

            view.cancel();
            view.map(v -> v).cancel();
            assertThat(view.state()).isEqualTo(pending());
            assertThat(source.state()).isEqualTo(pending());

            source.cancel();
            assertThat(view.state()).isEqualTo(cancelled());
        });
    }

    @Test
    @Rule("C-14")
    void anUncancellableViewFollowsItsSource() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> ok = Resolver.cancellable();
            Resolver<Integer> broken = Resolver.cancellable();
            List<Promise<Integer>> views =
                    List.of(ok.promise().uncancellable(), broken.promise().uncancellable());

            ok.resolve(1);
            broken.reject(error);

            assertThat(views)
                    .extracting(Promise::state)
                    .containsExactly(fulfilled(1), rejected(error));
        });
    }

    @Test
    @Rule("C-15")
    void cancellingACancellableViewRejectsItAndThenItsSource() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> source = Resolver.<Integer>cancellable().promise();
            Promise<Integer> view = source.cancellableView();
            source.onCancel(loop.logs("source"));
            view.onCancel(loop.logs("view"));

            view.cancel();

            assertThat(loop.takeTrace()).containsExactly("view", "source");
            assertThat(view.state()).isEqualTo(cancelled());
            assertThat(source.state()).isEqualTo(cancelled());
        });
    }

    @Test
    @Rule("C-15")
    void aCancellableViewOfAnUncancellablePromiseIsCancelledAlone() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> source = Resolver.uncancellable();
            Promise<Integer> view = source.promise().cancellableView();
            Promise<Integer> other = source.promise().cancellableView();

            view.cancel();
            assertThat(view.state()).isEqualTo(cancelled());
            assertThat(source.promise().state()).isEqualTo(pending());

            source.resolve(1);
            assertThat(view.state()).isEqualTo(cancelled());
            assertThat(other.state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    @Rule("C-16")
    void theBarriersReturnAResolvedPromiseAsItIs() throws Exception {
        VirtualLoop.run(loop -> {
            for (Promise<Integer> p :
                    List.of(Promise.of(1), Promise.<Integer>failed(error).onFailure(e -> {}))) {
                assertThat(p.shielded()).isSameAs(p);
                assertThat(p.uncancellable()).isSameAs(p);
                assertThat(p.cancellableView()).isSameAs(p);
            }
        });
    }

    /* ---- What the library makes ---- */

    @Test
    @Rule("C-18")
    void withTimeoutCancelsItsBodyWhenTheTimeIsOver() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<Integer> body = Resolver.<Integer>cancellable().promise();
            body.onCancel(loop.logs("cancelled"));

            return EventLoop.withTimeout(Duration.ofHours(1), () -> body).recover(e -> {
                loop.log(e.getClass().getSimpleName());
                assertThat(loop.takeTrace()).containsExactly("cancelled", "TimeoutException");
                return Promise.of(0);
            });
        });
    }

    @Test
    @Rule("C-18")
    void withTimeoutAbandonsABodyThatCannotBeCancelled() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<Integer> body = Resolver.<Integer>uncancellable().promise();

            return EventLoop.withTimeout(Duration.ofHours(1), () -> body)
                    .recover(TimeoutException.class, e -> {
                        assertThat(body.state()).isEqualTo(pending());
                        return Promise.of(0);
                    });
        });
    }

    @Test
    @Rule("C-18")
    void withTimeoutStopsItsTimerWhenTheBodyIsDone() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> body = Resolver.cancellable();
            Promise<Integer> result = EventLoop.withTimeout(Duration.ofHours(1), body::promise);

            body.resolve(1);

            assertThat(result.state()).isEqualTo(fulfilled(1));
            assertThat(EventLoop.current().timers.size()).isZero();
        });
    }

    @Test
    @Rule("C-18")
    void cancellingATimeoutCancelsBothSides() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> body = Resolver.<Integer>cancellable().promise();
            Promise<Integer> result = EventLoop.withTimeout(Duration.ofHours(1), () -> body);

            result.cancel();

            assertThat(body.state()).isEqualTo(cancelled());
            assertThat(result.state()).isEqualTo(cancelled());
            assertThat(EventLoop.current().timers.size()).isZero();
        });
    }

    @Test
    @Rule("C-19")
    void whatTheLoopMakesToWaitForIsCancellable() throws Exception {
        VirtualLoop.run(loop -> {
            Map<String, Promise<?>> all = new LinkedHashMap<>();
            all.put("sleep", EventLoop.sleep(Duration.ofHours(1)));
            all.put("timeout", EventLoop.timeout(Duration.ofHours(1)));
            all.put("pause", EventLoop.pause());
            all.put("from", Promise.from(new CompletableFuture<Integer>()));

            all.forEach((name, promise) -> {
                promise.cancel();
                assertThat(promise.isCancelled()).as(name).isTrue();
            });
            assertThat(EventLoop.current().timers.size()).isZero();
        });
    }

    /* ---- D10: what crashes the original ---- */

    @Test
    void cancellingTheSourceInOnCancelOfAShieldedViewIsHarmless() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> source = Resolver.<Integer>cancellable().promise();
            source.onCancel(loop.logs("source"));
            Promise<Integer> view = source.shielded();
            view.onCancel(source::cancel);
            view.onFailure(e -> loop.log("view"));

            view.cancel();

            assertThat(loop.takeTrace()).containsExactly("source", "view");
            assertThat(source.state()).isEqualTo(cancelled());
            assertThat(view.state()).isEqualTo(cancelled());
        });
    }

    @Test
    void resolvingTheSourceInOnCancelOfAShieldedViewIsHarmless() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> source = Resolver.cancellable();
            Promise<Integer> sibling = source.promise().shielded();
            Promise<Integer> view = source.promise().shielded();
            view.onCancel(() -> source.resolveNow(1));

            view.cancel();

            assertThat(view.state()).isEqualTo(cancelled());
            assertThat(sibling.state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    void aViewCancelledByAnOlderCallbackOfItsSourceIgnoresTheOutcome() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> source = Resolver.cancellable();
            Promise<Integer> view = source.promise().shielded();
            source.promise().onSuccess(v -> view.cancel());

            source.resolve(1);

            assertThat(view.state()).isEqualTo(cancelled());
        });
    }
}
