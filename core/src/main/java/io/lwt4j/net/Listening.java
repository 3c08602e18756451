package io.lwt4j.net;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;

/** What those who listen have in common. */
final class Listening {

    static final int BACKLOG = 1024;

    private Listening() {}

    /** A channel in non-blocking mode that listens on an address. */
    static ServerSocketChannel on(SocketAddress address, int backlog, SocketOptions options)
            throws IOException {
        ServerSocketChannel channel = address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEADDR)) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            options.applyTo(channel);
            return channel.bind(address, backlog);
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** The system keeps a closed socket until the engine has looked at it once more. */
    static Promise<@Nullable Void> released(ServerSocketChannel channel) {
        return channel.isRegistered()
                ? EventLoop.pause().flatMap(turn -> released(channel))
                : Promise.unit();
    }
}
