package io.lwt4j.interop.reactor;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.sync.Switch;

import reactor.core.Disposable;

import java.util.concurrent.RejectedExecutionException;

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

    static Disposable of(Switch toggle, EventLoop loop) {
        return new Disposable() {
            private volatile boolean disposed;

            @Override
            public void dispose() {
                if (disposed) {
                    return;
                }
                disposed = true;
                if (loop.isCurrent()) {
                    EventLoop.spawn(toggle::turnOff);
                    return;
                }
                try {
                    loop.execute(() -> EventLoop.spawn(toggle::turnOff));
                } catch (RejectedExecutionException closed) {
                    loop.report(closed);
                }
            }

            @Override
            public boolean isDisposed() {
                return disposed || !toggle.isOn();
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
