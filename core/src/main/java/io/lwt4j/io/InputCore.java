package io.lwt4j.io;

import io.lwt4j.CanceledException;
import io.lwt4j.CheckedConsumer;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** What the channels of one input have in common: its source, its buffer, and those who wait. */
final class InputCore extends ChannelCore {

    /* Overview. A read is an attempt (Take) to make its value of the bytes in the buffer, which
     * either succeeds and consumes what it needs, or consumes nothing and asks for more; so a
     * cancelled read has nothing to give back. pump() serves the reads in the queue and, where the
     * first one wants more, asks the source for a refill.
     */

    final InputBuffer buffer;
    final TextCodec codec;
    final ChannelOptions options;

    private final ByteSource source;
    private final @Nullable NonBlockingSource nonBlocking;

    /** The refill, or of a source that does not block, the waiting for one. */
    private @Nullable Promise<?> refill;

    /** Whether the pending refill was cancelled, since nobody waited for it. */
    private boolean unwanted;

    /** Who waits for the end of the pending refill. */
    private @Nullable Resolver<@Nullable Void> quiet;

    private @Nullable Promise<@Nullable Void> closed;

    // Made once, as a read that has to wait is what servers do all day.
    private final CheckedConsumer<@Nullable Void> readable = done -> arrived();
    private final CheckedConsumer<Throwable> broken = this::failedLater;

    InputCore(ByteSource source, ChannelOptions options) {
        super("input channel");
        this.source = source;
        this.nonBlocking = source instanceof NonBlockingSource able ? able : null;
        this.options = options;
        this.codec = new TextCodec(options);
        this.buffer = new InputBuffer(options.bufferSize());
    }

    /** Makes a value of the buffered bytes, and consumes them; or returns null to get more. */
    @FunctionalInterface
    interface Take<T> {
        @Nullable
        T take(boolean atEnd) throws IOException;
    }

    /* ---- Serving the reads ---- */

    /** Reads, on a level that has let the call in. */
    <T> Promise<T> submit(Level place, Take<T> take) {
        if (isFree(place)) {
            try {
                T value = take.take(false);
                if (value != null) {
                    return Promise.of(value);
                }
            } catch (IOException | RuntimeException e) {
                return Promise.failed(e);
            }
        }
        Read<T> read = new Read<>(place, take);
        place.queue.add(read);
        pump();
        return read.resolver.promise();
    }

    @Override
    void pump() {
        while (closed == null) {
            Request first = level.queue.peek();
            if (first == null) {
                break;
            }
            if (first instanceof Turn turn) {
                level.queue.remove();
                turn.begin();
            } else if (!attempt(first, false) && !refilled()) {
                return;
            }
        }
        if (refill != null && !unwanted) {
            unwanted = true;
            refill.cancel();
        }
    }

    private static boolean attempt(Request first, boolean atEnd) {
        return first instanceof Read<?> read && read.attempt(atEnd);
    }

    /** Asks for a refill unless there is one; whether the first read may be served now. */
    private boolean refilled() {
        if (refill != null) {
            return false;
        }
        try {
            return nonBlocking != null ? refilledNow(nonBlocking) : refilledLater();
        } catch (IOException | RuntimeException e) {
            failed(e);
            return true;
        }
    }

    private boolean refilledNow(NonBlockingSource able) throws IOException {
        ByteBuffer room = buffer.room();
        int count = able.readNow(room);
        if (count != 0) {
            landed(count);
            return true;
        }
        buffer.notArrived();
        Promise<@Nullable Void> ready = Promise.apply(able::whenReadable);
        if (!ready.isPending()) {
            if (ready.state() instanceof Promise.State.Rejected<?> rejected) {
                failed(rejected.cause());
            }
            return true;
        }
        refill = ready;
        ready.onAny(readable, broken);
        return false;
    }

    private boolean refilledLater() throws IOException {
        ByteBuffer room = buffer.room();
        Promise<Integer> more = Promise.apply(() -> source.read(room));
        if (more.isPending()) {
            refill = more;
            more.onAny(
                    count -> {
                        if (closed == null) {
                            landed(count);
                        }
                        arrived();
                    },
                    broken);
            return false;
        }
        if (more.state() instanceof Promise.State.Fulfilled<Integer> arrived) {
            landed(arrived.value());
        } else if (more.state() instanceof Promise.State.Rejected<Integer> rejected) {
            failed(rejected.cause());
        }
        return true;
    }

    private void landed(int count) {
        if (count == -1) {
            Request first = level.queue.peek();
            if (first != null) {
                attempt(first, true);
            }
            buffer.notArrived();
            return;
        }
        try {
            buffer.arrived(count);
        } catch (IllegalStateException e) {
            failed(e);
        }
    }

    /** A refill that was pending has come. */
    private void arrived() {
        refill = null;
        unwanted = false;
        Resolver<@Nullable Void> waiting = quiet;
        if (waiting != null) {
            quiet = null;
            tell(waiting);
        }
        pump();
    }

    private void failedLater(Throwable cause) {
        boolean expected = unwanted && cause instanceof CanceledException;
        if (closed == null) {
            if (expected) {
                buffer.notArrived();
            } else {
                failed(cause);
            }
        }
        arrived();
    }

    private void failed(Throwable cause) {
        buffer.notArrived();
        Request first = level.queue.poll();
        if (first != null) {
            first.reject(cause);
        }
    }

    /** A read that waits. */
    private final class Read<T> extends Request {

        private final Level place;
        private final Take<T> take;
        private final Resolver<T> resolver = Resolver.cancellable();

        Read(Level place, Take<T> take) {
            this.place = place;
            this.take = take;
            resolver.promise().onCancel(() -> {
                place.queue.remove(this);
                pump();
            });
        }

        /** Tries to serve this read, the first in the queue; whether that is the end of it. */
        boolean attempt(boolean atEnd) {
            T value;
            try {
                value = take.take(atEnd);
            } catch (IOException | RuntimeException e) {
                place.queue.remove();
                resolver.reject(e);
                return true;
            }
            if (value == null) {
                return false;
            }
            place.queue.remove();
            resolver.resolve(value);
            return true;
        }

        @Override
        void reject(Throwable cause) {
            resolver.reject(cause);
        }
    }

    /* ---- What reads make of the bytes ---- */

    /** A line; null to get more. An end without a line is an {@link EndOfInput}. */
    @Nullable
    String takeLine(int limit, boolean atEnd) throws IOException {
        if (!codec.hasLines()) {
            throw new UnsupportedOperationException(
                    "lines in " + options.charset() + ", which has no line end of one byte");
        }
        int found = buffer.findLineEnd();
        int scanned = found < 0 ? buffer.available() : found;
        boolean cr = buffer.isCrAt(scanned - 1);
        if (found < 0) {
            // A \r at the end of what is there may belong to the end of the line.
            checkLength(cr && !atEnd ? scanned - 1 : scanned, limit);
            if (!atEnd) {
                return null;
            }
            if (scanned == 0) {
                throw new EndOfInput();
            }
            return text(scanned, scanned);
        }
        int length = cr ? scanned - 1 : scanned;
        checkLength(length, limit);
        return text(length, scanned + 1);
    }

    /** A line that is there and can be taken. */
    @Nullable
    String takeLineIfWell(int limit) {
        try {
            return takeLine(limit, false);
        } catch (IOException e) {
            return null;
        }
    }

    private static void checkLength(int length, int limit) throws IOException {
        if (length > limit) {
            throw new IOException("a line of more than " + limit + " bytes");
        }
    }

    /** The end of the input where a line could have begun. */
    static final class EndOfInput extends EOFException {

        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    String text(int length, int consumed) throws IOException {
        String text = codec.decode(buffer.bytes(), buffer.start(), length);
        buffer.consume(consumed);
        return text;
    }

    /** Whether so many bytes are there; not at the end of the input, which is an error then. */
    boolean has(int count, boolean atEnd) throws EOFException {
        if (buffer.available() >= count) {
            return true;
        }
        if (atEnd) {
            throw new EOFException("the input ends after " + buffer.available() + " of " + count
                    + " bytes, which can still be read");
        }
        return false;
    }

    /* ---- Places ---- */

    Promise<@Nullable Void> seek(Level place, long position) {
        return section(
                inner(place),
                () -> buffer.rewind(position)
                        ? Promise.unit()
                        : whenQuiet()
                                .flatMap(quiet -> source.seek(position))
                                .<@Nullable Void>flatMap(moved -> {
                                    buffer.moved(position);
                                    return Promise.unit();
                                })
                                .uncancellable());
    }

    Promise<Long> length(Level place) {
        return section(inner(place), () -> whenQuiet().flatMap(quiet -> source.length()));
    }

    /** Waits until the source is not reading. */
    private Promise<@Nullable Void> whenQuiet() {
        if (refill != null && !unwanted) {
            unwanted = true;
            refill.cancel();
        }
        if (refill == null) {
            return Promise.unit();
        }
        if (quiet == null) {
            quiet = Resolver.uncancellable();
        }
        return quiet.promise();
    }

    /* ---- The end ---- */

    Promise<@Nullable Void> close() {
        if (closed == null) {
            Resolver<@Nullable Void> done = Resolver.uncancellable();
            closed = done.promise();
            closed(closed);
            Promise<?> pending = refill;
            if (pending != null) {
                pending.cancel();
            }
            Promise.apply(source::close).onAny(done::resolve, done::reject);
            buffer.drop();
            rejectAll(new ChannelState.Closed(
                    "the input channel was closed while somebody read from it"));
        }
        return Objects.requireNonNull(closed);
    }

    @Override
    boolean isClosed(Level place) {
        return isClosed();
    }

    boolean isClosed() {
        return closed != null;
    }

    boolean isBusy() {
        return level.outer != null || !level.queue.isEmpty();
    }
}
