package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * A value that follows the flow of promises as a thread-local follows a thread: {@code Lwt.key}.
 *
 * <p>Every method of {@link Promise} that takes a callback remembers the values at the time of the
 * call and puts them back around the callback, whoever resolves the promise. Whoever resolves it
 * keeps their own values.
 *
 * <p>Thread rule: the key itself may be shared between threads and loops; the values belong to the
 * loop (or, outside all loops, to the thread) that set them.
 *
 * @param <T> the type of the values
 */
public final class PromiseLocal<T> {

    private final @Nullable Binding<? super T> binding;

    private PromiseLocal(@Nullable Binding<? super T> binding) {
        this.binding = binding;
    }

    /**
     * Makes a new key without a value: {@code Lwt.new_key}.
     *
     * @param <T> the type of the values
     * @return the key
     */
    public static <T> PromiseLocal<T> create() {
        return new PromiseLocal<>(null);
    }

    /**
     * Makes a new key without a value, and has something told whenever a value of it comes in
     * force: to set thread-locals around callbacks, for example.
     *
     * @param binding what is told
     * @param <T> the type of the values
     * @return the key
     */
    public static <T> PromiseLocal<T> create(Binding<? super T> binding) {
        return new PromiseLocal<>(Objects.requireNonNull(binding, "binding"));
    }

    boolean isBound() {
        return binding != null;
    }

    @SuppressWarnings("unchecked") // the values of this key are of this type
    Runnable enter(Object value) {
        return binding == null ? () -> {} : binding.enter((T) value);
    }

    /**
     * The value here and now, null if there is none: {@code Lwt.get}.
     *
     * @return the value set by the innermost {@link #with} around this call or around the call that
     *     attached the running callback, or by {@link #set}
     */
    @SuppressWarnings("unchecked")
    public @Nullable T get() {
        return (T) LoopCore.current().context.get(this);
    }

    /**
     * Runs {@code body} with another value and restores the former one, also when the body throws:
     * {@code Lwt.with_value}. Cancellation plays no part: the body runs to its end at once.
     *
     * @param value the value; null takes it away
     * @param body what to run
     * @param <R> the type of the result
     * @param <X> what the body may throw
     * @return what the body returns
     * @throws X what the body throws
     */
    public <R extends @Nullable Object, X extends Throwable> R with(
            @Nullable T value, Body<R, X> body) throws X {
        LoopCore core = LoopCore.current();
        Context before = core.context;
        core.restore(before.with(this, value));
        try {
            return body.run();
        } finally {
            core.restore(before);
        }
    }

    /**
     * Sets the value for the rest of the running task: {@code Lwt_direct.Storage.set}. Tasks are
     * what {@code io.lwt4j.direct} runs: each has its own values, none at first, and keeps them
     * while it waits. Inside of {@link #with} or of a callback the value lasts until the end of
     * that only.
     *
     * @param value the value
     * @throws IllegalStateException outside of a task, where only {@link #with} sets values
     */
    public void set(T value) {
        change("set", Objects.requireNonNull(value, "value"));
    }

    /**
     * Takes the value away for the rest of the running task: {@code Lwt_direct.Storage.remove}. See
     * {@link #set}. If there is none, nothing happens.
     *
     * @throws IllegalStateException outside of a task
     */
    public void remove() {
        change("remove", null);
    }

    private void change(String operation, @Nullable T value) {
        LoopCore core = LoopCore.current();
        if (core.guest == null) {
            throw new IllegalStateException("PromiseLocal." + operation
                    + ": this is no task, so there is no end to what it would affect; use"
                    + " with(value, body)");
        }
        core.restore(core.context.with(this, value));
    }

    /**
     * Takes hold of the values of all keys as they are here and now, to be put in force elsewhere:
     * the sequence-associated storage of {@code Lwt}. Any thread.
     *
     * @return the values
     */
    public static Snapshot capture() {
        Context values = LoopCore.current().context;
        return values.isEmpty() ? Snapshot.EMPTY : new Snapshot(values);
    }

    /** The values of all keys at one place and time. Immutable; of any thread and any loop. */
    public static final class Snapshot {

        private static final Snapshot EMPTY = new Snapshot(null);

        /** Null if there are none. */
        private final @Nullable Context values;

        private Snapshot(@Nullable Context values) {
            this.values = values;
        }

        /**
         * No values.
         *
         * @return always the same snapshot
         */
        public static Snapshot empty() {
            return EMPTY;
        }

        /**
         * The value of a key, null if there is none.
         *
         * @param key the key
         * @param <T> the type of the value
         * @return its value
         */
        @SuppressWarnings("unchecked")
        public <T> @Nullable T get(PromiseLocal<T> key) {
            return values == null ? null : (T) values.get(key);
        }

        /**
         * Whether no key has a value.
         *
         * @return whether this is empty
         */
        public boolean isEmpty() {
            return values == null;
        }

        /**
         * These values with another one for one key.
         *
         * @param key the key
         * @param value its value; null takes it away
         * @param <T> the type of the value
         * @return the new values
         */
        public <T> Snapshot with(PromiseLocal<T> key, @Nullable T value) {
            Context changed = (values == null ? LoopCore.current().base : values).with(key, value);
            return changed.isEmpty() ? EMPTY : new Snapshot(changed);
        }

        /**
         * Puts these values in force until others are, and tells no {@link Binding}: for libraries
         * that restore what they have {@linkplain #capture captured} before by their own means, and
         * do the same for thread-locals. All others use {@link #run}.
         */
        public void install() {
            LoopCore core = LoopCore.current();
            core.context = values == null ? core.base : values.on(core);
        }

        /**
         * Whether these are the values in force here.
         *
         * @return whether {@link #run} would change nothing; false also if it is not known
         */
        public boolean isInForce() {
            LoopCore core = LoopCore.current();
            return values == null ? core.context == core.base : core.context == values;
        }

        /**
         * Runs {@code body} with these values in place of those in force, and restores them, also
         * when the body throws. Cancellation plays no part: the body runs to its end at once.
         *
         * @param body what to run
         * @param <R> the type of the result
         * @param <X> what the body may throw
         * @return what the body returns
         * @throws X what the body throws
         */
        public <R extends @Nullable Object, X extends Throwable> R run(Body<R, X> body) throws X {
            LoopCore core = LoopCore.current();
            Context before = core.context;
            core.restore(values == null ? core.base : values.on(core));
            try {
                return body.run();
            } finally {
                core.restore(before);
            }
        }
    }

    /**
     * What is told when a value comes in force.
     *
     * @param <T> the type of the values
     */
    @FunctionalInterface
    public interface Binding<T> {

        /**
         * Told that a value is in force on the calling thread. Must not throw; what it throws
         * reaches the loop's handler.
         *
         * @param value the value
         * @return what is to be done when it is not in force any more, on the same thread
         */
        Runnable enter(T value);
    }

    /**
     * What {@link #with} runs.
     *
     * @param <R> the type of the result
     * @param <X> what it may throw
     */
    @FunctionalInterface
    public interface Body<R extends @Nullable Object, X extends Throwable> {

        /**
         * Runs.
         *
         * @return the result
         * @throws X whatever it fails with
         */
        R run() throws X;
    }
}
