package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.DropHandler;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Several threads send, ask and cancel at random; then the accounts have to be right. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlowStressTest {

    private static final int ROUNDS = 150;
    private static final int SENT = 2000;

    /** Asks and cancels on another thread; notes what is against the rules. */
    private static final class Subscriber implements Flow.Subscriber<Integer> {

        final AtomicLong asked = new AtomicLong();
        final AtomicInteger ended = new AtomicInteger();
        final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        final List<Integer> got = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger inside = new AtomicInteger();
        volatile Flow.Subscription subscription;
        volatile Throwable error;

        private void enter() {
            if (inside.getAndIncrement() != 0) {
                wrong.add("signals at the same time");
            }
            if (ended.get() > 0) {
                wrong.add("a signal after the end");
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(Integer element) {
            enter();
            got.add(element);
            if (got.size() > asked.get()) {
                wrong.add("more than was asked for");
            }
            inside.decrementAndGet();
        }

        @Override
        public void onError(Throwable cause) {
            enter();
            error = cause;
            ended.incrementAndGet();
            inside.decrementAndGet();
        }

        @Override
        public void onComplete() {
            enter();
            ended.incrementAndGet();
            inside.decrementAndGet();
        }

        void ask(long n) {
            asked.addAndGet(n);
            subscription.request(n);
        }
    }

    private static Overflow anyOverflow(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> Overflow.unbounded();
            case 1 -> Overflow.fail(random.nextInt(50));
            case 2 -> Overflow.dropOldest(random.nextInt(50));
            case 3 -> Overflow.dropLatest(random.nextInt(50));
            default -> Overflow.latest();
        };
    }

    @Test
    void whatAnEventOccursWithIsDeliveredOrDroppedInOrder() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(round);
            List<Throwable> errors = Collections.synchronizedList(new ArrayList<>());
            List<Integer> dropped = Collections.synchronizedList(new ArrayList<>());
            Subscriber subscriber = new Subscriber();
            Overflow overflow = anyOverflow(random);
            EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).start();
            EventEmitter<Integer> emitter = loop.submit(
                            () -> Promise.of(EventEmitter.<Integer>create()))
                    .join();
            // Who counts what has been observed: an observer that is there as long.
            List<Integer> sent = Collections.synchronizedList(new ArrayList<>());
            loop.submit(() -> {
                        emitter.event().asPublisher(overflow, dropped::add).subscribe(subscriber);
                        return Promise.unit();
                    })
                    .join();
            Thread sender = new Thread(() -> {
                for (int i = 0; i < SENT; i++) {
                    int number = i;
                    loop.execute(() -> {
                        if (emitter.event().first != null) {
                            sent.add(number);
                        }
                        emitter.send(number);
                    });
                }
            });
            boolean cancels = random.nextInt(3) == 0;
            int asks = random.nextInt(200);
            Thread asker = new Thread(() -> {
                for (int i = 0; i < asks; i++) {
                    subscriber.ask(1 + random.nextInt(20));
                    if (random.nextInt(3) == 0) {
                        Thread.onSpinWait();
                    }
                }
                if (cancels) {
                    subscriber.subscription.cancel();
                }
            });
            Thread other = new Thread(() -> {
                Random own = new Random();
                for (int i = 0; i < asks; i++) {
                    subscriber.ask(1 + own.nextInt(3));
                }
            });
            List<Thread> threads = List.of(sender, asker, other);
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            if (random.nextBoolean()) {
                loop.submit(() -> {
                            emitter.event().stop();
                            return Promise.unit();
                        })
                        .join();
            }
            loop.close();

            String name = "round " + round + ", " + overflow;
            assertThat(subscriber.wrong).as(name).isEmpty();
            assertThat(errors).as(name).isEmpty();
            assertThat(subscriber.ended.get()).as(name).isLessThanOrEqualTo(1);
            assertThat(subscriber.got).as(name).isSorted().doesNotHaveDuplicates();
            List<Integer> all = new ArrayList<>(subscriber.got);
            all.addAll(dropped);
            assertThat(all).as(name).containsExactlyInAnyOrderElementsOf(sent);
            if (!cancels) {
                assertThat(subscriber.ended.get()).as(name).isOne();
            }
        }
    }

    @Test
    void aSignalIsNeverSentTwiceOrBackwardsAndTheLastValueArrives() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(round);
            Subscriber subscriber = new Subscriber();
            EventLoop loop = EventLoop.builder().start();
            Var<Integer> variable = loop.submit(() -> {
                        Var<Integer> made = Var.of(-1);
                        made.signal().asPublisher().subscribe(subscriber);
                        return Promise.of(made);
                    })
                    .join();
            Thread sender = new Thread(() -> {
                for (int i = 0; i < SENT; i++) {
                    variable.post(i);
                }
            });
            int asks = 1 + random.nextInt(200);
            Thread asker = new Thread(() -> {
                for (int i = 0; i < asks; i++) {
                    subscriber.ask(1 + random.nextInt(3));
                    Thread.onSpinWait();
                }
            });
            sender.start();
            asker.start();
            sender.join();
            asker.join();
            // All have been set by now; for the last one, and one more that is not to come.
            loop.submit(Promise::unit).join();
            subscriber.ask(2);
            loop.submit(() -> {
                        variable.signal().stop();
                        return Promise.unit();
                    })
                    .join();
            loop.close();
            assertThat(subscriber.wrong).isEmpty();
            assertThat(subscriber.error).isNull();
            assertThat(subscriber.ended.get()).isOne();
            assertThat(subscriber.got).isSorted().doesNotHaveDuplicates().endsWith(SENT - 1);
        }
    }

    @Test
    void whatPublishersSendIsTakenOrTooLateEachInItsOrder() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(round);
            List<Throwable> errors = Collections.synchronizedList(new ArrayList<>());
            EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).start();
            List<ManualPublisher<Integer>> publishers = new ArrayList<>();
            List<List<Integer>> taken = new ArrayList<>();
            List<List<Integer>> late = new ArrayList<>();
            List<Feed<Event<Integer>>> feeds = new ArrayList<>();
            AtomicInteger steps = new AtomicInteger();
            loop.submit(() -> {
                        Intake intake = Intake.create();
                        for (int i = 0; i < 3; i++) {
                            ManualPublisher<Integer> publisher = new ManualPublisher<>();
                            List<Integer> occurred = new ArrayList<>();
                            List<Integer> tooLate = Collections.synchronizedList(new ArrayList<>());
                            Feed<Event<Integer>> feed =
                                    intake.toEvent(publisher, new DropHandler<>() {
                                        @Override
                                        public void element(Integer element) {
                                            tooLate.add(element);
                                        }

                                        @Override
                                        public void error(Throwable cause) {}
                                    });
                            feed.node().observe(occurred::add);
                            publishers.add(publisher);
                            taken.add(occurred);
                            late.add(tooLate);
                            feeds.add(feed);
                        }
                        Event.merge(
                                        feeds.stream().map(Feed::node).toList(),
                                        0,
                                        (count, a) -> count + 1)
                                .observe(count -> steps.incrementAndGet());
                        return Promise.unit();
                    })
                    .join();
            List<Thread> threads = new ArrayList<>();
            for (ManualPublisher<Integer> publisher : publishers) {
                threads.add(new Thread(() -> {
                    for (int i = 0; i < SENT; i++) {
                        publisher.next(i);
                    }
                    publisher.complete();
                }));
            }
            threads.forEach(Thread::start);
            boolean cancels = random.nextBoolean();
            if (cancels) {
                feeds.get(0).done().cancel();
            }
            boolean closes = random.nextInt(4) == 0;
            if (closes) {
                loop.close();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            for (int i = cancels ? 1 : 0; i < 3 && !closes; i++) {
                Feed<Event<Integer>> feed = feeds.get(i);
                loop.submit(feed::done).join();
            }
            loop.close();
            assertThat(errors).isEmpty();
            for (int i = 0; i < 3; i++) {
                assertThat(taken.get(i)).isSorted().doesNotHaveDuplicates();
                assertThat(taken.get(i).size() + late.get(i).size()).isEqualTo(SENT);
                if (!closes && (i > 0 || !cancels)) {
                    assertThat(taken.get(i)).hasSize(SENT);
                    assertThat(publishers.get(i).take()).containsExactly(Long.MAX_VALUE);
                } else {
                    assertThat(publishers.get(i).take())
                            .isIn(List.of(Long.MAX_VALUE), List.of(Long.MAX_VALUE, "cancel"));
                }
            }
            assertThat(steps.get()).isLessThanOrEqualTo(3 * SENT);
        }
    }
}
