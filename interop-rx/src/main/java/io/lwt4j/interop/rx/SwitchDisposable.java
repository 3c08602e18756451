package io.lwt4j.interop.rx;

import io.lwt4j.EventLoop;
import io.lwt4j.sync.Switch;
import io.reactivex.rxjava3.disposables.Disposable;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Turns a switch off, on its loop. */
final class SwitchDisposable implements Disposable {

    private final Switch target;
    private final EventLoop loop;
    private final AtomicBoolean disposed = new AtomicBoolean();

    SwitchDisposable(Switch target, EventLoop loop) {
        this.target = target;
        this.loop = loop;
    }

    @Override
    public void dispose() {
        if (disposed.getAndSet(true)) {
            return;
        }
        if (loop.isCurrent()) {
            turnOff();
            return;
        }
        try {
            loop.execute(this::turnOff);
        } catch (RejectedExecutionException closed) {
            loop.report(closed);
        }
    }

    private void turnOff() {
        EventLoop.spawn(target::turnOff);
    }

    @Override
    public boolean isDisposed() {
        return disposed.get() || !target.isOn();
    }
}
