package io.lwt4j;

import java.util.concurrent.CancellationException;

/**
 * What a cancelled promise is rejected with: {@code Lwt.Canceled}.
 *
 * <p>It is a {@link CancellationException}, so every library that knows those recognises it.
 * Cancelling uses one shared instance without a stack trace: the trace would lead into the loop,
 * and taking it costs more than the cancellation itself.
 */
public final class CanceledException extends CancellationException {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("StaticAssignmentOfThrowable") // Without a trace it is the same everywhere.
    private static final CanceledException INSTANCE = new CanceledException();

    private CanceledException() {
        super("canceled");
    }

    /**
     * The one instance.
     *
     * @return the exception that {@link Promise#cancel()} rejects with
     */
    public static CanceledException instance() {
        return INSTANCE;
    }

    /** Does nothing: the shared instance has no trace. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }

    /**
     * Keeps it one instance also when it is read from a stream.
     *
     * @return the one instance
     */
    private Object readResolve() {
        return INSTANCE;
    }
}
