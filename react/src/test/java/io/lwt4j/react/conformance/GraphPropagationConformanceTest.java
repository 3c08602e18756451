package io.lwt4j.react.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.react.Signal;
import io.lwt4j.react.Step;
import io.lwt4j.react.Var;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Graph Propagation. */
class GraphPropagationConformanceTest extends Conformance {

    @Test
    @Title(1)
    void theTipOfADiamondIsComputedOnce() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> left = computed(() -> source.get() + 1);
        Computed<Integer> right = computed(() -> source.get() * 10);
        Computed<String> tip = computed(() -> left.get() + "/" + right.get());
        Effect<String> seen = effect(tip::get);
        assertThat(seen.take()).containsExactly("2/10");
        tip.take();

        source.set(2);
        assertThat(seen.take()).containsExactly("3/20");
        assertThat(tip.take()).isEqualTo(1);
    }

    @Test
    @Title(2)
    void whatHangsOnADiamondIsComputedOnce() {
        Var<Integer> source = Var.of(1);
        Signal<Integer> left = Signal.computed(() -> source.get() + 1);
        Signal<Integer> right = Signal.computed(() -> source.get() * 10);
        Computed<Integer> tip = computed(() -> left.get() + right.get());
        Computed<String> tail = computed(() -> "=" + tip.get());
        Effect<String> seen = effect(tail::get);
        tip.take();
        tail.take();

        source.set(2);
        assertThat(seen.take()).containsExactly("=12", "=23");
        assertThat(tip.take()).isEqualTo(1);
        assertThat(tail.take()).isEqualTo(1);
    }

    @Test
    @Title(3)
    void sidesOfDifferentLengthAreBothAwaited() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> left = computed(() -> source.get() + 1);
        Computed<Integer> right = computed(() -> source.get() * 10);
        Computed<Integer> longer = computed(() -> right.get() + 1);
        Computed<Integer> tip = computed(() -> left.get() * 1000 + longer.get());
        Computed<Integer> firstTail = computed(() -> tip.get() + 1);
        Computed<Integer> secondTail = computed(() -> -tip.get());
        Effect<Integer> first = effect(firstTail::get);
        Effect<Integer> second = effect(secondTail::get);
        List<Computed<Integer>> all = List.of(left, right, longer, tip, firstTail, secondTail);
        assertThat(all).extracting(Computed::take).containsOnly(1);
        assertThat(first.take()).containsExactly(2012);
        assertThat(second.take()).containsExactly(-2011);

        source.set(2);
        assertThat(first.take()).containsExactly(3022);
        assertThat(second.take()).containsExactly(-3021);
        assertThat(all).extracting(Computed::take).containsOnly(1);
    }

    @Test
    @Title(5)
    void aPathBackToTheSourceMakesNoSecondUpdate() {
        Var<Integer> source = Var.of(2);
        Computed<Integer> less = computed(() -> source.get() - 1);
        Computed<Integer> both = computed(() -> source.get() + less.get());
        Computed<String> text = computed(() -> "sum " + both.get());
        Effect<String> seen = effect(text::get);
        assertThat(List.of(less, both, text)).extracting(Computed::take).containsOnly(1);

        source.set(4);
        assertThat(seen.take()).containsExactly("sum 3", "sum 7");
        assertThat(List.of(less, both, text)).extracting(Computed::take).containsOnly(1);
    }

    @Test
    @Title(6)
    void anInputThatStaysDoesNotHideOneThatChanges() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> changing = computed(source::get);
        Computed<Boolean> constant = computed(() -> source.get() > 0);
        Computed<String> join = computed(() -> constant.get() + ":" + changing.get());
        Effect<String> seen = effect(join::get);

        source.set(2);
        assertThat(seen.take()).containsExactly("true:1", "true:2");
        assertThat(List.of(changing, constant, join)).extracting(Computed::take).containsOnly(2);
    }

    @Test
    @Title(7)
    void nothingIsComputedBehindAComputedSignalThatStays() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> sign = computed(() -> Integer.signum(source.get()));
        Computed<String> behind = computed(() -> "sign " + sign.get());
        Effect<String> seen = effect(behind::get);

        source.set(2);
        source.set(3);
        assertThat(sign.take()).isEqualTo(3);
        assertThat(behind.take()).isEqualTo(1);
        assertThat(seen.take()).containsExactly("sign 1");

        source.set(-3);
        assertThat(behind.take()).isEqualTo(1);
        assertThat(seen.take()).containsExactly("sign -1");
    }

    @Test
    @Title(8)
    void inputsAreComputedBeforeWhatReadsThem() {
        Var<Integer> source = Var.of(1);
        Signal<Integer> first = Signal.computed(() -> noted("first", source.get()));
        Signal<Integer> second = Signal.computed(() -> noted("second", first.get() + source.get()));
        Signal<Integer> third =
                Signal.computed(() -> noted("third", second.get() + first.get() + source.get()));
        Effect<Integer> seen = effect(third::get);
        takeLog();

        source.set(2);
        assertThat(takeLog()).containsExactly("first", "second", "third");
        assertThat(seen.take()).containsExactly(4, 8);
    }

    private <A> A noted(String name, A value) {
        log.add(name);
        return value;
    }

    @Test
    @Title(9)
    void manyPathsOfTheSameLengthMeetInOneUpdate() {
        Var<Integer> source = Var.of(1);
        List<Computed<Integer>> paths = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int factor = i;
            paths.add(computed(() -> source.get() * factor));
        }
        Computed<Integer> sum = computed(() -> sum(paths));
        Effect<Integer> seen = effect(sum::get);
        sum.take();

        source.set(2);
        assertThat(seen.take()).containsExactly(66, 132);
        assertThat(sum.take()).isEqualTo(1);
        assertThat(paths).extracting(Computed::take).containsOnly(2);
    }

    private static int sum(List<Computed<Integer>> signals) {
        return signals.stream().mapToInt(Computed::get).sum();
    }

    @Test
    @Title(10)
    void aNumberOfPathsThatGrowsExponentiallyMeetsInOneUpdate() {
        Var<Integer> source = Var.of(1);
        List<Computed<Integer>> all = new ArrayList<>();
        List<Computed<Integer>> row = List.of(computed(source::get));
        for (int depth = 0; depth < 6; depth++) {
            List<Computed<Integer>> above = row;
            row = List.of(
                    computed(() -> sum(above)),
                    computed(() -> sum(above)),
                    computed(() -> sum(above)));
            all.addAll(row);
        }
        List<Computed<Integer>> last = row;
        Effect<Integer> seen = effect(() -> sum(last));
        assertThat(seen.take()).containsExactly(729);

        source.set(2);
        assertThat(seen.take()).containsExactly(1458);
        assertThat(all).extracting(Computed::take).containsOnly(2);
    }

    @Test
    @Title(116)
    void theOthersAreToldWhenOneIsStopped() {
        Var<Integer> source = Var.of(0);
        Effect<Integer> before = effect(source::get);
        Effect<Integer> stopped = effect(source::get);
        Effect<Integer> after = effect(source::get);

        source.set(1);
        stopped.stop();
        source.set(2);
        assertThat(before.take()).containsExactly(0, 1, 2);
        assertThat(stopped.take()).containsExactly(0, 1);
        assertThat(after.take()).containsExactly(0, 1, 2);
    }

    @Test
    @Title(157)
    void oneOfThreeInputsThatChangesIsEnough() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> first = computed(() -> source.get() * 0);
        Computed<Integer> second = computed(() -> source.get() * 0);
        Computed<Integer> third = computed(source::get);
        Computed<Integer> join = computed(() -> first.get() + second.get() + third.get());
        Effect<Integer> seen = effect(join::get);

        source.set(2);
        assertThat(seen.take()).containsExactly(1, 2);
        assertThat(List.of(first, second, third, join))
                .extracting(Computed::take)
                .containsOnly(2);
    }

    @Test
    @Title(187)
    void aComputedSignalIsIdleAfterItsEffectIsStopped() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> upper = computed(() -> source.get() + 1);
        Computed<Integer> lower = computed(() -> upper.get() + 1);
        Effect<Integer> seen = effect(lower::get);
        seen.stop();
        upper.take();
        lower.take();

        source.set(2);
        source.set(3);
        assertThat(upper.take()).isZero();
        assertThat(lower.take()).isZero();
        assertThat(seen.take()).containsExactly(3);
    }

    @Test
    @Title(188)
    void whatABatchMakesUnreachableIsNotComputed() {
        Var<Boolean> detailed = Var.of(true);
        Var<Integer> source = Var.of(1);
        Computed<Integer> detail = computed(() -> source.get() * 100);
        Computed<Integer> chosen = computed(() -> detailed.get() ? detail.get() : 0);
        Effect<Integer> seen = effect(chosen::get);
        detail.take();
        chosen.take();

        Step.batch(() -> {
            source.set(2);
            detailed.set(false);
        });
        assertThat(seen.take()).containsExactly(100, 0);
        assertThat(detail.take()).isZero();
        assertThat(chosen.take()).isEqualTo(1);
    }

    @Test
    @Title(189)
    void theOrderHoldsWhenSeveralSourcesChange() {
        Var<Integer> left = Var.of(1);
        Var<Integer> right = Var.of(2);
        Signal<Integer> sum = Signal.computed(() -> noted("sum", left.get() + right.get()));
        Signal<Integer> twice = Signal.computed(() -> noted("twice", sum.get() * 2));
        Signal<Integer> all = Signal.computed(
                () -> noted("all", twice.get() + left.get() + right.get() + sum.get()));
        Effect<Integer> seen = effect(all::get);
        takeLog();

        Step.batch(() -> {
            right.set(20);
            left.set(10);
        });
        assertThat(takeLog()).containsExactly("sum", "twice", "all");
        assertThat(seen.take()).containsExactly(12, 120);
    }

    @Test
    @Title(190)
    void whatWasReadBeforeTellsAnEffectThatComesLater() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> twice = computed(() -> source.get() * 2);
        assertThat(twice.get()).isEqualTo(2);

        Effect<Integer> seen = effect(twice::get);
        assertThat(twice.take()).isEqualTo(1);
        source.set(2);
        assertThat(seen.take()).containsExactly(2, 4);
        assertThat(twice.take()).isEqualTo(1);
    }

    @Test
    @Title(191)
    void anEffectThatComesAfterAChangeSeesIt() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> twice = computed(() -> source.get() * 2);
        assertThat(twice.get()).isEqualTo(2);
        source.set(5);

        Effect<Integer> seen = effect(twice::get);
        assertThat(seen.take()).containsExactly(10);
        assertThat(twice.take()).isEqualTo(2);
    }

    @Test
    @Title(192)
    void anEffectDoesNotRunWhenWhatItReadsStays() {
        Var<Integer> source = Var.of(1);
        Computed<Boolean> odd = computed(() -> source.get() % 2 == 1);
        Effect<Boolean> seen = effect(odd::get);

        source.set(3);
        assertThat(odd.take()).isEqualTo(2);
        assertThat(seen.take()).containsExactly(true);
        source.set(4);
        assertThat(seen.take()).containsExactly(false);
    }

    @Test
    @Title(204)
    void manySourcesFlowIntoOne() {
        List<Var<Integer>> sources = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sources.add(Var.of(i));
        }
        Computed<Integer> sum =
                computed(() -> sources.stream().mapToInt(Var::get).sum());
        Effect<Integer> seen = effect(sum::get);

        sources.get(7).set(107);
        sources.get(19).set(119);
        assertThat(seen.take()).containsExactly(190, 290, 390);
        Step.batch(() -> sources.forEach(source -> source.set(1)));
        assertThat(seen.take()).containsExactly(20);
        assertThat(sum.take()).isEqualTo(4);
    }

    @Test
    @Title(205)
    void twoSourcesCrossOnTheWayToOneEffect() {
        Var<Integer> left = Var.of(2);
        Var<Integer> right = Var.of(3);
        Computed<Integer> sum = computed(() -> left.get() + right.get());
        Computed<Integer> product = computed(() -> left.get() * right.get());
        Computed<String> both = computed(() -> sum.get() + "," + product.get());
        Effect<String> seen = effect(both::get);

        left.set(4);
        right.set(5);
        Step.batch(() -> {
            left.set(1);
            right.set(1);
        });
        assertThat(seen.take()).containsExactly("5,6", "7,12", "9,20", "2,1");
        assertThat(List.of(sum, product, both)).extracting(Computed::take).containsOnly(4);
    }

    @Test
    @Title(206)
    void diamondsOnDiamondsAreEachComputedOnce() {
        Var<Integer> source = Var.of(1);
        List<Computed<Integer>> all = new ArrayList<>();
        Computed<Integer> tip = computed(source::get);
        for (int i = 0; i < 10; i++) {
            Computed<Integer> top = tip;
            Computed<Integer> left = computed(() -> top.get() + 1);
            Computed<Integer> right = computed(() -> top.get() - 1);
            tip = computed(() -> left.get() + right.get());
            all.addAll(List.of(left, right, tip));
        }
        Effect<Integer> seen = effect(tip::get);

        source.set(3);
        assertThat(seen.take()).containsExactly(1024, 3072);
        assertThat(all).extracting(Computed::take).containsOnly(2);
    }

    @Test
    @Title(207)
    void everyEffectOfAWideFanRunsOnce() {
        Var<Integer> source = Var.of(0);
        Computed<Integer> shared = computed(source::get);
        List<Effect<Integer>> effects = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int added = i;
            effects.add(effect(() -> shared.get() + added));
        }

        source.set(1000);
        for (int i = 0; i < 100; i++) {
            assertThat(effects.get(i).take()).containsExactly(i, 1000 + i);
        }
        assertThat(shared.take()).isEqualTo(2);
    }

    @Test
    @Title(208)
    void aJoinOfAShortAndALongWayNeverSeesAMixture() {
        Var<Integer> source = Var.of(1);
        Computed<Integer> one = computed(source::get);
        Computed<Integer> two = computed(one::get);
        Computed<Integer> three = computed(two::get);
        Computed<Integer> near = computed(source::get);
        Computed<Integer> difference = computed(() -> near.get() - three.get());
        Computed<String> join = computed(() -> near.get() + ":" + three.get());
        Effect<Integer> equal = effect(difference::get);
        Effect<String> seen = effect(join::get);

        source.set(2);
        source.set(3);
        assertThat(equal.take()).containsExactly(0);
        assertThat(seen.take()).containsExactly("1:1", "2:2", "3:3");
        assertThat(List.of(one, two, three, near, difference))
                .extracting(Computed::take)
                .containsOnly(3);
        assertThat(join.take()).isEqualTo(3);
    }
}
