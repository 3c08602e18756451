package io.lwt4j.net;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.ChannelOptions;
import io.lwt4j.io.ChannelPair;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Makes connections: {@code Lwt_io.open_connection} and {@code Lwt_io.with_connection}.
 *
 * <pre>{@code
 * TcpClient.withConnection("example.org", 80, connection -> ...)
 *
 * TcpClient.builder()
 *         .timeout(Duration.ofSeconds(5))
 *         .option(StandardSocketOptions.SO_KEEPALIVE, true)
 *         .connect("example.org", 80)
 * }</pre>
 *
 * <p>The two channels share one socket: closing either of them closes it, and what the other one
 * waits for is rejected. Small writes are sent without delay ({@code TCP_NODELAY}).
 *
 * <p>Null rule: nothing may be null. Thread rule: a loop's thread; elsewhere every method that
 * connects throws {@link io.lwt4j.LoopThreadException}. Connections belong to that loop.
 */
public final class TcpClient {

    private TcpClient() {}

    /**
     * Begins to describe a connection that is to have other options than the usual ones.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Connects to an address: {@code Lwt_io.open_connection}. If the address is unresolved, its
     * host is looked up first. It may also be that of a {@linkplain UnixDomainSocketAddress Unix
     * domain socket}.
     *
     * <p>Cancelling the promise closes the socket.
     *
     * @param address the address
     * @return the promise of the connection; rejected with an {@link IOException} that names the
     *     address if there is none
     */
    public static Promise<ChannelPair> connect(SocketAddress address) {
        return builder().connect(address);
    }

    /**
     * Looks a host up, without blocking the loop, and connects to that of its addresses that
     * answers first: an attempt begins when the one before has failed, or has taken 250
     * milliseconds, and IPv6 and IPv4 take turns (RFC 8305).
     *
     * <p>Cancelling the promise closes the sockets; a lookup is abandoned.
     *
     * @param host the name or the address
     * @param port the port, from 0 to 65535
     * @return the promise of the connection; rejected with the {@link IOException} of the lookup or
     *     of the last attempt that failed if there is none
     * @throws IllegalArgumentException if there can be no such port
     */
    public static Promise<ChannelPair> connect(String host, int port) {
        return builder().connect(host, port);
    }

    /**
     * Connects to an address, uses the connection, and closes it, whatever comes of it:
     * {@code Lwt_io.with_connection}. If {@code body} succeeds, what it has written is flushed
     * before; if it fails or is cancelled, the connection is aborted.
     *
     * <p>Cancelling the promise cancels the connecting, or the promise of {@code body}. If that is
     * fulfilled already, and the peer does not read the rest, the connection is aborted.
     *
     * @param address the address; see {@link #connect(SocketAddress)}
     * @param body what to do with the connection
     * @param <T> the type of the result
     * @return the promise of the result of {@code body}
     */
    public static <T extends @Nullable Object> Promise<T> withConnection(
            SocketAddress address,
            CheckedFunction<? super ChannelPair, ? extends Promise<? extends T>> body) {
        requireNonNull(body, "body");
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
        requireNonNull(body, "body");
        return use(connect(host, port), body);
    }

    private static <T extends @Nullable Object> Promise<T> use(
            Promise<ChannelPair> connecting,
            CheckedFunction<? super ChannelPair, ? extends Promise<? extends T>> body) {
        return connecting.flatMap(connection -> Promise.of(connection)
                .<T>flatMap(body)
                // Closing cannot be cancelled: who gives it up leaves it, and it is cut short.
                .flatMap(value ->
                        connection.close().onFailure(late -> {}).shielded().map(closed -> value))
                .recover(cause ->
                        connection.abort().outcome().flatMap(closed -> Promise.failed(cause))));
    }

    /** Connects a new channel, and closes it if that fails or is cancelled. */
    static Promise<TcpSocket> open(SocketChannel channel, SocketAddress address)
            throws IOException {
        TcpSocket socket = new TcpSocket(channel);
        return socket.connect(address)
                .fold(
                        done -> Promise.of(socket),
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
     * Describes a connection, and makes it.
     *
     * <p>Null rule: nothing may be null. Thread rule: one thread at a time; the methods that
     * connect see {@link TcpClient}.
     */
    public static final class Builder {

        private final SocketOptions socketOptions = new SocketOptions();
        private ChannelOptions channelOptions = ChannelOptions.defaults();
        private Function<String, Promise<List<InetAddress>>> lookup = Dns::resolve;
        private Duration attemptDelay = Duration.ofMillis(250);
        private @Nullable SocketAddress localAddress;
        private @Nullable Duration timeout;

        private Builder() {}

        /**
         * Sets an option of the socket, before it is connected.
         *
         * @param option the option
         * @param value its value
         * @param <T> the type of the value
         * @return this
         */
        public <T> Builder option(SocketOption<T> option, T value) {
            socketOptions.set(option, value);
            return this;
        }

        /**
         * Says how the channels of the connection are to behave.
         *
         * @param options the options
         * @return this
         */
        public Builder channels(ChannelOptions options) {
            channelOptions = requireNonNull(options, "options");
            return this;
        }

        /**
         * Says which address this end of the connection is to have.
         *
         * @param address the address; with port 0 the system chooses one
         * @return this
         */
        public Builder localAddress(SocketAddress address) {
            localAddress = requireNonNull(address, "address");
            return this;
        }

        /**
         * Says how long it may take to connect, the lookup included. Then the promise is rejected
         * with {@link SocketTimeoutException}. Without it the system decides, which mostly takes
         * minutes.
         *
         * @param duration the time
         * @return this
         */
        public Builder timeout(Duration duration) {
            timeout = requireNonNull(duration, "duration");
            return this;
        }

        /**
         * Says how long to wait for one address of a host before the next one is tried as well; 250
         * milliseconds if it is not said.
         *
         * @param duration the time
         * @return this
         */
        public Builder attemptDelay(Duration duration) {
            attemptDelay = requireNonNull(duration, "duration");
            return this;
        }

        /**
         * Says who knows the addresses of hosts, in place of {@link Dns#resolve}.
         *
         * @param resolve makes the promise of the addresses of a host, in the order of preference
         * @return this
         */
        public Builder lookup(Function<String, Promise<List<InetAddress>>> resolve) {
            lookup = requireNonNull(resolve, "resolve");
            return this;
        }

        /**
         * Connects to an address. See {@link TcpClient#connect(SocketAddress)}.
         *
         * @param address the address
         * @return the promise of the connection
         */
        public Promise<ChannelPair> connect(SocketAddress address) {
            ChannelOptions options = channelOptions;
            return connectSocket(address).map(socket -> socket.channels(options));
        }

        /**
         * Connects to a host. See {@link TcpClient#connect(String, int)}.
         *
         * @param host the name or the address
         * @param port the port, from 0 to 65535
         * @return the promise of the connection
         * @throws IllegalArgumentException if there can be no such port
         */
        public Promise<ChannelPair> connect(String host, int port) {
            ChannelOptions options = channelOptions;
            return connectSocket(host, port).map(socket -> socket.channels(options));
        }

        /**
         * Connects to an address, without channels: {@code Lwt_unix.connect}. See
         * {@link TcpClient#connect(SocketAddress)}.
         *
         * @param address the address
         * @return the promise of the socket
         */
        public Promise<TcpSocket> connectSocket(SocketAddress address) {
            requireNonNull(address, "address");
            if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
                return connectSocket(inet.getHostString(), inet.getPort());
            }
            EventLoop.current();
            Target target = target();
            return inTime(address, () -> target.open(address));
        }

        /**
         * Connects to a host, without channels. See {@link TcpClient#connect(String, int)}.
         *
         * @param host the name or the address
         * @param port the port, from 0 to 65535
         * @return the promise of the socket
         * @throws IllegalArgumentException if there can be no such port
         */
        public Promise<TcpSocket> connectSocket(String host, int port) {
            SocketAddress name = InetSocketAddress.createUnresolved(host, port);
            EventLoop.current();
            Target target = target();
            Duration step = attemptDelay;
            Function<String, Promise<List<InetAddress>>> resolve = lookup;
            return inTime(
                    name,
                    () -> resolve.apply(host).flatMap(addresses -> {
                        if (addresses.isEmpty()) {
                            throw new UnknownHostException(host + ": no address");
                        }
                        return HappyEyeballs.connect(
                                addresses,
                                step,
                                address -> target.open(new InetSocketAddress(address, port)),
                                TcpSocket::close);
                    }));
        }

        /** What has been said so far; the builder may be used again before this is done. */
        private Target target() {
            return new Target(socketOptions.copy(), localAddress);
        }

        private Promise<TcpSocket> inTime(SocketAddress name, Callable<Promise<TcpSocket>> body) {
            Duration limit = timeout;
            return limit == null
                    ? Promise.apply(body)
                    : EventLoop.withTimeout(limit, body).recover(TimeoutException.class, late -> {
                        IOException error = new SocketTimeoutException(
                                "cannot connect to " + name + " within " + limit);
                        error.initCause(late);
                        return Promise.failed(error);
                    });
        }
    }

    /** How a socket is to be when it connects. */
    private record Target(SocketOptions options, @Nullable SocketAddress localAddress) {

        Promise<TcpSocket> open(SocketAddress address) {
            return Promise.apply(() -> {
                SocketChannel channel = address instanceof UnixDomainSocketAddress
                        ? SocketChannel.open(StandardProtocolFamily.UNIX)
                        : SocketChannel.open();
                try {
                    options.applyTo(channel);
                    if (localAddress != null) {
                        channel.bind(localAddress);
                    }
                } catch (IOException e) {
                    channel.close();
                    return Promise.failed(named(e, address));
                } catch (RuntimeException e) {
                    channel.close();
                    throw e;
                }
                return TcpClient.open(channel, address);
            });
        }
    }
}
