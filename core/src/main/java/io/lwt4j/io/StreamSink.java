package io.lwt4j.io;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.function.Supplier;

/** A stream of Java as the sink of a channel; it is written on another thread, as it may block. */
final class StreamSink implements ByteSink {

    private final EventLoop loop = EventLoop.current();
    private final Supplier<? extends OutputStream> out;
    private final Streams.@Nullable Owned owned;
    private @Nullable Resolver<Integer> writing;

    /**
     * Makes a sink.
     *
     * @param out the stream, asked for with each write
     * @param owned whether it is to be closed with the channel, or with the loop
     */
    StreamSink(Supplier<? extends OutputStream> out, boolean owned) {
        this.out = out;
        this.owned = owned ? new Streams.Owned(loop, () -> out.get().close()) : null;
    }

    @Override
    public Promise<Integer> write(ByteBuffer from) {
        byte[] bytes = new byte[Math.min(from.remaining(), Streams.CHUNK)];
        from.get(bytes);
        // The thread cannot take back what it has been given.
        Resolver<Integer> resolver = Resolver.uncancellable();
        writing = resolver;
        Streams.execute(() -> {
            try {
                writeFully(out.get(), bytes);
                Streams.tell(loop, () -> resolver.tryResolve(bytes.length));
            } catch (IOException | RuntimeException e) {
                Streams.tell(loop, () -> resolver.tryReject(e));
            }
        });
        return resolver.promise();
    }

    private static void writeFully(OutputStream out, byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        if (out instanceof PrintStream print && print.checkError()) {
            throw new IOException("the stream takes no more bytes");
        }
    }

    @Override
    public Promise<@Nullable Void> close() {
        Resolver<Integer> pending = writing;
        if (pending != null) {
            pending.tryReject(new AsynchronousCloseException());
        }
        return owned == null ? Promise.unit() : owned.close();
    }
}
