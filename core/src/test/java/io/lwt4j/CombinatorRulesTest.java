package io.lwt4j;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Rules J: waiting for several promises. J-10 and J-11 are in {@code LeakTest}, too. */
class CombinatorRulesTest {

    private final Exception error = new Exception("error");
    private final Exception other = new Exception("other");

    @FunctionalInterface
    private interface Combination extends Function<List<Promise<Integer>>, Promise<?>> {}

    private static Map<String, Combination> waitingForAll() {
        Map<String, Combination> all = new LinkedHashMap<>();
        all.put("join", Promise::join);
        all.put("join of an array", p -> Promise.join(p.toArray(new Promise<?>[0])));
        all.put("all", Promise::all);
        all.put("both", p -> Promise.both(Promise.both(p.get(0), p.get(1)), p.get(2)));
        all.put("all of three", p -> Promise.all(p.get(0), p.get(1), p.get(2), Three::new));
        return all;
    }

    private record Three(int first, int second, int third) {}

    private static Map<String, Combination> waitingForOne() {
        Map<String, Combination> all = new LinkedHashMap<>();
        all.put("choose", Promise::choose);
        all.put("pick", Promise::pick);
        all.put("nchoose", Promise::nchoose);
        all.put("npick", Promise::npick);
        all.put("nchooseSplit", Promise::nchooseSplit);
        return all;
    }

    private static List<Resolver<Integer>> resolvers(int count) {
        List<Resolver<Integer>> resolvers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            resolvers.add(Resolver.cancellable());
        }
        return resolvers;
    }

    private static List<Promise<Integer>> promises(List<Resolver<Integer>> resolvers) {
        List<Promise<Integer>> promises = new ArrayList<>();
        resolvers.forEach(resolver -> promises.add(resolver.promise()));
        return promises;
    }

    /* ---- All ---- */

    @Test
    @Rule("J-1")
    void joinWaitsForAllAlsoAfterAFailure() throws Exception {
        VirtualLoop.run(loop -> waitingForAll().forEach((name, combination) -> {
            List<Resolver<Integer>> members = resolvers(3);
            Promise<?> result = combination.apply(promises(members));

            members.get(1).reject(error);
            members.get(2).resolve(2);
            assertThat(result.state()).as(name).isEqualTo(pending());

            members.get(0).resolve(0);
            assertThat(result.state()).as(name).isEqualTo(rejected(error));
        }));
    }

    @Test
    @Rule("J-1")
    void joinWaitsForAllAlsoIfOneIsAlreadyRejected() throws Exception {
        VirtualLoop.run(loop -> waitingForAll().forEach((name, combination) -> {
            List<Resolver<Integer>> members = resolvers(3);
            members.get(0).reject(error);
            Promise<?> result = combination.apply(promises(members));

            members.get(1).resolve(1);
            assertThat(result.state()).as(name).isEqualTo(pending());

            members.get(2).resolve(2);
            assertThat(result.state()).as(name).isEqualTo(rejected(error));
        }));
    }

    @Test
    @Rule("J-2")
    void theFirstRejectionInTimeIsReported() throws Exception {
        VirtualLoop.run(loop -> {
            loop.leavesUnobserved(other);
            waitingForAll().forEach((name, combination) -> {
                List<Resolver<Integer>> members = resolvers(3);
                Promise<?> result = combination.apply(promises(members));

                members.get(1).reject(error);
                members.get(0).reject(other);
                members.get(2).resolve(2);

                assertThat(result.state()).as(name).isEqualTo(rejected(error));
            });
        });
    }

    @Test
    @Rule("J-2")
    void ofRejectionsThatWereThereBeforeTheFirstInTheListIsReported() throws Exception {
        VirtualLoop.run(loop -> {
            loop.leavesUnobserved(other);
            Exception last = new Exception("last");
            loop.leavesUnobserved(last);
            waitingForAll().forEach((name, combination) -> {
                List<Resolver<Integer>> members = resolvers(3);
                members.get(1).reject(other);
                members.get(0).reject(error);
                Promise<?> result = combination.apply(promises(members));

                members.get(2).reject(last);

                assertThat(result.state()).as(name).isEqualTo(rejected(error));
            });
        });
    }

    @Test
    @Rule("J-3")
    void nothingToWaitForIsFulfilledAtOnce() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(Promise.join(List.of()).state()).isEqualTo(fulfilled(null));
            assertThat(Promise.join().state()).isEqualTo(fulfilled(null));
            assertThat(Promise.all(List.of()).state()).isEqualTo(fulfilled(List.of()));
        });
    }

    @Test
    @Rule("J-4")
    void theSamePromiseMayOccurSeveralTimes() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            List<Promise<Integer>> twice = List.of(a.promise(), a.promise());
            Promise<?> join = Promise.join(twice);
            Promise<List<Integer>> all = Promise.all(twice);
            Promise<Promise.Both<Integer, Integer>> both = Promise.both(a.promise(), a.promise());
            Promise<Integer> choose = Promise.choose(twice);
            Promise<Integer> pick = Promise.pick(twice);
            Promise<List<Integer>> nchoose = Promise.nchoose(twice);
            Promise<List<Integer>> npick = Promise.npick(twice);

            a.resolve(1);

            assertThat(join.state()).isEqualTo(fulfilled(null));
            assertThat(all.state()).isEqualTo(fulfilled(List.of(1, 1)));
            assertThat(both.state()).isEqualTo(fulfilled(new Promise.Both<>(1, 1)));
            assertThat(choose.state()).isEqualTo(fulfilled(1));
            assertThat(pick.state()).isEqualTo(fulfilled(1));
            assertThat(nchoose.state()).isEqualTo(fulfilled(List.of(1, 1)));
            assertThat(npick.state()).isEqualTo(fulfilled(List.of(1, 1)));
        });
    }

    @Test
    @Rule("J-4")
    void theSamePromiseMayBeRejectedOrCancelledSeveralTimes() throws Exception {
        VirtualLoop.run(loop -> {
            Map<String, Combination> all = new LinkedHashMap<>(waitingForAll());
            all.putAll(waitingForOne());
            all.forEach((name, combination) -> {
                Resolver<Integer> a = Resolver.cancellable();
                Resolver<Integer> b = Resolver.cancellable();
                Promise<?> failing =
                        combination.apply(List.of(a.promise(), a.promise(), a.promise()));
                Promise<?> gone = combination.apply(List.of(b.promise(), b.promise(), b.promise()));

                a.reject(error);
                gone.cancel();

                assertThat(failing.state()).as(name).isEqualTo(rejected(error));
                assertThat(gone.state()).as(name).isEqualTo(cancelled());
            });
        });
    }

    @Test
    @Rule("J-5")
    void allKeepsTheOrderOfTheList() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<Integer>> members = resolvers(3);
            List<Promise<Integer>> list = promises(members);
            list.add(1, Promise.of(9));
            Promise<List<Integer>> result = Promise.all(list);

            members.get(2).resolve(2);
            members.get(0).resolve(0);
            members.get(1).resolve(1);

            assertThat(result.state()).isEqualTo(fulfilled(List.of(0, 9, 1, 2)));
        });
    }

    @Test
    @Rule("J-5")
    void theCombiningFormsKeepTheOrderOfTheirArguments() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<Integer>> members = resolvers(3);
            List<Promise<Integer>> list = promises(members);
            Promise<String> two = Promise.both(list.get(0), list.get(1), (a, b) -> a + "," + b);
            Promise<Three> three = Promise.all(list.get(0), list.get(1), list.get(2), Three::new);
            Promise<String> four = Promise.all(
                    list.get(0),
                    list.get(1),
                    list.get(2),
                    Promise.of(3),
                    (a, b, c, d) -> a + "," + b + "," + c + "," + d);

            members.get(2).resolve(2);
            members.get(1).resolve(1);
            members.get(0).resolve(0);

            assertThat(two.state()).isEqualTo(fulfilled("0,1"));
            assertThat(three.state()).isEqualTo(fulfilled(new Three(0, 1, 2)));
            assertThat(four.state()).isEqualTo(fulfilled("0,1,2,3"));
        });
    }

    /* ---- The first ---- */

    @Test
    @Rule("J-6")
    void noPromiseAtAllCannotWin() throws Exception {
        VirtualLoop.run(loop -> waitingForOne()
                .forEach((name, combination) -> assertThatThrownBy(
                                () -> combination.apply(List.of()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageStartingWith(name + ": the list of promises is empty")));
    }

    @Test
    @Rule("J-7")
    void ofSeveralResolvedPromisesARejectedOneIsTaken() throws Exception {
        VirtualLoop.run(loop -> {
            for (String name : List.of("choose", "pick")) {
                Promise<Integer> open = Resolver.<Integer>cancellable().promise();

                Promise<?> result = waitingForOne()
                        .get(name)
                        .apply(List.of(Promise.of(1), open, Promise.failed(error), Promise.of(2)));

                assertThat(result.state()).as(name).isEqualTo(rejected(error));
            }
        });
    }

    @Test
    @Rule("J-7")
    void amongEqualsTheChoiceIsRandomAndTheSameInEveryRun() throws Exception {
        for (String name : List.of("choose", "pick")) {
            List<Promise<Integer>> fulfilled = List.of(Promise.of(0), Promise.of(1), Promise.of(2));
            List<Promise<Integer>> rejected = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                rejected.add(Promise.<Integer>failed("number " + i).onFailure(e -> {}));
            }
            for (List<Promise<Integer>> members : List.of(fulfilled, rejected)) {
                List<Integer> first = choices(name, members);

                assertThat(Set.copyOf(first)).as(name).isEqualTo(Set.of(0, 1, 2));
                assertThat(choices(name, members)).as(name).isEqualTo(first);
            }
        }
    }

    /** Which of the promises was taken, in a hundred calls on a new loop. */
    private static List<Integer> choices(String name, List<Promise<Integer>> members)
            throws Exception {
        List<Integer> choices = new ArrayList<>();
        VirtualLoop.run(loop -> {
            for (int i = 0; i < 100; i++) {
                choices.add(members.indexOf(waitingForOne().get(name).apply(members)));
            }
        });
        return choices;
    }

    @Test
    @Rule("J-7")
    void ofPendingPromisesTheFirstToBeResolvedWins() throws Exception {
        VirtualLoop.run(loop -> {
            for (String name : List.of("choose", "pick")) {
                for (boolean fails : new boolean[] {false, true}) {
                    List<Resolver<Integer>> members = resolvers(3);
                    Promise<?> result = waitingForOne().get(name).apply(promises(members));
                    assertThat(result.state()).isEqualTo(pending());

                    if (fails) {
                        members.get(1).reject(error);
                    } else {
                        members.get(1).resolve(1);
                    }
                    members.get(0).tryResolve(0);

                    assertThat(result.state())
                            .as(name)
                            .isEqualTo(fails ? rejected(error) : fulfilled(1));
                }
            }
        });
    }

    @Test
    @Rule("J-8")
    void nchooseTakesAllThatAreFulfilledByThenInTheOrderOfTheList() throws Exception {
        VirtualLoop.run(loop -> {
            for (String name : List.of("nchoose", "npick")) {
                List<Resolver<Integer>> members = resolvers(4);
                List<Promise<Integer>> list = promises(members);
                members.get(3).resolve(3);
                members.get(1).resolve(1);

                assertThat(waitingForOne().get(name).apply(list).state())
                        .as(name)
                        .isEqualTo(fulfilled(List.of(1, 3)));
            }
        });
    }

    @Test
    @Rule("J-8")
    void nchooseCountsAMemberThatIsResolvedByTheSameResolution() throws Exception {
        VirtualLoop.run(loop -> {
            for (String name : List.of("nchoose", "npick", "nchooseSplit")) {
                List<Resolver<Integer>> members = resolvers(3);
                Resolver<Integer> gate = Resolver.cancellable();
                Promise<?> result = waitingForOne().get(name).apply(promises(members));
                gate.promise().onSuccess(v -> {
                    // Their states change at once, their callbacks wait.
                    members.get(2).resolve(2);
                    members.get(0).resolve(0);
                });

                gate.resolve(0);

                Object expected = name.equals("nchooseSplit")
                        ? new Promise.Split<>(
                                List.of(0, 2), List.of(members.get(1).promise()))
                        : List.of(0, 2);
                assertThat(result.state()).as(name).isEqualTo(fulfilled(expected));
            }
        });
    }

    @Test
    @Rule("J-8")
    void nchooseIsRejectedWithTheFirstErrorInTheList() throws Exception {
        VirtualLoop.run(loop -> {
            loop.leavesUnobserved(other);
            for (String name : List.of("nchoose", "npick", "nchooseSplit")) {
                List<Resolver<Integer>> members = resolvers(4);
                members.get(3).reject(other);
                members.get(2).reject(error);
                members.get(0).resolve(0);

                Promise<?> result = waitingForOne().get(name).apply(promises(members));

                assertThat(result.state()).as(name).isEqualTo(rejected(error));
            }
        });
    }

    @Test
    @Rule("J-8")
    void npickTakesTheValuesBeforeItCancels() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<Integer>> members = resolvers(2);
            Promise<Integer> survivor = members.get(0).promise().recover(e -> Promise.of(-1));
            Promise<List<Integer>> result =
                    Promise.npick(List.of(survivor, members.get(1).promise()));

            members.get(1).resolve(1);

            assertThat(survivor.state()).isEqualTo(fulfilled(-1));
            assertThat(result.state()).isEqualTo(fulfilled(List.of(1)));
        });
    }

    @Test
    @Rule("J-9")
    void nchooseSplitKeepsTheOrderOfThePendingOnesAfterItHadToWait() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<Integer>> members = resolvers(4);
            List<Promise<Integer>> list = promises(members);
            Promise<Promise.Split<Integer>> result = Promise.nchooseSplit(list);

            members.get(2).resolve(2);

            assertThat(result.state())
                    .isEqualTo(fulfilled(new Promise.Split<>(
                            List.of(2), List.of(list.get(0), list.get(1), list.get(3)))));
        });
    }

    @Test
    @Rule("J-9")
    void nchooseSplitReversesThePendingOnesIfItDidNotHaveToWait() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<Integer>> members = resolvers(4);
            List<Promise<Integer>> list = promises(members);
            members.get(2).resolve(2);

            Promise<Promise.Split<Integer>> result = Promise.nchooseSplit(list);

            assertThat(result.state())
                    .isEqualTo(fulfilled(new Promise.Split<>(
                            List.of(2), List.of(list.get(3), list.get(1), list.get(0)))));
        });
    }

    @Test
    @Rule("J-9")
    void nchooseSplitGivesBackTheVeryPromisesItWasGivenEvenIfTheyHaveBecomeOthers()
            throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> inner = Resolver.uncancellable();
            Resolver<Integer> source = Resolver.uncancellable();
            Resolver<Integer> other = Resolver.uncancellable();
            Promise<Integer> outer = source.promise().flatMap(x -> inner.promise());
            source.resolve(0);

            Promise<Promise.Split<Integer>> result =
                    Promise.nchooseSplit(List.of(inner.promise(), other.promise()));
            other.resolve(1);

            assertThat(outer.isPending()).isTrue();
            assertThat(result.poll().orElseThrow().pending())
                    .singleElement()
                    .isSameAs(inner.promise());
        });
    }

    /* ---- Nothing stays attached; see LeakTest ---- */

    @Test
    @Rule("J-10")
    void aDecidedRaceLetsGoOfTheMembersThatGoOn() throws Exception {
        VirtualLoop.run(loop -> waitingForOne().forEach((name, combination) -> {
            Pending<Integer> lasting =
                    (Pending<Integer>) Resolver.<Integer>uncancellable().promise();
            Resolver<Integer> brief = Resolver.cancellable();
            Promise<?> result = combination.apply(List.of(lasting, brief.promise(), lasting));

            brief.resolve(1);

            assertThat(result.isFulfilled()).as(name).isTrue();
            assertThat(lasting.waiters()).as(name).isEqualTo(Cell.NONE);
        }));
    }

    @Test
    @Rule("J-10")
    void lettingGoKeepsTheOtherCallbacksAndTheirOrder() throws Exception {
        VirtualLoop.run(loop -> {
            // Every order of letting go, with plain callbacks between the races.
            Set<List<String>> traces =
                    new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
            for (int[] order :
                    new int[][] {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}
                    }) {
                Resolver<Integer> lasting = Resolver.uncancellable();
                List<Resolver<Integer>> brief = resolvers(3);
                for (int i = 0; i < 3; i++) {
                    int number = i;
                    Promise<Integer> race =
                            Promise.choose(lasting.promise(), brief.get(i).promise());
                    lasting.promise().onSuccess(v -> loop.log("callback " + number));
                    race.onSuccess(v -> loop.log("race " + number + " won by " + v));
                }
                for (int i : order) {
                    brief.get(i).resolve(i);
                }
                assertThat(loop.takeTrace()).hasSize(3);
                lasting.resolve(9);
                traces.add(loop.takeTrace());
            }

            assertThat(traces).isEqualTo(Set.of(List.of("callback 2", "callback 1", "callback 0")));
        });
    }

    @Test
    @Rule("J-11")
    void aContinuationThatLosesAPickLetsGoOfAShieldedSource() throws Exception {
        VirtualLoop.run(loop -> {
            Pending<Integer> lasting =
                    (Pending<Integer>) Resolver.<Integer>uncancellable().promise();
            Resolver<Integer> brief = Resolver.cancellable();
            Promise<Integer> result =
                    Promise.pick(brief.promise(), lasting.shielded().map(v -> v + 1));

            brief.resolve(1);

            assertThat(result.state()).isEqualTo(fulfilled(1));
            assertThat(lasting.waiters()).isEqualTo(Cell.NONE);
        });
    }

    @Test
    @Rule("J-11")
    void aContinuationOfAnUncancellablePromiseStaysAndRuns() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> lasting = Resolver.uncancellable();
            Resolver<Integer> brief = Resolver.cancellable();
            Promise<Integer> loser = lasting.promise().map(v -> {
                loop.log("ran");
                return v;
            });
            Promise<Integer> result = Promise.pick(brief.promise(), loser);

            brief.resolve(1);
            assertThat(result.state()).isEqualTo(fulfilled(1));
            lasting.resolve(2);

            assertThat(loop.takeTrace()).containsExactly("ran");
            assertThat(loser.state()).isEqualTo(fulfilled(2));
        });
    }
}
