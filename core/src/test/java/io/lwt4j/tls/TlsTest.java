package io.lwt4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.CheckedConsumer;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.io.ChannelPair;
import io.lwt4j.io.Pipe;
import io.lwt4j.net.Net;
import io.lwt4j.net.TcpClient;
import io.lwt4j.net.TcpServer;
import io.lwt4j.net.TcpSocket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Clients and servers of TLS, at each other. */
class TlsTest {

    private static final TlsOptions SERVER =
            Certificates.server(Certificates.SERVER).build();
    private static final TlsOptions CLIENT = Certificates.client().build();

    /* ---- Talking ---- */

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    @Rule("Z-1")
    void aClientAndAServerTalk(String version) throws Exception {
        TlsOptions options = Certificates.client().protocols(version).build();
        String text = "x".repeat(100_000);
        Tls.withServer(
                SERVER,
                Tls::echo,
                port -> TlsClient.withConnection("localhost", port, options, connection -> {
                    assertThat(connection.protocol()).isEqualTo(version);
                    assertThat(connection.peerCertificates())
                            .first()
                            .isEqualTo(Certificates.SERVER.certificate());
                    assertThat(connection.applicationProtocol()).isEmpty();
                    assertThat(connection).asString().contains("localhost").contains(version);
                    return connection
                            .output()
                            .write(text + "\n")
                            .flatMap(x -> connection.input().readLine())
                            .onSuccess(line -> assertThat(line).contains(text))
                            .flatMap(x -> connection.output().write("more\n"))
                            .flatMap(x -> connection.input().readLine())
                            .onSuccess(line -> assertThat(line).contains("more"));
                }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    @Rule({"I-25", "Z-2"})
    void whatAHandlerWroteArrivesThoughItReturnsWithoutFlushing(String version) throws Exception {
        TlsOptions options = Certificates.client().protocols(version).build();
        String text = "hello ".repeat(50_000);
        Tls.withServer(
                SERVER,
                (client, peer) -> client.output().write(text),
                port -> TlsClient.withConnection(
                                "localhost",
                                port,
                                options,
                                connection -> connection.input().readAll())
                        .onSuccess(all -> assertThat(all).isEqualTo(text)));
    }

    @Test
    void aConnectionThatIsGivenUpWhileItIsClosedDoesNotWaitForAPeerThatDoesNotRead()
            throws Exception {
        byte[] muchTooMuch = new byte[64 << 20];
        boolean[] over = new boolean[2];
        Tls.withServer(SERVER, (client, peer) -> Net.until(() -> over[1]), port -> {
            Promise<Void> sent = TlsClient.withConnection("localhost", port, CLIENT, connection -> {
                connection.output().write(muchTooMuch).onFailure(dropped -> {});
                over[0] = true;
                return Promise.unit();
            });
            return Net.until(() -> over[0]).flatMap(x -> {
                sent.cancel();
                return Net.failure(sent, e -> assertThat(sent.isCancelled()).isTrue())
                        .onTermination(() -> over[1] = true);
            });
        });
    }

    @Test
    void anAnswerGoesOutAtTheEndOfTheEventThatLedToIt() throws Exception {
        List<Integer> buffered = new ArrayList<>();
        Tls.withServer(
                SERVER,
                (client, peer) -> client.input().readLine().flatMap(question -> {
                    // A pause that is made before the answer is written comes before a flush that
                    // waits for one.
                    Promise<?> later = EventLoop.pause()
                            .map(x -> buffered.add(client.output().buffered()));
                    return client.output().writeLine("answer").flatMap(x -> later);
                }),
                port -> TlsClient.withConnection(
                        "localhost",
                        port,
                        CLIENT,
                        connection -> connection
                                .output()
                                .writeLine("question")
                                .flatMap(x -> connection.input().readAll())));
        assertThat(buffered).containsExactly(0);
    }

    @Test
    void theClientAndTheServerAgreeOnAProtocol() throws Exception {
        TlsOptions server =
                Certificates.server(Certificates.SERVER).alpn("h2", "http/1.1").build();
        TlsOptions client = Certificates.client().alpn("http/1.1").build();
        Tls.withServer(
                server,
                (connection, peer) -> connection
                        .output()
                        .write(connection.applicationProtocol().orElse("none")),
                port -> TlsClient.withConnection("localhost", port, client, connection -> {
                            assertThat(connection.applicationProtocol()).contains("http/1.1");
                            return connection.input().readAll();
                        })
                        .onSuccess(all -> assertThat(all).isEqualTo("http/1.1")));
    }

    @Test
    void aServerShowsTheCertificateThatIsAskedFor() throws Exception {
        TlsOptions server =
                Certificates.server(Certificates.SERVER, Certificates.OTHER).build();
        TlsOptions other = Certificates.client().serverName("other.example").build();
        Tls.withServer(
                server,
                (connection, peer) ->
                        connection.output().write(connection.serverName().orElse("nobody")),
                port -> TlsClient.withConnection("localhost", port, CLIENT, connection -> {
                            assertThat(connection.peerCertificates())
                                    .first()
                                    .isEqualTo(Certificates.SERVER.certificate());
                            return connection.input().readAll();
                        })
                        .flatMap(x -> TcpClient.builder()
                                .connectSocket("localhost", port)
                                .flatMap(socket ->
                                        TlsClient.over(socket, "other.example", port, other)))
                        .flatMap(connection -> {
                            assertThat(connection.peerCertificates())
                                    .first()
                                    .isEqualTo(Certificates.OTHER.certificate());
                            return connection
                                    .input()
                                    .readAll()
                                    .onSuccess(all -> assertThat(all).isEqualTo("other.example"))
                                    .flatMap(x -> connection.close());
                        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void keysMayBeRenewedAmidTheConversation(String version) throws Exception {
        TlsOptions options = Certificates.client().protocols(version).build();
        Tls.withServer(
                SERVER,
                Tls::echo,
                port -> TlsClient.withConnection(
                        "localhost",
                        port,
                        options,
                        connection -> connection
                                .output()
                                .write("one\n")
                                .flatMap(x -> connection.input().readLine())
                                .flatMap(x -> connection.renewKeys())
                                .flatMap(x -> connection.output().write("two\n"))
                                .flatMap(x -> connection.input().readLine())
                                .onSuccess(line -> assertThat(line).contains("two"))));
    }

    @Test
    void bytesThatComeAmidANewHandshakeHoldUpNobody() throws Exception {
        TlsOptions options = Certificates.client().protocols("TLSv1.2").build();
        boolean[] sent = {false};
        Tls.withServer(
                SERVER,
                (client, peer) -> client.output()
                        .write("one\n")
                        .flatMap(x -> client.output().flush())
                        .onSuccess(x -> sent[0] = true)
                        .flatMap(x -> client.input().readAll()),
                port -> TlsClient.withConnection(
                        "localhost",
                        port,
                        options,
                        connection -> Net.until(() -> sent[0]).flatMap(x -> {
                            Promise<?> renewed = connection.renewKeys();
                            return connection
                                    .input()
                                    .readLine()
                                    .onSuccess(line -> assertThat(line).contains("one"))
                                    .flatMap(y -> EventLoop.withTimeout(
                                            Duration.ofSeconds(10), () -> renewed));
                        })));
    }

    /** Runs a test with both ends of a connection, between which little fits. */
    private static void withPipes(
            CheckedBiFunction<TlsConnection, TlsConnection, ? extends Promise<?>> test)
            throws Exception {
        assertThat(Net.run(() -> EventLoop.withTimeout(Duration.ofSeconds(60), () -> {
                    Pipe there = Pipe.open();
                    Pipe back = Pipe.open();
                    return Promise.both(
                                    TlsServer.over(
                                            new ChannelPair(there.input(), back.output()), SERVER),
                                    TlsClient.over(
                                            new ChannelPair(back.input(), there.output()),
                                            "localhost",
                                            443,
                                            CLIENT))
                            .flatMap(both -> Promise.of(true)
                                    .<Object>flatMap(x -> test.apply(both.first(), both.second()))
                                    .eventually(() -> Promise.both(
                                            both.first().abort(), both.second().abort())));
                })))
                .isEmpty();
    }

    private static final int MUCH = 1 << 20;

    /** Writes much, which the other side does not read yet. */
    private static Promise<?> writeMuch(TlsConnection connection) {
        Promise<?> written = connection.output().write(new byte[MUCH]);
        return pauses(20)
                .onSuccess(x -> assertThat(written.isPending()).isTrue())
                .map(x -> written);
    }

    @Test
    void whoCannotWriteReadsOnAfterTheOtherSideHasRenewedItsKeys() throws Exception {
        withPipes((server, client) -> {
            Promise<?> read = server.input().readFully(MUCH);
            return writeMuch(server)
                    .flatMap(x -> client.renewKeys())
                    .flatMap(x -> client.output().write(new byte[MUCH]))
                    .flatMap(x -> client.output().flush())
                    .flatMap(x -> read)
                    .flatMap(x -> client.input().readFully(MUCH));
        });
    }

    @Test
    void whoCannotWriteReadsOnWhileItWaitsToRenewItsKeys() throws Exception {
        withPipes((server, client) -> {
            Promise<?> read = server.input().readFully(MUCH);
            return writeMuch(server).flatMap(x -> {
                Promise<?> renewed = server.renewKeys();
                return client.output()
                        .write(new byte[MUCH])
                        .flatMap(y -> client.output().flush())
                        .flatMap(y -> read)
                        .onSuccess(y -> assertThat(renewed.isPending()).isTrue())
                        .flatMap(y -> client.input().readFully(MUCH))
                        .flatMap(y -> renewed);
            });
        });
    }

    @Test
    void keysThatWaitToBeRenewedAreLeftAloneWhenOneHalfOfTheConnectionIsClosed() throws Exception {
        withPipes((server, client) -> {
            Promise<String> read = server.input().readAll();
            return writeMuch(server).flatMap(x -> {
                Promise<?> renewed = server.renewKeys();
                return client.output()
                        .shutdown()
                        .flatMap(y -> Net.failure(renewed, RENEWAL))
                        .flatMap(y -> read)
                        .flatMap(y -> client.input().readFully(MUCH));
            });
        });
    }

    @Test
    void whoRenewsItsKeysOverAndOverMustReadTheAnswersInTheEnd() throws Exception {
        int many = 2_000;
        int[] count = {0};
        withPipes((server, client) -> {
            Promise<?> read = server.input().readFully(1);
            return writeMuch(server).flatMap(x -> {
                Promise<?> renewed = renewKeys(client, many, count);
                return untilStuck(count, -1)
                        .onSuccess(y -> assertThat(count[0]).isBetween(1, many - 1))
                        .flatMap(y -> client.input().readFully(MUCH))
                        .flatMap(y -> renewed)
                        .flatMap(y -> client.output().write("x"))
                        .flatMap(y -> read);
            });
        });
    }

    private static Promise<?> renewKeys(TlsConnection connection, int times, int[] count) {
        return count[0] == times
                ? Promise.unit()
                : connection.renewKeys().<Object>flatMap(x -> {
                    count[0]++;
                    return renewKeys(connection, times, count);
                });
    }

    private static Promise<?> untilStuck(int[] count, int before) {
        int now = count[0];
        return now == before
                ? Promise.unit()
                : pauses(100).<Object>flatMap(x -> untilStuck(count, now));
    }

    @Test
    void theBytesOfAWriteThatIsCancelledMayBeUsedAgain() throws Exception {
        byte[] data = new byte[30_000];
        withPipes((server, client) -> client.renewKeys().flatMap(x -> {
            // The other side has to read that the keys are new before anything else.
            Promise<?> write = client.output().write(data);
            write.cancel();
            assertThat(write.isCancelled()).isTrue();
            Arrays.fill(data, (byte) 'x');
            return server.input()
                    .readFully(data.length)
                    .onSuccess(read -> assertThat(read).containsOnly(0));
        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost."})
    void aServerIsAskedForItsNameAlsoIfThatHasNoDotOrOneAtItsEnd(String host) throws Exception {
        Tls.withServer(
                SERVER,
                (connection, peer) ->
                        connection.output().write(connection.serverName().orElse("nobody")),
                port -> TcpClient.builder()
                        .connectSocket("localhost", port)
                        .flatMap(socket -> TlsClient.over(socket, host, port, CLIENT))
                        .flatMap(connection -> connection
                                .input()
                                .readAll()
                                .onSuccess(all -> assertThat(all).isEqualTo("localhost"))
                                .flatMap(x -> connection.close())));
    }

    @Test
    void anAddressIsNotAskedFor() throws Exception {
        Tls.withServer(
                SERVER,
                (connection, peer) ->
                        connection.output().write(connection.serverName().orElse("nobody")),
                port -> TlsClient.withConnection(
                                "127.0.0.1",
                                port,
                                CLIENT,
                                connection -> connection.input().readAll())
                        .onSuccess(all -> assertThat(all).isEqualTo("nobody")));
    }

    @Test
    void tlsGoesOverAnyChannelsAlsoOverThoseOfTls() throws Exception {
        Tls.withServer(
                SERVER,
                (outer, peer) -> TlsServer.over(outer.channels(), SERVER)
                        .flatMap(inner -> Tls.echo(inner, peer).flatMap(x -> inner.close())),
                port -> TlsClient.connect("localhost", port, CLIENT)
                        .flatMap(outer ->
                                TlsClient.over(outer.channels(), "localhost", port, CLIENT))
                        .flatMap(inner -> inner.output()
                                .write("x".repeat(100_000) + "\n")
                                .flatMap(x -> inner.input().readLine())
                                .onSuccess(line -> assertThat(line.get()).hasSize(100_000))
                                .flatMap(x -> inner.close())));
    }

    @Test
    void aContextOfOnesOwnTakesThePlaceOfKeysAndTrust() throws Exception {
        TlsOptions options =
                TlsOptions.builder().context(SSLContext.getDefault()).build();
        assertThat(Net.run(() -> Tls.serve(
                        SERVER,
                        Tls::echo,
                        port -> Net.failure(
                                TlsClient.connect("localhost", port, options),
                                e -> assertThat(e)
                                        .isInstanceOf(SSLHandshakeException.class)
                                        .hasMessageContaining("localhost")))))
                .hasSize(1);
    }

    /* ---- Trust ---- */

    private static void assertRefused(
            TlsOptions server, TlsOptions client, String host, String... said) throws Exception {
        List<Throwable> errors = Net.run(() -> Tls.serve(
                server,
                Tls::echo,
                port -> Net.failure(
                        TcpClient.builder()
                                .connectSocket("localhost", port)
                                .flatMap(socket -> TlsClient.over(socket, host, port, client)),
                        e -> assertThat(e)
                                .isInstanceOf(SSLHandshakeException.class)
                                .satisfies(it -> assertThat(it.getCause().getCause())
                                        .isInstanceOf(CertificateException.class)
                                        .cause()
                                        .isInstanceOf(CertificateException.class))
                                .message()
                                .contains(said))));
        // The server hears of it by an alert.
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("alert");
    }

    @Test
    void aHostNameThatDoesNotMatchIsRefused() throws Exception {
        assertRefused(
                SERVER,
                CLIENT,
                "elsewhere.example",
                "certificate of host elsewhere.example: host name does not match",
                "localhost, 127.0.0.1");
    }

    @Test
    void whoDoesNotCareForTheHostNameSaysSo() throws Exception {
        TlsOptions careless = Certificates.client().hostNameVerified(false).build();
        Tls.withServer(
                SERVER,
                Tls::echo,
                port -> TcpClient.builder()
                        .connectSocket("localhost", port)
                        .flatMap(socket ->
                                TlsClient.over(socket, "elsewhere.example", port, careless))
                        .flatMap(TlsConnection::close));
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        Instant end = Instant.now().minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS);
        Certificates.Identity expired = Certificates.issued(
                "CN=localhost",
                it -> it.addSanDnsName("localhost")
                        .notBefore(end.minus(Duration.ofDays(2)))
                        .notAfter(end));
        assertRefused(
                Certificates.server(expired).build(),
                CLIENT,
                "localhost",
                "certificate of host localhost: expired on " + end);
    }

    @Test
    void aCertificateOfTheFutureIsRefused() throws Exception {
        Instant start = Instant.now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS);
        Certificates.Identity early = Certificates.issued(
                "CN=localhost",
                it -> it.addSanDnsName("localhost")
                        .notBefore(start)
                        .notAfter(start.plus(Duration.ofDays(2))));
        assertRefused(
                Certificates.server(early).build(),
                CLIENT,
                "localhost",
                "certificate of host localhost: not valid before " + start);
    }

    @Test
    void aSelfSignedCertificateIsRefusedUnlessItIsTrusted() throws Exception {
        Certificates.Identity self =
                Certificates.authority("CN=localhost", it -> it.addSanDnsName("localhost"));
        TlsOptions server =
                TlsOptions.builder().identity(self.key(), self.certificate()).build();
        assertRefused(
                server,
                CLIENT,
                "localhost",
                "certificate of host localhost: self-signed, and not among those that are trusted");
        TlsOptions trusting = TlsOptions.builder().trust(self.certificate()).build();
        Tls.withServer(
                server,
                Tls::echo,
                port -> TlsClient.connect("localhost", port, trusting)
                        .flatMap(TlsConnection::close));
    }

    @Test
    void theCertificateOfAStrangerIsRefused() throws Exception {
        Certificates.Identity stranger = Certificates.authority("CN=Stranger", it -> it);
        TlsOptions client = TlsOptions.builder().trust(stranger.certificate()).build();
        assertRefused(
                SERVER,
                client,
                "localhost",
                "certificate of host localhost: signed by CN=Test authority, who is not trusted");
    }

    @Test
    void aServerMayWantToKnowItsClients() throws Exception {
        TlsOptions server = Certificates.server(Certificates.SERVER)
                .clientAuth(TlsOptions.ClientAuth.REQUIRED)
                .build();
        TlsOptions known = Certificates.server(Certificates.CLIENT).build();
        Tls.withServer(
                server,
                (connection, peer) -> connection
                        .output()
                        .write(connection
                                .peerCertificates()
                                .get(0)
                                .getSubjectX500Principal()
                                .getName()),
                port -> TlsClient.withConnection(
                                "localhost",
                                port,
                                known,
                                connection -> connection.input().readAll())
                        .onSuccess(all -> assertThat(all).isEqualTo("CN=somebody")));
        List<Throwable> errors = Net.run(() -> Tls.serve(
                server,
                Tls::echo,
                port -> Net.failure(
                        // In TLS 1.3 the client hears of it when it reads.
                        TlsClient.withConnection(
                                "localhost",
                                port,
                                CLIENT,
                                connection -> connection.input().read()),
                        e -> assertThat(e).isInstanceOf(SSLException.class))));
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0)).isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void anIdentityNeedsACertificateAndTrustSomebody() {
        assertThatThrownBy(() -> TlsOptions.builder()
                        .identity(Certificates.CLIENT.key(), new X509Certificate[0]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TlsOptions.builder().trust(new X509Certificate[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /* ---- The end ---- */

    @Test
    void inTls13AConnectionMayBeHalfClosed() throws Exception {
        Tls.withServer(
                SERVER,
                (client, peer) ->
                        client.input().readAll().flatMap(all -> client.output().write(all + all)),
                port -> TlsClient.withConnection(
                                "localhost",
                                port,
                                CLIENT,
                                connection -> connection
                                        .output()
                                        .write("x".repeat(100_000))
                                        .flatMap(x -> connection.output().shutdown())
                                        .flatMap(x -> connection.input().readAll()))
                        .onSuccess(all -> assertThat(all).hasSize(200_000)));
    }

    private static final CheckedConsumer<Throwable> RENEWAL = e -> assertThat(e)
            .isInstanceOf(SSLException.class)
            .hasMessageContaining("half a connection");

    @Test
    void halfAConnectionGoesOnThoughItsKeysCannotBeRenewed() throws Exception {
        Tls.withServer(
                SERVER,
                (client, peer) -> client.input()
                        .readAll()
                        .flatMap(all -> client.output().write("one "))
                        .flatMap(x -> client.output().flush())
                        .flatMap(x -> Net.failure(client.renewKeys(), RENEWAL))
                        .flatMap(x -> client.output().write("two")),
                port -> TlsClient.withConnection(
                                "localhost",
                                port,
                                CLIENT,
                                connection -> connection
                                        .output()
                                        .shutdown()
                                        .flatMap(x -> connection.input().readAll()))
                        .onSuccess(all -> assertThat(all).isEqualTo("one two")));
    }

    @Test
    void whoHasSaidAllReadsOnThoughKeysCannotBeRenewed() throws Exception {
        Tls.withServer(
                SERVER,
                (client, peer) ->
                        client.input().readAll().flatMap(all -> client.output().write(all)),
                port -> TlsClient.withConnection(
                                "localhost",
                                port,
                                CLIENT,
                                connection -> connection
                                        .output()
                                        .write("all")
                                        .flatMap(x -> connection.output().shutdown())
                                        .flatMap(x -> Net.failure(connection.renewKeys(), RENEWAL))
                                        .flatMap(x -> connection.input().readAll()))
                        .onSuccess(all -> assertThat(all).isEqualTo("all")));
    }

    @Test
    void inTls12TheAnswerToTheEndIsTheEnd() throws Exception {
        TlsOptions options = Certificates.client().protocols("TLSv1.2").build();
        List<Throwable> errors = Net.run(() -> Tls.serve(
                SERVER,
                (client, peer) -> client.input()
                        .readAll()
                        .flatMap(all -> client.output().write("too late"))
                        .flatMap(x -> client.output().flush()),
                port -> TlsClient.withConnection(
                                "localhost",
                                port,
                                options,
                                connection -> connection
                                        .output()
                                        .shutdown()
                                        .flatMap(x -> connection.input().readAll()))
                        .onSuccess(all -> assertThat(all).isEmpty())));
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("TLSv1.2 knows no half of one");
    }

    /** A server whose connections end without a word. */
    private static Promise<TcpServer> cuttingServer() {
        return TcpServer.builder()
                .listenSockets(
                        Net.ANY_PORT,
                        (socket, peer) -> TlsServer.over(socket, SERVER)
                                .flatMap(connection -> connection
                                        .output()
                                        .write("the beginning")
                                        .flatMap(x -> connection.output().flush())
                                        .flatMap(x -> socket.shutdownOutput())
                                        .flatMap(x -> connection.input().read().outcome())));
    }

    @Test
    void inputThatIsCutOffIsAnError() throws Exception {
        Net.run(() -> cuttingServer()
                .flatMap(server -> TlsClient.withConnection(
                                "localhost",
                                Tls.port(server),
                                CLIENT,
                                connection -> connection
                                        .input()
                                        .read()
                                        .onSuccess(some -> assertThat(some).hasSize(13))
                                        .flatMap(x -> Net.failure(
                                                connection.input().read(),
                                                e -> assertThat(e)
                                                        .isInstanceOf(TruncatedException.class)
                                                        .hasMessageContaining("localhost")
                                                        .hasMessageContaining("close_notify"))))
                        .flatMap(x -> server.close())));
    }

    @Test
    void whoDoesNotMindHasItsInputCutOff() throws Exception {
        TlsOptions options = Certificates.client().truncationAllowed(true).build();
        Net.run(() -> cuttingServer()
                .flatMap(server -> TlsClient.withConnection(
                                "localhost",
                                Tls.port(server),
                                options,
                                connection -> connection.input().readAll())
                        .onSuccess(all -> assertThat(all).isEqualTo("the beginning"))
                        .flatMap(x -> server.close())));
    }

    @Test
    void abortDoesNotPretendThatTheOutputIsComplete() throws Exception {
        List<Throwable> errors = Net.run(() -> Tls.serve(
                SERVER,
                (client, peer) -> client.input().readAll(),
                port -> TlsClient.connect("localhost", port, CLIENT)
                        .flatMap(connection -> connection
                                .output()
                                .write("half of it")
                                .flatMap(x -> connection.output().flush())
                                .flatMap(x -> connection.abort()))));
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0)).isInstanceOf(IOException.class);
    }

    @Test
    void abortOfTheOutputDoesNotPretendThatItIsComplete() throws Exception {
        List<Throwable> errors = Net.run(() -> Tls.serve(
                SERVER,
                (client, peer) -> client.input().readAll(),
                port -> TlsClient.connect("localhost", port, CLIENT)
                        .flatMap(connection -> connection
                                .output()
                                .write("half of it")
                                .flatMap(x -> connection.output().flush())
                                .flatMap(x -> connection.output().abort()))));
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0)).isInstanceOf(TruncatedException.class);
    }

    @Test
    void aCloseThatIsAbortedDoesNotPretendThatTheOutputIsComplete() throws Exception {
        boolean[] aborted = {false};
        List<Throwable> errors = Net.run(() -> Tls.serve(
                SERVER,
                (client, peer) ->
                        Net.until(() -> aborted[0]).flatMap(x -> client.input().readAllBytes()),
                port -> TlsClient.connect("localhost", port, CLIENT).flatMap(connection -> {
                    Promise<?> writing = connection.output().write(new byte[64 << 20]);
                    Promise<?> closing = connection.close();
                    assertThat(closing.isPending()).isTrue();
                    return connection
                            .channels()
                            .abort()
                            .outcome()
                            .flatMap(x -> Net.failure(writing, e -> {}))
                            .flatMap(x -> Net.failure(closing, e -> {}))
                            .onSuccess(x -> aborted[0] = true);
                })));
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0)).isInstanceOf(IOException.class);
    }

    @Test
    void closingTheInputDoesNotPretendThatTheOutputIsComplete() throws Exception {
        List<Throwable> errors = Net.run(() -> Tls.serve(
                SERVER,
                (client, peer) -> client.input()
                        .readAll()
                        .onSuccess(all -> assertThat(all).isEqualTo("all of it")),
                port -> TlsClient.connect("localhost", port, CLIENT)
                        .flatMap(connection -> connection
                                .output()
                                .write("all of it")
                                .flatMap(x -> connection.input().close()))));
        assertThat(errors).allMatch(TruncatedException.class::isInstance);
    }

    /* ---- Handshakes that do not work ---- */

    @Test
    void aServerThatIsShutDownDoesNotReportTheHandshakesThatThisEnds() throws Exception {
        assertThat(Net.run(() -> TlsServer.listen(Net.ANY_PORT, SERVER, Tls::echo)
                        .flatMap(server -> TcpClient.connect(server.localAddress())
                                .flatMap(client -> Net.until(() -> server.openConnections() == 1)
                                        .flatMap(x -> server.shutdown(Duration.ZERO))
                                        .onSuccess(count -> assertThat(count).isEqualTo(1))
                                        .flatMap(
                                                x -> Net.until(() -> server.openConnections() == 0))
                                        .flatMap(x -> client.abort())))))
                .isEmpty();
    }

    @Test
    void whoDoesNotSpeakTlsIsTold() throws Exception {
        List<Throwable> errors = Net.run(() -> Tls.serve(
                SERVER,
                Tls::echo,
                port -> TcpClient.connect("localhost", port)
                        .flatMap(plain -> plain.output()
                                .write("GET / HTTP/1.1\r\n\r\n")
                                .flatMap(x -> plain.output().flush())
                                .flatMap(x -> plain.input().readAll().outcome())
                                .flatMap(x -> plain.close()))));
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("does not speak TLS");
    }

    @Test
    void aPeerThatGoesAwayDuringTheHandshakeIsAnError() throws Exception {
        List<Throwable> errors = Net.run(() -> TcpServer.listen(
                        Net.ANY_PORT, (client, peer) -> client.input().read())
                .flatMap(server -> Net.failure(
                                TlsClient.connect("localhost", Tls.port(server), CLIENT),
                                e -> assertThat(e)
                                        .isInstanceOf(SSLHandshakeException.class)
                                        .hasMessageContaining("during the TLS handshake"))
                        .flatMap(x -> server.close())));
        assertThat(errors).isEmpty();
    }

    @Test
    void aHandshakeThatTakesTooLongIsGivenUp() throws Exception {
        TlsOptions hasty =
                Certificates.client().handshakeTimeout(Duration.ofMillis(1)).build();
        List<Throwable> errors = Net.run(() -> TcpServer.listen(
                        Net.ANY_PORT, (client, peer) -> client.input().readAll())
                .flatMap(server -> Net.failure(
                                TlsClient.connect("localhost", Tls.port(server), hasty),
                                e -> assertThat(e)
                                        .isInstanceOf(SSLHandshakeException.class)
                                        .hasMessageContaining("took longer than PT0.001S"))
                        // Its socket is closed, so that the server sees the end.
                        .flatMap(x -> Net.until(() -> server.openConnections() == 0))
                        .flatMap(x -> server.close())));
        assertThat(errors).isEmpty();
    }

    @Test
    void aCancelledHandshakeClosesTheSocket() throws Exception {
        List<Throwable> errors = Net.run(() -> TcpServer.listen(
                        Net.ANY_PORT, (client, peer) -> client.input().readAll())
                .flatMap(server -> TcpClient.builder()
                        .connectSocket(server.localAddress())
                        .flatMap(socket -> {
                            Promise<TlsConnection> shaking =
                                    TlsClient.over(socket, "localhost", Tls.port(server), CLIENT);
                            return Net.until(() -> server.openConnections() == 1)
                                    .flatMap(x -> {
                                        shaking.cancel();
                                        return shaking.outcome();
                                    })
                                    .onSuccess(x ->
                                            assertThat(shaking.isCancelled()).isTrue())
                                    .onSuccess(x -> assertThat(socket.state())
                                            .isNotEqualTo(TcpSocket.State.OPEN))
                                    .flatMap(x -> Net.until(() -> server.openConnections() == 0))
                                    .flatMap(x -> server.close());
                        })));
        assertThat(errors).isEmpty();
    }

    @Test
    void aHandshakeMayBeCancelledWhileTheKeysAreStillBeingRead() throws Exception {
        TlsOptions options = Certificates.client().build();
        Net.run(() -> TcpServer.listen(
                        Net.ANY_PORT, (client, peer) -> client.input().readAll())
                .flatMap(server -> TcpClient.builder()
                        .connectSocket(server.localAddress())
                        .flatMap(socket -> {
                            synchronized (options) {
                                Promise<TlsConnection> shaking = TlsClient.over(
                                        socket, "localhost", Tls.port(server), options);
                                while (Thread.getAllStackTraces().keySet().stream()
                                        .noneMatch(it -> it.getState() == Thread.State.BLOCKED)) {
                                    Thread.onSpinWait();
                                }
                                shaking.cancel();
                                assertThat(shaking.isCancelled()).isTrue();
                            }
                            assertThat(socket.state()).isNotEqualTo(TcpSocket.State.OPEN);
                            return server.close();
                        })));
    }

    @Test
    void aReadThatLosesARaceLosesNoByte() throws Exception {
        Resolver<Boolean>[] go = newArray();
        Tls.withServer(
                SERVER,
                (client, peer) -> client.output()
                        .write("par")
                        .flatMap(x -> client.output().flush())
                        .flatMap(x -> go[0].promise())
                        .flatMap(x -> client.output().write("tial\n")),
                port -> {
                    go[0] = Resolver.uncancellable();
                    return TlsClient.withConnection(
                            "localhost",
                            port,
                            CLIENT,
                            connection -> Promise.pick(
                                            connection.input().readLine().map(line -> "line"),
                                            pauses(100).map(x -> "nothing"))
                                    .onSuccess(won -> assertThat(won).isEqualTo("nothing"))
                                    .onSuccess(x -> go[0].resolve(true))
                                    .flatMap(x -> connection.input().readLine())
                                    .onSuccess(line -> assertThat(line).contains("partial")));
                });
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Resolver<Boolean>[] newArray() {
        return new Resolver[1];
    }

    private static Promise<Void> pauses(int count) {
        return count == 0 ? EventLoop.pause() : EventLoop.pause().flatMap(x -> pauses(count - 1));
    }

    @Test
    void aHostThatIsNotThereIsAnErrorOfTheConnection() throws Exception {
        Net.run(() -> TcpServer.listen(Net.ANY_PORT, (client, peer) -> Promise.unit())
                .flatMap(server -> server.close().map(x -> server.localAddress()))
                .flatMap(address -> Net.failure(
                        TlsClient.connect(
                                "localhost", ((InetSocketAddress) address).getPort(), CLIENT),
                        e -> assertThat(e)
                                .isInstanceOf(IOException.class)
                                .isNotInstanceOf(EOFException.class)
                                .isNotInstanceOf(SSLException.class))));
    }
}
