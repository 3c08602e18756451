package io.lwt4j.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Tasks that do at random what tasks can do, while other threads resolve and cancel. The system
 * property {@code lwt4j.stress.seed} sets the seed, which is in the message of every failure.
 */
class DirectStressTest {

    private static final int TASKS = 60;
    private static final int STEPS = 40;

    private final long seed = Long.getLong("lwt4j.stress.seed", System.nanoTime());
    private final Queue<Throwable> handled = new ConcurrentLinkedQueue<>();
    private final PromiseLocal<Integer> key = PromiseLocal.create();

    /** Every mechanism that this virtual machine has. */
    static Stream<Mechanism> mechanisms() {
        return Stream.of(Mechanism.values()).filter(Mechanism::works);
    }

    private String seeded() {
        return "seed " + seed;
    }

    private EventLoop start(Mechanism mechanism) {
        EventLoop loop = EventLoop.builder().uncaughtHandler(handled::add).start();
        loop.execute(() -> TaskLoop.prepare(loop, mechanism));
        return loop;
    }

    /** What belongs to one loop, and is used without any lock. */
    private static final class Alone {
        private final AtomicInteger calls = new AtomicInteger();
        private boolean inside;
        private int steps;
        private int ended;

        /** Something that must not be interrupted by other code of the loop. */
        void step() {
            assertThat(inside).as("one at a time").isFalse();
            inside = true;
            calls.incrementAndGet();
            steps++;
            inside = false;
        }

        void check(String description) {
            assertThat(steps).as(description).isEqualTo(calls.get());
        }
    }

    private int work(Alone alone, Random random, EventLoop other, int number) throws Exception {
        EventLoop loop = EventLoop.current();
        key.set(number);
        try {
            for (int i = 0; i < STEPS; i++) {
                alone.step();
                switch (random.nextInt(7)) {
                    case 0 -> Direct.yieldNow();
                    case 1 -> Direct.await(EventLoop.pause());
                    case 2 ->
                        Direct.await(EventLoop.sleep(Duration.ofNanos(random.nextInt(1_000))));
                    case 3 -> Direct.await(Promise.of(i));
                    case 4 -> {
                        Resolver<Integer> resolver = Resolver.cancellable();
                        ForkJoinPool.commonPool().execute(() -> resolve(resolver));
                        Direct.await(resolver.promise());
                    }
                    case 5 -> Direct.await(Promise.from(other.submit(EventLoop::pause)));
                    default -> {
                        Promise<Integer> child = Direct.spawn(() -> {
                            alone.step();
                            Direct.yieldNow();
                            return number;
                        });
                        if (random.nextBoolean()) {
                            int result = Direct.await(child);
                            assertThat(result).isEqualTo(number);
                        } else {
                            child.onFailure(cancelledOrRefused -> {}).cancel();
                        }
                    }
                }
                assertThat(key.get()).isEqualTo(number);
                assertThat(EventLoop.current()).isSameAs(loop);
                assertThat(loop.isCurrent()).isTrue();
                assertThat(other.isCurrent()).isFalse();
            }
            return number;
        } finally {
            alone.step();
            alone.ended++;
        }
    }

    private static void resolve(Resolver<Integer> resolver) {
        try {
            resolver.resolve(7);
        } catch (RejectedExecutionException loopClosed) {
            // Nobody waits for it.
        }
    }

    @ParameterizedTest
    @MethodSource("mechanisms")
    @Rule({"D-2", "D-6"})
    void everyTaskEndsAndOnlyOneRunsAtATime(Mechanism mechanism) throws Exception {
        EventLoop one = start(mechanism);
        EventLoop two = start(mechanism);
        Alone aloneOne = new Alone();
        Alone aloneTwo = new Alone();
        int cancelled = 0;
        try (one;
                two) {
            List<CompletableFuture<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                int number = i;
                Random random = new Random(seed + number);
                boolean first = i % 2 == 0;
                EventLoop loop = first ? one : two;
                futures.add(loop.submit(() -> Direct.spawn(() ->
                        work(first ? aloneOne : aloneTwo, random, first ? two : one, number))));
                loop.execute(() -> (first ? aloneOne : aloneTwo).step());
            }
            Random random = new Random(seed);
            for (int i = 0; i < TASKS / 4; i++) {
                futures.get(random.nextInt(TASKS)).cancel(true);
            }
            for (int i = 0; i < TASKS; i++) {
                try {
                    assertThat(futures.get(i).get()).as(seeded()).isEqualTo(i);
                } catch (CancellationException e) {
                    cancelled++;
                }
            }
        }
        aloneOne.check(seeded());
        aloneTwo.check(seeded());
        assertThat(cancelled).as(seeded()).isLessThanOrEqualTo(TASKS / 4);
        // A task that was cancelled before it began has not ended either.
        assertThat(aloneOne.ended + aloneTwo.ended)
                .as(seeded())
                .isBetween(TASKS - cancelled, TASKS);
        assertThat(handled).as(seeded()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("mechanisms")
    @Rule("D-5")
    void closingUnderLoadEndsEveryTask(Mechanism mechanism) throws Exception {
        for (int round = 0; round < 30; round++) {
            EventLoop loop = start(mechanism);
            EventLoop other = start(mechanism);
            Alone alone = new Alone();
            CountDownLatch warm = new CountDownLatch(10);
            AtomicInteger begun = new AtomicInteger();
            List<CompletableFuture<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                int number = i;
                Random random = new Random(seed + number + round);
                futures.add(loop.submit(() -> Direct.spawn(() -> {
                    begun.incrementAndGet();
                    warm.countDown();
                    return work(alone, random, other, number);
                })));
            }
            warm.await();

            loop.close();
            other.close();

            alone.check(seeded());
            assertThat(alone.ended).as(seeded()).isEqualTo(begun.get());
            for (CompletableFuture<Integer> future : futures) {
                assertThat(future).as(seeded()).isDone();
                try {
                    future.get();
                } catch (CancellationException told) {
                    // As it should be.
                } catch (ExecutionException e) {
                    // What is submitted to or spawned on a closed loop is refused.
                    assertThat(e.getCause())
                            .as(seeded())
                            .isInstanceOf(RejectedExecutionException.class);
                }
            }
        }
        assertThat(handled).as(seeded()).isEmpty();
    }
}
