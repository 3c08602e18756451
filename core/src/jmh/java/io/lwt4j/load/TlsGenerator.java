package io.lwt4j.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** Loads a server over TLS, from one thread of Netty's, which is the same for all servers. */
final class TlsGenerator {

    private final Work work;
    private final int port;
    private final Path certificate;
    private final ByteBuf request =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(64).writeZero(64));
    private final Latencies latencies = new Latencies();
    private final EventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private boolean over;

    TlsGenerator(Work work, int port, Path certificate) {
        this.work = work;
        this.port = port;
        this.certificate = certificate;
    }

    Generator.Result run(long warmupMillis, long millis) throws Exception {
        SSLContext context = Certificate.context(certificate);
        for (int i = 0; i < work.connections; i++) {
            connect(context);
        }
        TimeUnit.MILLISECONDS.sleep(warmupMillis);
        group.submit(() -> {
                    latencies.clear();
                })
                .sync();
        long start = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(millis);
        Generator.Result result = group.submit(() -> {
                    over = true;
                    double seconds = (System.nanoTime() - start) / 1e9;
                    return latencies.result(seconds);
                })
                .sync()
                .getNow();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        if (result.rate() == 0) {
            throw new IllegalStateException("nothing came back");
        }
        return result;
    }

    private void connect(SSLContext context) {
        new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        // Without a name of the peer it resumes no session: each is a stranger.
                        SSLEngine engine = context.createSSLEngine();
                        engine.setUseClientMode(true);
                        channel.pipeline().addLast(new SslHandler(engine), new Client(context));
                    }
                })
                .connect("127.0.0.1", port);
    }

    private final class Client extends SimpleChannelInboundHandler<ByteBuf> {

        private final SSLContext context;
        private long sent = System.nanoTime();
        private int missing;

        Client(SSLContext context) {
            this.context = context;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext channel, Object event) {
            if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
                if (work == Work.TLS_HANDSHAKE) {
                    count();
                    channel.close();
                } else {
                    send(channel);
                }
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext channel) {
            if (!over && work == Work.TLS_HANDSHAKE) {
                connect(context);
            }
        }

        private void send(ChannelHandlerContext channel) {
            missing = request.readableBytes();
            sent = System.nanoTime();
            channel.writeAndFlush(request.duplicate(), channel.voidPromise());
        }

        @Override
        protected void channelRead0(ChannelHandlerContext channel, ByteBuf bytes) {
            missing -= bytes.readableBytes();
            if (missing == 0) {
                count();
                send(channel);
            }
        }

        private void count() {
            latencies.addSince(sent);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext channel, Throwable cause) {
            channel.close();
        }
    }
}
