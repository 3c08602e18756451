package io.lwt4j.interop.rx;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CancelPolicy;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Publishers;
import io.lwt4j.Resolver;
import io.lwt4j.react.Event;
import io.lwt4j.react.Feed;
import io.lwt4j.react.Intake;
import io.lwt4j.react.Overflow;
import io.lwt4j.react.Signal;
import io.lwt4j.stream.PullStream;
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
 * they make. Neither a cancellation nor an error gets lost on the way: disposing cancels, and what
 * comes too late to be told goes to {@code RxJavaPlugins.onError}, once. (RxJava has no place for
 * values that come too late; they are let go.)
 *
 * <p>Thread rule: see each method. Null arguments are refused with a {@link NullPointerException}.
 */
public final class RxJava3Bridge {

    /** How many elements a stream asks for ahead. */
    private static final int WINDOW = 256;

    /** After how many elements an {@code Observable} of a stream lets the loop have a turn. */
    private static final int BATCH = 256;

    private RxJava3Bridge() {}

    @SuppressWarnings("unchecked") // null is no element, and a publisher of T emits only T
    private static <T> Promise<T> widened(Promise<? extends @Nullable T> promise) {
        return (Promise<T>) promise;
    }

    /* ---- Promises as Rx types ---- */

    /**
     * The value of a promise as a {@code Single}. {@code Lwt.task} as others know it.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> a value of null is a {@link NoSuchElementException}; see
     *       {@link #toMaybe(Promise)}.
     *   <li><b>Errors:</b> the very error of the promise; if the loop closes first,
     *       {@code RejectedExecutionException}.
     *   <li><b>Cancellation:</b> disposing cancels the promise, unless it is resolved.
     *   <li><b>Thread:</b> any; the outcome is told on the loop, or, if it is there already, during
     *       {@code subscribe}.
     * </ul>
     *
     * @param promise the promise; not null
     * @param <T> the type of the value
     * @return the {@code Single}
     */
    public static <T> Single<T> toSingle(Promise<? extends @Nullable T> promise) {
        return toSingle(promise, CancelPolicy.CANCEL);
    }

    /**
     * The value of a promise as a {@code Single}. A promise that is resolved gives one of RxJava's
     * own constants.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> a value of null is a {@link NoSuchElementException}; see
     *       {@link #toMaybe(Promise)}.
     *   <li><b>Errors:</b> the very error of the promise; if the loop closes first,
     *       {@code RejectedExecutionException}.
     *   <li><b>Cancellation:</b> disposing does what the policy says, unless the promise is
     *       resolved.
     *   <li><b>Thread:</b> any; the outcome is told on the loop, or, if it is there already, during
     *       {@code subscribe}.
     * </ul>
     *
     * @param promise the promise; not null
     * @param policy what disposing does to the promise; not null
     * @param <T> the type of the value
     * @return the {@code Single}
     */
    public static <T> Single<T> toSingle(
            Promise<? extends @Nullable T> promise, CancelPolicy policy) {
        requireNonNull(policy, "policy");
        Promise.State<? extends @Nullable T> state = promise.state();
        if (state instanceof Promise.State.Fulfilled<? extends @Nullable T> fulfilled) {
            T value = fulfilled.value();
            return value == null
                    ? Single.error(() -> Late.noValue("toSingle", "toMaybe"))
                    : Single.just(value);
        }
        return state instanceof Promise.State.Rejected<?> rejected
                ? Single.error(rejected.cause())
                : new SingleFromPromise<>(PromiseSource.of(promise, policy));
    }

    /**
     * The value of a promise as a {@code Maybe}. {@code Lwt.task} as others know it.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> a value of null is no value.
     *   <li><b>Errors:</b> the very error of the promise; if the loop closes first,
     *       {@code RejectedExecutionException}.
     *   <li><b>Cancellation:</b> disposing cancels the promise, unless it is resolved.
     *   <li><b>Thread:</b> any; the outcome is told on the loop, or, if it is there already, during
     *       {@code subscribe}.
     * </ul>
     *
     * @param promise the promise; not null
     * @param <T> the type of the value
     * @return the {@code Maybe}
     */
    public static <T> Maybe<T> toMaybe(Promise<? extends @Nullable T> promise) {
        return toMaybe(promise, CancelPolicy.CANCEL);
    }

    /**
     * The value of a promise as a {@code Maybe}. A promise that is resolved gives one of RxJava's
     * own constants.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> a value of null is no value.
     *   <li><b>Errors:</b> the very error of the promise; if the loop closes first,
     *       {@code RejectedExecutionException}.
     *   <li><b>Cancellation:</b> disposing does what the policy says, unless the promise is
     *       resolved.
     *   <li><b>Thread:</b> any; the outcome is told on the loop, or, if it is there already, during
     *       {@code subscribe}.
     * </ul>
     *
     * @param promise the promise; not null
     * @param policy what disposing does to the promise; not null
     * @param <T> the type of the value
     * @return the {@code Maybe}
     */
    public static <T> Maybe<T> toMaybe(
            Promise<? extends @Nullable T> promise, CancelPolicy policy) {
        requireNonNull(policy, "policy");
        Promise.State<? extends @Nullable T> state = promise.state();
        if (state instanceof Promise.State.Fulfilled<? extends @Nullable T> fulfilled) {
            T value = fulfilled.value();
            return value == null ? Maybe.empty() : Maybe.just(value);
        }
        return state instanceof Promise.State.Rejected<?> rejected
                ? Maybe.error(rejected.cause())
                : new MaybeFromPromise<>(PromiseSource.of(promise, policy));
    }

    /**
     * The end of a promise as a {@code Completable}; its value is let go. {@code Lwt.task} as
     * others know it.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> completes, whatever the value.
     *   <li><b>Errors:</b> the very error of the promise; if the loop closes first,
     *       {@code RejectedExecutionException}.
     *   <li><b>Cancellation:</b> disposing cancels the promise, unless it is resolved.
     *   <li><b>Thread:</b> any; the outcome is told on the loop, or, if it is there already, during
     *       {@code subscribe}.
     * </ul>
     *
     * @param promise the promise; not null
     * @return the {@code Completable}
     */
    public static Completable toCompletable(Promise<?> promise) {
        return toCompletable(promise, CancelPolicy.CANCEL);
    }

    /**
     * The end of a promise as a {@code Completable}; its value is let go. A promise that is
     * resolved gives one of RxJava's own constants.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> completes, whatever the value.
     *   <li><b>Errors:</b> the very error of the promise; if the loop closes first,
     *       {@code RejectedExecutionException}.
     *   <li><b>Cancellation:</b> disposing does what the policy says, unless the promise is
     *       resolved.
     *   <li><b>Thread:</b> any; the outcome is told on the loop, or, if it is there already, during
     *       {@code subscribe}.
     * </ul>
     *
     * @param promise the promise; not null
     * @param policy what disposing does to the promise; not null
     * @return the {@code Completable}
     */
    public static Completable toCompletable(Promise<?> promise, CancelPolicy policy) {
        requireNonNull(policy, "policy");
        Promise.State<?> state = promise.state();
        if (state instanceof Promise.State.Fulfilled<?>) {
            return Completable.complete();
        }
        return state instanceof Promise.State.Rejected<?> rejected
                ? Completable.error(rejected.cause())
                : new CompletableFromPromise(PromiseSource.<Object>of(promise, policy));
    }

    /**
     * The value of a promise as a {@code Flowable} of one element. {@code Lwt.task} as others know
     * it.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> a value of null is no value.
     *   <li><b>Errors:</b> the very error of the promise; if the loop closes first,
     *       {@code RejectedExecutionException}.
     *   <li><b>Cancellation:</b> disposing cancels the promise, unless it is resolved.
     *   <li><b>Thread:</b> any; the outcome is told on the loop, or, if it is there already, during
     *       {@code subscribe}.
     * </ul>
     *
     * @param promise the promise; not null
     * @param <T> the type of the value
     * @return the {@code Flowable}
     */
    public static <T> Flowable<T> toFlowable(Promise<? extends @Nullable T> promise) {
        return toFlowable(promise, CancelPolicy.CANCEL);
    }

    /**
     * The value of a promise as a {@code Flowable} of one element. A promise that is resolved gives
     * one of RxJava's own constants.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> a value of null is no value.
     *   <li><b>Errors:</b> the very error of the promise; if the loop closes first,
     *       {@code RejectedExecutionException}.
     *   <li><b>Cancellation:</b> disposing does what the policy says, unless the promise is
     *       resolved.
     *   <li><b>Thread:</b> any; the outcome is told on the loop, or, if it is there already, during
     *       {@code subscribe}.
     * </ul>
     *
     * @param promise the promise; not null
     * @param policy what disposing does to the promise; not null
     * @param <T> the type of the value
     * @return the {@code Flowable}
     */
    public static <T> Flowable<T> toFlowable(
            Promise<? extends @Nullable T> promise, CancelPolicy policy) {
        requireNonNull(policy, "policy");
        Promise.State<? extends @Nullable T> state = promise.state();
        if (state instanceof Promise.State.Fulfilled<? extends @Nullable T> fulfilled) {
            T value = fulfilled.value();
            return value == null ? Flowable.empty() : Flowable.just(value);
        }
        return state instanceof Promise.State.Rejected<?> rejected
                ? Flowable.error(rejected.cause())
                : new FlowableFromFlow<>(RxJava3Bridge.<T>widened(promise).asPublisher(policy));
    }

    /**
     * The value of a promise as an {@code Observable} of one element. {@code Lwt.task} as others
     * know it.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> a value of null is no value.
     *   <li><b>Errors:</b> the very error of the promise; if the loop closes first,
     *       {@code RejectedExecutionException}.
     *   <li><b>Cancellation:</b> disposing cancels the promise, unless it is resolved.
     *   <li><b>Thread:</b> any; the outcome is told on the loop, or, if it is there already, during
     *       {@code subscribe}.
     * </ul>
     *
     * @param promise the promise; not null
     * @param <T> the type of the value
     * @return the {@code Observable}
     */
    public static <T> Observable<T> toObservable(Promise<? extends @Nullable T> promise) {
        return toObservable(promise, CancelPolicy.CANCEL);
    }

    /**
     * The value of a promise as an {@code Observable} of one element. A promise that is resolved
     * gives one of RxJava's own constants.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the promise runs anyway, any number may subscribe.
     *   <li><b>Empty:</b> a value of null is no value.
     *   <li><b>Errors:</b> the very error of the promise; if the loop closes first,
     *       {@code RejectedExecutionException}.
     *   <li><b>Cancellation:</b> disposing does what the policy says, unless the promise is
     *       resolved.
     *   <li><b>Thread:</b> any; the outcome is told on the loop, or, if it is there already, during
     *       {@code subscribe}.
     * </ul>
     *
     * @param promise the promise; not null
     * @param policy what disposing does to the promise; not null
     * @param <T> the type of the value
     * @return the {@code Observable}
     */
    public static <T> Observable<T> toObservable(
            Promise<? extends @Nullable T> promise, CancelPolicy policy) {
        requireNonNull(policy, "policy");
        Promise.State<? extends @Nullable T> state = promise.state();
        if (state instanceof Promise.State.Fulfilled<? extends @Nullable T> fulfilled) {
            T value = fulfilled.value();
            return value == null ? Observable.empty() : Observable.just(value);
        }
        return state instanceof Promise.State.Rejected<?> rejected
                ? Observable.error(rejected.cause())
                : new ObservableFromPromise<>(PromiseSource.of(promise, policy));
    }

    /* ---- Promises made for each subscriber ---- */

    /**
     * Makes a promise for each subscriber and tells its outcome as a {@code Single}:
     * {@code Lwt.apply} later. The loop is the current one.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the supplier is called once for each subscriber.
     *   <li><b>Empty:</b> a value of null is a {@link NoSuchElementException}; see
     *       {@link #toMaybe(Promise)}.
     *   <li><b>Errors:</b> the very error of the promise, or what the supplier throws;
     *       {@code RejectedExecutionException} if the loop is closed. An error after disposal goes
     *       to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> disposing cancels the promise, or keeps the supplier from being
     *       called.
     *   <li><b>Thread:</b> any; the supplier is called on the loop, with the promise-local values
     *       of the subscriber if that is there, too, else with those of this call; the outcome is
     *       told there.
     * </ul>
     *
     * @param supplier makes the promise; not null, nor what it returns
     * @param <T> the type of the value
     * @return the {@code Single}
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Single<T> deferSingle(
            Supplier<? extends Promise<? extends @Nullable T>> supplier) {
        return deferSingle(EventLoop.current(), supplier);
    }

    /**
     * Makes a promise for each subscriber and tells its outcome as a {@code Single}:
     * {@code Lwt.apply} later.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the supplier is called once for each subscriber.
     *   <li><b>Empty:</b> a value of null is a {@link NoSuchElementException}; see
     *       {@link #toMaybe(Promise)}.
     *   <li><b>Errors:</b> the very error of the promise, or what the supplier throws;
     *       {@code RejectedExecutionException} if the loop is closed. An error after disposal goes
     *       to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> disposing cancels the promise, or keeps the supplier from being
     *       called.
     *   <li><b>Thread:</b> any; the supplier is called on the loop, with the promise-local values
     *       of the subscriber if that is there, too, else with those of this call; the outcome is
     *       told there.
     * </ul>
     *
     * @param loop where the supplier is called; not null
     * @param supplier makes the promise; not null, nor what it returns
     * @param <T> the type of the value
     * @return the {@code Single}
     */
    public static <T> Single<T> deferSingle(
            EventLoop loop, Supplier<? extends Promise<? extends @Nullable T>> supplier) {
        requireNonNull(loop, "loop");
        requireNonNull(supplier, "supplier");
        return new SingleFromPromise<>(PromiseSource.defer(loop, supplier));
    }

    /**
     * Makes a promise for each subscriber and tells its outcome as a {@code Maybe}:
     * {@code Lwt.apply} later. The loop is the current one.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the supplier is called once for each subscriber.
     *   <li><b>Empty:</b> a value of null is no value.
     *   <li><b>Errors:</b> the very error of the promise, or what the supplier throws;
     *       {@code RejectedExecutionException} if the loop is closed. An error after disposal goes
     *       to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> disposing cancels the promise, or keeps the supplier from being
     *       called.
     *   <li><b>Thread:</b> any; the supplier is called on the loop, with the promise-local values
     *       of the subscriber if that is there, too, else with those of this call; the outcome is
     *       told there.
     * </ul>
     *
     * @param supplier makes the promise; not null, nor what it returns
     * @param <T> the type of the value
     * @return the {@code Maybe}
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Maybe<T> deferMaybe(
            Supplier<? extends Promise<? extends @Nullable T>> supplier) {
        return deferMaybe(EventLoop.current(), supplier);
    }

    /**
     * Makes a promise for each subscriber and tells its outcome as a {@code Maybe}:
     * {@code Lwt.apply} later.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the supplier is called once for each subscriber.
     *   <li><b>Empty:</b> a value of null is no value.
     *   <li><b>Errors:</b> the very error of the promise, or what the supplier throws;
     *       {@code RejectedExecutionException} if the loop is closed. An error after disposal goes
     *       to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> disposing cancels the promise, or keeps the supplier from being
     *       called.
     *   <li><b>Thread:</b> any; the supplier is called on the loop, with the promise-local values
     *       of the subscriber if that is there, too, else with those of this call; the outcome is
     *       told there.
     * </ul>
     *
     * @param loop where the supplier is called; not null
     * @param supplier makes the promise; not null, nor what it returns
     * @param <T> the type of the value
     * @return the {@code Maybe}
     */
    public static <T> Maybe<T> deferMaybe(
            EventLoop loop, Supplier<? extends Promise<? extends @Nullable T>> supplier) {
        requireNonNull(loop, "loop");
        requireNonNull(supplier, "supplier");
        return new MaybeFromPromise<>(PromiseSource.defer(loop, supplier));
    }

    /**
     * Makes a promise for each subscriber and tells its outcome as a {@code Completable}:
     * {@code Lwt.apply} later. The loop is the current one.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the supplier is called once for each subscriber.
     *   <li><b>Empty:</b> completes, whatever the value.
     *   <li><b>Errors:</b> the very error of the promise, or what the supplier throws;
     *       {@code RejectedExecutionException} if the loop is closed. An error after disposal goes
     *       to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> disposing cancels the promise, or keeps the supplier from being
     *       called.
     *   <li><b>Thread:</b> any; the supplier is called on the loop, with the promise-local values
     *       of the subscriber if that is there, too, else with those of this call; the outcome is
     *       told there.
     * </ul>
     *
     * @param supplier makes the promise; not null, nor what it returns
     * @return the {@code Completable}
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static Completable deferCompletable(Supplier<? extends Promise<?>> supplier) {
        return deferCompletable(EventLoop.current(), supplier);
    }

    /**
     * Makes a promise for each subscriber and tells its outcome as a {@code Completable}:
     * {@code Lwt.apply} later.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the supplier is called once for each subscriber.
     *   <li><b>Empty:</b> completes, whatever the value.
     *   <li><b>Errors:</b> the very error of the promise, or what the supplier throws;
     *       {@code RejectedExecutionException} if the loop is closed. An error after disposal goes
     *       to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> disposing cancels the promise, or keeps the supplier from being
     *       called.
     *   <li><b>Thread:</b> any; the supplier is called on the loop, with the promise-local values
     *       of the subscriber if that is there, too, else with those of this call; the outcome is
     *       told there.
     * </ul>
     *
     * @param loop where the supplier is called; not null
     * @param supplier makes the promise; not null, nor what it returns
     * @return the {@code Completable}
     */
    public static Completable deferCompletable(
            EventLoop loop, Supplier<? extends Promise<?>> supplier) {
        requireNonNull(loop, "loop");
        requireNonNull(supplier, "supplier");
        return new CompletableFromPromise(PromiseSource.defer(loop, anyOf(supplier)));
    }

    @SuppressWarnings("unchecked") // the value is not looked at
    private static Supplier<Promise<@Nullable Object>> anyOf(
            Supplier<? extends Promise<?>> supplier) {
        return () -> (Promise<@Nullable Object>) supplier.get();
    }

    /* ---- Single, Maybe, Completable as promises ---- */

    /**
     * The value of a {@code Single} as a promise.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> the very error of the source; one that comes too late goes to
     *       {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of the loop, disposes of the
     *       source, once, and not after its outcome.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to; the source may signal on
     *       any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param <T> the type of the value
     * @return the promise
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<T> toPromise(Single<T> source) {
        return PromiseFromSingle.of(requireNonNull(source, "source"));
    }

    /**
     * The value of a {@code Maybe} as a promise.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> no value is null.
     *   <li><b>Errors:</b> the very error of the source; one that comes too late goes to
     *       {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of the loop, disposes of the
     *       source, once, and not after its outcome.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to; the source may signal on
     *       any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param <T> the type of the value
     * @return the promise
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<@Nullable T> toPromise(Maybe<T> source) {
        return PromiseFromMaybe.nullable(requireNonNull(source, "source"));
    }

    /**
     * The value that a {@code Maybe} has to have as a promise.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> no value is a {@link NoSuchElementException}.
     *   <li><b>Errors:</b> the very error of the source; one that comes too late goes to
     *       {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of the loop, disposes of the
     *       source, once, and not after its outcome.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to; the source may signal on
     *       any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param <T> the type of the value
     * @return the promise
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<T> toPromiseRequired(Maybe<T> source) {
        return PromiseFromMaybe.required(requireNonNull(source, "source"));
    }

    /**
     * The value of a {@code Maybe}, or that there is none, as a promise.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> no value is an empty optional.
     *   <li><b>Errors:</b> the very error of the source; one that comes too late goes to
     *       {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of the loop, disposes of the
     *       source, once, and not after its outcome.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to; the source may signal on
     *       any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param <T> the type of the value
     * @return the promise
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<Optional<T>> toPromiseOptional(Maybe<T> source) {
        return PromiseFromMaybe.optional(requireNonNull(source, "source"));
    }

    /**
     * The end of a {@code Completable} as a promise.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> completion is null.
     *   <li><b>Errors:</b> the very error of the source; one that comes too late goes to
     *       {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of the loop, disposes of the
     *       source, once, and not after its outcome.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to; the source may signal on
     *       any thread.
     * </ul>
     *
     * @param source the source; not null
     * @return the promise
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static Promise<@Nullable Void> toPromise(Completable source) {
        return PromiseFromCompletable.of(requireNonNull(source, "source"));
    }

    /* ---- Flowable and Observable as promises ---- */

    /**
     * The first element of a {@code Flowable} as a promise; then the subscription is cancelled:
     * {@code Lwt_stream.get}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> no element is null.
     *   <li><b>Errors:</b> the very error of the source; one that comes too late goes to
     *       {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of the loop, disposes of the
     *       source, once, and not after its outcome.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to; the source may signal on
     *       any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param <T> the type of the elements
     * @return the promise
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<@Nullable T> toPromiseFirst(Flowable<T> source) {
        return orNull(Publishers.first(flow(source), Late.handler()));
    }

    /**
     * The last element of a {@code Flowable} as a promise, when the source has completed.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> no element is null.
     *   <li><b>Errors:</b> the very error of the source; one that comes too late goes to
     *       {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of the loop, disposes of the
     *       source, once, and not after its outcome.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to; the source may signal on
     *       any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param <T> the type of the elements
     * @return the promise
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<@Nullable T> toPromiseLast(Flowable<T> source) {
        return orNull(Publishers.last(flow(source), Late.handler()));
    }

    /**
     * The only element of a {@code Flowable} as a promise, when the source has completed.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> no element is null; a second one is an {@link IndexOutOfBoundsException}.
     *   <li><b>Errors:</b> the very error of the source; one that comes too late goes to
     *       {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of the loop, disposes of the
     *       source, once, and not after its outcome.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to; the source may signal on
     *       any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param <T> the type of the elements
     * @return the promise
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<@Nullable T> toPromiseSingle(Flowable<T> source) {
        return orNull(Publishers.single(flow(source), Late.handler()));
    }

    /**
     * All elements of a {@code Flowable} as a promise: {@code Lwt_stream.to_list}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> no element is an empty list.
     *   <li><b>Errors:</b> the very error of the source; one that comes too late goes to
     *       {@code RxJavaPlugins.onError}; more elements than the limit are an
     *       {@link IndexOutOfBoundsException}.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of the loop, disposes of the
     *       source, once, and not after its outcome.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to; the source may signal on
     *       any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param limit how many there may be; {@link Integer#MAX_VALUE} for any number
     * @param <T> the type of the elements
     * @return the promise
     * @throws IllegalArgumentException if the limit is negative
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<List<T>> toPromiseList(Flowable<T> source, int limit) {
        return Publishers.list(flow(source), limit, Late.handler());
    }

    /**
     * The first element of an {@code Observable} as a promise; then the subscription is cancelled:
     * {@code Lwt_stream.get}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> no element is null.
     *   <li><b>Errors:</b> the very error of the source; one that comes too late goes to
     *       {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of the loop, disposes of the
     *       source, once, and not after its outcome.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to; the source may signal on
     *       any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param <T> the type of the elements
     * @return the promise
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<@Nullable T> toPromiseFirst(Observable<T> source) {
        return orNull(Publishers.first(flow(source), Late.handler()));
    }

    /**
     * The last element of an {@code Observable} as a promise, when the source has completed.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> no element is null.
     *   <li><b>Errors:</b> the very error of the source; one that comes too late goes to
     *       {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of the loop, disposes of the
     *       source, once, and not after its outcome.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to; the source may signal on
     *       any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param <T> the type of the elements
     * @return the promise
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<@Nullable T> toPromiseLast(Observable<T> source) {
        return orNull(Publishers.last(flow(source), Late.handler()));
    }

    /**
     * The only element of an {@code Observable} as a promise, when the source has completed.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> no element is null; a second one is an {@link IndexOutOfBoundsException}.
     *   <li><b>Errors:</b> the very error of the source; one that comes too late goes to
     *       {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of the loop, disposes of the
     *       source, once, and not after its outcome.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to; the source may signal on
     *       any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param <T> the type of the elements
     * @return the promise
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Promise<@Nullable T> toPromiseSingle(Observable<T> source) {
        return orNull(Publishers.single(flow(source), Late.handler()));
    }

    /**
     * All elements of an {@code Observable} as a promise: {@code Lwt_stream.to_list}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> no element is an empty list.
     *   <li><b>Errors:</b> the very error of the source; one that comes too late goes to
     *       {@code RxJavaPlugins.onError}; more elements than the limit are an
     *       {@link IndexOutOfBoundsException}.
     *   <li><b>Cancellation:</b> cancelling the promise, or the end of the loop, disposes of the
     *       source, once, and not after its outcome.
     *   <li><b>Thread:</b> that of a loop, which the promise belongs to; the source may signal on
     *       any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param limit how many there may be; {@link Integer#MAX_VALUE} for any number
     * @param <T> the type of the elements
     * @return the promise
     * @throws IllegalArgumentException if the limit is negative
     * @throws LoopThreadException if the calling thread runs no loop
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
     * The elements of a stream as a {@code Flowable}, for one subscriber; each element it asks for
     * is one read.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; nothing is read before it is asked for. A second subscriber
     *       gets an {@link IllegalStateException}: it needs a {@link PullStream#copy}.
     *   <li><b>Empty:</b> a stream that ends completes.
     *   <li><b>Errors:</b> what rejects a read, the very same.
     *   <li><b>Cancellation:</b> cancelling cancels the read that waits and closes the stream.
     *   <li><b>Thread:</b> that of a loop, where the stream is read and every signal is sent; the
     *       {@code Flowable} may be used on any thread.
     * </ul>
     *
     * @param stream the stream; not null
     * @param <T> the type of the elements
     * @return the {@code Flowable}
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Flowable<T> toFlowable(PullStream<T> stream) {
        return new FlowableFromFlow<>(stream.asPublisher());
    }

    /**
     * The elements of a stream as an {@code Observable}, for one observer, which gets all as fast
     * as they come; the loop gets a turn after every 256.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; nothing is read before somebody subscribes. A second observer
     *       gets an {@link IllegalStateException}: it needs a {@link PullStream#copy}.
     *   <li><b>Empty:</b> a stream that ends completes.
     *   <li><b>Errors:</b> what rejects a read, the very same.
     *   <li><b>Cancellation:</b> disposing cancels the read that waits and closes the stream.
     *   <li><b>Thread:</b> that of a loop, where the stream is read and every signal is sent; the
     *       {@code Observable} may be used on any thread.
     * </ul>
     *
     * @param stream the stream; not null
     * @param <T> the type of the elements
     * @return the {@code Observable}
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Observable<T> toObservable(PullStream<T> stream) {
        return new ObservableFromFlow<>(stream.asPublisher(), BATCH);
    }

    /**
     * The elements of a {@code Flowable} as a stream, of which 256 are asked for ahead.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the source is subscribed to, once, at the first read.
     *   <li><b>Empty:</b> completion ends the stream.
     *   <li><b>Errors:</b> the stream ends with the very same error; one that comes too late goes
     *       to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> a read that is cancelled loses nothing; {@link PullStream#close}
     *       and the end of the loop cancel the subscription, once.
     *   <li><b>Thread:</b> any; the stream belongs to the loop of its first read. The source may
     *       signal on any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param <T> the type of the elements
     * @return the stream
     */
    public static <T> PullStream<T> toPullStream(Flowable<T> source) {
        return toPullStream(source, WINDOW);
    }

    /**
     * The elements of a {@code Flowable} as a stream.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the source is subscribed to, once, at the first read.
     *   <li><b>Empty:</b> completion ends the stream.
     *   <li><b>Errors:</b> the stream ends with the very same error; one that comes too late goes
     *       to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> a read that is cancelled loses nothing; {@link PullStream#close}
     *       and the end of the loop cancel the subscription, once.
     *   <li><b>Thread:</b> any; the stream belongs to the loop of its first read. The source may
     *       signal on any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param window how many are asked for ahead; 1 for one after the other
     * @param <T> the type of the elements
     * @return the stream
     * @throws IllegalArgumentException if the window is not positive
     */
    public static <T> PullStream<T> toPullStream(Flowable<T> source, int window) {
        return PullStream.from(flow(source), window, Late.handler());
    }

    /**
     * The elements of a {@code Flowable} as a stream, from now on.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> completion ends the stream.
     *   <li><b>Errors:</b> the stream ends with the very same error; one that comes too late goes
     *       to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> a read that is cancelled loses nothing; {@link PullStream#close}
     *       and the end of the loop cancel the subscription, once.
     *   <li><b>Thread:</b> that of a loop, which the stream belongs to. The source may signal on
     *       any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param window how many are asked for ahead; 1 for one after the other
     * @param <T> the type of the elements
     * @return the stream
     * @throws IllegalArgumentException if the window is not positive
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> PullStream<T> toPullStreamEager(Flowable<T> source, int window) {
        return PullStream.subscribe(flow(source), window, Late.handler());
    }

    /**
     * The elements of an {@code Observable} as a stream.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; the source is subscribed to, once, at the first read.
     *   <li><b>Empty:</b> completion ends the stream.
     *   <li><b>Errors:</b> the stream ends with the very same error; one that comes too late goes
     *       to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> a read that is cancelled loses nothing; {@link PullStream#close}
     *       and the end of the loop cancel the subscription, once.
     *   <li><b>Thread:</b> any; the stream belongs to the loop of its first read. The source may
     *       signal on any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param strategy what becomes of elements for which there is no room among the 256 asked for
     *     ahead: {@code DROP} loses them, {@code LATEST} all but the last one, {@code ERROR} ends
     *     the stream with a {@code MissingBackpressureException}; {@code BUFFER} and
     *     {@code MISSING} keep all, however many; not null
     * @param <T> the type of the elements
     * @return the stream
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
     * The occurrences of an event as a {@code Flowable}: {@code Lwt_react.E.to_stream} with a
     * bound.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; a subscriber gets what occurs from then on.
     *   <li><b>Empty:</b> an event that is stopped completes.
     *   <li><b>Errors:</b> an event has none; {@code RejectedExecutionException} if the loop is
     *       closed, or an {@code OverflowException} where the strategy fails.
     *   <li><b>Cancellation:</b> disposing ends the observation and nothing else.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop, and where
     *       every signal is sent; the result may be used on any thread.
     * </ul>
     *
     * @param event the event; not null
     * @param overflow what becomes of occurrences a subscriber has not asked for; not null
     * @param <T> the type of the occurrences
     * @return the {@code Flowable}
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Flowable<T> toFlowable(Event<T> event, Overflow overflow) {
        return new FlowableFromFlow<>(event.asPublisher(overflow));
    }

    /**
     * The occurrences of an event as an {@code Observable}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; an observer gets what occurs from then on.
     *   <li><b>Empty:</b> an event that is stopped completes.
     *   <li><b>Errors:</b> an event has none; {@code RejectedExecutionException} if the loop is
     *       closed.
     *   <li><b>Cancellation:</b> disposing ends the observation and nothing else.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop, and where
     *       every signal is sent; the result may be used on any thread.
     * </ul>
     *
     * @param event the event; not null
     * @param <T> the type of the occurrences
     * @return the {@code Observable}
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Observable<T> toObservable(Event<T> event) {
        return new ObservableFromFlow<>(
                event.asPublisher(Overflow.unbounded()), ObservableFromFlow.ALL);
    }

    /**
     * The values of a signal as a {@code Flowable}: first the one now, then always the newest one
     * that a subscriber has not got; one at most waits for it.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; a subscriber gets the value now, and changes from then on.
     *   <li><b>Empty:</b> a signal that is stopped completes after its last value.
     *   <li><b>Errors:</b> an error that is the newest value, the very same; a value of null is a
     *       {@link NullPointerException}; {@code RejectedExecutionException} if the loop is closed.
     *   <li><b>Cancellation:</b> disposing ends the observation and nothing else.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop, and where
     *       every signal is sent; the result may be used on any thread.
     * </ul>
     *
     * @param signal the signal; not null
     * @param <T> the type of the values
     * @return the {@code Flowable}
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Flowable<T> toFlowable(Signal<T> signal) {
        return new FlowableFromFlow<>(signal.asPublisher());
    }

    /**
     * The values of a signal as an {@code Observable}: first the one now, then, once in a turn of
     * the loop, the newest one if it has changed.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; an observer gets the value now, and changes from then on.
     *   <li><b>Empty:</b> a signal that is stopped completes after its last value.
     *   <li><b>Errors:</b> an error that is the newest value, the very same; a value of null is a
     *       {@link NullPointerException}; {@code RejectedExecutionException} if the loop is closed.
     *   <li><b>Cancellation:</b> disposing ends the observation and nothing else.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop, and where
     *       every signal is sent; the result may be used on any thread.
     * </ul>
     *
     * @param signal the signal; not null
     * @param <T> the type of the values
     * @return the {@code Observable}
     * @throws IllegalStateException if the calling thread runs no event loop
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
     *   <li><b>Errors:</b> an event has none; {@code RejectedExecutionException} if the loop is
     *       closed.
     *   <li><b>Cancellation:</b> disposing ends the observation and leaves the target as it is.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop, and where the
     *       target is called. If others emit into it elsewhere it has to be serialized.
     * </ul>
     *
     * @param event the event; not null
     * @param target the target; not null
     * @param <T> the type of the occurrences
     * @return ends this
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Disposable emitInto(Event<T> event, Subject<? super T> target) {
        Emission<T> emission = new Emission.IntoSubject<>(requireNonNull(target, "target"));
        toObservable(event).subscribe(emission);
        return emission;
    }

    /**
     * Emits the occurrences of an event into a {@code FlowableProcessor}, until that has ended.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; begins during the call.
     *   <li><b>Empty:</b> an event that is stopped completes the target.
     *   <li><b>Errors:</b> an event has none; {@code RejectedExecutionException} if the loop is
     *       closed.
     *   <li><b>Cancellation:</b> disposing ends the observation and leaves the target as it is.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop, and where the
     *       target is called. If others emit into it elsewhere it has to be serialized.
     * </ul>
     *
     * @param event the event; not null
     * @param target the target; not null
     * @param <T> the type of the occurrences
     * @return ends this
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Disposable emitInto(Event<T> event, FlowableProcessor<? super T> target) {
        Emission<T> emission = new Emission.IntoProcessor<>(requireNonNull(target, "target"));
        toObservable(event).subscribe(emission);
        return emission;
    }

    /**
     * Emits the values of a signal into a {@code Subject}, such as a {@code BehaviorSubject}, until
     * that has ended.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; begins during the call.
     *   <li><b>Empty:</b> a signal that is stopped completes the target.
     *   <li><b>Errors:</b> an error that is the newest value, the very same; a value of null is a
     *       {@link NullPointerException}; {@code RejectedExecutionException} if the loop is closed.
     *   <li><b>Cancellation:</b> disposing ends the observation and leaves the target as it is.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop, and where the
     *       target is called. If others emit into it elsewhere it has to be serialized.
     * </ul>
     *
     * @param signal the signal; not null
     * @param target the target; not null
     * @param <T> the type of the values
     * @return ends this
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Disposable emitInto(Signal<T> signal, Subject<? super T> target) {
        Emission<T> emission = new Emission.IntoSubject<>(requireNonNull(target, "target"));
        toObservable(signal).subscribe(emission);
        return emission;
    }

    /**
     * Emits the values of a signal into a {@code FlowableProcessor}, such as a
     * {@code BehaviorProcessor}, until that has ended.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; begins during the call.
     *   <li><b>Empty:</b> a signal that is stopped completes the target.
     *   <li><b>Errors:</b> an error that is the newest value, the very same; a value of null is a
     *       {@link NullPointerException}; {@code RejectedExecutionException} if the loop is closed.
     *   <li><b>Cancellation:</b> disposing ends the observation and leaves the target as it is.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop, and where the
     *       target is called. If others emit into it elsewhere it has to be serialized.
     * </ul>
     *
     * @param signal the signal; not null
     * @param target the target; not null
     * @param <T> the type of the values
     * @return ends this
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Disposable emitInto(Signal<T> signal, FlowableProcessor<? super T> target) {
        Emission<T> emission = new Emission.IntoProcessor<>(requireNonNull(target, "target"));
        toObservable(signal).subscribe(emission);
        return emission;
    }

    /**
     * A {@code Flowable} as an event that occurs with each element; a processor is one, too.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> an event that never occurs.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same error; one that comes
     *       too late goes to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling {@link Feed#done}, or stopping the node, cancels the
     *       subscription, once, and not after its end; so does the end of the loop.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop; the source may
     *       signal on any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param <T> the type of the elements
     * @return the event, and the promise of the end
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Feed<Event<T>> toEvent(Flowable<T> source) {
        return toEvent(source, Intake.create());
    }

    /**
     * A {@code Flowable} as an event that occurs with each element, together with what else of the
     * intake has something at the same time.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> an event that never occurs.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same error; one that comes
     *       too late goes to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling {@link Feed#done}, or stopping the node, cancels the
     *       subscription, once, and not after its end; so does the end of the loop.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop; the source may
     *       signal on any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param intake what it shares steps with; not null
     * @param <T> the type of the elements
     * @return the event, and the promise of the end
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Feed<Event<T>> toEvent(Flowable<T> source, Intake intake) {
        return intake.toEvent(flow(source), Late.handler());
    }

    /**
     * A {@code Flowable} as a signal that has the last element, and changes together with what else
     * of the intake has something at the same time.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> a signal that keeps its first value.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same error; one that comes
     *       too late goes to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling {@link Feed#done}, or stopping the node, cancels the
     *       subscription, once, and not after its end; so does the end of the loop.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop; the source may
     *       signal on any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param initial the value before the first element; not null
     * @param intake what it shares steps with; not null
     * @param <T> the type of the elements
     * @return the signal, and the promise of the end
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Feed<Signal<T>> toSignal(Flowable<T> source, T initial, Intake intake) {
        return intake.toSignal(flow(source), initial, Objects::equals, Late.handler());
    }

    /**
     * A {@code Flowable} as a signal that has the last element.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> a signal that keeps its first value.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same error; one that comes
     *       too late goes to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling {@link Feed#done}, or stopping the node, cancels the
     *       subscription, once, and not after its end; so does the end of the loop.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop; the source may
     *       signal on any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param initial the value before the first element; not null
     * @param <T> the type of the elements
     * @return the signal, and the promise of the end
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Feed<Signal<T>> toSignal(Flowable<T> source, T initial) {
        return toSignal(source, initial, Intake.create());
    }

    /**
     * A {@code Flowable} as a signal, from its first element on.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> no element is a {@link NoSuchElementException}.
     *   <li><b>Errors:</b> an error before the first element rejects the promise, a later one
     *       {@link Feed#done}, the very same; one that comes too late goes to
     *       {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling the promise cancels the subscription; later cancelling
     *       {@link Feed#done}, or stopping the node, cancels the subscription, once, and not after
     *       its end; so does the end of the loop.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop; the source may
     *       signal on any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param <T> the type of the elements
     * @return the promise of the signal; fulfilled at once if the source emits during the call, as
     *     a {@code BehaviorProcessor} does that has a value
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Promise<Feed<Signal<T>>> toSignal(Flowable<T> source) {
        return Intake.create().toSignal(flow(source), Objects::equals, Late.handler());
    }

    /**
     * An {@code Observable} as an event that occurs with each element; a subject is one, too.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> an event that never occurs.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same error; one that comes
     *       too late goes to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling {@link Feed#done}, or stopping the node, cancels the
     *       subscription, once, and not after its end; so does the end of the loop.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop; the source may
     *       signal on any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param <T> the type of the elements
     * @return the event, and the promise of the end
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Feed<Event<T>> toEvent(Observable<T> source) {
        return toEvent(source, Intake.create());
    }

    /**
     * An {@code Observable} as an event that occurs with each element, together with what else of
     * the intake has something at the same time.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> an event that never occurs.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same error; one that comes
     *       too late goes to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling {@link Feed#done}, or stopping the node, cancels the
     *       subscription, once, and not after its end; so does the end of the loop.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop; the source may
     *       signal on any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param intake what it shares steps with; not null
     * @param <T> the type of the elements
     * @return the event, and the promise of the end
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Feed<Event<T>> toEvent(Observable<T> source, Intake intake) {
        return intake.toEvent(flow(source), Late.handler());
    }

    /**
     * An {@code Observable} as a signal that has the last element, and changes together with what
     * else of the intake has something at the same time.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> a signal that keeps its first value.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same error; one that comes
     *       too late goes to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling {@link Feed#done}, or stopping the node, cancels the
     *       subscription, once, and not after its end; so does the end of the loop.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop; the source may
     *       signal on any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param initial the value before the first element; not null
     * @param intake what it shares steps with; not null
     * @param <T> the type of the elements
     * @return the signal, and the promise of the end
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Feed<Signal<T>> toSignal(Observable<T> source, T initial, Intake intake) {
        return intake.toSignal(flow(source), initial, Objects::equals, Late.handler());
    }

    /**
     * An {@code Observable} as a signal that has the last element.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> a signal that keeps its first value.
     *   <li><b>Errors:</b> {@link Feed#done} is rejected with the very same error; one that comes
     *       too late goes to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling {@link Feed#done}, or stopping the node, cancels the
     *       subscription, once, and not after its end; so does the end of the loop.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop; the source may
     *       signal on any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param initial the value before the first element; not null
     * @param <T> the type of the elements
     * @return the signal, and the promise of the end
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Feed<Signal<T>> toSignal(Observable<T> source, T initial) {
        return toSignal(source, initial, Intake.create());
    }

    /**
     * An {@code Observable} as a signal, from its first element on.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the source is subscribed to once, during the call.
     *   <li><b>Empty:</b> no element is a {@link NoSuchElementException}.
     *   <li><b>Errors:</b> an error before the first element rejects the promise, a later one
     *       {@link Feed#done}, the very same; one that comes too late goes to
     *       {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling the promise cancels the subscription; later cancelling
     *       {@link Feed#done}, or stopping the node, cancels the subscription, once, and not after
     *       its end; so does the end of the loop.
     *   <li><b>Thread:</b> that of the graph, which has to be that of an event loop; the source may
     *       signal on any thread.
     * </ul>
     *
     * @param source the source; not null
     * @param <T> the type of the elements
     * @return the promise of the signal; fulfilled at once if the source emits during the call, as
     *     a {@code BehaviorSubject} does that has a value
     * @throws IllegalStateException if the calling thread runs no event loop
     */
    public static <T> Promise<Feed<Signal<T>>> toSignal(Observable<T> source) {
        return Intake.create().toSignal(flow(source), Objects::equals, Late.handler());
    }

    /* ---- Races ---- */

    /**
     * The outcome of the member that has one first; the others are disposed of, in order, before it
     * is told: {@code Lwt.pick}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; for each subscriber the members are subscribed to, in order,
     *       until one has its outcome at once, on the current loop.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> that of the first one, if it is an error; errors of losers that come too
     *       late go to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> disposing disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to and the outcome
     *       is told.
     * </ul>
     *
     * @param members at least one; none of them null
     * @param <T> the type of the value
     * @return the {@code Single}
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Single<T> pick(Collection<? extends Single<? extends T>> members) {
        return Races.untilWon(members, Promise::pick);
    }

    /**
     * The outcome of the member that has one first; the others are disposed of, in order, before it
     * is told: {@code Lwt.pick}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; for each subscriber the members are subscribed to, in order,
     *       until one has its outcome at once, on the current loop.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> that of the first one, if it is an error; errors of losers that come too
     *       late go to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> disposing disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to and the outcome
     *       is told.
     * </ul>
     *
     * @param members at least one; none of them null
     * @param <T> the type of the value
     * @return the {@code Single}
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if the calling thread runs no loop
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T> Single<T> pick(Single<? extends T>... members) {
        return pick(List.of(members));
    }

    /**
     * The outcome of the member that has one first; the others go on: {@code Lwt.choose}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; for each subscriber the members are subscribed to, in order,
     *       until one has its outcome at once, on the current loop.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> that of the first one, if it is an error; the loop's handler hears of
     *       errors of others.
     *   <li><b>Cancellation:</b> disposing disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to and the outcome
     *       is told.
     * </ul>
     *
     * @param members at least one; none of them null
     * @param <T> the type of the value
     * @return the {@code Single}
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Single<T> choose(Collection<? extends Single<? extends T>> members) {
        return Races.untilWon(members, Promise::choose);
    }

    /**
     * The outcome of the member that has one first; the others go on: {@code Lwt.choose}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; for each subscriber the members are subscribed to, in order,
     *       until one has its outcome at once, on the current loop.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> that of the first one, if it is an error; the loop's handler hears of
     *       errors of others.
     *   <li><b>Cancellation:</b> disposing disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to and the outcome
     *       is told.
     * </ul>
     *
     * @param members at least one; none of them null
     * @param <T> the type of the value
     * @return the {@code Single}
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if the calling thread runs no loop
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T> Single<T> choose(Single<? extends T>... members) {
        return choose(List.of(members));
    }

    /**
     * The values of all members that have one when the first one does; the others are disposed of:
     * {@code Lwt.npick}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; for each subscriber all members are subscribed to, on the
     *       current loop.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> that of the first member in the list that has one by then.
     *   <li><b>Cancellation:</b> disposing disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to and the outcome
     *       is told.
     * </ul>
     *
     * @param members at least one; none of them null
     * @param <T> the type of the value
     * @return the {@code Single}
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Single<List<T>> npick(Collection<? extends Single<? extends T>> members) {
        return Races.all(members, Promise::npick);
    }

    /**
     * The values of all members that have one when the first one does; the others are disposed of:
     * {@code Lwt.npick}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; for each subscriber all members are subscribed to, on the
     *       current loop.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> that of the first member in the list that has one by then.
     *   <li><b>Cancellation:</b> disposing disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to and the outcome
     *       is told.
     * </ul>
     *
     * @param members at least one; none of them null
     * @param <T> the type of the value
     * @return the {@code Single}
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if the calling thread runs no loop
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T> Single<List<T>> npick(Single<? extends T>... members) {
        return npick(List.of(members));
    }

    /**
     * The values of all members that have one when the first one does; the others go on:
     * {@code Lwt.nchoose}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; for each subscriber all members are subscribed to, on the
     *       current loop.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> that of the first member in the list that has one by then.
     *   <li><b>Cancellation:</b> disposing disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to and the outcome
     *       is told.
     * </ul>
     *
     * @param members at least one; none of them null
     * @param <T> the type of the value
     * @return the {@code Single}
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T> Single<List<T>> nchoose(Collection<? extends Single<? extends T>> members) {
        return Races.all(members, Promise::nchoose);
    }

    /**
     * The values of all members that have one when the first one does; the others go on:
     * {@code Lwt.nchoose}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; for each subscriber all members are subscribed to, on the
     *       current loop.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> that of the first member in the list that has one by then.
     *   <li><b>Cancellation:</b> disposing disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to and the outcome
     *       is told.
     * </ul>
     *
     * @param members at least one; none of them null
     * @param <T> the type of the value
     * @return the {@code Single}
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if the calling thread runs no loop
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T> Single<List<T>> nchoose(Single<? extends T>... members) {
        return nchoose(List.of(members));
    }

    /**
     * The values of two members: {@code Lwt.both}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; for each subscriber all members are subscribed to, on the
     *       current loop.
     *   <li><b>Empty:</b> there are always values.
     *   <li><b>Errors:</b> the first one in time, when all have ended.
     *   <li><b>Cancellation:</b> disposing disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to and the outcome
     *       is told.
     * </ul>
     *
     * @param first one; not null
     * @param second the other one; not null
     * @param <A> the type of the value of the one
     * @param <B> the type of the value of the other one
     * @return the {@code Single}
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <A, B> Single<Promise.Both<A, B>> both(
            Single<? extends A> first, Single<? extends B> second) {
        return Races.both(first, second);
    }

    /**
     * The end of all members: {@code Lwt.join}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; for each subscriber all members are subscribed to, on the
     *       current loop.
     *   <li><b>Empty:</b> no member completes at once.
     *   <li><b>Errors:</b> the first one in time, when all have ended.
     *   <li><b>Cancellation:</b> disposing disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to and the outcome
     *       is told.
     * </ul>
     *
     * @param members the members; none of them null
     * @return the {@code Completable}
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static Completable join(Collection<? extends Single<?>> members) {
        return Races.join(members);
    }

    /**
     * The end of all members: {@code Lwt.join}.
     *
     * <ul>
     *   <li><b>Temperature:</b> cold; for each subscriber all members are subscribed to, on the
     *       current loop.
     *   <li><b>Empty:</b> no member completes at once.
     *   <li><b>Errors:</b> the first one in time, when all have ended.
     *   <li><b>Cancellation:</b> disposing disposes of all members, the last one first.
     *   <li><b>Thread:</b> that of a loop, on which the members are subscribed to and the outcome
     *       is told.
     * </ul>
     *
     * @param members the members; none of them null
     * @return the {@code Completable}
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static Completable join(Single<?>... members) {
        return Races.join(List.of(members));
    }

    /* ---- Emitters, subjects, observers ---- */

    /**
     * Tells the outcome of a promise to a {@code SingleEmitter}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the emitter hears of it as soon as there is an outcome.
     *   <li><b>Empty:</b> a value of null is a {@link NoSuchElementException}; see
     *       {@link #toMaybe(Promise)}.
     *   <li><b>Errors:</b> the very error of the promise; to {@code RxJavaPlugins.onError} if the
     *       emitter takes none any more.
     *   <li><b>Cancellation:</b> disposing of the emitter's subscriber cancels the promise.
     *   <li><b>Thread:</b> any; the emitter is called on the loop.
     * </ul>
     *
     * @param promise the promise; not null
     * @param emitter the emitter; not null
     * @param <T> the type of the value
     */
    public static <T> void resolveInto(
            Promise<? extends @Nullable T> promise, SingleEmitter<? super T> emitter) {
        resolveInto(promise, emitter, CancelPolicy.CANCEL);
    }

    /**
     * Tells the outcome of a promise to a {@code SingleEmitter}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the emitter hears of it as soon as there is an outcome.
     *   <li><b>Empty:</b> a value of null is a {@link NoSuchElementException}; see
     *       {@link #toMaybe(Promise)}.
     *   <li><b>Errors:</b> the very error of the promise; to {@code RxJavaPlugins.onError} if the
     *       emitter takes none any more.
     *   <li><b>Cancellation:</b> disposing of the emitter's subscriber does what the policy says.
     *   <li><b>Thread:</b> any; the emitter is called on the loop.
     * </ul>
     *
     * @param promise the promise; not null
     * @param emitter the emitter; not null
     * @param policy what it does to the promise; not null
     * @param <T> the type of the value
     */
    public static <T> void resolveInto(
            Promise<? extends @Nullable T> promise,
            SingleEmitter<? super T> emitter,
            CancelPolicy policy) {
        PromiseSource.<T>of(promise, policy).begin(new EmitterFollower.OfSingle<T>(emitter));
    }

    /**
     * Tells the outcome of a promise to a {@code SingleSubject}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the subject hears of it as soon as there is an outcome.
     *   <li><b>Empty:</b> a value of null is a {@link NoSuchElementException}; see
     *       {@link #toMaybe(Promise)}.
     *   <li><b>Errors:</b> the very error of the promise; to {@code RxJavaPlugins.onError} if the
     *       subject has an outcome.
     *   <li><b>Cancellation:</b> none; the observers of a subject come and go.
     *   <li><b>Thread:</b> any; the subject is called on the loop.
     * </ul>
     *
     * @param promise the promise; not null
     * @param subject the subject; not null
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
     *   <li><b>Temperature:</b> hot; the emitter hears of it as soon as there is an outcome.
     *   <li><b>Empty:</b> a value of null is no value.
     *   <li><b>Errors:</b> the very error of the promise; to {@code RxJavaPlugins.onError} if the
     *       emitter takes none any more.
     *   <li><b>Cancellation:</b> disposing of the emitter's subscriber cancels the promise.
     *   <li><b>Thread:</b> any; the emitter is called on the loop.
     * </ul>
     *
     * @param promise the promise; not null
     * @param emitter the emitter; not null
     * @param <T> the type of the value
     */
    public static <T> void resolveInto(
            Promise<? extends @Nullable T> promise, MaybeEmitter<? super T> emitter) {
        resolveInto(promise, emitter, CancelPolicy.CANCEL);
    }

    /**
     * Tells the outcome of a promise to a {@code MaybeEmitter}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the emitter hears of it as soon as there is an outcome.
     *   <li><b>Empty:</b> a value of null is no value.
     *   <li><b>Errors:</b> the very error of the promise; to {@code RxJavaPlugins.onError} if the
     *       emitter takes none any more.
     *   <li><b>Cancellation:</b> disposing of the emitter's subscriber does what the policy says.
     *   <li><b>Thread:</b> any; the emitter is called on the loop.
     * </ul>
     *
     * @param promise the promise; not null
     * @param emitter the emitter; not null
     * @param policy what it does to the promise; not null
     * @param <T> the type of the value
     */
    public static <T> void resolveInto(
            Promise<? extends @Nullable T> promise,
            MaybeEmitter<? super T> emitter,
            CancelPolicy policy) {
        PromiseSource.<T>of(promise, policy).begin(new EmitterFollower.OfMaybe<T>(emitter));
    }

    /**
     * Tells the outcome of a promise to a {@code MaybeSubject}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the subject hears of it as soon as there is an outcome.
     *   <li><b>Empty:</b> a value of null is no value.
     *   <li><b>Errors:</b> the very error of the promise; to {@code RxJavaPlugins.onError} if the
     *       subject has an outcome.
     *   <li><b>Cancellation:</b> none; the observers of a subject come and go.
     *   <li><b>Thread:</b> any; the subject is called on the loop.
     * </ul>
     *
     * @param promise the promise; not null
     * @param subject the subject; not null
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
     *   <li><b>Temperature:</b> hot; the emitter hears of it as soon as there is an outcome.
     *   <li><b>Empty:</b> completes, whatever the value.
     *   <li><b>Errors:</b> the very error of the promise; to {@code RxJavaPlugins.onError} if the
     *       emitter takes none any more.
     *   <li><b>Cancellation:</b> disposing of the emitter's subscriber cancels the promise.
     *   <li><b>Thread:</b> any; the emitter is called on the loop.
     * </ul>
     *
     * @param promise the promise; not null
     * @param emitter the emitter; not null
     */
    public static void resolveInto(Promise<?> promise, CompletableEmitter emitter) {
        resolveInto(promise, emitter, CancelPolicy.CANCEL);
    }

    /**
     * Tells the outcome of a promise to a {@code CompletableEmitter}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the emitter hears of it as soon as there is an outcome.
     *   <li><b>Empty:</b> completes, whatever the value.
     *   <li><b>Errors:</b> the very error of the promise; to {@code RxJavaPlugins.onError} if the
     *       emitter takes none any more.
     *   <li><b>Cancellation:</b> disposing of the emitter's subscriber does what the policy says.
     *   <li><b>Thread:</b> any; the emitter is called on the loop.
     * </ul>
     *
     * @param promise the promise; not null
     * @param emitter the emitter; not null
     * @param policy what it does to the promise; not null
     */
    public static void resolveInto(
            Promise<?> promise, CompletableEmitter emitter, CancelPolicy policy) {
        PromiseSource.<Object>of(promise, policy).begin(new EmitterFollower.OfCompletable(emitter));
    }

    /**
     * Tells the outcome of a promise to a {@code CompletableSubject}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the subject hears of it as soon as there is an outcome.
     *   <li><b>Empty:</b> completes, whatever the value.
     *   <li><b>Errors:</b> the very error of the promise; to {@code RxJavaPlugins.onError} if the
     *       subject has an outcome.
     *   <li><b>Cancellation:</b> none; the observers of a subject come and go.
     *   <li><b>Thread:</b> any; the subject is called on the loop.
     * </ul>
     *
     * @param promise the promise; not null
     * @param subject the subject; not null
     */
    public static void resolveInto(Promise<?> promise, CompletableSubject subject) {
        toCompletable(promise, CancelPolicy.DETACH).subscribe(subject);
    }

    /**
     * An observer that resolves a promise: {@code Lwt.wakeup_later}, which never throws at its
     * source.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; whoever subscribes it makes the promise wait.
     *   <li><b>Empty:</b> there is always a value.
     *   <li><b>Errors:</b> the promise is rejected with the very same error; a second signal, and
     *       an error that comes too late, go to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> cancelling the promise, or resolving it elsewhere, disposes of the
     *       source, once.
     *   <li><b>Thread:</b> any; the promise is resolved on its loop.
     * </ul>
     *
     * @param resolver resolves the promise; not null
     * @param <T> the type of the value
     * @return the observer, for one source
     */
    public static <T> SingleObserver<T> toObserver(Resolver<? super T> resolver) {
        return new ResolverObserver<>(requireNonNull(resolver, "resolver"));
    }

    /**
     * A {@code Disposable} that cancels a promise: {@code Lwt.cancel}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; nothing happens before it is disposed of.
     *   <li><b>Empty:</b> it counts as disposed when the promise is resolved, too.
     *   <li><b>Errors:</b> none.
     *   <li><b>Cancellation:</b> disposing cancels the promise.
     *   <li><b>Thread:</b> any; the promise is cancelled on its loop.
     * </ul>
     *
     * @param promise the promise; not null
     * @return the {@code Disposable}
     */
    public static Disposable toDisposable(Promise<?> promise) {
        return new PromiseDisposable(requireNonNull(promise, "promise"));
    }

    /**
     * A {@code Disposable} that turns a switch off: {@code Lwt_switch.turn_off}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; nothing happens before it is disposed of.
     *   <li><b>Empty:</b> it counts as disposed when the switch is off, too.
     *   <li><b>Errors:</b> those of the hooks go to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> disposing turns the switch off, once.
     *   <li><b>Thread:</b> that of the switch's loop, where it is turned off; the result may be
     *       used on any thread.
     * </ul>
     *
     * @param target the switch; not null
     * @return the {@code Disposable}
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static Disposable toDisposable(Switch target) {
        return new SwitchDisposable(requireNonNull(target, "target"), EventLoop.current());
    }

    /**
     * Disposes of something when a switch is turned off, or now if it is off:
     * {@code Lwt_switch.add_hook_or_exec}.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the hook is added during the call.
     *   <li><b>Empty:</b> nothing is to be told.
     *   <li><b>Errors:</b> what it throws goes to {@code RxJavaPlugins.onError}.
     *   <li><b>Cancellation:</b> it is disposed of once, unless it is disposed already.
     *   <li><b>Thread:</b> that of the switch's loop.
     * </ul>
     *
     * @param target the switch; not null
     * @param disposable what to dispose of; not null
     * @param <D> the type of it
     * @return the {@code disposable}
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <D extends Disposable> D addTo(Switch target, D disposable) {
        requireNonNull(disposable, "disposable");
        Upstream upstream = new Upstream();
        upstream.accept(disposable);
        Promise<?> unused = target.addHookOrRun(() -> {
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
