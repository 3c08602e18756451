package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

class SignalsTest extends GraphTest {

    @Test
    void numbersComparisonsAndPairs() {
        Var<Integer> a = Var.of(7);
        Var<Integer> b = Var.of(2);
        assertThat(values(a.signal(), b.signal()))
                .containsExactly(9, 11, 5, 14, 3, false, 1, 2, 7, new Signals.Pair<>(7, 2));
        b.set(7);
        assertThat(values(a.signal(), b.signal()))
                .containsExactly(14, 21, 0, 49, 1, true, 0, 7, 7, new Signals.Pair<>(7, 7));
        Signal<Integer> quotient = Signals.quotient(a.signal(), b.signal());
        b.set(0);
        assertThatThrownBy(quotient::get).isInstanceOf(ArithmeticException.class);
    }

    private static List<Object> values(Signal<Integer> a, Signal<Integer> b) {
        return List.of(
                Signals.sum(a, b).get(),
                Signals.sum(List.of(a, b, b)).get(),
                Signals.difference(a, b).get(),
                Signals.product(a, b).get(),
                Signals.quotient(a, b).get(),
                Signals.equal(a, b).get(),
                Signals.compare(a, b).get(),
                Signals.min(a, b).get(),
                Signals.max(a, b).get(),
                Signals.pair(a, b).get());
    }

    @Test
    void booleansFollowTheirInputs() {
        Var<Boolean> a = Var.of(true);
        Var<Boolean> b = Var.of(false);
        Signal<Boolean> not = Signals.not(a.signal());
        Signal<Boolean> and = Signals.and(a.signal(), b.signal());
        Signal<Boolean> or = Signals.or(a.signal(), b.signal());
        assertThat(List.of(not.get(), and.get(), or.get())).containsExactly(false, false, true);
        b.set(true);
        assertThat(List.of(not.get(), and.get(), or.get())).containsExactly(false, true, true);
        Step.batch(() -> {
            a.set(false);
            b.set(false);
        });
        assertThat(List.of(not.get(), and.get(), or.get())).containsExactly(true, false, false);
    }

    @Test
    void whatIsAbsentIsReplacedByAnotherSignalOrTheLastValue() {
        Var<Optional<Integer>> source = Var.of(Optional.empty());
        Var<Integer> otherwise = Var.of(1);
        Signal<Integer> now = Signals.present(source.signal(), otherwise.signal());
        Signal<Integer> last = Signals.lastPresent(source.signal(), 0);
        otherwise.set(2);
        assertThat(List.of(now.get(), last.get())).containsExactly(2, 0);
        source.set(Optional.of(5));
        assertThat(List.of(now.get(), last.get())).containsExactly(5, 5);
        source.set(Optional.empty());
        assertThat(List.of(now.get(), last.get())).containsExactly(2, 5);
    }
}
