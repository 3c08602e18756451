package io.lwt4j.bench;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreads;
import io.lwt4j.Promise;
import io.reactivex.rxjava3.core.Single;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import reactor.core.publisher.Mono;

import java.lang.ref.Reference;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What time does not show: the bytes that stay in the heap. */
final class Footprint {

    private static final int COUNT = 200_000;
    private static final Duration HOUR = Duration.ofHours(1);

    private Footprint() {}

    /** Prints a table like those of {@link Report}. */
    static void print(List<String> libraries) throws Exception {
        System.out.printf("%nBytes that stay in the heap:%n%n");
        System.out.println("| workload | " + String.join(" | ", libraries) + " |");
        System.out.println("|---".repeat(libraries.size() + 1) + "|");
        print("for a race against a promise that stays pending", libraries, Footprint::races);
        print("for a sleep with three flatMaps behind it", libraries, Footprint::sleeps);
        print("for a sleep that has been cancelled", libraries, Footprint::cancelledSleeps);
    }

    /** Does something {@link #COUNT} times and returns what to keep alive; null for nothing. */
    private interface Work {
        Object run(String library) throws Exception;
    }

    private static void print(String title, List<String> libraries, Work work) throws Exception {
        StringJoiner row = new StringJoiner(" | ", "| ", " |");
        row.add(title);
        for (String library : libraries) {
            LoopThreads thread = new LoopThreads(1, library);
            row.add(thread.submit(() -> measure(library, work)).get());
            thread.shutdown();
        }
        System.out.println(row);
    }

    private static String measure(String library, Work work) throws Exception {
        // Once for what the first use loads and allocates.
        if (work.run(library) == null) {
            return "";
        }
        // What that left on its loop must not count before and be gone after.
        LoopThreads.leave();
        long before = used();
        Object kept = work.run(library);
        long after = used();
        Reference.reachabilityFence(kept);
        return String.format(Locale.ROOT, "%.1f", (double) (after - before) / COUNT);
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static Object races(String library) throws Exception {
        P6LongLived races = new P6LongLived();
        races.loop = LoopThreads.enter();
        races.prepare();
        Method race = P6LongLived.class.getMethod(library);
        for (int i = 0; i < COUNT; i++) {
            race.invoke(races);
        }
        return races;
    }

    private static Object sleeps(String library) {
        return switch (library) {
            case "lwt4j" -> {
                EventLoop loop = LoopThreads.enter();
                yield repeat(
                        loop,
                        () -> EventLoop.sleep(HOUR)
                                .flatMap(value -> Promise.of(1))
                                .flatMap(value -> Promise.of(2))
                                .flatMap(value -> Promise.of(3)));
            }
            case "cf" -> {
                Executor later = CompletableFuture.delayedExecutor(1, TimeUnit.HOURS);
                yield repeat(
                        later,
                        () -> CompletableFuture.runAsync(() -> {}, later)
                                .thenCompose(value -> CompletableFuture.completedFuture(1))
                                .thenCompose(value -> CompletableFuture.completedFuture(2))
                                .thenCompose(value -> CompletableFuture.completedFuture(3)));
            }
            case "mono" ->
                repeat(
                        library,
                        () -> End.of(Mono.delay(HOUR)
                                .flatMap(value -> Mono.just(1))
                                .flatMap(value -> Mono.just(2))
                                .flatMap(value -> Mono.just(3))));
            case "single" ->
                repeat(
                        library,
                        () -> End.of(Single.timer(1, TimeUnit.HOURS)
                                .flatMap(value -> Single.just(1))
                                .flatMap(value -> Single.just(2))
                                .flatMap(value -> Single.just(3))));
            case "uni" ->
                repeat(
                        library,
                        () -> End.of(Uni.createFrom()
                                .item(0)
                                .onItem()
                                .delayIt()
                                .by(HOUR)
                                .flatMap(value -> Uni.createFrom().item(1))
                                .flatMap(value -> Uni.createFrom().item(2))
                                .flatMap(value -> Uni.createFrom().item(3))));
            case "vertx" -> {
                Vertx vertx = Vertx.vertx();
                yield repeat(
                        vertx,
                        () -> vertx.timer(1, TimeUnit.HOURS)
                                .compose(value -> Future.succeededFuture(1))
                                .compose(value -> Future.succeededFuture(2))
                                .compose(value -> Future.succeededFuture(3)));
            }
            case "trane" -> {
                ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
                yield repeat(
                        timer,
                        () -> io.trane.future.Future.delay(HOUR, timer)
                                .flatMap(value -> io.trane.future.Future.value(1))
                                .flatMap(value -> io.trane.future.Future.value(2))
                                .flatMap(value -> io.trane.future.Future.value(3)));
            }
            default -> null;
        };
    }

    private static Object cancelledSleeps(String library) {
        if (!library.equals("lwt4j")) {
            return null;
        }
        EventLoop loop = LoopThreads.enter();
        return repeat(loop, () -> EventLoop.sleep(HOUR).cancel());
    }

    private static Object repeat(Object kept, Runnable work) {
        for (int i = 0; i < COUNT; i++) {
            work.run();
        }
        return kept;
    }
}
