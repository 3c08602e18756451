package io.lwt4j.interop.rx;

import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.exceptions.Exceptions;
import io.reactivex.rxjava3.exceptions.ProtocolViolationException;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicReference;

/**
 * What a source has given to its observer: disposed of at most once, not after the end, and also if
 * it comes only after that was asked for. Any thread.
 */
final class Upstream extends AtomicReference<@Nullable Disposable> {

    private static final long serialVersionUID = 1L;

    /** Stands for one that is to be disposed of, or has been. */
    private static final Disposable DISPOSED = Disposable.fromRunnable(() -> {});

    /** Stands for one that has come to its end by itself. */
    private static final Disposable ENDED = Disposable.fromRunnable(() -> {});

    /** Takes what the source gives; whether it is to go on. */
    boolean accept(Disposable given) {
        Disposable present = compareAndExchange(null, given);
        if (present == null) {
            return true;
        }
        dispose(given);
        if (present != DISPOSED) {
            RxJavaPlugins.onError(new ProtocolViolationException("Disposable already set!"));
        }
        return false;
    }

    /** The source has said its last word. */
    void end() {
        set(ENDED);
    }

    /** Whether nothing more comes of it. */
    boolean isOver() {
        Disposable present = get();
        return present == ENDED || present == DISPOSED;
    }

    /** Disposes of the source, now or when it comes. */
    void dispose() {
        Disposable present = getAndUpdate(now -> now == ENDED ? ENDED : DISPOSED);
        if (present != null && present != ENDED && present != DISPOSED) {
            dispose(present);
        }
    }

    /** What a source throws here is nobody's; RxJava's handler hears of it. */
    private static void dispose(Disposable disposable) {
        try {
            disposable.dispose();
        } catch (Throwable t) {
            Exceptions.throwIfFatal(t);
            RxJavaPlugins.onError(t);
        }
    }
}
