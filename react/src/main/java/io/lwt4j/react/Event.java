package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Something that occurs now and then, with a value: {@code React.event}. It is written to through
 * an {@link EventEmitter}.
 *
 * <p>Events occur in steps. What is made of an event occurs in the same step; two events are
 * simultaneous if they occur in the same one. Within a step each function is called at most once,
 * after all that it depends on is known.
 *
 * <p>An event that remembers nothing, such as that of {@link #map}, does nothing as long as nobody
 * depends on it, and can be collected. One that remembers, such as that of {@link #fold}, goes on
 * from when it is made until it is stopped, or its {@link Owner} is closed; it says so below.
 *
 * <p>If a function throws, the event occurs with that error in place of a value: what depends on it
 * does, too, without calling its functions; observers hear of it through {@code onError}, or else
 * the handler of the {@link Graph} does. Other events and signals are not affected, and nothing is
 * stopped.
 *
 * <p>Nothing in here waits, so there is nothing to cancel; operators with promises are in
 * {@link AsyncEvents}. Thread rule: that of the {@link Graph}; elsewhere methods that use it throw
 * {@link GraphThreadException}. Functions must not be null and must not return null where an event,
 * a signal or an {@code Optional} is expected; occurrences may be null.
 *
 * @param <A> the type of the occurrences
 */
public abstract non-sealed class Event<A extends @Nullable Object> extends Node
        implements Reactive {

    Event(@Nullable Graph graph, int flags) {
        super(graph, EVENT | flags);
    }

    /** Occurs in this step. */
    final boolean occur(@Nullable Object occurrence) {
        Graph here = requireNonNull(graph);
        value = occurrence;
        changed = here.now;
        here.addOccurred(this);
        return true;
    }

    @Override
    final boolean fail(Throwable cause) {
        return occur(requireNonNull(graph).failure(cause));
    }

    final boolean occurs() {
        return occurs(this);
    }

    /* ---- Basics ---- */

    /**
     * An event that never occurs: {@code E.never}. What is made of it is the same.
     *
     * @param <A> the type of the occurrences there are none of
     * @return the event
     */
    public static <A extends @Nullable Object> Event<A> never() {
        return cast(EventNodes.Never.INSTANCE);
    }

    /**
     * Calls {@code action} with each occurrence, at the end of its step. Errors go to the handler
     * of the graph.
     *
     * @param action what to do; it may write, and read any signal
     * @return a handle to end it
     */
    public final Observation observe(Consumer<? super A> action) {
        return observation(requireNonNull(action, "action"), null);
    }

    /**
     * Calls {@code action} with each occurrence, at the end of its step, and {@code onError} if it
     * occurs with an error.
     *
     * @param action what to do; it may write, and read any signal
     * @param onError called with what a function has thrown
     * @return a handle to end it
     */
    public final Observation observe(
            Consumer<? super A> action, Consumer<? super Throwable> onError) {
        return observation(requireNonNull(action, "action"), requireNonNull(onError, "onError"));
    }

    private Observation observation(
            Consumer<? super A> action, @Nullable Consumer<? super Throwable> onError) {
        Graph here = graph;
        return here == null
                ? Observer.ofNothing()
                : begin(new Observer<>(here, this, action, onError));
    }

    /**
     * Makes a publisher of the occurrences of this event, for any number of subscribers; what one
     * of them does not get is dropped. See {@link #asPublisher(Overflow, Consumer)}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; a subscription observes this event from then on.
     *   <li><b>Empty:</b> when this event is stopped the subscriber completes.
     *   <li><b>Errors:</b> an occurrence with an error ends the subscription.
     *   <li><b>Cancellation:</b> cancelling the subscription ends its observation.
     *   <li><b>Thread:</b> that of the {@link Graph}, which has to be that of an event loop.
     * </ul>
     *
     * @param overflow what becomes of occurrences that a subscriber has not asked for
     * @return the publisher
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public final Flow.Publisher<A> asPublisher(Overflow overflow) {
        return publisher(requireNonNull(overflow, "overflow"), null);
    }

    /**
     * Makes a publisher of the occurrences of this event, for any number of subscribers. Each of
     * them is told of an occurrence after the step, in the same turn of the loop, when no other
     * step and no batch is running, in the order of the occurrences; the subscriber may do
     * anything, such as send.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; a subscription observes this event from then on, and hears
     *       nothing of what was before.
     *   <li><b>Empty:</b> when this event is stopped the subscriber gets what is kept for it, and
     *       completes; {@link #never} is stopped from the beginning. An event that is only made of
     *       stopped ones is not stopped. An occurrence of null is no element: it ends the
     *       subscription with a {@link NullPointerException}.
     *   <li><b>Errors:</b> an occurrence with an error ends the subscription, after what was before
     *       it, with the very same throwable. So does, at once, an occurrence for which there is no
     *       room, if that is the strategy, with an {@link OverflowException}.
     *   <li><b>Cancellation:</b> cancelling the subscription ends its observation and nothing else;
     *       other subscribers are not disturbed. What is kept is dropped.
     *   <li><b>Thread:</b> that of the {@link Graph}, which is where every signal is sent, and
     *       which has to be that of an event loop. The publisher and its subscriptions may be used
     *       on any thread. If the loop is closed before the end, the subscriber gets a
     *       {@link java.util.concurrent.RejectedExecutionException}.
     * </ul>
     *
     * @param overflow what becomes of occurrences that a subscriber has not asked for
     * @param dropped called, on the loop, with each occurrence that a subscriber has observed and
     *     will not get: for want of room, or because its subscription has ended
     * @return the publisher
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public final Flow.Publisher<A> asPublisher(Overflow overflow, Consumer<? super A> dropped) {
        return publisher(requireNonNull(overflow, "overflow"), requireNonNull(dropped, "dropped"));
    }

    private Flow.Publisher<A> publisher(Overflow overflow, @Nullable Consumer<? super A> dropped) {
        return OutletPublisher.of(
                this,
                (home, loop, subscriber) ->
                        new EventOutlet<>(this, home, loop, subscriber, overflow, dropped));
    }

    /**
     * Lets nothing happen here any more: {@code E.stop}. What depends on this is not told of it,
     * and goes on as with {@link #never}. If this occurs in the running step, it still does.
     */
    public final void stop() {
        if (graph != null) {
            graph.stop(this, false);
        }
    }

    /**
     * Stops this, and the events and signals it is made of that nobody else depends on, but no
     * primitive ones: {@code E.stop ~strong:true}.
     */
    public final void stopStrongly() {
        if (graph != null) {
            graph.stop(this, true);
        }
    }

    /**
     * Keeps this going also while nobody depends on it: {@code Lwt_react.E.keep}. The current
     * {@link Owner}, or {@link #stop}, ends that.
     *
     * @return this
     */
    public final Event<A> keep() {
        if (graph != null) {
            graph.adopt(this);
            graph.keep(this);
        }
        return this;
    }

    /**
     * Keeps an object from being collected as long as this is not: {@code E.retain}. Nothing is
     * done with it.
     *
     * @param object the object
     * @return the one before, or null
     * @throws IllegalArgumentException if this never occurs
     */
    public final @Nullable Object retain(Object object) {
        return retainObject(object);
    }

    /**
     * Names this, for messages and pictures.
     *
     * @param name the name
     * @return this
     */
    public final Event<A> named(String name) {
        name(name);
        return this;
    }

    /**
     * The same event, for which something is started whenever it is first depended upon and ended
     * when it is not any more.
     *
     * @param start starts it, and returns what ends it; called after the step in which somebody
     *     comes to depend on the event
     * @return the event
     */
    public final Event<A> whileWatched(Supplier<? extends Runnable> start) {
        requireNonNull(start, "start");
        return isConstant() ? this : new EventNodes.Watched<>(this, new Watch(start));
    }

    /**
     * The same event, calling {@code action} with each occurrence before whatever depends on it:
     * {@code E.trace}. It is for looking at what happens, not for writing: see {@link #observe}.
     *
     * @param action what to do
     * @return the event
     */
    public final Event<A> trace(Consumer<? super A> action) {
        requireNonNull(action, "action");
        return map(occurrence -> {
            action.accept(occurrence);
            return occurrence;
        });
    }

    /**
     * The same event, calling {@code action} with each occurrence while {@code condition} is true:
     * {@code E.trace ~iff}.
     *
     * @param condition whether to call it
     * @param action what to do
     * @return the event
     */
    public final Event<A> trace(Signal<Boolean> condition, Consumer<? super A> action) {
        requireNonNull(action, "action");
        return sample(condition, (occurrence, on) -> {
            if (on) {
                action.accept(occurrence);
            }
            return occurrence;
        });
    }

    /* ---- Transforming and filtering ---- */

    /**
     * What {@code function} makes of each occurrence: {@code E.map}.
     *
     * @param function the function
     * @param <B> the type of its results
     * @return the event
     */
    public final <B extends @Nullable Object> Event<B> map(
            Function<? super A, ? extends B> function) {
        requireNonNull(function, "function");
        return isConstant() ? never() : new EventNodes.Map<>(this, function);
    }

    /**
     * The same value for each occurrence: {@code E.stamp}.
     *
     * @param value the value
     * @param <B> its type
     * @return the event
     */
    public final <B extends @Nullable Object> Event<B> as(B value) {
        return map(occurrence -> value);
    }

    /**
     * The occurrences that {@code predicate} accepts: {@code E.filter}.
     *
     * @param predicate the predicate
     * @return the event
     */
    public final Event<A> filter(Predicate<? super A> predicate) {
        requireNonNull(predicate, "predicate");
        return isConstant() ? never() : new EventNodes.Filter<>(this, predicate);
    }

    /**
     * What {@code function} makes of the occurrences, where that is present: {@code E.fmap}.
     *
     * @param function the function
     * @param <B> the type of its results
     * @return the event
     */
    public final <B> Event<B> filterMap(Function<? super A, Optional<B>> function) {
        requireNonNull(function, "function");
        return isConstant() ? never() : new EventNodes.FilterMap<>(this, function);
    }

    /**
     * The values that are present: {@code E.Option.value}.
     *
     * @param event the event
     * @param <B> the type of the values
     * @return the event
     */
    public static <B> Event<B> present(Event<Optional<B>> event) {
        return event.filterMap(occurrence -> occurrence);
    }

    /**
     * The values that are present, and where there is none that of a signal: {@code E.Option.value
     * ~default}.
     *
     * @param event the event
     * @param otherwise the signal
     * @param <B> the type of the values
     * @return the event
     */
    public static <B> Event<B> present(Event<Optional<B>> event, Signal<? extends B> otherwise) {
        return event.sample(otherwise, Optional::orElse);
    }

    /**
     * The next occurrence only: {@code E.once}. It remembers; after that it is stopped.
     *
     * @return the event
     */
    public final Event<A> once() {
        return isConstant() ? this : begin(new EventNodes.Once<>(this));
    }

    /**
     * All occurrences but the next: {@code E.drop_once}. It remembers.
     *
     * @return the event
     */
    public final Event<A> dropOnce() {
        return isConstant() ? this : begin(new EventNodes.DropOnce<>(this));
    }

    /**
     * What {@code function} makes of each occurrence but the first and the one before it:
     * {@code E.diff}. It remembers.
     *
     * @param function takes the new one first
     * @param <B> the type of its results
     * @return the event
     */
    public final <B extends @Nullable Object> Event<B> diff(
            BiFunction<? super A, ? super A, ? extends B> function) {
        requireNonNull(function, "function");
        return isConstant() ? never() : begin(new EventNodes.Diff<>(this, function));
    }

    /**
     * The occurrences that are not equal to the one before: {@code E.changes}. It remembers.
     *
     * @return the event
     */
    public final Event<A> changes() {
        return changes(Objects::equals);
    }

    /**
     * The occurrences that are not equal to the one before: {@code E.changes ~eq}. It remembers.
     *
     * @param equality says whether two occurrences, the new one first, are equal
     * @return the event
     */
    public final Event<A> changes(BiPredicate<? super A, ? super A> equality) {
        requireNonNull(equality, "equality");
        return isConstant() ? this : begin(new EventNodes.Changes<>(this, equality));
    }

    /**
     * The occurrences while a signal is true; that the signal changes is no occurrence:
     * {@code E.on}.
     *
     * @param condition the signal
     * @return the event
     */
    public final Event<A> on(Signal<Boolean> condition) {
        if (isConstant()) {
            return this;
        }
        if (condition.isConstant()) {
            return condition.peek() ? this : never();
        }
        return sampled(
                condition,
                (occurrence, on) -> Boolean.TRUE.equals(on) ? occurrence : EventNodes.Sample.NONE);
    }

    /**
     * The occurrences in steps in which another event does not occur: {@code E.dismiss}.
     *
     * @param dismissing the other event
     * @return the event
     */
    public final Event<A> dismiss(Event<?> dismissing) {
        return isConstant() || dismissing.isConstant()
                ? this
                : new EventNodes.Dismiss<>(common(dismissing), dismissing, this);
    }

    /**
     * The occurrences before the step in which another event occurs: {@code E.until}. It remembers;
     * after that it is stopped.
     *
     * @param end the other event
     * @return the event
     */
    public final Event<A> until(Event<?> end) {
        return isConstant() || end.isConstant()
                ? this
                : begin(new EventNodes.Until<>(common(end), end, this));
    }

    private Graph common(Node other) {
        return requireNonNull(Graph.common(graph, other));
    }

    /* ---- Accumulating ---- */

    /**
     * What {@code function} makes of its last result, at first {@code initial}, and each
     * occurrence: {@code E.fold}. It remembers.
     *
     * @param initial the value before the first occurrence
     * @param function makes the next value
     * @param <S> the type of the values
     * @return the event
     */
    public final <S extends @Nullable Object> Event<S> fold(
            S initial, BiFunction<? super S, ? super A, ? extends S> function) {
        requireNonNull(function, "function");
        return isConstant() ? never() : begin(new EventNodes.Fold<>(this, initial, function));
    }

    /**
     * What the functions that occur make one after the other of {@code initial}: {@code E.accum}.
     * It remembers.
     *
     * @param functions the event of functions
     * @param initial the value before the first occurrence
     * @param <S> the type of the values
     * @return the event
     */
    public static <S extends @Nullable Object> Event<S> accumulate(
            Event<? extends Function<? super S, ? extends S>> functions, S initial) {
        return functions.fold(initial, (state, function) -> function.apply(state));
    }

    /**
     * The last occurrence, at first {@code initial}: {@code S.hold}. It remembers.
     *
     * @param initial the value before the first occurrence
     * @return the signal
     */
    public final Signal<A> hold(A initial) {
        return foldSignal(initial, (state, occurrence) -> occurrence);
    }

    /**
     * The last occurrence, at first {@code initial}: {@code S.hold ~eq}. It remembers.
     *
     * @param initial the value before the first occurrence
     * @param equality says whether two values, the old one first, are equal
     * @return the signal
     */
    public final Signal<A> hold(A initial, BiPredicate<? super A, ? super A> equality) {
        return foldSignal(initial, (state, occurrence) -> occurrence, equality);
    }

    /**
     * What {@code function} makes of the last value, at first {@code initial}, and each occurrence,
     * as a signal: {@code S.fold}. It remembers.
     *
     * @param initial the value before the first occurrence
     * @param function makes the next value
     * @param <S> the type of the values
     * @return the signal
     */
    public final <S extends @Nullable Object> Signal<S> foldSignal(
            S initial, BiFunction<? super S, ? super A, ? extends S> function) {
        requireNonNull(function, "function");
        return isConstant()
                ? Signal.of(initial)
                : begin(new SignalNodes.Fold<>(this, initial, function));
    }

    /**
     * What {@code function} makes of the last value, at first {@code initial}, and each occurrence,
     * as a signal: {@code S.fold ~eq}. It remembers.
     *
     * @param initial the value before the first occurrence
     * @param function makes the next value
     * @param equality says whether two values, the old one first, are equal
     * @param <S> the type of the values
     * @return the signal
     */
    public final <S extends @Nullable Object> Signal<S> foldSignal(
            S initial,
            BiFunction<? super S, ? super A, ? extends S> function,
            BiPredicate<? super S, ? super S> equality) {
        requireNonNull(function, "function");
        requireNonNull(equality, "equality");
        return isConstant()
                ? Signal.of(initial)
                : begin(new SignalNodes.Fold<>(this, initial, function).setEquality(equality));
    }

    /**
     * A boolean that changes with each occurrence: {@code S.Bool.flip}. It remembers.
     *
     * @param initial the value before the first occurrence
     * @return the signal
     */
    public final Signal<Boolean> flip(boolean initial) {
        return foldSignal(initial, (state, occurrence) -> !state);
    }

    /* ---- Combining ---- */

    /**
     * What {@code function} makes of each occurrence and the value of a signal in that step:
     * {@code S.sample}. That the signal changes is no occurrence.
     *
     * @param signal the signal
     * @param function takes the occurrence first
     * @param <B> the type of the values of the signal
     * @param <C> the type of the results
     * @return the event
     */
    public final <B extends @Nullable Object, C extends @Nullable Object> Event<C> sample(
            Signal<B> signal, BiFunction<? super A, ? super B, ? extends C> function) {
        requireNonNull(function, "function");
        if (isConstant()) {
            return never();
        }
        if (signal.isConstant()) {
            return map(occurrence -> function.apply(occurrence, signal.peek()));
        }
        return sampled(
                signal, (occurrence, value) -> function.apply(cast(occurrence), cast(value)));
    }

    private <C extends @Nullable Object> Event<C> sampled(
            Signal<?> signal,
            BiFunction<@Nullable Object, @Nullable Object, @Nullable Object> function) {
        return new EventNodes.Sample<>(common(signal), this, signal, function);
    }

    /**
     * The results of functions that occur at the same time as their arguments: {@code E.app}.
     *
     * @param functions the event of functions
     * @param arguments the event of arguments
     * @param <A> the type of the arguments
     * @param <B> the type of the results
     * @return the event
     */
    public static <A extends @Nullable Object, B extends @Nullable Object> Event<B> apply(
            Event<? extends Function<? super A, ? extends B>> functions, Event<A> arguments) {
        return lift(List.of(functions, arguments), nodes -> {
            Function<? super A, ? extends B> function = cast(nodes[0].value);
            return function.apply(cast(nodes[1].value));
        });
    }

    /**
     * The occurrence of the first event in the list that occurs; those of others are lost:
     * {@code E.select}.
     *
     * @param events the events
     * @param <A> the type of the occurrences
     * @return the event
     */
    public static <A extends @Nullable Object> Event<A> select(
            List<? extends Event<? extends A>> events) {
        Graph graph = Graph.of(events);
        return graph == null ? never() : new EventNodes.Select<>(graph, events);
    }

    /**
     * In each step in which any of the events occur, what {@code function} makes of {@code initial}
     * and their occurrences, in the order of the list: {@code E.merge}.
     *
     * @param events the events
     * @param initial what to begin with
     * @param function takes what it has made so far first
     * @param <A> the type of the occurrences
     * @param <S> the type of the results
     * @return the event
     */
    public static <A extends @Nullable Object, S extends @Nullable Object> Event<S> merge(
            List<? extends Event<? extends A>> events,
            S initial,
            BiFunction<? super S, ? super A, ? extends S> function) {
        requireNonNull(function, "function");
        Graph graph = Graph.of(events);
        return graph == null
                ? never()
                : new EventNodes.Merge<A, S>(graph, events, initial, function);
    }

    /**
     * The occurrences of {@code initial}, and from the step on in which {@code events} occurs,
     * those of the event that is its last occurrence: {@code E.switch}. It remembers.
     *
     * @param initial the event to follow at first
     * @param events the events to follow then
     * @param <A> the type of the occurrences
     * @return the event
     */
    public static <A extends @Nullable Object> Event<A> switchOn(
            Event<A> initial, Event<? extends Event<? extends A>> events) {
        return events.isConstant()
                ? initial
                : begin(new EventNodes.Switch<>(initial.common(events), initial, events));
    }

    /**
     * An event that depends on itself: {@code E.fix}. What {@code function} gets occurs as what it
     * returns does, but in a step of its own, right after that.
     *
     * @param function makes the event of a delayed one
     * @param <A> the type of the occurrences
     * @return what the function returns
     * @throws IllegalArgumentException if that is the delayed event itself
     */
    public static <A extends @Nullable Object> Event<A> fix(
            Function<? super Event<A>, ? extends Event<A>> function) {
        Graph here = Graph.current();
        EventNodes.Delayed<A> delayed = new EventNodes.Delayed<>(here);
        Event<A> event = requireNonNull(function.apply(delayed), "the event of fix is null");
        if (event == delayed) {
            throw new IllegalArgumentException("the delayed event of fix must not be its result");
        }
        if (!event.isConstant()) {
            begin(new Fixpoint(here, event, delayed));
        }
        return event;
    }

    /**
     * What a function makes of the occurrences of two events, in steps in which all of them occur:
     * {@code E.l2}.
     *
     * @param a one
     * @param b one
     * @param function the function
     * @param <A> a type of values
     * @param <B> a type of values
     * @param <R> the type of the result
     * @return the event
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    R extends @Nullable Object>
            Event<R> lift(
                    Event<A> a,
                    Event<B> b,
                    BiFunction<? super A, ? super B, ? extends R> function) {
        requireNonNull(function, "function");
        return lift(
                List.of(a, b),
                nodes -> function.apply(Node.cast(nodes[0].value), Node.cast(nodes[1].value)));
    }

    /**
     * What a function makes of the occurrences of three events, in steps in which all of them
     * occur: {@code E.l3}.
     *
     * @param a one
     * @param b one
     * @param c one
     * @param function the function
     * @param <A> a type of values
     * @param <B> a type of values
     * @param <C> a type of values
     * @param <R> the type of the result
     * @return the event
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    R extends @Nullable Object>
            Event<R> lift(
                    Event<A> a,
                    Event<B> b,
                    Event<C> c,
                    Function3<? super A, ? super B, ? super C, ? extends R> function) {
        requireNonNull(function, "function");
        return lift(
                List.of(a, b, c),
                nodes -> function.apply(
                        Node.cast(nodes[0].value),
                        Node.cast(nodes[1].value),
                        Node.cast(nodes[2].value)));
    }

    /**
     * What a function makes of the occurrences of four events, in steps in which all of them occur:
     * {@code E.l4}.
     *
     * @param a one
     * @param b one
     * @param c one
     * @param d one
     * @param function the function
     * @param <A> a type of values
     * @param <B> a type of values
     * @param <C> a type of values
     * @param <D> a type of values
     * @param <R> the type of the result
     * @return the event
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    R extends @Nullable Object>
            Event<R> lift(
                    Event<A> a,
                    Event<B> b,
                    Event<C> c,
                    Event<D> d,
                    Function4<? super A, ? super B, ? super C, ? super D, ? extends R> function) {
        requireNonNull(function, "function");
        return lift(
                List.of(a, b, c, d),
                nodes -> function.apply(
                        Node.cast(nodes[0].value),
                        Node.cast(nodes[1].value),
                        Node.cast(nodes[2].value),
                        Node.cast(nodes[3].value)));
    }

    /**
     * What a function makes of the occurrences of five events, in steps in which all of them occur:
     * {@code E.l5}.
     *
     * @param a one
     * @param b one
     * @param c one
     * @param d one
     * @param e one
     * @param function the function
     * @param <A> a type of values
     * @param <B> a type of values
     * @param <C> a type of values
     * @param <D> a type of values
     * @param <E> a type of values
     * @param <R> the type of the result
     * @return the event
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    E extends @Nullable Object,
                    R extends @Nullable Object>
            Event<R> lift(
                    Event<A> a,
                    Event<B> b,
                    Event<C> c,
                    Event<D> d,
                    Event<E> e,
                    Function5<? super A, ? super B, ? super C, ? super D, ? super E, ? extends R>
                            function) {
        requireNonNull(function, "function");
        return lift(
                List.of(a, b, c, d, e),
                nodes -> function.apply(
                        Node.cast(nodes[0].value),
                        Node.cast(nodes[1].value),
                        Node.cast(nodes[2].value),
                        Node.cast(nodes[3].value),
                        Node.cast(nodes[4].value)));
    }

    /**
     * What a function makes of the occurrences of six events, in steps in which all of them occur:
     * {@code E.l6}.
     *
     * @param a one
     * @param b one
     * @param c one
     * @param d one
     * @param e one
     * @param f one
     * @param function the function
     * @param <A> a type of values
     * @param <B> a type of values
     * @param <C> a type of values
     * @param <D> a type of values
     * @param <E> a type of values
     * @param <F> a type of values
     * @param <R> the type of the result
     * @return the event
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    E extends @Nullable Object,
                    F extends @Nullable Object,
                    R extends @Nullable Object>
            Event<R> lift(
                    Event<A> a,
                    Event<B> b,
                    Event<C> c,
                    Event<D> d,
                    Event<E> e,
                    Event<F> f,
                    Function6<
                                    ? super A,
                                    ? super B,
                                    ? super C,
                                    ? super D,
                                    ? super E,
                                    ? super F,
                                    ? extends R>
                            function) {
        requireNonNull(function, "function");
        return lift(
                List.of(a, b, c, d, e, f),
                nodes -> function.apply(
                        Node.cast(nodes[0].value),
                        Node.cast(nodes[1].value),
                        Node.cast(nodes[2].value),
                        Node.cast(nodes[3].value),
                        Node.cast(nodes[4].value),
                        Node.cast(nodes[5].value)));
    }

    private static <R extends @Nullable Object> Event<R> lift(
            List<? extends Event<?>> events, Lifted<R> function) {
        Graph graph = Graph.of(events);
        for (Event<?> event : events) {
            if (event.isConstant()) {
                return never();
            }
        }
        return new EventNodes.Lift<>(requireNonNull(graph), events, function);
    }
}
