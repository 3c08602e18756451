package io.lwt4j.react.field;

import io.lwt4j.react.Owner;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Step;
import io.lwt4j.react.Var;

import java.util.ArrayList;
import java.util.List;

/**
 * A grid of computed signals. Each reads some of the row above; some of them read one less when the
 * first one is odd. An effect reads some signals of the last row.
 */
public final class DynamicGrid {

    /** What the grid is like, and what must come out. */
    public enum Case {
        LAZY("2-10x5 - lazy80%", 10, 5, 2, 1, 0.2, 600_000, 19199968, 3_480_000),
        DYNAMIC(
                "6-10x10 - dyn25% - lazy80%",
                10, 10, 6, 0.75, 0.2, 15_000, 302310782860.0, 1_155_000),
        LARGE("4-1000x12 - dyn5%", 1000, 12, 4, 0.95, 1, 7_000, 29355933696000.0, 1_463_000),
        WIDE("25-1000x5", 1000, 5, 25, 1, 1, 3_000, 1171484375000.0, 732_000),
        DEEP("3-5x500", 5, 500, 3, 1, 1, 500, 3.0239642676898464e241, 1_246_500),
        VERY_DYNAMIC(
                "6-100x15 - dyn50%", 100, 15, 6, 0.5, 1, 2_000, 15664996402790400.0, 1_078_000);

        public final String title;
        final int width;
        final int layers;
        final int inputs;
        final double fixed;
        final double read;
        public final int iterations;
        public final double sum;
        public final long evaluations;

        Case(
                String title,
                int width,
                int layers,
                int inputs,
                double fixed,
                double read,
                int iterations,
                double sum,
                long evaluations) {
            this.title = title;
            this.width = width;
            this.layers = layers;
            this.inputs = inputs;
            this.fixed = fixed;
            this.read = read;
            this.iterations = iterations;
            this.sum = sum;
            this.evaluations = evaluations;
        }
    }

    private final List<Var<Double>> sources = new ArrayList<>();
    private final List<Signal<Double>> leaves;
    private long evaluations;

    /** Builds the grid; its effect belongs to {@code owner}. */
    public DynamicGrid(Case shape, Owner owner) {
        for (int i = 0; i < shape.width; i++) {
            sources.add(Var.of((double) i));
        }
        List<Signal<Double>> row = new ArrayList<>();
        sources.forEach(source -> row.add(source.signal()));
        Generator random = new Generator("seed");
        List<Signal<Double>> last = row;
        for (int layer = 1; layer < shape.layers; layer++) {
            last = rowBelow(last, shape, random);
        }
        leaves = chosen(last, shape);
        owner.own(() -> Signal.effect(() -> leaves.forEach(Signal::get)));
    }

    private List<Signal<Double>> rowBelow(
            List<Signal<Double>> above, Case shape, Generator random) {
        List<Signal<Double>> row = new ArrayList<>();
        for (int i = 0; i < above.size(); i++) {
            List<Signal<Double>> inputs = new ArrayList<>();
            for (int k = 0; k < shape.inputs; k++) {
                inputs.add(above.get((i + k) % above.size()));
            }
            row.add(
                    random.next() < shape.fixed
                            ? Signal.computed(() -> sum(inputs))
                            : Signal.computed(() -> sumOfSome(inputs)));
        }
        return row;
    }

    private double sum(List<Signal<Double>> inputs) {
        evaluations++;
        double sum = 0;
        for (Signal<Double> input : inputs) {
            sum += input.get();
        }
        return sum;
    }

    private double sumOfSome(List<Signal<Double>> inputs) {
        evaluations++;
        double sum = inputs.get(0).get();
        int rest = inputs.size() - 1;
        int left = sum % 2 == 0 ? -1 : (int) (sum % rest);
        for (int i = 0; i < rest; i++) {
            if (i != left) {
                sum += inputs.get(i + 1).get();
            }
        }
        return sum;
    }

    private static List<Signal<Double>> chosen(List<Signal<Double>> row, Case shape) {
        Generator random = new Generator("seed");
        List<Signal<Double>> kept = new ArrayList<>(row);
        int dropped = (int) Math.round(row.size() * (1 - shape.read));
        for (int i = 0; i < dropped; i++) {
            kept.remove((int) Math.floor(random.next() * kept.size()));
        }
        return kept;
    }

    /** Writes to the sources and reads the leaves, and returns their sum in the end. */
    public double run(int iterations) {
        evaluations = 0;
        for (int i = 0; i < iterations; i++) {
            int at = i % sources.size();
            double value = i + at;
            Step.batch(() -> sources.get(at).set(value));
            for (Signal<Double> leaf : leaves) {
                leaf.get();
            }
        }
        double sum = 0;
        for (Signal<Double> leaf : leaves) {
            sum += leaf.get();
        }
        return sum;
    }

    /** How often functions were called by the last run. */
    public long evaluations() {
        return evaluations;
    }
}
