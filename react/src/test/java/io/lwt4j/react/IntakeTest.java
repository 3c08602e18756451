package io.lwt4j.react;

import static io.lwt4j.react.Recorder.COMPLETE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CanceledException;
import io.lwt4j.DropHandler;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

/** What becomes of publishers that are turned into events and signals. */
class IntakeTest {

    private static final long ALL = Long.MAX_VALUE;

    /** Writes down what comes too late. */
    private static <A> DropHandler<A> noting(List<Object> late) {
        return new DropHandler<>() {
            @Override
            public void element(A element) {
                late.add(element);
            }

            @Override
            public void error(Throwable cause) {
                late.add(cause);
            }
        };
    }

    private static Throwable errorOf(Promise<?> promise) {
        return promise.state() instanceof Promise.State.Rejected<?> rejected
                ? rejected.cause()
                : null;
    }

    @Test
    void eachElementIsAStepOfItsOwnAtOnce() throws Exception {
        TestLoop.run(loop -> {
            ManualPublisher<Integer> publisher = new ManualPublisher<>();
            Feed<Event<Integer>> feed = Intake.create().toEvent(publisher);
            feed.node().observe(loop.log::add);
            assertThat(publisher.take()).containsExactly(ALL);
            publisher.next(1);
            assertThat(loop.takeLog()).containsExactly(1);
            publisher.next(1);
            assertThat(loop.takeLog()).containsExactly(1);
            assertThat(feed.done().isPending()).isTrue();
            publisher.complete();
            assertThat(errorOf(feed.done())).isNull();
            assertThat(publisher.take()).isEmpty();
            return feed.done();
        });
    }

    @Test
    void insideOfAStepAnElementIsPartOfTheNextOneAndTheEndFollows() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            ManualPublisher<Integer> publisher = new ManualPublisher<>();
            Feed<Event<Integer>> feed = Intake.create().paced().toEvent(publisher);
            feed.node().observe(a -> loop.log.add("fed " + a));
            Recorder<Integer> recorder = Recorder.of(feed.node().asPublisher(Overflow.error()));
            publisher.take();
            emitter.event().observe(a -> {
                publisher.next(a);
                publisher.next(a + 1);
                publisher.complete();
                loop.log.add("observed");
                assertThat(publisher.take()).isEmpty();
                assertThat(feed.done().isPending()).isTrue();
            });
            emitter.send(1);
            assertThat(loop.takeLog()).containsExactly("observed", "fed 1", "fed 2");
            assertThat(recorder.take()).containsExactly(1, 2, COMPLETE);
            return feed.done();
        });
    }

    @Test
    void aSignalHasTheLastElementAndEqualOnesAreNoChange() throws Exception {
        TestLoop.run(loop -> {
            ManualPublisher<Integer> publisher = new ManualPublisher<>();
            Feed<Signal<Integer>> feed = Intake.create().toSignal(publisher, 0);
            feed.node().observe(loop.log::add);
            publisher.next(0);
            publisher.next(1);
            publisher.next(1);
            publisher.next(2);
            assertThat(loop.takeLog()).containsExactly(0, 1, 2);
            IllegalStateException error = new IllegalStateException("lost");
            publisher.fail(error);
            assertThat(feed.node().get()).isEqualTo(2);
            assertThat(errorOf(feed.done())).isSameAs(error);
            feed.done().onFailure(e -> {});

            ManualPublisher<Integer> rounded = new ManualPublisher<>();
            Feed<Signal<Integer>> tens =
                    Intake.create().toSignal(rounded, 0, (old, next) -> old / 10 == next / 10);
            tens.node().observe(loop.log::add);
            rounded.next(9);
            rounded.next(12);
            assertThat(loop.takeLog()).containsExactly(0, 12);
            return Promise.unit();
        });
    }

    @Test
    void theFirstElementCanGiveTheSignal() throws Exception {
        TestLoop.run(loop -> {
            ManualPublisher<Integer> publisher = new ManualPublisher<>();
            Promise<Feed<Signal<Integer>>> first = Intake.create().toSignal(publisher);
            assertThat(first.isPending()).isTrue();
            publisher.next(5);
            Feed<Signal<Integer>> feed = first.poll().orElseThrow();
            feed.node().observe(loop.log::add);
            publisher.next(5);
            publisher.next(6);
            assertThat(loop.takeLog()).containsExactly(5, 6);
            feed.done().cancel();
            assertThat(publisher.take()).containsExactly(ALL, "cancel");
            return Promise.unit();
        });
    }

    @Test
    void withoutAFirstElementThePromiseIsRejected() throws Exception {
        TestLoop.run(loop -> {
            Intake intake = Intake.create();
            ManualPublisher<Integer> empty = new ManualPublisher<>();
            Promise<Feed<Signal<Integer>>> ofEmpty = intake.toSignal(empty);
            empty.complete();
            assertThat(errorOf(ofEmpty)).isInstanceOf(NoSuchElementException.class);
            ofEmpty.onFailure(e -> {});

            ManualPublisher<Integer> failed = new ManualPublisher<>();
            Promise<Feed<Signal<Integer>>> ofFailed = intake.toSignal(failed);
            IllegalStateException error = new IllegalStateException("failed");
            failed.fail(error);
            assertThat(errorOf(ofFailed)).isSameAs(error);
            ofFailed.onFailure(e -> {});

            ManualPublisher<Integer> cancelled = new ManualPublisher<>();
            Promise<Feed<Signal<Integer>>> ofCancelled = intake.toSignal(cancelled);
            ofCancelled.cancel();
            cancelled.next(1);
            assertThat(cancelled.take()).containsExactly(ALL, "cancel");
            assertThat(errorOf(ofCancelled)).isInstanceOf(CanceledException.class);
            return Promise.unit();
        });
    }

    @Test
    void cancellingTheEndOrStoppingTheNodeCancelsOnce() throws Exception {
        TestLoop.run(loop -> {
            ManualPublisher<Integer> first = new ManualPublisher<>();
            Feed<Event<Integer>> cancelled = Intake.create().toEvent(first);
            Recorder<Integer> recorder =
                    Recorder.of(cancelled.node().asPublisher(Overflow.error()));
            cancelled.done().cancel();
            cancelled.done().cancel();
            cancelled.node().stop();
            assertThat(first.take()).containsExactly(ALL, "cancel");
            assertThat(recorder.take()).containsExactly(COMPLETE);

            ManualPublisher<Integer> second = new ManualPublisher<>();
            Feed<Signal<Integer>> stopped = Intake.create().toSignal(second, 0);
            stopped.node().stop();
            stopped.done().cancel();
            assertThat(second.take()).containsExactly(ALL, "cancel");
            assertThat(errorOf(stopped.done())).isInstanceOf(CanceledException.class);

            ManualPublisher<Integer> third = new ManualPublisher<>();
            Feed<Event<Integer>> over = Intake.create().toEvent(third);
            third.complete();
            over.node().stop();
            over.done().cancel();
            assertThat(third.take()).containsExactly(ALL);

            Owner owner = Owner.create();
            ManualPublisher<Integer> fourth = new ManualPublisher<>();
            owner.own(() -> Intake.create().toEvent(fourth));
            owner.close();
            assertThat(fourth.take()).containsExactly(ALL, "cancel");
            return Promise.unit();
        });
    }

    @Test
    void aCancellationBeforeTheSubscriptionIsRemembered() throws Exception {
        TestLoop.run(loop -> {
            ManualPublisher<Integer> source = new ManualPublisher<>();
            List<Flow.Subscriber<? super Integer>> subscribers = new ArrayList<>();
            Feed<Event<Integer>> feed = Intake.create().toEvent(subscribers::add);
            feed.done().cancel();
            subscribers.get(0).onSubscribe(source.subscription());
            subscribers.get(0).onSubscribe(source.subscription());
            assertThat(source.take()).containsExactly("cancel", "cancel");
            return Promise.unit();
        });
    }

    @Test
    void aSecondSubscriptionIsCancelled() throws Exception {
        TestLoop.run(loop -> {
            ManualPublisher<Integer> source = new ManualPublisher<>();
            ManualPublisher<Integer> second = new ManualPublisher<>();
            Feed<Event<Integer>> feed = Intake.create().toEvent(source);
            feed.node().observe(loop.log::add);
            source.subscriber.onSubscribe(second.subscription());
            source.next(1);
            assertThat(second.take()).containsExactly("cancel");
            assertThat(source.take()).containsExactly(ALL);
            assertThat(loop.takeLog()).containsExactly(1);
            return Promise.unit();
        });
    }

    @Test
    void whatComesTooLateGoesToTheHandler() throws Exception {
        TestLoop.run(loop -> {
            List<Object> late = new ArrayList<>();
            IllegalStateException error = new IllegalStateException("late");
            ManualPublisher<Integer> publisher = new ManualPublisher<>();
            Feed<Event<Integer>> feed = Intake.create().toEvent(publisher, noting(late));
            feed.done().cancel();
            publisher.next(1);
            publisher.fail(new CancellationException("the answer"));
            publisher.fail(error);
            publisher.complete();
            assertThat(late).containsExactly(1, error);

            late.clear();
            ManualPublisher<Integer> wrong = new ManualPublisher<>();
            Intake.create().toSignal(wrong, 0, Integer::equals, noting(late));
            wrong.complete();
            wrong.next(2);
            wrong.fail(error);
            assertThat(late).containsExactly(2, error);

            ManualPublisher<Integer> usual = new ManualPublisher<>();
            Intake.create().toEvent(usual).done().cancel();
            usual.next(1);
            usual.fail(error);
            assertThat(loop.takeErrors()).containsExactly(error);
            return Promise.unit();
        });
    }

    @Test
    void thePacedVariantAsksAfterEachStepOrThreeQuartersOfAWindow() throws Exception {
        TestLoop.run(loop -> {
            ManualPublisher<Integer> one = new ManualPublisher<>();
            Intake intake = Intake.create();
            intake.paced().toEvent(one).node().observe(a -> loop.log.add(one.take()));
            assertThat(one.take()).containsExactly(1L);
            one.next(1);
            assertThat(loop.takeLog()).containsExactly(List.of());
            assertThat(one.take()).containsExactly(1L);

            ManualPublisher<Integer> eight = new ManualPublisher<>();
            intake.paced(8).toSignal(eight, 0);
            assertThat(eight.take()).containsExactly(8L);
            for (int i = 1; i <= 5; i++) {
                eight.next(i);
            }
            assertThat(eight.take()).isEmpty();
            eight.next(6);
            assertThat(eight.take()).containsExactly(6L);
            assertThatIllegalArgumentException().isThrownBy(() -> intake.paced(0));
            return Promise.unit();
        });
    }

    @Test
    void throwingPublishersAndSubscriptionsDoNoHarm() throws Exception {
        TestLoop.run(loop -> {
            IllegalStateException error = new IllegalStateException("subscribe");
            Feed<Event<Integer>> feed = Intake.create().toEvent(subscriber -> {
                throw error;
            });
            assertThat(errorOf(feed.done())).isSameAs(error);
            feed.done().onFailure(e -> {});

            Intake.create().toEvent(subscriber -> {
                subscriber.onComplete();
                throw error;
            });
            assertThat(loop.takeErrors()).containsExactly(error);

            IllegalStateException cancel = new IllegalStateException("cancel");
            Feed<Event<Integer>> throwing = Intake.create()
                    .toEvent(subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                        @Override
                        public void request(long n) {
                            throw error;
                        }

                        @Override
                        public void cancel() {
                            throw cancel;
                        }
                    }));
            throwing.done().cancel();
            assertThat(loop.takeErrors()).containsExactly(error, cancel);
            return Promise.unit();
        });
    }

    @Test
    void aPublisherMaySendAllItHasWhileItIsSubscribedTo() throws Exception {
        TestLoop.run(loop -> {
            Flow.Publisher<Integer> all = subscriber -> {
                subscriber.onSubscribe(new ManualPublisher<>().subscription());
                subscriber.onNext(1);
                subscriber.onNext(2);
                subscriber.onComplete();
            };
            Feed<Event<Integer>> event = Intake.create().toEvent(all);
            Feed<Signal<Integer>> signal = Intake.create().toSignal(all, 0);
            Promise<Feed<Signal<Integer>>> first = Intake.create().toSignal(all);
            assertThat(signal.node().get()).isEqualTo(2);
            assertThat(first.poll().orElseThrow().node().get()).isEqualTo(2);
            assertThat(first.poll().orElseThrow().done().isPending()).isFalse();
            assertThat(event.done().isPending()).isFalse();
            // In the middle of a step it is all there afterwards.
            List<Feed<Signal<Integer>>> inside = new ArrayList<>();
            Step.batch(() -> inside.add(Intake.create().toSignal(all, 0)));
            assertThat(inside.get(0).node().get()).isEqualTo(2);
            assertThat(inside.get(0).done().isPending()).isFalse();
            return Promise.unit();
        });
    }

    @Test
    void nullIsRefusedWhereItIsSent() throws Exception {
        TestLoop.run(loop -> {
            ManualPublisher<Integer> publisher = new ManualPublisher<>();
            Intake.create().toEvent(publisher);
            assertThatNullPointerException().isThrownBy(() -> publisher.next(null));
            assertThatNullPointerException().isThrownBy(() -> publisher.fail(null));
            assertThatNullPointerException()
                    .isThrownBy(() -> publisher.subscriber.onSubscribe(null));
            return Promise.unit();
        });
    }

    @Test
    void whatSeveralHaveSentByTheTimeTheLoopLooksIsOneStep() throws Exception {
        TestLoop.run(loop -> {
            Intake intake = Intake.create();
            List<ManualPublisher<Integer>> publishers = new ArrayList<>();
            List<Signal<Integer>> signals = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                publishers.add(new ManualPublisher<>());
                signals.add(intake.toSignal(publishers.get(i), 0).node());
            }
            ManualPublisher<Integer> clicks = new ManualPublisher<>();
            Event<Integer> clicked = intake.paced(4).toEvent(clicks).node();
            Signal.merge(signals, "", (text, a) -> text + a).observe(loop.log::add);
            clicked.observe(a -> loop.log.add("click " + a));
            loop.takeLog();
            Graph.current().onStep(report -> loop.log.add("step"));
            elsewhere(() -> {
                publishers.get(0).next(1);
                publishers.get(0).next(2);
                publishers.get(0).complete();
                publishers.get(2).next(3);
                clicks.next(7);
                clicks.next(8);
                clicks.next(9);
                publishers.get(1).next(4);
            });
            return EventLoop.pause().map(turn -> {
                Graph.current().onStep(null);
                assertThat(loop.takeLog())
                        .containsExactly(
                                "step", "click 7", "143", "step", "click 8", "243", "step",
                                "click 9");
                assertThat(publishers.get(0).take()).containsExactly(ALL);
                assertThat(clicks.take()).containsExactly(4L, 3L);
                return true;
            });
        });
    }

    @Test
    void theOrderOfOnePublisherIsKeptFromThreadToThread() throws Exception {
        TestLoop.run(loop -> {
            ManualPublisher<Integer> publisher = new ManualPublisher<>();
            Feed<Event<Integer>> feed = Intake.create().toEvent(publisher);
            feed.node().observe(loop.log::add);
            elsewhere(() -> publisher.next(1));
            publisher.next(2);
            assertThat(loop.takeLog()).containsExactly(1, 2);
            elsewhere(() -> publisher.next(3));
            Step.batch(() -> publisher.next(4));
            assertThat(loop.takeLog()).containsExactly(3, 4);
            elsewhere(() -> publisher.next(5));
            publisher.complete();
            assertThat(loop.takeLog()).containsExactly(5);
            return feed.done();
        });
    }

    private static void elsewhere(Runnable action) throws InterruptedException {
        Thread thread = new Thread(action);
        thread.start();
        thread.join();
    }

    @Test
    void anIntakeFromAnOutletToAnInletIsTheSameEvent() throws Exception {
        TestLoop.run(loop -> {
            EventEmitter<Integer> emitter = EventEmitter.create();
            Feed<Event<Integer>> feed = Intake.create()
                    .paced()
                    .toEvent(emitter.event().asPublisher(Overflow.unbounded()));
            Recorder<Integer> recorder = Recorder.of(feed.node().asPublisher(Overflow.error()));
            recorder.action = element -> {
                if (element < 100_000) {
                    emitter.send(element + 1);
                } else {
                    emitter.event().stop();
                }
            };
            emitter.send(1);
            List<Object> got = recorder.take();
            assertThat(got).hasSize(100_001).endsWith(100_000, COMPLETE);
            return feed.done();
        });
    }

    @Test
    void closingTheLoopCancelsTheSubscriptionAndRefusesWhatComes() throws Exception {
        ManualPublisher<Integer> publisher = new ManualPublisher<>();
        List<Object> late = new ArrayList<>();
        List<Feed<Event<Integer>>> feeds = new ArrayList<>();
        EventLoop.run(() -> {
            feeds.add(Intake.create().toEvent(publisher, noting(late)));
            return Promise.unit();
        });
        assertThat(publisher.take()).containsExactly(ALL, "cancel");
        assertThat(errorOf(feeds.get(0).done())).isInstanceOf(CanceledException.class);
        IllegalStateException error = new IllegalStateException("late");
        publisher.next(1);
        publisher.fail(error);
        publisher.subscriber.onSubscribe(publisher.subscription());
        assertThat(late).containsExactly(1, error);
        assertThat(publisher.take()).containsExactly("cancel");
    }

    @Test
    void aBurstFromAnotherThreadIsOneTask() throws Exception {
        AtomicInteger tasks = new AtomicInteger();
        CountDownLatch sent = new CountDownLatch(1);
        try (EventLoop loop = EventLoop.builder().start()) {
            ManualPublisher<Integer> publisher = new ManualPublisher<>();
            CompletableFuture<Integer> last = new CompletableFuture<>();
            loop.submit(() -> {
                        Feed<Event<Integer>> feed = Intake.create().toEvent(publisher);
                        feed.node().observe(a -> {
                            if (a == 1000) {
                                last.complete(tasks.get());
                            }
                        });
                        return Promise.unit();
                    })
                    .join();
            loop.execute(() -> {
                try {
                    sent.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                EventLoop.current().turnStartHooks().addLast(tasks::incrementAndGet);
            });
            for (int i = 1; i <= 1000; i++) {
                publisher.next(i);
            }
            sent.countDown();
            // One task needs no further turns; a thousand would be cut into several.
            assertThat(last.join()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void anEventLoopIsNeeded() {
        assertThatThrownBy(Intake::create)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("needs an event loop");
    }
}
