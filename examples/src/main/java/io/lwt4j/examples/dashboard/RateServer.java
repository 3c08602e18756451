package io.lwt4j.examples.dashboard;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.net.TcpClient;
import io.lwt4j.net.TcpServer;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** A server that is asked what a euro costs, and takes much too long every fifth time. */
final class RateServer {

    private static final int SLOW_ONE_IN = 5;
    private static final Duration SLOW = Duration.ofMinutes(1);

    private final TcpServer server;

    private RateServer(TcpServer server) {
        this.server = server;
    }

    /** Listens on a free port of this machine. */
    static Promise<RateServer> start() {
        Till till = new Till();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return TcpServer.listen(anyPort, (client, peer) -> till.serve(client)).map(RateServer::new);
    }

    /** One that asks this server, over a connection for each question. */
    RateSource client() {
        InetSocketAddress address = (InetSocketAddress) server.localAddress();
        return () -> TcpClient.withConnection(
                address, connection -> connection.input().readLine().map(RateServer::parsed));
    }

    private static double parsed(Optional<String> line) {
        return Double.parseDouble(line.orElseThrow());
    }

    /** Those who still wait for an answer get none. */
    Promise<?> close() {
        return server.shutdown(Duration.ZERO);
    }

    /** Remembers how often it has answered. */
    private static final class Till {

        private int questions;

        /** Answers, unless the client has gone before. */
        Promise<?> serve(ChannelPair client) {
            int question = ++questions;
            Duration pause = question % SLOW_ONE_IN == 0 ? SLOW : Duration.ZERO;
            double rate = 1.08 + 0.003 * Math.sin(question / 4.0);
            Promise<?> answered =
                    EventLoop.sleep(pause).flatMap(x -> client.output().write(rate + "\n"));
            Promise<?> left = client.input().readAll();
            return Promise.<@Nullable Object>pick(answered, left);
        }
    }
}
