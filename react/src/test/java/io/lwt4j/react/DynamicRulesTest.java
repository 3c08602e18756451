package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Rules 10 to 12: what is made in the middle of a step. */
class DynamicRulesTest extends GraphTest {

    /** Runs an action once, inside of the function of a node, when that occurs with a value. */
    private static void inStepOf(Event<Integer> event, int value, Runnable action) {
        told(event.map(a -> {
            if (a == value) {
                action.run();
            }
            return a;
        }));
    }

    private static <A> Consumer<A> into(List<A> list) {
        return list::add;
    }

    @Test
    void anEventMadeInAStepSeesTheOccurrenceOfThatStep() {
        EventEmitter<Integer> source = EventEmitter.create();
        List<Integer> mapped = new ArrayList<>();
        List<Integer> far = new ArrayList<>();
        List<Integer> joined = new ArrayList<>();
        inStepOf(source.event(), 2, () -> {
            source.event().map(a -> a * 10).observe(into(mapped));
            far(source.event()).observe(into(far));
            Event.lift(source.event(), far(source.event()), Integer::sum).observe(into(joined));
        });

        for (int i = 1; i <= 3; i++) {
            source.send(i);
        }

        assertThat(mapped).containsExactly(20, 30);
        assertThat(far).containsExactly(2, 3);
        assertThat(joined).containsExactly(4, 6);
    }

    @Test
    void anEventMadeInAStepDoesNotOccurIfItsInputDoesNot() {
        EventEmitter<Integer> source = EventEmitter.create();
        EventEmitter<Integer> other = EventEmitter.create();
        List<Integer> told = new ArrayList<>();
        inStepOf(source.event(), 1, () -> other.event().map(a -> a).observe(into(told)));

        source.send(1);
        assertThat(told).isEmpty();

        other.send(5);
        assertThat(told).containsExactly(5);
    }

    @Test
    void whatCountsOccurrencesCountsThatOfTheStepInWhichItIsMade() {
        EventEmitter<Integer> source = EventEmitter.create();
        List<Integer> once = new ArrayList<>();
        List<Integer> rest = new ArrayList<>();
        List<Integer> sums = new ArrayList<>();
        List<Integer> differences = new ArrayList<>();
        List<Integer> accumulated = new ArrayList<>();
        inStepOf(source.event(), 2, () -> {
            source.event().once().observe(into(once));
            source.event().dropOnce().observe(into(rest));
            source.event().fold(0, Integer::sum).observe(into(sums));
            source.event().diff((a, b) -> a - b).observe(into(differences));
            Event.accumulate(source.event().map(a -> (Integer b) -> a * b), 1)
                    .observe(into(accumulated));
        });

        for (int i = 1; i <= 4; i++) {
            source.send(i);
        }

        assertThat(once).containsExactly(2);
        assertThat(rest).containsExactly(3, 4);
        assertThat(sums).containsExactly(2, 5, 9);
        assertThat(differences).containsExactly(1, 1);
        assertThat(accumulated).containsExactly(2, 6, 24);
    }

    @Test
    void severalObserversOfOneStepDoNotMakeARememberingEventCountTwice() {
        EventEmitter<Integer> source = EventEmitter.create();
        List<Integer> rest = new ArrayList<>();
        inStepOf(source.event(), 1, () -> {
            Event<Integer> dropping = source.event().dropOnce();
            dropping.observe(into(rest));
            dropping.hold(0).observe(a -> {});
            dropping.fold(0, Integer::sum).observe(a -> {});
        });

        source.send(1);
        source.send(2);

        assertThat(rest).containsExactly(2);
    }

    @Test
    void aSignalMadeInAStepHasTheValueOfThatStep() {
        Var<Integer> source = Var.of(1);
        List<Integer> mapped = new ArrayList<>();
        List<Integer> far = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        told(source.signal().map(a -> {
            if (a == 2) {
                source.signal().map(b -> b * 10).observe(into(mapped));
                far(source.signal()).observe(into(far));
                source.signal()
                        .filterMap(b -> b % 2 == 0 ? Optional.of(b) : Optional.empty(), 0)
                        .observe(into(kept));
            }
            return a;
        }));

        source.set(2);
        source.set(3);

        assertThat(mapped).containsExactly(20, 30);
        assertThat(far).containsExactly(2, 3);
        assertThat(kept).containsExactly(2);
    }

    @Test
    void holdDoesNotUseItsInitialValueIfItsEventOccursInTheStepInWhichItIsMade() {
        EventEmitter<Integer> source = EventEmitter.create();
        EventEmitter<Integer> other = EventEmitter.create();
        List<Integer> near = new ArrayList<>();
        List<Integer> far = new ArrayList<>();
        List<Integer> unused = new ArrayList<>();
        inStepOf(source.event(), 3, () -> {
            source.event().hold(42).observe(into(near));
            far(source.event()).hold(44).observe(into(far));
            other.event().hold(128).observe(into(unused));
        });

        source.send(3);
        source.send(4);
        other.send(2);

        assertThat(near).containsExactly(3, 4);
        assertThat(far).containsExactly(3, 4);
        assertThat(unused).containsExactly(128, 2);
    }

    @Test
    void theChangesOfASignalDoNotOccurInTheStepInWhichTheyAreMade() {
        Var<Integer> source = Var.of(1);
        Var<Boolean> flag = Var.of(false);
        List<Integer> changes = new ArrayList<>();
        List<Integer> farChanges = new ArrayList<>();
        List<Integer> differences = new ArrayList<>();
        List<Boolean> rises = new ArrayList<>();
        told(source.signal().map(a -> {
            if (a == 2) {
                source.signal().changes().observe(into(changes));
                far(source.signal()).changes().observe(into(farChanges));
                source.signal().diff((b, c) -> b - c).observe(into(differences));
                Signals.rise(flag.signal()).observe(into(rises));
            }
            return a;
        }));

        Step.batch(() -> {
            source.set(2);
            flag.set(true);
        });
        assertThat(changes).isEmpty();
        assertThat(farChanges).isEmpty();
        assertThat(differences).isEmpty();
        assertThat(rises).isEmpty();

        source.set(5);
        flag.set(false);
        flag.set(true);
        assertThat(changes).containsExactly(5);
        assertThat(farChanges).containsExactly(5);
        assertThat(differences).containsExactly(3);
        assertThat(rises).containsExactly(true);
    }

    @Test
    void whatIsMadeBetweenStepsWaitsForTheNext() {
        EventEmitter<Integer> source = EventEmitter.create();
        source.send(1);

        List<Integer> told = told(source.event().fold(0, Integer::sum));
        assertThat(told).isEmpty();

        source.send(2);
        assertThat(told).containsExactly(2);
    }
}
