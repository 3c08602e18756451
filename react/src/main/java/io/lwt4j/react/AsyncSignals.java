package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;

/**
 * Signals and promises: {@code Lwt_react.S}.
 *
 * <p>A signal of what promises are fulfilled with has no value before the first one is, so most of
 * this returns a promise of the signal. From the call on, for each value of the original signal,
 * the function is called: with {@code Sequential} when the promise of the value before is resolved,
 * so that no value is left out; with {@code Latest} at once, and the promise before is cancelled.
 * Each result is set in a step of its own.
 *
 * <p>If the first promise is rejected, so is that of the signal. If a later one is, or the function
 * throws, the signal has that error until the next result.
 *
 * <p>These signals remember: they go on until they are stopped, or the {@link Owner} that was
 * current at the call is closed. Cancellation: cancelling the promise of the signal, or stopping
 * the signal, cancels the promises that are running, and drops what waits; an error that comes from
 * them later goes to the handler of the {@link Graph}.
 *
 * <p>Signals and functions must not be null. Thread rule: that of the {@link Graph}, which is that
 * of an event loop.
 */
public final class AsyncSignals {

    private AsyncSignals() {}

    /** A signal of results, and how far it is. */
    private static final class Results<A extends @Nullable Object, B extends @Nullable Object> {
        private final SignalNodes.Variable<B> variable;
        private final Resolver<Signal<B>> resolver = Resolver.cancellable();
        private final Signal<B> signal;

        /** @param nothing stands in until there is a value, and is never seen */
        Results(Signal<A> source, B nothing, Start<A, B> start) {
            Graph graph = source.graph == null ? Graph.current() : source.graph;
            variable = new SignalNodes.Variable<>(graph, nothing);
            signal = variable.whileWatched(() -> start.start(graph, this));
            signal.keep();
            resolver.promise().onCancel(signal::stop);
        }

        void set(B value) {
            variable.set(value);
            if (resolver.promise().isPending()) {
                resolver.resolve(signal);
            }
        }

        /** Sets what is the value as long as there is no other one. */
        void setFirst(B initial) {
            if (resolver.promise().isPending()) {
                set(initial);
            }
        }

        void fail(Throwable cause) {
            if (resolver.promise().isPending()) {
                signal.stop();
                resolver.reject(cause);
            } else {
                variable.setFailure(cause);
            }
        }
    }

    @FunctionalInterface
    private interface Start<A extends @Nullable Object, B extends @Nullable Object> {
        Runnable start(Graph graph, Results<A, B> results);
    }

    /** What becomes of a result. */
    @FunctionalInterface
    private interface Delivery<
            A extends @Nullable Object, R extends @Nullable Object, B extends @Nullable Object> {
        void deliver(Results<A, B> results, A value, R result);
    }

    private static <
                    A extends @Nullable Object,
                    R extends @Nullable Object,
                    B extends @Nullable Object>
            Promise<Signal<B>> results(
                    Signal<A> signal,
                    Runner.Order order,
                    CheckedFunction<? super A, ? extends Promise<R>> function,
                    Delivery<A, ? super R, B> delivery) {
        Results<A, B> results = new Results<>(signal, Node.cast(null), (graph, out) -> {
            Runner<A, R> runner = new Runner<>(
                    graph,
                    order,
                    function,
                    (value, result) -> delivery.deliver(out, value, result),
                    out::fail);
            Observation observation = signal.observe(runner::accept, out::fail);
            return () -> {
                observation.stop();
                runner.cancel();
            };
        });
        return results.resolver.promise();
    }

    /* ---- Functions of signals ---- */

    /**
     * A signal of what the promises of another one are fulfilled with, one at a time:
     * {@code S.run_s}.
     *
     * @param signal the signal of promises
     * @param <A> the type of the results
     * @return a promise of the signal
     */
    public static <A extends @Nullable Object> Promise<Signal<A>> runSequential(
            Signal<Promise<A>> signal) {
        return mapSequential(signal, promise -> promise);
    }

    /**
     * A signal of what {@code function} promises for the values of another one, one at a time:
     * {@code S.map_s}.
     *
     * @param signal the signal
     * @param function the function
     * @param <A> the type of the values
     * @param <B> the type of the results
     * @return a promise of the signal
     */
    public static <A extends @Nullable Object, B extends @Nullable Object>
            Promise<Signal<B>> mapSequential(
                    Signal<A> signal, CheckedFunction<? super A, ? extends Promise<B>> function) {
        return map(signal, Runner.Order.SEQUENTIAL, function);
    }

    /**
     * A signal of what {@code function} promises for the latest value of another one: a promise
     * that is still pending when a newer value comes is cancelled. Lwt has none of it.
     *
     * @param signal the signal
     * @param function the function
     * @param <A> the type of the values
     * @param <B> the type of the results
     * @return a promise of the signal
     */
    public static <A extends @Nullable Object, B extends @Nullable Object>
            Promise<Signal<B>> mapLatest(
                    Signal<A> signal, CheckedFunction<? super A, ? extends Promise<B>> function) {
        return map(signal, Runner.Order.LATEST, function);
    }

    private static <A extends @Nullable Object, B extends @Nullable Object> Promise<Signal<B>> map(
            Signal<A> signal,
            Runner.Order order,
            CheckedFunction<? super A, ? extends Promise<B>> function) {
        requireNonNull(function, "function");
        return AsyncSignals.<A, B, B>results(
                signal, order, function, (results, value, result) -> results.set(result));
    }

    private static <R extends @Nullable Object> Promise<Signal<R>> calls(
            Signal<Callable<Promise<R>>> calls) {
        return mapSequential(calls, Callable::call);
    }

    /**
     * A signal of what the functions of one signal promise for the values of another one, one at a
     * time: {@code S.app_s}.
     *
     * @param functions the functions
     * @param arguments the arguments
     * @param <A> the type of the arguments
     * @param <B> the type of the results
     * @return a promise of the signal
     */
    public static <A extends @Nullable Object, B extends @Nullable Object>
            Promise<Signal<B>> applySequential(
                    Signal<? extends CheckedFunction<? super A, ? extends Promise<B>>> functions,
                    Signal<A> arguments) {
        Signal<Callable<Promise<B>>> calls = Signal.lift(
                functions.map(function -> function),
                arguments,
                (function, argument) -> () -> function.apply(argument));
        return calls(calls);
    }

    /**
     * The last value for which {@code predicate} has promised true, one at a time:
     * {@code S.filter_s}.
     *
     * @param signal the signal
     * @param predicate the predicate
     * @param initial the value as long as there has been none
     * @param <A> the type of the values
     * @return a promise of the signal
     */
    public static <A extends @Nullable Object> Promise<Signal<A>> filterSequential(
            Signal<A> signal,
            CheckedFunction<? super A, ? extends Promise<Boolean>> predicate,
            A initial) {
        requireNonNull(predicate, "predicate");
        return AsyncSignals.<A, Boolean, A>results(
                signal, Runner.Order.SEQUENTIAL, predicate, (results, value, passes) -> {
                    if (passes) {
                        results.set(value);
                    } else {
                        results.setFirst(initial);
                    }
                });
    }

    /**
     * The last value that {@code function} has promised, where that is present, one at a time:
     * {@code S.fmap_s}.
     *
     * @param signal the signal
     * @param function the function
     * @param initial the value as long as there has been none
     * @param <A> the type of the values
     * @param <B> the type of the results
     * @return a promise of the signal
     */
    public static <A extends @Nullable Object, B> Promise<Signal<B>> filterMapSequential(
            Signal<A> signal,
            CheckedFunction<? super A, ? extends Promise<Optional<B>>> function,
            B initial) {
        requireNonNull(function, "function");
        return AsyncSignals.<A, Optional<B>, B>results(
                signal, Runner.Order.SEQUENTIAL, function, (results, value, result) -> {
                    if (result.isPresent()) {
                        results.set(result.get());
                    } else {
                        results.setFirst(initial);
                    }
                });
    }

    /**
     * What {@code function} promises for the new and the old value whenever a signal changes, one
     * at a time: {@code S.diff_s}.
     *
     * @param signal the signal
     * @param function takes the new value first
     * @param <A> the type of the values
     * @param <B> the type of the results
     * @return the event; see {@link AsyncEvents}
     */
    public static <A extends @Nullable Object, B extends @Nullable Object> Event<B> diffSequential(
            Signal<A> signal,
            CheckedBiFunction<? super A, ? super A, ? extends Promise<B>> function) {
        requireNonNull(function, "function");
        Event<Callable<Promise<B>>> calls =
                signal.diff((next, last) -> () -> function.apply(next, last));
        return AsyncEvents.mapSequential(calls, Callable::call);
    }

    /**
     * What {@code function} promises for each occurrence of an event and the value that a signal
     * has when its turn comes, one at a time: {@code S.sample_s}.
     *
     * @param event the event
     * @param signal the signal
     * @param function takes the occurrence first
     * @param <A> the type of the occurrences
     * @param <B> the type of the values
     * @param <C> the type of the results
     * @return the event; see {@link AsyncEvents}
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object>
            Event<C> sampleSequential(
                    Event<A> event,
                    Signal<B> signal,
                    CheckedBiFunction<? super A, ? super B, ? extends Promise<C>> function) {
        requireNonNull(function, "function");
        requireNonNull(signal, "signal");
        return AsyncEvents.mapSequential(
                event, occurrence -> function.apply(occurrence, signal.peek()));
    }

    /**
     * What the functions that occur promise one after the other of {@code initial}, as a signal:
     * {@code S.accum_s}.
     *
     * @param functions the event of functions
     * @param initial the value before the first result
     * @param <S> the type of the values
     * @return the signal
     */
    public static <S extends @Nullable Object> Signal<S> accumulateSequential(
            Event<? extends CheckedFunction<? super S, ? extends Promise<S>>> functions,
            S initial) {
        return AsyncEvents.accumulateSequential(functions, initial).hold(initial);
    }

    /**
     * What {@code function} promises for its last result, at first {@code initial}, and each
     * occurrence, as a signal: {@code S.fold_s}.
     *
     * @param event the event
     * @param initial the value before the first result
     * @param function takes the last result first
     * @param <A> the type of the occurrences
     * @param <S> the type of the values
     * @return the signal
     */
    public static <A extends @Nullable Object, S extends @Nullable Object> Signal<S> foldSequential(
            Event<A> event,
            S initial,
            CheckedBiFunction<? super S, ? super A, ? extends Promise<S>> function) {
        return AsyncEvents.foldSequential(event, initial, function).hold(initial);
    }

    /**
     * A signal of what {@code function} promises for {@code initial} and the values of the signals,
     * in the order of the list, one at a time: {@code S.merge_s}.
     *
     * @param signals the signals
     * @param initial what to begin with
     * @param function takes what it has made so far first
     * @param <A> the type of the values
     * @param <S> the type of the results
     * @return a promise of the signal
     */
    public static <A extends @Nullable Object, S extends @Nullable Object>
            Promise<Signal<S>> mergeSequential(
                    List<? extends Signal<? extends A>> signals,
                    S initial,
                    CheckedBiFunction<? super S, ? super A, ? extends Promise<S>> function) {
        requireNonNull(function, "function");
        Signal<List<A>> values = Signal.<A, List<A>>merge(signals, List.of(), AsyncEvents::add);
        return mapSequential(values, list -> AsyncEvents.fold(list, 0, initial, function));
    }

    /**
     * The value of the signal that {@code function} promises for the values of another one, one at
     * a time: {@code S.bind_s}.
     *
     * @param signal the signal
     * @param function promises a signal
     * @param <A> the type of the values
     * @param <B> the type of the results
     * @return a promise of the signal
     */
    public static <A extends @Nullable Object, B extends @Nullable Object>
            Promise<Signal<B>> flatMapSequential(
                    Signal<A> signal,
                    CheckedFunction<? super A, ? extends Promise<Signal<B>>> function) {
        return AsyncSignals.<A, Signal<B>>mapSequential(signal, function).map(Signal::flatten);
    }

    /**
     * A signal that takes a new value at most once in each period: {@code S.limit}. A period starts
     * at once; the last value that comes in it is taken when the promise of {@code period} is
     * resolved, which starts the next one, as does a value that comes later. It remembers.
     *
     * @param signal the signal
     * @param period starts a period; an error goes to the handler of the graph
     * @param <A> the type of the values
     * @return the signal
     */
    public static <A extends @Nullable Object> Signal<A> limit(
            Signal<A> signal, Callable<? extends Promise<?>> period) {
        requireNonNull(period, "period");
        Graph graph = signal.graph;
        if (graph == null) {
            return signal;
        }
        SignalNodes.Variable<A> variable = new SignalNodes.Variable<>(graph, signal.peek());
        return variable.whileWatched(() -> {
                    AsyncEvents.Limiter<A> limiter =
                            new AsyncEvents.Limiter<>(graph, period, variable::set);
                    limiter.start();
                    Observation observation =
                            signal.changes().observe(limiter::accept, variable::setFailure);
                    return () -> {
                        observation.stop();
                        limiter.cancel();
                    };
                })
                .keep();
    }

    /**
     * A signal of what {@code function} promises for the values of two signals, one at a time:
     * {@code S.l2_s}.
     *
     * @param a one
     * @param b one
     * @param function the function
     * @param <A> a type of values
     * @param <B> a type of values
     * @param <R> the type of the results
     * @return a promise of the signal
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    R extends @Nullable Object>
            Promise<Signal<R>> liftSequential(
                    Signal<A> a,
                    Signal<B> b,
                    BiFunction<? super A, ? super B, ? extends Promise<R>> function) {
        requireNonNull(function, "function");
        return calls(Signal.<A, B, Callable<Promise<R>>>lift(
                a, b, (va, vb) -> () -> function.apply(va, vb)));
    }

    /**
     * A signal of what {@code function} promises for the values of three signals, one at a time:
     * {@code S.l3_s}.
     *
     * @param a one
     * @param b one
     * @param c one
     * @param function the function
     * @param <A> a type of values
     * @param <B> a type of values
     * @param <C> a type of values
     * @param <R> the type of the results
     * @return a promise of the signal
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    R extends @Nullable Object>
            Promise<Signal<R>> liftSequential(
                    Signal<A> a,
                    Signal<B> b,
                    Signal<C> c,
                    Function3<? super A, ? super B, ? super C, ? extends Promise<R>> function) {
        requireNonNull(function, "function");
        return calls(Signal.<A, B, C, Callable<Promise<R>>>lift(
                a, b, c, (va, vb, vc) -> () -> function.apply(va, vb, vc)));
    }

    /**
     * A signal of what {@code function} promises for the values of four signals, one at a time:
     * {@code S.l4_s}.
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
     * @param <R> the type of the results
     * @return a promise of the signal
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    R extends @Nullable Object>
            Promise<Signal<R>> liftSequential(
                    Signal<A> a,
                    Signal<B> b,
                    Signal<C> c,
                    Signal<D> d,
                    Function4<? super A, ? super B, ? super C, ? super D, ? extends Promise<R>>
                            function) {
        requireNonNull(function, "function");
        return calls(Signal.<A, B, C, D, Callable<Promise<R>>>lift(
                a, b, c, d, (va, vb, vc, vd) -> () -> function.apply(va, vb, vc, vd)));
    }

    /**
     * A signal of what {@code function} promises for the values of five signals, one at a time:
     * {@code S.l5_s}.
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
     * @param <R> the type of the results
     * @return a promise of the signal
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    E extends @Nullable Object,
                    R extends @Nullable Object>
            Promise<Signal<R>> liftSequential(
                    Signal<A> a,
                    Signal<B> b,
                    Signal<C> c,
                    Signal<D> d,
                    Signal<E> e,
                    Function5<
                                    ? super A,
                                    ? super B,
                                    ? super C,
                                    ? super D,
                                    ? super E,
                                    ? extends Promise<R>>
                            function) {
        requireNonNull(function, "function");
        return calls(Signal.<A, B, C, D, E, Callable<Promise<R>>>lift(
                a, b, c, d, e, (va, vb, vc, vd, ve) -> () -> function.apply(va, vb, vc, vd, ve)));
    }

    /**
     * A signal of what {@code function} promises for the values of six signals, one at a time:
     * {@code S.l6_s}.
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
     * @param <R> the type of the results
     * @return a promise of the signal
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    E extends @Nullable Object,
                    F extends @Nullable Object,
                    R extends @Nullable Object>
            Promise<Signal<R>> liftSequential(
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
                                    ? extends Promise<R>>
                            function) {
        requireNonNull(function, "function");
        return calls(Signal.<A, B, C, D, E, F, Callable<Promise<R>>>lift(
                a,
                b,
                c,
                d,
                e,
                f,
                (va, vb, vc, vd, ve, vf) -> () -> function.apply(va, vb, vc, vd, ve, vf)));
    }
}
