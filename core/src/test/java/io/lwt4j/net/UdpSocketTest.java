package io.lwt4j.net;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Rule;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.MembershipKey;
import java.util.ArrayList;
import java.util.List;

class UdpSocketTest {

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void aDatagramArrivesWithItsSender() throws Exception {
        assertThat(Net.run(() -> Promise.both(
                                UdpSocket.bind(Net.ANY_PORT), UdpSocket.bind(Net.ANY_PORT))
                        .flatMap(both -> {
                            UdpSocket one = both.first();
                            UdpSocket other = both.second();
                            Promise<UdpSocket.Datagram> received = other.receive();
                            assertThat(received.isPending()).isTrue();
                            return one.send(bytes("question"), other.localAddress())
                                    .flatMap(x -> received)
                                    .flatMap(datagram -> {
                                        assertThat(new String(datagram.data(), UTF_8))
                                                .isEqualTo("question");
                                        assertThat(datagram.sender()).isEqualTo(one.localAddress());
                                        return other.send(
                                                ByteBuffer.wrap(bytes("answer")),
                                                datagram.sender());
                                    })
                                    .flatMap(x -> {
                                        ByteBuffer buffer = ByteBuffer.allocate(100);
                                        return one.receive(buffer).onSuccess(sender -> {
                                            assertThat(sender).isEqualTo(other.localAddress());
                                            assertThat(UTF_8.decode(buffer.flip())
                                                            .toString())
                                                    .isEqualTo("answer");
                                        });
                                    })
                                    .flatMap(x -> Promise.join(one.close(), other.close()));
                        })))
                .isEmpty();
    }

    @Test
    void anEmptyDatagramIsADatagram() throws Exception {
        assertThat(Net.run(() -> UdpSocket.bind(Net.ANY_PORT)
                        .flatMap(socket -> socket.send(new byte[0], socket.localAddress())
                                .flatMap(x -> socket.receive())
                                .onSuccess(
                                        datagram -> assertThat(datagram.data()).isEmpty())
                                .flatMap(x -> socket.close()))))
                .isEmpty();
    }

    @Test
    @Rule({"U-3", "U-7"})
    void receiversAreServedInTheirOrderAndACancelledOneTakesNothing() throws Exception {
        assertThat(Net.run(() -> UdpSocket.bind(Net.ANY_PORT).flatMap(socket -> {
                    Promise<UdpSocket.Datagram> cancelled = socket.receive();
                    Promise<UdpSocket.Datagram> first = socket.receive();
                    Promise<UdpSocket.Datagram> second = socket.receive();
                    cancelled.cancel();
                    return socket.send(bytes("1"), socket.localAddress())
                            .flatMap(x -> socket.send(bytes("2"), socket.localAddress()))
                            .flatMap(x -> Promise.all(first, second))
                            .onSuccess(both -> assertThat(both)
                                    .extracting(datagram -> new String(datagram.data(), UTF_8))
                                    .containsExactly("1", "2"))
                            .flatMap(x -> socket.close());
                })))
                .isEmpty();
    }

    @Test
    void aConnectedSocketHearsNobodyElse() throws Exception {
        assertThat(Net.run(() -> Promise.all(
                                UdpSocket.bind(Net.ANY_PORT),
                                UdpSocket.bind(Net.ANY_PORT),
                                UdpSocket.bind(Net.ANY_PORT))
                        .flatMap(three -> {
                            UdpSocket one = three.get(0);
                            UdpSocket friend = three.get(1);
                            UdpSocket stranger = three.get(2);
                            one.connect(friend.localAddress());
                            return stranger.send(bytes("junk"), one.localAddress())
                                    .flatMap(x -> one.send(bytes("hello")))
                                    .flatMap(x -> friend.receive())
                                    .flatMap(hello -> friend.send(hello.data(), hello.sender()))
                                    .flatMap(x -> one.receive())
                                    .onSuccess(datagram -> assertThat(
                                                    new String(datagram.data(), UTF_8))
                                            .isEqualTo("hello"))
                                    .onSuccess(x -> one.disconnect())
                                    .flatMap(x -> Promise.join(
                                            one.close(), friend.close(), stranger.close()));
                        })))
                .isEmpty();
    }

    @Test
    void aDatagramThatIsTooLongIsAnError() throws Exception {
        Net.run(() -> UdpSocket.bind(Net.ANY_PORT)
                .flatMap(socket -> Net.failure(
                                socket.send(new byte[70_000], socket.localAddress()),
                                e -> assertThat(e).isInstanceOf(IOException.class))
                        .flatMap(x -> socket.close())));
    }

    @Test
    void aPortThatIsTakenIsAnErrorThatNamesIt() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(Net.ANY_PORT)) {
            SocketAddress address = taken.getLocalSocketAddress();
            Net.run(() -> Net.failure(
                    UdpSocket.bind(address),
                    e -> assertThat(e)
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining("cannot bind to " + address)));
        }
    }

    @Test
    @Rule("U-5")
    void closeWakesWhoeverWaits() throws Exception {
        Net.run(() -> UdpSocket.bind(Net.ANY_PORT).flatMap(socket -> {
            Promise<UdpSocket.Datagram> waiting = socket.receive();
            socket.close();
            assertThat(socket.close().isFulfilled()).isTrue();
            return Net.failure(
                            waiting, e -> assertThat(e).isInstanceOf(ClosedChannelException.class))
                    .flatMap(x -> Net.failure(
                            socket.receive(),
                            e -> assertThat(e).isInstanceOf(ClosedChannelException.class)));
        }));
    }

    @Test
    void tenThousandDatagramsGoBackAndForth() throws Exception {
        List<String> received = new ArrayList<>();
        assertThat(Net.run(() -> Promise.both(
                                UdpSocket.bind(Net.ANY_PORT), UdpSocket.bind(Net.ANY_PORT))
                        .flatMap(both -> {
                            Promise<?> echo = echo(both.second(), 10_000);
                            return ask(both.first(), both.second().localAddress(), 10_000, received)
                                    .flatMap(x -> echo)
                                    .flatMap(x -> Promise.join(
                                            both.first().close(), both.second().close()));
                        })))
                .isEmpty();
        assertThat(received).hasSize(10_000).doesNotHaveDuplicates();
    }

    private static Promise<?> echo(UdpSocket socket, int count) {
        return count == 0
                ? Promise.unit()
                : socket.receive()
                        .flatMap(it -> socket.send(it.data(), it.sender()))
                        .<Object>flatMap(x -> echo(socket, count - 1));
    }

    private static Promise<?> ask(
            UdpSocket socket, SocketAddress target, int count, List<String> received) {
        return count == 0
                ? Promise.unit()
                : socket.send(bytes("datagram " + count), target)
                        .flatMap(x -> socket.receive())
                        .onSuccess(it -> received.add(new String(it.data(), UTF_8)))
                        .<Object>flatMap(x -> ask(socket, target, count - 1, received));
    }

    /* ---- Multicast ---- */

    /** The loopback interface, if groups can be joined there; some machines have no such route. */
    private static NetworkInterface loopback() throws SocketException {
        NetworkInterface loopback =
                NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
        Assumptions.assumeTrue(loopback != null, "there is no loopback interface to multicast at");
        return loopback;
    }

    @Test
    void whoHasJoinedAGroupHearsItUntilHeLeaves() throws Exception {
        NetworkInterface via = loopback();
        InetAddress group = InetAddress.getByName("239.255.77.88");
        assertThat(Net.run(() -> UdpSocket.open(StandardProtocolFamily.INET).flatMap(socket -> {
                    MembershipKey key;
                    InetSocketAddress target;
                    try {
                        socket.option(StandardSocketOptions.SO_REUSEADDR, true);
                        socket.option(StandardSocketOptions.IP_MULTICAST_IF, via);
                        socket.option(StandardSocketOptions.IP_MULTICAST_LOOP, true);
                        socket.option(StandardSocketOptions.IP_MULTICAST_TTL, 0);
                        assertThat(socket.option(StandardSocketOptions.IP_MULTICAST_TTL))
                                .isZero();
                        socket.bindTo(new InetSocketAddress(0));
                        target = new InetSocketAddress(
                                group, ((InetSocketAddress) socket.localAddress()).getPort());
                        key = socket.join(group, via);
                    } catch (IOException e) {
                        Assumptions.abort("no multicast at " + via + ": " + e);
                        throw e;
                    }
                    assertThat(key.isValid()).isTrue();
                    assertThat(socket.join(group, via)).isEqualTo(key);
                    return socket.send(bytes("to all"), target)
                            .onFailure(e -> Assumptions.abort("no route to " + group + ": " + e))
                            .flatMap(x -> socket.receive())
                            .onSuccess(it ->
                                    assertThat(new String(it.data(), UTF_8)).isEqualTo("to all"))
                            .onSuccess(x -> key.drop())
                            .flatMap(x -> socket.send(bytes("to nobody"), target))
                            .flatMap(x -> Promise.pick(
                                    socket.receive().map(it -> new String(it.data(), UTF_8)),
                                    pauses(20).map(y -> "nothing")))
                            .onSuccess(heard -> assertThat(heard).isEqualTo("nothing"))
                            .flatMap(x -> socket.close());
                })))
                .isEmpty();
    }

    private static Promise<Void> pauses(int count) {
        return count == 0 ? EventLoop.pause() : EventLoop.pause().flatMap(x -> pauses(count - 1));
    }
}
