package io.lwt4j.net;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Listens for connections, and accepts one whenever it is asked to: {@code Lwt_unix.listen} and
 * {@code accept}. Most programs want a {@link TcpServer}, which goes on by itself.
 *
 * <p>Null rule: nothing may be null. Thread rule: the thread of the loop it was made on only.
 */
public final class TcpListener {

    private final ServerSocketChannel channel;
    private final Readiness readiness;
    private final SocketAddress localAddress;

    private TcpListener(ServerSocketChannel channel) throws IOException {
        this.channel = channel;
        this.localAddress = requireNonNull(channel.getLocalAddress(), "not bound");
        this.readiness = new Readiness(channel);
    }

    /**
     * Listens on an address; {@code SO_REUSEADDR} is set. Of a Unix domain socket the file is not
     * deleted in the end, unlike with a server. Cancelling does nothing, since that is at once.
     *
     * @param address the address; with port 0 the system chooses one
     * @return the promise of the listener; rejected with an {@link IOException} that names the
     *     address if nobody can listen there
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static Promise<TcpListener> listen(SocketAddress address) {
        requireNonNull(address, "address");
        EventLoop.current();
        return Promise.wrap(() ->
                new TcpListener(Listening.on(address, Listening.BACKLOG, new SocketOptions())));
    }

    /**
     * Waits for the next connection: {@code Lwt_unix.accept}. Calls are served in their order.
     * Cancelling the promise takes none away: a connection that comes later is for the next call.
     *
     * @return the promise of the socket, see {@link TcpSocket#remoteAddress}; rejected with an
     *     {@link IOException} if the system says so, for want of descriptors, say
     */
    public Promise<TcpSocket> accept() {
        return readiness.when(
                SelectionKey.OP_ACCEPT,
                it -> {
                    SocketChannel client = it.accept();
                    return client == null ? null : new TcpSocket(client);
                },
                channel);
    }

    /**
     * Waits for the next connection, and takes what others wait already: {@code Lwt_unix.accept_n}.
     * An error that comes after some connections does not reject the promise, since they would be
     * lost.
     *
     * @param count the most connections, at least one
     * @return the promise of the connections; see {@link #accept}
     * @throws IllegalArgumentException if the count is less than one
     */
    public Promise<Accepted> acceptUpTo(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count: " + count + " is less than one");
        }
        return readiness.when(SelectionKey.OP_ACCEPT, it -> acceptNow(it, count), channel);
    }

    private static @Nullable Accepted acceptNow(ServerSocketChannel channel, int count)
            throws IOException {
        List<TcpSocket> sockets = new ArrayList<>();
        while (sockets.size() < count) {
            try {
                SocketChannel client = channel.accept();
                if (client == null) {
                    break;
                }
                sockets.add(new TcpSocket(client));
            } catch (IOException e) {
                if (sockets.isEmpty()) {
                    throw e;
                }
                return new Accepted(sockets, Optional.of(e));
            }
        }
        return sockets.isEmpty() ? null : new Accepted(sockets, Optional.empty());
    }

    /**
     * What {@link #acceptUpTo} got.
     *
     * @param sockets at least one
     * @param error why there are not more, if that is not because no more clients waited
     */
    public record Accepted(List<TcpSocket> sockets, Optional<IOException> error) {

        /**
         * Copies the list.
         *
         * @param sockets at least one
         * @param error why there are not more
         */
        public Accepted {
            sockets = List.copyOf(sockets);
            requireNonNull(error, "error");
        }
    }

    /**
     * The address this listens on: {@code Lwt_unix.getsockname}.
     *
     * @return the address, with the real port
     */
    public SocketAddress localAddress() {
        return localAddress;
    }

    /**
     * The value of an option of the listening socket: {@code Lwt_unix.getsockopt}.
     *
     * @param option the option
     * @param <T> the type of its value
     * @return the value; null for some options that were never set
     * @throws IOException if this is closed, or the system refuses
     */
    public <T> @Nullable T option(SocketOption<T> option) throws IOException {
        return channel.getOption(option);
    }

    /**
     * Stops listening: {@code Lwt_unix.close}. Calls of {@link #accept} that wait are rejected.
     * Doing so twice is harmless. Cancelling the promise does nothing.
     *
     * @return the promise of the end of it, after which the port is free
     */
    public Promise<@Nullable Void> close() {
        return readiness
                .close()
                .<@Nullable Void>flatMap(closed -> Listening.released(channel))
                .uncancellable();
    }

    /**
     * A description for people.
     *
     * @return the address
     */
    @Override
    public String toString() {
        return "TcpListener(" + localAddress + (readiness.isClosed() ? ", closed)" : ")");
    }
}
