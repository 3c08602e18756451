package io.lwt4j.stream;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.VirtualLoop;
import io.lwt4j.stream.PullStream.Bounded;
import io.lwt4j.stream.PullStream.Pushed;

import org.junit.jupiter.api.Test;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The end of a stream that comes from its readers: {@link PullStream#close}. */
class PullStreamCloseTest {

    private final Exception error = new Exception("error");

    /** A stream made of another one, of every kind. */
    private static Map<String, Function<PullStream<Integer>, PullStream<?>>> views() {
        Map<String, Function<PullStream<Integer>, PullStream<?>>> views = new LinkedHashMap<>();
        views.put("map", s -> s.map(v -> v));
        views.put("mapSequential", s -> s.mapSequential(Promise::of));
        views.put("mapConcurrent", s -> s.mapConcurrent(3, Promise::of));
        views.put("filter", s -> s.filter(v -> true));
        views.put("filterSequential", s -> s.filterSequential(v -> Promise.of(true)));
        views.put("filterMap", s -> s.filterMap(Optional::of));
        views.put(
                "filterMapSequential", s -> s.filterMapSequential(v -> Promise.of(Optional.of(v))));
        views.put("mapList", s -> s.mapList(List::of));
        views.put("mapListSequential", s -> s.mapListSequential(v -> Promise.of(List.of(v))));
        views.put("flatten", s -> PullStream.flatten(s.map(List::of)));
        views.put("outcomes", PullStream::outcomes);
        views.put("append, first", s -> s.append(PullStream.of(0)));
        views.put("append, second", s -> PullStream.of(0).append(s));
        views.put("concat", s -> PullStream.concat(PullStream.of(s)));
        views.put("combine, first", s -> s.combine(PullStream.of(0)));
        views.put("combine, second", s -> PullStream.of(0).combine(s));
        views.put("choose", s -> PullStream.choose(List.of(PullStream.of(0), s)));
        views.put("hexdump", s -> PullStream.hexdump(s.map(Integer::byteValue)));
        return views;
    }

    @Test
    void whoeverWaitsSeesTheEndAndSoDoesWhoeverReadsLater() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            PullStream<Integer> stream = pushed.stream();
            for (int i = 0; i < 2; i++) {
                Promise<Optional<Integer>> get = stream.get();
                Promise<Integer> next = stream.next();
                Promise<Optional<Integer>> peek = stream.peek();
                Promise<Boolean> isEmpty = stream.isEmpty();
                Promise<List<Integer>> nget = stream.nget(2);
                Promise<List<Integer>> getWhile = stream.getWhile(v -> true);
                Promise<List<Integer>> toList = stream.toList();

                stream.close();

                assertThat(get.state()).isEqualTo(fulfilled(Optional.empty()));
                assertThatThrownBy(next::poll).isInstanceOf(StreamEmptyException.class);
                assertThat(peek.state()).isEqualTo(fulfilled(Optional.empty()));
                assertThat(isEmpty.state()).isEqualTo(fulfilled(true));
                assertThat(nget.state()).isEqualTo(fulfilled(List.of()));
                assertThat(getWhile.state()).isEqualTo(fulfilled(List.of()));
                assertThat(toList.state()).isEqualTo(fulfilled(List.of()));
                assertThat(stream.isClosed()).isTrue();
                assertThat(stream.closed().state()).isEqualTo(fulfilled(null));
            }
        });
    }

    @Test
    void whatHasNotBeenReadIsDropped() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            pushed.writer().push(1);
            pushed.stream().close();
            assertThat(pushed.stream().get().state()).isEqualTo(fulfilled(Optional.empty()));
            assertThat(pushed.stream().getAvailable()).isEmpty();

            PullStream<Integer> stream = PullStream.of(1, 2);
            stream.close();
            assertThat(stream.toList().state()).isEqualTo(fulfilled(List.of()));
        });
    }

    @Test
    void theWriterSeesThatTheStreamIsClosed() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<Void> closed = pushed.stream().closed();
            pushed.stream().close();
            assertThat(closed.state()).isEqualTo(fulfilled(null));
            assertThat(pushed.writer().isClosed()).isTrue();
            assertThatThrownBy(() -> pushed.writer().push(1))
                    .isInstanceOf(StreamClosedException.class);
            assertThatThrownBy(() -> pushed.writer().end())
                    .isInstanceOf(StreamClosedException.class);

            Bounded<Integer> bounded = PullStream.bounded(0);
            Promise<Void> blocked = bounded.writer().push(1);
            bounded.stream().close();
            assertThatThrownBy(blocked::poll).isInstanceOf(StreamClosedException.class);
            assertThat(bounded.writer().isBlocked()).isFalse();
            assertThatThrownBy(bounded.writer().push(2)::poll)
                    .isInstanceOf(StreamClosedException.class);
            bounded.writer().close();
        });
    }

    @Test
    void closingAViewClosesWhatItIsMadeOf() throws Exception {
        Map<String, Function<PullStream<Integer>, PullStream<?>>> views = views();
        // The streams of a stream are not known before they have been read from it.
        views.remove("concat");
        VirtualLoop.run(loop -> views.forEach((name, view) -> {
            Pushed<Integer> pushed = PullStream.push();
            view.apply(pushed.stream()).close();

            assertThat(pushed.writer().isClosed()).as(name).isTrue();
            assertThat(pushed.stream().get().state())
                    .as(name)
                    .isEqualTo(fulfilled(Optional.empty()));
        }));
    }

    @Test
    void closingAViewThatWaitsClosesWhatItIsMadeOf() throws Exception {
        VirtualLoop.run(loop -> views().forEach((name, view) -> {
            Pushed<Integer> pushed = PullStream.push();
            PullStream<?> stream = view.apply(pushed.stream());
            Promise<?> first = stream.get();
            Promise<?> second = first.isPending() ? first : stream.get();
            assertThat(second.state()).as(name).isEqualTo(pending());

            stream.close();

            assertThat(second.state()).as(name).isEqualTo(fulfilled(Optional.empty()));
            assertThat(pushed.writer().isClosed()).as(name).isTrue();
        }));
    }

    @Test
    void closingAStreamThatEndedWithTheShorterOfTwoClosesTheLongerOne() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> longer = PullStream.push();
            longer.writer().push(1);
            PullStream<?> pairs = longer.stream().combine(PullStream.empty());
            assertThat(pairs.get().state()).isEqualTo(fulfilled(Optional.empty()));

            pairs.close();

            assertThat(longer.writer().isClosed()).isTrue();
        });
    }

    @Test
    void thePromiseOfTheElementOnItsWayIsCancelled() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Optional<Integer>> work = Resolver.cancellable();
            PullStream<Integer> stream = PullStream.from(work::promise);
            Promise<Optional<Integer>> read = stream.get();

            stream.close();

            assertThat(work.promise().state()).isEqualTo(cancelled());
            assertThat(read.state()).isEqualTo(fulfilled(Optional.empty()));
        });
    }

    @Test
    void whatTheFunctionsOfViewsHaveBegunIsCancelled() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<Boolean>> works = new ArrayList<>();
            List<PullStream<?>> streams = new ArrayList<>();
            PullStream<Integer> numbers = PullStream.of(1, 2, 3, 4, 5, 6, 7, 8);
            streams.add(numbers.copy().mapSequential(v -> begin(works)));
            streams.add(numbers.copy().mapConcurrent(3, v -> begin(works)));
            streams.add(numbers.copy().filterSequential(v -> begin(works)));
            streams.add(numbers.copy().filterMapSequential(v -> begin(works).map(Optional::of)));
            streams.add(numbers.copy().mapListSequential(v -> begin(works).map(List::of)));
            streams.forEach(stream -> assertThat(stream.get().state()).isEqualTo(pending()));
            assertThat(works).hasSize(7);

            streams.forEach(PullStream::close);

            assertThat(works)
                    .allSatisfy(work -> assertThat(work.promise().isCancelled()).isTrue());
        });
    }

    private static Promise<Boolean> begin(List<Resolver<Boolean>> works) {
        works.add(Resolver.cancellable());
        return works.get(works.size() - 1).promise();
    }

    @Test
    void theErrorOfWorkThatCouldNotBeCancelledReachesTheHandler() throws Exception {
        VirtualLoop.runAsync(loop -> {
            failAfterTheEnd();
            return Garbage.collectUntil(() -> loop.takeErrors().contains(error));
        });
    }

    private void failAfterTheEnd() {
        Resolver<Optional<Integer>> work = Resolver.uncancellable();
        PullStream<Integer> stream = PullStream.from(work::promise);
        Promise<Optional<Integer>> read = stream.get();
        stream.close();
        assertThat(read.state()).isEqualTo(fulfilled(Optional.empty()));
        work.reject(error);
    }

    @Test
    void anElementThatComesAfterTheEndIsDropped() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Optional<Integer>> work = Resolver.uncancellable();
            PullStream<Integer> stream = PullStream.from(work::promise);
            Promise<Optional<Integer>> read = stream.get();
            stream.close();
            work.resolve(Optional.of(1));

            assertThat(read.state()).isEqualTo(fulfilled(Optional.empty()));
            assertThat(stream.get().state()).isEqualTo(fulfilled(Optional.empty()));
        });
    }

    @Test
    void aJavaStreamIsClosedOnceAtItsEndOrWithTheStream() throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger closed = new AtomicInteger();
            PullStream<Integer> ended = PullStream.fromStream(
                    IntStream.range(0, 2).boxed().onClose(closed::incrementAndGet));
            assertThat(ended.nget(2).state()).isEqualTo(fulfilled(List.of(0, 1)));
            assertThat(closed).hasValue(0);
            assertThat(ended.get().state()).isEqualTo(fulfilled(Optional.empty()));
            assertThat(closed).hasValue(1);
            ended.close();
            assertThat(closed).hasValue(1);

            PullStream<Integer> dropped = PullStream.fromStream(
                    IntStream.range(0, 2).boxed().onClose(closed::incrementAndGet));
            PullStream<Integer> view = dropped.map(v -> v + 1);
            assertThat(view.next().state()).isEqualTo(fulfilled(1));
            view.close();
            assertThat(closed).hasValue(2);
        });
    }

    @Test
    void otherCopiesGoOn() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            PullStream<Integer> copy = pushed.stream().copy();
            Promise<Optional<Integer>> mine = copy.get();
            Promise<Integer> other = pushed.stream().next();

            copy.close();

            assertThat(mine.state()).isEqualTo(fulfilled(Optional.empty()));
            assertThat(other.state()).isEqualTo(pending());
            assertThat(pushed.writer().isClosed()).isFalse();
            pushed.writer().push(1);
            assertThat(other.state()).isEqualTo(fulfilled(1));
            assertThat(copy.get().state()).isEqualTo(fulfilled(Optional.empty()));

            copy.close();
            assertThat(pushed.writer().isClosed()).isFalse();
            pushed.stream().close();
            assertThat(pushed.writer().isClosed()).isTrue();
        });
    }

    @Test
    void whoeverLooksAtACopySeesItsEndAlthoughOthersGoOn() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            PullStream<Integer> copy = pushed.stream().copy();
            Promise<Optional<Integer>> peek = copy.peek();
            Promise<Boolean> isEmpty = copy.isEmpty();
            Promise<List<Integer>> getWhile = copy.getWhile(v -> true);

            copy.close();

            assertThat(peek.state()).isEqualTo(fulfilled(Optional.empty()));
            assertThat(isEmpty.state()).isEqualTo(fulfilled(true));
            assertThat(getWhile.state()).isEqualTo(fulfilled(List.of()));
        });
    }

    @Test
    void aCopyThatIsClosedSaysSo() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            PullStream<Integer> copy = pushed.stream().copy();
            copy.close();

            assertThat(copy.isClosed()).isTrue();
            assertThat(copy.closed().state()).isEqualTo(fulfilled(null));
            assertThat(pushed.stream().isClosed()).isFalse();
        });
    }

    @Test
    void aCopyOfAClosedStreamIsClosed() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<Integer> stream = PullStream.of(1, 2);
            stream.close();
            assertThat(stream.copy().get().state()).isEqualTo(fulfilled(Optional.empty()));
        });
    }

    @Test
    void aStreamMayBeClosedByItsOwnFunction() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<?>[] stream = new PullStream<?>[1];
            stream[0] = PullStream.fromDirect(() -> {
                stream[0].close();
                return Optional.of(1);
            });
            assertThat(stream[0].get().state()).isEqualTo(fulfilled(Optional.empty()));

            Resolver<Optional<Integer>> work = Resolver.cancellable();
            stream[0] = PullStream.from(() -> {
                stream[0].close();
                return work.promise();
            });
            assertThat(stream[0].get().state()).isEqualTo(fulfilled(Optional.empty()));
            assertThat(work.promise().state()).isEqualTo(cancelled());
        });
    }

    @Test
    void aStreamMayBeClosedByItsReaders() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<Integer> first = pushed.stream().next();
            first.onSuccess(v -> pushed.stream().close());
            Promise<Optional<Integer>> second = pushed.stream().get();
            pushed.writer().push(1);

            assertThat(first.state()).isEqualTo(fulfilled(1));
            assertThat(second.state()).isEqualTo(fulfilled(Optional.empty()));

            PullStream<Integer> numbers = PullStream.of(1, 2, 3);
            List<Integer> seen = new ArrayList<>();
            Promise<Void> end = numbers.forEach(v -> {
                seen.add(v);
                if (v == 2) {
                    numbers.close();
                }
            });
            assertThat(end.state()).isEqualTo(fulfilled(null));
            assertThat(seen).containsExactly(1, 2);
        });
    }

    @Test
    void closingASlowStreamInTheMiddleStopsItsFunction() throws Exception {
        VirtualLoop.runAsync(loop -> {
            AtomicInteger calls = new AtomicInteger();
            PullStream<Integer> stream = PullStream.from(
                    () -> EventLoop.pause().map(v -> Optional.of(calls.incrementAndGet())));
            return stream.nget(3)
                    .onSuccess(v -> stream.close())
                    .flatMap(v -> stream.toList())
                    .onSuccess(rest -> {
                        assertThat(rest).isEmpty();
                        assertThat(calls).hasValue(3);
                    });
        });
    }

    @Test
    void aCopyOfAClosedStreamDoesNotCount() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Optional<Integer>> element = Resolver.cancellable();
            PullStream<Integer> stream = PullStream.from(element::promise);
            PullStream<Integer> copy = stream.copy();
            copy.next().onFailure(ended -> {});
            stream.close();
            stream.copy().close();
            assertThat(element.promise().state()).isEqualTo(pending());
            copy.close();
            assertThat(element.promise().state()).isEqualTo(cancelled());
        });
    }

    @Test
    void whoWaitsForTheEndOfACopyHearsThatItWasClosed() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            PullStream<Integer> copy = pushed.stream().copy();
            Promise<Void> closed = copy.closed();
            assertThat(copy.closed()).isSameAs(closed);
            copy.onTermination(loop.logs("copy"));
            pushed.stream().onTermination(loop.logs("stream"));

            copy.close();
            assertThat(closed.state()).isEqualTo(fulfilled(null));
            assertThat(loop.takeTrace()).containsExactly("copy");
            pushed.writer().end();
            assertThat(loop.takeTrace()).containsExactly("stream");
        });
    }

    @Test
    void whatClosingThrowsReachesTheHandlerAndTheOthersAreClosed() throws Exception {
        VirtualLoop.run(loop -> {
            IllegalStateException broken = new IllegalStateException("broken");
            Stream<Integer> java = Stream.of(1, 2, 3).onClose(() -> {
                throw broken;
            });
            PullStream<Integer> other = PullStream.fromDirect(() -> Optional.of(1));
            PullStream.fromStream(java).combine(other).close();
            assertThat(other.isClosed()).isTrue();
            assertThat(loop.takeErrors()).containsExactly(broken);
        });
    }

    @Test
    void aSubscriberIsToldOfTheEndAlthoughClosingThrows() throws Exception {
        VirtualLoop.run(loop -> {
            IllegalStateException broken = new IllegalStateException("broken");
            Stream<Integer> java = Stream.of(1, 2, 3).onClose(() -> {
                throw broken;
            });
            Recorder<Object> recorder = new Recorder<>();
            PullStream.fromStream(java)
                    .<Object>map(v -> v)
                    .combine(PullStream.of(1))
                    .<Object>map(both -> both.first())
                    .asPublisher()
                    .subscribe(recorder);
            recorder.subscription.request(10);
            assertThat(recorder.signals).containsExactly(1, "complete");
            assertThat(loop.takeErrors()).containsExactly(broken);
        });
    }

    @Test
    void aStreamOfAPromiseLetsGoOfItWhenItIsClosed() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> promise = Resolver.cancellable();
            Garbage.assertCollected(closeAStreamOf(promise.promise()));
            assertThat(promise.promise().state()).isEqualTo(pending());
        });
    }

    private static WeakReference<?> closeAStreamOf(Promise<Integer> promise) {
        PullStream<Integer> stream = PullStream.fromPromise(promise);
        Promise<Optional<Integer>> read = stream.get();
        stream.close();
        assertThat(read.state()).isEqualTo(fulfilled(Optional.empty()));
        return new WeakReference<>(stream.source);
    }

    @Test
    void theErrorOfAPromiseWhoseStreamWasClosedReachesTheHandler() throws Exception {
        VirtualLoop.runAsync(loop -> {
            failAfterItsStreamWasClosed();
            loop.leavesUnobserved(error);
            List<Throwable> errors = new ArrayList<>();
            return Garbage.collectUntil(() -> {
                errors.addAll(loop.takeErrors());
                return errors.contains(error);
            });
        });
    }

    private void failAfterItsStreamWasClosed() {
        Resolver<Integer> promise = Resolver.cancellable();
        PullStream.fromPromise(promise.promise()).close();
        promise.reject(error);
    }
}
