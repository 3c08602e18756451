package io.lwt4j.load;

import java.util.Arrays;

/** How long answers took, to the microsecond; those above a second count as one. */
final class Latencies {

    private final int[] counts = new int[1 << 20];
    private long total;

    void clear() {
        Arrays.fill(counts, 0);
        total = 0;
    }

    /** An answer has come, to what was sent at this {@link System#nanoTime}. */
    void addSince(long sent) {
        long micros = (System.nanoTime() - sent) / 1000;
        counts[(int) Math.min(micros, counts.length - 1)]++;
        total++;
    }

    /** The rate, and the latencies of half and of nearly all. */
    Generator.Result result(double seconds) {
        return new Generator.Result(total / seconds, percentile(0.5), percentile(0.99));
    }

    private long percentile(double part) {
        long left = (long) (total * part);
        for (int i = 0; i < counts.length; i++) {
            left -= counts[i];
            if (left < 0) {
                return i;
            }
        }
        return 0;
    }
}
