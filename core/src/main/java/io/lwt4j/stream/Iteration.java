package io.lwt4j.stream;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.stream.LazySeq.Cons;

import java.util.Iterator;
import java.util.Optional;

/**
 * One way through an iterable, on behalf of a sequence. A sequence can be gone through from any
 * place as often as one likes; an iterator only once. So whoever comes to a place that this has
 * left already begins anew and skips what is before it.
 */
final class Iteration<E, T> {

    private final Iterable<? extends E> iterable;
    private final CheckedFunction<? super E, ? extends Promise<? extends T>> promise;
    private final Iterator<? extends E> iterator;

    /** The number of elements that the iterator has returned. */
    private long position;

    private Iteration(
            Iterable<? extends E> iterable,
            CheckedFunction<? super E, ? extends Promise<? extends T>> promise) {
        this.iterable = iterable;
        this.promise = promise;
        this.iterator = iterable.iterator();
    }

    static <E, T> LazySeq<T> from(
            Iterable<? extends E> iterable,
            CheckedFunction<? super E, ? extends Promise<? extends T>> promise) {
        return new LazySeq<>(() -> new Iteration<E, T>(iterable, promise).node());
    }

    private LazySeq<T> rest() {
        long place = position;
        return new LazySeq<>(() -> (position == place ? this : anew(place)).node());
    }

    private Iteration<E, T> anew(long place) {
        Iteration<E, T> another = new Iteration<>(iterable, promise);
        while (another.position < place && another.iterator.hasNext()) {
            another.iterator.next();
            another.position++;
        }
        return another;
    }

    private Promise<Optional<Cons<T>>> node() throws Exception {
        if (!iterator.hasNext()) {
            return Promise.emptyOptional();
        }
        E next = iterator.next();
        position++;
        LazySeq<T> rest = rest();
        return promise.apply(next)
                .map(element -> Optional.of(new Cons<>(Later.element(element), rest)));
    }
}
