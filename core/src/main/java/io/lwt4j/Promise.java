package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Function;

/**
 * A value that may not be there yet: {@code 'a Lwt.t}. The reading end; the writing end is
 * {@link Resolver}.
 *
 * <p>A promise is pending, then at some time fulfilled with a value or rejected with a
 * {@link Throwable}, and never changes after that. A cancelled promise is one that is rejected with
 * {@link CanceledException}.
 *
 * <p><b>Callbacks.</b> On a resolved promise a callback runs before the method that takes it
 * returns. On a pending one it runs when the promise is resolved, inside of that call (see
 * {@link Resolver#resolve}); the callback attached last runs first, after those of
 * {@link #onCancel}. A callback may throw anything. Methods that return a new promise never throw
 * what a callback threw: they return, or become, a promise rejected with it. Errors of the virtual
 * machine ({@link VirtualMachineError}, {@link LinkageError}, {@code ThreadDeath}) also leave
 * {@link EventLoop#run}.
 *
 * <p><b>Threads.</b> A pending promise belongs to the {@link EventLoop} it was made on. There its
 * callbacks run, one at a time; anywhere else every method that takes a callback, and every
 * combinator of several promises, throws {@link LoopThreadException} at once. Resolved promises are
 * immutable and may be used on any thread. {@link #cancel()} and the queries of the state may be
 * called on any thread at any time.
 *
 * <p><b>Cancellation.</b> {@link #cancel()} searches backwards from a promise for what it depends
 * on, and rejects that; the rejection then comes forward through the ordinary callbacks.
 *
 * <p><b>Nothing vanishes.</b> A rejection that nobody has looked at by the time it is collected as
 * garbage reaches the handler of its loop, as does an error thrown by a callback without a result.
 *
 * @param <T> the type of the value
 */
public abstract class Promise<T extends @Nullable Object> extends Cell {

    /* Overview. The whole of a resolved promise is the field `state`:
     *
     *   a plain object, or null      fulfilled with it
     *   Cell.Boxed                   fulfilled with a value that is itself a Cell
     *   Rejected                     rejected
     *   Cell.PROXIED                 the same as the promise in Pending.how, whatever that one is
     *   any other Cell               pending; these are the waiters (see WaiterList)
     *
     *                  resolve, cancel, outcome of a waiter
     *      pending ---------------------------------------------> fulfilled | rejected
     *         |
     *         +---- a callback returned it (Pending.follow) ----> proxied
     *
     * "Outcome" everywhere means a state of one of the first three forms. The class tree:
     *
     *   Promise      Resolved     16 bytes
     *                Pending      loop and way of cancelling; 24 bytes
     *                    Task     made by a Resolver, by pause
     *                    Derived  a combinator's result, which is also the waiter; 32 bytes
     */

    @Nullable
    Object state;

    Promise(@Nullable Object state) {
        this.state = state;
    }

    /* ---- Resolved promises ---- */

    /**
     * Makes a fulfilled promise: {@code Lwt.return}. Any thread.
     *
     * @param value the value; may be null where {@code T} allows it
     * @param <T> the type of the value
     * @return the promise
     */
    public static <T extends @Nullable Object> Promise<T> of(T value) {
        return new Resolved<>(fulfilled(value));
    }

    /**
     * The promise fulfilled with null, for "done": {@code Lwt.return_unit}. Any thread.
     *
     * @return always the same promise
     */
    public static Promise<@Nullable Void> unit() {
        return Resolved.UNIT;
    }

    /**
     * The promise fulfilled with true: {@code Lwt.return_true}. Any thread.
     *
     * @return always the same promise
     */
    public static Promise<Boolean> ofTrue() {
        return Resolved.TRUE;
    }

    /**
     * The promise fulfilled with false: {@code Lwt.return_false}. Any thread.
     *
     * @return always the same promise
     */
    public static Promise<Boolean> ofFalse() {
        return Resolved.FALSE;
    }

    /**
     * The promise fulfilled with an empty {@link Optional}: {@code Lwt.return_none}. Any thread.
     *
     * @param <T> the type of the absent value
     * @return always the same promise
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    public static <T> Promise<Optional<T>> emptyOptional() {
        return (Promise) Resolved.EMPTY;
    }

    /**
     * The promise fulfilled with an empty list: {@code Lwt.return_nil}. Any thread.
     *
     * @param <T> the type of the absent elements
     * @return always the same promise
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    public static <T> Promise<List<T>> emptyList() {
        return (Promise) Resolved.NIL;
    }

    /**
     * Makes a rejected promise: {@code Lwt.fail}. Any thread.
     *
     * @param cause the error; a {@link CanceledException} makes the promise a cancelled one
     * @param <T> the type of the value there is none of
     * @return the promise
     */
    public static <T extends @Nullable Object> Promise<T> failed(Throwable cause) {
        return new Resolved<>(Rejected.of(requireNonNull(cause, "cause")));
    }

    /**
     * Makes a promise rejected with an {@link IllegalStateException}: {@code Lwt.fail_with}. Any
     * thread.
     *
     * @param message the message of the exception
     * @param <T> the type of the value there is none of
     * @return the promise
     */
    public static <T extends @Nullable Object> Promise<T> failed(String message) {
        return failed(new IllegalStateException(requireNonNull(message, "message")));
    }

    /**
     * Makes a promise rejected with an {@link IllegalArgumentException}:
     * {@code Lwt.fail_invalid_arg}. Any thread.
     *
     * @param message the message of the exception
     * @param <T> the type of the value there is none of
     * @return the promise
     */
    public static <T extends @Nullable Object> Promise<T> illegalArgument(String message) {
        return failed(new IllegalArgumentException(requireNonNull(message, "message")));
    }

    /**
     * Makes a resolved promise from the state of one: {@code Lwt.of_result}. Any thread.
     *
     * @param state fulfilled or rejected
     * @param <T> the type of the value
     * @return the promise
     * @throws IllegalArgumentException if the state is {@code Pending}
     */
    public static <T extends @Nullable Object> Promise<T> fromState(State<? extends T> state) {
        if (requireNonNull(state, "state") instanceof State.Fulfilled<? extends T> fulfilled) {
            return of(fulfilled.value());
        } else if (state instanceof State.Rejected<? extends T> rejected) {
            return failed(rejected.cause());
        }
        throw new IllegalArgumentException(
                "state is Pending: only Fulfilled and Rejected make a resolved promise");
    }

    /* ---- Plain code as promises ---- */

    /**
     * Runs plain code now and makes a promise of what it returns or throws: {@code Lwt.wrap}. Any
     * thread.
     *
     * @param body the code
     * @param <T> the type of the value
     * @return a resolved promise
     */
    public static <T extends @Nullable Object> Promise<T> wrap(Callable<? extends T> body) {
        requireNonNull(body, "body");
        try {
            return of(body.call());
        } catch (Throwable t) {
            return LoopCore.rejected(t);
        }
    }

    /**
     * Runs code that makes a promise, now; what it throws instead becomes a rejection:
     * {@code Lwt.apply}. {@code apply(body).recover(handler)} is {@code Lwt.catch}. Any thread.
     *
     * @param body the code
     * @param <T> the type of the value
     * @return the very promise that the code returned, or a rejected one
     */
    public static <T extends @Nullable Object> Promise<T> apply(
            Callable<? extends Promise<T>> body) {
        return Continuations.call(requireNonNull(body, "body"));
    }

    /**
     * Opens something, uses it, and closes it whatever happens. Lwt has no such thing;
     * {@code Lwt_io.with_file} is one case of it.
     *
     * <p><b>Precisely.</b> If {@code open} succeeds, {@code close} is called once: when the promise
     * of {@code use} is resolved, whatever its outcome, also if {@code use} throws. The result
     * waits for its end. If it fails, its error takes the place of the outcome, as with
     * {@link #eventually}.
     *
     * <p>Cancelling the result cancels the promise of {@code open} or, later, that of {@code use};
     * never that of {@code close}. If {@code open} is under way and cannot be cancelled, the result
     * waits for it, closes what it opens without using it, and is cancelled then.
     *
     * @param open makes the promise of the resource
     * @param use makes the promise of the value
     * @param close makes the promise of the end of the resource
     * @param <A> the type of the resource
     * @param <T> the type of the value
     * @return the promise of the outcome
     * @throws LoopThreadException if what {@code open} returns is pending and the calling thread
     *     not its loop's
     */
    public static <A extends @Nullable Object, T extends @Nullable Object> Promise<T> using(
            Callable<? extends Promise<A>> open,
            CheckedFunction<? super A, ? extends Promise<T>> use,
            CheckedFunction<? super A, ? extends Promise<?>> close) {
        return Using.of(
                requireNonNull(open, "open"),
                requireNonNull(use, "use"),
                requireNonNull(close, "close"));
    }

    /**
     * Turns a function into one whose result, or error, comes as a promise: {@code Lwt.wrap1}. For
     * more than two arguments use {@link #wrap}. Any thread.
     *
     * @param f the function
     * @param <A> the type of its argument
     * @param <T> the type of its result
     * @return a function that never throws
     */
    public static <A extends @Nullable Object, T extends @Nullable Object>
            Function<A, Promise<T>> lift(CheckedFunction<? super A, ? extends T> f) {
        requireNonNull(f, "f");
        return a -> wrap(() -> f.apply(a));
    }

    /**
     * Turns a function into one whose result, or error, comes as a promise: {@code Lwt.wrap2}. Any
     * thread.
     *
     * @param f the function
     * @param <A> the type of its first argument
     * @param <B> the type of its second argument
     * @param <T> the type of its result
     * @return a function that never throws
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    T extends @Nullable Object>
            java.util.function.BiFunction<A, B, Promise<T>> lift(
                    CheckedBiFunction<? super A, ? super B, ? extends T> f) {
        requireNonNull(f, "f");
        return (a, b) -> wrap(() -> f.apply(a, b));
    }

    /* ---- Continuing ---- */

    /**
     * Goes on with a function that makes another promise: {@code Lwt.bind}.
     *
     * <p><b>Precisely.</b> If this promise is fulfilled, {@code f} is called now and its very
     * promise is returned (where such calls nest more than about a hundred deep, the innermost ones
     * are made a little later, so that recursion of any depth is safe). If it is rejected, the
     * result is rejected with the same error. If it is pending, so is the result; once {@code f}
     * has returned a promise, that one and the result are the same from then on, so that a loop
     * made of {@code flatMap} takes constant memory.
     *
     * <p>Cancelling the result cancels this promise, or, once {@code f} has been called, the
     * promise it returned.
     *
     * @param f what to do with the value
     * @param <R> the type of the new value
     * @return the promise of the whole
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final <R extends @Nullable Object> Promise<R> flatMap(
            CheckedFunction<? super T, ? extends Promise<? extends R>> f) {
        requireNonNull(f, "f");
        Object s = state;
        if (!(s instanceof Cell)) {
            return LoopCore.current().call(f, value(s));
        }
        if (s == NONE) {
            return bind((Pending<T>) this, f);
        }
        return flatMapSlow(f);
    }

    private <R extends @Nullable Object> Promise<R> flatMapSlow(
            CheckedFunction<? super T, ? extends Promise<? extends R>> f) {
        Promise<T> p = real();
        if (p.isOpenNow()) {
            return bind((Pending<T>) p, f);
        }
        return p.state instanceof Rejected
                ? p.sameRejection()
                : LoopCore.current().call(f, value(p.state));
    }

    private static <T extends @Nullable Object, R extends @Nullable Object> Promise<R> bind(
            Pending<T> source, CheckedFunction<? super T, ? extends Promise<? extends R>> f) {
        LoopCore core = source.loop("flatMap");
        Continuations.Bind<T, R> result = new Continuations.Bind<>(core.context, source, f);
        source.add(result);
        return result;
    }

    /**
     * Goes on with a plain function: {@code Lwt.map}. Like {@link #flatMap} otherwise.
     *
     * <p>Cancelling the result cancels this promise. If this promise cannot be cancelled, {@code f}
     * still has to run when it is fulfilled, so a {@code map} that lost a race stays attached to
     * it; put {@link #shielded()} in between to let go.
     *
     * @param f what to make of the value
     * @param <R> the type of the new value
     * @return the promise of the new value
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final <R extends @Nullable Object> Promise<R> map(
            CheckedFunction<? super T, ? extends R> f) {
        requireNonNull(f, "f");
        Object s = state;
        if (!(s instanceof Cell)) {
            return mapValue(f, value(s));
        }
        Promise<T> p = real();
        if (p.isOpenNow()) {
            Pending<T> source = (Pending<T>) p;
            LoopCore core = source.loop("map");
            Continuations.Map<T, R> result = new Continuations.Map<>(core.context, source, f);
            source.add(result);
            return result;
        }
        return p.state instanceof Rejected ? p.sameRejection() : mapValue(f, value(p.state));
    }

    private static <T extends @Nullable Object, R extends @Nullable Object> Promise<R> mapValue(
            CheckedFunction<? super T, ? extends R> f, T value) {
        try {
            return new Resolved<>(fulfilled(f.apply(value)));
        } catch (Throwable t) {
            return LoopCore.rejected(t);
        }
    }

    /**
     * Goes on with a handler if this promise is rejected: the second half of {@code Lwt.catch}.
     *
     * <p>Cancelling the result cancels this promise (a handler that deals with
     * {@link CanceledException} turns that into success), or, once the handler has been called, the
     * promise it returned. A fulfilled promise is returned as it is.
     *
     * @param handler what to do with the error
     * @return the promise of the whole
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final Promise<T> recover(
            CheckedFunction<? super Throwable, ? extends Promise<? extends T>> handler) {
        requireNonNull(handler, "handler");
        Promise<T> p = real();
        if (p.isOpenNow()) {
            return fold("recover", (Pending<T>) p, null, handler);
        }
        return p.state instanceof Rejected rejected
                ? LoopCore.current().call(handler, rejected.observe())
                : p;
    }

    /**
     * Goes on with a handler if this promise is rejected with a certain kind of error; any other is
     * passed on. See {@link #recover(CheckedFunction)}.
     *
     * @param type the kind of error
     * @param handler what to do with it
     * @param <X> the kind of error
     * @return the promise of the whole
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final <X extends Throwable> Promise<T> recover(
            Class<X> type, CheckedFunction<? super X, ? extends Promise<? extends T>> handler) {
        requireNonNull(type, "type");
        requireNonNull(handler, "handler");
        return recover(
                error -> type.isInstance(error) ? handler.apply(type.cast(error)) : failed(error));
    }

    /**
     * Goes on with one function or the other: {@code Lwt.try_bind}. Errors of {@code onValue} are
     * not seen by {@code onError}.
     *
     * <p>Cancelling the result cancels this promise, or, once a callback has been called, the
     * promise it returned.
     *
     * @param onValue what to do with the value
     * @param onError what to do with the error
     * @param <R> the type of the new value
     * @return the promise of the whole
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final <R extends @Nullable Object> Promise<R> fold(
            CheckedFunction<? super T, ? extends Promise<? extends R>> onValue,
            CheckedFunction<? super Throwable, ? extends Promise<? extends R>> onError) {
        requireNonNull(onValue, "onValue");
        requireNonNull(onError, "onError");
        Promise<T> p = real();
        if (p.isOpenNow()) {
            return fold("fold", (Pending<T>) p, onValue, onError);
        }
        return p.state instanceof Rejected rejected
                ? LoopCore.current().call(onError, rejected.observe())
                : LoopCore.current().call(onValue, value(p.state));
    }

    private static <T extends @Nullable Object, R extends @Nullable Object> Promise<R> fold(
            String operation,
            Pending<T> source,
            @Nullable CheckedFunction<? super T, ? extends Promise<? extends R>> onValue,
            CheckedFunction<? super Throwable, ? extends Promise<? extends R>> onError) {
        LoopCore core = source.loop(operation);
        Continuations.Fold<T, R> result =
                new Continuations.Fold<>(core.context, source, onValue, onError);
        source.add(result);
        return result;
    }

    /**
     * Runs a clean-up once this promise is resolved either way, and then passes its outcome on:
     * {@code Lwt.finalize}. If the clean-up fails, its error takes the place of the outcome.
     *
     * <p>Cancelling the result cancels this promise. It never cancels the clean-up: as soon as that
     * has begun the result waits for its end.
     *
     * @param cleanup makes the promise of the clean-up
     * @return the promise of the whole
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final Promise<T> eventually(Callable<? extends Promise<?>> cleanup) {
        requireNonNull(cleanup, "cleanup");
        return fold(
                value -> requireNonNull(cleanup.call(), "the clean-up returned null")
                        .uncancellable()
                        .flatMap(done -> of(value)),
                error -> requireNonNull(cleanup.call(), "the clean-up returned null")
                        .uncancellable()
                        .flatMap(done -> failed(error)));
    }

    /**
     * The outcome as a value: the result of this promise's being resolved is never a rejection.
     * Cancelling it cancels this promise, and so fulfils it with that.
     *
     * @return a promise of {@link State.Fulfilled} or {@link State.Rejected}
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final Promise<State<T>> outcome() {
        Promise<T> p = real();
        if (!p.isOpenNow()) {
            return of(p.state());
        }
        Pending<T> source = (Pending<T>) p;
        LoopCore core = source.loop("outcome");
        Continuations.Outcome<T> result = new Continuations.Outcome<>(core.context, source);
        source.add(result);
        return result;
    }

    /* ---- Callbacks without a result ---- */

    /**
     * Calls back with the value: {@code Lwt.on_success}. What the callback throws reaches the
     * loop's handler. If this promise is rejected or cancelled, nothing happens.
     *
     * @param callback what to do with the value
     * @return this promise
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final Promise<T> onSuccess(CheckedConsumer<? super T> callback) {
        return attach("onSuccess", requireNonNull(callback, "callback"), null);
    }

    /**
     * Calls back with the error: {@code Lwt.on_failure}. What the callback throws reaches the
     * loop's handler. A cancelled promise calls back with {@link CanceledException}.
     *
     * @param callback what to do with the error
     * @return this promise
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final Promise<T> onFailure(CheckedConsumer<? super Throwable> callback) {
        return attach("onFailure", null, requireNonNull(callback, "callback"));
    }

    /**
     * Calls back when this promise is resolved, cancellation included: {@code Lwt.on_termination}.
     * What the callback throws reaches the loop's handler.
     *
     * @param callback what to do
     * @return this promise
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final Promise<T> onTermination(CheckedRunnable callback) {
        requireNonNull(callback, "callback");
        return attach("onTermination", value -> callback.run(), error -> callback.run());
    }

    /**
     * Calls back with the value or with the error: {@code Lwt.on_any}. What a callback throws
     * reaches the loop's handler. A cancelled promise calls back with {@link CanceledException}.
     *
     * @param onValue what to do with the value
     * @param onError what to do with the error
     * @return this promise
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final Promise<T> onAny(
            CheckedConsumer<? super T> onValue, CheckedConsumer<? super Throwable> onError) {
        return attach(
                "onAny", requireNonNull(onValue, "onValue"), requireNonNull(onError, "onError"));
    }

    private Promise<T> attach(
            String operation,
            @Nullable CheckedConsumer<? super T> onValue,
            @Nullable CheckedConsumer<? super Throwable> onError) {
        Promise<T> p = real();
        if (p.isOpenNow()) {
            Pending<T> source = (Pending<T>) p;
            LoopCore core = source.loop(operation);
            source.add(new Callbacks.Any<T>(core.context, onValue, onError));
        } else {
            Callbacks.Any.run(LoopCore.current(), p.state, onValue, onError);
        }
        return this;
    }

    /**
     * Calls back if this promise is cancelled, before all its other callbacks:
     * {@code Lwt.on_cancel}. It does not matter whether {@link #cancel()} or a rejection with
     * {@link CanceledException} made it so. What the callback throws reaches the loop's handler.
     *
     * @param callback what to do
     * @return this promise
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final Promise<T> onCancel(CheckedRunnable callback) {
        requireNonNull(callback, "callback");
        Promise<T> p = real();
        if (p.isOpenNow()) {
            Pending<T> source = (Pending<T>) p;
            LoopCore core = source.loop("onCancel");
            source.add(new Callbacks.OnCancel(core.context, callback));
        } else if (p.state instanceof Rejected rejected && rejected.isCanceled()) {
            Callbacks.OnCancel.run(LoopCore.current(), callback);
        }
        return this;
    }

    /* ---- Cancellation ---- */

    /**
     * Cancels what this promise depends on: {@code Lwt.cancel}. Any thread; away from the loop the
     * call is handed to it.
     *
     * <p><b>Precisely.</b> The search goes from this promise back to what it waits for: from the
     * result of {@code flatMap} and its like to the source, or to the promise its callback
     * returned; from the result of {@code all}, {@code pick} and their like to every member, in
     * order. It ends at cancellable promises ({@link Resolver#cancellable()}, {@link #shielded()},
     * {@link EventLoop#sleep}, {@link EventLoop#pause}); all of them that are pending become
     * rejected with {@link CanceledException} first, and then their callbacks run, those of the one
     * found last first. A resolved promise, or one that depends on nothing cancellable, does not
     * change.
     */
    public final void cancel() {
        Promise<T> p = real();
        if (p.isOpenNow()) {
            Pending<T> pending = (Pending<T>) p;
            LoopCore core = pending.context.loop;
            if (core.isHere()) {
                core.cancel(pending);
            } else {
                core.postUnlessClosed(pending::cancel);
            }
        }
    }

    /**
     * A view of this promise whose cancellation does not reach this promise: {@code Lwt.protected}.
     * Cancelling the view rejects the view only, and detaches it from this promise at once. A
     * resolved promise is returned as it is.
     *
     * @return a promise with the same outcome unless it is cancelled first
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final Promise<T> shielded() {
        Promise<T> p = real();
        if (!p.isOpenNow()) {
            return p;
        }
        Pending<T> source = (Pending<T>) p;
        return new Continuations.Shield<>(source.loop("shielded").context, source);
    }

    /**
     * A view of this promise that cannot be cancelled: {@code Lwt.no_cancel}. If this promise is
     * cancelled otherwise, so is the view. A resolved promise is returned as it is.
     *
     * @return a promise with the same outcome
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final Promise<T> uncancellable() {
        Promise<T> p = real();
        if (!p.isOpenNow()) {
            return p;
        }
        Pending<T> source = (Pending<T>) p;
        LoopCore core = source.loop("uncancellable");
        Continuations.Uncancellable<T> view = new Continuations.Uncancellable<>(core.context);
        source.add(view);
        return view;
    }

    /**
     * A view of this promise that can always be cancelled: {@code Lwt.wrap_in_cancelable}.
     * Cancelling the view rejects it, whatever this promise does, and cancels this promise as well.
     * A resolved promise is returned as it is.
     *
     * @return a promise with the same outcome unless it is cancelled first
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final Promise<T> cancellableView() {
        Promise<T> p = real();
        if (!p.isOpenNow()) {
            return p;
        }
        LoopCore core = ((Pending<T>) p).loop("cancellableView");
        Task<T> view = new Task<>(core.context, true);
        view.onCancel(p::cancel);
        p.onAny(view::resolveNow, view::rejectNow);
        return view;
    }

    /* ---- Several promises ---- */

    /**
     * Waits for two promises: {@code Lwt.both}. See {@link #join(Collection)} for failure and
     * cancellation.
     *
     * @param first the first promise
     * @param second the second promise
     * @param <A> the type of the first value
     * @param <B> the type of the second value
     * @return the promise of both values
     * @throws LoopThreadException if one of them is pending and the calling thread not its loop's
     */
    public static <A extends @Nullable Object, B extends @Nullable Object> Promise<Both<A, B>> both(
            Promise<? extends A> first, Promise<? extends B> second) {
        return Join.of(
                new Object[] {requireNonNull(first, "first"), requireNonNull(second, "second")},
                Join.Shape.BOTH);
    }

    /**
     * Waits for two promises and combines their values. See {@link #join(Collection)} for failure
     * and cancellation.
     *
     * @param first the first promise
     * @param second the second promise
     * @param f makes the result of the two values
     * @param <A> the type of the first value
     * @param <B> the type of the second value
     * @param <R> the type of the result
     * @return the promise of the result
     * @throws LoopThreadException if one of them is pending and the calling thread not its loop's
     */
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    R extends @Nullable Object>
            Promise<R> both(
                    Promise<? extends A> first,
                    Promise<? extends B> second,
                    CheckedBiFunction<? super A, ? super B, ? extends R> f) {
        requireNonNull(f, "f");
        Promise<Both<A, B>> both = both(first, second);
        return both.map(values -> f.apply(values.first(), values.second()));
    }

    /**
     * Waits for three promises and combines their values. See {@link #join(Collection)} for failure
     * and cancellation.
     *
     * @param first the first promise
     * @param second the second promise
     * @param third the third promise
     * @param f makes the result of the three values
     * @param <A> the type of the first value
     * @param <B> the type of the second value
     * @param <C> the type of the third value
     * @param <R> the type of the result
     * @return the promise of the result
     * @throws LoopThreadException if one of them is pending and the calling thread not its loop's
     */
    @SuppressWarnings("unchecked")
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    R extends @Nullable Object>
            Promise<R> all(
                    Promise<? extends A> first,
                    Promise<? extends B> second,
                    Promise<? extends C> third,
                    Function3<? super A, ? super B, ? super C, ? extends R> f) {
        requireNonNull(f, "f");
        Promise<List<Object>> all = Join.of(array(first, second, third), Join.Shape.LIST);
        return all.map(v -> f.apply((A) v.get(0), (B) v.get(1), (C) v.get(2)));
    }

    /**
     * Waits for four promises and combines their values. See {@link #join(Collection)} for failure
     * and cancellation.
     *
     * @param first the first promise
     * @param second the second promise
     * @param third the third promise
     * @param fourth the fourth promise
     * @param f makes the result of the four values
     * @param <A> the type of the first value
     * @param <B> the type of the second value
     * @param <C> the type of the third value
     * @param <D> the type of the fourth value
     * @param <R> the type of the result
     * @return the promise of the result
     * @throws LoopThreadException if one of them is pending and the calling thread not its loop's
     */
    @SuppressWarnings("unchecked")
    public static <
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    C extends @Nullable Object,
                    D extends @Nullable Object,
                    R extends @Nullable Object>
            Promise<R> all(
                    Promise<? extends A> first,
                    Promise<? extends B> second,
                    Promise<? extends C> third,
                    Promise<? extends D> fourth,
                    Function4<? super A, ? super B, ? super C, ? super D, ? extends R> f) {
        requireNonNull(f, "f");
        Promise<List<Object>> all = Join.of(array(first, second, third, fourth), Join.Shape.LIST);
        return all.map(v -> f.apply((A) v.get(0), (B) v.get(1), (C) v.get(2), (D) v.get(3)));
    }

    /**
     * Waits for all promises, and collects their values in the order of the promises:
     * {@code Lwt.all}. See {@link #join(Collection)} for failure and cancellation.
     *
     * @param promises the promises; the collection is copied
     * @param <T> the type of the values
     * @return the promise of an unmodifiable list
     * @throws LoopThreadException if one of them is pending and the calling thread not its loop's
     */
    public static <T extends @Nullable Object> Promise<List<T>> all(
            Collection<? extends Promise<? extends T>> promises) {
        return Join.of(array(promises), Join.Shape.LIST);
    }

    /**
     * Waits for all promises, and collects their values: {@code Lwt.all}. See
     * {@link #all(Collection)}.
     *
     * @param promises the promises
     * @param <T> the type of the values
     * @return the promise of an unmodifiable list
     * @throws LoopThreadException if one of them is pending and the calling thread not its loop's
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T extends @Nullable Object> Promise<List<T>> all(
            Promise<? extends T>... promises) {
        return Join.of(array((Object[]) promises), Join.Shape.LIST);
    }

    /**
     * Waits for all promises, whatever their values: {@code Lwt.join}.
     *
     * <p>It waits for all of them also if some are rejected. Then it is rejected with the error
     * that came first; of errors that were there at the call, with the first in the list.
     *
     * <p>Cancelling the result cancels every member, in order; it then waits for those that cannot
     * be cancelled.
     *
     * @param promises the promises; none at all make a fulfilled one
     * @return the promise of their end
     * @throws LoopThreadException if one of them is pending and the calling thread not its loop's
     */
    public static Promise<@Nullable Void> join(Collection<? extends Promise<?>> promises) {
        return Join.of(array(promises), Join.Shape.UNIT);
    }

    /**
     * Waits for all promises, whatever their values: {@code Lwt.join}. See
     * {@link #join(Collection)}.
     *
     * @param promises the promises; none at all make a fulfilled one
     * @return the promise of their end
     * @throws LoopThreadException if one of them is pending and the calling thread not its loop's
     */
    public static Promise<@Nullable Void> join(Promise<?>... promises) {
        return Join.of(array((Object[]) promises), Join.Shape.UNIT);
    }

    /**
     * Waits for all promises, whatever their values, but not any longer once one has failed; then
     * cancels the others. Lwt has no such thing. For the values too, go on with {@link #all}:
     * {@code joinFailFast(list).flatMap(done -> Promise.all(list))}.
     *
     * <p><b>Precisely.</b> When one promise is rejected, all others are cancelled as by
     * {@link #cancel()}, in the order of the list, callbacks included, and only then is the result
     * rejected with that error; it does not wait for those that cannot be cancelled. If some are
     * rejected at the call, the first of them in the list counts, and the others are cancelled
     * before this returns. A cancelled promise is a rejected one.
     *
     * <p>Cancelling the result cancels every member.
     *
     * @param promises the promises; none at all make a fulfilled one
     * @return the promise of their end, or of the first failure
     * @throws LoopThreadException if none is rejected, and one is pending and the calling thread
     *     not its loop's
     */
    public static Promise<@Nullable Void> joinFailFast(Collection<? extends Promise<?>> promises) {
        return FailFast.of(array(promises));
    }

    /**
     * Waits for all promises, but not any longer once one has failed; then cancels the others. See
     * {@link #joinFailFast(Collection)}.
     *
     * @param promises the promises; none at all make a fulfilled one
     * @return the promise of their end, or of the first failure
     * @throws LoopThreadException if none is rejected, and one is pending and the calling thread
     *     not its loop's
     */
    public static Promise<@Nullable Void> joinFailFast(Promise<?>... promises) {
        return FailFast.of(promises);
    }

    /**
     * Takes the outcome of the promise that is resolved first and cancels the others:
     * {@code Lwt.pick}.
     *
     * <p><b>Precisely.</b> When one promise is resolved, all others are cancelled as by
     * {@link #cancel()}, in the order of the list, callbacks included, and only then is the result
     * resolved. If some are resolved at the call, one of them is taken, a rejected one rather than
     * a fulfilled one, and the others are cancelled before this returns.
     *
     * <p>Cancelling the result cancels every member.
     *
     * @param promises the promises, at least one; the collection is copied
     * @param <T> the type of the value
     * @return the promise of the first outcome
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if all are pending and the calling thread is not their loop's
     */
    public static <T extends @Nullable Object> Promise<T> pick(
            Collection<? extends Promise<? extends T>> promises) {
        return Race.of(array(promises), "pick", Race.Prize.FIRST, true);
    }

    /**
     * Takes the outcome of the promise that is resolved first and cancels the others:
     * {@code Lwt.pick}. See {@link #pick(Collection)}.
     *
     * @param promises the promises, at least one
     * @param <T> the type of the value
     * @return the promise of the first outcome
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if all are pending and the calling thread is not their loop's
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T extends @Nullable Object> Promise<T> pick(Promise<? extends T>... promises) {
        return Race.of(promises, "pick", Race.Prize.FIRST, true);
    }

    /**
     * Like {@link #pick(Collection)}, for values that must not get lost, such as connections: every
     * value but the one the result gets goes to a disposer.
     *
     * <p><b>Precisely.</b> Whatever decides the race, be it a value, an error or cancellation, each
     * other member that has a value then, or gets one later because it could not be cancelled, has
     * that value passed to the disposer, once. Values that are there are disposed of after the
     * losers have been cancelled, in the order of the list, and before the result is resolved. What
     * the disposer throws reaches the loop's handler. A promise that is in the list twice is one
     * member.
     *
     * @param promises the promises, at least one; the collection is copied
     * @param disposer what to do with each value that is not delivered
     * @param <T> the type of the value
     * @return the promise of the first outcome
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if one is pending and the calling thread is not its loop's
     */
    public static <T extends @Nullable Object> Promise<T> pick(
            Collection<? extends Promise<? extends T>> promises,
            CheckedConsumer<? super T> disposer) {
        return OwnedRace.of(array(promises), "pick", Race.Draw.RANDOM, disposer);
    }

    /**
     * Like {@link #pick(Collection)}, but nothing is left to chance: if some promises are resolved
     * at the call, the first in the list of those that are rejected is taken, or if there is none,
     * the first in the list of those that are fulfilled. Lwt has no such thing.
     *
     * @param promises the promises, at least one; the collection is copied
     * @param <T> the type of the value
     * @return the promise of the first outcome
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if all are pending and the calling thread is not their loop's
     */
    public static <T extends @Nullable Object> Promise<T> pickFirst(
            Collection<? extends Promise<? extends T>> promises) {
        return Race.pick(array(promises), "pickFirst", Race.Draw.FIRST_IN_LIST);
    }

    /**
     * Like {@link #pick(Promise...)}, but nothing is left to chance. See
     * {@link #pickFirst(Collection)}.
     *
     * @param promises the promises, at least one
     * @param <T> the type of the value
     * @return the promise of the first outcome
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if all are pending and the calling thread is not their loop's
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T extends @Nullable Object> Promise<T> pickFirst(
            Promise<? extends T>... promises) {
        return Race.pick(promises, "pickFirst", Race.Draw.FIRST_IN_LIST);
    }

    /**
     * Like {@link #pickFirst(Collection)}, and every value but the one the result gets goes to a
     * disposer, as with {@link #pick(Collection, CheckedConsumer)}.
     *
     * @param promises the promises, at least one; the collection is copied
     * @param disposer what to do with each value that is not delivered
     * @param <T> the type of the value
     * @return the promise of the first outcome
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if one is pending and the calling thread is not its loop's
     */
    public static <T extends @Nullable Object> Promise<T> pickFirst(
            Collection<? extends Promise<? extends T>> promises,
            CheckedConsumer<? super T> disposer) {
        return OwnedRace.of(array(promises), "pickFirst", Race.Draw.FIRST_IN_LIST, disposer);
    }

    /**
     * Takes the outcome of the promise that is resolved first; the others go on:
     * {@code Lwt.choose}. If some are resolved at the call, one of them is taken, a rejected one
     * rather than a fulfilled one. Nothing stays attached to the others. Cancelling the result
     * cancels every member.
     *
     * @param promises the promises, at least one; the collection is copied
     * @param <T> the type of the value
     * @return the promise of the first outcome
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if all are pending and the calling thread is not their loop's
     */
    public static <T extends @Nullable Object> Promise<T> choose(
            Collection<? extends Promise<? extends T>> promises) {
        return Race.of(array(promises), "choose", Race.Prize.FIRST, false);
    }

    /**
     * Takes the outcome of the promise that is resolved first; the others go on:
     * {@code Lwt.choose}. See {@link #choose(Collection)}.
     *
     * @param promises the promises, at least one
     * @param <T> the type of the value
     * @return the promise of the first outcome
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if all are pending and the calling thread is not their loop's
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T extends @Nullable Object> Promise<T> choose(Promise<? extends T>... promises) {
        return Race.of(promises, "choose", Race.Prize.FIRST, false);
    }

    /**
     * Waits until some promise is resolved, takes the values of all that are resolved by then and
     * cancels the others: {@code Lwt.npick}. If one of them is rejected, so is the result, with the
     * error of the first such one in the list. The others are cancelled after the values have been
     * taken and before the result is resolved. Cancelling the result cancels every member.
     *
     * @param promises the promises, at least one; the collection is copied
     * @param <T> the type of the values
     * @return the promise of the values, in the order of the list
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if all are pending and the calling thread is not their loop's
     */
    public static <T extends @Nullable Object> Promise<List<T>> npick(
            Collection<? extends Promise<? extends T>> promises) {
        return Race.of(array(promises), "npick", Race.Prize.ALL, true);
    }

    /**
     * Waits until some promise is resolved, and takes the values of all that are resolved by then;
     * the others go on: {@code Lwt.nchoose}. If one of them is rejected, so is the result, with the
     * error of the first such one in the list. Cancelling the result cancels every member.
     *
     * @param promises the promises, at least one; the collection is copied
     * @param <T> the type of the values
     * @return the promise of the values, in the order of the list
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if all are pending and the calling thread is not their loop's
     */
    public static <T extends @Nullable Object> Promise<List<T>> nchoose(
            Collection<? extends Promise<? extends T>> promises) {
        return Race.of(array(promises), "nchoose", Race.Prize.ALL, false);
    }

    /**
     * Like {@link #nchoose}, and also returns the promises that are still pending:
     * {@code Lwt.nchoose_split}. They come in the order of the list if it had to wait, in reverse
     * order if some promise was resolved at the call.
     *
     * @param promises the promises, at least one; the collection is copied
     * @param <T> the type of the values
     * @return the promise of the values and of the other promises
     * @throws IllegalArgumentException if there are none
     * @throws LoopThreadException if all are pending and the calling thread is not their loop's
     */
    public static <T extends @Nullable Object> Promise<Split<T>> nchooseSplit(
            Collection<? extends Promise<? extends T>> promises) {
        return Race.of(array(promises), "nchooseSplit", Race.Prize.SPLIT, false);
    }

    /** A private copy of the promises: {@link Join} will put their values in their places. */
    private static Object[] array(Object... promises) {
        return Arrays.copyOf(promises, promises.length, Object[].class);
    }

    private static Object[] array(Collection<?> promises) {
        Object[] copy = promises.toArray();
        // A collection of one's own may return an array that has no place for the values.
        return copy.getClass() == Object[].class ? copy : array(copy);
    }

    /** One of several promises that were passed to a combinator. */
    static Promise<?> member(@Nullable Object[] promises, int i) {
        Object promise = promises[i];
        if (promise == null) {
            throw new NullPointerException("promise number " + i + " is null");
        }
        return ((Promise<?>) promise).real();
    }

    /* ---- Looking ---- */

    /**
     * The same promise under a name, which {@link EventLoop#dump} and traces of errors show. Lwt
     * has no such thing.
     *
     * <p>Cancelling the result cancels this promise.
     *
     * @param name the name
     * @return a promise with the outcome of this one; this one if it is resolved
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final Promise<T> named(String name) {
        requireNonNull(name, "name");
        Promise<T> p = real();
        if (!p.isOpenNow()) {
            return p;
        }
        Pending<T> source = (Pending<T>) p;
        LoopCore core = source.loop("named");
        Continuations.Named<T> result = new Continuations.Named<>(core.context, source, name);
        source.add(result);
        return result;
    }

    /**
     * The state here and now: {@code Lwt.state}. Any thread.
     *
     * @return one of the three records
     */
    public final State<T> state() {
        Promise<T> p = real();
        return p.isOpenNow() ? new State.Pending<>() : stateOf(p.state);
    }

    /** The public form of an outcome; a rejection counts as observed. */
    static <T extends @Nullable Object> State<T> stateOf(@Nullable Object outcome) {
        return outcome instanceof Rejected rejected
                ? new State.Rejected<>(rejected.observe())
                : new State.Fulfilled<>(value(outcome));
    }

    /**
     * Whether there is no outcome yet: {@code Lwt.is_sleeping}. Any thread.
     *
     * @return whether this promise is pending
     */
    public final boolean isPending() {
        return real().isOpenNow();
    }

    /**
     * Whether there is a value. Any thread.
     *
     * @return whether this promise is fulfilled
     */
    public final boolean isFulfilled() {
        Promise<T> p = real();
        return !p.isOpenNow() && !(p.state instanceof Rejected);
    }

    /**
     * Whether there is an error; a cancelled promise is rejected, too. Any thread.
     *
     * @return whether this promise is rejected
     */
    public final boolean isRejected() {
        return real().state instanceof Rejected;
    }

    /**
     * Whether this promise is rejected with {@link CanceledException}. Any thread.
     *
     * @return whether this promise is cancelled
     */
    public final boolean isCancelled() {
        return real().state instanceof Rejected rejected && rejected.isCanceled();
    }

    /**
     * The value if it is there: {@code Lwt.poll}. Any thread.
     *
     * @return the value; empty as long as this promise is pending, and also if the value is null
     * @throws Exception the very error this promise is rejected with, if it is
     */
    public final Optional<T> poll() throws Exception {
        Promise<T> p = real();
        if (p.isOpenNow()) {
            return Optional.empty();
        }
        if (p.state instanceof Rejected rejected) {
            throw LoopCore.sneaky(rejected.observe());
        }
        return Optional.ofNullable(value(p.state));
    }

    /* ---- Crossing over ---- */

    /**
     * Hands this promise to a converter: {@code promise.to(ReactorBridge::toMono)}. Any thread.
     *
     * @param converter the converter
     * @param <R> the type of its result
     * @return what the converter returns
     */
    public final <R extends @Nullable Object> R to(
            Function<? super Promise<T>, ? extends R> converter) {
        return converter.apply(this);
    }

    /**
     * Makes a future with the outcome of this promise.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; this promise is under way whether the future is used or not.
     *   <li><b>Empty:</b> a promise fulfilled with null completes the future with null.
     *   <li><b>Errors:</b> the future completes with the very same throwable. If somebody else has
     *       completed it by then, the error counts as not looked at.
     *   <li><b>Cancellation:</b> a cancelled promise makes a cancelled future. Cancelling the
     *       future, and also completing it by hand, cancels this promise, now or, away from the
     *       loop, by a task of the loop. Dependent stages ({@code thenApply} and its like) are
     *       linked: when all of them are cancelled, nothing else depends on the future and no
     *       thread waits for it, then it is cancelled, too. A cancelled future stays attached to
     *       nothing.
     *   <li><b>Thread:</b> of a pending promise, the loop's thread only. The future itself may be
     *       used on any thread; it completes, and runs dependent stages, on the loop. Waiting for
     *       it there throws {@link IllegalStateException} instead of waiting for ever.
     * </ul>
     *
     * @return the future
     * @throws LoopThreadException if this promise is pending and the calling thread not its loop's
     */
    public final CompletableFuture<T> toCompletableFuture() {
        return Futures.toFuture(this);
    }

    /**
     * Makes a promise of the current loop with the outcome of a stage.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; the stage is under way already.
     *   <li><b>Empty:</b> a stage completed with null makes a promise fulfilled with null.
     *   <li><b>Errors:</b> the promise is rejected with the very same throwable, but for one layer
     *       of {@link java.util.concurrent.CompletionException} or
     *       {@link java.util.concurrent.ExecutionException}, which is taken off. An error that
     *       comes after the promise was cancelled reaches the loop's handler.
     *   <li><b>Cancellation:</b> a stage that fails with a
     *       {@link java.util.concurrent.CancellationException} makes a cancelled promise.
     *       Cancelling the promise cancels the stage if it is a
     *       {@link java.util.concurrent.Future}, once, and lets go of it: no more than an empty
     *       cell stays there. What the stage throws at that reaches the loop's handler.
     *   <li><b>Thread:</b> a thread that runs a loop; any thread if the stage is complete, and then
     *       so is the promise. The stage may complete on any thread: the outcome is handed to the
     *       loop.
     * </ul>
     *
     * @param stage the stage
     * @param <T> the type of the value
     * @return the promise
     * @throws LoopThreadException if the stage is not complete and the calling thread runs no loop
     */
    public static <T extends @Nullable Object> Promise<T> from(CompletionStage<T> stage) {
        return Futures.fromStage(requireNonNull(stage, "stage"));
    }

    /**
     * Makes a publisher of the value of this promise.
     *
     * <ul>
     *   <li><b>Temperature:</b> hot; this promise is under way whether the publisher is used or
     *       not. Any number of subscribers get the same value.
     *   <li><b>Empty:</b> a promise fulfilled with null completes without an element.
     *   <li><b>Errors:</b> the very same throwable. If the loop is closed while this promise is
     *       pending, a {@link java.util.concurrent.RejectedExecutionException}.
     *   <li><b>Cancellation:</b> cancelling a subscription does to this promise what the policy
     *       says, and leaves nothing attached. A cancelled promise is an error,
     *       {@link CanceledException}.
     *   <li><b>Thread:</b> any thread. Signals come on the loop; if this promise was resolved when
     *       it was subscribed to, on the thread that subscribes or requests.
     * </ul>
     *
     * @param policy what the cancellation of a subscription does
     * @return the publisher
     */
    public final Flow.Publisher<T> asPublisher(CancelPolicy policy) {
        return new PromisePublisher<>(new PromiseOutlet<>(this, policy));
    }

    /**
     * The same as {@link #asPublisher(CancelPolicy)} with {@link CancelPolicy#CANCEL}.
     *
     * @return the publisher
     */
    public final Flow.Publisher<T> asPublisher() {
        return asPublisher(CancelPolicy.CANCEL);
    }

    /* ---- Inside ---- */

    /** The promise whose state counts: this one, or the one it has become the same as. */
    final Promise<T> real() {
        return state == PROXIED ? ((Pending<T>) this).represented() : this;
    }

    /** Whether this promise, which is not a proxy, is pending; acquires what resolving released. */
    final boolean isOpenNow() {
        Object s = state;
        if (s instanceof Cell && !(s instanceof Rejected) && !(s instanceof Boxed)) {
            return true;
        }
        Fences.acquire();
        return false;
    }

    /** A rejected promise fits every type. */
    @SuppressWarnings("unchecked")
    private <R extends @Nullable Object> Promise<R> sameRejection() {
        return (Promise<R>) this;
    }

    final String describe() {
        Promise<T> p = real();
        if (p.isOpenNow()) {
            return "pending";
        }
        return p.state instanceof Rejected rejected
                ? (rejected.isCanceled() ? "cancelled" : "rejected with " + rejected.peek())
                : "fulfilled with " + value(p.state);
    }

    /**
     * A description for people.
     *
     * @return the state, and the value or error
     */
    @Override
    public final String toString() {
        return "Promise(" + describe() + ")";
    }

    /**
     * What is known of a promise: {@code Lwt.state}, and with {@code Pending} left out the
     * {@code result} of OCaml.
     *
     * @param <T> the type of the value
     */
    public sealed interface State<T extends @Nullable Object> {

        /**
         * There is no outcome yet.
         *
         * @param <T> the type of the value
         */
        record Pending<T extends @Nullable Object>() implements State<T> {}

        /**
         * There is a value.
         *
         * @param value the value
         * @param <T> the type of the value
         */
        record Fulfilled<T extends @Nullable Object>(T value) implements State<T> {}

        /**
         * There is an error.
         *
         * @param cause the error
         * @param <T> the type of the value there is none of
         */
        record Rejected<T extends @Nullable Object>(Throwable cause) implements State<T> {

            /**
             * Refuses null.
             *
             * @param cause the error
             */
            public Rejected {
                requireNonNull(cause, "cause");
            }
        }
    }

    /**
     * The values of two promises.
     *
     * @param first the value of the first one
     * @param second the value of the second one
     * @param <A> the type of the first value
     * @param <B> the type of the second value
     */
    public record Both<A extends @Nullable Object, B extends @Nullable Object>(A first, B second) {}

    /**
     * The result of {@link #nchooseSplit}.
     *
     * @param done the values of the promises that were resolved
     * @param pending the promises that were not
     * @param <T> the type of the values
     */
    public record Split<T extends @Nullable Object>(List<T> done, List<Promise<T>> pending) {}

    /**
     * A function of three arguments that may throw anything.
     *
     * @param <A> the type of the first argument
     * @param <B> the type of the second argument
     * @param <C> the type of the third argument
     * @param <R> the type of the result
     */
    @FunctionalInterface
    public interface Function3<
            A extends @Nullable Object,
            B extends @Nullable Object,
            C extends @Nullable Object,
            R extends @Nullable Object> {

        /**
         * Runs the function.
         *
         * @param first the first argument
         * @param second the second argument
         * @param third the third argument
         * @return the result
         * @throws Exception whatever the function fails with
         */
        R apply(A first, B second, C third) throws Exception;
    }

    /**
     * A function of four arguments that may throw anything.
     *
     * @param <A> the type of the first argument
     * @param <B> the type of the second argument
     * @param <C> the type of the third argument
     * @param <D> the type of the fourth argument
     * @param <R> the type of the result
     */
    @FunctionalInterface
    public interface Function4<
            A extends @Nullable Object,
            B extends @Nullable Object,
            C extends @Nullable Object,
            D extends @Nullable Object,
            R extends @Nullable Object> {

        /**
         * Runs the function.
         *
         * @param first the first argument
         * @param second the second argument
         * @param third the third argument
         * @param fourth the fourth argument
         * @return the result
         * @throws Exception whatever the function fails with
         */
        R apply(A first, B second, C third, D fourth) throws Exception;
    }
}
