package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Rules 1 to 9: steps, simultaneity, cut-off. */
class StepRulesTest extends GraphTest {

    @Test
    void aNodeIsUpdatedOnceInAStepAfterAllThatItDependsOn() {
        Var<Integer> source = Var.of(1);
        Counter calls = new Counter();
        Signal<Integer> chain = source.signal();
        for (int i = 0; i < 5; i++) {
            chain = Signal.lift(chain, source.signal(), Integer::sum);
        }
        Signal<Integer> end = chain;
        Signal<String> join = Signal.lift(source.signal(), end, source.signal(), (a, b, c) -> {
            calls.increment();
            return a + " " + b + " " + c;
        });
        List<String> told = told(join);
        assertThat(calls.take()).isEqualTo(1);

        source.set(2);

        assertThat(told).containsExactly("1 6 1", "2 12 2");
        assertThat(calls.take()).isEqualTo(1);
    }

    @Test
    void anEventIsUpdatedOnceInAStepHoweverManyOfItsInputsOccur() {
        EventEmitter<Integer> source = EventEmitter.create();
        Counter calls = new Counter();
        Event<Integer> late = far(source.event());
        List<Integer> told = told(Event.<Integer, Integer>merge(
                List.of(source.event(), late, source.event().map(a -> a * 10)), 0, (sum, a) -> {
                    calls.increment();
                    return sum + a;
                }));

        source.send(1);

        assertThat(told).containsExactly(12);
        assertThat(calls.take()).isEqualTo(3);
    }

    @Test
    void theOrderInWhichNodesAreMadeDoesNotDecideTheOrderOfTheirUpdates() {
        Var<Integer> source = Var.of(1);
        Var<Signal<Integer>> which = Var.of(source.signal());
        Signal<Integer> early = Signal.flatten(which.signal());
        List<String> told = told(Signal.lift(early, source.signal(), (a, b) -> a + " " + b));
        // What early depends on from now on has been made after it.
        which.set(far(source.signal().map(a -> -a)));
        take(told);

        source.set(2);

        assertThat(told).containsExactly("-2 2");
    }

    @Test
    void aNodeHasAHigherRankThanItsInputsUnlessItHasOnlyOne() {
        Var<Integer> source = Var.of(1);
        Signal<Integer> map = source.signal().map(a -> a);
        Signal<Integer> join = Signal.lift(map, source.signal(), Integer::sum);
        Signal<Integer> above = Signal.lift(join, source.signal(), Integer::sum);
        told(above);

        // React counts the nodes in between, too; here a node with one input goes with that.
        assertThat(List.of(source.signal().rank, map.rank, join.rank, above.rank))
                .containsExactly(0, 0, 1, 2);
    }

    @Test
    void aJoinNeverSeesAMixtureOfOldAndNew() {
        Var<Integer> source = Var.of(1);
        Signal<Integer> next = source.signal().map(a -> a + 1);
        Signal<Integer> tenfold = source.signal().map(a -> a * 10);
        List<Integer> seen = new ArrayList<>();
        List<Integer> told = told(Signal.lift(next, tenfold, (a, b) -> {
            seen.add(b - 10 * a);
            return b - 10 * a;
        }));

        source.set(2);
        source.set(3);

        assertThat(seen).containsExactly(-10, -10, -10);
        assertThat(told).containsExactly(-10);
    }

    @Test
    void anEffectRunsOnceInAStepInWhichAnythingHasChangedThatItHasRead() {
        Var<Integer> a = Var.of(1);
        Var<Integer> b = Var.of(2);
        Var<Integer> other = Var.of(3);
        Signal<Integer> sum = Signals.sum(a.signal(), b.signal());
        List<String> runs = new ArrayList<>();
        Signal.effect(() -> runs.add(a.get() + " " + b.get() + " " + sum.get()));
        assertThat(take(runs)).containsExactly("1 2 3");

        other.set(4);
        assertThat(runs).isEmpty();

        a.set(5);
        assertThat(take(runs)).containsExactly("5 2 7");

        Step.batch(() -> {
            a.set(6);
            b.set(7);
        });
        assertThat(take(runs)).containsExactly("6 7 13");
    }

    @Test
    void twoOccurrencesAreSimultaneousIfAndOnlyIfTheyAreInTheSameStep() {
        EventEmitter<Integer> a = EventEmitter.create();
        EventEmitter<Integer> b = EventEmitter.create();
        List<Integer> both = told(Event.lift(a.event(), b.event(), Integer::sum));
        List<Integer> any =
                told(Event.<Integer, Integer>merge(List.of(a.event(), b.event()), 0, Integer::sum));

        a.send(1);
        b.send(2);
        assertThat(both).isEmpty();
        assertThat(take(any)).containsExactly(1, 2);

        Step step = Step.create();
        a.send(step, 3);
        b.send(step, 4);
        assertThat(any).isEmpty();
        step.execute();
        assertThat(take(both)).containsExactly(7);
        assertThat(take(any)).containsExactly(7);

        Step.batch(() -> {
            a.send(5);
            b.send(6);
        });
        assertThat(both).containsExactly(11);
        assertThat(any).containsExactly(11);
    }

    @Test
    void whatIsSentTwiceInABatchOccursInTwoSteps() {
        EventEmitter<Integer> a = EventEmitter.create();
        EventEmitter<Integer> b = EventEmitter.create();
        List<String> told = told(Event.<Object, String>merge(
                List.of(a.event(), b.event()), "", (text, o) -> text + o));

        Step.batch(() -> {
            a.send(1);
            b.send(2);
            a.send(3);
        });

        assertThat(told).containsExactly("12", "3");
    }

    @Test
    void inABatchAVariableIsNeverAheadOfWhatDependsOnItInAStep() {
        EventEmitter<Integer> event = EventEmitter.create();
        Var<Integer> variable = Var.of(0);
        Signal<Integer> copy = variable.signal().map(a -> a);
        List<String> told = told(event.event()
                .sample(
                        Signal.lift(variable.signal(), far(copy), (a, b) -> a + "=" + b),
                        (e, pair) -> e + ": " + pair));

        Step.batch(() -> {
            event.send(1);
            event.send(2);
            variable.set(5);
        });

        // The variable has its new value at once, so it changes in the first step that comes.
        assertThat(told).containsExactly("1: 5=5", "2: 5=5");
    }

    @Test
    void whatSeveralObserversWriteIsNeverSeenWithoutWhatDependsOnIt() {
        Var<Integer> source = Var.of(0);
        Var<Integer> a = Var.of(0);
        Var<Integer> b = Var.of(0);
        Signal<Integer> copy = b.signal().map(x -> x);
        source.signal().observe(a::set);
        source.signal().observe(b::set);
        List<Boolean> consistent = new ArrayList<>();
        told(Signal.lift(a.signal(), b.signal(), far(copy), (x, y, z) -> {
            consistent.add(y.equals(z));
            return x + y + z;
        }));

        source.set(1);

        assertThat(consistent).isNotEmpty().doesNotContain(false);
        assertThat(List.of(a.get(), b.get(), copy.get())).containsExactly(1, 1, 1);
    }

    @Test
    void aVariableHasTheValueOfAStepAtOnceAndWhatDependsOnItWhenThatIsExecuted() {
        Var<Integer> variable = Var.of(5);
        Signal<Integer> doubled = variable.signal().map(a -> 2 * a);
        List<Integer> told = told(doubled);
        Step step = Step.create();

        variable.set(step, 6);
        assertThat(variable.get()).isEqualTo(6);
        assertThat(doubled.get()).isEqualTo(10);
        assertThat(told).containsExactly(10);

        step.execute();
        assertThat(doubled.get()).isEqualTo(12);
        assertThat(told).containsExactly(10, 12);
    }

    @Test
    void aVariableOnAnUnfinishedStepCanBeSetMeanwhileAndChangesOnce() {
        Var<Integer> variable = Var.of(0);
        EventEmitter<Integer> emitter = EventEmitter.create();
        emitter.event().observe(variable::set);
        List<Integer> changes = told(variable.signal().changes());
        Step step = Step.create();
        variable.set(step, 1);

        variable.set(2);
        assertThat(take(changes)).containsExactly(2);
        emitter.send(3);
        assertThat(take(changes)).containsExactly(3);

        step.execute();
        assertThat(changes).isEmpty();
        assertThat(variable.get()).isEqualTo(3);
        variable.set(4);
        assertThat(changes).containsExactly(4);
    }

    @Test
    void nothingCanBePutOnAStepThatHasBeenExecuted() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Var<Integer> variable = Var.of(1);
        List<Integer> told = told(emitter.event());
        Step step = Step.create();
        step.execute();

        assertThatIllegalStateException().isThrownBy(() -> emitter.send(step, 1));
        assertThatIllegalStateException().isThrownBy(() -> variable.set(step, 2));

        assertThat(told).isEmpty();
        assertThat(variable.get()).isEqualTo(1);
    }

    @Test
    void aPrimitiveIsOnOneUnfinishedStepAtATime() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Var<Integer> variable = Var.of(1);
        List<Integer> told = told(emitter.event());
        Step step = Step.create();
        Step other = Step.create();
        emitter.send(step, 3);
        variable.set(step, 5);

        assertThatIllegalStateException().isThrownBy(() -> emitter.send(step, 4));
        assertThatIllegalStateException().isThrownBy(() -> emitter.send(other, 4));
        assertThatIllegalStateException().isThrownBy(() -> variable.set(step, 6));
        assertThatIllegalStateException().isThrownBy(() -> variable.set(other, 6));
        // An equal value is nothing to put on a step.
        variable.set(step, 5);
        variable.set(other, 5);

        step.execute();
        assertThat(told).containsExactly(3);
        assertThat(variable.get()).isEqualTo(5);
        emitter.send(other, 7);
        other.execute();
        assertThat(told).containsExactly(3, 7);
    }

    @Test
    void anEqualValueIsIgnoredAlsoByAStepThatHasBeenExecuted() {
        Var<Integer> variable = Var.of(1);
        Step step = Step.create();
        step.execute();

        variable.set(step, 1);

        assertThat(variable.get()).isEqualTo(1);
    }

    @Test
    void aStepIsExecutedOnce() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        List<Integer> told = told(emitter.event());
        Step step = Step.create();
        emitter.send(step, 1);
        step.execute();

        assertThatIllegalStateException().isThrownBy(step::execute);

        assertThat(told).containsExactly(1);
    }

    @Test
    void aStepThatIsExecutedInsideOfAnotherFollowsIt() {
        EventEmitter<String> emitter = EventEmitter.create();
        EventEmitter<String> other = EventEmitter.create();
        List<String> told = new ArrayList<>();
        emitter.event().observe(a -> {
            Step step = Step.create();
            other.send(step, a + "!");
            step.execute();
            told.add(a);
        });
        other.event().observe(told::add);

        emitter.send("a");

        assertThat(told).containsExactly("a", "a!");
    }

    @Test
    void settingAnEqualValueMakesNoStep() {
        Var<List<String>> variable = Var.of(List.of("a"));
        List<List<String>> told = told(variable.signal());
        Counter steps = new Counter();
        Graph.current().onStep(report -> steps.increment());

        variable.set(new ArrayList<>(List.of("a")));
        assertThat(steps.take()).isZero();

        variable.set(List.of("b"));
        assertThat(steps.take()).isEqualTo(1);
        assertThat(told).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void whatDependsOnANodeThatHasNotChangedIsLeftAlone() {
        Var<Integer> source = Var.of(1);
        Counter calls = new Counter();
        Signal<Boolean> odd = source.signal().map(a -> a % 2 == 1);
        List<String> told = told(odd.map(a -> {
            calls.increment();
            return a ? "odd" : "even";
        }));
        calls.take();

        source.set(3);
        assertThat(calls.take()).isZero();

        source.set(4);
        assertThat(calls.take()).isEqualTo(1);
        assertThat(told).containsExactly("odd", "even");
    }

    @Test
    void aNodeWithAnEqualityOfItsOwnKeepsTheFirstOfEqualValues() {
        Var<Integer> source = Var.of(1);
        Signal<Integer> parity = source.signal().map(a -> a, (a, b) -> a % 2 == b % 2);
        Signal<Integer> computed = Signal.computed(source::get, (a, b) -> a % 2 == b % 2);

        source.set(3);
        source.set(2);
        source.set(4);

        // Also if nobody has looked in the meantime.
        assertThat(parity.get()).isEqualTo(2);
        assertThat(computed.get()).isEqualTo(2);
    }

    @Test
    void nothingIsEqualToItselfIfTheEqualitySaysSo() {
        Var<Integer> variable = Var.of(1, (a, b) -> false);
        List<Integer> told = told(variable.signal());

        variable.set(1);
        variable.set(1);

        assertThat(told).containsExactly(1, 1, 1);
    }

    @Test
    void equalityIsThatOfJavaByDefault() {
        // Not as in React, where NaN differs from itself and functions cannot be compared.
        Var<Double> number = Var.of(Double.NaN);
        Supplier<Integer> function = () -> 1;
        Var<Supplier<Integer>> functions = Var.of(function);
        List<Double> numbers = told(number.signal());
        List<Supplier<Integer>> all = told(functions.signal());

        number.set(Double.NaN);
        functions.set(function);
        functions.set(() -> 1);

        assertThat(numbers).hasSize(1);
        assertThat(all).hasSize(2);
    }

    @Test
    void whoeverObservesASignalIsToldOfItsValueAtOnce() {
        Var<Integer> variable = Var.of(1);
        List<Integer> effects = new ArrayList<>();

        assertThat(told(variable.signal().map(a -> a + 1))).containsExactly(2);
        Signal.effect(() -> effects.add(variable.get()));

        assertThat(effects).containsExactly(1);
    }

    @Test
    void inABatchAReadingIsUpToDateAndObserversAreToldInTheEnd() {
        Var<Integer> a = Var.of(1);
        Var<Integer> b = Var.of(2);
        Signal<Integer> sum = Signals.sum(a.signal(), b.signal());
        List<Integer> told = told(sum);
        List<Integer> changes = told(sum.changes());
        take(told);

        int inside = Step.batch(() -> {
            a.set(10);
            int first = sum.get();
            b.set(20);
            assertThat(sum.get()).isEqualTo(30);
            assertThat(told).isEmpty();
            return first;
        });

        assertThat(inside).isEqualTo(12);
        assertThat(told).containsExactly(30);
        assertThat(changes).containsExactly(30);
    }

    @Test
    void lookingInABatchAtAValueThatDoesNotLastIsNoChange() {
        Var<Integer> variable = Var.of(1);
        Signal<Integer> doubled = variable.signal().map(a -> 2 * a);
        List<Integer> told = told(doubled);
        List<Integer> changes = told(doubled.changes());
        List<Integer> differences = told(doubled.diff((a, b) -> a - b));
        take(told);

        Step.batch(() -> {
            variable.set(5);
            assertThat(doubled.get()).isEqualTo(10);
            variable.set(1);
        });

        assertThat(told).isEmpty();
        assertThat(changes).isEmpty();
        assertThat(differences).isEmpty();
        assertThat(doubled.get()).isEqualTo(2);
    }

    @Test
    void whatABatchHasWrittenBeforeItThrowsCounts() {
        Var<Integer> variable = Var.of(1);
        List<Integer> told = told(variable.signal());

        assertThatIllegalStateException()
                .isThrownBy(() -> Step.batch(() -> {
                    variable.set(2);
                    throw new IllegalStateException("in the batch");
                }));

        assertThat(told).containsExactly(1, 2);
    }
}
