package io.lwt4j.load;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** The servers as one writes them with Netty, on its own transport or on that of the JDK. */
final class OverNetty implements Server {

    private static final byte[] HELLO = Service.HELLO.getBytes(StandardCharsets.US_ASCII);

    private final boolean epoll;

    OverNetty(boolean epoll) {
        this.epoll = epoll;
    }

    @Override
    public Map<Service, Integer> start(Path certificate) throws Exception {
        SSLContext context = Certificate.context(certificate);
        IoHandlerFactory factory = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        Class<? extends ServerChannel> type =
                epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, factory);
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            Channel channel = new ServerBootstrap()
                    .group(group)
                    .channel(type)
                    .option(ChannelOption.SO_BACKLOG, 1024)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.ALLOW_HALF_CLOSURE, service == Service.SINK)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel client) {
                            if (service == Service.TLS) {
                                SSLEngine engine = context.createSSLEngine();
                                engine.setUseClientMode(false);
                                client.pipeline().addLast(new SslHandler(engine));
                            }
                            client.pipeline().addLast(handlers(service));
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sync()
                    .channel();
            ports.put(service, ((InetSocketAddress) channel.localAddress()).getPort());
        }
        return ports;
    }

    private static ChannelHandler[] handlers(Service service) {
        return switch (service) {
            case ECHO, TLS -> new ChannelHandler[] {new Echo()};
            case LINE ->
                new ChannelHandler[] {new LineBasedFrameDecoder(1 << 20, false, true), new Echo()};
            case SINK -> new ChannelHandler[] {new Sink()};
            case SOURCE -> new ChannelHandler[] {new Source()};
            case HTTP -> new ChannelHandler[] {new HttpServerCodec(), new Hello()};
        };
    }

    private static class Failing extends ChannelInboundHandlerAdapter {

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private static final class Echo extends Failing {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            context.channel().config().setAutoRead(context.channel().isWritable());
        }
    }

    private static final class Sink extends Failing {

        private long count;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            count += ((ByteBuf) message).readableBytes();
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                byte[] answer = (count + "\n").getBytes(StandardCharsets.US_ASCII);
                context.writeAndFlush(Unpooled.wrappedBuffer(answer))
                        .addListener(done -> context.close());
            }
        }
    }

    private static final class Source extends Failing {

        private final ByteBuf chunk =
                Unpooled.directBuffer(Service.CHUNK.length).writeBytes(Service.CHUNK);

        @Override
        public void channelActive(ChannelHandlerContext context) {
            send(context);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            send(context);
        }

        private void send(ChannelHandlerContext context) {
            while (context.channel().isWritable() && context.channel().isActive()) {
                context.writeAndFlush(chunk.retainedDuplicate(), context.voidPromise());
            }
        }
    }

    private static final class Hello extends Failing {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest) {
                FullHttpResponse response = new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(HELLO));
                response.headers()
                        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain")
                        .setInt(HttpHeaderNames.CONTENT_LENGTH, HELLO.length);
                context.write(response, context.voidPromise());
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }
    }
}
