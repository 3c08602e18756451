package io.lwt4j.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.Promise;
import io.lwt4j.Rule;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Unix domain sockets: the same clients and servers, at the path of a file. */
class UnixSocketTest {

    @TempDir
    Path folder;

    private UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(folder.resolve("socket"));
    }

    @Test
    @Rule("I-27")
    void aServerServesAtAPathWhichIsDeletedInTheEnd() throws Exception {
        assertThat(Net.run(() -> TcpServer.listen(address(), Net::echo).flatMap(server -> {
                    assertThat(server.localAddress()).isEqualTo(address());
                    assertThat(Files.exists(address().getPath())).isTrue();
                    return TcpClient.withConnection(
                                    address(),
                                    connection -> connection
                                            .output()
                                            .write("hello\n")
                                            .flatMap(x -> connection.input().readLine())
                                            .onSuccess(line -> assertThat(line).contains("hello")))
                            .flatMap(x -> server.shutdown(Duration.ofMinutes(1)))
                            .onSuccess(count -> assertThat(count).isZero());
                })))
                .isEmpty();
        assertThat(Files.exists(address().getPath())).isFalse();
    }

    @Test
    void aConnectionMayBeHalfClosed() throws Exception {
        assertThat(Net.run(() -> TcpServer.listen(
                                address(),
                                (client, peer) -> client.input()
                                        .readAll()
                                        .flatMap(all -> client.output().write(all + all)))
                        .flatMap(server -> TcpClient.withConnection(
                                        address(),
                                        connection -> connection
                                                .output()
                                                .write("x".repeat(100_000))
                                                .flatMap(
                                                        x -> connection.output().shutdown())
                                                .flatMap(x -> connection.input().readAll()))
                                .onSuccess(all -> assertThat(all).hasSize(200_000))
                                .flatMap(x -> server.close()))))
                .isEmpty();
    }

    @Test
    void whereNobodyListensNobodyAnswers() throws Exception {
        Net.run(() -> Net.failure(
                TcpClient.connect(address()),
                e -> assertThat(e)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("cannot connect to " + address())));
    }

    @Test
    void aPathThatIsTakenIsAnErrorThatNamesIt() throws Exception {
        Files.createFile(address().getPath());
        Net.run(() -> Net.failure(
                Promise.join(TcpServer.listen(address(), Net::echo)),
                e -> assertThat(e)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("cannot listen on " + address())));
    }
}
