package io.lwt4j.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Loads one server in one way, from the calling thread. */
final class Generator {

    /** What it came to: a rate by seconds, and latencies in microseconds where there are any. */
    record Result(double rate, long p50, long p99) {}

    private final Work work;
    private final InetSocketAddress address;
    private final ByteBuffer input = ByteBuffer.allocateDirect(256 << 10);
    private final Latencies latencies = new Latencies();
    private final Runnable beforeClose;
    private byte[] request = {};
    private int answer;
    private long bytes;
    private int locals;

    /** The callback runs when the time is over, while the connections are still there */
    Generator(Work work, int port, Runnable before) {
        this.work = work;
        this.beforeClose = before;
        this.address = new InetSocketAddress("127.0.0.1", port);
    }

    /** Runs for a while without counting, and then for a while with. */
    Result run(long warmupMillis, long millis) throws IOException {
        prepare();
        return switch (work) {
            case TLS_ECHO_64, TLS_HANDSHAKE -> throw new AssertionError(work);
            case SINK -> sink(warmupMillis + millis);
            case SOURCE -> source(warmupMillis, millis);
            case DUPLEX -> duplex(warmupMillis, millis);
            default -> requests(warmupMillis, millis);
        };
    }

    private void prepare() throws IOException {
        switch (work.service) {
            case LINE -> {
                int lines = work == Work.LINE_64X16 ? 16 : 1;
                request = ("x".repeat(63) + "\n").repeat(lines).getBytes(StandardCharsets.US_ASCII);
                answer = request.length;
            }
            case HTTP -> {
                request = "GET /hello HTTP/1.1\r\nHost: localhost\r\nAccept: text/plain\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
                answer = lengthOfAnswer();
            }
            default -> {
                request = new byte[64];
                answer = request.length;
            }
        }
    }

    /** Asks once, and takes all that comes up to the known text for an answer. */
    private int lengthOfAnswer() throws IOException {
        try (SocketChannel channel = SocketChannel.open(address)) {
            channel.write(ByteBuffer.wrap(request));
            StringBuilder text = new StringBuilder();
            while (text.indexOf(Service.HELLO) < 0) {
                if (channel.read(input.clear()) < 0) {
                    throw new IOException("no answer but " + text);
                }
                text.append(StandardCharsets.US_ASCII.decode(input.flip()));
            }
            return text.length();
        }
    }

    /* ---- One request after the other ---- */

    private Result requests(long warmupMillis, long millis) throws IOException {
        try (Selector selector = Selector.open()) {
            List<Client> clients = new ArrayList<>();
            for (int i = 0; i < work.connections; i++) {
                clients.add(new Client(selector));
            }
            for (Client client : clients) {
                client.send();
            }
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(warmupMillis);
            drive(selector, end);
            latencies.clear();
            long start = System.nanoTime();
            drive(selector, start + TimeUnit.MILLISECONDS.toNanos(millis));
            double seconds = (System.nanoTime() - start) / 1e9;
            beforeClose.run();
            for (Client client : clients) {
                client.channel.close();
            }
            return latencies.result(seconds);
        }
    }

    private static void drive(Selector selector, long end) throws IOException {
        while (System.nanoTime() < end) {
            selector.select(
                    key -> {
                        try {
                            ((Client) key.attachment()).ready();
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    },
                    100);
        }
    }

    private final class Client {

        private final Selector selector;
        private final ByteBuffer output =
                ByteBuffer.allocateDirect(request.length).put(request);
        private SocketChannel channel;
        private int missing;
        private long sent;
        private boolean ending;

        Client(Selector selector) throws IOException {
            this.selector = selector;
            connect();
        }

        private void connect() throws IOException {
            channel = SocketChannel.open();
            if (work == Work.CHURN) {
                // One address has too few ports for those who close again and again.
                int local = locals++ % 250 + 2;
                channel.bind(new InetSocketAddress(
                        InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) local}), 0));
            }
            channel.connect(address);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        void send() throws IOException {
            missing = answer;
            sent = System.nanoTime();
            channel.write(output.rewind());
            if (output.hasRemaining()) {
                throw new IOException("a request does not fit into the socket");
            }
        }

        void ready() throws IOException {
            int count = channel.read(input.clear());
            if (count < 0) {
                if (!ending) {
                    throw new IOException("the server has closed");
                }
                reconnect();
                return;
            }
            missing -= count;
            if (missing > 0) {
                return;
            }
            count();
            switch (work) {
                case CHURN -> {
                    ending = true;
                    channel.shutdownOutput();
                }
                case IDLE -> {}
                default -> send();
            }
        }

        private void reconnect() throws IOException {
            ending = false;
            channel.close();
            connect();
            send();
        }

        private void count() {
            latencies.addSince(sent);
        }
    }

    /* ---- Streams ---- */

    private Result sink(long millis) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address)) {
            ByteBuffer chunk = ByteBuffer.allocateDirect(64 << 10);
            long start = System.nanoTime();
            long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
            while (System.nanoTime() < end) {
                bytes += channel.write(chunk.clear());
            }
            channel.shutdownOutput();
            StringBuilder text = new StringBuilder();
            while (channel.read(input.clear()) >= 0) {
                text.append(StandardCharsets.US_ASCII.decode(input.flip()));
            }
            if (!text.toString().equals(bytes + "\n")) {
                throw new IOException("sent " + bytes + " bytes, the server has " + text);
            }
            return megabytes(start);
        }
    }

    private Result source(long warmupMillis, long millis) throws IOException {
        try (SocketChannel channel = SocketChannel.open(address)) {
            long start = System.nanoTime();
            long begin = start + TimeUnit.MILLISECONDS.toNanos(warmupMillis);
            long end = begin + TimeUnit.MILLISECONDS.toNanos(millis);
            boolean warm = false;
            for (long now; (now = System.nanoTime()) < end; ) {
                if (!warm && now >= begin) {
                    warm = true;
                    bytes = 0;
                    start = now;
                }
                int count = channel.read(input.clear());
                if (count < 0) {
                    throw new IOException("the server has closed");
                }
                bytes += count;
            }
            return megabytes(start);
        }
    }

    private Result duplex(long warmupMillis, long millis) throws IOException {
        try (Selector selector = Selector.open();
                SocketChannel channel = SocketChannel.open(address)) {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            ByteBuffer chunk = ByteBuffer.allocateDirect(64 << 10);
            long start = System.nanoTime();
            long begin = start + TimeUnit.MILLISECONDS.toNanos(warmupMillis);
            long end = begin + TimeUnit.MILLISECONDS.toNanos(millis);
            boolean warm = false;
            for (long now; (now = System.nanoTime()) < end; ) {
                if (!warm && now >= begin) {
                    warm = true;
                    bytes = 0;
                    start = now;
                }
                selector.select(key -> {}, 100);
                if (!chunk.hasRemaining()) {
                    chunk.clear();
                }
                channel.write(chunk);
                int count = channel.read(input.clear());
                if (count < 0) {
                    throw new IOException("the server has closed");
                }
                bytes += count;
            }
            return megabytes(start);
        }
    }

    private Result megabytes(long start) {
        return new Result(bytes / 1e6 / ((System.nanoTime() - start) / 1e9), 0, 0);
    }
}
