package io.lwt4j.interop.rx;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CancelPolicy;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
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
import io.reactivex.rxjava3.core.BackpressureStrategy;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.CompletableEmitter;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.MaybeEmitter;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleEmitter;
import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.functions.BooleanSupplier;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import io.reactivex.rxjava3.processors.FlowableProcessor;
import io.reactivex.rxjava3.subjects.CompletableSubject;
import io.reactivex.rxjava3.subjects.MaybeSubject;
import io.reactivex.rxjava3.subjects.SingleSubject;
import io.reactivex.rxjava3.subjects.Subject;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/**
 * Conversions between the types of lwt4j and those of RxJava 3, in both directions, named by what
 * they make and overloaded by what they make it of. Each says five things; what holds for all of
 * them stands here.
 *
 * <ul>
 *   <li><b>Temperature:</b> hot ones begin during the call and subscribe to a source once; cold
 *       ones begin, for each subscriber, when that comes.
 *   <li><b>Empty:</b> what stands for no value. Null arguments are refused with a
 *       {@link NullPointerException}.
 *   <li><b>Errors:</b> the very same {@code Throwable} on both sides, also that of a promise that
 *       was cancelled. One of a source, or of a promise made for a subscriber, that nobody hears
 *       any more is late: it goes to {@code RxJavaPlugins.onError}, once, unless it is the answer
 *       to a cancellation. (RxJava has no place for late values; they are let go.) Whoever waits
 *       for a loop that closes gets a {@link java.util.concurrent.RejectedExecutionException}.
 *   <li><b>Cancellation:</b> where a promise, stream, event or signal is made, what cancels the
 *       source: once, and not after its outcome; the end of the loop does so, too. Where an Rx type
 *       is made, what disposing does; after the outcome it does nothing.
 *   <li><b>Thread:</b> who may call. On a thread without a loop those that need one throw a
 *       {@link io.lwt4j.LoopThreadException}, those that need a graph an
 *       {@link IllegalStateException}. Sources may signal, and results be used, on any thread;
 *       signals are sent, and suppliers called, on the loop.
 * </ul>
 *
 * <p>A promise made for a subscriber has the promise-local values of the place where that
 * subscribes, or, if there are none, of the conversion.
 */
public final class RxJava3Bridge {

    /** How many elements a stream asks for ahead. */
    private static final int WINDOW = 256;

    /** After how many elements an {@code Observable} of a stream lets the loop have a turn. */
    private static final int BATCH = 256;

    private RxJava3Bridge() {}

    /* ---- Promises as Rx types ---- */

    /**
     * {@return the value of a promise: {@link #toSingle(Promise, CancelPolicy)} with CANCEL}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> null is a {@link NoSuchElementException}; see {@link #toMaybe}.
     *   <li><b>Errors:</b> those of the promise.
     *   <li><b>Cancellation:</b> cancels the promise.
     *   <li><b>Thread:</b> any; an outcome that is there is told during {@code subscribe}.
     * </ul>
     *
     * @param promise the promise
     * @param <T> the type of the value
     */
    public static <T> Single<T> toSingle(Promise<? extends @Nullable T> promise) {
        return toSingle(promise, CancelPolicy.CANCEL);
    }

    /**
     * {@return the value of a promise, as a constant of RxJava's if it is there already}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> null is a {@link NoSuchElementException}; see {@link #toMaybe}.
     *   <li><b>Errors:</b> those of the promise.
     *   <li><b>Cancellation:</b> does to the promise what the policy says.
     *   <li><b>Thread:</b> any; an outcome that is there is told during {@code subscribe}.
     * </ul>
     *
     * @param promise the promise
     * @param policy what disposing does to the promise; not null
     * @param <T> the type of the value
     */
    public static <T> Single<T> toSingle(
            Promise<? extends @Nullable T> promise, CancelPolicy policy) {
        return PromiseSource.<T, Single<T>>of(
                promise,
                policy,
                value -> value == null
                        ? Single.error(() -> Late.noValue("toSingle", "toMaybe"))
                        : Single.just(value),
                Single::error,
                source -> new SingleFromPromise<T>(source));
    }

    /**
     * {@return the value of a promise: {@link #toMaybe(Promise, CancelPolicy)} with CANCEL}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> null is no value.
     *   <li><b>Errors:</b> those of the promise.
     *   <li><b>Cancellation:</b> cancels the promise.
     *   <li><b>Thread:</b> any; an outcome that is there is told during {@code subscribe}.
     * </ul>
     *
     * @param promise the promise
     * @param <T> the type of the value
     */
    public static <T> Maybe<T> toMaybe(Promise<? extends @Nullable T> promise) {
        return toMaybe(promise, CancelPolicy.CANCEL);
    }

    /**
     * {@return the value of a promise, as a constant of RxJava's if it is there already}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> null is no value.
     *   <li><b>Errors:</b> those of the promise.
     *   <li><b>Cancellation:</b> does to the promise what the policy says.
     *   <li><b>Thread:</b> any; an outcome that is there is told during {@code subscribe}.
     * </ul>
     *
     * @param promise the promise
     * @param policy what disposing does to the promise; not null
     * @param <T> the type of the value
     */
    public static <T> Maybe<T> toMaybe(
            Promise<? extends @Nullable T> promise, CancelPolicy policy) {
        return PromiseSource.<T, Maybe<T>>of(
                promise,
                policy,
                value -> value == null ? Maybe.empty() : Maybe.just(value),
                Maybe::error,
                source -> new MaybeFromPromise<T>(source));
    }

    /**
     * {@return the end of a promise: {@link #toCompletable(Promise, CancelPolicy)} with CANCEL}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> completes, whatever the value.
     *   <li><b>Errors:</b> those of the promise.
     *   <li><b>Cancellation:</b> cancels the promise.
     *   <li><b>Thread:</b> any; an outcome that is there is told during {@code subscribe}.
     * </ul>
     *
     * @param promise the promise
     */
    public static Completable toCompletable(Promise<?> promise) {
        return toCompletable(promise, CancelPolicy.CANCEL);
    }

    /**
     * {@return the end of a promise, as a constant of RxJava's if it is there already}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> completes, whatever the value.
     *   <li><b>Errors:</b> those of the promise.
     *   <li><b>Cancellation:</b> does to the promise what the policy says.
     *   <li><b>Thread:</b> any; an outcome that is there is told during {@code subscribe}.
     * </ul>
     *
     * @param promise the promise
     * @param policy what disposing does to the promise; not null
     */
    public static Completable toCompletable(Promise<?> promise, CancelPolicy policy) {
        return PromiseSource.<Object, Completable>of(
                promise,
                policy,
                value -> Completable.complete(),
                Completable::error,
                CompletableFromPromise::new);
    }

    /**
     * {@return the value of a promise as the only element of a {@code Flowable}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> null is no value.
     *   <li><b>Errors:</b> those of the promise.
     *   <li><b>Cancellation:</b> cancels the promise.
     *   <li><b>Thread:</b> any; an outcome that is there is told during {@code subscribe}.
     * </ul>
     *
     * @param promise the promise
     * @param <T> the type of the value
     */
    public static <T> Flowable<T> toFlowable(Promise<? extends @Nullable T> promise) {
        return PromiseSource.<T, Flowable<T>>of(
                promise,
                CancelPolicy.CANCEL,
                value -> value == null ? Flowable.empty() : Flowable.just(value),
                Flowable::error,
                source -> new FlowableFromFlow<>(PromiseSource.<T>publisher(promise)));
    }

    /* ---- Promises made for each subscriber ---- */

    /**
     * {@return what a promise made for each subscriber on the current loop has as its value}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the supplier is called once for each subscriber.
     *   <li><b>Empty:</b> null is a {@link NoSuchElementException}; see {@link #toMaybe}.
     *   <li><b>Errors:</b> those of the promise, and what the supplier throws.
     *   <li><b>Cancellation:</b> cancels the promise, or keeps the supplier from being called.
     *   <li><b>Thread:</b> any; the supplier is called on the loop.
     * </ul>
     *
     * @param supplier makes the promise; not null, nor what it returns
     * @param <T> the type of the value
     */
    public static <T> Single<T> deferSingle(
            Supplier<? extends Promise<? extends @Nullable T>> supplier) {
        return deferSingle(EventLoop.current(), supplier);
    }

    /**
     * {@return the value of a promise made for each subscriber: {@code Lwt.apply} later}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the supplier is called once for each subscriber.
     *   <li><b>Empty:</b> null is a {@link NoSuchElementException}; see {@link #toMaybe}.
     *   <li><b>Errors:</b> those of the promise, and what the supplier throws.
     *   <li><b>Cancellation:</b> cancels the promise, or keeps the supplier from being called.
     *   <li><b>Thread:</b> any; the supplier is called on the loop.
     * </ul>
     *
     * @param loop where the supplier is called
     * @param supplier makes the promise; not null, nor what it returns
     * @param <T> the type of the value
     */
    public static <T> Single<T> deferSingle(
            EventLoop loop, Supplier<? extends Promise<? extends @Nullable T>> supplier) {
        requireNonNull(loop, "loop");
        requireNonNull(supplier, "supplier");
        return new SingleFromPromise<>(PromiseSource.defer(loop, supplier));
    }

    /**
     * {@return what a promise made for each subscriber on the current loop has as its value}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the supplier is called once for each subscriber.
     *   <li><b>Empty:</b> null is no value.
     *   <li><b>Errors:</b> those of the promise, and what the supplier throws.
     *   <li><b>Cancellation:</b> cancels the promise, or keeps the supplier from being called.
     *   <li><b>Thread:</b> any; the supplier is called on the loop.
     * </ul>
     *
     * @param supplier makes the promise; not null, nor what it returns
     * @param <T> the type of the value
     */
    public static <T> Maybe<T> deferMaybe(
            Supplier<? extends Promise<? extends @Nullable T>> supplier) {
        return deferMaybe(EventLoop.current(), supplier);
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
     * @param loop where the supplier is called
     * @param supplier makes the promise; not null, nor what it returns
     * @param <T> the type of the value
     */
    public static <T> Maybe<T> deferMaybe(
            EventLoop loop, Supplier<? extends Promise<? extends @Nullable T>> supplier) {
        requireNonNull(loop, "loop");
        requireNonNull(supplier, "supplier");
        return new MaybeFromPromise<>(PromiseSource.defer(loop, supplier));
    }

    /**
     * {@return the end of a promise made for each subscriber on the current loop}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the supplier is called once for each subscriber.
     *   <li><b>Empty:</b> completes, whatever the value.
     *   <li><b>Errors:</b> those of the promise, and what the supplier throws.
     *   <li><b>Cancellation:</b> cancels the promise, or keeps the supplier from being called.
     *   <li><b>Thread:</b> any; the supplier is called on the loop.
     * </ul>
     *
     * @param supplier makes the promise; not null, nor what it returns
     */
    public static Completable deferCompletable(Supplier<? extends Promise<?>> supplier) {
        return deferCompletable(EventLoop.current(), supplier);
    }

    /**
     * {@return the end of a promise made for each subscriber: {@code Lwt.apply} later}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the supplier is called once for each subscriber.
     *   <li><b>Empty:</b> completes, whatever the value.
     *   <li><b>Errors:</b> those of the promise, and what the supplier throws.
     *   <li><b>Cancellation:</b> cancels the promise, or keeps the supplier from being called.
     *   <li><b>Thread:</b> any; the supplier is called on the loop.
     * </ul>
     *
     * @param loop where the supplier is called
     * @param supplier makes the promise; not null, nor what it returns
     */
    public static Completable deferCompletable(
            EventLoop loop, Supplier<? extends Promise<?>> supplier) {
        requireNonNull(loop, "loop");
        requireNonNull(supplier, "supplier");
        return new CompletableFromPromise(
                PromiseSource.<Object>defer(loop, PromiseSource.anyOf(supplier)));
    }

    /* ---- Single, Maybe, Completable as promises ---- */

    /**
     * {@return a promise of the value of a {@code Single}}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> those of the source.
     *   <li><b>Cancellation:</b> of the promise.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to.
     * </ul>
     *
     * @param source the source
     * @param <T> the type of the value
     */
    public static <T> Promise<T> toPromise(Single<T> source) {
        return PromiseFromSingle.of(requireNonNull(source, "source"));
    }

    /**
     * {@return a promise of the value of a {@code Maybe}, if it has one}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> no value is null.
     *   <li><b>Errors:</b> those of the source.
     *   <li><b>Cancellation:</b> of the promise.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to.
     * </ul>
     *
     * @param source the source
     * @param <T> the type of the value
     */
    public static <T> Promise<@Nullable T> toPromise(Maybe<T> source) {
        return PromiseFromMaybe.nullable(requireNonNull(source, "source"));
    }

    /**
     * {@return a promise of the value that a {@code Maybe} has to have}
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
    public static <T> Promise<T> toPromiseRequired(Maybe<T> source) {
        return PromiseFromMaybe.required(requireNonNull(source, "source"));
    }

    /**
     * {@return a promise of the value of a {@code Maybe}, or that there is none}
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
    public static <T> Promise<Optional<T>> toPromiseOptional(Maybe<T> source) {
        return PromiseFromMaybe.optional(requireNonNull(source, "source"));
    }

    /**
     * {@return a promise of the end of a {@code Completable}}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot.
     *   <li><b>Empty:</b> completion is null.
     *   <li><b>Errors:</b> those of the source.
     *   <li><b>Cancellation:</b> of the promise.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to.
     * </ul>
     *
     * @param source the source
     */
    public static Promise<@Nullable Void> toPromise(Completable source) {
        return PromiseFromCompletable.of(requireNonNull(source, "source"));
    }

    /* ---- Flowable and Observable as promises ---- */

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
    public static <T> Promise<@Nullable T> toPromiseFirst(Flowable<T> source) {
        return orNull(Publishers.first(flow(source), Late.handler()));
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
    public static <T> Promise<@Nullable T> toPromiseLast(Flowable<T> source) {
        return orNull(Publishers.last(flow(source), Late.handler()));
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
    public static <T> Promise<@Nullable T> toPromiseSingle(Flowable<T> source) {
        return orNull(Publishers.single(flow(source), Late.handler()));
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
     * @param limit how many there may be; {@link Integer#MAX_VALUE} for any number
     * @param <T> the type of the elements
     * @throws IllegalArgumentException if the limit is negative
     */
    public static <T> Promise<List<T>> toPromiseList(Flowable<T> source, int limit) {
        return Publishers.list(flow(source), limit, Late.handler());
    }

    /**
     * {@return a promise of the first element; then the source is disposed of}
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
    public static <T> Promise<@Nullable T> toPromiseFirst(Observable<T> source) {
        return orNull(Publishers.first(flow(source), Late.handler()));
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
    public static <T> Promise<@Nullable T> toPromiseLast(Observable<T> source) {
        return orNull(Publishers.last(flow(source), Late.handler()));
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
    public static <T> Promise<@Nullable T> toPromiseSingle(Observable<T> source) {
        return orNull(Publishers.single(flow(source), Late.handler()));
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
     * @param limit how many there may be; {@link Integer#MAX_VALUE} for any number
     * @param <T> the type of the elements
     * @throws IllegalArgumentException if the limit is negative
     */
    public static <T> Promise<List<T>> toPromiseList(Observable<T> source, int limit) {
        return Publishers.list(flow(source), limit, Late.handler());
    }

    private static <T> Promise<@Nullable T> orNull(Promise<Optional<T>> promise) {
        return promise.<@Nullable T>map(value -> Nulls.allowed(value.orElse(null)));
    }

    private static <T> Flow.Publisher<T> flow(Flowable<T> source) {
        return new FlowFromFlowable<>(requireNonNull(source, "source"));
    }

    private static <T> Flow.Publisher<T> flow(Observable<T> source) {
        return new FlowFromObservable<>(requireNonNull(source, "source"));
    }

    /* ---- Streams ---- */

    /**
     * {@return the elements of a stream; each element that is asked for is one read}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; for one subscriber, others need a {@link PullStream#copy}.
     *   <li><b>Empty:</b> a stream that ends completes.
     *   <li><b>Errors:</b> what rejects a read.
     *   <li><b>Cancellation:</b> cancels the read that waits and closes the stream.
     *   <li><b>Thread:</b> that of a loop, on which the stream is read.
     * </ul>
     *
     * @param stream the stream
     * @param <T> the type of the elements
     */
    public static <T> Flowable<T> toFlowable(PullStream<T> stream) {
        return new FlowableFromFlow<>(stream.asPublisher());
    }

    /**
     * {@return the elements of a stream as they come; the loop gets a turn after every 256}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; for one observer, others need a {@link PullStream#copy}.
     *   <li><b>Empty:</b> a stream that ends completes.
     *   <li><b>Errors:</b> what rejects a read.
     *   <li><b>Cancellation:</b> cancels the read that waits and closes the stream.
     *   <li><b>Thread:</b> that of a loop, on which the stream is read.
     * </ul>
     *
     * @param stream the stream
     * @param <T> the type of the elements
     */
    public static <T> Observable<T> toObservable(PullStream<T> stream) {
        return new ObservableFromFlow<>(stream.asPublisher(), BATCH);
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
    public static <T> PullStream<T> toPullStream(Flowable<T> source) {
        return toPullStream(source, WINDOW);
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
    public static <T> PullStream<T> toPullStream(Flowable<T> source, int window) {
        return PullStream.from(flow(source), window, Late.handler());
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
    public static <T> PullStream<T> toPullStreamEager(Flowable<T> source, int window) {
        return PullStream.subscribe(flow(source), window, Late.handler());
    }

    /**
     * {@return the elements of an {@code Observable} as a stream}
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
     * @param strategy what becomes of elements for which there is no room among the 256 asked for
     *     ahead: {@code DROP} loses them, {@code LATEST} all but the last one, {@code ERROR} ends
     *     the stream with a {@code MissingBackpressureException}; {@code BUFFER} and
     *     {@code MISSING} keep all, however many; not null
     * @param <T> the type of the elements
     */
    public static <T> PullStream<T> toPullStream(
            Observable<T> source, BackpressureStrategy strategy) {
        requireNonNull(source, "source");
        return switch (requireNonNull(strategy, "strategy")) {
            case BUFFER, MISSING ->
                PullStream.from(flow(source), Integer.MAX_VALUE, Late.handler());
            case DROP -> demanded(source, DemandedObservable.Kind.DROP);
            case LATEST -> demanded(source, DemandedObservable.Kind.LATEST);
            case ERROR -> demanded(source, DemandedObservable.Kind.ERROR);
        };
    }

    private static <T> PullStream<T> demanded(Observable<T> source, DemandedObservable.Kind kind) {
        return PullStream.from(new DemandedObservable<>(source, kind), WINDOW, Late.handler());
    }

    /* ---- Events and signals ---- */

    /**
     * {@return the occurrences of an event: {@code Lwt_react.E.to_stream} with a bound}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; a subscriber gets what occurs from then on.
     *   <li><b>Empty:</b> an event that is stopped completes.
     *   <li><b>Errors:</b> null, {@link NullPointerException}; overflow, {@code OverflowException}.
     *   <li><b>Cancellation:</b> ends the observation and nothing else.
     *   <li><b>Thread:</b> that of the graph, on an event loop.
     * </ul>
     *
     * @param event the event
     * @param overflow what becomes of occurrences a subscriber has not asked for; not null
     * @param <T> the type of the occurrences
     */
    public static <T> Flowable<T> toFlowable(Event<T> event, Overflow overflow) {
        return new FlowableFromFlow<>(event.asPublisher(overflow));
    }

    /**
     * {@return the occurrences of an event}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; an observer gets what occurs from then on.
     *   <li><b>Empty:</b> an event that is stopped completes.
     *   <li><b>Errors:</b> an event has none; null is a {@link NullPointerException}.
     *   <li><b>Cancellation:</b> ends the observation and nothing else.
     *   <li><b>Thread:</b> that of the graph, on an event loop.
     * </ul>
     *
     * @param event the event
     * @param <T> the type of the occurrences
     */
    public static <T> Observable<T> toObservable(Event<T> event) {
        return new ObservableFromFlow<>(
                event.asPublisher(Overflow.unbounded()), ObservableFromFlow.ALL);
    }

    /**
     * {@return the value of a signal now, then always the newest one that was not told}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; a subscriber gets the value now, and changes from then on.
     *   <li><b>Empty:</b> a signal that is stopped completes after its last value.
     *   <li><b>Errors:</b> those of the signal; null is a {@link NullPointerException}.
     *   <li><b>Cancellation:</b> ends the observation and nothing else.
     *   <li><b>Thread:</b> that of the graph, on an event loop.
     * </ul>
     *
     * @param signal the signal
     * @param <T> the type of the values
     */
    public static <T> Flowable<T> toFlowable(Signal<T> signal) {
        return new FlowableFromFlow<>(signal.asPublisher());
    }

    /**
     * {@return the value of a signal now, then the newest one, once in a turn of the loop}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; an observer gets the value now, and changes from then on.
     *   <li><b>Empty:</b> a signal that is stopped completes after its last value.
     *   <li><b>Errors:</b> those of the signal; null is a {@link NullPointerException}.
     *   <li><b>Cancellation:</b> ends the observation and nothing else.
     *   <li><b>Thread:</b> that of the graph, on an event loop.
     * </ul>
     *
     * @param signal the signal
     * @param <T> the type of the values
     */
    public static <T> Observable<T> toObservable(Signal<T> signal) {
        return new ObservableFromFlow<>(signal.asPublisher(), 1);
    }

    /**
     * Emits the occurrences of an event into a {@code Subject}, until that has ended.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; begins during the call.
     *   <li><b>Empty:</b> an event that is stopped completes the target.
     *   <li><b>Errors:</b> an event has none.
     *   <li><b>Cancellation:</b> disposing ends it and leaves the target as it is.
     *   <li><b>Thread:</b> that of the graph; serialize a target that others emit into elsewhere.
     * </ul>
     *
     * @param event the event
     * @param target the target
     * @param <T> the type of the occurrences
     * @return ends this
     */
    public static <T> Disposable emitInto(Event<T> event, Subject<? super T> target) {
        Emission<T> emission = new Emission.IntoSubject<>(requireNonNull(target, "target"));
        toObservable(event).subscribe(emission);
        return emission;
    }

    /**
     * Emits the occurrences of an event into a processor, until that has ended.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; begins during the call.
     *   <li><b>Empty:</b> an event that is stopped completes the target.
     *   <li><b>Errors:</b> an event has none.
     *   <li><b>Cancellation:</b> disposing ends it and leaves the target as it is.
     *   <li><b>Thread:</b> that of the graph; serialize a target that others emit into elsewhere.
     * </ul>
     *
     * @param event the event
     * @param target the target
     * @param <T> the type of the occurrences
     * @return ends this
     */
    public static <T> Disposable emitInto(Event<T> event, FlowableProcessor<? super T> target) {
        Emission<T> emission = new Emission.IntoProcessor<>(requireNonNull(target, "target"));
        toObservable(event).subscribe(emission);
        return emission;
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
    public static <T> Feed<Event<T>> toEvent(Flowable<T> source) {
        return toEvent(source, Intake.create());
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
     * @param intake what it shares steps with
     * @param <T> the type of the elements
     */
    public static <T> Feed<Event<T>> toEvent(Flowable<T> source, Intake intake) {
        return intake.toEvent(flow(source), Late.handler());
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
     * @param initial the value before the first element
     * @param intake what it shares steps with
     * @param <T> the type of the elements
     */
    public static <T> Feed<Signal<T>> toSignal(Flowable<T> source, T initial, Intake intake) {
        return intake.toSignal(flow(source), initial, Objects::equals, Late.handler());
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
     * @param initial the value before the first element
     * @param <T> the type of the elements
     */
    public static <T> Feed<Signal<T>> toSignal(Flowable<T> source, T initial) {
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
    public static <T> Promise<Feed<Signal<T>>> toSignal(Flowable<T> source) {
        return Intake.create().toSignal(flow(source), Objects::equals, Late.handler());
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
    public static <T> Feed<Event<T>> toEvent(Observable<T> source) {
        return toEvent(source, Intake.create());
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
     * @param intake what it shares steps with
     * @param <T> the type of the elements
     */
    public static <T> Feed<Event<T>> toEvent(Observable<T> source, Intake intake) {
        return intake.toEvent(flow(source), Late.handler());
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
     * @param initial the value before the first element
     * @param intake what it shares steps with
     * @param <T> the type of the elements
     */
    public static <T> Feed<Signal<T>> toSignal(Observable<T> source, T initial, Intake intake) {
        return intake.toSignal(flow(source), initial, Objects::equals, Late.handler());
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
     * @param initial the value before the first element
     * @param <T> the type of the elements
     */
    public static <T> Feed<Signal<T>> toSignal(Observable<T> source, T initial) {
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
    public static <T> Promise<Feed<Signal<T>>> toSignal(Observable<T> source) {
        return Intake.create().toSignal(flow(source), Objects::equals, Late.handler());
    }

    /* ---- Races ---- */

    /**
     * {@return the first outcome; before it is told, the others are disposed of: {@code Lwt.pick}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; subscribed to in order, up to one that has its outcome.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> that of the winner; those of losers are late.
     *   <li><b>Cancellation:</b> disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members at least one; none of them null
     * @param <T> the type of the value
     * @throws IllegalArgumentException if there are none
     */
    public static <T> Single<T> pick(Collection<? extends Single<? extends T>> members) {
        return Races.untilWon(members, Promise::pick);
    }

    /**
     * {@return the first outcome; before it is told, the others are disposed of: {@code Lwt.pick}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; subscribed to in order, up to one that has its outcome.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> that of the winner; those of losers are late.
     *   <li><b>Cancellation:</b> disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members at least one; none of them null
     * @param <T> the type of the value
     * @throws IllegalArgumentException if there are none
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T> Single<T> pick(Single<? extends T>... members) {
        return pick(List.of(members));
    }

    /**
     * {@return the first outcome of any member; the others go on: {@code Lwt.choose}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; subscribed to in order, up to one that has its outcome.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> that of the winner; the loop's handler hears of others.
     *   <li><b>Cancellation:</b> disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members at least one; none of them null
     * @param <T> the type of the value
     * @throws IllegalArgumentException if there are none
     */
    public static <T> Single<T> choose(Collection<? extends Single<? extends T>> members) {
        return Races.untilWon(members, Promise::choose);
    }

    /**
     * {@return the first outcome of any member; the others go on: {@code Lwt.choose}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; subscribed to in order, up to one that has its outcome.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> that of the winner; the loop's handler hears of others.
     *   <li><b>Cancellation:</b> disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members at least one; none of them null
     * @param <T> the type of the value
     * @throws IllegalArgumentException if there are none
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T> Single<T> choose(Single<? extends T>... members) {
        return choose(List.of(members));
    }

    /**
     * {@return all values there are with the first one; others are disposed of: {@code Lwt.npick}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; each subscriber has all members subscribed to.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> that of the first member in the list that has one by then.
     *   <li><b>Cancellation:</b> disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members at least one; none of them null
     * @param <T> the type of the value
     * @throws IllegalArgumentException if there are none
     */
    public static <T> Single<List<T>> npick(Collection<? extends Single<? extends T>> members) {
        return Races.all(members, Promise::npick);
    }

    /**
     * {@return all values there are with the first one; the others go on: {@code Lwt.nchoose}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; each subscriber has all members subscribed to.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> that of the first member in the list that has one by then.
     *   <li><b>Cancellation:</b> disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members at least one; none of them null
     * @param <T> the type of the value
     * @throws IllegalArgumentException if there are none
     */
    public static <T> Single<List<T>> nchoose(Collection<? extends Single<? extends T>> members) {
        return Races.all(members, Promise::nchoose);
    }

    /**
     * {@return the values of two members: {@code Lwt.both}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; each subscriber has all members subscribed to.
     *   <li><b>Empty:</b> there are always values.
     *   <li><b>Errors:</b> the first one in time, when all have ended.
     *   <li><b>Cancellation:</b> disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param first one
     * @param second the other one
     * @param <A> the type of the value of the one
     * @param <B> the type of the value of the other one
     */
    public static <A, B> Single<Promise.Both<A, B>> both(
            Single<? extends A> first, Single<? extends B> second) {
        return Races.both(first, second);
    }

    /**
     * {@return the end of all members: {@code Lwt.join}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; each subscriber has all members subscribed to.
     *   <li><b>Empty:</b> no member completes at once.
     *   <li><b>Errors:</b> the first one in time, when all have ended.
     *   <li><b>Cancellation:</b> disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members the members; none of them null
     */
    public static Completable join(Collection<? extends Single<?>> members) {
        return Races.join(members);
    }

    /**
     * {@return the end of all members: {@code Lwt.join}}
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; each subscriber has all members subscribed to.
     *   <li><b>Empty:</b> no member completes at once.
     *   <li><b>Errors:</b> the first one in time, when all have ended.
     *   <li><b>Cancellation:</b> disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to.
     * </ul>
     *
     * @param members the members; none of them null
     */
    public static Completable join(Single<?>... members) {
        return Races.join(List.of(members));
    }

    /* ---- Emitters, subjects, observers ---- */

    /**
     * Tells the outcome of a promise to a {@code SingleEmitter}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; told as soon as there is an outcome.
     *   <li><b>Empty:</b> null is a {@link NoSuchElementException}; see {@link #toMaybe}.
     *   <li><b>Errors:</b> those of the promise; late if the emitter takes none any more.
     *   <li><b>Cancellation:</b> of the emitter's subscriber cancels the promise.
     *   <li><b>Thread:</b> any; the emitter is called on the loop.
     * </ul>
     *
     * @param promise the promise
     * @param emitter the emitter
     * @param <T> the type of the value
     */
    public static <T> void resolveInto(
            Promise<? extends @Nullable T> promise, SingleEmitter<? super T> emitter) {
        PromiseSource.<T>of(promise, CancelPolicy.CANCEL)
                .begin(new EmitterFollower.OfSingle<T>(emitter));
    }

    /**
     * Tells the outcome of a promise to a {@code SingleSubject}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; told as soon as there is an outcome.
     *   <li><b>Empty:</b> null is a {@link NoSuchElementException}; see {@link #toMaybe}.
     *   <li><b>Errors:</b> those of the promise; late if the subject has an outcome.
     *   <li><b>Cancellation:</b> none; the observers of a subject come and go.
     *   <li><b>Thread:</b> any; the subject is called on the loop.
     * </ul>
     *
     * @param promise the promise
     * @param subject the subject
     * @param <T> the type of the value
     */
    public static <T> void resolveInto(
            Promise<? extends @Nullable T> promise, SingleSubject<T> subject) {
        toSingle(promise, CancelPolicy.DETACH).subscribe(subject);
    }

    /**
     * Tells the outcome of a promise to a {@code MaybeEmitter}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; told as soon as there is an outcome.
     *   <li><b>Empty:</b> null is no value.
     *   <li><b>Errors:</b> those of the promise; late if the emitter takes none any more.
     *   <li><b>Cancellation:</b> of the emitter's subscriber cancels the promise.
     *   <li><b>Thread:</b> any; the emitter is called on the loop.
     * </ul>
     *
     * @param promise the promise
     * @param emitter the emitter
     * @param <T> the type of the value
     */
    public static <T> void resolveInto(
            Promise<? extends @Nullable T> promise, MaybeEmitter<? super T> emitter) {
        PromiseSource.<T>of(promise, CancelPolicy.CANCEL)
                .begin(new EmitterFollower.OfMaybe<T>(emitter));
    }

    /**
     * Tells the outcome of a promise to a {@code MaybeSubject}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; told as soon as there is an outcome.
     *   <li><b>Empty:</b> null is no value.
     *   <li><b>Errors:</b> those of the promise; late if the subject has an outcome.
     *   <li><b>Cancellation:</b> none; the observers of a subject come and go.
     *   <li><b>Thread:</b> any; the subject is called on the loop.
     * </ul>
     *
     * @param promise the promise
     * @param subject the subject
     * @param <T> the type of the value
     */
    public static <T> void resolveInto(
            Promise<? extends @Nullable T> promise, MaybeSubject<T> subject) {
        toMaybe(promise, CancelPolicy.DETACH).subscribe(subject);
    }

    /**
     * Tells the outcome of a promise to a {@code CompletableEmitter}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; told as soon as there is an outcome.
     *   <li><b>Empty:</b> completes, whatever the value.
     *   <li><b>Errors:</b> those of the promise; late if the emitter takes none any more.
     *   <li><b>Cancellation:</b> of the emitter's subscriber cancels the promise.
     *   <li><b>Thread:</b> any; the emitter is called on the loop.
     * </ul>
     *
     * @param promise the promise
     * @param emitter the emitter
     */
    public static void resolveInto(Promise<?> promise, CompletableEmitter emitter) {
        PromiseSource.<Object>of(promise, CancelPolicy.CANCEL)
                .begin(new EmitterFollower.OfCompletable(emitter));
    }

    /**
     * Tells the outcome of a promise to a {@code CompletableSubject}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; told as soon as there is an outcome.
     *   <li><b>Empty:</b> completes, whatever the value.
     *   <li><b>Errors:</b> those of the promise; late if the subject has an outcome.
     *   <li><b>Cancellation:</b> none; the observers of a subject come and go.
     *   <li><b>Thread:</b> any; the subject is called on the loop.
     * </ul>
     *
     * @param promise the promise
     * @param subject the subject
     */
    public static void resolveInto(Promise<?> promise, CompletableSubject subject) {
        toCompletable(promise, CancelPolicy.DETACH).subscribe(subject);
    }

    /**
     * {@return an observer, for one source, that resolves a promise: {@code Lwt.wakeup_later}}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; whoever subscribes it makes the promise wait.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> reject the promise; a second signal is late.
     *   <li><b>Cancellation:</b> of the promise, or resolving it elsewhere, disposes of the source.
     *   <li><b>Thread:</b> any; the promise is resolved on its loop.
     * </ul>
     *
     * @param resolver resolves the promise
     * @param <T> the type of the value
     */
    public static <T> SingleObserver<T> toObserver(Resolver<? super T> resolver) {
        return new ResolverObserver<>(requireNonNull(resolver, "resolver"));
    }

    /**
     * {@return what cancels a promise when it is disposed of: {@code Lwt.cancel}}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; nothing happens before it is disposed of.
     *   <li><b>Empty:</b> it counts as disposed when the promise is resolved, too.
     *   <li><b>Errors:</b> none.
     *   <li><b>Cancellation:</b> disposing cancels the promise.
     *   <li><b>Thread:</b> any; the promise is cancelled on its loop.
     * </ul>
     *
     * @param promise the promise
     */
    public static Disposable toDisposable(Promise<?> promise) {
        return new PromiseDisposable(requireNonNull(promise, "promise"));
    }

    /**
     * {@return what turns a switch off when it is disposed of: {@code Lwt_switch.turn_off}}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; nothing happens before it is disposed of.
     *   <li><b>Empty:</b> it counts as disposed when the switch is off, too.
     *   <li><b>Errors:</b> those of the hooks reach the loop's handler.
     *   <li><b>Cancellation:</b> disposing turns the switch off, once.
     *   <li><b>Thread:</b> that of the switch's loop, where it is turned off.
     * </ul>
     *
     * @param toggle the switch
     */
    public static Disposable toDisposable(Switch toggle) {
        requireNonNull(toggle, "toggle");
        return new LoopDisposable(
                EventLoop.current(), () -> EventLoop.spawn(toggle::turnOff), () -> !toggle.isOn());
    }

    /**
     * {@return what closes a scope, as cancelling its result does, when it is disposed of}
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; nothing happens before it is disposed of.
     *   <li><b>Empty:</b> it counts as disposed when the scope is closed, too.
     *   <li><b>Errors:</b> those of the scope are its result's.
     *   <li><b>Cancellation:</b> disposing cancels what was forked there, once.
     *   <li><b>Thread:</b> that of the scope's loop, where it is closed.
     * </ul>
     *
     * @param scope the scope
     */
    public static Disposable toDisposable(Scope scope) {
        requireNonNull(scope, "scope");
        return new LoopDisposable(EventLoop.current(), scope::cancel, () -> !scope.isOpen());
    }

    /**
     * Disposes of something when a switch is off: {@code Lwt_switch.add_hook_or_exec}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the hook is added during the call.
     *   <li><b>Empty:</b> nothing is to be told.
     *   <li><b>Errors:</b> what it throws goes to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> it is disposed of once, unless it is disposed already.
     *   <li><b>Thread:</b> that of the switch's loop.
     * </ul>
     *
     * @param toggle the switch
     * @param disposable what to dispose of
     * @param <D> the type of it
     * @return the {@code disposable}
     */
    public static <D extends Disposable> D addTo(Switch toggle, D disposable) {
        requireNonNull(disposable, "disposable");
        Upstream upstream = new Upstream();
        upstream.accept(disposable);
        Promise<?> unused = toggle.addHookOrRun(() -> {
            upstream.dispose();
            return Promise.unit();
        });
        return disposable;
    }

    /* ---- Blocking ---- */

    /**
     * Makes {@code blockingGet} and its like throw an {@link IllegalStateException} on the thread
     * of any loop, which they would stop for ever. This sets RxJava's
     * {@code failOnNonBlockingScheduler} and {@code onBeforeBlocking}, for the whole process, so
     * that its own computation threads refuse to block, too; what {@code onBeforeBlocking} was set
     * to before is still asked.
     *
     * <p>Thread: any. Doing so twice is harmless.
     */
    public static void refuseBlocking() {
        BooleanSupplier before = RxJavaPlugins.getOnBeforeBlocking();
        RxJavaPlugins.setOnBeforeBlocking(
                () -> EventLoop.isLoopThread() || (before != null && before.getAsBoolean()));
        RxJavaPlugins.setFailOnNonBlockingScheduler(true);
    }
}
