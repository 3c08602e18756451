package io.lwt4j.net;

import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.ChannelPair;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * Makes connections: {@code Lwt_io.open_connection} and {@code Lwt_io.with_connection}.
 *
 * <p>The two channels share one socket: closing either of them closes it, and what the other one
 * waits for is rejected. Small writes are sent without delay ({@code TCP_NODELAY}).
 *
 * <p>Thread rule: a loop's thread; elsewhere every method throws
 * {@link io.lwt4j.LoopThreadException}. Connections belong to that loop.
 */
public final class TcpClient {

    private TcpClient() {}

    /**
     * Connects to an address: {@code Lwt_io.open_connection}. If the address is unresolved, its
     * host is looked up first.
     *
     * <p>Cancelling the promise closes the socket.
     *
     * @param address the address
     * @return the promise of the connection; rejected with an {@link IOException} that names the
     *     address if there is none
     */
    public static Promise<ChannelPair> connect(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.isUnresolved()
                ? connect(inet.getHostString(), inet.getPort())
                : open(address);
    }

    /**
     * Looks a host up, without blocking the loop, and connects to the first of its addresses that
     * answers, one after the other.
     *
     * <p>Cancelling the promise closes the socket; a lookup is abandoned.
     *
     * @param host the name or the address
     * @param port the port, from 0 to 65535
     * @return the promise of the connection; rejected with the {@link IOException} of the lookup or
     *     of the last address if there is none
     * @throws IllegalArgumentException if there can be no such port
     */
    public static Promise<ChannelPair> connect(String host, int port) {
        InetSocketAddress.createUnresolved(host, port);
        return AddressLookup.of(host).flatMap(addresses -> connect(addresses, 0, port));
    }

    /** Tries the addresses from number i on. */
    static Promise<ChannelPair> connect(List<InetAddress> addresses, int i, int port) {
        Promise<ChannelPair> connection = open(new InetSocketAddress(addresses.get(i), port));
        return i + 1 == addresses.size()
                ? connection
                : connection.recover(IOException.class, failure -> connect(addresses, i + 1, port));
    }

    private static Promise<ChannelPair> open(SocketAddress address) {
        EventLoop.current();
        return Promise.apply(() -> open(SocketChannel.open(), address));
    }

    /** Connects a new channel, and closes it if that fails or is cancelled. */
    static Promise<ChannelPair> open(SocketChannel channel, SocketAddress address)
            throws IOException {
        TcpSocket socket = new TcpSocket(channel);
        return socket.connect(address)
                .fold(
                        done -> Promise.of(socket.channels()),
                        cause -> socket.close()
                                .flatMap(closed -> Promise.failed(named(cause, address))));
    }

    private static Throwable named(Throwable cause, SocketAddress address) {
        // A closed channel is no answer of the address: the loop has ended.
        return cause instanceof IOException && !(cause instanceof ClosedChannelException)
                ? new ConnectException("cannot connect to " + address + ": " + cause.getMessage())
                        .initCause(cause)
                : cause;
    }

    /**
     * Connects to an address, uses the connection, and closes it, whatever comes of it:
     * {@code Lwt_io.with_connection}. If {@code body} succeeds, what it has written is flushed
     * before; if it fails or is cancelled, the connection is aborted.
     *
     * <p>Cancelling the promise cancels the connecting, or the promise of {@code body}; it does not
     * cancel the closing.
     *
     * @param address the address; see {@link #connect(SocketAddress)}
     * @param body what to do with the connection
     * @param <T> the type of the result
     * @return the promise of the result of {@code body}
     */
    public static <T extends @Nullable Object> Promise<T> withConnection(
            SocketAddress address,
            CheckedFunction<? super ChannelPair, ? extends Promise<? extends T>> body) {
        return use(connect(address), body);
    }

    /**
     * Connects to a host, uses the connection, and closes it, whatever comes of it. See
     * {@link #withConnection(SocketAddress, CheckedFunction)}.
     *
     * @param host the name or the address
     * @param port the port, from 0 to 65535
     * @param body what to do with the connection
     * @param <T> the type of the result
     * @return the promise of the result of {@code body}
     * @throws IllegalArgumentException if there can be no such port
     */
    public static <T extends @Nullable Object> Promise<T> withConnection(
            String host,
            int port,
            CheckedFunction<? super ChannelPair, ? extends Promise<? extends T>> body) {
        return use(connect(host, port), body);
    }

    private static <T extends @Nullable Object> Promise<T> use(
            Promise<ChannelPair> connecting,
            CheckedFunction<? super ChannelPair, ? extends Promise<? extends T>> body) {
        return connecting.flatMap(connection -> Promise.of(connection)
                .<T>flatMap(body)
                .fold(
                        value -> connection.close().map(closed -> value),
                        cause -> connection
                                .abort()
                                .outcome()
                                .flatMap(closed -> Promise.failed(cause))));
    }
}
