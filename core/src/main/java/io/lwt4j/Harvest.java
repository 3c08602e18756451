package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What a function of {@link Promises} makes of its elements. It is given them in their order, each
 * with the value of its promise. It may throw: a promise may hold null where there must be a value.
 */
abstract class Harvest<
        T extends @Nullable Object, V extends @Nullable Object, R extends @Nullable Object> {

    /** Takes an element, and says whether there is any use in more. */
    abstract boolean take(T element, V value);

    abstract R result();

    /** Whether {@link #take} looks at elements; otherwise anything may be given for them. */
    boolean needsElements() {
        return false;
    }

    /** Nothing. */
    static final class Nothing<T extends @Nullable Object, V extends @Nullable Object>
            extends Harvest<T, V, @Nullable Void> {

        @Override
        boolean take(T element, V value) {
            return true;
        }

        @Override
        @SuppressWarnings("NullAway") // Only its newer mode sees that R may be null here.
        @Nullable
        Void result() {
            return null;
        }
    }

    /** The last value. */
    static final class Last<T extends @Nullable Object, V extends @Nullable Object>
            extends Harvest<T, V, V> {

        V value;

        Last(V initial) {
            value = initial;
        }

        @Override
        boolean take(T element, V value) {
            this.value = value;
            return true;
        }

        @Override
        V result() {
            return value;
        }
    }

    /** All values. */
    static final class Values<T extends @Nullable Object, V extends @Nullable Object>
            extends Harvest<T, V, List<V>> {

        private final List<V> values = new ArrayList<>();

        @Override
        boolean take(T element, V value) {
            values.add(value);
            return true;
        }

        @Override
        List<V> result() {
            return Collections.unmodifiableList(values);
        }
    }

    /** All values that are there. */
    static final class Present<T extends @Nullable Object, V>
            extends Harvest<T, Optional<V>, List<V>> {

        private final List<V> values = new ArrayList<>();

        @Override
        boolean take(T element, Optional<V> value) {
            value.ifPresent(values::add);
            return true;
        }

        @Override
        List<V> result() {
            return Collections.unmodifiableList(values);
        }
    }

    /** The elements in two heaps. */
    static final class Parted<T extends @Nullable Object>
            extends Harvest<T, Boolean, Promises.Partition<T>> {

        private final List<T> matching = new ArrayList<>();
        private final List<T> others = new ArrayList<>();

        @Override
        boolean needsElements() {
            return true;
        }

        @Override
        boolean take(T element, Boolean matches) {
            (matches ? matching : others).add(element);
            return true;
        }

        @Override
        Promises.Partition<T> result() {
            return new Promises.Partition<>(
                    Collections.unmodifiableList(matching), Collections.unmodifiableList(others));
        }
    }

    /** The elements of one heap. */
    static final class Matching<T extends @Nullable Object> extends Harvest<T, Boolean, List<T>> {

        private final List<T> matching = new ArrayList<>();

        @Override
        boolean needsElements() {
            return true;
        }

        @Override
        boolean take(T element, Boolean matches) {
            if (matches) {
                matching.add(element);
            }
            return true;
        }

        @Override
        List<T> result() {
            return Collections.unmodifiableList(matching);
        }
    }

    /** Whether a certain answer occurs, or, turned round, whether it never does. */
    static final class Occurs<T extends @Nullable Object> extends Harvest<T, Boolean, Boolean> {

        private final boolean sought;
        private boolean result;

        /** Looks for an answer whose occurrence makes the result the same as that answer. */
        Occurs(boolean sought) {
            this.sought = sought;
            this.result = !sought;
        }

        @Override
        boolean take(T element, Boolean answer) {
            if (answer == sought) {
                result = sought;
                return false;
            }
            return true;
        }

        @Override
        Boolean result() {
            return result;
        }
    }

    /** The first element that matches; what is made of it is up to the subclass. */
    abstract static class First<T extends @Nullable Object, R extends @Nullable Object>
            extends Harvest<T, Boolean, R> {

        boolean found;

        @Nullable
        Object first;

        @Override
        boolean take(T element, Boolean matches) {
            if (matches) {
                found = true;
                first = element;
            }
            return !matches;
        }
    }

    /** The first element that matches, or an error. */
    static final class FirstOrError<T extends @Nullable Object> extends First<T, T> {

        @Override
        T result() {
            if (!found) {
                throw new NoSuchElementException("no element matches");
            }
            return Cell.<T>value(first);
        }
    }

    /** The first element that matches, if any. */
    static final class FirstIfAny<T> extends First<T, Optional<T>> {

        @Override
        Optional<T> result() {
            return found ? Optional.of(Cell.<T>value(first)) : Optional.empty();
        }
    }
}
