package io.lwt4j.interop.rx;

import io.lwt4j.CancelPolicy;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.PromiseFollower;
import io.lwt4j.PromiseOutlet;
import io.reactivex.rxjava3.disposables.Disposable;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/**
 * One subscriber of a promise, and what it disposes of.
 *
 * @param <T> the type of the value
 * @param <O> the kind of the observer
 */
abstract class Follower<T, O> extends PromiseFollower<@Nullable T> implements Disposable {

    /* Overview. A promise that was made for this subscriber is nobody else's: if it fails although
     * this was disposed of, which a promise does that cannot be cancelled, the error goes to
     * RxJava's handler. So whoever finds both `made` and that this is disposed of, the call of
     * dispose() or start(), watches it, on the loop.
     */

    /** Null when it has nothing more to hear. */
    private @Nullable O observer;

    /** The outcome has been told. */
    private volatile boolean over;

    /** The promise that was made for this. */
    private volatile @Nullable Promise<?> made;

    private boolean watched;

    Follower(O observer) {
        this.observer = observer;
    }

    /** Tells the value. */
    abstract void value(O told, @Nullable T value);

    /** Tells the error. */
    abstract void error(O told, Throwable cause);

    /** Follows a promise; any thread. */
    final void attach(PromiseOutlet<@Nullable T> outlet) {
        follow(outlet);
    }

    /** Makes the promise and follows it; on the loop. */
    final void start(Supplier<? extends Promise<? extends @Nullable T>> supplier) {
        if (isAbandoned()) {
            return;
        }
        @SuppressWarnings("unchecked") // a promise of something is also one of what it extends
        Promise<@Nullable T> promise =
                (Promise<@Nullable T>) Promise.<@Nullable Object>apply(() -> anyOf(supplier.get()));
        made = promise;
        follow(new PromiseOutlet<>(promise, CancelPolicy.CANCEL));
        if (isAbandoned()) {
            watch();
        }
    }

    @SuppressWarnings("unchecked") // as above
    private static Promise<@Nullable Object> anyOf(Promise<?> promise) {
        return (Promise<@Nullable Object>) promise;
    }

    /** The loop is closed. */
    final void refuse(Throwable cause) {
        if (!isAbandoned()) {
            onError(cause);
        }
    }

    @Override
    protected final void onValue(@Nullable T value) {
        O told = take();
        if (told != null) {
            value(told, value);
        }
    }

    @Override
    protected final void onError(Throwable cause) {
        O told = take();
        if (told != null) {
            error(told, cause);
        } else {
            // Disposed of between the question of PromiseFollower and ours.
            Late.report(cause);
        }
    }

    private @Nullable O take() {
        over = true;
        O told = observer;
        observer = null;
        return told;
    }

    @Override
    public final void dispose() {
        abandon();
        observer = null;
        if (made != null && !over) {
            onLoop(this::watch);
        }
    }

    @Override
    public final boolean isDisposed() {
        return over || isAbandoned();
    }

    private void watch() {
        Promise<?> promise = made;
        if (promise == null || over || watched) {
            return;
        }
        watched = true;
        if (!promise.isPending()) {
            if (promise.state() instanceof Promise.State.Rejected<?> rejected) {
                Late.report(rejected.cause());
            }
        } else if (EventLoop.isLoopThread() && isOnLoop()) {
            promise.onFailure(Late::report);
        }
    }
}
