package io.lwt4j.interop.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.interop.reactor.ReactorBridge;
import io.lwt4j.react.AsyncEvents;
import io.lwt4j.react.Event;
import io.lwt4j.stream.PullStream;
import io.micrometer.context.ContextRegistry;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.server.WebSession;

import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A request's context, on its way into Lwt code and back. */
class RequestContextTest {

    private static final String KEY = "request-id";
    private static final ThreadLocal<String> LOCAL = new ThreadLocal<>();

    /** Puts a header where other filters, such as those of security and tracing, put theirs. */
    static class RequestIds implements WebFilter {
        @Override
        public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
            String id = exchange.getRequest().getHeaders().getFirst("X-Request-Id");
            Mono<Void> rest = chain.filter(exchange);
            return id == null ? rest : rest.contextWrite(context -> context.put(KEY, id));
        }
    }

    @RestController
    static class Controller {

        private final Map<String, CompletableFuture<String>> arrivals = new ConcurrentHashMap<>();

        private static String here() {
            ContextView context = ReactorBridge.context().get();
            return (context == null ? "none" : context.getOrDefault(KEY, "none")) + " "
                    + LOCAL.get();
        }

        /** In Reactor's code that Lwt code subscribes to, on another thread. */
        private static Promise<String> there() {
            return ReactorBridge.toPromiseRequired(Mono.deferContextual(
                            context -> Mono.fromSupplier(
                                    () -> context.getOrDefault(KEY, "none") + " " + LOCAL.get()))
                    .subscribeOn(Schedulers.parallel()));
        }

        private static Promise<String> everywhere() {
            String begin = here();
            return EventLoop.sleep(Duration.ofMillis(1))
                    .flatMap(done -> {
                        String slept = here();
                        return Promise.both(there(), EventLoop.pause().map(paused -> here()))
                                .map(both -> List.of(begin, slept, both.first(), both.second()));
                    })
                    .map(all -> String.join(", ", all) + ", " + here());
        }

        @GetMapping("/get")
        Promise<String> get() {
            return everywhere();
        }

        @PostMapping("/late")
        Promise<String> late(@RequestBody String body, WebSession session) {
            return everywhere();
        }

        @PostMapping("/promised")
        Promise<String> promised(@RequestBody Promise<String> body) {
            return body.flatMap(text -> everywhere());
        }

        @GetMapping(path = "/stream", produces = MediaType.TEXT_PLAIN_VALUE)
        PullStream<String> stream() {
            return PullStream.of(1).mapSequential(i -> everywhere());
        }

        /** Waits in the middle for another request. */
        @GetMapping("/meet/{mine}/{other}")
        Promise<String> meet(
                @PathVariable("mine") String mine, @PathVariable("other") String other) {
            arrival(mine).complete(mine);
            return Promise.from(arrival(other)).flatMap(met -> everywhere());
        }

        private CompletableFuture<String> arrival(String name) {
            return arrivals.computeIfAbsent(name, unseen -> new CompletableFuture<>());
        }
    }

    /** Its requests wait for the same thing, which the second one brings. */
    @RestController
    static class Sharing {

        private final AtomicInteger waiting = new AtomicInteger();
        private final Sinks.Empty<Void> shared = Sinks.empty();

        @ModelAttribute
        Mono<Void> shared() {
            if (waiting.incrementAndGet() == 2) {
                EventLoop.pause().onSuccess(done -> shared.tryEmitEmpty());
            }
            return shared.asMono();
        }

        @GetMapping("/sharing")
        Promise<String> sharing() {
            return Controller.everywhere();
        }
    }

    @RestController
    static class Elsewhere {

        @ModelAttribute
        Mono<Void> elsewhere() {
            return Mono.<Void>empty().subscribeOn(Schedulers.parallel());
        }

        @PostMapping("/elsewhere")
        Promise<String> elsewhere(@RequestBody Event<String> body) {
            return AsyncEvents.next(body).flatMap(text -> Controller.everywhere());
        }
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Contexts {

        private final String loop;
        private final boolean threadLocals;
        private WebApp app;
        private WebTestClient client;

        Contexts(String loop, boolean threadLocals) {
            this.loop = loop;
            this.threadLocals = threadLocals;
        }

        @BeforeAll
        void start() {
            ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, LOCAL);
            app = WebApp.start(
                    List.of(RequestIds.class, Controller.class, Sharing.class, Elsewhere.class),
                    "lwt4j.webflux.loop=" + loop,
                    "spring.reactor.context-propagation=" + (threadLocals ? "auto" : "limited"));
            client = app.client();
        }

        @AfterAll
        void stop() {
            app.close();
            Hooks.disableAutomaticContextPropagation();
            ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
        }

        private String everywhere(String id) {
            String local = threadLocals && !"none".equals(id) ? id : "null";
            String one = id + " " + local;
            return String.join(", ", one, one, one, one, one);
        }

        private String get(String path, String id) {
            return text(client.get().uri(path).header("X-Request-Id", id));
        }

        private String post(String path, String id) {
            return text(client.post().uri(path).header("X-Request-Id", id).bodyValue("body"));
        }

        private static String text(WebTestClient.RequestHeadersSpec<?> request) {
            return request.exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody(String.class)
                    .returnResult()
                    .getResponseBody();
        }

        @Test
        void isThereInTheMethodAndAfterASleepAndInWhatIsSubscribedTo() {
            assertThat(get("/get", "42")).isEqualTo(everywhere("42"));
        }

        @Test
        void isThereAlsoWhenArgumentsComeLate() {
            assertThat(post("/late", "43")).isEqualTo(everywhere("43"));
            assertThat(post("/promised", "44")).isEqualTo(everywhere("44"));
        }

        @Test
        void isThereInTheReadsOfAStream() {
            assertThat(get("/stream", "45")).isEqualTo(everywhere("45"));
        }

        @Test
        void isNotThereInTheNextRequest() {
            assertThat(get("/get", "46")).isEqualTo(everywhere("46"));
            assertThat(text(client.get().uri("/get"))).isEqualTo(everywhere("none"));
        }

        @Test
        void isNotMixedUpWithThatOfARequestInBetween() {
            CompletableFuture<String> first =
                    CompletableFuture.supplyAsync(() -> get("/meet/a/b", "a"));
            assertThat(get("/meet/b/a", "b")).isEqualTo(everywhere("b"));
            assertThat(first.join()).isEqualTo(everywhere("a"));
        }

        @Test
        void isNotThatOfARequestThatWaitsForTheSameModelAttribute() {
            CompletableFuture<String> first =
                    CompletableFuture.supplyAsync(() -> get("/sharing", "c"));
            assertThat(get("/sharing", "d")).isEqualTo(everywhere("d"));
            assertThat(first.join()).isEqualTo(everywhere("c"));
        }

        @Test
        void isThereAlsoWhenAModelAttributeComesOnAnotherThread() {
            assertThat(post("/elsewhere", "47")).isEqualTo(everywhere("47"));
        }
    }

    @Nested
    class OnALoopOfItsOwn extends Contexts {
        OnALoopOfItsOwn() {
            super("own", true);
        }
    }

    @Nested
    class OnTheThreadsOfTheServer extends Contexts {
        OnTheThreadsOfTheServer() {
            super("server", true);
        }
    }

    @Nested
    class WithoutThreadLocals extends Contexts {
        WithoutThreadLocals() {
            super("own", false);
        }
    }
}
