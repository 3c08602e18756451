package io.lwt4j.net;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.management.UnixOperatingSystemMXBean;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Rule;
import io.lwt4j.io.ChannelOptions;
import io.lwt4j.io.ChannelPair;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Clients that are slow, rude, many or gone, and a machine that has run out of something. */
class RobustnessTest {

    /** A client of another library, so to say: it knows nothing of loops. */
    private static SocketChannel dial(SocketAddress address) throws IOException {
        return SocketChannel.open(address);
    }

    private static void send(SocketChannel channel, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
    }

    /** Closes in such a way that the other side gets a reset. */
    private static void reset(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
    }

    /** Sends lines, and reads each answer before the next one. */
    private static Promise<?> converse(ChannelPair connection, int count) {
        return count == 0
                ? Promise.unit()
                : connection
                        .output()
                        .write("line " + count + "\n")
                        .flatMap(x -> connection.input().readLine())
                        .onSuccess(line -> assertThat(line).contains("line " + count))
                        .<Object>flatMap(x -> converse(connection, count - 1));
    }

    private static Promise<?> echoLines(ChannelPair client) {
        return client.input()
                .readLine()
                .flatMap(line -> line.isEmpty()
                        ? Promise.unit()
                        : client.output().write(line.get() + "\n").flatMap(x -> echoLines(client)));
    }

    @Test
    void fiveHundredSlowClientsDoNotHoldUpAGoodOne() throws Exception {
        Net.withServer((client, peer) -> echoLines(client), (server, address) -> {
            List<SocketChannel> slow = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                slow.add(dial(address));
            }
            Promise<?> good =
                    TcpClient.withConnection(address, connection -> converse(connection, 1000));
            return drip(slow, good, 0)
                    .flatMap(x -> good)
                    .onSuccess(
                            x -> assertThat(server.openConnections()).isGreaterThanOrEqualTo(500))
                    .eventually(() -> {
                        for (SocketChannel client : slow) {
                            client.close();
                        }
                        return Net.until(() -> server.openConnections() == 0);
                    });
        });
    }

    /** A byte of a line for each client in turn, as long as somebody is busy. */
    private static Promise<?> drip(List<SocketChannel> slow, Promise<?> busy, int i)
            throws IOException {
        if (!busy.isPending()) {
            return Promise.unit();
        }
        send(slow.get(i % slow.size()), "x");
        return EventLoop.pause().<Object>flatMap(x -> drip(slow, busy, i + 1));
    }

    @Test
    void nothingIsLostWhenAClientHasSaidAllAndWaitsForTheAnswer() throws Exception {
        String mebibyte = "x".repeat(1 << 20);
        String lines = "x".repeat(50).concat("\n").repeat(1000);
        Net.withServer(
                Net::echo,
                (server, address) -> half(address, mebibyte)
                        .onSuccess(all -> assertThat(all).isEqualTo(mebibyte))
                        .flatMap(x -> half(address, lines))
                        .onSuccess(all -> assertThat(all).isEqualTo(lines)));
        Net.withServer(
                (client, peer) -> echoLines(client),
                (server, address) ->
                        half(address, lines).onSuccess(all -> assertThat(all).isEqualTo(lines)));
    }

    private static Promise<String> half(SocketAddress address, String text) {
        return TcpClient.withConnection(
                address,
                connection -> Promise.both(
                                connection
                                        .output()
                                        .write(text)
                                        .flatMap(x -> connection.output().shutdown()),
                                connection.input().readAll())
                        .map(Promise.Both::second));
    }

    @Test
    @Rule("I-26")
    void aResetInTheMiddleOfAReadEndsOneConnectionAndNoOther() throws Exception {
        List<Throwable> errors =
                Net.run(() -> Net.serve((client, peer) -> echoLines(client), (server, address) -> {
                    SocketChannel rude = dial(address);
                    send(rude, "the beginning of a li");
                    return Net.until(() -> server.openConnections() == 1)
                            .onSuccess(x -> reset(rude))
                            .flatMap(x -> Net.until(() -> server.openConnections() == 0))
                            .flatMap(x -> TcpClient.withConnection(
                                    address, connection -> converse(connection, 10)));
                }));
        assertThat(errors).hasSize(1).allMatch(e -> e instanceof IOException);
    }

    @Test
    @Rule("I-26")
    void aResetInTheMiddleOfAWriteEndsOneConnectionAndNoOther() throws Exception {
        List<Throwable> errors = Net.run(() -> {
            int[] count = {0};
            return Net.serve(
                    (client, peer) -> count[0]++ == 0
                            ? client.output().write("x".repeat(50 << 20))
                            : echoLines(client),
                    (server, address) -> {
                        SocketChannel rude = dial(address);
                        return Net.until(() -> server.openConnections() == 1)
                                .flatMap(x ->
                                        Net.elsewhere(() -> rude.read(ByteBuffer.allocate(1000))))
                                .onSuccess(x -> reset(rude))
                                .flatMap(x -> Net.until(() -> server.openConnections() == 0))
                                .flatMap(x -> TcpClient.withConnection(
                                        address, connection -> converse(connection, 10)));
                    });
        });
        assertThat(errors).hasSize(1).allMatch(e -> e instanceof IOException);
    }

    @Test
    void aConnectionThatIsResetBeforeItIsAcceptedDoesNoHarm() throws Exception {
        List<Throwable> errors =
                Net.run(() -> Net.serve((client, peer) -> echoLines(client), (server, address) -> {
                    server.pause();
                    for (int i = 0; i < 20; i++) {
                        reset(dial(address));
                    }
                    server.resume();
                    return TcpClient.withConnection(address, connection -> converse(connection, 10))
                            .flatMap(x -> Net.until(() -> server.openConnections() == 0));
                }));
        // Some systems tell of it as they accept, others as somebody reads.
        assertThat(errors).allMatch(e -> e instanceof IOException);
    }

    @Test
    void idleConnectionsByTheThousandCostLittleAndHoldUpNobody() throws Exception {
        int count = Math.min(10_000, (descriptors() - 500) / 2);
        Assumptions.assumeTrue(count >= 100, "the limit of open files is too low");
        Net.withServer((client, peer) -> echoLines(client), (server, address) -> {
            List<SocketChannel> idle = new ArrayList<>();
            return dialMany(server, address, idle, count)
                    .onSuccess(x -> assertThat(server.openConnections()).isEqualTo(count))
                    .flatMap(x -> TcpClient.withConnection(
                            address, connection -> converse(connection, 1000)))
                    .eventually(() -> {
                        for (SocketChannel client : idle) {
                            client.close();
                        }
                        return Net.until(() -> server.openConnections() == 0);
                    });
        });
    }

    /** Connects, not faster than the server accepts, so that the backlog does not overflow. */
    private static Promise<?> dialMany(
            TcpServer server, SocketAddress address, List<SocketChannel> idle, int count)
            throws IOException {
        while (idle.size() < count && idle.size() < server.openConnections() + 100) {
            idle.add(dial(address));
        }
        return idle.size() == count && server.openConnections() == count
                ? Promise.unit()
                : EventLoop.pause().<Object>flatMap(x -> dialMany(server, address, idle, count));
    }

    /** How many more files this process may open. */
    private static int descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
                ? (int) Math.min(
                        100_000, os.getMaxFileDescriptorCount() - os.getOpenFileDescriptorCount())
                : 0;
    }

    @Test
    void closingWhileSomebodyReadsTellsHim() throws Exception {
        Net.withServer(
                Net::echo,
                (server, address) -> TcpClient.connect(address).flatMap(connection -> {
                    Promise<Optional<String>> read = connection.input().readLine();
                    return EventLoop.pause()
                            .flatMap(x -> connection.close())
                            .flatMap(x -> Net.failure(
                                    read,
                                    e -> assertThat(e).isInstanceOf(ClosedChannelException.class)));
                }));
    }

    @Test
    void aClientThatNeverReadsHoldsBoundedMemory() throws Exception {
        long[] written = {0};
        List<Throwable> errors = Net.run(() -> TcpServer.listen(
                        Net.ANY_PORT, (client, peer) -> writeForEver(client, written))
                .flatMap(server -> {
                    SocketChannel client = dial(server.localAddress());
                    long[] before = {-1};
                    return Net.until(() -> server.openConnections() == 1)
                            .flatMap(x -> stable(written, before, 0))
                            // What the system takes, and one buffer.
                            .onSuccess(x -> assertThat(written[0]).isLessThan(64 << 20))
                            .flatMap(x -> server.shutdown(Duration.ZERO))
                            .onSuccess(count -> assertThat(count).isEqualTo(1))
                            .onTermination(client::close);
                }));
        assertThat(errors).isEmpty();
    }

    private static Promise<?> writeForEver(ChannelPair client, long[] written) {
        return client.output().write(new byte[1000]).<Object>flatMap(x -> {
            written[0] += 1000;
            return writeForEver(client, written);
        });
    }

    /** Waits until a number has not changed for a thousand turns. */
    private static Promise<?> stable(long[] number, long[] before, int turns) {
        int next = number[0] == before[0] ? turns + 1 : 0;
        before[0] = number[0];
        return next == 1000
                ? Promise.unit()
                : EventLoop.pause().<Object>flatMap(x -> stable(number, before, next));
    }

    @Test
    void aLineWithoutAnEndIsAnErrorOnceItIsTooLong() throws Exception {
        List<Throwable> errors = Net.run(() -> TcpServer.builder()
                .channels(ChannelOptions.defaults().withLineLimit(100_000))
                .listen(Net.ANY_PORT, (client, peer) -> echoLines(client))
                .flatMap(server -> TcpClient.connect(server.localAddress())
                        .flatMap(connection ->
                                flood(connection, 0).outcome().flatMap(x -> connection.abort()))
                        .flatMap(x -> server.close())));
        assertThat(errors)
                .hasSize(1)
                .allMatch(e -> e instanceof IOException
                        && e.getMessage().equals("a line of more than 100000 bytes"));
    }

    /** 256 MiB, unless the server has had enough before. */
    private static Promise<?> flood(ChannelPair connection, int mebibytes) {
        return mebibytes == 256
                ? Promise.unit()
                : connection
                        .output()
                        .write("x".repeat(1 << 20))
                        .<Object>flatMap(x -> flood(connection, mebibytes + 1));
    }

    @Test
    @Rule("I-2")
    void linesOfSeveralWritersAreNeverMixed() throws Exception {
        Net.withServer(
                (client, peer) -> Promise.join(IntStream.range(0, 4)
                        .mapToObj(i -> repeat(client, String.valueOf((char) ('a' + i)), 50))
                        .toList()),
                (server, address) -> TcpClient.withConnection(
                                address, connection -> connection.input().readAll())
                        .onSuccess(all -> {
                            List<String> lines = all.lines().toList();
                            assertThat(lines).hasSize(200);
                            assertThat(lines.stream().distinct())
                                    .containsExactlyInAnyOrder(
                                            "a".repeat(20_000),
                                            "b".repeat(20_000),
                                            "c".repeat(20_000),
                                            "d".repeat(20_000));
                        }));
    }

    private static Promise<?> repeat(ChannelPair client, String letter, int count) {
        return count == 0
                ? Promise.unit()
                : client.output()
                        .write(letter.repeat(20_000) + "\n")
                        .<Object>flatMap(x -> repeat(client, letter, count - 1));
    }

    @Test
    void noReplyThatWasWrittenIsLostWhenTheServerIsShutDownUnderLoad() throws Exception {
        int[] replies = {0};
        int[] received = {0};
        List<Throwable> errors = Net.run(() -> {
            TcpServer[] self = {null};
            return TcpServer.listen(
                            Net.ANY_PORT, (client, peer) -> answer(client, self[0], replies))
                    .flatMap(server -> {
                        self[0] = server;
                        List<Promise<?>> clients = new ArrayList<>();
                        for (int i = 0; i < 20; i++) {
                            clients.add(pester(server.localAddress(), received));
                        }
                        return Net.until(() -> replies[0] > 2000)
                                .flatMap(x -> server.shutdown(Duration.ofMinutes(1)))
                                .onSuccess(count -> assertThat(count).isZero())
                                .flatMap(x -> Promise.join(clients));
                    });
        });
        assertThat(errors).isEmpty();
        assertThat(received[0]).isEqualTo(replies[0]);
    }

    private static Promise<?> answer(ChannelPair client, TcpServer server, int[] replies) {
        return Promise.<Object>pick(client.input().readLine(), server.stopping())
                .flatMap(line -> line == null
                        ? Promise.unit()
                        : client.output().write("reply ".repeat(500) + "\n").flatMap(x -> {
                            replies[0]++;
                            return answer(client, server, replies);
                        }));
    }

    /** Sends questions, several at a time and without waiting, and counts the answers. */
    private static Promise<?> pester(SocketAddress address, int[] received) {
        return TcpClient.connect(address).flatMap(connection -> {
            Promise<?> asking = ask(connection);
            return count(connection, received)
                    .flatMap(x -> {
                        asking.cancel();
                        return asking.outcome();
                    })
                    .flatMap(x -> connection.abort());
        });
    }

    private static Promise<?> ask(ChannelPair connection) {
        return connection
                .output()
                .write("question\n".repeat(5))
                .flatMap(x -> connection.output().flush())
                .flatMap(x -> EventLoop.pause())
                .<Object>flatMap(x -> ask(connection));
    }

    private static Promise<?> count(ChannelPair connection, int[] received) {
        return connection.input().readLine().<Object>flatMap(line -> {
            if (line.isEmpty()) {
                return Promise.unit();
            }
            assertThat(line.get()).hasSize(3000);
            received[0]++;
            return count(connection, received);
        });
    }

    /* ---- Out of descriptors ---- */

    @Test
    @Rule("I-26")
    void aServerThatIsOutOfDescriptorsGoesOnWhenThereAreSomeAgain() throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/bin/sh")) && Files.exists(Path.of("/dev/null")),
                "there is no /bin/sh to set a limit with");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "ulimit -n 150 && exec \"$0\" \"$@\"",
                        java,
                        "-cp",
                        System.getProperty("java.class.path"),
                        OutOfDescriptors.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = process.inputReader();
                BufferedWriter tell = process.outputWriter()) {
            int port = Integer.parseInt(said.readLine());
            try (Socket client = new Socket()) {
                client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                client.getOutputStream().write("hello\n".getBytes(US_ASCII));
                tell.write("look\n");
                tell.flush();
                String[] failed = said.readLine().split(",");
                // It has tried again for a second, with breaks in between.
                assertThat(Integer.parseInt(failed[0])).isBetween(2, 10);
                assertThat(Arrays.asList(failed).subList(1, failed.length))
                        .as("errors of the loop")
                        .containsExactly("java.io.IOException: Too many open files");
                tell.write("release\n");
                tell.flush();
                assertThat(client.getInputStream().readNBytes(6))
                        .isEqualTo("hello\n".getBytes(US_ASCII));
            }
            tell.write("end\n");
            tell.flush();
            assertThat(process.waitFor()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
