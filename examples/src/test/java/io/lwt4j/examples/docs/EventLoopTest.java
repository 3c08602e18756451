package io.lwt4j.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Map.entry;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Promises;
import io.lwt4j.Resolver;
import io.lwt4j.detach.LoopGroup;
import io.lwt4j.detach.WorkerPool;
import io.lwt4j.direct.Direct;
import io.lwt4j.engine.Host;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Runs the programs of the page on the event loop and threads. */
class EventLoopTest {

    private final List<Object> out = new ArrayList<>();

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> everyProgramPrintsWhatThePageSays() throws Exception {
        return Page.of("event-loop")
                .prints(Map.ofEntries(
                        entry("One at a time", EventLoopTest::oneAtATime),
                        entry(
                                "The wrong thread is an error",
                                on("waiter", EventLoopTest::stranger)),
                        entry("From other threads", EventLoopTest::fromOtherThreads),
                        entry("Straight-line code", EventLoopTest::straightLine),
                        entry("Closing", EventLoopTest::closing)));
    }

    /** A program that is to run on a thread of a certain name. */
    private static Callable<List<String>> on(String thread, Callable<List<String>> program) {
        return () -> {
            FutureTask<List<String>> task = new FutureTask<>(program);
            new Thread(task, thread).start();
            return task.get();
        };
    }

    private static List<String> oneAtATime() throws Exception {
        List<String> out = new ArrayList<>();
        EventLoop.run(() -> {
            Promise<Void> first = EventLoop.pause().map(done -> {
                out.add("first begins");
                out.add("first ends");
                return null;
            });
            Promise<Void> second = EventLoop.pause().onSuccess(done -> out.add("second"));
            out.add("made");
            return Promise.join(first, second);
        });
        return out;
    }

    @Test
    void ownLoop() throws Exception {
        int answer = EventLoop.run(() -> EventLoop.pause().map(done -> 42));

        assertThat(answer).isEqualTo(42);
    }

    @Test
    void backgroundLoop() throws Exception {
        try (EventLoop loop = EventLoop.builder().name("background").start()) {
            CompletableFuture<Integer> answer =
                    loop.submit(() -> EventLoop.pause().map(done -> 42));
            out.add(answer.get());
        }

        assertThat(out).containsExactly(42);
    }

    @Test
    void hostedLoop() throws Exception {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
        EventLoop loop =
                EventLoop.builder().host(Host.of(executor, () -> false)).build();

        CompletableFuture<Boolean> there = loop.submit(
                () -> EventLoop.sleep(Duration.ofMillis(1)).map(done -> loop.isCurrent()));
        assertThat(there.get()).isTrue();
        loop.close();
        executor.shutdown();
    }

    private static List<String> stranger() {
        List<String> out = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder().name("kitchen").start()) {
            Promise<String> tea = Resolver.<String>cancellable(loop).promise();
            try {
                tea.map(cup -> cup + " with milk");
            } catch (LoopThreadException e) {
                out.add(e.getMessage());
            }
        }
        return out;
    }

    private static List<String> fromOtherThreads() throws Exception {
        List<String> out = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder().start()) {
            Resolver<String> water = Resolver.cancellable(loop);

            CompletableFuture<String> tea =
                    loop.submit(() -> water.promise().map(hot -> "tea of " + hot));
            water.resolve("hot water");

            out.add(tea.get());
        }
        return out;
    }

    @Test
    void blockingCode() throws Exception {
        Path file = Files.writeString(folder.resolve("greeting"), "hello");
        String text = EventLoop.run(() -> {
            Promise<String> greeting = WorkerPool.shared().detach(() -> Files.readString(file));
            return greeting.map(line -> line + ", loop");
        });

        assertThat(text).isEqualTo("hello, loop");
    }

    @Test
    void severalLoops() throws Exception {
        try (LoopGroup group = LoopGroup.start(2)) {
            List<Integer> lengths = EventLoop.run(() -> Promises.mapConcurrently(
                    List.of("a", "bc", "def"),
                    word -> group.submit(() -> EventLoop.pause().map(done -> word.length()))));
            out.add(lengths);
        }

        assertThat(out).containsExactly(List.of(1, 2, 3));
    }

    private static List<String> straightLine() throws Exception {
        List<String> out = new ArrayList<>();
        EventLoop.run(() -> Direct.spawn(() -> {
            int sum = 0;
            for (String word : List.of("one", "two", "three")) {
                sum += Direct.await(lengthOf(word));
            }
            out.add("letters " + sum);
            return sum;
        }));
        return out;
    }

    private static Promise<Integer> lengthOf(String word) {
        return EventLoop.pause().map(done -> word.length());
    }

    @Test
    void fairness() throws Exception {
        List<Integer> numbers = Stream.iterate(1, n -> n + 1).limit(1000).toList();
        long total = EventLoop.run(() -> {
            Supplier<Promise<Void>> breathe = EventLoop.autoPause(Duration.ofMillis(10));
            return Promises.foldLeft(
                    numbers, 0L, (sum, n) -> breathe.get().map(done -> sum + n * n));
        });

        assertThat(total).isEqualTo(333_833_500L);
    }

    private static List<String> closing() {
        List<String> out = new ArrayList<>();
        EventLoop loop = EventLoop.builder().start();
        loop.submit(() -> {
                    EventLoop.sleep(Duration.ofHours(1))
                            .onCancel(() -> out.add("the sleep is cancelled"));
                    loop.exitHooks()
                            .addLast(() -> EventLoop.sleep(Duration.ofMillis(5))
                                    .map(done -> out.add("the exit hook has ended")));
                    return Promise.unit();
                })
                .join();

        loop.close();
        try {
            loop.execute(() -> out.add("never"));
        } catch (RejectedExecutionException e) {
            out.add("refused");
        }
        return out;
    }
}
