package io.lwt4j.react;

import static io.lwt4j.react.Recorder.COMPLETE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.junit.jupiter.api.Test;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;

/** What subscribers to an event get, and when. */
class EventPublisherTest {

    private static final int DEEP = 1_000_000;

    @Test
    void aSubscriberGetsWhatOccursFromThenOn() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Flow.Publisher<Integer> publisher = emitter.event().asPublisher(Overflow.error());
            emitter.send(1);
            Recorder<Integer> recorder = Recorder.of(publisher);
            emitter.send(2);
            emitter.send(3);
            assertThat(recorder.take()).containsExactly(2, 3);
            return Promise.unit();
        });
    }

    @Test
    void subscribersAreIndependent() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Flow.Publisher<Integer> publisher = emitter.event().asPublisher(Overflow.unbounded());
            Recorder<Integer> fast = Recorder.of(publisher);
            Recorder<Integer> slow = Recorder.of(publisher, 1);
            emitter.send(1);
            emitter.send(2);
            assertThat(fast.take()).containsExactly(1, 2);
            assertThat(slow.take()).containsExactly(1);
            fast.cancel();
            emitter.send(3);
            slow.request(5);
            assertThat(fast.take()).isEmpty();
            assertThat(slow.take()).containsExactly(2, 3);
            return Promise.unit();
        });
    }

    @Test
    void anOccurrenceIsToldAfterItsStepAndAllThatFollowsFromIt() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Var<Integer> written = Var.of(0);
            Signal<Integer> last = emitter.event().hold(0);
            Recorder<Integer> recorder = new Recorder<>();
            recorder.action = element -> loop.log.add("told " + last.get() + written.get());
            emitter.event().asPublisher(Overflow.error()).subscribe(recorder);
            emitter.event().observe(element -> {
                loop.log.add("observed");
                written.set(element);
            });
            emitter.send(7);
            assertThat(loop.takeLog()).containsExactly("observed", "told 77");
            return Promise.unit();
        });
    }

    @Test
    void inABatchNothingIsToldBeforeItIsOver() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> a = EventEmitter.create();
            EventEmitter<Integer> b = EventEmitter.create();
            Recorder<Integer> recorder = new Recorder<>();
            a.event().asPublisher(Overflow.error()).subscribe(recorder);
            b.event().asPublisher(Overflow.unbounded()).subscribe(recorder);
            Recorder<Integer> late = Recorder.of(b.event().asPublisher(Overflow.latest()), 0);
            Step.batch(() -> {
                b.send(2);
                a.send(1);
                late.request(1);
                assertThat(recorder.log).isEmpty();
            });
            assertThat(recorder.take()).containsExactly(2, 1);
            Step.batch(() -> {
                b.send(3);
                late.request(1);
                assertThat(late.take()).containsExactly(2);
            });
            assertThat(late.take()).containsExactly(3);
            return Promise.unit();
        });
    }

    @Test
    void whatASubscriberSendsIsToldAfterwardsInOrder() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Flow.Publisher<Integer> publisher = emitter.event().asPublisher(Overflow.error());
            Recorder<Integer> sending = new Recorder<>();
            sending.action = element -> {
                if (element < 3) {
                    emitter.send(element + 1);
                    emitter.send(element + 10);
                }
            };
            publisher.subscribe(sending);
            Recorder<Integer> other = Recorder.of(publisher);
            emitter.send(1);
            assertThat(sending.take()).containsExactly(1, 2, 11, 3, 12);
            assertThat(other.take()).containsExactly(1, 2, 11, 3, 12);
            return Promise.unit();
        });
    }

    @Test
    void sendingFromASubscriberAMillionDeepNeedsNoStackAndDoesNotDiverge() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            int[] last = {0};
            Recorder<Integer> recorder = new Recorder<>();
            recorder.action = element -> {
                recorder.log.clear();
                last[0] = element;
                if (element < DEEP) {
                    emitter.send(element + 1);
                }
            };
            emitter.event().asPublisher(Overflow.error()).subscribe(recorder);
            emitter.send(1);
            assertThat(last[0]).isEqualTo(DEEP);
            return Promise.unit();
        });
    }

    @Test
    void requestingFromASubscriberAMillionDeepNeedsNoStack() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            int[] count = {0};
            Recorder<Integer> recorder = new Recorder<>(0);
            recorder.action = element -> {
                recorder.log.clear();
                count[0]++;
                recorder.request(1);
            };
            emitter.event().asPublisher(Overflow.unbounded()).subscribe(recorder);
            for (int i = 0; i < DEEP; i++) {
                emitter.send(i);
            }
            assertThat(count[0]).isZero();
            recorder.request(1);
            assertThat(count[0]).isEqualTo(DEEP);
            return Promise.unit();
        });
    }

    @Test
    void cancellingInsideOfOnNextIsTheLastThingThatIsTold() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            List<Integer> dropped = new ArrayList<>();
            Recorder<Integer> recorder = new Recorder<>(0);
            recorder.action = element -> {
                if (element == 2) {
                    emitter.send(4);
                    recorder.cancel();
                    recorder.cancel();
                    recorder.request(3);
                }
            };
            emitter.event().asPublisher(Overflow.unbounded(), dropped::add).subscribe(recorder);
            emitter.send(1);
            emitter.send(2);
            emitter.send(3);
            recorder.request(3);
            emitter.send(5);
            assertThat(recorder.take()).containsExactly(1, 2);
            assertThat(dropped).containsExactly(3, 4);
            return Promise.unit();
        });
    }

    @Test
    void withoutDemandTheStrategyDecides() throws Exception {
        TestLoop.run(loop -> {
            assertThat(kept(Overflow.unbounded())).containsExactly(1, 2, 3, 4);
            assertThat(kept(Overflow.dropOldest(2)))
                    .containsExactly(3, 4, "dropped 1", "dropped 2");
            assertThat(kept(Overflow.dropLatest(2)))
                    .containsExactly(1, 2, "dropped 3", "dropped 4");
            assertThat(kept(Overflow.latest()))
                    .containsExactly(4, "dropped 1", "dropped 2", "dropped 3");
            assertThat(kept(Overflow.drop()))
                    .containsExactly("dropped 1", "dropped 2", "dropped 3", "dropped 4");
            assertThat(kept(Overflow.dropOldest(0)))
                    .containsExactly("dropped 1", "dropped 2", "dropped 3", "dropped 4");
            assertThat(kept(Overflow.fail(4))).containsExactly(1, 2, 3, 4);
            return Promise.unit();
        });
    }

    /** What a subscriber gets that asks after four occurrences, and what is dropped. */
    private static List<Object> kept(Overflow overflow) {
        EventEmitter<Integer> emitter = EventEmitter.create();
        List<Object> dropped = new ArrayList<>();
        Recorder<Integer> recorder = Recorder.of(
                emitter.event().asPublisher(overflow, element -> dropped.add("dropped " + element)),
                0);
        for (int i = 1; i <= 4; i++) {
            emitter.send(i);
        }
        recorder.request(100);
        List<Object> all = new ArrayList<>(recorder.take());
        all.addAll(dropped);
        return all;
    }

    @Test
    void anOverflowCanFailWithTheCapacityInItsMessage() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.<Integer>create().named("clicks");
            List<Integer> dropped = new ArrayList<>();
            Flow.Publisher<Integer> publisher =
                    emitter.event().asPublisher(Overflow.fail(2), dropped::add);
            Recorder<Integer> recorder = Recorder.of(publisher, 1);
            Recorder<Integer> other = Recorder.of(publisher);
            for (int i = 1; i <= 5; i++) {
                emitter.send(i);
            }
            recorder.request(9);
            List<Object> got = recorder.take();
            assertThat(got).hasSize(2).startsWith(1);
            assertThat((Throwable) got.get(1))
                    .isInstanceOf(OverflowException.class)
                    .hasMessageContaining("clicks")
                    .hasMessageContaining("capacity is 2");
            assertThat(dropped).containsExactlyInAnyOrder(2, 3, 4);
            assertThat(other.take()).containsExactly(1, 2, 3, 4, 5);
            return Promise.unit();
        });
    }

    @Test
    void strategiesSayWhatTheyAreAndRefuseNegativeCapacities() {
        assertThat(List.of(
                                Overflow.unbounded(),
                                Overflow.error(),
                                Overflow.drop(),
                                Overflow.latest())
                        .toString())
                .isEqualTo("[unbounded, fail(0), dropLatest(0), dropOldest(1)]");
        assertThatIllegalArgumentException().isThrownBy(() -> Overflow.fail(-1));
    }

    @Test
    void stoppingTheEventCompletesItsSubscribersAfterWhatIsKept() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Flow.Publisher<Integer> publisher = emitter.event().asPublisher(Overflow.unbounded());
            Recorder<Integer> fast = Recorder.of(publisher);
            Recorder<Integer> slow = Recorder.of(publisher, 0);
            emitter.send(1);
            emitter.event().stop();
            emitter.event().stop();
            emitter.send(2);
            assertThat(fast.take()).containsExactly(1, COMPLETE);
            assertThat(slow.take()).isEmpty();
            slow.request(1);
            assertThat(slow.take()).containsExactly(1, COMPLETE);
            assertThat(Recorder.of(publisher, 0).take()).containsExactly(COMPLETE);
            assertThat(Recorder.of(Event.never().asPublisher(Overflow.error())).take())
                    .containsExactly(COMPLETE);
            return Promise.unit();
        });
    }

    @Test
    void anEventThatStopsItselfOrIsStoppedInItsStepTellsThatOccurrenceFirst() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Recorder<Integer> once =
                    Recorder.of(emitter.event().once().asPublisher(Overflow.error()));
            Event<Integer> mapped = emitter.event().map(a -> a * 10);
            mapped.map(a -> {
                        mapped.stop();
                        return a;
                    })
                    .keep();
            Recorder<Integer> stopped = Recorder.of(mapped.asPublisher(Overflow.error()));
            Owner owner = Owner.create();
            Event<Integer> owned = owner.own(() -> emitter.event().fold(0, Integer::sum));
            Recorder<Integer> ofOwner = Recorder.of(owned.asPublisher(Overflow.error()));
            emitter.send(1);
            emitter.send(2);
            owner.close();
            assertThat(once.take()).containsExactly(1, COMPLETE);
            assertThat(stopped.take()).containsExactly(10, COMPLETE);
            assertThat(ofOwner.take()).containsExactly(1, 3, COMPLETE);
            return Promise.unit();
        });
    }

    @Test
    void anErrorOfTheEventEndsTheSubscriptionAfterWhatWasBefore() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            IllegalStateException error = new IllegalStateException("three");
            Event<Integer> event = emitter.event().map(a -> {
                if (a == 3) {
                    throw error;
                }
                return a;
            });
            Recorder<Integer> recorder = Recorder.of(event.asPublisher(Overflow.unbounded()), 1);
            for (int i = 1; i <= 4; i++) {
                emitter.send(i);
            }
            assertThat(recorder.take()).containsExactly(1);
            recorder.request(1);
            assertThat(recorder.take()).containsExactly(2, error);
            assertThat(loop.takeErrors()).isEmpty();
            return Promise.unit();
        });
    }

    @Test
    void nullIsAnErrorForTheSubscriberAndForNobodyElse() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.<Integer>create().named("readings");
            emitter.event().observe(a -> loop.log.add(String.valueOf(a)));
            Recorder<Integer> recorder = Recorder.of(emitter.event().asPublisher(Overflow.error()));
            emitter.send(1);
            emitter.send(null);
            emitter.send(2);
            List<Object> got = recorder.take();
            assertThat(got).hasSize(2);
            assertThat((Throwable) got.get(1))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessageContaining("readings");
            assertThat(loop.takeLog()).containsExactly("1", "null", "2");
            return Promise.unit();
        });
    }

    @Test
    void askingForNothingOrLessIsAnErrorThatNamesTheRule() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            List<Integer> dropped = new ArrayList<>();
            for (long n : new long[] {0, -1, Long.MIN_VALUE}) {
                Recorder<Integer> recorder = Recorder.of(
                        emitter.event().asPublisher(Overflow.unbounded(), dropped::add), 0);
                emitter.send(1);
                recorder.request(n);
                recorder.request(1);
                emitter.send(2);
                List<Object> got = recorder.take();
                assertThat(got).hasSize(1);
                assertThat((Throwable) got.get(0))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("3.9")
                        .hasMessageContaining("request(" + n + ")");
            }
            assertThat(dropped).containsExactly(1, 1, 1);
            return Promise.unit();
        });
    }

    @Test
    void demandAddsUpToTheGreatestLong() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Recorder<Integer> recorder =
                    Recorder.of(emitter.event().asPublisher(Overflow.error()), Long.MAX_VALUE - 1);
            recorder.request(Long.MAX_VALUE);
            recorder.request(3);
            emitter.send(1);
            assertThat(recorder.take()).containsExactly(1);
            return Promise.unit();
        });
    }

    @Test
    void aSubscriberThatThrowsIsLetGoOfAndTheHandlerHears() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            IllegalStateException error = new IllegalStateException("broken");
            Recorder<Integer> broken = new Recorder<>();
            broken.action = element -> {
                throw error;
            };
            emitter.event().asPublisher(Overflow.error()).subscribe(broken);
            Recorder<Integer> other = Recorder.of(emitter.event().asPublisher(Overflow.error()));
            emitter.send(1);
            emitter.send(2);
            assertThat(broken.take()).containsExactly(1);
            assertThat(other.take()).containsExactly(1, 2);
            assertThat(loop.takeErrors()).containsExactly(error);
            return Promise.unit();
        });
    }

    @Test
    void aFatalErrorOfASubscriberLeavesTheWriteAfterTheOthersWereTold() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            LinkageError fatal = new LinkageError("fatal");
            Recorder<Integer> broken = new Recorder<>();
            broken.action = element -> {
                throw fatal;
            };
            emitter.event().asPublisher(Overflow.error()).subscribe(broken);
            Recorder<Integer> other = Recorder.of(emitter.event().asPublisher(Overflow.error()));
            assertThatThrownBy(() -> emitter.send(1)).isSameAs(fatal);
            emitter.send(2);
            assertThat(broken.take()).containsExactly(1);
            assertThat(other.take()).containsExactly(1, 2);
            return Promise.unit();
        });
    }

    @Test
    void whatTakesDroppedOccurrencesMayThrow() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            IllegalStateException error = new IllegalStateException("dropped");
            Recorder<Integer> recorder = Recorder.of(
                    emitter.event().asPublisher(Overflow.latest(), element -> {
                        throw error;
                    }),
                    0);
            emitter.send(1);
            emitter.send(2);
            recorder.request(1);
            assertThat(recorder.take()).containsExactly(2);
            assertThat(loop.takeErrors()).containsExactly(error);
            return Promise.unit();
        });
    }

    @Test
    void cancellingKeepsNothing() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Event<Integer> idle = emitter.event().map(a -> a);
            Flow.Publisher<Integer> publisher = idle.asPublisher(Overflow.unbounded());
            WeakReference<Recorder<Integer>> reference = subscribeAndCancel(publisher, emitter);
            for (int i = 0; i < 1000; i++) {
                Recorder.of(publisher).cancel();
            }
            assertThat(idle.first).isNull();
            assertThat(emitter.event().first).isNull();
            assertThat(idle.is(Node.ACTIVE)).isFalse();
            long end = System.nanoTime() + 10_000_000_000L;
            while (reference.get() != null && System.nanoTime() < end) {
                System.gc();
            }
            assertThat(reference.get()).isNull();
            return Promise.unit();
        });
    }

    private static WeakReference<Recorder<Integer>> subscribeAndCancel(
            Flow.Publisher<Integer> publisher, EventEmitter<Integer> emitter) {
        Recorder<Integer> recorder = Recorder.of(publisher, 1);
        emitter.send(1);
        emitter.send(2);
        recorder.cancel();
        return new WeakReference<>(recorder);
    }

    @Test
    void aSubscriberThatCancelsAtOnceHearsNothing() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Recorder<Integer> recorder = new Recorder<>() {
                @Override
                public void onSubscribe(Flow.Subscription given) {
                    given.cancel();
                    given.request(1);
                    emitter.send(1);
                }
            };
            emitter.event().asPublisher(Overflow.unbounded()).subscribe(recorder);
            emitter.send(2);
            assertThat(recorder.take()).isEmpty();
            return Promise.unit();
        });
    }

    @Test
    void subscribingInTheMiddleOfAStepIsAsObservingThere() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Recorder<Integer> recorder = new Recorder<>();
            emitter.event()
                    .once()
                    .observe(
                            a -> emitter.event().asPublisher(Overflow.error()).subscribe(recorder));
            emitter.send(1);
            emitter.send(2);
            assertThat(recorder.take()).containsExactly(2);
            return Promise.unit();
        });
    }

    @Test
    void stepsThatAreTakenBackAreNotToldOf() throws Exception {
        TestLoop.run(loop -> {
            Var<Integer> variable = Var.of(0);
            Recorder<Integer> recorder =
                    Recorder.of(variable.signal().changes().asPublisher(Overflow.unbounded()));
            variable.signal().observe(a -> {
                if (a > 0) {
                    variable.set(a + 1);
                }
            });
            assertThatThrownBy(() -> variable.set(1)).isInstanceOf(DivergenceException.class);
            List<Object> got = recorder.take();
            assertThat(got).startsWith(1, 2).endsWith(variable.get()).hasSize(variable.get());
            return Promise.unit();
        });
    }

    @Test
    void anEventLoopIsNeeded() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        assertThatThrownBy(() -> emitter.event().asPublisher(Overflow.error()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("needs an event loop");
    }

    @Test
    void nullsAreRefusedAtOnce() throws Exception {
        TestLoop.run(loop -> {
            Event<Integer> event = EventEmitter.<Integer>create().event();
            assertThatNullPointerException().isThrownBy(() -> event.asPublisher(null));
            assertThatNullPointerException()
                    .isThrownBy(() -> event.asPublisher(Overflow.error(), null));
            assertThatNullPointerException()
                    .isThrownBy(() -> event.asPublisher(Overflow.error()).subscribe(null));
            return Promise.unit();
        });
    }

    @Test
    void everythingHappensOnTheLoopWhereverItIsAskedFor() throws Exception {
        List<Throwable> errors = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).start()) {
            CompletableFuture<Thread> told = new CompletableFuture<>();
            EventEmitter<Integer> emitter = loop.submit(
                            () -> Promise.of(EventEmitter.<Integer>create()))
                    .join();
            Flow.Publisher<Integer> publisher = loop.submit(
                            () -> Promise.of(emitter.event().asPublisher(Overflow.unbounded())))
                    .join();
            Recorder<Integer> recorder = new Recorder<>(0);
            recorder.action = element -> told.complete(Thread.currentThread());
            publisher.subscribe(recorder);
            Thread loopThread =
                    loop.submit(() -> Promise.of(Thread.currentThread())).join();
            emitter.post(1);
            recorder.request(1);
            assertThat(told.join()).isSameAs(loopThread).isNotSameAs(Thread.currentThread());
            recorder.cancel();
            boolean observed =
                    loop.submit(() -> Promise.of(emitter.event().first != null)).join();
            assertThat(observed).isFalse();
        }
        assertThat(errors).isEmpty();
    }

    @Test
    void closingTheLoopIsAnErrorForSubscribersAndForThoseWhoComeLater() throws Exception {
        List<Integer> dropped = new ArrayList<>();
        Recorder<Integer> recorder = new Recorder<>(1);
        Recorder<Integer> cancelled = new Recorder<>();
        List<Flow.Publisher<Integer>> publishers = new ArrayList<>();
        EventLoop.run(() -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Flow.Publisher<Integer> publisher =
                    emitter.event().asPublisher(Overflow.unbounded(), dropped::add);
            publishers.add(publisher);
            publisher.subscribe(recorder);
            publisher.subscribe(cancelled);
            cancelled.cancel();
            emitter.send(1);
            emitter.send(2);
            return Promise.unit();
        });
        recorder.request(1);
        recorder.cancel();
        assertThat(recorder.log).hasSize(2).startsWith(1);
        assertThat(recorder.log.get(1)).isInstanceOf(RejectedExecutionException.class);
        assertThat(dropped).containsExactly(2);
        assertThat(cancelled.log).isEmpty();

        Recorder<Integer> late = Recorder.of(publishers.get(0));
        assertThat(late.log).hasSize(1);
        assertThat(late.log.get(0)).isInstanceOf(RejectedExecutionException.class);
    }
}
