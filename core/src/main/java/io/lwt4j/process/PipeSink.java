package io.lwt4j.process;

import io.lwt4j.Promise;
import io.lwt4j.io.ByteSink;
import io.lwt4j.net.Readiness;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;

/** What a process reads, into a pipe that the engine of the loop watches. */
final class PipeSink implements ByteSink {

    private final Readiness readiness;
    private final Readiness.Attempt<ByteBuffer, Integer> writing;

    /** Takes over a pipe in non-blocking mode, for the current loop. */
    PipeSink(Pipe.SinkChannel channel) throws IOException {
        this.readiness = Readiness.of(channel);
        this.writing = from -> {
            int count = channel.write(from);
            return count == 0 ? null : (Integer) count;
        };
    }

    @Override
    public Promise<Integer> write(ByteBuffer from) {
        return readiness.when(SelectionKey.OP_WRITE, writing, from);
    }

    @Override
    public Promise<@Nullable Void> close() {
        return readiness.close();
    }
}
