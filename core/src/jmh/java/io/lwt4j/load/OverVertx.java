package io.lwt4j.load;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The servers as one writes them with Vert.x. It closes when the client half-closes: no sink. */
final class OverVertx implements Server {

    @Override
    public Map<Service, Integer> start(Path certificate) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            if (service == Service.HTTP) {
                ports.put(service, http(vertx));
            } else if (service != Service.SINK && service != Service.TLS) {
                NetServer server = vertx.createNetServer(
                                new NetServerOptions().setAcceptBacklog(1024))
                        .connectHandler(client -> serve(service, client))
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);
                ports.put(service, server.actualPort());
            }
        }
        return ports;
    }

    private static void serve(Service service, NetSocket client) {
        client.exceptionHandler(e -> client.close());
        switch (service) {
            case ECHO -> client.handler(bytes -> send(client, bytes));
            case LINE ->
                client.handler(RecordParser.newDelimited(
                        "\n", line -> send(client, line.appendByte((byte) '\n'))));
            default -> fill(client, Buffer.buffer(Service.CHUNK));
        }
    }

    private static void send(NetSocket client, Buffer bytes) {
        client.write(bytes);
        if (client.writeQueueFull()) {
            client.pause();
            client.drainHandler(room -> client.resume());
        }
    }

    private static void fill(NetSocket client, Buffer chunk) {
        while (!client.writeQueueFull()) {
            client.write(chunk);
        }
        client.drainHandler(room -> fill(client, chunk));
    }

    private static int http(Vertx vertx) throws Exception {
        return vertx.createHttpServer(new HttpServerOptions().setAcceptBacklog(1024))
                .requestHandler(request -> request.response()
                        .putHeader("Content-Type", "text/plain")
                        .end(Service.HELLO))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }
}
