package io.lwt4j.stream;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Promise.Both;
import io.lwt4j.Reachable;
import io.lwt4j.Resolver;
import io.lwt4j.VirtualLoop;
import io.lwt4j.stream.PullStream.Bounded;
import io.lwt4j.stream.PullStream.Pushed;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Streams made of streams. */
class PullStreamViewsTest {

    private final Exception error = new Exception("error");

    /** A way to make a stream of another one, and what it makes of the elements 1 to 4. */
    enum View {
        MAP(s -> s.map(v -> "v" + v), "v1", "v2", "v3", "v4"),
        MAP_SEQUENTIAL(s -> s.mapSequential(v -> Promise.of(-v)), -1, -2, -3, -4),
        MAP_SLOWLY(s -> s.mapSequential(v -> slow(-v)), -1, -2, -3, -4),
        MAP_CONCURRENT(s -> s.mapConcurrent(2, v -> Promise.of(-v)), -1, -2, -3, -4),
        MAP_CONCURRENT_SLOWLY(s -> s.mapConcurrent(9, v -> slow(-v)), -1, -2, -3, -4),
        FILTER(s -> s.filter(v -> v % 2 == 0), 2, 4),
        FILTER_NONE(s -> s.filter(v -> false)),
        FILTER_SEQUENTIAL(s -> s.filterSequential(v -> Promise.of(v % 2 == 0)), 2, 4),
        FILTER_SLOWLY(s -> s.filterSequential(v -> slow(v % 2 == 0)), 2, 4),
        FILTER_MAP(s -> s.filterMap(PullStreamViewsTest::halfOfEven), 1, 2),
        FILTER_MAP_SEQUENTIAL(s -> s.filterMapSequential(v -> Promise.of(halfOfEven(v))), 1, 2),
        FILTER_MAP_SLOWLY(s -> s.filterMapSequential(v -> slow(halfOfEven(v))), 1, 2),
        MAP_LIST(s -> s.mapList(v -> v == 2 ? List.of() : List.of(v, -v)), 1, -1, 3, -3, 4, -4),
        MAP_LIST_SEQUENTIAL(
                s -> s.mapListSequential(v -> Promise.of(List.of(v, v))), 1, 1, 2, 2, 3, 3, 4, 4),
        MAP_LIST_SLOWLY(s -> s.mapListSequential(v -> slow(List.of(v, v))), 1, 1, 2, 2, 3, 3, 4, 4),
        FLATTEN(s -> PullStream.flatten(s.map(v -> List.of(v, 0))), 1, 0, 2, 0, 3, 0, 4, 0),
        OUTCOMES(PullStream::outcomes, fulfilled(1), fulfilled(2), fulfilled(3), fulfilled(4)),
        APPEND(s -> s.append(PullStream.of(5)), 1, 2, 3, 4, 5),
        APPENDED(s -> PullStream.of(0).append(s), 0, 1, 2, 3, 4),
        CONCAT(
                s -> PullStream.concat(s.map(v -> PullStream.of(v, -v))),
                1,
                -1,
                2,
                -2,
                3,
                -3,
                4,
                -4),
        COMBINE(s -> s.combine(PullStream.of("a", "b")), new Both<>(1, "a"), new Both<>(2, "b")),
        CHOOSE(s -> PullStream.choose(List.of(s)), 1, 2, 3, 4),
        COPY(PullStream::copy, 1, 2, 3, 4);

        @SuppressWarnings("ImmutableEnumChecker") // it has no state
        private final Function<PullStream<Integer>, PullStream<?>> view;

        @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
        private final List<Object> result;

        View(Function<PullStream<Integer>, PullStream<?>> view, Object... result) {
            this.view = view;
            this.result = List.of(result);
        }

        PullStream<?> of(PullStream<Integer> stream) {
            return view.apply(stream);
        }

        boolean isSlow() {
            return name().endsWith("SLOWLY");
        }
    }

    private static <T> Promise<T> slow(T value) {
        return EventLoop.pause().map(v -> value);
    }

    private static Optional<Integer> halfOfEven(int v) {
        return v % 2 == 0 ? Optional.of(v / 2) : Optional.empty();
    }

    private static PullStream<Integer> numbers() {
        return PullStream.of(1, 2, 3, 4);
    }

    @ParameterizedTest
    @EnumSource
    void elementsThatAreThereGoThroughAtOnce(View view) throws Exception {
        VirtualLoop.runAsync(loop -> {
            PullStream<?> stream = view.of(numbers());
            Promise<? extends List<?>> all = stream.toList();
            assertThat(all.isPending()).isEqualTo(view.isSlow());
            return all.onSuccess(v -> {
                assertThat(v).isEqualTo(view.result);
                assertThat(stream.isClosed()).isTrue();
                assertThat(stream.get().state()).isEqualTo(fulfilled(Optional.empty()));
            });
        });
    }

    @ParameterizedTest
    @EnumSource
    void elementsThatComeOneByOneGoThrough(View view) throws Exception {
        VirtualLoop.runAsync(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<? extends List<?>> all = view.of(pushed.stream()).toList();
            for (int i = 1; i <= 4; i++) {
                pushed.writer().push(i);
            }
            pushed.writer().end();
            return all.onSuccess(v -> assertThat(v).isEqualTo(view.result));
        });
    }

    @ParameterizedTest
    @EnumSource
    void elementsThatComeOneByOneInTimeGoThrough(View view) throws Exception {
        VirtualLoop.runAsync(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(1);
            if (view == View.COPY) {
                return Promise.unit();
            }
            Promise<? extends List<?>> all = view.of(bounded.stream()).toList();
            Promise<Void> written = numbers()
                    .forEachSequential(
                            v -> EventLoop.pause().flatMap(u -> bounded.writer().push(v)))
                    .onSuccess(v -> bounded.writer().close());
            return Promise.join(written.recover(e -> Promise.unit()), all.onSuccess(v -> {
                assertThat(v).isEqualTo(view.result);
                // What has ended early takes no more, and pushes would wait for ever.
                bounded.stream().close();
            }));
        });
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsReadBeforeAnElementIsWanted(View view) throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger calls = new AtomicInteger();
            PullStream<?> stream = view.of(PullStream.fromDirect(() -> {
                calls.incrementAndGet();
                return Optional.empty();
            }));
            assertThat(stream).isNotNull();
            // Only choose asks ahead.
            assertThat(calls).hasValue(view == View.CHOOSE ? 1 : 0);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aReadThatIsCancelledLeavesItsElementToTheNextOne(View view) throws Exception {
        VirtualLoop.runAsync(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            PullStream<?> stream = view.of(pushed.stream());
            if (view == View.APPENDED) {
                assertThat(stream.next().isFulfilled()).isTrue();
            }
            Promise<?> cancelled = stream.get();
            cancelled.cancel();
            assertThat(cancelled.state()).isEqualTo(cancelled());

            Promise<? extends List<?>> all = stream.toList();
            for (int i = 1; i <= 4; i++) {
                pushed.writer().push(i);
            }
            pushed.writer().end();
            return all.onSuccess(v -> assertThat(v)
                    .isEqualTo(
                            view == View.APPENDED
                                    ? view.result.subList(1, view.result.size())
                                    : view.result));
        });
    }

    @ParameterizedTest
    @EnumSource
    void anErrorOfTheStreamComesThroughAndTheViewGoesOn(View view) throws Exception {
        VirtualLoop.runAsync(loop -> {
            AtomicInteger calls = new AtomicInteger();
            PullStream<?> stream = view.of(PullStream.fromDirect(() -> {
                int call = calls.getAndIncrement();
                if (call == 0) {
                    throw error;
                }
                return call <= 4 ? Optional.of(call) : Optional.empty();
            }));
            if (view == View.APPENDED) {
                assertThat(stream.next().isFulfilled()).isTrue();
            }
            if (view == View.OUTCOMES) {
                assertThat(stream.next().state()).isEqualTo(fulfilled(rejected(error)));
            } else if (!view.isSlow()) {
                assertThat(stream.next().state()).isEqualTo(rejected(error));
            }
            return stream.toList().outcome().onSuccess(outcome -> {
                if (view == View.COMBINE) {
                    // The partner of the element that could not be had is lost with it.
                    assertThat(outcome).isEqualTo(fulfilled(List.of(new Both<>(1, "b"))));
                } else if (view == View.APPENDED) {
                    assertThat(outcome).isEqualTo(fulfilled(List.of(1, 2, 3, 4)));
                } else if (!view.isSlow()) {
                    assertThat(outcome).isEqualTo(fulfilled(view.result));
                } else {
                    assertThat(outcome).isEqualTo(rejected(error));
                }
            });
        });
    }

    /* ---- Several at a time ---- */

    @Test
    void workOnSeveralElementsKeepsToItsLimitAndTheirOrder() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<String>> works = new ArrayList<>();
            PullStream<String> stream = PullStream.of(0, 1, 2, 3, 4).mapConcurrent(3, v -> {
                works.add(Resolver.cancellable());
                return works.get(v).promise();
            });
            assertThat(works).isEmpty();
            Promise<String> first = stream.next();
            assertThat(works).hasSize(3);

            works.get(2).resolve("2");
            works.get(1).resolve("1");
            assertThat(first.state()).isEqualTo(pending());
            assertThat(works).hasSize(3);
            works.get(0).resolve("0");
            assertThat(first.state()).isEqualTo(fulfilled("0"));

            assertThat(stream.next().state()).isEqualTo(fulfilled("1"));
            assertThat(works).hasSize(4);
            assertThat(stream.next().state()).isEqualTo(fulfilled("2"));
            assertThat(works).hasSize(5);
            Promise<List<String>> rest = stream.toList();
            works.get(4).resolve("4");
            works.get(3).resolve("3");
            assertThat(rest.state()).isEqualTo(fulfilled(List.of("3", "4")));
        });
    }

    @Test
    void anErrorOfWorkOnSeveralElementsComesInItsTurn() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<String>> works = new ArrayList<>();
            PullStream<String> stream = PullStream.of(0, 1, 2).mapConcurrent(3, v -> {
                works.add(Resolver.cancellable());
                return works.get(v).promise();
            });
            Promise<String> first = stream.next();
            works.get(1).reject(error);
            assertThat(first.state()).isEqualTo(pending());
            works.get(0).resolve("0");
            assertThat(first.state()).isEqualTo(fulfilled("0"));
            assertThat(stream.next().state()).isEqualTo(rejected(error));

            Promise<String> third = stream.next();
            works.get(2).resolve("2");
            assertThat(third.state()).isEqualTo(fulfilled("2"));
            assertThat(stream.get().state()).isEqualTo(fulfilled(Optional.empty()));
        });
    }

    @Test
    void workOnSeveralElementsBeginsWithThemAsTheyCome() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            List<Integer> begun = new ArrayList<>();
            PullStream<Integer> stream = pushed.stream().mapConcurrent(2, v -> {
                begun.add(v);
                return Resolver.<Integer>cancellable().promise();
            });
            Promise<Integer> read = stream.next();
            pushed.writer().push(1);
            pushed.writer().push(2);
            pushed.writer().push(3);
            assertThat(begun).containsExactly(1, 2);
            assertThat(read.state()).isEqualTo(pending());
            assertThat(pushed.stream().next().state()).isEqualTo(fulfilled(3));
        });
    }

    /* ---- Copies ---- */

    @Test
    void aCopyOfAViewSharesItsWork() throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger calls = new AtomicInteger();
            PullStream<Integer> view = numbers().map(v -> calls.incrementAndGet());
            PullStream<Integer> copy = view.copy();
            assertThat(view.nget(2).state()).isEqualTo(fulfilled(List.of(1, 2)));
            assertThat(copy.toList().state()).isEqualTo(fulfilled(List.of(1, 2, 3, 4)));
            assertThat(view.toList().state()).isEqualTo(fulfilled(List.of(3, 4)));
            assertThat(calls).hasValue(4);
        });
    }

    @Test
    void aCopySeesErrorsAsOftenAsTheyHappen() throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger calls = new AtomicInteger();
            PullStream<Integer> stream = PullStream.fromDirect(() -> {
                if (calls.incrementAndGet() == 1) {
                    throw error;
                }
                return Optional.of(calls.get());
            });
            PullStream<Integer> copy = stream.copy();
            assertThat(stream.next().state()).isEqualTo(rejected(error));
            assertThat(copy.next().state()).isEqualTo(fulfilled(2));
            assertThat(stream.next().state()).isEqualTo(fulfilled(2));
        });
    }

    @Test
    void noMoreThanOneReadWaitsHoweverManyElementsMayBeWorkedOn() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            PullStream<Integer> stream =
                    pushed.stream().mapConcurrent(Integer.MAX_VALUE, Promise::of);
            Promise<List<Integer>> all = stream.toList();
            long before = Reachable.from(pushed);
            assertThat(before).isLessThan(1000);
            for (int i = 1; i <= 3; i++) {
                pushed.writer().push(i);
            }
            pushed.writer().end();
            assertThat(all.state()).isEqualTo(fulfilled(List.of(1, 2, 3)));
        });
    }

    @Test
    void nothingIsReadBehindTheEnd() throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger calls = new AtomicInteger();
            PullStream<Integer> source = PullStream.fromDirect(() ->
                    calls.incrementAndGet() < 3 ? Optional.of(calls.get()) : Optional.empty());
            assertThat(source.mapConcurrent(Integer.MAX_VALUE, Promise::of)
                            .toList()
                            .state())
                    .isEqualTo(fulfilled(List.of(1, 2)));
            assertThat(calls).hasValue(3);
        });
    }

    @Test
    void workBeginsInTheOrderOfTheElementsAlsoBehindOneThatFails() throws Exception {
        VirtualLoop.run(loop -> {
            List<Integer> begun = new ArrayList<>();
            Pushed<Integer> pushed = PullStream.push();
            PullStream<Integer> stream = pushed.stream().mapConcurrent(3, v -> {
                begun.add(v);
                if (v == 1) {
                    // The other ones are there when the first one begins.
                    pushed.writer().push(2);
                    pushed.writer().push(3);
                    pushed.writer().push(4);
                    throw error;
                }
                return Promise.of(v);
            });
            Promise<Integer> first = stream.next();
            pushed.writer().push(1);
            assertThat(first.state()).isEqualTo(rejected(error));
            assertThat(begun).containsExactly(1, 2, 3);
            assertThat(stream.nget(3).state()).isEqualTo(fulfilled(List.of(2, 3, 4)));
            assertThat(begun).containsExactly(1, 2, 3, 4);
        });
    }

    @Test
    void closingReadsNothingAhead() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            PullStream<Integer> stream = pushed.stream().mapConcurrent(3, Promise::of);
            stream.next();
            List<Integer> begun = new ArrayList<>();
            PullStream<Integer> copy = pushed.stream().copy();
            PullStream<Integer> other = copy.mapConcurrent(3, v -> {
                begun.add(v);
                return Resolver.<Integer>cancellable().promise();
            });
            other.next().onFailure(ended -> {});
            other.close();
            pushed.writer().push(1);
            assertThat(begun).isEmpty();
        });
    }

    @Test
    void aFunctionThatMakesNullInItsOwnTimeRejectsTheReadAndTheStreamGoesOn() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> made = Resolver.cancellable();
            PullStream<Integer> stream =
                    PullStream.of(1, 2).mapSequential(v -> v == 1 ? made.promise() : Promise.of(v));
            Promise<Integer> first = stream.next();
            made.resolve(null);
            assertThatNullPointerException()
                    .isThrownBy(first::poll)
                    .withMessageContaining("element");
            assertThat(stream.toList().state()).isEqualTo(fulfilled(List.of(2)));
        });
    }
}
