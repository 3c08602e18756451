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
import io.lwt4j.sync.Switch;

import org.jspecify.annotations.Nullable;

import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.util.context.ContextView;

import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Conversions between the types of lwt4j and those of Project Reactor, named by the target and
 * overloaded by the source, so that they chain:
 *
 * <pre>{@code
 * promise.to(ReactorBridge::toMono).map(...).as(ReactorBridge::toPromise)
 * }</pre>
 *
 * <p>Each says five things: whether the source is started by the conversion (<b>Temperature</b>),
 * what stands for no value (<b>Empty</b>), where <b>Errors</b> go, what <b>Cancellation</b> does,
 * and which <b>Thread</b> may call and is called. Null is refused everywhere.
 */
public final class ReactorBridge {

    private static final int WINDOW = 256;

    private ReactorBridge() {}

    /* ---- Promise to Mono ---- */

    /**
     * Makes a mono of a promise.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the promise is under way whether the mono is used or not, and
     *       all subscribers get the same outcome.
     *   <li><b>Empty:</b> a promise fulfilled with null is an empty mono.
     *   <li><b>Errors:</b> the very same throwable; a cancelled promise is an error,
     *       {@link io.lwt4j.CanceledException}. If the loop is closed while the promise is pending,
     *       a {@link java.util.concurrent.RejectedExecutionException}.
     *   <li><b>Cancellation:</b> cancelling the subscription does to the promise what the policy
     *       says, and leaves nothing attached. After the outcome it does nothing.
     *   <li><b>Thread:</b> any thread. {@code onSubscribe} comes during {@code subscribe}; the
     *       outcome comes on the loop, or, if it was there before, on the thread that subscribes or
     *       requests.
     * </ul>
     *
     * @param promise the promise
     * @param policy what the cancellation of a subscription does to the promise
     * @param <T> the type of the value
     * @return the mono; of a promise that is resolved by now a scalar one, which operators know how
     *     to shorten
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
     * The same as {@link #toMono(Promise, CancelPolicy)} with {@link CancelPolicy#CANCEL}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the promise is under way whether the mono is used or not, and
     *       all subscribers get the same outcome.
     *   <li><b>Empty:</b> a promise fulfilled with null is an empty mono.
     *   <li><b>Errors:</b> the very same throwable; a cancelled promise is an error,
     *       {@link io.lwt4j.CanceledException}. If the loop is closed while the promise is pending,
     *       a {@link java.util.concurrent.RejectedExecutionException}.
     *   <li><b>Cancellation:</b> cancelling the subscription cancels the promise, whoever else
     *       waits for it; to keep it from that, convert {@code promise.shielded()} or say another
     *       policy.
     *   <li><b>Thread:</b> any thread. {@code onSubscribe} comes during {@code subscribe}; the
     *       outcome comes on the loop, or, if it was there before, on the thread that subscribes or
     *       requests.
     * </ul>
     *
     * @param promise the promise
     * @param <T> the type of the value
     * @return the mono
     */
    public static <T> Mono<T> toMono(Promise<? extends @Nullable T> promise) {
        return toMono(promise, CancelPolicy.CANCEL);
    }

    /**
     * Makes a mono that makes a promise for each subscriber.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the supplier is called once for each subscriber, on the loop,
     *       with the subscriber's context as the {@linkplain #context() context} of all that it
     *       starts.
     *   <li><b>Empty:</b> a promise fulfilled with null is an empty mono.
     *   <li><b>Errors:</b> the very same throwable; a cancelled promise is an error,
     *       {@link io.lwt4j.CanceledException}. If the loop is closed while the promise is pending,
     *       a {@link java.util.concurrent.RejectedExecutionException}. What the supplier throws is
     *       an error, too.
     *   <li><b>Cancellation:</b> cancelling the subscription cancels the promise; if it comes
     *       before the supplier was called, that is not called at all. A value that comes in spite
     *       of it is discarded.
     *   <li><b>Thread:</b> any thread; subscribing elsewhere than on the loop hands the call to it.
     *       Signals come on the loop.
     * </ul>
     *
     * @param loop the loop on which the supplier is called
     * @param supplier makes the promise
     * @param <T> the type of the value
     * @return the mono
     */
    public static <T> Mono<T> deferMono(
            EventLoop loop, Supplier<? extends Promise<? extends @Nullable T>> supplier) {
        return Mono.from(new MonoDeferred<T>(
                requireNonNull(loop, "loop"), requireNonNull(supplier, "supplier")));
    }

    /**
     * The same as {@link #deferMono(EventLoop, Supplier)} on the current loop.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the supplier is called once for each subscriber, on the loop,
     *       with the subscriber's context as the {@linkplain #context() context} of all that it
     *       starts.
     *   <li><b>Empty:</b> a promise fulfilled with null is an empty mono.
     *   <li><b>Errors:</b> the very same throwable; a cancelled promise is an error,
     *       {@link io.lwt4j.CanceledException}. If the loop is closed while the promise is pending,
     *       a {@link java.util.concurrent.RejectedExecutionException}. What the supplier throws is
     *       an error, too.
     *   <li><b>Cancellation:</b> cancelling the subscription cancels the promise; if it comes
     *       before the supplier was called, that is not called at all. A value that comes in spite
     *       of it is discarded.
     *   <li><b>Thread:</b> a thread that runs a loop. Subscribing is for any thread; signals come
     *       on the loop.
     * </ul>
     *
     * @param supplier makes the promise
     * @param <T> the type of the value
     * @return the mono
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <T> Mono<T> deferMono(
            Supplier<? extends Promise<? extends @Nullable T>> supplier) {
        return deferMono(EventLoop.current(), supplier);
    }

    /* ---- Mono to Promise ---- */

    /**
     * Makes a promise of a mono; it is resolved when the mono has completed.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; subscribes once, during the call, with the
     *       {@linkplain #context() context} in force there.
     *   <li><b>Empty:</b> an empty mono makes a promise fulfilled with null.
     *   <li><b>Errors:</b> the very same throwable. One that comes after the promise was cancelled
     *       goes to {@code Operators.onErrorDropped}, with that context. So does an error after the
     *       value.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of its loop, cancels the
     *       subscription, once; a {@code pick} that the promise loses does so before the callbacks
     *       of the promise. Elements that are of no use then are discarded. After the end nothing
     *       is cancelled. What {@code cancel} throws goes to {@code Operators.onErrorDropped}.
     *   <li><b>Thread:</b> a thread that runs a loop, which the promise belongs to. The source may
     *       signal on any thread; the outcome is handed to the loop. A mono that knows its value,
     *       such as {@code Mono.just}, makes a resolved promise, on any thread.
     * </ul>
     *
     * @param mono the mono
     * @param <T> the type of the value
     * @return the promise
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<@Nullable T> toPromise(Mono<T> mono) {
        return MonoSettler.promise(requireNonNull(mono, "mono"));
    }

    /**
     * The same as {@link #toPromise(Mono)} for a mono that must not be empty.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; subscribes once, during the call, with the
     *       {@linkplain #context() context} in force there.
     *   <li><b>Empty:</b> an empty mono makes a promise rejected with
     *       {@link NoSuchElementException}.
     *   <li><b>Errors:</b> the very same throwable. One that comes after the promise was cancelled
     *       goes to {@code Operators.onErrorDropped}, with that context.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of its loop, cancels the
     *       subscription, once; a {@code pick} that the promise loses does so before the callbacks
     *       of the promise. Elements that are of no use then are discarded. After the end nothing
     *       is cancelled. What {@code cancel} throws goes to {@code Operators.onErrorDropped}.
     *   <li><b>Thread:</b> a thread that runs a loop, which the promise belongs to. The source may
     *       signal on any thread; the outcome is handed to the loop.
     * </ul>
     *
     * @param mono the mono
     * @param <T> the type of the value
     * @return the promise
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<T> toPromiseRequired(Mono<T> mono) {
        return toPromise(mono)
                .flatMap(value -> value == null
                        ? Promise.failed(new NoSuchElementException(
                                "the mono is empty; use toPromise, which makes null of that, or"
                                        + " toPromiseOptional"))
                        : Promise.of(value));
    }

    /**
     * The same as {@link #toPromise(Mono)} with an optional for the value.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; subscribes once, during the call, with the
     *       {@linkplain #context() context} in force there.
     *   <li><b>Empty:</b> an empty optional.
     *   <li><b>Errors:</b> the very same throwable. One that comes after the promise was cancelled
     *       goes to {@code Operators.onErrorDropped}, with that context.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of its loop, cancels the
     *       subscription, once; a {@code pick} that the promise loses does so before the callbacks
     *       of the promise. Elements that are of no use then are discarded. After the end nothing
     *       is cancelled. What {@code cancel} throws goes to {@code Operators.onErrorDropped}.
     *   <li><b>Thread:</b> a thread that runs a loop, which the promise belongs to. The source may
     *       signal on any thread; the outcome is handed to the loop.
     * </ul>
     *
     * @param mono the mono
     * @param <T> the type of the value
     * @return the promise
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<Optional<T>> toPromiseOptional(Mono<T> mono) {
        return toPromise(mono).map(Optional::ofNullable);
    }

    /* ---- Flux to Promise ---- */

    /**
     * Makes a promise of the first element of a flux, of which one is asked for; then the
     * subscription is cancelled.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; subscribes once, during the call, with the
     *       {@linkplain #context() context} in force there.
     *   <li><b>Empty:</b> an empty optional.
     *   <li><b>Errors:</b> the very same throwable. One that comes after the promise was cancelled
     *       goes to {@code Operators.onErrorDropped}, with that context.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of its loop, cancels the
     *       subscription, once; a {@code pick} that the promise loses does so before the callbacks
     *       of the promise. Elements that are of no use then are discarded. After the end nothing
     *       is cancelled. What {@code cancel} throws goes to {@code Operators.onErrorDropped}.
     *   <li><b>Thread:</b> a thread that runs a loop, which the promise belongs to. The source may
     *       signal on any thread; the outcome is handed to the loop.
     * </ul>
     *
     * @param flux the flux
     * @param <T> the type of the elements
     * @return the promise
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<Optional<T>> toPromiseFirst(Flux<T> flux) {
        FluxSource<T> source = source(flux);
        return Publishers.first(source, source);
    }

    /**
     * Makes a promise of the last element of a flux, when it has completed; the others are
     * discarded.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; subscribes once, during the call, with the
     *       {@linkplain #context() context} in force there.
     *   <li><b>Empty:</b> an empty optional.
     *   <li><b>Errors:</b> the very same throwable. One that comes after the promise was cancelled
     *       goes to {@code Operators.onErrorDropped}, with that context.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of its loop, cancels the
     *       subscription, once; a {@code pick} that the promise loses does so before the callbacks
     *       of the promise. Elements that are of no use then are discarded. After the end nothing
     *       is cancelled. What {@code cancel} throws goes to {@code Operators.onErrorDropped}.
     *   <li><b>Thread:</b> a thread that runs a loop, which the promise belongs to. The source may
     *       signal on any thread; the outcome is handed to the loop.
     * </ul>
     *
     * @param flux the flux
     * @param <T> the type of the elements
     * @return the promise
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<Optional<T>> toPromiseLast(Flux<T> flux) {
        FluxSource<T> source = source(flux);
        return Publishers.last(source, source);
    }

    /**
     * Makes a promise of the only element of a flux, when it has completed; a second one cancels
     * the subscription and makes the promise rejected with {@link IndexOutOfBoundsException}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; subscribes once, during the call, with the
     *       {@linkplain #context() context} in force there.
     *   <li><b>Empty:</b> an empty optional.
     *   <li><b>Errors:</b> the very same throwable. One that comes after the promise was cancelled
     *       goes to {@code Operators.onErrorDropped}, with that context.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of its loop, cancels the
     *       subscription, once; a {@code pick} that the promise loses does so before the callbacks
     *       of the promise. Elements that are of no use then are discarded. After the end nothing
     *       is cancelled. What {@code cancel} throws goes to {@code Operators.onErrorDropped}.
     *   <li><b>Thread:</b> a thread that runs a loop, which the promise belongs to. The source may
     *       signal on any thread; the outcome is handed to the loop.
     * </ul>
     *
     * @param flux the flux
     * @param <T> the type of the elements
     * @return the promise
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<Optional<T>> toPromiseSingle(Flux<T> flux) {
        FluxSource<T> source = source(flux);
        return Publishers.single(source, source);
    }

    /**
     * Makes a promise of the list of all elements of a flux, when it has completed; one more than
     * the limit cancels the subscription and makes the promise rejected with
     * {@link IndexOutOfBoundsException}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; subscribes once, during the call, with the
     *       {@linkplain #context() context} in force there.
     *   <li><b>Empty:</b> an empty list.
     *   <li><b>Errors:</b> the very same throwable. One that comes after the promise was cancelled
     *       goes to {@code Operators.onErrorDropped}, with that context.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of its loop, cancels the
     *       subscription, once; a {@code pick} that the promise loses does so before the callbacks
     *       of the promise. Elements that are of no use then are discarded. After the end nothing
     *       is cancelled. What {@code cancel} throws goes to {@code Operators.onErrorDropped}.
     *   <li><b>Thread:</b> a thread that runs a loop, which the promise belongs to. The source may
     *       signal on any thread; the outcome is handed to the loop.
     * </ul>
     *
     * @param flux the flux
     * @param limit how many elements there may be; {@link Integer#MAX_VALUE} for any number
     * @param <T> the type of the elements
     * @return the promise
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     * @throws IllegalArgumentException if the limit is negative
     */
    public static <T> Promise<List<T>> toPromiseList(Flux<T> flux, int limit) {
        FluxSource<T> source = source(flux);
        return Publishers.list(source, limit, source);
    }

    private static <T> FluxSource<T> source(Flux<T> flux) {
        return new FluxSource<>(requireNonNull(flux, "flux"));
    }

    /* ---- Streams ---- */

    /**
     * Makes a flux, for one subscriber, of the elements of a stream.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; each element that is asked for is one read, with the
     *       subscriber's context as the {@linkplain #context() context}, and nothing is read ahead.
     *       A second subscriber gets an {@link IllegalStateException}: it needs a {@code copy} of
     *       the stream.
     *   <li><b>Empty:</b> a stream that ends completes the flux.
     *   <li><b>Errors:</b> what rejects a read ends the flux with the very same throwable.
     *   <li><b>Cancellation:</b> cancelling the subscription cancels the read that waits and closes
     *       the stream. An element that was read meanwhile is discarded.
     *   <li><b>Thread:</b> a thread that runs a loop, which is where the stream is read and every
     *       signal is sent; subscribing, requesting and cancelling are for any thread. If the loop
     *       is closed before the end, a {@link java.util.concurrent.RejectedExecutionException}.
     * </ul>
     *
     * @param stream the stream
     * @param <T> the type of the elements
     * @return the flux
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <T> Flux<T> toFlux(PullStream<T> stream) {
        EventLoop loop = EventLoop.current();
        return Flux.from(new FluxFromPublisher<>(stream.asPublisher(loop)));
    }

    /**
     * Makes a flux of the value of a promise: {@link #toMono(Promise)}, as a flux.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the promise is under way whether the flux is used or not, and
     *       all subscribers get the same outcome.
     *   <li><b>Empty:</b> a promise fulfilled with null is an empty flux.
     *   <li><b>Errors:</b> the very same throwable; a cancelled promise is an error,
     *       {@link io.lwt4j.CanceledException}. If the loop is closed while the promise is pending,
     *       a {@link java.util.concurrent.RejectedExecutionException}.
     *   <li><b>Cancellation:</b> cancelling the subscription cancels the promise.
     *   <li><b>Thread:</b> any thread. {@code onSubscribe} comes during {@code subscribe}; the
     *       outcome comes on the loop, or, if it was there before, on the thread that subscribes or
     *       requests.
     * </ul>
     *
     * @param promise the promise
     * @param <T> the type of the value
     * @return the flux
     */
    public static <T> Flux<T> toFlux(Promise<? extends @Nullable T> promise) {
        return ReactorBridge.<T>toMono(promise).flux();
    }

    /**
     * Makes a stream of the elements of a flux.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the flux is subscribed to, once, when the first element is
     *       wanted, with the {@linkplain #context() context} of that read, or, if there is none, of
     *       this call. So many elements as the window has are asked for ahead, and more when three
     *       quarters of them were read. A window of 1 asks for one after the other.
     *   <li><b>Empty:</b> a flux that completes makes a stream that ends.
     *   <li><b>Errors:</b> the stream ends with the very same throwable. One that comes after the
     *       stream was closed goes to {@code Operators.onErrorDropped}.
     *   <li><b>Cancellation:</b> a read that is cancelled changes nothing: the element goes to the
     *       next one. Closing the stream, or the end of its loop, cancels the subscription, once,
     *       and discards the elements that were not read; after the end of the flux nothing is
     *       cancelled.
     *   <li><b>Thread:</b> any thread; the stream belongs to the loop of its first read. The flux
     *       may signal on any thread.
     * </ul>
     *
     * @param flux the flux
     * @param window the number of elements asked for ahead
     * @param <T> the type of the elements
     * @return the stream
     * @throws IllegalArgumentException if the window is not positive
     */
    public static <T> PullStream<T> toPullStream(Flux<T> flux, int window) {
        FluxSource<T> source = source(flux);
        return PullStream.from(source, window, source);
    }

    /**
     * The same as {@link #toPullStream(Flux, int)} with a window of 256.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the flux is subscribed to, once, when the first element is
     *       wanted, with the {@linkplain #context() context} of that read, or, if there is none, of
     *       this call. So many elements as the window has are asked for ahead, and more when three
     *       quarters of them were read. A window of 1 asks for one after the other.
     *   <li><b>Empty:</b> a flux that completes makes a stream that ends.
     *   <li><b>Errors:</b> the stream ends with the very same throwable. One that comes after the
     *       stream was closed goes to {@code Operators.onErrorDropped}.
     *   <li><b>Cancellation:</b> a read that is cancelled changes nothing: the element goes to the
     *       next one. Closing the stream, or the end of its loop, cancels the subscription, once,
     *       and discards the elements that were not read; after the end of the flux nothing is
     *       cancelled.
     *   <li><b>Thread:</b> any thread; the stream belongs to the loop of its first read. The flux
     *       may signal on any thread.
     * </ul>
     *
     * @param flux the flux
     * @param <T> the type of the elements
     * @return the stream
     */
    public static <T> PullStream<T> toPullStream(Flux<T> flux) {
        return toPullStream(flux, WINDOW);
    }

    /**
     * The same as {@link #toPullStream(Flux, int)}, but started by the call.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; subscribes once, during the call, with the
     *       {@linkplain #context() context} in force there; the window as there.
     *   <li><b>Empty:</b> a flux that completes makes a stream that ends.
     *   <li><b>Errors:</b> the stream ends with the very same throwable. One that comes after the
     *       stream was closed goes to {@code Operators.onErrorDropped}.
     *   <li><b>Cancellation:</b> a read that is cancelled changes nothing: the element goes to the
     *       next one. Closing the stream, or the end of its loop, cancels the subscription, once,
     *       and discards the elements that were not read; after the end of the flux nothing is
     *       cancelled.
     *   <li><b>Thread:</b> a thread that runs a loop, which the stream belongs to. The flux may
     *       signal on any thread.
     * </ul>
     *
     * @param flux the flux
     * @param window the number of elements asked for ahead
     * @param <T> the type of the elements
     * @return the stream
     * @throws IllegalArgumentException if the window is not positive
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <T> PullStream<T> toPullStreamEager(Flux<T> flux, int window) {
        FluxSource<T> source = source(flux);
        return PullStream.subscribe(source, window, source);
    }

    /* ---- Events and signals ---- */

    /**
     * Makes a flux of the occurrences of an event, each told after the step it occurs in.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; every subscriber gets what occurs after it has subscribed.
     *   <li><b>Empty:</b> an event that is stopped completes the flux.
     *   <li><b>Errors:</b> an event's failure ends the flux with the very same throwable; an
     *       occurrence of null with {@link NullPointerException}; too many with
     *       {@code OverflowException} if the strategy says so; the end of the loop with
     *       {@link java.util.concurrent.RejectedExecutionException}.
     *   <li><b>Cancellation:</b> cancelling a subscription ends it and nothing else. What it did
     *       not get is discarded, and so is what the strategy drops.
     *   <li><b>Thread:</b> the loop of the event; subscribing, requesting and cancelling are for
     *       any thread. Signals come on the loop.
     * </ul>
     *
     * @param event the event
     * @param overflow what to do with occurrences a subscriber has not asked for: an event waits
     *     for nobody
     * @param <T> the type of the elements
     * @return the flux
     * @throws IllegalStateException if the calling thread runs no loop
     */
    public static <T> Flux<T> toFlux(Event<T> event, Overflow overflow) {
        return Flux.from(new FluxFromPublisher<>(event.asPublisher(overflow)));
    }

    /**
     * Makes a flux of the values of a signal: first the current one, then, whenever one is asked
     * for, the newest, if it is not the one told last.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; a slow subscriber misses values, never the last one, and costs
     *       no memory.
     *   <li><b>Empty:</b> a signal that is stopped completes the flux after its last value.
     *   <li><b>Errors:</b> a failure of the signal ends the flux with the very same throwable; a
     *       value of null with {@link NullPointerException}; the end of the loop with
     *       {@link java.util.concurrent.RejectedExecutionException}.
     *   <li><b>Cancellation:</b> cancelling a subscription ends it and nothing else.
     *   <li><b>Thread:</b> the loop of the signal; subscribing, requesting and cancelling are for
     *       any thread. Signals come on the loop.
     * </ul>
     *
     * @param signal the signal
     * @param <T> the type of the elements
     * @return the flux
     * @throws IllegalStateException if the calling thread runs no loop
     */
    public static <T> Flux<T> toFlux(Signal<T> signal) {
        return Flux.from(new FluxFromPublisher<>(signal.asPublisher()));
    }

    /**
     * Makes an event of the elements of a flux: each makes a step, and those of several fluxes of
     * one intake that are there at the same time make one.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; subscribes once, during the call, with the
     *       {@linkplain #context() context} in force there.
     *   <li><b>Empty:</b> a flux that completes stops the event.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same throwable. One that
     *       comes too late goes to {@code Operators.onErrorDropped}.
     *   <li><b>Cancellation:</b> cancelling {@link Feed#done}, stopping the node, or the end of the
     *       loop cancels the subscription, once; after the end of the flux nothing is cancelled.
     *       Elements that come later are discarded.
     *   <li><b>Thread:</b> a thread that runs a loop, whose graph the node belongs to. The flux may
     *       signal on any thread.
     * </ul>
     *
     * @param flux the flux
     * @param intake says how much is asked for, and who shares steps
     * @param <T> the type of the elements
     * @return the event and its end
     * @throws IllegalStateException if the calling thread runs no loop
     */
    public static <T> Feed<Event<T>> toEvent(Flux<T> flux, Intake intake) {
        FluxSource<T> source = source(flux);
        return intake.toEvent(source, source);
    }

    /**
     * The same as {@link #toEvent(Flux, Intake)} with an intake of its own, which asks for all.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; subscribes once, during the call, with the
     *       {@linkplain #context() context} in force there.
     *   <li><b>Empty:</b> a flux that completes stops the event.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same throwable. One that
     *       comes too late goes to {@code Operators.onErrorDropped}.
     *   <li><b>Cancellation:</b> cancelling {@link Feed#done}, stopping the node, or the end of the
     *       loop cancels the subscription, once; after the end of the flux nothing is cancelled.
     *       Elements that come later are discarded.
     *   <li><b>Thread:</b> a thread that runs a loop, whose graph the node belongs to. The flux may
     *       signal on any thread.
     * </ul>
     *
     * @param flux the flux
     * @param <T> the type of the elements
     * @return the event and its end
     * @throws IllegalStateException if the calling thread runs no loop
     */
    public static <T> Feed<Event<T>> toEvent(Flux<T> flux) {
        return toEvent(flux, Intake.create());
    }

    /**
     * Makes a signal of the elements of a flux: each makes a step, unless it equals the value there
     * is; those of several fluxes of one intake that are there at the same time make one.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; subscribes once, during the call, with the
     *       {@linkplain #context() context} in force there.
     *   <li><b>Empty:</b> a flux that completes stops the signal, which keeps its value.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same throwable. One that
     *       comes too late goes to {@code Operators.onErrorDropped}.
     *   <li><b>Cancellation:</b> cancelling {@link Feed#done}, stopping the node, or the end of the
     *       loop cancels the subscription, once; after the end of the flux nothing is cancelled.
     *       Elements that come later are discarded.
     *   <li><b>Thread:</b> a thread that runs a loop, whose graph the node belongs to. The flux may
     *       signal on any thread.
     * </ul>
     *
     * @param flux the flux
     * @param initial the value until the first element comes
     * @param intake says how much is asked for, and who shares steps
     * @param <T> the type of the elements
     * @return the signal and its end
     * @throws IllegalStateException if the calling thread runs no loop
     */
    public static <T> Feed<Signal<T>> toSignal(Flux<T> flux, T initial, Intake intake) {
        FluxSource<T> source = source(flux);
        return intake.toSignal(source, initial, Objects::equals, source);
    }

    /**
     * The same as {@link #toSignal(Flux, Object, Intake)} with an intake of its own, which asks for
     * all.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; subscribes once, during the call, with the
     *       {@linkplain #context() context} in force there.
     *   <li><b>Empty:</b> a flux that completes stops the signal, which keeps its value.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same throwable. One that
     *       comes too late goes to {@code Operators.onErrorDropped}.
     *   <li><b>Cancellation:</b> cancelling {@link Feed#done}, stopping the node, or the end of the
     *       loop cancels the subscription, once; after the end of the flux nothing is cancelled.
     *       Elements that come later are discarded.
     *   <li><b>Thread:</b> a thread that runs a loop, whose graph the node belongs to. The flux may
     *       signal on any thread.
     * </ul>
     *
     * @param flux the flux
     * @param initial the value until the first element comes
     * @param <T> the type of the elements
     * @return the signal and its end
     * @throws IllegalStateException if the calling thread runs no loop
     */
    public static <T> Feed<Signal<T>> toSignal(Flux<T> flux, T initial) {
        return toSignal(flux, initial, Intake.create());
    }

    /**
     * Makes a signal of the elements of a flux when the first one has come.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; subscribes once, during the call, with the
     *       {@linkplain #context() context} in force there.
     *   <li><b>Empty:</b> a flux that completes before there is an element rejects the promise with
     *       {@link NoSuchElementException}; later it stops the signal.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same throwable. One that
     *       comes too late goes to {@code Operators.onErrorDropped}. Before the first element, the
     *       promise is.
     *   <li><b>Cancellation:</b> cancelling the promise cancels the subscription. Cancelling
     *       {@link Feed#done}, stopping the node, or the end of the loop cancels the subscription,
     *       once; after the end of the flux nothing is cancelled. Elements that come later are
     *       discarded.
     *   <li><b>Thread:</b> a thread that runs a loop, whose graph the node belongs to. The flux may
     *       signal on any thread.
     * </ul>
     *
     * @param flux the flux
     * @param <T> the type of the elements
     * @return a promise of the signal and its end
     * @throws IllegalStateException if the calling thread runs no loop
     */
    public static <T> Promise<Feed<Signal<T>>> toSignal(Flux<T> flux) {
        FluxSource<T> source = source(flux);
        return Intake.create().toSignal(source, Objects::equals, source);
    }

    /**
     * Emits the occurrences of an event into a sink.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; both are under way.
     *   <li><b>Empty:</b> an event that is stopped completes the sink.
     *   <li><b>Errors:</b> an event's failure is emitted. What the sink does not take, because it
     *       is full, has no subscriber or is over, is discarded.
     *   <li><b>Cancellation:</b> disposing of the result ends it, and does nothing to the event or
     *       the sink. A sink that is cancelled or over ends it, too.
     *   <li><b>Thread:</b> the loop of the event. Where the sink is busy on another thread, it is
     *       tried again in a later turn, and the order is kept.
     * </ul>
     *
     * @param event the event
     * @param sink the sink
     * @param <T> the type of the elements
     * @return ends it
     * @throws IllegalStateException if the calling thread runs no loop
     */
    public static <T> Disposable emitInto(Event<T> event, Sinks.Many<T> sink) {
        requireNonNull(sink, "sink");
        EventEmission<T> emission = new EventEmission<>(sink, EventLoop.current());
        event.asPublisher(Overflow.unbounded()).subscribe(emission);
        return emission;
    }

    /* ---- Races ---- */

    /**
     * The first of several monos to have an outcome, value or error; the others are cancelled, in
     * order, each before its own callbacks and all before the outcome is told: {@code Lwt.pick}. A
     * member that has it at once keeps those behind it from being subscribed to.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the members are subscribed to on the loop, in order, once for
     *       each subscriber, with the subscriber's context.
     *   <li><b>Empty:</b> a member that is empty wins with that.
     *   <li><b>Errors:</b> the very same throwable of the member that wins. Errors of the losers go
     *       to {@code Operators.onErrorDropped}.
     *   <li><b>Cancellation:</b> cancelling the subscription cancels all members, the last one
     *       first.
     *   <li><b>Thread:</b> a thread that runs a loop. Subscribing is for any thread; signals come
     *       on the loop.
     * </ul>
     *
     * @param monos the members, at least one
     * @param <T> the type of the value
     * @return the mono
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <T> Mono<T> pick(List<? extends Mono<? extends T>> monos) {
        return Races.first(monos, Promise::pick);
    }

    /**
     * The same as {@link #pick(List)}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the members are subscribed to on the loop, in order, once for
     *       each subscriber, with the subscriber's context.
     *   <li><b>Empty:</b> a member that is empty wins with that.
     *   <li><b>Errors:</b> the very same throwable of the member that wins.
     *   <li><b>Cancellation:</b> cancelling the subscription cancels all members, the last one
     *       first.
     *   <li><b>Thread:</b> a thread that runs a loop. Subscribing is for any thread; signals come
     *       on the loop.
     * </ul>
     *
     * @param monos the members, at least one
     * @param <T> the type of the value
     * @return the mono
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T> Mono<T> pick(Mono<? extends T>... monos) {
        return pick(Arrays.asList(monos));
    }

    /**
     * The first of several monos to have an outcome; the others go on: {@code Lwt.choose}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the members are subscribed to on the loop, in order, once for
     *       each subscriber, with the subscriber's context.
     *   <li><b>Empty:</b> a member that is empty wins with that.
     *   <li><b>Errors:</b> the very same throwable of the member that wins. Errors of the losers
     *       count as not looked at, and reach the loop's handler.
     *   <li><b>Cancellation:</b> cancelling the subscription cancels all members, the last one
     *       first. After the outcome nothing is cancelled.
     *   <li><b>Thread:</b> a thread that runs a loop. Subscribing is for any thread; signals come
     *       on the loop.
     * </ul>
     *
     * @param monos the members, at least one
     * @param <T> the type of the value
     * @return the mono
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <T> Mono<T> choose(List<? extends Mono<? extends T>> monos) {
        return Races.first(monos, Promise::choose);
    }

    /**
     * The same as {@link #choose(List)}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the members are subscribed to on the loop, in order, once for
     *       each subscriber, with the subscriber's context.
     *   <li><b>Empty:</b> a member that is empty wins with that.
     *   <li><b>Errors:</b> the very same throwable of the member that wins.
     *   <li><b>Cancellation:</b> cancelling the subscription cancels all members, the last one
     *       first.
     *   <li><b>Thread:</b> a thread that runs a loop. Subscribing is for any thread; signals come
     *       on the loop.
     * </ul>
     *
     * @param monos the members, at least one
     * @param <T> the type of the value
     * @return the mono
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T> Mono<T> choose(Mono<? extends T>... monos) {
        return choose(Arrays.asList(monos));
    }

    /**
     * The values of all monos that have one when the first one has; the others are cancelled:
     * {@code Lwt.npick}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the members are subscribed to on the loop, in order, once for
     *       each subscriber, with the subscriber's context.
     *   <li><b>Empty:</b> members that are empty add nothing to the list.
     *   <li><b>Errors:</b> the very same throwable of the member that wins, or of another one that
     *       has failed by then.
     *   <li><b>Cancellation:</b> cancelling the subscription cancels all members, the last one
     *       first.
     *   <li><b>Thread:</b> a thread that runs a loop. Subscribing is for any thread; signals come
     *       on the loop.
     * </ul>
     *
     * @param monos the members, at least one
     * @param <T> the type of the value
     * @return the mono
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <T> Mono<List<T>> npick(List<? extends Mono<? extends T>> monos) {
        return Races.some(monos, Promise::npick);
    }

    /**
     * The values of all monos that have one when the first one has; the others go on:
     * {@code Lwt.nchoose}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the members are subscribed to on the loop, in order, once for
     *       each subscriber, with the subscriber's context.
     *   <li><b>Empty:</b> members that are empty add nothing to the list.
     *   <li><b>Errors:</b> the very same throwable of the member that wins, or of another one that
     *       has failed by then.
     *   <li><b>Cancellation:</b> cancelling the subscription cancels all members, the last one
     *       first. After the outcome nothing is cancelled.
     *   <li><b>Thread:</b> a thread that runs a loop. Subscribing is for any thread; signals come
     *       on the loop.
     * </ul>
     *
     * @param monos the members, at least one
     * @param <T> the type of the value
     * @return the mono
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <T> Mono<List<T>> nchoose(List<? extends Mono<? extends T>> monos) {
        return Races.some(monos, Promise::nchoose);
    }

    /**
     * The values of two monos, when both have an outcome: {@code Lwt.both}. A member that fails
     * does not cancel the other one.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the members are subscribed to on the loop, in order, once for
     *       each subscriber, with the subscriber's context.
     *   <li><b>Empty:</b> a member that is empty stands as null.
     *   <li><b>Errors:</b> the very same throwable of the member that failed first in time.
     *   <li><b>Cancellation:</b> cancelling the subscription cancels both members, the second one
     *       first.
     *   <li><b>Thread:</b> a thread that runs a loop. Subscribing is for any thread; signals come
     *       on the loop.
     * </ul>
     *
     * @param first a member
     * @param second a member
     * @param <A> the type of the value of the first
     * @param <B> the type of the value of the second
     * @return the mono
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <A, B> Mono<Promise.Both<@Nullable A, @Nullable B>> both(
            Mono<A> first, Mono<B> second) {
        requireNonNull(first, "first");
        requireNonNull(second, "second");
        return deferMono(() -> Promise.both(toPromise(first), toPromise(second)));
    }

    /**
     * Completes when all monos have an outcome: {@code Lwt.join}. Values are let go; a member that
     * fails does not cancel the others.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the members are subscribed to on the loop, in order, once for
     *       each subscriber, with the subscriber's context.
     *   <li><b>Empty:</b> always.
     *   <li><b>Errors:</b> the very same throwable of the member that failed first in time.
     *   <li><b>Cancellation:</b> cancelling the subscription cancels all members, the last one
     *       first.
     *   <li><b>Thread:</b> a thread that runs a loop. Subscribing is for any thread; signals come
     *       on the loop.
     * </ul>
     *
     * @param monos the members
     * @return an empty mono
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static Mono<Void> join(List<? extends Mono<?>> monos) {
        List<Mono<?>> members = List.copyOf(monos);
        return deferMono(() -> Promise.join(Races.subscribeAll(members)));
    }

    /**
     * The same as {@link #join(List)}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the members are subscribed to on the loop, in order, once for
     *       each subscriber, with the subscriber's context.
     *   <li><b>Empty:</b> always.
     *   <li><b>Errors:</b> the very same throwable of the member that failed first in time.
     *   <li><b>Cancellation:</b> cancelling the subscription cancels all members, the last one
     *       first.
     *   <li><b>Thread:</b> a thread that runs a loop. Subscribing is for any thread; signals come
     *       on the loop.
     * </ul>
     *
     * @param monos the members
     * @return an empty mono
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static Mono<Void> join(Mono<?>... monos) {
        return join(Arrays.asList(monos));
    }

    /* ---- Sinks ---- */

    /**
     * Emits the outcome of a promise into a sink.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; both are under way.
     *   <li><b>Empty:</b> a promise fulfilled with null completes the sink without a value.
     *   <li><b>Errors:</b> the very same throwable. What the sink does not take goes to Reactor's
     *       hooks for dropped signals.
     *   <li><b>Cancellation:</b> a cancelled promise emits {@link io.lwt4j.CanceledException}. A
     *       sink knows nothing of its subscribers' cancellation; disposing of the result lets go of
     *       the promise and cancels it.
     *   <li><b>Thread:</b> any thread; the sink is told on the loop. Where it is busy on another
     *       thread it is tried again in a later turn.
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
     *   <li><b>Temperature:</b> hot; both are under way.
     *   <li><b>Empty:</b> a promise fulfilled with null completes the sink without a value.
     *   <li><b>Errors:</b> the very same throwable.
     *   <li><b>Cancellation:</b> cancelling the subscription to the mono cancels the promise. A
     *       cancelled promise emits {@link io.lwt4j.CanceledException}.
     *   <li><b>Thread:</b> any thread; the sink is told on the loop.
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
     * Makes a sink that resolves a promise.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; {@code asMono} is {@link #toMono(Promise)}.
     *   <li><b>Empty:</b> emitting nothing fulfils the promise with null.
     *   <li><b>Errors:</b> emitting an error rejects the promise with it.
     *   <li><b>Cancellation:</b> after the promise was cancelled emissions fail with
     *       {@code FAIL_CANCELLED} and are discarded; a second emission fails with
     *       {@code FAIL_TERMINATED}. Neither throws in the emitting thread.
     *   <li><b>Thread:</b> any thread, also several at a time.
     * </ul>
     *
     * @param resolver the resolver; nobody else should use it
     * @param <T> the type of the value
     * @return the sink
     */
    public static <T> Sinks.One<T> toSink(Resolver<@Nullable T> resolver) {
        return new ResolverSink<>(requireNonNull(resolver, "resolver"));
    }

    /* ---- Disposables ---- */

    /**
     * A disposable that cancels a promise.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> it makes no difference.
     *   <li><b>Errors:</b> it makes no difference.
     *   <li><b>Cancellation:</b> disposing cancels the promise; it is disposed when the promise is
     *       resolved.
     *   <li><b>Thread:</b> any thread.
     * </ul>
     *
     * @param promise the promise
     * @return the disposable
     */
    public static Disposable toDisposable(Promise<?> promise) {
        return Disposables.of(requireNonNull(promise, "promise"));
    }

    /**
     * A disposable that turns a switch off: {@code Lwt_switch.turn_off}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> it makes no difference.
     *   <li><b>Errors:</b> what its hooks fail with reaches the loop's handler.
     *   <li><b>Cancellation:</b> disposing turns the switch off; doing so twice is harmless.
     *   <li><b>Thread:</b> a thread that runs a loop; disposing is for any thread.
     * </ul>
     *
     * @param toggle the switch
     * @return the disposable
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static Disposable toDisposable(Switch toggle) {
        return Disposables.of(requireNonNull(toggle, "toggle"), EventLoop.current());
    }

    /**
     * Disposes of something when a switch is turned off: {@code Lwt_switch.add_hook}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> it makes no difference.
     *   <li><b>Errors:</b> what {@code dispose} throws is a failure of the hook.
     *   <li><b>Cancellation:</b> if the switch is off already, it is disposed of at once.
     *   <li><b>Thread:</b> the loop of the switch.
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
