package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;

/**
 * A variable: the write side of a {@link Signal}. {@code React.S.create}.
 *
 * <pre>{@code
 * Var<Integer> celsius = Var.of(20);
 * Signal<String> shown = celsius.signal().map(c -> c + " °C");
 * celsius.set(21);
 * }</pre>
 *
 * <p>Thread rule: that of its {@link Graph}; {@link #post} is for all.
 *
 * @param <A> the type of the values
 */
public final class Var<A extends @Nullable Object> {

    private final SignalNodes.Variable<A> node;

    private Var(SignalNodes.Variable<A> node) {
        this.node = node;
    }

    /**
     * Makes a variable: {@code S.create}. It belongs to the graph of the calling thread or loop.
     *
     * @param value the first value, may be null
     * @param <A> the type of the values
     * @return the variable
     */
    public static <A extends @Nullable Object> Var<A> of(A value) {
        return new Var<>(new SignalNodes.Variable<>(Graph.current(), value));
    }

    /**
     * Makes a variable that is not changed by values that are equal to its own: {@code S.create
     * ~eq}.
     *
     * @param value the first value, may be null
     * @param equality says whether two values, the old one first, are equal
     * @param <A> the type of the values
     * @return the variable
     */
    public static <A extends @Nullable Object> Var<A> of(
            A value, BiPredicate<? super A, ? super A> equality) {
        Var<A> variable = of(value);
        variable.node.setEquality(requireNonNull(equality, "equality"));
        return variable;
    }

    /**
     * The read side.
     *
     * @return the signal; always the same
     */
    public Signal<A> signal() {
        return node;
    }

    /**
     * The value; see {@link Signal#get}.
     *
     * @return the value
     */
    public A get() {
        return node.get();
    }

    /**
     * Changes the value, and runs a step in which all that depends on it follows. If it is equal to
     * the present one nothing happens.
     *
     * <p>Inside of a batch, an observer or an effect, the variable has the new value at once;
     * inside of the function of a node, when the running step is over. It takes part in the next
     * step.
     *
     * @param value the value
     * @throws GraphThreadException on another thread; see {@link #post}
     * @throws DivergenceException if the steps that follow from this one do not come to an end
     */
    public void set(A value) {
        node.set(value);
    }

    /**
     * Puts a value on a step that is to be executed: {@code set ~step}. The variable has the value
     * at once, what depends on it when the step is executed. If it is equal to the present one
     * nothing happens.
     *
     * @param step the step
     * @param value the value
     * @throws IllegalStateException if the step has been executed, or the variable is on a step
     *     already that has not been
     */
    public void set(Step step, A value) {
        node.set(requireNonNull(step, "step"), value);
    }

    /**
     * Changes the value by a function of the present one, as {@link #set} does.
     *
     * @param function makes the new value
     */
    public void update(UnaryOperator<A> function) {
        node.set(requireNonNull(function, "function").apply(node.latest()));
    }

    /**
     * Has the value set on the event loop of this variable, a little later. Any thread.
     *
     * @param value the value
     * @throws IllegalStateException if this variable was not made on an event loop
     * @throws java.util.concurrent.RejectedExecutionException if the loop is closed
     */
    public void post(A value) {
        requireNonNull(node.graph).post(() -> set(value));
    }

    /**
     * Names this variable and its signal, for messages and pictures.
     *
     * @param name the name
     * @return this
     */
    public Var<A> named(String name) {
        node.named(name);
        return this;
    }

    /** The name, or what kind of node this is. */
    @Override
    public String toString() {
        return node.toString();
    }
}
