package io.lwt4j.react.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.react.Signal;
import io.lwt4j.react.Step;
import io.lwt4j.react.Var;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicReference;

/** Stale Evaluation Order. */
class StaleOrderConformanceTest extends Conformance {

    @Test
    @Title(94)
    void readingAStaleSignalRunsNothingElseThatIsPending() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> read = computed(source::get);
        Computed<Integer> pending = computed(() -> read.get() + 1);
        Computed<Integer> sibling = computed(() -> source.get() + 2);
        Effect<Integer> first = effect(pending::get);
        Effect<Integer> second = effect(sibling::get);
        pending.take();
        sibling.take();

        Step.batch(() -> {
            source.set(2);
            assertThat(read.get()).isEqualTo(2);
            assertThat(pending.take()).isZero();
            assertThat(sibling.take()).isZero();
        });
        assertThat(read.take()).isEqualTo(2);
        assertThat(pending.take()).isEqualTo(1);
        assertThat(sibling.take()).isEqualTo(1);
        assertThat(first.take()).containsExactly(2, 3);
        assertThat(second.take()).containsExactly(3, 4);
    }

    @Test
    @Title(95)
    void whatIsStaleIsComputedBeforeWhatDependsOnItThoughTheSelectorStays() {
        Var<Integer> source = Var.of(1);
        Signal<Boolean> selector = Signal.computed(() -> {
            log.add("selector");
            return source.get() > 0;
        });
        Signal<Integer> value = Signal.computed(() -> {
            log.add("value");
            return source.get() * 10;
        });
        Signal<Integer> dependee = Signal.computed(() -> {
            log.add("dependee");
            return selector.get() ? value.get() : 0;
        });
        Effect<Integer> seen = effect(dependee::get);
        takeLog();

        source.set(2);
        assertThat(takeLog()).containsExactly("selector", "value", "dependee");
        assertThat(seen.take()).containsExactly(10, 20);
    }

    @Test
    @Title(158)
    void aStaleChainThatIsReadAfterAWriteIsFreshAllTheWay() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> first = computed(() -> source.get() + 1);
        Computed<Integer> second = computed(() -> first.get() + 1);
        Computed<Integer> third = computed(() -> second.get() + 1);
        Effect<Integer> seen = effect(() -> {
            int value = source.get();
            return value * 1000 + third.get() * 100 + second.get() * 10 + first.get();
        });

        source.set(2);
        assertThat(second.get()).isEqualTo(4);
        assertThat(seen.take()).containsExactly(1432, 2543);
        seen.stop();
        source.set(5);
        assertThat(second.get()).isEqualTo(7);
        source.set(6);
        assertThat(third.get()).isEqualTo(9);
        assertThat(first.get()).isEqualTo(7);
        assertThat(first.take()).isEqualTo(4);
        assertThat(second.take()).isEqualTo(4);
        assertThat(third.take()).isEqualTo(3);
    }

    @Test
    @Title(159)
    void whatIsMadeAfterItsSourceWasWrittenStillFollows() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> old = computed(() -> source.get() * 10);
        Effect<Integer> before = effect(old::get);
        AtomicReference<Computed<Integer>> made = new AtomicReference<>();
        AtomicReference<Effect<Integer>> seen = new AtomicReference<>();

        Step.batch(() -> {
            source.set(2);
            made.set(computed(() -> old.get() + source.get()));
            seen.set(effect(made.get()::get));
            source.set(3);
        });
        assertThat(seen.get().take()).containsExactly(22, 33);
        source.set(4);
        assertThat(seen.get().take()).containsExactly(44);
        assertThat(made.get().take()).isEqualTo(3);
        assertThat(before.take()).containsExactly(10, 30, 40);
        assertThat(old.take()).isEqualTo(4);
    }

    @Test
    void aChangeThatWasSeenEarlyIsToldThoughTheLastWriteChangesNothing() {
        Var<Integer> source = Var.of(1);
        Signal<Boolean> odd = source.signal().map(value -> value % 2 == 1);
        Signal<Boolean> sum = Signal.lift(odd, source.signal(), (is, value) -> is && value > 0);
        Effect<Boolean> seen = effect(odd::get);
        Effect<Boolean> seenSum = effect(sum::get);
        odd.observe(log::add);

        Step.batch(() -> {
            source.set(2);
            assertThat(odd.get()).isFalse();
            assertThat(sum.get()).isFalse();
            source.set(4);
        });
        assertThat(seen.take()).containsExactly(true, false);
        assertThat(seenSum.take()).containsExactly(true, false);
        assertThat(takeLog()).containsExactly(true, false);
    }

    @Test
    void whatIsMarkedAfterItWasBroughtUpToDateHearsOfTheNextChange() {
        Var<Integer> source = Var.of(1);
        Var<Integer> other = Var.of(10);
        Signal<Integer> sum = Signal.lift(source.signal(), other.signal(), Integer::sum);
        Computed<Integer> reader = computed(() -> source.get() % 2 == 0 ? sum.get() : -1);
        // It is on the rank of the sum, and looks first at what does not depend on that yet.
        reader.signal.observe(log::add);
        Effect<Integer> seen = effect(sum::get);

        source.set(2);
        other.set(20);
        other.set(30);
        source.set(3);
        source.set(4);
        assertThat(takeLog()).containsExactly(-1, 12, 22, 32, -1, 34);
        assertThat(seen.take()).containsExactly(11, 12, 22, 32, 33, 34);
        assertThat(reader.take()).isEqualTo(6);
    }

    @Test
    @Title(97)
    void whatIsMarkedOnTheWayWhileInputsAreCheckedIsNotLost() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> value = computed(source::get);
        // It stays the same, but checking it brings the value up to date.
        Computed<Boolean> first = computed(() -> value.get() > 0);
        Computed<Integer> last = computed(() -> first.get() ? value.get() : 0);
        Effect<Integer> seen = effect(last::get);
        Effect<Integer> afterwards = effect(() -> first.get() ? last.get() + value.get() : 0);

        source.set(2);
        source.set(3);
        assertThat(seen.take()).containsExactly(1, 2, 3);
        assertThat(afterwards.take()).containsExactly(2, 4, 6);
        assertThat(value.take()).isEqualTo(3);
        assertThat(first.take()).isEqualTo(3);
        assertThat(last.take()).isEqualTo(3);
    }
}
