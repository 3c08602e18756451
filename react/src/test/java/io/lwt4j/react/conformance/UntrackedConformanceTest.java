package io.lwt4j.react.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.react.Signal;
import io.lwt4j.react.Step;
import io.lwt4j.react.Var;

import org.junit.jupiter.api.Test;

/** Untracked and Unsampled Reads. */
class UntrackedConformanceTest extends Conformance {

    @Test
    @Title(75)
    void whatAnEffectReadsUntrackedIsNoInput() {
        Var<Integer> tracked = Var.of(1);
        Var<Integer> untracked = Var.of(10);
        Effect<Integer> seen = effect(() -> Signal.untracked(untracked::get) + tracked.get());
        Effect<Integer> peeking = effect(() -> untracked.signal().peek() + tracked.get());

        untracked.set(20);
        assertThat(seen.take()).containsExactly(11);
        assertThat(peeking.take()).containsExactly(11);
        tracked.set(2);
        assertThat(seen.take()).containsExactly(22);
        assertThat(peeking.take()).containsExactly(22);
    }

    @Test
    @Title(76)
    void whatAComputedSignalReadsUntrackedIsNoInput() {
        Var<Integer> tracked = Var.of(1);
        Var<Integer> untracked = Var.of(10);
        Computed<Integer> sum = computed(() -> tracked.get() + Signal.untracked(untracked::get));
        assertThat(sum.get()).isEqualTo(11);

        untracked.set(20);
        assertThat(sum.get()).isEqualTo(11);
        Effect<Integer> seen = effect(sum::get);
        untracked.set(30);
        assertThat(seen.take()).containsExactly(11);
        assertThat(sum.take()).isEqualTo(1);
        tracked.set(2);
        assertThat(seen.take()).containsExactly(32);
        assertThat(sum.take()).isEqualTo(1);
    }

    @Test
    @Title(117)
    void anUntrackedReadOfAStaleSignalIsFresh() {
        Var<Integer> trigger = Var.of(0);
        Var<Integer> source = Var.of(1);
        Computed<Integer> twice = computed(() -> source.get() * 2);
        Effect<Integer> seen = effect(() -> trigger.get() + Signal.untracked(twice::get));
        Effect<Integer> observing = effect(twice::get);

        source.set(2);
        assertThat(seen.take()).containsExactly(2);
        trigger.set(100);
        assertThat(seen.take()).containsExactly(104);
        Step.batch(() -> {
            source.set(3);
            assertThat(Signal.untracked(twice::get)).isEqualTo(6);
            trigger.set(200);
        });
        assertThat(seen.take()).containsExactly(206);
        assertThat(observing.take()).containsExactly(2, 4, 6);
        assertThat(twice.take()).isEqualTo(3);
    }

    @Test
    @Title(118)
    void whatIsBehindAnUntrackedReadIsNoInputEither() {
        Var<Integer> trigger = Var.of(0);
        Var<Integer> source = Var.of(1);
        Computed<Integer> upper = computed(() -> source.get() + 1);
        Computed<Integer> lower = computed(() -> upper.get() * 10);
        Effect<Integer> seen = effect(() -> trigger.get() + Signal.untracked(lower::get));

        source.set(2);
        source.set(3);
        assertThat(seen.take()).containsExactly(20);
        assertThat(lower.take()).isEqualTo(1);
        // But what runs for it has inputs of its own.
        assertThat(lower.get()).isEqualTo(40);
        trigger.set(1);
        assertThat(seen.take()).containsExactly(41);
        assertThat(upper.take()).isEqualTo(2);
        assertThat(lower.take()).isEqualTo(1);
    }

    @Test
    @Title(156)
    void anEffectMayWriteUntracked() {
        Var<Integer> source = Var.of(1);
        Var<Integer> target = Var.of(0);
        Effect<Integer> writing = effect(() -> {
            int value = source.get();
            Signal.untracked(() -> {
                target.set(target.get() + value);
                return null;
            });
            return value;
        });
        Effect<Integer> seen = effect(target::get);

        source.set(2);
        source.set(3);
        assertThat(writing.take()).containsExactly(1, 2, 3);
        assertThat(seen.take()).containsExactly(1, 3, 6);
        target.set(100);
        assertThat(writing.take()).isEmpty();
    }

    @Test
    @Title(218)
    void anUntrackedReadStaysOneAcrossBatches() {
        Var<Integer> tracked = Var.of(1);
        Var<Integer> untracked = Var.of(10);
        Computed<Integer> sum = computed(() -> tracked.get() + Signal.untracked(untracked::get));
        Effect<Integer> seen = effect(sum::get);

        Step.batch(() -> {
            untracked.set(20);
            tracked.set(2);
        });
        assertThat(seen.take()).containsExactly(11, 22);
        Step.batch(() -> {
            untracked.set(30);
            untracked.set(40);
        });
        assertThat(seen.take()).isEmpty();
        Step.batch(() -> tracked.set(3));
        assertThat(seen.take()).containsExactly(43);
        assertThat(sum.take()).isEqualTo(3);
    }

    @Test
    @Title(219)
    void aBatchInsideOfAnUntrackedFunctionIsABatch() {
        Var<Integer> left = Var.of(1);
        Var<Integer> right = Var.of(1);
        Effect<String> seen = effect(() -> left.get() + "," + right.get());

        int sum = Signal.untracked(() -> Step.batch(() -> {
            left.set(2);
            right.set(2);
            left.set(3);
            return left.get() + right.get();
        }));
        assertThat(sum).isEqualTo(5);
        assertThat(seen.take()).containsExactly("1,1", "3,2");
    }
}
