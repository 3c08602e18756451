package io.lwt4j.net;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.engine.Engine;
import io.lwt4j.io.ChannelPair;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * Accepts connections: {@code Lwt_io.establish_server_with_client_address}.
 *
 * <p>For each client the handler is called with the {@linkplain ChannelPair connection} and the
 * client's address. When its promise is resolved, the output is flushed and the connection closed.
 * If the handler or the closing fails, the handler of the loop hears of it, and the server goes on.
 * It also goes on when it cannot accept a connection, for want of file descriptors, say: the loop's
 * handler hears of the first error in a row, and the server tries again after a while.
 *
 * <p>Thread rule: the thread of the loop it was made on only. Handlers run there.
 */
public final class TcpServer {

    private static final int BACKLOG = 1024;

    /** The most connections accepted before the loop's other work has its turn. */
    private static final int ACCEPTED_AT_ONCE = 64;

    private static final Duration RETRY = Duration.ofMillis(100);

    private final EventLoop loop = EventLoop.current();
    private final ServerSocketChannel channel;
    private final CheckedBiFunction<
                    ? super ChannelPair, ? super SocketAddress, ? extends Promise<?>>
            handler;
    private final SocketAddress localAddress;
    private final Engine.Registration registration;

    /** Errors of accept in a row. */
    private int failures;

    private @Nullable Promise<@Nullable Void> retry;
    private @Nullable Promise<@Nullable Void> closed;

    /** Serves a channel that is bound and in non-blocking mode. */
    TcpServer(
            ServerSocketChannel channel,
            CheckedBiFunction<? super ChannelPair, ? super SocketAddress, ? extends Promise<?>>
                    handler)
            throws IOException {
        this.channel = channel;
        this.handler = handler;
        this.localAddress = requireNonNull(channel.getLocalAddress(), "not bound");
        this.registration = loop.engine().register(channel, new Acceptor());
        registration.interest(SelectionKey.OP_ACCEPT);
    }

    /**
     * Listens on an address; the promise is resolved when clients can connect. Cancelling does
     * nothing, since that is at once.
     *
     * @param address the address; with port 0 the system chooses one, see {@link #localAddress()}
     * @param handler what to do with each connection
     * @return the promise of the server; rejected with an {@link IOException} that names the
     *     address if nobody can listen there
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static Promise<TcpServer> listen(
            SocketAddress address,
            CheckedBiFunction<? super ChannelPair, ? super SocketAddress, ? extends Promise<?>>
                    handler) {
        requireNonNull(address, "address");
        requireNonNull(handler, "handler");
        EventLoop.current();
        return Promise.wrap(() -> {
            ServerSocketChannel channel = ServerSocketChannel.open();
            try {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.bind(address, BACKLOG);
                return new TcpServer(channel, handler);
            } catch (IOException e) {
                channel.close();
                throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
            } catch (RuntimeException e) {
                channel.close();
                throw e;
            }
        });
    }

    /**
     * The address this server listens on.
     *
     * @return the address, with the real port
     */
    public SocketAddress localAddress() {
        return localAddress;
    }

    /**
     * Stops listening: {@code Lwt_io.shutdown_server}. Connections that have been accepted are not
     * touched. Cancelling the promise does nothing.
     *
     * @return the promise of the end of it, after which the port is free; always the same one
     * @throws io.lwt4j.LoopThreadException away from this server's loop
     */
    public Promise<@Nullable Void> close() {
        loop.checkCurrent("close");
        if (closed == null) {
            Resolver<@Nullable Void> done = Resolver.uncancellable();
            closed = done.promise();
            if (retry != null) {
                retry.cancel();
            }
            Promise.apply(() -> {
                        channel.close();
                        return released();
                    })
                    .onAny(done::resolve, done::reject);
        }
        return closed;
    }

    /** The system keeps the socket until the engine has looked at it once more. */
    private Promise<@Nullable Void> released() {
        return channel.isRegistered()
                ? EventLoop.pause().flatMap(turn -> released())
                : Promise.unit();
    }

    private void accept() {
        for (int i = 0; i < ACCEPTED_AT_ONCE && closed == null; i++) {
            try {
                SocketChannel client = channel.accept();
                if (client == null) {
                    return;
                }
                failures = 0;
                serve(client);
            } catch (IOException e) {
                notAccepted(e);
                return;
            }
        }
    }

    /** A client that has gone is no reason to wait, but what fails again would fail for long. */
    private void notAccepted(IOException e) {
        failures++;
        if (failures == 1) {
            report(e);
            return;
        }
        registration.interest(0);
        retry = EventLoop.sleep(RETRY)
                .onSuccess(over -> registration.interest(SelectionKey.OP_ACCEPT));
    }

    private void serve(SocketChannel client) throws IOException {
        SocketAddress peer = client.getRemoteAddress();
        ChannelPair connection = new TcpSocket(client).channels();
        Promise<Object> handled = Promise.of(connection).flatMap(it -> handler.apply(it, peer));
        handled.onFailure(this::report);
        handled.fold(
                        value -> connection.close(),
                        cause -> connection
                                .close()
                                // The same error need not be told twice.
                                .recover(e -> e == cause ? Promise.unit() : Promise.failed(e)))
                .onFailure(this::report);
    }

    /** Tells the loop's handler, unless all there is to tell is that the loop has ended. */
    private void report(Throwable error) {
        if (!loop.isClosed() || !(error instanceof ClosedChannelException)) {
            EventLoop.spawn(() -> Promise.failed(error));
        }
    }

    /**
     * A description for people.
     *
     * @return the address
     */
    @Override
    public String toString() {
        return "TcpServer(" + localAddress + (closed != null ? ", closed)" : ")");
    }

    private final class Acceptor implements Engine.Handler {

        @Override
        public void ready(int readyOps) {
            accept();
        }

        @Override
        public void closed() {
            EventLoop.spawn(TcpServer.this::close);
        }
    }
}
