package io.lwt4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Runs the program as its users do, as a process. */
class FrontPageTest {

    private static final String USAGE = "usage: FrontPage [--url http://HOST[:PORT]/PATH]"
            + " [--timeout SECONDS] [--stall] [--help]\n";

    private static ProgramRun frontPage(String... args) throws Exception {
        return ProgramRun.of(FrontPage.class, args);
    }

    @Test
    void theFrontPageIsPrinted() throws Exception {
        ProgramRun run = frontPage();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .startsWith("HTTP/1.1 200 OK\n")
                .contains("\n\n<!doctype html>\n")
                .endsWith("</h1>\n");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void aServerThatStallsIsGivenUpAndItsConnectionClosed() throws Exception {
        ProgramRun run = frontPage("--stall", "--timeout", "0.2");
        assertThat(run.err()).isEqualTo("Request timed out\n");
        assertThat(run.out()).isEqualTo("server: client closed its connection\n");
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @Test
    void aServerOfTheUsersChoiceIsAsked() throws Exception {
        try (ServerSocket server = loopback()) {
            CompletableFuture<List<String>> request = CompletableFuture.supplyAsync(
                    () -> answerOne(server, "HTTP/1.0 200 OK\r\n\r\nHello"));
            String site = "127.0.0.1:" + server.getLocalPort();
            ProgramRun run = frontPage("--url", "http://" + site + "/a%20b?c=d", "--timeout", "60");
            assertThat(run).isEqualTo(new ProgramRun(0, "HTTP/1.0 200 OK\n\nHello\n", ""));
            assertThat(request.get())
                    .containsExactly(
                            "GET /a%20b?c=d HTTP/1.1", "Host: " + site, "Connection: close");
        }
    }

    @Test
    void anUrlWithoutPathMeansTheFrontPage() throws Exception {
        try (ServerSocket server = loopback()) {
            CompletableFuture<List<String>> request =
                    CompletableFuture.supplyAsync(() -> answerOne(server, "HTTP/1.0 200 OK\r\n"));
            ProgramRun run = frontPage("--url", "http://localhost:" + server.getLocalPort());
            assertThat(run.exitCode()).isZero();
            assertThat(request.get()).startsWith("GET / HTTP/1.1");
        }
    }

    @Test
    void aRefusedConnectionIsSaidClearly() throws Exception {
        int port;
        try (ServerSocket server = loopback()) {
            port = server.getLocalPort();
        }
        ProgramRun run = frontPage("--url", "http://127.0.0.1:" + port + "/");
        assertThat(run.err())
                .startsWith("Request failed: cannot connect to /127.0.0.1:" + port + ": ");
        assertThat(run.err().lines()).hasSize(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --frobnicate        | unknown argument: --frobnicate
            http://localhost/   | unknown argument: http://localhost/
            --timeout           | --timeout needs a value
            --timeout soon      | --timeout: soon is not a number of seconds such as 5 or 0.2
            --timeout -1        | --timeout: -1 is not a number of seconds such as 5 or 0.2
            --timeout 1e9       | --timeout: 1e9 is not a number of seconds such as 5 or 0.2
            --url               | --url needs a value
            --url localhost     | --url: localhost is not like http://HOST[:PORT]/PATH
            --url http:///      | --url: http:/// is not like http://HOST[:PORT]/PATH
            --url http://a:b/   | --url: http://a:b/ is not like http://HOST[:PORT]/PATH
            --url http://a:0/   | --url: http://a:0/ is not like http://HOST[:PORT]/PATH
            --url http://a:65536/ | --url: http://a:65536/ is not like http://HOST[:PORT]/PATH
            --url http://a/%    | --url: http://a/% is not like http://HOST[:PORT]/PATH
            --url https://a/    | --url: https://a/ is unsupported: only http is
            --stall --url http://a/ | \
            --stall is for the example's own server, not for --url http://a/
            """)
    void wrongArgumentsGetALineAndTheUsage(String args, String message) throws Exception {
        assertThat(frontPage(args.split(" ", -1)))
                .isEqualTo(new ProgramRun(2, "", message + "\n" + USAGE));
    }

    @Test
    void helpIsTheUsage() throws Exception {
        assertThat(frontPage("--help")).isEqualTo(new ProgramRun(0, USAGE, ""));
    }

    private static ServerSocket loopback() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    /** Answers one request, and returns the lines of its head. */
    private static List<String> answerOne(ServerSocket server, String answer) {
        try (Socket client = server.accept()) {
            BufferedReader reader = new BufferedReader(
                    new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            List<String> head = new ArrayList<>();
            for (String line = reader.readLine(); !line.isEmpty(); line = reader.readLine()) {
                head.add(line);
            }
            client.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            return head;
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }
}
