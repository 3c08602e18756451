package io.lwt4j.io;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;

/**
 * A buffered channel to read from: {@code Lwt_io.input_channel}. Text is UTF-8; what is not becomes
 * U+FFFD.
 *
 * <p><b>Order.</b> Every read is atomic: reads that have to wait are served one after the other, in
 * the order they were asked for.
 *
 * <p><b>Cancellation.</b> A read whose promise is cancelled leaves the queue, and no byte is lost:
 * what has arrived stays in the channel for the next read, of whatever kind. If nobody waits for
 * bytes any more, none are taken from below.
 *
 * <p><b>Errors.</b> An error of the source rejects the read that waits, and the next one tries
 * again. Reads of a closed channel are rejected with {@link ClosedChannelException}.
 *
 * <p>Thread rule: the thread of the loop it was made on only; elsewhere every method throws
 * {@link io.lwt4j.LoopThreadException}.
 */
public final class InputChannel {

    /* Overview. The bytes that have arrived and not been read are bytes[start..end). A read is an
     * attempt (Take) to make its value of them, which either succeeds and consumes what it needs,
     * or consumes nothing and asks for more; so a cancelled read has nothing to give back.
     *
     * pump() serves the reads in the queue and, where the first one wants more, asks the source for
     * a refill, which goes to bytes[end..]. While a refill is pending that part of the array is the
     * source's, so the array is moved, grown and replaced in refill() only.
     */

    private static final int SMALLEST_BUFFER = 2 << 10;

    /** The buffer grows up to here when refills fill it, and beyond only for what is to be kept. */
    private static final int LARGEST_REFILL = 64 << 10;

    private static final byte[] NO_BYTES = {};

    private final ByteSource source;
    private final ChannelOptions options;
    private final EventLoop loop;
    private final ArrayDeque<Read<?>> queue = new ArrayDeque<>(1);

    private byte[] bytes = NO_BYTES;
    private int start;
    private int end;

    /** How many bytes from {@code start} on are known not to be a line end. */
    private int scanned;

    private ByteBuffer view = ByteBuffer.wrap(NO_BYTES);
    private @Nullable Promise<Integer> refill;

    /** Whether the pending refill was cancelled, since nobody waited for it. */
    private boolean unwanted;

    /** Whether the last refill left no room. */
    private boolean filled;

    private @Nullable Promise<@Nullable Void> closed;

    private InputChannel(ByteSource source, ChannelOptions options) {
        this.options = requireNonNull(options, "options");
        this.source = requireNonNull(source, "source");
        this.loop = EventLoop.current();
    }

    /**
     * Makes a channel: {@code Lwt_io.make ~mode:Input}.
     *
     * @param source where its bytes come from; for this channel alone
     * @return a channel of the current loop
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static InputChannel of(ByteSource source) {
        return of(source, ChannelOptions.defaults());
    }

    /**
     * Makes a channel of one's own liking: {@code Lwt_io.make ~mode:Input}.
     *
     * @param source where its bytes come from; for this channel alone
     * @param options how it is to behave
     * @return a channel of the current loop
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static InputChannel of(ByteSource source, ChannelOptions options) {
        return new InputChannel(source, options);
    }

    /* ---- Reading ---- */

    /**
     * Reads a line of at most 1 MiB: {@code Lwt_io.read_line_opt}. See {@link #readLine(int)}.
     *
     * @return the promise of the line; of nothing at the end of the input
     */
    public Promise<Optional<String>> readLine() {
        return readLine(options.lineLimit());
    }

    /**
     * Reads a line: {@code Lwt_io.read_line_opt}. It ends with {@code \n} or {@code \r\n}, which is
     * not part of the result, or with the input; a lone {@code \r} is a character like any other.
     * If the line is longer than allowed, the promise is rejected with an {@link IOException}, and
     * the line stays there to be read otherwise.
     *
     * <p>Cancelling the promise loses nothing: the next read gets the part of the line that has
     * arrived.
     *
     * @param limit the most bytes the line may have, its end not included
     * @return the promise of the line; of nothing at the end of the input
     * @throws IllegalArgumentException if the limit is negative
     */
    public Promise<Optional<String>> readLine(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit: " + limit + " is negative");
        }
        return submit("readLine", atEnd -> takeLine(limit, atEnd));
    }

    /**
     * Reads what is there, or if nothing is, what arrives next. See {@link #read(int)}.
     *
     * @return the promise of at least one byte; of none at the end of the input
     */
    public Promise<byte[]> read() {
        return submit("read", atEnd -> takeSome(Integer.MAX_VALUE, atEnd));
    }

    /**
     * Reads at most so many bytes of what is there, or if nothing is, of what arrives next:
     * {@code Lwt_io.read ~count}. Cancelling the promise loses nothing.
     *
     * @param count the most bytes, at least one
     * @return the promise of at least one byte; of none at the end of the input
     * @throws IllegalArgumentException if the count is less than one
     */
    public Promise<byte[]> read(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count: " + count + " is less than one");
        }
        return submit("read", atEnd -> takeSome(count, atEnd));
    }

    /**
     * Reads to the end of the input: {@code Lwt_io.read}. All of it has to fit into memory.
     * Cancelling the promise loses nothing.
     *
     * @return the promise of the text; of an empty one at the end of the input
     */
    public Promise<String> readAll() {
        return submit("readAll", atEnd -> atEnd ? text(end - start, 0) : null);
    }

    /** Makes a value of the buffered bytes, and consumes them; or returns null to get more. */
    @FunctionalInterface
    private interface Take<T> {
        @Nullable
        T take(boolean atEnd) throws IOException;
    }

    @SuppressWarnings("NullableOptional") // Null and an empty one are not the same here.
    private @Nullable Optional<String> takeLine(int limit, boolean atEnd) throws IOException {
        int i = start + scanned;
        while (i < end && bytes[i] != '\n') {
            i++;
        }
        scanned = i - start;
        if (i == end) {
            // A \r at the end of what is there may belong to the end of the line.
            int least = scanned > 0 && bytes[i - 1] == '\r' && !atEnd ? scanned - 1 : scanned;
            checkLength(least, limit);
            if (!atEnd) {
                return null;
            }
            return scanned == 0 ? Optional.empty() : Optional.of(text(scanned, 0));
        }
        int length = scanned > 0 && bytes[i - 1] == '\r' ? scanned - 1 : scanned;
        checkLength(length, limit);
        return Optional.of(text(length, scanned + 1 - length));
    }

    private static void checkLength(int length, int limit) throws IOException {
        if (length > limit) {
            throw new IOException("a line of more than " + limit + " bytes");
        }
    }

    private byte @Nullable [] takeSome(int count, boolean atEnd) {
        if (start == end) {
            return atEnd ? NO_BYTES : null;
        }
        int length = Math.min(count, end - start);
        byte[] some = Arrays.copyOfRange(bytes, start, start + length);
        consume(length);
        return some;
    }

    private String text(int length, int skipped) {
        String text = new String(bytes, start, length, options.charset());
        consume(length + skipped);
        return text;
    }

    private void consume(int count) {
        start += count;
        scanned = 0;
        if (start == end && bytes.length > LARGEST_REFILL && refill == null) {
            release();
        }
    }

    private void release() {
        bytes = NO_BYTES;
        view = ByteBuffer.wrap(NO_BYTES);
        start = 0;
        end = 0;
        scanned = 0;
    }

    /* ---- Serving the reads ---- */

    private <T> Promise<T> submit(String operation, Take<T> take) {
        loop.checkCurrent(operation);
        if (closed != null) {
            return ChannelState.failedAsClosed("input channel");
        }
        if (queue.isEmpty()) {
            try {
                T value = take.take(false);
                if (value != null) {
                    return Promise.of(value);
                }
            } catch (IOException e) {
                return Promise.failed(e);
            }
        }
        Read<T> read = new Read<>(take);
        queue.add(read);
        pump();
        return read.resolver.promise();
    }

    private void pump() {
        for (Read<?> read = queue.peek(); read != null; read = queue.peek()) {
            if (read.attempt(false)) {
                continue;
            }
            if (refill != null) {
                return;
            }
            Promise<Integer> more = refill();
            if (more.isPending()) {
                refill = more;
                more.onAny(this::arrived, this::failed);
                return;
            }
            land(more.state());
        }
        if (refill != null && !unwanted) {
            unwanted = true;
            refill.cancel();
        }
    }

    private Promise<Integer> refill() {
        if (start == end) {
            start = 0;
            end = 0;
            if (bytes.length == 0 || (filled && bytes.length < LARGEST_REFILL)) {
                bytes = new byte[Math.max(SMALLEST_BUFFER, bytes.length * 2)];
            }
        } else if (start > 0 && bytes.length - end < bytes.length / 2) {
            System.arraycopy(bytes, start, bytes, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == bytes.length) {
            if (end == Integer.MAX_VALUE - 8) {
                return Promise.failed(new IOException("more than " + end + " bytes to be kept"));
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(end * 2L, Integer.MAX_VALUE - 8));
        }
        if (view.array() != bytes) {
            view = ByteBuffer.wrap(bytes);
        }
        ByteBuffer into = view.limit(bytes.length).position(end);
        return Promise.apply(() -> source.read(into));
    }

    private void arrived(int count) {
        refill = null;
        unwanted = false;
        if (closed == null) {
            take(count);
            pump();
        }
    }

    private void failed(Throwable cause) {
        boolean expected = unwanted && cause instanceof CanceledException;
        refill = null;
        unwanted = false;
        if (closed == null) {
            if (!expected) {
                failFirst(cause);
            }
            pump();
        }
    }

    /** Deals with a refill that came at once. */
    private void land(Promise.State<Integer> state) {
        if (state instanceof Promise.State.Fulfilled<Integer> arrived) {
            take(arrived.value());
        } else if (state instanceof Promise.State.Rejected<Integer> rejected) {
            failFirst(rejected.cause());
        }
    }

    private void take(int count) {
        if (count == -1) {
            Read<?> first = queue.peek();
            if (first != null) {
                first.attempt(true);
            }
            return;
        }
        try {
            end += ChannelState.checked(count, bytes.length - end, "a byte source");
            filled = end == bytes.length;
        } catch (IllegalStateException e) {
            failFirst(e);
        }
    }

    private void failFirst(Throwable cause) {
        Read<?> first = queue.poll();
        if (first != null) {
            first.resolver.reject(cause);
        }
    }

    /** A read that waits. */
    private final class Read<T> {

        private final Take<T> take;
        private final Resolver<T> resolver = Resolver.cancellable();

        Read(Take<T> take) {
            this.take = take;
            resolver.promise().onCancel(() -> {
                queue.remove(this);
                pump();
            });
        }

        /** Tries to serve this read, the first in the queue; whether that is the end of it. */
        boolean attempt(boolean atEnd) {
            T value;
            try {
                value = take.take(atEnd);
            } catch (IOException e) {
                queue.remove();
                resolver.reject(e);
                return true;
            }
            if (value == null) {
                return false;
            }
            queue.remove();
            resolver.resolve(value);
            return true;
        }
    }

    /* ---- The end ---- */

    /**
     * Closes this channel and what is below it: {@code Lwt_io.close}. Reads that wait are rejected
     * with {@link ClosedChannelException}; bytes that have not been read are dropped. Of a socket
     * this is the end of its output channel as well. Cancelling the promise does nothing.
     *
     * @return the promise of the end of it, always the same one
     */
    public Promise<@Nullable Void> close() {
        loop.checkCurrent("close");
        if (closed == null) {
            Resolver<@Nullable Void> done = Resolver.uncancellable();
            closed = done.promise();
            Promise<Integer> pending = refill;
            if (pending != null) {
                pending.cancel();
            }
            Promise.apply(source::close).onAny(done::resolve, done::reject);
            release();
            for (Read<?> read = queue.poll(); read != null; read = queue.poll()) {
                read.resolver.reject(new ChannelState.Closed(
                        "the input channel was closed while somebody read from it"));
            }
        }
        return closed;
    }

    /**
     * Whether {@link #close} has been called: {@code Lwt_io.is_closed}.
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
        return "InputChannel(" + (closed != null ? "closed" : end - start + " bytes buffered")
                + ")";
    }
}
