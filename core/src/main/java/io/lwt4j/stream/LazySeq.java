package io.lwt4j.stream;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.CheckedConsumer;
import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.Promise.Both;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * A list whose elements are made when somebody wants them, and may take their time: {@code 'a
 * Lwt_seq.t}. Unlike a {@link PullStream} it is not used up by being read: it is a value that
 * describes how its elements are made.
 *
 * <p><b>Nothing is kept.</b> Going through a sequence a second time makes its elements a second
 * time, side effects included. So it takes no memory however long it is, and whoever wants to have
 * its elements, rather than to make them, calls {@link #toList}.
 *
 * <p><b>Null.</b> Elements are never null; nor are the functions and sequences that are passed to
 * its methods, which throw {@link NullPointerException} at once otherwise. What a function makes
 * must not be null either, except the result of a fold.
 *
 * <p><b>One at a time.</b> The next element is made when whatever is done with the one before has
 * ended; only {@code forEachConcurrent} does not wait for that. Any number of elements takes
 * constant stack.
 *
 * <p><b>Errors.</b> What a function throws, or its promise is rejected with, rejects the result of
 * going through the sequence, there and then. Going through it again tries again.
 *
 * <p><b>Cancellation.</b> Cancelling a result cancels what it waits for: the element that is being
 * made, or what is being done with it.
 *
 * <p><b>Threads.</b> A sequence is immutable and belongs to no loop. Going through it is possible
 * on any thread as long as there is nothing to wait for, and on the loop of the promises that it
 * comes to wait for; elsewhere the result is rejected with {@link io.lwt4j.LoopThreadException}.
 *
 * @param <T> the type of the elements
 */
public final class LazySeq<T> {

    private static final LazySeq<?> EMPTY = new LazySeq<>(Promise::emptyOptional);

    private final Callable<? extends Promise<Optional<Cons<T>>>> first;

    LazySeq(Callable<? extends Promise<Optional<Cons<T>>>> first) {
        this.first = first;
    }

    /**
     * A sequence that is not empty, taken apart: {@code Lwt_seq.Cons}.
     *
     * @param head the first element
     * @param tail the others
     * @param <T> the type of the elements
     */
    public record Cons<T>(T head, LazySeq<T> tail) {

        /**
         * Refuses null.
         *
         * @param head the first element
         * @param tail the others
         */
        public Cons {
            requireNonNull(head, "head");
            requireNonNull(tail, "tail");
        }
    }

    /* ---- Making sequences ---- */

    /**
     * Makes a sequence of the function that it is in Lwt: {@code unit -> 'a Lwt_seq.node Lwt.t}.
     *
     * @param first makes the first element and the rest, or nothing at the end; called each time
     *     somebody goes through the sequence
     * @param <T> the type of the elements
     * @return the sequence
     */
    public static <T> LazySeq<T> defer(Callable<? extends Promise<Optional<Cons<T>>>> first) {
        return new LazySeq<>(requireNonNull(first, "first"));
    }

    /**
     * The sequence without elements: {@code Lwt_seq.empty}.
     *
     * @param <T> the type of the elements there are none of
     * @return always the same sequence
     */
    @SuppressWarnings("unchecked") // without elements it fits every type
    public static <T> LazySeq<T> empty() {
        return (LazySeq<T>) EMPTY;
    }

    /**
     * Makes a sequence of elements that are there: {@code Lwt_seq.return}, {@code of_list}.
     *
     * @param elements the elements, none of them null; the array is copied
     * @param <T> the type of the elements
     * @return the sequence
     */
    @SafeVarargs
    @SuppressWarnings("varargs")
    public static <T> LazySeq<T> of(T... elements) {
        return fromIterable(List.of(Later.elements(requireNonNull(elements, "elements"))));
    }

    /**
     * Makes a sequence of the value of a promise: {@code Lwt_seq.return_lwt}.
     *
     * @param promise the promise
     * @param <T> the type of the value
     * @return the sequence
     */
    public static <T> LazySeq<T> fromPromise(Promise<? extends T> promise) {
        return LazySeq.<T>empty().prependPromise(promise);
    }

    /**
     * Makes a sequence of the elements of an iterable, each read when it is wanted:
     * {@code Lwt_seq.of_seq}, {@code of_list}. Whoever goes through the sequence a second time goes
     * through the iterable a second time, so a lambda may be used as one: {@code fromIterable(() ->
     * names().iterator())}.
     *
     * @param elements the elements
     * @param <T> the type of the elements
     * @return the sequence
     */
    public static <T> LazySeq<T> fromIterable(Iterable<? extends T> elements) {
        return Iteration.from(requireNonNull(elements, "elements"), Promise::of);
    }

    /**
     * Makes a sequence of the values of the promises of an iterable, each read when its value is
     * wanted: {@code Lwt_seq.of_seq_lwt}. Otherwise like {@link #fromIterable}; for the promises of
     * a Java stream use {@code fromPromises(() -> calls().iterator())}.
     *
     * @param promises the promises
     * @param <T> the type of the values
     * @return the sequence
     */
    public static <T> LazySeq<T> fromPromises(Iterable<? extends Promise<T>> promises) {
        return Iteration.from(
                requireNonNull(promises, "promises"), promise -> Later.promised(promise));
    }

    /**
     * Makes a sequence of what a function makes of a state, again and again:
     * {@code Lwt_seq.unfold}.
     *
     * @param seed the first state
     * @param step makes an element and the next state of a state, or nothing at the end
     * @param <S> the type of the states
     * @param <T> the type of the elements
     * @return the sequence
     */
    public static <S extends @Nullable Object, T> LazySeq<T> unfold(
            S seed, CheckedFunction<? super S, ? extends Optional<Both<T, S>>> step) {
        requireNonNull(step, "step");
        return unfoldPromise(seed, state -> Promise.of(Later.answer(step.apply(state))));
    }

    /**
     * Makes a sequence of what a function makes of a state, again and again, which may take its
     * time: {@code Lwt_seq.unfold_lwt}.
     *
     * @param seed the first state
     * @param step makes an element and the next state of a state, or nothing at the end
     * @param <S> the type of the states
     * @param <T> the type of the elements
     * @return the sequence
     */
    public static <S extends @Nullable Object, T> LazySeq<T> unfoldPromise(
            S seed, CheckedFunction<? super S, ? extends Promise<Optional<Both<T, S>>>> step) {
        requireNonNull(step, "step");
        return new LazySeq<>(() -> Later.promised(step.apply(seed))
                .map(made -> Later.answer(made)
                        .map(both -> new Cons<>(
                                Later.element(both.first()), unfoldPromise(both.second(), step)))));
    }

    /**
     * Makes a sequence of an element and those of this one: {@code Lwt_seq.cons}.
     *
     * @param element the first element
     * @return the sequence
     */
    public LazySeq<T> prepend(T element) {
        requireNonNull(element, "element");
        Promise<Optional<Cons<T>>> node = Promise.of(Optional.of(new Cons<>(element, this)));
        return new LazySeq<>(() -> node);
    }

    /**
     * Makes a sequence of the value of a promise and the elements of this sequence:
     * {@code Lwt_seq.cons_lwt}.
     *
     * @param promise the promise of the first element
     * @return the sequence
     */
    public LazySeq<T> prependPromise(Promise<? extends T> promise) {
        requireNonNull(promise, "promise");
        return new LazySeq<>(() ->
                promise.map(element -> Optional.of(new Cons<>(Later.element(element), this))));
    }

    /**
     * Makes a sequence of the elements of this one and then of another one: {@code Lwt_seq.append}.
     *
     * @param other what comes after this sequence
     * @return the sequence
     */
    public LazySeq<T> append(LazySeq<? extends T> other) {
        return appended(widened(requireNonNull(other, "other")));
    }

    private LazySeq<T> appended(LazySeq<T> other) {
        return new LazySeq<>(() -> uncons().flatMap(node -> node.isEmpty()
                ? other.uncons()
                : Promise.of(Optional.of(
                        new Cons<>(node.get().head(), node.get().tail().appended(other))))));
    }

    @SuppressWarnings("unchecked") // elements only come out of a sequence
    private static <T> LazySeq<T> widened(LazySeq<? extends T> sequence) {
        return (LazySeq<T>) sequence;
    }

    /* ---- Sequences made of this one ---- */

    /**
     * Makes a sequence of what a function makes of the elements: {@code Lwt_seq.map}.
     *
     * @param function the function; it must not make null
     * @param <R> the type of its results
     * @return the sequence
     */
    public <R> LazySeq<R> map(CheckedFunction<? super T, ? extends R> function) {
        requireNonNull(function, "function");
        return new Traversal.Sieve<T, R>() {
            @Override
            Promise<Optional<Cons<R>>> accept(T head, LazySeq<T> tail) throws Exception {
                return found(function.apply(head), tail);
            }
        }.rest(this);
    }

    /**
     * Makes a sequence of what a function makes of the elements, which may take its time:
     * {@code Lwt_seq.map_s}.
     *
     * @param function the function; it must not make null
     * @param <R> the type of its results
     * @return the sequence
     */
    public <R> LazySeq<R> mapSequential(
            CheckedFunction<? super T, ? extends Promise<? extends R>> function) {
        requireNonNull(function, "function");
        return new Traversal.Sieve<T, R>() {
            @Override
            Promise<Optional<Cons<R>>> accept(T head, LazySeq<T> tail) throws Exception {
                return Later.promised(function.apply(head)).map(made -> node(made, tail));
            }
        }.rest(this);
    }

    /**
     * Makes a sequence of the elements that are as wanted: {@code Lwt_seq.filter}.
     *
     * @param predicate says whether an element is wanted
     * @return the sequence
     */
    public LazySeq<T> filter(CheckedFunction<? super T, Boolean> predicate) {
        requireNonNull(predicate, "predicate");
        return new Traversal.Sieve<T, T>() {
            @Override
            @Nullable
            Promise<Optional<Cons<T>>> accept(T head, LazySeq<T> tail) throws Exception {
                return Later.answer(predicate.apply(head)) ? found(head, tail) : null;
            }
        }.rest(this);
    }

    /**
     * Makes a sequence of the elements that are as wanted, where to say so may take its time:
     * {@code Lwt_seq.filter_s}.
     *
     * @param predicate says whether an element is wanted
     * @return the sequence
     */
    public LazySeq<T> filterSequential(
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate) {
        requireNonNull(predicate, "predicate");
        return filterMapSequential(element -> Later.promised(predicate.apply(element))
                .map(wanted -> Later.answer(wanted) ? Optional.of(element) : Optional.empty()));
    }

    /**
     * Makes a sequence of what a function makes of the elements, if anything:
     * {@code Lwt_seq.filter_map}.
     *
     * @param function the function
     * @param <R> the type of its results
     * @return the sequence
     */
    public <R> LazySeq<R> filterMap(
            CheckedFunction<? super T, ? extends Optional<? extends R>> function) {
        requireNonNull(function, "function");
        return new Traversal.Sieve<T, R>() {
            @Override
            @Nullable
            Promise<Optional<Cons<R>>> accept(T head, LazySeq<T> tail) throws Exception {
                return foundIfAny(function.apply(head), tail);
            }
        }.rest(this);
    }

    /**
     * Makes a sequence of what a function makes of the elements, if anything, which may take its
     * time: {@code Lwt_seq.filter_map_s}.
     *
     * @param function the function
     * @param <R> the type of its results
     * @return the sequence
     */
    public <R> LazySeq<R> filterMapSequential(
            CheckedFunction<? super T, ? extends Promise<? extends Optional<? extends R>>>
                    function) {
        requireNonNull(function, "function");
        return new Traversal.Sieve<T, R>() {
            @Override
            @Nullable
            Promise<Optional<Cons<R>>> accept(T head, LazySeq<T> tail) throws Exception {
                return foundIfAny(Later.promised(function.apply(head)), tail);
            }
        }.rest(this);
    }

    /**
     * Makes a sequence of the elements of the sequences that a function makes of the elements, one
     * after the other: {@code Lwt_seq.flat_map}.
     *
     * @param function the function
     * @param <R> the type of the elements of its results
     * @return the sequence
     */
    public <R> LazySeq<R> flatMap(
            CheckedFunction<? super T, ? extends LazySeq<? extends R>> function) {
        requireNonNull(function, "function");
        return new Traversal.Sieve<T, R>() {
            @Override
            @Nullable
            Promise<Optional<Cons<R>>> accept(T head, LazySeq<T> tail) throws Exception {
                LazySeq<R> inner = widened(Later.answer(function.apply(head)));
                Promise<Optional<Cons<R>>> node = inner.uncons();
                if (node.isFulfilled() && Later.value(node).isEmpty()) {
                    return null;
                }
                return node.flatMap(cons -> cons.isEmpty()
                        ? run(tail)
                        : Promise.of(Optional.of(new Cons<>(
                                cons.get().head(), cons.get().tail().appended(rest(tail))))));
            }
        }.rest(this);
    }

    /* ---- Going through ---- */

    /**
     * Takes the sequence apart: calls the function that it is in Lwt. Each call makes the first
     * element again.
     *
     * @return a promise of the first element and the rest, empty at the end; cancelling it cancels
     *     the making of the element
     */
    public Promise<Optional<Cons<T>>> uncons() {
        return Promise.apply(first);
    }

    /**
     * Combines all elements, from the first to the last: {@code Lwt_seq.fold_left}.
     *
     * @param initial the result if there are none
     * @param function makes the next result of the one so far and an element
     * @param <A> the type of the result
     * @return a promise of the result; cancelling it cancels what it waits for
     */
    public <A extends @Nullable Object> Promise<A> fold(
            A initial, CheckedBiFunction<? super A, ? super T, ? extends A> function) {
        requireNonNull(function, "function");
        return new Traversal<T, A>() {
            private A result = initial;

            @Override
            @Nullable
            Promise<A> accept(T head, LazySeq<T> tail) throws Exception {
                result = function.apply(result, head);
                return null;
            }

            @Override
            Promise<A> end() {
                return Promise.of(result);
            }
        }.start(this);
    }

    /**
     * Combines all elements, from the first to the last, each after the promise of the one before
     * is fulfilled: {@code Lwt_seq.fold_left_s}.
     *
     * @param initial the result if there are none
     * @param function makes the next result of the one so far and an element
     * @param <A> the type of the result
     * @return a promise of the result; cancelling it cancels what it waits for
     */
    public <A extends @Nullable Object> Promise<A> foldSequential(
            A initial,
            CheckedBiFunction<? super A, ? super T, ? extends Promise<? extends A>> function) {
        requireNonNull(function, "function");
        return new Traversal<T, A>() {
            private A result = initial;

            @Override
            @Nullable
            Promise<A> accept(T head, LazySeq<T> tail) throws Exception {
                return after(Later.promised(function.apply(result, head)).map(this::keep), tail);
            }

            private boolean keep(A next) {
                result = next;
                return true;
            }

            @Override
            Promise<A> end() {
                return Promise.of(result);
            }
        }.start(this);
    }

    /**
     * Runs a function on all elements: {@code Lwt_seq.iter}.
     *
     * @param consumer the function
     * @return a promise of the end; cancelling it cancels what it waits for
     */
    public Promise<@Nullable Void> forEach(CheckedConsumer<? super T> consumer) {
        requireNonNull(consumer, "consumer");
        return new Traversal<T, @Nullable Void>() {
            @Override
            @Nullable
            Promise<@Nullable Void> accept(T head, LazySeq<T> tail) throws Exception {
                consumer.accept(head);
                return null;
            }

            @Override
            Promise<@Nullable Void> end() {
                return Promise.unit();
            }
        }.start(this);
    }

    /**
     * Runs a function on all elements, each after the promise of the one before is fulfilled:
     * {@code Lwt_seq.iter_s}.
     *
     * @param function the function
     * @return a promise of the end; cancelling it cancels what it waits for
     */
    public Promise<@Nullable Void> forEachSequential(
            CheckedFunction<? super T, ? extends Promise<?>> function) {
        requireNonNull(function, "function");
        return new Traversal<T, @Nullable Void>() {
            @Override
            @Nullable
            @SuppressWarnings("NullAway") // Its JSpecify mode forgets what R is here.
            Promise<@Nullable Void> accept(T head, LazySeq<T> tail) throws Exception {
                return after(Later.promised(function.apply(head)), tail);
            }

            @Override
            Promise<@Nullable Void> end() {
                return Promise.unit();
            }
        }.start(this);
    }

    /**
     * Runs a function on all elements, each as soon as it is made, and then waits for all promises:
     * {@code Lwt_seq.iter_p}. It waits for all of them also if some are rejected, and is then
     * rejected like {@link Promise#join}; but what the sequence or the function itself fails with
     * rejects it at once.
     *
     * @param function the function
     * @return a promise of the end; cancelling it cancels the element that is being made or, if
     *     there are no more, all promises of the function
     */
    public Promise<@Nullable Void> forEachConcurrent(
            CheckedFunction<? super T, ? extends Promise<?>> function) {
        requireNonNull(function, "function");
        return new Traversal<T, @Nullable Void>() {
            // Newest first: of errors that are there at the end, Lwt reports the latest.
            private final Deque<Promise<?>> begun = new ArrayDeque<>();

            @Override
            @Nullable
            Promise<@Nullable Void> accept(T head, LazySeq<T> tail) throws Exception {
                Promise<?> promise = Later.promised(function.apply(head));
                if (!promise.isFulfilled()) {
                    begun.addFirst(promise);
                }
                return null;
            }

            @Override
            Promise<@Nullable Void> end() {
                return Promise.join(begun);
            }
        }.start(this);
    }

    /**
     * Runs a function on all elements, with no more than so many of its promises pending at a time:
     * {@code Lwt_seq.iter_n}. The next element is made when there is room for it. A failure rejects
     * the result when it is noticed, which is when room is needed, or at the end.
     *
     * @param limit how many
     * @param function the function
     * @return a promise of the end; cancelling it cancels the element that is being made or, if it
     *     waits for room or for the end, all promises of the function
     * @throws IllegalArgumentException if the limit is not positive
     */
    public Promise<@Nullable Void> forEachConcurrent(
            int limit, CheckedFunction<? super T, ? extends Promise<?>> function) {
        requireNonNull(function, "function");
        PullStream.checkLimit(limit);
        Running running = new Running(limit);
        return new Traversal<T, @Nullable Void>() {
            @Override
            @Nullable
            @SuppressWarnings("NullAway") // Its JSpecify mode forgets what R is here.
            Promise<@Nullable Void> accept(T head, LazySeq<T> tail) throws Exception {
                return after(running.add(Later.promised(function.apply(head))), tail);
            }

            @Override
            Promise<@Nullable Void> end() {
                return running.join();
            }
        }.start(this);
    }

    /**
     * Makes a list of all elements: {@code Lwt_seq.to_list}.
     *
     * @return a promise of the list; cancelling it cancels what it waits for
     */
    public Promise<List<T>> toList() {
        List<T> list = new ArrayList<>();
        return forEach(list::add).map(unused -> list);
    }

    /**
     * Makes a stream of the elements: {@code Lwt_stream.of_lwt_seq}. See
     * {@link PullStream#fromSeq}.
     *
     * @return the stream
     */
    public PullStream<T> toPullStream() {
        return PullStream.fromSeq(this);
    }
}
