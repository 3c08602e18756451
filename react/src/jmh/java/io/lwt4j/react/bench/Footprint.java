package io.lwt4j.react.bench;

import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Prints how much memory a node takes, and how long it takes to make one. */
public final class Footprint {

    private Footprint() {}

    /**
     * Prints the table.
     *
     * @param args unused
     */
    public static void main(String[] args) {
        print("map", s -> s.map(n -> n + 1));
        print("computed", s -> Signal.computed(() -> s.get() + 1));
    }

    private static void print(String name, UnaryOperator<Signal<Integer>> next) {
        for (int length : new int[] {1_000, 100_000, 1_000_000}) {
            double least = Double.MAX_VALUE;
            long bytes = 0;
            for (int run = 0; run < 5; run++) {
                List<Object> kept = new ArrayList<>();
                long before = used();
                long start = System.nanoTime();
                // A hundred short chains or a long one; a node counts with its value.
                int chains = length == 1_000 ? 100 : 1;
                for (int chain = 0; chain < chains; chain++) {
                    Signal<Integer> last = Var.of(1000).signal();
                    for (int i = 0; i < length; i++) {
                        last = next.apply(last);
                        last.get();
                    }
                    kept.add(last.observe(n -> {}));
                }
                least = Math.min(least, (System.nanoTime() - start) / (double) (chains * length));
                bytes = (used() - before) / ((long) chains * length);
                if (kept.isEmpty()) {
                    throw new AssertionError();
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "| %s, chain of %,d | %.0f ns | %d B |%n",
                    name,
                    length,
                    least,
                    bytes);
        }
    }

    private static long used() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
