package io.lwt4j;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

final class PromisesTest {

    private static final int MANY = 1_000_000;

    /** Pending promises to be handed out as those of the elements 0, 1, 2. */
    private static final class Three<T extends @Nullable Object> {

        private final List<Resolver<T>> resolvers;

        private Three(List<Resolver<T>> resolvers) {
            this.resolvers = resolvers;
        }

        static <T extends @Nullable Object> Three<T> cancellable() {
            return new Three<>(List.of(
                    Resolver.cancellable(), Resolver.cancellable(), Resolver.cancellable()));
        }

        static <T extends @Nullable Object> Three<T> uncancellable() {
            return new Three<>(List.of(
                    Resolver.uncancellable(), Resolver.uncancellable(), Resolver.uncancellable()));
        }

        Resolver<T> resolver(int i) {
            return resolvers.get(i);
        }

        Promise<T> promise(int i) {
            return resolvers.get(i).promise();
        }

        /** Looks at every promise, so that no error is reported as unobserved. */
        List<Promise.State<T>> states() {
            return List.of(promise(0).state(), promise(1).state(), promise(2).state());
        }
    }

    private static final List<Integer> ZERO_TO_TWO = List.of(0, 1, 2);

    private static Promise<Boolean> isEven(int i) {
        return Promise.of(i % 2 == 0);
    }

    private static Promise<Boolean> isEvenLater(int i) {
        return EventLoop.pause().map(done -> i % 2 == 0);
    }

    /* ---- L-1 ---- */

    @Test
    @Rule("L-1")
    void sequentiallyCallsForAnElementWhenTheOneBeforeIsFulfilled() throws Exception {
        VirtualLoop.run(loop -> {
            Three<String> three = Three.cancellable();
            Promise<List<String>> all = Promises.mapSequentially(ZERO_TO_TWO, i -> {
                loop.log("call " + i);
                return three.promise(i);
            });
            assertThat(loop.takeTrace()).containsExactly("call 0");
            three.resolver(1).resolve("b");
            assertThat(loop.takeTrace()).isEmpty();
            three.resolver(0).resolve("a");
            assertThat(loop.takeTrace()).containsExactly("call 1", "call 2");
            assertThat(all.isPending()).isTrue();
            three.resolver(2).resolve("c");
            assertThat(all.state()).isEqualTo(fulfilled(List.of("a", "b", "c")));
        });
    }

    @Test
    @Rule("L-1")
    void sequentiallyStopsAtTheFirstRejection() throws Exception {
        VirtualLoop.run(loop -> {
            Three<String> three = Three.cancellable();
            Promise<List<String>> all = Promises.mapSequentially(ZERO_TO_TWO, i -> {
                loop.log("call " + i);
                return three.promise(i);
            });
            three.resolver(0).resolve("a");
            Exception error = new Exception("b");
            three.resolver(1).reject(error);
            assertThat(loop.takeTrace()).containsExactly("call 0", "call 1");
            assertThat(all.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    @Rule("L-1")
    void concurrentlyCallsForAllElementsInOrderBeforeItWaits() throws Exception {
        VirtualLoop.run(loop -> {
            Three<String> three = Three.cancellable();
            Promise<List<String>> all = Promises.mapConcurrently(ZERO_TO_TWO, i -> {
                loop.log("call " + i);
                return three.promise(i);
            });
            assertThat(loop.takeTrace()).containsExactly("call 0", "call 1", "call 2");
            three.resolver(1).resolve("b");
            three.resolver(2).resolve("c");
            assertThat(all.isPending()).isTrue();
            three.resolver(0).resolve("a");
            assertThat(all.state()).isEqualTo(fulfilled(List.of("a", "b", "c")));
        });
    }

    /* ---- L-2 ---- */

    @Test
    @Rule("L-2")
    void whatTheCallbackThrowsRejectsASequentialResult() {
        Exception error = new Exception("thrown");
        List<Integer> called = new ArrayList<>();
        Promise<?> end = Promises.forEachSequentially(ZERO_TO_TWO, i -> {
            called.add(i);
            if (i == 1) {
                throw error;
            }
            return Promise.unit();
        });
        assertThat(end.state()).isEqualTo(rejected(error));
        assertThat(called).containsExactly(0, 1);
    }

    @Test
    @Rule("L-2")
    void whatTheCallbackThrowsLaterRejectsASequentialResult() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Exception error = new Exception("thrown");
            Promise<?> end = Promises.forEachSequentially(ZERO_TO_TWO, i -> {
                if (i == 1) {
                    throw error;
                }
                return EventLoop.pause();
            });
            return end.outcome().map(outcome -> assertThat(outcome).isEqualTo(rejected(error)));
        });
    }

    @Test
    @Rule("L-2")
    void whatTheCallbackThrowsKeepsNoOtherElementFromItsCall() {
        Exception error = new Exception("thrown");
        List<Integer> called = new ArrayList<>();
        CheckedFunction<Integer, Promise<Integer>> f = i -> {
            called.add(i);
            if (i == 1) {
                throw error;
            }
            return Promise.of(i);
        };
        assertThat(Promises.forEachConcurrently(ZERO_TO_TWO, f).state()).isEqualTo(rejected(error));
        assertThat(Promises.mapConcurrently(ZERO_TO_TWO, f).state()).isEqualTo(rejected(error));
        assertThat(called).containsExactly(0, 1, 2, 0, 1, 2);
    }

    @Test
    @Rule("L-2")
    @SuppressWarnings("NullAway") // The wrong null is what is tested.
    void aMissingPromiseRejectsTheResult() {
        assertRejectedWith(
                NullPointerException.class, Promises.mapSequentially(ZERO_TO_TWO, i -> null));
        assertRejectedWith(
                NullPointerException.class, Promises.mapConcurrently(ZERO_TO_TWO, i -> null));
        assertRejectedWith(
                NullPointerException.class, Promises.forEachConcurrently(ZERO_TO_TWO, i -> null));
    }

    @Test
    @SuppressWarnings("NullAway") // The wrong null is what is tested.
    void aMissingAnswerRejectsTheResult() {
        assertRejectedWith(
                NullPointerException.class,
                Promises.filterSequentially(ZERO_TO_TWO, i -> Promise.of(null)));
        assertRejectedWith(
                NullPointerException.class,
                Promises.allMatchConcurrently(ZERO_TO_TWO, i -> Promise.of(null)));
        assertRejectedWith(
                NullPointerException.class,
                Promises.filterMapConcurrently(ZERO_TO_TWO, i -> Promise.of(null)));
    }

    @Test
    void whatTheIterableThrowsRejectsTheResult() {
        IllegalStateException error = new IllegalStateException("no iterator");
        Iterable<Integer> broken = () -> {
            throw error;
        };
        assertThat(Promises.mapSequentially(broken, Promise::of).state())
                .isEqualTo(rejected(error));
        assertThat(Promises.mapConcurrently(broken, Promise::of).state())
                .isEqualTo(rejected(error));
        assertThat(Promises.forEachConcurrently(broken, Promise::of).state())
                .isEqualTo(rejected(error));
    }

    private static void assertRejectedWith(Class<? extends Throwable> type, Promise<?> promise) {
        assertThat(promise.state())
                .isInstanceOfSatisfying(
                        Promise.State.Rejected.class,
                        state -> assertThat(state.cause()).isInstanceOf(type));
    }

    /* ---- L-3 ---- */

    @Test
    @Rule("L-3")
    void forEachConcurrentlyWaitsForAllAndReportsTheErrorThatCameFirst() throws Exception {
        VirtualLoop.run(loop -> {
            Three<@Nullable Void> three = Three.cancellable();
            Promise<?> end = Promises.forEachConcurrently(ZERO_TO_TWO, three::promise);
            Exception first = new Exception("first");
            three.resolver(1).reject(first);
            three.resolver(2).reject(new Exception("second"));
            assertThat(end.state()).isEqualTo(pending());
            three.resolver(0).resolve(null);
            assertThat(end.state()).isEqualTo(rejected(first));
            three.states();
        });
    }

    @Test
    @Rule("L-3")
    void ofErrorsThatWereThereForEachConcurrentlyReportsTheLastElements() {
        List<Promise<Integer>> failed = List.of(
                Promise.failed(new Exception("0")),
                Promise.failed(new Exception("1")),
                Promise.of(2));
        Promise<?> end = Promises.forEachConcurrently(ZERO_TO_TWO, failed::get);
        assertThat(end.state()).isEqualTo(failed.get(1).state());
        failed.get(0).state();
    }

    @Test
    @Rule({"L-3", "C-9"})
    void cancellingForEachConcurrentlyCancelsEveryElementAndWaitsForTheOthers() throws Exception {
        VirtualLoop.run(loop -> {
            Three<@Nullable Void> three = Three.cancellable();
            Resolver<@Nullable Void> stubborn = Resolver.uncancellable();
            List<Promise<@Nullable Void>> promises =
                    List.of(three.promise(0), stubborn.promise(), three.promise(2));
            promises.get(0).onCancel(loop.logs("cancel 0"));
            promises.get(2).onCancel(loop.logs("cancel 2"));
            Promise<?> end = Promises.forEachConcurrently(ZERO_TO_TWO, promises::get);
            end.cancel();
            // The order of Lwt, which joins the reversed list.
            assertThat(loop.takeTrace()).containsExactly("cancel 0", "cancel 2");
            assertThat(end.isPending()).isTrue();
            stubborn.resolve(null);
            assertThat(end.isCancelled()).isTrue();
        });
    }

    /* ---- L-4 ---- */

    @Test
    @Rule("L-4")
    void mapConcurrentlyIsRejectedAtOnceWithTheLastElement() throws Exception {
        VirtualLoop.run(loop -> {
            Three<String> three = Three.uncancellable();
            Promise<?> all = Promises.mapConcurrently(ZERO_TO_TWO, three::promise);
            Exception error = new Exception("2");
            three.resolver(2).reject(error);
            assertThat(all.state()).isEqualTo(rejected(error));
            assertThat(three.states()).containsExactly(pending(), pending(), rejected(error));
        });
    }

    @Test
    @Rule("L-4")
    void mapConcurrentlyIsRejectedWithAnEarlierElementWhenAllBehindItAreFulfilled()
            throws Exception {
        VirtualLoop.run(loop -> {
            Three<String> three = Three.uncancellable();
            Promise<?> all = Promises.mapConcurrently(ZERO_TO_TWO, three::promise);
            Exception error = new Exception("1");
            three.resolver(1).reject(error);
            assertThat(all.isPending()).isTrue();
            three.resolver(2).resolve("c");
            assertThat(all.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    @Rule("L-4")
    void ofSeveralErrorsMapConcurrentlyReportsTheOneWithTheHighestIndex() throws Exception {
        VirtualLoop.run(loop -> {
            Three<String> three = Three.uncancellable();
            Promise<?> all = Promises.mapConcurrently(ZERO_TO_TWO, three::promise);
            Exception last = new Exception("1");
            three.resolver(0).reject(new Exception("0"));
            three.resolver(1).reject(last);
            three.resolver(2).resolve("c");
            assertThat(all.state()).isEqualTo(rejected(last));
            three.states();
        });
    }

    @Test
    @Rule("L-4")
    void allConcurrentFunctionsButForEachWaitFromTheLastElement() throws Exception {
        VirtualLoop.run(loop -> {
            Three<Boolean> three = Three.uncancellable();
            List<Promise<?>> results = List.of(
                    Promises.mapConcurrently(ZERO_TO_TWO, (i, e) -> three.promise(i)),
                    Promises.allMatchConcurrently(ZERO_TO_TWO, three::promise),
                    Promises.anyMatchConcurrently(ZERO_TO_TWO, three::promise),
                    Promises.filterConcurrently(ZERO_TO_TWO, three::promise),
                    Promises.partitionConcurrently(ZERO_TO_TWO, three::promise),
                    Promises.filterMapConcurrently(
                            ZERO_TO_TWO, i -> three.promise(i).map(Optional::of)));
            Exception error = new Exception("1");
            three.resolver(1).reject(error);
            assertThat(results).allMatch(Promise::isPending);
            three.resolver(2).resolve(true);
            assertThat(results).allSatisfy(result -> {
                assertThat(result.state()).isEqualTo(rejected(error));
            });
        });
    }

    /* ---- L-5, C-17 ---- */

    @Test
    @Rule({"C-17", "L-5"})
    void cancellingMapConcurrentlyCancelsEveryPendingElement() throws Exception {
        VirtualLoop.run(loop -> {
            Three<String> three = Three.cancellable();
            Promise<?> all = Promises.mapConcurrently(ZERO_TO_TWO, three::promise);
            three.resolver(2).resolve("c");
            all.cancel();
            assertThat(all.state()).isEqualTo(cancelled());
            assertThat(three.states()).containsExactly(cancelled(), cancelled(), fulfilled("c"));
        });
    }

    @Test
    @Rule({"C-17", "L-5"})
    void aCancelledMapConcurrentlyWaitsForAnElementThatCannotBeCancelled() throws Exception {
        VirtualLoop.run(loop -> {
            Three<String> three = Three.cancellable();
            Resolver<String> stubborn = Resolver.uncancellable();
            List<Promise<String>> promises =
                    List.of(three.promise(0), three.promise(1), stubborn.promise());
            Promise<?> all = Promises.mapConcurrently(ZERO_TO_TWO, promises::get);
            all.cancel();
            assertThat(three.promise(0).isCancelled()).isTrue();
            assertThat(all.isPending()).isTrue();
            stubborn.resolve("c");
            assertThat(all.isCancelled()).isTrue();
        });
    }

    @Test
    @Rule({"C-17", "L-5"})
    void cancellingASequentialResultCancelsThePromiseItWaitsFor() throws Exception {
        VirtualLoop.run(loop -> {
            Three<String> three = Three.cancellable();
            Promise<?> all = Promises.mapSequentially(ZERO_TO_TWO, i -> {
                loop.log("call " + i);
                return three.promise(i);
            });
            three.resolver(0).resolve("a");
            all.cancel();
            assertThat(all.isCancelled()).isTrue();
            assertThat(loop.takeTrace()).containsExactly("call 0", "call 1");
            assertThat(three.states()).containsExactly(fulfilled("a"), cancelled(), pending());
        });
    }

    @Test
    @Rule("C-8")
    void cancellingASequentialResultInItsOwnCallbackHasNoEffect() throws Exception {
        VirtualLoop.run(loop -> {
            Three<String> three = Three.cancellable();
            List<Promise<?>> result = new ArrayList<>();
            result.add(Promises.forEachSequentially(ZERO_TO_TWO, i -> {
                result.forEach(Promise::cancel);
                return three.promise(i);
            }));
            three.resolver(0).resolve("a");
            assertThat(three.promise(1).isPending()).isTrue();
            assertThat(result.get(0).isPending()).isTrue();
        });
    }

    @Test
    void cancellationReachesTheElementsThroughAPromiseThatBecameTheResult() throws Exception {
        VirtualLoop.run(loop -> {
            Three<String> first = Three.cancellable();
            Three<String> second = Three.cancellable();
            Resolver<String> start = Resolver.cancellable();
            Promise<?> outer = start.promise()
                    .flatMap(done -> Promises.mapSequentially(ZERO_TO_TWO, first::promise))
                    .flatMap(done -> Promises.mapConcurrently(ZERO_TO_TWO, second::promise));
            start.resolve("go");
            ZERO_TO_TWO.forEach(i -> first.resolver(i).resolve("a"));
            outer.cancel();
            assertThat(outer.isCancelled()).isTrue();
            assertThat(second.states()).containsOnly(cancelled());
        });
    }

    /* ---- L-6 ---- */

    @Test
    @Rule("L-6")
    void findIsRejectedIfNoElementMatches() {
        assertRejectedWith(
                NoSuchElementException.class, Promises.find(ZERO_TO_TWO, i -> Promise.ofFalse()));
        assertRejectedWith(
                NoSuchElementException.class,
                Promises.find(List.of(), (Object i) -> Promise.ofTrue()));
    }

    @Test
    @Rule("L-6")
    void findStopsAtTheFirstElementThatMatches() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<Integer> found = Promises.find(ZERO_TO_TWO, i -> {
                loop.log("ask " + i);
                return isEvenLater(i + 1);
            });
            return found.map(element -> {
                assertThat(element).isEqualTo(1);
                assertThat(loop.takeTrace()).containsExactly("ask 0", "ask 1");
                return element;
            });
        });
    }

    @Test
    @Rule("L-6")
    void findOptionalIsEmptyIfNoElementMatches() {
        assertThat(Promises.findOptional(ZERO_TO_TWO, i -> Promise.ofFalse()).state())
                .isEqualTo(fulfilled(Optional.empty()));
        assertThat(Promises.findOptional(ZERO_TO_TWO, i -> isEven(i + 1)).state())
                .isEqualTo(fulfilled(Optional.of(1)));
    }

    @Test
    void anElementThatMatchesMayBeNull() {
        List<@Nullable String> elements = Arrays.asList("a", null);
        assertThat(Promises.find(elements, e -> Promise.of(e == null)).state())
                .isEqualTo(fulfilled(null));
        assertRejectedWith(
                NullPointerException.class,
                Promises.findOptional(elements, e -> Promise.of(e == null)));
    }

    @Test
    @Rule("L-6")
    void anyMatchSequentiallyAsksNoMoreAfterAMatch() throws Exception {
        assertAsked(true, List.of(0), f -> Promises.anyMatchSequentially(ZERO_TO_TWO, f));
    }

    @Test
    @Rule("L-6")
    void allMatchSequentiallyAsksNoMoreAfterAMismatch() throws Exception {
        assertAsked(false, List.of(0, 1), f -> Promises.allMatchSequentially(ZERO_TO_TWO, f));
    }

    @Test
    @Rule("L-6")
    void anyMatchConcurrentlyAsksAll() throws Exception {
        assertAsked(true, ZERO_TO_TWO, f -> Promises.anyMatchConcurrently(ZERO_TO_TWO, f));
    }

    @Test
    @Rule("L-6")
    void allMatchConcurrentlyAsksAll() throws Exception {
        assertAsked(false, ZERO_TO_TWO, f -> Promises.allMatchConcurrently(ZERO_TO_TWO, f));
    }

    /** The predicate is true for even elements; once it answers at once and once later. */
    private static void assertAsked(
            boolean answer,
            List<Integer> asked,
            CheckedFunction<CheckedFunction<Integer, Promise<Boolean>>, Promise<Boolean>> function)
            throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<Boolean> now = function.apply(i -> {
                loop.log(i);
                return isEven(i);
            });
            assertThat(now.state()).isEqualTo(fulfilled(answer));
            assertThat(loop.takeTrace()).isEqualTo(strings(asked));
            Promise<Boolean> later = function.apply(i -> {
                loop.log(i);
                return isEvenLater(i);
            });
            return later.map(result -> {
                assertThat(result).isEqualTo(answer);
                assertThat(loop.takeTrace()).isEqualTo(strings(asked));
                return result;
            });
        });
    }

    private static List<String> strings(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).toList();
    }

    @Test
    void ofNoElementsAllMatchAndNoneDoes() {
        List<Integer> none = List.of();
        CheckedFunction<Integer, Promise<Boolean>> f = i -> Promise.ofTrue();
        assertThat(Promises.allMatchSequentially(none, f).state()).isEqualTo(fulfilled(true));
        assertThat(Promises.allMatchConcurrently(none, f).state()).isEqualTo(fulfilled(true));
        assertThat(Promises.anyMatchSequentially(none, f).state()).isEqualTo(fulfilled(false));
        assertThat(Promises.anyMatchConcurrently(none, f).state()).isEqualTo(fulfilled(false));
    }

    /* ---- L-7 ---- */

    @Test
    @Rule("L-7")
    void aMillionResolvedElementsTakeNoStack() {
        List<Integer> many = IntStream.range(0, MANY).boxed().toList();
        assertThat(Promises.forEachSequentially(many, i -> Promise.unit()).isFulfilled())
                .isTrue();
        assertThat(Promises.forEachConcurrently(many, i -> Promise.unit()).isFulfilled())
                .isTrue();
        assertThat(Promises.mapSequentially(many, Promise::of).state()).isEqualTo(fulfilled(many));
        assertThat(Promises.mapConcurrently(many, Promise::of).state()).isEqualTo(fulfilled(many));
        assertThat(Promises.foldLeft(many, 0, (sum, i) -> Promise.of(sum ^ i)).state())
                .isEqualTo(Promises.foldRight(many, 0, (i, sum) -> Promise.of(sum ^ i))
                        .state());
        assertThat(Promises.partitionConcurrently(many, PromisesTest::isEven)
                        .map(parts -> parts.others().size())
                        .state())
                .isEqualTo(fulfilled(MANY / 2));
    }

    @Test
    @Rule("L-7")
    void aMillionPausedElementsTakeNoStack() throws Exception {
        VirtualLoop.runAsync(loop -> {
            List<Integer> many = IntStream.range(0, MANY).boxed().toList();
            return Promises.mapSequentially(many, i -> EventLoop.pause().map(done -> i))
                    .flatMap(copy -> {
                        assertThat(copy).isEqualTo(many);
                        return Promises.mapConcurrently(
                                many, i -> EventLoop.pause().map(done -> i));
                    })
                    .map(copy -> assertThat(copy).isEqualTo(many));
        });
    }

    @Test
    @Rule("L-7")
    void aMillionPendingElementsMayBeFulfilledInAnyOrder() throws Exception {
        VirtualLoop.run(loop -> {
            for (int step : List.of(1, MANY - 1, 333_333)) {
                List<Resolver<Integer>> resolvers = new ArrayList<>();
                for (int i = 0; i < MANY; i++) {
                    resolvers.add(Resolver.cancellable());
                }
                Promise<List<Integer>> sequential =
                        Promises.mapSequentially(resolvers, Resolver::promise);
                Promise<List<Integer>> concurrent =
                        Promises.mapConcurrently(resolvers, Resolver::promise);
                Promise<?> joined = Promises.forEachConcurrently(resolvers, Resolver::promise);
                // Every step is coprime to MANY, so each of them goes through all resolvers.
                for (int n = 0, i = 0; n < MANY; n++, i = (int) ((i + (long) step) % MANY)) {
                    resolvers.get(i).resolve(i);
                }
                List<Integer> expected = IntStream.range(0, MANY).boxed().toList();
                assertThat(sequential.state()).isEqualTo(fulfilled(expected));
                assertThat(concurrent.state()).isEqualTo(fulfilled(expected));
                assertThat(joined.isFulfilled()).isTrue();
            }
        });
    }

    @Test
    @Rule({"L-7", "C-17"})
    void aMillionPendingElementsAreCancelledInLinearTime() throws Exception {
        VirtualLoop.run(loop -> {
            List<Promise<Integer>> promises = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                promises.add(Resolver.<Integer>cancellable().promise());
            }
            Promise<?> all = Promises.mapConcurrently(promises, promise -> promise);
            all.cancel();
            assertThat(all.isCancelled()).isTrue();
            assertThat(promises).allMatch(Promise::isCancelled);
        });
    }

    /* ---- One by one ---- */

    @Test
    void forEachPassesIndicesFromZero() throws Exception {
        VirtualLoop.runAsync(loop -> {
            CheckedBiFunction<Integer, String, Promise<?>> f = (i, element) -> {
                loop.log(i + element);
                return EventLoop.pause();
            };
            return Promises.forEachSequentially(List.of("a", "b"), f)
                    .flatMap(done -> Promises.forEachConcurrently(List.of("c", "d"), f))
                    .map(done ->
                            assertThat(loop.takeTrace()).containsExactly("0a", "1b", "0c", "1d"));
        });
    }

    @Test
    void mapPassesIndicesFromZero() {
        List<String> elements = List.of("a", "b");
        assertThat(Promises.mapSequentially(elements, (i, e) -> Promise.of(i + e))
                        .state())
                .isEqualTo(fulfilled(List.of("0a", "1b")));
        assertThat(Promises.mapConcurrently(elements, (i, e) -> Promise.of(i + e))
                        .state())
                .isEqualTo(fulfilled(List.of("0a", "1b")));
    }

    @Test
    void mapKeepsNullValues() {
        List<@Nullable String> elements = Arrays.asList(null, "a", null);
        assertThat(Promises.<@Nullable String, @Nullable String>mapSequentially(
                                elements, Promise::of)
                        .state())
                .isEqualTo(fulfilled(elements));
        assertThat(Promises.<@Nullable String, @Nullable String>mapConcurrently(
                                elements, Promise::of)
                        .state())
                .isEqualTo(fulfilled(elements));
    }

    @Test
    void valuesAndElementsMayBePromisesThemselves() {
        Promise<String> inner = Promise.of("inner");
        assertThat(Promises.mapConcurrently(List.of(inner), Promise::of).state())
                .isEqualTo(fulfilled(List.of(inner)));
        assertThat(Promises.filterConcurrently(List.of(inner), e -> Promise.ofTrue())
                        .state())
                .isEqualTo(fulfilled(List.of(inner)));
    }

    @Test
    void foldLeftGoesFromTheFirstElementToTheLast() throws Exception {
        VirtualLoop.runAsync(loop -> {
            CheckedBiFunction<String, Integer, Promise<String>> f =
                    (all, i) -> Promise.of("(" + all + i + ")");
            assertThat(Promises.foldLeft(ZERO_TO_TWO, "x", f).state())
                    .isEqualTo(fulfilled("(((x0)1)2)"));
            return Promises.foldLeft(
                            ZERO_TO_TWO, "x", (all, i) -> EventLoop.pause().map(d -> all + i))
                    .map(all -> assertThat(all).isEqualTo("x012"));
        });
    }

    @Test
    void foldRightGoesFromTheLastElementToTheFirst() throws Exception {
        VirtualLoop.runAsync(loop -> {
            CheckedBiFunction<Integer, String, Promise<String>> f =
                    (i, all) -> Promise.of("(" + i + all + ")");
            assertThat(Promises.foldRight(ZERO_TO_TWO, "x", f).state())
                    .isEqualTo(fulfilled("(0(1(2x)))"));
            return Promises.foldRight(
                            ZERO_TO_TWO, "x", (i, all) -> EventLoop.pause().map(d -> i + all))
                    .map(all -> assertThat(all).isEqualTo("012x"));
        });
    }

    @Test
    void aFoldOfNoElementsIsItsInitialValue() {
        List<Integer> none = List.of();
        assertThat(Promises.foldLeft(none, "x", (all, i) -> Promise.of("y")).state())
                .isEqualTo(fulfilled("x"));
        assertThat(Promises.foldRight(none, "x", (i, all) -> Promise.of("y")).state())
                .isEqualTo(fulfilled("x"));
    }

    @Test
    void filterKeepsTheElementsThatMatchInTheirOrder() throws Exception {
        VirtualLoop.runAsync(loop -> {
            List<Integer> elements = List.of(2, 1, 0);
            List<Integer> expected = List.of(2, 0);
            assertThat(Promises.filterSequentially(elements, PromisesTest::isEven)
                            .state())
                    .isEqualTo(fulfilled(expected));
            assertThat(Promises.filterConcurrently(elements, PromisesTest::isEven)
                            .state())
                    .isEqualTo(fulfilled(expected));
            return Promise.both(
                            Promises.filterSequentially(elements, PromisesTest::isEvenLater),
                            Promises.filterConcurrently(elements, PromisesTest::isEvenLater))
                    .map(both ->
                            assertThat(both).isEqualTo(new Promise.Both<>(expected, expected)));
        });
    }

    @Test
    void filterMapCollectsTheValuesThatAreThere() {
        CheckedFunction<Integer, Promise<Optional<String>>> f =
                i -> i == 1 ? Promise.emptyOptional() : Promise.of(Optional.of("v" + i));
        assertThat(Promises.filterMapSequentially(ZERO_TO_TWO, f).state())
                .isEqualTo(fulfilled(List.of("v0", "v2")));
        assertThat(Promises.filterMapConcurrently(ZERO_TO_TWO, f).state())
                .isEqualTo(fulfilled(List.of("v0", "v2")));
    }

    @Test
    void partitionKeepsTheOrderOnBothSides() throws Exception {
        VirtualLoop.runAsync(loop -> {
            List<Integer> elements = List.of(3, 2, 1, 0);
            Promises.Partition<Integer> expected =
                    new Promises.Partition<>(List.of(2, 0), List.of(3, 1));
            assertThat(Promises.partitionConcurrently(elements, PromisesTest::isEven)
                            .state())
                    .isEqualTo(fulfilled(expected));
            return Promises.partitionSequentially(elements, PromisesTest::isEvenLater)
                    .map(parts -> assertThat(parts).isEqualTo(expected));
        });
    }

    @Test
    void resultListsCannotBeModified() {
        CheckedFunction<Integer, Promise<Boolean>> f = PromisesTest::isEven;
        List<Promise<? extends List<?>>> lists = List.of(
                Promises.mapSequentially(ZERO_TO_TWO, Promise::of),
                Promises.mapConcurrently(ZERO_TO_TWO, Promise::of),
                Promises.filterSequentially(ZERO_TO_TWO, f),
                Promises.filterConcurrently(ZERO_TO_TWO, f),
                Promises.filterMapConcurrently(ZERO_TO_TWO, i -> Promise.of(Optional.of(i))),
                Promises.partitionSequentially(ZERO_TO_TWO, f).map(Promises.Partition::matching),
                Promises.partitionSequentially(ZERO_TO_TWO, f).map(Promises.Partition::others));
        assertThat(lists).allSatisfy(promise -> {
            List<?> list = promise.poll().orElseThrow();
            assertThatThrownBy(() -> list.remove(0))
                    .isInstanceOf(UnsupportedOperationException.class);
        });
    }

    @Test
    void theListMayChangeOnceAConcurrentFunctionHasBeenCalled() throws Exception {
        VirtualLoop.run(loop -> {
            Three<Boolean> three = Three.cancellable();
            List<Integer> elements = new ArrayList<>(ZERO_TO_TWO);
            Promise<List<Integer>> kept = Promises.filterConcurrently(elements, i -> {
                elements.clear();
                return three.promise(i);
            });
            ZERO_TO_TWO.forEach(i -> three.resolver(i).resolve(true));
            assertThat(kept.state()).isEqualTo(fulfilled(ZERO_TO_TWO));
        });
    }

    @Test
    void aSequentialFunctionTakesNoMoreElementsThanItNeeds() {
        Iterator<Integer> endless = IntStream.iterate(0, i -> i + 1).iterator();
        assertThat(Promises.find(() -> endless, i -> Promise.of(i == 7)).state())
                .isEqualTo(fulfilled(7));
        assertThat(endless.next()).isEqualTo(8);
    }

    /* ---- Threads and values of the place ---- */

    @Test
    @Rule("S-2")
    void aSequentialCallbackSeesTheLocalValuesOfTheCall() throws Exception {
        VirtualLoop.run(loop -> {
            PromiseLocal<String> local = PromiseLocal.create();
            Three<String> three = Three.cancellable();
            local.with(
                    "mine",
                    () -> Promises.forEachSequentially(ZERO_TO_TWO, i -> {
                        loop.log(i + " " + local.get());
                        return three.promise(i);
                    }));
            local.with("other", () -> {
                three.resolver(0).resolve("a");
                return null;
            });
            assertThat(loop.takeTrace()).containsExactly("0 mine", "1 mine");
        });
    }

    @Test
    void aPromiseThatIsPendingOnAnotherLoopIsRefused() throws Exception {
        try (EventLoop other = EventLoop.builder().start()) {
            Promise<String> foreign = Resolver.<String>cancellable(other).promise();
            assertThatThrownBy(() -> Promises.mapSequentially(ZERO_TO_TWO, i -> foreign))
                    .isInstanceOf(LoopThreadException.class)
                    .hasMessageContaining("mapSequentially");
            assertThatThrownBy(() -> Promises.mapConcurrently(ZERO_TO_TWO, i -> foreign))
                    .isInstanceOf(LoopThreadException.class)
                    .hasMessageContaining("mapConcurrently");
            VirtualLoop.run(loop -> {
                Resolver<String> own = Resolver.cancellable();
                Promise<?> all = Promises.mapSequentially(
                        ZERO_TO_TWO, i -> i == 0 ? own.promise() : foreign);
                own.resolve("a");
                assertRejectedWith(LoopThreadException.class, all);
            });
        }
    }

    @Test
    void resolvedPromisesNeedNoLoop() {
        CompletableFuture<Promise.State<List<Integer>>> elsewhere = CompletableFuture.supplyAsync(
                () -> Promises.mapConcurrently(ZERO_TO_TWO, Promise::of).state());
        assertThat(elsewhere.join()).isEqualTo(fulfilled(ZERO_TO_TWO));
    }

    @Test
    void aResultMayWaitForItself() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> start = Resolver.cancellable();
            List<Promise<?>> result = new ArrayList<>();
            result.add(Promises.forEachSequentially(
                    ZERO_TO_TWO, i -> i == 0 ? start.promise() : result.get(0)));
            start.resolve("a");
            result.get(0).cancel();
            assertThat(result.get(0).isPending()).isTrue();
        });
    }

    @Test
    void theSameSourceServesManyResults() throws Exception {
        VirtualLoop.run(loop -> {
            Three<String> three = Three.cancellable();
            List<Promise<List<String>>> results = new ArrayList<>();
            for (int n = 0; n < 3; n++) {
                results.add(Promises.mapSequentially(ZERO_TO_TWO, three::promise));
                results.add(Promises.mapConcurrently(ZERO_TO_TWO, three::promise));
                int name = n;
                three.promise(2).onSuccess(value -> loop.log("callback " + name));
            }
            three.resolver(0).resolve("a");
            three.resolver(1).resolve("b");
            three.resolver(2).resolve("c");
            assertThat(loop.takeTrace()).containsExactly("callback 2", "callback 1", "callback 0");
            assertThat(results)
                    .allSatisfy(result -> assertThat(result.state())
                            .isEqualTo(fulfilled(List.of("a", "b", "c"))));
        });
    }
}
