package io.lwt4j.interop.reactor;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CancelPolicy;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;
import io.lwt4j.PromiseOutlet;
import io.lwt4j.Publishers;
import io.lwt4j.Resolver;
import io.lwt4j.react.Event;
import io.lwt4j.react.Feed;
import io.lwt4j.react.Intake;
import io.lwt4j.react.Overflow;
import io.lwt4j.react.Signal;
import io.lwt4j.stream.PullStream;
import io.lwt4j.sync.Scope;
import io.lwt4j.sync.Switch;

import org.jspecify.annotations.Nullable;

import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.util.context.ContextView;

import java.util.Collection;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Conversions between the types of lwt4j and those of Project Reactor, in both directions, named by
 * what they make and overloaded by what they make it of, so that they chain:
 *
 * <pre>{@code
 * promise.to(ReactorBridge::toMono).map(...).as(ReactorBridge::toPromise)
 * }</pre>
 *
 * <p>Each says five things; what holds for all of them stands here.
 *
 * <ul>
 *   <li><b>Temperature:</b> hot ones begin during the call and subscribe to a source once, with the
 *       {@linkplain #context() context} in force there; cold ones begin, for each subscriber, when
 *       that comes, and with its context.
 *   <li><b>Empty:</b> what stands for no value. Null arguments are refused with a
 *       {@link NullPointerException}.
 *   <li><b>Errors:</b> the very same {@code Throwable} on both sides, also that of a promise that
 *       was cancelled. One of a source, or of a promise made for a subscriber, that nobody hears
 *       any more is late: it goes to {@code Operators.onErrorDropped}, once, with the context of
 *       the subscription, unless it is the answer to a cancellation. Elements that are of no use
 *       any more are discarded with {@code Operators.onDiscard}. Whoever waits for a loop that
 *       closes gets a {@link java.util.concurrent.RejectedExecutionException}.
 *   <li><b>Cancellation:</b> where a promise, stream, event or signal is made, what cancels the
 *       subscription: once, and not after the end of the source; the end of the loop does so, too.
 *       A {@code pick} that a promise loses does so before the promise's callbacks. Where a Reactor
 *       type is made, what cancelling the subscription does; after the outcome it does nothing.
 *   <li><b>Thread:</b> who may call. On a thread without a loop those that need one throw a
 *       {@link io.lwt4j.LoopThreadException}, those that need a graph an
 *       {@link IllegalStateException}. Sources may signal, and results be used, on any thread;
 *       signals are sent, and suppliers called, on the loop.
 * </ul>
 *
 * <p>A stream reads ahead so many elements as its window has, and asks for more when three quarters
 * of them were taken; a window of 1 asks for one after the other. If the first read has no context,
 * that of the conversion stands in.
 */
public final class ReactorBridge {

    private static final int WINDOW = 256;

    private ReactorBridge() {}

    /* ---- Promise to Mono ---- */

    /**
     * {@return the value of a promise, as a scalar mono if it is there already}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> null is no value.
     *   <li><b>Errors:</b> those of the promise.
     *   <li><b>Cancellation:</b> does to the promise what the policy says.
     *   <li><b>Thread:</b> any; an outcome that is there is told where it is asked for.
     * </ul>
     *
     * @param promise the promise
     * @param policy what the cancellation of a subscription does to the promise
     * @param <T> the type of the value
     */
    @SuppressWarnings("unchecked") // only its state is needed, and nobody writes
    public static <T> Mono<T> toMono(Promise<? extends @Nullable T> promise, CancelPolicy policy) {
        requireNonNull(policy, "policy");
        if (promise.isPending()) {
            return Mono.from(new MonoFromPromise<T>(new PromiseOutlet<>(promise, policy)));
        }
        try {
            return Mono.justOrEmpty(((Promise<T>) promise).poll());
        } catch (Throwable t) {
            return Mono.error(t);
        }
    }

    /**
     * {@return the value of a promise: {@link #toMono(Promise, CancelPolicy)} with CANCEL}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> null is no value.
     *   <li><b>Errors:</b> those of the promise.
     *   <li><b>Cancellation:</b> cancels the promise, whoever else waits for it.
     *   <li><b>Thread:</b> any; an outcome that is there is told where it is asked for.
     * </ul>
     *
     * @param promise the promise
     * @param <T> the type of the value
     */
    public static <T> Mono<T> toMono(Promise<? extends @Nullable T> promise) {
        return toMono(promise, CancelPolicy.CANCEL);
    }

    /**
     * {@return the value of a promise made for each subscriber: {@code Lwt.apply} later}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the supplier is called once for each subscriber.
     *   <li><b>Empty:</b> null is no value.
     *   <li><b>Errors:</b> those of the promise, and what the supplier throws.
     *   <li><b>Cancellation:</b> cancels the promise, or keeps the supplier from being called.
     *   <li><b>Thread:</b> any; the supplier is called on the loop.
     * </ul>
     *
     * @param loop the loop on which the supplier is called
     * @param supplier makes the promise
     * @param <T> the type of the value
     */
    public static <T> Mono<T> deferMono(
            EventLoop loop, Supplier<? extends Promise<? extends @Nullable T>> supplier) {
        return Mono.from(new MonoDeferred<T>(
                requireNonNull(loop, "loop"), requireNonNull(supplier, "supplier")));
    }

    /**
     * {@return what a promise made for each subscriber on the current loop has as its value}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the supplier is called once for each subscriber.
     *   <li><b>Empty:</b> null is no value.
     *   <li><b>Errors:</b> those of the promise, and what the supplier throws.
     *   <li><b>Cancellation:</b> cancels the promise, or keeps the supplier from being called.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param supplier makes the promise
     * @param <T> the type of the value
     */
    public static <T> Mono<T> deferMono(
            Supplier<? extends Promise<? extends @Nullable T>> supplier) {
        return deferMono(EventLoop.current(), supplier);
    }

    /* ---- Mono to Promise ---- */

    /**
     * {@return a promise of the value of a mono, if it has one, when it has completed}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> no value is null.
     *   <li><b>Errors:</b> those of the source; one after the value is late.
     *   <li><b>Cancellation:</b> of the promise.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to; any for {@code Mono.just}.
     * </ul>
     *
     * @param source the source
     * @param <T> the type of the value
     */
    public static <T> Promise<@Nullable T> toPromise(Mono<T> source) {
        return MonoSettler.promise(requireNonNull(source, "source"));
    }

    /**
     * {@return a promise of the value that a mono has to have}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> no value is a {@link NoSuchElementException}.
     *   <li><b>Errors:</b> those of the source.
     *   <li><b>Cancellation:</b> of the promise.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to.
     * </ul>
     *
     * @param source the source
     * @param <T> the type of the value
     */
    public static <T> Promise<T> toPromiseRequired(Mono<T> source) {
        return toPromise(source)
                .flatMap(value -> value == null
                        ? Promise.failed(new NoSuchElementException(
                                "the mono is empty; use toPromise, which makes null of that, or"
                                        + " toPromiseOptional"))
                        : Promise.of(value));
    }

    /**
     * {@return a promise of the value of a mono, or that there is none}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> no value is an empty optional.
     *   <li><b>Errors:</b> those of the source.
     *   <li><b>Cancellation:</b> of the promise.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to.
     * </ul>
     *
     * @param source the source
     * @param <T> the type of the value
     */
    public static <T> Promise<Optional<T>> toPromiseOptional(Mono<T> source) {
        return toPromise(source).map(Optional::ofNullable);
    }

    /* ---- Flux to Promise ---- */

    /**
     * {@return a promise of the first element; then it is cancelled: {@code Lwt_stream.get}}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> no element is null.
     *   <li><b>Errors:</b> those of the source.
     *   <li><b>Cancellation:</b> of the promise.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to.
     * </ul>
     *
     * @param source the source
     * @param <T> the type of the elements
     */
    public static <T> Promise<@Nullable T> toPromiseFirst(Flux<T> source) {
        FluxSource<T> flow = flow(source);
        return orNull(Publishers.first(flow, flow));
    }

    /**
     * {@return a promise of the last element, when the source has completed}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> no element is null.
     *   <li><b>Errors:</b> those of the source.
     *   <li><b>Cancellation:</b> of the promise.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to.
     * </ul>
     *
     * @param source the source
     * @param <T> the type of the elements
     */
    public static <T> Promise<@Nullable T> toPromiseLast(Flux<T> source) {
        FluxSource<T> flow = flow(source);
        return orNull(Publishers.last(flow, flow));
    }

    /**
     * {@return a promise of the only element, when the source has completed}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> no element is null; a second, {@link IndexOutOfBoundsException}.
     *   <li><b>Errors:</b> those of the source.
     *   <li><b>Cancellation:</b> of the promise.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to.
     * </ul>
     *
     * @param source the source
     * @param <T> the type of the elements
     */
    public static <T> Promise<@Nullable T> toPromiseSingle(Flux<T> source) {
        FluxSource<T> flow = flow(source);
        return orNull(Publishers.single(flow, flow));
    }

    /**
     * {@return a promise of all elements: {@code Lwt_stream.to_list}}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> no element is an empty list.
     *   <li><b>Errors:</b> those of the source; {@link IndexOutOfBoundsException} over the limit.
     *   <li><b>Cancellation:</b> of the promise.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to.
     * </ul>
     *
     * @param source the source
     * @param limit how many elements there may be; {@link Integer#MAX_VALUE} for any number
     * @param <T> the type of the elements
     * @throws IllegalArgumentException if the limit is negative
     */
    public static <T> Promise<List<T>> toPromiseList(Flux<T> source, int limit) {
        FluxSource<T> flow = flow(source);
        return Publishers.list(flow, limit, flow);
    }

    @SuppressWarnings("NullAway") // a function to a nullable type is beyond it
    private static <T> Promise<@Nullable T> orNull(Promise<Optional<T>> promise) {
        return promise.<@Nullable T>map(value -> value.orElse(null));
    }

    private static <T> FluxSource<T> flow(Flux<T> source) {
        return new FluxSource<>(requireNonNull(source, "source"));
    }

    /* ---- Streams ---- */

    /**
     * {@return the elements of a stream; each element that is asked for is one read}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; for one subscriber, others need a {@link PullStream#copy}.
     *   <li><b>Empty:</b> a stream that ends completes the flux.
     *   <li><b>Errors:</b> what rejects a read.
     *   <li><b>Cancellation:</b> cancels the read that waits and closes the stream.
     *   <li><b>Thread:</b> that of a loop, on which the stream is read.
     * </ul>
     *
     * @param stream the stream
     * @param <T> the type of the elements
     */
    public static <T> Flux<T> toFlux(PullStream<T> stream) {
        EventLoop loop = EventLoop.current();
        return Flux.from(new FluxFromPublisher<>(stream.asPublisher(loop)));
    }

    /**
     * {@return the value of a promise as the only element of a flux}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> null is no value.
     *   <li><b>Errors:</b> those of the promise.
     *   <li><b>Cancellation:</b> cancels the promise.
     *   <li><b>Thread:</b> any; an outcome that is there is told where it is asked for.
     * </ul>
     *
     * @param promise the promise
     * @param <T> the type of the value
     */
    public static <T> Flux<T> toFlux(Promise<? extends @Nullable T> promise) {
        return ReactorBridge.<T>toMono(promise).flux();
    }

    /**
     * {@return the elements of a source as a stream, with a window}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the source is subscribed to, once, at the first read.
     *   <li><b>Empty:</b> completion ends the stream.
     *   <li><b>Errors:</b> end the stream.
     *   <li><b>Cancellation:</b> closing the stream does it; a cancelled read loses nothing.
     *   <li><b>Thread:</b> any; the stream belongs to the loop of its first read.
     * </ul>
     *
     * @param source the source
     * @param window how many are asked for ahead; 1 for one after the other
     * @param <T> the type of the elements
     * @throws IllegalArgumentException if the window is not positive
     */
    public static <T> PullStream<T> toPullStream(Flux<T> source, int window) {
        FluxSource<T> flow = flow(source);
        return PullStream.from(flow, window, flow);
    }

    /**
     * {@return the elements of a source as a stream, of which 256 are asked for ahead}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the source is subscribed to, once, at the first read.
     *   <li><b>Empty:</b> completion ends the stream.
     *   <li><b>Errors:</b> end the stream.
     *   <li><b>Cancellation:</b> closing the stream does it; a cancelled read loses nothing.
     *   <li><b>Thread:</b> any; the stream belongs to the loop of its first read.
     * </ul>
     *
     * @param source the source
     * @param <T> the type of the elements
     */
    public static <T> PullStream<T> toPullStream(Flux<T> source) {
        return toPullStream(source, WINDOW);
    }

    /**
     * {@return the elements of a source as a stream, from now on}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> completion ends the stream.
     *   <li><b>Errors:</b> end the stream.
     *   <li><b>Cancellation:</b> closing the stream does it; a cancelled read loses nothing.
     *   <li><b>Thread:</b> that of a loop, which the stream belongs to.
     * </ul>
     *
     * @param source the source
     * @param window how many are asked for ahead; 1 for one after the other
     * @param <T> the type of the elements
     * @throws IllegalArgumentException if the window is not positive
     */
    public static <T> PullStream<T> toPullStreamEager(Flux<T> source, int window) {
        FluxSource<T> flow = flow(source);
        return PullStream.subscribe(flow, window, flow);
    }

    /* ---- Events and signals ---- */

    /**
     * {@return the occurrences of an event: {@code Lwt_react.E.to_stream} with a bound}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; a subscriber gets what occurs from then on.
     *   <li><b>Empty:</b> an event that is stopped completes the flux.
     *   <li><b>Errors:</b> null, {@link NullPointerException}; overflow, {@code OverflowException}.
     *   <li><b>Cancellation:</b> ends the observation; what was not told is discarded.
     *   <li><b>Thread:</b> that of the graph, on an event loop.
     * </ul>
     *
     * @param event the event
     * @param overflow what to do with occurrences a subscriber has not asked for: an event waits
     *     for nobody
     * @param <T> the type of the elements
     */
    public static <T> Flux<T> toFlux(Event<T> event, Overflow overflow) {
        return Flux.from(new FluxFromPublisher<>(event.asPublisher(overflow)));
    }

    /**
     * {@return the value of a signal now, then always the newest one that was not told}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; a subscriber gets the value now, and changes from then on.
     *   <li><b>Empty:</b> a signal that is stopped completes the flux after its last value.
     *   <li><b>Errors:</b> those of the signal; null is a {@link NullPointerException}.
     *   <li><b>Cancellation:</b> ends the observation and nothing else.
     *   <li><b>Thread:</b> that of the graph, on an event loop.
     * </ul>
     *
     * @param signal the signal
     * @param <T> the type of the elements
     */
    public static <T> Flux<T> toFlux(Signal<T> signal) {
        return Flux.from(new FluxFromPublisher<>(signal.asPublisher()));
    }

    /**
     * {@return an event of each element, in one step with what else of the intake there is}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> completion stops the event.
     *   <li><b>Errors:</b> reject {@link Feed#done}.
     *   <li><b>Cancellation:</b> of {@link Feed#done}, or stopping the node.
     *   <li><b>Thread:</b> that of the graph, on an event loop.
     * </ul>
     *
     * @param source the source
     * @param intake says how much is asked for, and who shares steps
     * @param <T> the type of the elements
     */
    public static <T> Feed<Event<T>> toEvent(Flux<T> source, Intake intake) {
        FluxSource<T> flow = flow(source);
        return intake.toEvent(flow, flow);
    }

    /**
     * {@return an event that occurs with each element, and the promise of the end}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> completion stops the event.
     *   <li><b>Errors:</b> reject {@link Feed#done}.
     *   <li><b>Cancellation:</b> of {@link Feed#done}, or stopping the node.
     *   <li><b>Thread:</b> that of the graph, on an event loop.
     * </ul>
     *
     * @param source the source
     * @param <T> the type of the elements
     */
    public static <T> Feed<Event<T>> toEvent(Flux<T> source) {
        return toEvent(source, Intake.create());
    }

    /**
     * {@return a signal of the last element, in one step with what else of the intake there is}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> completion stops the signal, which keeps its value.
     *   <li><b>Errors:</b> reject {@link Feed#done}.
     *   <li><b>Cancellation:</b> of {@link Feed#done}, or stopping the node.
     *   <li><b>Thread:</b> that of the graph, on an event loop.
     * </ul>
     *
     * @param source the source
     * @param initial the value until the first element comes
     * @param intake says how much is asked for, and who shares steps
     * @param <T> the type of the elements
     */
    public static <T> Feed<Signal<T>> toSignal(Flux<T> source, T initial, Intake intake) {
        FluxSource<T> flow = flow(source);
        return intake.toSignal(flow, initial, Objects::equals, flow);
    }

    /**
     * {@return a signal that has the last element, and the promise of the end}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> completion stops the signal, which keeps its value.
     *   <li><b>Errors:</b> reject {@link Feed#done}.
     *   <li><b>Cancellation:</b> of {@link Feed#done}, or stopping the node.
     *   <li><b>Thread:</b> that of the graph, on an event loop.
     * </ul>
     *
     * @param source the source
     * @param initial the value until the first element comes
     * @param <T> the type of the elements
     */
    public static <T> Feed<Signal<T>> toSignal(Flux<T> source, T initial) {
        return toSignal(source, initial, Intake.create());
    }

    /**
     * {@return a promise of such a signal from the first element on; at once if that is there}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> no element is a {@link NoSuchElementException}.
     *   <li><b>Errors:</b> before the first element reject the promise, later {@link Feed#done}.
     *   <li><b>Cancellation:</b> of the promise, later of {@link Feed#done}.
     *   <li><b>Thread:</b> that of the graph, on an event loop.
     * </ul>
     *
     * @param source the source
     * @param <T> the type of the elements
     */
    public static <T> Promise<Feed<Signal<T>>> toSignal(Flux<T> source) {
        FluxSource<T> flow = flow(source);
        return Intake.create().toSignal(flow, Objects::equals, flow);
    }

    /**
     * Emits the occurrences of an event into a sink, until that has ended.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; begins during the call.
     *   <li><b>Empty:</b> an event that is stopped completes the sink.
     *   <li><b>Errors:</b> an event has none; what the sink does not take is discarded.
     *   <li><b>Cancellation:</b> disposing ends it and leaves the sink as it is.
     *   <li><b>Thread:</b> that of the graph; a busy sink is tried again in a later turn, in order.
     * </ul>
     *
     * @param event the event
     * @param sink the sink
     * @param <T> the type of the elements
     * @return ends it
     */
    public static <T> Disposable emitInto(Event<T> event, Sinks.Many<T> sink) {
        requireNonNull(sink, "sink");
        EventEmission<T> emission = new EventEmission<>(sink, EventLoop.current());
        event.asPublisher(Overflow.unbounded()).subscribe(emission);
        return emission;
    }

    /* ---- Races ---- */

    /**
     * {@return the first outcome; before it is told, the others are cancelled: {@code Lwt.pick}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; subscribed to in order, up to one that has its outcome.
     *   <li><b>Empty:</b> a member that is empty wins with that.
     *   <li><b>Errors:</b> that of the winner; those of losers are late.
     *   <li><b>Cancellation:</b> cancels all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members the members, at least one
     * @param <T> the type of the value
     */
    public static <T> Mono<T> pick(Collection<? extends Mono<? extends T>> members) {
        return Races.first(members, Promise::pick);
    }

    /**
     * {@return the first outcome; before it is told, the others are cancelled: {@code Lwt.pick}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; subscribed to in order, up to one that has its outcome.
     *   <li><b>Empty:</b> a member that is empty wins with that.
     *   <li><b>Errors:</b> that of the winner; those of losers are late.
     *   <li><b>Cancellation:</b> cancels all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members the members, at least one
     * @param <T> the type of the value
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T> Mono<T> pick(Mono<? extends T>... members) {
        return pick(List.of(members));
    }

    /**
     * {@return the first outcome of any member; the others go on: {@code Lwt.choose}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; subscribed to in order, up to one that has its outcome.
     *   <li><b>Empty:</b> a member that is empty wins with that.
     *   <li><b>Errors:</b> that of the winner; the loop's handler hears of others.
     *   <li><b>Cancellation:</b> cancels all members, the last one first; none after the outcome.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members the members, at least one
     * @param <T> the type of the value
     */
    public static <T> Mono<T> choose(Collection<? extends Mono<? extends T>> members) {
        return Races.first(members, Promise::choose);
    }

    /**
     * {@return the first outcome of any member; the others go on: {@code Lwt.choose}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; subscribed to in order, up to one that has its outcome.
     *   <li><b>Empty:</b> a member that is empty wins with that.
     *   <li><b>Errors:</b> that of the winner; the loop's handler hears of others.
     *   <li><b>Cancellation:</b> cancels all members, the last one first; none after the outcome.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members the members, at least one
     * @param <T> the type of the value
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T> Mono<T> choose(Mono<? extends T>... members) {
        return choose(List.of(members));
    }

    /**
     * {@return all values there are with the first one; others are cancelled: {@code Lwt.npick}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; each subscriber has all members subscribed to.
     *   <li><b>Empty:</b> members that are empty add nothing to the list.
     *   <li><b>Errors:</b> that of the first member in the list that has one by then.
     *   <li><b>Cancellation:</b> cancels all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members the members, at least one
     * @param <T> the type of the value
     */
    public static <T> Mono<List<T>> npick(Collection<? extends Mono<? extends T>> members) {
        return Races.some(members, Promise::npick);
    }

    /**
     * {@return all values there are with the first one; the others go on: {@code Lwt.nchoose}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; each subscriber has all members subscribed to.
     *   <li><b>Empty:</b> members that are empty add nothing to the list.
     *   <li><b>Errors:</b> that of the first member in the list that has one by then.
     *   <li><b>Cancellation:</b> cancels all members, the last one first; none after the outcome.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members the members, at least one
     * @param <T> the type of the value
     */
    public static <T> Mono<List<T>> nchoose(Collection<? extends Mono<? extends T>> members) {
        return Races.some(members, Promise::nchoose);
    }

    /**
     * {@return the values of two members: {@code Lwt.both}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; each subscriber has all members subscribed to.
     *   <li><b>Empty:</b> a member that is empty stands as null.
     *   <li><b>Errors:</b> the first one in time, when all have ended.
     *   <li><b>Cancellation:</b> cancels both members, the second one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param first a member
     * @param second a member
     * @param <A> the type of the value of the first
     * @param <B> the type of the value of the second
     */
    public static <A, B> Mono<Promise.Both<@Nullable A, @Nullable B>> both(
            Mono<A> first, Mono<B> second) {
        requireNonNull(first, "first");
        requireNonNull(second, "second");
        return deferMono(() -> Promise.both(toPromise(first), toPromise(second)));
    }

    /**
     * {@return the end of all members: {@code Lwt.join}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; each subscriber has all members subscribed to.
     *   <li><b>Empty:</b> always.
     *   <li><b>Errors:</b> the first one in time, when all have ended.
     *   <li><b>Cancellation:</b> cancels all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members the members
     */
    public static Mono<Void> join(Collection<? extends Mono<?>> members) {
        List<Mono<?>> all = List.copyOf(members);
        return deferMono(() -> Promise.join(Races.subscribeAll(all)));
    }

    /**
     * {@return the end of all members: {@code Lwt.join}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; each subscriber has all members subscribed to.
     *   <li><b>Empty:</b> always.
     *   <li><b>Errors:</b> the first one in time, when all have ended.
     *   <li><b>Cancellation:</b> cancels all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members the members
     */
    public static Mono<Void> join(Mono<?>... members) {
        return join(List.of(members));
    }

    /* ---- Sinks ---- */

    /**
     * Emits the outcome of a promise into a sink.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; told as soon as there is an outcome.
     *   <li><b>Empty:</b> null completes the sink without a value.
     *   <li><b>Errors:</b> those of the promise; late if the sink takes none any more.
     *   <li><b>Cancellation:</b> disposing cancels the promise; a sink has none.
     *   <li><b>Thread:</b> any; a sink that is busy elsewhere is tried again in a later turn.
     * </ul>
     *
     * @param promise the promise
     * @param sink the sink
     * @param <T> the type of the value
     * @return lets go of the promise
     */
    public static <T> Disposable resolveInto(
            Promise<? extends @Nullable T> promise, Sinks.One<T> sink) {
        return OutcomeEmitter.into(promise, requireNonNull(sink, "sink"));
    }

    /**
     * Emits the outcome of a promise into the sink of {@code Mono.create}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; told as soon as there is an outcome.
     *   <li><b>Empty:</b> null completes the sink without a value.
     *   <li><b>Errors:</b> those of the promise.
     *   <li><b>Cancellation:</b> of the mono's subscriber cancels the promise.
     *   <li><b>Thread:</b> any; the sink is told on the loop.
     * </ul>
     *
     * @param promise the promise
     * @param sink the sink
     * @param <T> the type of the value
     * @return lets go of the promise
     */
    public static <T> Disposable resolveInto(
            Promise<? extends @Nullable T> promise, MonoSink<T> sink) {
        return OutcomeEmitter.into(promise, requireNonNull(sink, "sink"));
    }

    /**
     * {@return a sink that resolves a promise: {@code Lwt.wakeup_later}}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; {@code asMono} is {@link #toMono(Promise)}.
     *   <li><b>Empty:</b> emitting nothing fulfils the promise with null.
     *   <li><b>Errors:</b> reject the promise.
     *   <li><b>Cancellation:</b> of the promise makes emissions {@code FAIL_CANCELLED}.
     *   <li><b>Thread:</b> any, also several at a time.
     * </ul>
     *
     * @param resolver the resolver; nobody else should use it
     * @param <T> the type of the value
     */
    public static <T> Sinks.One<T> toSink(Resolver<@Nullable T> resolver) {
        return new ResolverSink<>(requireNonNull(resolver, "resolver"));
    }

    /* ---- Disposables ---- */

    /**
     * {@return what cancels a promise when it is disposed of: {@code Lwt.cancel}}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> it makes no difference.
     *   <li><b>Errors:</b> it makes no difference.
     *   <li><b>Cancellation:</b> disposing cancels the promise.
     *   <li><b>Thread:</b> any; the promise is cancelled on its loop.
     * </ul>
     *
     * @param promise the promise
     */
    public static Disposable toDisposable(Promise<?> promise) {
        return Disposables.of(requireNonNull(promise, "promise"));
    }

    /**
     * {@return what turns a switch off when it is disposed of: {@code Lwt_switch.turn_off}}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> it makes no difference.
     *   <li><b>Errors:</b> those of the hooks reach the loop's handler.
     *   <li><b>Cancellation:</b> disposing turns the switch off; doing so twice is harmless.
     *   <li><b>Thread:</b> that of the switch's loop, where it is turned off.
     * </ul>
     *
     * @param toggle the switch
     */
    public static Disposable toDisposable(Switch toggle) {
        requireNonNull(toggle, "toggle");
        return Disposables.of(
                EventLoop.current(), () -> EventLoop.spawn(toggle::turnOff), () -> !toggle.isOn());
    }

    /**
     * {@return what closes a scope, as cancelling its result does, when it is disposed of}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> it makes no difference.
     *   <li><b>Errors:</b> those of the scope are its result's.
     *   <li><b>Cancellation:</b> disposing cancels what was forked there, once.
     *   <li><b>Thread:</b> that of the scope's loop, where it is closed.
     * </ul>
     *
     * @param scope the scope
     */
    public static Disposable toDisposable(Scope scope) {
        requireNonNull(scope, "scope");
        return Disposables.of(EventLoop.current(), scope::cancel, () -> !scope.isOpen());
    }

    /**
     * Disposes of something when a switch is off: {@code Lwt_switch.add_hook_or_exec}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> it makes no difference.
     *   <li><b>Errors:</b> what {@code dispose} throws is a failure of the hook.
     *   <li><b>Cancellation:</b> if the switch is off already, it is disposed of at once.
     *   <li><b>Thread:</b> that of the switch's loop.
     * </ul>
     *
     * @param toggle the switch
     * @param disposable what to dispose of
     * @param <D> the type of the disposable
     * @return the same disposable
     */
    public static <D extends Disposable> D addTo(Switch toggle, D disposable) {
        return Disposables.add(toggle, requireNonNull(disposable, "disposable"));
    }

    /* ---- Contexts and threads ---- */

    /**
     * The Reactor context of whoever subscribed, as a promise-local value: set in what runs for a
     * subscriber of a cold conversion, and handed on to every source that is subscribed to there.
     * To change it for some code, use {@link PromiseLocal#with}.
     *
     * @return always the same key
     */
    public static PromiseLocal<ContextView> context() {
        return Contexts.KEY;
    }

    /**
     * Makes Reactor refuse to block on the thread of any loop, as it refuses on its own: from then
     * on {@code block} throws {@link IllegalStateException} there instead of waiting for ever. For
     * the whole process; doing so twice is harmless.
     */
    public static void refuseBlocking() {
        NonBlocking.register();
    }
}
