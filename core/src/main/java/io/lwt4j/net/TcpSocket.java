package io.lwt4j.net;

import io.lwt4j.Promise;
import io.lwt4j.io.ByteSink;
import io.lwt4j.io.ByteSource;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.io.InputChannel;
import io.lwt4j.io.OutputChannel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** One end of a connection: both the source and the sink of its two channels. */
final class TcpSocket implements ByteSource, ByteSink {

    private final SocketChannel channel;
    private final Readiness readiness;

    /** Takes a channel over, to which nobody else refers; closes it if that does not work. */
    TcpSocket(SocketChannel channel) throws IOException {
        this.channel = channel;
        try {
            channel.configureBlocking(false);
            // Small messages should not wait for the acknowledgement of those before them: the
            // output channel already sees to it that they are few.
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        this.readiness = new Readiness(channel);
    }

    /** Connects; cancelling that leaves the socket to be closed. */
    Promise<Boolean> connect(SocketAddress address) {
        return Promise.apply(() -> channel.connect(address)
                ? Promise.ofTrue()
                : readiness.when(
                        SelectionKey.OP_CONNECT, () -> channel.finishConnect() ? true : null));
    }

    ChannelPair channels() {
        return new ChannelPair(InputChannel.of(this), OutputChannel.of(this));
    }

    @Override
    public Promise<Integer> read(ByteBuffer into) {
        return readiness.when(SelectionKey.OP_READ, () -> {
            int count = channel.read(into);
            if (into.hasRemaining()) {
                readiness.drained();
            }
            return count == 0 ? null : (Integer) count;
        });
    }

    @Override
    public Promise<Integer> write(ByteBuffer from) {
        return readiness.when(SelectionKey.OP_WRITE, () -> {
            int count = channel.write(from);
            return count == 0 ? null : (Integer) count;
        });
    }

    @Override
    public Promise<@Nullable Void> shutdown() {
        return Promise.wrap(() -> {
            channel.shutdownOutput();
            return null;
        });
    }

    @Override
    public Promise<@Nullable Void> close() {
        return readiness.close();
    }
}
