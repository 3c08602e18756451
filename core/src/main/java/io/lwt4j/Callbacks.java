package io.lwt4j;

import org.jspecify.annotations.Nullable;

/** The waiters behind {@code onSuccess} and its kin: they have no result. */
final class Callbacks {

    private Callbacks() {}

    /** Runs one callback or the other; either may be missing. */
    static final class Any<T extends @Nullable Object> extends Entry {

        private final Context context;
        private final @Nullable CheckedConsumer<? super T> onValue;
        private final @Nullable CheckedConsumer<? super Throwable> onError;

        Any(
                Context context,
                @Nullable CheckedConsumer<? super T> onValue,
                @Nullable CheckedConsumer<? super Throwable> onError) {
            this.context = context;
            this.onValue = onValue;
            this.onError = onError;
        }

        @Override
        @Nullable
        Object fire(LoopCore core, @Nullable Object outcome) {
            core.restore(context);
            run(core, outcome, onValue, onError);
            return NOTHING;
        }

        static <T extends @Nullable Object> void run(
                LoopCore core,
                @Nullable Object outcome,
                @Nullable CheckedConsumer<? super T> onValue,
                @Nullable CheckedConsumer<? super Throwable> onError) {
            try {
                if (!(outcome instanceof Rejected rejected)) {
                    if (onValue != null) {
                        onValue.accept(Cell.<T>value(outcome));
                    }
                } else if (onError != null) {
                    onError.accept(rejected.observe());
                }
            } catch (Throwable t) {
                core.failed(t);
            }
        }
    }

    /** Told when the promise is cancelled, before every other kind of waiter. */
    abstract static class CancelWaiter extends Entry {

        abstract void cancelled(LoopCore core);

        @Override
        final @Nullable Object fire(LoopCore core, @Nullable Object outcome) {
            return NOTHING;
        }
    }

    /** Runs a callback then. */
    static final class OnCancel extends CancelWaiter {

        private final Context context;
        private final CheckedRunnable callback;

        OnCancel(Context context, CheckedRunnable callback) {
            this.context = context;
            this.callback = callback;
        }

        @Override
        void cancelled(LoopCore core) {
            core.restore(context);
            run(core, callback);
        }

        static void run(LoopCore core, CheckedRunnable callback) {
            try {
                callback.run();
            } catch (Throwable t) {
                core.failed(t);
            }
        }
    }
}
