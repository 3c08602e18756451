package io.lwt4j.react.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.react.Signal;
import io.lwt4j.react.Step;
import io.lwt4j.react.Var;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicReference;

/** Batching and Transactions. */
class BatchConformanceTest extends Conformance {

    @Test
    @Title(66)
    void onlyTheEndOfTheOutermostBatchTellsOthers() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> behind = computed(source::get);
        Effect<Integer> seen = effect(behind::get);
        seen.take();

        Step.batch(() -> {
            Step.batch(() -> source.set(2));
            assertThat(seen.take()).isEmpty();
            Step.batch(() -> source.set(3));
            assertThat(seen.take()).isEmpty();
        });
        assertThat(seen.take()).containsExactly(3);
        assertThat(behind.take()).isEqualTo(2);
    }

    @Test
    @Title(67)
    void aSignalHasItsNewValueInsideTheBatch() {
        Var<Integer> source = Var.of(1);
        Effect<Integer> seen = effect(source::get);
        int result = Step.batch(() -> {
            source.set(2);
            assertThat(source.get()).isEqualTo(2);
            source.update(value -> value + 1);
            return source.get();
        });
        assertThat(result).isEqualTo(3);
        assertThat(seen.take()).containsExactly(1, 3);
    }

    @Test
    @Title(69)
    void effectsRunThoughTheBatchThrows() {
        Var<Integer> source = Var.of(1);
        Effect<Integer> seen = effect(source::get);

        assertThatThrownBy(() -> Step.batch(() -> {
                    source.set(2);
                    throw new IllegalStateException("out of the batch");
                }))
                .hasMessage("out of the batch");
        assertThat(seen.take()).containsExactly(1, 2);
        source.set(3);
        assertThat(seen.take()).containsExactly(3);
    }

    @Test
    @Title(70)
    void anEffectMadeInABatchRunsAtOnce() {
        Var<Integer> source = Var.of(1);
        Step.batch(() -> {
            Effect<Integer> seen = effect(source::get);
            assertThat(seen.take()).containsExactly(1);
            seen.stop();
            log.add("end");
        });
        assertThat(takeLog()).containsExactly("end");
    }

    @Test
    @Title(72)
    void nobodySeesTheValuesInBetween() {
        Var<Integer> source = Var.of(0);
        Computed<Integer> behind = computed(() -> source.get() * 10);
        Effect<Integer> direct = effect(source::get);
        Effect<Integer> seen = effect(behind::get);

        Step.batch(() -> {
            for (int i = 1; i <= 9; i++) {
                source.set(i);
            }
        });
        assertThat(direct.take()).containsExactly(0, 9);
        assertThat(seen.take()).containsExactly(0, 90);
        assertThat(behind.take()).isEqualTo(2);
    }

    @Test
    @Title(119)
    void noEffectRunsWhenTheResultIsTheSame() {
        Var<Integer> left = Var.of(1);
        Var<Integer> right = Var.of(2);
        Computed<Integer> sum = computed(() -> left.get() + right.get());
        Effect<Integer> seen = effect(sum::get);

        Step.batch(() -> {
            left.set(2);
            right.set(1);
        });
        assertThat(sum.take()).isEqualTo(2);
        assertThat(seen.take()).containsExactly(3);
    }

    @Test
    @Title(120)
    void whatACleanupWritesIsABatch() {
        Var<Integer> trigger = Var.of(0);
        Var<Integer> left = Var.of(0);
        Var<Integer> right = Var.of(0);
        Effect<String> seen = effect(() -> left.get() + "," + right.get());
        Signal.effect(() -> {
            int value = trigger.get();
            Signal.onCleanup(() -> {
                left.set(value + 1);
                right.set(value + 1);
            });
        });

        trigger.set(1);
        trigger.set(2);
        assertThat(seen.take()).containsExactly("0,0", "1,1", "2,2");
    }

    @Test
    @Title(121)
    void effectsRunThoughOthersOfTheBatchThrow() {
        Var<Integer> source = Var.of(1);
        Effect<Integer> before = effect(source::get);
        Effect<Integer> throwing = effect(() -> {
            if (source.get() == 2) {
                throw new IllegalStateException("in an effect");
            }
            return source.get();
        });
        Effect<Integer> after = effect(source::get);

        Step.batch(() -> source.set(2));
        assertThat(takeErrors()).containsExactly("in an effect");
        source.set(3);
        assertThat(before.take()).containsExactly(1, 2, 3);
        assertThat(throwing.take()).containsExactly(1, 3);
        assertThat(after.take()).containsExactly(1, 2, 3);
    }

    @Test
    @Title(122)
    void afterABatchWritesTellAtOnceAgain() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> behind = computed(() -> source.get() * 10);
        Effect<Integer> seen = effect(behind::get);
        Step.batch(() -> source.set(2));

        source.set(3);
        assertThat(seen.take()).containsExactly(10, 20, 30);
        source.set(4);
        assertThat(seen.take()).containsExactly(40);
        assertThat(behind.take()).isEqualTo(4);
    }

    @Test
    @Title(123)
    void batchesWithoutAChangeRunNothing() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> behind = computed(source::get);
        Effect<Integer> seen = effect(behind::get);
        for (int i = 0; i < 3; i++) {
            Step.batch(() -> {});
            Step.batch(() -> source.set(1));
            Step.batch(() -> source.set(source.get()));
        }
        assertThat(seen.take()).containsExactly(1);
        assertThat(behind.take()).isEqualTo(1);
    }

    @Test
    @Title(124)
    void whatIsTriggeredStoppedAndTriggeredAgainInABatchDoesNotRun() {
        Var<Integer> source = Var.of(1);
        Effect<Integer> seen = effect(source::get);

        Step.batch(() -> {
            source.set(2);
            seen.stop();
            source.set(3);
        });
        source.set(4);
        assertThat(seen.take()).containsExactly(1);
    }

    @Test
    @Title(125)
    void aComputedSignalIsNotToldOfASourceThatIsChangedBack() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> behind = computed(source::get);
        Effect<Integer> seen = effect(behind::get);
        Effect<Integer> direct = effect(source::get);

        Step.batch(() -> {
            source.set(2);
            source.set(3);
            source.set(1);
        });
        assertThat(seen.take()).containsExactly(1);
        assertThat(direct.take()).containsExactly(1);
        assertThat(behind.take()).isEqualTo(1);
        source.set(2);
        assertThat(seen.take()).containsExactly(2);
        assertThat(direct.take()).containsExactly(2);
    }

    @Test
    @Title(126)
    void anEffectMadeInABatchSeesWhatWasWrittenBefore() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> behind = computed(() -> source.get() * 10);
        assertThat(behind.get()).isEqualTo(10);
        AtomicReference<Effect<Integer>> made = new AtomicReference<>();
        Step.batch(() -> {
            source.set(2);
            made.set(effect(behind::get));
            assertThat(made.get().take()).containsExactly(20);
        });
        // It has seen that already.
        assertThat(made.get().take()).isEmpty();
        source.set(3);
        assertThat(made.get().take()).containsExactly(30);
        assertThat(behind.take()).isEqualTo(3);
    }

    @Test
    void whoComesInABatchIsToldThatTheSourceIsChangedBack() {
        Var<Integer> source = Var.of(1);
        AtomicReference<Effect<Integer>> made = new AtomicReference<>();
        Step.batch(() -> {
            source.set(2);
            made.set(effect(source::get));
            source.signal().observe(log::add);
            source.set(1);
        });
        assertThat(made.get().take()).containsExactly(2, 1);
        assertThat(takeLog()).containsExactly(2, 1);
    }

    @Test
    @Title(127)
    void whoIsStoppedInABatchIsNotCalledAtItsEnd() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> behind = computed(source::get);
        Effect<Integer> stopped = effect(behind::get);
        Effect<Integer> staying = effect(source::get);
        behind.take();

        Step.batch(() -> {
            stopped.stop();
            source.set(2);
        });
        assertThat(stopped.take()).containsExactly(1);
        assertThat(staying.take()).containsExactly(1, 2);
        assertThat(behind.take()).isZero();
    }

    @Test
    @Title(128)
    void readingInABatchComputesWhatIsAbove() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> upper = computed(() -> source.get() + 1);
        Computed<Integer> lower = computed(() -> upper.get() * 10);
        Effect<Integer> seen = effect(lower::get);

        Step.batch(() -> {
            source.set(2);
            assertThat(lower.get()).isEqualTo(30);
            assertThat(lower.get()).isEqualTo(30);
            source.set(3);
            assertThat(lower.get()).isEqualTo(40);
        });
        assertThat(seen.take()).containsExactly(20, 40);
        assertThat(upper.take()).isEqualTo(3);
        assertThat(lower.take()).isEqualTo(3);
    }

    @Test
    @Title(129)
    void readingOneInABatchDoesNotRunTheEffectOfAnother() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> read = computed(() -> source.get() + 1);
        Computed<Integer> sibling = computed(() -> source.get() - 1);
        Effect<Integer> seen = effect(sibling::get);
        Effect<Integer> both = effect(() -> read.get() + sibling.get());
        seen.take();
        both.take();

        Step.batch(() -> {
            source.set(2);
            assertThat(read.get()).isEqualTo(3);
            assertThat(seen.take()).isEmpty();
            assertThat(both.take()).isEmpty();
        });
        assertThat(seen.take()).containsExactly(1);
        assertThat(both.take()).containsExactly(4);
        assertThat(read.take()).isEqualTo(2);
        assertThat(sibling.take()).isEqualTo(2);
    }

    @Test
    @Title(130)
    void whatAnEffectWritesIsABatch() {
        Var<Integer> source = Var.of(0);
        Var<Integer> left = Var.of(0);
        Var<Integer> right = Var.of(0);
        Effect<Integer> sum = effect(() -> left.get() + right.get());
        Effect<Integer> writing = effect(() -> {
            int value = source.get();
            left.set(value);
            right.set(value * 10);
            left.set(value * 2);
            return value;
        });

        source.set(1);
        source.set(2);
        assertThat(sum.take()).containsExactly(0, 12, 24);
        assertThat(writing.take()).containsExactly(0, 1, 2);
    }

    @Test
    @Title(131)
    void twoLevelsBelowASourceThatIsChangedBackNothingChanges() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> upper = computed(() -> source.get() + 1);
        Computed<Integer> lower = computed(() -> upper.get() + 1);
        Effect<Integer> seen = effect(lower::get);

        Step.batch(() -> {
            source.set(2);
            source.set(1);
        });
        assertThat(lower.get()).isEqualTo(3);
        assertThat(seen.take()).containsExactly(3);
        assertThat(upper.take()).isEqualTo(1);
        assertThat(lower.take()).isEqualTo(1);

        // Who reads in between has it computed, and computed anew.
        Step.batch(() -> {
            source.set(2);
            assertThat(lower.get()).isEqualTo(4);
            source.set(1);
        });
        assertThat(lower.get()).isEqualTo(3);
        assertThat(seen.take()).doesNotContain(4);
        assertThat(upper.take()).isEqualTo(2);
        assertThat(lower.take()).isEqualTo(2);
    }

    @Test
    @Title(132)
    void ofTwoSourcesTheOneThatIsChangedBackComputesNothing() {
        Var<Integer> restored = Var.of(1);
        Var<Integer> changed = Var.of(1);
        Computed<Integer> one = computed(restored::get);
        Computed<Integer> two = computed(changed::get);
        Computed<Integer> both = computed(() -> one.get() + two.get());
        Effect<Integer> seen = effect(both::get);

        Step.batch(() -> {
            restored.set(2);
            changed.set(5);
            restored.set(1);
        });
        assertThat(seen.take()).containsExactly(2, 6);
        assertThat(one.take()).isEqualTo(1);
        assertThat(two.take()).isEqualTo(2);
        assertThat(both.take()).isEqualTo(2);
    }

    @Test
    @Title(74)
    void severalSignalsChangeInOneUpdate() {
        Var<String> first = Var.of("Ada");
        Var<String> last = Var.of("Byron");
        Computed<String> name = computed(() -> first.get() + " " + last.get());
        Effect<String> seen = effect(name::get);
        Effect<String> direct = effect(() -> last.get() + ", " + first.get());

        Step.batch(() -> {
            first.set("Augusta");
            last.set("King");
        });
        assertThat(seen.take()).containsExactly("Ada Byron", "Augusta King");
        assertThat(direct.take()).containsExactly("Byron, Ada", "King, Augusta");
        assertThat(name.take()).isEqualTo(2);
    }
}
