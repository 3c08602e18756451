package io.lwt4j.io;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/** What the channels of one output have in common: its sink, its buffer, and those who wait. */
final class OutputCore extends ChannelCore {

    /* Overview. pump() serves the operations in the queue: a write is done when its bytes have been
     * added to the buffer, a flush when the buffer is empty. Where the first operation is not done
     * yet, and also where `draining` says that somebody wants the buffer to get empty, pump()
     * writes to the sink: the buffer, or if that is empty, the data of a long write itself, which
     * saves the copy.
     */

    /** A write of so many bytes goes to the sink without a copy if it can. */
    private static final int LONG_WRITE = 8 << 10;

    final ByteSink sink;
    private final Runnable flushing = this::autoFlushNow;
    final TextCodec codec;
    final OutputBuffer buffer;

    private @Nullable Promise<Integer> writing;

    /** Whether the sink is being asked to write, which may call back those who write here. */
    private boolean asking;

    /** The long write whose own bytes are being written; null if those of the buffer are. */
    private @Nullable Write writingOwn;

    /** How many bytes were given to the sink. */
    private int given;

    /** The place in the output where the sink writes next. */
    private long offset;

    private boolean draining;
    private boolean autoFlushing;
    private boolean listed;
    private boolean shutdown;
    private boolean aborting;
    private @Nullable Throwable error;
    private @Nullable Promise<@Nullable Void> closed;
    private @Nullable Promise<@Nullable Void> sinkClosed;

    OutputCore(ByteSink sink, ChannelOptions options) {
        super("output channel");
        this.sink = sink;
        this.codec = new TextCodec(options);
        this.buffer = new OutputBuffer(options.bufferSize());
    }

    @Nullable
    Throwable error() {
        return error;
    }

    long position() {
        return offset + buffer.count();
    }

    /** What was begun before it was closed may go on: closing waits for it. */
    @Override
    boolean isClosed(Level place) {
        return (closed != null || shutdown) && place.outer == null;
    }

    boolean isCloseCalled() {
        return closed != null;
    }

    boolean isBusy() {
        return level.outer != null || !level.queue.isEmpty() || writing != null;
    }

    /* ---- Operations ---- */

    /** An error, or what {@link #refusal} says. */
    @Nullable
    Throwable refused(Level place, String operation) {
        Throwable refusal = refusal(place, operation);
        return error != null ? error : refusal;
    }

    Promise<@Nullable Void> write(Level place, byte[] data, int from, int count) {
        if (isFree(place) && count < LONG_WRITE && count <= buffer.room()) {
            buffer.append(data, from, count);
            autoFlush();
            return Promise.unit();
        }
        return submit(new Write(place, ByteBuffer.wrap(data, from, count)));
    }

    Promise<@Nullable Void> write(Level place, ByteBuffer data) {
        if (isFree(place) && data.remaining() < LONG_WRITE && data.remaining() <= buffer.room()) {
            buffer.append(data, data.remaining());
            autoFlush();
            return Promise.unit();
        }
        return submit(new Write(place, data));
    }

    /** Writes as much as fits, at least one byte. */
    Promise<Integer> writeSome(Level place, ByteBuffer data) {
        return data.hasRemaining() ? submit(new WriteSome(place, data)) : Promise.of(0);
    }

    Promise<@Nullable Void> flushed(Level place) {
        if (error != null) {
            return Promise.failed(error);
        }
        if (isFree(place) && buffer.isEmpty() && writing == null && !asking) {
            return Promise.unit();
        }
        return submit(new Flush(place));
    }

    /** Flushes all, in whatever section it is; where that ends meanwhile, it begins anew. */
    Promise<@Nullable Void> flushedInside() {
        Level place = level;
        return flushed(place)
                .fold(
                        flushed -> Promise.unit(),
                        cause -> error == null && place.over
                                ? flushedInside()
                                : Promise.failed(cause));
    }

    private <T extends @Nullable Object> Promise<T> submit(Operation<T> operation) {
        list();
        operation.place.queue.add(operation);
        pump();
        return operation.resolver.promise();
    }

    /** A write or a flush that waits. */
    private abstract class Operation<T extends @Nullable Object> extends Request {

        Level place;
        final Resolver<T> resolver = Resolver.cancellable();

        Operation(Level place) {
            this.place = place;
            resolver.promise().onCancel(this::cancelled);
        }

        void cancelled() {
            place.queue.remove(this);
            draining = true;
            pump();
        }

        @Override
        void reject(Throwable cause) {
            resolver.reject(cause);
        }

        /** Goes on as far as possible without the sink; whether that is the end of it. */
        abstract boolean advance();

        abstract void finish();
    }

    private final class Flush extends Operation<@Nullable Void> {

        Flush(Level place) {
            super(place);
        }

        @Override
        boolean advance() {
            return buffer.isEmpty();
        }

        @Override
        @SuppressWarnings("NullAway") // Does not see that T is Void here.
        void finish() {
            resolver.resolve(null);
        }
    }

    private final class Write extends Operation<@Nullable Void> {

        /** What is left to write. */
        private final ByteBuffer data;

        /** Whether the sink has been asked to take the data itself. */
        private boolean tried;

        /** Whether it is there on behalf of nobody: see {@link #keep}. */
        private boolean kept;

        Write(Level place, ByteBuffer data) {
            super(place);
            this.data = data;
            this.tried = data.remaining() < LONG_WRITE;
        }

        @Override
        void cancelled() {
            Promise<Integer> pending = writing;
            place.queue.remove(this);
            if (pending != null && writingOwn == this) {
                pending.cancel();
            }
            draining = true;
            pump();
        }

        @Override
        void reject(Throwable cause) {
            super.reject(cause);
            Promise<Integer> pending = writing;
            if (pending != null && writingOwn == this) {
                pending.cancel();
            }
        }

        @Override
        void leave(Level outer, Throwable cause) {
            if (kept) {
                place = outer;
                outer.queue.addFirst(this);
            } else {
                reject(cause);
            }
        }

        @Override
        boolean advance() {
            int count = data.remaining();
            // A long write is worth one attempt without a copy.
            if (count > 0 && (!(tried || !buffer.isEmpty()) || count > buffer.room())) {
                return false;
            }
            buffer.append(data, count);
            return true;
        }

        @Override
        @SuppressWarnings("NullAway") // Does not see that T is Void here.
        void finish() {
            resolver.resolve(null);
        }
    }

    private final class WriteSome extends Operation<Integer> {

        private final ByteBuffer data;
        private int count;

        WriteSome(Level place, ByteBuffer data) {
            super(place);
            this.data = data;
        }

        @Override
        boolean advance() {
            count = Math.min(data.remaining(), buffer.room());
            buffer.append(data, count);
            return count > 0;
        }

        @Override
        void finish() {
            resolver.resolve(count);
        }
    }

    /* ---- Serving the operations ---- */

    private void list() {
        if (!listed) {
            listed = true;
            Outputs outputs = Outputs.current();
            if (outputs != null) {
                outputs.add(this);
            }
        }
    }

    /** Sees to it that what is in the buffer now is on its way one pause later. */
    void autoFlush() {
        list();
        if (!autoFlushing && writing == null && !buffer.isEmpty()) {
            autoFlushing = true;
            if (!sink.afterEvent(flushing)) {
                EventLoop.pause().onAny(over -> autoFlushNow(), ends -> autoFlushing = false);
            }
        }
    }

    private void autoFlushNow() {
        autoFlushing = false;
        draining = true;
        pump();
    }

    @Override
    void pump() {
        while (writing == null && !asking && error == null) {
            Request first = level.queue.peek();
            if (first instanceof Turn turn) {
                level.queue.remove();
                turn.begin();
            } else if (first instanceof Operation<?> operation && operation.advance()) {
                level.queue.remove();
                operation.finish();
            } else if (first == null && (!draining || buffer.isEmpty())) {
                draining = false;
                autoFlush();
                return;
            } else {
                write(first instanceof Write own ? own : null);
            }
        }
    }

    /** Writes the buffer, or if that is empty, the bytes of the first operation. */
    private void write(@Nullable Write first) {
        ByteBuffer from;
        if (!buffer.isEmpty() || first == null) {
            from = buffer.lend();
            writingOwn = null;
        } else {
            from = first.data.duplicate();
            first.tried = true;
            writingOwn = first;
        }
        given = from.remaining();
        Promise<Integer> promise;
        asking = true;
        try {
            promise = Promise.apply(() -> sink.write(from));
        } finally {
            asking = false;
        }
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
            Write own = writingOwn;
            if (error != null || (own != null && own.place.queue.peek() != own)) {
                // It was aborted or cancelled while the sink was being asked.
                promise.cancel();
            }
            return;
        }
        if (promise.state() instanceof Promise.State.Fulfilled<Integer> fulfilled) {
            written(fulfilled.value());
        } else if (promise.state() instanceof Promise.State.Rejected<Integer> rejected) {
            failed(rejected.cause());
        }
    }

    /**
     * Takes over the bytes of a cancelled write if the sink, which cannot stop, is writing some of
     * them: what it does not take stays here as if the write had not been cancelled.
     *
     * @return whether that is so
     */
    boolean keep(ByteBuffer data) {
        Write own = writingOwn;
        if (own == null || own.data != data || error != null) {
            return false;
        }
        ByteBuffer copy =
                ByteBuffer.allocate(data.remaining()).put(data.duplicate()).flip();
        Write kept = new Write(own.place, copy);
        kept.tried = true;
        kept.kept = true;
        // Its writer is gone, and the channel's error is told to the next one.
        kept.resolver.promise().onFailure(cause -> {});
        own.place.queue.addFirst(kept);
        writingOwn = kept;
        return true;
    }

    private void written(int answer) {
        Write own = writingOwn;
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
        offset += count;
        if (own == null) {
            buffer.taken(count);
        } else {
            own.data.position(own.data.position() + count);
        }
    }

    private void failed(Throwable cause) {
        boolean expected = writingOwn != null && !writingOwn.place.queue.contains(writingOwn);
        writing = null;
        writingOwn = null;
        if (!expected || !(cause instanceof CanceledException)) {
            fail(cause);
        }
    }

    private void fail(Throwable cause) {
        if (error == null) {
            error = cause;
            buffer.drop();
            unlist();
            rejectAll(cause);
        }
    }

    private void unlist() {
        Outputs outputs = listed ? Outputs.current() : null;
        if (outputs != null) {
            outputs.remove(this);
        }
    }

    /* ---- Places ---- */

    Promise<@Nullable Void> seek(Level place, long position) {
        Level inner = inner(place);
        return section(
                inner,
                () -> flushed(inner)
                        .flatMap(empty -> sink.seek(position))
                        .<@Nullable Void>flatMap(moved -> {
                            offset = position;
                            return Promise.unit();
                        })
                        .uncancellable());
    }

    Promise<Long> length(Level place) {
        Level inner = inner(place);
        return section(inner, () -> flushed(inner).flatMap(empty -> sink.length()));
    }

    /* ---- The end ---- */

    Promise<@Nullable Void> shutdown(Level place) {
        shutdown = true;
        return flushed(place).<@Nullable Void>flatMap(done -> sink.shutdown()).uncancellable();
    }

    Promise<@Nullable Void> close(Level place) {
        if (closed == null) {
            Resolver<@Nullable Void> done = Resolver.uncancellable();
            closed = done.promise();
            closed(closed);
            flushed(place)
                    .fold(
                            flush -> closeSink(),
                            // Whatever closing says: what the user has to know is this.
                            cause -> closeSink().outcome().flatMap(over -> Promise.failed(cause)))
                    .onAny(done::resolve, done::reject);
        }
        return requireNonNull(closed);
    }

    Promise<@Nullable Void> abort() {
        aborting = true;
        Throwable aborted = new ChannelState.Closed("the output channel was aborted");
        if (closed == null) {
            Resolver<@Nullable Void> done = Resolver.uncancellable();
            closed = done.promise();
            closed(closed);
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
            unlist();
            Resolver<@Nullable Void> done = Resolver.uncancellable();
            sinkClosed = done.promise();
            Promise.apply(aborting ? sink::abort : sink::close).onAny(done::resolve, done::reject);
        }
        return sinkClosed;
    }
}
