package io.lwt4j.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.io.ChannelOptions;
import io.lwt4j.io.ChannelPair;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

class TcpClientTest {

    /** An address where nobody listens. */
    private static SocketAddress deserted() throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return listener.getLocalSocketAddress();
        }
    }

    /* ---- Connecting ---- */

    @Test
    void aConnectionIsAPairOfChannels() throws Exception {
        Net.withServer(
                Net::echo,
                (server, address) -> TcpClient.connect(address)
                        .flatMap(connection -> connection
                                .output()
                                .write("hello\nworld\n")
                                .flatMap(x -> connection.input().readLine())
                                .onSuccess(line -> assertThat(line).contains("hello"))
                                .flatMap(x -> connection.input().readLine())
                                .onSuccess(line -> assertThat(line).contains("world"))
                                .flatMap(x -> connection.close())));
    }

    @Test
    void aHostIsLookedUpOffTheLoop() throws Exception {
        Net.withServer(Net::echo, (server, address) -> {
            int port = ((InetSocketAddress) address).getPort();
            Promise<ChannelPair> byName = TcpClient.connect("localhost", port);
            assertThat(byName.isPending()).isTrue();
            SocketAddress unresolved = InetSocketAddress.createUnresolved("127.0.0.1", port);
            return Promise.join(
                    byName.flatMap(ChannelPair::close),
                    TcpClient.connect(unresolved).flatMap(ChannelPair::close));
        });
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().startsWith("lwt4j-lookup"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
    }

    @Test
    void theAddressesOfAHostAreTriedInTurn() throws Exception {
        Net.withServer(Net::echo, (server, address) -> {
            InetSocketAddress inet = (InetSocketAddress) address;
            // The test's server is not there; on systems that know only one loopback address the
            // attempt fails in another way.
            InetAddress other = InetAddress.getByName("127.0.0.2");
            List<String> asked = new ArrayList<>();
            return TcpClient.builder()
                    .lookup(host -> {
                        asked.add(host);
                        return Promise.of(List.of(other, inet.getAddress()));
                    })
                    .connect("some.host", inet.getPort())
                    .flatMap(ChannelPair::close)
                    .onSuccess(x -> assertThat(asked).containsExactly("some.host"));
        });
    }

    @Test
    void aHostWithoutAddressesIsUnknown() throws Exception {
        EventLoop.run(() -> Net.failure(
                TcpClient.builder().lookup(host -> Promise.of(List.of())).connect("some.host", 80),
                e -> assertThat(e)
                        .isInstanceOf(UnknownHostException.class)
                        .hasMessageContaining("some.host")));
    }

    @Test
    void aLookupThatTakesTooLongIsCancelled() throws Exception {
        EventLoop.run(() -> {
            Resolver<List<InetAddress>> never = Resolver.cancellable();
            return Net.failure(
                            TcpClient.builder()
                                    .timeout(Duration.ofMillis(1))
                                    .lookup(host -> never.promise())
                                    .connect("some.host", 80),
                            e -> assertThat(e)
                                    .isInstanceOf(SocketTimeoutException.class)
                                    .hasMessageContaining("some.host")
                                    .hasMessageContaining("PT0.001S"))
                    .onSuccess(e -> assertThat(never.promise().isCancelled()).isTrue());
        });
    }

    @Test
    void optionsAndTheLocalAddressAreSetBeforeTheSocketIsConnected() throws Exception {
        Net.withServer(
                (client, peer) -> client.output().write(peer.toString()),
                (server, address) -> TcpClient.builder()
                        .option(StandardSocketOptions.SO_KEEPALIVE, true)
                        .localAddress(Net.ANY_PORT)
                        .connectSocket(address)
                        .flatMap(socket -> {
                            assertThat(socket.option(StandardSocketOptions.SO_KEEPALIVE))
                                    .isTrue();
                            String local = socket.localAddress().toString();
                            assertThat(socket.remoteAddress()).isEqualTo(address);
                            return socket.channels()
                                    .input()
                                    .readAll()
                                    .onSuccess(text -> assertThat(text).isEqualTo(local))
                                    .eventually(socket::close);
                        }));
    }

    @Test
    void anOptionThatDoesNotExistIsAnErrorAndLeavesNoSocket() throws Exception {
        Net.withServer(
                Net::echo,
                (server, address) -> Net.failure(
                        TcpClient.builder()
                                .option(StandardSocketOptions.IP_MULTICAST_TTL, 1)
                                .connect(address),
                        e -> assertThat(e).isInstanceOf(UnsupportedOperationException.class)));
    }

    @Test
    void channelsMayHaveOptionsOfTheirOwn() throws Exception {
        Net.withServer(
                (client, peer) -> client.output().write("1234567890\n"),
                (server, address) -> TcpClient.builder()
                        .channels(ChannelOptions.defaults().withLineLimit(5))
                        .connect(address)
                        .flatMap(connection -> Net.failure(
                                        connection.input().readLine(),
                                        e -> assertThat(e).hasMessageContaining("5 bytes"))
                                .eventually(connection::close)));
    }

    @Test
    void anUnknownHostIsAnError() throws Exception {
        EventLoop.run(() -> Net.failure(
                TcpClient.connect("no-such-host.invalid", 80),
                e -> assertThat(e)
                        .isInstanceOf(UnknownHostException.class)
                        .hasMessageContaining("no-such-host.invalid")));
    }

    @Test
    void aCancelledLookupIsForgotten() throws Exception {
        assertThat(Net.run(() -> {
                    Promise<ChannelPair> connecting = TcpClient.connect("localhost", 1);
                    connecting.cancel();
                    assertThat(connecting.isCancelled()).isTrue();
                    // By then the workers are through with it.
                    return Net.failure(TcpClient.connect("localhost", 1), e -> {});
                }))
                .isEmpty();
    }

    @Test
    void aRefusedConnectionIsAnErrorThatNamesTheAddress() throws Exception {
        SocketAddress address = deserted();
        EventLoop.run(() -> Net.failure(
                TcpClient.connect(address),
                e -> assertThat(e)
                        .isInstanceOf(ConnectException.class)
                        .hasMessageContaining("cannot connect to " + address)
                        .hasCauseInstanceOf(ConnectException.class)));
    }

    @Test
    void thereIsNoPortBeyond65535() throws Exception {
        assertThatThrownBy(() -> TcpClient.connect("localhost", 65_536))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TcpClient.connect(Net.ANY_PORT))
                .isInstanceOf(LoopThreadException.class);
    }

    @Test
    void aCancelledConnectClosesItsSocket() throws Exception {
        // A backlog that is full keeps further clients waiting.
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EventLoop.run(() -> {
                List<SocketChannel> channels = new ArrayList<>();
                List<Promise<TcpSocket>> connecting = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    SocketChannel channel = SocketChannel.open();
                    channels.add(channel);
                    connecting.add(TcpClient.open(channel, listener.getLocalSocketAddress()));
                }
                Promise<TcpSocket> last = connecting.get(9);
                assertThat(last.isPending()).isTrue();
                assertThat(channels.get(9).isOpen()).isTrue();
                last.cancel();
                assertThat(last.isCancelled()).isTrue();
                assertThat(channels.get(9).isOpen()).isFalse();
                connecting.forEach(Promise::cancel);
                return Promise.unit();
            });
        }
    }

    /* ---- The life of a connection ---- */

    @Test
    @Rule("I-24")
    void closingEitherChannelClosesTheSocket() throws Exception {
        Net.withServer(
                Net::echo,
                (server, address) -> Promise.join(
                        TcpClient.connect(address).flatMap(connection -> {
                            Promise<byte[]> read = connection.input().read();
                            return connection
                                    .output()
                                    .close()
                                    .flatMap(x -> Net.failure(
                                            read,
                                            e -> assertThat(e)
                                                    .isInstanceOf(ClosedChannelException.class)));
                        }),
                        TcpClient.connect(address)
                                .flatMap(connection -> connection
                                        .input()
                                        .close()
                                        .flatMap(x -> connection.output().write("late"))
                                        .flatMap(x -> Net.failure(
                                                connection.output().flush(),
                                                e -> assertThat(e)
                                                        .isInstanceOf(
                                                                ClosedChannelException.class))))));
    }

    @Test
    void aConnectionMayBeHalfClosed() throws Exception {
        Net.withServer(
                (client, peer) -> client.input()
                        .readAll()
                        .flatMap(all -> client.output().write("got " + all.length())),
                (server, address) -> TcpClient.withConnection(
                                address,
                                connection -> connection
                                        .output()
                                        .write("x".repeat(100_000))
                                        .flatMap(x -> connection.output().shutdown())
                                        .flatMap(x -> connection.input().readAll()))
                        .onSuccess(answer -> assertThat(answer).isEqualTo("got 100000")));
    }

    @Test
    void whoWritesToAClosedPeerGetsAnError() throws Exception {
        Net.withServer(
                (client, peer) -> client.abort(),
                (server, address) -> Net.failure(
                        TcpClient.connect(address).flatMap(TcpClientTest::writeForEver),
                        e -> assertThat(e).isInstanceOf(IOException.class)));
    }

    private static Promise<Void> writeForEver(ChannelPair connection) {
        return connection
                .output()
                .write("x".repeat(1000))
                .flatMap(x -> connection.output().flush())
                .flatMap(x -> EventLoop.pause())
                .flatMap(x -> writeForEver(connection));
    }

    @Test
    @Rule("I-12")
    void aReadThatLosesAgainstATimerLosesNoByte() throws Exception {
        Net.withServer(
                Net::echo,
                (server, address) -> TcpClient.withConnection(
                                address,
                                connection -> connection
                                        .output()
                                        .write("par")
                                        .flatMap(x -> connection.input().read(1))
                                        .flatMap(first -> Promise.pick(
                                                connection
                                                        .input()
                                                        .readLine()
                                                        .map(Optional::orElseThrow),
                                                EventLoop.pause().map(x -> "nothing")))
                                        .onSuccess(loser -> assertThat(loser).isEqualTo("nothing"))
                                        .flatMap(x -> connection.output().write("tial\n"))
                                        .flatMap(x -> connection.input().readLine()))
                        .onSuccess(line -> assertThat(line).contains("artial")));
    }

    @Test
    void withConnectionClosesWhateverComesOfIt() throws Exception {
        List<ChannelPair> used = new ArrayList<>();
        Net.withServer(Net::echo, (server, address) -> {
            Promise<Integer> good = TcpClient.withConnection(address, connection -> {
                used.add(connection);
                return connection.output().write("flushed").map(x -> 1);
            });
            Promise<Integer> bad = TcpClient.withConnection(address, connection -> {
                used.add(connection);
                throw new IllegalStateException("bad");
            });
            Promise<byte[]> cancelled = TcpClient.withConnection(address, connection -> {
                used.add(connection);
                return connection.input().read();
            });
            return good.flatMap(x -> Net.failure(bad, e -> assertThat(e).hasMessage("bad")))
                    .flatMap(x -> Net.until(() -> used.size() == 3))
                    .flatMap(x -> {
                        cancelled.cancel();
                        return Net.failure(
                                cancelled,
                                e -> assertThat(cancelled.isCancelled()).isTrue());
                    });
        });
        assertThat(used).hasSize(3).allMatch(it -> it.input().isClosed());
    }

    @Test
    void aConnectionThatIsGivenUpWhileItIsClosedDoesNotWaitForAPeerThatDoesNotRead()
            throws Exception {
        byte[] muchTooMuch = new byte[64 << 20];
        boolean[] over = new boolean[2];
        Net.withServer((client, peer) -> Net.until(() -> over[1]), (server, address) -> {
            Promise<Void> sent = TcpClient.withConnection(address, connection -> {
                connection.output().write(muchTooMuch).onFailure(dropped -> {});
                over[0] = true;
                return Promise.unit();
            });
            return Net.until(() -> over[0]).flatMap(x -> {
                sent.cancel();
                return Net.failure(sent, e -> assertThat(sent.isCancelled()).isTrue())
                        .onTermination(() -> over[1] = true);
            });
        });
    }

    @Test
    void aBodyThatIsCancelledDoesNotWaitForAPeerThatDoesNotRead() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            byte[] muchTooMuch = new byte[64 << 20];
            EventLoop.run(() -> {
                Promise<Void> sent =
                        TcpClient.withConnection(listener.getLocalSocketAddress(), connection -> {
                            connection.output().write(muchTooMuch).onFailure(dropped -> {});
                            return connection.output().flush();
                        });
                return Net.elsewhere(listener::accept).flatMap(silent -> {
                    sent.cancel();
                    return Net.failure(sent, e -> assertThat(sent.isCancelled()).isTrue())
                            .onTermination(silent::close);
                });
            });
        }
    }

    @Test
    void whoWaitsWhenTheLoopEndsIsTold() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EventLoop loop = EventLoop.builder().start();
            CompletableFuture<byte[]> read;
            CompletableFuture<ChannelPair> connected =
                    loop.submit(() -> TcpClient.connect(listener.getLocalSocketAddress()));
            ChannelPair connection = connected.get();
            read = loop.submit(() -> connection.input().read());
            loop.close();
            assertThat(read)
                    .isCompletedExceptionally()
                    .failsWithin(Duration.ZERO)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(ClosedChannelException.class);
            assertThat(listener.accept().getInputStream().read()).isEqualTo(-1);
        }
    }
}
