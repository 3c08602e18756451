package io.lwt4j.react.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.react.Observation;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Step;
import io.lwt4j.react.Var;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicReference;

/** Effect Lifecycle. */
class EffectLifecycleConformanceTest extends Conformance {

    @Test
    @Title(35)
    void anEffectRunsAtOnce() {
        Observation effect = Signal.effect(() -> log.add("ran"));
        log.add("made");
        assertThat(takeLog()).containsExactly("ran", "made");
        effect.stop();
    }

    @Test
    @Title(36)
    void anEffectRunsAgainAfterAChange() {
        Var<Integer> source = Var.of(1);
        Effect<Integer> seen = effect(source::get);

        source.set(2);
        assertThat(seen.take()).containsExactly(1, 2);
        source.set(3);
        assertThat(seen.take()).containsExactly(3);
    }

    @Test
    @Title(38)
    void theCleanupRunsBeforeEachFurtherRun() {
        Var<Integer> source = Var.of(1);
        Signal.effect(() -> {
            int value = source.get();
            log.add("run " + value);
            Signal.onCleanup(() -> log.add("clean " + value));
        });
        assertThat(takeLog()).containsExactly("run 1");

        source.set(2);
        assertThat(takeLog()).containsExactly("clean 1", "run 2");
        source.set(3);
        assertThat(takeLog()).containsExactly("clean 2", "run 3");
    }

    @Test
    @Title(39)
    void theCleanupRunsOnceWhenTheEffectIsStopped() {
        Var<Integer> source = Var.of(1);
        Observation effect = Signal.effect(() -> {
            int value = source.get();
            Signal.onCleanup(() -> log.add("clean " + value));
        });
        assertThat(takeLog()).isEmpty();

        effect.stop();
        assertThat(takeLog()).containsExactly("clean 1");
        source.set(2);
        assertThat(takeLog()).isEmpty();
    }

    @Test
    @Title(40)
    void whatTheCleanupReadsIsNoInput() {
        Var<Integer> source = Var.of(1);
        Var<Integer> readByCleanup = Var.of(10);
        Effect<Integer> seen = effect(() -> {
            Signal.onCleanup(() -> log.add(readByCleanup.get()));
            return source.get();
        });

        source.set(2);
        readByCleanup.set(20);
        source.set(3);
        readByCleanup.set(30);
        assertThat(takeLog()).containsExactly(10, 20);
        assertThat(seen.take()).containsExactly(1, 2, 3);
    }

    @Test
    @Title(42)
    void anEffectThatIsStoppedWhileItWaitsForTheBatchDoesNotRun() {
        Var<Integer> source = Var.of(1);
        Effect<Integer> seen = effect(source::get);

        Step.batch(() -> {
            source.set(2);
            seen.stop();
        });
        assertThat(seen.take()).containsExactly(1);
    }

    @Test
    @Title(108)
    void anEffectMayStopItself() {
        Var<Integer> source = Var.of(1);
        AtomicReference<Effect<Integer>> self = new AtomicReference<>();
        self.set(effect(() -> {
            int value = source.get();
            if (value == 2) {
                self.get().stop();
            }
            return value;
        }));
        Effect<Integer> other = effect(source::get);

        source.set(2);
        source.set(3);
        assertThat(self.get().take()).containsExactly(1, 2);
        assertThat(other.take()).containsExactly(1, 2, 3);
    }

    @Test
    @Title(110)
    void anEffectMayBeStoppedTwice() {
        Var<Integer> source = Var.of(1);
        Observation effect = Signal.effect(() -> {
            log.add(source.get());
            Signal.onCleanup(() -> log.add("clean"));
        });
        Effect<Integer> other = effect(source::get);

        effect.stop();
        effect.stop();
        assertThat(effect.isStopped()).isTrue();
        source.set(2);
        effect.stop();
        assertThat(takeLog()).containsExactly(1, "clean");
        assertThat(other.take()).containsExactly(1, 2);
    }

    @Test
    @Title(111)
    void anEffectThatItsCleanupStopsDoesNotRunAgain() {
        Var<Integer> source = Var.of(1);
        AtomicReference<Effect<Integer>> self = new AtomicReference<>();
        self.set(effect(() -> {
            Signal.onCleanup(() -> {
                log.add("clean");
                self.get().stop();
            });
            return source.get();
        }));

        source.set(2);
        source.set(3);
        assertThat(self.get().take()).containsExactly(1);
        assertThat(takeLog()).containsExactly("clean");
    }

    @Test
    @Title(141)
    void whatAnEffectReadsAfterStoppingItselfIsNoInput() {
        Var<Integer> source = Var.of(1);
        Var<Integer> later = Var.of(10);
        Computed<Integer> behind = computed(later::get);
        AtomicReference<Effect<Integer>> self = new AtomicReference<>();
        self.set(effect(() -> {
            int value = source.get();
            if (value == 2) {
                self.get().stop();
                Signal.onCleanup(() -> log.add("clean"));
                return value + behind.get();
            }
            return value;
        }));

        source.set(2);
        assertThat(self.get().take()).containsExactly(1, 12);
        // What is set up after the end is taken down at once.
        assertThat(takeLog()).containsExactly("clean");
        behind.take();
        later.set(20);
        source.set(3);
        assertThat(self.get().take()).isEmpty();
        assertThat(behind.take()).isZero();
    }

    @Test
    @Title(143)
    void aStoppedEffectIsNotPutInTheQueueByLaterChanges() {
        Var<Integer> source = Var.of(1);
        Var<Integer> other = Var.of(1);
        Computed<Integer> behind = computed(() -> other.get() * 2);
        Effect<Integer> seen = effect(() -> source.get() + behind.get());
        seen.stop();
        behind.take();

        source.set(2);
        other.set(2);
        Step.batch(() -> {
            source.set(3);
            other.set(3);
        });
        assertThat(seen.take()).containsExactly(3);
        assertThat(behind.take()).isZero();
    }

    @Test
    @Title(178)
    void whatTheCleanupOfAStoppedEffectReadsIsNoInputOfWhoStopsIt() {
        Var<Integer> trigger = Var.of(0);
        Var<Integer> readByCleanup = Var.of(10);
        Observation child = Signal.effect(
                () -> Signal.onCleanup(() -> log.add("clean " + readByCleanup.get())));
        Effect<Integer> parent = effect(() -> {
            int value = trigger.get();
            if (value == 1) {
                child.stop();
            }
            return value;
        });

        trigger.set(1);
        assertThat(takeLog()).containsExactly("clean 10");
        readByCleanup.set(20);
        assertThat(parent.take()).containsExactly(0, 1);
    }

    @Test
    @Title(214)
    void aChildThatIsStoppedAndMadeAnewShowsTheRightValue() {
        Var<Integer> source = Var.of(1);
        Var<Integer> shown = Var.of(0);
        AtomicReference<Observation> child = new AtomicReference<>();
        Computed<Integer> behind = computed(() -> shown.get() + 1);
        Effect<Integer> downstream = effect(behind::get);
        Effect<Integer> parent = effect(() -> {
            int value = source.get();
            if (child.get() != null) {
                child.get().stop();
            }
            child.set(Signal.effect(() -> shown.set(source.get() * 10)));
            return value;
        });
        assertThat(downstream.take()).containsExactly(1, 11);

        source.set(2);
        source.set(3);
        assertThat(downstream.take()).containsExactly(21, 31);
        assertThat(parent.take()).containsExactly(1, 2, 3);
        parent.stop();
        source.set(4);
        assertThat(downstream.take()).isEmpty();
    }

    @Test
    @Title(201)
    void anEffectThatAComputedSignalStopsIsSkippedAndLeavesNothing() {
        Var<Integer> source = Var.of(1);
        AtomicReference<Effect<Integer>> effect = new AtomicReference<>();
        Computed<Integer> stopping = computed(() -> {
            int value = source.get();
            if (value == 2) {
                effect.get().stop();
            }
            return value;
        });
        effect.set(effect(stopping::get));

        source.set(2);
        assertThat(effect.get().take()).containsExactly(1);
        stopping.take();
        source.set(3);
        assertThat(effect.get().take()).isEmpty();
        assertThat(stopping.take()).isZero();
    }

    @Test
    @Title(202)
    void theSiblingsOfAnEffectThatAComputedSignalStopsRun() {
        Var<Integer> source = Var.of(1);
        AtomicReference<Effect<Integer>> stopped = new AtomicReference<>();
        Computed<Integer> stopping = computed(() -> {
            int value = source.get();
            if (value == 2) {
                stopped.get().stop();
            }
            return value;
        });
        Effect<Integer> before = effect(stopping::get);
        stopped.set(effect(stopping::get));
        Effect<Integer> after = effect(stopping::get);
        Effect<Integer> direct = effect(source::get);

        source.set(2);
        source.set(3);
        assertThat(stopped.get().take()).containsExactly(1);
        assertThat(before.take()).containsExactly(1, 2, 3);
        assertThat(after.take()).containsExactly(1, 2, 3);
        assertThat(direct.take()).containsExactly(1, 2, 3);
        assertThat(stopping.take()).isEqualTo(3);
    }

    @Test
    @Title(203)
    void anEffectThatAComputedSignalStopsIsSkippedThoughAnotherInputStays() {
        Var<Integer> source = Var.of(1);
        AtomicReference<Effect<Integer>> effect = new AtomicReference<>();
        Computed<Boolean> constant = computed(() -> source.get() > 0);
        Computed<Integer> stopping = computed(() -> {
            int value = source.get();
            if (value == 2) {
                effect.get().stop();
            }
            return value;
        });
        Computed<Integer> later = computed(source::get);
        Effect<Boolean> sibling = effect(constant::get);
        effect.set(effect(() -> constant.get() ? stopping.get() + later.get() : -1));
        later.take();

        source.set(2);
        assertThat(effect.get().take()).containsExactly(2);
        // What it would have looked at next is of no interest any more.
        assertThat(later.take()).isZero();
        stopping.take();
        constant.take();
        source.set(-3);
        assertThat(effect.get().take()).isEmpty();
        assertThat(stopping.take()).isZero();
        assertThat(constant.take()).isEqualTo(1);
        assertThat(sibling.take()).containsExactly(true, false);
    }

    @Test
    @Title(216)
    void effectsRunInTheOrderInWhichTheyWereMade() {
        Var<Integer> source = Var.of(1);
        for (int i = 0; i < 5; i++) {
            String name = "effect " + i;
            Signal.effect(() -> {
                source.get();
                log.add(name);
            });
        }
        assertThat(takeLog())
                .containsExactly("effect 0", "effect 1", "effect 2", "effect 3", "effect 4");
        source.set(2);
        assertThat(takeLog())
                .containsExactly("effect 0", "effect 1", "effect 2", "effect 3", "effect 4");
        source.set(3);
        assertThat(takeLog())
                .containsExactly("effect 0", "effect 1", "effect 2", "effect 3", "effect 4");
    }

    @Test
    @Title(217)
    void aNewEffectWorksAfterAnotherWasStopped() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> twice = computed(() -> source.get() * 2);
        Effect<Integer> first = effect(twice::get);
        first.stop();
        source.set(2);

        Effect<Integer> second = effect(twice::get);
        source.set(3);
        assertThat(first.take()).containsExactly(2);
        assertThat(second.take()).containsExactly(4, 6);
        assertThat(twice.take()).isEqualTo(3);
    }

    @Test
    @Title(222)
    void anEffectMadeByACleanupHasInputsOfItsOwn() {
        Var<Integer> source = Var.of(1);
        Var<Integer> own = Var.of(10);
        AtomicReference<Effect<Integer>> made = new AtomicReference<>();
        Effect<Integer> outer = effect(() -> {
            Signal.onCleanup(() -> {
                if (made.get() == null) {
                    made.set(effect(own::get));
                }
            });
            return source.get();
        });

        source.set(2);
        own.set(20);
        source.set(3);
        own.set(30);
        assertThat(made.get().take()).containsExactly(10, 20, 30);
        assertThat(outer.take()).containsExactly(1, 2, 3);
    }
}
