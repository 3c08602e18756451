package io.lwt4j.net;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.net.SocketAddress;

/** A connection that is served by way of its socket. */
record SocketConversation(
        TcpSocket socket,
        CheckedBiFunction<? super TcpSocket, ? super SocketAddress, ? extends Promise<?>> handler)
        implements TcpServer.Conversation {

    @Override
    public Promise<?> handle(SocketAddress peer) throws Exception {
        return handler.apply(socket, peer);
    }

    @Override
    public Promise<@Nullable Void> end() {
        return socket.closeGently(GentleSink.PATIENCE);
    }
}
