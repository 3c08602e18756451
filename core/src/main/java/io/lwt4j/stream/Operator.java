package io.lwt4j.stream;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** A stream made of another one, element by element. Reading it reads that one. */
abstract class Operator<S> extends Source {

    /** What {@link #apply} makes of an element that is left out. */
    static final Object SKIP = new Object();

    final Cursor upstream;

    Operator(Cursor upstream) {
        this.upstream = upstream;
    }

    /** What becomes of an element: another one, a {@link Later}, or {@link #SKIP}. */
    abstract Object apply(S element) throws Exception;

    @Override
    Object produce() throws Exception {
        while (true) {
            Object item = upstream.take();
            if (item == null) {
                return Later.of(upstream.takeLater(), this::resume);
            }
            Object made = applyTo(item);
            if (made != SKIP) {
                return made;
            }
        }
    }

    private Object resume(Object item) throws Exception {
        Object made = applyTo(item);
        return made == SKIP ? produce() : made;
    }

    private Object applyTo(Object item) throws Exception {
        return item instanceof End ? item : apply(cast(item));
    }

    @SuppressWarnings("unchecked") // what is handed over are elements
    final S cast(Object element) {
        return (S) element;
    }

    @Override
    void abandoned() {
        upstream.leave();
    }

    /* ---- The operators ---- */

    /** {@code map}. */
    static final class Map<S> extends Operator<S> {
        private final CheckedFunction<? super S, ?> function;

        Map(Cursor upstream, CheckedFunction<? super S, ?> function) {
            super(upstream);
            this.function = function;
        }

        @Override
        Object apply(S element) throws Exception {
            return Later.element(function.apply(element));
        }

        @Override
        void drain(Sink sink) throws Exception {
            upstream.drain(element -> sink.accept(apply(cast(element))) && isIdle());
        }
    }

    /** {@code filter}. */
    static final class Filter<S> extends Operator<S> {
        private final CheckedFunction<? super S, Boolean> predicate;

        Filter(Cursor upstream, CheckedFunction<? super S, Boolean> predicate) {
            super(upstream);
            this.predicate = predicate;
        }

        @Override
        Object apply(S element) throws Exception {
            return Later.answer(predicate.apply(element)) ? element : SKIP;
        }

        @Override
        void drain(Sink sink) throws Exception {
            upstream.drain(
                    element -> (apply(cast(element)) == SKIP || sink.accept(element)) && isIdle());
        }
    }

    /** {@code filter_map}. */
    static final class FilterMap<S> extends Operator<S> {
        private final CheckedFunction<? super S, ? extends Optional<?>> function;

        FilterMap(Cursor upstream, CheckedFunction<? super S, ? extends Optional<?>> function) {
            super(upstream);
            this.function = function;
        }

        @Override
        Object apply(S element) throws Exception {
            return orSkip(function.apply(element));
        }

        static Object orSkip(Optional<?> made) {
            Optional<?> optional = Later.answer(made);
            return optional.isPresent() ? optional.get() : SKIP;
        }
    }

    /** {@code map_list}. */
    static final class MapList<S> extends Operator<S> {
        private final CheckedFunction<? super S, ? extends Iterable<?>> function;

        /** What is left of the elements that one element became. */
        private Iterator<?> rest = List.of().iterator();

        MapList(Cursor upstream, CheckedFunction<? super S, ? extends Iterable<?>> function) {
            super(upstream);
            this.function = function;
        }

        @Override
        Object produce() throws Exception {
            return rest.hasNext() ? Later.element(rest.next()) : super.produce();
        }

        @Override
        Object apply(S element) throws Exception {
            return firstOf(function.apply(element));
        }

        private Object firstOf(Iterable<?> made) {
            rest = Later.answer(made).iterator();
            return rest.hasNext() ? Later.element(rest.next()) : SKIP;
        }
    }

    /** One whose function makes a promise; the next element waits for that. */
    static final class Sequential<S, P> extends Operator<S> {
        private final CheckedFunction<? super S, ? extends Promise<? extends P>> function;

        /** What becomes of an element and of what its promise brought, which may yet be null. */
        private final CheckedBiFunction<? super S, ? super P, Object> made;

        Sequential(
                Cursor upstream,
                CheckedFunction<? super S, ? extends Promise<? extends P>> function,
                CheckedBiFunction<? super S, ? super P, Object> made) {
            super(upstream);
            this.function = function;
            this.made = made;
        }

        @Override
        Object apply(S element) throws Exception {
            Promise<? extends P> promise = Later.promised(function.apply(element));
            return promise.isPending()
                    ? Later.of(promise, result -> skipped(made.apply(element, result)))
                    : made.apply(element, Later.unchecked(promise));
        }

        private Object skipped(Object item) throws Exception {
            return item == SKIP ? produce() : item;
        }
    }
}
