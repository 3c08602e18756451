package io.lwt4j.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Rule;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;

class TcpListenerTest {

    private static Promise<TcpSocket> dial(SocketAddress address) {
        return TcpClient.builder().connectSocket(address);
    }

    @Test
    void connectionsAreAcceptedInTheOrderOfTheCalls() throws Exception {
        assertThat(Net.run(() -> TcpListener.listen(Net.ANY_PORT).flatMap(listener -> {
                    List<String> log = new ArrayList<>();
                    Promise<TcpSocket> first = listener.accept().map(socket -> {
                        log.add("first");
                        return socket;
                    });
                    Promise<TcpSocket> second = listener.accept().map(socket -> {
                        log.add("second");
                        return socket;
                    });
                    return Promise.all(
                                    dial(listener.localAddress()),
                                    dial(listener.localAddress()),
                                    first,
                                    second)
                            .onSuccess(x -> assertThat(log).containsExactly("first", "second"))
                            .flatMap(all -> {
                                assertThat(all.get(2).remoteAddress())
                                        .isIn(
                                                all.get(0).localAddress(),
                                                all.get(1).localAddress());
                                return Promise.join(
                                        all.stream().map(TcpSocket::close).toList());
                            })
                            .flatMap(x -> listener.close());
                })))
                .isEmpty();
    }

    @Test
    @Rule("U-7")
    void aCancelledAcceptTakesNoConnectionAway() throws Exception {
        assertThat(Net.run(() -> TcpListener.listen(Net.ANY_PORT).flatMap(listener -> {
                    Promise<TcpSocket> cancelled = listener.accept();
                    cancelled.cancel();
                    assertThat(cancelled.isCancelled()).isTrue();
                    return Promise.both(dial(listener.localAddress()), listener.accept())
                            .flatMap(both -> {
                                assertThat(both.second().remoteAddress())
                                        .isEqualTo(both.first().localAddress());
                                return Promise.join(
                                        both.first().close(),
                                        both.second().close(),
                                        listener.close());
                            });
                })))
                .isEmpty();
    }

    @Test
    @Rule("U-15")
    void severalConnectionsAreAcceptedAtOnce() throws Exception {
        assertThat(Net.run(() -> TcpListener.listen(Net.ANY_PORT).flatMap(listener -> {
                    SocketAddress address = listener.localAddress();
                    return Promise.all(dial(address), dial(address), dial(address))
                            .flatMap(clients -> listener.acceptUpTo(2)
                                    .flatMap(two -> {
                                        assertThat(two.sockets()).hasSize(2);
                                        assertThat(two.error()).isEmpty();
                                        return listener.acceptUpTo(2);
                                    })
                                    .onSuccess(one -> assertThat(one.sockets()).hasSize(1)))
                            .flatMap(x -> listener.close());
                })))
                .isEmpty();
    }

    @Test
    @Rule("U-5")
    void closeWakesWhoeverWaitsAndFreesThePort() throws Exception {
        assertThat(Net.run(() -> TcpListener.listen(Net.ANY_PORT).flatMap(listener -> {
                    assertThat(listener.option(StandardSocketOptions.SO_REUSEADDR))
                            .isTrue();
                    Promise<TcpSocket> waiting = listener.accept();
                    return listener.close()
                            .flatMap(x -> Net.failure(
                                    waiting,
                                    e -> assertThat(e).isInstanceOf(ClosedChannelException.class)))
                            .flatMap(x -> TcpListener.listen(listener.localAddress()))
                            .flatMap(TcpListener::close)
                            .flatMap(x -> listener.close());
                })))
                .isEmpty();
    }

    @Test
    void closingCannotBeCancelled() throws Exception {
        assertThat(Net.run(() -> TcpListener.listen(Net.ANY_PORT).flatMap(listener -> {
                    Promise<?> closing = listener.close();
                    closing.cancel();
                    return closing;
                })))
                .isEmpty();
    }

    @Test
    void aPortThatIsTakenIsAnErrorThatNamesIt() throws Exception {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(Net.ANY_PORT);
            SocketAddress address = taken.getLocalSocketAddress();
            EventLoop.run(() -> Net.failure(
                    TcpListener.listen(address),
                    e -> assertThat(e)
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining("cannot listen on " + address)));
        }
    }

    @Test
    void noConnectionIsTooFew() throws Exception {
        Net.run(() -> TcpListener.listen(Net.ANY_PORT).flatMap(listener -> {
            assertThatThrownBy(() -> listener.acceptUpTo(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("count: 0");
            return listener.close();
        }));
    }
}
