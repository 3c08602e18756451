package io.lwt4j.react.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.react.CycleException;
import io.lwt4j.react.DivergenceException;
import io.lwt4j.react.Observation;
import io.lwt4j.react.Owner;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Step;
import io.lwt4j.react.Var;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Cycle and Infinite Loop Detection. */
class CycleConformanceTest extends Conformance {

    private static final int BOUND = 1_000_000;

    @Test
    @Title(61)
    void effectsThatTriggerEachOtherForEverAreFoundOut() {
        Var<Boolean> on = Var.of(false);
        Var<Integer> left = Var.of(0);
        Var<Integer> right = Var.of(0);
        AtomicInteger runs = new AtomicInteger();
        Observation first = Signal.effect(() -> {
            runs.incrementAndGet();
            if (on.get()) {
                right.set(left.get() + 1);
            }
        });
        Observation second = Signal.effect(() -> {
            if (on.get()) {
                left.set(right.get() + 1);
            }
        });
        assertThat(runs).hasValue(1);

        assertThatThrownBy(() -> on.set(true)).isInstanceOf(DivergenceException.class);
        assertThat(runs).hasValueBetween(10, BOUND);
        first.stop();
        second.stop();
    }

    @Test
    @Title(63)
    void aBranchThatClosesACycleIsFoundOutAndCanBeLeft() {
        Var<Boolean> closed = Var.of(false);
        Var<Integer> source = Var.of(1);
        AtomicReference<Computed<Integer>> other = new AtomicReference<>();
        Computed<Integer> one = computed(() -> closed.get() ? other.get().get() + 1 : source.get());
        other.set(computed(() -> one.get() + 1));
        Effect<Integer> seen = effect(other.get()::get);
        assertThat(seen.take()).containsExactly(2);

        closed.set(true);
        assertThat(takeErrors()).isNotEmpty().allMatch(error -> error.contains("own value"));
        assertThatThrownBy(one::get).isInstanceOf(CycleException.class);
        assertThatThrownBy(other.get()::get).isInstanceOf(CycleException.class);
        assertThat(seen.take()).isEmpty();

        closed.set(false);
        source.set(5);
        assertThat(seen.take()).containsExactly(2, 6);
        assertThat(one.get()).isEqualTo(5);
    }

    @Test
    void aCycleThroughASignalThatDoesNotTrackIsFoundOutToo() {
        Var<Boolean> closed = Var.of(false);
        AtomicReference<Signal<Integer>> behind = new AtomicReference<>();
        Computed<Integer> first = computed(() -> closed.get() ? behind.get().get() : 0);
        behind.set(first.signal.map(value -> value + 1).map(value -> value + 1));
        // Idle, with a value to come back to, and with none.
        closed.set(true);
        assertThatThrownBy(first::get).isInstanceOf(CycleException.class);
        closed.set(false);
        assertThat(behind.get().get()).isEqualTo(2);
        closed.set(true);
        assertThatThrownBy(behind.get()::get).isInstanceOf(CycleException.class);
        assertThatThrownBy(first::get).isInstanceOf(CycleException.class);
        closed.set(false);

        Effect<Integer> seen = effect(behind.get()::get);
        closed.set(true);
        assertThat(takeErrors()).isNotEmpty().allMatch(error -> error.contains("own value"));
        closed.set(false);
        closed.set(true);
        takeErrors();
        seen.stop();
        closed.set(false);
        assertThat(seen.take()).containsOnly(2).hasSizeBetween(1, 2);
        assertThat(behind.get().get()).isEqualTo(2);
    }

    @Test
    @Title(153)
    void whatReadsItselfMayCatchTheErrorAndGoOn() {
        Var<Integer> source = Var.of(1);
        AtomicReference<Computed<Integer>> self = new AtomicReference<>();
        self.set(computed(() -> {
            int value = source.get();
            try {
                return self.get().get() + value;
            } catch (CycleException e) {
                return -value;
            }
        }));
        assertThat(self.get().get()).isEqualTo(-1);
        assertThat(self.get().get()).isEqualTo(-1);
        assertThat(self.get().take()).isEqualTo(1);

        Effect<Integer> seen = effect(self.get()::get);
        source.set(2);
        source.set(3);
        assertThat(seen.take()).containsExactly(-1, -2, -3);
        assertThat(self.get().take()).isEqualTo(2);
    }

    @Test
    @Title(64)
    void anEffectThatTriggersItselfForEverIsStoppedAtALimit() {
        Var<Integer> source = Var.of(0);
        AtomicInteger runs = new AtomicInteger();
        Owner owner = Owner.create();
        Runnable make = () -> Signal.effect(() -> {
            runs.incrementAndGet();
            source.set(source.get() + 1);
        });
        assertThatThrownBy(() -> owner.own(() -> {
                    make.run();
                    return null;
                }))
                .isInstanceOf(DivergenceException.class);
        assertThat(runs).hasValueBetween(10, BOUND);
        assertThat(source.get()).isEqualTo(runs.get());
        owner.close();

        runs.set(0);
        Effect<Integer> other = effect(source::get);
        source.set(-1);
        assertThat(other.take()).endsWith(-1).hasSize(2);
        assertThat(runs).hasValue(0);
    }

    @Test
    @Title(221)
    void aCycleOfThreeEffectsIsBounded() {
        Var<Integer> one = Var.of(0);
        Var<Integer> two = Var.of(0);
        Var<Integer> three = Var.of(0);
        AtomicInteger runs = new AtomicInteger();
        Observation first = Signal.effect(() -> follow(one, two, runs));
        Observation second = Signal.effect(() -> follow(two, three, runs));
        // It closes the cycle only when the signal is not 0.
        Observation third = Signal.effect(() -> {
            if (three.get() > 0) {
                follow(three, one, runs);
            }
        });
        runs.set(0);

        assertThatThrownBy(() -> Step.batch(() -> one.set(1)))
                .isInstanceOf(DivergenceException.class);
        assertThat(runs).hasValueBetween(10, BOUND);
        first.stop();
        second.stop();
        third.stop();
    }

    private static void follow(Var<Integer> from, Var<Integer> to, AtomicInteger runs) {
        runs.incrementAndGet();
        if (from.get() > 0) {
            to.set(from.get() + 1);
        }
    }

    @Test
    @Title(223)
    void aCycleThroughAComputedSignalIsBounded() {
        Var<Integer> source = Var.of(0);
        Computed<Integer> next = computed(() -> source.get() + 1);
        Effect<Integer> looping = effect(() -> {
            int value = next.get();
            if (value > 1) {
                source.set(value);
            }
            return value;
        });
        assertThat(looping.take()).containsExactly(1);

        assertThatThrownBy(() -> source.set(1)).isInstanceOf(DivergenceException.class);
        assertThat(next.take()).isBetween(10, BOUND);
        assertThat(looping.take()).hasSizeBetween(10, BOUND);
        // It is not cut off from what comes later.
        source.set(-10);
        assertThat(looping.take()).containsExactly(-9);
        looping.stop();
    }
}
