package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.publisher.PublisherProbe;
import reactor.test.publisher.TestPublisher;
import reactor.test.publisher.TestPublisher.Violation;
import reactor.test.subscriber.TestSubscriber;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

/** Streams as fluxes and fluxes as streams. */
class StreamConversionTest {

    /* ---- Out of Lwt ---- */

    @Test
    void eachUnitOfDemandIsOneRead() throws Exception {
        Bridge.run(bridge -> {
            List<Integer> read = new ArrayList<>();
            int[] next = {0};
            PullStream<Integer> stream = PullStream.fromDirect(() -> {
                read.add(++next[0]);
                return Optional.of(next[0]);
            });
            Ear<Integer> ear = new Ear<>(0);
            ReactorBridge.toFlux(stream).subscribe(ear);
            assertThat(read).isEmpty();
            ear.subscription.request(2);
            ear.subscription.request(1);
            assertThat(read).containsExactly(1, 2, 3);
            assertThat(ear.heard).containsExactly(1, 2, 3);
            ear.subscription.cancel();
            assertThat(stream.isClosed()).isTrue();
        });
    }

    @Test
    void theEndAndTheErrorAreToldWithoutDemand() throws Exception {
        IOException error = new IOException("e");
        Bridge.run(bridge -> {
            Ear<Integer> empty = new Ear<>(0);
            ReactorBridge.toFlux(PullStream.<Integer>empty()).subscribe(empty);
            assertThat(empty.heard).containsExactly("end");
            PullStream.Pushed<Integer> pushed = PullStream.push();
            Ear<Integer> ear = new Ear<>(1);
            ReactorBridge.toFlux(pushed.stream()).subscribe(ear);
            pushed.writer().push(1);
            pushed.writer().fail(error);
            assertThat(ear.heard).containsExactly(1, error);
        });
    }

    @Test
    void aStreamHasOneSubscriber() throws Exception {
        Bridge.run(bridge -> {
            Flux<Integer> flux = ReactorBridge.toFlux(PullStream.of(1, 2));
            Ear<Integer> first = Ear.all();
            Ear<Integer> second = Ear.all();
            flux.subscribe(first);
            flux.subscribe(second);
            assertThat(first.heard).containsExactly(1, 2, "end");
            assertThat(second.heard).singleElement().isInstanceOf(IllegalStateException.class);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void aRequestThatIsNotPositiveIsAnErrorAndLeavesTheStream(long n) throws Exception {
        Bridge.run(bridge -> {
            PullStream<Integer> stream = PullStream.of(1, 2);
            Ear<Integer> ear = new Ear<>(1);
            ReactorBridge.toFlux(stream).subscribe(ear);
            ear.subscription.request(n);
            ear.subscription.request(1);
            assertThat(ear.heard).hasSize(2);
            assertThat((Throwable) ear.heard.get(1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3.9");
        });
    }

    @Test
    void cancellingFromWithinTheElementStopsTheReading() throws Exception {
        Bridge.run(bridge -> {
            AtomicReference<Ear<Integer>> self = new AtomicReference<>();
            Ear<Integer> ear = Ear.<Integer>all().hearing(i -> {
                if (i == 2) {
                    self.get().subscription.cancel();
                }
            });
            self.set(ear);
            ReactorBridge.toFlux(PullStream.of(1, 2, 3)).subscribe(ear);
            assertThat(ear.heard).containsExactly(1, 2);
            Ear<Integer> never = Ear.<Integer>all().subscribing(s -> s.cancel());
            ReactorBridge.toFlux(PullStream.of(1)).subscribe(never);
            assertThat(never.heard).isEmpty();
        });
    }

    @Test
    void anElementThatIsReadWhenAForeignThreadHasCancelledIsDiscarded() throws Exception {
        Bridge.runAsync(bridge -> {
            PullStream.Pushed<String> pushed = PullStream.push();
            Ear<String> ear = new Ear<>(Long.MAX_VALUE, bridge.context());
            ReactorBridge.toFlux(pushed.stream()).subscribe(ear);
            Bridge.elsewhere(ear.subscription::cancel);
            pushed.writer().push("crossed");
            return Bridge.turn().map(done -> {
                assertThat(bridge.takeDiscarded()).containsExactly("crossed");
                assertThat(ear.heard).isEmpty();
                return done;
            });
        });
    }

    @Test
    void aFluxOfAStreamMayBeSubscribedToOnAnyThreadAndSpeaksOnTheLoop() throws Exception {
        Bridge.runAsync(bridge -> {
            EventLoop loop = EventLoop.current();
            List<Boolean> onLoop = new CopyOnWriteArrayList<>();
            Flux<Integer> flux = ReactorBridge.toFlux(PullStream.of(1, 2, 3))
                    .doOnNext(i -> onLoop.add(loop.isCurrent()));
            return ReactorBridge.toPromiseList(flux.subscribeOn(Schedulers.single()), 3)
                    .onSuccess(all -> {
                        assertThat(all).containsExactly(1, 2, 3);
                        assertThat(onLoop).containsExactly(true, true, true);
                    });
        });
    }

    @Test
    void theEndOfTheLoopIsAnErrorForTheSubscriber() throws Exception {
        Ear<String> waiting = Ear.all();
        Ear<String> late = Ear.all();
        AtomicReference<Flux<String>> other = new AtomicReference<>();
        Bridge.run(bridge -> Bridge.elsewhere(() -> {
            try (EventLoop loop = bridge.newLoop()) {
                loop.runUntilComplete(() -> {
                    ReactorBridge.toFlux(PullStream.<String>push().stream()).subscribe(waiting);
                    other.set(ReactorBridge.toFlux(PullStream.of("x")));
                    return Promise.unit();
                });
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }));
        other.get().subscribe(late);
        assertThat(waiting.heard).singleElement().isInstanceOf(RejectedExecutionException.class);
        assertThat(late.heard).singleElement().isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void theSubscriptionTellsReactorWhoHearsIt() throws Exception {
        Bridge.run(bridge -> {
            Ear<Integer> ear = new Ear<>(0);
            ReactorBridge.toFlux(PullStream.of(1)).subscribe(ear);
            Scannable scannable = Scannable.from(ear.subscription);
            assertThat(scannable.scanUnsafe(Scannable.Attr.ACTUAL)).isSameAs(ear);
            assertThat(scannable.scan(Scannable.Attr.RUN_STYLE))
                    .isEqualTo(Scannable.Attr.RunStyle.ASYNC);
        });
    }

    @Test
    void subscribersThatCancelLeaveNothingBehind() throws Exception {
        Bridge.run(bridge -> {
            List<WeakReference<Ear<Integer>>> ears = new ArrayList<>();
            PullStream<Integer> pushed = PullStream.<Integer>push().stream();
            for (int i = 0; i < 10_000; i++) {
                Ear<Integer> ear = Ear.all();
                ears.add(new WeakReference<>(ear));
                ReactorBridge.toFlux(pushed.copy()).subscribe(ear);
                ear.subscription.cancel();
            }
            assertThat(Bridge.closeHooks(EventLoop.current())).isZero();
            Bridge.assertCollected(ears);
            assertThat(pushed.isClosed()).isFalse();
        });
    }

    /* ---- Into Lwt ---- */

    @Test
    void theFluxIsSubscribedToAtTheFirstReadAndAskedForAWindow() throws Exception {
        Bridge.run(bridge -> {
            TestPublisher<Integer> publisher = TestPublisher.create();
            PullStream<Integer> stream = ReactorBridge.toPullStream(publisher.flux(), 4);
            publisher.assertWasNotSubscribed();
            Promise<Optional<Integer>> first = stream.get();
            publisher.assertSubscribers(1).assertMinRequested(4).assertMaxRequested(4);
            publisher.next(1, 2, 3, 4);
            assertThat(first.poll()).contains(Optional.of(1));
            assertThat(stream.get().poll()).contains(Optional.of(2));
            publisher.assertMinRequested(0);
            assertThat(stream.get().poll()).contains(Optional.of(3));
            publisher.assertMinRequested(3);
            publisher.complete();
            assertThat(stream.get().poll()).contains(Optional.of(4));
            assertThat(stream.get().poll()).contains(Optional.empty());
            publisher.assertNotCancelled();
        });
    }

    @Test
    void anEagerStreamSubscribesAtTheCall() throws Exception {
        Bridge.run(bridge -> {
            PublisherProbe<Integer> probe = PublisherProbe.of(Flux.just(1, 2, 3).hide());
            PullStream<Integer> stream = ReactorBridge.toPullStreamEager(probe.flux(), 8);
            probe.assertWasSubscribed();
            assertThat(stream.toList().poll()).contains(List.of(1, 2, 3));
            probe.assertWasNotCancelled();
        });
    }

    @Test
    void cancellingOneReadLosesNoElement() throws Exception {
        Bridge.run(bridge -> {
            TestPublisher<Integer> publisher = TestPublisher.create();
            PullStream<Integer> stream = ReactorBridge.toPullStream(publisher.flux());
            Promise<Optional<Integer>> first = stream.get();
            Promise<Optional<Integer>> second = stream.get();
            first.cancel();
            publisher.next(1);
            assertThat(first.isCancelled()).isTrue();
            assertThat(second.poll()).contains(Optional.of(1));
            publisher.assertNotCancelled();
        });
    }

    @Test
    void closingTheStreamCancelsOnceAndDiscardsWhatIsUnread() throws Exception {
        Bridge.run(bridge -> {
            TestPublisher<Integer> publisher =
                    TestPublisher.createNoncompliant(Violation.DEFER_CANCELLATION);
            PullStream<Integer> stream = ReactorBridge.toPullStream(publisher.flux());
            Promise<Optional<Integer>> first = stream.get();
            publisher.next(1, 2, 3);
            stream.close();
            stream.close();
            publisher.assertCancelled(1);
            assertThat(first.poll()).contains(Optional.of(1));
            assertThat(bridge.takeDiscarded()).containsExactly(2, 3);
            publisher.next(4);
            IOException late = new IOException("late");
            publisher.error(late);
            assertThat(bridge.takeDiscarded()).containsExactly(4);
            assertThat(bridge.takeDroppedErrors()).containsExactly(late);
        });
    }

    @Test
    void anErrorRejectsTheReadAfterTheElements() throws Exception {
        IOException error = new IOException("e");
        Bridge.run(bridge -> {
            PullStream<Integer> stream =
                    ReactorBridge.toPullStream(Flux.concat(Flux.just(1).hide(), Flux.error(error)));
            assertThat(stream.get().poll()).contains(Optional.of(1));
            assertThat(((Promise.State.Rejected<?>) stream.get().state()).cause())
                    .isSameAs(error);
        });
    }

    @Test
    void aCancelThatThrowsIsADroppedError() throws Exception {
        RuntimeException bad = new RuntimeException("bad cancel");
        Bridge.run(bridge -> {
            PullStream<Integer> stream =
                    ReactorBridge.toPullStream(Flux.<Integer>never().doOnCancel(() -> {
                        throw bad;
                    }));
            Promise<?> read = stream.get();
            stream.close();
            read.cancel();
            assertThat(bridge.takeDroppedErrors()).containsExactly(bad);
            Promise<?> first = ReactorBridge.toPromiseFirst(Flux.never().doOnCancel(() -> {
                throw bad;
            }));
            first.cancel();
            assertThat(first.isCancelled()).isTrue();
            assertThat(bridge.takeDroppedErrors()).containsExactly(bad);
        });
    }

    @Test
    void aPublisherThatBreaksTheRulesHarmsNobody() throws Exception {
        Bridge.run(bridge -> {
            TestPublisher<Integer> tooMuch =
                    TestPublisher.createNoncompliant(Violation.REQUEST_OVERFLOW);
            PullStream<Integer> stream = ReactorBridge.toPullStream(tooMuch.flux(), 1);
            Promise<Optional<Integer>> first = stream.get();
            tooMuch.next(1, 2, 3).complete();
            assertThat(first.poll()).contains(Optional.of(1));
            assertThat(stream.toList().poll()).contains(List.of(2, 3));
            TestPublisher<Integer> ofNull = TestPublisher.createNoncompliant(Violation.ALLOW_NULL);
            PullStream<Integer> other = ReactorBridge.toPullStream(ofNull.flux());
            Promise<Optional<Integer>> read = other.get();
            assertThatThrownBy(() -> ofNull.next((Integer) null))
                    .isInstanceOf(NullPointerException.class);
            ofNull.next(1);
            assertThat(read.poll()).contains(Optional.of(1));
            TestPublisher<Integer> goesOn =
                    TestPublisher.createNoncompliant(Violation.CLEANUP_ON_TERMINATE);
            PullStream<Integer> ended = ReactorBridge.toPullStream(goesOn.flux());
            Promise<Optional<Integer>> end = ended.get();
            goesOn.complete();
            goesOn.next(7).error(new IOException("late"));
            assertThat(end.poll()).contains(Optional.empty());
            assertThat(bridge.takeDiscarded()).containsExactly(7);
            assertThat(bridge.takeDroppedErrors()).hasSize(1);
            goesOn.assertNotCancelled();
        });
    }

    @Test
    void elementsOfAForeignThreadComeInOrderOnTheLoop() throws Exception {
        Bridge.runAsync(bridge -> {
            EventLoop loop = EventLoop.current();
            Flux<Integer> flux = Flux.range(0, 5_000).publishOn(Schedulers.parallel());
            List<Integer> seen = new ArrayList<>();
            return ReactorBridge.toPullStream(flux, 16)
                    .forEach(i -> {
                        assertThat(loop.isCurrent()).isTrue();
                        seen.add(i);
                    })
                    .onSuccess(done -> assertThat(seen).hasSize(5_000).isSorted());
        });
    }

    @Test
    void theEndOfTheLoopCancelsTheFlux() throws Exception {
        TestPublisher<String> publisher =
                TestPublisher.createNoncompliant(Violation.DEFER_CANCELLATION);
        Bridge.run(bridge -> {
            Bridge.elsewhere(() -> {
                try (EventLoop loop = bridge.newLoop()) {
                    loop.runUntilComplete(() -> {
                        ReactorBridge.context().with(bridge.context(), () -> {
                            ReactorBridge.toPullStream(publisher.flux()).get().cancel();
                            return true;
                        });
                        publisher.next("unread");
                        return Promise.unit();
                    });
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            publisher.assertCancelled(1);
            publisher.next("late");
            assertThat(bridge.takeDiscarded()).containsExactly("unread", "late");
        });
    }

    /* ---- One outcome of many elements ---- */

    @Test
    void firstLastSingleAndList() throws Exception {
        Bridge.run(bridge -> {
            PublisherProbe<Integer> probe = PublisherProbe.of(Flux.just(1, 2, 3).hide());
            assertThat(ReactorBridge.toPromiseFirst(probe.flux()).poll()).contains(1);
            probe.assertWasCancelled();
            assertThat(ReactorBridge.toPromiseLast(Flux.just(1, 2, 3)).poll()).contains(3);
            assertThat(bridge.takeDiscarded()).containsExactly(1, 2);
            assertThat(ReactorBridge.toPromiseSingle(Flux.just(1)).poll()).contains(1);
            assertThat(ReactorBridge.toPromiseList(Flux.just(1, 2, 3), 3).poll())
                    .contains(List.of(1, 2, 3));
            for (Promise<Integer> empty : List.of(
                    ReactorBridge.toPromiseFirst(Flux.<Integer>empty()),
                    ReactorBridge.toPromiseLast(Flux.<Integer>empty()),
                    ReactorBridge.toPromiseSingle(Flux.<Integer>empty()))) {
                assertThat(empty.isFulfilled()).isTrue();
                assertThat(empty.poll()).isEmpty();
            }
        });
    }

    @Test
    void tooManyElementsAreAnErrorAndAreDiscarded() throws Exception {
        Bridge.run(bridge -> {
            TestPublisher<Integer> single = TestPublisher.create();
            Promise<?> two = ReactorBridge.toPromiseSingle(single.flux());
            single.next(1, 2);
            single.assertCancelled(1);
            assertThat(((Promise.State.Rejected<?>) two.state()).cause())
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(bridge.takeDiscarded()).containsExactlyInAnyOrder(1, 2);
            TestPublisher<Integer> list = TestPublisher.create();
            Promise<?> three = ReactorBridge.toPromiseList(list.flux(), 2);
            list.next(1, 2, 3);
            list.assertCancelled(1);
            assertThat(((Promise.State.Rejected<?>) three.state()).cause())
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThat(bridge.takeDiscarded()).containsExactlyInAnyOrder(1, 2, 3);
        });
    }

    @Test
    void cancellingAListDiscardsWhatItHasAndCancelsOnce() throws Exception {
        Bridge.run(bridge -> {
            TestPublisher<Integer> list = TestPublisher.create();
            Promise<List<Integer>> promise = ReactorBridge.toPromiseList(list.flux(), 10);
            list.next(1, 2);
            promise.cancel();
            list.assertCancelled(1);
            assertThat(bridge.takeDiscarded()).containsExactly(1, 2);
            assertThat(((Promise.State.Rejected<?>) promise.state()).cause())
                    .isInstanceOf(CanceledException.class);
        });
    }

    /* ---- There and back ---- */

    @Test
    void aFluxThroughAStreamKeepsDemandAndCancellation() throws Exception {
        Bridge.run(bridge -> {
            Sinks.Many<Integer> sink = Sinks.many().unicast().onBackpressureBuffer();
            PublisherProbe<Integer> probe = PublisherProbe.of(sink.asFlux());
            TestSubscriber<Integer> subscriber =
                    TestSubscriber.builder().initialRequest(1).build();
            ReactorBridge.toFlux(ReactorBridge.toPullStream(probe.flux(), 1)).subscribe(subscriber);
            sink.tryEmitNext(1).orThrow();
            sink.tryEmitNext(2).orThrow();
            assertThat(subscriber.getReceivedOnNext()).containsExactly(1);
            subscriber.request(1);
            assertThat(subscriber.getReceivedOnNext()).containsExactly(1, 2);
            subscriber.cancel();
            probe.assertWasCancelled();
        });
    }
}
