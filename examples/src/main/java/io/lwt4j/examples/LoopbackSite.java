package io.lwt4j.examples;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.io.InputChannel;
import io.lwt4j.net.TcpServer;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;

/**
 * A web site on this machine, just big enough to be visited: it has one page, or if it stalls,
 * takes requests and never answers.
 */
final class LoopbackSite {

    private static final String PAGE = """
            <!doctype html>
            <title>lwt4j</title>
            <h1>Light-weight threads for Java</h1>
            """;

    private final TcpServer server;
    private final Promise<Boolean> clientLeft;

    private LoopbackSite(TcpServer server, Promise<Boolean> clientLeft) {
        this.server = server;
        this.clientLeft = clientLeft;
    }

    static Promise<LoopbackSite> start(boolean stalls) {
        Resolver<Boolean> clientLeft = Resolver.cancellable();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return TcpServer.listen(anyPort, (client, peer) -> {
                    Promise<?> asked = readRequest(client.input());
                    return stalls
                            ? asked.flatMap(request -> client.input().readAll())
                                    .onTermination(() -> clientLeft.tryResolve(true))
                            : asked.flatMap(request -> answer(client));
                })
                .map(server -> new LoopbackSite(server, clientLeft.promise()));
    }

    /** Reads to the empty line that ends the head of a request. */
    private static Promise<@Nullable Void> readRequest(InputChannel input) {
        return input.readLine()
                .flatMap(line -> line.orElse("").isEmpty() ? Promise.unit() : readRequest(input));
    }

    private static Promise<@Nullable Void> answer(ChannelPair client) {
        return client.output()
                .write("HTTP/1.1 200 OK\r\n"
                        + "Content-Type: text/html; charset=utf-8\r\n"
                        + "Content-Length: " + PAGE.getBytes(StandardCharsets.UTF_8).length + "\r\n"
                        + "Connection: close\r\n\r\n"
                        + PAGE);
    }

    URI url() throws URISyntaxException {
        InetSocketAddress address = (InetSocketAddress) server.localAddress();
        String host = address.getAddress().getHostAddress();
        return new URI("http", null, host, address.getPort(), "/", null, null);
    }

    /** Fulfilled when the first visitor of a site that stalls has closed its connection. */
    Promise<Boolean> clientLeft() {
        return clientLeft;
    }

    Promise<@Nullable Void> close() {
        return server.close();
    }
}
