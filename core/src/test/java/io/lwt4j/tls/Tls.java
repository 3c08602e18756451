package io.lwt4j.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.net.Net;
import io.lwt4j.net.TcpServer;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** What the tests of TLS have in common. */
final class Tls {

    private Tls() {}

    /** Runs a test with the port of a server; no error must reach the handler. */
    static void withServer(
            TlsOptions options,
            CheckedBiFunction<TlsConnection, SocketAddress, ? extends Promise<?>> handler,
            CheckedFunction<Integer, ? extends Promise<?>> test)
            throws Exception {
        assertThat(Net.run(() -> serve(options, handler, test)))
                .as("errors of the loop")
                .isEmpty();
    }

    static Promise<?> serve(
            TlsOptions options,
            CheckedBiFunction<TlsConnection, SocketAddress, ? extends Promise<?>> handler,
            CheckedFunction<Integer, ? extends Promise<?>> test) {
        return TlsServer.listen(Net.ANY_PORT, options, handler)
                .flatMap(server -> Promise.of(port(server))
                        .<Object>flatMap(test)
                        .flatMap(x -> Net.until(() -> server.openConnections() == 0))
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
}
