package io.lwt4j.net;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CanceledException;
import io.lwt4j.CheckedBiFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.engine.Engine;
import io.lwt4j.io.ChannelOptions;
import io.lwt4j.io.ChannelPair;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Accepts connections: {@code Lwt_io.establish_server_with_client_address}.
 *
 * <pre>{@code
 * TcpServer.listen(new InetSocketAddress(8080), (connection, peer) -> ...)
 *
 * TcpServer.builder()
 *         .maxConnections(10_000)
 *         .listen(new InetSocketAddress(8080), (connection, peer) -> ...)
 * }</pre>
 *
 * <p>For each client the handler is called with the {@linkplain ChannelPair connection} and the
 * client's address. When its promise is resolved, the output is flushed and the connection closed,
 * in such a way that the client gets all of the output, also if it is still sending. If the handler
 * or the closing fails, the handler of the loop hears of it, and the server goes on. After a
 * handler that failed the client has two seconds to take what is left of the output. The server
 * also goes on when it cannot accept a connection, for want of file descriptors, say: the loop's
 * handler hears of the first error in a row, and the server tries again after a while, which gets
 * longer up to a second.
 *
 * <p><b>The end.</b> {@link #close} only stops listening. {@link #shutdown} also waits for the
 * handlers, and aborts the connections that are left in the end. A handler that would wait for ever
 * should end when {@link #stopping} is fulfilled.
 *
 * <p>Null rule: nothing may be null. Thread rule: the thread of the loop it was made on only.
 * Handlers run there.
 */
public final class TcpServer {

    /** The most connections accepted before the loop's other work has its turn. */
    private static final int ACCEPTED_AT_ONCE = 64;

    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(1);

    /** How long a connection may take to end after a failure: to flush, and to close gently. */
    private static final Duration FAREWELL = GentleSink.PATIENCE.multipliedBy(2);

    private final EventLoop loop = EventLoop.current();
    private final ServerSocketChannel channel;
    private final Service service;
    private final SocketAddress localAddress;
    private final Engine.Registration registration;
    private final int maxConnections;
    private final SocketOptions clientOptions;

    private final Set<Connection> open = new LinkedHashSet<>();
    private final Resolver<@Nullable Void> stopping = Resolver.uncancellable();

    private long accepted;
    private long refused;

    /** Errors of accept in a row. */
    private int failures;

    private boolean paused;
    private @Nullable Promise<@Nullable Void> retry;
    private @Nullable Promise<@Nullable Void> closed;

    private @Nullable Promise<Integer> shutdown;
    private @Nullable Resolver<Boolean> drained;

    /** Why the last connections were aborted, once they are. */
    private @Nullable Throwable aborted;

    /** Serves a channel that is bound and in non-blocking mode. */
    TcpServer(ServerSocketChannel channel, Service service, int maxConnections) throws IOException {
        this(channel, service, maxConnections, new SocketOptions());
    }

    private TcpServer(
            ServerSocketChannel channel,
            Service service,
            int maxConnections,
            SocketOptions clientOptions)
            throws IOException {
        this.channel = channel;
        this.service = service;
        this.maxConnections = maxConnections;
        this.clientOptions = clientOptions;
        this.localAddress = requireNonNull(channel.getLocalAddress(), "not bound");
        this.registration = loop.engine().register(channel, new Acceptor());
        registration.interest(SelectionKey.OP_ACCEPT);
        // Who is out of descriptors may not be able to load a class either: those that are needed
        // then are used once before.
        backOff(FIRST_RETRY).cancel();
    }

    /**
     * Begins to describe a server that is to have other options than the usual ones.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Listens on an address; the promise is resolved when clients can connect. The address may be
     * that of a {@linkplain UnixDomainSocketAddress Unix domain socket}, whose file is deleted in
     * the end. Cancelling does nothing, since that is at once.
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
        return builder().listen(address, handler);
    }

    /**
     * The address this server listens on.
     *
     * @return the address, with the real port
     */
    public SocketAddress localAddress() {
        return localAddress;
    }

    /* ---- Accepting ---- */

    private void accept() {
        for (int i = 0; i < ACCEPTED_AT_ONCE && isAccepting(); i++) {
            SocketChannel client;
            try {
                client = channel.accept();
            } catch (IOException e) {
                notAccepted(e);
                return;
            }
            if (client == null) {
                return;
            }
            failures = 0;
            serve(client);
        }
    }

    private boolean isAccepting() {
        return closed == null && !paused && retry == null && open.size() < maxConnections;
    }

    private void watch() {
        int ops = isAccepting() ? SelectionKey.OP_ACCEPT : 0;
        if (ops != registration.interest()) {
            registration.interest(ops);
        }
    }

    /** A client that has gone is no reason to wait, but what fails again would fail for long. */
    private void notAccepted(IOException e) {
        failures++;
        refused++;
        if (failures == 1) {
            report(e);
            return;
        }
        Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 2, 10));
        retry = backOff(delay.compareTo(LAST_RETRY) < 0 ? delay : LAST_RETRY);
        watch();
    }

    private Promise<@Nullable Void> backOff(Duration delay) {
        return EventLoop.sleep(delay).onSuccess(over -> {
            retry = null;
            watch();
        });
    }

    private void serve(SocketChannel client) {
        Connection connection;
        SocketAddress peer;
        try {
            peer = requireNonNull(client.getRemoteAddress(), "not connected");
            clientOptions.applyTo(client);
            connection = new Connection(new TcpSocket(client));
        } catch (IOException | RuntimeException e) {
            // A client that has gone before we could say a word, or an option that does not exist.
            report(e);
            Promise.wrap(() -> {
                        client.close();
                        return true;
                    })
                    .onFailure(this::report);
            return;
        }
        accepted++;
        open.add(connection);
        if (open.size() >= maxConnections) {
            watch();
        }
        connection.serve(peer);
    }

    /**
     * Accepts no more connections for a while: clients wait in the backlog of the system. Doing so
     * twice is harmless.
     *
     * @throws io.lwt4j.LoopThreadException away from this server's loop
     */
    public void pause() {
        loop.checkCurrent("pause");
        paused = true;
        watch();
    }

    /**
     * Accepts connections again after {@link #pause()}.
     *
     * @throws io.lwt4j.LoopThreadException away from this server's loop
     */
    public void resume() {
        loop.checkCurrent("resume");
        paused = false;
        watch();
    }

    /** What is done with a connection. */
    interface Service {

        /** Begins with a socket; what it throws closes the socket. */
        Conversation begin(TcpSocket socket);
    }

    /** What is done with one connection. */
    interface Conversation {

        Promise<?> handle(SocketAddress peer) throws Exception;

        /** Ends what {@link #handle} has left; called once, when its promise is resolved. */
        Promise<@Nullable Void> end();
    }

    /** A connection that has not been closed yet. */
    private final class Connection {

        private final TcpSocket socket;
        private @Nullable Promise<?> handled;

        Connection(TcpSocket socket) {
            this.socket = socket;
        }

        void serve(SocketAddress peer) {
            Conversation conversation = service.begin(socket);
            Promise<Object> result = Promise.of(peer).flatMap(conversation::handle);
            handled = result;
            result.onFailure(TcpServer.this::report);
            result.fold(value -> conversation.end(), cause -> endInTime(conversation, cause))
                    .onFailure(TcpServer.this::report)
                    .onTermination(() -> ended(this));
        }

        /** A client that does not read must not keep its place after the handler has failed. */
        private Promise<@Nullable Void> endInTime(Conversation conversation, Throwable cause) {
            Promise<?> late =
                    EventLoop.sleep(FAREWELL).onAny(over -> socket.close(), loopEnded -> {});
            return conversation
                    .end()
                    // The same error need not be told twice, nor what comes of being late.
                    .recover(e ->
                            e == cause || !late.isPending() ? Promise.unit() : Promise.failed(e))
                    .onTermination(late::cancel);
        }

        void cancel() {
            if (handled != null) {
                handled.cancel();
            }
        }
    }

    private void ended(Connection connection) {
        open.remove(connection);
        if (closed == null) {
            watch();
        } else if (open.isEmpty() && drained != null) {
            drained.tryResolve(true);
        }
    }

    /** Tells the loop's handler, unless all there is to tell is that it is over. */
    private void report(Throwable error) {
        boolean expected = (loop.isClosed() && error instanceof ClosedChannelException)
                || (aborted != null
                        && (error instanceof CanceledException || isCause(aborted, error)));
        if (!expected) {
            loop.report(error);
        }
    }

    /** Whether an error is another one, or explains it, as TLS does with those of its socket. */
    private static boolean isCause(Throwable cause, Throwable error) {
        int depth = 0;
        for (Throwable e = error; e != null && depth < 20; e = e.getCause()) {
            if (e == cause) {
                return true;
            }
            depth++;
        }
        return false;
    }

    /* ---- The end ---- */

    /**
     * Stops listening: {@code Lwt_io.shutdown_server}. Connections that have been accepted are not
     * touched. Of a Unix domain socket the file is deleted. Cancelling the promise does nothing.
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
                        unlink();
                        return Listening.released(channel);
                    })
                    .onAny(done::resolve, done::reject);
            stopping.complete(Promise.unit().state());
        }
        return closed;
    }

    /** Not off the loop: it takes no longer than binding did, and also has to work at the end. */
    private void unlink() throws IOException {
        if (localAddress instanceof UnixDomainSocketAddress unix
                && !unix.getPath().toString().isEmpty()) {
            Files.deleteIfExists(unix.getPath());
        }
    }

    /**
     * Fulfilled when this server has begun to stop, by {@link #close} or {@link #shutdown}. For
     * handlers that wait for their clients, to be raced against what they wait for.
     *
     * @return the promise of that, which cannot be cancelled; always the same one
     */
    public Promise<@Nullable Void> stopping() {
        return stopping.promise();
    }

    /**
     * Stops listening, waits until the handlers have ended and their connections are closed, and
     * when that takes too long, aborts those that are left and cancels the promises of their
     * handlers. Cancelling the promise does nothing.
     *
     * @param grace how long to wait; zero to abort at once
     * @return the promise of the number of connections that had to be aborted; always the same one,
     *     whatever a second call says
     * @throws io.lwt4j.LoopThreadException away from this server's loop
     */
    public Promise<Integer> shutdown(Duration grace) {
        loop.checkCurrent("shutdown");
        requireNonNull(grace, "grace");
        if (shutdown == null) {
            Resolver<Boolean> empty = Resolver.cancellable();
            drained = empty;
            Promise<@Nullable Void> closing = close();
            if (open.isEmpty()) {
                empty.resolve(true);
            }
            shutdown = Promise.<@Nullable Object>pick(empty.promise(), EventLoop.sleep(grace))
                    .flatMap(over -> abortAll())
                    .flatMap(count -> closing.map(done -> count))
                    .uncancellable();
        }
        return shutdown;
    }

    private Promise<Integer> abortAll() {
        List<Connection> left = List.copyOf(open);
        if (left.isEmpty()) {
            return Promise.of(0);
        }
        Throwable cause = new Aborted();
        aborted = cause;
        left.forEach(connection -> connection.socket.abort(cause));
        // Who waits for a socket hears the reason first, and not that it is cancelled.
        return EventLoop.pause().map(over -> {
            left.forEach(Connection::cancel);
            return left.size();
        });
    }

    /** Says to a handler why its connection has gone. */
    private static final class Aborted extends ClosedChannelException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            return "the server has been shut down";
        }
    }

    /* ---- What is going on ---- */

    /**
     * How many connections are open: accepted, and not yet closed.
     *
     * @return the number
     */
    public int openConnections() {
        return open.size();
    }

    /**
     * What has happened so far.
     *
     * @return the numbers
     */
    public Stats stats() {
        return new Stats(accepted, open.size(), refused);
    }

    /**
     * What has happened to a server.
     *
     * @param accepted how many connections have been accepted
     * @param open how many of these have not been closed yet
     * @param failed how often accepting failed
     */
    public record Stats(long accepted, int open, long failed) {}

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

    /**
     * Describes a server, and makes it.
     *
     * <p>Null rule: nothing may be null. Thread rule: one thread at a time; the methods that listen
     * run on the thread of a loop.
     */
    public static final class Builder {

        private final SocketOptions options = new SocketOptions();
        private final SocketOptions clientOptions = new SocketOptions();
        private ChannelOptions channelOptions = ChannelOptions.defaults();
        private int backlog = Listening.BACKLOG;
        private int maxConnections = Integer.MAX_VALUE;

        private Builder() {}

        /**
         * Says how many connections may wait to be accepted; 1024 if it is not said. The system has
         * a limit of its own.
         *
         * @param count the number, at least one
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder backlog(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("backlog: " + count + " is less than one");
            }
            backlog = count;
            return this;
        }

        /**
         * Says how many connections may be open at a time; any number if it is not said. Further
         * clients wait in the backlog until one is closed.
         *
         * @param count the number, at least one
         * @return this
         * @throws IllegalArgumentException if it is less
         */
        public Builder maxConnections(int count) {
            if (count < 1) {
                throw new IllegalArgumentException(
                        "maxConnections: " + count + " is less than one");
            }
            maxConnections = count;
            return this;
        }

        /**
         * Sets an option of the socket that listens. {@code SO_REUSEADDR} is set anyway.
         *
         * @param option the option
         * @param value its value
         * @param <T> the type of the value
         * @return this
         */
        public <T> Builder option(SocketOption<T> option, T value) {
            options.set(option, value);
            return this;
        }

        /**
         * Sets an option of the socket of each connection.
         *
         * @param option the option
         * @param value its value
         * @param <T> the type of the value
         * @return this
         */
        public <T> Builder clientOption(SocketOption<T> option, T value) {
            clientOptions.set(option, value);
            return this;
        }

        /**
         * Says how the channels of connections are to behave.
         *
         * @param newOptions the options
         * @return this
         */
        public Builder channels(ChannelOptions newOptions) {
            channelOptions = requireNonNull(newOptions, "newOptions");
            return this;
        }

        /**
         * Listens on an address. See {@link TcpServer#listen}.
         *
         * @param address the address
         * @param handler what to do with each connection
         * @return the promise of the server
         */
        public Promise<TcpServer> listen(
                SocketAddress address,
                CheckedBiFunction<? super ChannelPair, ? super SocketAddress, ? extends Promise<?>>
                        handler) {
            requireNonNull(handler, "handler");
            ChannelOptions forChannels = channelOptions;
            return serve(address, socket -> new ChannelConversation(socket, forChannels, handler));
        }

        /**
         * Listens on an address, and has connections served without channels:
         * {@code Lwt_io.establish_server_with_client_socket}. When the promise of the handler is
         * resolved, the socket is closed. See {@link TcpServer#listen}.
         *
         * @param address the address
         * @param handler what to do with each socket
         * @return the promise of the server
         */
        public Promise<TcpServer> listenSockets(
                SocketAddress address,
                CheckedBiFunction<? super TcpSocket, ? super SocketAddress, ? extends Promise<?>>
                        handler) {
            requireNonNull(handler, "handler");
            return serve(address, socket -> new SocketConversation(socket, handler));
        }

        private Promise<TcpServer> serve(SocketAddress address, Service service) {
            requireNonNull(address, "address");
            EventLoop.current();
            SocketOptions forClients = clientOptions.copy();
            return Promise.wrap(() -> {
                ServerSocketChannel channel = Listening.on(address, backlog, options);
                try {
                    return new TcpServer(channel, service, maxConnections, forClients);
                } catch (IOException | RuntimeException e) {
                    channel.close();
                    throw e;
                }
            });
        }
    }
}
