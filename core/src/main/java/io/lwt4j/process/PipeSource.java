package io.lwt4j.process;

import io.lwt4j.Promise;
import io.lwt4j.io.NonBlockingSource;
import io.lwt4j.net.Readiness;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;

/** What a process writes, from a pipe that the engine of the loop watches. */
final class PipeSource implements NonBlockingSource {

    /**
     * So much is read without asking the engine. A process that writes as fast as we read would
     * else keep timers and all other channels from their turn.
     */
    private static final int AT_ONCE = 16;

    private final Pipe.SourceChannel channel;
    private final Readiness readiness;
    private int readsAtOnce;

    /** Takes over a pipe in non-blocking mode, for the current loop. */
    PipeSource(Pipe.SourceChannel channel) throws IOException {
        this.channel = channel;
        this.readiness = Readiness.of(channel);
    }

    @Override
    public int readNow(ByteBuffer into) throws IOException {
        if (readsAtOnce == AT_ONCE) {
            return 0;
        }
        readsAtOnce++;
        return channel.read(into);
    }

    @Override
    public Promise<@Nullable Void> whenReadable() {
        readsAtOnce = 0;
        return readiness.whenReady(SelectionKey.OP_READ);
    }

    /** Lets what is there be read at once, however much has been. */
    void anew() {
        readsAtOnce = 0;
    }

    @Override
    public Promise<@Nullable Void> close() {
        return readiness.close();
    }
}
