package io.lwt4j;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;

/** The queue that mutexes, pools and their kin are made of. */
class WaitQueueTest {

    private static final int MANY = 100_000;

    private final WaitQueue<String, Integer> queue = WaitQueue.create();
    private final Exception error = new Exception("error");

    @Test
    void thoseWhoWaitComeInTheirOrder() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> a = queue.add("a");
            Promise<Integer> b = queue.add("b");

            assertThat(queue.firstOffer()).isEqualTo("a");
            assertThat(queue.resolveFirst(1)).isTrue();
            assertThat(a.state()).isEqualTo(fulfilled(1));
            assertThat(b.state()).isEqualTo(pending());

            assertThat(queue.firstOffer()).isEqualTo("b");
            assertThat(queue.resolveFirst(2)).isTrue();
            assertThat(b.state()).isEqualTo(fulfilled(2));
            assertThat(queue.isEmpty()).isTrue();
        });
    }

    @Test
    void whoeverIsAddedFirstComesBeforeAllOthers() throws Exception {
        VirtualLoop.run(loop -> {
            queue.addFirst("b");
            queue.add("c");
            queue.addFirst("a");

            List<String> offers = new ArrayList<>();
            while (!queue.isEmpty()) {
                offers.add(queue.firstOffer());
                queue.resolveFirst(0);
            }

            assertThat(offers).containsExactly("a", "b", "c");
        });
    }

    @Test
    void anEmptyQueueSaysThatNobodyWaits() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(queue.isEmpty()).isTrue();
            assertThat(queue.size()).isZero();
            assertThat(queue.resolveFirst(1)).isFalse();
            assertThat(queue.takeFirst()).isNull();
            assertThat(queue.takeLast()).isNull();
            assertThatThrownBy(queue::lastOffer).isInstanceOf(NoSuchElementException.class);
            assertThat(queue.takeAll(offer -> true)).isEmpty();
            assertThatThrownBy(queue::firstOffer)
                    .isInstanceOf(NoSuchElementException.class)
                    .hasMessage("nobody waits in this queue");
        });
    }

    @Test
    void theFirstAndTheLastOneMayBeTakenOutToBeResolved() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> a = queue.add("a");
            Promise<Integer> b = queue.add("b");

            assertThat(queue.lastOffer()).isEqualTo("b");
            queue.takeLast().reject(error);
            queue.takeFirst().resolve(1);

            assertThat(a.state()).isEqualTo(fulfilled(1));
            assertThat(b.state()).isEqualTo(rejected(error));
            assertThat(queue.isEmpty()).isTrue();
        });
    }

    @Test
    void aCancelledOneLeavesWhereverItIs() throws Exception {
        VirtualLoop.run(loop -> {
            for (int gone = 0; gone < 3; gone++) {
                List<Promise<Integer>> waiters =
                        List.of(queue.add("a"), queue.add("b"), queue.add("c"));

                waiters.get(gone).cancel();

                assertThat(waiters.get(gone).state()).isEqualTo(cancelled());
                assertThat(queue.size()).isEqualTo(2);
                queue.resolveFirst(1);
                queue.resolveFirst(2);
                assertThat(queue.isEmpty()).isTrue();
                assertThat(waiters).filteredOn(Promise::isFulfilled).hasSize(2);
            }
        });
    }

    @Test
    void aCancelledOneHasLeftBeforeAnyCallbackOfTheCancellationRuns() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> a = queue.add("a");
            Promise<Integer> b = queue.add("b");
            Promise<?> both = Promise.join(a, b).onCancel(() -> loop.log("join"));
            b.onCancel(() -> loop.log("b " + queue.size()));
            a.onCancel(() -> loop.log("a " + queue.size()));

            both.cancel();

            assertThat(loop.takeTrace()).containsExactly("b 0", "a 0", "join");
        });
    }

    @Test
    void aWaiterThatHasBecomeAnotherPromiseLeavesWhenThatIsCancelled() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> gate = Resolver.uncancellable();
            Promise<Integer> outer = gate.promise().flatMap(open -> queue.add("a"));
            gate.resolve(0);
            assertThat(queue.size()).isOne();

            outer.cancel();

            assertThat(outer.state()).isEqualTo(cancelled());
            assertThat(queue.isEmpty()).isTrue();
        });
    }

    @Test
    void resolvingTheFirstOneFollowsTheRuleOfResolve() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> outermost = Resolver.cancellable();
            queue.add("a").onSuccess(v -> loop.log("later " + v));
            queue.add("b").onSuccess(v -> loop.log("now " + v));
            outermost.promise().onSuccess(v -> {
                queue.resolveFirst(1);
                queue.takeFirst().resolveNow(2);
                loop.log("end");
            });

            outermost.resolve(0);

            assertThat(loop.takeTrace()).containsExactly("now 2", "end", "later 1");
        });
    }

    @Test
    void allThatWaitAtTheCallAreServedAndNoOther() throws Exception {
        VirtualLoop.run(loop -> {
            for (String name : List.of("a", "b")) {
                queue.add(name).onSuccess(v -> {
                    loop.log(name + " " + v);
                    queue.add(name + " again")
                            .onFailure(e -> loop.log(name + " " + e.getMessage()));
                });
            }

            queue.resolveAll(7);
            assertThat(loop.takeTrace()).containsExactly("a 7", "b 7");
            assertThat(queue.size()).isEqualTo(2);

            queue.rejectAll(error);
            assertThat(loop.takeTrace()).containsExactly("a error", "b error");
            assertThat(queue.isEmpty()).isTrue();
        });
    }

    @Test
    void oneThatIsCancelledWhileAllAreServedIsPassedOver() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> a = queue.add("a");
            Promise<Integer> b = queue.add("b");
            Promise<Integer> c = queue.add("c");
            a.onSuccess(v -> b.cancel());

            queue.resolveAll(7);

            assertThat(b.state()).isEqualTo(cancelled());
            assertThat(c.state()).isEqualTo(fulfilled(7));
        });
    }

    @Test
    @Rule("P-12")
    void aFatalErrorKeepsNobodyFromBeingServed() throws Exception {
        VirtualLoop.run(loop -> {
            InternalError fatal = new InternalError("fatal");
            queue.add("a").onSuccess(v -> {
                throw fatal;
            });
            Promise<Integer> b = queue.add("b");

            assertThatThrownBy(() -> queue.resolveAll(7)).isSameAs(fatal);

            assertThat(b.state()).isEqualTo(fulfilled(7));
        });
    }

    @Test
    void whoeverIsTakenOutIsForTheCallerToResolve() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> a = queue.add("a");
            Promise<Integer> b = queue.add("b");

            Resolver<Integer> first = queue.takeFirst();
            assertThat(first).isNotNull();
            assertThat(first.promise()).isSameAs(a);
            assertThat(queue.size()).isOne();
            first.resolve(1);
            assertThat(a.state()).isEqualTo(fulfilled(1));

            Resolver<Integer> second = queue.takeFirst();
            assertThat(second).isNotNull();
            b.cancel();
            assertThat(second.tryResolve(2)).isFalse();
            assertThat(b.state()).isEqualTo(cancelled());
        });
    }

    @Test
    void thoseWithCertainOffersAreTakenOutInOrder() throws Exception {
        VirtualLoop.run(loop -> {
            for (String offer : List.of("x1", "y1", "x2", "y2", "x3")) {
                queue.add(offer);
            }
            List<String> asked = new ArrayList<>();

            List<Resolver<Integer>> taken = queue.takeAll(offer -> {
                asked.add(offer);
                return offer.startsWith("x");
            });

            assertThat(asked).containsExactly("x1", "y1", "x2", "y2", "x3");
            assertThat(taken).hasSize(3);
            assertThat(queue.size()).isEqualTo(2);
            assertThat(queue.firstOffer()).isEqualTo("y1");
            queue.resolveFirst(0);
            assertThat(queue.firstOffer()).isEqualTo("y2");
            queue.resolveFirst(0);
            assertThat(queue.isEmpty()).isTrue();
        });
    }

    @Test
    void aQueueBelongsToTheLoopThatUsesItFirst() throws Exception {
        VirtualLoop.run(loop -> {
            queue.add("a");
            CompletableFuture.runAsync(() -> {
                        assertThatThrownBy(() -> queue.add("b"))
                                .isInstanceOf(LoopThreadException.class)
                                .hasMessageContaining("WaitQueue.add");
                        assertThatThrownBy(() -> queue.resolveFirst(1))
                                .isInstanceOf(LoopThreadException.class);
                        assertThatThrownBy(() -> queue.checkCurrent("tried"))
                                .isInstanceOf(LoopThreadException.class)
                                .hasMessageContaining("tried");
                    })
                    .get();
        });
    }

    @Test
    void anEmptyQueueOfAClosedLoopMayMoveToAnother() throws Exception {
        VirtualLoop.run(loop -> {
            queue.add("a");
            queue.resolveFirst(1);
        });
        VirtualLoop.run(loop -> {
            queue.add("b");
            assertThat(queue.resolveFirst(1)).isTrue();
        });
    }

    @Test
    void aHundredThousandCancelledOnesKeepNothing() throws Exception {
        SmallStack.runLoop(loop -> {
            queue.checkCurrent("test");
            long before = Reachable.from(queue);
            List<Promise<Integer>> waiters = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                waiters.add(queue.add("many"));
            }

            // Every other one first, so that they leave from the middle.
            for (int from = 0; from < 2; from++) {
                for (int i = from; i < MANY; i += 2) {
                    waiters.get(i).cancel();
                }
            }

            assertThat(queue.size()).isZero();
            assertThat(Reachable.from(queue)).isEqualTo(before);
        });
    }

    @Test
    void whoeverIsCancelledByTheQuestionIsNotTakenOut() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> a = queue.add("a");
            Promise<Integer> b = queue.add("b");
            Promise<Integer> c = queue.add("c");
            queue.add("d");

            List<Resolver<Integer>> taken = queue.takeAll(offer -> {
                if (offer.equals("b")) {
                    a.cancel();
                    b.cancel();
                    c.cancel();
                }
                return true;
            });

            assertThat(taken).hasSize(1);
            assertThat(queue.isEmpty()).isTrue();
            assertThat(queue.size()).isZero();
            taken.get(0).resolve(1);
            assertThat(List.of(a, b, c)).allMatch(Promise::isCancelled);
        });
    }

    @Test
    void aQuestionThatThrowsLeavesEverybodyThere() throws Exception {
        VirtualLoop.run(loop -> {
            queue.add("a");
            queue.add("b");
            assertThatThrownBy(() -> queue.takeAll(offer -> {
                        if (offer.equals("b")) {
                            throw new IllegalStateException("b");
                        }
                        return true;
                    }))
                    .hasMessage("b");
            assertThat(queue.size()).isEqualTo(2);
            assertThat(queue.firstOffer()).isEqualTo("a");
        });
    }

    @Test
    void whatIsRefusedElsewhereIsNamed() throws Exception {
        try (EventLoop loop = EventLoop.builder().start()) {
            loop.submit(() -> {
                        queue.add("a");
                        return Promise.unit();
                    })
                    .get();
            assertThatThrownBy(() -> queue.rejectAll(error)).hasMessageContaining("rejectAll");
            assertThatThrownBy(() -> queue.resolveAll(1)).hasMessageContaining("resolveAll");
            assertThat(queue.isEmpty()).isFalse();
            assertThat(queue.size()).isEqualTo(1);
            assertThat(queue.firstOffer()).isEqualTo("a");
            assertThat(queue.lastOffer()).isEqualTo("a");
        }
    }
}
