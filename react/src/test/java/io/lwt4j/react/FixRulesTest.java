package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Rules 20 and 21: what depends on itself. */
class FixRulesTest extends GraphTest {

    @Test
    void theDelayedEventOccursInAStepOfItsOwnRightAfterTheOther() {
        EventEmitter<Integer> source = EventEmitter.create();
        List<String> pairs = new ArrayList<>();
        Event<Integer> fixed = Event.fix(delayed -> {
            Event.<Integer, String>merge(
                            List.of(source.event(), delayed), "", (text, a) -> text + a)
                    .observe(pairs::add);
            return Event.select(
                    List.of(source.event(), delayed.filter(a -> a < 3).map(a -> a + 1)));
        });
        List<Integer> told = told(fixed);
        Counter steps = new Counter();
        Graph.current().onStep(report -> steps.increment());

        source.send(1);

        assertThat(told).containsExactly(1, 2, 3);
        // The source, then the delayed event for each occurrence, in a step each.
        assertThat(pairs).containsExactly("1", "1", "2", "3");
        assertThat(steps.take()).isEqualTo(4);
    }

    @Test
    void theDelayedEventHasNoOccurrenceLeftForLaterSteps() {
        EventEmitter<Integer> source = EventEmitter.create();
        List<Integer> together = new ArrayList<>();
        Event.<Integer>fix(delayed -> {
            Event.lift(source.event(), delayed, Integer::sum).observe(together::add);
            return source.event().map(a -> a);
        });

        source.send(1);
        source.send(2);

        assertThat(together).isEmpty();
    }

    @Test
    void theDelayedEventComesBeforeWhatObserversWrite() {
        EventEmitter<Integer> source = EventEmitter.create();
        EventEmitter<String> other = EventEmitter.create();
        List<String> order = new ArrayList<>();
        source.event().observe(a -> other.send("written"));
        other.event().observe(order::add);
        Event.<Integer>fix(delayed -> {
            delayed.observe(a -> order.add("delayed"));
            return source.event().map(a -> a);
        });

        source.send(1);

        assertThat(order).containsExactly("delayed", "written");
    }

    @Test
    void theDelayedSignalHasTheValueOfTheStepBefore() {
        Var<Integer> source = Var.of(1);
        List<Integer> delays = new ArrayList<>();
        Signal<List<Integer>> history = Signal.fix(List.<Integer>of(), delayed -> {
            delayed.observe(list -> delays.add(list.size()));
            return Signal.lift(source.signal(), delayed, (a, before) -> {
                if (!before.isEmpty() && before.get(before.size() - 1).equals(a)) {
                    return before;
                }
                List<Integer> next = new ArrayList<>(before);
                next.add(a);
                return List.copyOf(next);
            });
        });
        List<List<Integer>> told = told(history);

        source.set(2);
        source.set(3);

        assertThat(told).containsExactly(List.of(1), List.of(1, 2), List.of(1, 2, 3));
        assertThat(delays).containsExactly(0, 1, 2, 3);
    }

    @Test
    void aFixedSignalTakesAStepAtOnceIfItsValueIsNotTheInitialOne() {
        Var<Integer> source = Var.of(5);
        Counter steps = new Counter();
        Graph.current().onStep(report -> steps.increment());
        List<Integer> same = new ArrayList<>();
        List<Integer> other = new ArrayList<>();

        Signal.fix(5, delayed -> {
            delayed.observe(same::add);
            return source.signal().map(a -> a);
        });
        Signal.fix(0, delayed -> {
            delayed.observe(other::add);
            return source.signal().map(a -> a);
        });

        assertThat(same).containsExactly(5);
        assertThat(other).containsExactly(0, 5);
    }

    @Test
    void combinationsWithADelayedMemberNeverSeeAMixture() {
        // D10: in React they are looked at before their other members.
        Var<Integer> source = Var.of(1);
        List<Boolean> consistent = new ArrayList<>();
        Signal.fix(0, delayed -> {
            Signal<Integer> late = far(source.signal());
            Signal.lift(delayed, source.signal(), late, (a, b, c) -> {
                        consistent.add(b.equals(c));
                        return a + b + c;
                    })
                    .observe(a -> {});
            return source.signal().map(a -> a);
        });

        source.set(2);

        assertThat(consistent).hasSizeGreaterThanOrEqualTo(3).doesNotContain(false);
    }

    @Test
    void theDelayedEventOrSignalItselfCannotBeTheResult() {
        assertThatIllegalArgumentException().isThrownBy(() -> Event.<Integer>fix(e -> e));
        assertThatIllegalArgumentException().isThrownBy(() -> Signal.<Integer>fix(1, s -> s));
    }

    @Test
    void aLoopThatNeverSettlesEndsWithAnErrorAndTheGraphIsUsableAfterwards() {
        EventEmitter<Integer> source = EventEmitter.create();
        Var<Integer> other = Var.of(1);
        List<Integer> others = told(other.signal());
        Event<Integer> endless = Event.fix(
                delayed -> Event.select(List.of(source.event(), delayed.map(a -> a + 1))));
        List<Integer> told = told(endless);

        assertThatThrownBy(() -> source.send(1))
                .isInstanceOf(DivergenceException.class)
                .hasMessageContaining("steps");
        assertThat(take(told).size()).isGreaterThan(1000);

        other.set(2);
        assertThat(others).containsExactly(1, 2);
        assertThat(told).isEmpty();
        endless.stop();
        List<Integer> fresh = told(source.event());
        source.send(5);
        assertThat(told).isEmpty();
        assertThat(fresh).containsExactly(5);
    }

    @Test
    void aLoopOfAFixedSignalIsBoundedToo() {
        Var<Integer> step = Var.of(0);
        Signal<Integer> endless =
                Signal.fix(0, delayed -> Signal.lift(delayed, step.signal(), Integer::sum));

        assertThatThrownBy(() -> step.set(1)).isInstanceOf(DivergenceException.class);

        step.set(0);
        assertThat(endless.get()).isGreaterThan(1000);
    }
}
