package io.lwt4j.net;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.Promise;
import io.lwt4j.io.ChannelOptions;
import io.lwt4j.io.ChannelPair;

import org.jspecify.annotations.Nullable;

import java.net.SocketAddress;
import java.time.Duration;

/** A connection that is served by way of its channels. */
final class ChannelConversation implements TcpServer.Conversation {

    /** How long a client that goes on sending may take to notice that nobody reads. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final TcpSocket socket;
    private final ChannelPair channels;
    private final CheckedBiFunction<
                    ? super ChannelPair, ? super SocketAddress, ? extends Promise<?>>
            handler;

    ChannelConversation(
            TcpSocket socket,
            ChannelOptions options,
            CheckedBiFunction<? super ChannelPair, ? super SocketAddress, ? extends Promise<?>>
                    handler) {
        this.socket = socket;
        this.channels = socket.channels(options);
        this.handler = handler;
    }

    @Override
    public Promise<?> handle(SocketAddress peer) throws Exception {
        return handler.apply(channels, peer);
    }

    @Override
    public Promise<@Nullable Void> end() {
        if (channels.output().isClosed() || channels.input().isClosed()) {
            return channels.close();
        }
        // An error of the flush is one of the closing as well.
        return channels.output()
                .flush()
                .outcome()
                .flatMap(flushed -> socket.closeGently(PATIENCE).outcome())
                .flatMap(over -> channels.close());
    }
}
