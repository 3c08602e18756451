package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import reactor.core.publisher.Mono;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a request over loopback costs: a mono of Spring's, and promises on either kind of loop. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class WebFluxLoops {

    /** What is asked for. */
    @Param({"mono", "own", "server"})
    public String handler = "mono";

    private WebApp app;
    private HttpClient client;
    private HttpRequest request;

    /** The same answer both ways. */
    @RestController
    static class Controller {

        @GetMapping("/mono")
        Mono<String> mono() {
            return Mono.just("text").hide();
        }

        @GetMapping("/promise")
        Promise<String> promise() {
            return EventLoop.pause().map(done -> "text");
        }
    }

    /** Starts the application. */
    @Setup
    public void start() {
        boolean mono = "mono".equals(handler);
        app = WebApp.start(
                List.of(Controller.class), "lwt4j.webflux.loop=" + (mono ? "own" : handler));
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + app.port() + (mono ? "/mono" : "/promise")))
                .build();
    }

    /** Ends it. */
    @TearDown
    public void stop() {
        app.close();
    }

    /** {@return the answer} */
    @Benchmark
    public String get() throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
