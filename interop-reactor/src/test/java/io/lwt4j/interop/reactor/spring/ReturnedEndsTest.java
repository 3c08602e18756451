package io.lwt4j.interop.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.EntityResponse;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import reactor.core.publisher.Mono;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What was returned for a request, and nobody asks for. */
class ReturnedEndsTest {

    private static final BlockingQueue<String> SAID = new LinkedBlockingQueue<>();

    /** How many clients have left, of whom nobody knows yet. */
    private static final Semaphore LEFT = new Semaphore(0);

    static class Leaving implements WebFilter {
        @Override
        public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
            return chain.filter(exchange).doOnCancel(LEFT::release);
        }
    }

    private static PullStream<Integer> stream() {
        PullStream<Integer> stream =
                PullStream.from(() -> EventLoop.pause().map(done -> Optional.of(1)));
        stream.onTermination(() -> SAID.add("closed"));
        return stream;
    }

    private static Promise<Integer> promise() {
        Promise<Integer> promise = Resolver.<Integer>cancellable().promise();
        promise.onCancel(() -> SAID.add("cancelled"));
        return promise;
    }

    private static void untilTheClientHasLeft() {
        SAID.add("called");
        LEFT.acquireUninterruptibly();
    }

    @RestController
    static class Controller {

        @GetMapping("/stream")
        PullStream<Integer> plainStream() {
            return stream();
        }

        @GetMapping("/promise")
        Promise<Integer> plainPromise() {
            return promise();
        }

        @GetMapping("/known-stream")
        ResponseEntity<PullStream<Integer>> knownStream() {
            return ResponseEntity.ok().eTag("\"known\"").body(stream());
        }

        @GetMapping("/known-promise")
        ResponseEntity<Promise<Integer>> knownPromise() {
            return ResponseEntity.ok().eTag("\"known\"").body(promise());
        }

        @GetMapping("/known-later")
        Promise<ResponseEntity<PullStream<Integer>>> knownLater() {
            return EventLoop.pause().map(done -> knownStream());
        }

        @GetMapping("/known-mono")
        Mono<ResponseEntity<PullStream<Integer>>> knownMono() {
            return Mono.just(knownStream());
        }

        @GetMapping("/pdf")
        Promise<ResponseEntity<PullStream<Integer>>> pdf() {
            return EventLoop.pause()
                    .map(done -> ResponseEntity.ok()
                            .contentType(MediaType.APPLICATION_PDF)
                            .body(stream()));
        }

        @GetMapping("/left")
        PullStream<Integer> left() {
            untilTheClientHasLeft();
            return stream();
        }

        @GetMapping("/left-at-once")
        Promise<ResponseEntity<PullStream<Integer>>> leftAtOnce() {
            untilTheClientHasLeft();
            return Promise.of(ResponseEntity.ok(stream()));
        }

        @GetMapping("/left-later")
        Promise<ResponseEntity<PullStream<Integer>>> leftLater() {
            return EventLoop.pause().map(done -> {
                untilTheClientHasLeft();
                return ResponseEntity.ok(stream());
            });
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Routes {

        @Bean
        RouterFunction<ServerResponse> routes(LoopFilter loop) {
            return RouterFunctions.route()
                    .GET("/left-route", request -> {
                        untilTheClientHasLeft();
                        return EntityResponse.fromProducer(stream(), Integer.class)
                                .build()
                                .cast(ServerResponse.class);
                    })
                    .filter(loop)
                    .build();
        }
    }

    private static WebApp app;

    @BeforeAll
    static void start() {
        app = WebApp.start(List.of(Leaving.class, Controller.class, Routes.class));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void whatAFailedTestLeft() {
        SAID.clear();
        LEFT.drainPermits();
    }

    @AfterEach
    void nothingElseIsSaid() {
        assertThat(SAID).isEmpty();
    }

    private static void expect(String word) throws InterruptedException {
        assertThat(SAID.poll(1, TimeUnit.MINUTES)).isEqualTo(word);
    }

    private static void answers(String path, String header, String value, HttpStatus status) {
        app.client()
                .get()
                .uri(path)
                .header(header, value)
                .exchange()
                .expectStatus()
                .isEqualTo(status);
    }

    private static void leave(String path) throws Exception {
        try (Socket client = app.connect()) {
            client.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            expect("called");
        }
    }

    @Test
    void endsWhenTheClientHasItAlready() throws Exception {
        for (String path : List.of("/known-stream", "/known-later", "/known-mono")) {
            answers(path, "If-None-Match", "\"known\"", HttpStatus.NOT_MODIFIED);
            expect("closed");
        }
        answers("/known-promise", "If-None-Match", "\"known\"", HttpStatus.NOT_MODIFIED);
        expect("cancelled");
    }

    @Test
    void endsWhenTheClientDoesNotTakeIt() throws Exception {
        answers("/stream", "Accept", "application/pdf", HttpStatus.NOT_ACCEPTABLE);
        expect("closed");
        answers("/promise", "Accept", "application/pdf", HttpStatus.NOT_ACCEPTABLE);
        expect("cancelled");
    }

    @Test
    void endsWhenNobodyCanWriteIt() throws Exception {
        answers("/pdf", "Accept", "*/*", HttpStatus.INTERNAL_SERVER_ERROR);
        expect("closed");
    }

    @Test
    void endsWhenTheClientHasLeftMeanwhile() throws Exception {
        for (String path : List.of("/left", "/left-at-once", "/left-later", "/left-route")) {
            leave(path);
            expect("closed");
        }
    }
}
