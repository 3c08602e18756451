package io.lwt4j.detach;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.junit.jupiter.api.RepeatedTest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Submissions from inside and outside of a group; see {@link Stress} for the seed. */
class LoopGroupStressTest {

    private static final int THREADS = 3;
    private static final int AT_ONCE = 10;

    private final Queue<Throwable> handled = new ConcurrentLinkedQueue<>();
    private final AtomicInteger submitted = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger fulfilled = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();

    private LoopGroup startGroup() {
        return LoopGroup.builder().size(3).uncaughtHandler(handled::add).start();
    }

    private EventLoop startLoop() {
        return EventLoop.builder().uncaughtHandler(handled::add).start();
    }

    /** Submits something of each kind, and cancels some; on any loop. */
    private Promise<Void> burst(LoopGroup group, Random random) {
        List<Promise<?>> all = new ArrayList<>();
        EventLoop home = EventLoop.current();
        boolean ofGroup = group.loops().contains(home);
        for (int i = 0; i < AT_ONCE; i++) {
            int number = random.nextInt(1_000);
            submitted.incrementAndGet();
            Promise<Integer> task = group.submit(() -> {
                begun.incrementAndGet();
                assertThat(EventLoop.current()).isIn(group.loops());
                assertThat(ofGroup && EventLoop.current() == home).isFalse();
                return switch (number % 4) {
                    case 0 -> Promise.of(number);
                    case 1 -> EventLoop.pause().map(done -> number);
                    case 2 -> EventLoop.sleep(Duration.ofNanos(number)).map(done -> number);
                    default -> group.submit(() -> Promise.of(number));
                };
            });
            all.add(task.outcome().map(outcome -> {
                assertThat(EventLoop.current()).isSameAs(home);
                count(outcome, number);
                return 1;
            }));
            if (random.nextInt(5) == 0) {
                task.cancel();
            }
        }
        return Promise.join(all);
    }

    private void count(Promise.State<Integer> outcome, int number) {
        if (!(outcome instanceof Promise.State.Rejected<Integer> rejected)) {
            assertThat(outcome).isEqualTo(new Promise.State.Fulfilled<>(number));
            fulfilled.incrementAndGet();
        } else if (rejected.cause() instanceof RejectedExecutionException) {
            refused.incrementAndGet();
        } else {
            assertThat(rejected.cause()).isInstanceOf(CancellationException.class);
            cancelled.incrementAndGet();
        }
    }

    private void assertAllResolved() {
        assertThat(fulfilled.get() + refused.get() + cancelled.get())
                .as(Stress.seed())
                .isEqualTo(submitted.get());
    }

    @RepeatedTest(3)
    void everySubmissionComesHome() throws Exception {
        LoopGroup group = startGroup();
        EventLoop outside = startLoop();
        try (group;
                outside) {
            Stress.onThreads(THREADS, random -> {
                for (int round = 0; round < 300; round++) {
                    EventLoop loop = random.nextInt(4) == 0 ? outside : group.next();
                    loop.submit(() -> burst(group, random)).get();
                }
            });
        }
        assertAllResolved();
        assertThat(refused).as(Stress.seed()).hasValue(0);
        assertThat(fulfilled.get()).as(Stress.seed()).isLessThanOrEqualTo(begun.get());
        assertThat(handled).as(Stress.seed()).isEmpty();
    }

    @RepeatedTest(20)
    void closingUnderLoadLeavesNobodyWaiting() throws Exception {
        LoopGroup group = startGroup();
        EventLoop outside = startLoop();
        CountDownLatch warm = new CountDownLatch(THREADS);
        Thread closer = new Thread(() -> {
            try {
                warm.await();
                group.close();
            } catch (InterruptedException e) {
                handled.add(e);
            }
        });
        closer.start();
        Stress.onThreads(THREADS, random -> {
            for (int round = 0; round < 20; round++) {
                outside.submit(() -> burst(group, random)).get();
                warm.countDown();
            }
        });
        closer.join();
        outside.close();
        assertAllResolved();
        assertThat(handled).as(Stress.seed()).isEmpty();
    }

    @RepeatedTest(20)
    void loopsMayCloseOneAfterTheOther() throws Exception {
        LoopGroup group = startGroup();
        EventLoop outside = startLoop();
        CountDownLatch warm = new CountDownLatch(THREADS);
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        Thread closer = new Thread(() -> {
            try {
                warm.await();
                group.loops().forEach(EventLoop::close);
                closed.complete(true);
            } catch (Throwable t) {
                closed.completeExceptionally(t);
            }
        });
        closer.start();
        Stress.onThreads(THREADS, random -> {
            for (int round = 0; round < 20; round++) {
                outside.submit(() -> burst(group, random)).get();
                warm.countDown();
            }
        });
        assertThat(closed.get()).as(Stress.seed()).isTrue();
        outside.close();
        assertAllResolved();
        assertThat(handled).as(Stress.seed()).isEmpty();
    }

    @RepeatedTest(20)
    void shutdownUnderLoadLetsWhatHasBegunComeToItsEnd() throws Exception {
        LoopGroup group = startGroup();
        EventLoop outside = startLoop();
        AtomicInteger ends = new AtomicInteger();
        try (outside) {
            Resolver<Void> gate = Resolver.cancellable(outside);
            CountDownLatch entered = new CountDownLatch(3);
            for (int i = 0; i < 3; i++) {
                outside.submit(() -> {
                            group.submit(() -> {
                                        entered.countDown();
                                        return Promise.from(outside.submit(gate::promise));
                                    })
                                    .onSuccess(done -> ends.incrementAndGet());
                            return Promise.unit();
                        })
                        .get();
            }
            entered.await();
            CompletableFuture<Void> end = outside.submit(group::shutdown);
            Stress.onThreads(
                    THREADS,
                    random -> outside.submit(() -> burst(group, random)).get());
            gate.resolve(null);
            end.get();
            outside.submit(Promise::unit).get();
        }
        assertThat(ends).as(Stress.seed()).hasValue(3);
        assertAllResolved();
        assertThat(refused).as(Stress.seed()).hasPositiveValue();
        assertThat(handled).as(Stress.seed()).isEmpty();
        group.close();
    }
}
