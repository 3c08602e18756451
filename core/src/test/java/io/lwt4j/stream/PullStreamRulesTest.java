package io.lwt4j.stream;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CheckedFunction;
import io.lwt4j.CheckedRunnable;
import io.lwt4j.Promise;
import io.lwt4j.Promise.Both;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.VirtualLoop;
import io.lwt4j.stream.PullStream.Bounded;
import io.lwt4j.stream.PullStream.Pushed;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Rules Q: streams. Q-28 is in {@code PullStreamLeakTest}, too. */
class PullStreamRulesTest {

    private final Exception error = new Exception("error");

    /** A stream whose elements are the numbers of calls of its function; fulfilled by hand. */
    private static final class ByHand {
        final List<Resolver<Optional<Integer>>> calls = new ArrayList<>();
        final PullStream<Integer> stream = PullStream.from(this::call);

        private Promise<Optional<Integer>> call() {
            Resolver<Optional<Integer>> call = Resolver.cancellable();
            calls.add(call);
            return call.promise();
        }

        Promise<Optional<Integer>> lastCall() {
            return calls.get(calls.size() - 1).promise();
        }

        void bring(int element) {
            calls.get(calls.size() - 1).resolve(Optional.of(element));
        }

        void fail(Throwable cause) {
            calls.get(calls.size() - 1).reject(cause);
        }
    }

    /** Every way to read one element, as a promise of a list of it. */
    private static Map<String, Function<PullStream<Integer>, Promise<List<Integer>>>> reads() {
        Map<String, Function<PullStream<Integer>, Promise<List<Integer>>>> reads =
                new LinkedHashMap<>();
        reads.put("get", s -> s.get().map(v -> v.stream().toList()));
        reads.put("next", s -> s.next().map(List::of));
        reads.put("lastNew", s -> s.lastNew().map(List::of));
        reads.put("nget", s -> s.nget(1));
        reads.put("find", s -> s.find(v -> true).map(v -> v.stream().toList()));
        reads.put(
                "findMapSequential",
                s -> s.findMapSequential(v -> Promise.of(Optional.of(v)))
                        .map(v -> v.stream().toList()));
        return reads;
    }

    /**
     * Runs code as a callback of a resolution, where {@code resolve} leaves callbacks for later.
     */
    private static void insideAResolution(CheckedRunnable body) {
        Resolver<Integer> outermost = Resolver.cancellable();
        outermost.promise().onSuccess(v -> body.run());
        outermost.resolve(0);
    }

    /* ---- Sources ---- */

    @Test
    @Rule("Q-1")
    void theFunctionIsCalledOnlyWhenAnElementIsWanted() throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger calls = new AtomicInteger();
            PullStream<Integer> stream =
                    PullStream.from(() -> Promise.of(Optional.of(calls.getAndIncrement())));
            assertThat(calls).hasValue(0);

            assertThat(stream.get().state()).isEqualTo(fulfilled(Optional.of(0)));
            assertThat(stream.peek().state()).isEqualTo(fulfilled(Optional.of(1)));
            assertThat(stream.peek().state()).isEqualTo(fulfilled(Optional.of(1)));
            assertThat(stream.get().state()).isEqualTo(fulfilled(Optional.of(1)));
            assertThat(calls).hasValue(2);
        });
    }

    @Test
    @Rule("Q-1")
    void theFunctionIsNotCalledAgainBeforeItsPromiseIsResolved() throws Exception {
        VirtualLoop.run(loop -> {
            ByHand source = new ByHand();
            Promise<Integer> a = source.stream.next();
            Promise<Integer> b = source.stream.next();
            Promise<List<Integer>> c = source.stream.nget(2);
            assertThat(source.calls).hasSize(1);

            source.bring(1);
            assertThat(a.state()).isEqualTo(fulfilled(1));
            assertThat(source.calls).hasSize(2);

            source.bring(2);
            source.bring(3);
            assertThat(b.state()).isEqualTo(fulfilled(2));
            assertThat(c.state()).isEqualTo(pending());
            source.bring(4);
            assertThat(c.state()).isEqualTo(fulfilled(List.of(3, 4)));
            assertThat(source.calls).hasSize(4);
        });
    }

    @Test
    @Rule("Q-1")
    void whoeverWaitsForTheSameCallHearsOfItsFailure() throws Exception {
        VirtualLoop.run(loop -> {
            ByHand source = new ByHand();
            Promise<Integer> a = source.stream.next();
            Promise<Optional<Integer>> b = source.stream.peek();
            Promise<Integer> c = source.stream.next();

            source.fail(error);

            assertThat(a.state()).isEqualTo(rejected(error));
            assertThat(b.state()).isEqualTo(rejected(error));
            assertThat(c.state()).isEqualTo(rejected(error));
            assertThat(source.calls).hasSize(1);
        });
    }

    @Test
    @Rule("Q-2")
    void readersThatWaitGetDistinctElementsInTheOrderInWhichTheyCame() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            List<Promise<List<Integer>>> results = new ArrayList<>();
            reads().forEach((name, read) -> results.add(read.apply(pushed.stream())));
            reads().forEach((name, read) -> results.add(read.apply(pushed.stream())));

            for (int i = 0; i < results.size(); i++) {
                pushed.writer().push(i);
                assertThat(results.get(i).state()).isEqualTo(fulfilled(List.of(i)));
            }
        });
    }

    @Test
    @Rule("Q-2")
    void readersOfAViewThatWaitGetDistinctElementsToo() throws Exception {
        VirtualLoop.run(loop -> {
            Map<String, Function<PullStream<Integer>, PullStream<Integer>>> views =
                    new LinkedHashMap<>();
            views.put("map", s -> s.map(v -> v));
            views.put("mapSequential", s -> s.mapSequential(Promise::of));
            views.put("mapConcurrent", s -> s.mapConcurrent(3, Promise::of));
            views.put("filter", s -> s.filter(v -> true));
            views.put("mapList", s -> s.mapList(List::of));
            views.put("append", s -> s.append(PullStream.empty()));
            views.put("choose", s -> PullStream.choose(List.of(s)));
            views.put("copy", PullStream::copy);
            views.forEach((name, view) -> {
                Pushed<Integer> pushed = PullStream.push();
                PullStream<Integer> stream = view.apply(pushed.stream());
                Promise<Integer> a = stream.next();
                Promise<Optional<Integer>> b = stream.get();
                Promise<List<Integer>> c = stream.nget(2);

                for (int i = 1; i <= 4; i++) {
                    pushed.writer().push(i);
                }

                assertThat(a.state()).as(name).isEqualTo(fulfilled(1));
                assertThat(b.state()).as(name).isEqualTo(fulfilled(Optional.of(2)));
                assertThat(c.state()).as(name).isEqualTo(fulfilled(List.of(3, 4)));
            });
        });
    }

    @Test
    @Rule("Q-2")
    void whoComesWhileAnElementIsOnItsWayToSomebodyElseWaitsBehind() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<Integer> first = pushed.stream().next();
            List<Promise<Integer>> second = new ArrayList<>();
            insideAResolution(() -> {
                pushed.writer().push(1);
                second.add(pushed.stream().next());
                assertThat(first.state()).isEqualTo(pending());
                assertThat(second.get(0).state()).isEqualTo(pending());
            });

            assertThat(first.state()).isEqualTo(fulfilled(1));
            pushed.writer().push(2);
            assertThat(second.get(0).state()).isEqualTo(fulfilled(2));
        });
    }

    @Test
    @Rule("Q-2")
    void whoTakesAsLongAsAPredicateHoldsWaitsBehindThoseWhoCameBefore() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<Integer> first = pushed.stream().next();
            Promise<List<Integer>> rest = pushed.stream().getWhile(v -> v < 9);

            pushed.writer().push(1);
            pushed.writer().push(2);
            pushed.writer().push(9);

            assertThat(first.state()).isEqualTo(fulfilled(1));
            assertThat(rest.state()).isEqualTo(fulfilled(List.of(2)));
            assertThat(pushed.stream().next().state()).isEqualTo(fulfilled(9));
        });
    }

    @Test
    @Rule("Q-3")
    void anErrorOfTheFunctionRejectsTheReadAndTheNextOneCallsAgain() throws Exception {
        VirtualLoop.run(loop -> {
            Map<String, PullStream<Integer>> streams = new LinkedHashMap<>();
            AtomicInteger thrown = new AtomicInteger();
            streams.put("from, thrown", PullStream.from(() -> {
                if (thrown.getAndIncrement() == 1) {
                    throw error;
                }
                return Promise.of(Optional.of(thrown.get()));
            }));
            AtomicInteger returned = new AtomicInteger();
            streams.put(
                    "from, rejected",
                    PullStream.from(() -> returned.getAndIncrement() == 1
                            ? Promise.failed(error)
                            : Promise.of(Optional.of(returned.get()))));
            AtomicInteger direct = new AtomicInteger();
            streams.put("fromDirect", PullStream.fromDirect(() -> {
                if (direct.getAndIncrement() == 1) {
                    throw error;
                }
                return Optional.of(direct.get());
            }));
            streams.forEach((name, stream) -> {
                assertThat(stream.next().state()).as(name).isEqualTo(fulfilled(1));
                assertThat(stream.next().state()).as(name).isEqualTo(rejected(error));
                assertThat(stream.next().state()).as(name).isEqualTo(fulfilled(3));
                assertThat(stream.isClosed()).as(name).isFalse();
            });
        });
    }

    @Test
    @Rule("Q-3")
    void anErrorThatComesLaterRejectsThoseWhoWaitAndTheNextReadCallsAgain() throws Exception {
        VirtualLoop.run(loop -> {
            ByHand source = new ByHand();
            Promise<Integer> a = source.stream.next();
            source.fail(error);
            assertThat(a.state()).isEqualTo(rejected(error));

            Promise<Integer> b = source.stream.next();
            source.bring(2);
            assertThat(b.state()).isEqualTo(fulfilled(2));
        });
    }

    @Test
    @Rule("Q-4")
    void aWriterEndsTheStreamWithAnErrorForAllReaders() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            PullStream<Integer> copy = pushed.stream().copy();
            Promise<Integer> a = pushed.stream().next();
            Promise<List<Integer>> b = pushed.stream().toList();
            pushed.writer().push(1);

            pushed.writer().fail(error);

            assertThat(a.state()).isEqualTo(fulfilled(1));
            assertThat(b.state()).isEqualTo(rejected(error));
            for (int i = 0; i < 2; i++) {
                reads().forEach((name, read) ->
                        assertThat(read.apply(pushed.stream()).state()).isEqualTo(rejected(error)));
            }
            assertThat(copy.next().state()).isEqualTo(fulfilled(1));
            assertThat(copy.next().state()).isEqualTo(rejected(error));
            assertThat(pushed.stream().isClosed()).isTrue();
        });
    }

    @Test
    @Rule("Q-4")
    void aViewOfAStreamThatFailedFailsToo() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            PullStream<Integer> view = pushed.stream().map(v -> v + 1);
            pushed.writer().push(1);
            pushed.writer().fail(error);

            assertThat(view.next().state()).isEqualTo(fulfilled(2));
            assertThat(view.next().state()).isEqualTo(rejected(error));
            assertThat(view.next().state()).isEqualTo(rejected(error));
            assertThat(view.isClosed()).isTrue();
        });
    }

    @Test
    @Rule("Q-4")
    void aBoundedWriterEndsTheStreamWithAnErrorAsWell() throws Exception {
        VirtualLoop.run(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(1);
            bounded.writer().push(1);
            Promise<Void> blocked = bounded.writer().push(2);

            bounded.writer().fail(error);

            assertThat(((Promise.State.Rejected<Void>) blocked.state()).cause())
                    .isInstanceOf(StreamClosedException.class);
            assertThat(bounded.stream().next().state()).isEqualTo(fulfilled(1));
            assertThat(bounded.stream().next().state()).isEqualTo(rejected(error));
            assertThat(bounded.stream().get().state()).isEqualTo(rejected(error));
        });
    }

    @Test
    @Rule("Q-5")
    void pushingAfterTheEndThrows() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            pushed.writer().push(1);
            pushed.writer().end();

            assertThatThrownBy(() -> pushed.writer().push(2))
                    .isInstanceOf(StreamClosedException.class);
            assertThatThrownBy(() -> pushed.writer().end())
                    .isInstanceOf(StreamClosedException.class);
            assertThat(pushed.stream().toList().state()).isEqualTo(fulfilled(List.of(1)));
        });
    }

    @Test
    @Rule("Q-6")
    void aCancelledReadDoesNotCancelTheSourceAndLosesNoElement() throws Exception {
        VirtualLoop.run(loop -> reads().forEach((name, read) -> {
            ByHand source = new ByHand();
            Promise<List<Integer>> abandoned = read.apply(source.stream);

            abandoned.cancel();
            assertThat(abandoned.state()).as(name).isEqualTo(cancelled());
            assertThat(source.lastCall().state()).as(name).isEqualTo(pending());

            source.bring(1);
            assertThat(source.calls).as(name).hasSize(1);
            assertThat(read.apply(source.stream).state()).as(name).isEqualTo(fulfilled(List.of(1)));
        }));
    }

    @Test
    @Rule("Q-6")
    void whatACancelledReadWouldHaveGotGoesToTheNextOneThatWaits() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<Integer> a = pushed.stream().next();
            Promise<Integer> b = pushed.stream().next();
            Promise<Integer> c = pushed.stream().next();

            b.cancel();
            a.cancel();
            pushed.writer().push(1);

            assertThat(a.state()).isEqualTo(cancelled());
            assertThat(b.state()).isEqualTo(cancelled());
            assertThat(c.state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    @Rule("Q-6")
    void aReadThatIsCancelledWhileItsElementIsOnItsWayLosesNothing() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<Integer> a = pushed.stream().next();
            Promise<Integer> b = pushed.stream().next();
            insideAResolution(() -> {
                pushed.writer().push(1);
                a.cancel();
            });

            assertThat(a.state()).isEqualTo(cancelled());
            assertThat(b.state()).isEqualTo(fulfilled(1));
        });
    }

    /* ---- The end ---- */

    @Test
    @Rule("Q-7")
    void atTheEndGetIsEmptyAndNextFailsForEver() throws Exception {
        VirtualLoop.run(loop -> {
            Map<String, PullStream<Integer>> streams = new LinkedHashMap<>();
            streams.put("of", PullStream.of());
            streams.put("from", PullStream.from(Promise::emptyOptional));
            streams.put("map", PullStream.<Integer>empty().map(v -> v));
            Pushed<Integer> pushed = PullStream.push();
            pushed.writer().end();
            streams.put("push", pushed.stream());
            streams.forEach((name, stream) -> {
                for (int i = 0; i < 3; i++) {
                    assertThat(stream.get().state())
                            .as(name)
                            .isEqualTo(fulfilled(Optional.empty()));
                    assertThatThrownBy(stream.next()::poll)
                            .as(name)
                            .isInstanceOf(StreamEmptyException.class);
                }
            });
        });
    }

    @Test
    @Rule("Q-7")
    void allWhoWaitHearOfTheEnd() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<Optional<Integer>> a = pushed.stream().get();
            Promise<Integer> b = pushed.stream().next();
            Promise<Optional<Integer>> c = pushed.stream().peek();
            Promise<Boolean> d = pushed.stream().isEmpty();
            Promise<List<Integer>> e = pushed.stream().nget(2);

            pushed.writer().end();

            assertThat(a.state()).isEqualTo(fulfilled(Optional.empty()));
            assertThatThrownBy(b::poll).isInstanceOf(StreamEmptyException.class);
            assertThat(c.state()).isEqualTo(fulfilled(Optional.empty()));
            assertThat(d.state()).isEqualTo(fulfilled(true));
            assertThat(e.state()).isEqualTo(fulfilled(List.of()));
        });
    }

    @Test
    @Rule("Q-8")
    void everyCopySeesEveryElementWhichIsMadeOnce() throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger calls = new AtomicInteger();
            PullStream<Integer> stream =
                    PullStream.from(() -> Promise.of(Optional.of(calls.getAndIncrement())));
            assertThat(stream.nget(2).state()).isEqualTo(fulfilled(List.of(0, 1)));
            PullStream<Integer> copy = stream.copy();

            assertThat(stream.nget(2).state()).isEqualTo(fulfilled(List.of(2, 3)));
            assertThat(copy.nget(3).state()).isEqualTo(fulfilled(List.of(2, 3, 4)));
            assertThat(copy.copy().next().state()).isEqualTo(fulfilled(5));
            assertThat(copy.next().state()).isEqualTo(fulfilled(5));
            assertThat(stream.nget(2).state()).isEqualTo(fulfilled(List.of(4, 5)));
            assertThat(calls).hasValue(6);
        });
    }

    @Test
    @Rule("Q-8")
    void readersOfSeveralCopiesThatWaitGetTheSameElement() throws Exception {
        VirtualLoop.run(loop -> {
            ByHand source = new ByHand();
            PullStream<Integer> copy = source.stream.copy();
            Promise<Integer> a = source.stream.next();
            Promise<Integer> b = copy.next();
            assertThat(source.calls).hasSize(1);

            source.bring(1);

            assertThat(a.state()).isEqualTo(fulfilled(1));
            assertThat(b.state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    @Rule("Q-9")
    void aBoundedStreamCanNeitherBeCopiedNorParsed() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<Integer> stream = PullStream.<Integer>bounded(1).stream();

            assertThatIllegalStateException()
                    .isThrownBy(stream::copy)
                    .withMessageContaining("copy");
            assertThatIllegalStateException()
                    .isThrownBy(() -> stream.parse(PullStream::next))
                    .withMessageContaining("parse");
        });
    }

    /* ---- Bounds ---- */

    @Test
    @Rule("Q-10")
    void aBoundedStreamTakesAsManyElementsAsItsSizeThenOnePushWaitsAndOthersAreRejected()
            throws Exception {
        VirtualLoop.run(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(2);
            BoundedStreamWriter<Integer> writer = bounded.writer();
            assertThat(writer.push(1).state()).isEqualTo(fulfilled(null));
            assertThat(writer.push(2).state()).isEqualTo(fulfilled(null));
            assertThat(writer.isBlocked()).isFalse();

            Promise<Void> blocked = writer.push(3);
            assertThat(blocked.state()).isEqualTo(pending());
            assertThat(writer.isBlocked()).isTrue();
            assertThatThrownBy(writer.push(4)::poll).isInstanceOf(StreamFullException.class);
            assertThat(writer.count()).isEqualTo(2);

            assertThat(bounded.stream().nget(3).state()).isEqualTo(fulfilled(List.of(1, 2, 3)));
            assertThat(blocked.state()).isEqualTo(fulfilled(null));
            assertThat(writer.count()).isZero();
        });
    }

    @Test
    @Rule("Q-11")
    void whenAnElementIsTakenTheOneThatWaitsTakesItsPlace() throws Exception {
        VirtualLoop.run(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(1);
            bounded.writer().push(1);
            Promise<Void> blocked = bounded.writer().push(2);
            blocked.onSuccess(v -> loop.log("in"));

            insideAResolution(() -> {
                assertThat(bounded.stream().next().state()).isEqualTo(fulfilled(1));
                assertThat(bounded.writer().count()).isEqualTo(1);
                assertThat(bounded.writer().isBlocked()).isFalse();
                loop.log("after");
            });

            // Woken as by resolve: its callbacks do not run in the middle of the read.
            assertThat(loop.takeTrace()).containsExactly("after", "in");
            assertThat(blocked.state()).isEqualTo(fulfilled(null));
            assertThat(bounded.stream().next().state()).isEqualTo(fulfilled(2));
        });
    }

    @Test
    @Rule("Q-12")
    void aPushThatIsCancelledTakesItsElementBack() throws Exception {
        VirtualLoop.run(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(1);
            bounded.writer().push(1);
            Promise<Void> blocked = bounded.writer().push(2);

            blocked.cancel();
            assertThat(blocked.state()).isEqualTo(cancelled());
            assertThat(bounded.writer().isBlocked()).isFalse();
            assertThat(bounded.writer().count()).isEqualTo(1);

            Promise<Void> other = bounded.writer().push(3);
            assertThat(bounded.stream().nget(2).state()).isEqualTo(fulfilled(List.of(1, 3)));
            assertThat(other.state()).isEqualTo(fulfilled(null));
        });
    }

    @Test
    @Rule("Q-13")
    void closingABoundedStreamRejectsThePushThatWaitsAndKeepsWhatIsInIt() throws Exception {
        VirtualLoop.run(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(1);
            bounded.writer().push(1);
            Promise<Void> blocked = bounded.writer().push(2);

            bounded.writer().close();
            bounded.writer().close();

            assertThatThrownBy(blocked::poll).isInstanceOf(StreamClosedException.class);
            assertThatThrownBy(bounded.writer().push(3)::poll)
                    .isInstanceOf(StreamClosedException.class);
            assertThat(bounded.writer().isClosed()).isTrue();
            assertThat(bounded.stream().toList().state()).isEqualTo(fulfilled(List.of(1)));
        });
    }

    @Test
    @Rule("Q-14")
    void moreRoomLetsThePushThatWaitsIn() throws Exception {
        VirtualLoop.run(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(1);
            bounded.writer().push(1);
            Promise<Void> blocked = bounded.writer().push(2);

            bounded.writer().resize(3);

            assertThat(blocked.state()).isEqualTo(fulfilled(null));
            assertThat(bounded.writer().size()).isEqualTo(3);
            assertThat(bounded.writer().count()).isEqualTo(2);
            assertThat(bounded.writer().push(3).state()).isEqualTo(fulfilled(null));
            assertThat(bounded.writer().push(4).state()).isEqualTo(pending());
        });
    }

    @Test
    @Rule("Q-14")
    void aSizeMustNotBeNegative() throws Exception {
        VirtualLoop.run(loop -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PullStream.bounded(-1))
                    .withMessageContaining("-1");
            BoundedStreamWriter<Integer> writer = PullStream.<Integer>bounded(1).writer();
            assertThatIllegalArgumentException().isThrownBy(() -> writer.resize(-1));
            assertThat(writer.size()).isEqualTo(1);
        });
    }

    @Test
    @Rule("Q-15")
    void ofSizeZeroAPushThatWaitsHandsItsElementToTheNextRead() throws Exception {
        VirtualLoop.run(loop -> reads().forEach((name, read) -> {
            Bounded<Integer> bounded = PullStream.bounded(0);
            Promise<Void> push = bounded.writer().push(1);
            assertThat(push.state()).as(name).isEqualTo(pending());
            assertThat(bounded.writer().count()).as(name).isZero();
            assertThatThrownBy(bounded.writer().push(2)::poll)
                    .as(name)
                    .isInstanceOf(StreamFullException.class);

            assertThat(read.apply(bounded.stream()).state())
                    .as(name)
                    .isEqualTo(fulfilled(List.of(1)));
            assertThat(push.state()).as(name).isEqualTo(fulfilled(null));
            assertThat(bounded.writer().count()).as(name).isZero();
        }));
    }

    @Test
    @Rule("Q-15")
    void ofSizeZeroAReadThatWaitsTakesTheElementOfTheNextPush() throws Exception {
        VirtualLoop.run(loop -> reads().forEach((name, read) -> {
            Bounded<Integer> bounded = PullStream.bounded(0);
            Promise<List<Integer>> a = read.apply(bounded.stream());
            Promise<List<Integer>> b = read.apply(bounded.stream());

            assertThat(bounded.writer().push(1).state()).as(name).isEqualTo(fulfilled(null));
            assertThat(a.state()).as(name).isEqualTo(fulfilled(List.of(1)));
            assertThat(bounded.writer().push(2).state()).as(name).isEqualTo(fulfilled(null));
            assertThat(b.state()).as(name).isEqualTo(fulfilled(List.of(2)));
            assertThat(bounded.writer().push(3).state()).as(name).isEqualTo(pending());
        }));
    }

    @Test
    @Rule("Q-15")
    void ofSizeZeroAnElementIsInTheStreamWhenItsPushIsFulfilled() throws Exception {
        VirtualLoop.run(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(0);
            Promise<Void> push = bounded.writer().push(1);
            push.onSuccess(v -> bounded.writer().close());

            assertThat(bounded.stream().get().state()).isEqualTo(fulfilled(Optional.of(1)));
            assertThat(bounded.stream().get().state()).isEqualTo(fulfilled(Optional.empty()));
        });
    }

    @Test
    @Rule("Q-16")
    void aStreamCountsAsClosedWhenItsEndIsKnownEvenIfElementsAreLeft() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<Void> closed = pushed.stream().closed();
            pushed.stream().onTermination(loop.logs("closed"));
            pushed.writer().push(1);
            assertThat(pushed.stream().isClosed()).isFalse();
            assertThat(closed.state()).isEqualTo(pending());

            pushed.writer().end();

            assertThat(loop.takeTrace()).containsExactly("closed");
            assertThat(pushed.stream().isClosed()).isTrue();
            assertThat(closed.state()).isEqualTo(fulfilled(null));
            assertThat(pushed.stream().next().state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    @Rule("Q-16")
    void aStreamOfAFunctionIsClosedOnlyWhenTheFunctionHasSaidSo() throws Exception {
        VirtualLoop.run(loop -> {
            Iterator<Integer> elements = List.of(1).iterator();
            PullStream<Integer> stream = PullStream.fromIterator(elements);
            assertThat(stream.next().state()).isEqualTo(fulfilled(1));
            assertThat(stream.isClosed()).isFalse();

            assertThat(stream.get().state()).isEqualTo(fulfilled(Optional.empty()));
            assertThat(stream.isClosed()).isTrue();
            assertThat(stream.closed().state()).isEqualTo(fulfilled(null));
        });
    }

    @Test
    @Rule("Q-16")
    void theEndIsToldAtOnceAndReadersLikeAnyElement() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            pushed.stream().closed().onSuccess(v -> loop.log("closed"));
            pushed.stream().get().onSuccess(v -> loop.log("read"));

            insideAResolution(() -> {
                pushed.writer().end();
                loop.log("after");
            });

            assertThat(loop.takeTrace()).containsExactly("closed", "after", "read");
        });
    }

    @Test
    @Rule("Q-17")
    void whatIsThereAlreadyIsClosedAtOnceAndOtherThingsAreReadOnDemand() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(PullStream.of(1, 2).isClosed()).isTrue();
            assertThat(PullStream.fromCollection(List.of(1, 2)).isClosed()).isTrue();
            assertThat(PullStream.ofCharacters("ab").isClosed()).isTrue();
            assertThat(PullStream.empty().isClosed()).isTrue();
            assertThat(PullStream.of(1).closed().state()).isEqualTo(fulfilled(null));

            List<Integer> read = new ArrayList<>();
            Iterable<Integer> logging =
                    () -> List.of(1, 2, 3).stream().peek(read::add).iterator();
            PullStream<Integer> lazy = PullStream.fromIterable(logging);
            assertThat(lazy.isClosed()).isFalse();
            assertThat(read).isEmpty();
            assertThat(lazy.next().state()).isEqualTo(fulfilled(1));
            assertThat(read).containsExactly(1);
        });
    }

    @Test
    @Rule("Q-18")
    void theStreamOfARejectedPromiseEndsWithItsError() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<Integer> rejected = PullStream.fromPromise(Promise.failed(error));
            assertThat(rejected.next().state()).isEqualTo(rejected(error));
            assertThat(rejected.get().state()).isEqualTo(rejected(error));

            Resolver<Integer> later = Resolver.cancellable();
            PullStream<Integer> stream = PullStream.fromPromise(later.promise());
            Promise<List<Integer>> all = stream.toList();
            later.reject(error);
            assertThat(all.state()).isEqualTo(rejected(error));
            assertThat(stream.isClosed()).isTrue();
        });
    }

    /* ---- Views ---- */

    @Test
    @Rule("Q-19")
    void readingAViewReadsTheStreamItIsMadeOf() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<Integer> stream = PullStream.of(1, 2, 3, 4);
            PullStream<String> view = stream.map(v -> "v" + v);

            assertThat(stream.next().state()).isEqualTo(fulfilled(1));
            assertThat(view.next().state()).isEqualTo(fulfilled("v2"));
            assertThat(stream.next().state()).isEqualTo(fulfilled(3));
            assertThat(view.next().state()).isEqualTo(fulfilled("v4"));
        });
    }

    @Test
    @Rule("Q-19")
    void anElementOnWhichTheFunctionOfAViewFailsIsLostAndTheViewGoesOn() throws Exception {
        VirtualLoop.run(loop -> {
            CheckedFunction<Integer, Integer> odd = v -> {
                if (v % 2 == 0) {
                    throw error;
                }
                return v;
            };
            CheckedFunction<Integer, Promise<Integer>> oddLater =
                    v -> Promise.of(v).map(odd);
            Map<String, PullStream<Integer>> views = new LinkedHashMap<>();
            views.put("map", numbers().map(odd));
            views.put("mapSequential", numbers().mapSequential(oddLater));
            views.put("mapSequential, thrown", numbers().mapSequential(v -> {
                return Promise.of(odd.apply(v));
            }));
            views.put("mapConcurrent", numbers().mapConcurrent(2, oddLater));
            views.put("filter", numbers().filter(v -> odd.apply(v) > 0));
            views.put(
                    "filterSequential",
                    numbers().filterSequential(v -> oddLater.apply(v).map(odds -> odds > 0)));
            views.put("filterMap", numbers().filterMap(v -> Optional.of(odd.apply(v))));
            views.put(
                    "filterMapSequential",
                    numbers().filterMapSequential(v -> oddLater.apply(v).map(Optional::of)));
            views.put("mapList", numbers().mapList(v -> List.of(odd.apply(v))));
            views.put(
                    "mapListSequential",
                    numbers().mapListSequential(v -> oddLater.apply(v).map(List::of)));
            views.forEach((name, view) -> {
                assertThat(view.next().state()).as(name).isEqualTo(fulfilled(1));
                assertThat(view.next().state()).as(name).isEqualTo(rejected(error));
                assertThat(view.next().state()).as(name).isEqualTo(fulfilled(3));
                assertThat(view.next().state()).as(name).isEqualTo(rejected(error));
                assertThat(view.get().state()).as(name).isEqualTo(fulfilled(Optional.empty()));
            });
        });
    }

    private static PullStream<Integer> numbers() {
        return PullStream.of(1, 2, 3, 4);
    }

    @Test
    @Rule("Q-20")
    void sequentialFunctionsWorkOnOneElementAtATime() throws Exception {
        VirtualLoop.run(loop -> {
            Map<String, Function<CheckedFunction<Integer, Promise<Boolean>>, Promise<?>>> all =
                    new LinkedHashMap<>();
            all.put("forEachSequential", f -> numbers().forEachSequential(f));
            all.put("mapSequential", f -> numbers().mapSequential(f).toList());
            all.put("filterSequential", f -> numbers().filterSequential(f).toList());
            all.put(
                    "filterMapSequential",
                    f -> numbers()
                            .filterMapSequential(v -> f.apply(v).map(Optional::of))
                            .toList());
            all.put(
                    "mapListSequential",
                    f -> numbers()
                            .mapListSequential(v -> f.apply(v).map(List::of))
                            .toList());
            all.put("foldSequential", f -> numbers().foldSequential(true, (a, v) -> f.apply(v)));
            all.put("getWhileSequential", f -> numbers().getWhileSequential(f));
            all.put("junkWhileSequential", f -> numbers().junkWhileSequential(f));
            all.put(
                    "findSequential",
                    f -> numbers().findSequential(v -> f.apply(v).map(b -> !b)));
            all.forEach((name, consume) -> {
                List<Resolver<Boolean>> calls = new ArrayList<>();
                Promise<?> result = consume.apply(v -> {
                    Resolver<Boolean> call = Resolver.cancellable();
                    calls.add(call);
                    return call.promise();
                });
                for (int i = 0; i < 4; i++) {
                    assertThat(calls).as(name).hasSize(i + 1);
                    assertThat(result.isPending()).as(name).isTrue();
                    calls.get(i).resolve(true);
                }
                assertThat(result.isFulfilled()).as(name).isTrue();
            });
        });
    }

    @Test
    @Rule("Q-20")
    void forEachConcurrentBeginsWithEveryElementAsItComes() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Map<Integer, Resolver<Integer>> calls = new LinkedHashMap<>();
            pushed.writer().push(1);
            pushed.writer().push(2);
            Promise<Void> end = pushed.stream().forEachConcurrent(v -> {
                calls.put(v, Resolver.cancellable());
                return calls.get(v).promise();
            });
            assertThat(calls).containsOnlyKeys(1, 2);
            pushed.writer().push(3);
            assertThat(calls).containsOnlyKeys(1, 2, 3);

            pushed.writer().end();
            calls.get(2).resolve(0);
            calls.get(3).resolve(0);
            assertThat(end.state()).isEqualTo(pending());
            calls.get(1).resolve(0);
            assertThat(end.state()).isEqualTo(fulfilled(null));
        });
    }

    @Test
    @Rule("Q-20")
    void forEachConcurrentFailsWithoutWaitingForThoseBehind() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<Integer>> calls = new ArrayList<>();
            Promise<Void> end = PullStream.of(0, 1, 2).forEachConcurrent(v -> {
                calls.add(Resolver.cancellable());
                return calls.get(v).promise();
            });

            calls.get(1).reject(error);
            assertThat(end.state()).isEqualTo(pending());
            calls.get(0).resolve(0);
            assertThat(end.state()).isEqualTo(rejected(error));
            assertThat(calls.get(2).promise().state()).isEqualTo(pending());
        });
    }

    @Test
    @Rule("Q-21")
    void forEachConcurrentKeepsToItsLimit() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<Integer>> calls = new ArrayList<>();
            Promise<Void> end = numbers().forEachConcurrent(2, v -> {
                calls.add(Resolver.cancellable());
                return calls.get(v - 1).promise();
            });
            assertThat(calls).hasSize(2);
            calls.get(1).resolve(0);
            assertThat(calls).hasSize(3);
            calls.get(2).resolve(0);
            assertThat(calls).hasSize(4);
            calls.get(0).resolve(0);
            assertThat(end.state()).isEqualTo(pending());
            calls.get(3).resolve(0);
            assertThat(end.state()).isEqualTo(fulfilled(null));
        });
    }

    @Test
    @Rule("Q-21")
    void aFailureOfALimitedForEachIsNoticedWhenRoomIsNeededOrAtTheEnd() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            List<Resolver<Integer>> calls = new ArrayList<>();
            Promise<Void> end = pushed.stream().forEachConcurrent(2, v -> {
                calls.add(Resolver.cancellable());
                return calls.get(calls.size() - 1).promise();
            });
            pushed.writer().push(1);
            calls.get(0).reject(error);
            assertThat(end.state()).isEqualTo(pending());

            pushed.writer().push(2);
            assertThat(end.state()).isEqualTo(rejected(error));

            Promise<Void> atTheEnd =
                    PullStream.of(1).forEachConcurrent(2, v -> Promise.failed(error));
            assertThat(atTheEnd.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    @Rule("Q-21")
    void aLimitMustBePositive() throws Exception {
        VirtualLoop.run(loop -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> numbers().forEachConcurrent(0, Promise::of))
                    .withMessageContaining("0");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> numbers().mapConcurrent(-1, Promise::of))
                    .withMessageContaining("-1");
        });
    }

    @Test
    @Rule("Q-22")
    void theFirstElementThatDoesNotMatchStaysAndTheOneThatIsFoundIsTaken() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<Integer> stream = PullStream.of(1, 2, 3, 4, 5, 6, 7);
            assertThat(stream.getWhile(v -> v < 3).state()).isEqualTo(fulfilled(List.of(1, 2)));
            assertThat(stream.junkWhile(v -> v < 4).state()).isEqualTo(fulfilled(null));
            assertThat(stream.find(v -> v == 5).state()).isEqualTo(fulfilled(Optional.of(5)));
            assertThat(stream.findMap(v -> Optional.of(v * 10)).state())
                    .isEqualTo(fulfilled(Optional.of(60)));
            assertThat(stream.toList().state()).isEqualTo(fulfilled(List.of(7)));
        });
    }

    @Test
    @Rule("Q-23")
    void ofStreamsThatAreReadyOneIsDrawnAndThoseThatEndAreLeftOut() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<Integer> merged = PullStream.choose(
                    List.of(PullStream.of(1, 2, 3), PullStream.empty(), PullStream.of(11, 12, 13)));
            Promise<List<Integer>> all = merged.toList();
            assertThat(all.poll().orElseThrow())
                    .containsExactlyInAnyOrder(1, 2, 3, 11, 12, 13)
                    .containsSubsequence(1, 2, 3)
                    .containsSubsequence(11, 12, 13);

            PullStream<String> endless = PullStream.choose(List.of(
                    PullStream.fromDirect(() -> Optional.of("a")),
                    PullStream.fromDirect(() -> Optional.of("b"))));
            Set<String> drawn = new HashSet<>(endless.nget(100).poll().orElseThrow());
            assertThat(drawn).containsExactlyInAnyOrder("a", "b");
        });
    }

    @Test
    @Rule("Q-23")
    void chooseKeepsWhatItHasAskedOfAStreamThatWasNotDrawn() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> a = PullStream.push();
            Pushed<Integer> b = PullStream.push();
            PullStream<Integer> merged = PullStream.choose(List.of(a.stream(), b.stream()));
            Promise<Integer> first = merged.next();

            b.writer().push(11);
            assertThat(first.state()).isEqualTo(fulfilled(11));
            a.writer().push(1);
            a.writer().end();
            b.writer().end();
            assertThat(merged.toList().state()).isEqualTo(fulfilled(List.of(1)));
        });
    }

    @Test
    @Rule("Q-23")
    void aStreamThatFailedIsAskedAgainByTheNextReadOfTheChoice() throws Exception {
        VirtualLoop.run(loop -> {
            ByHand source = new ByHand();
            PullStream<Integer> merged = PullStream.choose(List.of(source.stream));
            Promise<Integer> first = merged.next();
            source.fail(error);
            assertThat(first.state()).isEqualTo(rejected(error));
            assertThat(source.calls).hasSize(1);

            Promise<Integer> second = merged.next();
            source.bring(2);
            assertThat(second.state()).isEqualTo(fulfilled(2));
        });
    }

    @Test
    @Rule("Q-24")
    void chooseAndCombineTakeFromTheStreamsThemselves() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<Integer> a = PullStream.of(1, 2, 3);
            PullStream<Integer> merged = PullStream.choose(List.of(a));
            assertThat(a.next().state()).isEqualTo(fulfilled(2));
            assertThat(merged.next().state()).isEqualTo(fulfilled(1));

            PullStream<Integer> b = PullStream.of(1, 2, 3);
            PullStream<Both<Integer, Integer>> pairs = b.combine(PullStream.of(10));
            assertThat(b.next().state()).isEqualTo(fulfilled(1));
            assertThat(pairs.next().state()).isEqualTo(fulfilled(new Both<>(2, 10)));
            assertThat(pairs.get().state()).isEqualTo(fulfilled(Optional.empty()));
            assertThat(b.get().state()).isEqualTo(fulfilled(Optional.empty()));
        });
    }

    @Test
    @Rule("Q-25")
    void aParserThatFailsPutsBackWhatItRead() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<Integer> stream = numbers();

            assertThat(stream.parse(s -> s.nget(2).flatMap(v -> Promise.failed(error)))
                            .state())
                    .isEqualTo(rejected(error));
            assertThat(stream.parse(s -> {
                                assertThat(s.next().isFulfilled()).isTrue();
                                throw error;
                            })
                            .state())
                    .isEqualTo(rejected(error));
            assertThat(stream.parse(s -> s.nget(2)).state()).isEqualTo(fulfilled(List.of(1, 2)));
            assertThat(stream.toList().state()).isEqualTo(fulfilled(List.of(3, 4)));
        });
    }

    @Test
    @Rule("Q-26")
    void whatIsAvailableIsTakenWithoutWaiting() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            for (int i = 1; i <= 6; i++) {
                pushed.writer().push(i);
            }
            assertThat(pushed.stream().getAvailable(2)).containsExactly(1, 2);
            assertThat(pushed.stream().getAvailable()).containsExactly(3, 4, 5, 6);
            assertThat(pushed.stream().getAvailable()).isEmpty();

            pushed.writer().push(7);
            pushed.writer().push(8);
            assertThat(pushed.stream().lastNew().state()).isEqualTo(fulfilled(8));
            pushed.writer().push(9);
            assertThat(pushed.stream().junkAvailable().state()).isEqualTo(fulfilled(null));
            Promise<Integer> waiting = pushed.stream().lastNew();
            assertThat(waiting.state()).isEqualTo(pending());
            pushed.writer().push(10);
            assertThat(waiting.state()).isEqualTo(fulfilled(10));
        });
    }

    @Test
    @Rule("Q-26")
    void askingForWhatIsAvailableAsksAFunctionOnce() throws Exception {
        VirtualLoop.run(loop -> {
            ByHand source = new ByHand();
            assertThat(source.stream.getAvailable()).isEmpty();
            assertThat(source.stream.getAvailable()).isEmpty();
            assertThat(source.stream.junkAvailable().isFulfilled()).isTrue();
            assertThat(source.calls).hasSize(1);

            source.bring(1);
            assertThat(source.stream.getAvailable()).containsExactly(1);
            assertThat(source.calls).hasSize(2);
        });
    }

    @Test
    @Rule("Q-27")
    void aReadOfManyElementsRacesWithOthersAndLosesNothing() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<List<Integer>> a = pushed.stream().nget(2);
            Promise<Integer> b = pushed.stream().next();
            Promise<List<Integer>> c = pushed.stream().nget(2);

            for (int i = 1; i <= 5; i++) {
                pushed.writer().push(i);
            }

            // Whoever wants more than one element queues up again for the next one.
            assertThat(a.state()).isEqualTo(fulfilled(List.of(1, 4)));
            assertThat(b.state()).isEqualTo(fulfilled(2));
            assertThat(c.state()).isEqualTo(fulfilled(List.of(3, 5)));
        });
    }

    @Test
    @Rule("Q-27")
    void whatIsAvailableDoesNotIncludeWhatIsOnItsWayToSomebodyElse() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<List<Integer>> waiting = pushed.stream().nget(1);
            insideAResolution(() -> {
                pushed.writer().push(1);
                assertThat(pushed.stream().getAvailable(5)).isEmpty();
            });
            assertThat(waiting.state()).isEqualTo(fulfilled(List.of(1)));
        });
    }

    @Test
    @Rule("Q-29")
    void errorsAsElementsAndTheStreamGoesOn() throws Exception {
        VirtualLoop.run(loop -> {
            AtomicInteger calls = new AtomicInteger();
            PullStream<Promise.State<Integer>> outcomes = PullStream.<Integer>fromDirect(() -> {
                        int call = calls.getAndIncrement();
                        if (call == 1) {
                            throw error;
                        }
                        return call < 3 ? Optional.of(call) : Optional.empty();
                    })
                    .outcomes();

            assertThat(outcomes.toList().state())
                    .isEqualTo(fulfilled(List.of(fulfilled(0), rejected(error), fulfilled(2))));
        });
    }

    @Test
    @Rule("Q-29")
    void anErrorThatEndsTheStreamComesOnceAsAnElement() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            pushed.writer().push(1);
            pushed.writer().fail(error);

            assertThat(pushed.stream().outcomes().nget(5).state())
                    .isEqualTo(fulfilled(List.of(fulfilled(1), rejected(error))));
        });
    }

    @Test
    @Rule("Q-29")
    void anErrorThatEndsTheStreamBehindAViewComesOnceAsAnElementToo() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            pushed.writer().push(1);
            pushed.writer().fail(error);

            assertThat(pushed.stream().map(v -> v).outcomes().nget(5).state())
                    .isEqualTo(fulfilled(List.of(fulfilled(1), rejected(error))));
        });
    }

    @Test
    @Rule("Q-25")
    void whoeverLooksSeesWhatAParserPutsBack() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            pushed.writer().push(1);
            Resolver<Integer> parser = Resolver.cancellable();
            Promise<Integer> parse =
                    pushed.stream().parse(s -> s.next().flatMap(read -> parser.promise()));
            Promise<Boolean> isEmpty = pushed.stream().isEmpty();
            Promise<Optional<Integer>> peek = pushed.stream().peek();
            Promise<List<Integer>> npeek = pushed.stream().npeek(2);
            assertThat(isEmpty.state()).isEqualTo(pending());

            parser.reject(error);
            assertThat(parse.state()).isEqualTo(rejected(error));
            assertThat(isEmpty.state()).isEqualTo(fulfilled(false));
            assertThat(peek.state()).isEqualTo(fulfilled(Optional.of(1)));
            assertThat(npeek.state()).isEqualTo(pending());
            pushed.writer().push(2);
            assertThat(npeek.state()).isEqualTo(fulfilled(List.of(1, 2)));
        });
    }

    @Test
    @Rule("Q-20")
    void cancellingForEachConcurrentCancelsWhatItWaitsForAndTheReadingGoesOn() throws Exception {
        VirtualLoop.run(loop -> {
            Map<Integer, Promise<Void>> begun = new LinkedHashMap<>();
            Pushed<Integer> pushed = PullStream.push();
            pushed.writer().push(1);
            pushed.writer().push(2);
            Promise<Void> all = pushed.stream().forEachConcurrent(v -> {
                begun.put(v, Resolver.<Void>cancellable().promise());
                return begun.get(v);
            });

            all.cancel();
            assertThat(all.state()).isEqualTo(cancelled());
            assertThat(begun.get(1).state()).isEqualTo(cancelled());
            assertThat(begun.get(2).state()).isEqualTo(pending());
            pushed.writer().push(3);
            assertThat(begun).containsKey(3);

            Pushed<Integer> idle = PullStream.push();
            Promise<Void> none = idle.stream().forEachConcurrent(v -> Promise.unit());
            none.cancel();
            idle.writer().push(1);
            assertThat(idle.stream().next().state()).isEqualTo(fulfilled(1));
        });
    }
}
