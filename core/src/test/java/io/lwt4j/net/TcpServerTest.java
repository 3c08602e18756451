package io.lwt4j.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.io.ChannelPair;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

class TcpServerTest {

    private static Promise<String> visit(SocketAddress address) {
        return TcpClient.withConnection(
                address, connection -> connection.input().readAll());
    }

    @Test
    @Rule("I-25")
    void whatAHandlerWroteArrivesThoughItReturnsWithoutFlushing() throws Exception {
        String text = "hello ".repeat(50_000);
        Net.withServer(
                (client, peer) -> client.output().write(text),
                (server, address) ->
                        visit(address).onSuccess(answer -> assertThat(answer).isEqualTo(text)));
    }

    @Test
    void anAnswerGoesOutAtTheEndOfTheEventThatLedToIt() throws Exception {
        List<Integer> buffered = new ArrayList<>();
        Net.withServer(
                (client, peer) -> client.output()
                        .writeLine("ask")
                        .flatMap(x -> client.input().readLine())
                        .flatMap(question -> {
                            // A pause that is made before the answer is written comes before a
                            // flush that waits for one.
                            Promise<?> later = EventLoop.pause()
                                    .map(x -> buffered.add(client.output().buffered()));
                            return client.output().writeLine("answer").flatMap(x -> later);
                        }),
                (server, address) -> TcpClient.withConnection(
                        address,
                        connection -> connection
                                .input()
                                .readLine()
                                .flatMap(x -> connection.output().writeLine("question"))
                                .flatMap(x -> connection.input().readAll())));
        assertThat(buffered).containsExactly(0);
    }

    /** Takes an answer that the system cannot pass on at once, while saying something else. */
    private static Promise<?> readLate(
            SocketAddress address,
            String before,
            String after,
            Callable<Boolean> ready,
            int length) {
        Socket socket = new Socket();
        return Net.elsewhere(() -> {
                    socket.setReceiveBufferSize(4 << 10);
                    socket.connect(address);
                    socket.getOutputStream().write(before.getBytes(StandardCharsets.UTF_8));
                    return true;
                })
                .flatMap(x -> Net.until(ready))
                .flatMap(x -> EventLoop.pause())
                .flatMap(x -> EventLoop.pause())
                .flatMap(x -> Net.elsewhere(() -> {
                    try (socket) {
                        socket.getOutputStream().write(after.getBytes(StandardCharsets.UTF_8));
                        assertThat(socket.getInputStream().readAllBytes()).hasSize(length);
                    }
                    return true;
                }));
    }

    private static Promise<?> serveLate(
            CheckedBiFunction<ChannelPair, SocketAddress, ? extends Promise<?>> handler,
            CheckedFunction<TcpServer, ? extends Promise<?>> test) {
        return TcpServer.builder()
                .clientOption(StandardSocketOptions.SO_SNDBUF, 400_000)
                .listen(Net.ANY_PORT, handler)
                .flatMap(server ->
                        Promise.of(server).<Object>flatMap(test).eventually(server::close));
    }

    @Test
    void anAnswerArrivesAlsoIfTheClientGoesOnLater() throws Exception {
        boolean[] flushed = {false};
        assertThat(Net.run(() -> serveLate(
                        (client, peer) -> client.output()
                                .write(new byte[150_000])
                                .flatMap(x -> client.output().flush())
                                .onSuccess(x -> flushed[0] = true),
                        server -> readLate(
                                server.localAddress(), "", "more", () -> flushed[0], 150_000))))
                .isEmpty();
    }

    @Test
    void anAnswerArrivesAlsoIfTheHandlerClosesTheConnectionItself() throws Exception {
        boolean[] flushed = {false};
        assertThat(Net.run(() -> serveLate(
                        (client, peer) -> client.input()
                                .readChar()
                                .flatMap(x -> client.output().write(new byte[150_000]))
                                .flatMap(x -> client.output().flush())
                                .onSuccess(x -> flushed[0] = true)
                                .flatMap(x -> client.output().close()),
                        server -> readLate(
                                server.localAddress(),
                                "x".repeat(20_000),
                                "",
                                () -> flushed[0],
                                150_000))))
                .isEmpty();
    }

    @Test
    void anAnswerArrivesAlsoIfASocketIsServed() throws Exception {
        boolean[] flushed = {false};
        ByteBuffer answer = ByteBuffer.allocate(150_000);
        assertThat(Net.run(() -> TcpServer.builder()
                        .clientOption(StandardSocketOptions.SO_SNDBUF, 400_000)
                        .listenSockets(
                                Net.ANY_PORT,
                                (socket, peer) -> socket.whenReadable()
                                        .flatMap(x -> writeAll(socket, answer))
                                        .onSuccess(x -> flushed[0] = true))
                        .flatMap(server -> readLate(
                                        server.localAddress(), "x", "", () -> flushed[0], 150_000)
                                .eventually(server::close))))
                .isEmpty();
    }

    private static Promise<?> writeAll(TcpSocket socket, ByteBuffer from) {
        return from.hasRemaining()
                ? socket.write(from).<Object>flatMap(x -> writeAll(socket, from))
                : Promise.unit();
    }

    @Test
    void aHandlerLearnsTheAddressOfItsClient() throws Exception {
        Net.withServer(
                (client, peer) -> client.output().write(peer.toString()),
                (server, address) -> Net.elsewhere(() -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(address);
                        byte[] answer = socket.getInputStream().readAllBytes();
                        assertThat(new String(answer, StandardCharsets.UTF_8))
                                .isEqualTo(socket.getLocalSocketAddress().toString());
                        return true;
                    }
                }));
    }

    @Test
    @Rule("I-26")
    void aHandlerThatFailsIsReportedAndTheServerGoesOn() throws Exception {
        IllegalStateException thrown = new IllegalStateException("thrown");
        IllegalStateException later = new IllegalStateException("later");
        int[] count = {0};
        List<Throwable> errors = Net.run(() -> Net.serve(
                (client, peer) -> switch (count[0]++) {
                    case 0 -> throw thrown;
                    case 1 -> EventLoop.pause().flatMap(x -> Promise.failed(later));
                    case 2 -> null;
                    default -> client.output().write("alive");
                },
                (server, address) -> visit(address)
                        .flatMap(x -> visit(address))
                        .flatMap(x -> visit(address))
                        .flatMap(x -> visit(address))
                        .onSuccess(answer -> assertThat(answer).isEqualTo("alive"))));
        assertThat(errors).hasSize(3).startsWith(thrown, later);
        assertThat(errors.get(2)).isInstanceOf(NullPointerException.class);
    }

    @Test
    @Rule("I-26")
    void aClientThatDoesNotReadLosesItsPlaceWhenTheHandlerHasFailed() throws Exception {
        IllegalStateException thrown = new IllegalStateException("thrown");
        int[] count = {0};
        List<Throwable> errors = Net.run(() -> TcpServer.builder()
                .maxConnections(1)
                .listen(Net.ANY_PORT, (client, peer) -> {
                    if (count[0]++ == 0) {
                        client.output().write(new byte[64 << 20]).onFailure(e -> {});
                        throw thrown;
                    }
                    return client.output().write("alive");
                })
                .flatMap(server -> TcpClient.connect(server.localAddress())
                        .flatMap(deaf -> EventLoop.withTimeout(
                                        Duration.ofSeconds(60), () -> visit(server.localAddress()))
                                .onSuccess(answer -> assertThat(answer).isEqualTo("alive"))
                                .eventually(deaf::abort))
                        .eventually(() -> server.shutdown(Duration.ZERO))));
        assertThat(errors).containsExactly(thrown);
    }

    @Test
    @Rule("I-26")
    void aClientThatHasGoneIsReportedOnce() throws Exception {
        List<Throwable> errors = Net.run(() -> {
            Resolver<Boolean> ended = Resolver.cancellable();
            return Net.serve(
                    (client, peer) ->
                            TcpServerTest.flood(client).onTermination(() -> ended.resolve(true)),
                    (server, address) -> TcpClient.connect(address)
                            .flatMap(ChannelPair::abort)
                            .flatMap(x -> ended.promise())
                            .flatMap(x -> EventLoop.pause()));
        });
        assertThat(errors).hasSize(1).allMatch(e -> e instanceof IOException);
    }

    private static Promise<?> flood(ChannelPair client) {
        return client.output()
                .write("x".repeat(1000))
                .flatMap(x -> client.output().flush())
                .flatMap(x -> EventLoop.pause())
                .<Object>flatMap(x -> flood(client));
    }

    @Test
    @Rule("I-27")
    void closeFreesThePortAndLeavesConnectionsAlone() throws Exception {
        Net.withServer(
                Net::echo,
                (server, address) -> TcpClient.withConnection(
                        address,
                        connection -> connection
                                .output()
                                .write("before\n")
                                .flatMap(x -> connection.input().readLine())
                                .flatMap(x -> {
                                    Promise<Void> closed = server.close();
                                    assertThat(server.close()).isSameAs(closed);
                                    closed.cancel();
                                    return closed;
                                })
                                .flatMap(x -> Net.failure(
                                        TcpClient.connect(address),
                                        e -> assertThat(e).isInstanceOf(ConnectException.class)))
                                .flatMap(x -> TcpServer.listen(address, Net::echo))
                                .flatMap(TcpServer::close)
                                .flatMap(x -> connection.output().write("after\n"))
                                .flatMap(x -> connection.input().readLine())
                                .onSuccess(line -> assertThat(line).contains("after"))));
    }

    @Test
    void aPortThatIsTakenIsAnErrorThatNamesIt() throws Exception {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(Net.ANY_PORT);
            SocketAddress address = taken.getLocalSocketAddress();
            EventLoop.run(() -> Net.failure(
                    TcpServer.listen(address, Net::echo),
                    e -> assertThat(e)
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining("cannot listen on " + address)));
        }
    }

    @Test
    void theServerEndsWithItsLoop() throws Exception {
        EventLoop loop = EventLoop.builder().start();
        TcpServer server =
                loop.submit(() -> TcpServer.listen(Net.ANY_PORT, Net::echo)).get();
        try (Socket client = new Socket()) {
            client.connect(server.localAddress());
            client.getOutputStream().write('a');
            assertThat(client.getInputStream().read()).isEqualTo('a');
            assertThatThrownBy(server::close).isInstanceOf(LoopThreadException.class);
            loop.close();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        try (ServerSocket next = new ServerSocket()) {
            next.bind(server.localAddress());
        }
    }

    @Test
    void connectionsThatEndWithTheirLoopAreNotReported() throws Exception {
        assertThat(Net.run(() -> TcpServer.listen(
                                Net.ANY_PORT, (client, peer) -> client.input().readLine())
                        .flatMap(server -> TcpClient.connect(server.localAddress())
                                .flatMap(x -> Net.until(() -> server.openConnections() == 1)))))
                .isEmpty();
    }

    @Test
    @Rule("I-26")
    void anErrorOfAcceptIsReportedOnceAndTriedAgainLater() throws Exception {
        List<Throwable> errors = new ArrayList<>();
        IOException error = new IOException("Too many open files");
        ManualEngine engine = new ManualEngine();
        try (EventLoop loop =
                EventLoop.builder().engine(engine).uncaughtHandler(errors::add).build()) {
            loop.runUntilComplete(() -> {
                TcpServer server = new TcpServer(
                        new BrokenChannel(error),
                        socket -> new SocketConversation(socket, (it, peer) -> Promise.unit()),
                        Integer.MAX_VALUE);
                assertThat(engine.interest()).isEqualTo(SelectionKey.OP_ACCEPT);
                engine.ready();
                assertThat(engine.interest()).isEqualTo(SelectionKey.OP_ACCEPT);
                engine.ready();
                assertThat(engine.interest()).isZero();
                return EventLoop.sleep(Duration.ofMillis(101))
                        .flatMap(x -> {
                            assertThat(engine.interest()).isEqualTo(SelectionKey.OP_ACCEPT);
                            engine.ready();
                            // The second break is twice as long.
                            return EventLoop.sleep(Duration.ofMillis(101));
                        })
                        .flatMap(x -> {
                            assertThat(engine.interest()).isZero();
                            return EventLoop.sleep(Duration.ofMillis(100));
                        })
                        .flatMap(x -> {
                            assertThat(engine.interest()).isEqualTo(SelectionKey.OP_ACCEPT);
                            assertThat(server.stats()).isEqualTo(new TcpServer.Stats(0, 0, 3));
                            return server.close();
                        });
            });
        }
        assertThat(errors).containsExactly(error);
    }

    @Test
    @Rule("I-26")
    void breaksBetweenAttemptsGetLongerUpToASecond() throws Exception {
        ManualEngine engine = new ManualEngine();
        List<Throwable> errors = new ArrayList<>();
        try (EventLoop loop =
                EventLoop.builder().engine(engine).uncaughtHandler(errors::add).build()) {
            loop.runUntilComplete(() -> {
                TcpServer server = new TcpServer(
                        new BrokenChannel(new IOException("Too many open files")),
                        socket -> new SocketConversation(socket, (it, peer) -> Promise.unit()),
                        Integer.MAX_VALUE);
                return attempts(engine, 100_000).flatMap(x -> {
                    // 100 + 200 + 400 + 800 ms, and one every second.
                    assertThat(server.stats().failed()).isBetween(98L, 106L);
                    return server.close();
                });
            });
        }
        assertThat(errors).hasSize(1);
    }

    /** The channel is ready every millisecond. */
    private static Promise<?> attempts(ManualEngine engine, int millis) {
        if (engine.interest() != 0) {
            engine.ready();
        }
        return millis == 0
                ? Promise.unit()
                : EventLoop.sleep(Duration.ofMillis(1))
                        .<Object>flatMap(x -> attempts(engine, millis - 1));
    }

    @Test
    void noMoreConnectionsAreOpenThanAllowed() throws Exception {
        List<Throwable> errors = Net.run(() -> {
            Resolver<Boolean> go = Resolver.uncancellable();
            int[] most = {0};
            return TcpServer.builder()
                    .maxConnections(2)
                    .listen(
                            Net.ANY_PORT,
                            (client, peer) ->
                                    go.promise().flatMap(x -> client.output().write("served")))
                    .flatMap(server -> {
                        List<Promise<String>> clients = new ArrayList<>();
                        for (int i = 0; i < 10; i++) {
                            clients.add(visit(server.localAddress()));
                        }
                        Promise<?> watching = Net.until(() -> {
                            most[0] = Math.max(most[0], server.openConnections());
                            return server.stats().accepted() == 10;
                        });
                        return Net.until(() -> server.openConnections() == 2)
                                .flatMap(x -> pauses(20))
                                .onSuccess(x ->
                                        assertThat(server.stats().accepted()).isEqualTo(2))
                                .onSuccess(x -> go.resolve(true))
                                .flatMap(x -> Promise.all(clients))
                                .onSuccess(answers -> assertThat(answers).containsOnly("served"))
                                .flatMap(x -> watching)
                                .onSuccess(x -> assertThat(most[0]).isEqualTo(2))
                                .flatMap(x -> server.close());
                    });
        });
        assertThat(errors).isEmpty();
    }

    private static Promise<?> pauses(int count) {
        return count == 0
                ? Promise.unit()
                : EventLoop.pause().<Object>flatMap(x -> pauses(count - 1));
    }

    @Test
    void aServerThatPausesAcceptsNobody() throws Exception {
        Net.withServer((client, peer) -> client.output().write("served"), (server, address) -> {
            server.pause();
            Promise<String> visit = visit(address);
            return pauses(50)
                    .onSuccess(x -> assertThat(server.stats().accepted()).isZero())
                    .onSuccess(x -> server.resume())
                    .flatMap(x -> visit)
                    .onSuccess(answer -> assertThat(answer).isEqualTo("served"));
        });
    }

    @Test
    void socketsMayBeServedWithoutChannels() throws Exception {
        List<Throwable> errors = Net.run(() -> TcpServer.builder()
                .clientOption(StandardSocketOptions.SO_KEEPALIVE, true)
                .option(StandardSocketOptions.SO_RCVBUF, 1 << 16)
                .backlog(10)
                .listenSockets(Net.ANY_PORT, (socket, peer) -> {
                    assertThat(socket.option(StandardSocketOptions.SO_KEEPALIVE))
                            .isTrue();
                    return socket.write(ByteBuffer.wrap("raw".getBytes(StandardCharsets.UTF_8)));
                })
                .flatMap(server -> visit(server.localAddress())
                        .onSuccess(answer -> assertThat(answer).isEqualTo("raw"))
                        .flatMap(x -> server.close())));
        assertThat(errors).isEmpty();
    }

    @Test
    void anOptionThatClientsCannotHaveIsReportedAndTheServerGoesOn() throws Exception {
        List<Throwable> errors = Net.run(() -> TcpServer.builder()
                .clientOption(StandardSocketOptions.IP_MULTICAST_TTL, 1)
                .listen(Net.ANY_PORT, Net::echo)
                .flatMap(server -> visit(server.localAddress())
                        .onSuccess(answer -> assertThat(answer).isEmpty())
                        .flatMap(x -> server.close())));
        assertThat(errors).hasSize(1).allMatch(e -> e instanceof UnsupportedOperationException);
    }

    /* ---- Shutdown ---- */

    @Test
    void shutdownWaitsForHandlersThatEndInTime() throws Exception {
        List<Throwable> errors = Net.run(() -> {
            Resolver<Boolean> go = Resolver.uncancellable();
            return TcpServer.listen(
                            Net.ANY_PORT,
                            (client, peer) ->
                                    go.promise().flatMap(x -> client.output().write("late")))
                    .flatMap(server -> {
                        Promise<String> visit = visit(server.localAddress());
                        return Net.until(() -> server.openConnections() == 1).flatMap(x -> {
                            Promise<Integer> down = server.shutdown(Duration.ofMinutes(1));
                            assertThat(server.shutdown(Duration.ZERO)).isSameAs(down);
                            down.cancel();
                            return pauses(20)
                                    .onSuccess(y -> assertThat(down.isPending()).isTrue())
                                    .onSuccess(y -> go.resolve(true))
                                    .flatMap(y -> visit)
                                    .onSuccess(answer -> assertThat(answer).isEqualTo("late"))
                                    .flatMap(y -> down)
                                    .onSuccess(count -> assertThat(count).isZero());
                        });
                    });
        });
        assertThat(errors).isEmpty();
    }

    @Test
    void shutdownAbortsWhatIsLeftAtTheDeadline() throws Exception {
        List<Promise<?>> waiting = new ArrayList<>();
        List<Throwable> errors = Net.run(() -> TcpServer.listen(Net.ANY_PORT, (client, peer) -> {
                    Promise<?> wait = waiting.isEmpty()
                            ? client.input().readLine()
                            : Resolver.cancellable().promise();
                    waiting.add(wait);
                    return wait;
                })
                .flatMap(server -> {
                    List<Promise<String>> visits =
                            List.of(visit(server.localAddress()), visit(server.localAddress()));
                    return Net.until(() -> waiting.size() == 2)
                            .flatMap(x -> server.shutdown(Duration.ofMillis(1)))
                            .onSuccess(count -> assertThat(count).isEqualTo(2))
                            .flatMap(x -> Promise.all(visits))
                            .onSuccess(answers -> assertThat(answers).containsOnly(""))
                            .onSuccess(x -> assertThat(server.openConnections()).isZero());
                }));
        assertThat(errors).isEmpty();
        assertThat(waiting.get(1).isCancelled()).isTrue();
        Net.run(() -> Net.failure(
                waiting.get(0),
                e -> assertThat(e)
                        .isInstanceOf(ClosedChannelException.class)
                        .hasMessage("the server has been shut down")));
    }

    @Test
    void handlersMayAskWhetherTheServerStops() throws Exception {
        List<Throwable> errors = Net.run(() -> {
            TcpServer[] self = {null};
            return TcpServer.listen(
                            Net.ANY_PORT,
                            (client, peer) -> Promise.<Object>pick(
                                            client.input().readLine(), self[0].stopping())
                                    .flatMap(x -> client.output().write("bye")))
                    .flatMap(server -> {
                        self[0] = server;
                        Promise<String> visit = visit(server.localAddress());
                        return Net.until(() -> server.openConnections() == 1)
                                .flatMap(x -> server.shutdown(Duration.ofMinutes(1)))
                                .onSuccess(count -> assertThat(count).isZero())
                                .flatMap(x -> visit)
                                .onSuccess(answer -> assertThat(answer).isEqualTo("bye"));
                    });
        });
        assertThat(errors).isEmpty();
    }

    /** Never gets a connection. */
    private static final class BrokenChannel extends ServerSocketChannel {

        private final IOException error;

        BrokenChannel(IOException error) {
            super(SelectorProvider.provider());
            this.error = error;
        }

        @Override
        public SocketChannel accept() throws IOException {
            throw error;
        }

        @Override
        public SocketAddress getLocalAddress() {
            return Net.ANY_PORT;
        }

        @Override
        public ServerSocketChannel bind(SocketAddress local, int backlog) {
            return this;
        }

        @Override
        public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
            return this;
        }

        @Override
        public <T> T getOption(SocketOption<T> name) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return Set.of();
        }

        @Override
        public ServerSocket socket() {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void implCloseSelectableChannel() {}

        @Override
        protected void implConfigureBlocking(boolean block) {}
    }
}
