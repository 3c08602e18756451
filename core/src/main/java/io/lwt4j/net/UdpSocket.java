package io.lwt4j.net;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.util.Set;

/**
 * A socket for datagrams: {@code Lwt_unix.recvfrom}, {@code sendto} and their kin.
 *
 * <pre>{@code
 * UdpSocket.bind(new InetSocketAddress(5353))
 *         .flatMap(socket -> socket.receive()
 *                 .flatMap(question -> socket.send(answer, question.sender())))
 * }</pre>
 *
 * <p><b>Multicast.</b> Open the socket for the family of the group, set {@code SO_REUSEADDR},
 * {@code IP_MULTICAST_IF}, {@code IP_MULTICAST_TTL} or {@code IP_MULTICAST_LOOP} by
 * {@link #option(SocketOption, Object)}, {@linkplain #bindTo bind} it to the port, and
 * {@link #join} the group.
 *
 * <p><b>Cancellation.</b> A receive whose promise is cancelled takes no datagram away; a cancelled
 * send sends nothing.
 *
 * <p><b>Errors.</b> Operations on a closed socket are rejected with
 * {@link java.nio.channels.ClosedChannelException}.
 *
 * <p>Null rule: nothing may be null. Thread rule: the thread of the loop it was made on only.
 */
public final class UdpSocket {

    /** No datagram is longer. */
    private static final int LARGEST = 65_535;

    private final DatagramChannel channel;
    private final Readiness readiness;

    /** Where datagrams arrive, since nobody knows how long the next one is; made when needed. */
    private @Nullable ByteBuffer arrival;

    private UdpSocket(DatagramChannel channel) throws IOException {
        this.channel = channel;
        this.readiness = new Readiness(channel);
    }

    /**
     * Opens a socket that is not bound yet: {@code Lwt_unix.socket}. Sending binds it to some port.
     *
     * @return the promise of the socket; rejected with an {@link IOException} if there is none
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static Promise<UdpSocket> open() {
        EventLoop.current();
        return Promise.wrap(() -> make(DatagramChannel.open()));
    }

    /**
     * Opens a socket for one family of addresses that is not bound yet: {@code Lwt_unix.socket}.
     * Multicast needs this.
     *
     * @param family the family, see {@link java.net.StandardProtocolFamily}
     * @return the promise of the socket; rejected with an {@link IOException} if there is none
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static Promise<UdpSocket> open(ProtocolFamily family) {
        requireNonNull(family, "family");
        EventLoop.current();
        return Promise.wrap(() -> make(DatagramChannel.open(family)));
    }

    /**
     * Opens a socket that is bound to an address: {@code Lwt_unix.bind}.
     *
     * @param address the address; with port 0 the system chooses one
     * @return the promise of the socket; rejected with an {@link IOException} that names the
     *     address if there is none
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static Promise<UdpSocket> bind(SocketAddress address) {
        requireNonNull(address, "address");
        return open().flatMap(socket -> Promise.wrap(() -> {
            try {
                socket.bindTo(address);
                return socket;
            } catch (IOException | RuntimeException e) {
                socket.close();
                throw e;
            }
        }));
    }

    private static UdpSocket make(DatagramChannel channel) throws IOException {
        channel.configureBlocking(false);
        return new UdpSocket(channel);
    }

    /**
     * Binds this socket to an address: {@code Lwt_unix.bind}.
     *
     * @param address the address; with port 0 the system chooses one
     * @throws IOException if that does not work; it names the address
     */
    public void bindTo(SocketAddress address) throws IOException {
        requireNonNull(address, "address");
        try {
            channel.bind(address);
        } catch (IOException e) {
            throw new IOException("cannot bind to " + address + ": " + e.getMessage(), e);
        }
    }

    /* ---- Sending and receiving ---- */

    /**
     * A datagram that has arrived.
     *
     * @param data its bytes
     * @param sender where it came from
     */
    @SuppressWarnings("ArrayRecordComponent") // Compared by nobody, and not worth a copy.
    public record Datagram(byte[] data, SocketAddress sender) {

        /**
         * Refuses null.
         *
         * @param data its bytes, which are not copied
         * @param sender where it came from
         */
        public Datagram {
            requireNonNull(data, "data");
            requireNonNull(sender, "sender");
        }
    }

    /**
     * Waits for a datagram, of whatever length: {@code Lwt_unix.recvfrom}. Calls are served in
     * their order.
     *
     * @return the promise of the datagram
     */
    public Promise<Datagram> receive() {
        return readiness.when(SelectionKey.OP_READ, UdpSocket::receiveNow, this);
    }

    private static @Nullable Datagram receiveNow(UdpSocket self) throws IOException {
        ByteBuffer buffer = self.arrival;
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(LARGEST);
            self.arrival = buffer;
        }
        SocketAddress sender = self.channel.receive(buffer.clear());
        if (sender == null) {
            return null;
        }
        byte[] data = new byte[buffer.flip().remaining()];
        buffer.get(data);
        return new Datagram(data, sender);
    }

    /**
     * Waits for a datagram: {@code Lwt_unix.recvfrom}. What does not fit is lost.
     *
     * @param into where it goes: from its position on, which moves; not to be touched before the
     *     promise is resolved
     * @return the promise of the sender
     */
    public Promise<SocketAddress> receive(ByteBuffer into) {
        requireNonNull(into, "into");
        return readiness.when(SelectionKey.OP_READ, channel::receive, into);
    }

    /**
     * Sends a datagram: {@code Lwt_unix.sendto}.
     *
     * @param data its bytes; not to be changed before the promise is resolved
     * @param target where it goes
     * @return the promise of its having been given to the system; rejected with an
     *     {@link IOException} if it is too long, or the system refuses
     */
    public Promise<@Nullable Void> send(byte[] data, SocketAddress target) {
        return send(ByteBuffer.wrap(data), target);
    }

    /**
     * Sends a datagram: {@code Lwt_unix.sendto}.
     *
     * @param from its bytes: from its position on, which moves; not to be touched before the
     *     promise is resolved
     * @param target where it goes
     * @return the promise of its having been given to the system; rejected with an
     *     {@link IOException} if it is too long, or the system refuses
     */
    public Promise<@Nullable Void> send(ByteBuffer from, SocketAddress target) {
        requireNonNull(target, "target");
        int length = from.remaining();
        return readiness
                .when(
                        SelectionKey.OP_WRITE,
                        it -> sent(channel.send(it, target), length),
                        requireNonNull(from, "from"))
                .flatMap(done -> Promise.unit());
    }

    /**
     * Sends a datagram to where this socket is {@linkplain #connect connected}:
     * {@code Lwt_unix.send}.
     *
     * @param data its bytes; not to be changed before the promise is resolved
     * @return the promise of its having been given to the system; rejected with an
     *     {@link IOException} also if an earlier one was refused at the other side
     */
    public Promise<@Nullable Void> send(byte[] data) {
        return readiness
                .when(
                        SelectionKey.OP_WRITE,
                        it -> sent(channel.write(it), data.length),
                        ByteBuffer.wrap(data))
                .flatMap(done -> Promise.unit());
    }

    /** Nothing sent means that the system has no room, unless there was nothing to send. */
    private static @Nullable Boolean sent(int count, int length) {
        return (count > 0 || length == 0) ? true : null;
    }

    /**
     * Connects this socket: from now on it sends to and receives from one address only, and hears
     * of it when nobody is there: {@code Lwt_unix.connect}.
     *
     * @param address the address
     * @throws IOException if the system refuses
     */
    public void connect(SocketAddress address) throws IOException {
        channel.connect(requireNonNull(address, "address"));
    }

    /**
     * Takes {@link #connect} back.
     *
     * @throws IOException if the system refuses
     */
    public void disconnect() throws IOException {
        channel.disconnect();
    }

    /* ---- Multicast ---- */

    /**
     * Joins a group: {@code Lwt_unix.mcast_add_membership}. The key that is returned leaves it
     * again ({@link MembershipKey#drop}: {@code Lwt_unix.mcast_drop_membership}), and refuses
     * single senders ({@link MembershipKey#block}). Joining twice returns the same key.
     *
     * @param group the address of the group
     * @param via the interface to listen at
     * @return the key
     * @throws IOException if the system refuses
     */
    public MembershipKey join(InetAddress group, NetworkInterface via) throws IOException {
        return channel.join(requireNonNull(group, "group"), requireNonNull(via, "via"));
    }

    /**
     * Joins a group for what one sender sends to it. See {@link #join(InetAddress,
     * NetworkInterface)}.
     *
     * @param group the address of the group
     * @param via the interface to listen at
     * @param source the sender
     * @return the key
     * @throws IOException if the system refuses
     * @throws UnsupportedOperationException if the system cannot tell senders apart
     */
    public MembershipKey join(InetAddress group, NetworkInterface via, InetAddress source)
            throws IOException {
        return channel.join(
                requireNonNull(group, "group"),
                requireNonNull(via, "via"),
                requireNonNull(source, "source"));
    }

    /* ---- Addresses, options, the end ---- */

    /**
     * The address of this socket: {@code Lwt_unix.getsockname}.
     *
     * @return the address
     * @throws IOException if this is closed or not bound
     */
    public SocketAddress localAddress() throws IOException {
        SocketAddress address = channel.getLocalAddress();
        if (address == null) {
            throw new IOException("not bound");
        }
        return address;
    }

    /**
     * The value of an option: {@code Lwt_unix.getsockopt}.
     *
     * @param option the option; see {@link #supportedOptions}
     * @param <T> the type of its value
     * @return the value; null for some options that were never set
     * @throws IOException if this is closed, or the system refuses
     */
    public <T> @Nullable T option(SocketOption<T> option) throws IOException {
        return channel.getOption(option);
    }

    /**
     * Sets an option: {@code Lwt_unix.setsockopt}, {@code mcast_set_ttl}, {@code mcast_set_loop}.
     *
     * @param option the option; see {@link #supportedOptions}
     * @param value its new value
     * @param <T> the type of the value
     * @throws IOException if this is closed, or the system refuses
     */
    public <T> void option(SocketOption<T> option, T value) throws IOException {
        channel.setOption(option, value);
    }

    /**
     * The options that this socket has.
     *
     * @return the options
     */
    public Set<SocketOption<?>> supportedOptions() {
        return channel.supportedOptions();
    }

    /**
     * Closes this socket: {@code Lwt_unix.close}. Operations that wait are rejected. Doing so twice
     * is harmless. Cancelling the promise does nothing.
     *
     * @return the promise of the end of it
     */
    public Promise<@Nullable Void> close() {
        arrival = null;
        return readiness.close();
    }

    /**
     * A description for people.
     *
     * @return the addresses
     */
    @Override
    public String toString() {
        return "UdpSocket(" + channel + ")";
    }
}
