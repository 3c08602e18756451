package io.lwt4j.interop.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.interop.reactor.ReactorBridge;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;
import io.lwt4j.stream.PullStream;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import reactor.core.publisher.Mono;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Runs the snippets of the guide to WebFlux, and checks that it shows these. */
class WebFluxGuideTest {

    private static final Path GUIDE =
            Path.of("").toAbsolutePath().getParent().resolve("docs/webflux.md");
    private static final Path SELF =
            Path.of("src/test/java/io/lwt4j/interop/reactor/spring/WebFluxGuideTest.java");
    private static final Pattern SNIPPET = Pattern.compile("(?ms)^```java\n(.*?)^```$");

    @RestController
    static class Quotes {

        @GetMapping("/quote")
        Promise<String> quote() {
            Promise<String> near = ask("near");
            Promise<String> far = ask("far");
            Promise<String> tooLate = EventLoop.timeout(Duration.ofSeconds(2));
            return Promise.pick(near, far, tooLate);
        }

        private static Promise<String> ask(String who) {
            return EventLoop.pause().map(done -> who);
        }

        @PostMapping("/sum")
        Promise<Integer> sum(@RequestBody PullStream<Integer> numbers) {
            return numbers.fold(0, Integer::sum);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Sensors {

        @Bean
        Var<Integer> temperature(EventLoop loop) {
            return loop.submit(() -> Promise.of(Var.of(20))).join();
        }
    }

    @RestController
    static class Thermometer {

        private final Var<Integer> temperature;

        Thermometer(Var<Integer> temperature) {
            this.temperature = temperature;
        }

        @GetMapping(path = "/temperature", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Signal<String> temperature() {
            return temperature.signal().map(celsius -> celsius + " °C");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Routes {

        @Bean
        RouterFunction<ServerResponse> routes(LoopFilter loop) {
            return RouterFunctions.route()
                    .GET(
                            "/hello",
                            request -> ReactorBridge.toMono(EventLoop.pause().map(done -> "hello"))
                                    .flatMap(text -> ServerResponse.ok().bodyValue(text)))
                    .filter(loop)
                    .build();
        }
    }

    static class RequestIds implements WebFilter {

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
            String id = exchange.getRequest().getId();
            return chain.filter(exchange).contextWrite(context -> context.put("id", id));
        }
    }

    @RestController
    static class Ids {

        @GetMapping("/id")
        Promise<String> id() {
            return EventLoop.sleep(Duration.ofMillis(1)).map(done -> requestId());
        }

        private static String requestId() {
            return ReactorBridge.context().get().get("id");
        }
    }

    @RestController
    static class Slow {

        @GetMapping("/slow")
        Promise<String> slow() {
            return EventLoop.timeout(Duration.ofMillis(1));
        }

        @ExceptionHandler
        @ResponseStatus(HttpStatus.GATEWAY_TIMEOUT)
        Promise<String> tooLate(TimeoutException error) {
            return EventLoop.pause().map(done -> "too late");
        }
    }

    private static WebApp app;
    private static WebTestClient client;

    @BeforeAll
    static void start() {
        app = WebApp.start(List.of(
                Quotes.class,
                Sensors.class,
                Thermometer.class,
                Routes.class,
                RequestIds.class,
                Ids.class,
                Slow.class));
        client = app.client();
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @Test
    void everySnippetOfTheGuideIsRunHere() throws Exception {
        String self = squeezed(Files.readString(SELF));
        assertThat(SNIPPET.matcher(Files.readString(GUIDE)).results())
                .hasSizeGreaterThan(5)
                .allSatisfy(snippet -> assertThat(self).contains(squeezed(snippet.group(1))));
    }

    /** The text without white space: the formatter decides on lines. */
    private static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }

    private static void answers(String path, String text) {
        client.get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .isEqualTo(text);
    }

    @Test
    void controllers() {
        answers("/quote", "near");
        client.post()
                .uri("/sum")
                .bodyValue(List.of(1, 2, 3))
                .exchange()
                .expectBody(Integer.class)
                .isEqualTo(6);
    }

    @Test
    void signals() {
        EventLoop loop = app.bean(EventLoop.class);
        @SuppressWarnings("unchecked")
        Var<Integer> temperature = app.bean(Var.class);
        List<String> seen = client.get()
                .uri("/temperature")
                .exchange()
                .returnResult(String.class)
                .getResponseBody()
                .doOnNext(value -> loop.execute(() -> temperature.set(21)))
                .take(2)
                .collectList()
                .block();
        assertThat(seen).containsExactly("20 °C", "21 °C");
    }

    @Test
    void functions() {
        answers("/hello", "hello");
    }

    @Test
    void contexts() {
        client.get().uri("/id").exchange().expectStatus().isOk();
    }

    @Test
    void errors() {
        client.get()
                .uri("/slow")
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.GATEWAY_TIMEOUT)
                .expectBody(String.class)
                .isEqualTo("too late");
    }

    @Test
    void meters() {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (EventLoop loop = EventLoop.builder().start()) {
            new LoopMetrics(loop, "jobs").bindTo(registry);
            assertThat(registry.get("lwt4j.loop.queued").gauge().value()).isNotNegative();
        }
    }
}
