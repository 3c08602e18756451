package io.lwt4j.stream;

import static io.lwt4j.VirtualLoop.fulfilled;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.SmallStack;
import io.lwt4j.stream.PullStream.Bounded;
import io.lwt4j.stream.PullStream.Pushed;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Deviation D2 for streams: no number of elements overflows a small stack. */
class PullStreamDepthTest {

    private static final int MILLION = 1_000_000;

    /** A stream made of another one, with as many elements. */
    enum View {
        SAME(s -> s),
        MAP(s -> s.map(v -> v)),
        MAP_SEQUENTIAL(s -> s.mapSequential(Promise::of)),
        MAP_CONCURRENT(s -> s.mapConcurrent(3, Promise::of)),
        FILTER(s -> s.filter(v -> true)),
        FILTER_SEQUENTIAL(s -> s.filterSequential(v -> Promise.of(true))),
        FILTER_MAP(s -> s.filterMap(Optional::of)),
        FILTER_MAP_SEQUENTIAL(s -> s.filterMapSequential(v -> Promise.of(Optional.of(v)))),
        MAP_LIST(s -> s.mapList(List::of)),
        MAP_LIST_SEQUENTIAL(s -> s.mapListSequential(v -> Promise.of(List.of(v)))),
        OUTCOMES(s -> s.outcomes().map(v -> 0)),
        APPEND(s -> s.append(PullStream.empty())),
        CONCAT(s -> PullStream.concat(s.map(PullStream::of))),
        COMBINE(s ->
                s.combine(PullStream.fromDirect(() -> Optional.of(0))).map(Promise.Both::first)),
        CHOOSE(s -> PullStream.choose(List.of(s, PullStream.empty()))),
        COPY(PullStream::copy);

        @SuppressWarnings("ImmutableEnumChecker") // it has no state
        private final Function<PullStream<Integer>, PullStream<Integer>> view;

        View(Function<PullStream<Integer>, PullStream<Integer>> view) {
            this.view = view;
        }

        PullStream<Integer> of(PullStream<Integer> stream) {
            return view.apply(stream);
        }
    }

    /** A way to read all elements, which returns their number. */
    enum Consumption {
        FOR_EACH((s, n) -> s.forEach(v -> n.incrementAndGet())),
        FOR_EACH_SEQUENTIAL((s, n) -> s.forEachSequential(v -> Promise.of(n.incrementAndGet()))),
        FOR_EACH_CONCURRENT((s, n) -> s.forEachConcurrent(v -> Promise.of(n.incrementAndGet()))),
        FOR_EACH_LIMITED((s, n) -> s.forEachConcurrent(10, v -> Promise.of(n.incrementAndGet()))),
        FOR_EACH_HARDLY_LIMITED(
                (s, n) -> s.forEachConcurrent(2 * MILLION, v -> Promise.of(n.incrementAndGet()))),
        FOLD((s, n) -> s.fold(0, (a, v) -> n.incrementAndGet())),
        FOLD_SEQUENTIAL((s, n) -> s.foldSequential(0, (a, v) -> Promise.of(n.incrementAndGet()))),
        TO_LIST((s, n) -> s.toList().map(v -> n.addAndGet(v.size()))),
        NGET((s, n) -> s.nget(MILLION).map(v -> n.addAndGet(v.size()))),
        NPEEK((s, n) -> s.npeek(MILLION).map(v -> n.addAndGet(v.size()))),
        NJUNK((s, n) -> s.njunk(MILLION).map(v -> n.addAndGet(MILLION))),
        GET_WHILE((s, n) -> s.getWhile(v -> true).map(v -> n.addAndGet(v.size()))),
        GET_WHILE_SEQUENTIAL((s, n) ->
                s.getWhileSequential(v -> Promise.of(true)).map(v -> n.addAndGet(v.size()))),
        JUNK_WHILE((s, n) -> s.junkWhile(v -> n.incrementAndGet() > 0)),
        FIND((s, n) -> s.find(v -> n.incrementAndGet() < 0)),
        FIND_SEQUENTIAL((s, n) -> s.findSequential(v -> Promise.of(n.incrementAndGet() < 0))),
        FIND_MAP_SEQUENTIAL((s, n) -> s.findMapSequential(v -> {
            n.incrementAndGet();
            return Promise.emptyOptional();
        }));

        /** Reads a stream and counts. */
        interface Reader {
            Promise<?> read(PullStream<Integer> stream, AtomicInteger count);
        }

        @SuppressWarnings("ImmutableEnumChecker") // it has no state
        private final Reader reader;

        Consumption(Reader reader) {
            this.reader = reader;
        }

        Promise<Integer> of(PullStream<Integer> stream) {
            AtomicInteger count = new AtomicInteger();
            return reader.read(stream, count).map(v -> count.get());
        }
    }

    private static PullStream<Integer> aMillion() {
        return PullStream.fromStream(IntStream.range(0, MILLION).boxed());
    }

    @ParameterizedTest
    @EnumSource
    void aMillionElementsThatAreThereGoThroughAView(View view) throws Exception {
        SmallStack.runLoop(
                loop -> assertThat(Consumption.FOR_EACH.of(view.of(aMillion())).state())
                        .isEqualTo(fulfilled(MILLION)));
    }

    @ParameterizedTest
    @EnumSource
    void aMillionElementsThatComeOneByOneGoThroughAView(View view) throws Exception {
        SmallStack.runLoop(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<Integer> count = Consumption.FOR_EACH.of(view.of(pushed.stream()));
            for (int i = 0; i < MILLION; i++) {
                pushed.writer().push(i);
            }
            pushed.writer().end();
            assertThat(count.state()).isEqualTo(fulfilled(MILLION));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aMillionElementsThatAreThereAreRead(Consumption consumption) throws Exception {
        SmallStack.runLoop(loop ->
                assertThat(consumption.of(aMillion()).state()).isEqualTo(fulfilled(MILLION)));
    }

    @ParameterizedTest
    @EnumSource
    void aMillionElementsThatAreThereAreReadWithoutALoop(Consumption consumption) throws Exception {
        SmallStack.run(
                () -> assertThat(consumption.of(aMillion()).state()).isEqualTo(fulfilled(MILLION)));
    }

    @ParameterizedTest
    @EnumSource
    void aMillionElementsThatComeOneByOneAreRead(Consumption consumption) throws Exception {
        SmallStack.runLoop(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<Integer> count = consumption.of(pushed.stream());
            for (int i = 0; i < MILLION; i++) {
                pushed.writer().push(i);
            }
            pushed.writer().end();
            assertThat(count.state()).isEqualTo(fulfilled(MILLION));
        });
    }

    @Test
    void aMillionElementsThatTakeATurnEach() throws Exception {
        SmallStack.runLoopAsync(loop -> {
            AtomicInteger calls = new AtomicInteger();
            PullStream<Integer> slow = PullStream.from(() -> EventLoop.pause()
                    .map(v -> calls.incrementAndGet() <= MILLION
                            ? Optional.of(calls.get())
                            : Optional.empty()));
            return Consumption.FOR_EACH
                    .of(slow.filter(v -> v % 2 == 0).mapSequential(Promise::of))
                    .onSuccess(n -> assertThat(n).isEqualTo(MILLION / 2));
        });
    }

    @Test
    void aMillionElementsThatAreWorkedOnForATurnEach() throws Exception {
        SmallStack.runLoopAsync(loop -> aMillion()
                .mapConcurrent(10, v -> EventLoop.pause().map(u -> v))
                .filterSequential(v -> EventLoop.pause().map(u -> v % 1000 == 0))
                .toList()
                .onSuccess(all -> assertThat(all).hasSize(1000).isSorted()));
    }

    @Test
    void aMillionElementsNoneOfWhichIsWanted() throws Exception {
        SmallStack.runLoop(loop -> {
            assertThat(aMillion().filter(v -> false).get().state())
                    .isEqualTo(fulfilled(Optional.empty()));
            assertThat(aMillion().filterSequential(v -> Promise.of(false)).get().state())
                    .isEqualTo(fulfilled(Optional.empty()));
            assertThat(aMillion().filterMap(v -> Optional.empty()).get().state())
                    .isEqualTo(fulfilled(Optional.empty()));
            assertThat(aMillion().mapList(v -> List.of()).get().state())
                    .isEqualTo(fulfilled(Optional.empty()));
            assertThat(PullStream.concat(aMillion().map(v -> PullStream.empty()))
                            .get()
                            .state())
                    .isEqualTo(fulfilled(Optional.empty()));
        });
    }

    @Test
    void aMillionStreamsToChooseFromOneAfterTheOther() throws Exception {
        SmallStack.runLoop(loop -> {
            Pushed<Integer> quiet = PullStream.push();
            PullStream<Integer> merged = PullStream.choose(List.of(quiet.stream(), aMillion()));
            AtomicInteger count = new AtomicInteger();
            Promise<Void> end = merged.forEach(v -> count.incrementAndGet());
            assertThat(count).hasValue(MILLION);
            quiet.writer().end();
            assertThat(end.state()).isEqualTo(fulfilled(null));
        });
    }

    @Test
    void aReaderPushesTheNextElementAMillionTimes() throws Exception {
        SmallStack.runLoop(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<Void> end = pushed.stream().forEach(v -> {
                if (v < MILLION) {
                    pushed.writer().push(v + 1);
                } else {
                    pushed.writer().end();
                }
            });
            pushed.writer().push(0);
            assertThat(end.state()).isEqualTo(fulfilled(null));
        });
    }

    @Test
    void aReaderReadsAndPushesInItsCallbackAMillionTimes() throws Exception {
        SmallStack.runLoop(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            AtomicInteger last = new AtomicInteger();
            readAndPush(pushed, last);
            pushed.writer().push(0);
            assertThat(last).hasValue(MILLION);
        });
    }

    private static void readAndPush(Pushed<Integer> pushed, AtomicInteger last) {
        pushed.stream().next().onSuccess(v -> {
            last.set(v);
            if (v < MILLION) {
                readAndPush(pushed, last);
                pushed.writer().push(v + 1);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10})
    void aMillionElementsGoThroughABoundedStream(int size) throws Exception {
        for (boolean readerFirst : new boolean[] {false, true}) {
            SmallStack.runLoop(loop -> {
                Bounded<Integer> bounded = PullStream.bounded(size);
                Promise<Integer> count =
                        readerFirst ? Consumption.FOR_EACH.of(bounded.stream()) : Promise.of(0);
                Promise<Void> written = aMillion()
                        .forEachSequential(bounded.writer()::push)
                        .onSuccess(v -> bounded.writer().close());
                if (!readerFirst) {
                    count = Consumption.FOR_EACH.of(bounded.stream());
                }
                assertThat(written.state()).isEqualTo(fulfilled(null));
                assertThat(count.state()).isEqualTo(fulfilled(MILLION));
            });
        }
    }

    @Test
    void aMillionReadersWait() throws Exception {
        SmallStack.runLoop(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            AtomicInteger read = new AtomicInteger();
            for (int i = 0; i < MILLION; i++) {
                pushed.stream().next().onSuccess(v -> read.incrementAndGet());
            }
            for (int i = 0; i < MILLION; i++) {
                pushed.writer().push(i);
            }
            assertThat(read).hasValue(MILLION);
        });
    }

    @Test
    void aMillionReadersOfAFunctionWait() throws Exception {
        SmallStack.runLoopAsync(loop -> {
            PullStream<Integer> slow =
                    PullStream.from(() -> EventLoop.pause().map(v -> Optional.of(1)));
            Promise<Integer> last = slow.next();
            for (int i = 1; i < MILLION; i++) {
                last = slow.next();
            }
            return last;
        });
    }
}
