package io.lwt4j.interop.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.react.AsyncEvents;
import io.lwt4j.react.Event;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that closes its socket, and what was running for it on the other side. */
class DisconnectCancelsLosersTest {

    private static final BlockingQueue<String> SAID = new LinkedBlockingQueue<>();

    @RestController
    static class Controller {

        /** Of which nothing is to be heard but that it was cancelled. */
        private static Promise<String> loser(String name) {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            promise.onCancel(() -> SAID.add(name + " cancelled"));
            return promise;
        }

        private static Promise<String> race() {
            Promise<String> race = Promise.pick(List.of(
                    loser("a"),
                    loser("b").map(never -> never),
                    EventLoop.sleep(Duration.ofDays(1)).map(done -> "tomorrow")));
            SAID.add("waiting");
            return race;
        }

        private static Callable<Promise<String>> firstThenRace() {
            return new Callable<>() {
                private boolean begun;

                @Override
                public Promise<String> call() {
                    if (begun) {
                        return race();
                    }
                    begun = true;
                    return Promise.of("first");
                }
            };
        }

        @GetMapping("/promise")
        Promise<String> promise() {
            return race();
        }

        @GetMapping("/entity")
        Promise<ResponseEntity<String>> entity() {
            return EventLoop.pause().flatMap(done -> race()).map(ResponseEntity::ok);
        }

        @PostMapping("/body")
        Promise<String> body(@RequestBody Promise<String> body) {
            return body.flatMap(text -> race());
        }

        @PostMapping("/half-a-body")
        Promise<String> halfABody(@RequestBody Promise<String> body) {
            SAID.add("waiting");
            return Promise.pick(loser("a"), body);
        }

        @GetMapping(path = "/stream", produces = MediaType.APPLICATION_NDJSON_VALUE)
        PullStream<String> stream() {
            Callable<Promise<String>> next = firstThenRace();
            return PullStream.from(() -> next.call().map(Optional::of));
        }

        @GetMapping(path = "/event", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Event<String> event() {
            return AsyncEvents.from(firstThenRace());
        }

        @GetMapping(path = "/signal", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Signal<String> signal() {
            return Var.of("first").signal().whileWatched(() -> Controller.race()::cancel);
        }

        @GetMapping("/won")
        Promise<String> won() {
            return Promise.pick(loser("a"), EventLoop.pause().map(done -> "won"), loser("c"));
        }

        @GetMapping("/lost")
        Promise<String> lost() {
            return Promise.pick(
                    loser("a"),
                    EventLoop.pause().flatMap(done -> Promise.failed(new Exception("lost"))));
        }
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Disconnects {

        private final String loop;
        private WebApp app;

        Disconnects(String loop) {
            this.loop = loop;
        }

        @BeforeAll
        void start() {
            app = WebApp.start(List.of(Controller.class), "lwt4j.webflux.loop=" + loop);
        }

        @AfterAll
        void stop() {
            app.close();
        }

        @BeforeEach
        void whatAFailedTestLeft() {
            SAID.clear();
        }

        @AfterEach
        void nothingElseIsSaid() {
            assertThat(SAID).isEmpty();
        }

        /** The members of a race that is cancelled are told from the last one on. */
        private static void expect(String... words) throws InterruptedException {
            for (String word : words) {
                assertThat(SAID.poll(6, TimeUnit.SECONDS)).isEqualTo(word);
            }
        }

        private static void send(Socket client, String... lines) throws Exception {
            client.getOutputStream()
                    .write(String.join("\r\n", lines).getBytes(StandardCharsets.US_ASCII));
        }

        private static void get(Socket client, String path) throws Exception {
            send(client, "GET " + path + " HTTP/1.1", "Host: localhost", "", "");
        }

        private static String readUntil(Socket client, String part) throws Exception {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            String line = in.readLine();
            while (!line.contains(part)) {
                line = in.readLine();
            }
            return line;
        }

        @Test
        void pain18OfAPromise() throws Exception {
            try (Socket client = app.connect()) {
                get(client, "/promise");
                expect("waiting");
            }
            expect("b cancelled", "a cancelled");
        }

        @Test
        void ofAPromiseOfAnEntity() throws Exception {
            try (Socket client = app.connect()) {
                get(client, "/entity");
                expect("waiting");
            }
            expect("b cancelled", "a cancelled");
        }

        @Test
        void ofAPromiseThatCameAfterTheBody() throws Exception {
            try (Socket client = app.connect()) {
                send(
                        client,
                        "POST /body HTTP/1.1",
                        "Host: localhost",
                        "Content-Type: text/plain",
                        "Content-Length: 4",
                        "",
                        "text");
                expect("waiting");
            }
            expect("b cancelled", "a cancelled");
        }

        @Test
        void whileTheBodyIsOnItsWay() throws Exception {
            try (Socket client = app.connect()) {
                send(
                        client,
                        "POST /half-a-body HTTP/1.1",
                        "Host: localhost",
                        "Content-Type: text/plain",
                        "Content-Length: 4",
                        "",
                        "te");
                expect("waiting");
            }
            expect("a cancelled");
        }

        @Test
        void ofAStream() throws Exception {
            try (Socket client = app.connect()) {
                get(client, "/stream");
                assertThat(readUntil(client, "first")).isEqualTo("first");
                expect("waiting");
            }
            expect("b cancelled", "a cancelled");
        }

        @Test
        void ofAnEvent() throws Exception {
            try (Socket client = app.connect()) {
                get(client, "/event");
                assertThat(readUntil(client, "data:")).isEqualTo("data:first");
                expect("waiting");
            }
            expect("b cancelled", "a cancelled");
        }

        @Test
        void ofASignal() throws Exception {
            try (Socket client = app.connect()) {
                get(client, "/signal");
                assertThat(readUntil(client, "data:")).isEqualTo("data:first");
                expect("waiting");
            }
            expect("b cancelled", "a cancelled");
        }

        @Test
        void aNormalEndCancelsTheLosersToo() throws Exception {
            try (Socket client = app.connect()) {
                get(client, "/won");
                assertThat(readUntil(client, "HTTP/1.1")).isEqualTo("HTTP/1.1 200 OK");
                expect("a cancelled", "c cancelled");
            }
        }

        @Test
        void anErrorCancelsTheLosersToo() throws Exception {
            try (Socket client = app.connect()) {
                get(client, "/lost");
                assertThat(readUntil(client, "HTTP/1.1"))
                        .isEqualTo("HTTP/1.1 500 Internal Server Error");
                expect("a cancelled");
            }
        }

        @Test
        void manyClientsThatComeAndGoLeaveNothingBehind() throws Exception {
            for (int i = 0; i < 200; i++) {
                try (Socket client = app.connect()) {
                    get(client, "/promise");
                    expect("waiting");
                }
                expect("b cancelled", "a cancelled");
            }
        }
    }

    @Nested
    class OnALoopOfItsOwn extends Disconnects {
        OnALoopOfItsOwn() {
            super("own");
        }
    }

    @Nested
    class OnTheThreadsOfTheServer extends Disconnects {
        OnTheThreadsOfTheServer() {
            super("server");
        }
    }
}
