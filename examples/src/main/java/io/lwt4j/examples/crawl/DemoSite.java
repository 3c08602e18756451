package io.lwt4j.examples.crawl;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.net.TcpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * A small site on this machine with everything that makes the life of a crawler hard: links that
 * lead back, elsewhere or nowhere, a page that has moved, one that is slow, one that works at the
 * third try, and one that never answers.
 */
final class DemoSite {

    private int requests;
    private int flakyRequests;
    private int busy;
    private int busiest;

    Promise<TcpServer> listen() {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return TcpServer.listen(anyPort, (client, peer) -> serve(client));
    }

    static URI urlOf(TcpServer server) {
        InetSocketAddress address = (InetSocketAddress) server.localAddress();
        return URI.create(
                "http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/");
    }

    /** How many requests there were. */
    int requests() {
        return requests;
    }

    /** How many requests were under way at the same time, at most. */
    int busiest() {
        return busiest;
    }

    /** How many requests are under way. */
    int busy() {
        return busy;
    }

    private Promise<?> serve(ChannelPair client) {
        return client.input()
                .lines()
                .getWhile(line -> !line.isEmpty())
                .flatMap(head -> head.isEmpty() ? Promise.unit() : answer(client, head.get(0)))
                // A client that has had enough is no error of the server.
                .recover(IOException.class, gone -> Promise.unit());
    }

    private Promise<?> answer(ChannelPair client, String request) {
        requests++;
        busy++;
        busiest = Math.max(busiest, busy);
        return pageAt(client, request.split(" ", 3)[1])
                .onTermination(() -> busy--)
                .flatMap(page -> client.output().write(page));
    }

    private Promise<String> pageAt(ChannelPair client, String path) {
        return switch (path) {
            case "/" ->
                Promise.of(page("/a", "/b", "/slow", "/flaky", "/stuck", "https://example.org/"));
            case "/a" -> Promise.of(page("/", "a/1", "a/2", "#top"));
            case "/b" -> Promise.of(page("/old", "/missing"));
            case "/a/1", "/a/2", "/new" -> Promise.of(page("/", "/a"));
            case "/old" -> Promise.of("HTTP/1.1 301 Moved\r\nLocation: /new\r\n\r\n");
            case "/slow" -> EventLoop.sleep(Duration.ofMillis(100)).map(later -> page("/a"));
            case "/flaky" ->
                Promise.of(
                        ++flakyRequests % 3 == 0
                                ? page("/a")
                                : "HTTP/1.1 503 Try again\r\nContent-Length: 0\r\n\r\n");
            case "/stuck" -> client.input().readAll().map(gone -> "");
            default -> Promise.of("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        };
    }

    private static String page(String... links) {
        StringBuilder body = new StringBuilder("<!doctype html>\n");
        List.of(links).forEach(link -> body.append("<a href=\"").append(link).append("\">.</a>\n"));
        return "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: "
                + body.toString().getBytes(StandardCharsets.UTF_8).length
                + "\r\nConnection: close\r\n\r\n"
                + body;
    }
}
