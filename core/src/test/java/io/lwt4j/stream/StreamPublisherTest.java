package io.lwt4j.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.VirtualLoop;

import org.junit.jupiter.api.Test;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** A stream as a publisher, besides what the verification of Reactive Streams asks for. */
class StreamPublisherTest {

    private static <T> Recorder<T> subscribe(PullStream<T> stream) {
        Recorder<T> recorder = new Recorder<>();
        stream.asPublisher().subscribe(recorder);
        return recorder;
    }

    @Test
    void anElementIsReadWhenItIsAskedForAndNotBefore() throws Exception {
        VirtualLoop.run(loop -> {
            int[] made = {0};
            Recorder<Integer> recorder =
                    subscribe(PullStream.fromDirect(() -> Optional.of(made[0]++)));
            assertThat(made[0]).isZero();

            recorder.subscription.request(2);
            assertThat(recorder.signals).containsExactly(0, 1);
            assertThat(made[0]).isEqualTo(2);
        });
    }

    @Test
    void noMoreThanOneReadWaits() throws Exception {
        VirtualLoop.run(loop -> {
            int[] calls = {0};
            Resolver<Optional<Integer>> first = Resolver.cancellable();
            Recorder<Integer> recorder = subscribe(PullStream.from(
                    () -> calls[0]++ == 0 ? first.promise() : Promise.of(Optional.of(2))));
            recorder.subscription.request(1);
            recorder.subscription.request(1);
            assertThat(calls[0]).isEqualTo(1);

            first.resolve(Optional.of(1));
            assertThat(recorder.signals).containsExactly(1, 2);
        });
    }

    @Test
    void cancellingCancelsTheReadThatWaitsAndClosesTheStream() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Optional<Integer>> element = Resolver.cancellable();
            PullStream<Integer> stream = PullStream.from(element::promise);
            Recorder<Integer> recorder = subscribe(stream);
            recorder.subscription.request(1);

            recorder.subscription.cancel();
            assertThat(element.promise().isCancelled()).isTrue();
            assertThat(stream.isClosed()).isTrue();
            assertThat(recorder.signals).isEmpty();

            recorder.subscription.cancel();
            recorder.subscription.request(1);
            assertThat(recorder.signals).isEmpty();
        });
    }

    @Test
    void aCopyIsNotDisturbedByACancellation() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream<Integer> stream = PullStream.of(1, 2);
            PullStream<Integer> copy = stream.copy();
            Recorder<Integer> recorder = subscribe(stream);
            recorder.subscription.request(1);
            recorder.subscription.cancel();
            assertThat(copy.toList().poll()).contains(List.of(1, 2));
        });
    }

    @Test
    void theSecondSubscriberIsRefused() throws Exception {
        VirtualLoop.run(loop -> {
            Flow.Publisher<Integer> publisher = PullStream.of(1).asPublisher();
            Recorder<Integer> first = new Recorder<>();
            Recorder<Integer> second = new Recorder<>();
            publisher.subscribe(first);
            publisher.subscribe(second);
            second.subscription.request(1);
            second.subscription.cancel();
            assertThat(second.signals)
                    .singleElement()
                    .isInstanceOfSatisfying(
                            IllegalStateException.class,
                            e -> assertThat(e).hasMessageContaining("copy()"));

            first.subscription.request(2);
            assertThat(first.signals).containsExactly(1, "complete");
        });
    }

    @Test
    void theErrorOfAReadIsTheErrorOfTheSubscription() throws Exception {
        VirtualLoop.run(loop -> {
            IllegalStateException broken = new IllegalStateException("broken");
            Recorder<Integer> recorder = subscribe(PullStream.of(1, 2).map(n -> {
                if (n == 2) {
                    throw broken;
                }
                return n;
            }));
            recorder.subscription.request(5);
            assertThat(recorder.signals).containsExactly(1, broken);
        });
    }

    @Test
    void theEndIsToldAlsoToWhoAsksForNothing() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream.Pushed<Integer> pushed = PullStream.push();
            Recorder<Integer> recorder = subscribe(pushed.stream());
            pushed.writer().push(1);
            pushed.writer().end();
            assertThat(recorder.signals).isEmpty();

            recorder.subscription.request(1);
            assertThat(recorder.signals).containsExactly(1, "complete");

            PullStream.Pushed<Integer> empty = PullStream.push();
            Recorder<Integer> idle = subscribe(empty.stream());
            empty.writer().end();
            assertThat(idle.signals).containsExactly("complete");
        });
    }

    @Test
    void askingForNothingIsAnError() throws Exception {
        VirtualLoop.run(loop -> {
            for (long n : LongStream.of(0, -1, Long.MIN_VALUE).toArray()) {
                PullStream<Integer> stream = PullStream.of(1);
                Recorder<Integer> recorder = subscribe(stream);
                recorder.subscription.request(n);
                assertThat(recorder.signals)
                        .singleElement()
                        .isInstanceOfSatisfying(
                                IllegalArgumentException.class,
                                e -> assertThat(e)
                                        .hasMessageContaining("3.9")
                                        .hasMessageContaining("" + n));
            }
        });
    }

    @Test
    void demandAddsUpWithoutOverflow() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream.Pushed<Integer> pushed = PullStream.push();
            Recorder<Integer> recorder = subscribe(pushed.stream());
            recorder.subscription.request(Long.MAX_VALUE);
            recorder.subscription.request(Long.MAX_VALUE);
            pushed.writer().push(1);
            pushed.writer().push(2);
            assertThat(recorder.signals).containsExactly(1, 2);
        });
    }

    @Test
    void aMillionRequestsFromInsideOfOnNextTakeNoStack() throws Exception {
        VirtualLoop.run(loop -> {
            int[] seen = {0};
            Recorder<Integer> recorder = new Recorder<>() {
                @Override
                public void onNext(Integer element) {
                    seen[0]++;
                    subscription.request(1);
                }
            };
            PullStream.fromIterator(IntStream.range(0, 1_000_000).iterator())
                    .asPublisher()
                    .subscribe(recorder);
            recorder.subscription.request(1);
            assertThat(seen[0]).isEqualTo(1_000_000);
            assertThat(recorder.signals).containsExactly("complete");
        });
    }

    @Test
    void cancellingFromInsideOfOnNextStopsAtOnce() throws Exception {
        VirtualLoop.run(loop -> {
            Recorder<Integer> recorder = new Recorder<>() {
                @Override
                public void onNext(Integer element) {
                    super.onNext(element);
                    subscription.cancel();
                }
            };
            PullStream.of(1, 2, 3).asPublisher().subscribe(recorder);
            recorder.subscription.request(3);
            assertThat(recorder.signals).containsExactly(1);
        });
    }

    @Test
    void aSubscriberThatThrowsHearsNoMoreAndTheHandlerHearsOfIt() throws Exception {
        VirtualLoop.run(loop -> {
            IllegalStateException broken = new IllegalStateException("broken");
            PullStream<Integer> stream = PullStream.of(1, 2);
            Recorder<Integer> recorder = new Recorder<>() {
                @Override
                public void onNext(Integer element) {
                    super.onNext(element);
                    throw broken;
                }
            };
            stream.asPublisher().subscribe(recorder);
            recorder.subscription.request(2);
            assertThat(recorder.signals).containsExactly(1);
            assertThat(loop.takeErrors()).containsExactly(broken);
        });
    }

    @Test
    void everySignalIsSentOnTheLoopWhateverThreadAsks() throws Exception {
        try (EventLoop loop = EventLoop.builder().name("publishing").start()) {
            Flow.Publisher<Integer> publisher = PullStream.fromIterable(
                            IntStream.range(0, 10_000).boxed().toList())
                    .asPublisher(loop);
            CompletableFuture<Void> done = new CompletableFuture<>();
            ConcurrentLinkedQueue<Integer> seen = new ConcurrentLinkedQueue<>();
            publisher.subscribe(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    // Several threads ask, one element at a time.
                    for (int t = 0; t < 4; t++) {
                        ForkJoinPool.commonPool()
                                .execute(() -> IntStream.range(0, 2_501)
                                        .forEach(i -> subscription.request(1)));
                    }
                }

                @Override
                public void onNext(Integer element) {
                    assertThat(loop.isCurrent()).isTrue();
                    seen.add(element);
                }

                @Override
                public void onError(Throwable cause) {
                    done.completeExceptionally(cause);
                }

                @Override
                public void onComplete() {
                    done.complete(null);
                }
            });
            done.join();
            assertThat(seen)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 10_000).boxed().toList());
        }
    }

    @Test
    void aLoopThatIsClosedTellsTheSubscriber() {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        EventLoop loop = EventLoop.builder().name("closing").start();
        PullStream.from(() -> Resolver.<Optional<Integer>>cancellable().promise())
                .asPublisher(loop)
                .subscribe(new Recorder<>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        subscription.request(1);
                        loop.execute(loop::close);
                    }

                    @Override
                    public void onError(Throwable cause) {
                        told.complete(cause);
                    }
                });
        assertThat(told.join()).isInstanceOf(RejectedExecutionException.class);

        // Waits until it is closed.
        loop.close();
        Recorder<Integer> late = new Recorder<>();
        PullStream.of(1).asPublisher(loop).subscribe(late);
        assertThat(late.signals).singleElement().isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void nothingIsAcceptedForASubscriberOrALoop() throws Exception {
        assertThatThrownBy(() -> PullStream.of(1).asPublisher())
                .isInstanceOf(LoopThreadException.class);
        VirtualLoop.run(loop -> assertThatNullPointerException()
                .isThrownBy(() -> PullStream.of(1).asPublisher().subscribe(null)));
    }

    @Test
    void theEndIsToldWithTheLastElementIfItIsKnown() throws Exception {
        VirtualLoop.run(loop -> {
            Recorder<Integer> two = subscribe(PullStream.of(1, 2));
            two.subscription.request(1);
            assertThat(two.signals).containsExactly(1);
            two.subscription.request(1);
            assertThat(two.signals).containsExactly(1, 2, "complete");

            assertThat(subscribe(PullStream.empty()).signals).containsExactly("complete");

            Recorder<Integer> promised = subscribe(PullStream.fromPromise(Promise.of(1)));
            promised.subscription.request(1);
            assertThat(promised.signals).containsExactly(1, "complete");
        });
    }

    @Test
    void theEndIsToldWhenOnNextHasReturned() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream.Pushed<Integer> pushed = PullStream.push();
            Recorder<Integer> recorder = new Recorder<>() {
                @Override
                public void onNext(Integer element) {
                    pushed.writer().end();
                    super.onNext(element);
                }
            };
            pushed.stream().asPublisher().subscribe(recorder);
            recorder.subscription.request(10);
            pushed.writer().push(1);
            assertThat(recorder.signals).containsExactly(1, "complete");
        });
    }

    @Test
    void anErrorIsToldWhenOnNextHasReturned() throws Exception {
        VirtualLoop.run(loop -> {
            Recorder<Integer> recorder = new Recorder<>() {
                @Override
                public void onNext(Integer element) {
                    subscription.request(-1);
                    super.onNext(element);
                }
            };
            PullStream.of(1, 2).asPublisher().subscribe(recorder);
            recorder.subscription.request(2);
            assertThat(recorder.signals).hasSize(2).first().isEqualTo(1);
            assertThat(recorder.signals.get(1)).isInstanceOf(IllegalArgumentException.class);
        });
    }

    @Test
    void aSubscriberHearsThatItsCopyWasClosed() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream.Pushed<Integer> pushed = PullStream.push();
            PullStream<Integer> copy = pushed.stream().copy();
            Recorder<Integer> recorder = subscribe(copy);
            copy.close();
            assertThat(recorder.signals).containsExactly("complete");
            assertThat(pushed.writer().isClosed()).isFalse();
        });
    }

    @Test
    void aSubscriptionThatIsCancelledAtOnceIsCollected() throws Exception {
        VirtualLoop.run(loop -> {
            PullStream.Pushed<Integer> pushed = PullStream.push();
            Garbage.assertCollected(subscribeAndCancel(pushed.stream().copy()));
            assertThat(pushed.stream().isClosed()).isFalse();
        });
    }

    private static WeakReference<?> subscribeAndCancel(PullStream<Integer> stream) {
        Recorder<Integer> recorder = new Recorder<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                super.onSubscribe(subscription);
                subscription.cancel();
            }
        };
        stream.asPublisher().subscribe(recorder);
        return new WeakReference<>(recorder.subscription);
    }

    @Test
    void aSubscriberThatIsRefusedMayThrowOrCancel() throws Exception {
        VirtualLoop.run(loop -> {
            IllegalStateException broken = new IllegalStateException("broken");
            Flow.Publisher<Integer> publisher = PullStream.of(1).asPublisher();
            publisher.subscribe(new Recorder<>());
            Recorder<Integer> throwing = new Recorder<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    throw broken;
                }
            };
            publisher.subscribe(throwing);
            assertThat(loop.takeErrors()).containsExactly(broken);
            assertThat(throwing.signals).isEmpty();

            Recorder<Integer> cancelling = new Recorder<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscription.cancel();
                }
            };
            publisher.subscribe(cancelling);
            assertThat(cancelling.signals).isEmpty();
        });
    }

    @Test
    void theSubscriberOfAStreamThatBelongsToAnotherLoopIsTold() throws Exception {
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        try (EventLoop loop = EventLoop.builder().start();
                EventLoop other =
                        EventLoop.builder().uncaughtHandler(errors::add).start()) {
            PullStream<Integer> stream = PullStream.from(
                    () -> Resolver.<Optional<Integer>>cancellable().promise());
            loop.submit(() -> {
                        stream.next();
                        stream.closed();
                        return Promise.unit();
                    })
                    .get();
            CompletableFuture<Throwable> told = new CompletableFuture<>();
            stream.asPublisher(other).subscribe(new Recorder<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscription.request(1);
                }

                @Override
                public void onError(Throwable cause) {
                    told.complete(cause);
                }
            });
            assertThat(told.get(1, TimeUnit.MINUTES)).isInstanceOf(LoopThreadException.class);
            assertThat(loop.submit(() -> Promise.of(stream.isClosed())).get()).isFalse();
        }
        // It could not be closed either.
        assertThat(errors).hasSize(1).first().isInstanceOf(LoopThreadException.class);
    }

    @Test
    void whoSubscribesWhileTheLoopClosesIsTold() throws Exception {
        EventLoop loop = EventLoop.builder().name("closing").start();
        Flow.Publisher<Integer> publisher =
                PullStream.<Integer>push(loop).stream().asPublisher(loop);
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        loop.submit(() -> {
                    loop.exitHooks().addLast(() -> {
                        CompletableFuture.runAsync(() -> publisher.subscribe(telling(told)))
                                .join();
                        return Promise.unit();
                    });
                    return Promise.unit();
                })
                .get();
        loop.close();
        assertThat(told.getNow(null)).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void whoSubscribesAtAnyTimeWhileTheLoopClosesIsTold() throws Exception {
        for (int round = 0; round < 300; round++) {
            EventLoop loop = EventLoop.builder().uncaughtHandler(error -> {}).start();
            Flow.Publisher<Integer> publisher =
                    PullStream.<Integer>push(loop).stream().asPublisher(loop);
            CompletableFuture<Throwable> told = new CompletableFuture<>();
            AtomicBoolean go = new AtomicBoolean();
            int spins = round * 20;
            CompletableFuture<Void> subscribed = CompletableFuture.runAsync(() -> {
                for (int i = 0; !go.get() || i < spins; i++) {
                    Thread.onSpinWait();
                }
                publisher.subscribe(telling(told));
            });
            go.set(true);
            loop.close();
            subscribed.join();
            assertThat(told.getNow(null))
                    .as("what was told in round %s", round)
                    .isInstanceOf(RejectedExecutionException.class);
        }
    }

    private static Flow.Subscriber<Integer> telling(CompletableFuture<Throwable> told) {
        return new Recorder<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(1);
            }

            @Override
            public void onError(Throwable cause) {
                told.complete(cause);
            }
        };
    }
}
