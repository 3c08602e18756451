package io.lwt4j.tls;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.Promise;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.net.TcpServer;
import io.lwt4j.net.TcpSocket;

import java.net.SocketAddress;

/**
 * Accepts encrypted connections: {@code Lwt_ssl.ssl_accept}.
 *
 * <pre>{@code
 * TlsServer.listen(new InetSocketAddress(8443), options, (connection, peer) -> ...)
 * }</pre>
 *
 * <p>The server is a {@link TcpServer} like any other. The handler is called after the handshake;
 * if that fails the handler of the loop hears of it, and the server goes on. A handler that fails
 * has its connection aborted, so that the client does not take the output for complete.
 *
 * <p>Null rule: nothing may be null. Thread rule: a loop's thread; connections belong to that loop.
 */
public final class TlsServer {

    private TlsServer() {}

    /**
     * Listens on an address. See {@link TcpServer#listen}.
     *
     * @param address the address
     * @param options who the server is; it needs an {@linkplain TlsOptions.Builder#identity
     *     identity}
     * @param handler what to do with each connection
     * @return the promise of the server
     */
    public static Promise<TcpServer> listen(
            SocketAddress address,
            TlsOptions options,
            CheckedBiFunction<? super TlsConnection, ? super SocketAddress, ? extends Promise<?>>
                    handler) {
        return listen(TcpServer.builder(), address, options, handler);
    }

    /**
     * Listens on an address, in a way of one's own.
     *
     * @param tcp how to listen
     * @param address the address
     * @param options who the server is; it needs an {@linkplain TlsOptions.Builder#identity
     *     identity}
     * @param handler what to do with each connection
     * @return the promise of the server
     */
    public static Promise<TcpServer> listen(
            TcpServer.Builder tcp,
            SocketAddress address,
            TlsOptions options,
            CheckedBiFunction<? super TlsConnection, ? super SocketAddress, ? extends Promise<?>>
                    handler) {
        requireNonNull(options, "options");
        requireNonNull(handler, "handler");
        return tcp.listenSockets(
                address,
                (socket, peer) -> TlsConnection.over(socket, options, null, 0, peer.toString())
                        .flatMap(connection ->
                                connection.<Object>use(it -> handler.apply(it, peer))));
    }

    /**
     * Does the handshake over a socket, to which nobody else refers from now on. If that fails the
     * socket is closed. Cancelling the promise closes it, too.
     *
     * @param socket the socket, connected
     * @param options who the server is
     * @return the promise of the connection
     */
    public static Promise<TlsConnection> over(TcpSocket socket, TlsOptions options) {
        requireNonNull(socket, "socket");
        return TlsConnection.over(socket, options, null, 0, "the client");
    }

    /**
     * Does the handshake over channels, of whatever kind, to which nobody else refers from now on;
     * for protocols that begin without encryption. If that fails the channels are closed.
     * Cancelling the promise closes them, too.
     *
     * @param channels the channels, where nothing of the plain protocol is left to be read
     * @param options who the server is
     * @return the promise of the connection
     */
    public static Promise<TlsConnection> over(ChannelPair channels, TlsOptions options) {
        requireNonNull(channels, "channels");
        return TlsConnection.over(channels, options, null, 0, "the client");
    }
}
