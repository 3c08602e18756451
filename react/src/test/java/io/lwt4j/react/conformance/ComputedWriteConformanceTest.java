package io.lwt4j.react.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.react.Step;
import io.lwt4j.react.Var;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Inner Write: what the functions of computed signals write. */
class ComputedWriteConformanceTest extends Conformance {

    @Test
    @Title(52)
    void aComputedSignalMayWrite() {
        Var<Integer> source = Var.of(1);
        Var<Integer> target = Var.of(0);
        Computed<Integer> writing = computed(() -> {
            target.set(source.get() * 10);
            return source.get();
        });
        assertThat(writing.get()).isEqualTo(1);
        assertThat(target.get()).isEqualTo(10);

        source.set(2);
        assertThat(target.get()).isEqualTo(10);
        assertThat(writing.get()).isEqualTo(2);
        assertThat(target.get()).isEqualTo(20);
        assertThat(writing.take()).isEqualTo(2);
    }

    @Test
    @Title(112)
    void whatOneWritesDoesNotTouchItsSiblings() {
        Var<Integer> source = Var.of(1);
        Var<Integer> target = Var.of(0);
        Computed<Integer> writing = computed(() -> {
            target.set(source.get());
            return source.get();
        });
        Computed<Integer> before = computed(() -> source.get() + 1);
        Computed<Integer> after = computed(() -> source.get() + 2);
        Effect<String> seen = effect(() -> before.get() + "," + writing.get() + "," + after.get());

        source.set(2);
        assertThat(seen.take()).containsExactly("2,1,3", "3,2,4");
        assertThat(List.of(before, writing, after)).extracting(Computed::take).containsOnly(2);
        assertThat(target.get()).isEqualTo(2);
    }

    @Test
    @Title(135)
    void whatIsBehindSeesTheWriteOfAChainOnlyWhenItIsSettled() {
        Var<Integer> source = Var.of(1);
        Var<Integer> written = Var.of(10);
        Computed<Integer> writing = computed(() -> {
            int value = source.get();
            written.set(value * 10);
            return value;
        });
        Computed<String> behind = computed(() -> writing.get() + "," + written.get());
        Effect<String> seen = effect(behind::get);

        source.set(2);
        source.set(3);
        assertThat(seen.take()).containsExactly("1,10", "2,20", "3,30");
        assertThat(writing.take()).isEqualTo(3);
    }

    @Test
    @Title(136)
    void writingAnEqualValueTellsNobody() {
        Var<Integer> source = Var.of(1);
        Var<Boolean> positive = Var.of(true);
        Computed<Integer> writing = computed(() -> {
            int value = source.get();
            positive.set(value > 0);
            return value;
        });
        Computed<Boolean> behind = computed(positive::get);
        Effect<Boolean> downstream = effect(behind::get);
        Effect<Integer> seen = effect(writing::get);

        source.set(2);
        source.set(3);
        assertThat(seen.take()).containsExactly(1, 2, 3);
        assertThat(downstream.take()).containsExactly(true);
        assertThat(behind.take()).isEqualTo(1);
    }

    @Test
    @Title(137)
    void writingAnotherValueTellsWhoDependsOnIt() {
        Var<Integer> source = Var.of(1);
        Var<Boolean> positive = Var.of(true);
        Computed<Integer> writing = computed(() -> {
            int value = source.get();
            positive.set(value > 0);
            return value;
        });
        Computed<Boolean> behind = computed(positive::get);
        Effect<Boolean> downstream = effect(behind::get);
        Effect<Integer> seen = effect(writing::get);

        source.set(-2);
        assertThat(seen.take()).containsExactly(1, -2);
        assertThat(downstream.take()).containsExactly(true, false);
        assertThat(behind.take()).isEqualTo(2);
        assertThat(writing.take()).isEqualTo(2);
    }

    @Test
    @Title(138)
    void ofTwoOnTheSameSourceOneMayWriteWhatTheOtherReads() {
        Var<Integer> source = Var.of(1);
        Var<Integer> written = Var.of(0);
        Computed<Integer> writing = computed(() -> {
            written.set(source.get() * 10);
            return source.get();
        });
        Computed<Integer> reading = computed(() -> source.get() + written.get());
        Effect<Integer> first = effect(writing::get);
        Effect<Integer> second = effect(reading::get);
        assertThat(second.take()).containsExactly(11);
        reading.take();

        source.set(2);
        assertThat(first.take()).containsExactly(1, 2);
        assertThat(second.take()).containsExactly(22);
        assertThat(reading.take()).isEqualTo(1);
        assertThat(writing.take()).isEqualTo(2);
    }

    @Test
    @Title(172)
    void whatWritesToItsOwnInputIsNeverUpToDate() {
        Var<Integer> source = Var.of(0);
        Computed<Integer> counting = computed(() -> {
            int value = source.get();
            source.set(value + 1);
            return value;
        });
        assertThat(counting.get()).isEqualTo(0);
        assertThat(counting.get()).isEqualTo(1);
        assertThat(counting.get()).isEqualTo(2);
        assertThat(counting.take()).isEqualTo(3);
        assertThat(source.get()).isEqualTo(3);
    }

    @Test
    @Title(179)
    void whatAFunctionWritesItReadsAtOnce() {
        Var<Integer> source = Var.of(0);
        Computed<String> counting = computed(() -> {
            int first = source.get();
            source.set(first + 1);
            int second = source.get();
            source.set(second + 1);
            return first + "," + second + "," + source.get();
        });
        assertThat(counting.get()).isEqualTo("0,1,2");
        assertThat(source.get()).isEqualTo(2);
        source.set(10);
        assertThat(counting.get()).isEqualTo("10,11,12");
        assertThat(counting.take()).isEqualTo(2);
    }

    @Test
    @Title(57)
    void whatAComputedSignalWritesRunsEffects() {
        Var<Integer> source = Var.of(1);
        Var<Integer> target = Var.of(0);
        Effect<Integer> seen = effect(target::get);
        Computed<Integer> writing = computed(() -> {
            target.set(source.get() * 10);
            return source.get();
        });
        assertThat(seen.take()).containsExactly(0);
        assertThat(writing.get()).isEqualTo(1);
        assertThat(seen.take()).containsExactly(10);

        source.set(2);
        assertThat(seen.take()).isEmpty();
        Effect<Integer> observer = effect(writing::get);
        assertThat(seen.take()).containsExactly(20);
        source.set(3);
        assertThat(seen.take()).containsExactly(30);
        assertThat(observer.take()).containsExactly(2, 3);
    }

    @Test
    @Title(181)
    void whatIsWrittenTogetherIsSeenTogether() {
        Var<Integer> source = Var.of(1);
        Var<Integer> left = Var.of(1);
        Var<Integer> right = Var.of(-1);
        Computed<Integer> writing = computed(() -> {
            int value = source.get();
            left.set(value);
            right.set(-value);
            return value;
        });
        Computed<Integer> sum = computed(() -> left.get() + right.get());
        Effect<Integer> balance = effect(sum::get);
        Effect<String> pair = effect(() -> left.get() + "," + right.get());
        Effect<Integer> seen = effect(writing::get);

        source.set(2);
        source.set(3);
        assertThat(seen.take()).containsExactly(1, 2, 3);
        assertThat(pair.take()).containsExactly("1,-1", "2,-2", "3,-3");
        // Also when nobody depends on the writer, and it is just read.
        seen.stop();
        source.set(4);
        assertThat(pair.take()).isEmpty();
        assertThat(writing.get()).isEqualTo(4);
        assertThat(pair.take()).containsExactly("4,-4");
        assertThat(balance.take()).containsExactly(0);
    }

    @Test
    @Title(182)
    void whatIsWrittenBecauseOfABatchIsSeenAfterIt() {
        Var<Integer> source = Var.of(1);
        Var<Integer> target = Var.of(0);
        Computed<Integer> writing = computed(() -> {
            target.set(source.get() * 10);
            return source.get();
        });
        Effect<Integer> observer = effect(writing::get);
        Effect<Integer> seen = effect(target::get);
        assertThat(seen.take()).containsExactly(10);

        Step.batch(() -> {
            source.set(2);
            source.set(3);
            assertThat(target.get()).isEqualTo(10);
        });
        assertThat(target.get()).isEqualTo(30);
        assertThat(seen.take()).containsExactly(30);
        assertThat(observer.take()).containsExactly(1, 3);
        assertThat(writing.take()).isEqualTo(2);
    }

    @Test
    @Title(183)
    void whatNobodyReadsAnyMoreWritesNothing() {
        Var<Boolean> reading = Var.of(true);
        Var<Integer> source = Var.of(1);
        Var<Integer> target = Var.of(0);
        Computed<Integer> writing = computed(() -> {
            target.set(source.get() * 10);
            return source.get();
        });
        Effect<Integer> seen = effect(() -> reading.get() ? writing.get() : -1);
        source.set(2);
        assertThat(target.get()).isEqualTo(20);

        reading.set(false);
        source.set(3);
        assertThat(target.get()).isEqualTo(20);
        assertThat(seen.take()).containsExactly(1, 2, -1);
        assertThat(writing.take()).isEqualTo(2);
        Step.batch(() -> {
            source.set(4);
            reading.set(true);
        });
        assertThat(target.get()).isEqualTo(40);
        assertThat(seen.take()).containsExactly(4);
    }

    @Test
    @Title(184)
    void whatReadsAWriterMayWriteItself() {
        Var<Integer> source = Var.of(1);
        Var<String> innerTarget = Var.of("");
        Var<String> outerTarget = Var.of("");
        Computed<Integer> inner = computed(() -> {
            innerTarget.set("inner " + source.get());
            return source.get() + 1;
        });
        Computed<Integer> outer = computed(() -> {
            int value = inner.get();
            outerTarget.set("outer " + value);
            return value * 10;
        });
        Effect<Integer> seen = effect(outer::get);
        Effect<String> both = effect(() -> innerTarget.get() + ", " + outerTarget.get());

        source.set(2);
        assertThat(seen.take()).containsExactly(20, 30);
        assertThat(both.take()).containsExactly("inner 1, outer 2", "inner 2, outer 3");
        assertThat(inner.take()).isEqualTo(2);
        assertThat(outer.take()).isEqualTo(2);
    }

    @Test
    @Title(185)
    void whatWasWrittenBeforeAnErrorCounts() {
        Var<Integer> source = Var.of(1);
        Var<Integer> target = Var.of(0);
        Effect<Integer> seen = effect(target::get);
        Computed<Integer> writing = computed(() -> {
            target.set(source.get() * 10);
            throw new IllegalStateException("after writing");
        });
        assertThatThrownBy(writing::get).hasMessage("after writing");
        assertThat(target.get()).isEqualTo(10);

        source.set(2);
        assertThatThrownBy(writing::get).hasMessage("after writing");
        assertThat(target.get()).isEqualTo(20);
        assertThat(seen.take()).containsExactly(0, 10, 20);
        assertThat(writing.take()).isEqualTo(2);
        assertThat(takeErrors()).isEmpty();
    }

    @Test
    @Title(186)
    void anEffectSeesWhatWasWrittenOnTheWayToIt() {
        Var<Integer> source = Var.of(1);
        Var<String> channel = Var.of("none");
        Computed<Boolean> writing = computed(() -> {
            channel.set("for " + source.get());
            return source.get() > 0;
        });
        // The computed signal stays the same, so that the channel alone brings the news.
        Effect<String> seen = effect(() -> writing.get() + " " + channel.get());

        source.set(2);
        source.set(3);
        assertThat(seen.take()).containsExactly("true for 1", "true for 2", "true for 3");
        assertThat(writing.take()).isEqualTo(3);
    }

    @Test
    @Title(212)
    void whatAComputedSignalWritesDoesNotBlockWhatFollows() {
        Var<Integer> source = Var.of(0);
        Var<Integer> limit = Var.of(10);
        Computed<Integer> limited = computed(() -> {
            if (source.get() > limit.get()) {
                source.set(limit.get());
            }
            return source.get();
        });
        Effect<Integer> seen = effect(limited::get);
        Effect<Integer> direct = effect(source::get);

        source.set(20);
        assertThat(source.get()).isEqualTo(10);
        source.set(5);
        source.set(30);
        source.set(6);
        limit.set(4);
        source.set(3);
        assertThat(seen.take()).containsExactly(0, 10, 5, 10, 6, 4, 3);
        assertThat(direct.take()).containsExactly(0, 10, 5, 10, 6, 4, 3);
    }
}
