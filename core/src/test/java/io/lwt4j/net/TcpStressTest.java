package io.lwt4j.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.io.InputChannel;
import io.lwt4j.io.OutputChannel;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;

/** Much at once: many connections, many bytes, and cancellation all over the place. */
class TcpStressTest {

    private static long checksum(byte[] bytes) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        return checksum.getValue();
    }

    /** Adds what comes to a checksum, to the end of the input. */
    private static Promise<Long> checksum(InputChannel input, CRC32 checksum) {
        return input.read().flatMap(some -> {
            checksum.update(some);
            return some.length == 0 ? Promise.of(checksum.getValue()) : checksum(input, checksum);
        });
    }

    private static byte[] noise(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void eightMebibytesComeBackAsTheyWere() throws Exception {
        byte[] data = noise(new Random(8), 8 << 20);
        Net.withServer(
                Net::echo,
                (server, address) -> TcpClient.withConnection(
                                address,
                                connection -> Promise.both(
                                        connection
                                                .output()
                                                .write(data)
                                                .flatMap(
                                                        x -> connection.output().shutdown()),
                                        checksum(connection.input(), new CRC32())))
                        .onSuccess(both -> assertThat(both.second()).isEqualTo(checksum(data))));
    }

    @Test
    void twoHundredClientsAreServedAtOnce() throws Exception {
        List<ChannelPair> open = new ArrayList<>();
        Net.withServer(Net::echo, (server, address) -> {
            List<Promise<?>> clients = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                clients.add(chat(address, "client " + i, open));
            }
            return Promise.join(clients);
        });
        assertThat(open).hasSize(200);
    }

    /** Says its line only when all clients are connected. */
    private static Promise<?> chat(SocketAddress address, String line, List<ChannelPair> open) {
        return TcpClient.withConnection(address, connection -> {
                    open.add(connection);
                    return Net.until(() -> open.size() == 200)
                            .flatMap(x -> connection.output().write(line + "\n"))
                            .flatMap(x -> connection.input().readLine());
                })
                .onSuccess(answer -> assertThat(answer).contains(line));
    }

    @Test
    void cancelledReadsLoseNoByteOfASocket() throws Exception {
        long seed = System.nanoTime();
        System.out.println("cancelledReadsLoseNoByteOfASocket, seed " + seed);
        Random random = new Random(seed);
        byte[] data = new byte[1 << 20];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (random.nextInt(50) == 0 ? '\n' : 'a' + random.nextInt(26));
        }
        data[data.length - 1] = '\n';
        StringBuilder received = new StringBuilder();
        Net.withServer(
                (client, peer) -> chunks(client.output(), data, 0, random),
                (server, address) -> TcpClient.withConnection(
                        address, connection -> receive(connection.input(), random, received)));
        assertThat(received.toString())
                .as("seed %d", seed)
                .isEqualTo(new String(data, StandardCharsets.US_ASCII));
    }

    private static Promise<?> chunks(OutputChannel output, byte[] data, int from, Random random) {
        if (from == data.length) {
            return Promise.unit();
        }
        int to = Math.min(data.length, from + 1 + random.nextInt(3000));
        return output.write(Arrays.copyOfRange(data, from, to))
                .flatMap(x -> output.flush())
                .flatMap(x -> EventLoop.pause())
                .<Object>flatMap(x -> chunks(output, data, to, random));
    }

    /** Reads to the end in one of two ways, and most times is too impatient. */
    private static Promise<?> receive(InputChannel input, Random random, StringBuilder received) {
        Promise<Optional<String>> read = random.nextBoolean()
                ? input.readLine().map(line -> line.map(it -> it + "\n"))
                : input.read(1 + random.nextInt(5000))
                        .map(some -> some.length == 0
                                ? Optional.empty()
                                : Optional.of(new String(some, StandardCharsets.US_ASCII)));
        Promise<Optional<String>> patience = pauses(random.nextInt(4)).map(x -> Optional.of(""));
        return Promise.pick(read, patience).<Object>flatMap(text -> {
            received.append(text.orElse(""));
            return text.isEmpty() ? Promise.unit() : receive(input, random, received);
        });
    }

    private static Promise<Void> pauses(int count) {
        return count == 0 ? EventLoop.pause() : EventLoop.pause().flatMap(x -> pauses(count - 1));
    }

    @Test
    void noConnectionIsLeftOpen() throws Exception {
        ByteArrayOutputStream nothing = new ByteArrayOutputStream();
        List<ChannelPair> served = new ArrayList<>();
        Net.withServer(
                (client, peer) -> {
                    served.add(client);
                    return Net.echo(client, peer);
                },
                (server, address) -> {
                    Promise<?> all = Promise.unit();
                    for (int i = 0; i < 1000; i++) {
                        all = all.<Object>flatMap(x -> TcpClient.withConnection(
                                address,
                                connection -> connection
                                        .output()
                                        .write("ping")
                                        .flatMap(y -> connection.input().read())
                                        .onSuccess(nothing::writeBytes)));
                    }
                    return all.<Object>flatMap(x -> Net.until(() ->
                            served.stream().allMatch(client -> client.input().isClosed())));
                });
        assertThat(nothing.size()).isEqualTo(4000);
    }
}
