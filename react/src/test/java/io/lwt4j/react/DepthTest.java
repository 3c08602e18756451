package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** How deep and how wide a graph is costs no stack, and no more time than it has nodes. */
class DepthTest extends GraphTest {

    private static final int MILLION = 1_000_000;

    private static <A> A repeat(int times, A start, UnaryOperator<A> operator) {
        A last = start;
        for (int i = 0; i < times; i++) {
            last = operator.apply(last);
        }
        return last;
    }

    @Test
    void aChainOfAMillionObservedSignals() throws Exception {
        SmallStack.run(() -> {
            Var<Integer> source = Var.of(0);
            Signal<Integer> end = repeat(MILLION, source.signal(), s -> s.map(a -> a + 1));
            List<Integer> told = new ArrayList<>();
            Observation observation = end.observe(told::add);

            source.set(1);
            observation.stop();
            source.set(2);

            assertThat(told).containsExactly(MILLION, MILLION + 1);
            assertThat(end.get()).isEqualTo(MILLION + 2);
        });
    }

    @Test
    void aChainOfAMillionIdleSignals() throws Exception {
        SmallStack.run(() -> {
            Var<Integer> source = Var.of(0);
            Signal<Integer> end = repeat(MILLION, source.signal(), s -> s.map(a -> a + 1));
            assertThat(end.get()).isEqualTo(MILLION);

            source.set(1);

            assertThat(end.get()).isEqualTo(MILLION + 1);
        });
    }

    @Test
    void aChainOfAMillionComputedSignalsThatReadOneAnother() throws Exception {
        SmallStack.run(() -> {
            Var<Integer> source = Var.of(0);
            int[] calls = {0};
            Signal<Integer> end = repeat(
                    MILLION,
                    source.signal(),
                    s -> Signal.computed(() -> {
                        calls[0]++;
                        return s.get() + 1;
                    }));
            assertThat(end.get()).isEqualTo(MILLION);
            // Those that were given up have run a second time, but nobody a third time.
            assertThat(calls[0]).isLessThan(2 * MILLION);

            calls[0] = 0;
            List<Integer> told = new ArrayList<>();
            Observation effect = Signal.effect(() -> told.add(end.get()));
            source.set(1);
            assertThat(told).containsExactly(MILLION, MILLION + 1);
            assertThat(calls[0]).isEqualTo(MILLION);
            effect.stop();
            source.set(2);
            assertThat(end.get()).isEqualTo(MILLION + 2);
        });
    }

    @Test
    void aFunctionThatIsGivenUpRunsAgainThoughItCatchesEverything() throws Exception {
        SmallStack.run(() -> {
            Var<Integer> source = Var.of(0);
            Signal<Integer> end = repeat(
                    1_000,
                    source.signal(),
                    s -> Signal.computed(() -> {
                        try {
                            return s.get() + 1;
                        } catch (Throwable t) {
                            return -1;
                        }
                    }));
            assertThat(end.get()).isEqualTo(1_000);
        });
    }

    @Test
    void aChainOfAMillionJoins() throws Exception {
        SmallStack.run(() -> {
            Var<Integer> source = Var.of(1);
            Signal<Integer> one = source.signal();
            Signal<Integer> end = repeat(MILLION, one, s -> Signal.lift(s, one, (a, b) -> a + 1));
            assertThat(end.get()).isEqualTo(MILLION + 1);
            List<Integer> told = new ArrayList<>();
            Observation observation = end.observe(told::add);

            source.set(2);
            observation.stop();
            source.set(3);

            assertThat(told).containsExactly(MILLION + 1, MILLION + 2);
            assertThat(end.get()).isEqualTo(MILLION + 3);
        });
    }

    @Test
    void stoppingTheEndOfAChainOfAMillionStronglyStopsAllOfIt() throws Exception {
        SmallStack.run(() -> {
            EventEmitter<Integer> source = EventEmitter.create();
            Event<Integer> first = source.event().map(a -> a);
            Event<Integer> end = repeat(MILLION, first, e -> e.map(a -> a + 1));
            Observation observation = end.observe(a -> {});
            source.send(1);

            observation.stopStrongly();

            assertThat(first.is(Node.STOPPED)).isTrue();
        });
    }

    @Test
    void aChainOfAMillionEvents() throws Exception {
        SmallStack.run(() -> {
            EventEmitter<Integer> source = EventEmitter.create();
            Event<Integer> end = repeat(MILLION, source.event(), e -> e.map(a -> a + 1));
            List<Integer> told = new ArrayList<>();
            Observation observation = end.observe(told::add);

            source.send(0);
            observation.stop();
            source.send(1);

            assertThat(told).containsExactly(MILLION);
        });
    }

    @Test
    void aChainOfAMillionEventsThatRemember() throws Exception {
        SmallStack.run(() -> {
            EventEmitter<Integer> source = EventEmitter.create();
            Event<Integer> end = repeat(MILLION / 10, source.event(), e -> e.fold(0, Integer::sum));
            List<Integer> told = new ArrayList<>();
            end.observe(told::add);

            source.send(1);

            assertThat(told).containsExactly(1);
        });
    }

    @Test
    void aHundredThousandStepsThatFollowFromEachOther() throws Exception {
        SmallStack.run(() -> {
            EventEmitter<Integer> source = EventEmitter.create();
            List<Integer> told = new ArrayList<>();
            source.event().observe(a -> {
                told.add(a);
                if (a < 90_000) {
                    source.send(a + 1);
                }
            });

            source.send(1);

            assertThat(told).hasSize(90_000);
        });
    }

    @Test
    void aNodeOfAStackOfAThousandDiamondsIsUpdatedOnceInAStep() {
        int depth = 1000;
        Var<Integer> source = Var.of(0);
        Counter calls = new Counter();
        Signal<Integer> end = repeat(depth, source.signal(), s -> {
            Signal<Integer> left = s.map(a -> {
                calls.increment();
                return a + 1;
            });
            Signal<Integer> right = s.map(a -> {
                calls.increment();
                return -a;
            });
            return Signal.lift(left, right, (a, b) -> {
                calls.increment();
                return a;
            });
        });
        assertThat(end.get()).isEqualTo(depth);
        assertThat(calls.take()).isEqualTo(3 * depth);

        source.set(1);
        assertThat(end.get()).isEqualTo(depth + 1);
        assertThat(calls.take()).isEqualTo(3 * depth);

        List<Integer> told = told(end);
        assertThat(calls.take()).isZero();
        List<Integer> visited = new ArrayList<>();
        Graph.current().onStep(report -> visited.add(report.visited()));
        source.set(2);
        assertThat(told).containsExactly(depth + 1, depth + 2);
        assertThat(calls.take()).isEqualTo(3 * depth);
        assertThat(visited).hasSize(1);
        assertThat(visited.get(0)).isLessThanOrEqualTo(3 * depth + 1);
    }

    @Test
    void aStackOfDiamondsOfEventsIsUpdatedOnceInAStep() {
        int depth = 1000;
        EventEmitter<Integer> source = EventEmitter.create();
        Counter calls = new Counter();
        List<Integer> told = told(repeat(
                depth,
                source.event(),
                e -> Event.lift(e.map(a -> a + 1), e.map(a -> -a), (a, b) -> {
                    calls.increment();
                    return a;
                })));

        source.send(0);

        assertThat(told).containsExactly(depth);
        assertThat(calls.take()).isEqualTo(depth);
    }

    @Test
    void aStackOfDiamondsOfComputedSignalsIsUpdatedOnceInAStep() {
        // Two signals a layer read one another: so that none is given up, see Signal.computed.
        int depth = 35;
        Var<Integer> source = Var.of(0);
        Counter calls = new Counter();
        Signal<Integer> end = repeat(depth, source.signal(), s -> {
            Signal<Integer> left = Signal.computed(() -> s.get() + 1);
            Signal<Integer> right = Signal.computed(() -> -s.get());
            return Signal.computed(() -> {
                calls.increment();
                return left.get() + 0 * right.get();
            });
        });
        List<Integer> told = told(end);
        assertThat(calls.take()).isEqualTo(depth);

        source.set(1);

        assertThat(told).containsExactly(depth, depth + 1);
        assertThat(calls.take()).isEqualTo(depth);
    }

    @Test
    void manyDependentsOfOneNodeAreMadeAndStoppedInLinearTime() {
        // React would need minutes; here a slip shows as a test that hangs.
        int width = 300_000;
        Var<Integer> source = Var.of(0);
        Counter calls = new Counter();
        List<Observation> observations = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            observations.add(source.signal().map(a -> a + 1).observe(a -> calls.increment()));
        }
        assertThat(calls.take()).isEqualTo(width);

        source.set(1);
        assertThat(calls.take()).isEqualTo(width);

        observations.forEach(Observation::stop);
        source.set(2);
        assertThat(calls.take()).isZero();
        assertThat(((Node) source.signal()).first).isNull();
    }

    @Test
    void makingNodesEvaluatesNothingTwice() {
        // React walks all paths from a new signal to its sources: 2 to the power of the layers.
        Var<Integer> source = Var.of(1);
        Counter calls = new Counter();
        Signal<Integer> a = source.signal();
        Signal<Integer> b = source.signal().map(x -> -x);
        int layers = 2500;
        for (int i = 0; i < layers; i++) {
            Signal<Integer> left = a;
            Signal<Integer> right = b;
            a = Signal.lift(left, right, (x, y) -> {
                calls.increment();
                return y;
            });
            b = Signal.lift(left, right, (x, y) -> {
                calls.increment();
                return x - y;
            });
        }
        assertThat(calls.take()).isZero();

        told(Signal.lift(a, b, (x, y) -> x));
        assertThat(calls.take()).isEqualTo(2 * layers);

        source.set(2);
        assertThat(calls.take()).isEqualTo(2 * layers);
    }

    @Test
    void aNodeMadeOfAnActiveOneCostsOneEvaluation() {
        Var<Integer> source = Var.of(1);
        Counter calls = new Counter();
        Signal<Integer> last = source.signal();
        for (int i = 0; i < 1000; i++) {
            last = last.map(a -> {
                        calls.increment();
                        return a + 1;
                    })
                    .keep();
            assertThat(calls.take()).isEqualTo(1);
        }
    }
}
