package io.lwt4j.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Reachable;
import io.lwt4j.VirtualLoop;

import org.junit.jupiter.api.Test;

import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.IntStream;

/** A publisher as a stream, besides what the verification of Reactive Streams asks for. */
class PublisherSourceTest {

    @Test
    void thePublisherIsSubscribedToWhenTheFirstElementIsWanted() throws Exception {
        VirtualLoop.run(loop -> {
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.from(probe, 8);
            assertThat(probe.calls).isEmpty();

            Promise<Integer> first = stream.next();
            assertThat(probe.calls).containsExactly("subscribe", "request 8");

            probe.subscriber.onNext(1);
            assertThat(first.poll()).contains(1);
            stream.next();
            assertThat(probe.calls).hasSize(2);
        });
    }

    @Test
    void asManyAreAskedForAgainWhenThreeQuartersOfTheWindowWereRead() throws Exception {
        VirtualLoop.run(loop -> {
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.from(probe, 8);
            stream.next();
            IntStream.range(0, 8).forEach(probe.subscriber::onNext);
            stream.nget(4);
            assertThat(probe.calls).containsExactly("subscribe", "request 8");
            stream.next();
            assertThat(probe.calls).containsExactly("subscribe", "request 8", "request 6");
        });
    }

    @Test
    void aWindowOfOneAsksForOneAfterTheOther() throws Exception {
        VirtualLoop.run(loop -> {
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.from(probe, 1);
            stream.next();
            probe.subscriber.onNext(1);
            assertThat(probe.calls).containsExactly("subscribe", "request 1", "request 1");
            probe.subscriber.onNext(2);
            assertThat(probe.calls).hasSize(3);
        });
    }

    @Test
    void theLargestWindowAsksOnceForAll() throws Exception {
        VirtualLoop.run(loop -> {
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.from(probe, Integer.MAX_VALUE);
            stream.next();
            probe.subscriber.onNext(1);
            stream.next();
            probe.subscriber.onNext(2);
            assertThat(probe.calls).containsExactly("subscribe", "request " + Long.MAX_VALUE);
        });
    }

    @Test
    void aCancelledReadChangesNothing() throws Exception {
        VirtualLoop.run(loop -> {
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.from(probe, 8);
            stream.next().cancel();
            probe.subscriber.onNext(1);
            assertThat(stream.next().poll()).contains(1);
            assertThat(probe.calls).doesNotContain("cancel");
        });
    }

    @Test
    void closingCancelsTheSubscriptionOnce() throws Exception {
        VirtualLoop.run(loop -> {
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.from(probe, 8);
            Promise<Optional<Integer>> read = stream.get();
            stream.close();
            stream.close();
            assertThat(read.poll()).contains(Optional.empty());
            assertThat(probe.calls).containsOnlyOnce("cancel");

            probe.subscriber.onNext(1);
            probe.subscriber.onComplete();
            assertThat(stream.get().poll()).contains(Optional.empty());
        });
    }

    @Test
    void closingBeforeTheFirstReadSubscribesToNothing() throws Exception {
        VirtualLoop.run(loop -> {
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.from(probe, 8);
            stream.close();
            assertThat(stream.get().poll()).contains(Optional.empty());
            assertThat(probe.calls).isEmpty();
        });
    }

    @Test
    void aSubscriptionThatComesAfterTheStreamWasClosedIsCancelled() throws Exception {
        VirtualLoop.run(loop -> {
            Probe<Integer> subscription = new Probe<>();
            CompletableFuture<Flow.Subscriber<? super Integer>> subscriber =
                    new CompletableFuture<>();
            Flow.Publisher<Integer> slow = subscriber::complete;
            PullStream<Integer> stream = PullStream.from(slow, 8);
            stream.next().recover(cause -> Promise.of(0));
            stream.close();
            subscriber.join().onSubscribe(subscription);
            assertThat(subscription.calls).containsExactly("cancel");
        });
    }

    @Test
    void aSecondSubscriptionIsCancelled() throws Exception {
        VirtualLoop.run(loop -> {
            Probe<Integer> probe = new Probe<>();
            PullStream.from(probe, 8).next();
            Probe<Integer> second = new Probe<>();
            probe.subscriber.onSubscribe(second);
            assertThat(second.calls).containsExactly("cancel");
            assertThat(probe.calls).doesNotContain("cancel");
        });
    }

    @Test
    void theSubscriptionIsNotCancelledAfterTheEnd() throws Exception {
        VirtualLoop.run(loop -> {
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.from(probe, 8);
            Promise<List<Integer>> all = stream.toList();
            probe.subscriber.onNext(1);
            probe.subscriber.onComplete();
            assertThat(all.poll()).contains(List.of(1));
            stream.close();
            assertThat(probe.calls).containsExactly("subscribe", "request 8");
        });
    }

    @Test
    void theErrorEndsTheStreamForEveryReadAfterIt() throws Exception {
        VirtualLoop.run(loop -> {
            IllegalStateException broken = new IllegalStateException("broken");
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.from(probe, 8);
            Promise<Integer> first = stream.next();
            probe.subscriber.onNext(1);
            probe.subscriber.onError(broken);
            assertThat(first.poll()).contains(1);
            assertThat(stream.next().state()).isEqualTo(new Promise.State.Rejected<>(broken));
            assertThat(stream.get().state()).isEqualTo(new Promise.State.Rejected<>(broken));
        });
    }

    @Test
    void aSubscriptionThatThrowsIsReportedAndTheStreamGoesOn() throws Exception {
        VirtualLoop.run(loop -> {
            IllegalStateException broken = new IllegalStateException("broken");
            PullStream<Integer> stream = PullStream.from(
                    subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                        @Override
                        public void request(long n) {
                            subscriber.onNext(1);
                        }

                        @Override
                        public void cancel() {
                            throw broken;
                        }
                    }),
                    8);
            assertThat(stream.next().poll()).contains(1);
            stream.close();
            assertThat(loop.takeErrors()).containsExactly(broken);
        });
    }

    @Test
    void aWindowMustBePositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PullStream.from(new Probe<Integer>(), 0))
                .withMessageContaining("0");
    }

    @Test
    void whatOtherThreadsPublishComesInOrderAndWhole() throws Exception {
        List<Integer> numbers = IntStream.range(0, 20_000).boxed().toList();
        for (int window : new int[] {1, 4, 256}) {
            SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>();
            List<Integer> seen = EventLoop.run(() -> {
                Promise<List<Integer>> all = PullStream.from(publisher, window).toList();
                ForkJoinPool.commonPool().execute(() -> {
                    try (publisher) {
                        numbers.forEach(publisher::submit);
                    }
                });
                return all;
            });
            assertThat(seen).isEqualTo(numbers);
        }
    }

    @Test
    void thereAndBackAgainIsTheSame() throws Exception {
        List<Integer> numbers = IntStream.range(0, 5_000).boxed().toList();
        List<Integer> seen = EventLoop.run(
                () -> PullStream.from(PullStream.fromCollection(numbers).asPublisher(), 16)
                        .toList());
        assertThat(seen).isEqualTo(numbers);
    }

    @Test
    void elementsAndReadersMeetInAnyOrder() throws Exception {
        VirtualLoop.run(loop -> {
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.from(probe, 256);
            Promise<Integer> a = stream.next();
            Promise<Integer> b = stream.next();
            probe.subscriber.onNext(1);
            probe.subscriber.onNext(2);
            probe.subscriber.onNext(3);
            assertThat(List.of(a.poll().orElseThrow(), b.poll().orElseThrow()))
                    .isEqualTo(List.of(1, 2));
            assertThat(stream.getAvailable()).isEqualTo(Collections.singletonList(3));
        });
    }

    @Test
    void whatComesOnTheLoopDoesNotOvertakeWhatOtherThreadsHaveBrought() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Probe<Integer> probe = new Probe<>() {
                @Override
                public void request(long n) {
                    super.request(n);
                    if (calls.size() == 3) {
                        subscriber.onNext(5);
                        subscriber.onComplete();
                    }
                }
            };
            Promise<List<Integer>> all = PullStream.from(probe, 4).toList();
            CompletableFuture.runAsync(
                            () -> IntStream.rangeClosed(1, 4).forEach(probe.subscriber::onNext))
                    .join();
            return all.onSuccess(list -> assertThat(list).containsExactly(1, 2, 3, 4, 5));
        });
    }

    @Test
    void anElementCountsOnceHoweverManyCopiesTakeIt() throws Exception {
        VirtualLoop.run(loop -> {
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.from(probe, 4);
            PullStream<Integer> copy = stream.copy();
            stream.peek();
            IntStream.range(0, 4).forEach(probe.subscriber::onNext);
            stream.nget(3);
            copy.nget(3);
            assertThat(probe.calls).containsExactly("subscribe", "request 4", "request 3");
        });
    }

    @Test
    void anElementThatIsPutBackCountsOnce() throws Exception {
        VirtualLoop.run(loop -> {
            IllegalStateException broken = new IllegalStateException("broken");
            loop.leavesUnobserved(broken);
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.from(probe, 4);
            stream.peek();
            IntStream.range(0, 4).forEach(probe.subscriber::onNext);
            for (int i = 0; i < 10; i++) {
                assertThat(stream.parse(s -> s.nget(3).flatMap(read -> Promise.failed(broken)))
                                .isRejected())
                        .isTrue();
            }
            assertThat(probe.calls).containsExactly("subscribe", "request 4", "request 3");
        });
    }

    @Test
    void aPublisherThatThrowsEndsTheStreamWithItsError() throws Exception {
        VirtualLoop.run(loop -> {
            IllegalStateException broken = new IllegalStateException("broken");
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.from(
                    subscriber -> {
                        probe.subscribe(subscriber);
                        throw broken;
                    },
                    4);
            Promise<Void> closed = stream.closed();
            assertThat(stream.next().state()).isEqualTo(new Promise.State.Rejected<>(broken));
            assertThat(stream.get().state()).isEqualTo(new Promise.State.Rejected<>(broken));
            assertThat(closed.isFulfilled()).isTrue();
            assertThat(probe.calls).containsExactly("subscribe", "request 4", "cancel");
        });
    }

    @Test
    void whoIsToldOfTheEndMayCloseTheStreamAndCancelsNothing() throws Exception {
        VirtualLoop.run(loop -> {
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.from(probe, 4);
            stream.get().onSuccess(end -> stream.close());
            probe.subscriber.onComplete();
            assertThat(probe.calls).containsExactly("subscribe", "request 4");
        });
    }

    @Test
    void closingTheLoopCancelsTheSubscription() throws Exception {
        Probe<Integer> probe = new Probe<>();
        Probe<Integer> late = new Probe<>();
        Probe<Integer> ended = new Probe<>();
        PullStream<Integer> stream = PullStream.from(probe, Integer.MAX_VALUE);
        EventLoop loop = EventLoop.builder().start();
        loop.submit(() -> {
                    PullStream<Integer> other = PullStream.from(ended, 4);
                    other.next();
                    ended.subscriber.onNext(1);
                    ended.subscriber.onComplete();
                    stream.next();
                    return Promise.unit();
                })
                .get();
        loop.close();
        assertThat(probe.calls).hasSize(3).endsWith("cancel");
        assertThat(ended.calls).doesNotContain("cancel");

        // What comes later is not kept, and another subscription is not wanted.
        long before = Reachable.from(stream);
        IntStream.range(0, 1000).forEach(probe.subscriber::onNext);
        probe.subscriber.onSubscribe(late);
        assertThat(late.calls).containsExactly("cancel");
        assertThat(Reachable.from(stream)).isEqualTo(before);
    }

    @Test
    void aStreamThatIsDroppedIsCollectedAlthoughItsLoopLives() throws Exception {
        VirtualLoop.run(loop -> Garbage.assertCollected(readOnce()));
    }

    private static WeakReference<?> readOnce() {
        PullStream<Integer> stream = PullStream.from(new Probe<>(), 4);
        stream.next();
        return new WeakReference<>(stream.source);
    }

    @Test
    void aStreamIsReadOnOneLoopOnly() throws Exception {
        Probe<Integer> probe = new Probe<>();
        PullStream<Integer> stream = PullStream.from(probe, 4);
        try (EventLoop loop = EventLoop.builder().start()) {
            loop.submit(() -> {
                        stream.peek();
                        probe.subscriber.onNext(1);
                        return Promise.unit();
                    })
                    .get();
            assertThatThrownBy(stream.next()::poll).isInstanceOf(LoopThreadException.class);
            assertThat(loop.submit(stream::next).get()).isEqualTo(1);
        }
    }
}
