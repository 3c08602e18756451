package io.lwt4j.stream;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.stream.LazySeq.Cons;

import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One way through an iterable, on behalf of a sequence. A sequence can be gone through from any
 * place as often as one likes; an iterator only once. So whoever comes to a place that this has
 * left already begins anew and skips what is before it.
 */
final class Iteration<E, T> {

    private final Iterable<? extends E> iterable;
    private final CheckedFunction<? super E, ? extends Promise<? extends T>> promise;
    private final Iterator<? extends E> iterator;

    /**
     * The number of elements that the iterator has been asked for. Whoever counts it up may ask for
     * one, so that two threads that come to one place do not meet at the iterator.
     */
    private final AtomicLong position = new AtomicLong();

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
        return new LazySeq<>(() -> new Iteration<E, T>(iterable, promise).at(0));
    }

    private Promise<Optional<Cons<T>>> at(long place) throws Exception {
        return (position.compareAndSet(place, place + 1) ? this : anew(place)).node(place);
    }

    private Iteration<E, T> anew(long place) {
        Iteration<E, T> another = new Iteration<>(iterable, promise);
        for (long i = 0; i < place && another.iterator.hasNext(); i++) {
            another.iterator.next();
        }
        another.position.set(place + 1);
        return another;
    }

    private Promise<Optional<Cons<T>>> node(long place) throws Exception {
        if (!iterator.hasNext()) {
            return Promise.emptyOptional();
        }
        E next = iterator.next();
        LazySeq<T> rest = new LazySeq<>(() -> at(place + 1));
        return promise.apply(next)
                .map(element -> Optional.of(new Cons<>(Later.element(element), rest)));
    }
}
