package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Rules 22 to 24: how long events and signals go on. */
class LifetimeRulesTest extends GraphTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Runs the collector until it has found something, or too long. */
    private static boolean isCollected(WeakReference<?> reference) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (reference.get() != null && System.nanoTime() < end) {
            System.gc();
        }
        return reference.get() == null;
    }

    @Test
    void whatNobodyDependsOnIsIdleAndCanBeCollected() {
        Var<Integer> variable = Var.of(1);
        EventEmitter<Integer> emitter = EventEmitter.create();
        Counter calls = new Counter();
        WeakReference<Object> signal = new WeakReference<>(variable.signal().map(a -> {
            calls.increment();
            return a;
        }));
        WeakReference<Object> event = new WeakReference<>(emitter.event().map(a -> {
            calls.increment();
            return a;
        }));
        WeakReference<Object> computed = new WeakReference<>(Signal.computed(() -> {
            calls.increment();
            return variable.get();
        }));

        variable.set(2);
        emitter.send(3);

        // React calls them until the collector finds them.
        assertThat(calls.take()).isZero();
        assertThat(isCollected(signal)).isTrue();
        assertThat(isCollected(event)).isTrue();
        assertThat(isCollected(computed)).isTrue();
    }

    @Test
    void anObserverGoesOnThoughNobodyRefersToIt() {
        // Not as in React, where an effect to which nothing refers is lost some time.
        Var<Integer> variable = Var.of(1);
        Counter calls = new Counter();
        variable.signal().map(a -> a).observe(a -> calls.increment());
        Signal.effect(() -> {
            variable.get();
            calls.increment();
        });
        calls.take();
        isCollected(new WeakReference<>(new Object()));

        variable.set(2);

        assertThat(calls.take()).isEqualTo(2);
    }

    @Test
    void whatWasObservedIsIdleAgainAfterwardsAndCanBeCollected() {
        Var<Integer> variable = Var.of(1);
        Counter calls = new Counter();
        Signal<Integer> signal = variable.signal().map(a -> {
            calls.increment();
            return a;
        });
        WeakReference<Object> reference = new WeakReference<>(signal);
        Observation observation = signal.observe(a -> {});
        variable.set(2);
        assertThat(calls.take()).isEqualTo(2);

        observation.stop();
        variable.set(3);

        assertThat(calls.take()).isZero();
        assertThat(signal.get()).isEqualTo(3);
        assertThat(calls.take()).isEqualTo(1);
        signal = null;
        observation = null;
        assertThat(isCollected(reference)).isTrue();
    }

    @Test
    void anIdleSignalIsComputedOnceForSeveralReadings() {
        Var<Integer> variable = Var.of(1);
        Counter calls = new Counter();
        Signal<Integer> signal = variable.signal().map(a -> {
            calls.increment();
            return 10 * a;
        });
        assertThat(calls.take()).isZero();

        assertThat(List.of(signal.get(), signal.get())).containsExactly(10, 10);
        assertThat(calls.take()).isEqualTo(1);

        variable.set(2);
        assertThat(List.of(signal.get(), signal.get())).containsExactly(20, 20);
        assertThat(calls.take()).isEqualTo(1);
    }

    @Test
    void whatRemembersGoesOnWithoutAnybody() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Signal<Integer> sum = emitter.event().map(a -> a).foldSignal(0, Integer::sum);

        emitter.send(1);
        emitter.send(2);

        assertThat(sum.get()).isEqualTo(3);
    }

    @Test
    void aStoppedEventNeverOccursAgain() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Counter calls = new Counter();
        Event<Integer> event = emitter.event().map(a -> {
            calls.increment();
            return a;
        });
        List<Integer> told = told(event);
        emitter.send(1);
        event.stop();

        emitter.send(2);
        List<Integer> later = told(event);
        emitter.send(3);

        assertThat(told).containsExactly(1);
        assertThat(later).isEmpty();
        assertThat(calls.take()).isEqualTo(1);
    }

    @Test
    void aStoppedSignalKeepsItsValue() {
        Var<Integer> variable = Var.of(1);
        Signal<Integer> observed = variable.signal().map(a -> 10 * a);
        Signal<Integer> idle = variable.signal().map(a -> 100 * a);
        Signal<Integer> behind = observed.map(a -> a + 1);
        List<Integer> told = told(behind);
        variable.set(2);

        observed.stop();
        idle.stop();
        variable.set(3);

        assertThat(observed.get()).isEqualTo(20);
        assertThat(behind.get()).isEqualTo(21);
        assertThat(told).containsExactly(11, 21);
        // It had no value yet; it takes that of the time it is stopped.
        assertThat(idle.get()).isEqualTo(200);
    }

    @Test
    void whatIsStoppedInAStepStillOccursInIt() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        List<Event<Integer>> self = new ArrayList<>();
        Event<Integer> event = emitter.event().map(a -> {
            self.get(0).stop();
            return a;
        });
        self.add(event);
        List<Integer> told = told(event);

        emitter.send(1);
        emitter.send(2);

        assertThat(told).containsExactly(1);
    }

    @Test
    void aStoppedPrimitiveIgnoresWhatIsWritten() {
        Var<Integer> variable = Var.of(1);
        EventEmitter<Integer> emitter = EventEmitter.create();
        List<Integer> values = told(variable.signal());
        List<Integer> occurrences = told(emitter.event());
        variable.signal().stop();
        emitter.event().stop();

        variable.set(2);
        emitter.send(3);
        Step step = Step.create();
        variable.set(step, 4);
        emitter.send(step, 5);
        step.execute();
        Step.batch(() -> variable.set(6));

        assertThat(variable.get()).isEqualTo(1);
        assertThat(values).containsExactly(1);
        assertThat(occurrences).isEmpty();
    }

    @Test
    void aVariableThatIsStoppedAfterItWasWrittenToHasTheNewValueForAll() {
        Var<Integer> variable = Var.of(1);
        List<Integer> told = told(variable.signal().map(a -> a));

        Step.batch(() -> {
            variable.set(2);
            variable.signal().stop();
        });

        assertThat(variable.get()).isEqualTo(2);
        assertThat(told).containsExactly(1, 2);
    }

    @Test
    void stoppingAnObserverLeavesTheEventsAndSignalsItObserved() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Signal<Integer> sum = emitter.event().foldSignal(0, Integer::sum);
        List<Integer> told = new ArrayList<>();
        Observation observation = sum.observe(told::add);
        assertThat(observation.isStopped()).isFalse();
        observation.stop();
        observation.stop();

        emitter.send(1);

        assertThat(observation.isStopped()).isTrue();
        assertThat(told).containsExactly(0);
        assertThat(sum.get()).isEqualTo(1);
    }

    @Test
    void strongStoppingGoesUpToWhatSomebodyElseDependsOnOrIsPrimitive() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Event<Integer> shared = emitter.event().map(a -> a);
        Signal<Integer> sum = shared.foldSignal(0, Integer::sum);
        Signal<Integer> doubled = sum.map(a -> 2 * a);
        List<Integer> others = told(shared);
        List<Integer> told = new ArrayList<>();
        Observation observation = doubled.observe(told::add);
        emitter.send(1);

        observation.stopStrongly();
        emitter.send(2);

        assertThat(told).containsExactly(0, 2);
        assertThat(sum.get()).isEqualTo(1);
        assertThat(doubled.get()).isEqualTo(2);
        assertThat(others).containsExactly(1, 2);
        assertThat(told(emitter.event())).isEmpty();
    }

    @Test
    void anObserverThatIsStoppedInTheStepIsNotToldOfIt() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        List<Integer> told = new ArrayList<>();
        List<Observation> second = new ArrayList<>();
        emitter.event().observe(a -> second.get(0).stop());
        second.add(emitter.event().observe(told::add));

        emitter.send(1);

        assertThat(told).isEmpty();
    }

    @Test
    void retainKeepsAnObjectAndDoesNothingWithIt() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        Signal<Integer> signal = Var.of(1).signal();
        Counter calls = new Counter();
        Runnable first = calls::increment;

        assertThat(emitter.event().retain(first)).isNull();
        assertThat(emitter.event().retain("second")).isSameAs(first);
        assertThat(signal.retain(first)).isNull();
        assertThat(signal.retain("other")).isSameAs(first);
        emitter.send(1);

        assertThat(calls.take()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> Event.never().retain("a"));
        assertThatIllegalArgumentException().isThrownBy(() -> Signal.of(1).retain("a"));
    }

    @Test
    void anOwnerStopsAllThatWasMadeForIt() {
        EventEmitter<Integer> emitter = EventEmitter.create();
        List<String> told = new ArrayList<>();
        Owner owner = Owner.create();
        Signal<Integer> sum = owner.own(() -> {
            emitter.event().observe(a -> told.add("observer " + a));
            return emitter.event().foldSignal(0, Integer::sum);
        });
        emitter.send(1);

        owner.close();
        owner.close();
        emitter.send(2);

        assertThat(told).containsExactly("observer 1");
        assertThat(sum.get()).isEqualTo(1);
    }

    @Test
    void aWatchedSignalIsStartedAndEndedWithItsFirstAndLastDependent() {
        Var<Integer> variable = Var.of(1);
        List<String> log = new ArrayList<>();
        Signal<Integer> watched = variable.signal().whileWatched(() -> {
            log.add("start");
            return () -> log.add("end");
        });
        assertThat(watched.get()).isEqualTo(1);
        assertThat(log).isEmpty();

        Observation first = watched.observe(a -> {});
        Observation second = watched.map(a -> a).observe(a -> {});
        first.stop();
        assertThat(take(log)).containsExactly("start");

        second.stop();
        assertThat(take(log)).containsExactly("end");

        watched.observe(a -> {});
        assertThat(log).containsExactly("start");
    }

    @Test
    void whatIsKeptGoesOnUntilItIsStopped() {
        Var<Integer> source = Var.of(1);
        List<Integer> seen = new ArrayList<>();
        Signal<Integer> kept = source.signal().trace(seen::add).keep();
        EventEmitter<Integer> emitter = EventEmitter.create();
        Event<Integer> event = emitter.event().trace(seen::add).keep();
        source.set(2);
        emitter.send(3);
        kept.stop();
        event.stop();
        source.set(4);
        emitter.send(5);
        assertThat(seen).containsExactly(1, 2, 3);
    }
}
