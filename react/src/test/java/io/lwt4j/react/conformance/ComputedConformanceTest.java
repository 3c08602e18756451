package io.lwt4j.react.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.react.Signal;
import io.lwt4j.react.Step;
import io.lwt4j.react.Var;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Computed Evaluation; Equality and Same-Value Optimization. */
class ComputedConformanceTest extends Conformance {

    @Test
    @Title(18)
    void theValueIsKeptAsLongAsNothingChanges() {
        Var<Integer> source = Var.of(1);
        Var<Integer> unrelated = Var.of(1);
        Computed<Integer> twice = computed(() -> source.get() * 2);
        assertThat(twice.get()).isEqualTo(2);
        unrelated.set(2);
        source.set(1);

        assertThat(twice.get()).isEqualTo(2);
        assertThat(twice.get()).isEqualTo(2);
        assertThat(twice.take()).isEqualTo(1);
    }

    @Test
    @Title(19)
    void theValueFollowsAChange() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> twice = computed(() -> source.get() * 2);
        assertThat(twice.get()).isEqualTo(2);

        source.set(4);
        assertThat(twice.get()).isEqualTo(8);
        assertThat(twice.take()).isEqualTo(2);
    }

    @Test
    @Title(21)
    void aChainIsComputedAnewAfterItWasTriggeredAndReadHalfway() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> upper = computed(() -> source.get() + 1);
        Computed<Integer> lower = computed(() -> upper.get() * 10);
        Effect<Integer> seen = effect(lower::get);
        upper.take();
        lower.take();

        Step.batch(() -> {
            source.set(2);
            assertThat(upper.get()).isEqualTo(3);
            source.set(3);
        });
        assertThat(seen.take()).containsExactly(20, 40);
        assertThat(upper.take()).isEqualTo(2);
        assertThat(lower.take()).isEqualTo(1);
    }

    @Test
    @Title(22)
    void aChainIsNotComputedAnewBehindAValueThatStays() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> half = computed(() -> source.get() / 2);
        Computed<Integer> more = computed(() -> half.get() + 1);
        Computed<Integer> most = computed(() -> more.get() + 1);
        source.set(2);
        assertThat(most.get()).isEqualTo(3);

        source.set(3);
        assertThat(most.get()).isEqualTo(3);
        assertThat(half.take()).isEqualTo(2);
        assertThat(more.take()).isEqualTo(1);
        assertThat(most.take()).isEqualTo(1);
    }

    @Test
    @Title(23)
    void readingAStaleChainDoesNotTakeTheChangeFromTheEffect() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> upper = computed(() -> source.get() + 1);
        Computed<Integer> lower = computed(() -> upper.get() + 1);
        Effect<Integer> seen = effect(lower::get);

        Step.batch(() -> {
            source.set(2);
            assertThat(lower.get()).isEqualTo(4);
        });
        assertThat(seen.take()).containsExactly(3, 4);
        assertThat(lower.take()).isEqualTo(2);
    }

    @Test
    @Title(24)
    void inputsAreComputedInTheOrderOfTheLastReading() {
        Var<Boolean> swapped = Var.of(false);
        Var<Integer> source = Var.of(1);
        Signal<Integer> left = Signal.computed(() -> noted("left", source.get()));
        Signal<Integer> right = Signal.computed(() -> noted("right", source.get()));
        Signal<Integer> both = Signal.computed(
                () -> swapped.get() ? right.get() - left.get() : left.get() - right.get());
        Effect<Integer> seen = effect(both::get);
        source.set(2);
        assertThat(takeLog()).containsExactly("left", "right", "left", "right");

        swapped.set(true);
        source.set(3);
        assertThat(takeLog()).containsExactly("right", "left");
        assertThat(seen.take()).containsExactly(0);
    }

    private <A> A noted(String name, A value) {
        log.add(name);
        return value;
    }

    @Test
    @Title(25)
    void withoutInputsItIsComputedOnce() {
        Var<Integer> unrelated = Var.of(0);
        Computed<String> constant = computed(() -> "constant");
        Effect<String> seen = effect(() -> constant.get() + unrelated.get());
        unrelated.set(1);
        assertThat(constant.get()).isEqualTo("constant");
        seen.stop();
        unrelated.set(2);
        assertThat(constant.get()).isEqualTo("constant");
        assertThat(seen.take()).containsExactly("constant0", "constant1");
        assertThat(constant.take()).isEqualTo(1);
    }

    @Test
    @Title(26)
    void itLivesOnWithoutAnybodyWhoIsTold() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> twice = computed(() -> source.get() * 2);
        Effect<Integer> seen = effect(twice::get);
        seen.stop();
        assertThat(twice.get()).isEqualTo(2);
        assertThat(twice.take()).isEqualTo(1);

        source.set(2);
        assertThat(twice.get()).isEqualTo(4);
        source.set(3);
        Effect<Integer> again = effect(twice::get);
        source.set(4);
        assertThat(again.take()).containsExactly(6, 8);
        assertThat(seen.take()).containsExactly(2);
        assertThat(twice.take()).isEqualTo(3);
    }

    @Test
    @Title(145)
    void nullIsAValueLikeAnyOther() {
        Var<Integer> source = Var.of(0);
        Computed<String> odd = computed(() -> source.get() % 2 == 1 ? "odd" : null);
        Computed<Boolean> missing = computed(() -> odd.get() == null);
        Effect<Boolean> seen = effect(missing::get);
        assertThat(odd.get()).isNull();
        assertThat(odd.take()).isEqualTo(1);

        source.set(2);
        assertThat(odd.take()).isEqualTo(1);
        assertThat(missing.take()).isEqualTo(1);
        source.set(3);
        source.set(4);
        assertThat(seen.take()).containsExactly(true, false, true);
        assertThat(missing.take()).isEqualTo(2);
    }

    @Test
    @Title(147)
    void aSourceThatIsChangedBackInABatchHasNotChanged() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> observed = computed(source::get);
        Effect<Integer> seen = effect(observed::get);
        Computed<Integer> idle = computed(source::get);
        assertThat(idle.get()).isEqualTo(1);

        Step.batch(() -> {
            source.set(2);
            source.set(1);
        });
        assertThat(idle.get()).isEqualTo(1);
        assertThat(seen.take()).containsExactly(1);
        assertThat(observed.take()).isEqualTo(1);
        assertThat(idle.take()).isEqualTo(1);
    }

    @Test
    @Title(149)
    void aBatchKeepsTheOrderOfComputing() {
        Var<Integer> left = Var.of(1);
        Var<Integer> right = Var.of(1);
        Signal<Integer> upper = Signal.computed(() -> noted("upper", left.get()));
        Signal<Integer> middle = Signal.computed(() -> noted("middle", upper.get() + right.get()));
        Signal<Integer> lower = Signal.computed(() -> noted("lower", middle.get() + upper.get()));
        Effect<Integer> seen = effect(() -> noted("effect", lower.get()));
        takeLog();

        Step.batch(() -> {
            right.set(2);
            left.set(2);
            right.set(3);
        });
        assertThat(takeLog()).containsExactly("upper", "middle", "lower", "effect");
        assertThat(seen.take()).containsExactly(3, 7);
    }

    @Test
    @Title(115)
    void signalsCanBeMadeByTheFunction() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> outer = computed(() -> {
            Var<Integer> inner = Var.of(source.get() * 10);
            Signal<Integer> behind = Signal.computed(() -> inner.get() + source.get());
            return behind.get();
        });
        Effect<Integer> seen = effect(outer::get);

        source.set(2);
        assertThat(seen.take()).containsExactly(11, 22);
        assertThat(outer.take()).isEqualTo(2);
    }

    @Test
    @Title(27)
    void whatDependsOnItIsComputedForAnotherValueOnly() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> capped = computed(() -> Math.min(source.get(), 3));
        Computed<Integer> behind = computed(capped::get);
        assertThat(behind.get()).isEqualTo(1);

        source.set(3);
        assertThat(behind.get()).isEqualTo(3);
        source.set(4);
        assertThat(behind.get()).isEqualTo(3);
        source.set(5);
        assertThat(behind.get()).isEqualTo(3);
        assertThat(capped.take()).isEqualTo(4);
        assertThat(behind.take()).isEqualTo(2);
    }

    @Test
    @Title(28)
    void writingTheSameValueIsNoChange() {
        Var<String> source = Var.of("same");
        Computed<Integer> length = computed(() -> source.get().length());
        Effect<Integer> behind = effect(length::get);
        Effect<String> direct = effect(source::get);

        source.set("same");
        source.set(String.join("", "sa", "me"));
        assertThat(length.get()).isEqualTo(4);
        assertThat(length.take()).isEqualTo(1);
        assertThat(behind.take()).containsExactly(4);
        assertThat(direct.take()).containsExactly("same");
    }

    @Test
    @Title(34)
    void aChainIsCutAtTheFirstSignalThatStays() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> first = computed(source::get);
        Computed<Boolean> second = computed(() -> first.get() > 0);
        Computed<Boolean> third = computed(second::get);
        Computed<Boolean> fourth = computed(third::get);
        Effect<Boolean> seen = effect(fourth::get);

        source.set(2);
        assertThat(first.take()).isEqualTo(2);
        assertThat(second.take()).isEqualTo(2);
        assertThat(List.of(third, fourth)).extracting(Computed::take).containsOnly(1);
        assertThat(seen.take()).containsExactly(true);
    }

    @Test
    @Title(169)
    void anObservedSignalThatStaysRunsNoEffect() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> parity = computed(() -> source.get() % 2);
        Effect<Integer> seen = effect(parity::get);
        Effect<Integer> direct = effect(source::get);

        source.set(3);
        source.set(5);
        source.set(6);
        source.set(8);
        assertThat(parity.take()).isEqualTo(5);
        assertThat(seen.take()).containsExactly(1, 0);
        assertThat(direct.take()).containsExactly(1, 3, 5, 6, 8);
    }

    @Test
    @Title(220)
    void returningTheSameObjectIsNoChange() {
        Object same = new Object();
        Var<Integer> source = Var.of(1);
        Computed<Object> constant = computed(() -> source.get() < 3 ? same : new Object());
        Computed<Integer> behind = computed(() -> System.identityHashCode(constant.get()));
        Effect<Object> seen = effect(constant::get);
        assertThat(behind.get()).isEqualTo(System.identityHashCode(same));

        source.set(2);
        assertThat(behind.get()).isEqualTo(System.identityHashCode(same));
        assertThat(constant.take()).isEqualTo(2);
        assertThat(behind.take()).isEqualTo(1);
        assertThat(seen.take()).containsExactly(same);
        source.set(3);
        assertThat(seen.take()).hasSize(1).doesNotContain(same);
    }
}
