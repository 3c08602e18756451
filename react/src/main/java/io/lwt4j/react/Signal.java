package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A value that changes over time: {@code React.signal}. It is written to through a {@link Var}, or
 * made of events and of other signals.
 *
 * <p>Signals change in steps. What is made of signals follows in the same step: each function is
 * called at most once, after all that it depends on is up to date, so that it never sees a mixture
 * of new and old. A signal whose new value is equal to the old one has not changed, and what
 * depends on it is left alone.
 *
 * <p>A signal that remembers nothing, such as that of {@link #map}, is idle as long as nobody
 * depends on it: it is computed when it is read, if what it is made of has changed, and can be
 * collected. One that remembers, such as that of {@link Event#hold}, or one with an equality of its
 * own, goes on from when it is made until it is stopped, or its {@link Owner} is closed; it says so
 * below.
 *
 * <p>If a function throws, the signal has that error in place of a value: {@link #get} throws it,
 * what depends on the signal has the same error without calling its functions, observers hear of it
 * through {@code onError}, or else the handler of the {@link Graph} does. Other signals are not
 * affected, and the next change is a new chance.
 *
 * <p>Nothing in here waits, so there is nothing to cancel; operators with promises are in
 * {@link AsyncSignals}. Thread rule: that of the {@link Graph}; elsewhere methods that use it throw
 * {@link GraphThreadException}. Functions must not be null and must not return null where a signal
 * or an {@code Optional} is expected; values may be null. Equality is {@code equals}, or a
 * predicate that takes the old value first.
 *
 * @param <A> the type of the values
 */
public abstract non-sealed class Signal<A extends @Nullable Object> extends Node
        implements Reactive {

    Signal(@Nullable Graph graph, int flags) {
        super(graph, flags);
        if ((flags & (SOURCE | INITIAL)) == 0) {
            value = UNSET;
        }
    }

    /** Has another value, unless it is equal to the present one. */
    final boolean become(@Nullable Object to) {
        return become(to, requireNonNull(graph).now);
    }

    final boolean become(@Nullable Object to, long time) {
        if (isSame(to)) {
            checked = time;
            return false;
        }
        value = to;
        changed = time;
        return true;
    }

    /** Has a first value; what follows may replace it. */
    final void initially(@Nullable Object initial) {
        if (value == UNSET) {
            value = initial;
            changed = requireNonNull(graph).now;
        }
    }

    /** Keeps its value. */
    final boolean stay() {
        checked = requireNonNull(graph).now;
        return false;
    }

    final boolean isSame(@Nullable Object to) {
        Object present = value;
        if (is(CUSTOM)) {
            return isSameCustom(present, to);
        }
        return present == to || (present != null && present.equals(to));
    }

    private boolean isSameCustom(@Nullable Object present, @Nullable Object to) {
        if (present == UNSET || present instanceof Failure || to instanceof Failure) {
            return present != null && present.equals(to);
        }
        return requireNonNull(extras().equality).test(present, to);
    }

    /** Whether one value after another would be no change. */
    final boolean areSame(@Nullable Object from, @Nullable Object to) {
        if (is(CUSTOM) && !(from instanceof Failure) && !(to instanceof Failure)) {
            return requireNonNull(extras().equality).test(from, to);
        }
        return from == to || (from != null && from.equals(to));
    }

    final Signal<A> setEquality(BiPredicate<? super A, ? super A> equality) {
        requireNonNull(equality, "equality");
        flags |= CUSTOM;
        extras().equality = cast(equality);
        return this;
    }

    /** With an equality of its own it remembers: which of equal values came first can be seen. */
    private static <A extends @Nullable Object> Signal<A> with(
            BiPredicate<? super A, ? super A> equality, Signal<A> signal) {
        requireNonNull(equality, "equality");
        if (signal.isConstant()) {
            return signal;
        }
        signal.setEquality(equality);
        signal.flags |= KEPT;
        return begin(signal);
    }

    @Override
    final boolean fail(Throwable cause) {
        return become(requireNonNull(graph).failure(cause));
    }

    /* ---- Basics ---- */

    /**
     * A signal that never changes: {@code S.const}. What is made of such signals only is the same.
     *
     * @param value the value
     * @param <A> its type
     * @return the signal
     */
    public static <A extends @Nullable Object> Signal<A> of(A value) {
        return new SignalNodes.Constant<>(value);
    }

    /**
     * The value: {@code S.value}. A computed signal or an effect that reads it depends on this
     * signal from then on; see {@link #peek}.
     *
     * @return the value
     * @throws CycleException if this is a computed signal that is just being computed
     */
    public final A get() {
        Graph here = graph;
        if (here != null) {
            here.check();
            Tracking<?> reader = here.tracking;
            if (is(RUNNING)) {
                if (reader != null && reader != this) {
                    reader.readSources(this);
                }
                throw new CycleException(this);
            }
            // First, for it may have depended on the reader up to now, and let go of it.
            here.refresh(this);
            if (reader == null) {
                // Nobody who depends on it.
            } else if (isCyclic()) {
                reader.readSources(this);
            } else {
                reader.read(this);
            }
        }
        if (value instanceof Failure failure) {
            failure.heard = true;
            throw failure.raise();
        }
        return cast(value);
    }

    /** Whether this may depend on who reads it, so that there must be no edge to that. */
    private boolean isCyclic() {
        return value instanceof Failure failure && failure.cause instanceof CycleException;
    }

    /**
     * The value, of which the computed signal or effect that reads it is not to know.
     *
     * @return the value
     * @throws CycleException if this is a computed signal that is just being computed
     */
    public final A peek() {
        return untracked(this::get);
    }

    /**
     * Runs a function that may read signals without the computed signal or the effect that does so
     * depending on them.
     *
     * @param function the function
     * @param <R> the type of its result
     * @return what it returns
     */
    public static <R extends @Nullable Object> R untracked(Supplier<R> function) {
        requireNonNull(function, "function");
        Graph here = Graph.current();
        Tracking<?> reader = here.tracking;
        here.tracking = null;
        try {
            return function.get();
        } finally {
            here.tracking = reader;
        }
    }

    /**
     * A signal that has what {@code function} returns, and depends on what it has read with
     * {@link #get}: it is computed anew after any of that has changed, when somebody wants to know.
     *
     * @param function reads other signals; it should do nothing else
     * @param <A> the type of its results
     * @return the signal
     */
    public static <A extends @Nullable Object> Signal<A> computed(Supplier<? extends A> function) {
        return new Computed<>(Graph.current(), requireNonNull(function, "function"));
    }

    /**
     * A computed signal with an equality of its own. It remembers.
     *
     * @param function reads other signals; it should do nothing else
     * @param equality says whether two values are equal
     * @param <A> the type of its results
     * @return the signal
     */
    public static <A extends @Nullable Object> Signal<A> computed(
            Supplier<? extends A> function, BiPredicate<? super A, ? super A> equality) {
        Signal<A> signal = computed(function);
        return with(equality, signal);
    }

    /**
     * Runs {@code body} now, and again whenever anything has changed that it has read with
     * {@link #get}. It runs when all steps are over that are going on; what it writes makes a step
     * afterwards. What it makes is stopped before it runs again; see also {@link #onCleanup}.
     * Errors go to the handler of the graph.
     *
     * @param body reads signals, and does something
     * @return a handle to end it
     */
    public static Observation effect(Runnable body) {
        Graph here = Graph.current();
        here.check();
        Effect effect = new Effect(here, requireNonNull(body, "body"));
        here.beginBatch();
        try {
            return begin(effect);
        } finally {
            here.endBatch();
        }
    }

    /**
     * Runs an action before the computed signal or the effect whose function is running runs again,
     * and when it is stopped. What it reads is not depended upon. An effect whose action throws is
     * stopped: what its last run has set up may still be there.
     *
     * @param action the action; errors go to the handler of the graph
     * @throws IllegalStateException if no such function, and no {@link Owner#own}, is running
     */
    public static void onCleanup(Runnable action) {
        requireNonNull(action, "action");
        Owner owner = Graph.current().owner();
        if (owner == null) {
            throw new IllegalStateException(
                    "onCleanup is for the function of an effect or a computed signal");
        }
        owner.onClose(action);
    }

    /**
     * Calls {@code action} with the value now, and after each step in which it has changed. Errors
     * go to the handler of the graph.
     *
     * @param action what to do; it may write, and read any signal
     * @return a handle to end it
     */
    public final Observation observe(Consumer<? super A> action) {
        return observation(requireNonNull(action, "action"), null);
    }

    /**
     * Calls {@code action} with the value now, and after each step in which it has changed, and
     * {@code onError} if it is an error.
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
        if (here == null) {
            action.accept(get());
            return Observer.ofNothing();
        }
        Observer<A> observer = new Observer<>(here, this, action, onError);
        here.beginBatch();
        try {
            begin(observer);
            here.observe(observer);
        } finally {
            here.endBatch();
        }
        return observer;
    }

    /**
     * Makes a publisher of the values of this signal, for any number of subscribers. Each gets the
     * value now, when it first asks for one, and from then on, whenever it asks, the newest value,
     * as soon as that is not equal to the one it got last: however slow it is, at most one value
     * waits for it. Values are read when no step and no batch is running.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; a subscription observes this signal, and gets the current
     *       value first.
     *   <li><b>Empty:</b> when this signal is stopped, the subscriber gets its last value, if it
     *       has not got it yet, and completes; one that never changes is stopped from the
     *       beginning. A value of null is no element: it ends the subscription with a
     *       {@link NullPointerException}.
     *   <li><b>Errors:</b> if the newest value is an error when one is asked for, it ends the
     *       subscription, the very same throwable.
     *   <li><b>Cancellation:</b> cancelling the subscription ends its observation and nothing else;
     *       other subscribers are not disturbed.
     *   <li><b>Thread:</b> that of the {@link Graph}, which is where every signal is sent, and
     *       which has to be that of an event loop. The publisher and its subscriptions may be used
     *       on any thread. If the loop is closed before the end, the subscriber gets a
     *       {@link java.util.concurrent.RejectedExecutionException}.
     * </ul>
     *
     * @return the publisher
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public final Flow.Publisher<A> asPublisher() {
        return OutletPublisher.of(
                this, (home, loop, subscriber) -> new SignalOutlet<>(this, home, loop, subscriber));
    }

    /** Lets this never change again: {@code S.stop}. It keeps the value it has. */
    public final void stop() {
        end(false);
    }

    /**
     * Stops this, and the events and signals it is made of that nobody else depends on, but no
     * primitive ones: {@code S.stop ~strong:true}.
     */
    public final void stopStrongly() {
        end(true);
    }

    private void end(boolean strongly) {
        Graph here = graph;
        if (here != null) {
            here.check();
            // An effect has no last value to bring up to date; it is not to run any more.
            if (!is(RUNNING | OBSERVER)) {
                here.refresh(this);
            }
            here.stop(this, strongly);
        }
    }

    /**
     * Keeps this going also while nobody depends on it: {@code Lwt_react.S.keep}. The current
     * {@link Owner}, or {@link #stop}, ends that.
     *
     * @return this
     */
    public final Signal<A> keep() {
        if (graph != null) {
            graph.adopt(this);
            graph.keep(this);
        }
        return this;
    }

    /**
     * Keeps an object from being collected as long as this is not: {@code S.retain}. Nothing is
     * done with it.
     *
     * @param object the object
     * @return the one before, or null
     * @throws IllegalArgumentException if this never changes
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
    public final Signal<A> named(String name) {
        name(name);
        return this;
    }

    /**
     * The same signal, for which something is started whenever it is first depended upon and ended
     * when it is not any more. Reading its value is not depending on it.
     *
     * @param start starts it, and returns what ends it; called after the step in which somebody
     *     comes to depend on the signal
     * @return the signal
     */
    public final Signal<A> whileWatched(Supplier<? extends Runnable> start) {
        requireNonNull(start, "start");
        return isConstant() ? this : new SignalNodes.Watched<>(this, new Watch(start));
    }

    /**
     * The same signal, calling {@code action} with each value before whatever depends on it:
     * {@code S.trace}. It is for looking at what happens, not for writing: see {@link #observe}.
     *
     * @param action what to do
     * @return the signal
     */
    public final Signal<A> trace(Consumer<? super A> action) {
        requireNonNull(action, "action");
        return map(value -> {
            action.accept(value);
            return value;
        });
    }

    /**
     * The same signal, calling {@code action} with each value while {@code condition} is true:
     * {@code S.trace ~iff}.
     *
     * @param condition whether to call it
     * @param action what to do
     * @return the signal
     */
    public final Signal<A> trace(Signal<Boolean> condition, Consumer<? super A> action) {
        return trace(value -> {
            if (condition.peek()) {
                action.accept(value);
            }
        });
    }

    /* ---- Transforming and filtering ---- */

    /**
     * A signal that is a function of this one: {@code S.map}.
     *
     * @param function the function
     * @param <B> the type of its results
     * @return the signal
     */
    public final <B extends @Nullable Object> Signal<B> map(
            Function<? super A, ? extends B> function) {
        requireNonNull(function, "function");
        return isConstant() ? of(function.apply(get())) : new SignalNodes.Map<>(this, function);
    }

    /**
     * A signal that is a function of this one: {@code S.map ~eq}. It remembers.
     *
     * @param function the function
     * @param equality says whether two values are equal
     * @param <B> the type of its results
     * @return the signal
     */
    public final <B extends @Nullable Object> Signal<B> map(
            Function<? super A, ? extends B> function, BiPredicate<? super B, ? super B> equality) {
        Signal<B> signal = map(function);
        return with(equality, signal);
    }

    /**
     * The last value that {@code predicate} accepts, at first {@code initial}: {@code S.filter}. It
     * remembers.
     *
     * @param predicate the predicate
     * @param initial the value as long as it has accepted none
     * @return the signal
     */
    public final Signal<A> filter(Predicate<? super A> predicate, A initial) {
        requireNonNull(predicate, "predicate");
        if (isConstant()) {
            return predicate.test(get()) ? this : of(initial);
        }
        return begin(new SignalNodes.Filter<>(this, predicate, initial));
    }

    /**
     * The last value that {@code predicate} accepts: {@code S.filter ~eq}. It remembers.
     *
     * @param predicate the predicate
     * @param initial the value as long as it has accepted none
     * @param equality says whether two values are equal
     * @return the signal
     */
    public final Signal<A> filter(
            Predicate<? super A> predicate, A initial, BiPredicate<? super A, ? super A> equality) {
        requireNonNull(predicate, "predicate");
        if (isConstant()) {
            return filter(predicate, initial);
        }
        return with(equality, new SignalNodes.Filter<>(this, predicate, initial));
    }

    /**
     * The last value that {@code function} has made, at first {@code initial}: {@code S.fmap}. It
     * remembers.
     *
     * @param function makes values of some
     * @param initial the value as long as it has made none
     * @param <B> the type of its results
     * @return the signal
     */
    public final <B> Signal<B> filterMap(Function<? super A, Optional<B>> function, B initial) {
        requireNonNull(function, "function");
        if (isConstant()) {
            return of(function.apply(get()).orElse(initial));
        }
        return begin(new SignalNodes.FilterMap<>(this, function, initial));
    }

    /**
     * The last value that {@code function} has made: {@code S.fmap ~eq}. It remembers.
     *
     * @param function makes values of some
     * @param initial the value as long as it has made none
     * @param equality says whether two values are equal
     * @param <B> the type of its results
     * @return the signal
     */
    public final <B> Signal<B> filterMap(
            Function<? super A, Optional<B>> function,
            B initial,
            BiPredicate<? super B, ? super B> equality) {
        requireNonNull(function, "function");
        if (isConstant()) {
            return filterMap(function, initial);
        }
        return with(equality, new SignalNodes.FilterMap<>(this, function, initial));
    }

    /**
     * Occurs when this changes, with what {@code function} makes of the new and the old value:
     * {@code S.diff}. It does not in the step in which somebody first depends on it.
     *
     * @param function takes the new value first
     * @param <B> the type of its results
     * @return the event
     */
    public final <B extends @Nullable Object> Event<B> diff(
            BiFunction<? super A, ? super A, ? extends B> function) {
        requireNonNull(function, "function");
        return isConstant() ? Event.never() : new EventNodes.SignalDiff<>(this, function);
    }

    /**
     * Occurs when this changes, with the new value: {@code S.changes}. It does not in the step in
     * which somebody first depends on it.
     *
     * @return the event
     */
    public final Event<A> changes() {
        return isConstant() ? Event.never() : new EventNodes.SignalChanges<>(this);
    }

    /**
     * This signal while {@code condition} is true, else the last value it had when that was, at
     * first {@code initial}: {@code S.on}. It remembers.
     *
     * @param condition whether to follow
     * @param initial the value as long as the condition has never been true
     * @return the signal
     */
    public final Signal<A> on(Signal<Boolean> condition, A initial) {
        if (condition.isConstant()) {
            return condition.get() ? this : of(initial);
        }
        return begin(new SignalNodes.Gate<>(common(condition), condition, initial, this));
    }

    /**
     * This signal while {@code condition} is true: {@code S.on ~eq}. It remembers.
     *
     * @param condition whether to follow
     * @param initial the value as long as the condition has never been true
     * @param equality says whether two values are equal
     * @return the signal
     */
    public final Signal<A> on(
            Signal<Boolean> condition, A initial, BiPredicate<? super A, ? super A> equality) {
        if (condition.isConstant()) {
            return on(condition, initial);
        }
        return with(equality, new SignalNodes.Gate<>(common(condition), condition, initial, this));
    }

    /**
     * This signal, but for changes in steps in which an event occurs: {@code S.dismiss}. It
     * remembers.
     *
     * @param dismissing the event
     * @param initial the value if the event occurs in the step in which this is made
     * @return the signal
     */
    public final Signal<A> dismiss(Event<?> dismissing, A initial) {
        if (dismissing.isConstant()) {
            return this;
        }
        return begin(new SignalNodes.Dismiss<>(common(dismissing), dismissing, initial, this));
    }

    /**
     * This signal, but for changes in steps in which an event occurs: {@code S.dismiss ~eq}. It
     * remembers.
     *
     * @param dismissing the event
     * @param initial the value if the event occurs in the step in which this is made
     * @param equality says whether two values are equal
     * @return the signal
     */
    public final Signal<A> dismiss(
            Event<?> dismissing, A initial, BiPredicate<? super A, ? super A> equality) {
        if (dismissing.isConstant()) {
            return this;
        }
        return with(
                equality, new SignalNodes.Dismiss<>(common(dismissing), dismissing, initial, this));
    }

    private Graph common(Node other) {
        return requireNonNull(Graph.common(graph, other));
    }

    /* ---- Combining ---- */

    /**
     * What the functions that occur make one after the other of {@code initial}, as a signal:
     * {@code S.accum}. It remembers.
     *
     * @param functions the event of functions
     * @param initial the value before the first occurrence
     * @param <S> the type of the values
     * @return the signal
     */
    public static <S extends @Nullable Object> Signal<S> accumulate(
            Event<? extends Function<? super S, ? extends S>> functions, S initial) {
        return functions.foldSignal(initial, (state, function) -> function.apply(state));
    }

    /**
     * What the functions that occur make one after the other of {@code initial}, as a signal:
     * {@code S.accum ~eq}. It remembers.
     *
     * @param functions the event of functions
     * @param initial the value before the first occurrence
     * @param equality says whether two values are equal
     * @param <S> the type of the values
     * @return the signal
     */
    public static <S extends @Nullable Object> Signal<S> accumulate(
            Event<? extends Function<? super S, ? extends S>> functions,
            S initial,
            BiPredicate<? super S, ? super S> equality) {
        return functions.foldSignal(initial, (state, function) -> function.apply(state), equality);
    }

    /**
     * What a signal of functions makes of a signal of arguments: {@code S.app}.
     *
     * @param functions the functions
     * @param arguments the arguments
     * @param <A> the type of the arguments
     * @param <B> the type of the results
     * @return the signal
     */
    public static <A extends @Nullable Object, B extends @Nullable Object> Signal<B> apply(
            Signal<? extends Function<? super A, ? extends B>> functions, Signal<A> arguments) {
        return lift(functions, arguments, (function, argument) -> function.apply(argument));
    }

    /**
     * What a signal of functions makes of a signal of arguments: {@code S.app ~eq}. It remembers.
     *
     * @param functions the functions
     * @param arguments the arguments
     * @param equality says whether two values are equal
     * @param <A> the type of the arguments
     * @param <B> the type of the results
     * @return the signal
     */
    public static <A extends @Nullable Object, B extends @Nullable Object> Signal<B> apply(
            Signal<? extends Function<? super A, ? extends B>> functions,
            Signal<A> arguments,
            BiPredicate<? super B, ? super B> equality) {
        return with(equality, Signal.<A, B>apply(functions, arguments));
    }

    /**
     * What {@code function} makes of {@code initial} and the values of the signals, in the order of
     * the list: {@code S.merge}.
     *
     * @param signals the signals
     * @param initial what to begin with
     * @param function takes what it has made so far first
     * @param <A> the type of the values
     * @param <S> the type of the results
     * @return the signal
     */
    public static <A extends @Nullable Object, S extends @Nullable Object> Signal<S> merge(
            List<? extends Signal<? extends A>> signals,
            S initial,
            BiFunction<? super S, ? super A, ? extends S> function) {
        requireNonNull(function, "function");
        return lift(signals, nodes -> {
            S result = initial;
            for (Node node : nodes) {
                result = function.apply(result, cast(node.value));
            }
            return result;
        });
    }

    /**
     * What {@code function} makes of {@code initial} and the values of the signals: {@code S.merge
     * ~eq}. It remembers.
     *
     * @param signals the signals
     * @param initial what to begin with
     * @param function takes what it has made so far first
     * @param equality says whether two values are equal
     * @param <A> the type of the values
     * @param <S> the type of the results
     * @return the signal
     */
    public static <A extends @Nullable Object, S extends @Nullable Object> Signal<S> merge(
            List<? extends Signal<? extends A>> signals,
            S initial,
            BiFunction<? super S, ? super A, ? extends S> function,
            BiPredicate<? super S, ? super S> equality) {
        return with(equality, Signal.<A, S>merge(signals, initial, function));
    }

    /**
     * The value of the signal that is the value of another one: {@code S.switch}.
     *
     * @param signals the signal of signals
     * @param <A> the type of the values
     * @return the signal
     */
    public static <A extends @Nullable Object> Signal<A> flatten(
            Signal<? extends Signal<? extends A>> signals) {
        return signals.isConstant()
                ? cast(signals.get())
                : new SignalNodes.Switch<A>(cast(signals));
    }

    /**
     * The value of the signal that is the value of another one: {@code S.switch ~eq}. It remembers.
     *
     * @param signals the signal of signals
     * @param equality says whether two values are equal
     * @param <A> the type of the values
     * @return the signal
     */
    public static <A extends @Nullable Object> Signal<A> flatten(
            Signal<? extends Signal<? extends A>> signals,
            BiPredicate<? super A, ? super A> equality) {
        return signals.isConstant()
                ? flatten(signals)
                : with(equality, new SignalNodes.Switch<A>(cast(signals)));
    }

    /**
     * The value of the signal that {@code function} makes of the value of this one: {@code S.bind}.
     * What the function makes is stopped when it has made the next. It remembers.
     *
     * @param function makes a signal of each value
     * @param <B> the type of the values
     * @return the signal
     */
    public final <B extends @Nullable Object> Signal<B> flatMap(
            Function<? super A, ? extends Signal<? extends B>> function) {
        requireNonNull(function, "function");
        return isConstant()
                ? cast(function.apply(get()))
                : begin(new SignalNodes.FlatMap<A, B>(this, function));
    }

    /**
     * The value of the signal that {@code function} makes of the value of this one: {@code S.bind
     * ~eq}. It remembers.
     *
     * @param function makes a signal of each value
     * @param equality says whether two values are equal
     * @param <B> the type of the values
     * @return the signal
     */
    public final <B extends @Nullable Object> Signal<B> flatMap(
            Function<? super A, ? extends Signal<? extends B>> function,
            BiPredicate<? super B, ? super B> equality) {
        requireNonNull(function, "function");
        return isConstant()
                ? flatMap(function)
                : with(equality, new SignalNodes.FlatMap<A, B>(this, function));
    }

    /**
     * A signal that depends on itself: {@code S.fix}. What {@code function} gets has the value that
     * what it returns had at the end of the step before; it changes in a step of its own.
     *
     * @param initial the first value of the delayed signal
     * @param function makes the signal of a delayed one
     * @param <A> the type of the values
     * @return what the function returns
     * @throws IllegalArgumentException if that is the delayed signal itself
     */
    public static <A extends @Nullable Object> Signal<A> fix(
            A initial, Function<? super Signal<A>, ? extends Signal<A>> function) {
        return fix(new SignalNodes.Delayed<>(Graph.current(), initial), function);
    }

    /**
     * A signal that depends on itself: {@code S.fix ~eq}.
     *
     * @param initial the first value of the delayed signal
     * @param function makes the signal of a delayed one
     * @param equality says whether two values of the delayed signal are equal
     * @param <A> the type of the values
     * @return what the function returns
     * @throws IllegalArgumentException if that is the delayed signal itself
     */
    public static <A extends @Nullable Object> Signal<A> fix(
            A initial,
            Function<? super Signal<A>, ? extends Signal<A>> function,
            BiPredicate<? super A, ? super A> equality) {
        SignalNodes.Delayed<A> delayed = new SignalNodes.Delayed<>(Graph.current(), initial);
        delayed.setEquality(equality);
        return fix(delayed, function);
    }

    private static <A extends @Nullable Object> Signal<A> fix(
            SignalNodes.Delayed<A> delayed,
            Function<? super Signal<A>, ? extends Signal<A>> function) {
        Signal<A> signal = requireNonNull(function.apply(delayed), "the signal of fix is null");
        if (signal == delayed) {
            throw new IllegalArgumentException("the delayed signal of fix must not be its result");
        }
        Fixpoint fixpoint = new Fixpoint(requireNonNull(delayed.graph), signal, delayed);
        begin(fixpoint);
        fixpoint.start();
        return signal;
    }

    /**
     * A signal that is a function of two others: {@code S.l2}. It is computed once in a step,
     * however many of them change in it.
     *
     * @param a one
     * @param b one
     * @param function the function
     * @param <A> a type of values
     * @param <B> a type of values
     * @param <R> the type of the result
     * @return the signal
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    R extends @Nullable Object>
            Signal<R> lift(
                    Signal<A> a,
                    Signal<B> b,
                    BiFunction<? super A, ? super B, ? extends R> function) {
        requireNonNull(function, "function");
        Graph graph = Graph.common(a.graph, b);
        return graph == null
                ? of(function.apply(a.get(), b.get()))
                : new SignalNodes.Lift2<>(graph, a, b, function);
    }

    /**
     * A signal that is a function of two others: {@code S.l2 ~eq}. It remembers.
     *
     * @param a one
     * @param b one
     * @param function the function
     * @param equality says whether two values are equal
     * @param <A> a type of values
     * @param <B> a type of values
     * @param <R> the type of the result
     * @return the signal
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    R extends @Nullable Object>
            Signal<R> lift(
                    Signal<A> a,
                    Signal<B> b,
                    BiFunction<? super A, ? super B, ? extends R> function,
                    BiPredicate<? super R, ? super R> equality) {
        return with(equality, Signal.<A, B, R>lift(a, b, function));
    }

    /**
     * A signal that is a function of three others: {@code S.l3}. It is computed once in a step,
     * however many of them change in it.
     *
     * @param a one
     * @param b one
     * @param c one
     * @param function the function
     * @param <A> a type of values
     * @param <B> a type of values
     * @param <C> a type of values
     * @param <R> the type of the result
     * @return the signal
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    R extends @Nullable Object>
            Signal<R> lift(
                    Signal<A> a,
                    Signal<B> b,
                    Signal<C> c,
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
     * A signal that is a function of three others: {@code S.l3 ~eq}. It remembers.
     *
     * @param a one
     * @param b one
     * @param c one
     * @param function the function
     * @param equality says whether two values are equal
     * @param <A> a type of values
     * @param <B> a type of values
     * @param <C> a type of values
     * @param <R> the type of the result
     * @return the signal
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    R extends @Nullable Object>
            Signal<R> lift(
                    Signal<A> a,
                    Signal<B> b,
                    Signal<C> c,
                    Function3<? super A, ? super B, ? super C, ? extends R> function,
                    BiPredicate<? super R, ? super R> equality) {
        return with(equality, Signal.<A, B, C, R>lift(a, b, c, function));
    }

    /**
     * A signal that is a function of four others: {@code S.l4}. It is computed once in a step,
     * however many of them change in it.
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
     * @return the signal
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    R extends @Nullable Object>
            Signal<R> lift(
                    Signal<A> a,
                    Signal<B> b,
                    Signal<C> c,
                    Signal<D> d,
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
     * A signal that is a function of four others: {@code S.l4 ~eq}. It remembers.
     *
     * @param a one
     * @param b one
     * @param c one
     * @param d one
     * @param function the function
     * @param equality says whether two values are equal
     * @param <A> a type of values
     * @param <B> a type of values
     * @param <C> a type of values
     * @param <D> a type of values
     * @param <R> the type of the result
     * @return the signal
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    R extends @Nullable Object>
            Signal<R> lift(
                    Signal<A> a,
                    Signal<B> b,
                    Signal<C> c,
                    Signal<D> d,
                    Function4<? super A, ? super B, ? super C, ? super D, ? extends R> function,
                    BiPredicate<? super R, ? super R> equality) {
        return with(equality, Signal.<A, B, C, D, R>lift(a, b, c, d, function));
    }

    /**
     * A signal that is a function of five others: {@code S.l5}. It is computed once in a step,
     * however many of them change in it.
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
     * @return the signal
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    E extends @Nullable Object,
                    R extends @Nullable Object>
            Signal<R> lift(
                    Signal<A> a,
                    Signal<B> b,
                    Signal<C> c,
                    Signal<D> d,
                    Signal<E> e,
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
     * A signal that is a function of five others: {@code S.l5 ~eq}. It remembers.
     *
     * @param a one
     * @param b one
     * @param c one
     * @param d one
     * @param e one
     * @param function the function
     * @param equality says whether two values are equal
     * @param <A> a type of values
     * @param <B> a type of values
     * @param <C> a type of values
     * @param <D> a type of values
     * @param <E> a type of values
     * @param <R> the type of the result
     * @return the signal
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    E extends @Nullable Object,
                    R extends @Nullable Object>
            Signal<R> lift(
                    Signal<A> a,
                    Signal<B> b,
                    Signal<C> c,
                    Signal<D> d,
                    Signal<E> e,
                    Function5<? super A, ? super B, ? super C, ? super D, ? super E, ? extends R>
                            function,
                    BiPredicate<? super R, ? super R> equality) {
        return with(equality, Signal.<A, B, C, D, E, R>lift(a, b, c, d, e, function));
    }

    /**
     * A signal that is a function of six others: {@code S.l6}. It is computed once in a step,
     * however many of them change in it.
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
     * @return the signal
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    E extends @Nullable Object,
                    F extends @Nullable Object,
                    R extends @Nullable Object>
            Signal<R> lift(
                    Signal<A> a,
                    Signal<B> b,
                    Signal<C> c,
                    Signal<D> d,
                    Signal<E> e,
                    Signal<F> f,
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

    /**
     * A signal that is a function of six others: {@code S.l6 ~eq}. It remembers.
     *
     * @param a one
     * @param b one
     * @param c one
     * @param d one
     * @param e one
     * @param f one
     * @param function the function
     * @param equality says whether two values are equal
     * @param <A> a type of values
     * @param <B> a type of values
     * @param <C> a type of values
     * @param <D> a type of values
     * @param <E> a type of values
     * @param <F> a type of values
     * @param <R> the type of the result
     * @return the signal
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    E extends @Nullable Object,
                    F extends @Nullable Object,
                    R extends @Nullable Object>
            Signal<R> lift(
                    Signal<A> a,
                    Signal<B> b,
                    Signal<C> c,
                    Signal<D> d,
                    Signal<E> e,
                    Signal<F> f,
                    Function6<
                                    ? super A,
                                    ? super B,
                                    ? super C,
                                    ? super D,
                                    ? super E,
                                    ? super F,
                                    ? extends R>
                            function,
                    BiPredicate<? super R, ? super R> equality) {
        return with(equality, Signal.<A, B, C, D, E, F, R>lift(a, b, c, d, e, f, function));
    }

    private static <R extends @Nullable Object> Signal<R> lift(
            List<? extends Signal<?>> signals, Lifted<R> function) {
        Graph graph = Graph.of(signals);
        if (graph == null) {
            signals.forEach(Signal::get);
            return of(function.apply(signals.toArray(new Node[0])));
        }
        return new SignalNodes.Lift<>(graph, signals, function);
    }
}
