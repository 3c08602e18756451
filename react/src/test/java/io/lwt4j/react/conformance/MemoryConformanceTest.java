package io.lwt4j.react.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;

import org.junit.jupiter.api.Test;

import java.lang.ref.WeakReference;

/** Memory and GC. */
class MemoryConformanceTest extends Conformance {

    private static boolean isCollected(WeakReference<?> reference) {
        for (int i = 0; i < 100 && reference.get() != null; i++) {
            System.gc();
        }
        return reference.get() == null;
    }

    @Test
    @Title(99)
    void aComputedSignalThatIsOnlyReadCanBeCollected() {
        Var<Integer> source = Var.of(1);
        WeakReference<?> unread = new WeakReference<>(Signal.computed(source::get));
        WeakReference<?> read = reading(source);
        source.set(3);

        assertThat(isCollected(unread)).isTrue();
        assertThat(isCollected(read)).isTrue();
        assertThat(source.get()).isEqualTo(3);
    }

    private static WeakReference<?> reading(Var<Integer> source) {
        Computed<Integer> twice = computed(() -> source.get() * 2);
        assertThat(twice.get()).isEqualTo(2);
        source.set(2);
        assertThat(twice.get()).isEqualTo(4);
        return new WeakReference<>(twice.signal);
    }

    @Test
    @Title(160)
    void aComputedSignalThatHasLostAllEffectsCanBeCollected() {
        Var<Integer> source = Var.of(1);
        WeakReference<?> lost = observing(source);
        assertThat(isCollected(lost)).isTrue();

        Effect<Integer> later = effect(source::get);
        source.set(5);
        assertThat(later.take()).containsExactly(3, 5);
    }

    private static WeakReference<?> observing(Var<Integer> source) {
        Computed<Integer> twice = computed(() -> source.get() * 2);
        Effect<Integer> first = effect(twice::get);
        Effect<Integer> second = effect(() -> twice.get() + source.get());
        source.set(2);
        first.stop();
        source.set(3);
        second.stop();
        assertThat(first.take()).containsExactly(2, 4);
        assertThat(second.take()).containsExactly(3, 6, 9);
        return new WeakReference<>(twice.signal);
    }

    @Test
    @Title(161)
    void aChainThatHasLostAllEffectsIsIdleAndCanBeCollected() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> upper = computed(() -> source.get() + 1);
        WeakReference<?> lower = observingBelow(upper);
        upper.take();

        source.set(2);
        assertThat(upper.take()).isZero();
        assertThat(isCollected(lower)).isTrue();
        assertThat(upper.get()).isEqualTo(3);
        assertThat(upper.take()).isEqualTo(1);
    }

    private static WeakReference<?> observingBelow(Computed<Integer> upper) {
        Computed<Integer> middle = computed(() -> upper.get() * 10);
        Computed<Integer> lower = computed(() -> middle.get() + upper.get());
        Effect<Integer> first = effect(lower::get);
        Effect<Integer> second = effect(lower::get);
        first.stop();
        second.stop();
        assertThat(first.take()).containsExactly(22);
        assertThat(second.take()).containsExactly(22);
        assertThat(lower.take()).isEqualTo(1);
        return new WeakReference<>(lower.signal);
    }

    @Test
    void anInputThatIsNoLongerReadIsNotWokenUp() {
        Var<Boolean> reading = Var.of(true);
        Var<Integer> source = Var.of(1);
        Computed<Integer> branch = computed(source::get);
        Computed<Integer> chosen = computed(() -> reading.get() ? branch.get() : 0);
        Signal<Integer> behind = chosen.signal.map(value -> value + 1);
        assertThat(behind.get()).isEqualTo(2);

        // The branch is an input of what was chosen last, but that is out of date.
        reading.set(false);
        Effect<Integer> seen = effect(behind::get);
        branch.take();
        source.set(2);
        Effect<Integer> again = effect(chosen::get);
        source.set(3);
        assertThat(branch.take()).isZero();
        assertThat(seen.take()).containsExactly(1);
        assertThat(again.take()).containsExactly(0);
    }

    @Test
    @Title(215)
    void stoppingOneOfTwoEffectsLeavesTheOtherItsSignals() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> upper = computed(source::get);
        Computed<Integer> lower = computed(() -> upper.get() * 10);
        Effect<Integer> stopped = effect(lower::get);
        Effect<Integer> staying = effect(lower::get);
        stopped.stop();

        source.set(2);
        assertThat(stopped.take()).containsExactly(10);
        assertThat(staying.take()).containsExactly(10, 20);
        assertThat(upper.take()).isEqualTo(2);
        assertThat(lower.take()).isEqualTo(2);
        staying.stop();
        source.set(3);
        assertThat(lower.take()).isZero();
        assertThat(staying.take()).isEmpty();
    }
}
