package io.lwt4j.react.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;

import org.junit.jupiter.api.Test;

/** Inner Write: what effects write. */
class EffectWriteConformanceTest extends Conformance {

    @Test
    @Title(50)
    void anEffectMayWriteToWhatItReads() {
        Var<Integer> source = Var.of(1);
        Effect<Integer> seen = effect(() -> {
            int value = source.get();
            if (value % 2 == 1) {
                source.set(value + 1);
            }
            return value;
        });
        Effect<Integer> other = effect(source::get);
        assertThat(seen.take()).containsExactly(1, 2);

        source.set(5);
        assertThat(source.get()).isEqualTo(6);
        assertThat(seen.take()).containsExactly(5, 6);
        assertThat(other.take()).containsExactly(2, 6);
    }

    @Test
    @Title(51)
    void whatTheCleanupWritesDoesNotRunItsEffectOnceMore() {
        Var<Integer> source = Var.of(0);
        Effect<Integer> seen = effect(() -> {
            Signal.onCleanup(() -> source.set(source.get() + 100));
            return source.get();
        });
        Effect<Integer> other = effect(source::get);

        source.set(1);
        assertThat(seen.take()).containsExactly(0, 101);
        source.set(2);
        assertThat(seen.take()).containsExactly(102);
        assertThat(other.take()).containsExactly(0, 101, 102);
    }

    @Test
    @Title(53)
    void onlyTheLastOfTheValuesAnEffectWritesIsSeen() {
        Var<Integer> source = Var.of(1);
        Var<Integer> target = Var.of(0);
        Computed<Integer> behind = computed(target::get);
        Effect<Integer> direct = effect(target::get);
        Effect<Integer> seen = effect(behind::get);
        Signal.effect(() -> {
            int value = source.get();
            target.set(value * 10);
            target.set(value * 100);
            target.set(value * 1000);
        });
        assertThat(direct.take()).containsExactly(0, 1000);

        source.set(2);
        assertThat(direct.take()).containsExactly(2000);
        assertThat(seen.take()).containsExactly(0, 1000, 2000);
        assertThat(behind.take()).isEqualTo(3);
    }

    @Test
    @Title(54)
    void writesOfEffectsAreFollowedUntilNothingChanges() {
        Var<Integer> left = Var.of(0);
        Var<Integer> right = Var.of(0);
        Effect<Integer> leftToRight = effect(() -> {
            if (left.get() > right.get()) {
                right.set(left.get());
            }
            return left.get();
        });
        Effect<Integer> rightToLeft = effect(() -> {
            if (right.get() < 5 && right.get() > 0) {
                left.set(right.get() + 1);
            }
            return right.get();
        });
        leftToRight.take();
        rightToLeft.take();

        left.set(1);
        assertThat(left.get()).isEqualTo(5);
        assertThat(right.get()).isEqualTo(5);
        assertThat(leftToRight.take()).startsWith(1).endsWith(5).hasSizeLessThan(12);
        assertThat(rightToLeft.take()).endsWith(5).hasSizeLessThan(12);
    }

    @Test
    @Title(56)
    void anEffectRunsAgainAfterItHasWrittenToWhatItReadThroughAnother() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> twice = computed(() -> source.get() * 2);
        Effect<Integer> seen = effect(() -> {
            int value = twice.get();
            if (value < 8) {
                source.set(value);
            }
            return value;
        });
        assertThat(seen.take()).containsExactly(2, 4, 8);

        source.set(3);
        assertThat(seen.take()).containsExactly(6, 12);
        assertThat(source.get()).isEqualTo(6);
        assertThat(twice.take()).isEqualTo(5);
    }

    @Test
    @Title(114)
    void writingTheOldValueAgainIsNoChange() {
        Var<Integer> trigger = Var.of(0);
        Var<Integer> target = Var.of(7);
        Computed<Integer> behind = computed(target::get);
        Effect<Integer> direct = effect(target::get);
        Effect<Integer> seen = effect(behind::get);
        Signal.effect(() -> {
            int value = trigger.get();
            target.set(8 + value);
            target.set(7);
        });

        trigger.set(1);
        trigger.set(2);
        assertThat(direct.take()).containsExactly(7);
        assertThat(seen.take()).containsExactly(7);
        assertThat(behind.take()).isEqualTo(1);
    }

    @Test
    @Title(133)
    void anEffectDoesNotRunForAChangeThatAnotherHasUndoneBefore() {
        Var<Integer> source = Var.of(0);
        Computed<Integer> behind = computed(source::get);
        Effect<Integer> undoing = effect(() -> {
            int value = source.get();
            if (value > 0) {
                source.set(0);
            }
            return value;
        });
        Effect<Integer> second = effect(behind::get);

        source.set(1);
        assertThat(undoing.take()).containsExactly(0, 1, 0);
        assertThat(second.take()).containsExactly(0);
        source.set(-1);
        assertThat(second.take()).containsExactly(-1);
    }

    @Test
    @Title(134)
    void anEffectRunsOnceForAChangeThatAnotherHasChangedFurther() {
        Var<Integer> source = Var.of(0);
        Computed<Integer> behind = computed(source::get);
        Effect<Integer> changing = effect(() -> {
            int value = source.get();
            if (value == 1) {
                source.set(2);
            }
            return value;
        });
        Effect<Integer> second = effect(source::get);
        Effect<Integer> third = effect(behind::get);

        source.set(1);
        assertThat(changing.take()).containsExactly(0, 1, 2);
        assertThat(second.take()).containsExactly(0, 2);
        assertThat(third.take()).containsExactly(0, 2);
    }

    @Test
    @Title(180)
    void anEffectBehindAChainMayResetTheSource() {
        Var<Boolean> source = Var.of(false);
        Computed<Boolean> upper = computed(source::get);
        Computed<Boolean> lower = computed(upper::get);
        Effect<Boolean> resetting = effect(() -> {
            boolean set = lower.get();
            if (set) {
                source.set(false);
            }
            return set;
        });
        Effect<Boolean> seen = effect(lower::get);

        for (int i = 0; i < 3; i++) {
            source.set(true);
            assertThat(source.get()).isFalse();
            assertThat(lower.get()).isFalse();
        }
        assertThat(resetting.take()).containsExactly(false, true, false, true, false, true, false);
        assertThat(seen.take()).startsWith(false).endsWith(false).doesNotContain(true);
    }

    @Test
    @Title(113)
    void twoEffectsThatAgreeInTheEndComeToRest() {
        Var<Integer> low = Var.of(0);
        Var<Integer> high = Var.of(100);
        Effect<Integer> raising = effect(() -> {
            if (low.get() + 1 < high.get()) {
                low.set(low.get() + 1);
            }
            return low.get();
        });
        Effect<Integer> lowering = effect(() -> {
            if (high.get() - 1 > low.get()) {
                high.set(high.get() - 1);
            }
            return high.get();
        });
        assertThat(high.get() - low.get()).isEqualTo(1);
        raising.take();
        lowering.take();

        high.set(1000);
        assertThat(high.get() - low.get()).isEqualTo(1);
        assertThat(raising.take().size() + lowering.take().size()).isBetween(900, 4000);
    }

    @Test
    @Title(213)
    void whatAnEffectWritesInItsFirstRunDoesNotBlockWhatFollows() {
        Var<Integer> source = Var.of(1);
        Var<Integer> target = Var.of(0);
        Computed<Integer> behind = computed(() -> source.get() + target.get());
        Effect<Integer> before = effect(behind::get);
        Effect<Integer> writing = effect(() -> {
            int value = behind.get();
            if (target.get() < 10) {
                target.set(target.get() + 10);
            }
            return value;
        });
        Effect<Integer> after = effect(target::get);
        assertThat(before.take()).containsExactly(1, 11);
        assertThat(writing.take()).containsExactly(1, 11);
        assertThat(after.take()).containsExactly(10);

        source.set(2);
        assertThat(before.take()).containsExactly(12);
        assertThat(writing.take()).containsExactly(12);
        target.set(5);
        assertThat(before.take()).containsExactly(7, 17);
        assertThat(writing.take()).containsExactly(7, 17);
        assertThat(after.take()).containsExactly(15);
    }

    @Test
    @Title(224)
    void anEffectSeesAFreshValueAfterTheWriteOfASibling() {
        Var<Integer> source = Var.of(1);
        Var<Integer> written = Var.of(10);
        Computed<Integer> behind = computed(() -> written.get() + 1);
        Effect<Integer> writing = effect(() -> {
            written.set(source.get() * 10);
            return source.get();
        });
        Effect<String> seen = effect(() -> source.get() + ":" + behind.get());
        assertThat(seen.take()).containsExactly("1:11");

        source.set(2);
        assertThat(seen.take()).containsExactly("2:21");
        source.set(3);
        assertThat(seen.take()).containsExactly("3:31");
        assertThat(writing.take()).containsExactly(1, 2, 3);
        assertThat(behind.take()).isEqualTo(3);
    }

    @Test
    @Title(225)
    void anEffectThatWaitsSeesTheWritesOfAllEffectsBeforeIt() {
        Var<Integer> source = Var.of(1);
        Var<Integer> first = Var.of(0);
        Var<Integer> second = Var.of(0);
        Signal.effect(() -> first.set(source.get() * 10));
        Signal.effect(() -> second.set(source.get() * 100));
        Effect<Integer> seen = effect(() -> source.get() + first.get() + second.get());
        assertThat(seen.take()).containsExactly(111);

        source.set(2);
        source.set(3);
        assertThat(seen.take()).containsExactly(222, 333);
    }
}
