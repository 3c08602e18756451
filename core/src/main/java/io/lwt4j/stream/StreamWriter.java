package io.lwt4j.stream;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * The writing end of a stream without a bound; {@link PullStream#push()} makes both ends. The push
 * function of {@code Lwt_stream.create}.
 *
 * <p>The writer does not keep the stream alive: what is pushed to a stream that nobody holds any
 * more is garbage.
 *
 * <p>Thread rule: any thread. Away from the stream's loop a call is handed to the loop (one
 * enqueue) and takes effect there, in the order of the calls of one thread; an error that would be
 * thrown then reaches the loop's handler instead. Once the loop is closed, such a call throws
 * {@link java.util.concurrent.RejectedExecutionException}. Cancellation: a reader that is cancelled
 * changes nothing here; a stream that was closed refuses what comes like one that was ended.
 *
 * @param <T> the type of the elements
 */
public final class StreamWriter<T> {

    private final PushSource source;

    StreamWriter(PushSource source) {
        this.source = source;
    }

    /**
     * Adds an element: {@code push (Some x)}.
     *
     * @param element the element, not null
     * @throws StreamClosedException if the stream was ended, or closed by its readers
     */
    public void push(T element) {
        source.push(requireNonNull(element, "element"));
    }

    /**
     * Ends the stream after the elements pushed so far: {@code push None}.
     *
     * @throws StreamClosedException if the stream was ended, or closed by its readers
     */
    public void end() {
        source.push(End.NORMAL);
    }

    /**
     * Ends the stream with an error after the elements pushed so far. Every read that comes to this
     * end is rejected with it. Lwt has no such thing.
     *
     * @param cause the error, not null
     * @throws StreamClosedException if the stream was ended, or closed by its readers; the error
     *     then counts as one that nobody has looked at
     */
    public void fail(Throwable cause) {
        source.push(End.failure(requireNonNull(cause, "cause")));
    }

    /**
     * Whether the stream was ended, or closed by its readers. On the loop's thread; elsewhere the
     * answer may be old.
     *
     * @return whether nothing can be pushed any more
     */
    public boolean isClosed() {
        return source.isOver();
    }

    /**
     * Keeps an object (the producer, say) from being collected as garbage for as long as the stream
     * is not: {@code Lwt_stream.create_with_reference}. On the loop's thread.
     *
     * @param reference the object in place of the former one, or null for none
     */
    public void keepAlive(@Nullable Object reference) {
        source.reference = reference;
    }
}
