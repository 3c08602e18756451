package io.lwt4j.react.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.react.Signal;
import io.lwt4j.react.Step;
import io.lwt4j.react.Var;

import org.junit.jupiter.api.Test;

/** Error Handling. */
class ErrorConformanceTest extends Conformance {

    private static int positive(int value) {
        if (value <= 0) {
            throw new IllegalArgumentException("not positive: " + value);
        }
        return value;
    }

    @Test
    @Title(84)
    void theGraphIsConsistentAfterAnErrorInTheFirstRun() {
        Var<Integer> source = Var.of(0);
        Computed<Integer> failing = computed(() -> positive(source.get()));
        Computed<Integer> other = computed(() -> source.get() + 1);
        assertThatThrownBy(failing::get).hasMessage("not positive: 0");
        assertThat(other.get()).isEqualTo(1);

        source.set(1);
        assertThat(failing.get()).isEqualTo(1);
        assertThat(other.get()).isEqualTo(2);
        assertThat(failing.take()).isEqualTo(2);
        assertThat(takeErrors()).isEmpty();
    }

    @Test
    @Title(89)
    void theCleanupOfTheRunBeforeAnErrorRunsOnce() {
        Var<Integer> source = Var.of(1);
        Effect<Integer> effect = effect(() -> {
            int value = positive(source.get());
            Signal.onCleanup(() -> log.add("clean " + value));
            return value;
        });

        source.set(0);
        assertThat(takeErrors()).containsExactly("not positive: 0");
        assertThat(takeLog()).containsExactly("clean 1");
        source.set(2);
        assertThat(takeLog()).isEmpty();
        source.set(-1);
        assertThat(takeErrors()).containsExactly("not positive: -1");
        effect.stop();
        assertThat(takeLog()).containsExactly("clean 2");
        assertThat(effect.take()).containsExactly(1, 2);
    }

    @Test
    @Title(90)
    void anEffectWhoseCleanupThrowsIsStopped() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> behind = computed(source::get);
        Effect<Integer> effect = effect(() -> {
            Signal.onCleanup(() -> {
                throw new IllegalStateException("in a cleanup");
            });
            Signal.onCleanup(() -> log.add("clean"));
            return behind.get();
        });
        Effect<Integer> other = effect(source::get);

        source.set(2);
        assertThat(takeErrors()).containsExactly("in a cleanup");
        assertThat(takeLog()).containsExactly("clean");
        behind.take();
        source.set(3);
        assertThat(effect.take()).containsExactly(1);
        assertThat(behind.take()).isZero();
        assertThat(other.take()).containsExactly(1, 2, 3);
        assertThat(takeErrors()).isEmpty();

        Effect<Integer> stopped = effect(() -> {
            Signal.onCleanup(() -> {
                throw new IllegalStateException("in a last cleanup");
            });
            return source.get();
        });
        stopped.stop();
        source.set(4);
        assertThat(takeErrors()).containsExactly("in a last cleanup");
        assertThat(stopped.take()).containsExactly(3);
    }

    @Test
    @Title(91)
    void anErrorConcernsOnlyWhatDependsOnIt() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> failing = computed(() -> positive(source.get()));
        Computed<Integer> behind = computed(() -> failing.get() + 1);
        Computed<Integer> sound = computed(() -> source.get() * 10);
        Effect<Integer> broken = effect(behind::get);
        Effect<Integer> whole = effect(sound::get);

        source.set(0);
        assertThat(takeErrors()).containsExactly("not positive: 0");
        assertThat(whole.take()).containsExactly(10, 0);
        assertThat(broken.take()).containsExactly(2);
        source.set(3);
        assertThat(whole.take()).containsExactly(30);
        assertThat(broken.take()).containsExactly(4);
    }

    @Test
    @Title(92)
    void nothingIsLeftInTheQueuesAfterAnError() {
        Var<Integer> source = Var.of(1);
        Var<Integer> unrelated = Var.of(1);
        Effect<Integer> failing = effect(() -> positive(source.get()));
        Effect<Integer> sound = effect(source::get);
        Effect<Integer> other = effect(unrelated::get);

        source.set(0);
        assertThat(takeErrors()).containsExactly("not positive: 0");
        unrelated.set(2);
        assertThat(failing.take()).containsExactly(1);
        assertThat(sound.take()).containsExactly(1, 0);
        assertThat(other.take()).containsExactly(1, 2);
        assertThat(takeErrors()).isEmpty();
        source.set(5);
        assertThat(failing.take()).containsExactly(5);
        assertThat(sound.take()).containsExactly(5);
        assertThat(other.take()).isEmpty();
    }

    @Test
    @Title(154)
    void effectsSurviveABatchThatThrows() {
        Var<Integer> left = Var.of(1);
        Var<Integer> right = Var.of(1);
        Computed<Integer> sum = computed(() -> left.get() + right.get());
        Effect<Integer> seen = effect(sum::get);

        assertThatThrownBy(() -> Step.batch(() -> {
                    left.set(10);
                    Step.batch(() -> {
                        right.set(10);
                        throw new IllegalStateException("in an inner batch");
                    });
                }))
                .hasMessage("in an inner batch");
        assertThat(sum.get()).isEqualTo(20);
        assertThat(seen.take()).containsExactly(2, 20);
        left.set(11);
        Step.batch(() -> {
            left.set(12);
            right.set(12);
        });
        assertThat(seen.take()).containsExactly(21, 24);
        assertThat(sum.take()).isEqualTo(4);
    }

    @Test
    @Title(155)
    void anErrorIsKeptLikeAValue() {
        Var<Integer> source = Var.of(0);
        Computed<Integer> failing = computed(() -> positive(source.get()));
        Effect<String> seen = effect(() -> {
            try {
                return "value " + failing.get();
            } catch (IllegalArgumentException e) {
                return e.getMessage();
            }
        });
        assertThatThrownBy(failing::get).hasMessage("not positive: 0");
        assertThatThrownBy(failing::get).hasMessage("not positive: 0");
        assertThat(failing.take()).isEqualTo(1);

        source.set(-1);
        assertThatThrownBy(failing::get).hasMessage("not positive: -1");
        assertThat(failing.take()).isEqualTo(1);
        source.set(1);
        assertThat(seen.take()).containsExactly("not positive: 0", "not positive: -1", "value 1");
        assertThat(failing.take()).isEqualTo(1);
        assertThat(takeErrors()).isEmpty();
    }

    @Test
    @Title(177)
    void effectsAroundOneThatFailedAreNotRunByAnUnrelatedSignal() {
        Var<Integer> source = Var.of(1);
        Var<Integer> unrelated = Var.of(1);
        Effect<Integer> first = effect(() -> positive(source.get()));
        Effect<Integer> second = effect(source::get);
        Effect<Integer> third = effect(() -> positive(source.get()) + unrelated.get());

        Step.batch(() -> source.set(0));
        assertThat(takeErrors()).containsExactly("not positive: 0", "not positive: 0");
        assertThat(second.take()).containsExactly(1, 0);
        unrelated.set(2);
        assertThat(takeErrors()).isEmpty();
        assertThat(first.take()).containsExactly(1);
        assertThat(second.take()).isEmpty();
        // It has come no further than to the source.
        assertThat(third.take()).containsExactly(2);
        source.set(5);
        assertThat(first.take()).containsExactly(5);
        assertThat(third.take()).containsExactly(7);
    }

    @Test
    @Title(211)
    void whatReadsASignalThatFailsFailsWithTheSameError() {
        Var<Integer> source = Var.of(0);
        Computed<Integer> failing = computed(() -> positive(source.get()));
        Computed<Integer> middle = computed(() -> failing.get() + 1);
        Computed<Integer> last = computed(() -> middle.get() + 1);
        assertThatThrownBy(last::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not positive: 0");
        assertThatThrownBy(last::get).hasMessage("not positive: 0");
        assertThatThrownBy(middle::get).hasMessage("not positive: 0");
        assertThat(failing.take()).isEqualTo(1);
        assertThat(middle.take()).isEqualTo(1);
        assertThat(last.take()).isEqualTo(1);

        source.set(1);
        assertThat(last.get()).isEqualTo(3);
        assertThat(last.take()).isEqualTo(1);
    }

    @Test
    void aSwitchRecoversAlsoToTheSignalItFollowedBefore() {
        Var<Integer> source = Var.of(1);
        Var<String> inner = Var.of("inner");
        Signal<String> switching = Signal.flatten(
                source.signal().map(value -> positive(value) > 0 ? inner.signal() : null));
        Effect<String> seen = effect(switching::get);

        source.set(0);
        assertThat(takeErrors()).containsExactly("not positive: 0");
        source.set(2);
        assertThat(switching.get()).isEqualTo("inner");
        assertThat(seen.take()).containsExactly("inner", "inner");
    }

    @Test
    @Title(93)
    void aComputedSignalRecoversWithTheNextChange() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> failing = computed(() -> positive(source.get()));
        Effect<Integer> seen = effect(failing::get);

        source.set(0);
        assertThat(takeErrors()).containsExactly("not positive: 0");
        assertThatThrownBy(failing::get).hasMessage("not positive: 0");
        source.set(1);
        source.set(2);
        assertThat(failing.get()).isEqualTo(2);
        assertThat(seen.take()).containsExactly(1, 1, 2);
        assertThat(failing.take()).isEqualTo(4);
    }
}
