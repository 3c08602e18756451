package io.lwt4j.react.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.react.Step;
import io.lwt4j.react.Var;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** Dynamic Dependencies. */
class DynamicDependenciesConformanceTest extends Conformance {

    @Test
    @Title(12)
    void onlyTheBranchThatIsReadCounts() {
        Var<Boolean> first = Var.of(true);
        Var<Integer> one = Var.of(1);
        Var<Integer> two = Var.of(2);
        Computed<Integer> chosen = computed(() -> first.get() ? one.get() : two.get());
        Effect<Integer> seen = effect(chosen::get);
        chosen.take();

        one.set(10);
        assertThat(chosen.take()).isEqualTo(1);
        two.set(20);
        assertThat(chosen.take()).isZero();
        assertThat(seen.take()).containsExactly(1, 10);
    }

    @Test
    @Title(13)
    void theBranchThatWasLeftCountsNoLonger() {
        Var<Boolean> first = Var.of(true);
        Var<Integer> one = Var.of(1);
        Var<Integer> two = Var.of(2);
        Computed<Integer> behindOne = computed(one::get);
        Computed<Integer> chosen = computed(() -> first.get() ? behindOne.get() : two.get());
        Effect<Integer> seen = effect(chosen::get);
        first.set(false);
        assertThat(seen.take()).containsExactly(1, 2);
        behindOne.take();
        chosen.take();

        one.set(10);
        assertThat(behindOne.take()).isZero();
        assertThat(chosen.take()).isZero();
        two.set(20);
        assertThat(seen.take()).containsExactly(20);
    }

    @Test
    @Title(14)
    void aNewInputIsBroughtUpToDateBeforeItIsRead() {
        Var<Integer> source = Var.of(0);
        Computed<Integer> other = computed(() -> source.get() * 10);
        assertThat(other.get()).isZero();
        // The first change is also the one that makes it read the other.
        Computed<Integer> reader =
                computed(() -> source.get() > 0 ? other.get() + source.get() : -1);
        Effect<Integer> seen = effect(reader::get);
        other.take();

        source.set(1);
        assertThat(seen.take()).containsExactly(-1, 11);
        assertThat(other.take()).isEqualTo(1);
        source.set(2);
        assertThat(seen.take()).containsExactly(22);
        assertThat(other.take()).isEqualTo(1);
        assertThat(reader.take()).isEqualTo(3);
    }

    @Test
    void twoSignalsMayTurnAroundWhichOfThemReadsTheOther() {
        Var<Boolean> turned = Var.of(false);
        Var<Integer> source = Var.of(1);
        AtomicReference<Computed<Integer>> second = new AtomicReference<>();
        Computed<Integer> first =
                computed(() -> turned.get() ? second.get().get() + 1 : source.get());
        second.set(computed(() -> turned.get() ? source.get() : first.get() + 1));
        Effect<String> seen = effect(() -> first.get() + "," + second.get().get());

        turned.set(true);
        source.set(5);
        turned.set(false);
        source.set(6);
        assertThat(seen.take()).containsExactly("1,2", "2,1", "6,5", "5,6", "6,7");
        assertThat(first.take()).isEqualTo(5);
        assertThat(second.get().take()).isEqualTo(5);
    }

    @Test
    @Title(16)
    void aBranchNobodyTakesIsNotComputed() {
        Var<Boolean> taken = Var.of(false);
        Var<Integer> source = Var.of(1);
        Computed<Integer> branch = computed(source::get);
        Computed<Integer> chosen = computed(() -> taken.get() ? branch.get() : 0);
        Effect<Integer> seen = effect(chosen::get);

        source.set(2);
        assertThat(branch.take()).isZero();
        taken.set(true);
        assertThat(branch.take()).isEqualTo(1);
        assertThat(seen.take()).containsExactly(0, 2);
    }

    @Test
    @Title(165)
    void letGoByOneASourceStillTellsItsSibling() {
        Var<Boolean> both = Var.of(true);
        Var<Integer> source = Var.of(1);
        Computed<Integer> leaving = computed(() -> both.get() ? source.get() : -1);
        Computed<Integer> staying = computed(() -> source.get() * 2);
        Effect<Integer> left = effect(leaving::get);
        Effect<Integer> stayed = effect(staying::get);

        both.set(false);
        leaving.take();
        source.set(2);
        assertThat(leaving.take()).isZero();
        assertThat(left.take()).containsExactly(1, -1);
        assertThat(stayed.take()).containsExactly(2, 4);
        assertThat(staying.take()).isEqualTo(2);
    }

    @Test
    @Title(166)
    void anInputThatWasLetGoCanBeTakenUpAgain() {
        Var<Boolean> reading = Var.of(true);
        Var<Integer> source = Var.of(1);
        Computed<Integer> between = computed(source::get);
        Effect<Integer> seen = effect(() -> reading.get() ? between.get() : -1);

        reading.set(false);
        source.set(2);
        reading.set(true);
        source.set(3);
        assertThat(seen.take()).containsExactly(1, -1, 2, 3);
        assertThat(between.take()).isEqualTo(3);
    }

    @Test
    @Title(193)
    void inputsAreLookedAtInOrderAndNotBehindTheBranch() {
        Var<Integer> source = Var.of(1);
        Computed<Boolean> safe = computed(() -> source.get() != 0);
        Computed<Integer> quotient = computed(() -> 100 / source.get());
        Effect<Integer> seen = effect(() -> safe.get() ? quotient.get() : -1);
        quotient.take();

        // The quotient would throw, but nobody is to ask for it.
        source.set(0);
        assertThat(quotient.take()).isZero();
        source.set(4);
        assertThat(seen.take()).containsExactly(100, -1, 25);
        assertThat(quotient.take()).isEqualTo(1);
        assertThat(safe.take()).isEqualTo(3);
    }

    @Test
    @Title(194)
    void aChainIsMarkedAnewForEachWriteUnderAnEffect() {
        Var<List<Integer>> items = Var.of(List.of());
        Computed<Integer> size = computed(() -> items.get().size());
        Computed<String> text = computed(() -> size.get() == 0 ? "none" : "some");
        Effect<String> seen = effect(text::get);

        items.set(List.of(1));
        items.set(List.of(2));
        items.set(List.of(3, 4));
        items.set(List.of());
        assertThat(seen.take()).containsExactly("none", "some", "none");
        assertThat(size.take()).isEqualTo(5);
        // Not for [2], of the same size.
        assertThat(text.take()).isEqualTo(4);
    }

    @Test
    @Title(195)
    void aChainIsMarkedAnewForEachWriteWhenReadByHand() {
        Var<List<Integer>> items = Var.of(List.of());
        Computed<Integer> size = computed(() -> items.get().size());
        Computed<String> text = computed(() -> size.get() == 0 ? "none" : "some");
        assertThat(text.get()).isEqualTo("none");

        items.set(List.of(1));
        assertThat(size.get()).isEqualTo(1);
        items.set(List.of(2));
        assertThat(text.get()).isEqualTo("some");
        items.set(List.of());
        assertThat(size.get()).isZero();
        assertThat(text.get()).isEqualTo("none");
        assertThat(size.take()).isEqualTo(4);
        assertThat(text.take()).isEqualTo(3);
    }

    @Test
    @Title(196)
    void aDiamondWhoseFirstSideStaysFollowsTheSecond() {
        Var<Integer> source = Var.of(1);
        Computed<Boolean> positive = computed(() -> source.get() > 0);
        Computed<Boolean> behind = computed(positive::get);
        Computed<Integer> value = computed(source::get);
        Effect<String> seen = effect(() -> behind.get() + " " + value.get());

        source.set(2);
        source.set(3);
        assertThat(seen.take()).containsExactly("true 1", "true 2", "true 3");
        assertThat(positive.take()).isEqualTo(3);
        assertThat(behind.take()).isEqualTo(1);
        assertThat(value.take()).isEqualTo(3);
    }

    @Test
    @Title(197)
    void equalValuesStopAChainForOneWriteAfterAnother() {
        Var<Integer> source = Var.of(0);
        Computed<Integer> tens = computed(() -> source.get() / 10);
        Computed<Boolean> any = computed(() -> tens.get() > 0);
        Effect<Boolean> seen = effect(any::get);

        for (int i = 1; i < 30; i++) {
            source.set(i);
        }
        assertThat(seen.take()).containsExactly(false, true);
        assertThat(tens.take()).isEqualTo(30);
        assertThat(any.take()).isEqualTo(3);
    }

    @Test
    @Title(198)
    void anEffectFindsTheInputsOfANewBranch() {
        Var<Integer> which = Var.of(0);
        List<Var<Integer>> sources = List.of(Var.of(10), Var.of(20), Var.of(30));
        Effect<Integer> seen = effect(() -> sources.get(which.get()).get());

        which.set(2);
        sources.get(2).set(31);
        which.set(1);
        sources.get(1).set(21);
        assertThat(seen.take()).containsExactly(10, 30, 31, 20, 21);
    }

    @Test
    @Title(199)
    void anEffectDoesNotRunForABranchItDoesNotTake() {
        Var<Boolean> left = Var.of(true);
        Var<Integer> one = Var.of(1);
        Var<Integer> two = Var.of(2);
        Effect<Integer> seen = effect(() -> left.get() ? one.get() : two.get());

        two.set(3);
        assertThat(seen.take()).containsExactly(1);
        left.set(false);
        one.set(9);
        assertThat(seen.take()).containsExactly(3);
    }

    @Test
    @Title(200)
    void eachEffectHasInputsOfItsOwn() {
        Var<Boolean> left = Var.of(true);
        Var<Integer> one = Var.of(1);
        Var<Integer> two = Var.of(2);
        Effect<Integer> straight = effect(() -> left.get() ? one.get() : two.get());
        Effect<Integer> crossed = effect(() -> left.get() ? two.get() : one.get());

        one.set(10);
        assertThat(straight.take()).containsExactly(1, 10);
        assertThat(crossed.take()).containsExactly(2);
        Step.batch(() -> {
            left.set(false);
            two.set(20);
        });
        assertThat(straight.take()).containsExactly(20);
        assertThat(crossed.take()).containsExactly(10);
        straight.stop();
        one.set(11);
        two.set(21);
        assertThat(straight.take()).isEmpty();
        assertThat(crossed.take()).containsExactly(11);
    }
}
