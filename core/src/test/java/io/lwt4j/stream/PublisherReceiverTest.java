package io.lwt4j.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.DropHandler;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;
import io.lwt4j.VirtualLoop;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** A subscriber to a stream of a publisher, which takes its elements as they come, and others. */
class PublisherReceiverTest {

    /** The places that are compared: a stream that is pushed to, and one of a publisher. */
    private interface Sending {
        void send(int element);
    }

    private static void onBoth(Trial trial) throws Exception {
        onBoth(trial, null);
    }

    private static void onBoth(Trial trial, @Nullable Comparator<Object> order) throws Exception {
        List<Object> pushed = new ArrayList<>();
        List<Object> published = new ArrayList<>();
        VirtualLoop.run(loop -> {
            PullStream.Pushed<Integer> both = PullStream.push();
            trial.run(both.stream(), both.writer()::push, pushed);
        });
        VirtualLoop.run(loop -> {
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.subscribe(probe, Integer.MAX_VALUE, ignoring());
            trial.run(stream, probe.subscriber::onNext, published);
        });
        if (order != null) {
            pushed.sort(order);
            published.sort(order);
        }
        assertThat(published).isEqualTo(pushed);
    }

    private interface Trial {
        void run(PullStream<Integer> stream, Sending sending, List<Object> log) throws Exception;
    }

    private static Object available(PullStream<Integer> stream) {
        try {
            return stream.getAvailable();
        } catch (Exception e) {
            return e;
        }
    }

    private static DropHandler<Object> ignoring() {
        return noting(new ArrayList<>());
    }

    private static DropHandler<Object> noting(List<Object> dropped) {
        return new DropHandler<>() {
            @Override
            public void element(Object element) {
                dropped.add(element);
            }

            @Override
            public void error(Throwable cause) {
                dropped.add(cause);
            }
        };
    }

    private static Recorder<Integer> subscribe(PullStream<Integer> stream, List<Object> log) {
        return subscribe(stream, log, element -> {});
    }

    private static Recorder<Integer> subscribe(
            PullStream<Integer> stream, List<Object> log, Consumer<Integer> then) {
        Recorder<Integer> recorder = new Recorder<>() {
            @Override
            public void onNext(Integer element) {
                log.add("subscriber " + element);
                then.accept(element);
                log.add("returned");
            }

            @Override
            public void onComplete() {
                log.add("complete");
            }
        };
        stream.asPublisher().subscribe(recorder);
        return recorder;
    }

    @Test
    void whateverHappensEverybodyGetsWhatTheyGetOfAStreamThatIsPushedTo() throws Exception {
        long first = System.nanoTime();
        for (long seed = first; seed < first + 2000; seed++) {
            long used = seed;
            try {
                // Who gets what; the order between those who read different copies is nobody's.
                onBoth(
                        (stream, sending, log) -> new Game(used, stream, sending, log).play(),
                        Comparator.comparing(String::valueOf));
            } catch (Throwable t) {
                throw new AssertionError("PublisherReceiverTest: seed " + used, t);
            }
        }
    }

    /** A subscriber, readers and those who only look, at random. */
    private static final class Game {

        private final Random random;
        private final PullStream<Integer> stream;
        private final Sending sending;
        private final List<Object> log;
        private Flow.Subscription subscription;
        private int sent;
        private int named;
        private boolean telling;

        Game(long seed, PullStream<Integer> stream, Sending sending, List<Object> log) {
            random = new Random(seed);
            this.stream = stream;
            this.sending = sending;
            this.log = log;
        }

        void play() {
            subscription = subscribe(stream, log, element -> {
                        telling = true;
                        while (random.nextInt(3) == 0) {
                            act();
                        }
                        telling = false;
                    })
                    .subscription;
            for (int i = random.nextInt(40); i > 0; i--) {
                act();
            }
        }

        private void act() {
            String name = " of " + named++;
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> subscription.request(1 + random.nextInt(3));
                case 3, 4, 5, 6 -> {
                    // Inside of a resolution, what is pushed takes effect later, and only then.
                    if (!telling) {
                        sending.send(sent++);
                    }
                }
                case 7 -> stream.next().onSuccess(element -> log.add(element + name));
                case 8 -> stream.peek().onSuccess(element -> log.add(element + name));
                case 9 -> stream.next().cancel();
                case 10 -> {
                    if (random.nextInt(4) == 0) {
                        subscribe(stream.copy(), log).subscription.request(1 + random.nextInt(9));
                    } else {
                        stream.npeek(2).onSuccess(elements -> log.add(elements + name));
                    }
                }
                default -> log.add(available(stream) + name);
            }
        }
    }

    @Test
    void whoWaitedFirstIsServedFirst() throws Exception {
        onBoth((stream, sending, log) -> {
            subscribe(stream, log).subscription.request(1);
            Promise<Integer> read =
                    stream.next().onSuccess(element -> log.add("reader " + element));
            sending.send(1);
            sending.send(2);
            assertThat(read.isFulfilled()).isTrue();
        });
    }

    @Test
    void whoOnlyLooksSeesWhatTheSubscriberTakes() throws Exception {
        onBoth((stream, sending, log) -> {
            subscribe(stream, log).subscription.request(5);
            stream.peek().onSuccess(element -> log.add("looker " + element));
            sending.send(1);
            sending.send(2);
        });
    }

    @Test
    void aReadInsideOfOnNextTakesWhatHasComeMeanwhile() throws Exception {
        onBoth((stream, sending, log) -> subscribe(stream, log, element -> {
                    if (element == 1) {
                        sending.send(2);
                        stream.next().onSuccess(next -> log.add("reader " + next));
                    }
                })
                .subscription
                .request(5));
        onBoth((stream, sending, log) -> {
            subscribe(stream, log, element -> {
                        if (element == 1) {
                            sending.send(2);
                            stream.next().onSuccess(next -> log.add("reader " + next));
                        }
                    })
                    .subscription
                    .request(5);
            sending.send(1);
            sending.send(3);
        });
    }

    @Test
    void aReadInsideOfOnNextThatWaitsComesBeforeTheSubscriber() throws Exception {
        onBoth((stream, sending, log) -> {
            subscribe(stream, log, element -> {
                        if (element == 1) {
                            stream.next().onSuccess(next -> log.add("reader " + next));
                        }
                    })
                    .subscription
                    .request(5);
            sending.send(1);
            sending.send(2);
            sending.send(3);
        });
    }

    @Test
    void whatIsAvailableInsideOfOnNextIsTaken() throws Exception {
        onBoth((stream, sending, log) -> {
            subscribe(stream, log, element -> {
                        if (element == 1) {
                            sending.send(2);
                            sending.send(3);
                            log.add(available(stream));
                        }
                    })
                    .subscription
                    .request(5);
            sending.send(1);
            sending.send(4);
        });
    }

    @Test
    void whoReadsOnAnotherThreadIsRefusedAndChangesNothing() throws Exception {
        onBoth((stream, sending, log) -> {
            subscribe(stream, log).subscription.request(5);
            CompletableFuture<Promise.State<Integer>> read = new CompletableFuture<>();
            Thread elsewhere = new Thread(() -> {
                try {
                    EventLoop.run(() -> {
                        read.complete(stream.next().state());
                        return Promise.unit();
                    });
                } catch (Throwable t) {
                    read.completeExceptionally(t);
                }
            });
            elsewhere.start();
            elsewhere.join();
            assertThat(read.handle((state, error) -> error == null ? state : error)
                            .join())
                    .asString()
                    .contains("LoopThreadException");
            sending.send(1);
            sending.send(2);
        });
    }

    @Test
    void aPublisherThatThrowsAfterAnElementHasItReadAndNotDropped() throws Exception {
        VirtualLoop.run(loop -> {
            IllegalStateException error = new IllegalStateException("subscribe");
            List<Object> dropped = new ArrayList<>();
            Flow.Publisher<Integer> publisher = subscriber -> {
                subscriber.onSubscribe(new Probe<>());
                subscriber.onNext(1);
                throw error;
            };
            PullStream<Integer> stream = PullStream.from(publisher, 8, noting(dropped));
            List<Object> read = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                stream.get().onAny(read::add, read::add);
            }
            read.removeIf(item -> item == error);
            read.addAll(dropped);
            assertThat(read).containsExactly(Optional.of(1));
        });
    }

    @Test
    void aPublisherThatThrowsEndsAlsoAStreamThatSubscribesAtOnce() throws Exception {
        VirtualLoop.run(loop -> {
            IllegalStateException error = new IllegalStateException("subscribe");
            Flow.Publisher<Integer> publisher = subscriber -> {
                throw error;
            };
            PullStream<Integer> stream = PullStream.subscribe(publisher, 8, ignoring());
            assertThat(stream.get().state()).isEqualTo(VirtualLoop.rejected(error));
        });
    }

    @Test
    void everySignalComesWithThePromiseLocalValuesOfTheSubscriber() throws Exception {
        PromiseLocal<String> key = PromiseLocal.create();
        List<Object> log = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder().start()) {
            Probe<Integer> probe = new Probe<>();
            Flow.Publisher<Integer> publisher = loop.submit(() -> Promise.of(
                            PullStream.subscribe(probe, 8, ignoring()).asPublisher()))
                    .join();
            Recorder<Integer> recorder = new Recorder<>() {
                @Override
                public void onSubscribe(Flow.Subscription given) {
                    log.add("subscribed " + key.get());
                    given.request(1);
                }

                @Override
                public void onNext(Integer element) {
                    log.add(element + " " + key.get());
                }

                @Override
                public void onComplete() {
                    log.add("complete " + key.get());
                }
            };
            key.with("here", () -> {
                publisher.subscribe(recorder);
                return true;
            });
            loop.submit(() -> {
                        probe.subscriber.onNext(1);
                        probe.subscriber.onComplete();
                        return Promise.unit();
                    })
                    .join();
        }
        assertThat(log).containsExactly("subscribed here", "1 here", "complete here");
    }

    @Test
    void anErrorThatNobodyHasReadGoesToTheHandlerWithTheElements() throws Exception {
        VirtualLoop.run(loop -> {
            IllegalStateException error = new IllegalStateException("unread");
            List<Object> dropped = new ArrayList<>();
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.subscribe(probe, 8, noting(dropped));
            probe.subscriber.onNext(1);
            probe.subscriber.onError(error);
            stream.close();
            assertThat(dropped).containsExactly(1, error);
        });
    }

    @Test
    void anErrorThatAnybodyHasReadDoesNot() throws Exception {
        VirtualLoop.run(loop -> {
            IllegalStateException error = new IllegalStateException("read");
            List<Object> dropped = new ArrayList<>();
            Probe<Integer> probe = new Probe<>();
            PullStream<Integer> stream = PullStream.subscribe(probe, 8, noting(dropped));
            Promise<Integer> waiting = stream.next();
            probe.subscriber.onError(error);
            assertThat(waiting.state()).isEqualTo(VirtualLoop.rejected(error));
            stream.close();

            PullStream<Integer> other = PullStream.subscribe(probe, 8, noting(dropped));
            List<Object> log = new ArrayList<>();
            Recorder<Integer> recorder = subscribe(other, log);
            probe.subscriber.onError(error);
            assertThat(recorder.signals).containsExactly(error);
            other.close();

            PullStream<Integer> third = PullStream.subscribe(probe, 8, noting(dropped));
            probe.subscriber.onError(error);
            assertThat(third.get().state()).isEqualTo(VirtualLoop.rejected(error));
            third.close();
            assertThat(dropped).isEmpty();
        });
    }

    @Test
    @Timeout(20)
    void aPublisherThatNeverRestsLeavesOthersTheirTurn() throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (EventLoop loop = EventLoop.builder().name("busy").start()) {
            CompletableFuture<Integer> seen = new CompletableFuture<>();
            loop.execute(() -> {
                Probe<Integer> probe = new Probe<>();
                PullStream<Integer> stream =
                        PullStream.subscribe(probe, Integer.MAX_VALUE, ignoring());
                boolean[] enough = {false};
                int[] count = {0};
                Recorder<Integer> recorder = new Recorder<>() {
                    @Override
                    public void onNext(Integer element) {
                        count[0]++;
                        if (!enough[0] && count[0] < 100_000) {
                            // There is always one more by the time this is through.
                            CompletableFuture.runAsync(() -> probe.subscriber.onNext(1), other)
                                    .join();
                        } else {
                            seen.complete(count[0]);
                        }
                    }
                };
                stream.asPublisher().subscribe(recorder);
                recorder.subscription.request(Long.MAX_VALUE);
                CompletableFuture.runAsync(() -> probe.subscriber.onNext(1), other)
                        .join();
                loop.execute(() -> enough[0] = true);
            });
            assertThat(seen.join()).isLessThan(100_000);
        } finally {
            other.shutdown();
        }
    }
}
