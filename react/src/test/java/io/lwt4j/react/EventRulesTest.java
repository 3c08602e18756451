package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/** Rules 16 to 19: the algebra of events. */
class EventRulesTest extends GraphTest {

    private final EventEmitter<Integer> source = EventEmitter.create();
    private final Event<Integer> event = source.event();

    private void send(int... values) {
        for (int value : values) {
            source.send(value);
        }
    }

    @Test
    void selectTakesTheFirstInTheListWhateverTheRanks() {
        Event<Integer> late = far(event.map(a -> a * 10));
        EventEmitter<Integer> other = EventEmitter.create();
        List<Integer> near = told(Event.select(List.of(event, late)));
        List<Integer> far = told(Event.select(List.of(late, event)));
        List<Integer> any = told(Event.select(List.of(event, other.event())));

        send(1);
        other.send(5);
        send(2);

        assertThat(near).containsExactly(1, 2);
        assertThat(far).containsExactly(10, 20);
        assertThat(any).containsExactly(1, 5, 2);
    }

    @Test
    void mergeGoesThroughThoseThatOccurInTheOrderOfTheList() {
        Event<Integer> late = far(event.map(a -> a * 10));
        EventEmitter<Integer> other = EventEmitter.create();
        List<String> told = told(Event.<Integer, String>merge(
                List.of(late, other.event(), event), "", (text, a) -> text + "," + a));

        send(1);
        other.send(5);
        Step.batch(() -> {
            send(2);
            other.send(6);
        });

        assertThat(told).containsExactly(",10,1", ",5", ",20,6,2");
    }

    @Test
    void functionsOfSeveralEventsNeedAllOfThemAtTheSameTime() {
        EventEmitter<Integer> other = EventEmitter.create();
        Counter calls = new Counter();
        List<Integer> sums = told(Event.lift(event, event, other.event(), (a, b, c) -> {
            calls.increment();
            return a + b + c;
        }));
        List<Integer> applied =
                told(Event.apply(event.map(a -> (Integer b) -> a * b), other.event()));

        send(1);
        other.send(2);
        assertThat(calls.take()).isZero();

        Step.batch(() -> {
            send(3);
            other.send(4);
        });
        assertThat(calls.take()).isEqualTo(1);
        assertThat(sums).containsExactly(10);
        assertThat(applied).containsExactly(12);
    }

    @Test
    void untilEndsBeforeTheStepInWhichTheOtherOccurs() {
        Event<Integer> end = event.filter(a -> a == 3);
        Event<Integer> until = event.until(end);
        List<Integer> told = told(until);

        send(1, 2, 3, 4);

        assertThat(told).containsExactly(1, 2);
        assertThat(until.is(Node.STOPPED)).isTrue();
    }

    @Test
    void dismissSuppressesTheStepsOfTheOtherOnly() {
        List<Integer> told = told(event.dismiss(event.filter(a -> a % 2 == 0)));

        send(1, 2, 3, 4);

        assertThat(told).containsExactly(1, 3);
    }

    @Test
    void diffOccursFromTheSecondOccurrenceOn() {
        List<Integer> told = told(event.diff((a, b) -> a - b));

        send(1);
        assertThat(told).isEmpty();

        send(4, 4);
        assertThat(told).containsExactly(3, 0);
    }

    @Test
    void changesComparesWithTheOccurrenceBeforeAlsoIfThatWasDropped() {
        List<Integer> told = told(event.changes());
        List<Integer> near = told(event.changes((a, b) -> Math.abs(a - b) <= 1));

        send(1, 1, 2, 3, 5);

        assertThat(told).containsExactly(1, 2, 3, 5);
        // Each is near the one before, though not the one that passed last.
        assertThat(near).containsExactly(1, 5);
    }

    @Test
    void theChangesOfASignalFollowItsOwnEquality() {
        Var<Integer> variable = Var.of(1, (a, b) -> a % 2 == b % 2);
        List<Integer> changes = told(variable.signal().changes());
        List<Integer> differences = told(variable.signal().diff((a, b) -> a - b));

        variable.set(3);
        variable.set(4);
        variable.set(7);

        assertThat(changes).containsExactly(4, 7);
        assertThat(differences).containsExactly(3, 3);
    }

    @Test
    void theChangeOfASignalAloneIsNoOccurrence() {
        Var<Integer> variable = Var.of(1);
        Signal<Boolean> odd = variable.signal().map(a -> a % 2 == 1);
        EventEmitter<Optional<Integer>> options = EventEmitter.create();
        List<Integer> on = told(event.on(odd));
        List<String> sampled = told(event.sample(variable.signal(), (a, b) -> a + "/" + b));
        List<Integer> present = told(Event.present(options.event(), variable.signal()));

        variable.set(2);
        variable.set(3);
        assertThat(on).isEmpty();
        assertThat(sampled).isEmpty();
        assertThat(present).isEmpty();

        send(10);
        options.send(Optional.empty());
        options.send(Optional.of(7));
        assertThat(on).containsExactly(10);
        assertThat(sampled).containsExactly("10/3");
        assertThat(present).containsExactly(3, 7);
    }

    @Test
    void aSampledSignalHasItsValueOfTheSameStep() {
        Signal<Integer> held = far(event.hold(0));
        List<String> told = told(event.sample(held, (a, b) -> a + "/" + b));
        List<Integer> on = told(event.on(held.map(a -> a % 2 == 0)));

        send(1, 2);

        assertThat(told).containsExactly("1/1", "2/2");
        assertThat(on).containsExactly(2);
    }

    @Test
    void whatIsMadeOfNeverIsNever() {
        Event<Integer> never = Event.never();

        assertThat(never.map(a -> a)).isSameAs(Event.never());
        assertThat(never.fold(0, Integer::sum)).isSameAs(Event.never());
        assertThat(Event.lift(event, never, Integer::sum)).isSameAs(Event.never());
        assertThat(event.until(never)).isSameAs(event);
        assertThat(event.on(Signal.of(false))).isSameAs(Event.never());
        assertThat(never.hold(1).get()).isEqualTo(1);
        assertThat(told(Event.select(List.of(never, never)))).isEmpty();
    }
}
