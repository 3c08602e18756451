package io.lwt4j.interop.reactor;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.sync.Switch;

import reactor.core.Disposable;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Cancellation in Reactor's words. */
final class Disposables {

    private Disposables() {}

    static Disposable of(Promise<?> promise) {
        return new Disposable() {
            @Override
            public void dispose() {
                promise.cancel();
            }

            @Override
            public boolean isDisposed() {
                return !promise.isPending();
            }
        };
    }

    /** What is to be ended on a loop, once. */
    static Disposable of(EventLoop loop, Runnable end, BooleanSupplier isOver) {
        return new Disposable() {
            private final AtomicBoolean disposed = new AtomicBoolean();

            @Override
            public void dispose() {
                if (disposed.getAndSet(true)) {
                    return;
                }
                if (loop.isCurrent()) {
                    end.run();
                    return;
                }
                try {
                    loop.execute(end);
                } catch (RejectedExecutionException closed) {
                    loop.report(closed);
                }
            }

            @Override
            public boolean isDisposed() {
                return disposed.get() || isOver.getAsBoolean();
            }
        };
    }

    static <D extends Disposable> D add(Switch toggle, D disposable) {
        Promise<?> ran = toggle.addHookOrRun(() -> {
            disposable.dispose();
            return Promise.unit();
        });
        // If it has failed, nobody else will say so.
        EventLoop.spawn(() -> ran);
        return disposable;
    }
}
