package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CanceledException;
import io.lwt4j.CheckedBiFunction;
import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.stream.PullStream;
import io.lwt4j.stream.StreamWriter;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Events and promises: {@code Lwt_react.E}.
 *
 * <p>There are three ways in which an event of promises becomes one of their results. The
 * {@code Sequential} one starts a promise when the one before is resolved, and so keeps the order;
 * those that wait are kept without a limit. The {@code Concurrent} one starts all at once, and has
 * the results in the order in which they come. The {@code Latest} one cancels a promise when a
 * newer one is to start. Each result occurs in a step of its own, after that of the occurrence it
 * is of.
 *
 * <p>If a promise is rejected, or a function throws, the event occurs with that error: observers
 * hear of it through {@code onError}, or else the handler of the {@link Graph} does; then it goes
 * on with the next one.
 *
 * <p>Nothing is started as long as nobody depends on the event, unless it remembers. Cancellation:
 * when nobody depends on it any more, or it is stopped, the promises that are running are
 * cancelled, and what waits is dropped; an error that comes from them later goes to the handler.
 *
 * <p>Arguments must not be null. Thread rule: that of the {@link Graph}, which is that of an event
 * loop if there are pending promises.
 */
public final class AsyncEvents {

    private AsyncEvents() {}

    /** An event that something outside of the graph makes while somebody depends on it. */
    private static <A extends @Nullable Object> Event<A> source(
            Graph graph, Function<EventNodes.Primitive<A>, Runnable> start) {
        EventNodes.Primitive<A> emitter = new EventNodes.Primitive<>(graph);
        return emitter.whileWatched(() -> start.apply(emitter));
    }

    private static <
                    A extends @Nullable Object,
                    R extends @Nullable Object,
                    B extends @Nullable Object>
            Event<B> results(
                    Event<A> event,
                    Runner.Order order,
                    CheckedFunction<? super A, ? extends Promise<R>> function,
                    Delivery<? super A, ? super R, B> delivery) {
        Graph graph = event.graph;
        if (graph == null) {
            return Event.never();
        }
        return source(graph, emitter -> {
            Runner<A, R> runner = new Runner<>(
                    graph,
                    order,
                    function,
                    (occurrence, result) -> delivery.deliver(emitter, occurrence, result),
                    emitter::sendFailure);
            Observation observation = event.observe(runner::accept, emitter::sendFailure);
            return () -> {
                observation.stop();
                runner.cancel();
            };
        });
    }

    /** What becomes of a result. */
    @FunctionalInterface
    private interface Delivery<
            A extends @Nullable Object, R extends @Nullable Object, B extends @Nullable Object> {
        void deliver(EventNodes.Primitive<B> emitter, A occurrence, R result);
    }

    private static <A extends @Nullable Object, B extends @Nullable Object>
            Delivery<A, B, B> each() {
        return (emitter, occurrence, result) -> emitter.send(result);
    }

    private static <A extends @Nullable Object> Delivery<A, Boolean, A> accepted() {
        return (emitter, occurrence, passes) -> {
            if (passes) {
                emitter.send(occurrence);
            }
        };
    }

    private static <A extends @Nullable Object, B> Delivery<A, Optional<B>, B> present() {
        return (emitter, occurrence, result) -> result.ifPresent(emitter::send);
    }

    /* ---- To and from promises and streams ---- */

    /**
     * A promise of the next occurrence: {@code E.next}. It is resolved in the middle of the step: a
     * further {@code next} in a callback of it gets the same occurrence again, so for one after the
     * other there is {@link #toStream}.
     *
     * <p>If the event occurs with an error, the promise is rejected with it. Cancelling it stops
     * the waiting.
     *
     * @param event the event
     * @param <A> the type of the occurrences
     * @return the promise; pending for ever if the event never occurs
     */
    public static <A extends @Nullable Object> Promise<A> next(Event<A> event) {
        Resolver<A> resolver = Resolver.cancellable();
        Graph graph = event.graph;
        if (graph != null) {
            Event<A> next = Node.begin(new EventNodes.Next<>(event, resolver));
            resolver.promise().onCancel(next::stop);
        }
        return resolver.promise();
    }

    /**
     * The occurrences as a stream that never ends: {@code E.to_stream}. It is without a bound: what
     * is not read is kept. Closing the stream ends the observation. An error of the event ends the
     * stream with it.
     *
     * @param event the event
     * @param <A> the type of the occurrences, none of them null
     * @return the stream
     */
    public static <A> PullStream<A> toStream(Event<A> event) {
        PullStream.Pushed<A> pushed = PullStream.push();
        StreamWriter<A> writer = pushed.writer();
        Observation observation = event.observe(writer::push, writer::fail);
        pushed.stream().onTermination(observation::stop);
        return pushed.stream();
    }

    /**
     * The elements of a stream: {@code E.of_stream}. They are taken from the stream, beginning with
     * the next turn of the loop, while somebody depends on the event. An error of the stream occurs
     * as one; then, and at its end, there are no more occurrences.
     *
     * @param stream the stream
     * @param <A> the type of the elements
     * @return the event
     */
    public static <A> Event<A> ofStream(PullStream<A> stream) {
        requireNonNull(stream, "stream");
        return source(
                Graph.current(), emitter -> Sending.begin(emitter, to -> stream.forEach(to::send)));
    }

    /**
     * What the promises of a function are fulfilled with, one after the other: {@code E.from}. The
     * function is called, beginning with the next turn of the loop, while somebody depends on the
     * event. When a promise is rejected that occurs as an error, and the function is not called any
     * more.
     *
     * @param function makes the next promise
     * @param <A> the type of the occurrences
     * @return the event
     */
    public static <A extends @Nullable Object> Event<A> from(
            Callable<? extends Promise<A>> function) {
        requireNonNull(function, "function");
        return source(
                Graph.current(), emitter -> Sending.begin(emitter, to -> repeat(function, to)));
    }

    private static <A extends @Nullable Object> Promise<@Nullable Void> repeat(
            Callable<? extends Promise<A>> function, Sending<A> to) {
        return Promise.apply(function).flatMap(occurrence -> {
            to.send(occurrence);
            return repeat(function, to);
        });
    }

    /** What goes on, beginning with the next turn, until it is told to end. */
    private static final class Sending<A extends @Nullable Object> implements Runnable {

        private final EventNodes.Primitive<A> emitter;
        private Promise<?> work = Promise.unit();
        private boolean over;

        private Sending(EventNodes.Primitive<A> emitter) {
            this.emitter = emitter;
        }

        /** Begins; the error of what is sent is an occurrence. */
        static <A extends @Nullable Object> Sending<A> begin(
                EventNodes.Primitive<A> emitter, Function<Sending<A>, Promise<?>> body) {
            Sending<A> sending = new Sending<>(emitter);
            sending.work = EventLoop.pause().flatMap(turn -> body.apply(sending));
            sending.work.onFailure(error -> {
                if (!(error instanceof CancellationException)) {
                    emitter.sendFailure(error);
                }
            });
            return sending;
        }

        void send(A occurrence) {
            emitter.send(occurrence);
            if (over) {
                // The last one who depended on the event has left in an observer of this
                // occurrence, when nothing was pending that could have been cancelled.
                throw CanceledException.instance();
            }
        }

        @Override
        public void run() {
            over = true;
            work.cancel();
        }
    }

    /**
     * The event that a promise is fulfilled with; it never occurs before: {@code E.delay}. If the
     * promise is rejected that occurs as an error. It remembers; the promise is never cancelled.
     *
     * @param promise the promise
     * @param <A> the type of the occurrences
     * @return the event
     */
    public static <A extends @Nullable Object> Event<A> delay(Promise<? extends Event<A>> promise) {
        if (promise.state() instanceof Promise.State.Fulfilled<? extends Event<A>> fulfilled) {
            return fulfilled.value();
        }
        EventNodes.Primitive<Event<A>> arrival = new EventNodes.Primitive<>(Graph.current());
        Event<A> event = Event.switchOn(Event.never(), arrival);
        promise.onAny(arrival::send, arrival::sendFailure);
        return event;
    }

    /**
     * At most one occurrence in each period: {@code E.limit}. The first one passes and starts a
     * period, which ends with the promise of {@code period}; the last one that comes meanwhile
     * passes then, and starts the next period. If the promise is rejected, the period is over, too,
     * and the error goes to the handler of the graph.
     *
     * @param event the event
     * @param period starts a period
     * @param <A> the type of the occurrences
     * @return the event
     */
    public static <A extends @Nullable Object> Event<A> limit(
            Event<A> event, Callable<? extends Promise<?>> period) {
        requireNonNull(period, "period");
        Graph graph = event.graph;
        if (graph == null) {
            return event;
        }
        return source(graph, emitter -> {
            Limiter<A> limiter = new Limiter<>(graph, period, emitter::send);
            Observation observation = event.observe(limiter::accept, emitter::sendFailure);
            return () -> {
                observation.stop();
                limiter.cancel();
            };
        });
    }

    /* ---- Promises as occurrences ---- */

    /**
     * What the promises that occur are fulfilled with, in their order: {@code E.run_s}.
     *
     * @param event the event of promises
     * @param <A> the type of the results
     * @return the event
     */
    public static <A extends @Nullable Object> Event<A> runSequential(Event<Promise<A>> event) {
        return mapSequential(event, promise -> promise);
    }

    /**
     * What the promises that occur are fulfilled with, as it comes: {@code E.run_p}.
     *
     * @param event the event of promises
     * @param <A> the type of the results
     * @return the event
     */
    public static <A extends @Nullable Object> Event<A> runConcurrent(Event<Promise<A>> event) {
        return mapConcurrent(event, promise -> promise);
    }

    /**
     * What {@code function} promises for each occurrence, one at a time: {@code E.map_s}.
     *
     * @param event the event
     * @param function the function
     * @param <A> the type of the occurrences
     * @param <B> the type of the results
     * @return the event
     */
    public static <A extends @Nullable Object, B extends @Nullable Object> Event<B> mapSequential(
            Event<A> event, CheckedFunction<? super A, ? extends Promise<B>> function) {
        requireNonNull(function, "function");
        return results(event, Runner.Order.SEQUENTIAL, function, each());
    }

    /**
     * What {@code function} promises for each occurrence, as it comes: {@code E.map_p}.
     *
     * @param event the event
     * @param function the function
     * @param <A> the type of the occurrences
     * @param <B> the type of the results
     * @return the event
     */
    public static <A extends @Nullable Object, B extends @Nullable Object> Event<B> mapConcurrent(
            Event<A> event, CheckedFunction<? super A, ? extends Promise<B>> function) {
        requireNonNull(function, "function");
        return results(event, Runner.Order.CONCURRENT, function, each());
    }

    /**
     * What {@code function} promises for the latest occurrence: a promise that is still pending is
     * cancelled. Lwt has none of it.
     *
     * @param event the event
     * @param function the function
     * @param <A> the type of the occurrences
     * @param <B> the type of the results
     * @return the event
     */
    public static <A extends @Nullable Object, B extends @Nullable Object> Event<B> mapLatest(
            Event<A> event, CheckedFunction<? super A, ? extends Promise<B>> function) {
        requireNonNull(function, "function");
        return results(event, Runner.Order.LATEST, function, each());
    }

    /**
     * What functions that occur promise for arguments that occur at the same time, one at a time:
     * {@code E.app_s}.
     *
     * @param functions the event of functions
     * @param arguments the event of arguments
     * @param <A> the type of the arguments
     * @param <B> the type of the results
     * @return the event
     */
    public static <A extends @Nullable Object, B extends @Nullable Object> Event<B> applySequential(
            Event<? extends CheckedFunction<? super A, ? extends Promise<B>>> functions,
            Event<A> arguments) {
        return mapSequential(calls(functions, arguments), Callable::call);
    }

    /**
     * What functions that occur promise for arguments that occur at the same time, as it comes:
     * {@code E.app_p}.
     *
     * @param functions the event of functions
     * @param arguments the event of arguments
     * @param <A> the type of the arguments
     * @param <B> the type of the results
     * @return the event
     */
    public static <A extends @Nullable Object, B extends @Nullable Object> Event<B> applyConcurrent(
            Event<? extends CheckedFunction<? super A, ? extends Promise<B>>> functions,
            Event<A> arguments) {
        return mapConcurrent(calls(functions, arguments), Callable::call);
    }

    private static <A extends @Nullable Object, B extends @Nullable Object>
            Event<Callable<Promise<B>>> calls(
                    Event<? extends CheckedFunction<? super A, ? extends Promise<B>>> functions,
                    Event<A> arguments) {
        return Event.lift(
                functions.map(function -> function),
                arguments,
                (function, argument) -> () -> function.apply(argument));
    }

    /**
     * The occurrences for which {@code predicate} promises true, one at a time: {@code E.filter_s}.
     *
     * @param event the event
     * @param predicate the predicate
     * @param <A> the type of the occurrences
     * @return the event
     */
    public static <A extends @Nullable Object> Event<A> filterSequential(
            Event<A> event, CheckedFunction<? super A, ? extends Promise<Boolean>> predicate) {
        requireNonNull(predicate, "predicate");
        return results(event, Runner.Order.SEQUENTIAL, predicate, accepted());
    }

    /**
     * The occurrences for which {@code predicate} promises true, as it comes: {@code E.filter_p}.
     *
     * @param event the event
     * @param predicate the predicate
     * @param <A> the type of the occurrences
     * @return the event
     */
    public static <A extends @Nullable Object> Event<A> filterConcurrent(
            Event<A> event, CheckedFunction<? super A, ? extends Promise<Boolean>> predicate) {
        requireNonNull(predicate, "predicate");
        return results(event, Runner.Order.CONCURRENT, predicate, accepted());
    }

    /**
     * What {@code function} promises, where that is present, one at a time: {@code E.fmap_s}.
     *
     * @param event the event
     * @param function the function
     * @param <A> the type of the occurrences
     * @param <B> the type of the results
     * @return the event
     */
    public static <A extends @Nullable Object, B> Event<B> filterMapSequential(
            Event<A> event, CheckedFunction<? super A, ? extends Promise<Optional<B>>> function) {
        requireNonNull(function, "function");
        return results(event, Runner.Order.SEQUENTIAL, function, present());
    }

    /**
     * What {@code function} promises, where that is present, as it comes: {@code E.fmap_p}.
     *
     * @param event the event
     * @param function the function
     * @param <A> the type of the occurrences
     * @param <B> the type of the results
     * @return the event
     */
    public static <A extends @Nullable Object, B> Event<B> filterMapConcurrent(
            Event<A> event, CheckedFunction<? super A, ? extends Promise<Optional<B>>> function) {
        requireNonNull(function, "function");
        return results(event, Runner.Order.CONCURRENT, function, present());
    }

    /**
     * What {@code function} promises for each occurrence and the one before, one at a time:
     * {@code E.diff_s}. It remembers the occurrence, but starts nothing unless somebody depends on
     * it.
     *
     * @param event the event
     * @param function takes the new one first
     * @param <A> the type of the occurrences
     * @param <B> the type of the results
     * @return the event
     */
    public static <A extends @Nullable Object, B extends @Nullable Object> Event<B> diffSequential(
            Event<A> event,
            CheckedBiFunction<? super A, ? super A, ? extends Promise<B>> function) {
        requireNonNull(function, "function");
        Event<Callable<Promise<B>>> calls =
                event.diff((next, last) -> () -> function.apply(next, last));
        return mapSequential(calls, Callable::call);
    }

    /**
     * What the functions that occur promise one after the other of {@code initial}:
     * {@code E.accum_s}. It remembers.
     *
     * @param functions the event of functions
     * @param initial what to begin with
     * @param <S> the type of the results
     * @return the event
     */
    public static <S extends @Nullable Object> Event<S> accumulateSequential(
            Event<? extends CheckedFunction<? super S, ? extends Promise<S>>> functions,
            S initial) {
        return foldSequential(functions, initial, (state, function) -> function.apply(state));
    }

    /**
     * What {@code function} promises for its last result, at first {@code initial}, and each
     * occurrence: {@code E.fold_s}. A promise that is rejected leaves the last result as it is. It
     * remembers.
     *
     * @param event the event
     * @param initial what to begin with
     * @param function takes the last result first
     * @param <A> the type of the occurrences
     * @param <S> the type of the results
     * @return the event
     */
    public static <A extends @Nullable Object, S extends @Nullable Object> Event<S> foldSequential(
            Event<A> event,
            S initial,
            CheckedBiFunction<? super S, ? super A, ? extends Promise<S>> function) {
        requireNonNull(function, "function");
        State<S> state = new State<>(initial);
        return AsyncEvents.<A, S, S>results(
                        event,
                        Runner.Order.SEQUENTIAL,
                        occurrence -> function.apply(state.value, occurrence),
                        (emitter, occurrence, result) -> {
                            state.value = result;
                            emitter.send(result);
                        })
                .keep();
    }

    /** A result that the next one is made of. */
    private static final class State<S extends @Nullable Object> {
        S value;

        State(S value) {
            this.value = value;
        }
    }

    /**
     * In each step in which any of the events occur, what {@code function} promises for
     * {@code initial} and their occurrences, in the order of the list, one at a time:
     * {@code E.merge_s}.
     *
     * @param events the events
     * @param initial what to begin with
     * @param function takes what it has made so far first
     * @param <A> the type of the occurrences
     * @param <S> the type of the results
     * @return the event
     */
    public static <A extends @Nullable Object, S extends @Nullable Object> Event<S> mergeSequential(
            List<? extends Event<? extends A>> events,
            S initial,
            CheckedBiFunction<? super S, ? super A, ? extends Promise<S>> function) {
        requireNonNull(function, "function");
        Event<List<A>> occurrences = Event.<A, List<A>>merge(events, List.of(), AsyncEvents::add);
        return mapSequential(occurrences, list -> fold(list, 0, initial, function));
    }

    /** A list with one more; a list of the JDK that cannot be changed takes no null. */
    static <A extends @Nullable Object> List<A> add(List<A> list, A more) {
        List<A> longer = new ArrayList<>(list);
        longer.add(more);
        return longer;
    }

    static <A extends @Nullable Object, S extends @Nullable Object> Promise<S> fold(
            List<A> list,
            int from,
            S state,
            CheckedBiFunction<? super S, ? super A, ? extends Promise<S>> function)
            throws Exception {
        if (from == list.size()) {
            return Promise.of(state);
        }
        return function.apply(state, list.get(from))
                .flatMap(next -> fold(list, from + 1, next, function));
    }

    /** Lets values pass once in a period. */
    static final class Limiter<A extends @Nullable Object> {
        private final Graph graph;
        private final Callable<? extends Promise<?>> period;
        private final Consumer<? super A> passes;
        private @Nullable Promise<?> sleeping;
        private boolean waits;
        private @Nullable Object latest;

        Limiter(Graph graph, Callable<? extends Promise<?>> period, Consumer<? super A> passes) {
            this.graph = graph;
            this.period = period;
            this.passes = passes;
        }

        void accept(A value) {
            if (sleeping != null) {
                waits = true;
                latest = value;
            } else {
                start();
                passes.accept(value);
            }
        }

        void start() {
            Promise<?> promise = Promise.unit().flatMap(begun -> period.call());
            sleeping = promise;
            promise.onAny(done -> over(promise), error -> {
                if (sleeping == promise && !(error instanceof CancellationException)) {
                    graph.handle(error);
                }
                over(promise);
            });
        }

        private void over(Promise<?> promise) {
            if (sleeping == promise) {
                sleeping = null;
                if (waits) {
                    waits = false;
                    A value = Node.cast(latest);
                    latest = null;
                    accept(value);
                }
            }
        }

        void cancel() {
            Promise<?> promise = sleeping;
            sleeping = null;
            waits = false;
            latest = null;
            if (promise != null) {
                promise.cancel();
            }
        }
    }
}
