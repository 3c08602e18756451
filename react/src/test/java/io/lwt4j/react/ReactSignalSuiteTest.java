package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the test suite of React checks of signals, in our own words: each combinator from the
 * beginning, and one that is made in the middle of a step. It is beside {@link ReactSuiteTest}.
 */
class ReactSignalSuiteTest extends GraphTest {

    private final Var<Integer> variable = Var.of(1);
    private final Signal<Integer> source = variable.signal();

    /** What is told of signals that are made when the source has a value. */
    private final List<Integer> dynamic = new ArrayList<>();

    private final List<Integer> dynamicFar = new ArrayList<>();

    private void makeAt(int value, Runnable making) {
        told(source.map(a -> {
            if (a == value) {
                making.run();
            }
            return a;
        }));
    }

    private void set(int... values) {
        for (int value : values) {
            variable.set(value);
        }
    }

    @Test
    void hold() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        List<Integer> told = told(emitter.event().hold(1));
        told(emitter.event().map(a -> {
            if (a == 3) {
                emitter.event().hold(50).observe(dynamic::add);
                far(emitter.event()).hold(50).observe(dynamicFar::add);
            }
            return a;
        }));

        for (int i : new int[] {1, 1, 2, 3, 4, 4}) {
            emitter.send(i);
        }

        assertThat(told).containsExactly(1, 2, 3, 4);
        assertThat(dynamic).containsExactly(3, 4);
        assertThat(dynamicFar).containsExactly(3, 4);
    }

    @Test
    void application() {
        Var<Integer> other = Var.of(5);
        List<Integer> told = told(product(source, other.signal()));
        makeAt(3, () -> {
            product(source, other.signal()).observe(dynamic::add);
            product(far(source), far(other.signal())).observe(dynamicFar::add);
        });

        set(3);
        other.set(6);
        set(3, 4);

        assertThat(told).containsExactly(5, 15, 18, 24);
        assertThat(dynamic).containsExactly(15, 18, 24);
        assertThat(dynamicFar).containsExactly(15, 18, 24);
    }

    private static Signal<Integer> product(Signal<Integer> a, Signal<Integer> b) {
        Signal<Function<Integer, Integer>> partial = a.map(x -> y -> x * y);
        return Signal.apply(partial, b);
    }

    @Test
    void mapFilterAndFilterMap() {
        List<Integer> doubled = told(source.map(a -> 2 * a));
        List<Integer> even = told(source.filter(a -> a % 2 == 0, 90));
        List<Integer> odd = told(source.filter(a -> a % 2 == 1, 91));
        List<Integer> halves = told(source.filterMap(ReactSignalSuiteTest::half, 92));
        List<Integer> made = new ArrayList<>();
        makeAt(3, () -> {
            source.filter(a -> a % 2 == 0, 93).observe(dynamic::add);
            far(source).filter(a -> a % 2 == 1, 94).observe(dynamicFar::add);
            far(source).filterMap(ReactSignalSuiteTest::half, 95).observe(made::add);
        });

        set(2, 3, 3, 4, 5);

        assertThat(doubled).containsExactly(2, 4, 6, 8, 10);
        assertThat(even).containsExactly(90, 2, 4);
        assertThat(odd).containsExactly(1, 3, 5);
        assertThat(halves).containsExactly(92, 1, 2);
        assertThat(dynamic).containsExactly(93, 4);
        assertThat(dynamicFar).containsExactly(3, 5);
        assertThat(made).containsExactly(95, 2);
    }

    private static Optional<Integer> half(int a) {
        return a % 2 == 0 ? Optional.of(a / 2) : Optional.empty();
    }

    @Test
    void diffAndChanges() {
        List<Integer> differences = told(source.diff((a, b) -> a - b));
        List<Integer> changes = told(source.changes());
        makeAt(3, () -> {
            source.diff((a, b) -> a - b).observe(dynamic::add);
            far(source).changes().observe(dynamicFar::add);
        });

        set(1, 3, 3, 7);

        assertThat(differences).containsExactly(2, 4);
        assertThat(changes).containsExactly(3, 7);
        assertThat(dynamic).containsExactly(4);
        assertThat(dynamicFar).containsExactly(7);
    }

    @Test
    void sample() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Event<Integer> even = emitter.event().filter(a -> a % 2 == 0);
        Signal<Integer> held = emitter.event().hold(0);
        List<String> told = told(even.sample(held, (a, b) -> a + "/" + b));
        List<String> made = new ArrayList<>();
        told(held.map(a -> {
            if (a == 2) {
                far(even).sample(far(held), (b, c) -> b + "/" + c).observe(made::add);
            }
            return a;
        }));

        for (int i : new int[] {1, 2, 2, 3, 4}) {
            emitter.send(i);
        }

        assertThat(told).containsExactly("2/2", "2/2", "4/4");
        assertThat(made).containsExactly("2/2", "2/2", "4/4");
    }

    @Test
    void on() {
        Signal<Boolean> even = source.map(a -> a % 2 == 0);
        List<Integer> told = told(source.on(even, 70));
        List<Integer> reverse = told(source.on(Signals.not(even), 71));
        List<Integer> made = new ArrayList<>();
        makeAt(6, () -> {
            source.on(even, 72).observe(dynamic::add);
            far(source).on(even, 73).observe(dynamicFar::add);
            far(source).on(Signals.not(even), 74).observe(made::add);
        });

        set(3, 2, 6, 5, 8);

        assertThat(told).containsExactly(70, 2, 6, 8);
        assertThat(reverse).containsExactly(1, 3, 5);
        assertThat(dynamic).containsExactly(6, 8);
        assertThat(dynamicFar).containsExactly(6, 8);
        assertThat(made).containsExactly(74, 5);
    }

    @Test
    void dismiss() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Event<Integer> even = emitter.event().filter(a -> a % 2 == 0);
        Signal<Integer> held = emitter.event().hold(60);
        List<Integer> told = told(held.dismiss(even, 0));
        told(emitter.event().map(a -> {
            if (a == 2) {
                emitter.event().hold(61).dismiss(even, 62).observe(dynamic::add);
            }
            return a;
        }));

        for (int i = 0; i <= 5; i++) {
            emitter.send(i);
        }

        assertThat(told).containsExactly(60, 1, 3, 5);
        assertThat(dynamic).containsExactly(62, 3, 5);
    }

    @Test
    void accumulateAndFold() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Event<Integer> event = emitter.event();
        Event<Function<Integer, Integer>> functions = event.map(a -> b -> 10 * b + a);
        List<Integer> accumulated = told(Signal.accumulate(functions, 0));
        List<Integer> folded = told(event.foldSignal(1, (a, b) -> a * b));
        told(event.map(a -> {
            if (a == 2) {
                Signal.accumulate(far(functions), 9).observe(dynamic::add);
                far(event).foldSignal(5, (b, c) -> b * c).observe(dynamicFar::add);
            }
            return a;
        }));

        for (int i = 1; i <= 3; i++) {
            emitter.send(i);
        }

        assertThat(accumulated).containsExactly(0, 1, 12, 123);
        assertThat(folded).containsExactly(1, 2, 6);
        assertThat(dynamic).containsExactly(92, 923);
        assertThat(dynamicFar).containsExactly(10, 30);
    }

    @Test
    void merge() {
        Var<Integer> other = Var.of(5);
        Signal<Integer> next = source.map(a -> a + 1);
        List<String> told = told(text(List.of(source, other.signal(), next)));
        List<String> made = new ArrayList<>();
        makeAt(
                3,
                () -> text(List.of(far(source), other.signal(), next, Signal.of(0)))
                        .observe(made::add));

        set(3);
        other.set(6);
        set(4, 4);

        assertThat(told).containsExactly("152", "354", "364", "465");
        assertThat(made).containsExactly("3540", "3640", "4650");
    }

    private static Signal<String> text(List<Signal<Integer>> signals) {
        return Signal.<Integer, String>merge(signals, "", (text, a) -> text + a);
    }

    /* ---- Switching ---- */

    /** From a multiple of three on, that number of times another signal. */
    private Signal<Integer> multiples(Signal<Integer> of) {
        return Signal.flatten(source.<Signal<Integer>>filterMap(
                a -> a % 3 == 0 ? Optional.of(of.map(b -> a * b)) : Optional.empty(), source));
    }

    @Test
    void switchingByASignal() {
        List<Integer> told = told(multiples(source));
        List<Integer> far = told(multiples(far(source)));
        makeAt(3, () -> {
            multiples(source).observe(dynamic::add);
            multiples(far(source)).observe(dynamicFar::add);
        });

        set(2, 2, 3, 4, 4, 6, 7);

        assertThat(told).containsExactly(1, 2, 9, 12, 36, 42);
        assertThat(far).isEqualTo(told);
        assertThat(dynamic).containsExactly(9, 12, 36, 42);
        assertThat(dynamicFar).containsExactly(9, 12, 36, 42);
    }

    @Test
    void switchingByAnEvent() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Signal<Integer> held = emitter.event().hold(1);
        List<Integer> told = told(multiples(emitter.event(), held, held));
        List<Integer> far = told(multiples(emitter.event(), held, far(held)));
        told(emitter.event().map(a -> {
            if (a == 3) {
                multiples(emitter.event(), held, held).observe(dynamic::add);
                multiples(emitter.event(), held, far(held)).observe(dynamicFar::add);
            }
            return a;
        }));

        for (int i : new int[] {2, 2, 3, 4, 4, 6, 7}) {
            emitter.send(i);
        }

        assertThat(told).containsExactly(1, 2, 9, 12, 36, 42);
        assertThat(far).isEqualTo(told);
        assertThat(dynamic).containsExactly(9, 12, 36, 42);
        assertThat(dynamicFar).containsExactly(9, 12, 36, 42);
    }

    private static Signal<Integer> multiples(
            Event<Integer> event, Signal<Integer> initial, Signal<Integer> of) {
        return Signal.flatten(event.filter(a -> a % 3 == 0)
                .map(a -> of.map(b -> a * b))
                .hold(initial, (a, b) -> a == b));
    }

    @Test
    void switchingToConstants() {
        Signal<Signal<Integer>> constants = source.map(Signal::of);
        List<Integer> told = told(Signal.flatten(constants));
        makeAt(2, () -> Signal.flatten(constants).observe(dynamic::add));

        set(1, 2, 3);

        assertThat(told).containsExactly(1, 2, 3);
        assertThat(dynamic).containsExactly(2, 3);
    }

    @Test
    void switchingByAnEventToConstants() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Event<Signal<Integer>> constants = emitter.event().map(Signal::of);
        List<Integer> told = told(Signal.flatten(constants.hold(Signal.of(0))));
        told(emitter.event().map(a -> {
            if (a == 2) {
                Signal.flatten(constants.hold(Signal.of(0))).observe(dynamic::add);
            }
            return a;
        }));

        for (int i = 1; i <= 3; i++) {
            emitter.send(i);
        }

        assertThat(told).containsExactly(0, 1, 2, 3);
        assertThat(dynamic).containsExactly(2, 3);
    }

    /** The signals that are made when the source is a multiple of three, and what they are told. */
    private List<List<Integer>> follow(Signal<Integer> of, List<Integer> told) {
        List<List<Integer>> made = new ArrayList<>();
        Signal.flatten(source.<Signal<Integer>>filterMap(
                        a -> {
                            if (a % 3 != 0) {
                                return Optional.empty();
                            }
                            Signal<Integer> inner = of.map(b -> a * b);
                            made.add(told(inner));
                            return Optional.of(inner);
                        },
                        of))
                .observe(told::add);
        return made;
    }

    @Test
    void whatIsSwitchedToIsMadeOfTheSourceThatSwitches() {
        List<Integer> told = new ArrayList<>();
        List<List<Integer>> made = follow(source, told);

        set(2, 3, 3, 4, 6, 7);

        assertThat(told).containsExactly(1, 2, 9, 12, 36, 42);
        assertThat(made).containsExactly(List.of(9, 12, 18, 21), List.of(36, 42));
    }

    @Test
    void whatIsSwitchedToHasAHigherRank() {
        List<Integer> told = new ArrayList<>();
        List<List<Integer>> made = follow(far(source), told);

        set(2, 3, 3, 4, 6, 7);

        assertThat(told).containsExactly(1, 2, 9, 12, 36, 42);
        assertThat(made).containsExactly(List.of(9, 12, 18, 21), List.of(36, 42));
    }

    @Test
    void whatIsSwitchedToIsMadeOfAnotherSource() {
        Var<Integer> other = Var.of(1);
        List<Integer> told = new ArrayList<>();
        List<List<Integer>> made = follow(other.signal(), told);

        other.set(2);
        set(2, 3);
        other.set(1);
        set(6);
        other.set(5);

        assertThat(told).containsExactly(1, 2, 6, 3, 6, 30);
        assertThat(made).containsExactly(List.of(6, 3, 15), List.of(6, 30));
    }

    @Test
    void whatIsSwitchedToIsMadeOfAnotherSourceAndHasAHigherRank() {
        Var<Integer> other = Var.of(1);
        List<Integer> told = new ArrayList<>();
        List<List<Integer>> made = follow(far(other.signal()), told);

        other.set(2);
        set(2, 3);
        other.set(1);
        set(6);
        other.set(5);

        assertThat(told).containsExactly(1, 2, 6, 3, 6, 30);
        assertThat(made).containsExactly(List.of(6, 3, 15), List.of(6, 30));
    }

    /** The same by an event: with the old signal while that has the same value. */
    private static List<Integer> followByEvent(Signal<Integer> of, EventEmitter<Integer> emitter) {
        Signal<Integer> held = emitter.event().hold(1);
        return told(Signal.flatten(held.changes()
                .filter(a -> a % 3 == 0)
                .map(a -> of.map(b -> a * b))
                .hold(of, (a, b) -> a == b)));
    }

    @Test
    void whatAnEventSwitchesToMayBeMadeOfAnySource() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Signal<Integer> held = emitter.event().hold(1);
        Var<Integer> other = Var.of(1);
        List<Integer> own = followByEvent(held, emitter);
        List<Integer> ownFar = followByEvent(far(held), emitter);
        List<Integer> others = followByEvent(other.signal(), emitter);
        List<Integer> othersFar = followByEvent(far(other.signal()), emitter);

        for (int i : new int[] {2, 3, 3}) {
            emitter.send(i);
        }
        other.set(5);
        emitter.send(6);
        other.set(7);

        assertThat(own).containsExactly(1, 2, 9, 36);
        assertThat(ownFar).isEqualTo(own);
        assertThat(others).containsExactly(1, 3, 15, 30, 42);
        assertThat(othersFar).isEqualTo(others);
    }

    @Test
    void bind() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Signal<Integer> a = emitter.event().hold(10);
        Signal<Integer> b = emitter.event().hold(20);
        Var<Boolean> which = Var.of(true);
        List<Integer> told = told(which.signal().<Integer>flatMap(w -> w ? a : b));

        which.set(false);
        emitter.send(30);
        which.set(true);

        assertThat(told).containsExactly(10, 20, 30);
    }

    @Test
    void bindInsideOfBindOnTheSameSignal() {
        Var<Boolean> which = Var.of(true);
        Var<Integer> number = Var.of(1);
        List<Integer> told = told(which.signal()
                .<Integer>flatMap(a -> a
                        ? which.signal().<Integer>flatMap(b -> b ? number.signal() : Signal.of(2))
                        : Signal.of(2)));

        which.set(true);
        which.set(false);
        which.set(true);

        assertThat(told).containsExactly(1, 2, 1);
    }

    @Test
    void bindInsideOfBindOnAnotherSignal() {
        Var<Boolean> outer = Var.of(true);
        Var<Boolean> inner = Var.of(true);
        List<Integer> told = told(outer.signal()
                .<Integer>flatMap(a -> a
                        ? inner.signal()
                                .<Integer>flatMap(
                                        b -> b ? outer.signal().map(c -> 3) : Signal.of(2))
                        : Signal.of(2)));

        outer.set(true);
        outer.set(false);
        outer.set(true);

        assertThat(told).containsExactly(3, 2, 3);
    }

    /* ---- The rest ---- */

    /** All values that a signal has had, the last one first. */
    private static Signal<List<Integer>> history(Signal<Integer> of, List<List<Integer>> delays) {
        return Signal.fix(List.<Integer>of(), delayed -> {
            delayed.observe(delays::add);
            return Signal.lift(of, delayed, (a, before) -> {
                if (!before.isEmpty() && before.get(0).equals(a)) {
                    return before;
                }
                List<Integer> next = new ArrayList<>(List.of(a));
                next.addAll(before);
                return next;
            });
        });
    }

    @Test
    void fixedPoint() {
        List<List<Integer>> delays = new ArrayList<>();
        List<List<Integer>> told = told(history(source, delays));
        List<List<Integer>> made = new ArrayList<>();
        List<List<Integer>> madeFar = new ArrayList<>();
        List<List<Integer>> madeDelays = new ArrayList<>();
        makeAt(2, () -> {
            history(source, madeDelays).observe(made::add);
            history(far(source), new ArrayList<>()).observe(madeFar::add);
        });

        set(1, 2, 2, 3);

        assertThat(told).containsExactly(List.of(1), List.of(2, 1), List.of(3, 2, 1));
        assertThat(delays).containsExactly(List.of(), List.of(1), List.of(2, 1), List.of(3, 2, 1));
        assertThat(made).containsExactly(List.of(2), List.of(3, 2));
        assertThat(madeFar).isEqualTo(made);
        assertThat(madeDelays).containsExactly(List.of(), List.of(2), List.of(3, 2));
    }

    @Test
    void fixedPointOfSomethingElse() {
        Var<Integer> other = Var.of(30);
        List<List<Integer>> told = new ArrayList<>();
        makeAt(2, () -> {
            for (Signal<Integer> of : List.of(source, far(source))) {
                told.add(delayedPlus(of, Signal.of(20)));
                told.add(delayedPlus(of, source));
                told.add(delayedPlus(of, other.signal()));
            }
        });

        set(2, 3);
        other.set(40);

        assertThat(told).hasSize(6);
        for (int i = 0; i < 6; i += 3) {
            assertThat(told.get(i)).containsExactly(2, 22, 23);
            assertThat(told.get(i + 1)).containsExactly(2, 4, 5, 6);
            assertThat(told.get(i + 2)).containsExactly(2, 32, 33, 43);
        }
    }

    /** What is told of a delayed signal of another one, and a signal. */
    private static List<Integer> delayedPlus(Signal<Integer> of, Signal<Integer> fixed) {
        List<Integer> told = new ArrayList<>();
        Signal.<Integer>fix(0, delayed -> {
            Signals.sum(delayed, of).observe(told::add);
            return fixed;
        });
        return told;
    }

    @Test
    void functionsOfUpToSixSignals() {
        List<List<Integer>> told = new ArrayList<>();
        functions(told);
        List<List<Integer>> made = new ArrayList<>();
        makeAt(2, () -> functions(made));

        set(2);

        assertThat(told)
                .containsExactly(
                        List.of(2, 3),
                        List.of(3, 5),
                        List.of(6, 10),
                        List.of(12, 20),
                        List.of(24, 40),
                        List.of(48, 80));
        assertThat(made)
                .containsExactly(
                        List.of(3), List.of(5), List.of(10), List.of(20), List.of(40), List.of(80));
    }

    private void functions(List<List<Integer>> told) {
        Signal<Integer> a = source.map(x -> x + 1);
        Signal<Integer> b = Signal.lift(source, a, Integer::sum);
        Signal<Integer> c = Signal.lift(source, a, b, (x, y, z) -> x + y + z);
        Signal<Integer> d = Signal.lift(source, a, b, c, (x, y, z, u) -> x + y + z + u);
        Signal<Integer> e = Signal.lift(source, a, b, c, d, (x, y, z, u, v) -> x + y + z + u + v);
        Signal<Integer> f =
                Signal.lift(source, a, b, c, d, e, (x, y, z, u, v, w) -> x + y + z + u + v + w);
        for (Signal<Integer> signal : List.of(a, b, c, d, e, f)) {
            List<Integer> list = new ArrayList<>();
            signal.observe(list::add);
            told.add(list);
        }
    }

    @Test
    void options() {
        Var<Optional<Integer>> option = Var.of(Optional.empty());
        Var<Integer> otherwise = Var.of(10);
        List<Integer> initially = told(Signals.lastPresent(option.signal(), 5));
        List<Integer> always = told(Signals.present(option.signal(), otherwise.signal()));
        List<Integer> constant = told(Signals.present(option.signal(), Signal.of(7)));

        option.set(Optional.of(1));
        otherwise.set(20);
        option.set(Optional.empty());
        otherwise.set(30);

        assertThat(initially).containsExactly(5, 1);
        assertThat(always).containsExactly(10, 1, 20, 30);
        assertThat(constant).containsExactly(7, 1, 7);
        assertThat(Signals.present(Signal.of(Optional.of(3)), otherwise.signal())
                        .get())
                .isEqualTo(3);
    }

    @Test
    void booleans() {
        Var<Boolean> flag = Var.of(false);
        List<Boolean> edges = told(Signals.edge(flag.signal()));
        List<Boolean> rises = told(Signals.rise(flag.signal()));
        List<Boolean> falls = told(Signals.fall(flag.signal()));
        List<Boolean> flips = told(flag.signal().changes().flip(true));
        // The changes in the step in which a flip is made are not for it.
        List<Boolean> made =
                told(flag.signal().<Boolean>flatMap(a -> flag.signal().changes().flip(true)));

        for (boolean b : new boolean[] {false, true, true, false}) {
            flag.set(b);
        }

        assertThat(edges).containsExactly(true, false);
        assertThat(rises).containsExactly(true);
        assertThat(falls).containsExactly(false);
        assertThat(flips).containsExactly(true, false, true);
        assertThat(made).containsExactly(true);
        assertThat(Signals.edge(Signal.of(true))).isSameAs(Event.never());
        assertThat(Event.never().flip(true).get()).isTrue();
    }

    /* ---- What once was wrong in React ---- */

    @Test
    void nodesThatAreCollectedDuringAStepDoNotDisturbItsOrder() {
        for (int i = 0; i < 3; i++) {
            Signals.sum(source.map(a -> a), source);
            Signals.sum(source, source);
        }
        told(source.map(a -> {
            if (a == 2) {
                System.gc();
            }
            return a;
        }));
        Signal<Integer> deep = source.map(a -> a + 1).map(a -> a).map(a -> a);
        List<Integer> told = told(Signals.sum(source, deep));

        set(2);

        assertThat(told).containsExactly(3, 5);
    }

    @Test
    void whatASwitchFollowsAtFirstCountsForItsRank() {
        Var<Boolean> enabled = Var.of(true);
        EventEmitter<Integer> down = EventEmitter.create();
        EventEmitter<Integer> up = EventEmitter.create();
        Signal<Boolean> hovers =
                enabled.signal().<Boolean>flatMap(e -> e ? Signal.of(true) : Signal.of(false));
        Signal<Boolean> pressed = Signal.flatten(enabled.signal()
                .map(e -> e
                        ? Event.select(List.of(
                                        down.event().on(hovers).as(true),
                                        up.event().as(false)))
                                .hold(false)
                        : Signal.of(false)));
        List<Boolean> released =
                told(Event.lift(pressed.changes(), up.event(), (change, click) -> change));

        down.send(1);
        up.send(2);

        assertThat(released).containsExactly(false);
    }

    private void changesOfASignalWhoseRankRises(Function<Signal<Boolean>, Event<?>> changes) {
        Var<Boolean> outer = Var.of(false);
        Var<Boolean> inner = Var.of(false);
        Signal<Boolean> late = far(inner.signal());
        List<Object> together = new ArrayList<>();
        told(outer.signal().<Integer>flatMap(a -> {
            if (a) {
                Signal<Boolean> rising =
                        outer.signal().<Boolean>flatMap(b -> b ? late : inner.signal());
                Event.lift(changes.apply(rising), inner.signal().changes(), (x, y) -> y)
                        .observe(together::add);
            }
            return Signal.of(1);
        }));

        outer.set(true);
        inner.set(true);

        assertThat(together).containsExactly(true);
    }

    @Test
    void theChangesOfASignalMadeInTheStepHaveItsRank() {
        changesOfASignalWhoseRankRises(Signal::changes);
    }

    @Test
    void theDifferencesOfASignalMadeInTheStepHaveItsRank() {
        changesOfASignalWhoseRankRises(signal -> signal.diff((a, b) -> a));
    }

    @Test
    void theRisesOfASignalMadeInTheStepHaveItsRank() {
        changesOfASignalWhoseRankRises(Signals::rise);
    }
}
