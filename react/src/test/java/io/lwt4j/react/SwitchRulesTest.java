package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Rules 13 to 15: events and signals that follow others, and change over. */
class SwitchRulesTest extends GraphTest {

    @Test
    void whenAnEventSwitchesTheNewOneCountsInThatStepAndTheOldOneDoesNot() {
        EventEmitter<Integer> source = EventEmitter.create();
        Event<Integer> old = source.event().map(a -> a);
        Event<Integer> other = source.event().map(a -> -a);
        List<Integer> told =
                told(Event.switchOn(old, source.event().filter(a -> a == 2).map(a -> other)));

        for (int i = 1; i <= 3; i++) {
            source.send(i);
        }

        assertThat(told).containsExactly(1, -2, -3);
    }

    @Test
    void anEventMadeInTheStepCanBeSwitchedTo() {
        // D10: React loses the occurrence if the new event has the rank that the switch had.
        EventEmitter<Integer> source = EventEmitter.create();
        Event<Integer> switching = Event.switchOn(
                Event.<Integer>never(),
                source.event().map(a -> source.event().map(b -> 10 * a + b).map(b -> b)));

        List<Integer> told = told(switching);
        source.send(1);
        source.send(2);

        assertThat(told).containsExactly(11, 22);
    }

    @Test
    void aNewEventOfAHigherRankRaisesTheSwitchAndAllBehindItForTheSameStep() {
        EventEmitter<Integer> source = EventEmitter.create();
        Event<Integer> late = far(source.event().map(a -> a * 10));
        Counter calls = new Counter();
        Event<Integer> switching = Event.switchOn(
                source.event(), source.event().filter(a -> a == 2).map(a -> late));
        Event<String> behind = Event.lift(switching, source.event(), (a, b) -> {
            calls.increment();
            return a + " " + b;
        });
        List<String> told = told(behind);
        List<Integer> sums = told(switching.fold(0, Integer::sum));

        source.send(1);
        assertThat(calls.take()).isEqualTo(1);
        source.send(2);
        assertThat(calls.take()).isEqualTo(1);
        source.send(3);
        assertThat(calls.take()).isEqualTo(1);

        assertThat(told).containsExactly("1 1", "20 2", "30 3");
        assertThat(sums).containsExactly(1, 21, 51);
        assertThat(switching.rank).isGreaterThan(late.rank);
        assertThat(behind.rank).isGreaterThan(switching.rank);
    }

    @Test
    void anEventThatWasWaitingForItsTurnIsNotCountedTwiceWhenItIsSwitchedTo() {
        EventEmitter<Integer> source = EventEmitter.create();
        Var<Integer> on = Var.of(1);
        // It has several inputs, is active, and has the rank of the switch.
        Event<Integer> waiting = source.event().on(on.signal().map(a -> a > 0));
        told(waiting);
        Event<Integer> switching = Event.switchOn(source.event(), source.event().map(a -> waiting));
        List<Integer> sums = told(switching.fold(0, Integer::sum));

        source.send(1);
        source.send(2);
        source.send(3);

        assertThat(sums).containsExactly(1, 3, 6);
    }

    @Test
    void whenASignalSwitchesItHasTheValueOfTheNewOneInThatStep() {
        Var<Integer> source = Var.of(1);
        Signal<Integer> near = source.signal().map(a -> a);
        Signal<Integer> late = far(source.signal().map(a -> -a));
        List<Integer> seen = new ArrayList<>();
        Signal<Integer> switching =
                Signal.flatten(source.signal().map(a -> a % 2 == 0 ? late : near));
        told(Signal.lift(switching, source.signal(), (a, b) -> {
            seen.add(Math.abs(a) - b);
            return a;
        }));
        List<Integer> told = told(switching);

        for (int i = 2; i <= 4; i++) {
            source.set(i);
        }

        assertThat(told).containsExactly(1, -2, 3, -4);
        assertThat(seen).containsExactly(0, 0, 0, 0);
    }

    @Test
    void ranksAreOnlyEverRaised() {
        Var<Integer> source = Var.of(1);
        Signal<Integer> late = far(source.signal());
        Signal<Integer> switching =
                Signal.flatten(source.signal().map(a -> a == 2 ? late : source.signal()));
        told(switching);
        source.set(2);
        int raised = switching.rank;
        assertThat(raised).isGreaterThan(late.rank);

        source.set(3);

        assertThat(switching.rank).isEqualTo(raised);
    }

    @Test
    void theOldSignalIsLetGoOf() {
        Var<Integer> a = Var.of(1);
        Var<Integer> b = Var.of(2);
        Var<Boolean> which = Var.of(true);
        Counter calls = new Counter();
        Signal<Integer> first = a.signal().map(x -> {
            calls.increment();
            return x;
        });
        List<Integer> told = told(which.signal().<Integer>flatMap(w -> w ? first : b.signal()));
        assertThat(calls.take()).isEqualTo(1);
        which.set(false);

        a.set(10);
        assertThat(calls.take()).isZero();
        assertThat(told).containsExactly(1, 2);

        which.set(true);
        assertThat(calls.take()).isEqualTo(1);
        assertThat(told).containsExactly(1, 2, 10);
    }

    @Test
    void theSameSignalReturnedAgainIsNoSwitch() {
        Var<Integer> outer = Var.of(1);
        Var<Integer> inner = Var.of(5);
        Counter calls = new Counter();
        Signal<Integer> mapped = inner.signal().map(a -> {
            calls.increment();
            return a;
        });
        Counter chosen = new Counter();
        List<Integer> told = told(outer.signal().<Integer>flatMap(a -> {
            chosen.increment();
            return mapped;
        }));
        assertThat(chosen.take()).isEqualTo(1);
        assertThat(calls.take()).isEqualTo(1);

        outer.set(2);

        assertThat(chosen.take()).isEqualTo(1);
        assertThat(calls.take()).isZero();
        assertThat(told).containsExactly(5);
    }

    @Test
    void whatAFunctionOfFlatMapHasMadeIsStoppedWhenItMakesTheNext() {
        // In React the old ones go on until the collector finds them.
        Var<Integer> outer = Var.of(1);
        EventEmitter<Integer> source = EventEmitter.create();
        List<Integer> made = new ArrayList<>();
        Signal<Integer> signal = outer.signal()
                .flatMap(a -> source.event().foldSignal(0, (sum, b) -> {
                    made.add(a);
                    return sum + a * b;
                }));
        List<Integer> told = told(signal);
        source.send(1);

        outer.set(10);
        source.send(2);
        outer.set(100);
        source.send(3);

        assertThat(made).containsExactly(1, 10, 100);
        assertThat(told).containsExactly(0, 1, 0, 20, 0, 300);
    }

    @Test
    void aSwitchToAConstantHasItsValueAndFollowsNothing() {
        Var<Integer> source = Var.of(0);
        List<Integer> told = told(Signal.flatten(source.signal().map(Signal::of)));
        EventEmitter<Integer> event = EventEmitter.create();
        List<Integer> occurrences = told(Event.switchOn(
                event.event(), event.event().filter(a -> a == 2).map(a -> Event.<Integer>never())));

        for (int i = 1; i <= 3; i++) {
            source.set(i);
            event.send(i);
        }

        assertThat(told).containsExactly(0, 1, 2, 3);
        assertThat(occurrences).containsExactly(1);
    }

    @Test
    void aConstantOfSignalsIsTheSignalInIt() {
        Signal<Integer> inner = Var.of(1).signal();
        Event<Integer> event = EventEmitter.<Integer>create().event();

        assertThat(Signal.flatten(Signal.of(inner))).isSameAs(inner);
        assertThat(Signal.of(1).<Integer>flatMap(a -> inner)).isSameAs(inner);
        assertThat(Event.switchOn(event, Event.never())).isSameAs(event);
    }

    @Test
    void aSwitchInsideOfWhatASwitchFollowsIsUpToDate() {
        Var<Boolean> outer = Var.of(true);
        Var<Boolean> inner = Var.of(true);
        Signal<Integer> three = outer.signal().map(a -> 3);
        List<Integer> told = told(outer.signal()
                .<Integer>flatMap(a -> a
                        ? inner.signal().<Integer>flatMap(b -> b ? three : Signal.of(2))
                        : Signal.of(2)));

        outer.set(false);
        outer.set(true);
        inner.set(false);

        assertThat(told).containsExactly(3, 2, 3, 2);
    }
}
