package io.lwt4j.interop.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Where the loop comes from, and when it ends. */
class LoopLifeTest {

    @RestController
    static class Controller {

        final CompletableFuture<EventLoop> asked = new CompletableFuture<>();
        final CompletableFuture<String> answer = new CompletableFuture<>();

        @GetMapping("/slow")
        Promise<String> slow() {
            asked.complete(EventLoop.current());
            return Promise.from(answer).flatMap(text -> EventLoop.pause().map(done -> text));
        }

        @GetMapping("/loop")
        Promise<String> loop() {
            return Promise.of(EventLoop.current().toString());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Routes {

        @Bean
        RouterFunction<ServerResponse> routes(LoopFilter loops) {
            return RouterFunctions.route()
                    .GET(
                            "/route",
                            request -> ServerResponse.ok()
                                    .body(
                                            EventLoop.pause()
                                                    .map(done -> "" + EventLoop.isLoopThread()),
                                            String.class))
                    .filter(loops)
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Own {

        @Bean
        EventLoop mine() {
            return EventLoop.builder().name("mine").start();
        }
    }

    /** The common pool may have one thread only, and one waits for the other here. */
    private static final Executor THREADS = task -> new Thread(task).start();

    private static String get(WebApp app, String path) {
        return app.client()
                .get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
    }

    /** The whole response, without the threads of Netty, which the server ends as it closes. */
    private static String getOverSocket(WebApp app, String path) {
        try (Socket socket = app.connect()) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                    + "Accept: text/plain\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"own", "server"})
    void closesWhenTheLastRequestHasItsAnswer(String loop) throws Exception {
        WebApp app = WebApp.start(
                List.of(Controller.class, Routes.class),
                "lwt4j.webflux.loop=" + loop,
                "server.shutdown=graceful");
        CountDownLatch closing = new CountDownLatch(1);
        app.onClosing(closing::countDown);
        EventLoop used;
        try {
            assertThat(get(app, "/route")).isEqualTo("true");
            Controller controller = app.bean(Controller.class);
            CompletableFuture<String> slow =
                    CompletableFuture.supplyAsync(() -> getOverSocket(app, "/slow"), THREADS);
            used = controller.asked.get(1, TimeUnit.MINUTES);
            CompletableFuture<Void> closed = CompletableFuture.runAsync(app::close, THREADS);
            closing.await();
            assertThat(used.isClosed()).isFalse();
            controller.answer.complete("answer");
            assertThat(slow.get(1, TimeUnit.MINUTES)).endsWith("answer");
            closed.get(1, TimeUnit.MINUTES);
        } finally {
            app.close();
        }
        assertThat(used.isClosed()).isTrue();
    }

    @Test
    void leavesNothingBehindWhenTheServerStops() {
        try (WebApp app = WebApp.start(List.of(Controller.class), "lwt4j.webflux.loop=server")) {
            get(app, "/loop");
            LoopHandlerAdapter adapter = app.bean(LoopHandlerAdapter.class);
            assertThat(adapter.loops()).hasSize(1);
            app.restart();
            assertThat(adapter.loops()).isEmpty();
            get(app, "/loop");
            assertThat(adapter.loops()).singleElement().matches(loop -> !loop.isClosed());
        }
    }

    @Test
    void isThatOfTheApplicationIfItHasOne() {
        EventLoop mine;
        try (WebApp app = WebApp.start(List.of(Controller.class, Own.class))) {
            mine = app.bean(EventLoop.class);
            assertThat(get(app, "/loop")).isEqualTo("event loop \"mine\"");
        }
        assertThat(mine.isClosed()).isTrue();
    }

    @Test
    void isNoneThatNobodyKnows() {
        assertThatThrownBy(() -> WebApp.start(List.of(), "lwt4j.webflux.loop=other"))
                .hasStackTraceContaining("lwt4j.webflux.loop");
    }
}
