package io.lwt4j.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/**
 * The servers written by hand on a selector, each for its one purpose: the limit of what Java can
 * do. It handles nothing that does not happen in a measurement.
 */
final class RawNio implements Server {

    private static final int BUFFER = 64 << 10;

    /** For everybody, since a client's turn leaves nothing in it. */
    private final ByteBuffer input = ByteBuffer.allocateDirect(BUFFER);

    private final ByteBuffer output = ByteBuffer.allocateDirect(4 * BUFFER);

    @Override
    public Map<Service, Integer> start(Path certificate) throws IOException {
        Selector selector = Selector.open();
        Map<Service, Integer> ports = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            if (service == Service.TLS) {
                continue;
            }
            ServerSocketChannel channel = ServerSocketChannel.open();
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_ACCEPT, service);
            ports.put(service, ((InetSocketAddress) channel.getLocalAddress()).getPort());
        }
        Thread thread = new Thread(() -> serve(selector), "raw-nio");
        thread.setDaemon(true);
        thread.start();
        return ports;
    }

    private void serve(Selector selector) {
        try {
            while (true) {
                selector.select(this::ready);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.attachment() instanceof Service service) {
                accept(key, service);
            } else {
                ((Client) key.attachment()).ready();
            }
        } catch (IOException e) {
            key.cancel();
            try {
                key.channel().close();
            } catch (IOException ignored) {
                // It is gone.
            }
        }
    }

    private void accept(SelectionKey key, Service service) throws IOException {
        ServerSocketChannel server = (ServerSocketChannel) key.channel();
        for (SocketChannel channel; (channel = server.accept()) != null; ) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            int interest = service == Service.SOURCE ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
            SelectionKey client = channel.register(key.selector(), interest);
            client.attach(new Client(client, channel, service));
        }
    }

    private final class Client {

        private final SelectionKey key;
        private final SocketChannel channel;
        private final Service service;

        /** What could not be written yet. */
        private ByteBuffer rest = ByteBuffer.allocate(0);

        /** The begin of a line whose end has not come yet. */
        private ByteBuffer line = ByteBuffer.allocate(0);

        private ByteBuffer chunk;
        private long count;

        Client(SelectionKey key, SocketChannel channel, Service service) {
            this.key = key;
            this.channel = channel;
            this.service = service;
        }

        void ready() throws IOException {
            if (service == Service.SOURCE) {
                send();
            } else if (rest.hasRemaining()) {
                channel.write(rest);
                if (!rest.hasRemaining()) {
                    key.interestOps(SelectionKey.OP_READ);
                }
            } else {
                receive();
            }
        }

        private void send() throws IOException {
            if (chunk == null) {
                chunk = ByteBuffer.allocateDirect(Service.CHUNK.length);
            }
            channel.write(chunk);
            if (!chunk.hasRemaining()) {
                chunk.clear();
            }
        }

        private void receive() throws IOException {
            int read = channel.read(input.clear());
            if (read < 0) {
                if (service == Service.SINK) {
                    channel.write(StandardCharsets.US_ASCII.encode(count + "\n"));
                }
                channel.close();
                return;
            }
            count += read;
            input.flip();
            switch (service) {
                case ECHO -> write(input);
                case LINE -> lines();
                case HTTP -> requests();
                default -> {}
            }
        }

        /** What is complete goes back as it is; the rest waits. */
        private void lines() throws IOException {
            int end = lastLineEnd();
            if (end == 0) {
                keep(0);
                return;
            }
            if (!line.hasRemaining() && end == input.limit()) {
                write(input);
                return;
            }
            output.clear().put(line).put(input.duplicate().limit(end));
            keep(end);
            write(output.flip());
        }

        private int lastLineEnd() {
            int end = input.limit();
            while (end > 0 && input.get(end - 1) != '\n') {
                end--;
            }
            return end;
        }

        private void keep(int from) {
            ByteBuffer more = input.position(from);
            ByteBuffer kept = ByteBuffer.allocate(line.remaining() + more.remaining());
            line = kept.put(line).put(more).flip();
        }

        /** An answer for each empty line; a request that comes in parts is not measured. */
        private void requests() throws IOException {
            output.clear();
            for (int i = 3; i < input.limit(); i++) {
                if (input.get(i) == '\n' && input.get(i - 2) == '\n') {
                    output.put(Service.RESPONSE);
                }
            }
            write(output.flip());
        }

        private void write(ByteBuffer bytes) throws IOException {
            channel.write(bytes);
            if (bytes.hasRemaining()) {
                rest = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
                key.interestOps(SelectionKey.OP_WRITE);
            }
        }
    }
}
