package io.lwt4j.detach;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Rule;

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
import java.util.concurrent.locks.LockSupport;

/** Several loops against one pool; see {@link Stress} for the seed. */
class WorkerPoolStressTest {

    private static final int LOOPS = 3;
    private static final int ROUNDS = 400;
    private static final int AT_ONCE = 8;

    private final Queue<Throwable> handled = new ConcurrentLinkedQueue<>();

    /** What became of tasks. */
    private static final class Count {
        final AtomicInteger detached = new AtomicInteger();
        final AtomicInteger begun = new AtomicInteger();
        final AtomicInteger ended = new AtomicInteger();
        final AtomicInteger active = new AtomicInteger();
        final AtomicInteger mostActive = new AtomicInteger();
        final AtomicInteger fulfilled = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        final AtomicInteger refused = new AtomicInteger();
        final AtomicInteger cancelled = new AtomicInteger();

        int resolved() {
            return fulfilled.get() + failed.get() + refused.get() + cancelled.get();
        }
    }

    private static final class Expected extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private List<EventLoop> startLoops() {
        List<EventLoop> loops = new ArrayList<>();
        for (int i = 0; i < LOOPS; i++) {
            loops.add(EventLoop.builder().uncaughtHandler(handled::add).start());
        }
        return loops;
    }

    /** What a task does: takes some time, or none, then returns or throws. */
    private static String work(Count count, int number) throws Exception {
        count.begun.incrementAndGet();
        count.mostActive.accumulateAndGet(count.active.incrementAndGet(), Math::max);
        try {
            assertThat(Thread.interrupted()).as("interrupts of others").isFalse();
            if (number % 3 == 0) {
                LockSupport.parkNanos(1_000);
            } else if (number % 7 == 0) {
                int answer = WorkerPool.runInLoop(() -> EventLoop.pause().map(done -> number));
                assertThat(answer).isEqualTo(number);
            }
            if (number % 5 == 0) {
                throw new Expected();
            }
            return "value";
        } finally {
            count.active.decrementAndGet();
            count.ended.incrementAndGet();
        }
    }

    /** Detaches a number of tasks, cancels some; on a loop. */
    private static Promise<Void> burst(WorkerPool pool, Count count, Random random) {
        List<Promise<?>> tasks = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            int number = random.nextInt(1_000);
            count.detached.incrementAndGet();
            Promise<String> task = pool.detach(() -> work(count, number));
            tasks.add(task.outcome().map(outcome -> {
                count(count, outcome);
                return 1;
            }));
            if (random.nextInt(4) == 0) {
                task.cancel();
            }
        }
        return Promise.join(tasks);
    }

    private static void count(Count count, Promise.State<String> outcome) {
        if (!(outcome instanceof Promise.State.Rejected<String> rejected)) {
            count.fulfilled.incrementAndGet();
        } else if (rejected.cause() instanceof Expected) {
            count.failed.incrementAndGet();
        } else if (rejected.cause() instanceof RejectedExecutionException) {
            count.refused.incrementAndGet();
        } else {
            assertThat(rejected.cause()).isInstanceOf(CancellationException.class);
            count.cancelled.incrementAndGet();
        }
    }

    @RepeatedTest(3)
    @Rule({"T-1", "U-9"})
    void everyTaskIsAccountedForAndTheBoundIsNeverExceeded() throws Exception {
        List<EventLoop> loops = startLoops();
        Count count = new Count();
        WorkerPool pool = WorkerPool.builder()
                .bounds(0, 3)
                .queueLimit(12)
                .idleTimeout(Duration.ofNanos(1_000))
                .build();
        try (pool) {
            Stress.onThreads(LOOPS * 2, random -> {
                for (int round = 0; round < ROUNDS; round++) {
                    EventLoop loop = loops.get(random.nextInt(LOOPS));
                    loop.submit(() -> burst(pool, count, random)).get();
                    WorkerPool.Stats stats = pool.stats();
                    assertThat(stats.threads()).as(Stress.seed()).isBetween(0, 3);
                    assertThat(stats.busy()).as(Stress.seed()).isBetween(0, stats.threads());
                    assertThat(stats.queued()).as(Stress.seed()).isBetween(0, 12);
                }
            });
            assertThat(pool.stats().busy()).as(Stress.seed()).isZero();
            assertThat(pool.stats().queued()).as(Stress.seed()).isZero();
        } finally {
            loops.forEach(EventLoop::close);
        }
        assertThat(count.mostActive.get()).as(Stress.seed()).isBetween(1, 3);
        assertThat(count.detached).as(Stress.seed()).hasValue(LOOPS * 2 * ROUNDS * AT_ONCE);
        assertThat(count.resolved()).as(Stress.seed()).isEqualTo(count.detached.get());
        // Whatever was cancelled had not begun, and whatever had begun has told its end.
        assertThat(count.fulfilled.get() + count.failed.get())
                .as(Stress.seed())
                .isEqualTo(count.begun.get());
        assertThat(handled).as(Stress.seed()).isEmpty();
    }

    @RepeatedTest(3)
    @Rule("T-3")
    void boundsMayChangeUnderLoad() throws Exception {
        List<EventLoop> loops = startLoops();
        Count count = new Count();
        WorkerPool pool = WorkerPool.builder().bounds(0, 1).queueLimit(1_000).build();
        CountDownLatch stop = new CountDownLatch(1);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        Thread changer = Stress.thread(
                99,
                random -> {
                    while (stop.getCount() > 0) {
                        int min = random.nextInt(4);
                        pool.bounds(min, min + random.nextInt(4));
                        Thread.onSpinWait();
                    }
                },
                failures);
        changer.start();
        try (pool) {
            // Also when there may be no thread for a while, the next bounds see to those waiting.
            Stress.onThreads(LOOPS, random -> {
                for (int round = 0; round < ROUNDS; round++) {
                    EventLoop loop = loops.get(random.nextInt(LOOPS));
                    loop.submit(() -> burst(pool, count, random)).get();
                }
            });
            stop.countDown();
            changer.join();
            pool.bounds(2, 2);
            assertThat(pool.stats()).as(Stress.seed()).isEqualTo(new WorkerPool.Stats(2, 0, 0));
        } finally {
            loops.forEach(EventLoop::close);
        }
        assertThat(failures).as(Stress.seed()).isEmpty();
        assertThat(count.refused).as(Stress.seed()).hasValue(0);
        assertThat(count.resolved()).as(Stress.seed()).isEqualTo(count.detached.get());
        assertThat(count.ended.get()).as(Stress.seed()).isEqualTo(count.begun.get());
        assertThat(handled).as(Stress.seed()).isEmpty();
    }

    @RepeatedTest(20)
    void closingUnderLoadLeavesNobodyWaiting() throws Exception {
        List<EventLoop> loops = startLoops();
        Count count = new Count();
        WorkerPool pool = WorkerPool.builder().bounds(1, 3).queueLimit(1_000).build();
        CountDownLatch warm = new CountDownLatch(LOOPS);
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread closer = new Thread(() -> {
            try {
                warm.await();
                end.complete(loops.get(0).submit(pool::shutdown).get());
            } catch (Throwable t) {
                end.completeExceptionally(t);
            }
        });
        closer.start();
        Stress.onThreads(LOOPS, random -> {
            EventLoop loop = loops.get(random.nextInt(LOOPS));
            for (int round = 0; round < 20; round++) {
                loop.submit(() -> burst(pool, count, random)).get();
                warm.countDown();
            }
        });
        end.get();
        loops.forEach(EventLoop::close);
        assertThat(pool.stats()).as(Stress.seed()).isEqualTo(new WorkerPool.Stats(0, 0, 0));
        assertThat(count.resolved()).as(Stress.seed()).isEqualTo(count.detached.get());
        assertThat(count.fulfilled.get() + count.failed.get())
                .as(Stress.seed())
                .isEqualTo(count.begun.get());
        assertThat(handled).as(Stress.seed()).isEmpty();
    }

    @RepeatedTest(20)
    @Rule("T-5")
    void loopsMayCloseUnderLoadAndThePoolGoesOn() throws Exception {
        WorkerPool pool = WorkerPool.builder().bounds(0, 3).queueLimit(1_000).build();
        AtomicInteger waiting = new AtomicInteger();
        try (pool) {
            List<EventLoop> loops = startLoops();
            CountDownLatch begun = new CountDownLatch(LOOPS);
            for (EventLoop loop : loops) {
                loop.execute(() -> {
                    for (int i = 0; i < 20; i++) {
                        pool.detach(() -> {
                                    begun.countDown();
                                    waiting.incrementAndGet();
                                    try {
                                        return WorkerPool.runInLoop(
                                                loop, () -> EventLoop.sleep(Duration.ofDays(1)));
                                    } catch (RejectedExecutionException
                                            | CancellationException loopClosed) {
                                        return null;
                                    } finally {
                                        waiting.decrementAndGet();
                                    }
                                })
                                // That the loop has been closed.
                                .onFailure(refused -> {});
                    }
                });
            }
            begun.await();
            Stress.onThreads(LOOPS, random -> loops.get(random.nextInt(LOOPS)).close());
            loops.forEach(EventLoop::close);

            EventLoop after = EventLoop.builder().uncaughtHandler(handled::add).start();
            try (after) {
                assertThat(after.submit(() -> pool.detach(() -> "goes on")).get())
                        .isEqualTo("goes on");
                after.submit(pool::shutdown).get();
            }
        }
        assertThat(waiting).as(Stress.seed()).hasValue(0);
        assertThat(handled).as(Stress.seed()).isEmpty();
    }

    @RepeatedTest(3)
    void interruptsGoNoFurtherThanTheirTask() throws Exception {
        List<EventLoop> loops = startLoops();
        WorkerPool pool = WorkerPool.builder().bounds(0, 2).queueLimit(10_000).build();
        AtomicInteger strays = new AtomicInteger();
        try (pool) {
            Stress.onThreads(LOOPS, random -> {
                EventLoop loop = loops.get(random.nextInt(LOOPS));
                for (int round = 0; round < 100; round++) {
                    loop.submit(() -> mixed(pool, strays, random)).get();
                }
            });
        } finally {
            loops.forEach(EventLoop::close);
        }
        assertThat(strays).as(Stress.seed()).hasValue(0);
        assertThat(handled).as(Stress.seed()).isEmpty();
    }

    private static Promise<Void> mixed(WorkerPool pool, AtomicInteger strays, Random random) {
        List<Promise<?>> tasks = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            Promise<Integer> interrupted = pool.detachInterruptibly(() -> {
                LockSupport.parkNanos(random.nextInt(20_000));
                return 1;
            });
            tasks.add(pool.detach(() -> {
                LockSupport.parkNanos(10_000);
                return Thread.interrupted() ? strays.incrementAndGet() : 0;
            }));
            tasks.add(interrupted.outcome());
            tasks.add(EventLoop.sleep(Duration.ofNanos(random.nextInt(50_000)))
                    .onSuccess(done -> interrupted.cancel()));
        }
        return Promise.join(tasks);
    }
}
