package io.lwt4j.examples.crawl;

import static io.lwt4j.direct.Direct.await;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.direct.Direct;
import io.lwt4j.examples.ExamplePage;
import io.lwt4j.examples.ProgramRun;
import io.lwt4j.net.TcpServer;
import io.lwt4j.sync.Condition;
import io.lwt4j.tls.TlsOptions;
import io.lwt4j.tls.TlsServer;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class CrawlTest {

    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String LONG = "100000";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
            + "Content-Type: text/html\r\n\r\n"
            + "5;x=y\r\n<a hr\r\na\r\nef=\"/two\">\r\n0\r\n\r\n";

    /** What happens while a site is there, as straight-line code. */
    private interface Script {
        void play(TcpServer server) throws Exception;
    }

    private static void visiting(Callable<Promise<TcpServer>> site, Script script)
            throws Exception {
        EventLoop.run(() -> Promise.using(
                site,
                server -> Direct.spawn(() -> {
                    script.play(server);
                    return true;
                }),
                TcpServer::close));
    }

    private static Crawler crawler(String... args) {
        return new Crawler(CrawlOptions.parse(args), new HttpClient(TlsOptions.defaults()));
    }

    private static Promise<?> never() {
        return Resolver.cancellable().promise();
    }

    private static List<String> outcomes(Crawler crawler) {
        return crawler.done().stream()
                .map(page -> page.url().getPath() + " " + page.outcome() + " " + page.tries())
                .sorted()
                .toList();
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            await(EventLoop.sleep(Duration.ofMillis(1)));
        }
    }

    @Test
    void theProgramPrintsWhatThePageShows() throws Exception {
        ProgramRun run = ProgramRun.of(Crawl.class);
        assertThat(run.out()).isEqualTo(ExamplePage.output("crawl"));
        assertThat(run.err().lines()).hasSize(11).last().isEqualTo("11 of 11 pages, 2 failed");
        assertThat(run.exitCode()).isZero();
    }

    /** Lets a crawler visit a demonstration site, until so many pages are done. */
    private static void visit(Crawler crawler, TcpServer server, int pages) throws Exception {
        Resolver<String> enough = Resolver.cancellable();
        Promise<Boolean> run = crawler.run(DemoSite.urlOf(server), enough.promise());
        until(() -> crawler.done().size() == pages);
        enough.tryResolve("enough");
        await(run);
    }

    @Test
    void eachPageIsAskedForOnceAndWhatFailsIsTriedAgain() throws Exception {
        DemoSite site = new DemoSite();
        visiting(site::listen, server -> {
            Crawler crawler = crawler("--retries", "2", "--timeout", LONG);
            visit(crawler, server, 10);
            assertThat(outcomes(crawler))
                    .containsExactly(
                            "/ 200 1",
                            "/a 200 1",
                            "/a/1 200 1",
                            "/a/2 200 1",
                            "/b 200 1",
                            "/flaky 200 3",
                            "/missing 404 1",
                            "/new 200 1",
                            "/old 301 1",
                            "/slow 200 1");
            // The one that is stuck, and two more for the one that is flaky.
            assertThat(site.requests()).isEqualTo(13);
            assertThat(crawler.progress().get()).isEqualTo(new Progress(10, 1, 11));
        });
    }

    @Test
    void aPageThatDoesNotAnswerInTimeIsGivenUp() throws Exception {
        visiting(new DemoSite()::listen, server -> {
            Crawler crawler = crawler("--retries", "2", "--timeout", "0.1");
            URI stuck = DemoSite.urlOf(server).resolve("/stuck");
            assertThat(await(crawler.run(stuck, never()))).isTrue();
            assertThat(outcomes(crawler)).containsExactly("/stuck no answer in 100 ms 3");
            until(() -> server.openConnections() == 0);
        });
    }

    @Test
    void afterTheLastTryAPageHasFailed() throws Exception {
        visiting(new DemoSite()::listen, server -> {
            Crawler crawler = crawler("--retries", "1", "--timeout", LONG);
            URI flaky = DemoSite.urlOf(server).resolve("/flaky");
            await(crawler.run(flaky, never()));
            assertThat(outcomes(crawler)).containsExactly("/flaky status 503 2");
        });
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "1, 5, 6", "2, 9, 10", "3, 10, 11"})
    void linksAreFollowedToACertainDepth(String depth, int done, int known) throws Exception {
        visiting(new DemoSite()::listen, server -> {
            Crawler crawler = crawler("--depth", depth, "--timeout", LONG);
            visit(crawler, server, done);
            assertThat(crawler.progress().get().known()).isEqualTo(known);
        });
    }

    /** Pages that are answered when a certain number of them has been asked for. */
    private static final class Crowd {
        private final int size;
        private final Condition<Boolean> complete = Condition.create();
        private int present;
        private int most;

        Crowd(int size) {
            this.size = size;
        }

        Promise<TcpServer> listen() {
            return TcpServer.listen(
                    ANY_PORT,
                    (client, peer) -> client.input()
                            .lines()
                            .getWhile(line -> !line.isEmpty())
                            .flatMap(
                                    head -> head.get(0).contains(" / ") ? Promise.of(true) : join())
                            .flatMap(ready -> client.output().write(page())));
        }

        private Promise<Boolean> join() {
            most = Math.max(most, ++present);
            if (most > size) {
                complete.broadcast(true);
                return Promise.of(true);
            }
            if (present == size) {
                // One too many would come in this time.
                EventLoop.spawn(() -> EventLoop.sleep(Duration.ofMillis(20)).onSuccess(over -> {
                    present = 0;
                    complete.broadcast(true);
                }));
            }
            return complete.await();
        }

        private static String page() {
            return IntStream.range(0, 24)
                    .mapToObj(i -> "<a href='/" + i + "'>")
                    .collect(Collectors.joining(
                            "", "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n", ""));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void asManyRequestsAsAllowedAreUnderWayAndNeverMore(int limit) throws Exception {
        Crowd crowd = new Crowd(limit);
        visiting(crowd::listen, server -> {
            Crawler crawler = crawler("--limit", "" + limit, "--delay", "0", "--timeout", LONG);
            await(crawler.run(DemoSite.urlOf(server), never()));
            assertThat(crawler.done()).hasSize(25).noneMatch(Visit::hasFailed);
            assertThat(crowd.most).isEqualTo(limit);
            assertThat(server.stats().accepted()).isEqualTo(25);
        });
    }

    @Test
    void aHostIsLeftAloneBetweenTwoRequests() throws Exception {
        DemoSite site = new DemoSite();
        visiting(site::listen, server -> {
            Resolver<String> interrupt = Resolver.cancellable();
            Crawler crawler = crawler("--delay", LONG);
            Promise<Boolean> run = crawler.run(DemoSite.urlOf(server), interrupt.promise());
            until(() -> crawler.done().size() == 1);
            await(EventLoop.sleep(Duration.ofMillis(20)));
            assertThat(site.requests()).isEqualTo(1);
            interrupt.resolve("^C");
            assertThat(await(run)).isFalse();
        });
    }

    /** How many sockets are connected to a server, as the system has it; skips other systems. */
    private static long connectionsTo(TcpServer server) throws Exception {
        Path table = Path.of("/proc/net/tcp6");
        Assumptions.assumeTrue(Files.exists(table), "only Linux can be asked");
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        // Remote address and state: 01 is a connection that neither end has closed.
        Pattern connected = Pattern.compile(String.format(".*:%04X 01 .*", port));
        return Stream.concat(
                        Files.readAllLines(table).stream(),
                        Files.readAllLines(Path.of("/proc/net/tcp")).stream())
                .filter(line -> connected.matcher(line).matches())
                .count();
    }

    @Test
    void anInterruptClosesAllConnectionsBeforeItIsTheEnd() throws Exception {
        DemoSite site = new DemoSite();
        visiting(site::listen, server -> {
            Resolver<String> interrupt = Resolver.cancellable();
            Crawler crawler = crawler("--timeout", LONG);
            Promise<Boolean> run = crawler.run(DemoSite.urlOf(server), interrupt.promise());
            until(() -> crawler.done().size() == 10);
            until(() -> server.openConnections() == 1);
            assertThat(site.busy()).isEqualTo(1);
            assertThat(connectionsTo(server)).isEqualTo(1);

            interrupt.resolve("^C");
            assertThat(await(run)).isFalse();
            assertThat(connectionsTo(server)).isZero();
            assertThat(outcomes(crawler)).hasSize(10).noneMatch(page -> page.contains("stuck"));
            // The loop goes on, so it is not its end that closes them.
            until(() -> server.openConnections() == 0);
            assertThat(site.busy()).isZero();
        });
    }

    @Test
    void ctrlCPrintsASummaryAndIsTheStatus() throws Exception {
        Process process = ProgramRun.start(Crawl.class, "--timeout", LONG);
        try {
            BufferedReader progress = process.errorReader(StandardCharsets.UTF_8);
            String line = progress.readLine();
            while (!line.startsWith("10 of 11")) {
                line = progress.readLine();
            }
            ProgramRun.interrupt(process);
            ProgramRun run = ProgramRun.end(process);
            assertThat(run.out())
                    .isEqualTo(ExamplePage.output("crawl")
                            .replaceAll("no answer.*\n", "")
                            .replace("11 of 11 pages, 2 failed", "interrupted: " + line));
            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isEqualTo(130);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void encryptedSitesCanBeVisited() throws Exception {
        X509Bundle self = new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        TlsOptions server = TlsOptions.builder()
                .identity(self.getKeyPair().getPrivate(), self.getCertificatePath())
                .build();
        HttpClient http =
                new HttpClient(TlsOptions.builder().trust(self.getCertificate()).build());
        visiting(
                () -> TlsServer.listen(
                        ANY_PORT,
                        server,
                        (client, peer) -> client.input()
                                .lines()
                                .getWhile(line -> !line.isEmpty())
                                .flatMap(head -> client.output().write(CHUNKED))),
                site -> {
                    int port = ((InetSocketAddress) site.localAddress()).getPort();
                    Crawler crawler = new Crawler(CrawlOptions.parse("--timeout", LONG), http);
                    await(crawler.run(URI.create("https://localhost:" + port + "/"), never()));
                    assertThat(outcomes(crawler)).containsExactly("/ 200 1", "/two 200 1");
                });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SMTP ready                                     | no answer of HTTP/1.1
            HTTP/1.1 200 OK~Content-Length: many~~         | a length of "many"
            HTTP/1.1 200 OK~Content-Length: 9999999~~      | a body of more than 1048576 bytes
            HTTP/1.1 200 OK~Transfer-Encoding: chunked~~-1 | a body of more than 1048576 bytes
            """)
    void aServerThatMakesNoSenseIsAPageThatFailed(String answer, String outcome) throws Exception {
        visiting(
                () -> TcpServer.listen(
                        ANY_PORT,
                        (client, peer) -> client.input()
                                .lines()
                                .getWhile(line -> !line.isEmpty())
                                .flatMap(head ->
                                        client.output().write(answer.replace("~", "\r\n")))),
                server -> {
                    Crawler crawler = crawler("--timeout", LONG, "--retries", "0");
                    await(crawler.run(DemoSite.urlOf(server), never()));
                    assertThat(outcomes(crawler)).containsExactly("/ " + outcome + " 1");
                });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --frobnicate 1  | unknown argument: --frobnicate
            --limit         | --limit needs a value
            --limit some    | --limit: some is not a number
            --limit 0       | --limit: 0 would be the end of it
            --timeout soon  | --timeout: soon is not a number of seconds such as 5 or 0.2
            ftp://a/        | ftp://a/ is not like http://HOST[:PORT]/PATH
            localhost       | localhost is not like http://HOST[:PORT]/PATH
            """)
    void wrongArgumentsGetALineAndTheUsage(String args, String message) throws Exception {
        assertThat(ProgramRun.of(Crawl.class, args.split(" ", -1)))
                .isEqualTo(new ProgramRun(2, "", message + "\n" + CrawlOptions.USAGE + "\n"));
    }

    @Test
    void progressIsShownAsABar() {
        assertThat(new Progress(5, 1, 10).bar())
                .isEqualTo("[###############...............] 5 of 10 pages, 1 failed");
        assertThat(Progress.NONE.bar()).startsWith("[..............................] 0 of 0");
    }
}
