package io.lwt4j.interop.rx;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CancelPolicy;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;
import io.lwt4j.PromiseOutlet;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Flow;
import java.util.function.Function;
import java.util.function.Supplier;

/** Where those who subscribe get their promise. */
interface PromiseSource<T> {

    /** Has a new follower follow its promise. */
    void begin(Follower<T, ?> follower);

    /** The same promise for all. */
    static <T> PromiseSource<T> of(Promise<? extends @Nullable T> promise, CancelPolicy policy) {
        @SuppressWarnings("unchecked") // a promise of something is also one of what it extends
        PromiseOutlet<@Nullable T> outlet =
                new PromiseOutlet<>((Promise<@Nullable T>) promise, policy);
        return follower -> follower.attach(outlet);
    }

    /** The same promise for all, and what its outcome makes if it is there already. */
    static <T, R> R of(
            Promise<? extends @Nullable T> promise,
            CancelPolicy policy,
            Function<@Nullable T, ? extends R> value,
            Function<? super Throwable, ? extends R> error,
            Function<PromiseSource<T>, ? extends R> pending) {
        requireNonNull(policy, "policy");
        Promise.State<? extends @Nullable T> state = promise.state();
        if (state instanceof Promise.State.Fulfilled<? extends @Nullable T> fulfilled) {
            return value.apply(fulfilled.value());
        }
        return state instanceof Promise.State.Rejected<?> rejected
                ? error.apply(rejected.cause())
                : pending.apply(of(promise, policy));
    }

    @SuppressWarnings("unchecked") // null is no element, and a publisher of T emits only T
    static <T> Flow.Publisher<T> publisher(Promise<? extends @Nullable T> promise) {
        return ((Promise<T>) promise).asPublisher(CancelPolicy.CANCEL);
    }

    @SuppressWarnings("unchecked") // the value is not looked at
    static Supplier<Promise<@Nullable Object>> anyOf(Supplier<? extends Promise<?>> supplier) {
        return () -> (Promise<@Nullable Object>) supplier.get();
    }

    /** A promise of its own for each, made on the loop. */
    static <T> PromiseSource<T> defer(
            EventLoop loop, Supplier<? extends Promise<? extends @Nullable T>> supplier) {
        return new Deferral<>(loop, supplier, PromiseLocal.capture());
    }

    /** See {@link #defer}. */
    record Deferral<T>(
            EventLoop loop,
            Supplier<? extends Promise<? extends @Nullable T>> supplier,
            PromiseLocal.Snapshot values)
            implements PromiseSource<T> {

        @Override
        public void begin(Follower<T, ?> follower) {
            PromiseLocal.Snapshot here = PromiseLocal.capture();
            PromiseLocal.Snapshot used = here.isEmpty() ? values : here;
            if (loop.isCurrent() && !loop.isClosed()) {
                start(follower, used);
            } else {
                loop.execute(() -> start(follower, used), follower::refuse);
            }
        }

        private void start(Follower<T, ?> follower, PromiseLocal.Snapshot used) {
            used.run(() -> {
                follower.start(supplier);
                return this;
            });
        }
    }
}
