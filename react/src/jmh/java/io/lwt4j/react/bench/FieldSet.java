package io.lwt4j.react.bench;

import io.lwt4j.react.Owner;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Step;
import io.lwt4j.react.Var;
import io.lwt4j.react.field.DynamicGrid;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The benchmark set that libraries for signals are compared by, in milliseconds: the best of ten
 * runs, of five for grids. Rows that run in one process disturb each other, so the numbers of the
 * documentation are of one process each. {@code src/jmh/js/field-set.mjs} has the same for
 * JavaScript.
 */
public final class FieldSet {

    private static final int COUNT = 100_000;
    private static final int KAIRO = 500;

    /** So that nobody leaves out the work. */
    private static long counter;

    private FieldSet() {}

    /** What a row of the table does; building it is not measured. */
    @FunctionalInterface
    private interface Build {
        /** Builds a graph and returns what is measured. */
        Runnable build();
    }

    /**
     * Prints the table.
     *
     * @param args names of rows to run; all if there are none
     */
    public static void main(String[] args) {
        List<String> rows = List.of(args);
        Map<String, Build> all = new LinkedHashMap<>();
        all.put("createSignals", () -> () -> signals(COUNT));
        all.put("createComputations", FieldSet::createComputations);
        all.put("updateSignals", FieldSet::updateSignals);
        all.put("avoidable", () -> kairo(avoidable()));
        all.put("broad", () -> kairo(broad()));
        all.put("deep", () -> kairo(deep()));
        all.put("diamond", () -> kairo(diamond()));
        all.put("mux", () -> kairo(mux()));
        all.put("repeated", () -> kairo(repeated()));
        all.put("triangle", () -> kairo(triangle()));
        all.put("unstable", () -> kairo(unstable()));
        all.put("molBench", () -> kairo(molBench()));
        all.put("cellx1000", () -> cellx(1000));
        all.put("cellx2500", () -> cellx(2500));
        all.forEach((name, build) -> {
            if (rows.isEmpty() || rows.contains(name)) {
                print(name, best(build, name.startsWith("cellx") ? 10 : 1, 10));
            }
        });
        for (DynamicGrid.Case grid : DynamicGrid.Case.values()) {
            if (rows.isEmpty() || rows.contains(grid.title)) {
                Owner owner = Owner.create();
                DynamicGrid built = new DynamicGrid(grid, owner);
                for (int i = 0; i < 3; i++) {
                    built.run(grid.iterations);
                }
                double best = Double.MAX_VALUE;
                for (int i = 0; i < 5; i++) {
                    long start = System.nanoTime();
                    double sum = built.run(grid.iterations);
                    best = Math.min(best, (System.nanoTime() - start) / 1e6);
                    if (sum != grid.sum || built.evaluations() != grid.evaluations) {
                        throw new AssertionError(grid.title + ": " + sum);
                    }
                }
                owner.close();
                print(grid.title, best);
            }
        }
        if (counter == 42) {
            System.out.println();
        }
    }

    private static void print(String name, double millis) {
        System.out.printf(Locale.ROOT, "| %s | %.2f |%n", name, millis);
    }

    /** The best time; {@code builds} fresh graphs count as one run. */
    private static double best(Build build, int builds, int runs) {
        double best = Double.MAX_VALUE;
        for (int run = 0; run < runs + 3; run++) {
            long time = 0;
            for (int i = 0; i < builds; i++) {
                Owner owner = Owner.create();
                Runnable measured = owner.own(build::build);
                long start = System.nanoTime();
                owner.own(() -> {
                    measured.run();
                    return true;
                });
                time += System.nanoTime() - start;
                owner.close();
            }
            best = Math.min(best, time / 1e6);
        }
        return best;
    }

    private static void write(Var<Integer> variable, int value) {
        Step.batch(() -> variable.set(value));
    }

    private static Signal<Integer> observed(Signal<Integer> signal) {
        Signal.effect(() -> counter += signal.get());
        return signal;
    }

    /* ---- sbench ---- */

    private static List<Var<Integer>> signals(int count) {
        List<Var<Integer>> signals = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            signals.add(Var.of(i));
        }
        return signals;
    }

    /** Effects of so many sources each. */
    private static void effects(List<Var<Integer>> sources, int count, int width, int share) {
        for (int i = 0; i < count; i++) {
            int from = share > 1 ? i / share : i * width;
            Signal.effect(() -> {
                long sum = 0;
                for (int k = 0; k < width; k++) {
                    sum += sources.get(from + k).get();
                }
                counter += sum;
            });
        }
    }

    private static Runnable createComputations() {
        List<Var<Integer>> sources = signals(COUNT);
        sources.forEach(source -> counter += source.get());
        return () -> {
            effects(sources, COUNT, 0, 1);
            effects(sources, COUNT, 1, 1);
            effects(sources, COUNT / 2, 2, 1);
            effects(sources, COUNT / 4, 4, 1);
            effects(sources, COUNT / 1000, 1000, 1);
            effects(sources, COUNT, 1, 2);
            effects(sources, COUNT, 1, 4);
            effects(sources, COUNT, 1, 8);
            effects(sources, COUNT, 1, 1000);
        };
    }

    private static Runnable updateSignals() {
        List<Runnable> parts = new ArrayList<>();
        updates(parts, 1, 1, 1, COUNT * 4);
        updates(parts, 2, 2, 1, COUNT * 2);
        updates(parts, 4, 4, 1, COUNT);
        updates(parts, 1000, 1000, 1, COUNT / 250);
        updates(parts, 1, 1, 2, COUNT);
        updates(parts, 1, 1, 4, COUNT);
        updates(parts, 1, 1, 1000, COUNT / 10);
        return () -> parts.forEach(Runnable::run);
    }

    private static void updates(
            List<Runnable> parts, int sources, int width, int observers, int writes) {
        List<Var<Integer>> from = signals(sources);
        for (int i = 0; i < observers; i++) {
            effects(from, 1, width, 1);
        }
        parts.add(() -> {
            for (int i = 0; i < writes; i++) {
                write(from.get(0), i);
            }
        });
    }

    /* ---- kairo ---- */

    private static Runnable kairo(IntConsumer write) {
        write.accept(1);
        return () -> {
            for (int i = 0; i < KAIRO; i++) {
                write.accept(i);
            }
        };
    }

    private static void busy() {
        int a = 0;
        for (int i = 0; i < 100; i++) {
            a++;
        }
        counter += a;
    }

    private static IntConsumer avoidable() {
        Var<Integer> head = Var.of(0);
        Signal<Integer> one = Signal.computed(head::get);
        Signal<Integer> two = Signal.computed(() -> {
            one.get();
            return 0;
        });
        Signal<Integer> three = Signal.computed(() -> {
            busy();
            return two.get() + 1;
        });
        Signal<Integer> four = Signal.computed(() -> three.get() + 2);
        Signal<Integer> five = Signal.computed(() -> four.get() + 3);
        Signal.effect(() -> {
            five.get();
            busy();
        });
        return i -> {
            for (int k = 0; k < 1000; k++) {
                write(head, k);
            }
        };
    }

    private static IntConsumer broad() {
        Var<Integer> head = Var.of(0);
        for (int i = 0; i < 50; i++) {
            int more = i;
            Signal<Integer> current = Signal.computed(() -> head.get() + more);
            observed(Signal.computed(() -> current.get() + 1));
        }
        return fifty(head);
    }

    private static IntConsumer fifty(Var<Integer> head) {
        return times(head, 50);
    }

    private static IntConsumer times(Var<Integer> head, int count) {
        return i -> {
            for (int k = 0; k < count; k++) {
                write(head, k);
            }
        };
    }

    private static IntConsumer deep() {
        Var<Integer> head = Var.of(0);
        Signal<Integer> end = head.signal();
        for (int i = 0; i < 50; i++) {
            Signal<Integer> last = end;
            end = Signal.computed(() -> last.get() + 1);
        }
        observed(end);
        return fifty(head);
    }

    private static IntConsumer diamond() {
        Var<Integer> head = Var.of(0);
        List<Signal<Integer>> sides = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sides.add(Signal.computed(() -> head.get() + 1));
        }
        observed(Signal.computed(() -> sum(sides)));
        return times(head, 500);
    }

    private static int sum(List<Signal<Integer>> signals) {
        int sum = 0;
        for (Signal<Integer> signal : signals) {
            sum += signal.get();
        }
        return sum;
    }

    private static IntConsumer mux() {
        List<Var<Integer>> heads = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            heads.add(Var.of(0));
        }
        Signal<Map<Integer, Integer>> all = Signal.computed(() -> {
            Map<Integer, Integer> values = new HashMap<>();
            for (int i = 0; i < 100; i++) {
                values.put(i, heads.get(i).get());
            }
            return values;
        });
        for (int i = 0; i < 100; i++) {
            int at = i;
            Signal<Integer> one = Signal.computed(() -> all.get().get(at));
            observed(Signal.computed(() -> one.get() + 1));
        }
        return i -> {
            for (int k = 0; k < 10; k++) {
                write(heads.get(k), k);
            }
            for (int k = 0; k < 10; k++) {
                write(heads.get(k), k * 2);
            }
        };
    }

    private static IntConsumer repeated() {
        Var<Integer> head = Var.of(0);
        observed(Signal.computed(() -> {
            int result = 0;
            for (int i = 0; i < 30; i++) {
                result += head.get();
            }
            return result;
        }));
        return times(head, 100);
    }

    private static IntConsumer triangle() {
        Var<Integer> head = Var.of(0);
        List<Signal<Integer>> list = new ArrayList<>();
        Signal<Integer> current = head.signal();
        for (int i = 0; i < 10; i++) {
            Signal<Integer> last = current;
            list.add(last);
            current = Signal.computed(() -> last.get() + 1);
        }
        observed(Signal.computed(() -> sum(list)));
        return times(head, 100);
    }

    private static IntConsumer unstable() {
        Var<Integer> head = Var.of(0);
        Signal<Integer> twice = Signal.computed(() -> head.get() * 2);
        Signal<Integer> inverse = Signal.computed(() -> -head.get());
        observed(Signal.computed(() -> {
            int result = 0;
            for (int i = 0; i < 20; i++) {
                result += head.get() % 2 == 1 ? twice.get() : inverse.get();
            }
            return result;
        }));
        return times(head, 100);
    }

    private static int fib(int n) {
        return n < 2 ? 1 : fib(n - 1) + fib(n - 2);
    }

    private static int hard(int n) {
        return n + fib(16);
    }

    /** Never equal to another one. */
    private record Box(Object self, int x) {
        static Box of(int x) {
            return new Box(new Object(), x);
        }
    }

    private static IntConsumer molBench() {
        Var<Integer> a = Var.of(0);
        Var<Integer> b = Var.of(0);
        Signal<Integer> c = Signal.computed(() -> a.get() % 2 + b.get() % 2);
        Signal<List<Box>> d = Signal.computed(() -> {
            List<Box> boxes = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                boxes.add(Box.of(i + a.get() % 2 - b.get() % 2));
            }
            return boxes;
        });
        Signal<Integer> e =
                Signal.computed(() -> hard(c.get() + a.get() + d.get().get(0).x()));
        Signal<Integer> f = Signal.computed(() -> {
            int x = d.get().get(2).x();
            return hard(x != 0 ? x : b.get());
        });
        Signal<Integer> g = Signal.computed(() -> {
            int x = c.get();
            return x + (x != 0 ? x : e.get() % 2) + d.get().get(4).x() + f.get();
        });
        Signal.effect(() -> counter += hard(g.get()));
        Signal.effect(() -> counter += g.get());
        Signal.effect(() -> counter += hard(f.get()));
        return i -> {
            Step.batch(() -> {
                b.set(1);
                a.set(1 + i * 2);
            });
            Step.batch(() -> {
                a.set(2 + i * 2);
                b.set(2);
            });
        };
    }

    /* ---- cellx ---- */

    private static Runnable cellx(int layers) {
        List<Var<Integer>> sources = List.of(Var.of(1), Var.of(2), Var.of(3), Var.of(4));
        List<Signal<Integer>> first = new ArrayList<>();
        sources.forEach(source -> first.add(source.signal()));
        List<Signal<Integer>> last = first;
        for (int i = 0; i < layers; i++) {
            List<Signal<Integer>> above = last;
            last = List.of(
                    Signal.computed(() -> above.get(1).get()),
                    Signal.computed(() -> above.get(0).get() - above.get(2).get()),
                    Signal.computed(() -> above.get(1).get() + above.get(3).get()),
                    Signal.computed(() -> above.get(2).get()));
            last.forEach(FieldSet::observed);
        }
        List<Signal<Integer>> end = last;
        return () -> {
            counter += sum(end);
            Step.batch(() -> {
                for (int i = 0; i < 4; i++) {
                    sources.get(i).set(4 - i);
                }
            });
            counter += sum(end);
        };
    }
}
