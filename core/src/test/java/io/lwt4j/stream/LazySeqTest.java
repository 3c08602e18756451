package io.lwt4j.stream;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Promise.Both;
import io.lwt4j.Reachable;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.SmallStack;
import io.lwt4j.VirtualLoop;
import io.lwt4j.stream.LazySeq.Cons;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Sequences that are made as they are gone through. */
class LazySeqTest {

    private static final int MILLION = 1_000_000;

    private final Exception error = new Exception("error");

    /** A sequence of the numbers from 0 on that are below a limit. */
    private static LazySeq<Integer> below(int limit) {
        return LazySeq.unfold(
                0, n -> n < limit ? Optional.of(new Both<>(n, n + 1)) : Optional.empty());
    }

    private static <T> List<T> all(LazySeq<T> sequence) {
        Promise<List<T>> list = sequence.toList();
        assertThat(list.isFulfilled()).as("%s", list).isTrue();
        return ((Promise.State.Fulfilled<List<T>>) list.state()).value();
    }

    /** A sequence made of another one with as many elements. */
    enum View {
        SAME(s -> s),
        MAP(s -> s.map(v -> v)),
        MAP_SEQUENTIAL(s -> s.mapSequential(Promise::of)),
        FILTER(s -> s.filter(v -> true)),
        FILTER_SEQUENTIAL(s -> s.filterSequential(v -> Promise.of(true))),
        FILTER_MAP(s -> s.filterMap(Optional::of)),
        FILTER_MAP_SEQUENTIAL(s -> s.filterMapSequential(v -> Promise.of(Optional.of(v)))),
        FLAT_MAP(s -> s.flatMap(LazySeq::of)),
        APPEND(s -> s.append(LazySeq.empty())),
        APPENDED(s -> LazySeq.<Integer>empty().append(s)),
        STREAM(s -> LazySeq.fromPromises(() -> promises(s.toPullStream())).filterMap(v -> v));

        @SuppressWarnings("ImmutableEnumChecker") // it has no state
        private final Function<LazySeq<Integer>, LazySeq<Integer>> view;

        View(Function<LazySeq<Integer>, LazySeq<Integer>> view) {
            this.view = view;
        }

        LazySeq<Integer> of(LazySeq<Integer> sequence) {
            return view.apply(sequence);
        }

        private static Iterator<Promise<Optional<Integer>>> promises(PullStream<Integer> stream) {
            return new Iterator<>() {
                private boolean ended;

                @Override
                public boolean hasNext() {
                    return !ended;
                }

                @Override
                public Promise<Optional<Integer>> next() {
                    return stream.get().onSuccess(v -> ended = v.isEmpty());
                }
            };
        }
    }

    /** A way to go through all elements, which returns their number. */
    enum Consumption {
        FOR_EACH((s, n) -> s.forEach(v -> n.incrementAndGet())),
        FOR_EACH_SEQUENTIAL((s, n) -> s.forEachSequential(v -> Promise.of(n.incrementAndGet()))),
        FOR_EACH_CONCURRENT((s, n) -> s.forEachConcurrent(v -> Promise.of(n.incrementAndGet()))),
        FOR_EACH_LIMITED((s, n) -> s.forEachConcurrent(10, v -> Promise.of(n.incrementAndGet()))),
        FOLD((s, n) -> s.fold(0, (a, v) -> n.incrementAndGet())),
        FOLD_SEQUENTIAL((s, n) -> s.foldSequential(0, (a, v) -> Promise.of(n.incrementAndGet())));

        /** Goes through a sequence and counts. */
        interface Reader {
            Promise<?> read(LazySeq<Integer> sequence, AtomicInteger count);
        }

        @SuppressWarnings("ImmutableEnumChecker") // it has no state
        private final Reader reader;

        Consumption(Reader reader) {
            this.reader = reader;
        }

        Promise<?> of(LazySeq<Integer> sequence, AtomicInteger count) {
            return reader.read(sequence, count);
        }
    }

    /* ---- Making ---- */

    @Test
    void sequencesAreMadeOfWhatIsThere() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(all(LazySeq.of(1, 2))).containsExactly(1, 2);
            assertThat(all(LazySeq.of())).isEmpty();
            assertThat(all(LazySeq.empty())).isEmpty();
            assertThat(LazySeq.empty()).isSameAs(LazySeq.empty());
            assertThat(all(LazySeq.fromIterable(List.of(1, 2)))).containsExactly(1, 2);
            assertThat(all(LazySeq.fromPromise(Promise.of(1)))).containsExactly(1);
            assertThat(all(LazySeq.fromPromises(List.of(Promise.of(1), Promise.of(2)))))
                    .containsExactly(1, 2);
            assertThat(all(LazySeq.of(2).prepend(1))).containsExactly(1, 2);
            assertThat(all(LazySeq.of(2).prependPromise(Promise.of(1)))).containsExactly(1, 2);
            assertThat(all(LazySeq.of(1, 2).append(LazySeq.of(3)))).containsExactly(1, 2, 3);
        });
    }

    @Test
    void anArrayIsCopied() throws Exception {
        VirtualLoop.run(loop -> {
            Integer[] array = {1, 2};
            LazySeq<Integer> sequence = LazySeq.of(array);
            array[0] = 9;
            assertThat(all(sequence)).containsExactly(1, 2);
        });
    }

    @Test
    void promisesOfElementsAreWaitedFor() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> first = Resolver.cancellable();
            Resolver<Integer> second = Resolver.cancellable();
            Promise<List<Integer>> list = LazySeq.fromPromise(second.promise())
                    .prependPromise(first.promise())
                    .toList();
            second.resolve(2);
            assertThat(list.state()).isEqualTo(pending());
            first.resolve(1);
            assertThat(list.state()).isEqualTo(fulfilled(List.of(1, 2)));
        });
    }

    @Test
    void aSequenceUnfoldsFromAState() throws Exception {
        VirtualLoop.runAsync(loop -> {
            assertThat(all(below(3))).containsExactly(0, 1, 2);
            LazySeq<Integer> slow = LazySeq.unfoldPromise(
                    1,
                    n -> EventLoop.pause()
                            .map(v ->
                                    n < 10 ? Optional.of(new Both<>(n, n * 2)) : Optional.empty()));
            return slow.toList().onSuccess(v -> assertThat(v).containsExactly(1, 2, 4, 8));
        });
    }

    @Test
    void aSequenceIsAFunctionThatIsCalledForItsFirstElement() throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger calls = new AtomicInteger();
            LazySeq<Integer> sequence = LazySeq.defer(() ->
                    Promise.of(Optional.of(new Cons<>(calls.incrementAndGet(), LazySeq.of(9)))));
            assertThat(calls).hasValue(0);
            Cons<Integer> cons = sequence.uncons().poll().orElseThrow().orElseThrow();
            assertThat(cons.head()).isEqualTo(1);
            assertThat(all(cons.tail())).containsExactly(9);
            assertThat(all(sequence)).containsExactly(2, 9);
            assertThat(LazySeq.empty().uncons().state()).isEqualTo(fulfilled(Optional.empty()));
        });
    }

    /* ---- Views ---- */

    @Test
    void elementsAreTransformed() throws Exception {
        VirtualLoop.run(loop -> {
            LazySeq<Integer> numbers = LazySeq.of(1, 2, 3, 4);
            assertThat(all(numbers.map(v -> "v" + v))).containsExactly("v1", "v2", "v3", "v4");
            assertThat(all(numbers.mapSequential(v -> Promise.of(v * 10))))
                    .containsExactly(10, 20, 30, 40);
            assertThat(all(numbers.filter(v -> v % 2 == 0))).containsExactly(2, 4);
            assertThat(all(numbers.filterSequential(v -> Promise.of(v % 2 == 1))))
                    .containsExactly(1, 3);
            assertThat(all(numbers.filterMap(LazySeqTest::halfOfEven))).containsExactly(1, 2);
            assertThat(all(numbers.filterMapSequential(v -> Promise.of(halfOfEven(v)))))
                    .containsExactly(1, 2);
            assertThat(all(LazySeq.of(2, 0, 1).flatMap(LazySeqTest::below)))
                    .containsExactly(0, 1, 0);
        });
    }

    private static Optional<Integer> halfOfEven(int v) {
        return v % 2 == 0 ? Optional.of(v / 2) : Optional.empty();
    }

    @Test
    void elementsAreTransformedAlsoIfEverythingTakesItsTime() throws Exception {
        VirtualLoop.runAsync(loop -> {
            LazySeq<Integer> slow =
                    below(10).mapSequential(v -> EventLoop.pause().map(u -> v));
            LazySeq<Integer> all = slow.map(v -> v + 1)
                    .filterSequential(v -> EventLoop.pause().map(u -> v % 2 == 0))
                    .filterMapSequential(v -> EventLoop.pause().map(u -> Optional.of(v)))
                    .flatMap(v -> LazySeq.fromPromise(EventLoop.pause().map(u -> v))
                            .append(slow.filter(w -> w < 1)));
            return all.toList()
                    .onSuccess(v -> assertThat(v).containsExactly(2, 0, 4, 0, 6, 0, 8, 0, 10, 0));
        });
    }

    @Test
    void nothingIsDoneBeforeAnElementIsWanted() throws Exception {
        VirtualLoop.run(loop -> {
            LazySeq<Integer> logging = below(3).map(v -> {
                loop.log(v);
                return v;
            });
            LazySeq<Integer> view = logging.filter(v -> v > 0)
                    .mapSequential(Promise::of)
                    .append(logging)
                    .flatMap(LazySeq::of);
            assertThat(loop.takeTrace()).isEmpty();

            assertThat(view.uncons().isFulfilled()).isTrue();
            assertThat(loop.takeTrace()).containsExactly("0", "1");
        });
    }

    @Test
    void theNextElementIsMadeWhenTheOneBeforeIsDoneWith() throws Exception {
        VirtualLoop.run(loop -> {
            List<Integer> made = new ArrayList<>();
            LazySeq<Integer> numbers = below(3).map(v -> {
                made.add(v);
                return v;
            });
            Resolver<Integer> work = Resolver.cancellable();
            Promise<Integer> sum = numbers.foldSequential(10, (a, v) -> work.promise());
            Promise<Void> each = numbers.forEachSequential(v -> work.promise());
            Promise<List<Integer>> mapped =
                    numbers.mapSequential(v -> work.promise()).toList();
            assertThat(made).containsExactly(0, 0, 0);

            work.resolve(7);
            assertThat(made).hasSize(9);
            assertThat(sum.state()).isEqualTo(fulfilled(7));
            assertThat(each.state()).isEqualTo(fulfilled(null));
            assertThat(mapped.state()).isEqualTo(fulfilled(List.of(7, 7, 7)));
        });
    }

    @Test
    void elementsAreCombinedFromTheFirstToTheLast() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(below(4).fold("", (a, v) -> a + v).state()).isEqualTo(fulfilled("0123"));
            assertThat(below(4).foldSequential("", (a, v) -> Promise.of(a + v)).state())
                    .isEqualTo(fulfilled("0123"));
            assertThat(LazySeq.empty().fold(null, (a, v) -> a).state()).isEqualTo(fulfilled(null));
        });
    }

    /* ---- Nothing is kept ---- */

    @Test
    @Rule("X-17")
    void goingThroughASequenceTwiceMakesItsElementsTwice() throws Exception {
        VirtualLoop.run(loop -> {
            for (View view : View.values()) {
                AtomicInteger made = new AtomicInteger();
                LazySeq<Integer> sequence = view.of(below(3).map(v -> made.incrementAndGet()));
                assertThat(all(sequence)).as("%s", view).containsExactly(1, 2, 3);
                assertThat(all(sequence)).as("%s", view).containsExactly(4, 5, 6);

                LazySeq<Integer> tail =
                        sequence.uncons().poll().orElseThrow().orElseThrow().tail();
                assertThat(made).as("%s", view).hasValue(7);
                if (view != View.STREAM) {
                    assertThat(all(tail)).as("%s", view).containsExactly(8, 9);
                    assertThat(all(tail)).as("%s", view).containsExactly(10, 11);
                }
            }
        });
    }

    @Test
    @Rule("X-17")
    void theRestOfAnIterableCanBeGoneThroughAsOftenAsOneLikes() throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger begun = new AtomicInteger();
            LazySeq<Integer> sequence = LazySeq.fromIterable(() -> {
                begun.incrementAndGet();
                return List.of(1, 2, 3, 4).iterator();
            });
            Cons<Integer> first = sequence.uncons().poll().orElseThrow().orElseThrow();
            Cons<Integer> second = first.tail().uncons().poll().orElseThrow().orElseThrow();
            assertThat(begun).hasValue(1);
            assertThat(all(first.tail())).containsExactly(2, 3, 4);
            assertThat(all(second.tail())).containsExactly(3, 4);
            assertThat(all(second.tail())).containsExactly(3, 4);
            assertThat(all(first.tail())).containsExactly(2, 3, 4);
            assertThat(all(sequence)).containsExactly(1, 2, 3, 4);
        });
    }

    @Test
    void promisesOfAnIterableAreMadeOneAfterTheOther() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<Integer>> calls = new ArrayList<>();
            LazySeq<Integer> sequence = LazySeq.fromPromises(() -> IntStream.range(0, 3)
                    .mapToObj(i -> {
                        calls.add(Resolver.<Integer>cancellable());
                        return calls.get(i).promise();
                    })
                    .iterator());
            Promise<List<Integer>> list = sequence.toList();
            for (int i = 0; i < 3; i++) {
                assertThat(calls).hasSize(i + 1);
                calls.get(i).resolve(i);
            }
            assertThat(list.state()).isEqualTo(fulfilled(List.of(0, 1, 2)));
        });
    }

    /* ---- Concurrency ---- */

    @Test
    void forEachConcurrentBeginsWithEveryElementAndWaitsForAll() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<Integer>> works = new ArrayList<>();
            Promise<Void> end = below(3).forEachConcurrent(v -> {
                works.add(Resolver.cancellable());
                return works.get(v).promise();
            });
            assertThat(works).hasSize(3);
            works.get(2).reject(error);
            works.get(0).resolve(0);
            assertThat(end.state()).isEqualTo(pending());
            works.get(1).resolve(0);
            assertThat(end.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    void forEachConcurrentFailsAtOnceIfTheFunctionOrTheSequenceDoes() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> work = Resolver.cancellable();
            assertThat(below(3).forEachConcurrent(v -> {
                                if (v == 1) {
                                    throw error;
                                }
                                return work.promise();
                            })
                            .state())
                    .isEqualTo(rejected(error));
            assertThat(below(3).append(LazySeq.fromPromise(Promise.failed(error)))
                            .forEachConcurrent(v -> work.promise())
                            .state())
                    .isEqualTo(rejected(error));
        });
    }

    @Test
    void forEachConcurrentKeepsToItsLimit() throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger made = new AtomicInteger();
            List<Resolver<Integer>> works = new ArrayList<>();
            Promise<Void> end = below(4).map(v -> made.incrementAndGet())
                    .forEachConcurrent(2, v -> {
                        works.add(Resolver.cancellable());
                        return works.get(works.size() - 1).promise();
                    });
            assertThat(works).hasSize(2);
            assertThat(made).hasValue(2);
            works.get(1).resolve(0);
            assertThat(works).hasSize(3);
            works.get(2).resolve(0);
            assertThat(works).hasSize(4);
            works.get(3).resolve(0);
            assertThat(end.state()).isEqualTo(pending());
            works.get(0).resolve(0);
            assertThat(end.state()).isEqualTo(fulfilled(null));
        });
    }

    @Test
    void aFailureOfALimitedForEachIsNoticedWhenRoomIsNeededOrAtTheEnd() throws Exception {
        VirtualLoop.run(loop -> {
            // Two fail before room is needed, and one of them is told.
            loop.leavesUnobserved(error);
            List<Integer> begun = new ArrayList<>();
            Promise<Void> failed = below(9).forEachConcurrent(2, v -> {
                begun.add(v);
                return Promise.failed(error);
            });
            assertThat(failed.state()).isEqualTo(rejected(error));
            assertThat(begun).containsExactly(0, 1);
            assertThat(below(1).forEachConcurrent(2, v -> Promise.failed(error)).state())
                    .isEqualTo(rejected(error));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> below(1).forEachConcurrent(0, Promise::of))
                    .withMessageContaining("0");
        });
    }

    /* ---- Errors ---- */

    @Test
    @Rule("X-17")
    void whatTheFirstNodeThrowsIsARejection() throws Exception {
        VirtualLoop.run(loop -> {
            LazySeq<Integer> failing = LazySeq.defer(() -> {
                throw error;
            });
            for (View view : View.values()) {
                for (Consumption consumption : Consumption.values()) {
                    assertThat(consumption
                                    .of(view.of(failing), new AtomicInteger())
                                    .state())
                            .as("%s %s", view, consumption)
                            .isEqualTo(rejected(error));
                }
            }
        });
    }

    @Test
    void anErrorInTheMiddleRejectsTheResultAndGoingThroughAgainTriesAgain() throws Exception {
        VirtualLoop.run(loop -> {
            for (View view : View.values()) {
                AtomicInteger calls = new AtomicInteger();
                LazySeq<Integer> sequence = view.of(below(3).map(v -> {
                    if (calls.incrementAndGet() == 2) {
                        throw error;
                    }
                    return v;
                }));
                assertThat(sequence.toList().state()).as("%s", view).isEqualTo(rejected(error));
                assertThat(all(sequence)).as("%s", view).containsExactly(0, 1, 2);
            }
        });
    }

    @Test
    void aFunctionThatFailsRejectsTheResult() throws Exception {
        VirtualLoop.run(loop -> {
            List<Promise<?>> results = List.of(
                    below(3).mapSequential(v -> Promise.failed(error)).toList(),
                    below(3).filterSequential(v -> Promise.failed(error)).toList(),
                    below(3).filterMapSequential(v -> Promise.failed(error)).toList(),
                    below(3).flatMap(v -> LazySeq.fromPromise(Promise.failed(error)))
                            .toList(),
                    below(3).forEachSequential(v -> Promise.failed(error)),
                    below(3).foldSequential(0, (a, v) -> Promise.failed(error)),
                    below(3).forEach(v -> {
                        throw error;
                    }),
                    below(3).fold(0, (a, v) -> {
                        throw error;
                    }),
                    LazySeq.unfold(0, v -> {
                                throw error;
                            })
                            .toList(),
                    LazySeq.unfoldPromise(0, v -> Promise.failed(error)).toList(),
                    LazySeq.fromIterable(() -> {
                                throw new IllegalStateException(error);
                            })
                            .toList()
                            .recover(e -> Promise.failed(e.getCause())));
            assertThat(results).allSatisfy(r -> assertThat(r.state()).isEqualTo(rejected(error)));
        });
    }

    @Test
    void nullInPlaceOfAnElementAPromiseOrASequenceRejectsTheResult() throws Exception {
        VirtualLoop.run(loop -> {
            List<Promise<?>> results = List.of(
                    below(1).map(v -> null).toList(),
                    below(1).mapSequential(v -> null).toList(),
                    below(1).mapSequential(v -> Promise.of(null)).toList(),
                    below(1).filterSequential(v -> null).toList(),
                    below(1).filterMapSequential(v -> null).toList(),
                    below(1).flatMap(v -> null).toList(),
                    below(1).forEachSequential(v -> null),
                    below(1).forEachConcurrent(v -> null),
                    below(1).forEachConcurrent(1, v -> null),
                    below(1).foldSequential(0, (a, v) -> null),
                    LazySeq.fromIterable(Arrays.asList((Integer) null)).toList(),
                    LazySeq.fromPromise(Promise.of((Integer) null)).toList(),
                    LazySeq.fromPromises(Arrays.asList((Promise<Integer>) null)).toList(),
                    LazySeq.unfoldPromise(0, v -> null).toList(),
                    LazySeq.unfold(0, v -> Optional.of(new Both<Integer, Integer>(null, 0)))
                            .toList(),
                    LazySeq.defer(() -> null).toList());
            assertThat(results)
                    .allSatisfy(result -> assertThatNullPointerException()
                            .isThrownBy(result::poll)
                            .withMessageContaining("null"));
        });
    }

    @Test
    void nullInPlaceOfAnArgumentIsRefusedAtOnce() throws Exception {
        LazySeq<Integer> sequence = LazySeq.of(1);
        List<ThrowingCallable> calls = List.of(
                () -> LazySeq.defer(null),
                () -> LazySeq.of(1, null),
                () -> LazySeq.fromPromise(null),
                () -> LazySeq.fromIterable(null),
                () -> LazySeq.fromPromises(null),
                () -> LazySeq.unfold(0, null),
                () -> LazySeq.unfoldPromise(0, null),
                () -> sequence.prepend(null),
                () -> sequence.prependPromise(null),
                () -> sequence.append(null),
                () -> sequence.map(null),
                () -> sequence.mapSequential(null),
                () -> sequence.filter(null),
                () -> sequence.filterSequential(null),
                () -> sequence.filterMap(null),
                () -> sequence.filterMapSequential(null),
                () -> sequence.flatMap(null),
                () -> sequence.fold(0, null),
                () -> sequence.foldSequential(0, null),
                () -> sequence.forEach(null),
                () -> sequence.forEachSequential(null),
                () -> sequence.forEachConcurrent(null),
                () -> sequence.forEachConcurrent(1, null),
                () -> new Cons<>(1, null),
                () -> PullStream.fromSeq(null));
        assertThat(calls).allSatisfy(call -> assertThatNullPointerException().isThrownBy(call));
    }

    /* ---- Cancellation ---- */

    @Test
    void cancellingAResultCancelsTheElementThatIsBeingMade() throws Exception {
        VirtualLoop.run(loop -> {
            for (View view : View.values()) {
                for (Consumption consumption : Consumption.values()) {
                    Resolver<Integer> work = Resolver.cancellable();
                    LazySeq<Integer> sequence =
                            view.of(LazySeq.of(1).append(LazySeq.fromPromise(work.promise())));
                    Promise<?> result = consumption.of(sequence, new AtomicInteger());
                    result.cancel();
                    assertThat(result.state())
                            .as("%s %s", view, consumption)
                            .isEqualTo(cancelled());
                    if (view != View.STREAM) {
                        // A stream is not told; others may be reading it.
                        assertThat(work.promise().state())
                                .as("%s %s", view, consumption)
                                .isEqualTo(cancelled());
                    }
                }
            }
        });
    }

    @Test
    void cancellingAResultCancelsWhatIsBeingDoneWithAnElement() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<Boolean>> works = new ArrayList<>();
            LazySeq<Integer> numbers = below(3);
            List<Promise<?>> results = List.of(
                    numbers.mapSequential(v -> begin(works)).toList(),
                    numbers.filterSequential(v -> begin(works)).toList(),
                    numbers.filterMapSequential(v -> begin(works).map(Optional::of))
                            .toList(),
                    numbers.forEachSequential(v -> begin(works)),
                    numbers.foldSequential(true, (a, v) -> begin(works)),
                    numbers.forEachConcurrent(v -> begin(works)),
                    numbers.forEachConcurrent(2, v -> begin(works)));
            assertThat(works).hasSize(5 + 3 + 2);
            results.forEach(Promise::cancel);
            assertThat(results).allSatisfy(r -> assertThat(r.state()).isEqualTo(cancelled()));
            assertThat(works)
                    .allSatisfy(w -> assertThat(w.promise().isCancelled()).isTrue());
        });
    }

    private static Promise<Boolean> begin(List<Resolver<Boolean>> works) {
        works.add(Resolver.cancellable());
        return works.get(works.size() - 1).promise();
    }

    /* ---- Streams ---- */

    @Test
    void aStreamReadsASequenceOnDemand() throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger made = new AtomicInteger();
            LazySeq<Integer> sequence = below(3).map(v -> made.incrementAndGet());
            PullStream<Integer> stream = sequence.toPullStream();
            assertThat(made).hasValue(0);
            assertThat(stream.next().state()).isEqualTo(fulfilled(1));
            assertThat(made).hasValue(1);
            assertThat(stream.isClosed()).isFalse();
            assertThat(stream.toList().state()).isEqualTo(fulfilled(List.of(2, 3)));
            assertThat(stream.isClosed()).isTrue();
            assertThat(PullStream.fromSeq(sequence).toList().state())
                    .isEqualTo(fulfilled(List.of(4, 5, 6)));
        });
    }

    @Test
    void aStreamTriesToMakeAnElementAgainThatCouldNotBeMade() throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger calls = new AtomicInteger();
            PullStream<Integer> stream = below(3).map(v -> {
                        if (calls.incrementAndGet() == 2) {
                            throw error;
                        }
                        return v;
                    })
                    .toPullStream();
            assertThat(stream.next().state()).isEqualTo(fulfilled(0));
            assertThat(stream.next().state()).isEqualTo(rejected(error));
            assertThat(stream.toList().state()).isEqualTo(fulfilled(List.of(1, 2)));
        });
    }

    @Test
    void closingAStreamCancelsTheElementThatIsBeingMade() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> work = Resolver.cancellable();
            PullStream<Integer> stream = LazySeq.fromPromise(work.promise()).toPullStream();
            Promise<Optional<Integer>> read = stream.get();
            stream.close();
            assertThat(read.state()).isEqualTo(fulfilled(Optional.empty()));
            assertThat(work.promise().state()).isEqualTo(cancelled());
        });
    }

    /* ---- Threads ---- */

    @Test
    void withoutALoopWhatIsThereCanBeGoneThroughAndWaitingIsAnError() throws Exception {
        for (View view : View.values()) {
            assertThat(all(view.of(below(3)))).containsExactly(0, 1, 2);
        }
        try (EventLoop loop = EventLoop.builder().build()) {
            LazySeq<Integer> foreign =
                    LazySeq.fromPromise(Resolver.<Integer>cancellable(loop).promise());
            for (View view : View.values()) {
                assertThatThrownBy(view.of(foreign).toList()::poll)
                        .as("%s", view)
                        .isInstanceOf(LoopThreadException.class);
            }
        }
    }

    /* ---- Any number of elements ---- */

    @ParameterizedTest
    @EnumSource
    void aMillionElementsThatAreThereGoThroughAView(View view) throws Exception {
        SmallStack.runLoop(loop -> {
            AtomicInteger count = new AtomicInteger();
            Promise<?> end = Consumption.FOR_EACH.of(view.of(below(MILLION)), count);
            assertThat(end.isFulfilled()).isTrue();
            assertThat(count).hasValue(MILLION);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aMillionElementsThatAreThereAreGoneThrough(Consumption consumption) throws Exception {
        SmallStack.run(() -> {
            AtomicInteger count = new AtomicInteger();
            LazySeq<Integer> numbers =
                    LazySeq.fromIterable(() -> IntStream.range(0, MILLION).iterator());
            assertThat(consumption.of(numbers, count).isFulfilled()).isTrue();
            assertThat(count).hasValue(MILLION);
        });
    }

    @Test
    void aMillionElementsNoneOfWhichIsWanted() throws Exception {
        SmallStack.runLoop(loop -> {
            LazySeq<Integer> numbers = below(MILLION);
            assertThat(all(numbers.filter(v -> false))).isEmpty();
            assertThat(all(numbers.filterSequential(v -> Promise.of(false)))).isEmpty();
            assertThat(all(numbers.filterMap(v -> Optional.empty()))).isEmpty();
            assertThat(all(numbers.flatMap(v -> LazySeq.empty()))).isEmpty();
        });
    }

    @Test
    void aLongSequenceTakesConstantMemory() throws Exception {
        SmallStack.runLoopAsync(loop -> {
            LazySeq<Integer> numbers = below(100_001)
                    .mapSequential(v -> EventLoop.pause().map(u -> v))
                    .filterSequential(v -> EventLoop.pause().map(u -> v % 2 == 0))
                    .flatMap(LazySeq::of);
            long[] sizes = new long[10];
            List<Promise<?>> end = new ArrayList<>();
            end.add(numbers.forEachSequential(v -> {
                if (v % 10_000 == 0 && v > 0) {
                    sizes[v / 10_000 - 1] = Reachable.from(end.get(0))
                            + Reachable.from(numbers)
                            + Reachable.from(EventLoop.current());
                }
                return EventLoop.pause();
            }));
            return end.get(0).onSuccess(v -> assertThat(sizes).containsOnly(sizes[0]));
        });
    }

    @Test
    void aMillionPromisesThatAreFulfilledAtOnceAreNotKept() throws Exception {
        SmallStack.runLoopAsync(loop -> {
            Resolver<Integer> last = Resolver.cancellable();
            Promise<Void> end = below(MILLION)
                    .append(LazySeq.fromPromise(last.promise()))
                    .forEachConcurrent(Promise::of);
            assertThat(Reachable.from(end)).isLessThan(100);
            last.resolve(0);
            return end;
        });
    }

    @Test
    void twoThreadsMayGoOnFromOnePlaceAtOnce() throws Exception {
        int rounds = 20_000;
        List<LazySeq<Integer>> tails = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            Promise<Optional<Cons<Integer>>> node =
                    LazySeq.fromIterable(List.of(0, 1, 2, 3)).uncons();
            tails.add(node.poll().orElseThrow().orElseThrow().tail());
        }
        AtomicInteger ready = new AtomicInteger();
        Callable<Integer> walk = () -> {
            int whole = 0;
            for (int i = 0; i < rounds; i++) {
                ready.incrementAndGet();
                while (ready.get() < 2 * (i + 1)) {
                    Thread.onSpinWait();
                }
                if (tails.get(i).toList().state().equals(fulfilled(List.of(1, 2, 3)))) {
                    whole++;
                }
            }
            return whole;
        };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (Future<Integer> whole : threads.invokeAll(List.of(walk, walk))) {
                assertThat(whole.get()).isEqualTo(rounds);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void nullIsNamed() throws Exception {
        assertThatNullPointerException()
                .isThrownBy(() -> LazySeq.of(1, null))
                .withMessage("element number 1 is null");
        assertThatNullPointerException()
                .isThrownBy(() -> LazySeq.of((Integer[]) null))
                .withMessage("elements");
        assertThatNullPointerException()
                .isThrownBy(() -> LazySeq.of(1).prepend(null))
                .withMessage("element");
    }

    @Test
    void aFunctionMustAnswer() throws Exception {
        LazySeq<Integer> sequence = LazySeq.of(1);
        List<LazySeq<?>> made = List.of(
                sequence.filter(v -> null),
                sequence.filterSequential(v -> Promise.of((Boolean) null)),
                sequence.filterMap(v -> null),
                sequence.filterMapSequential(v -> Promise.of((Optional<Integer>) null)),
                sequence.flatMap(v -> null),
                LazySeq.unfold(0, v -> null));
        assertThat(made)
                .allSatisfy(seq -> assertThatNullPointerException()
                        .isThrownBy(seq.toList()::poll)
                        .withMessage("the function returned null"));
    }
}
