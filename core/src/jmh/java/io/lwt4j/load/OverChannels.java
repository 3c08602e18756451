package io.lwt4j.load;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.io.Channels;
import io.lwt4j.io.InputChannel;
import io.lwt4j.io.OutputChannel;
import io.lwt4j.net.TcpServer;
import io.lwt4j.tls.TlsOptions;
import io.lwt4j.tls.TlsServer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** The servers as one writes them with lwt4j. */
final class OverChannels implements Server {

    @Override
    public Map<Service, Integer> start(Path certificate) throws Exception {
        TlsOptions options =
                TlsOptions.builder().context(Certificate.context(certificate)).build();
        EventLoop loop = EventLoop.builder().start();
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            SocketAddress address =
                    loop.submit(() -> listen(service, options)).get().localAddress();
            ports.put(service, ((InetSocketAddress) address).getPort());
        }
        return ports;
    }

    private static Promise<TcpServer> listen(Service service, TlsOptions options) {
        SocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return switch (service) {
            case ECHO -> TcpServer.listen(address, (client, peer) -> echo(client));
            case LINE -> TcpServer.listen(address, (client, peer) -> lines(client));
            case SINK -> TcpServer.listen(address, (client, peer) -> sink(client));
            case SOURCE -> TcpServer.listen(address, (client, peer) -> source(client.output()));
            case HTTP -> TcpServer.listen(address, (client, peer) -> http(client));
            case TLS ->
                TlsServer.listen(address, options, (client, peer) -> echo(client.channels()));
        };
    }

    private static Promise<?> echo(ChannelPair client) {
        return Channels.copy(client.input(), client.output());
    }

    private static Promise<?> lines(ChannelPair client) {
        return client.input().forEachLine(client.output()::writeLine);
    }

    private static Promise<?> sink(ChannelPair client) {
        return client.input()
                .skip(Long.MAX_VALUE)
                .flatMap(count -> client.output().writeLine(Long.toString(count)));
    }

    private static Promise<?> source(OutputChannel output) {
        return output.write(Service.CHUNK).flatMap(done -> source(output));
    }

    private static Promise<?> http(ChannelPair client) {
        return request(client.input())
                .flatMap(complete -> complete
                        ? client.output().write(Service.RESPONSE).flatMap(done -> http(client))
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
