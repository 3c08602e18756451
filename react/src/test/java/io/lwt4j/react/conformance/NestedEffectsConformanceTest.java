package io.lwt4j.react.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.react.Observation;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Step;
import io.lwt4j.react.Var;

import org.junit.jupiter.api.Test;

/** Nested Effects and Ordering. */
class NestedEffectsConformanceTest extends Conformance {

    @Test
    @Title(43)
    void theOuterEffectRunsBeforeTheInnerOne() {
        Var<Integer> outerSource = Var.of(1);
        Var<Integer> innerSource = Var.of(1);
        Signal.effect(() -> {
            log.add("outer " + outerSource.get());
            Signal.effect(() -> log.add("inner " + innerSource.get() + outerSource.get()));
        });
        assertThat(takeLog()).containsExactly("outer 1", "inner 11");

        // The inner one is told first, but it belongs to a run of the outer one that is over.
        Step.batch(() -> {
            innerSource.set(2);
            outerSource.set(2);
        });
        assertThat(takeLog()).containsExactly("outer 2", "inner 22");
    }

    @Test
    @Title(45)
    void whatAnInnerEffectReadsUntrackedIsNobodysInput() {
        Var<Integer> outerSource = Var.of(1);
        Var<Integer> innerSource = Var.of(1);
        Signal.effect(() -> {
            log.add("outer " + outerSource.get());
            Signal.effect(() -> log.add("inner " + Signal.untracked(innerSource::get)));
        });
        takeLog();

        innerSource.set(2);
        assertThat(takeLog()).isEmpty();
        outerSource.set(2);
        assertThat(takeLog()).containsExactly("outer 2", "inner 2");
    }

    @Test
    @Title(46)
    void readingTwiceIsNotBeingToldTwice() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> twice = computed(() -> source.get() + source.get());
        Effect<Integer> seen = effect(() -> {
            int sum = 0;
            for (int i = 0; i < 40; i++) {
                sum += source.get() + twice.get();
            }
            return sum;
        });

        source.set(2);
        assertThat(seen.take()).containsExactly(120, 240);
        assertThat(twice.take()).isEqualTo(2);
    }

    @Test
    @Title(47)
    void anEffectMayTriggerItselfInItsFirstRun() {
        Var<Integer> source = Var.of(0);
        Effect<Integer> seen = effect(() -> {
            int value = source.get();
            if (value < 3) {
                source.set(value + 1);
            }
            return value;
        });
        assertThat(seen.take()).containsExactly(0, 1, 2, 3);
        assertThat(source.get()).isEqualTo(3);

        source.set(1);
        assertThat(seen.take()).containsExactly(1, 2, 3);
    }

    @Test
    @Title(163)
    void theOuterEffectIsNotRunForASignalOfTheInnerOne() {
        Var<Integer> outerSource = Var.of(1);
        Var<Integer> innerSource = Var.of(1);
        Signal.effect(() -> {
            log.add("outer " + outerSource.get());
            Signal.effect(() -> log.add("inner " + innerSource.get()));
            log.add("end");
        });
        takeLog();

        innerSource.set(2);
        assertThat(takeLog()).containsExactly("inner 2");
        outerSource.set(2);
        assertThat(takeLog()).containsExactly("outer 2", "inner 2", "end");
        innerSource.set(3);
        assertThat(takeLog()).containsExactly("inner 3");
    }

    @Test
    @Title(164)
    void inputsReadAroundAnInnerEffectAreTheOuterOnes() {
        Var<Integer> before = Var.of(1);
        Var<Integer> inside = Var.of(10);
        Var<Integer> after = Var.of(100);
        Signal.effect(() -> {
            int first = before.get();
            Signal.effect(() -> log.add("inner " + inside.get()));
            log.add("outer " + (first + after.get()));
        });
        assertThat(takeLog()).containsExactly("inner 10", "outer 101");

        inside.set(20);
        assertThat(takeLog()).containsExactly("inner 20");
        after.set(200);
        assertThat(takeLog()).containsExactly("inner 20", "outer 201");
        before.set(2);
        assertThat(takeLog()).containsExactly("inner 20", "outer 202");
    }

    @Test
    @Title(170)
    void theInnerEffectIsNotRunWhenWhatItReadsStays() {
        Var<Integer> source = Var.of(2);
        Computed<Boolean> even = computed(() -> source.get() % 2 == 0);
        Computed<Boolean> behind = computed(even::get);
        Signal.effect(() -> {
            log.add("outer " + even.get());
            Signal.effect(() -> log.add("inner " + behind.get()));
        });
        takeLog();

        source.set(4);
        assertThat(takeLog()).isEmpty();
        assertThat(even.take()).isEqualTo(2);
        source.set(5);
        assertThat(takeLog()).containsExactly("outer false", "inner false");
        assertThat(behind.take()).isEqualTo(2);
    }

    @Test
    @Title(209)
    void threeLevelsEndWithTheOutermost() {
        Var<Integer> source = Var.of(1);
        Observation outermost = Signal.effect(() -> {
            Signal.onCleanup(() -> log.add("clean 1"));
            Signal.effect(() -> {
                Signal.onCleanup(() -> log.add("clean 2"));
                Signal.effect(() -> {
                    log.add("run 3: " + source.get());
                    Signal.onCleanup(() -> log.add("clean 3"));
                });
            });
        });
        source.set(2);
        assertThat(takeLog()).containsExactly("run 3: 1", "clean 3", "run 3: 2");

        outermost.stop();
        assertThat(takeLog()).containsExactlyInAnyOrder("clean 1", "clean 2", "clean 3");
        source.set(3);
        assertThat(takeLog()).isEmpty();
    }

    @Test
    @Title(210)
    void allInnerEffectsEndWhenTheOuterOneRunsAgain() {
        Var<Integer> outerSource = Var.of(1);
        Var<Integer> innerSource = Var.of(1);
        Signal.effect(() -> {
            int run = outerSource.get();
            for (int i = 0; i < 3; i++) {
                String name = run + "." + i;
                Signal.effect(() -> {
                    log.add(name + "=" + innerSource.get());
                    Signal.onCleanup(() -> log.add("end " + name));
                });
            }
        });
        assertThat(takeLog()).containsExactly("1.0=1", "1.1=1", "1.2=1");

        outerSource.set(2);
        assertThat(takeLog().subList(0, 3))
                .containsExactlyInAnyOrder("end 1.0", "end 1.1", "end 1.2");
        innerSource.set(2);
        assertThat(takeLog())
                .containsExactly("end 2.0", "2.0=2", "end 2.1", "2.1=2", "end 2.2", "2.2=2");
    }

    @Test
    @Title(48)
    void anInnerEffectNeverSeesAStateThatTheOuterOneRulesOut() {
        Var<Boolean> present = Var.of(true);
        Var<String> value = Var.of("a");
        Signal.effect(() -> {
            if (present.get()) {
                Signal.effect(() -> log.add(value.get() + present.get()));
            }
        });
        assertThat(takeLog()).containsExactly("atrue");

        Step.batch(() -> {
            value.set(null);
            present.set(false);
        });
        value.set("b");
        assertThat(takeLog()).isEmpty();
        present.set(true);
        value.set("c");
        assertThat(takeLog()).containsExactly("btrue", "ctrue");
    }
}
