package io.lwt4j.stream;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.stream.LazySeq.Cons;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.BaseStream;

/** Streams of what other code has. */
final class Sources {

    private Sources() {}

    /** Elements made on demand, by a function that may take its time. */
    static final class From<T> extends Source {

        private static final CheckedFunction<Optional<?>, Object> ITEM = From::item;

        private final Callable<? extends Promise<Optional<T>>> function;

        From(Callable<? extends Promise<Optional<T>>> function) {
            this.function = function;
        }

        @Override
        Object produce() throws Exception {
            return Later.of(Later.promised(function.call()), ITEM);
        }

        static Object item(Optional<?> made) {
            Optional<?> optional = Later.answer(made);
            return optional.isPresent() ? optional.get() : End.NORMAL;
        }
    }

    /** Elements made on demand, at once. */
    static final class FromDirect<T> extends Source {

        private final Callable<Optional<T>> function;

        FromDirect(Callable<Optional<T>> function) {
            this.function = function;
        }

        @Override
        Object produce() throws Exception {
            return From.item(function.call());
        }
    }

    /** Elements that are all there, so that the stream counts as closed from the start. */
    static final class OfArray extends Source {

        private final @Nullable Object[] elements;
        private int index;

        OfArray(Object[] elements) {
            this.elements = elements;
        }

        @Override
        Object produce() {
            return index < elements.length ? take() : End.NORMAL;
        }

        /** What was taken is not kept. */
        private Object take() {
            Object element = requireNonNull(elements[index]);
            elements[index++] = null;
            return element;
        }

        @Override
        void drain(Sink sink) throws Exception {
            while (index < elements.length && sink.accept(take()) && isIdle()) {
                // The loop does it all.
            }
        }

        @Override
        boolean isComplete() {
            return true;
        }

        @Override
        boolean isExhausted() {
            return index == elements.length;
        }
    }

    /** Elements of an iterator, and what is to be closed with it. */
    static final class OfIterator extends Source {

        private final Iterator<?> iterator;
        private final @Nullable BaseStream<?, ?> owner;

        OfIterator(Iterator<?> iterator, @Nullable BaseStream<?, ?> owner) {
            this.iterator = iterator;
            this.owner = owner;
        }

        @Override
        Object produce() {
            if (iterator.hasNext()) {
                return Later.element(iterator.next());
            }
            abandoned();
            return End.NORMAL;
        }

        @Override
        void drain(Sink sink) throws Exception {
            while (iterator.hasNext() && sink.accept(Later.element(iterator.next())) && isIdle()) {
                // The loop does it all.
            }
        }

        @Override
        void abandoned() {
            if (owner != null) {
                owner.close();
            }
        }
    }

    /** Elements of a sequence. */
    static final class OfSeq<T> extends Source {

        private LazySeq<T> rest;

        OfSeq(LazySeq<T> elements) {
            this.rest = elements;
        }

        @Override
        Object produce() throws Exception {
            return Later.of(rest.uncons(), this::item);
        }

        private Object item(Optional<Cons<T>> node) {
            if (node.isEmpty()) {
                return End.NORMAL;
            }
            rest = node.get().tail();
            return node.get().head();
        }
    }
}
