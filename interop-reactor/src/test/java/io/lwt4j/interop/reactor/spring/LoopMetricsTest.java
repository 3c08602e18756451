package io.lwt4j.interop.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Meters of a loop, alone and where Spring Boot has a registry. */
class LoopMetricsTest {

    @RestController
    static class Controller {

        @GetMapping("/")
        Promise<String> text() {
            return EventLoop.pause().map(done -> "text");
        }
    }

    private static double lag(MeterRegistry registry) {
        return registry.get("lwt4j.loop.lag")
                .tag("loop", "mine")
                .timeGauge()
                .value(TimeUnit.MILLISECONDS);
    }

    private static double gauge(MeterRegistry registry, String name) {
        return registry.get(name).tag("loop", "mine").gauge().value();
    }

    /** Until all that was posted before has run. */
    private static void settle(EventLoop loop) {
        loop.submit(Promise::unit).join();
    }

    @Test
    void needNeitherSpringNorAServer() {
        try (EventLoop loop = EventLoop.builder().start()) {
            MeterRegistry registry = new SimpleMeterRegistry();
            new LoopMetrics(loop, "mine").bindTo(registry);
            loop.submit(() -> {
                        EventLoop.sleep(Duration.ofDays(1));
                        EventLoop.sleep(Duration.ofDays(2));
                        return Promise.unit();
                    })
                    .join();

            assertThat(gauge(registry, "lwt4j.loop.timers")).isEqualTo(2);
            assertThat(gauge(registry, "lwt4j.loop.channels")).isZero();
            assertThat(registry.get("lwt4j.loop.tasks").functionCounter().count())
                    .isGreaterThanOrEqualTo(1);
            assertThat(registry.get("lwt4j.loop.turns").functionCounter().count())
                    .isGreaterThanOrEqualTo(1);
        }
    }

    @Test
    void tellHowLateTheLoopIs() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        EventLoop loop = EventLoop.builder().start();
        try (loop) {
            MeterRegistry registry = new SimpleMeterRegistry();
            new LoopMetrics(loop, "mine").bindTo(registry);
            assertThat(lag(registry)).isNaN();
            settle(loop);
            assertThat(lag(registry)).isNotNegative();
            settle(loop);

            loop.execute(() -> {
                held.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            held.await();
            lag(registry);
            double first = lag(registry);
            double second = lag(registry);
            assertThat(second).isGreaterThan(first).isPositive();
            assertThat(gauge(registry, "lwt4j.loop.queued")).isEqualTo(1);

            release.countDown();
            settle(loop);
            assertThat(lag(registry)).isGreaterThanOrEqualTo(second);
            loop.close();
            lag(registry);
            assertThat(lag(registry)).isNaN();
        }
    }

    @Test
    void tellTwoReadersAtOnceNothingOfTheTimeBefore() throws Exception {
        AtomicInteger come = new AtomicInteger();
        try (EventLoop loop = EventLoop.builder().start()) {
            List<LoopLag> lags =
                    Stream.generate(() -> new LoopLag(loop)).limit(100_000).toList();
            CompletableFuture<List<Double>> other = CompletableFuture.supplyAsync(
                    () -> longerThanThis(lags, come), task -> new Thread(task).start());
            assertThat(longerThanThis(lags, come)).isEmpty();
            assertThat(other.get(1, TimeUnit.MINUTES)).isEmpty();
        }
    }

    /** Reads each lag at the moment at which another thread does. */
    @SuppressWarnings("ThreadPriorityCheck") // it only saves time
    private static List<Double> longerThanThis(List<LoopLag> lags, AtomicInteger come) {
        List<Double> longer = new ArrayList<>();
        long begin = System.nanoTime();
        int both = 0;
        for (LoopLag lag : lags) {
            both += 2;
            come.incrementAndGet();
            for (int spins = 1; come.get() < both; spins++) {
                if (spins % 100 == 0) {
                    Thread.yield(); // there may be one processor only
                }
            }
            double read = lag.read();
            if (read > System.nanoTime() - begin) {
                longer.add(read);
            }
        }
        return longer;
    }

    @Test
    void goWithTheLoopThatTheyAreOf() {
        try (WebApp app = WebApp.start(List.of(Controller.class), "lwt4j.webflux.loop=server")) {
            app.client().get().uri("/").exchange().expectStatus().isOk();
            app.restart();
            MeterRegistry registry = app.bean(MeterRegistry.class);
            assertThat(registry.find("lwt4j.loop.lag").meters()).isEmpty();
            assertThat(registry.find("lwt4j.loop.turns").meters()).isEmpty();
            app.client().get().uri("/").exchange().expectStatus().isOk();
            assertThat(registry.find("lwt4j.loop.turns").meters()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"own, webflux", "server, server-1"})
    void areInTheRegistryOfSpringBoot(String loop, String name) {
        try (WebApp app = WebApp.start(
                List.of(Controller.class),
                "lwt4j.webflux.loop=" + loop,
                "management.endpoints.web.exposure.include=metrics")) {
            app.client().get().uri("/").exchange().expectStatus().isOk();
            app.client()
                    .get()
                    .uri("/actuator/metrics/lwt4j.loop.turns?tag=loop:" + name)
                    .exchange()
                    .expectStatus()
                    .isOk();
            assertThat(app.bean(MeterRegistry.class)
                            .get("lwt4j.loop.turns")
                            .tag("loop", name)
                            .functionCounter()
                            .count())
                    .isPositive();
        }
    }
}
