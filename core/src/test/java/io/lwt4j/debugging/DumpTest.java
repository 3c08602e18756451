package io.lwt4j.debugging;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** What is pending on a loop, as a text. */
class DumpTest {

    /** Runs code on a loop of virtual time that waits for a promise, and takes its dump. */
    private static List<String> dumpWhile(Waiting body) throws Exception {
        try (EventLoop loop =
                EventLoop.builder().name("home").engine(new VirtualTimeEngine()).build()) {
            List<String> lines = new ArrayList<>();
            loop.runUntilComplete(() -> {
                EventLoop.pause()
                        .onSuccess(x -> lines.addAll(loop.dump().lines().toList()));
                return body.start();
            });
            return lines.subList(2, lines.size());
        }
    }

    private interface Waiting {
        Promise<?> start() throws Exception;
    }

    @Test
    void aDumpTellsWhatThePromiseTheLoopRunsForWaitsFor() throws Exception {
        assertThat(dumpWhile(() -> {
                    Promise<String> slow =
                            EventLoop.sleep(Duration.ofSeconds(5)).map(x -> "slow");
                    Promise<String> quick = EventLoop.sleep(Duration.ofSeconds(1))
                            .map(x -> "quick")
                            .named("the quick one");
                    return Promise.pick(slow, quick).flatMap(Promise::of);
                }))
                .containsExactly(
                        "  flatMap",
                        "    pick",
                        "      map",
                        "        sleep, 5000 ms",
                        "      \"the quick one\"",
                        "        map",
                        "          sleep, 1000 ms");
    }

    @Test
    void aDumpFindsWhatTimersWillWakeThoughNobodyWaitsForIt() throws Exception {
        assertThat(dumpWhile(() -> {
                    EventLoop.spawn(() -> EventLoop.sleep(Duration.ofSeconds(2)).uncancellable());
                    return EventLoop.sleep(Duration.ofSeconds(1));
                }))
                .containsExactly("  sleep, 1000 ms", "  uncancellable", "    sleep, 2000 ms");
    }

    @Test
    void aDumpTellsAPromiseThatSeveralWaitForOnce() throws Exception {
        assertThat(dumpWhile(() -> {
                    Promise<Void> sleep = EventLoop.sleep(Duration.ofSeconds(1));
                    Promise<Integer> shared = sleep.map(x -> 1);
                    return Promise.both(shared, shared.shielded());
                }))
                .containsExactly(
                        "  both",
                        "    map",
                        "      sleep, 1000 ms",
                        "    shielded",
                        "      map (as above)");
    }

    @Test
    void aDumpFindsWhatAFutureWaitsFor() throws Exception {
        AtomicReference<CompletableFuture<Integer>> future = new AtomicReference<>();
        List<String> dump = dumpWhile(() -> {
            Resolver<Integer> resolver = Resolver.cancellable();
            future.set(resolver.promise().map(x -> x + 1).toCompletableFuture());
            return EventLoop.pause().flatMap(x -> EventLoop.pause()).onSuccess(x -> {
                resolver.resolve(1);
            });
        });
        assertThat(dump).contains("  map", "    promise");
        assertThat(future.get().get()).isEqualTo(2);
    }

    @Test
    void aDumpEndsWherePromisesWaitInACircle() throws Exception {
        assertThat(dumpWhile(() -> {
                    AtomicReference<Promise<Integer>> late = new AtomicReference<>();
                    late.set(EventLoop.pause()
                            .flatMap(x -> EventLoop.sleep(Duration.ofSeconds(1)))
                            .flatMap(x -> late.get()));
                    CompletableFuture<Integer> unused = late.get().toCompletableFuture();
                    return EventLoop.sleep(Duration.ofSeconds(1));
                }))
                .contains("  sleep, 1000 ms");
    }

    @Test
    void aDumpOnAnotherThreadBeginsWithWhereTheLoopIs() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch looked = new CountDownLatch(1);
        try (EventLoop loop = EventLoop.builder().name("stuck").start()) {
            loop.execute(() -> {
                stuck.countDown();
                awaitUninterruptibly(looked);
            });
            stuck.await();
            String dump = loop.dump();
            looked.countDown();
            assertThat(dump)
                    .startsWith("event loop \"stuck\": ")
                    .contains("thread \"stuck\"")
                    .contains("DumpTest.awaitUninterruptibly");
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDumpOfALoopWithNothingPendingSaysSo() throws Exception {
        EventLoop loop = EventLoop.builder().name("empty").build();
        loop.close();
        assertThat(loop.dump()).startsWith("event loop \"empty\": 0 pending promises, 0 timers");
    }

    /* ---- Names ---- */

    @Test
    void aNamedPromiseHasTheOutcomeOfTheOther() throws Exception {
        assertThat(EventLoop.<Integer>run(() -> EventLoop.pause().map(x -> 7).named("seven")))
                .isEqualTo(7);
        Promise<Integer> resolved = Promise.of(1);
        assertThat(resolved.named("one")).isSameAs(resolved);
    }

    @Test
    void cancellingANamedPromiseCancelsTheOther() throws Exception {
        EventLoop.run(() -> {
            Promise<Integer> pending = Resolver.<Integer>cancellable().promise();
            pending.named("name").cancel();
            assertThat(pending.isCancelled()).isTrue();
            return Promise.unit();
        });
    }
}
