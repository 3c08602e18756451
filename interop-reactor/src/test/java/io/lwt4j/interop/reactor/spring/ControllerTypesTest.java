package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import java.time.Duration;

/** What controllers may return and accept. */
class ControllerTypesTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Controller.class)
    static class App {}

    record Item(String name, int count) {}

    @RestController
    static class Controller {

        @GetMapping("/promise")
        Promise<Item> promise() {
            return EventLoop.sleep(Duration.ofMillis(1)).map(done -> new Item("a", 1));
        }

        @PostMapping("/body")
        Promise<String> body(@RequestBody Item item) {
            return EventLoop.pause().map(done -> item.name() + EventLoop.isLoopThread());
        }

        @PostMapping("/promised")
        Promise<String> promised(@RequestBody Promise<Item> item) {
            return item.map(Item::name);
        }
    }

    private static ConfigurableApplicationContext context;
    private static WebTestClient client;

    @BeforeAll
    static void start() {
        context = SpringApplication.run(App.class, "--server.port=0");
        client = WebTestClient.bindToServer()
                .baseUrl("http://localhost:"
                        + context.getEnvironment().getProperty("local.server.port"))
                .build();
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @Test
    void aPromise() {
        client.get().uri("/promise").exchange().expectBody(Item.class).isEqualTo(new Item("a", 1));
    }

    @Test
    void lateArgument() {
        client.post()
                .uri("/body")
                .bodyValue(new Item("x", 1))
                .exchange()
                .expectBody(String.class)
                .isEqualTo("xtrue");
        client.post()
                .uri("/promised")
                .bodyValue(new Item("x", 1))
                .exchange()
                .expectBody(String.class)
                .isEqualTo("x");
    }
}
