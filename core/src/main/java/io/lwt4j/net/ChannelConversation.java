package io.lwt4j.net;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.Promise;
import io.lwt4j.io.ChannelOptions;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.io.InputChannel;
import io.lwt4j.io.OutputChannel;

import org.jspecify.annotations.Nullable;

import java.net.SocketAddress;

/** A connection that is served by way of its channels. */
final class ChannelConversation implements TcpServer.Conversation {

    private final ChannelPair channels;
    private final CheckedBiFunction<
                    ? super ChannelPair, ? super SocketAddress, ? extends Promise<?>>
            handler;

    ChannelConversation(
            TcpSocket socket,
            ChannelOptions options,
            CheckedBiFunction<? super ChannelPair, ? super SocketAddress, ? extends Promise<?>>
                    handler) {
        this.channels = new ChannelPair(
                InputChannel.of(socket, options),
                OutputChannel.of(new GentleSink(socket), options));
        this.handler = handler;
    }

    @Override
    public Promise<?> handle(SocketAddress peer) throws Exception {
        return handler.apply(channels, peer);
    }

    @Override
    public Promise<@Nullable Void> end() {
        return channels.close();
    }
}
