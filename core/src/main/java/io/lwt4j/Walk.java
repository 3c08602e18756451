package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;

/**
 * A promise that waits for one promise after another, as its course says: the result of the
 * functions of {@link Promises}. However many there are, it is the only object that waits.
 */
final class Walk<R extends @Nullable Object> extends Derived<R> {

    /** Where a walk goes. Its methods may throw anything. */
    abstract static class Course {

        /** The pending promise that {@link #next} has come to. */
        @Nullable
        Pending<?> stop;

        /** Goes on to an outcome, or to the next stop: then it returns {@link #NOTHING}. */
        abstract @Nullable Object next() throws Exception;

        /** The same after the stop has been fulfilled. */
        abstract @Nullable Object next(@Nullable Object value) throws Exception;

        /** What cancellation goes to from the current stop; see {@link Pending#how}. */
        abstract Object how();

        /** Checks that the calling thread may wait at the first stop and at those known by now. */
        abstract LoopCore loop(String operation);

        final @Nullable Object stopAt(Promise<?> pending) {
            stop = (Pending<?>) pending;
            return NOTHING;
        }

        final Pending<?> stop() {
            return requireNonNull(stop);
        }
    }

    private @Nullable Course course;

    private Walk(Context context, Course course) {
        super(context);
        this.course = course;
    }

    static <R extends @Nullable Object> Promise<R> along(Course course, String operation) {
        Object outcome;
        try {
            outcome = course.next();
        } catch (Throwable t) {
            return LoopCore.rejected(t);
        }
        if (outcome != NOTHING) {
            return new Resolved<>(outcome);
        }
        Walk<R> walk = new Walk<>(course.loop(operation).context, course);
        walk.await(course);
        return walk;
    }

    @Override
    @Nullable
    Object fire(LoopCore core, @Nullable Object outcome) {
        Course on = requireNonNull(course);
        @Nullable Object own = outcome;
        if (!(outcome instanceof Rejected)) {
            core.restore(context);
            try {
                own = on.next(value(outcome));
            } catch (Throwable t) {
                own = core.thrown(t);
            }
            if (own == NOTHING) {
                LoopCore other = on.stop().context.loop;
                if (other == core) {
                    await(on);
                    return NOTHING;
                }
                own = Rejected.of(core.strangerReturned(other));
            }
        }
        course = null;
        return own;
    }

    private void await(Course on) {
        Pending<?> stop = on.stop();
        // This may have become the same as another promise, which then takes its cancellation.
        ((Pending<?>) real()).how = on.how();
        // While it is fired, a waiter is in no list, so this needs no links.
        stop.add(this);
    }

    /** From the first element to the last, calling a function with each as its turn comes. */
    static final class Forward<
                    T extends @Nullable Object,
                    V extends @Nullable Object,
                    R extends @Nullable Object>
            extends Course {

        private final Iterator<? extends T> elements;
        private final CheckedFunction<? super T, ? extends Promise<? extends V>> f;
        private final Harvest<T, V, R> harvest;

        /** The one whose promise is the stop. */
        private @Nullable Object element;

        Forward(
                Iterator<? extends T> elements,
                CheckedFunction<? super T, ? extends Promise<? extends V>> f,
                Harvest<T, V, R> harvest) {
            this.elements = elements;
            this.f = f;
            this.harvest = harvest;
        }

        @Override
        @Nullable
        Object next() throws Exception {
            while (elements.hasNext()) {
                T current = elements.next();
                Promise<?> promise = f.apply(current);
                if (promise == null) {
                    return LoopCore.nullReturned().state;
                }
                Promise<?> real = promise.real();
                if (real.isOpenNow()) {
                    element = current;
                    return stopAt(real);
                }
                if (real.state instanceof Rejected) {
                    return real.state;
                }
                if (!harvest.take(current, Cell.<V>value(real.state))) {
                    break;
                }
            }
            return fulfilled(harvest.result());
        }

        @Override
        @Nullable
        Object next(@Nullable Object value) throws Exception {
            boolean more = harvest.take(Cell.<T>value(element), Cell.<V>value(value));
            return more ? next() : fulfilled(harvest.result());
        }

        @Override
        Object how() {
            return stop();
        }

        @Override
        LoopCore loop(String operation) {
            return stop().loop(operation);
        }
    }

    /**
     * From the last promise to the first. They are all there at the start; going backwards is what
     * decides, as in Lwt, which of several rejections counts, and when.
     */
    static final class Backward<
                    T extends @Nullable Object,
                    V extends @Nullable Object,
                    R extends @Nullable Object>
            extends Course {

        /** May be the array of the promises if the harvest does not look at elements. */
        private final @Nullable Object[] elements;

        private final @Nullable Object[] promises;
        private final Harvest<T, V, R> harvest;

        /** How many promises, from the first one, have not been passed yet. */
        private int left;

        Backward(
                @Nullable Object[] elements,
                @Nullable Object[] promises,
                Harvest<T, V, R> harvest) {
            this.elements = elements;
            this.promises = promises;
            this.harvest = harvest;
            this.left = promises.length;
        }

        @Override
        @Nullable
        Object next() throws Exception {
            while (left > 0) {
                Promise<?> real = real(left - 1);
                if (real.isOpenNow()) {
                    return stopAt(real);
                }
                if (real.state instanceof Rejected) {
                    return real.state;
                }
                left--;
            }
            for (int i = 0; i < promises.length; i++) {
                V value = Cell.<V>value(real(i).state);
                if (!harvest.take(Cell.<T>value(elements[i]), value)) {
                    break;
                }
            }
            return fulfilled(harvest.result());
        }

        @Override
        @Nullable
        Object next(@Nullable Object value) throws Exception {
            return next();
        }

        @Override
        Object how() {
            return promises;
        }

        @Override
        LoopCore loop(String operation) {
            for (int i = 0; i < left; i++) {
                if (real(i) instanceof Pending<?> pending && pending.isOpen()) {
                    pending.loop(operation);
                }
            }
            return stop().context.loop;
        }

        private Promise<?> real(int i) {
            return ((Promise<?>) requireNonNull(promises[i])).real();
        }
    }
}
