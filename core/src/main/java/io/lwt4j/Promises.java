package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Functions over many elements with a callback that returns a promise: {@code Lwt_list}.
 *
 * <p>There are two kinds:
 *
 * <ul>
 *   <li><b>Sequentially</b> ({@code _s}): the callback is called with an element once the promise
 *       of the one before is fulfilled. The first rejection ends it and is the result's. Elements
 *       are taken from the iterable one by one as they are needed, so it must not change meanwhile.
 *   <li><b>Concurrently</b> ({@code _p}): the callback is called with all elements, from the first
 *       to the last, before anything is waited for; that it throws for one does not keep it from
 *       being called with the others. Then the result waits for the last promise, then for the one
 *       before, and so on, until it comes to one that is rejected: this rejection is the result's.
 *       So a rejection of the last promise counts at once, an earlier one when all behind it are
 *       fulfilled, and of several the one with the highest index. The others' errors are
 *       unobserved. Only {@link #forEachConcurrently(Iterable, CheckedFunction)
 *       forEachConcurrently} differs.
 * </ul>
 *
 * <p>What the callback throws is a rejection of its promise; null in place of a promise is one,
 * too. Null in place of a boolean or of an {@link Optional}, and whatever the iterable throws,
 * reject the result. Lists in results are unmodifiable and in the order of the elements. However
 * many elements there are, they take no stack, constant time each, and no promises besides those
 * that the callback makes.
 *
 * <p>Thread rule: the loop's thread; any thread if the callback's promises are all resolved. If
 * there is something to wait for and the calling thread is not the loop's, these methods throw
 * {@link LoopThreadException}; if it is a promise of another loop that comes up later, the result
 * is rejected with that.
 *
 * <p>Cancelling a result goes on to the promise whose turn it is (Sequentially), or to all promises
 * that are pending, from the first to the last (Concurrently). Where one cannot be cancelled, the
 * result waits for it.
 */
public final class Promises {

    private Promises() {}

    /* ---- For each ---- */

    /**
     * Calls {@code f} with one element after another: {@code Lwt_list.iter_s}. Rejected with the
     * first error. Cancelling the result cancels the promise it waits for.
     *
     * @param elements the elements
     * @param f what to do with an element
     * @param <T> the type of the elements
     * @return the promise of the end
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object> Promise<@Nullable Void> forEachSequentially(
            Iterable<? extends T> elements, CheckedFunction<? super T, ? extends Promise<?>> f) {
        return sequentially("forEachSequentially", elements, f, new Harvest.Nothing<>());
    }

    /**
     * Calls {@code f} with the index of an element, from 0, and the element, one after another:
     * {@code Lwt_list.iteri_s}. Otherwise like {@link #forEachSequentially(Iterable,
     * CheckedFunction)}.
     *
     * @param elements the elements
     * @param f what to do with an index and an element
     * @param <T> the type of the elements
     * @return the promise of the end
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object> Promise<@Nullable Void> forEachSequentially(
            Iterable<? extends T> elements,
            CheckedBiFunction<Integer, ? super T, ? extends Promise<?>> f) {
        return forEachSequentially(elements, new Counting<>(f));
    }

    /**
     * Calls {@code f} with all elements and waits for all promises: {@code Lwt_list.iter_p}.
     *
     * <p>It waits for all of them also if some are rejected. Then it is rejected with the error
     * that came first; of errors that were there before it began to wait, with that of the highest
     * index. Cancelling the result cancels every pending promise.
     *
     * @param elements the elements
     * @param f what to do with an element
     * @param <T> the type of the elements
     * @return the promise of the end
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object> Promise<@Nullable Void> forEachConcurrently(
            Iterable<? extends T> elements, CheckedFunction<? super T, ? extends Promise<?>> f) {
        requireNonNull(elements, "elements");
        requireNonNull(f, "f");
        @Nullable Object[] promises;
        try {
            promises = array(elements);
        } catch (Throwable t) {
            return LoopCore.rejected(t);
        }
        for (int i = 0; i < promises.length; i++) {
            promises[i] = call(f, Cell.<T>value(promises[i]));
        }
        // Lwt joins the reversed list, which decides what is first of things found together.
        Collections.reverse(Arrays.asList(promises));
        return Join.of(promises, Join.Shape.UNIT);
    }

    /**
     * Calls {@code f} with all indices of elements, from 0, and elements, and waits for all
     * promises: {@code Lwt_list.iteri_p}. Otherwise like {@link #forEachConcurrently(Iterable,
     * CheckedFunction)}.
     *
     * @param elements the elements
     * @param f what to do with an index and an element
     * @param <T> the type of the elements
     * @return the promise of the end
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object> Promise<@Nullable Void> forEachConcurrently(
            Iterable<? extends T> elements,
            CheckedBiFunction<Integer, ? super T, ? extends Promise<?>> f) {
        return forEachConcurrently(elements, new Counting<>(f));
    }

    /* ---- Map ---- */

    /**
     * Collects the values of the promises that {@code f} makes of one element after another:
     * {@code Lwt_list.map_s}. Rejected with the first error. Cancelling the result cancels the
     * promise it waits for.
     *
     * @param elements the elements
     * @param f makes the promise of a new element
     * @param <T> the type of the elements
     * @param <R> the type of the new elements
     * @return the promise of the new elements
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object, R extends @Nullable Object>
            Promise<List<R>> mapSequentially(
                    Iterable<? extends T> elements,
                    CheckedFunction<? super T, ? extends Promise<? extends R>> f) {
        return sequentially("mapSequentially", elements, f, new Harvest.Values<T, R>());
    }

    /**
     * Collects the values of the promises that {@code f} makes of the index of an element, from 0,
     * and the element, one after another: {@code Lwt_list.mapi_s}. Otherwise like
     * {@link #mapSequentially(Iterable, CheckedFunction)}.
     *
     * @param elements the elements
     * @param f makes the promise of a new element
     * @param <T> the type of the elements
     * @param <R> the type of the new elements
     * @return the promise of the new elements
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object, R extends @Nullable Object>
            Promise<List<R>> mapSequentially(
                    Iterable<? extends T> elements,
                    CheckedBiFunction<Integer, ? super T, ? extends Promise<? extends R>> f) {
        return mapSequentially(elements, new Counting<>(f));
    }

    /**
     * Collects the values of the promises that {@code f} makes of all elements:
     * {@code Lwt_list.map_p}. Of several errors the one with the highest index counts. Cancelling
     * the result cancels every pending promise.
     *
     * @param elements the elements
     * @param f makes the promise of a new element
     * @param <T> the type of the elements
     * @param <R> the type of the new elements
     * @return the promise of the new elements
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object, R extends @Nullable Object>
            Promise<List<R>> mapConcurrently(
                    Iterable<? extends T> elements,
                    CheckedFunction<? super T, ? extends Promise<? extends R>> f) {
        return concurrently("mapConcurrently", elements, f, new Harvest.Values<T, R>());
    }

    /**
     * Collects the values of the promises that {@code f} makes of all indices of elements, from 0,
     * and elements: {@code Lwt_list.mapi_p}. Otherwise like {@link #mapConcurrently(Iterable,
     * CheckedFunction)}.
     *
     * @param elements the elements
     * @param f makes the promise of a new element
     * @param <T> the type of the elements
     * @param <R> the type of the new elements
     * @return the promise of the new elements
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object, R extends @Nullable Object>
            Promise<List<R>> mapConcurrently(
                    Iterable<? extends T> elements,
                    CheckedBiFunction<Integer, ? super T, ? extends Promise<? extends R>> f) {
        return mapConcurrently(elements, new Counting<>(f));
    }

    /* ---- Fold ---- */

    /**
     * Combines the elements from the first to the last, one after another:
     * {@code Lwt_list.fold_left_s}. Rejected with the first error. Cancelling the result cancels
     * the promise it waits for.
     *
     * @param elements the elements
     * @param initial what to begin with
     * @param f makes the promise of what comes of the result so far and an element
     * @param <T> the type of the elements
     * @param <A> the type of the result
     * @return the promise of the last result, or of {@code initial}
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object, A extends @Nullable Object> Promise<A> foldLeft(
            Iterable<? extends T> elements,
            A initial,
            CheckedBiFunction<? super A, ? super T, ? extends Promise<? extends A>> f) {
        requireNonNull(f, "f");
        Harvest.Last<T, A> soFar = new Harvest.Last<>(initial);
        return sequentially("foldLeft", elements, element -> f.apply(soFar.value, element), soFar);
    }

    /**
     * Combines the elements from the last to the first, one after another:
     * {@code Lwt_list.fold_right_s}. Rejected with the first error. Cancelling the result cancels
     * the promise it waits for.
     *
     * @param elements the elements
     * @param initial what to begin with
     * @param f makes the promise of what comes of an element and the result so far
     * @param <T> the type of the elements
     * @param <A> the type of the result
     * @return the promise of the last result, or of {@code initial}
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object, A extends @Nullable Object> Promise<A> foldRight(
            List<? extends T> elements,
            A initial,
            CheckedBiFunction<? super T, ? super A, ? extends Promise<? extends A>> f) {
        requireNonNull(elements, "elements");
        requireNonNull(f, "f");
        Harvest.Last<T, A> soFar = new Harvest.Last<>(initial);
        return sequentially(
                "foldRight",
                () -> new Reversed<T>(elements),
                element -> f.apply(element, soFar.value),
                soFar);
    }

    /* ---- Predicates ---- */

    /**
     * Whether all elements match, asked one after another: {@code Lwt_list.for_all_s}. Those behind
     * the first that does not match are not asked. Rejected with the first error. Cancelling the
     * result cancels the promise it waits for.
     *
     * @param elements the elements
     * @param predicate makes the promise of the answer for an element
     * @param <T> the type of the elements
     * @return the promise of the answer
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object> Promise<Boolean> allMatchSequentially(
            Iterable<? extends T> elements,
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate) {
        return sequentially(
                "allMatchSequentially", elements, predicate, new Harvest.Occurs<T>(false));
    }

    /**
     * Whether all elements match, all asked at once: {@code Lwt_list.for_all_p}. It waits for all
     * answers. Of several errors the one with the highest index counts. Cancelling the result
     * cancels every pending promise.
     *
     * @param elements the elements
     * @param predicate makes the promise of the answer for an element
     * @param <T> the type of the elements
     * @return the promise of the answer
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object> Promise<Boolean> allMatchConcurrently(
            Iterable<? extends T> elements,
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate) {
        return concurrently(
                "allMatchConcurrently", elements, predicate, new Harvest.Occurs<T>(false));
    }

    /**
     * Whether any element matches, asked one after another: {@code Lwt_list.exists_s}. Those behind
     * the first that matches are not asked. Rejected with the first error. Cancelling the result
     * cancels the promise it waits for.
     *
     * @param elements the elements
     * @param predicate makes the promise of the answer for an element
     * @param <T> the type of the elements
     * @return the promise of the answer
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object> Promise<Boolean> anyMatchSequentially(
            Iterable<? extends T> elements,
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate) {
        return sequentially(
                "anyMatchSequentially", elements, predicate, new Harvest.Occurs<T>(true));
    }

    /**
     * Whether any element matches, all asked at once: {@code Lwt_list.exists_p}. It waits for all
     * answers. Of several errors the one with the highest index counts. Cancelling the result
     * cancels every pending promise.
     *
     * @param elements the elements
     * @param predicate makes the promise of the answer for an element
     * @param <T> the type of the elements
     * @return the promise of the answer
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object> Promise<Boolean> anyMatchConcurrently(
            Iterable<? extends T> elements,
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate) {
        return concurrently(
                "anyMatchConcurrently", elements, predicate, new Harvest.Occurs<T>(true));
    }

    /* ---- Search ---- */

    /**
     * Finds the first element that matches, asking one after another: {@code Lwt_list.find_s}.
     * Rejected with {@link NoSuchElementException} if there is none, or with the first error.
     * Cancelling the result cancels the promise it waits for.
     *
     * @param elements the elements
     * @param predicate makes the promise of the answer for an element
     * @param <T> the type of the elements
     * @return the promise of the element
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object> Promise<T> find(
            Iterable<? extends T> elements,
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate) {
        return sequentially("find", elements, predicate, new Harvest.FirstOrError<T>());
    }

    /**
     * Finds the first element that matches, if any: {@code Lwt_list.find_s} without its exception.
     * Rejected with the first error, and with {@link NullPointerException} if null matches.
     * Cancelling the result cancels the promise it waits for.
     *
     * @param elements the elements
     * @param predicate makes the promise of the answer for an element
     * @param <T> the type of the elements
     * @return the promise of the element; empty if none matches
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T> Promise<Optional<T>> findOptional(
            Iterable<? extends T> elements,
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate) {
        return sequentially("findOptional", elements, predicate, new Harvest.FirstIfAny<T>());
    }

    /* ---- Filter ---- */

    /**
     * Keeps the elements that match, asking one after another: {@code Lwt_list.filter_s}. Rejected
     * with the first error. Cancelling the result cancels the promise it waits for.
     *
     * @param elements the elements
     * @param predicate makes the promise of the answer for an element
     * @param <T> the type of the elements
     * @return the promise of the elements that match
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object> Promise<List<T>> filterSequentially(
            Iterable<? extends T> elements,
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate) {
        return sequentially("filterSequentially", elements, predicate, new Harvest.Matching<T>());
    }

    /**
     * Keeps the elements that match, asking all at once: {@code Lwt_list.filter_p}. Of several
     * errors the one with the highest index counts. Cancelling the result cancels every pending
     * promise.
     *
     * @param elements the elements
     * @param predicate makes the promise of the answer for an element
     * @param <T> the type of the elements
     * @return the promise of the elements that match
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object> Promise<List<T>> filterConcurrently(
            Iterable<? extends T> elements,
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate) {
        return concurrently("filterConcurrently", elements, predicate, new Harvest.Matching<T>());
    }

    /**
     * Collects the values that are there, of the optional ones that {@code f} makes of the
     * elements, one after another: {@code Lwt_list.filter_map_s}. Rejected with the first error.
     * Cancelling the result cancels the promise it waits for.
     *
     * @param elements the elements
     * @param f makes the promise of a new element, or of none
     * @param <T> the type of the elements
     * @param <R> the type of the new elements
     * @return the promise of the new elements
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object, R> Promise<List<R>> filterMapSequentially(
            Iterable<? extends T> elements,
            CheckedFunction<? super T, ? extends Promise<Optional<R>>> f) {
        return sequentially("filterMapSequentially", elements, f, new Harvest.Present<T, R>());
    }

    /**
     * Collects the values that are there, of the optional ones that {@code f} makes of the
     * elements, all at once: {@code Lwt_list.filter_map_p}. Of several errors the one with the
     * highest index counts. Cancelling the result cancels every pending promise.
     *
     * @param elements the elements
     * @param f makes the promise of a new element, or of none
     * @param <T> the type of the elements
     * @param <R> the type of the new elements
     * @return the promise of the new elements
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object, R> Promise<List<R>> filterMapConcurrently(
            Iterable<? extends T> elements,
            CheckedFunction<? super T, ? extends Promise<Optional<R>>> f) {
        return concurrently("filterMapConcurrently", elements, f, new Harvest.Present<T, R>());
    }

    /**
     * Parts the elements that match from those that do not, asking one after another:
     * {@code Lwt_list.partition_s}. Rejected with the first error. Cancelling the result cancels
     * the promise it waits for.
     *
     * @param elements the elements
     * @param predicate makes the promise of the answer for an element
     * @param <T> the type of the elements
     * @return the promise of both lists
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object> Promise<Partition<T>> partitionSequentially(
            Iterable<? extends T> elements,
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate) {
        return sequentially("partitionSequentially", elements, predicate, new Harvest.Parted<T>());
    }

    /**
     * Parts the elements that match from those that do not, asking all at once:
     * {@code Lwt_list.partition_p}. Of several errors the one with the highest index counts.
     * Cancelling the result cancels every pending promise.
     *
     * @param elements the elements
     * @param predicate makes the promise of the answer for an element
     * @param <T> the type of the elements
     * @return the promise of both lists
     * @throws LoopThreadException if it has to wait and the calling thread is not the loop's
     */
    public static <T extends @Nullable Object> Promise<Partition<T>> partitionConcurrently(
            Iterable<? extends T> elements,
            CheckedFunction<? super T, ? extends Promise<Boolean>> predicate) {
        return concurrently("partitionConcurrently", elements, predicate, new Harvest.Parted<T>());
    }

    /**
     * The result of {@link #partitionSequentially} and {@link #partitionConcurrently}.
     *
     * @param matching the elements that match
     * @param others the elements that do not
     * @param <T> the type of the elements
     */
    public record Partition<T extends @Nullable Object>(List<T> matching, List<T> others) {}

    /* ---- Inside ---- */

    private static <
                    T extends @Nullable Object,
                    V extends @Nullable Object,
                    R extends @Nullable Object>
            Promise<R> sequentially(
                    String operation,
                    Iterable<? extends T> elements,
                    CheckedFunction<? super T, ? extends Promise<? extends V>> f,
                    Harvest<T, V, R> harvest) {
        requireNonNull(elements, "elements");
        requireNonNull(f, "the function");
        Iterator<? extends T> iterator;
        try {
            iterator = elements.iterator();
        } catch (Throwable t) {
            return LoopCore.rejected(t);
        }
        return Walk.along(new Walk.Forward<>(iterator, f, harvest), operation);
    }

    private static <
                    T extends @Nullable Object,
                    V extends @Nullable Object,
                    R extends @Nullable Object>
            Promise<R> concurrently(
                    String operation,
                    Iterable<? extends T> elements,
                    CheckedFunction<? super T, ? extends Promise<? extends V>> f,
                    Harvest<T, V, R> harvest) {
        requireNonNull(elements, "elements");
        requireNonNull(f, "the function");
        @Nullable Object[] all;
        try {
            all = array(elements);
        } catch (Throwable t) {
            return LoopCore.rejected(t);
        }
        @Nullable Object[] promises = harvest.needsElements() ? new Object[all.length] : all;
        for (int i = 0; i < all.length; i++) {
            promises[i] = call(f, Cell.<T>value(all[i]));
        }
        return Walk.along(new Walk.Backward<>(all, promises, harvest), operation);
    }

    private static @Nullable Object[] array(Iterable<?> elements) {
        if (elements instanceof Collection<?> collection) {
            return collection.toArray(new Object[0]);
        }
        List<@Nullable Object> list = new ArrayList<>();
        elements.forEach(list::add);
        return list.toArray();
    }

    private static <T extends @Nullable Object> Promise<?> call(
            CheckedFunction<? super T, ? extends Promise<?>> f, T element) {
        Promise<?> promise;
        try {
            promise = f.apply(element);
        } catch (Throwable t) {
            return LoopCore.rejected(t);
        }
        return promise == null ? LoopCore.nullReturned() : promise;
    }

    /** A function with an index made one without: it counts its calls. */
    private static final class Counting<T extends @Nullable Object, R extends @Nullable Object>
            implements CheckedFunction<T, R> {

        private final CheckedBiFunction<Integer, ? super T, ? extends R> f;
        private int next;

        Counting(CheckedBiFunction<Integer, ? super T, ? extends R> f) {
            this.f = requireNonNull(f, "f");
        }

        @Override
        public R apply(T element) throws Exception {
            return f.apply(next++, element);
        }
    }

    /** From the last element to the first. */
    private static final class Reversed<T extends @Nullable Object> implements Iterator<T> {

        private final ListIterator<? extends T> iterator;

        Reversed(List<? extends T> list) {
            iterator = list.listIterator(list.size());
        }

        @Override
        public boolean hasNext() {
            return iterator.hasPrevious();
        }

        @Override
        public T next() {
            return iterator.previous();
        }
    }
}
