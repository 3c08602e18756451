package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Common functions of signals, lifted: what {@code React.S} has in {@code Bool}, {@code Int},
 * {@code Float}, {@code Pair}, {@code Option} and {@code Compare}, as far as it is worth a name.
 *
 * <p>None of them waits, so there is nothing to cancel. Signals must not be null. Thread rule: that
 * of the {@link Graph}.
 */
public final class Signals {

    private Signals() {}

    /* ---- Booleans ---- */

    /**
     * Whether a signal is false: {@code S.Bool.not}.
     *
     * @param signal the signal
     * @return the signal
     */
    public static Signal<Boolean> not(Signal<Boolean> signal) {
        return signal.map(value -> !value);
    }

    /**
     * Whether both signals are true: {@code S.Bool.( && )}.
     *
     * @param a one
     * @param b the other one
     * @return the signal
     */
    public static Signal<Boolean> and(Signal<Boolean> a, Signal<Boolean> b) {
        return Signal.lift(a, b, (x, y) -> x && y);
    }

    /**
     * Whether one of the signals is true: {@code S.Bool.( || )}.
     *
     * @param a one
     * @param b the other one
     * @return the signal
     */
    public static Signal<Boolean> or(Signal<Boolean> a, Signal<Boolean> b) {
        return Signal.lift(a, b, (x, y) -> x || y);
    }

    /**
     * Occurs when a signal changes, with whether it is true: {@code S.Bool.edge}.
     *
     * @param signal the signal
     * @return the event
     */
    public static Event<Boolean> edge(Signal<Boolean> signal) {
        return signal.changes();
    }

    /**
     * Occurs when a signal becomes true: {@code S.Bool.rise}.
     *
     * @param signal the signal
     * @return the event, always true
     */
    public static Event<Boolean> rise(Signal<Boolean> signal) {
        return signal.changes().filter(value -> value);
    }

    /**
     * Occurs when a signal becomes false: {@code S.Bool.fall}.
     *
     * @param signal the signal
     * @return the event, always false
     */
    public static Event<Boolean> fall(Signal<Boolean> signal) {
        return signal.changes().filter(value -> !value);
    }

    /* ---- Numbers ---- */

    /**
     * The sum of two signals: {@code S.Int.( + )}.
     *
     * @param a one
     * @param b the other one
     * @return the signal
     */
    public static Signal<Integer> sum(Signal<Integer> a, Signal<Integer> b) {
        return Signal.lift(a, b, Integer::sum);
    }

    /**
     * The sum of several signals; 0 if there are none.
     *
     * @param signals the signals
     * @return the signal
     */
    public static Signal<Integer> sum(List<? extends Signal<Integer>> signals) {
        return Signal.<Integer, Integer>merge(signals, 0, Integer::sum);
    }

    /**
     * The difference of two signals: {@code S.Int.( - )}.
     *
     * @param a what to subtract from
     * @param b what to subtract
     * @return the signal
     */
    public static Signal<Integer> difference(Signal<Integer> a, Signal<Integer> b) {
        return Signal.lift(a, b, (x, y) -> x - y);
    }

    /**
     * The product of two signals: {@code S.Int.( * )}.
     *
     * @param a one
     * @param b the other one
     * @return the signal
     */
    public static Signal<Integer> product(Signal<Integer> a, Signal<Integer> b) {
        return Signal.lift(a, b, (x, y) -> x * y);
    }

    /**
     * The quotient of two signals: {@code S.Int.( / )}. It has an {@link ArithmeticException} in
     * place of a value while the divisor is 0.
     *
     * @param a what to divide
     * @param b the divisor
     * @return the signal
     */
    public static Signal<Integer> quotient(Signal<Integer> a, Signal<Integer> b) {
        return Signal.lift(a, b, (x, y) -> x / y);
    }

    /* ---- Comparison ---- */

    /**
     * Whether two signals have equal values: {@code S.Compare.( = )}.
     *
     * @param a one
     * @param b the other one
     * @param <A> the type of the values
     * @return the signal
     */
    public static <A> Signal<Boolean> equal(Signal<A> a, Signal<A> b) {
        return Signal.lift(a, b, Object::equals);
    }

    /**
     * How the values of two signals compare: {@code S.Compare.compare}.
     *
     * @param a one
     * @param b the other one
     * @param <A> the type of the values
     * @return the signal: negative, zero or positive
     */
    public static <A extends Comparable<? super A>> Signal<Integer> compare(
            Signal<A> a, Signal<A> b) {
        return Signal.lift(a, b, (x, y) -> Integer.signum(x.compareTo(y)));
    }

    /**
     * The smaller one of the values of two signals: {@code S.Compare.min}.
     *
     * @param a one
     * @param b the other one
     * @param <A> the type of the values
     * @return the signal
     */
    public static <A extends Comparable<? super A>> Signal<A> min(Signal<A> a, Signal<A> b) {
        Comparator<A> order = Comparator.naturalOrder();
        return Signal.lift(a, b, (x, y) -> order.compare(x, y) <= 0 ? x : y);
    }

    /**
     * The greater one of the values of two signals: {@code S.Compare.max}.
     *
     * @param a one
     * @param b the other one
     * @param <A> the type of the values
     * @return the signal
     */
    public static <A extends Comparable<? super A>> Signal<A> max(Signal<A> a, Signal<A> b) {
        Comparator<A> order = Comparator.naturalOrder();
        return Signal.lift(a, b, (x, y) -> order.compare(x, y) >= 0 ? x : y);
    }

    /* ---- Pairs and options ---- */

    /**
     * The values of two signals at the same time.
     *
     * @param first that of the first one
     * @param second that of the second one
     * @param <A> the type of the first one
     * @param <B> the type of the second one
     */
    public record Pair<A extends @Nullable Object, B extends @Nullable Object>(A first, B second) {}

    /**
     * Both signals in one: {@code S.Pair.pair}.
     *
     * @param first the first one
     * @param second the second one
     * @param <A> the type of the first one
     * @param <B> the type of the second one
     * @return the signal
     */
    public static <A extends @Nullable Object, B extends @Nullable Object> Signal<Pair<A, B>> pair(
            Signal<A> first, Signal<B> second) {
        return Signal.lift(first, second, Pair::new);
    }

    /**
     * The value of an optional signal, and that of another one as long as there is none:
     * {@code S.Option.value ~default:(`Always s)}.
     *
     * @param signal the optional signal
     * @param otherwise the other one
     * @param <A> the type of the values
     * @return the signal
     */
    public static <A> Signal<A> present(Signal<Optional<A>> signal, Signal<A> otherwise) {
        return Signal.lift(signal, otherwise, Optional::orElse);
    }

    /**
     * The last value that was present, at first {@code initial}: {@code S.Option.value
     * ~default:(`Init s)}. It remembers.
     *
     * @param signal the optional signal
     * @param initial the value as long as there has been none
     * @param <A> the type of the values
     * @return the signal
     */
    public static <A> Signal<A> lastPresent(Signal<Optional<A>> signal, A initial) {
        requireNonNull(initial, "initial");
        return signal.filterMap(value -> value, initial);
    }
}
