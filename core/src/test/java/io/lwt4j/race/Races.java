package io.lwt4j.race;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Runs a race thousands of times, each time with fresh things and with the threads let loose
 * together, and holds what came of it against the outcomes that it may have. Every other outcome is
 * a failure; one that may come but did not is printed. The system property
 * {@code lwt4j.stress.seed} sets the seed of the small delays by which the threads set off.
 */
public final class Races {

    private static final int ROUNDS = 10_000;
    private static final int FEWEST_ROUNDS = 200;
    private static final long ENOUGH_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final int SPINS = 200;

    private final long seed = Long.getLong("lwt4j.stress.seed", System.nanoTime());
    private final Consumer<Round> race;
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicInteger arrived = new AtomicInteger();
    private volatile @Nullable Round round;

    private Races(Consumer<Round> race) {
        this.race = race;
    }

    /** Runs a race, and checks that it ends in no other way than one of these. */
    public static void check(Consumer<Round> race, String... allowed) throws Exception {
        Races races = new Races(race);
        Map<String, Integer> table = new TreeMap<>();
        for (String outcome : allowed) {
            table.put(outcome, 0);
        }
        // On a thread of its own, since loops come to live there.
        Thread home = new Thread(() -> races.guarded(() -> races.run(table)), "race home");
        home.setDaemon(true);
        home.start();
        home.join();
        assertThat(races.failures).as("seed " + races.seed).isEmpty();
        assertThat(table.keySet())
                .as("outcomes, with seed " + races.seed + ": " + table)
                .containsExactlyInAnyOrder(allowed);
        table.values().removeIf(count -> count > 0);
        if (!table.isEmpty()) {
            System.out.println("Never seen in this run: " + table.keySet());
        }
    }

    private void run(Map<String, Integer> table) {
        Round first = new Round();
        race.accept(first);
        int rivals = first.rivals().size();
        first.outcome();
        for (int i = 0; i < rivals; i++) {
            int rival = i;
            Thread thread = new Thread(() -> guarded(() -> compete(rival)), "rival " + i);
            thread.setDaemon(true);
            thread.start();
        }
        Random random = new Random(seed);
        long start = System.nanoTime();
        for (int n = 0;
                n < ROUNDS
                        && failures.isEmpty()
                        && (n < FEWEST_ROUNDS || System.nanoTime() - start < ENOUGH_NANOS);
                n++) {
            Round next = new Round();
            race.accept(next);
            arrived.set(0);
            round = next;
            number.incrementAndGet();
            boolean acted = false;
            int delay = delay(random);
            for (int spins = 0; (arrived.get() < rivals || !acted) && failures.isEmpty(); spins++) {
                if (!acted && spins >= delay) {
                    acted = true;
                    next.actHere();
                }
                next.runTask();
                pause(spins);
            }
            table.merge(next.outcome(), 1, Integer::sum);
        }
        round = null;
        number.incrementAndGet();
    }

    private void compete(int rival) {
        Random random = new Random(seed + rival + 1);
        for (int seen = 0; ; seen++) {
            for (int spins = 0; number.get() == seen; spins++) {
                pause(spins);
            }
            Round present = round;
            if (present == null) {
                return;
            }
            for (int spins = delay(random); spins > 0; spins--) {
                Thread.onSpinWait();
            }
            present.rivals().get(rival).run();
            arrived.incrementAndGet();
        }
    }

    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (Throwable t) {
            failures.add(t);
        }
    }

    /** Now nearly at once, now after a while, so that every step meets every other. */
    private static int delay(Random random) {
        return random.nextInt(1 << random.nextInt(11));
    }

    @SuppressWarnings("ThreadPriorityCheck") // there may be more threads than processors
    private static void pause(int spins) {
        if (spins < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }
}
