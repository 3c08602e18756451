package io.lwt4j.stream;

import static io.lwt4j.VirtualLoop.fulfilled;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Reachable;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.SmallStack;
import io.lwt4j.VirtualLoop;
import io.lwt4j.stream.PullStream.Bounded;
import io.lwt4j.stream.PullStream.Pushed;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Deviation D3 for streams: what is over leaves nothing behind, what is dropped is garbage. */
class PullStreamLeakTest {

    private static final int MANY = 100_000;

    /** A way to read a stream that waits as long as the stream is empty. */
    enum Waiting {
        GET(PullStream::get),
        NEXT(PullStream::next),
        PEEK(PullStream::peek),
        NPEEK(s -> s.npeek(3)),
        IS_EMPTY(PullStream::isEmpty),
        NGET(s -> s.nget(3)),
        GET_WHILE(s -> s.getWhile(v -> true)),
        JUNK(PullStream::junk),
        JUNK_WHILE(s -> s.junkWhile(v -> true)),
        LAST_NEW(PullStream::lastNew),
        TO_LIST(PullStream::toList),
        FIND(s -> s.find(v -> true)),
        FOR_EACH(s -> s.forEach(v -> {})),
        FOR_EACH_CONCURRENT(s -> s.forEachConcurrent(v -> Promise.unit())),
        FOR_EACH_LIMITED(s -> s.forEachConcurrent(3, v -> Promise.unit())),
        FOLD_SEQUENTIAL(s -> s.foldSequential(0, (a, v) -> Promise.of(a)));

        @SuppressWarnings("ImmutableEnumChecker") // it has no state
        private final Function<PullStream<Object>, Promise<?>> read;

        Waiting(Function<PullStream<Object>, Promise<?>> read) {
            this.read = read;
        }

        void cancelOne(PullStream<Object> stream) {
            Promise<?> waiting = read.apply(stream);
            assertThat(waiting.isPending()).isTrue();
            waiting.cancel();
            assertThat(waiting.isCancelled()).isTrue();
        }
    }

    /* ---- Reads and pushes that were cancelled ---- */

    @ParameterizedTest
    @EnumSource
    @Rule("Q-6")
    void cancelledReadsLeaveNothingAtAStreamThatIsPushedTo(Waiting waiting) throws Exception {
        SmallStack.runLoop(loop -> {
            Pushed<Object> pushed = PullStream.push();
            waiting.cancelOne(pushed.stream());
            long before = Reachable.from(pushed);
            for (int i = 0; i < MANY; i++) {
                waiting.cancelOne(pushed.stream());
            }
            assertThat(Reachable.from(pushed)).isEqualTo(before);
        });
    }

    @ParameterizedTest
    @EnumSource
    @Rule("Q-6")
    void cancelledReadsLeaveNothingAtAStreamOfAFunctionAndItsViews(Waiting waiting)
            throws Exception {
        SmallStack.runLoop(loop -> {
            Resolver<Optional<Object>> work = Resolver.cancellable();
            PullStream<Object> stream =
                    PullStream.from(work::promise).filter(v -> true).mapSequential(Promise::of);
            waiting.cancelOne(stream);
            long before = Reachable.from(stream) + Reachable.from(work);
            for (int i = 0; i < MANY; i++) {
                waiting.cancelOne(stream);
            }
            assertThat(Reachable.from(stream) + Reachable.from(work)).isEqualTo(before);
        });
    }

    @Test
    @Rule("Q-12")
    void cancelledPushesLeaveNothing() throws Exception {
        SmallStack.runLoop(loop -> {
            Bounded<Object> bounded = PullStream.bounded(0);
            bounded.writer().push(0).cancel();
            long before = Reachable.from(bounded);
            for (int i = 0; i < MANY; i++) {
                bounded.writer().push(i).cancel();
            }
            assertThat(Reachable.from(bounded)).isEqualTo(before);
        });
    }

    @Test
    void readsThatLoseARaceLeaveNothing() throws Exception {
        SmallStack.runLoop(loop -> {
            Pushed<Object> pushed = PullStream.push();
            Waiting.NEXT.cancelOne(pushed.stream());
            long before = Reachable.from(pushed);
            for (int i = 0; i < MANY; i++) {
                Resolver<Object> brief = Resolver.cancellable();
                Promise<Object> race = Promise.pick(pushed.stream().next(), brief.promise());
                brief.resolve(i);
                assertThat(race.isFulfilled()).isTrue();
            }
            assertThat(Reachable.from(pushed)).isEqualTo(before);
        });
    }

    /* ---- Streams and copies that were dropped ---- */

    @Test
    @Rule("Q-28")
    void aWriterKeepsNeitherItsStreamNorWhatIsPushedToIt() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Object> pushed = PullStream.push();
            StreamWriter<Object> writer = pushed.writer();
            WeakReference<?> stream = new WeakReference<>(pushed.stream());
            List<WeakReference<?>> elements = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                elements.add(pushObject(writer));
            }
            pushed = null;

            Garbage.assertCollected(stream);
            Garbage.assertCollected(elements);
            assertThat(writer.isClosed()).isFalse();
        });
    }

    private static WeakReference<?> pushObject(StreamWriter<Object> writer) {
        Object element = new Object();
        writer.push(element);
        return new WeakReference<>(element);
    }

    @Test
    @Rule("Q-28")
    void aStreamKeepsItsProducerAliveIfItIsTold() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Object> pushed = PullStream.push();
            Bounded<Object> bounded = PullStream.bounded(1);
            PullStream<Object> stream = pushed.stream();
            PullStream<Object> boundedStream = bounded.stream();
            WeakReference<?> producer = keep(pushed.writer());
            WeakReference<?> boundedProducer = keep(bounded.writer());
            pushed = null;
            bounded = null;
            System.gc();
            assertThat(producer.get()).isNotNull();
            assertThat(boundedProducer.get()).isNotNull();
            assertThat(stream.isClosed() || boundedStream.isClosed()).isFalse();

            stream = null;
            boundedStream = null;
            Garbage.assertCollected(List.of(producer, boundedProducer));
        });
    }

    private static WeakReference<?> keep(StreamWriter<Object> writer) {
        Object[] producer = {writer};
        writer.keepAlive(producer);
        return new WeakReference<>(producer);
    }

    private static WeakReference<?> keep(BoundedStreamWriter<Object> writer) {
        Object[] producer = {writer};
        writer.keepAlive(producer);
        return new WeakReference<>(producer);
    }

    @Test
    @Rule("Q-28")
    void aProducerIsLetGoOfForAnotherOne() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Object> pushed = PullStream.push();
            WeakReference<?> producer = keep(pushed.writer());
            pushed.writer().keepAlive(null);
            Garbage.assertCollected(producer);
        });
    }

    @Test
    @Rule("Q-8")
    void aCopyThatIsDroppedIsCollectedWithWhatItHasNotRead() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Object> pushed = PullStream.push();
            WeakReference<?> copy = new WeakReference<>(pushed.stream().copy());
            WeakReference<?> element = pushObject(pushed.writer());
            assertThat(pushed.stream().next().isFulfilled()).isTrue();

            Garbage.assertCollected(List.of(copy, element));
        });
    }

    @Test
    @Rule("Q-8")
    void aCopyThatWasWaitedForInVainIsCollected() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Object> pushed = PullStream.push();
            for (Waiting waiting : Waiting.values()) {
                PullStream<Object> copy = pushed.stream().copy();
                waiting.cancelOne(copy);
                WeakReference<?> dropped = new WeakReference<>(copy);
                copy = null;
                Garbage.assertCollected(dropped);
            }
        });
    }

    @Test
    void copiesThatAreClosedLeaveNothing() throws Exception {
        SmallStack.runLoop(loop -> {
            Pushed<Object> pushed = PullStream.push();
            closeACopy(pushed.stream());
            long before = Reachable.from(pushed);
            for (int i = 0; i < 1000; i++) {
                closeACopy(pushed.stream());
            }
            assertThat(Reachable.from(pushed)).isEqualTo(before);
        });
    }

    private static void closeACopy(PullStream<Object> stream) {
        PullStream<Object> copy = stream.copy();
        Promise<Optional<Object>> waiting = copy.get();
        copy.close();
        assertThat(waiting.state()).isEqualTo(fulfilled(Optional.empty()));
    }

    @Test
    void aViewThatIsDroppedIsCollectedWhileItsStreamLives() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Object> pushed = PullStream.push();
            PullStream<Object> view = pushed.stream().map(v -> v).filter(v -> true);
            pushed.writer().push(1);
            assertThat(view.next().state()).isEqualTo(fulfilled(1));
            WeakReference<?> dropped = new WeakReference<>(view);
            view = null;

            Garbage.assertCollected(dropped);
            assertThat(pushed.stream().isClosed()).isFalse();
        });
    }

    @Test
    void aResultDoesNotKeepTheStreamItWasReadFrom() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Object> pushed = PullStream.push();
            WeakReference<?> stream = new WeakReference<>(pushed.stream());
            List<Promise<?>> results = new ArrayList<>();
            for (Waiting waiting : Waiting.values()) {
                results.add(waiting.read.apply(pushed.stream()));
            }
            for (int i = 0; i < 30; i++) {
                pushed.writer().push(i);
            }
            pushed.writer().end();
            pushed = null;

            assertThat(results).noneMatch(Promise::isPending);
            Garbage.assertCollected(stream);
            assertThat(results).noneMatch(Promise::isPending);
        });
    }

    /* ---- Elements that were read ---- */

    @Test
    void elementsThatWereReadAreCollected() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Object> pushed = PullStream.push();
            PullStream<Object> copy = pushed.stream().copy();
            PullStream<Object> view = copy.map(v -> v).mapConcurrent(2, Promise::of);
            List<WeakReference<?>> elements = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                elements.add(pushObject(pushed.writer()));
            }
            assertThat(pushed.stream().njunk(10).isFulfilled()).isTrue();
            assertThat(view.njunk(10).isFulfilled()).isTrue();

            Garbage.assertCollected(elements);
            assertThat(pushed.stream().isClosed() || view.isClosed()).isFalse();
        });
    }

    @Test
    void whatIsLeftOfAnArrayIsKeptAndWhatWasReadIsNot() throws Exception {
        VirtualLoop.run(loop -> {
            Object[] objects = {new Object(), new Object()};
            WeakReference<?> first = new WeakReference<>(objects[0]);
            PullStream<Object> stream = PullStream.of(objects);
            objects = null;
            assertThat(stream.junk().isFulfilled()).isTrue();

            Garbage.assertCollected(first);
            assertThat(stream.next().isFulfilled()).isTrue();
        });
    }

    @Test
    void closingDropsWhatWasNotRead() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Object> pushed = PullStream.push();
            WeakReference<?> element = pushObject(pushed.writer());
            pushed.stream().close();

            Garbage.assertCollected(element);
            assertThat(pushed.writer().isClosed()).isTrue();
        });
    }

    /* ---- What goes on ---- */

    @Test
    void aLongLoopTakesConstantMemory() throws Exception {
        SmallStack.runLoopAsync(loop -> {
            AtomicInteger calls = new AtomicInteger();
            PullStream<Integer> slow = PullStream.from(() -> EventLoop.pause()
                    .map(v -> calls.incrementAndGet() < MANY
                            ? Optional.of(calls.get())
                            : Optional.empty()));
            PullStream<Integer> view =
                    slow.map(v -> v).filter(v -> v % 2 == 0).mapConcurrent(4, Promise::of);
            long[] sizes = new long[10];
            List<Promise<?>> end = new ArrayList<>();
            end.add(view.forEachSequential(v -> {
                if (v % (MANY / 10) == 0) {
                    sizes[v / (MANY / 10)] = Reachable.from(view)
                            + Reachable.from(end.get(0))
                            + Reachable.from(EventLoop.current());
                }
                return Promise.unit();
            }));
            return end.get(0).onSuccess(v -> {
                sizes[0] = sizes[1];
                assertThat(sizes).containsOnly(sizes[1]);
            });
        });
    }

    @Test
    void mergingWithAStreamThatIsQuietLeavesNothingThere() throws Exception {
        SmallStack.runLoop(loop -> {
            Pushed<Integer> quiet = PullStream.push();
            Pushed<Integer> busy = PullStream.push();
            PullStream<Integer> merged = PullStream.choose(List.of(quiet.stream(), busy.stream()));
            Promise<Void> end = merged.forEach(v -> {});
            busy.writer().push(0);
            long before = Reachable.from(quiet);
            for (int i = 0; i < MANY; i++) {
                busy.writer().push(i);
            }
            assertThat(Reachable.from(quiet)).isEqualTo(before);
            assertThat(end.isPending()).isTrue();
        });
    }

    @Test
    void aCopyWhoseEndWasAskedForIsCollected() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Object> pushed = PullStream.push();
            PullStream<Object> copy = pushed.stream().copy();
            copy.closed();
            WeakReference<?> dropped = new WeakReference<>(copy);
            copy = null;
            Garbage.assertCollected(dropped);
        });
    }
}
