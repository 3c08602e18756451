package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the test suite of React checks of events and of steps, in our own words: each combinator
 * from the beginning, and one that is made in the middle of a step. Its other tests are in
 * {@link ReactSignalSuiteTest}.
 */
class ReactSuiteTest extends GraphTest {

    private final EventEmitter<Integer> emitter = EventEmitter.create();
    private final Event<Integer> source = emitter.event();

    /** What is told of events that are made when the source has a value. */
    private final List<Integer> dynamic = new ArrayList<>();

    private void makeAt(int value, Runnable making) {
        told(source.map(a -> {
            if (a == value) {
                making.run();
            }
            return a;
        }));
    }

    private void send(int... values) {
        for (int value : values) {
            emitter.send(value);
        }
    }

    @Test
    void onceAndDropOnce() {
        List<Integer> rest = new ArrayList<>();
        List<Integer> first = told(source.once());
        List<Integer> others = told(source.dropOnce());
        makeAt(20, () -> {
            source.once().observe(dynamic::add);
            source.dropOnce().observe(rest::add);
        });

        send(10, 20, 30, 40);

        assertThat(first).containsExactly(10);
        assertThat(others).containsExactly(20, 30, 40);
        assertThat(dynamic).containsExactly(20);
        assertThat(rest).containsExactly(30, 40);
    }

    @Test
    void application() {
        Event<Integer> later = source.dropOnce();
        List<Integer> told = told(Event.apply(source.map(a -> (Integer b) -> a * b), later));
        Event<Function<Integer, Integer>> others = source.map(a -> b -> a - 2 * b);
        makeAt(3, () -> Event.<Integer, Integer>apply(others, later).observe(dynamic::add));

        send(2, 3, 4);

        assertThat(told).containsExactly(9, 16);
        assertThat(dynamic).containsExactly(-3, -4);
    }

    @Test
    void mapAsFilterAndFilterMap() {
        List<Object> mapped = new ArrayList<>();
        List<Object> stamped = new ArrayList<>();
        List<Object> filtered = new ArrayList<>();
        List<Object> chosen = new ArrayList<>();
        Runnable making = () -> {
            source.map(a -> "<" + a + ">").observe(mapped::add);
            source.as("x").observe(stamped::add);
            source.filter(a -> a % 2 == 0).observe(filtered::add);
            source.filterMap(a -> a > 2 ? Optional.of(-a) : Optional.<Integer>empty())
                    .observe(chosen::add);
            source.filter(a -> false)
                    .map(a -> {
                        throw new AssertionError("called though nothing occurs");
                    })
                    .observe(a -> {});
        };
        making.run();
        send(1);
        makeAt(2, making);
        send(2, 3);

        assertThat(mapped).containsExactly("<1>", "<2>", "<2>", "<3>", "<3>");
        assertThat(stamped).hasSize(5).containsOnly("x");
        assertThat(filtered).containsExactly(2, 2);
        assertThat(chosen).containsExactly(-3, -3);
    }

    @Test
    void diffAndChanges() {
        Event<Integer> changes = source.changes();
        List<Integer> changed = told(changes);
        List<Integer> differences = told(source.diff((a, b) -> a - b));
        List<Integer> dynamicDifferences = new ArrayList<>();
        makeAt(5, () -> {
            changes.changes().observe(dynamic::add);
            source.diff((a, b) -> a - b).observe(dynamicDifferences::add);
        });

        send(3, 3, 5, 9, 9);

        assertThat(differences).containsExactly(0, 2, 4, 0);
        assertThat(changed).containsExactly(3, 5, 9);
        assertThat(dynamic).containsExactly(5, 9);
        assertThat(dynamicDifferences).containsExactly(4, 0);
    }

    @Test
    void dismiss() {
        Event<Integer> even = source.filter(a -> a % 2 == 0);
        List<Integer> told = told(source.dismiss(even));
        makeAt(4, () -> source.dismiss(even).observe(dynamic::add));

        send(1, 2, 3, 4, 5, 6, 7);

        assertThat(told).containsExactly(1, 3, 5, 7);
        assertThat(dynamic).containsExactly(5, 7);
    }

    @Test
    void on() {
        Signal<Boolean> condition = source.hold(0).map(a -> a > 10);
        List<Integer> told = told(source.on(condition));
        List<Integer> far = new ArrayList<>();
        makeAt(20, () -> {
            source.on(condition).observe(dynamic::add);
            far(source).on(far(condition)).observe(far::add);
        });

        send(5, 20, 25, 7, 30, 8);

        assertThat(told).containsExactly(20, 25, 30);
        assertThat(dynamic).containsExactly(20, 25, 30);
        assertThat(far).containsExactly(20, 25, 30);
    }

    @Test
    void until() {
        Event<Integer> end = source.filter(a -> a == 30);
        List<Integer> never = new ArrayList<>();
        List<Integer> told = told(source.until(end));
        makeAt(30, () -> {
            source.until(end).observe(never::add);
            source.until(source.filter(a -> a == 50)).observe(dynamic::add);
        });

        send(10, 20, 30, 40, 50, 60);

        assertThat(told).containsExactly(10, 20);
        assertThat(never).isEmpty();
        assertThat(dynamic).containsExactly(30, 40);
    }

    @Test
    void accumulateAndFold() {
        Event<Function<Integer, Integer>> functions = source.map(a -> (Integer b) -> 10 * b + a);
        List<Integer> accumulated = told(Event.accumulate(functions, 0));
        List<Integer> folded = told(source.fold(1, (a, b) -> a * b));
        List<Integer> dynamicFold = new ArrayList<>();
        makeAt(2, () -> {
            Event.accumulate(functions, 9).observe(dynamic::add);
            source.fold(1, (a, b) -> a * b).observe(dynamicFold::add);
        });

        send(1, 2, 3);

        assertThat(accumulated).containsExactly(1, 12, 123);
        assertThat(dynamic).containsExactly(92, 923);
        assertThat(folded).containsExactly(1, 2, 6);
        assertThat(dynamicFold).containsExactly(2, 6);
    }

    @Test
    void select() {
        EventEmitter<Integer> other = EventEmitter.create();
        Event<Integer> next = source.map(a -> a + 1);
        Event<Integer> afterNext = far(next.map(a -> a + 1));
        List<Integer> either = told(Event.select(List.of(source, other.event())));
        List<Integer> near = told(Event.select(List.of(next, afterNext)));
        List<Integer> far = told(Event.select(List.of(afterNext, next)));
        makeAt(2, () -> Event.select(List.of(next, source, afterNext)).observe(dynamic::add));

        send(1);
        other.send(-1);
        send(2, 3);

        assertThat(either).containsExactly(1, -1, 2, 3);
        assertThat(near).containsExactly(2, 3, 4);
        assertThat(far).containsExactly(3, 4, 5);
        assertThat(dynamic).containsExactly(3, 4);
    }

    @Test
    void merge() {
        EventEmitter<Integer> other = EventEmitter.create();
        Event<Integer> next = source.map(a -> a + 1);
        List<String> told = told(Event.<Integer, String>merge(
                List.of(source, other.event(), next), "", (text, a) -> text + a));
        List<String> made = new ArrayList<>();
        makeAt(
                3,
                () -> Event.<Integer, String>merge(
                                List.of(next, other.event(), source), "", (text, a) -> text + a)
                        .observe(made::add));

        send(1);
        other.send(7);
        send(3);
        other.send(8);

        assertThat(told).containsExactly("12", "7", "34", "8");
        assertThat(made).containsExactly("43", "8");
    }

    @Test
    void switching() {
        List<Integer> far = new ArrayList<>();
        List<Integer> told = told(multiples(source));
        multiples(far(source)).observe(far::add);
        makeAt(4, () -> multiples(source).observe(dynamic::add));

        send(1, 2, 3, 4, 5, 6);

        // From an even number on, that number of times whatever occurs.
        assertThat(told).containsExactly(1, 4, 6, 16, 20, 36);
        assertThat(far).isEqualTo(told);
        assertThat(dynamic).containsExactly(16, 20, 36);
    }

    private Event<Integer> multiples(Event<Integer> of) {
        return Event.switchOn(source, source.filter(a -> a % 2 == 0).map(a -> of.map(b -> a * b)));
    }

    @Test
    void fixedPoint() {
        List<String> told = told(alternating());
        List<String> made = new ArrayList<>();
        makeAt(2, () -> alternating().observe(made::add));

        send(1, 2, 3);

        assertThat(told).containsExactly("b", "a", "b");
        assertThat(made).containsExactly("b", "a");
    }

    /** Occurs with the source, and says what is to be followed next. */
    private Event<String> alternating() {
        return Event.fix(delayed -> Event.switchOn(
                source.as("b"), delayed.map(a -> source.as(a.equals("a") ? "b" : "a"))));
    }

    @Test
    void functionsOfUpToSixEvents() {
        List<EventEmitter<Integer>> all = new ArrayList<>();
        List<Event<Integer>> e = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(EventEmitter.create());
            e.add(all.get(i).event());
        }
        List<List<Integer>> told = List.of(
                told(e.get(0).map(a -> a)),
                told(Event.lift(e.get(0), e.get(1), Integer::sum)),
                told(Event.lift(e.get(0), e.get(1), e.get(2), (a, b, c) -> a + b + c)),
                told(Event.lift(
                        e.get(0), e.get(1), e.get(2), e.get(3), (a, b, c, d) -> a + b + c + d)),
                told(Event.lift(
                        e.get(0),
                        e.get(1),
                        e.get(2),
                        e.get(3),
                        e.get(4),
                        (a, b, c, d, f) -> a + b + c + d + f)),
                told(Event.lift(
                        e.get(0),
                        e.get(1),
                        e.get(2),
                        e.get(3),
                        e.get(4),
                        e.get(5),
                        (a, b, c, d, f, g) -> a + b + c + d + f + g)));

        for (int size = 1; size <= 6; size++) {
            Step step = Step.create();
            for (int i = 0; i < size; i++) {
                all.get(i).send(step, 1 << i);
            }
            step.execute();
        }

        for (int i = 0; i < 6; i++) {
            assertThat(told.get(i)).hasSize(6 - i).containsOnly((2 << i) - 1);
        }
    }

    @Test
    void options() {
        EventEmitter<Optional<Integer>> options = EventEmitter.create();
        Var<Integer> otherwise = Var.of(100);
        List<Integer> present = told(Event.present(options.event()));
        List<Integer> constant = told(Event.present(options.event(), Signal.of(0)));
        List<Integer> changing = told(Event.present(options.event(), otherwise.signal()));

        options.send(Optional.of(1));
        options.send(Optional.empty());
        otherwise.set(200);
        options.send(Optional.empty());

        assertThat(present).containsExactly(1);
        assertThat(constant).containsExactly(1, 0, 0);
        assertThat(changing).containsExactly(1, 100, 200);
    }

    /* ---- Steps ---- */

    @Test
    void anExecutedStepIsOfNoUse() {
        Var<Integer> variable = Var.of(1);
        Step step = Step.create();
        step.execute();

        assertThatIllegalStateException().isThrownBy(() -> emitter.send(step, 1));
        assertThatIllegalStateException().isThrownBy(() -> variable.set(step, 2));
        assertThatIllegalStateException().isThrownBy(step::execute);
    }

    @Test
    void aPrimitiveIsScheduledOnce() {
        Var<Integer> variable = Var.of(1);
        Step first = Step.create();
        Step second = Step.create();
        emitter.send(first, 1);
        variable.set(first, 2);

        assertThatIllegalStateException().isThrownBy(() -> emitter.send(first, 3));
        assertThatIllegalStateException().isThrownBy(() -> emitter.send(second, 3));
        variable.set(first, 2);
        assertThatIllegalStateException().isThrownBy(() -> variable.set(first, 3));
        assertThatIllegalStateException().isThrownBy(() -> variable.set(second, 3));
    }

    @Test
    void allOfAStepIsSimultaneous() {
        EventEmitter<Integer> other = EventEmitter.create();
        Var<Integer> a = Var.of(10);
        Var<Integer> b = Var.of(20);
        List<Integer> dismissed = told(source.dismiss(other.event()));
        List<Integer> both = told(
                Event.<Integer, Integer>merge(List.of(source, other.event()), 0, Integer::sum));
        List<Integer> sampled = told(source.sample(a.signal(), (x, y) -> y));
        List<Integer> frozen = told(a.signal().dismiss(source, 0));
        List<Integer> gated = told(b.signal().on(a.signal().map(x -> x == 11), 0));

        Step step = Step.create();
        emitter.send(step, 1);
        other.send(step, 2);
        a.set(step, 11);
        b.set(step, 21);
        step.execute();

        assertThat(dismissed).isEmpty();
        assertThat(both).containsExactly(3);
        assertThat(sampled).containsExactly(11);
        assertThat(frozen).containsExactly(10);
        assertThat(gated).containsExactly(0, 21);
    }

    @Test
    void oneStepAfterTheOther() {
        Var<Integer> variable = Var.of(0);
        List<Integer> occurrences = told(source);
        List<Integer> values = told(variable.signal());

        for (int i = 1; i <= 2; i++) {
            Step step = Step.create();
            emitter.send(step, i);
            variable.set(step, i);
            step.execute();
        }

        assertThat(occurrences).containsExactly(1, 2);
        assertThat(values).containsExactly(0, 1, 2);
    }
}
