package io.lwt4j.load;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.io.InputChannel;
import io.lwt4j.io.OutputChannel;
import io.lwt4j.net.TcpServer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** The servers as one writes them with lwt4j. */
final class OverChannels implements Server {

    private static final byte[] RESPONSE = ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                    + "Content-Length: " + Service.HELLO.length() + "\r\n\r\n" + Service.HELLO)
            .getBytes(StandardCharsets.US_ASCII);

    @Override
    public Map<Service, Integer> start(Path certificate) throws Exception {
        EventLoop loop = EventLoop.builder().start();
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            if (service == Service.TLS) {
                continue;
            }
            ports.put(
                    service,
                    loop.submit(() -> listen(service)).toCompletableFuture().get());
        }
        return ports;
    }

    private static Promise<Integer> listen(Service service) {
        CheckedBiFunction<ChannelPair, SocketAddress, Promise<?>> handler = switch (service) {
            case ECHO -> (client, peer) -> echo(client);
            case LINE -> (client, peer) -> line(client);
            case SINK -> (client, peer) -> sink(client, 0);
            case SOURCE -> (client, peer) -> source(client.output());
            case TLS -> throw new AssertionError();
            case HTTP -> (client, peer) -> http(client);
        };
        SocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return TcpServer.listen(address, handler)
                .map(server -> ((InetSocketAddress) server.localAddress()).getPort());
    }

    private static Promise<?> echo(ChannelPair client) {
        return client.input()
                .read()
                .flatMap(bytes -> bytes.length == 0
                        ? Promise.unit()
                        : client.output().write(bytes).flatMap(done -> echo(client)));
    }

    private static Promise<?> line(ChannelPair client) {
        return client.input()
                .readLine()
                .flatMap(line -> line.isEmpty()
                        ? Promise.unit()
                        : client.output().write(line.get() + "\n").flatMap(done -> line(client)));
    }

    private static Promise<?> sink(ChannelPair client, long before) {
        return client.input()
                .read()
                .flatMap(bytes -> bytes.length == 0
                        ? client.output().write(before + "\n")
                        : sink(client, before + bytes.length));
    }

    private static Promise<?> source(OutputChannel output) {
        return output.write(Service.CHUNK).flatMap(done -> source(output));
    }

    private static Promise<?> http(ChannelPair client) {
        return request(client.input())
                .flatMap(complete -> complete
                        ? client.output().write(RESPONSE).flatMap(done -> http(client))
                        : Promise.unit());
    }

    /** Reads a request; whether there was one before the end. */
    private static Promise<Boolean> request(InputChannel input) {
        return input.readLine()
                .flatMap(line -> line.isEmpty()
                        ? Promise.ofFalse()
                        : line.get().isEmpty() ? Promise.ofTrue() : request(input));
    }
}
