package io.lwt4j.net;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.detach.WorkerPool;
import io.lwt4j.io.ByteSink;
import io.lwt4j.io.ChannelOptions;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.io.InputChannel;
import io.lwt4j.io.NonBlockingSource;
import io.lwt4j.io.OutputChannel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * One end of a connection over TCP or a Unix domain socket, without buffers:
 * {@code Lwt_unix.file_descr} of a stream socket. Most programs want its {@link #channels}.
 *
 * <p><b>Order.</b> Operations that have to wait are served one after the other, in the order of the
 * calls; reading and writing have nothing to do with each other.
 *
 * <p><b>Cancellation.</b> An operation whose promise is cancelled while it waits leaves the queue
 * and has done nothing: no byte is lost or sent.
 *
 * <p><b>Errors.</b> An error of the system rejects the promise. Operations on a closed socket are
 * rejected with {@link java.nio.channels.ClosedChannelException}, on an aborted one with the
 * reason.
 *
 * <p>Null rule: nothing may be null. Thread rule: the thread of the loop it was made on only.
 */
public final class TcpSocket implements NonBlockingSource, ByteSink {

    private final SocketChannel channel;
    private final Readiness readiness;

    // Made once, so that an operation that has to wait makes nothing but its promise.
    private final Readiness.Attempt<ByteBuffer, Integer> reading = this::readSome;
    private final Readiness.Attempt<ByteBuffer, Integer> writing = this::writeNow;

    /** Whether the end of the input has been seen. */
    private boolean ended;

    /** Whether there has been any output. */
    private boolean written;

    /** Takes a channel over, to which nobody else refers; closes it if that does not work. */
    TcpSocket(SocketChannel channel) throws IOException {
        this.channel = channel;
        try {
            channel.configureBlocking(false);
            // Small messages should not wait for the acknowledgement of those before them: the
            // output channel already sees to it that they are few.
            if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        this.readiness = new Readiness(channel);
    }

    /**
     * Makes a socket of the current loop of a channel of the JDK:
     * {@code Lwt_unix.of_unix_file_descr}.
     *
     * @param channel the channel, connected, to which nobody else refers; it is put into
     *     non-blocking mode, and closed if that does not work
     * @return the socket
     * @throws IOException if the channel is closed or cannot be watched
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static TcpSocket of(SocketChannel channel) throws IOException {
        requireNonNull(channel, "channel");
        EventLoop.current();
        return new TcpSocket(channel);
    }

    /**
     * Makes two sockets that are connected to each other: {@code Lwt_unix.socketpair}. They are
     * Unix domain sockets. Cancelling the promise does nothing; use {@code uncancellable} if the
     * sockets must not get lost.
     *
     * @return the promise of the two; rejected with an {@link IOException} if there are none
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static Promise<Promise.Both<TcpSocket, TcpSocket>> pair() {
        return WorkerPool.io().detach(TcpSocket::connectedChannels).map(channels -> {
            TcpSocket first;
            try {
                first = new TcpSocket(channels.first());
            } catch (IOException | RuntimeException e) {
                channels.second().close();
                throw e;
            }
            try {
                return new Promise.Both<>(first, new TcpSocket(channels.second()));
            } catch (IOException | RuntimeException e) {
                first.close();
                throw e;
            }
        });
    }

    private static Promise.Both<SocketChannel, SocketChannel> connectedChannels()
            throws IOException {
        Path folder = Files.createTempDirectory("lwt4j");
        Path path = folder.resolve("pair");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path));
            SocketChannel first = SocketChannel.open(listener.getLocalAddress());
            try {
                return new Promise.Both<>(first, listener.accept());
            } catch (IOException e) {
                first.close();
                throw e;
            }
        } finally {
            Files.deleteIfExists(path);
            Files.deleteIfExists(folder);
        }
    }

    /** Connects; cancelling that leaves the socket to be closed. */
    Promise<Boolean> connect(SocketAddress address) {
        return Promise.apply(() -> channel.connect(address)
                ? Promise.ofTrue()
                : readiness.when(
                        SelectionKey.OP_CONNECT, it -> it.finishConnect() ? true : null, channel));
    }

    /**
     * Makes the two channels of this socket; to be called once, and then instead of everything else
     * that reads, writes or closes. Closing either channel closes the socket.
     *
     * @return the channels
     */
    public ChannelPair channels() {
        return channels(ChannelOptions.defaults());
    }

    /**
     * Makes the two channels of this socket, as {@link #channels()} does.
     *
     * @param options how they are to behave
     * @return the channels
     */
    public ChannelPair channels(ChannelOptions options) {
        return new ChannelPair(InputChannel.of(this, options), OutputChannel.of(this, options));
    }

    /* ---- Reading and writing ---- */

    @Override
    public boolean afterEvent(Runnable flush) {
        return readiness.afterEvent(flush);
    }

    /**
     * Reads some bytes: {@code Lwt_unix.read}. If there are some, the promise is already fulfilled.
     *
     * @param into where they go: from its position on, which moves; not to be touched before the
     *     promise is resolved
     * @return the promise of the number of bytes: -1 at the end of the input, 0 only if there is no
     *     room
     */
    @Override
    public Promise<Integer> read(ByteBuffer into) {
        return into.hasRemaining()
                ? readiness.when(SelectionKey.OP_READ, reading, into)
                : Promise.of(0);
    }

    private @Nullable Integer readSome(ByteBuffer into) throws IOException {
        int count = received(into);
        return count == 0 ? null : (Integer) count;
    }

    private int received(ByteBuffer into) throws IOException {
        int count = channel.read(into);
        ended |= count < 0;
        if (into.hasRemaining()) {
            readiness.drained();
        }
        return count;
    }

    /**
     * Reads some bytes if there are any, and nobody else waits for them.
     *
     * @param into where they go: from its position on, which moves
     * @return the number of bytes; 0 if there are none now, -1 at the end of the input
     * @throws IOException what the system answers; a
     *     {@link java.nio.channels.ClosedChannelException} if this socket is closed
     */
    @Override
    public int readNow(ByteBuffer into) throws IOException {
        if (!readiness.mayTry(SelectionKey.OP_READ)) {
            return 0;
        }
        int count = received(into);
        if (count > 0) {
            readiness.countSuccess(SelectionKey.OP_READ);
        }
        return count;
    }

    /**
     * Reads some bytes into several buffers, one after the other: {@code Lwt_unix.readv}. No more
     * buffers are used than the system takes at once.
     *
     * @param into where they go; not to be touched before the promise is resolved
     * @return the promise of the number of bytes: -1 at the end of the input, 0 only if there is no
     *     room
     */
    public Promise<Long> read(ByteBuffer... into) {
        return hasRemaining(into)
                ? readiness.when(SelectionKey.OP_READ, this::readSome, into)
                : Promise.of(0L);
    }

    private @Nullable Long readSome(ByteBuffer[] into) throws IOException {
        long count = channel.read(into);
        ended |= count < 0;
        return count == 0 ? null : (Long) count;
    }

    /**
     * Writes some bytes: {@code Lwt_unix.write}. If the system takes some, the promise is already
     * fulfilled.
     *
     * @param from the bytes: from its position on, which moves; not to be touched before the
     *     promise is resolved
     * @return the promise of the number of bytes, 0 only if there are none
     */
    @Override
    public Promise<Integer> write(ByteBuffer from) {
        return from.hasRemaining()
                ? readiness.when(SelectionKey.OP_WRITE, writing, from)
                : Promise.of(0);
    }

    private @Nullable Integer writeNow(ByteBuffer from) throws IOException {
        int count = channel.write(from);
        written |= count > 0;
        return count == 0 ? null : (Integer) count;
    }

    /**
     * Writes some bytes of several buffers, one after the other: {@code Lwt_unix.writev}. No more
     * buffers are used than the system takes at once.
     *
     * @param from the bytes; not to be touched before the promise is resolved
     * @return the promise of the number of bytes, 0 only if there are none
     */
    public Promise<Long> write(ByteBuffer... from) {
        return hasRemaining(from)
                ? readiness.when(SelectionKey.OP_WRITE, this::writeNow, from)
                : Promise.of(0L);
    }

    private @Nullable Long writeNow(ByteBuffer[] from) throws IOException {
        long count = channel.write(from);
        written |= count > 0;
        return count == 0 ? null : (Long) count;
    }

    private static boolean hasRemaining(ByteBuffer[] buffers) {
        for (ByteBuffer buffer : buffers) {
            if (buffer.hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Waits until there is something to read, the end of the input included, and leaves it there:
     * {@code Lwt_unix.wait_read}. Cancelling the promise ends the waiting.
     *
     * @return the promise of that
     */
    @Override
    public Promise<@Nullable Void> whenReadable() {
        return readiness.whenReady(SelectionKey.OP_READ);
    }

    /**
     * Waits until the system would take something to write: {@code Lwt_unix.wait_write}. Cancelling
     * the promise ends the waiting.
     *
     * @return the promise of that
     */
    public Promise<@Nullable Void> whenWritable() {
        return readiness.whenReady(SelectionKey.OP_WRITE);
    }

    /**
     * Whether there is something to read, the end of the input included: {@code Lwt_unix.readable}.
     * It is costly to ask only for that; {@link #read} asks and reads in one.
     *
     * @return whether a read would be fulfilled at once
     * @throws IOException if the socket is closed, or the system does not say
     */
    public boolean isReadable() throws IOException {
        return readiness.isReady(SelectionKey.OP_READ);
    }

    /**
     * Whether the system would take something to write: {@code Lwt_unix.writable}. It is costly to
     * ask only for that; {@link #write} asks and writes in one.
     *
     * @return whether a write would be fulfilled at once
     * @throws IOException if the socket is closed, or the system does not say
     */
    public boolean isWritable() throws IOException {
        return readiness.isReady(SelectionKey.OP_WRITE);
    }

    /* ---- The end ---- */

    /**
     * Says that nothing more will be read: {@code Lwt_unix.shutdown}. Reads find the end of the
     * input then. Cancelling the promise does nothing, since the end of it is at once.
     *
     * @return the promise of the end of it
     */
    public Promise<@Nullable Void> shutdownInput() {
        return Promise.wrap(() -> {
            channel.shutdownInput();
            return null;
        });
    }

    /**
     * Tells the other side that nothing more comes, and goes on reading: {@code Lwt_unix.shutdown}.
     * Cancelling the promise does nothing, since the end of it is at once.
     *
     * @return the promise of the end of it
     */
    public Promise<@Nullable Void> shutdownOutput() {
        return Promise.wrap(() -> {
            channel.shutdownOutput();
            return null;
        });
    }

    /**
     * The same as {@link #shutdownOutput}, for an output channel.
     *
     * @return the promise of the end of it
     */
    @Override
    public Promise<@Nullable Void> shutdown() {
        return shutdownOutput();
    }

    /**
     * Closes this socket in such a way that the other side gets all that was written. After
     * {@link #close} the system answers bytes that nobody has read, and those that come later, by a
     * reset, which overtakes the output; so this tells the other side of the end of the output, and
     * throws away what it sends until it closes, or for as long as one has patience. If the other
     * side has closed already, or nothing was written, the socket is closed at once.
     *
     * <p>Cancelling the promise closes the socket at once.
     *
     * @param patience how long the other side may go on
     * @return the promise of the end of it
     */
    public Promise<@Nullable Void> closeGently(Duration patience) {
        requireNonNull(patience, "patience");
        return Promise.<@Nullable Void>apply(() -> linger(patience)).eventually(this::close);
    }

    private Promise<@Nullable Void> linger(Duration patience) {
        try {
            if (ended || !written || readiness.isClosed()) {
                return Promise.unit();
            }
            channel.shutdownOutput();
        } catch (IOException e) {
            // There is nobody any more who could lose anything.
            return Promise.unit();
        }
        return EventLoop.withTimeout(patience, () -> discard(ByteBuffer.allocate(64 << 10)))
                .recover(
                        Exception.class,
                        e -> e instanceof CanceledException ? Promise.failed(e) : Promise.ofTrue())
                .flatMap(over -> Promise.unit());
    }

    private Promise<Boolean> discard(ByteBuffer waste) {
        return read(waste.clear())
                .flatMap(count -> count < 0
                        ? Promise.ofTrue()
                        : EventLoop.pause().flatMap(turn -> discard(waste)));
    }

    /**
     * Closes this socket: {@code Lwt_unix.close}. Operations that wait are rejected. Closing it
     * twice is harmless, since both of its channels do it. Cancelling the promise does nothing.
     *
     * @return the promise of the end of it
     */
    @Override
    public Promise<@Nullable Void> close() {
        return readiness.close();
    }

    /**
     * Closes this socket for a reason, with which every operation that waits or comes later is
     * rejected: {@code Lwt_unix.abort}. If it is closed already, nothing happens. Cancelling the
     * promise does nothing.
     *
     * @param cause the reason
     * @return the promise of the end of it
     */
    public Promise<@Nullable Void> abort(Throwable cause) {
        return readiness.abort(cause);
    }

    /** What became of a socket: {@code Lwt_unix.state}. */
    public enum State {
        /** It can be used. */
        OPEN,
        /** It was closed. */
        CLOSED,
        /** It was closed for a reason that operations are rejected with. */
        ABORTED
    }

    /**
     * What became of this socket: {@code Lwt_unix.state}.
     *
     * @return the state
     */
    public State state() {
        return !readiness.isClosed()
                ? State.OPEN
                : readiness.aborted() == null ? State.CLOSED : State.ABORTED;
    }

    /* ---- Addresses and options ---- */

    /**
     * The address of this end: {@code Lwt_unix.getsockname}.
     *
     * @return the address
     * @throws IOException if the socket is closed
     */
    public SocketAddress localAddress() throws IOException {
        return requireNonNull(channel.getLocalAddress(), "not bound");
    }

    /**
     * The address of the other end: {@code Lwt_unix.getpeername}. That of a client that uses a Unix
     * domain socket is mostly empty.
     *
     * @return the address
     * @throws IOException if the socket is closed
     */
    public SocketAddress remoteAddress() throws IOException {
        return requireNonNull(channel.getRemoteAddress(), "not connected");
    }

    /**
     * The value of an option: {@code Lwt_unix.getsockopt}. Where the JDK knows it,
     * {@code jdk.net.ExtendedSocketOptions.SO_PEERCRED} says who is at the other end of a Unix
     * domain socket ({@code Lwt_unix.get_credentials}).
     *
     * @param option the option; see {@link #supportedOptions}
     * @param <T> the type of its value
     * @return the value; null for some options that were never set
     * @throws IOException if the socket is closed, or the system refuses
     * @throws UnsupportedOperationException if this kind of socket has no such option
     */
    public <T> @Nullable T option(SocketOption<T> option) throws IOException {
        return channel.getOption(option);
    }

    /**
     * Sets an option: {@code Lwt_unix.setsockopt}.
     *
     * @param option the option; see {@link #supportedOptions}
     * @param value its new value
     * @param <T> the type of the value
     * @throws IOException if the socket is closed, or the system refuses
     * @throws UnsupportedOperationException if this kind of socket has no such option
     */
    public <T> void option(SocketOption<T> option, T value) throws IOException {
        channel.setOption(option, value);
    }

    /**
     * The options that this kind of socket has.
     *
     * @return the options
     */
    public Set<SocketOption<?>> supportedOptions() {
        return channel.supportedOptions();
    }

    /**
     * A description for people.
     *
     * @return the addresses and the state
     */
    @Override
    public String toString() {
        return "TcpSocket(" + channel + (state() == State.OPEN ? ")" : ", " + state() + ")");
    }
}
