package io.lwt4j.stream;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CanceledException;
import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Promise.Both;
import io.lwt4j.Resolver;
import io.lwt4j.VirtualLoop;
import io.lwt4j.stream.PullStream.Bounded;
import io.lwt4j.stream.PullStream.Pushed;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Every method that reads a stream, and the streams to read. */
class PullStreamTest {

    private final Exception error = new Exception("error");

    /** A way to read, with its result on the elements 1 to 4, on none, and with what it leaves. */
    enum Reading {
        GET(s -> s.get(), Optional.of(1), Optional.empty(), 2, 3, 4),
        PEEK(s -> s.peek(), Optional.of(1), Optional.empty(), 1, 2, 3, 4),
        NPEEK(s -> s.npeek(2), List.of(1, 2), List.of(), 1, 2, 3, 4),
        NPEEK_ALL(s -> s.npeek(9), List.of(1, 2, 3, 4), List.of(), 1, 2, 3, 4),
        NGET(s -> s.nget(2), List.of(1, 2), List.of(), 3, 4),
        NGET_ALL(s -> s.nget(9), List.of(1, 2, 3, 4), List.of()),
        GET_WHILE(s -> s.getWhile(v -> v < 3), List.of(1, 2), List.of(), 3, 4),
        GET_WHILE_ALL(s -> s.getWhile(v -> true), List.of(1, 2, 3, 4), List.of()),
        GET_WHILE_SEQUENTIAL(
                s -> s.getWhileSequential(v -> Promise.of(v < 3)), List.of(1, 2), List.of(), 3, 4),
        GET_WHILE_SLOWLY(
                s -> s.getWhileSequential(v -> EventLoop.pause().map(u -> v < 3)),
                List.of(1, 2),
                List.of(),
                3,
                4),
        JUNK(s -> s.junk(), null, null, 2, 3, 4),
        NJUNK(s -> s.njunk(3), null, null, 4),
        NJUNK_ALL(s -> s.njunk(9), null, null),
        JUNK_WHILE(s -> s.junkWhile(v -> v < 3), null, null, 3, 4),
        JUNK_WHILE_SEQUENTIAL(s -> s.junkWhileSequential(v -> Promise.of(v < 3)), null, null, 3, 4),
        IS_EMPTY(s -> s.isEmpty(), false, true, 1, 2, 3, 4),
        TO_LIST(s -> s.toList(), List.of(1, 2, 3, 4), List.of()),
        FIND(s -> s.find(v -> v == 2), Optional.of(2), Optional.empty(), 3, 4),
        FIND_NOTHING(s -> s.find(v -> v == 9), Optional.empty(), Optional.empty()),
        FIND_SEQUENTIAL(
                s -> s.findSequential(v -> Promise.of(v == 2)),
                Optional.of(2),
                Optional.empty(),
                3,
                4),
        FIND_SLOWLY(
                s -> s.findSequential(v -> EventLoop.pause().map(u -> v == 2)),
                Optional.of(2),
                Optional.empty(),
                3,
                4),
        FIND_MAP(s -> s.findMap(PullStreamTest::third), Optional.of("3"), Optional.empty(), 4),
        FIND_MAP_SEQUENTIAL(
                s -> s.findMapSequential(v -> Promise.of(third(v))),
                Optional.of("3"),
                Optional.empty(),
                4),
        FOR_EACH(s -> s.forEach(v -> {}), null, null),
        FOR_EACH_SEQUENTIAL(s -> s.forEachSequential(v -> Promise.unit()), null, null),
        FOR_EACH_SLOWLY(s -> s.forEachSequential(v -> EventLoop.pause()), null, null),
        FOR_EACH_CONCURRENT(s -> s.forEachConcurrent(v -> Promise.unit()), null, null),
        FOR_EACH_CONCURRENT_SLOWLY(s -> s.forEachConcurrent(v -> EventLoop.pause()), null, null),
        FOR_EACH_LIMITED(s -> s.forEachConcurrent(2, v -> Promise.unit()), null, null),
        FOR_EACH_LIMITED_SLOWLY(s -> s.forEachConcurrent(2, v -> EventLoop.pause()), null, null),
        FOLD(s -> s.fold(100, Integer::sum), 110, 100),
        FOLD_SEQUENTIAL(s -> s.foldSequential(100, (a, v) -> Promise.of(a + v)), 110, 100),
        FOLD_SLOWLY(
                s -> s.foldSequential(100, (a, v) -> EventLoop.pause().map(u -> a + v)), 110, 100);

        @SuppressWarnings("ImmutableEnumChecker") // it has no state
        private final Function<PullStream<Integer>, Promise<?>> read;

        @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
        private final Object result;

        @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
        private final Object ofNone;

        @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
        private final List<Integer> rest;

        Reading(
                Function<PullStream<Integer>, Promise<?>> read,
                Object result,
                Object ofNone,
                Integer... rest) {
            this.read = read;
            this.result = result;
            this.ofNone = ofNone;
            this.rest = List.of(rest);
        }

        Promise<?> of(PullStream<Integer> stream) {
            return read.apply(stream);
        }

        boolean isSlow() {
            return name().endsWith("SLOWLY");
        }
    }

    private static Optional<String> third(int v) {
        return v == 3 ? Optional.of("3") : Optional.empty();
    }

    private static PullStream<Integer> numbers() {
        return PullStream.of(1, 2, 3, 4);
    }

    /** A stream of elements each of which takes a turn of the loop. */
    private static PullStream<Integer> slowNumbers() {
        AtomicInteger calls = new AtomicInteger();
        return PullStream.from(() -> EventLoop.pause().map(v -> {
            int call = calls.incrementAndGet();
            return call <= 4 ? Optional.of(call) : Optional.empty();
        }));
    }

    /** The same elements behind an error. */
    private PullStream<Integer> numbersBehindAnError() {
        AtomicInteger calls = new AtomicInteger();
        return PullStream.fromDirect(() -> {
            int call = calls.getAndIncrement();
            if (call == 0) {
                throw error;
            }
            return call <= 4 ? Optional.of(call) : Optional.empty();
        });
    }

    /* ---- Reading ---- */

    @ParameterizedTest
    @EnumSource
    void whatIsThereIsReadAtOnce(Reading reading) throws Exception {
        VirtualLoop.runAsync(loop -> {
            PullStream<Integer> stream = numbers();
            Promise<?> result = reading.of(stream);
            assertThat(result.isPending()).isEqualTo(reading.isSlow());

            return result.flatMap(value -> {
                assertThat(value).isEqualTo(reading.result);
                return stream.toList().onSuccess(v -> assertThat(v).isEqualTo(reading.rest));
            });
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatComesLaterIsWaitedFor(Reading reading) throws Exception {
        VirtualLoop.runAsync(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<?> result = reading.of(pushed.stream());
            assertThat(result.isPending()).isTrue();

            for (int i = 1; i <= 4; i++) {
                pushed.writer().push(i);
            }
            pushed.writer().end();

            return result.flatMap(value -> {
                assertThat(value).isEqualTo(reading.result);
                return pushed.stream()
                        .toList()
                        .onSuccess(v -> assertThat(v).isEqualTo(reading.rest));
            });
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatHasToBeMadeIsWaitedFor(Reading reading) throws Exception {
        VirtualLoop.runAsync(loop -> {
            PullStream<Integer> stream = slowNumbers();
            return reading.of(stream).flatMap(value -> {
                assertThat(value).isEqualTo(reading.result);
                return stream.toList().onSuccess(v -> assertThat(v).isEqualTo(reading.rest));
            });
        });
    }

    @ParameterizedTest
    @EnumSource
    void aStreamWithoutElementsIsReadAsWell(Reading reading) throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(reading.of(PullStream.empty()).state()).isEqualTo(fulfilled(reading.ofNone));

            Pushed<Integer> pushed = PullStream.push();
            Promise<?> waiting = reading.of(pushed.stream());
            pushed.writer().end();
            assertThat(waiting.state()).isEqualTo(fulfilled(reading.ofNone));
        });
    }

    @ParameterizedTest
    @EnumSource
    void anErrorOfTheStreamRejectsTheReadAndTheNextOneGoesOn(Reading reading) throws Exception {
        VirtualLoop.runAsync(loop -> {
            PullStream<Integer> stream = numbersBehindAnError();
            assertThat(reading.of(stream).state()).isEqualTo(rejected(error));

            return reading.of(stream)
                    .onSuccess(value -> assertThat(value).isEqualTo(reading.result));
        });
    }

    @ParameterizedTest
    @EnumSource
    void anErrorThatEndsTheStreamRejectsTheReadThatWaits(Reading reading) throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<?> result = reading.of(pushed.stream());

            pushed.writer().fail(error);

            assertThat(result.state()).isEqualTo(rejected(error));
            assertThat(reading.of(pushed.stream()).state()).isEqualTo(rejected(error));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aReadThatIsCancelledWhileItWaitsLosesNothing(Reading reading) throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<?> result = reading.of(pushed.stream());

            result.cancel();
            assertThat(result.state()).isEqualTo(cancelled());
            numbers().forEach(pushed.writer()::push);
            pushed.writer().end();

            assertThat(pushed.stream().toList().state()).isEqualTo(fulfilled(List.of(1, 2, 3, 4)));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aReadThatIsCancelledByItsElementsSourceIsCancelled(Reading reading) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Optional<Integer>> source = Resolver.cancellable();
            Promise<?> result = reading.of(PullStream.from(source::promise));

            source.reject(CanceledException.instance());

            assertThat(result.state()).isEqualTo(cancelled());
        });
    }

    @ParameterizedTest
    @EnumSource
    void withoutALoopWhatIsThereCanBeReadAndWaitingIsAnError(Reading reading) throws Exception {
        if (!reading.isSlow()) {
            assertThat(reading.of(numbers()).state()).isEqualTo(fulfilled(reading.result));
        }
        try (EventLoop loop = EventLoop.builder().build()) {
            Pushed<Integer> pushed = PullStream.push(loop);
            assertThatThrownBy(reading.of(pushed.stream())::poll)
                    .isInstanceOf(LoopThreadException.class);
        }
    }

    @Test
    void nextTakesTheNextElement() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            pushed.writer().push(1);
            assertThat(pushed.stream().next().state()).isEqualTo(fulfilled(1));

            Promise<Integer> waiting = pushed.stream().next();
            pushed.writer().push(2);
            assertThat(waiting.state()).isEqualTo(fulfilled(2));

            Promise<Integer> last = pushed.stream().next();
            pushed.writer().end();
            assertThatThrownBy(last::poll)
                    .isInstanceOf(StreamEmptyException.class)
                    .hasMessageContaining("ended");
        });
    }

    @Test
    void countsThatAreNotPositiveReadNothing() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<Integer> stream = PullStream.<Integer>push().stream();
            for (int count = 0; count >= -1; count--) {
                assertThat(stream.nget(count).state()).isEqualTo(fulfilled(List.of()));
                assertThat(stream.npeek(count).state()).isEqualTo(fulfilled(List.of()));
                assertThat(stream.njunk(count).state()).isEqualTo(fulfilled(null));
                assertThat(stream.getAvailable(count)).isEmpty();
            }
        });
    }

    @Test
    void aReadOfManyElementsThatIsCancelledHasTakenWhatCameByThen() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<List<Integer>> three = pushed.stream().nget(3);
            pushed.writer().push(1);
            three.cancel();
            pushed.writer().push(2);
            assertThat(pushed.stream().next().state()).isEqualTo(fulfilled(2));

            Promise<List<Integer>> all = pushed.stream().toList();
            pushed.writer().push(3);
            all.cancel();
            pushed.writer().push(4);
            assertThat(pushed.stream().next().state()).isEqualTo(fulfilled(4));
        });
    }

    @Test
    void cancellingWhatWorksOnOneElementAfterTheOtherCancelsTheWork() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> work = Resolver.cancellable();
            List<Function<PullStream<Integer>, Promise<?>>> all = List.of(
                    s -> s.forEachSequential(v -> work.promise()),
                    s -> s.foldSequential(0, (a, v) -> work.promise()),
                    s -> s.findSequential(v -> work.promise().map(u -> true)),
                    s -> s.getWhileSequential(v -> work.promise().map(u -> true)));
            for (Function<PullStream<Integer>, Promise<?>> consume : all) {
                Promise<?> result = consume.apply(numbers());
                result.cancel();
                assertThat(result.state()).isEqualTo(cancelled());
                assertThat(work.promise().state()).isEqualTo(cancelled());
            }
        });
    }

    @Test
    void whatIsAvailableEndsWithTheErrorOfTheStream() throws Exception {
        VirtualLoop.run(loop -> {
            assertThatThrownBy(() -> numbersBehindAnError().getAvailable()).isSameAs(error);
            assertThat(numbersBehindAnError().junkAvailable().state()).isEqualTo(rejected(error));
            assertThat(numbersBehindAnError().lastNew().state()).isEqualTo(rejected(error));
        });
    }

    @Test
    void peekingDoesNotDelayOrRobThoseWhoTake() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<Integer> taken = pushed.stream().next();
            Promise<List<Integer>> seen = pushed.stream().npeek(2);
            Promise<Boolean> empty = pushed.stream().isEmpty();

            pushed.writer().push(1);
            assertThat(taken.state()).isEqualTo(fulfilled(1));
            assertThat(empty.state()).isEqualTo(fulfilled(false));
            assertThat(seen.state()).isEqualTo(pending());
            pushed.writer().push(2);
            assertThat(seen.state()).isEqualTo(fulfilled(List.of(1, 2)));
            assertThat(pushed.stream().next().state()).isEqualTo(fulfilled(2));
        });
    }

    /* ---- Functions that fail ---- */

    @Test
    void aFunctionThatFailsRejectsTheResult() throws Exception {
        VirtualLoop.run(loop -> {
            // One error of many is told.
            loop.leavesUnobserved(error);
            CheckedFunction<Integer, Boolean> throwing = v -> {
                throw error;
            };
            CheckedFunction<Integer, Promise<Boolean>> thrower = v -> {
                throw error;
            };
            List<CheckedFunction<Integer, Promise<Boolean>>> functions =
                    List.of(thrower, v -> Promise.failed(error));
            List<Promise<?>> results = new ArrayList<>();
            for (CheckedFunction<Integer, Promise<Boolean>> f : functions) {
                results.add(numbers().getWhileSequential(f));
                results.add(numbers().junkWhileSequential(f));
                results.add(numbers().findSequential(f));
                results.add(numbers().findMapSequential(v -> f.apply(v).map(Optional::of)));
                results.add(numbers().forEachSequential(f));
                results.add(numbers().forEachConcurrent(f));
                results.add(numbers().forEachConcurrent(1, f));
                results.add(numbers().foldSequential(true, (a, v) -> f.apply(v)));
            }
            results.add(numbers().getWhile(throwing));
            results.add(numbers().junkWhile(throwing));
            results.add(numbers().find(throwing));
            results.add(numbers().findMap(v -> Optional.of(throwing.apply(v))));
            results.add(numbers().forEach(throwing::apply));
            results.add(numbers().fold(true, (a, v) -> throwing.apply(v)));
            assertThat(results).allSatisfy(r -> assertThat(r.state()).isEqualTo(rejected(error)));
        });
    }

    @Test
    void aFunctionThatReturnsNullInPlaceOfAPromiseRejectsTheResult() throws Exception {
        VirtualLoop.run(loop -> {
            List<Promise<?>> results = List.of(
                    numbers().getWhileSequential(v -> null),
                    numbers().junkWhileSequential(v -> null),
                    numbers().findSequential(v -> null),
                    numbers().findMapSequential(v -> null),
                    numbers().forEachSequential(v -> null),
                    numbers().forEachConcurrent(v -> null),
                    numbers().forEachConcurrent(1, v -> null),
                    numbers().foldSequential(0, (a, v) -> null),
                    numbers().parse(s -> null),
                    PullStream.from(() -> null).next(),
                    numbers().mapSequential(v -> null).next(),
                    numbers().mapConcurrent(1, v -> null).next(),
                    numbers().filterSequential(v -> null).next(),
                    numbers().filterMapSequential(v -> null).next(),
                    numbers().mapListSequential(v -> null).next());
            assertThat(results)
                    .allSatisfy(result -> assertThatNullPointerException()
                            .isThrownBy(result::poll)
                            .withMessageContaining("null"));
        });
    }

    @Test
    void nullIsNoElement() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Bounded<Integer> bounded = PullStream.bounded(1);
            assertThatNullPointerException().isThrownBy(() -> pushed.writer().push(null));
            assertThatNullPointerException().isThrownBy(() -> bounded.writer().push(null));
            assertThatNullPointerException()
                    .isThrownBy(() -> PullStream.of(1, null))
                    .withMessageContaining("1");
            assertThatNullPointerException()
                    .isThrownBy(() -> PullStream.fromCollection(Arrays.asList(null, 1)))
                    .withMessageContaining("0");

            List<PullStream<?>> streams = List.of(
                    PullStream.fromIterable(Arrays.asList((Integer) null)),
                    PullStream.fromPromise(Promise.of((Integer) null)),
                    numbers().map(v -> null),
                    numbers().mapSequential(v -> Promise.of(null)),
                    numbers().mapConcurrent(1, v -> Promise.of(null)),
                    numbers().mapList(v -> Arrays.asList((Integer) null)),
                    numbers().mapListSequential(v -> Promise.of(Arrays.asList((Integer) null))));
            assertThat(streams)
                    .allSatisfy(stream -> assertThatNullPointerException()
                            .isThrownBy(stream.next()::poll)
                            .withMessageContaining("element"));
        });
    }

    @Test
    void nullInPlaceOfAnArgumentIsRefusedAtOnce() throws Exception {
        PullStream<Integer> stream = numbers();
        List<ThrowingCallable> calls = List.of(
                () -> PullStream.push(null),
                () -> PullStream.from(null),
                () -> PullStream.fromDirect(null),
                () -> PullStream.fromCollection(null),
                () -> PullStream.ofCharacters(null),
                () -> PullStream.fromIterable(null),
                () -> PullStream.fromIterator(null),
                () -> PullStream.fromStream(null),
                () -> PullStream.fromSeq(null),
                () -> PullStream.fromPromise(null),
                () -> PullStream.concat(null),
                () -> PullStream.choose(null),
                () -> PullStream.flatten(null),
                () -> PullStream.hexdump(null),
                () -> PullStream.toText(null),
                () -> stream.append(null),
                () -> stream.combine(null),
                () -> stream.getWhile(null),
                () -> stream.getWhileSequential(null),
                () -> stream.junkWhile(null),
                () -> stream.junkWhileSequential(null),
                () -> stream.find(null),
                () -> stream.findSequential(null),
                () -> stream.findMap(null),
                () -> stream.findMapSequential(null),
                () -> stream.forEach(null),
                () -> stream.forEachSequential(null),
                () -> stream.forEachConcurrent(null),
                () -> stream.forEachConcurrent(1, null),
                () -> stream.fold(0, null),
                () -> stream.foldSequential(0, null),
                () -> stream.map(null),
                () -> stream.mapSequential(null),
                () -> stream.mapConcurrent(1, null),
                () -> stream.filter(null),
                () -> stream.filterSequential(null),
                () -> stream.filterMap(null),
                () -> stream.filterMapSequential(null),
                () -> stream.mapList(null),
                () -> stream.mapListSequential(null),
                () -> stream.parse(null),
                () -> stream.onTermination(null));
        assertThat(calls).allSatisfy(call -> assertThatNullPointerException().isThrownBy(call));
        assertThat(stream.toList().state()).isEqualTo(fulfilled(List.of(1, 2, 3, 4)));
    }

    /* ---- Streams to read ---- */

    @Test
    void streamsAreMadeOfWhatIsThere() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(PullStream.of(1, 2).toList().state()).isEqualTo(fulfilled(List.of(1, 2)));
            assertThat(PullStream.empty().toList().state()).isEqualTo(fulfilled(List.of()));
            assertThat(PullStream.ofCharacters("ab").toList().state())
                    .isEqualTo(fulfilled(List.of('a', 'b')));
            assertThat(PullStream.fromIterable(List.of(1, 2)).toList().state())
                    .isEqualTo(fulfilled(List.of(1, 2)));
            assertThat(PullStream.fromIterator(List.of(1).iterator()).toList().state())
                    .isEqualTo(fulfilled(List.of(1)));
            assertThat(PullStream.fromStream(List.of(1, 2).stream()).toList().state())
                    .isEqualTo(fulfilled(List.of(1, 2)));
        });
    }

    @Test
    void arraysAndCollectionsAreCopied() throws Exception {
        VirtualLoop.run(loop -> {
            Integer[] array = {1, 2};
            List<Integer> list = new ArrayList<>(List.of(1, 2));
            PullStream<Integer> ofArray = PullStream.of(array);
            PullStream<Integer> ofList = PullStream.fromCollection(list);
            array[1] = 9;
            list.clear();

            assertThat(ofArray.toList().state()).isEqualTo(fulfilled(List.of(1, 2)));
            assertThat(ofList.toList().state()).isEqualTo(fulfilled(List.of(1, 2)));
        });
    }

    @Test
    void charactersAreGatheredToAText() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Character> pushed = PullStream.push();
            Promise<String> text = PullStream.toText(pushed.stream());
            pushed.writer().push('a');
            pushed.writer().push('b');
            pushed.writer().end();
            assertThat(text.state()).isEqualTo(fulfilled("ab"));
            assertThat(PullStream.toText(PullStream.empty()).state()).isEqualTo(fulfilled(""));
        });
    }

    @Test
    void aPromiseMakesAStreamOfItsValue() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<Integer> there = PullStream.fromPromise(Promise.of(1));
            assertThat(there.isClosed()).isTrue();
            assertThat(there.toList().state()).isEqualTo(fulfilled(List.of(1)));

            Resolver<Integer> later = Resolver.cancellable();
            PullStream<Integer> stream = PullStream.fromPromise(later.promise());
            Promise<List<Integer>> all = stream.toList();
            Promise<List<Integer>> cancelled = stream.toList();
            Promise<Void> closed = stream.closed();
            cancelled.cancel();
            assertThat(later.promise().state()).isEqualTo(pending());
            assertThat(stream.isClosed()).isFalse();

            later.resolve(1);
            assertThat(all.state()).isEqualTo(fulfilled(List.of(1)));
            assertThat(closed.state()).isEqualTo(fulfilled(null));
        });
    }

    @Test
    void theStreamOfACancelledPromiseEndsWithThat() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> source = Resolver.cancellable();
            PullStream<Integer> stream = PullStream.fromPromise(source.promise());
            Promise<Integer> read = stream.next();
            source.promise().cancel();

            assertThat(read.state()).isEqualTo(cancelled());
            assertThat(stream.next().state()).isEqualTo(cancelled());
        });
    }

    @Test
    void aStreamOfAPromiseOfAnotherLoopIsRefused() throws Exception {
        try (EventLoop loop = EventLoop.builder().build()) {
            Promise<Integer> foreign = Resolver.<Integer>cancellable(loop).promise();
            assertThatThrownBy(() -> PullStream.fromPromise(foreign))
                    .isInstanceOf(LoopThreadException.class);
        }
    }

    /* ---- Several streams ---- */

    @Test
    void streamsOneAfterTheOther() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(numbers().append(PullStream.of(5)).toList().state())
                    .isEqualTo(fulfilled(List.of(1, 2, 3, 4, 5)));
            assertThat(numbers().append(PullStream.empty()).nget(9).state())
                    .isEqualTo(fulfilled(List.of(1, 2, 3, 4)));

            Pushed<PullStream<Integer>> outer = PullStream.push();
            Pushed<Integer> inner = PullStream.push();
            Promise<List<Integer>> all = PullStream.concat(outer.stream()).toList();
            outer.writer().push(PullStream.of(1));
            outer.writer().push(PullStream.empty());
            outer.writer().push(inner.stream());
            outer.writer().push(PullStream.of(3));
            inner.writer().push(2);
            inner.writer().end();
            assertThat(all.state()).isEqualTo(pending());
            outer.writer().end();
            assertThat(all.state()).isEqualTo(fulfilled(List.of(1, 2, 3)));
        });
    }

    @Test
    void anErrorOfOneOfSeveralStreamsRejectsTheReadAndTheNextOneGoesOn() throws Exception {
        VirtualLoop.run(loop -> {
            List<PullStream<?>> streams = List.of(
                    numbersBehindAnError().append(PullStream.empty()),
                    PullStream.<Integer>empty().append(numbersBehindAnError()),
                    PullStream.concat(PullStream.of(numbersBehindAnError())),
                    PullStream.choose(List.of(numbersBehindAnError())));
            assertThat(streams).allSatisfy(stream -> {
                assertThat(stream.next().state()).isEqualTo(rejected(error));
                assertThat(stream.toList().state()).isEqualTo(fulfilled(List.of(1, 2, 3, 4)));
            });
        });
    }

    @Test
    void pairsEndWithTheShorterStream() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(numbers().combine(PullStream.of("a", "b")).toList().state())
                    .isEqualTo(fulfilled(List.of(new Both<>(1, "a"), new Both<>(2, "b"))));

            Pushed<Integer> first = PullStream.push();
            Pushed<String> second = PullStream.push();
            Promise<Both<Integer, String>> pair =
                    first.stream().combine(second.stream()).next();
            second.writer().push("a");
            assertThat(pair.state()).isEqualTo(pending());
            first.writer().push(1);
            assertThat(pair.state()).isEqualTo(fulfilled(new Both<>(1, "a")));
        });
    }

    @Test
    void chooseTakesFromWhicheverStreamHasAnElementFirst() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> a = PullStream.push();
            Pushed<Integer> b = PullStream.push();
            PullStream<Integer> merged = PullStream.choose(List.of(a.stream(), b.stream()));
            Promise<List<Integer>> all = merged.toList();
            a.writer().push(1);
            b.writer().push(11);
            b.writer().push(12);
            a.writer().push(2);
            a.writer().end();
            b.writer().push(13);
            assertThat(all.state()).isEqualTo(pending());
            b.writer().end();

            assertThat(all.state()).isEqualTo(fulfilled(List.of(1, 11, 12, 2, 13)));
            assertThat(PullStream.choose(List.of()).get().state())
                    .isEqualTo(fulfilled(Optional.empty()));
        });
    }

    @Test
    void everyErrorOfStreamsThatAreMergedComesOnce() throws Exception {
        VirtualLoop.run(loop -> {
            List<PullStream<Integer>> streams = new ArrayList<>();
            List<Object> expected = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Exception own = new Exception("of stream " + i);
                AtomicInteger calls = new AtomicInteger();
                streams.add(PullStream.fromDirect(() -> {
                    if (calls.getAndIncrement() == 0) {
                        throw own;
                    }
                    return Optional.empty();
                }));
                expected.add(rejected(own));
            }
            Promise<List<Promise.State<Integer>>> outcomes =
                    PullStream.choose(streams).outcomes().toList();
            assertThat(new ArrayList<Object>(outcomes.poll().orElseThrow()))
                    .containsExactlyInAnyOrderElementsOf(expected);
        });
    }

    /* ---- Parsing ---- */

    @Test
    void aParserThatIsCancelledPutsBackWhatItRead() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            pushed.writer().push(1);
            Promise<List<Integer>> parsed = pushed.stream().parse(s -> s.nget(2));
            parsed.cancel();

            assertThat(parsed.state()).isEqualTo(cancelled());
            assertThat(pushed.stream().next().state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    void aParserThatFailsLaterPutsBackWhatItReadForThoseWhoWaitByThen() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Resolver<Integer> verdict = Resolver.cancellable();
            pushed.writer().push(1);
            Promise<Integer> parsed =
                    pushed.stream().parse(s -> s.next().flatMap(v -> verdict.promise()));
            Promise<Integer> waiting = pushed.stream().next();

            verdict.reject(error);

            assertThat(parsed.state()).isEqualTo(rejected(error));
            assertThat(waiting.state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    void parsersNest() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<Integer> stream = numbers();
            Promise<List<Integer>> parsed = stream.parse(s -> s.next()
                    .flatMap(first -> s.parse(t ->
                                    t.nget(2).<List<Integer>>flatMap(v -> Promise.failed(error)))
                            .recover(e -> s.nget(2))));
            assertThat(parsed.state()).isEqualTo(fulfilled(List.of(2, 3)));
            assertThat(stream.toList().state()).isEqualTo(fulfilled(List.of(4)));
        });
    }

    /* ---- Hexdump ---- */

    @Test
    void bytesAreDumpedAsHexdumpDoes() throws Exception {
        VirtualLoop.run(loop -> {
            List<Byte> bytes = new ArrayList<>();
            for (int i = 0; i < 42; i++) {
                bytes.add((byte) (i * 7));
            }
            assertThat(PullStream.hexdump(PullStream.fromCollection(bytes))
                            .toList()
                            .state())
                    .isEqualTo(fulfilled(List.of(
                            "00000000|  00 07 0e 15 1c 23 2a 31  38 3f 46 4d 54 5b 62 69"
                                    + "  |.....#*18?FMT[bi|",
                            "00000010|  70 77 7e 85 8c 93 9a a1  a8 af b6 bd c4 cb d2 d9"
                                    + "  |pw~.............|",
                            "00000020|  e0 e7 ee f5 fc 03 0a 11  18 1f"
                                    + "                    |..........|")));
            assertThat(PullStream.hexdump(PullStream.empty()).toList().state())
                    .isEqualTo(fulfilled(List.of()));
        });
    }

    @Test
    void nullIsNamed() throws Exception {
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("streams", () -> PullStream.choose(null));
        calls.put(
                "stream number 1 is null",
                () -> PullStream.choose(Arrays.asList(PullStream.of(1), null)));
        calls.put("elements", () -> PullStream.fromCollection(null));
        calls.put("text", () -> PullStream.ofCharacters(null));
        calls.put("promise", () -> PullStream.fromPromise(null));
        calls.put("stream", () -> PullStream.toText(null));
        calls.put("action", () -> PullStream.of(1).onTermination(null));
        calls.forEach((message, call) ->
                assertThatNullPointerException().isThrownBy(call).withMessage(message));
        List<ThrowingCallable> more = List.of(
                () -> PullStream.of((Integer[]) null),
                () -> PullStream.fromIterable(null),
                () -> PullStream.fromStream(null));
        assertThat(more)
                .allSatisfy(call ->
                        assertThatNullPointerException().isThrownBy(call).withMessage("elements"));
        assertThatNullPointerException()
                .isThrownBy(() -> PullStream.flatten(null))
                .withMessage("stream");
    }

    @Test
    void aFunctionMustAnswer() throws Exception {
        VirtualLoop.run(loop -> {
            List<Promise<?>> results = List.of(
                    numbers().getWhile(v -> null),
                    numbers().getWhileSequential(v -> Promise.of((Boolean) null)),
                    numbers().junkWhile(v -> null),
                    numbers().find(v -> null),
                    numbers().findSequential(v -> Promise.of((Boolean) null)),
                    numbers().findMap(v -> null),
                    numbers().findMapSequential(v -> Promise.of((Optional<Integer>) null)),
                    numbers().filter(v -> null).next(),
                    numbers().filterSequential(v -> Promise.of((Boolean) null)).next(),
                    numbers().filterMap(v -> null).next(),
                    numbers()
                            .filterMapSequential(v -> Promise.of((Optional<Integer>) null))
                            .next(),
                    numbers().mapList(v -> null).next(),
                    PullStream.from(() -> Promise.of((Optional<Integer>) null)).next(),
                    PullStream.fromDirect(() -> (Optional<Integer>) null).next());
            assertThat(results)
                    .allSatisfy(result -> assertThatNullPointerException()
                            .isThrownBy(result::poll)
                            .withMessage("the function returned null"));
        });
    }
}
