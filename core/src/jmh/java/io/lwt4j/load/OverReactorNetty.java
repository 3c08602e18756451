package io.lwt4j.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.LineBasedFrameDecoder;

import org.reactivestreams.Publisher;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.NettyInbound;
import reactor.netty.NettyOutbound;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** The servers as one writes them with reactor-netty. It closes on a half-close: no sink. */
final class OverReactorNetty implements Server {

    private final boolean epoll;

    OverReactorNetty(boolean epoll) {
        this.epoll = epoll;
    }

    @Override
    public Map<Service, Integer> start(Path certificate) {
        LoopResources loops = LoopResources.create("load", 1, 1, true);
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            if (service == Service.HTTP) {
                ports.put(service, http(loops).port());
            } else if (service != Service.SINK && service != Service.TLS) {
                ports.put(service, tcp(loops, service).port());
            }
        }
        return ports;
    }

    private DisposableServer tcp(LoopResources loops, Service service) {
        TcpServer server = TcpServer.create()
                .runOn(loops, epoll)
                .host("127.0.0.1")
                .port(0)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true);
        if (service == Service.LINE) {
            server = server.doOnConnection(connection ->
                    connection.addHandlerLast(new LineBasedFrameDecoder(1 << 20, false, true)));
        }
        return server.handle((in, out) -> serve(service, in, out)).bindNow();
    }

    private static Publisher<Void> serve(Service service, NettyInbound in, NettyOutbound out) {
        if (service == Service.SOURCE) {
            ByteBuf chunk = Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer(Service.CHUNK.length).writeBytes(Service.CHUNK));
            return out.send(Flux.<ByteBuf>generate(sink -> sink.next(chunk.duplicate())));
        }
        return out.send(in.receive().retain());
    }

    private DisposableServer http(LoopResources loops) {
        return HttpServer.create()
                .runOn(loops, epoll)
                .host("127.0.0.1")
                .port(0)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .handle((request, response) -> response.header("Content-Type", "text/plain")
                        .header("Content-Length", Integer.toString(Service.HELLO.length()))
                        .sendString(Mono.just(Service.HELLO)))
                .bindNow();
    }
}
