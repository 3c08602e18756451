package io.lwt4j.stream;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.lwt4j.CanceledException;
import io.lwt4j.CheckedFunction;
import io.lwt4j.CheckedRunnable;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.VirtualLoop;
import io.lwt4j.stream.PullStream.Bounded;
import io.lwt4j.stream.PullStream.Pushed;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Streams that are used from inside of their own callbacks. */
class PullStreamReentrancyTest {

    private final Exception error = new Exception("error");

    /* ---- Inside of a reader's callback ---- */

    @Test
    void aReaderReadsAgainBehindThoseWhoWaitAlready() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            List<Promise<Integer>> again = new ArrayList<>();
            Promise<Integer> a = pushed.stream().next();
            a.onSuccess(v -> again.add(pushed.stream().next()));
            Promise<Integer> b = pushed.stream().next();

            pushed.writer().push(1);
            assertThat(again.get(0).state()).isEqualTo(pending());
            pushed.writer().push(2);
            assertThat(b.state()).isEqualTo(fulfilled(2));
            pushed.writer().push(3);
            assertThat(again.get(0).state()).isEqualTo(fulfilled(3));
        });
    }

    @Test
    void aReaderReadsAgainBehindThoseWhoWaitAlreadyAlsoIfElementsAreMadeAtOnce() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Optional<Integer>> first = Resolver.cancellable();
            AtomicInteger calls = new AtomicInteger();
            PullStream<Integer> stream = PullStream.from(() -> calls.incrementAndGet() == 1
                    ? first.promise()
                    : Promise.of(Optional.of(calls.get())));
            List<Promise<Integer>> again = new ArrayList<>();
            stream.next().onSuccess(v -> again.add(stream.next()));
            Promise<Integer> b = stream.next();
            first.resolve(Optional.of(1));

            assertThat(b.state()).isEqualTo(fulfilled(2));
            assertThat(again.get(0).state()).isEqualTo(fulfilled(3));
        });
    }

    @Test
    void aReaderPushes() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<Integer> a = pushed.stream().next();
            a.onSuccess(v -> {
                pushed.writer().push(2);
                pushed.writer().push(3);
            });
            Promise<Integer> b = pushed.stream().next();
            pushed.writer().push(1);

            assertThat(a.state()).isEqualTo(fulfilled(1));
            assertThat(b.state()).isEqualTo(fulfilled(2));
            assertThat(pushed.stream().next().state()).isEqualTo(fulfilled(3));
        });
    }

    @Test
    void aReaderReadsAndPushes() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            List<Integer> read = new ArrayList<>();
            readAndPush(pushed, read);
            pushed.writer().push(0);

            assertThat(read).hasSize(1001).isSorted();
            pushed.writer().push(1001);
            assertThat(pushed.stream().getAvailable()).containsExactly(1001);
        });
    }

    private static void readAndPush(Pushed<Integer> pushed, List<Integer> read) {
        pushed.stream().next().onSuccess(v -> {
            read.add(v);
            if (v < 1000) {
                readAndPush(pushed, read);
                pushed.writer().push(v + 1);
            }
        });
    }

    @Test
    void aReaderEndsTheStream() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            pushed.stream().next().onSuccess(v -> pushed.writer().end());
            Promise<Optional<Integer>> b = pushed.stream().get();
            pushed.writer().push(1);
            assertThat(b.state()).isEqualTo(fulfilled(Optional.empty()));
        });
    }

    @Test
    void aReaderCancelsAnother() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            Promise<Integer> a = pushed.stream().next();
            Promise<Integer> b = pushed.stream().next();
            Promise<Integer> c = pushed.stream().next();
            a.onSuccess(v -> b.cancel());
            Resolver<Integer> outermost = Resolver.cancellable();
            outermost.promise().onSuccess(v -> {
                pushed.writer().push(1);
                pushed.writer().push(2);
            });
            outermost.resolve(0);

            assertThat(b.state()).isEqualTo(cancelled());
            assertThat(c.state()).isEqualTo(fulfilled(2));
        });
    }

    @Test
    void whoeverLooksTakesWhatItSaw() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            List<Object> read = new ArrayList<>();
            pushed.stream()
                    .peek()
                    .onSuccess(v -> read.add(pushed.stream().next().state()));
            pushed.stream()
                    .isEmpty()
                    .onSuccess(v -> read.add(pushed.stream().next().state()));
            pushed.writer().push(1);
            pushed.writer().push(2);
            assertThat(read).containsExactly(fulfilled(1), pending());
        });
    }

    @Test
    void theEndIsReadAndPushedToInsideOfTheCallbacksOfTheEnd() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            List<Object> seen = new ArrayList<>();
            pushed.writer().push(1);
            pushed.stream().onTermination(() -> {
                seen.add(pushed.stream().get().state());
                seen.add(pushed.stream().get().state());
                try {
                    pushed.writer().push(2);
                } catch (StreamClosedException expected) {
                    seen.add("closed");
                }
            });
            pushed.writer().end();
            assertThat(seen)
                    .containsExactly(
                            fulfilled(Optional.of(1)), fulfilled(Optional.empty()), "closed");
        });
    }

    @Test
    void whoHasWaitedLongestIsCancelledByOneWhoHearsOfTheElementBefore() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<Optional<Integer>>> calls = new ArrayList<>();
            PullStream<Integer> stream = byHand(calls);
            Promise<Integer> oldest = stream.next();
            List<Promise<Integer>> last = new ArrayList<>();
            stream.peek().onSuccess(v -> {
                oldest.cancel();
                last.add(stream.next());
            });
            Promise<List<Integer>> two = stream.nget(2);

            for (int i = 0; i < 3; i++) {
                assertThat(calls).hasSize(i + 1);
                calls.get(i).resolve(Optional.of(i));
            }
            assertThat(last.get(0).state()).isEqualTo(fulfilled(1));
            assertThat(two.state()).isEqualTo(fulfilled(List.of(0, 2)));
        });
    }

    private static PullStream<Integer> byHand(List<Resolver<Optional<Integer>>> calls) {
        return PullStream.from(() -> {
            Resolver<Optional<Integer>> call = Resolver.cancellable();
            calls.add(call);
            return call.promise();
        });
    }

    @Test
    void whoComesWhileOthersHearOfAnErrorIsServedByAnotherCall() throws Exception {
        VirtualLoop.run(loop -> {
            for (Exception cause : List.of(error, CanceledException.instance())) {
                List<Resolver<Optional<Integer>>> calls = new ArrayList<>();
                PullStream<Integer> stream = byHand(calls);
                List<Promise<Integer>> again = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    stream.next().onFailure(t -> again.add(stream.next()));
                }
                calls.get(0).reject(cause);

                assertThat(calls).hasSize(2);
                assertThat(again).hasSize(3).allMatch(Promise::isPending);
                for (int i = 0; i < 3; i++) {
                    calls.get(i + 1).resolve(Optional.of(i));
                    assertThat(again.get(i).state()).isEqualTo(fulfilled(i));
                }
            }
        });
    }

    @Test
    void whoComesWhileOthersHearOfAnErrorAtOnceIsServedByAnotherCall() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<Optional<Integer>>> calls = new ArrayList<>();
            PullStream<Integer> stream = PullStream.from(() -> {
                calls.add(Resolver.cancellable());
                if (calls.size() == 2) {
                    throw error;
                }
                return calls.get(calls.size() - 1).promise();
            });
            List<Promise<Integer>> again = new ArrayList<>();
            Promise<Integer> first = stream.next();
            Promise<Integer> second = stream.next();
            second.onFailure(t -> again.add(stream.next()));
            calls.get(0).resolve(Optional.of(1));

            assertThat(first.state()).isEqualTo(fulfilled(1));
            assertThat(second.state()).isEqualTo(rejected(error));
            assertThat(calls).hasSize(3);
            calls.get(2).resolve(Optional.of(3));
            assertThat(again.get(0).state()).isEqualTo(fulfilled(3));
        });
    }

    @Test
    void allWhoWaitHearOfTheEndNewestFirstAndFindItThere() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            PullStream<Integer> stream = pushed.stream();
            PullStream<Integer> copy = stream.copy();
            stream.get().onSuccess(v -> loop.log("get"));
            stream.isEmpty().onSuccess(v -> loop.log("isEmpty"));
            stream.toList().onSuccess(v -> loop.log("toList"));
            copy.get().onSuccess(v -> loop.log("copy"));
            copy.peek().onSuccess(v -> loop.log("peek " + stream.get().state()));
            stream.nget(2).onSuccess(v -> loop.log("nget"));
            pushed.writer().end();
            assertThat(loop.takeTrace())
                    .containsExactly(
                            "nget",
                            "peek " + fulfilled(Optional.empty()),
                            "copy",
                            "toList",
                            "isEmpty",
                            "get");
        });
    }

    @Test
    void aStreamCountsAsClosedWhenThoseWhoWaitHaveHeardOfItsEnd() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            pushed.stream().get().onSuccess(v -> {
                assertThat(pushed.stream().isClosed()).isFalse();
                assertThat(pushed.stream().closed().state()).isEqualTo(pending());
                pushed.writer().push(1);
                loop.log("pushed");
            });
            pushed.writer().end();

            assertThat(loop.takeTrace()).containsExactly("pushed");
            assertThat(pushed.stream().isClosed()).isTrue();
            assertThat(pushed.stream().get().state()).isEqualTo(fulfilled(Optional.empty()));
        });
    }

    @Test
    void theEndOfAStreamIsEndedByOneWhoHearsOfIt() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            pushed.stream().get().onSuccess(v -> pushed.writer().end());
            assertThatIllegalStateException()
                    .isThrownBy(() -> pushed.writer().end())
                    .withMessageContaining("ended");
            assertThat(pushed.stream().isClosed()).isTrue();
        });
    }

    /* ---- Inside of the functions of a stream ---- */

    @Test
    void theFunctionOfAStreamReadsTheStream() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<?>[] stream = new PullStream<?>[1];
            List<Promise<?>> inner = new ArrayList<>();
            AtomicInteger calls = new AtomicInteger();
            stream[0] = PullStream.from(() -> {
                if (calls.incrementAndGet() == 1) {
                    inner.add(stream[0].next());
                }
                return Promise.of(Optional.of(calls.get()));
            });

            assertThat(stream[0].next().state()).isEqualTo(fulfilled(1));
            assertThat(inner.get(0).state()).isEqualTo(fulfilled(2));
            assertThat(stream[0].next().state()).isEqualTo(fulfilled(3));
            assertThat(calls).hasValue(3);
        });
    }

    @Test
    void theFunctionOfAStreamCopiesTheStream() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<?>[] stream = new PullStream<?>[1];
            List<PullStream<?>> copies = new ArrayList<>();
            AtomicInteger calls = new AtomicInteger();
            stream[0] = PullStream.from(() -> {
                copies.add(stream[0].copy());
                return Promise.of(Optional.of(calls.incrementAndGet()));
            });

            assertThat(stream[0].nget(2).state()).isEqualTo(fulfilled(List.of(1, 2)));
            assertThat(copies.get(0).nget(2).state()).isEqualTo(fulfilled(List.of(1, 2)));
            assertThat(copies.get(1).next().state()).isEqualTo(fulfilled(2));
        });
    }

    @Test
    void theFunctionOfAViewReadsWhatTheViewIsMadeOf() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<Integer> numbers = PullStream.of(1, 2, 3, 4);
            PullStream<Integer> sums =
                    numbers.mapSequential(v -> numbers.next().map(w -> 10 * v + w));
            assertThat(sums.toList().state()).isEqualTo(fulfilled(List.of(12, 34)));
        });
    }

    @Test
    void aPredicateReadsTheStreamItself() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<Integer> numbers = PullStream.of(1, 2, 3, 4);
            List<Object> inside = new ArrayList<>();
            // What the predicate has taken is not taken once more.
            CheckedFunction<Integer, Boolean> predicate = v -> {
                if (v == 2) {
                    inside.add(numbers.next().state());
                }
                return v < 4;
            };
            assertThat(numbers.getWhile(predicate).state()).isEqualTo(fulfilled(List.of(1, 3)));
            assertThat(inside).containsExactly(fulfilled(2));
            assertThat(numbers.toList().state()).isEqualTo(fulfilled(List.of(4)));
        });
    }

    @Test
    void aPredicateOfARendezvousReadsTheStreamItself() throws Exception {
        VirtualLoop.run(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(0);
            bounded.writer().push(1);
            List<Object> inside = new ArrayList<>();
            Promise<List<Integer>> taken = bounded.stream().getWhile(v -> {
                if (v == 1) {
                    inside.add(bounded.stream().next().state());
                }
                return v < 9;
            });
            bounded.writer().push(2);
            bounded.writer().push(9);
            assertThat(inside).containsExactly(fulfilled(1));
            assertThat(taken.state()).isEqualTo(fulfilled(List.of(2)));
        });
    }

    @Test
    void aPredicateOfARendezvousLetsOthersTakeWhatItSees() throws Exception {
        VirtualLoop.run(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(0);
            Promise<List<Integer>> all = bounded.stream().getWhile(v -> true);
            Promise<Boolean> some = bounded.stream().isEmpty();
            Promise<Integer> one = bounded.stream().next();
            for (int i = 1; i <= 3; i++) {
                bounded.writer().push(i);
            }
            bounded.writer().close();
            assertThat(all.state()).isEqualTo(fulfilled(List.of(1, 3)));
            assertThat(one.state()).isEqualTo(fulfilled(2));
            assertThat(some.state()).isEqualTo(fulfilled(false));
        });
    }

    @Test
    void theConsumerOfAStreamReadsAndWritesIt() throws Exception {
        VirtualLoop.run(loop -> {
            Pushed<Integer> pushed = PullStream.push();
            List<Object> seen = new ArrayList<>();
            Promise<Void> end = pushed.stream().forEach(v -> {
                seen.add(v);
                if (v == 1) {
                    pushed.writer().push(3);
                    seen.add(pushed.stream().next().state());
                    pushed.writer().end();
                }
            });
            pushed.writer().push(1);
            assertThat(end.state()).isEqualTo(fulfilled(null));
            assertThat(seen).containsExactly(1, fulfilled(3));
        });
    }

    /* ---- Inside of a pusher's callback ---- */

    @Test
    void aPusherPushesAgainAndReads() throws Exception {
        for (int size = 0; size < 3; size++) {
            int bound = size;
            VirtualLoop.run(loop -> {
                Bounded<Integer> bounded = PullStream.bounded(bound);
                List<Object> inside = new ArrayList<>();
                for (int i = 0; i < bound; i++) {
                    bounded.writer().push(i);
                }
                bounded.writer().push(bound).onSuccess(v -> {
                    bounded.writer().push(bound + 1);
                    inside.add(bounded.stream().next().state());
                });

                assertThat(bounded.stream().next().state()).isEqualTo(fulfilled(0));
                assertThat(inside).containsExactly(fulfilled(1));
                assertThat(bounded.stream().getAvailable()).hasSize(bound);
            });
        }
    }

    @Test
    void aPusherClosesTheStream() throws Exception {
        for (int size = 0; size < 3; size++) {
            int bound = size;
            VirtualLoop.run(loop -> {
                Bounded<Integer> bounded = PullStream.bounded(bound);
                for (int i = 0; i < bound; i++) {
                    bounded.writer().push(i);
                }
                bounded.writer().push(bound).onSuccess(v -> bounded.writer().close());
                assertThat(bounded.stream().toList().poll().orElseThrow()).hasSize(bound + 1);
            });
        }
    }

    @Test
    void aPusherShrinksAndGrowsTheStream() throws Exception {
        VirtualLoop.run(loop -> {
            Bounded<Integer> bounded = PullStream.bounded(1);
            bounded.writer().push(1);
            bounded.writer().push(2).onSuccess(v -> {
                bounded.writer().resize(0);
                bounded.writer().push(3).onSuccess(u -> bounded.writer().resize(5));
            });
            assertThat(bounded.stream().nget(3).state()).isEqualTo(fulfilled(List.of(1, 2, 3)));
            assertThat(bounded.writer().count()).isZero();
            assertThat(bounded.writer().size()).isEqualTo(5);
        });
    }

    /* ---- Errors ---- */

    @Test
    void anErrorThatReadersHaveHeardDoesNotReachTheHandler() throws Exception {
        assertHeard(() -> {
            AtomicInteger calls = new AtomicInteger();
            Resolver<Optional<Integer>> first = Resolver.cancellable();
            PullStream<Integer> stream = PullStream.from(() -> {
                if (calls.getAndIncrement() > 0) {
                    throw error;
                }
                return first.promise();
            });
            List<Promise<Integer>> again = new ArrayList<>();
            stream.next().onSuccess(v -> again.add(stream.next()));
            Promise<Integer> b = stream.next();
            first.resolve(Optional.of(1));

            assertThat(b.state()).isEqualTo(rejected(error));
            assertThat(again.get(0).state()).isEqualTo(rejected(error));
            assertThat(calls).hasValue(2);
        });
    }

    @Test
    void anErrorThatSomebodyElseHasHeardThanTheReaderThatWasCancelledDoesNotReachTheHandler()
            throws Exception {
        assertHeard(() -> {
            Resolver<Optional<Integer>> work = Resolver.cancellable();
            PullStream<Integer> stream = PullStream.from(work::promise);
            PullStream<Integer> copy = stream.copy();
            stream.next().cancel();
            Promise<Optional<Integer>> seen = stream.peek();
            Promise<Integer> read = copy.next();
            work.reject(error);

            assertThat(seen.state()).isEqualTo(rejected(error));
            assertThat(read.state()).isEqualTo(rejected(error));
        });
    }

    /** Runs an action, and collects all its garbage; no error must be reported but one's own. */
    private static void assertHeard(CheckedRunnable action) throws Exception {
        VirtualLoop.runAsync(loop -> {
            Exception unheard = new Exception("unheard");
            List<Throwable> heard = new ArrayList<>();
            action.run();
            Promise.failed(unheard);
            // Of all that is garbage at the same time, what is heard of late is heard of by then.
            return Garbage.collectUntil(() -> {
                        heard.addAll(loop.takeErrors());
                        return heard.contains(unheard);
                    })
                    .flatMap(v -> Garbage.collectUntil(new Countdown(20)::isOver))
                    .onSuccess(v -> {
                        heard.addAll(loop.takeErrors());
                        assertThat(heard).containsExactly(unheard);
                    });
        });
    }

    private static final class Countdown {
        private int left;

        Countdown(int left) {
            this.left = left;
        }

        boolean isOver() {
            return left-- == 0;
        }
    }

    @Test
    void anErrorThatNobodyIsLeftToHearReachesTheHandler() throws Exception {
        VirtualLoop.runAsync(loop -> {
            failWithoutReaders();
            return Garbage.collectUntil(() -> loop.takeErrors().contains(error));
        });
    }

    private void failWithoutReaders() {
        Resolver<Optional<Integer>> work = Resolver.cancellable();
        PullStream<Integer> stream = PullStream.from(work::promise);
        stream.next().cancel();
        work.reject(error);
    }
}
