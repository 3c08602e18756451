package io.lwt4j.io;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;

/**
 * A buffered channel to write to: {@code Lwt_io.output_channel}. Text is written as UTF-8.
 *
 * <p><b>Order.</b> Every write is atomic: the bytes of one write are never mixed with those of
 * another, and come out in the order of the calls. A write is over when its bytes are in the
 * buffer; one that does not fit waits for the sink, so that who waits for the promises of writes
 * never holds more than 64 KiB of output in memory.
 *
 * <p><b>Flushing.</b> What has been written goes to the sink by {@link #flush} and {@link #close},
 * and by itself one {@linkplain EventLoop#pause pause} after the channel has become idle.
 *
 * <p><b>Errors.</b> The first error of the sink is the end of the channel: the bytes in the buffer
 * are lost, and every later write, flush and also {@link #close} is rejected with that error, so
 * that nobody mistakes lost output for written one. Writes to a closed channel are rejected with
 * {@link ClosedChannelException}.
 *
 * <p><b>Cancellation.</b> A write of at most 64 KiB is all or nothing: cancelled while it waits, it
 * writes nothing. Of a longer one a part may have been written. Cancelling a flush only ends the
 * waiting for it. The channel stays usable in every case.
 *
 * <p>Thread rule: the thread of the loop it was made on only; elsewhere every method throws
 * {@link io.lwt4j.LoopThreadException}.
 */
public final class OutputChannel {

    /* Overview. The bytes that wait for the sink are bytes[start..end). pump() serves the
     * operations in the queue: a write is done when its bytes have been added to the buffer, a
     * flush when the buffer is empty. Where the first operation is not done yet, and also where
     * `draining` says that somebody wants the buffer to get empty, pump() writes to the sink: the
     * buffer, or if that is empty, the data of a long write itself, which saves the copy.
     *
     * While `writing` is pending the bytes it was given must stay where they are; the buffer grows
     * meanwhile by moving to a new array.
     */

    private static final int SMALLEST_BUFFER = 2 << 10;
    private static final int LARGEST_BUFFER = 64 << 10;

    /** A write of so many bytes goes to the sink without a copy if it can. */
    private static final int LONG_WRITE = 8 << 10;

    private static final byte[] NO_BYTES = {};

    private final ByteSink sink;
    private final ChannelOptions options;
    private final EventLoop loop;
    private final ArrayDeque<Operation> queue = new ArrayDeque<>(1);

    private byte[] bytes = NO_BYTES;
    private int start;
    private int end;

    private ByteBuffer view = ByteBuffer.wrap(NO_BYTES);
    private @Nullable Promise<Integer> writing;

    /** The long write whose own bytes are being written; null if those of the buffer are. */
    private @Nullable Operation writingOwn;

    /** How many bytes were given to the sink. */
    private int given;

    private boolean draining;
    private boolean autoFlushing;
    private boolean shutdown;
    private @Nullable Throwable error;
    private @Nullable Promise<@Nullable Void> closed;
    private @Nullable Promise<@Nullable Void> sinkClosed;

    private OutputChannel(ByteSink sink, ChannelOptions options) {
        this.options = requireNonNull(options, "options");
        this.sink = requireNonNull(sink, "sink");
        this.loop = EventLoop.current();
    }

    /**
     * Makes a channel: {@code Lwt_io.make ~mode:Output}.
     *
     * @param sink where its bytes go; for this channel alone
     * @return a channel of the current loop
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static OutputChannel of(ByteSink sink) {
        return of(sink, ChannelOptions.defaults());
    }

    /**
     * Makes a channel of one's own liking: {@code Lwt_io.make ~mode:Output}.
     *
     * @param sink where its bytes go; for this channel alone
     * @param options how it is to behave
     * @return a channel of the current loop
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static OutputChannel of(ByteSink sink, ChannelOptions options) {
        return new OutputChannel(sink, options);
    }

    /* ---- Writing ---- */

    /**
     * Writes a text as UTF-8: {@code Lwt_io.write}. See {@link #write(byte[])}.
     *
     * @param text the text
     * @return the promise of its being in the buffer
     */
    public Promise<@Nullable Void> write(String text) {
        return write(text.getBytes(options.charset()));
    }

    /**
     * Writes bytes: {@code Lwt_io.write_from_exactly}. For errors and cancellation see the class.
     *
     * @param data the bytes; not to be changed before the promise is resolved
     * @return the promise of their being in the buffer
     */
    public Promise<@Nullable Void> write(byte[] data) {
        requireNonNull(data, "data");
        Promise<@Nullable Void> refused = enter("write");
        if (refused != null) {
            return refused;
        }
        if (queue.isEmpty() && data.length < LONG_WRITE && fits(data.length)) {
            append(data, 0, data.length);
            autoFlush();
            return Promise.unit();
        }
        return submit(new Operation(ByteBuffer.wrap(data)));
    }

    /**
     * Waits until everything written before has gone to the sink: {@code Lwt_io.flush}.
     *
     * @return the promise of that
     */
    public Promise<@Nullable Void> flush() {
        Promise<@Nullable Void> refused = enter("flush");
        return refused != null ? refused : flushed();
    }

    /**
     * Flushes, and tells the reader at the other end that nothing more comes; of a socket the input
     * stays open ({@code Lwt_unix.shutdown}). Later writes are rejected. Cancelling the promise
     * does nothing.
     *
     * @return the promise of that
     */
    public Promise<@Nullable Void> shutdown() {
        Promise<@Nullable Void> refused = enter("shutdown");
        if (refused != null) {
            return refused;
        }
        shutdown = true;
        return flushed().<@Nullable Void>flatMap(done -> sink.shutdown()).uncancellable();
    }

    private Promise<@Nullable Void> flushed() {
        if (error != null) {
            return Promise.failed(error);
        }
        if (queue.isEmpty() && start == end && writing == null) {
            return Promise.unit();
        }
        return submit(new Operation(null));
    }

    /** Lets a call in, or returns its rejection. */
    private @Nullable Promise<@Nullable Void> enter(String operation) {
        loop.checkCurrent(operation);
        if (error != null) {
            return Promise.failed(error);
        }
        if (closed != null || shutdown) {
            return ChannelState.<@Nullable Void>failedAsClosed("output channel");
        }
        return null;
    }

    /* ---- The buffer ---- */

    private boolean fits(int count) {
        return count <= LARGEST_BUFFER - (end - start);
    }

    private void append(byte[] data, int offset, int count) {
        if (start == end && writing == null) {
            start = 0;
            end = 0;
        }
        if (count > bytes.length - end) {
            makeRoom(count);
        }
        System.arraycopy(data, offset, bytes, end, count);
        end += count;
    }

    private void makeRoom(int count) {
        int kept = end - start;
        byte[] target = bytes;
        if (writing != null || kept + count > bytes.length) {
            int size = Math.max(SMALLEST_BUFFER, bytes.length);
            while (size < kept + count) {
                size *= 2;
            }
            target = new byte[size];
        }
        System.arraycopy(bytes, start, target, 0, kept);
        bytes = target;
        start = 0;
        end = kept;
    }

    private void release() {
        bytes = NO_BYTES;
        view = ByteBuffer.wrap(NO_BYTES);
        start = 0;
        end = 0;
    }

    /** Sees to it that what is in the buffer now is on its way one pause later. */
    private void autoFlush() {
        if (!autoFlushing && writing == null && start < end) {
            autoFlushing = true;
            EventLoop.pause()
                    .onAny(
                            over -> {
                                autoFlushing = false;
                                draining = true;
                                pump();
                            },
                            loopEnds -> autoFlushing = false);
        }
    }

    /* ---- Serving the operations ---- */

    private Promise<@Nullable Void> submit(Operation operation) {
        queue.add(operation);
        pump();
        return operation.resolver.promise();
    }

    private void pump() {
        while (writing == null && error == null) {
            Operation first = queue.peek();
            if (first != null && first.advance()) {
                queue.remove();
                first.finish();
            } else if (first == null && (!draining || start == end)) {
                draining = false;
                autoFlush();
                return;
            } else {
                write(first);
            }
        }
    }

    /** Writes the buffer, or if that is empty, the bytes of the first operation. */
    private void write(@Nullable Operation first) {
        ByteBuffer from;
        if (start < end || first == null) {
            if (view.array() != bytes) {
                view = ByteBuffer.wrap(bytes);
            }
            from = view.limit(end).position(start);
            writingOwn = null;
        } else {
            from = requireNonNull(first.data).duplicate();
            writingOwn = first;
        }
        given = from.remaining();
        Promise<Integer> promise = Promise.apply(() -> sink.write(from));
        if (promise.isPending()) {
            writing = promise;
            promise.onAny(
                    count -> {
                        written(count);
                        pump();
                    },
                    cause -> {
                        failed(cause);
                        pump();
                    });
        } else if (promise.state() instanceof Promise.State.Fulfilled<Integer> fulfilled) {
            written(fulfilled.value());
        } else if (promise.state() instanceof Promise.State.Rejected<Integer> rejected) {
            failed(rejected.cause());
        }
    }

    private void written(int answer) {
        Operation own = writingOwn;
        writing = null;
        writingOwn = null;
        if (error != null) {
            return;
        }
        int count;
        try {
            count = ChannelState.checked(answer, given, "a byte sink");
        } catch (IllegalStateException e) {
            fail(e);
            return;
        }
        if (own == null) {
            start += count;
        } else if (own.data != null) {
            own.data.position(own.data.position() + count);
        }
    }

    private void failed(Throwable cause) {
        boolean expected = writingOwn != null && !queue.contains(writingOwn);
        writing = null;
        writingOwn = null;
        if (!expected || !(cause instanceof CanceledException)) {
            fail(cause);
        }
    }

    private void fail(Throwable cause) {
        if (error != null) {
            return;
        }
        error = cause;
        release();
        for (Operation waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
            waiting.resolver.reject(cause);
        }
    }

    /** A write or a flush that waits. */
    private final class Operation {

        /** What is left to write; null for a flush. */
        private final @Nullable ByteBuffer data;

        private final Resolver<@Nullable Void> resolver = Resolver.cancellable();

        Operation(@Nullable ByteBuffer data) {
            this.data = data;
            resolver.promise().onCancel(this::cancelled);
        }

        private void cancelled() {
            queue.remove(this);
            Promise<Integer> pending = writing;
            if (pending != null && writingOwn == this) {
                pending.cancel();
            }
            draining = true;
            pump();
        }

        @SuppressWarnings("NullAway") // Takes T for non-null, except in its JSpecify mode.
        void finish() {
            resolver.resolve(null);
        }

        /** Goes on as far as possible without the sink; whether that is the end of it. */
        boolean advance() {
            if (data == null) {
                return start == end;
            }
            int count = data.remaining();
            // A long write is worth one attempt without a copy.
            boolean tried = count < LONG_WRITE || data.position() > 0 || start < end;
            if (count > 0 && (!tried || !fits(count))) {
                return false;
            }
            append(data.array(), data.arrayOffset() + data.position(), count);
            return true;
        }
    }

    /* ---- The end ---- */

    /**
     * Flushes this channel and closes it and what is below it: {@code Lwt_io.close}. If not all
     * that was written has reached the sink, the promise is rejected with the reason. It waits for
     * a reader that does not read; see {@link #abort}. Of a socket this is the end of its input
     * channel as well. Cancelling the promise does nothing.
     *
     * @return the promise of the end of it, always the same one
     */
    public Promise<@Nullable Void> close() {
        loop.checkCurrent("close");
        if (closed == null) {
            Resolver<@Nullable Void> done = Resolver.uncancellable();
            closed = done.promise();
            flushed()
                    .fold(
                            flushed -> closeSink(),
                            // Whatever closing says: what the user has to know is this.
                            cause -> closeSink().outcome().flatMap(over -> Promise.failed(cause)))
                    .onAny(done::resolve, done::reject);
        }
        return closed;
    }

    /**
     * Closes this channel and what is below it at once: {@code Lwt_io.abort}. What has not been
     * written is dropped; operations that wait, a pending {@link #close} too, are rejected with
     * {@link ClosedChannelException}. Cancelling the promise does nothing.
     *
     * @return the promise of the end of it
     */
    public Promise<@Nullable Void> abort() {
        loop.checkCurrent("abort");
        Throwable aborted = new ChannelState.Closed("the output channel was aborted");
        if (closed == null) {
            Resolver<@Nullable Void> done = Resolver.uncancellable();
            closed = done.promise();
            drop(aborted);
            closeSink().onAny(done::resolve, done::reject);
        } else {
            drop(aborted);
        }
        return closeSink();
    }

    private void drop(Throwable aborted) {
        fail(aborted);
        Promise<Integer> pending = writing;
        if (pending != null) {
            pending.cancel();
        }
    }

    private Promise<@Nullable Void> closeSink() {
        if (sinkClosed == null) {
            Resolver<@Nullable Void> done = Resolver.uncancellable();
            sinkClosed = done.promise();
            Promise.apply(sink::close).onAny(done::resolve, done::reject);
        }
        return sinkClosed;
    }

    /**
     * Whether {@link #close} or {@link #abort} has been called: {@code Lwt_io.is_closed}.
     *
     * @return whether this channel is closed
     */
    public boolean isClosed() {
        return closed != null;
    }

    /**
     * A description for people.
     *
     * @return the number of buffered bytes, and whether this channel is closed
     */
    @Override
    public String toString() {
        return "OutputChannel(" + (end - start) + " bytes buffered"
                + (closed != null ? ", closed)" : ")");
    }
}
