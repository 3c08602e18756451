package io.lwt4j.detach;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CheckedConsumer;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * Threads that begin together, each with random numbers of its own. The system property
 * {@code lwt4j.stress.seed} sets the seed, which is in the message of every failure.
 */
final class Stress {

    private static final long SEED = Long.getLong("lwt4j.stress.seed", System.nanoTime());

    private Stress() {}

    static String seed() {
        return "seed " + SEED;
    }

    static Random random(int number) {
        return new Random(SEED + number);
    }

    /** What one thread does; it is given the thread's random numbers. */
    static Thread thread(int number, CheckedConsumer<Random> body, Queue<Throwable> failures) {
        Thread thread = new Thread(() -> {
            try {
                body.accept(random(number));
            } catch (Throwable t) {
                failures.add(t);
            }
        });
        thread.setDaemon(true);
        return thread;
    }

    /** Runs a body on several threads, and waits for their end. */
    static void onThreads(int count, CheckedConsumer<Random> body) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = thread(
                    i,
                    random -> {
                        start.await();
                        body.accept(random);
                    },
                    failures);
            threads.add(thread);
            thread.start();
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).as(seed()).isEmpty();
    }
}
