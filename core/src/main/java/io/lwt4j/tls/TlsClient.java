package io.lwt4j.tls;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.net.TcpClient;
import io.lwt4j.net.TcpSocket;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * Makes encrypted connections to servers: {@code Lwt_ssl.ssl_connect}.
 *
 * <pre>{@code
 * TlsClient.withConnection("example.org", 443, TlsOptions.defaults(), connection -> ...)
 * }</pre>
 *
 * <p>The server has to have a certificate for the host by somebody who is trusted, see
 * {@link TlsOptions}. If not, the promise is rejected with a
 * {@link javax.net.ssl.SSLHandshakeException} whose message says what is wrong with it.
 *
 * <p>Cancelling the promise of a connection closes what is below it.
 *
 * <p>Null rule: nothing may be null. Thread rule: a loop's thread; connections belong to that loop.
 */
public final class TlsClient {

    private TlsClient() {}

    /**
     * Connects to a host and does the handshake. See {@link TcpClient#connect(String, int)}.
     *
     * @param host the name or the address, which the certificate has to be for
     * @param port the port
     * @param options whom to trust and what to speak
     * @return the promise of the connection; rejected with an {@link IOException} if there is none
     */
    public static Promise<TlsConnection> connect(String host, int port, TlsOptions options) {
        return connect(TcpClient.builder(), host, port, options);
    }

    /**
     * Connects to a host, in a way of one's own, and does the handshake.
     *
     * @param tcp how to connect
     * @param host the name or the address, which the certificate has to be for
     * @param port the port
     * @param options whom to trust and what to speak
     * @return the promise of the connection; rejected with an {@link IOException} if there is none
     */
    public static Promise<TlsConnection> connect(
            TcpClient.Builder tcp, String host, int port, TlsOptions options) {
        requireNonNull(options, "options");
        return tcp.connectSocket(host, port).flatMap(socket -> over(socket, host, port, options));
    }

    /**
     * Connects to a host, uses the connection, and closes it, whatever comes of it: if {@code body}
     * fails or is cancelled, without saying that the output was complete. Cancelling the promise
     * while the connection is closed aborts it.
     *
     * @param host the name or the address, which the certificate has to be for
     * @param port the port
     * @param options whom to trust and what to speak
     * @param body what to do with the connection
     * @param <T> the type of the result
     * @return the promise of the result of {@code body}
     */
    public static <T extends @Nullable Object> Promise<T> withConnection(
            String host,
            int port,
            TlsOptions options,
            CheckedFunction<? super TlsConnection, ? extends Promise<? extends T>> body) {
        requireNonNull(body, "body");
        return connect(host, port, options).flatMap(connection -> connection.use(body));
    }

    /**
     * Does the handshake over a socket, to which nobody else refers from now on:
     * {@code Lwt_ssl.embed_socket}. If that fails the socket is closed.
     *
     * @param socket the socket, connected
     * @param host the name or the address, which the certificate has to be for
     * @param port the port, by which sessions are found that can be resumed
     * @param options whom to trust and what to speak
     * @return the promise of the connection
     */
    public static Promise<TlsConnection> over(
            TcpSocket socket, String host, int port, TlsOptions options) {
        requireNonNull(socket, "socket");
        return TlsConnection.over(
                socket, options, requireNonNull(host, "host"), port, host + ":" + port);
    }

    /**
     * Does the handshake over channels, of whatever kind, to which nobody else refers from now on;
     * for protocols that begin without encryption. If that fails the channels are closed.
     *
     * @param channels the channels, where nothing of the plain protocol is left to be read
     * @param host the name or the address, which the certificate has to be for
     * @param port the port, by which sessions are found that can be resumed
     * @param options whom to trust and what to speak
     * @return the promise of the connection
     */
    public static Promise<TlsConnection> over(
            ChannelPair channels, String host, int port, TlsOptions options) {
        requireNonNull(channels, "channels");
        return TlsConnection.over(
                channels, options, requireNonNull(host, "host"), port, host + ":" + port);
    }
}
