package io.lwt4j.tls;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.detach.WorkerPool;
import io.lwt4j.io.ByteSink;
import io.lwt4j.io.ByteSource;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.Callable;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/**
 * Drives an {@link SSLEngine}: plain bytes on one side, records on the other. It is the source and
 * the sink of the channels of a connection.
 */
final class TlsDriver implements ByteSource, ByteSink {

    /* Overview. An engine turns records into plain bytes and the reverse, and says what it needs
     * next: to read a record, to write one, or to have a long computation done. pump() does what it
     * asks for, step by step, until nothing is left to be done or something has to be waited for:
     *
     *   filling    bytes are to come from below, for a record that is not complete yet;
     *   draining   records wait until the layer below takes them;
     *   computing  a thread of the pool has the engine; nothing else touches it then.
     *
     * Whatever ends such a wait calls pump() again, as does everybody who wants something: the one
     * who reads (readInto), the one who writes (writeFrom), the one who waits for the handshake,
     * the one who closes the output. None of them owns the state machine, so a reader that is
     * cancelled leaves nothing behind: bytes that have come stay in `in`, or decrypted in `plain`.
     * Writers cannot be cancelled once records have been made of their bytes.
     *
     * Promises are resolved when pump() is through, since their callbacks will call it again.
     */

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private static final int NOT_DONE = -2;

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

    /** The most bytes of a write that records are made of in one go. */
    private static final int MOST_AT_ONCE = 64 << 10;

    /** More of {@link #unanswered} are only read when the output is free. */
    private static final int MOST_UNANSWERED = 32;

    private final SSLEngine engine;
    private final ByteSource source;
    private final ByteSink sink;
    private final Callable<Promise<@Nullable Void>> closeBelow;

    /** The other side, for messages. */
    private final String peer;

    private final boolean truncationAllowed;
    private final Buffers buffers = Buffers.ofLoop();

    /** Bytes from below; from position to limit those that have not been decrypted. */
    private ByteBuffer in = NOTHING;

    /** Decrypted bytes that no reader had room for, from position to limit. */
    private ByteBuffer plain = NOTHING;

    /** Records that wait to go below, from position to limit. */
    private ByteBuffer out = NOTHING;

    /** Records without data that have come since `out` was filled; each may want an answer. */
    private int unanswered;

    private @Nullable Promise<Integer> filling;
    private @Nullable Promise<Integer> draining;
    private boolean computing;
    private boolean pumping;
    private boolean again;

    private boolean sourceEnded;
    private boolean ended;
    private boolean beginning;
    private boolean handshaken;
    private boolean closingOutput;
    private @Nullable Throwable error;

    private @Nullable ByteBuffer readInto;
    private int readCount;
    private @Nullable Resolver<Integer> reader;

    private @Nullable ByteBuffer writeFrom;
    private int writeCount;
    private @Nullable Resolver<Integer> writer;

    private @Nullable Resolver<Boolean> handshake;
    private @Nullable Resolver<Boolean> outputClosed;
    private @Nullable Promise<@Nullable Void> closed;
    private boolean over;

    TlsDriver(
            SSLEngine engine,
            ByteSource source,
            ByteSink sink,
            Callable<Promise<@Nullable Void>> closeBelow,
            String peer,
            boolean truncationAllowed) {
        this.engine = engine;
        this.source = source;
        this.sink = sink;
        this.closeBelow = closeBelow;
        this.peer = peer;
        this.truncationAllowed = truncationAllowed;
    }

    SSLEngine engine() {
        return engine;
    }

    String peer() {
        return peer;
    }

    /**
     * Does the handshake; afterwards again, which in TLS 1.3 only changes the keys. Cancelling the
     * promise does not undo anything: the connection is good for nothing but closing then.
     */
    Promise<Boolean> handshake() {
        if (error != null) {
            return Promise.failed(error);
        }
        if (isHalfClosed()) {
            return Promise.failed(halfClosed());
        }
        Resolver<Boolean> done = handshake;
        if (done == null || !done.promise().isPending()) {
            done = Resolver.cancellable();
            handshake = done;
            beginning = true;
            pump();
        }
        return done.promise();
    }

    /** Not before the output is free, since the handshake could not go on, nor those who read. */
    private boolean begin() throws SSLException {
        beginning = false;
        handshaken = false;
        engine.beginHandshake();
        return true;
    }

    /** Half a connection cannot do a handshake: the engine would end the other half as well. */
    private boolean isHalfClosed() {
        return handshaken && (closingOutput || ended);
    }

    private static SSLException halfClosed() {
        return new SSLException("the keys of half a connection cannot be renewed");
    }

    /* ---- Reading and writing ---- */

    @Override
    public Promise<Integer> read(ByteBuffer into) {
        if (plain.hasRemaining() && !over) {
            int count = transfer(into);
            if (!handshaken || writeFrom != null) {
                // Somebody else waits for what is behind these bytes.
                pump();
            }
            return Promise.of(count);
        }
        if (error != null) {
            return Promise.failed(error);
        }
        if (ended) {
            return Promise.of(-1);
        }
        readInto = into;
        readCount = NOT_DONE;
        pump();
        if (readInto == null) {
            return readCount == NOT_DONE && error != null
                    ? Promise.failed(error)
                    : Promise.of(readCount);
        }
        Resolver<Integer> waiting = Resolver.cancellable();
        reader = waiting;
        return waiting.promise().onCancel(() -> readCancelled(waiting));
    }

    private void readCancelled(Resolver<Integer> cancelled) {
        if (reader == cancelled) {
            reader = null;
            readInto = null;
            if (filling != null && !wantsInput()) {
                filling.cancel();
            }
        }
    }

    private int transfer(ByteBuffer into) {
        int count = Math.min(plain.remaining(), into.remaining());
        into.put(plain.slice().limit(count));
        plain.position(plain.position() + count);
        release();
        return count;
    }

    @Override
    public Promise<Integer> write(ByteBuffer from) {
        if (error != null) {
            return Promise.failed(error);
        }
        if (closingOutput) {
            return Promise.failed(new ClosedChannelException());
        }
        writeFrom = from;
        writeCount = 0;
        pump();
        if (writeFrom == null) {
            return error != null ? Promise.failed(error) : Promise.of(writeCount);
        }
        if (writeCount == 0) {
            // The writer may go away, and use the bytes again, before records are made of them.
            int count = Math.min(from.remaining(), MOST_AT_ONCE);
            writeFrom =
                    ByteBuffer.allocate(count).put(from.slice().limit(count)).flip();
        }
        // Records may have been made of some bytes, which could not be taken back.
        writer = Resolver.uncancellable();
        return writer.promise();
    }

    /** What is written goes out at the end of the event below, as without TLS. */
    @Override
    public boolean afterEvent(Runnable flush) {
        return sink.afterEvent(flush);
    }

    /* ---- The state machine ---- */

    private void pump() {
        if (pumping) {
            again = true;
            return;
        }
        pumping = true;
        try {
            do {
                again = false;
                while (error == null && step()) {
                    // On to the next step.
                }
            } while (again);
        } catch (IOException | RuntimeException e) {
            fail(e);
        } finally {
            pumping = false;
        }
        release();
        settle();
    }

    /** Does one thing; whether there may be another. */
    private boolean step() throws IOException {
        if (computing) {
            return false;
        }
        if (out.hasRemaining() && draining == null && drain()) {
            return true;
        }
        return switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> compute();
            case NEED_WRAP -> {
                if (isHalfOpen()) {
                    yield exchange();
                }
                if (!out.hasRemaining()) {
                    yield wrap(NOTHING);
                }
                // Who does not read what we write may do so when we have read what it writes. But
                // the answers that it wants must not pile up in the engine.
                yield unanswered < MOST_UNANSWERED && readInto != null && !ended && unwrap();
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                boolean written = finishWriting();
                yield unwrap() || written;
            }
            case FINISHED, NOT_HANDSHAKING ->
                (beginning && !out.hasRemaining()) ? begin() : exchange();
        };
    }

    /** Whether the engine only wants to close the output because the input has ended. */
    private boolean isHalfOpen() {
        return handshaken
                && !closingOutput
                && engine.isInboundDone()
                && engine.getSession().getProtocol().equals("TLSv1.3");
    }

    /** Moves application data, since the engine wants nothing for itself. */
    private boolean exchange() throws IOException {
        if (!handshaken) {
            handshaken = true;
            return true;
        }
        boolean progress = finishWriting();
        if (writeFrom != null && !out.hasRemaining()) {
            progress |= wrap(writeFrom);
        } else if (closingOutput && !out.hasRemaining() && !engine.isOutboundDone()) {
            engine.closeOutbound();
            return true;
        }
        return (readInto != null && !ended && unwrap()) || progress;
    }

    /** A write is done when the records made of it have gone, so that a flush means something. */
    private boolean finishWriting() {
        if (writeFrom != null && writeCount > 0 && !out.hasRemaining()) {
            writeFrom = null;
            return writer != null;
        }
        return false;
    }

    private boolean compute() {
        computing = true;
        WorkerPool.io()
                .detach(() -> {
                    for (Runnable task = engine.getDelegatedTask();
                            task != null;
                            task = engine.getDelegatedTask()) {
                        task.run();
                    }
                    return true;
                })
                .onAny(
                        done -> {
                            computing = false;
                            pump();
                        },
                        cause -> {
                            computing = false;
                            fail(cause);
                            settle();
                        });
        return false;
    }

    /* ---- Output ---- */

    /** Makes records of bytes as long as there is room for them. */
    private boolean wrap(ByteBuffer from) throws IOException {
        if (out == NOTHING) {
            out = buffers.takeLarge();
        }
        out.clear();
        unanswered = 0;
        boolean data = from != NOTHING;
        SSLEngineResult result;
        try {
            do {
                result = engine.wrap(from, out);
                if (data) {
                    writeCount += result.bytesConsumed();
                }
            } while (data
                    && from.hasRemaining()
                    && result.getStatus() == SSLEngineResult.Status.OK
                    && out.remaining() >= engine.getSession().getPacketBufferSize());
        } finally {
            // Also after an error: what is behind the position is not ours to send.
            out.flip();
        }
        boolean tooSmall =
                result.getStatus() == SSLEngineResult.Status.BUFFER_OVERFLOW && !out.hasRemaining();
        if (tooSmall) {
            buffers.give(out);
            out = ByteBuffer.allocate(
                            Math.max(2 * out.capacity(), engine.getSession().getPacketBufferSize()))
                    .limit(0);
        }
        if (data && result.getStatus() == SSLEngineResult.Status.CLOSED && writeCount == 0) {
            throw new SSLException(peer + " has closed the connection, and "
                    + engine.getSession().getProtocol() + " knows no half of one");
        }
        return true;
    }

    private boolean drain() {
        int given = out.remaining();
        Promise<Integer> writing = Promise.apply(() -> sink.write(out.duplicate()));
        if (writing.isPending()) {
            draining = writing;
            writing.onAny(
                    count -> {
                        draining = null;
                        drained(count, given);
                        pump();
                    },
                    cause -> {
                        draining = null;
                        fail(cause);
                        settle();
                    });
            return false;
        }
        if (writing.state() instanceof Promise.State.Fulfilled<Integer> done) {
            drained(done.value(), given);
        } else if (writing.state() instanceof Promise.State.Rejected<Integer> rejected) {
            fail(rejected.cause());
        }
        return true;
    }

    private void drained(int count, int given) {
        if (count < 1 || count > given) {
            fail(new IllegalStateException("a byte sink answered " + count));
        } else if (!over) {
            out.position(out.position() + count);
        }
    }

    /* ---- Input ---- */

    private boolean wantsInput() {
        return !over && (readInto != null || writeFrom != null || !handshaken);
    }

    private boolean unwrap() throws IOException {
        if (filling != null || plain.hasRemaining() || !wantsInput()) {
            return false;
        }
        if (!in.hasRemaining()) {
            return fill();
        }
        ByteBuffer into = readInto;
        boolean direct =
                into != null && into.remaining() >= engine.getSession().getApplicationBufferSize();
        ByteBuffer target = direct && into != null ? into : plainBuffer();
        SSLEngineResult result;
        try {
            result = engine.unwrap(in, target);
        } finally {
            // Also after an error: what is behind the position has not been decrypted for us.
            if (!direct) {
                plain.flip();
            }
        }
        switch (result.getStatus()) {
            case BUFFER_UNDERFLOW -> {
                return fill();
            }
            case BUFFER_OVERFLOW -> {
                // Only `plain` can be too small: the session has been asked about the other.
                ByteBuffer larger = ByteBuffer.allocate(Math.max(
                        2 * plain.capacity(), engine.getSession().getApplicationBufferSize()));
                buffers.give(plain);
                plain = larger.limit(0);
                return true;
            }
            case CLOSED -> {
                return inputClosed();
            }
            default -> {
                // As it was before the switch.
            }
        }
        if (direct && result.bytesProduced() > 0) {
            readInto = null;
            readCount = result.bytesProduced();
        } else if (plain.hasRemaining() && into != null) {
            readCount = transfer(into);
            readInto = null;
        } else {
            unanswered++;
        }
        return true;
    }

    private ByteBuffer plainBuffer() {
        if (plain == NOTHING) {
            plain = buffers.takeSmall();
        }
        return plain.clear();
    }

    /** The other side says that nothing more comes. */
    private boolean inputClosed() throws IOException {
        if (!handshaken) {
            throw new SSLHandshakeException(peer + " has ended the TLS handshake");
        }
        if (ended) {
            return false;
        }
        end();
        return true;
    }

    private void end() {
        ended = true;
        if (readInto != null) {
            readInto = null;
            readCount = -1;
        }
    }

    /** Gets more bytes from below. */
    private boolean fill() throws IOException {
        if (sourceEnded) {
            return truncated();
        }
        ByteBuffer room = room();
        int end = room.position();
        in = room.duplicate().flip();
        Promise<Integer> reading = Promise.apply(() -> source.read(room));
        if (reading.isPending()) {
            filling = reading;
            reading.onAny(
                    count -> {
                        filling = null;
                        filled(count, end);
                        pump();
                    },
                    cause -> {
                        // A reader that was cancelled, which has lost nothing.
                        boolean expected = reading.isCancelled() && !wantsInput();
                        filling = null;
                        if (expected || over) {
                            return;
                        }
                        if (reading.isCancelled()) {
                            pump();
                            return;
                        }
                        fail(cause);
                        settle();
                    });
            return false;
        }
        if (reading.state() instanceof Promise.State.Fulfilled<Integer> done) {
            filled(done.value(), end);
        } else if (reading.state() instanceof Promise.State.Rejected<Integer> rejected) {
            fail(rejected.cause());
        }
        return true;
    }

    /** A view of `in`, or of a larger one, whose rest is free behind the bytes that are there. */
    private ByteBuffer room() {
        if (in == NOTHING) {
            in = buffers.takeSmall().limit(0);
        }
        if (in.remaining() < in.capacity()) {
            return in.compact();
        }
        ByteBuffer larger = ByteBuffer.allocate(2 * in.capacity()).put(in);
        buffers.give(in);
        return larger;
    }

    private void filled(int count, int end) {
        if (over) {
            return;
        }
        if (count == -1) {
            sourceEnded = true;
        } else if (count < 1 || count > in.capacity() - end) {
            fail(new IllegalStateException("a byte source answered " + count));
        } else {
            in.limit(end + count);
        }
    }

    /** The bytes have ended without a word, as they also do when somebody cuts the line. */
    private boolean truncated() throws IOException {
        if (!handshaken) {
            throw new SSLHandshakeException(
                    peer + " has closed the connection during the TLS handshake");
        }
        if (!truncationAllowed || in.hasRemaining()) {
            throw new TruncatedException(peer
                    + " has closed the connection without close_notify:"
                    + " what it sent may have been cut off");
        }
        end();
        return true;
    }

    /* ---- Results ---- */

    /** Resolves the promises of those who have what they waited for. */
    private void settle() {
        Throwable cause = error;
        Resolver<Boolean> shaking = handshake;
        boolean tooLate = beginning && isHalfClosed();
        if (shaking != null && (cause != null || tooLate || (handshaken && !beginning))) {
            handshake = null;
            beginning = false;
            finish(shaking, true, cause == null && tooLate ? halfClosed() : cause);
        }
        Resolver<Integer> writing = writer;
        if (writing != null && (cause != null || writeFrom == null)) {
            writer = null;
            writeFrom = null;
            finish(writing, writeCount, cause);
        }
        Resolver<Boolean> closing = outputClosed;
        if (closing != null && (cause != null || isOutputClosed())) {
            outputClosed = null;
            finish(closing, true, cause);
        }
        Resolver<Integer> reading = reader;
        if (reading != null && (cause != null || readInto == null)) {
            boolean served = readInto == null;
            reader = null;
            readInto = null;
            finish(reading, readCount, served ? null : cause);
        }
    }

    private static <T> void finish(Resolver<T> resolver, T value, @Nullable Throwable cause) {
        if (cause != null) {
            resolver.tryReject(cause);
        } else {
            resolver.tryResolve(value);
        }
    }

    private void fail(Throwable cause) {
        if (error != null) {
            return;
        }
        error = TlsErrors.explained(cause, peer, handshaken);
        if (readInto != null && reader == null) {
            readInto = null;
        }
        if (writeFrom != null && writer == null) {
            writeFrom = null;
        }
        if (cause instanceof SSLException && !computing && draining == null && !over) {
            sendAlert();
        }
    }

    /** Tells the other side why, if that can be done at once. */
    private void sendAlert() {
        try {
            for (int i = 0;
                    i < 4
                            && engine.getHandshakeStatus()
                                    == SSLEngineResult.HandshakeStatus.NEED_WRAP;
                    i++) {
                if (!out.hasRemaining()) {
                    wrap(NOTHING);
                }
                if (!out.hasRemaining()) {
                    return;
                }
                int given = out.remaining();
                Promise<Integer> writing = Promise.apply(() -> sink.write(out.duplicate()));
                if (!(writing.state() instanceof Promise.State.Fulfilled<Integer> done)) {
                    writing.cancel();
                    return;
                }
                out.position(out.position() + Math.min(given, Math.max(0, done.value())));
            }
        } catch (IOException | RuntimeException e) {
            // The first error is the one that matters.
            requireNonNull(error).addSuppressed(e);
        }
    }

    /** Gives back buffers that are empty, so that an idle connection has none to itself. */
    private void release() {
        if (plain != NOTHING && !plain.hasRemaining()) {
            buffers.give(plain);
            plain = NOTHING;
        }
        if (out != NOTHING && !out.hasRemaining() && draining == null) {
            buffers.give(out);
            out = NOTHING;
        }
        if (in != NOTHING && !in.hasRemaining() && filling == null) {
            buffers.give(in);
            in = NOTHING;
        }
    }

    /* ---- The end ---- */

    private boolean isOutputClosed() {
        // While a thread of the pool computes, the engine would make us wait for it.
        return !computing && closingOutput && engine.isOutboundDone() && !out.hasRemaining();
    }

    @Override
    public Promise<@Nullable Void> shutdown() {
        return closeOutput().flatMap(done -> Promise.unit());
    }

    /** Sends close_notify after everything that was written; nothing more can be written then. */
    private Promise<Boolean> closeOutput() {
        if (error != null) {
            return Promise.failed(error);
        }
        if (closingOutput && isOutputClosed()) {
            return Promise.ofTrue();
        }
        closingOutput = true;
        if (outputClosed == null) {
            outputClosed = Resolver.uncancellable();
        }
        Promise<Boolean> done = outputClosed.promise();
        pump();
        return done;
    }

    /**
     * Closes the connection: with close_notify, unless that would be a lie, since the output is not
     * complete.
     */
    @Override
    public Promise<@Nullable Void> close() {
        if (closed == null) {
            Resolver<@Nullable Void> done = Resolver.uncancellable();
            closed = done.promise();
            boolean complete = error == null && handshaken && writeFrom == null;
            Promise<?> farewell = complete
                    ? Promise.pick(
                            closeOutput(), EventLoop.sleep(CLOSE_PATIENCE).map(late -> false))
                    : Promise.unit();
            farewell.outcome()
                    .flatMap(said -> end(new ClosedChannelException(), closeBelow))
                    .onAny(done::resolve, done::reject);
        }
        return closed;
    }

    /** Closes what is below at once, without a word: the output is not complete. */
    @Override
    public Promise<@Nullable Void> abort() {
        return abort(new ClosedChannelException());
    }

    /** Closes what is below at once for a reason. */
    Promise<@Nullable Void> abort(Throwable cause) {
        if (closed == null) {
            closed = end(cause, sink::abort);
        }
        return closed;
    }

    /** Closes what is below after a handshake that failed, which the other side may hear of. */
    Promise<@Nullable Void> giveUp(Throwable cause) {
        if (closed == null) {
            closed = end(cause, closeBelow);
        }
        return closed;
    }

    private Promise<@Nullable Void> end(
            Throwable cause, Callable<Promise<@Nullable Void>> closing) {
        over = true;
        if (error == null) {
            error = cause;
        }
        // Whoever below still has a buffer may keep it; the others are of use to somebody else.
        if (filling != null) {
            filling.cancel();
        } else {
            buffers.give(in);
        }
        if (draining != null) {
            draining.cancel();
        } else if (!pumping) {
            buffers.give(out);
        }
        in = NOTHING;
        out = NOTHING;
        plain = NOTHING;
        settle();
        return Promise.apply(closing);
    }

    @Override
    public String toString() {
        return "TLS with " + peer;
    }
}
