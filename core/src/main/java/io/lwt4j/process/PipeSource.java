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

    private final Pipe.SourceChannel channel;
    private final Readiness readiness;

    /** Takes over a pipe in non-blocking mode, for the current loop. */
    PipeSource(Pipe.SourceChannel channel) throws IOException {
        this.channel = channel;
        this.readiness = Readiness.of(channel);
    }

    @Override
    public int readNow(ByteBuffer into) throws IOException {
        if (!readiness.mayTry(SelectionKey.OP_READ)) {
            return 0;
        }
        int count = channel.read(into);
        if (count > 0) {
            readiness.countSuccess(SelectionKey.OP_READ);
        }
        return count;
    }

    @Override
    public Promise<@Nullable Void> whenReadable() {
        return readiness.whenReady(SelectionKey.OP_READ);
    }

    /** Reads what is there, however much has been read in a row, and whoever waits for it. */
    int takeNow(ByteBuffer into) throws IOException {
        return channel.read(into);
    }

    @Override
    public Promise<@Nullable Void> close() {
        return readiness.close();
    }
}
