package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** A promise with its resolver: the two ends are one object. */
final class Task<T extends @Nullable Object> extends Pending<T> implements Resolver<T> {

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
        settle("resolve", fulfilled(value), false);
    }

    @Override
    public void resolveNow(T value) {
        settle("resolveNow", fulfilled(value), true);
    }

    @Override
    public void reject(Throwable cause) {
        settle("reject", rejection(cause), false);
    }

    @Override
    public void rejectNow(Throwable cause) {
        settle("rejectNow", rejection(cause), true);
    }

    @Override
    public void complete(State<? extends T> state) {
        settle("complete", outcome(state), false);
    }

    @Override
    public void completeNow(State<? extends T> state) {
        settle("completeNow", outcome(state), true);
    }

    @Override
    public boolean tryResolve(T value) {
        return trySettle("tryResolve", fulfilled(value));
    }

    @Override
    public boolean tryReject(Throwable cause) {
        return trySettle("tryReject", rejection(cause));
    }

    private Rejected rejection(Throwable cause) {
        return Rejected.of(Objects.requireNonNull(cause, "cause"), context.loop);
    }

    private @Nullable Object outcome(State<? extends T> state) {
        Objects.requireNonNull(state, "state");
        if (state instanceof State.Fulfilled<? extends T> fulfilled) {
            return fulfilled(fulfilled.value());
        } else if (state instanceof State.Rejected<? extends T> rejected) {
            return rejection(rejected.cause());
        }
        throw new IllegalArgumentException(
                "state is Pending: a promise can be completed only as Fulfilled or Rejected");
    }

    private void settle(String operation, @Nullable Object outcome, boolean now) {
        LoopCore core = context.loop;
        if (!core.isHere()) {
            core.post(() -> settle(operation, outcome, now));
        } else if (real() instanceof Pending<?> pending && pending.isOpen()) {
            core.resolve(pending, outcome, now);
        } else if (!isCancelled()) {
            throw new IllegalStateException(operation + ": the promise is already "
                    + describe() + "; use try"
                    + (outcome instanceof Rejected ? "Reject" : "Resolve")
                    + " where a race is meant");
        }
    }

    private boolean trySettle(String operation, @Nullable Object outcome) {
        LoopCore core = loop(operation);
        if (real() instanceof Pending<?> pending && pending.isOpen()) {
            core.resolve(pending, outcome, false);
            return true;
        }
        return false;
    }
}
