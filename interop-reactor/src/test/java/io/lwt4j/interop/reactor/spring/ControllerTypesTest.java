package io.lwt4j.interop.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.react.AsyncEvents;
import io.lwt4j.react.Event;
import io.lwt4j.react.EventEmitter;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;
import io.lwt4j.stream.PullStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.WebSession;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import java.time.Duration;
import java.util.List;

/** What controllers may return and accept, and where they run. */
class ControllerTypesTest {

    record Item(String name, int count) {}

    static class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refusal(String message) {
            super(message);
        }
    }

    private static final Item A = new Item("a", 1);
    private static final Item B = new Item("b", 2);

    @RestController
    static class Controller {

        /* ---- Returned ---- */

        @GetMapping("/promise")
        Promise<Item> promise() {
            return EventLoop.sleep(Duration.ofMillis(1)).map(done -> A);
        }

        @GetMapping("/resolved")
        Promise<Item> resolved() {
            return Promise.of(A);
        }

        @GetMapping("/text")
        Promise<String> text() {
            return EventLoop.pause().map(done -> "text");
        }

        @GetMapping("/entity")
        Promise<ResponseEntity<Item>> entity() {
            return EventLoop.pause()
                    .map(done -> ResponseEntity.status(HttpStatus.CREATED).body(A));
        }

        @GetMapping("/entity-of-promise")
        ResponseEntity<Promise<Item>> entityOfPromise() {
            return ResponseEntity.accepted().body(EventLoop.pause().map(done -> A));
        }

        @GetMapping("/mono-of-an-entity-of-a-stream")
        Mono<ResponseEntity<PullStream<Item>>> monoOfAnEntityOfAStream() {
            return Mono.delay(Duration.ofMillis(1))
                    .map(tick -> ResponseEntity.accepted().body(PullStream.of(A, B)));
        }

        @GetMapping("/null")
        Promise<@Nullable Item> none() {
            return EventLoop.pause().map(done -> null);
        }

        @GetMapping("/null-at-once")
        Promise<@Nullable Item> noneAtOnce() {
            return Promise.of(null);
        }

        @GetMapping("/empty-mono")
        Mono<Item> emptyMono() {
            return Mono.empty();
        }

        @GetMapping("/void")
        @ResponseStatus(HttpStatus.NO_CONTENT)
        Promise<@Nullable Void> nothing() {
            return EventLoop.pause();
        }

        @GetMapping("/stream")
        PullStream<Item> stream() {
            return PullStream.of(A, B).mapSequential(item -> EventLoop.pause().map(done -> item));
        }

        @GetMapping(path = "/lines", produces = MediaType.APPLICATION_NDJSON_VALUE)
        PullStream<Item> lines() {
            return PullStream.of(A, B);
        }

        @GetMapping(path = "/signal", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Signal<Item> signal() {
            Var<Item> item = Var.of(A);
            EventLoop.spawn(() -> EventLoop.pause().onSuccess(done -> item.set(B)));
            return item.signal();
        }

        @GetMapping(path = "/event", produces = MediaType.APPLICATION_NDJSON_VALUE)
        Event<Item> event() {
            EventEmitter<Item> items = EventEmitter.create();
            EventLoop.spawn(() -> EventLoop.pause().onSuccess(done -> {
                items.send(A);
                items.send(B);
                items.event().stop();
            }));
            return items.event();
        }

        /* ---- Accepted ---- */

        @PostMapping("/plain-body")
        Promise<String> plainBody(@RequestBody Item item, WebSession session) {
            return EventLoop.pause()
                    .map(done -> item.name() + session.getAttributes().size());
        }

        @PostMapping("/promised-body")
        Promise<String> promisedBody(@RequestBody Promise<Item> item) {
            return item.map(Item::name);
        }

        @PostMapping("/stream-body")
        Promise<Integer> streamBody(@RequestBody PullStream<Item> items) {
            return items.fold(0, (sum, item) -> sum + item.count());
        }

        @PostMapping("/event-body")
        Promise<String> eventBody(@RequestBody Event<Item> items) {
            return AsyncEvents.next(items.filter(B::equals).map(Item::name));
        }

        @PostMapping("/signal-body")
        Promise<String> signalBody(@RequestBody Signal<@Nullable Item> item) {
            boolean none = item.get() == null;
            return AsyncEvents.next(item.changes()).map(first -> none + " " + first);
        }

        @PostMapping("/form")
        Promise<String> form(@ModelAttribute Item item) {
            return EventLoop.pause().map(done -> item.name() + item.count());
        }

        @PostMapping("/mixed")
        Mono<String> mixed(@RequestBody Promise<Item> item) {
            return Mono.just(String.valueOf(EventLoop.isLoopThread()));
        }

        @GetMapping("/spring")
        Mono<String> spring() {
            return Mono.just(Thread.currentThread().getName());
        }

        /* ---- Errors ---- */

        @GetMapping("/status")
        Promise<Item> status() {
            return EventLoop.pause().flatMap(done -> {
                throw new ResponseStatusException(HttpStatus.CONFLICT);
            });
        }

        @GetMapping("/refused")
        Promise<Item> refused() {
            return EventLoop.pause().flatMap(done -> Promise.failed(new Refusal("later")));
        }

        @GetMapping("/thrown")
        Promise<Item> thrown() {
            throw new Refusal("at once");
        }

        @GetMapping("/failed-stream")
        PullStream<Item> failedStream() {
            return PullStream.of(A).mapSequential(item -> Promise.failed(new Refusal("stream")));
        }

        @ExceptionHandler
        Promise<ResponseEntity<String>> refused(Refusal refusal) {
            return EventLoop.pause()
                    .map(done -> ResponseEntity.badRequest()
                            .body(refusal.getMessage() + " " + EventLoop.isLoopThread()));
        }
    }

    /** The same whoever hosts the loop. */
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Types {

        private final String loop;
        WebApp app;
        WebTestClient client;

        Types(String loop) {
            this.loop = loop;
        }

        @BeforeAll
        void start() {
            app = WebApp.start(List.of(Controller.class), "lwt4j.webflux.loop=" + loop);
            client = app.client();
        }

        @AfterAll
        void stop() {
            app.close();
        }

        private WebTestClient.ResponseSpec get(String path) {
            return client.get().uri(path).exchange();
        }

        private WebTestClient.ResponseSpec post(String path, Object body) {
            return client.post().uri(path).bodyValue(body).exchange();
        }

        private static List<String> lines(WebTestClient.ResponseSpec answer) {
            String body = answer.expectBody(String.class).returnResult().getResponseBody();
            return body == null ? List.of() : body.lines().toList();
        }

        @Test
        void aPromiseIsItsValue() {
            get("/promise").expectStatus().isOk().expectBody(Item.class).isEqualTo(A);
            get("/resolved").expectStatus().isOk().expectBody(Item.class).isEqualTo(A);
            get("/text").expectStatus().isOk().expectBody(String.class).isEqualTo("text");
        }

        @Test
        void anEntityInAPromiseAndAPromiseInAnEntity() {
            get("/entity").expectStatus().isCreated().expectBody(Item.class).isEqualTo(A);
            get("/entity-of-promise")
                    .expectStatus()
                    .isAccepted()
                    .expectBody(Item.class)
                    .isEqualTo(A);
        }

        @Test
        void aStreamMayComeInAMonoThatAnswersOnAnotherThread() {
            get("/mono-of-an-entity-of-a-stream")
                    .expectStatus()
                    .isAccepted()
                    .expectBodyList(Item.class)
                    .contains(A, B);
        }

        @Test
        void aPromiseOfNullIsWhatAnEmptyMonoIs() {
            get("/empty-mono").expectStatus().isOk().expectBody().isEmpty();
            get("/null").expectStatus().isOk().expectBody().isEmpty();
            get("/null-at-once").expectStatus().isOk().expectBody().isEmpty();
            get("/void").expectStatus().isNoContent().expectBody().isEmpty();
        }

        @Test
        void aStreamIsAListOrLines() {
            get("/stream").expectStatus().isOk().expectBodyList(Item.class).contains(A, B);
            assertThat(lines(get("/lines")))
                    .containsExactly(
                            "{\"name\":\"a\",\"count\":1}", "{\"name\":\"b\",\"count\":2}");
        }

        @Test
        void aSignalIsItsValueAndThenItsChanges() {
            Flux<Item> items = get("/signal")
                    .expectHeader()
                    .contentTypeCompatibleWith(MediaType.TEXT_EVENT_STREAM)
                    .returnResult(Item.class)
                    .getResponseBody();
            assertThat(items.takeUntil(B::equals).blockLast()).isEqualTo(B);
        }

        @Test
        void anEventIsWhatOccursUntilItStops() {
            assertThat(lines(get("/event")))
                    .containsExactly(
                            "{\"name\":\"a\",\"count\":1}", "{\"name\":\"b\",\"count\":2}");
        }

        @Test
        void aMethodRunsOnTheLoopAlsoWhenItsArgumentsComeLate() {
            post("/plain-body", A).expectBody(String.class).isEqualTo("a0");
            client.post()
                    .uri("/form")
                    .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                    .bodyValue("name=n&count=3")
                    .exchange()
                    .expectBody(String.class)
                    .isEqualTo("n3");
        }

        @Test
        void aBodyMayBeAPromiseOrAStream() {
            post("/promised-body", A).expectBody(String.class).isEqualTo("a");
            post("/mixed", A).expectBody(String.class).isEqualTo("true");
            post("/stream-body", List.of(A, B)).expectBody(Integer.class).isEqualTo(3);
        }

        @Test
        void aBodyMayBeAnEventOrASignal() {
            post("/event-body", List.of(A, B)).expectBody(String.class).isEqualTo("b");
            post("/signal-body", A).expectBody(String.class).isEqualTo("true " + A);
        }

        @Test
        void aBodyThatCannotBeReadIsABadRequest() {
            client.post()
                    .uri("/promised-body")
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue("{")
                    .exchange()
                    .expectStatus()
                    .isBadRequest();
        }

        @Test
        void errorsReachTheExceptionHandlingOfWebFlux() {
            get("/status").expectStatus().isEqualTo(HttpStatus.CONFLICT);
            get("/refused")
                    .expectStatus()
                    .isBadRequest()
                    .expectBody(String.class)
                    .isEqualTo("later true");
            get("/thrown")
                    .expectStatus()
                    .isBadRequest()
                    .expectBody(String.class)
                    .isEqualTo("at once true");
            get("/failed-stream")
                    .expectStatus()
                    .isBadRequest()
                    .expectBody(String.class)
                    .isEqualTo("stream true");
        }

        @Test
        void otherMethodsAreLeftAlone() {
            assertThat(lines(get("/spring")))
                    .singleElement()
                    .asString()
                    .doesNotContain("lwt-webflux");
        }

        @Test
        void bothRegistriesKnowTheTypesOnce() {
            for (Class<?> type : Adapters.TYPES) {
                assertThat(app.bean(ReactiveAdapterRegistry.class).getAdapter(type))
                        .isNotNull();
                assertThat(ReactiveAdapterRegistry.getSharedInstance().getAdapter(type))
                        .isNotNull();
            }
        }
    }

    @Nested
    class OnALoopOfItsOwn extends Types {
        OnALoopOfItsOwn() {
            super("own");
        }
    }

    @Nested
    class OnTheThreadsOfTheServer extends Types {
        OnTheThreadsOfTheServer() {
            super("server");
        }
    }
}
