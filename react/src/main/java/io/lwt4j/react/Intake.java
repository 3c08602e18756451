package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import io.lwt4j.DropHandler;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.function.BiPredicate;

/**
 * Turns publishers into events and signals. What comes from a publisher takes effect on the event
 * loop, each element in a step of its own; but where several publishers of one intake have sent
 * something by the time the loop comes to it, one element of each makes one step. So nobody sees a
 * mixture of old and new where they had changed together.
 *
 * <pre>{@code
 * Intake intake = Intake.create();
 * Feed<Signal<Integer>> price = intake.toSignal(prices, 0);
 * Feed<Signal<Integer>> amount = intake.toSignal(amounts, 0);
 * Signal<Integer> total = Signal.lift(price.node(), amount.node(), (p, a) -> p * a);
 * }</pre>
 *
 * <p>Elements that come on the thread of the loop take effect at once, or, if a step is running, in
 * the next one. They must not be null. A publisher that ends, or fails, stops its event or signal
 * and resolves {@link Feed#done}; a signal keeps its last value. The current {@link Owner} stops
 * what is made here. As long as it is not stopped it is not collected.
 *
 * <p>What comes too late goes to the {@link DropHandler}: an element or an error after the end, or
 * after the subscription was cancelled. Without one, elements are dropped, and errors go to the
 * handler of the {@link Graph}.
 *
 * <p>Thread rule: that of the {@link Graph}, which has to be that of an event loop. Cancellation:
 * cancelling {@link Feed#done}, or stopping the event or signal, cancels the subscription, once,
 * and never after its end; so does closing the loop.
 */
public final class Intake {

    /** What signals have by themselves. */
    private static final BiPredicate<Object, Object> EQUALS = Objects::equals;

    private final Inlets inlets;

    /** How many elements are asked for ahead. */
    private final int window;

    private Intake(Inlets inlets, int window) {
        this.inlets = inlets;
        this.window = window;
    }

    /**
     * Makes an intake of the current graph. It asks for all elements at once, and its publishers
     * may send as fast as they can.
     *
     * @return the intake
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static Intake create() {
        EventLoop loop = OutletPublisher.currentLoop("an intake");
        Graph graph = Graph.current();
        graph.check();
        return new Intake(new Inlets(graph, loop), Integer.MAX_VALUE);
    }

    /**
     * The same intake, asking for one element at a time: for the next one after the step of the one
     * before.
     *
     * @return the intake; its publishers make steps together with those of this one
     */
    public Intake paced() {
        return paced(1);
    }

    /**
     * The same intake, asking for up to {@code window} elements ahead, and for more when the steps
     * of three quarters of them are over.
     *
     * @param window how many
     * @return the intake; its publishers make steps together with those of this one
     * @throws IllegalArgumentException if the window is not positive
     */
    public Intake paced(int window) {
        if (window <= 0) {
            throw new IllegalArgumentException("a window of " + window + " lets nothing in");
        }
        return new Intake(inlets, window);
    }

    /**
     * An event that occurs with each element. An element before anybody depends on the event is
     * nobody's.
     *
     * <ul>
     *   <li><b>Temperature:</b> the publisher is subscribed to at the call, once.
     *   <li><b>Empty:</b> an event that never occurs, and is stopped.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same throwable.
     *   <li><b>Cancellation:</b> as for all of this class.
     *   <li><b>Thread:</b> that of the {@link Graph}; the publisher may send on any thread.
     * </ul>
     *
     * @param publisher the publisher
     * @param <A> the type of the elements
     * @return the event, and the promise of the end
     */
    public <A> Feed<Event<A>> toEvent(Flow.Publisher<? extends A> publisher) {
        return toEvent(publisher, inlets.defaultDrop());
    }

    /**
     * An event that occurs with each element.
     *
     * <ul>
     *   <li><b>Temperature:</b> the publisher is subscribed to at the call, once.
     *   <li><b>Empty:</b> an event that never occurs, and is stopped.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same throwable.
     *   <li><b>Cancellation:</b> as for all of this class.
     *   <li><b>Thread:</b> that of the {@link Graph}; the publisher may send on any thread.
     * </ul>
     *
     * @param publisher the publisher
     * @param late takes what comes too late
     * @param <A> the type of the elements
     * @return the event, and the promise of the end
     */
    public <A> Feed<Event<A>> toEvent(
            Flow.Publisher<? extends A> publisher, DropHandler<? super A> late) {
        inlets.graph.check();
        EventNodes.Primitive<A> event = new EventNodes.Primitive<>(inlets.graph);
        Inlet.ToEvent<A> inlet = new Inlet.ToEvent<>(inlets, window, late, event);
        return new Feed<>(event, inlet.follow(requireNonNull(publisher, "publisher")));
    }

    /**
     * A signal that has the last element. Elements that are equal to the one before are no change.
     *
     * <ul>
     *   <li><b>Temperature:</b> the publisher is subscribed to at the call, once.
     *   <li><b>Empty:</b> a signal that keeps its first value.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same throwable.
     *   <li><b>Cancellation:</b> as for all of this class.
     *   <li><b>Thread:</b> that of the {@link Graph}; the publisher may send on any thread.
     * </ul>
     *
     * @param publisher the publisher
     * @param initial the value before the first element
     * @param <A> the type of the elements
     * @return the signal, and the promise of the end
     */
    public <A> Feed<Signal<A>> toSignal(Flow.Publisher<? extends A> publisher, A initial) {
        return toSignal(publisher, initial, EQUALS, inlets.defaultDrop());
    }

    /**
     * A signal that has the last element, with an equality of its own.
     *
     * <ul>
     *   <li><b>Temperature:</b> the publisher is subscribed to at the call, once.
     *   <li><b>Empty:</b> a signal that keeps its first value.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same throwable.
     *   <li><b>Cancellation:</b> as for all of this class.
     *   <li><b>Thread:</b> that of the {@link Graph}; the publisher may send on any thread.
     * </ul>
     *
     * @param publisher the publisher
     * @param initial the value before the first element
     * @param equality says whether two values, the old one first, are equal
     * @param <A> the type of the elements
     * @return the signal, and the promise of the end
     */
    public <A> Feed<Signal<A>> toSignal(
            Flow.Publisher<? extends A> publisher,
            A initial,
            BiPredicate<? super A, ? super A> equality) {
        return toSignal(publisher, initial, equality, inlets.defaultDrop());
    }

    /**
     * A signal that has the last element, with an equality of its own.
     *
     * <ul>
     *   <li><b>Temperature:</b> the publisher is subscribed to at the call, once.
     *   <li><b>Empty:</b> a signal that keeps its first value.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same throwable.
     *   <li><b>Cancellation:</b> as for all of this class.
     *   <li><b>Thread:</b> that of the {@link Graph}; the publisher may send on any thread.
     * </ul>
     *
     * @param publisher the publisher
     * @param initial the value before the first element
     * @param equality says whether two values, the old one first, are equal
     * @param late takes what comes too late
     * @param <A> the type of the elements
     * @return the signal, and the promise of the end
     */
    public <A> Feed<Signal<A>> toSignal(
            Flow.Publisher<? extends A> publisher,
            A initial,
            BiPredicate<? super A, ? super A> equality,
            DropHandler<? super A> late) {
        requireNonNull(initial, "initial");
        Inlet.ToSignal<A> inlet = inlet(initial, equality, late);
        return new Feed<>(inlet.signal, inlet.follow(requireNonNull(publisher, "publisher")));
    }

    /**
     * A signal that has the last element, from the first one on.
     *
     * <ul>
     *   <li><b>Temperature:</b> the publisher is subscribed to at the call, once.
     *   <li><b>Empty:</b> a {@link java.util.NoSuchElementException}.
     *   <li><b>Errors:</b> the promise, or later {@link Feed#done}, is rejected with the very same
     *       throwable.
     *   <li><b>Cancellation:</b> as for all of this class.
     *   <li><b>Thread:</b> that of the {@link Graph}; the publisher may send on any thread.
     * </ul>
     *
     * @param publisher the publisher
     * @param <A> the type of the elements
     * @return a promise of the signal, fulfilled with the first element; rejected with the error of
     *     the publisher, or with a {@link java.util.NoSuchElementException}, if there is none.
     *     Cancelling it cancels the subscription
     */
    public <A> Promise<Feed<Signal<A>>> toSignal(Flow.Publisher<? extends A> publisher) {
        return toSignal(publisher, EQUALS, inlets.defaultDrop());
    }

    /**
     * A signal that has the last element, from the first one on, with an equality of its own.
     *
     * <ul>
     *   <li><b>Temperature:</b> the publisher is subscribed to at the call, once.
     *   <li><b>Empty:</b> a {@link java.util.NoSuchElementException}.
     *   <li><b>Errors:</b> the promise, or later {@link Feed#done}, is rejected with the very same
     *       throwable.
     *   <li><b>Cancellation:</b> as for all of this class.
     *   <li><b>Thread:</b> that of the {@link Graph}; the publisher may send on any thread.
     * </ul>
     *
     * @param publisher the publisher
     * @param equality says whether two values, the old one first, are equal
     * @param late takes what comes too late
     * @param <A> the type of the elements
     * @return a promise of the signal, as above
     */
    public <A> Promise<Feed<Signal<A>>> toSignal(
            Flow.Publisher<? extends A> publisher,
            BiPredicate<? super A, ? super A> equality,
            DropHandler<? super A> late) {
        Inlet.ToSignal<A> inlet = inlet(null, equality, late);
        Promise<Feed<Signal<A>>> first = inlet.first();
        inlet.begin(requireNonNull(publisher, "publisher"));
        return first;
    }

    private <A> Inlet.ToSignal<A> inlet(
            @Nullable A initial,
            BiPredicate<? super A, ? super A> equality,
            DropHandler<? super A> late) {
        inlets.graph.check();
        requireNonNull(equality, "equality");
        SignalNodes.Variable<A> variable =
                new SignalNodes.Variable<>(inlets.graph, Node.<A>cast(initial));
        if (!EQUALS.equals(equality)) {
            variable.setEquality(equality);
        }
        return new Inlet.ToSignal<>(inlets, window, late, variable);
    }
}
