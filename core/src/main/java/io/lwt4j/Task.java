package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** A promise with its resolver: the two ends are one object. */
non-sealed class Task<T extends @Nullable Object> extends Pending<T> implements Resolver<T> {

    Task(Context context, boolean cancellable) {
        super(context);
        this.how = cancellable ? this : null;
    }

    @Override
    boolean isLeaf() {
        return true;
    }

    @Override
    public Promise<T> promise() {
        return this;
    }

    @Override
    public void resolve(T value) {
        settle("resolve", value, null, false);
    }

    @Override
    public void resolveNow(T value) {
        settle("resolveNow", value, null, true);
    }

    @Override
    public void reject(Throwable cause) {
        settle("reject", null, requireNonNull(cause, "cause"), false);
    }

    @Override
    public void rejectNow(Throwable cause) {
        settle("rejectNow", null, requireNonNull(cause, "cause"), true);
    }

    @Override
    public void complete(State<? extends T> state) {
        complete("complete", state, false);
    }

    @Override
    public void completeNow(State<? extends T> state) {
        complete("completeNow", state, true);
    }

    @Override
    public boolean tryResolve(T value) {
        return trySettle("tryResolve", value, null);
    }

    @Override
    public boolean tryReject(Throwable cause) {
        return trySettle("tryReject", null, requireNonNull(cause, "cause"));
    }

    private void complete(String operation, State<? extends T> state, boolean now) {
        requireNonNull(state, "state");
        if (state instanceof State.Fulfilled<? extends T> fulfilled) {
            settle(operation, fulfilled.value(), null, now);
        } else if (state instanceof State.Rejected<? extends T> rejected) {
            settle(operation, null, rejected.cause(), now);
        } else {
            throw new IllegalArgumentException(
                    "state is Pending: a promise can be completed only as Fulfilled or Rejected");
        }
    }

    private void settle(
            String operation, @Nullable Object value, @Nullable Throwable cause, boolean now) {
        LoopCore core = context.loop;
        if (!core.isHere()) {
            core.post(() -> settle(operation, value, cause, now));
            return;
        }
        if (real() instanceof Pending<?> pending && pending.isOpen()) {
            core.resolve(pending, outcome(value, cause), now);
        } else if (!isCancelled()) {
            throw new IllegalStateException(operation + ": the promise is already " + describe()
                    + "; use try" + (cause == null ? "Resolve" : "Reject")
                    + " where a race is meant");
        } else if (cause != null) {
            // Too late for anybody to hear of it, but it must not vanish.
            outcome(null, cause);
        }
    }

    private boolean trySettle(String operation, @Nullable Object value, @Nullable Throwable cause) {
        LoopCore core = loop(operation);
        if (real() instanceof Pending<?> pending && pending.isOpen()) {
            core.resolve(pending, outcome(value, cause), false);
            return true;
        }
        return false;
    }

    private @Nullable Object outcome(@Nullable Object value, @Nullable Throwable cause) {
        return cause == null ? fulfilled(value) : Rejected.of(cause, context.loop);
    }
}
