package io.lwt4j.net;

import io.lwt4j.Promise;
import io.lwt4j.io.ByteSink;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * The output of a server's connection: when it is closed, whoever closes it, the client still gets
 * all of it.
 */
record GentleSink(TcpSocket socket) implements ByteSink {

    /** How long a client that goes on sending may take to notice that nobody reads. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    @Override
    public Promise<Integer> write(ByteBuffer from) {
        return socket.write(from);
    }

    @Override
    public boolean afterEvent(Runnable flush) {
        return socket.afterEvent(flush);
    }

    @Override
    public Promise<@Nullable Void> shutdown() {
        return socket.shutdown();
    }

    @Override
    public Promise<@Nullable Void> close() {
        return socket.closeGently(PATIENCE);
    }

    @Override
    public Promise<@Nullable Void> abort() {
        return socket.close();
    }
}
