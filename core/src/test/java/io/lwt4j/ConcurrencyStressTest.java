package io.lwt4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;
import java.util.logging.Logger;

/**
 * Many threads against one loop. What each of them does is random; the seed is in the message of
 * every failure, and the system property {@code lwt4j.stress.seed} sets it.
 */
class ConcurrencyStressTest {

    private static final int PROMISES = 2_000;
    private static final int THREADS = 4;
    private static final int STEPS_PER_THREAD = 10_000;

    private final long seed = Long.getLong("lwt4j.stress.seed", System.nanoTime());
    private final Queue<Throwable> handled = new ConcurrentLinkedQueue<>();

    /**
     * What promises are rejected with. Most of these come late and are seen by nobody, so the log
     * would be full of them.
     */
    private static final class Unnoticed extends Exception {
        private static final long serialVersionUID = 1L;

        // Loggers are held weakly by their manager: kept here so that the filter is not lost.
        private static final Logger LOGGER = Logger.getLogger("io.lwt4j");

        static void keepOutOfTheLog() {
            LOGGER.setFilter(entry -> !(entry.getThrown() instanceof Unnoticed));
        }
    }

    @BeforeAll
    static void silenceLog() {
        Unnoticed.keepOutOfTheLog();
    }

    /** A value whose two halves belong together, to see whether it is published safely. */
    private static final class Pair {
        int half;
        int other;

        Pair(int half) {
            this.half = half;
            this.other = ~half;
        }
    }

    @RepeatedTest(5)
    void everyPromiseIsResolvedOnceAndTheHandlerHearsOfEveryFurtherAttempt() throws Exception {
        List<Resolver<Pair>> resolvers = new ArrayList<>();
        AtomicIntegerArray attempts = new AtomicIntegerArray(PROMISES);
        AtomicIntegerArray callbacks = new AtomicIntegerArray(PROMISES);
        AtomicInteger groups = new AtomicInteger();
        try (EventLoop loop = newLoop()) {
            for (int i = 0; i < PROMISES; i++) {
                resolvers.add(
                        i % 3 == 0 ? Resolver.uncancellable(loop) : Resolver.cancellable(loop));
            }
            loop.submit(() -> {
                        for (int i = 0; i < PROMISES; i++) {
                            int number = i;
                            resolvers
                                    .get(i)
                                    .promise()
                                    .onTermination(() -> callbacks.incrementAndGet(number));
                        }
                        combine(resolvers, groups);
                        return Promise.unit();
                    })
                    .get();

            onThreads(thread -> {
                Random random = new Random(seed + thread);
                for (int step = 0; step < STEPS_PER_THREAD; step++) {
                    int i = random.nextInt(PROMISES);
                    act(resolvers.get(i), i, attempts, random);
                }
            });
            // Behind everything that the threads have posted; the rest is resolved on the loop.
            loop.submit(() -> {
                        for (int i = 0; i < PROMISES; i++) {
                            if (resolvers.get(i).tryResolve(new Pair(i))) {
                                attempts.incrementAndGet(i);
                            }
                        }
                        return Promise.unit();
                    })
                    .get();
        }

        int refused = 0;
        for (int i = 0; i < PROMISES; i++) {
            Promise<Pair> promise = resolvers.get(i).promise();
            assertThat(promise.isPending()).as(seeded()).isFalse();
            assertThat(callbacks.get(i)).as(seeded()).isOne();
            if (!promise.isCancelled()) {
                refused += attempts.get(i) - 1;
            }
        }
        handled.removeIf(Unnoticed.class::isInstance);
        assertThat(handled)
                .as(seeded())
                .hasSize(refused)
                .allSatisfy(e -> assertThat(e)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("the promise is already"));
        assertThat(groups).as(seeded()).hasValue(5 * (PROMISES / 10));
    }

    /** Makes promises of ten promises each, and counts those that are resolved. */
    private static void combine(List<Resolver<Pair>> resolvers, AtomicInteger resolved) {
        for (int from = 0; from < PROMISES; from += 10) {
            List<Promise<Pair>> group = new ArrayList<>();
            resolvers.subList(from, from + 10).forEach(r -> group.add(r.promise()));
            List<Promise<?>> results = List.of(
                    Promise.pick(group.subList(0, 3)),
                    Promise.nchoose(group),
                    Promise.join(group),
                    group.get(4).shielded().flatMap(v -> group.get(5)).map(v -> v.half),
                    group.get(6).eventually(() -> group.get(7)));
            results.forEach(
                    result -> result.onTermination(resolved::incrementAndGet).onFailure(e -> {}));
        }
    }

    private void act(
            Resolver<Pair> resolver, int number, AtomicIntegerArray attempts, Random random) {
        Promise<Pair> promise = resolver.promise();
        switch (random.nextInt(6)) {
            case 0 -> {
                attempts.incrementAndGet(number);
                resolver.resolve(new Pair(number));
            }
            case 1 -> {
                attempts.incrementAndGet(number);
                resolver.resolveNow(new Pair(number));
            }
            case 2 -> {
                attempts.incrementAndGet(number);
                resolver.reject(new Unnoticed());
            }
            case 3 -> promise.cancel();
            default -> checkStates(promise, number);
        }
    }

    /** Whatever state a thread sees, it is whole, and the last one. */
    private void checkStates(Promise<Pair> promise, int number) {
        Promise.State<Pair> first = promise.state();
        if (first instanceof Promise.State.Fulfilled<Pair> fulfilled) {
            assertThat(fulfilled.value().half).as(seeded()).isEqualTo(number);
            assertThat(fulfilled.value().other).as(seeded()).isEqualTo(~number);
        }
        if (!(first instanceof Promise.State.Pending<Pair>)) {
            assertThat(promise.isPending()).as(seeded()).isFalse();
            assertThat(promise.state()).as(seeded()).isEqualTo(first);
        }
    }

    @RepeatedTest(5)
    void everyThreadSeesWhatBecomesOfAPromiseThatBecomesAnother() throws Exception {
        int length = 500;
        List<Promise<Pair>> chain = new ArrayList<>();
        try (EventLoop loop = newLoop()) {
            Resolver<Pair> last = Resolver.cancellable(loop);
            List<Resolver<Integer>> gates = new ArrayList<>();
            loop.submit(() -> {
                        chain.add(last.promise());
                        for (int i = 0; i < length; i++) {
                            Resolver<Integer> gate = Resolver.cancellable();
                            gates.add(gate);
                            Promise<Pair> inner = chain.get(i);
                            chain.add(gate.promise().flatMap(v -> inner));
                        }
                        return Promise.unit();
                    })
                    .get();

            onThreads(thread -> {
                Random random = new Random(seed + thread);
                for (int step = 0; step < STEPS_PER_THREAD; step++) {
                    if (thread == 0 && step < length) {
                        gates.get(step).resolve(0);
                    } else if (thread == 1 && step == STEPS_PER_THREAD / 2) {
                        last.resolve(new Pair(7));
                    } else {
                        checkStates(chain.get(random.nextInt(length + 1)), 7);
                    }
                }
            });
        }

        assertThat(chain)
                .as(seeded())
                .allSatisfy(promise -> assertThat(promise.isFulfilled()).isTrue());
        assertThat(handled).as(seeded()).isEmpty();
    }

    @RepeatedTest(20)
    void callsOfOneThreadTakeEffectInTheirOrder() throws Exception {
        int rounds = 2_000;
        List<List<Integer>> order = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            order.add(new ArrayList<>());
        }
        try (EventLoop loop = newLoop()) {
            onThreads(thread -> {
                Random random = new Random(seed + thread);
                for (int i = 0; i < rounds; i++) {
                    int number = i;
                    Resolver<Integer> resolver = Resolver.cancellable(loop);
                    loop.execute(() -> resolver.promise()
                            .onSuccess(v -> order.get(thread).add(v))
                            .onCancel(() -> order.get(thread).add(number)));
                    if (random.nextBoolean()) {
                        resolver.resolve(number);
                    } else {
                        resolver.promise().cancel();
                    }
                }
            });
        }

        for (List<Integer> numbers : order) {
            assertThat(numbers).as(seeded()).hasSize(rounds).isSorted();
        }
        assertThat(handled).as(seeded()).isEmpty();
    }

    /** Closing meets the loop at each of its steps: asleep, at work, about to sleep. */
    @Test
    void closeReturnsWhenEveryTaskAcceptedBeforeHasRun() {
        Random random = new Random(seed);
        for (int round = 0; round < 1_000; round++) {
            int tasks = random.nextInt(500);
            AtomicInteger ran = new AtomicInteger();
            EventLoop loop = newLoop();
            for (int i = 0; i < tasks; i++) {
                loop.execute(ran::incrementAndGet);
            }

            loop.close();

            assertThat(ran).as(seeded()).hasValue(tasks);
        }
        assertThat(handled).as(seeded()).isEmpty();
    }

    @Test
    void futuresCancelledByAnyThreadCancelTheirPromisesOnTheLoop() throws Exception {
        AtomicInteger cancelled = new AtomicInteger();
        AtomicInteger fulfilled = new AtomicInteger();
        try (EventLoop loop = newLoop()) {
            onThreads(thread -> {
                Random random = new Random(seed + thread);
                for (int i = 0; i < 1_000; i++) {
                    Resolver<Integer> resolver = Resolver.cancellable(loop);
                    CompletableFuture<Integer> future = loop.submit(() -> resolver.promise()
                            .onCancel(cancelled::incrementAndGet)
                            .onSuccess(v -> fulfilled.incrementAndGet()));
                    if (random.nextBoolean()) {
                        future.cancel(false);
                    }
                    resolver.resolve(1);
                }
            });
        }

        assertThat(cancelled.get() + fulfilled.get()).as(seeded()).isEqualTo(THREADS * 1_000);
        assertThat(handled).as(seeded()).isEmpty();
    }

    private EventLoop newLoop() {
        return EventLoop.builder().uncaughtHandler(handled::add).start();
    }

    private String seeded() {
        return "seed " + seed;
    }

    /** Runs a body on several threads that begin together, and waits for their end. */
    private void onThreads(IntConsumer body) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    body.accept(number);
                } catch (Throwable t) {
                    failures.add(t);
                }
            });
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).as(seeded()).isEmpty();
    }
}
