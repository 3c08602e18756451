package io.lwt4j.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.CheckedConsumer;
import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.net.TcpServer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** What the tests of TLS have in common. */
final class Tls {

    static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private Tls() {}

    /** Runs a test until its promise is resolved, and returns what the loop's handler heard. */
    static List<Throwable> run(Callable<? extends Promise<?>> test) throws Exception {
        List<Throwable> errors = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).build()) {
            loop.runUntilComplete(() -> test.call().map(done -> true));
        }
        return errors;
    }

    /** Runs a test with the port of a server; no error must reach the handler. */
    static void withServer(
            TlsOptions options,
            CheckedBiFunction<TlsConnection, SocketAddress, ? extends Promise<?>> handler,
            CheckedFunction<Integer, ? extends Promise<?>> test)
            throws Exception {
        assertThat(run(() -> serve(options, handler, test)))
                .as("errors of the loop")
                .isEmpty();
    }

    static Promise<?> serve(
            TlsOptions options,
            CheckedBiFunction<TlsConnection, SocketAddress, ? extends Promise<?>> handler,
            CheckedFunction<Integer, ? extends Promise<?>> test) {
        return TlsServer.listen(ANY_PORT, options, handler)
                .flatMap(server -> Promise.of(port(server))
                        .<Object>flatMap(test)
                        .flatMap(x -> until(() -> server.openConnections() == 0))
                        .eventually(server::close));
    }

    static int port(TcpServer server) {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    static Promise<?> echo(TlsConnection client, SocketAddress peer) {
        return client.input()
                .read()
                .flatMap(some -> some.length == 0
                        ? Promise.unit()
                        : client.output().write(some).flatMap(x -> echo(client, peer)));
    }

    static Promise<?> until(Callable<Boolean> condition) {
        return EventLoop.pause()
                .<Object>flatMap(x -> condition.call() ? Promise.unit() : until(condition));
    }

    /** What a promise is rejected with; it must be. */
    static Promise<Throwable> failure(Promise<?> promise, CheckedConsumer<Throwable> check) {
        return promise.fold(
                value -> Promise.failed(new AssertionError("fulfilled with " + value)), cause -> {
                    check.accept(cause);
                    return Promise.of(cause);
                });
    }
}
