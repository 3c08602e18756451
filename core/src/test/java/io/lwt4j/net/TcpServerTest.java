package io.lwt4j.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.engine.Engine;
import io.lwt4j.engine.VirtualTimeEngine;
import io.lwt4j.io.ChannelPair;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

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
    @Rule("I-26")
    void anErrorOfAcceptIsReportedOnceAndTriedAgainLater() throws Exception {
        List<Throwable> errors = new ArrayList<>();
        IOException error = new IOException("Too many open files");
        ManualEngine engine = new ManualEngine();
        try (EventLoop loop =
                EventLoop.builder().engine(engine).uncaughtHandler(errors::add).build()) {
            loop.runUntilComplete(() -> {
                TcpServer server = new TcpServer(new BrokenChannel(error), Net::echo);
                assertThat(engine.interest()).isEqualTo(SelectionKey.OP_ACCEPT);
                engine.ready();
                assertThat(engine.interest()).isEqualTo(SelectionKey.OP_ACCEPT);
                engine.ready();
                assertThat(engine.interest()).isZero();
                return EventLoop.sleep(Duration.ofSeconds(1)).flatMap(x -> {
                    assertThat(engine.interest()).isEqualTo(SelectionKey.OP_ACCEPT);
                    engine.ready();
                    return server.close();
                });
            });
        }
        assertThat(errors).containsExactly(error);
    }

    /** Knows one channel, which is ready when a test says so. */
    private static final class ManualEngine implements Engine, Engine.Registration {

        private final VirtualTimeEngine time = new VirtualTimeEngine();
        private Handler handler;
        private int interest;

        void ready() {
            handler.ready(interest);
        }

        @Override
        public int interest() {
            return interest;
        }

        @Override
        public void interest(int ops) {
            interest = ops;
        }

        @Override
        public Registration register(SelectableChannel channel, Handler newHandler) {
            handler = newHandler;
            return this;
        }

        @Override
        public long nanoTime() {
            return time.nanoTime();
        }

        @Override
        public void await(long timeoutNanos) {
            time.await(timeoutNanos);
        }

        @Override
        public void wakeup() {
            time.wakeup();
        }

        @Override
        public boolean hasChannels() {
            return false;
        }

        @Override
        public void close() {}
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
