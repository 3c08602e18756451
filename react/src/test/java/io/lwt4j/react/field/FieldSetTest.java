package io.lwt4j.react.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.react.Owner;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Step;
import io.lwt4j.react.Var;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Values and numbers of evaluations that the benchmark set of the field asks for. */
class FieldSetTest {

    private final Owner owner = Owner.create();
    private int runs;

    @AfterEach
    void close() {
        owner.close();
    }

    private void effect(Runnable body) {
        owner.own(() -> Signal.effect(body));
    }

    private void observe(Signal<Integer> signal) {
        effect(() -> {
            signal.get();
            runs++;
        });
    }

    private static void write(Var<Integer> variable, int value) {
        Step.batch(() -> variable.set(value));
    }

    /* ---- Grids ---- */

    @ParameterizedTest
    @EnumSource
    void aGridHasTheSumAndTheEvaluations(DynamicGrid.Case shape) {
        DynamicGrid grid = new DynamicGrid(shape, owner);
        // The first time, the first write changes nothing.
        grid.run(shape.iterations);
        assertThat(grid.run(shape.iterations)).isEqualTo(shape.sum);
        assertThat(grid.evaluations()).isEqualTo(shape.evaluations);
    }

    /* ---- Layers ---- */

    @ParameterizedTest
    @ValueSource(ints = {10, 1000, 2500})
    void layersOfFourEndWithTheRightValues(int layers) {
        List<Var<Integer>> sources = List.of(Var.of(1), Var.of(2), Var.of(3), Var.of(4));
        List<Signal<Integer>> layer = new ArrayList<>();
        sources.forEach(source -> layer.add(source.signal()));
        List<Signal<Integer>> last = layer;
        for (int i = 0; i < layers; i++) {
            List<Signal<Integer>> above = last;
            last = List.of(
                    Signal.computed(() -> above.get(1).get()),
                    Signal.computed(() -> above.get(0).get() - above.get(2).get()),
                    Signal.computed(() -> above.get(1).get() + above.get(3).get()),
                    Signal.computed(() -> above.get(2).get()));
            last.forEach(this::observe);
        }
        assertThat(last.stream().map(Signal::get)).isEqualTo(expected(layers, 1, 2, 3, 4));
        runs = 0;
        Step.batch(() -> {
            for (int i = 0; i < 4; i++) {
                sources.get(i).set(4 - i);
            }
        });
        assertThat(last.stream().map(Signal::get)).isEqualTo(expected(layers, 4, 3, 2, 1));
        assertThat(runs).isLessThanOrEqualTo(4 * layers);
    }

    private static List<Integer> expected(int layers, int... sources) {
        int[] row = sources.clone();
        for (int i = 0; i < layers; i++) {
            row = new int[] {row[1], row[0] - row[2], row[1] + row[3], row[2]};
        }
        return List.of(row[0], row[1], row[2], row[3]);
    }

    @Test
    void aThousandLayersEndAsTheFieldSays() {
        assertThat(expected(1000, 1, 2, 3, 4)).containsExactly(-3, -6, -2, 2);
        assertThat(expected(2500, 4, 3, 2, 1)).containsExactly(-2, -4, 2, 3);
    }

    /* ---- Single shapes ---- */

    @Test
    void avoidable() {
        Var<Integer> head = Var.of(0);
        int[] evaluations = {0};
        Signal<Integer> same = Signal.computed(() -> head.signal().get() * 0);
        Signal<Integer> next = Signal.computed(() -> {
            evaluations[0]++;
            return same.get() + 1;
        });
        Signal<Integer> end = Signal.computed(() -> next.get() + 5);
        observe(end);
        for (int i = 0; i < 1000; i++) {
            write(head, i);
            assertThat(end.get()).isEqualTo(6);
        }
        assertThat(evaluations[0]).isEqualTo(1);
        assertThat(runs).isEqualTo(1);
    }

    @Test
    void broad() {
        Var<Integer> head = Var.of(0);
        List<Signal<Integer>> ends = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int more = i;
            Signal<Integer> current = Signal.computed(() -> head.signal().get() + more);
            ends.add(Signal.computed(() -> current.get() + 1));
            observe(ends.get(i));
        }
        checkRuns(head, 50, i -> ends.get(49).get() == i + 50);
        assertThat(runs).isEqualTo(2500);
    }

    @Test
    void deep() {
        Var<Integer> head = Var.of(0);
        Signal<Integer> end = head.signal();
        for (int i = 0; i < 50; i++) {
            Signal<Integer> last = end;
            end = Signal.computed(() -> last.get() + 1);
        }
        observe(end);
        Signal<Integer> deepest = end;
        checkRuns(head, 50, i -> deepest.get() == 50 + i);
        assertThat(runs).isEqualTo(50);
    }

    @Test
    void diamond() {
        Var<Integer> head = Var.of(0);
        List<Signal<Integer>> sides = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            sides.add(Signal.computed(() -> head.signal().get() + 1));
        }
        Signal<Integer> sum =
                Signal.computed(() -> sides.stream().mapToInt(Signal::get).sum());
        observe(sum);
        checkRuns(head, 500, i -> sum.get() == (i + 1) * 5);
        assertThat(runs).isEqualTo(500);
    }

    /** Writes 1, then 0 and so on, and checks after each write. */
    private void checkRuns(Var<Integer> head, int writes, IntFunction<Boolean> holds) {
        write(head, 1);
        assertThat(holds.apply(1)).isTrue();
        runs = 0;
        for (int i = 0; i < writes; i++) {
            write(head, i);
            assertThat(holds.apply(i)).as("after write %s", i).isTrue();
        }
    }

    @Test
    void mux() {
        List<Var<Integer>> heads = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            heads.add(Var.of(0));
        }
        Signal<Map<Integer, Integer>> all = Signal.computed(() -> {
            Map<Integer, Integer> values = new HashMap<>();
            for (int i = 0; i < 100; i++) {
                values.put(i, heads.get(i).signal().get());
            }
            return values;
        });
        List<Signal<Integer>> split = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int at = i;
            Signal<Integer> one = Signal.computed(() -> all.get().get(at));
            split.add(Signal.computed(() -> one.get() + 1));
            observe(split.get(i));
        }
        runs = 0;
        for (int i = 0; i < 10; i++) {
            write(heads.get(i), i);
            assertThat(split.get(i).get()).isEqualTo(i + 1);
        }
        for (int i = 0; i < 10; i++) {
            write(heads.get(i), i * 2);
            assertThat(split.get(i).get()).isEqualTo(i * 2 + 1);
        }
        assertThat(runs).isEqualTo(18);
    }

    @Test
    void repeated() {
        Var<Integer> head = Var.of(0);
        Signal<Integer> sum = Signal.computed(() -> {
            int result = 0;
            for (int i = 0; i < 30; i++) {
                result += head.signal().get();
            }
            return result;
        });
        observe(sum);
        checkRuns(head, 100, i -> sum.get() == 30 * i);
        assertThat(runs).isEqualTo(100);
    }

    @Test
    void triangle() {
        Var<Integer> head = Var.of(0);
        List<Signal<Integer>> list = new ArrayList<>();
        Signal<Integer> current = head.signal();
        for (int i = 0; i < 10; i++) {
            Signal<Integer> last = current;
            list.add(last);
            current = Signal.computed(() -> last.get() + 1);
        }
        Signal<Integer> sum =
                Signal.computed(() -> list.stream().mapToInt(Signal::get).sum());
        observe(sum);
        checkRuns(head, 100, i -> sum.get() == 45 + 10 * i);
        assertThat(runs).isEqualTo(100);
    }

    @Test
    void unstable() {
        Var<Integer> head = Var.of(0);
        Signal<Integer> twice = Signal.computed(() -> head.signal().get() * 2);
        Signal<Integer> inverse = Signal.computed(() -> -head.signal().get());
        Signal<Integer> current = Signal.computed(() -> {
            int result = 0;
            for (int i = 0; i < 20; i++) {
                result += head.signal().get() % 2 == 1 ? twice.get() : inverse.get();
            }
            return result;
        });
        observe(current);
        checkRuns(head, 100, i -> current.get() == 20 * (i % 2 == 1 ? 2 * i : -i));
        assertThat(runs).isEqualTo(100);
    }
}
