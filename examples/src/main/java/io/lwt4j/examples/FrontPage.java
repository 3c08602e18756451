package io.lwt4j.examples;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.net.TcpClient;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Lwt's first example: asks a web server for its front page, and gives up after five seconds.
 *
 * <p>By default it talks to a {@link LoopbackSite} that it starts itself; see
 * {@link FrontPageArguments#USAGE}. The exit code is 0 if there was a response, 1 if there was
 * none, 2 if the arguments are wrong.
 */
public final class FrontPage {

    /** How long the stalled site may take to notice that its client has gone. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private FrontPage() {}

    /** The response of a web server; nothing if it takes too long. */
    static Promise<Optional<String>> get(String host, int port, String path, Duration timeout) {
        String question = "GET " + path + " HTTP/1.1\r\n"
                + "Host: " + host + ":" + port + "\r\n"
                + "Connection: close\r\n\r\n";
        Promise<String> request =
                TcpClient.withConnection(host, port, server -> ask(server, question));

        Promise<Optional<String>> response = request.map(Optional::of);
        Promise<Optional<String>> tooLate = EventLoop.sleep(timeout).map(x -> Optional.empty());

        // The loser is cancelled: the timer is gone, or the connection is closed.
        return Promise.pick(response, tooLate);
    }

    private static Promise<String> ask(ChannelPair server, String question) {
        return server.output().write(question).flatMap(sent -> server.input().readAll());
    }

    /**
     * Runs the program.
     *
     * @param args see {@link FrontPageArguments#USAGE}
     * @throws Exception if the program is wrong
     */
    public static void main(String[] args) throws Exception {
        System.exit(run(args));
    }

    private static int run(String[] args) throws Exception {
        FrontPageArguments arguments;
        try {
            arguments = FrontPageArguments.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(FrontPageArguments.USAGE);
            return 2;
        }
        if (arguments.help()) {
            System.out.println(FrontPageArguments.USAGE);
            return 0;
        }
        URI url = arguments.url();
        try {
            return EventLoop.run(
                    () -> url == null ? visitOwnSite(arguments) : visit(url, arguments.timeout()));
        } catch (IOException e) {
            System.err.println("Request failed: " + e.getMessage());
            return 1;
        }
    }

    private static Promise<Integer> visit(URI url, Duration timeout) {
        int port = url.getPort() < 0 ? 80 : url.getPort();
        return get(url.getHost(), port, pathOf(url), timeout).map(FrontPage::show);
    }

    private static String pathOf(URI url) {
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    private static int show(Optional<String> response) {
        if (response.isEmpty()) {
            System.err.println("Request timed out");
            return 1;
        }
        System.out.print(response.get());
        System.out.flush();
        return 0;
    }

    private static Promise<Integer> visitOwnSite(FrontPageArguments arguments) {
        return LoopbackSite.start(arguments.stall())
                .flatMap(site -> visit(site.url(), arguments.timeout())
                        .flatMap(code ->
                                arguments.stall() ? sayWhoLeft(site, code) : Promise.of(code))
                        .eventually(site::close));
    }

    private static Promise<Integer> sayWhoLeft(LoopbackSite site, int code) {
        return EventLoop.withTimeout(PATIENCE, site::clientLeft).map(left -> {
            System.out.println("server: client closed its connection");
            return code;
        });
    }
}
