package io.lwt4j.interop.rx;

import io.lwt4j.EventLoop;
import io.reactivex.rxjava3.disposables.Disposable;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** What is to be ended on a loop, once. */
final class LoopDisposable implements Disposable {

    private final EventLoop loop;
    private final Runnable end;
    private final BooleanSupplier isOver;
    private final AtomicBoolean disposed = new AtomicBoolean();

    LoopDisposable(EventLoop loop, Runnable end, BooleanSupplier isOver) {
        this.loop = loop;
        this.end = end;
        this.isOver = isOver;
    }

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
}
