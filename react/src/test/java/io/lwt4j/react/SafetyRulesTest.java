package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The opposites of rules 25 to 28: errors, writing inside of a step, threads. */
class SafetyRulesTest extends GraphTest {

    private final RuntimeException bang = new IllegalArgumentException("bang");

    private int bangAt(int bad, int value) {
        if (value == bad) {
            throw bang;
        }
        return value;
    }

    /* ---- Errors ---- */

    @Test
    void anErrorInANodeLeavesEveryOtherNodeUpdated() {
        Var<Integer> source = Var.of(0);
        Signal<Integer> before = source.signal().map(a -> a * 10);
        List<Integer> olds = told(before);
        List<Throwable> errors = new ArrayList<>();
        List<Integer> failing = new ArrayList<>();
        source.signal().map(a -> bangAt(1, a)).observe(failing::add, errors::add);
        List<Integer> news = told(source.signal().map(a -> a * 100));
        List<Integer> joined = told(Signals.sum(before, far(source.signal())));

        source.set(1);

        assertThat(olds).containsExactly(0, 10);
        assertThat(news).containsExactly(0, 100);
        assertThat(joined).containsExactly(0, 11);
        assertThat(failing).containsExactly(0);
        assertThat(errors).containsExactly(bang);
        // What is made afterwards is fine, too.
        assertThat(source.signal().map(a -> a + 1).get()).isEqualTo(2);

        source.set(2);
        assertThat(failing).containsExactly(0, 2);
        assertThat(errors).hasSize(1);
    }

    @Test
    void whatDependsOnAnErrorHasItWithoutItsFunctionsBeingCalled() {
        Var<Integer> source = Var.of(0);
        Counter calls = new Counter();
        Signal<Integer> behind =
                Signal.lift(source.signal().map(a -> bangAt(1, a)), source.signal(), (a, b) -> {
                    calls.increment();
                    return a + b;
                });
        List<Throwable> errors = new ArrayList<>();
        behind.observe(a -> {}, errors::add);
        calls.take();

        source.set(1);

        assertThat(errors).containsExactly(bang);
        assertThat(calls.take()).isZero();
        assertThatThrownBy(behind::get).isSameAs(bang);
        source.set(2);
        assertThat(behind.get()).isEqualTo(4);
    }

    @Test
    void anErrorNobodyObservesReachesTheHandlerOnce() {
        Var<Integer> source = Var.of(0);
        EventEmitter<Integer> emitter = EventEmitter.create();
        // Two observers of the same error, neither of which asks for errors.
        Signal<Integer> failing = source.signal().map(a -> bangAt(1, a));
        told(failing);
        told(failing.map(a -> a));
        Event<Integer> occurring = emitter.event().map(a -> bangAt(1, a));
        told(occurring);
        told(occurring);

        source.set(1);
        assertThat(takeErrors()).containsExactly(bang);

        emitter.send(1);
        assertThat(takeErrors()).containsExactly(bang);

        emitter.send(2);
        source.set(2);
        assertThat(takeErrors()).isEmpty();
    }

    @Test
    void anErrorThatAnObserverHearsOfDoesNotReachTheHandler() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Event<Integer> failing = emitter.event().map(a -> bangAt(1, a));
        List<Throwable> errors = new ArrayList<>();
        failing.observe(a -> {}, errors::add);

        emitter.send(1);

        assertThat(errors).containsExactly(bang);
    }

    @Test
    void aFailedEventThatNothingObservesIsNotSilent() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Signal<Integer> held = emitter.event().map(a -> bangAt(1, a)).hold(0);

        emitter.send(1);
        assertThat(takeErrors()).containsExactly(bang);
        assertThatThrownBy(held::get).isSameAs(bang);

        emitter.send(2);
        assertThat(held.get()).isEqualTo(2);
    }

    @Test
    void anErrorLeavesNoOccurrenceBehind() {
        EventEmitter<Integer> first = EventEmitter.create();
        EventEmitter<Integer> second = EventEmitter.create();
        List<Integer> sums = told(Event.<Integer, Integer>merge(
                List.of(first.event(), second.event()), 0, (sum, a) -> bangAt(3, sum + a)));

        Step.batch(() -> {
            first.send(1);
            second.send(2);
        });
        assertThat(takeErrors()).containsExactly(bang);

        second.send(7);
        assertThat(sums).containsExactly(7);
        Step step = Step.create();
        first.send(step, 5);
        step.execute();
        assertThat(sums).containsExactly(7, 5);
    }

    @Test
    void anErrorInAFoldKeepsItsLastState() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        List<Throwable> errors = new ArrayList<>();
        List<Integer> events = new ArrayList<>();
        emitter.event().fold(0, (sum, a) -> sum + bangAt(5, a)).observe(events::add, errors::add);
        List<Integer> signals = new ArrayList<>();
        emitter.event()
                .foldSignal(0, (sum, a) -> sum + bangAt(5, a))
                .observe(signals::add, errors::add);

        emitter.send(1);
        emitter.send(5);
        emitter.send(2);

        assertThat(events).containsExactly(1, 3);
        assertThat(signals).containsExactly(0, 1, 3);
        assertThat(errors).containsExactly(bang, bang);
    }

    @Test
    void anEventThatRemembersGoesOnAfterAnErrorOfItsInput() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Event<Integer> failing = emitter.event().map(a -> bangAt(5, a));
        List<Object> told = new ArrayList<>();
        failing.changes().observe(told::add, told::add);
        List<Object> differences = new ArrayList<>();
        failing.diff((a, b) -> a - b).observe(differences::add, differences::add);

        for (int i : new int[] {1, 5, 1, 4}) {
            emitter.send(i);
        }

        // The occurrence before an error counts as the one before.
        assertThat(told).containsExactly(1, bang, 4);
        assertThat(differences).containsExactly(bang, 0, 3);
    }

    @Test
    void whatAnObserverThrowsReachesTheHandlerAndTheOthersAreTold() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        List<Integer> before = told(emitter.event());
        emitter.event().observe(a -> bangAt(1, a));
        List<Integer> after = told(emitter.event());

        emitter.send(1);

        assertThat(takeErrors()).containsExactly(bang);
        assertThat(before).containsExactly(1);
        assertThat(after).containsExactly(1);
    }

    @Test
    void whatAnEffectThrowsReachesTheHandlerAndItRunsAgain() {
        Var<Integer> source = Var.of(0);
        List<Integer> runs = new ArrayList<>();
        Signal.effect(() -> runs.add(bangAt(1, source.get())));

        source.set(1);
        assertThat(takeErrors()).containsExactly(bang);

        source.set(2);
        assertThat(runs).containsExactly(0, 2);
    }

    @Test
    void whatAnEqualityThrowsIsTheValueOfItsNodeOnly() {
        Var<Integer> source = Var.of(0);
        List<Object> failing = new ArrayList<>();
        source.signal()
                .map(a -> a, (a, b) -> bangAt(1, b) == a)
                .observe(failing::add, failing::add);
        List<Integer> others = told(source.signal());

        source.set(1);
        source.set(2);

        assertThat(others).containsExactly(0, 1, 2);
        assertThat(failing).containsExactly(0, bang, 2);
    }

    @Test
    void whatAReaderGetsIsTheErrorAndTheHandlerDoesNotHearOfIt() {
        Var<Integer> source = Var.of(1);
        Signal<Integer> idle = source.signal().map(a -> bangAt(1, a));

        assertThatThrownBy(idle::get).isSameAs(bang);

        source.set(2);
        assertThat(idle.get()).isEqualTo(2);
    }

    @Test
    void aFatalErrorLeavesTheCallAndEverybodyElseIsUpdated() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        List<Throwable> heard = new ArrayList<>();
        emitter.event()
                .map(a -> {
                    if (a == 1) {
                        throw new StackOverflowError("made up");
                    }
                    return a;
                })
                .observe(a -> {}, heard::add);
        List<Integer> others = told(emitter.event());

        assertThatThrownBy(() -> emitter.send(1)).isInstanceOf(StackOverflowError.class);
        emitter.send(2);

        assertThat(heard).hasSize(1);
        assertThat(others).containsExactly(1, 2);
    }

    @Test
    void anErrorOfTheFunctionOfAFlatMapIsOverWithTheNextValue() {
        Var<Integer> source = Var.of(0);
        List<Object> told = new ArrayList<>();
        source.signal()
                .<Integer>flatMap(a -> Signal.of(bangAt(1, a)))
                .observe(told::add, told::add);

        source.set(1);
        source.set(2);

        assertThat(told).containsExactly(0, bang, 2);
    }

    /* ---- Writing inside of a step ---- */

    @Test
    void whatAFunctionSendsOccursInAStepOfItsOwnAfterwards() {
        EventEmitter<Integer> source = EventEmitter.create();
        EventEmitter<Integer> other = EventEmitter.create();
        List<Integer> both = told(Event.lift(source.event(), other.event(), Integer::sum));
        List<String> order = new ArrayList<>();
        source.event()
                .map(a -> {
                    other.send(a * 10);
                    order.add("sent");
                    return a;
                })
                .observe(a -> order.add("source " + a));
        other.event().observe(a -> order.add("other " + a));

        source.send(1);

        assertThat(both).isEmpty();
        assertThat(order).containsExactly("sent", "source 1", "other 10");
    }

    @Test
    void anEventSentInsideOfItselfOccursOnceMoreAfterwards() {
        EventEmitter<Integer> source = EventEmitter.create();
        List<Integer> told = told(source.event().map(a -> {
            if (a < 3) {
                source.send(a + 1);
            }
            return a;
        }));

        source.send(1);

        assertThat(told).containsExactly(1, 2, 3);
    }

    @Test
    void whatAFunctionSetsIsNotSeenInTheRunningStep() {
        EventEmitter<Integer> source = EventEmitter.create();
        Var<Integer> variable = Var.of(0);
        Signal<Integer> copy = far(variable.signal());
        List<String> told = told(source.event()
                .map(a -> {
                    variable.set(a);
                    variable.update(b -> b + 1);
                    return a;
                })
                .sample(Signal.lift(variable.signal(), copy, (a, b) -> a + "=" + b), (a, b) -> b));
        // It is looked at after the function above, in any case.
        List<String> late =
                told(far(source.event()).sample(variable.signal(), (a, b) -> a + ":" + b));
        List<Integer> values = told(variable.signal());

        source.send(1);
        assertThat(told).containsExactly("0=0");
        assertThat(late).containsExactly("1:0");
        assertThat(values).containsExactly(0, 2);

        source.send(5);
        assertThat(told).containsExactly("0=0", "2=2");
        assertThat(values).containsExactly(0, 2, 6);
    }

    @Test
    void whatAFunctionWritesWhileSomebodyReadsMakesAStepAfterwards() {
        Var<Integer> source = Var.of(1);
        EventEmitter<Integer> emitter = EventEmitter.create();
        List<String> order = new ArrayList<>();
        emitter.event().observe(a -> order.add("event " + a));
        Signal<Integer> idle = source.signal()
                .map(a -> {
                    emitter.send(a);
                    order.add("first");
                    return a;
                })
                .map(a -> {
                    order.add("second");
                    return a;
                });

        assertThat(idle.get()).isEqualTo(1);

        assertThat(order).containsExactly("first", "second", "event 1");
    }

    @Test
    void whatObserversReadIsNotReadByTheFunctionThatWrites() {
        Var<Integer> read = Var.of(1);
        Var<Integer> other = Var.of(1);
        EventEmitter<Integer> emitter = EventEmitter.create();
        emitter.event().observe(a -> other.get());
        Counter calls = new Counter();
        Signal<Integer> computed = Signal.computed(() -> {
            calls.increment();
            emitter.send(1);
            return read.get();
        });
        assertThat(computed.get()).isEqualTo(1);
        assertThat(calls.take()).isEqualTo(1);

        other.set(2);
        assertThat(computed.get()).isEqualTo(1);
        assertThat(calls.take()).isZero();

        read.set(2);
        assertThat(computed.get()).isEqualTo(2);
        assertThat(calls.take()).isEqualTo(1);
    }

    @Test
    void whatObserversMakeDoesNotBelongToTheOwnerThatWrites() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        EventEmitter<Integer> other = EventEmitter.create();
        List<Integer> told = new ArrayList<>();
        emitter.event().once().observe(a -> other.event().observe(told::add));
        Owner owner = Owner.create();
        owner.own(() -> {
            emitter.send(1);
            return "written";
        });

        owner.close();
        other.send(5);

        assertThat(told).containsExactly(5);
    }

    @Test
    void whatObserversAndEffectsWriteMakesStepsAfterwards() {
        Var<Integer> source = Var.of(0);
        Var<Integer> copy = Var.of(0);
        EventEmitter<String> log = EventEmitter.create();
        List<String> order = new ArrayList<>();
        log.event().observe(order::add);
        source.signal().observe(a -> {
            copy.set(a);
            assertThat(copy.get()).isEqualTo(a);
            log.send("observer " + a);
            order.add("end of observer");
        });
        Signal.effect(() -> {
            log.send("effect " + copy.get());
            order.add("end of effect");
        });
        take(order);

        source.set(1);

        assertThat(order)
                .containsExactly("end of observer", "observer 1", "end of effect", "effect 1");
    }

    @Test
    void endlessStepsThatFollowFromOneAnotherEndWithAnErrorOfTheOutermostCall() {
        Var<Integer> endless = Var.of(0);
        Var<Integer> other = Var.of(0);
        List<Integer> others = told(other.signal());
        List<Throwable> inner = new ArrayList<>();
        Observation observation = endless.signal().changes().observe(a -> {
            try {
                endless.set(a + 1);
            } catch (IllegalStateException e) {
                inner.add(e);
            }
        });
        Signal<Integer> doubled = endless.signal().map(a -> 2 * a);
        told(doubled);

        assertThatThrownBy(() -> endless.set(1)).isInstanceOf(DivergenceException.class);
        assertThat(inner).isEmpty();
        observation.stop();

        // The steps that were left are dropped, also what they would have written.
        int last = endless.get();
        assertThat(doubled.get()).isEqualTo(2 * last);
        other.set(1);
        assertThat(others).containsExactly(0, 1);
        endless.set(-1);
        assertThat(doubled.get()).isEqualTo(-2);
        Step step = Step.create();
        endless.set(step, -5);
        step.execute();
        assertThat(doubled.get()).isEqualTo(-10);
    }

    @Test
    void anEventOnADroppedStepCanBeSentAgain() {
        EventEmitter<Integer> endless = EventEmitter.create();
        Observation observation = endless.event().observe(a -> endless.send(a + 1));
        assertThatThrownBy(() -> endless.send(1)).isInstanceOf(DivergenceException.class);
        observation.stop();
        List<Integer> told = told(endless.event());

        Step step = Step.create();
        endless.send(step, -1);
        step.execute();
        Step.batch(() -> endless.send(-2));

        assertThat(told).containsExactly(-1, -2);
    }

    @Test
    void anEffectThatChangesWhatItReadsWithoutEndIsStopped() {
        Var<Integer> endless = Var.of(0);
        Var<Boolean> on = Var.of(false);
        Signal.effect(() -> {
            if (on.get()) {
                endless.set(endless.get() + 1);
            }
        });

        assertThatThrownBy(() -> on.set(true)).isInstanceOf(DivergenceException.class);

        on.set(false);
        int last = endless.get();
        endless.set(last + 5);
        assertThat(endless.get()).isEqualTo(last + 5);
    }

    @Test
    void aComputedSignalThatReadsItselfSaysSo() {
        List<Signal<Integer>> self = new ArrayList<>();
        Signal<Integer> computed = Signal.computed(() -> self.get(0).get() + 1).named("loop");
        self.add(computed);

        assertThatThrownBy(computed::get)
                .isInstanceOf(CycleException.class)
                .hasMessageContaining("loop");
    }

    /* ---- Threads ---- */

    @Test
    void writingOnAnotherThreadSaysOnWhichAndForWhich() throws Exception {
        Var<Integer> variable = Var.of(1);
        EventEmitter<Integer> emitter = EventEmitter.create();
        List<Integer> told = told(variable.signal());
        List<Throwable> thrown = new ArrayList<>();
        Thread thread = new Thread(
                () -> {
                    thrown.add(catchAll(() -> variable.set(2)));
                    thrown.add(catchAll(() -> emitter.send(3)));
                    thrown.add(catchAll(variable::get));
                    thrown.add(catchAll(() -> variable.signal().observe(a -> {})));
                    thrown.add(catchAll(() -> emitter.event().hold(0)));
                },
                "the wrong thread");
        thread.start();
        thread.join();

        assertThat(thrown)
                .hasSize(5)
                .allSatisfy(t -> assertThat(t)
                        .isInstanceOf(GraphThreadException.class)
                        .hasMessageContaining("the wrong thread")
                        .hasMessageContaining(Thread.currentThread().getName()));
        assertThat(told).containsExactly(1);
        assertThat(variable.get()).isEqualTo(1);
    }

    private static Throwable catchAll(Runnable body) {
        try {
            body.run();
            return null;
        } catch (Throwable t) {
            return t;
        }
    }

    @Test
    void postReachesTheLoopFromAnotherThread() throws Exception {
        AtomicReference<Thread> seenOn = new AtomicReference<>();
        List<Integer> told = new ArrayList<>();
        Thread here = Thread.currentThread();

        EventLoop.run(() -> {
            Var<Integer> variable = Var.of(0);
            EventEmitter<Integer> emitter = EventEmitter.create();
            variable.signal().observe(told::add);
            Promise<?> done = EventLoop.pause();
            emitter.event().observe(a -> {
                seenOn.set(Thread.currentThread());
                told.add(a);
            });
            Thread thread = new Thread(() -> {
                variable.post(1);
                emitter.post(2);
            });
            thread.start();
            thread.join();
            assertThat(told).containsExactly(0);
            return done.flatMap(v -> EventLoop.pause()).flatMap(v -> EventLoop.pause());
        });

        assertThat(told).containsExactly(0, 1, 2);
        assertThat(seenOn.get()).isSameAs(here);
    }

    @Test
    void whatWasMadeOutsideOfALoopCannotBePostedTo() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            Var<Integer> variable = Var.of(1);
            thrown.set(catchAll(() -> variable.post(2)));
        });
        thread.start();
        thread.join();

        assertThat(thrown.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("loop");
    }

    @Test
    void whatBelongsToAnotherGraphCannotBeCombined() throws Exception {
        Signal<Integer> here = Var.of(1).signal();
        AtomicReference<Signal<Integer>> there = new AtomicReference<>();
        Thread thread = new Thread(() -> there.set(Var.of(1).signal()));
        thread.start();
        thread.join();

        assertThatThrownBy(() -> Signals.sum(here, there.get()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another graph");
    }
}
