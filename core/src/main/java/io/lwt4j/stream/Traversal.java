package io.lwt4j.stream;

import io.lwt4j.Promise;
import io.lwt4j.stream.LazySeq.Cons;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * Going through a sequence until there is a result. As long as nodes are there this is a loop;
 * where one has to come, a promise goes on with it. Keeps no node that is behind.
 */
abstract class Traversal<T, R extends @Nullable Object> {

    /**
     * Deals with an element; null to go on with the next one, or else the result. If it takes its
     * time, it goes on with {@link #run} of the tail by itself.
     */
    abstract @Nullable Promise<R> accept(T head, LazySeq<T> tail) throws Exception;

    /** The result if the sequence ends. */
    abstract Promise<R> end() throws Exception;

    final Promise<R> start(LazySeq<T> sequence) {
        return Promise.apply(() -> run(sequence));
    }

    final Promise<R> run(LazySeq<T> sequence) throws Exception {
        LazySeq<T> rest = sequence;
        while (true) {
            Promise<Optional<Cons<T>>> node = rest.uncons();
            if (node.isPending()) {
                return node.flatMap(this::resume);
            }
            Optional<Cons<T>> cons = Later.value(node);
            if (cons.isEmpty()) {
                return end();
            }
            rest = cons.get().tail();
            Promise<R> result = accept(cons.get().head(), rest);
            if (result != null) {
                return result;
            }
        }
    }

    private Promise<R> resume(Optional<Cons<T>> cons) throws Exception {
        if (cons.isEmpty()) {
            return end();
        }
        Promise<R> result = accept(cons.get().head(), cons.get().tail());
        return result != null ? result : run(cons.get().tail());
    }

    /** Goes on when a promise is fulfilled; null if it is, so that the loop does. */
    final @Nullable Promise<R> after(Promise<?> done, LazySeq<T> tail) {
        return done.isFulfilled() ? null : done.flatMap(unused -> run(tail));
    }

    /** Makes a sequence of another one: goes on to the next element that becomes one of its own. */
    abstract static class Sieve<T, R> extends Traversal<T, Optional<Cons<R>>> {

        @Override
        final Promise<Optional<Cons<R>>> end() {
            return Promise.emptyOptional();
        }

        /** What becomes of the rest of the other sequence. */
        final LazySeq<R> rest(LazySeq<T> tail) {
            return new LazySeq<>(() -> run(tail));
        }

        final Optional<Cons<R>> node(R element, LazySeq<T> tail) {
            return Optional.of(new Cons<>(Later.element(element), rest(tail)));
        }

        final Promise<Optional<Cons<R>>> found(R element, LazySeq<T> tail) {
            return Promise.of(node(element, tail));
        }

        /** What becomes of an element for which an optional one was made. */
        final @Nullable Promise<Optional<Cons<R>>> foundIfAny(
                Optional<? extends R> made, LazySeq<T> tail) {
            Optional<? extends R> found = Later.answer(made);
            return found.isPresent() ? found(found.get(), tail) : null;
        }

        /** The same if making it may take its time. */
        final @Nullable Promise<Optional<Cons<R>>> foundIfAny(
                Promise<? extends Optional<? extends R>> making, LazySeq<T> tail) throws Exception {
            if (making.isFulfilled()) {
                return foundIfAny(Later.answer(making), tail);
            }
            return making.flatMap(made -> {
                Promise<Optional<Cons<R>>> found = foundIfAny(made, tail);
                return found != null ? found : run(tail);
            });
        }
    }
}
