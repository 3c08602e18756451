package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;

/** The promises that wait for one other promise and then run a callback to get their outcome. */
final class Continuations {

    private Continuations() {}

    /** {@code Lwt.bind}. */
    static final class Bind<T extends @Nullable Object, R extends @Nullable Object>
            extends Derived<R> {

        private @Nullable CheckedFunction<? super T, ? extends Promise<? extends R>> f;

        Bind(
                Context context,
                @Nullable Promise<T> source,
                CheckedFunction<? super T, ? extends Promise<? extends R>> f) {
            super(context);
            this.how = source;
            this.f = f;
        }

        @Override
        String kind() {
            return "flatMap";
        }

        @Override
        @Nullable
        Object fire(LoopCore core, @Nullable Object outcome) {
            CheckedFunction<? super T, ? extends Promise<? extends R>> callback = f;
            f = null;
            if (outcome instanceof Rejected || callback == null) {
                return outcome;
            }
            core.restore(context);
            Promise<? extends R> returned;
            try {
                returned = callback.apply(Cell.<T>value(outcome));
            } catch (Throwable t) {
                return core.thrown(t);
            }
            return follow(returned);
        }
    }

    /** {@code Lwt.map}. */
    static final class Map<T extends @Nullable Object, R extends @Nullable Object>
            extends Derived<R> {

        private @Nullable CheckedFunction<? super T, ? extends R> f;

        Map(Context context, Promise<T> source, CheckedFunction<? super T, ? extends R> f) {
            super(context);
            this.how = source;
            this.f = f;
        }

        @Override
        String kind() {
            return "map";
        }

        @Override
        @Nullable
        Object fire(LoopCore core, @Nullable Object outcome) {
            CheckedFunction<? super T, ? extends R> callback = f;
            f = null;
            if (outcome instanceof Rejected || callback == null) {
                return outcome;
            }
            core.restore(context);
            try {
                return fulfilled(callback.apply(Cell.<T>value(outcome)));
            } catch (Throwable t) {
                return core.thrown(t);
            }
        }
    }

    /** {@code Lwt.try_bind}, and {@code Lwt.catch} where there is nothing to do with a value. */
    static final class Fold<T extends @Nullable Object, R extends @Nullable Object>
            extends Derived<R> {

        private @Nullable CheckedFunction<? super T, ? extends Promise<? extends R>> onValue;
        private @Nullable CheckedFunction<? super Throwable, ? extends Promise<? extends R>>
                onError;

        Fold(
                Context context,
                Promise<T> source,
                @Nullable CheckedFunction<? super T, ? extends Promise<? extends R>> onValue,
                CheckedFunction<? super Throwable, ? extends Promise<? extends R>> onError) {
            super(context);
            this.how = source;
            this.onValue = onValue;
            this.onError = onError;
        }

        @Override
        String kind() {
            return "fold";
        }

        @Override
        @Nullable
        Object fire(LoopCore core, @Nullable Object outcome) {
            CheckedFunction<? super T, ? extends Promise<? extends R>> value = onValue;
            CheckedFunction<? super Throwable, ? extends Promise<? extends R>> error = onError;
            onValue = null;
            onError = null;
            core.restore(context);
            Promise<? extends R> returned;
            try {
                if (outcome instanceof Rejected rejected && error != null) {
                    returned = error.apply(rejected.observe());
                } else if (value != null) {
                    returned = value.apply(Cell.<T>value(outcome));
                } else {
                    return outcome;
                }
            } catch (Throwable t) {
                return core.thrown(t);
            }
            return follow(returned);
        }
    }

    /** {@code Lwt.no_cancel}: the outcome of another promise, but cancellation stops here. */
    static final class Uncancellable<T extends @Nullable Object> extends Derived<T> {

        Uncancellable(Context context) {
            super(context);
        }

        @Override
        String kind() {
            return "uncancellable";
        }

        @Override
        @Nullable
        Object fire(LoopCore core, @Nullable Object outcome) {
            return outcome;
        }
    }

    /** The outcome of another promise, under a name. */
    static final class Named<T extends @Nullable Object> extends Derived<T> {

        private final String name;

        Named(Context context, Promise<T> source, String name) {
            super(context);
            this.how = source;
            this.name = name;
            if (Assembly.ON) {
                Assembly.named(this, kind());
            }
        }

        @Override
        String kind() {
            return '"' + name + '"';
        }

        @Override
        @Nullable
        Object fire(LoopCore core, @Nullable Object outcome) {
            return outcome;
        }
    }

    /**
     * {@code Lwt.protected}: the outcome of another promise, unless this one is cancelled first.
     */
    static final class Shield<T extends @Nullable Object> extends Derived<T> {

        final Link link;

        Shield(Context context, Pending<T> source) {
            super(context);
            this.how = this;
            this.link = new Link(this, source);
            source.add(link);
        }

        @Override
        String kind() {
            return "shielded";
        }

        @Override
        @Nullable
        Object fire(LoopCore core, @Nullable Object outcome) {
            return outcome;
        }

        @Override
        boolean isLeaf() {
            return true;
        }

        @Override
        void released() {
            link.release();
        }
    }

    /** {@code Lwt.catch}'s outcome as a value; never rejected. */
    static final class Outcome<T extends @Nullable Object> extends Derived<Promise.State<T>> {

        Outcome(Context context, Promise<T> source) {
            super(context);
            this.how = source;
        }

        @Override
        String kind() {
            return "outcome";
        }

        @Override
        @Nullable
        Object fire(LoopCore core, @Nullable Object outcome) {
            return Promise.stateOf(outcome);
        }
    }

    static <T extends @Nullable Object> Promise<T> call(Callable<? extends Promise<T>> body) {
        Promise<T> returned;
        try {
            returned = body.call();
        } catch (Throwable t) {
            return LoopCore.rejected(t);
        }
        return returned == null ? LoopCore.nullReturned() : returned;
    }

    /** The same where the type of the value does not matter. */
    @SuppressWarnings("unchecked")
    static Promise<?> callAny(Callable<? extends Promise<?>> body) {
        return call((Callable<Promise<Object>>) body);
    }
}
