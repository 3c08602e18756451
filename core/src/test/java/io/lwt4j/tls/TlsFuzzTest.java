package io.lwt4j.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.ByteSink;
import io.lwt4j.io.ByteSource;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.io.InputChannel;
import io.lwt4j.io.OutputChannel;
import io.lwt4j.net.Net;
import io.lwt4j.net.TcpClient;
import io.lwt4j.net.TcpServer;
import io.lwt4j.net.TcpSocket;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Records that are cut at random places, and text written and read in pieces of random sizes, both
 * ways at once: against another library and against ourselves.
 */
class TlsFuzzTest {

    private static final int ROUNDS = 12;

    /** A socket that moves fewer bytes than it could, and sometimes a little later. */
    private record Splitter(TcpSocket socket, Random random, int most)
            implements ByteSource, ByteSink {

        static ChannelPair channels(TcpSocket socket, Random random) {
            // Now and then nothing but single bytes.
            int most = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(20_000);
            Splitter splitter = new Splitter(socket, random, most);
            return new ChannelPair(InputChannel.of(splitter), OutputChannel.of(splitter));
        }

        private int limit(ByteBuffer buffer) {
            return Math.min(buffer.remaining(), 1 + random.nextInt(most));
        }

        private Promise<Void> delay() {
            return most > 1 && random.nextInt(10) == 0 ? EventLoop.pause() : Promise.unit();
        }

        @Override
        public Promise<Integer> read(ByteBuffer into) {
            ByteBuffer part = into.slice().limit(limit(into));
            return delay().flatMap(x -> socket.read(part));
        }

        @Override
        public Promise<Integer> write(ByteBuffer from) {
            ByteBuffer part = from.slice().limit(limit(from));
            return delay().flatMap(x -> socket.write(part));
        }

        @Override
        public Promise<Void> close() {
            return socket.close();
        }
    }

    private static byte[] noise(Random random) {
        byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 50_000 : 100)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Writes bytes in pieces of random sizes, and says that it is through. */
    private static Promise<?> write(OutputChannel output, byte[] data, int from, Random random) {
        if (from == data.length) {
            return output.shutdown();
        }
        int to = Math.min(data.length, from + 1 + random.nextInt(40_000));
        return output.write(Arrays.copyOfRange(data, from, to))
                .flatMap(x -> random.nextInt(3) == 0 ? output.flush() : Promise.unit())
                .<Object>flatMap(x -> write(output, data, to, random));
    }

    /** Reads to the end in pieces of random sizes, and is sometimes too impatient. */
    private static Promise<byte[]> read(
            InputChannel input, ByteArrayOutputStream received, Random random) {
        Promise<byte[]> read = input.read(1 + random.nextInt(40_000));
        Promise<byte[]> impatient = random.nextInt(4) == 0
                ? Promise.pick(read.map(some -> some), EventLoop.pause().map(x -> IMPATIENT))
                : read;
        return impatient.flatMap(some -> {
            if (some == IMPATIENT) {
                return read(input, received, random);
            }
            if (some.length == 0) {
                return Promise.of(received.toByteArray());
            }
            received.writeBytes(some);
            return read(input, received, random);
        });
    }

    private static final byte[] IMPATIENT = {};

    private static Promise<byte[]> converse(TlsConnection connection, byte[] data, Random random) {
        return Promise.both(
                        write(connection.output(), data, 0, random),
                        read(connection.input(), new ByteArrayOutputStream(), random))
                .map(Promise.Both::second);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3"})
    void againstOurselvesBothWaysAtOnce(String version) throws Exception {
        long seed = System.nanoTime();
        System.out.println("againstOurselvesBothWaysAtOnce, seed " + seed);
        TlsOptions client = Certificates.client().protocols(version).build();
        TlsOptions server = Certificates.server(Certificates.SERVER).build();
        for (int i = 0; i < ROUNDS; i++) {
            Random random = new Random(seed + i);
            byte[] there = noise(random);
            byte[] back = noise(random);
            byte[][] received = new byte[1][];
            String description = "seed " + seed + ", round " + i;
            assertThat(Net.run(() -> TcpServer.builder()
                            .listenSockets(
                                    Net.ANY_PORT,
                                    (socket, peer) -> TlsServer.over(
                                                    Splitter.channels(socket, random), server)
                                            .flatMap(
                                                    connection -> converse(connection, back, random)
                                                            .onSuccess(all -> received[0] = all)
                                                            .flatMap(x -> connection.close())))
                            .flatMap(listening -> TcpClient.builder()
                                    .connectSocket(listening.localAddress())
                                    .flatMap(socket -> TlsClient.over(
                                            Splitter.channels(socket, random),
                                            "localhost",
                                            Tls.port(listening),
                                            client))
                                    .flatMap(connection -> converse(connection, there, random)
                                            .onSuccess(all -> assertThat(all)
                                                    .as(description)
                                                    .isEqualTo(back))
                                            .flatMap(x -> connection.close()))
                                    .flatMap(x -> Net.until(() -> listening.openConnections() == 0))
                                    .flatMap(x -> listening.close()))))
                    .as(description)
                    .isEmpty();
            assertThat(received[0]).as(description).isEqualTo(there);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void asAClientOfAnotherLibrary(String version) throws Exception {
        long seed = System.nanoTime();
        System.out.println("asAClientOfAnotherLibrary, seed " + seed);
        TlsOptions client = Certificates.client().protocols(version).build();
        for (int i = 0; i < ROUNDS; i++) {
            Random random = new Random(seed + i);
            byte[] data = noise(random);
            String description = "seed " + seed + ", round " + i;
            try (SSLServerSocket listener = (SSLServerSocket) context()
                    .getServerSocketFactory()
                    .createServerSocket(0, 1, Net.ANY_PORT.getAddress())) {
                CompletableFuture<Void> peer = CompletableFuture.runAsync(() -> {
                    try (SSLSocket socket = (SSLSocket) listener.accept()) {
                        echo(socket, data.length);
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                });
                assertThat(Net.run(() -> TcpClient.builder()
                                .connectSocket(listener.getLocalSocketAddress())
                                .flatMap(socket -> TlsClient.over(
                                        Splitter.channels(socket, random),
                                        "localhost",
                                        listener.getLocalPort(),
                                        client))
                                .flatMap(connection -> exchange(connection, data, random)
                                        .onSuccess(all ->
                                                assertThat(all).as(description).isEqualTo(data))
                                        .flatMap(x -> connection.close()))))
                        .as(description)
                        .isEmpty();
                peer.get();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void asAServerOfAnotherLibrary(String version) throws Exception {
        long seed = System.nanoTime();
        System.out.println("asAServerOfAnotherLibrary, seed " + seed);
        TlsOptions server = Certificates.server(Certificates.SERVER).build();
        for (int i = 0; i < ROUNDS; i++) {
            Random random = new Random(seed + i);
            byte[] data = noise(random);
            String description = "seed " + seed + ", round " + i;
            assertThat(Net.run(() -> TcpServer.builder()
                            .listenSockets(
                                    Net.ANY_PORT,
                                    (socket, peer) -> TlsServer.over(
                                                    Splitter.channels(socket, random), server)
                                            .flatMap(
                                                    connection -> exchange(connection, data, random)
                                                            .onSuccess(all -> assertThat(all)
                                                                    .as(description)
                                                                    .isEqualTo(data))
                                                            .flatMap(x -> connection.close())))
                            .flatMap(listening -> Promise.from(CompletableFuture.supplyAsync(() -> {
                                        try (SSLSocket socket = (SSLSocket) context()
                                                .getSocketFactory()
                                                .createSocket(
                                                        Net.ANY_PORT.getAddress(),
                                                        Tls.port(listening))) {
                                            socket.setEnabledProtocols(new String[] {version});
                                            echo(socket, data.length);
                                            return true;
                                        } catch (Exception e) {
                                            throw new CompletionException(e);
                                        }
                                    }))
                                    .flatMap(x -> Net.until(() -> listening.openConnections() == 0))
                                    .flatMap(x -> listening.close()))))
                    .as(description)
                    .isEmpty();
        }
    }

    /** Sends bytes and reads as many. */
    private static Promise<byte[]> exchange(TlsConnection connection, byte[] data, Random random) {
        return Promise.both(
                        pieces(connection.output(), data, 0, random),
                        readUpTo(
                                connection.input(),
                                data.length,
                                new ByteArrayOutputStream(),
                                random))
                .map(Promise.Both::second);
    }

    private static Promise<?> pieces(OutputChannel output, byte[] data, int from, Random random) {
        if (from == data.length) {
            return output.flush();
        }
        int to = Math.min(data.length, from + 1 + random.nextInt(40_000));
        return output.write(Arrays.copyOfRange(data, from, to))
                .flatMap(x -> random.nextInt(3) == 0 ? output.flush() : Promise.unit())
                .<Object>flatMap(x -> pieces(output, data, to, random));
    }

    private static Promise<byte[]> readUpTo(
            InputChannel input, int count, ByteArrayOutputStream received, Random random) {
        return count == received.size()
                ? Promise.of(received.toByteArray())
                : input.read(1 + random.nextInt(count - received.size())).flatMap(some -> {
                    received.writeBytes(some);
                    return some.length == 0
                            ? Promise.of(received.toByteArray())
                            : readUpTo(input, count, received, random);
                });
    }

    /** What the other library does. */
    private static void echo(SSLSocket socket, int count) throws IOException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        byte[] buffer = new byte[10_000];
        int left = count;
        while (left > 0) {
            int some = in.read(buffer);
            if (some < 0) {
                throw new IOException(left + " bytes are missing");
            }
            out.write(buffer, 0, some);
            left -= some;
        }
        out.flush();
        if (in.read() != -1) {
            throw new IOException("something came that nobody has sent");
        }
    }

    private static SSLContext context() {
        try {
            char[] password = {};
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(
                    "server", Certificates.SERVER.key(), password, Certificates.SERVER.chain());
            KeyManagerFactory identities = KeyManagerFactory.getInstance("PKIX");
            identities.init(keys, password);
            KeyStore authorities = KeyStore.getInstance("PKCS12");
            authorities.load(null, null);
            authorities.setCertificateEntry("ca", Certificates.AUTHORITY.certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(authorities);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identities.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
