package io.lwt4j.detach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.ManualHost;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;
import io.lwt4j.Promises;
import io.lwt4j.Resolver;
import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Several loops that share work. */
class LoopGroupTest {

    private final Queue<Throwable> handled = new ConcurrentLinkedQueue<>();
    private final LoopGroup group = LoopGroup.builder()
            .name("group")
            .size(3)
            .uncaughtHandler(handled::add)
            .start();
    private final EventLoop home =
            EventLoop.builder().name("home").uncaughtHandler(handled::add).start();

    @AfterEach
    void close() {
        group.close();
        home.close();
        assertThat(handled).as("errors that reached a handler").isEmpty();
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw cause(e);
        }
    }

    static Exception cause(ExecutionException e) {
        throw sneaky(e.getCause());
    }

    @SuppressWarnings("unchecked")
    static <X extends Throwable> RuntimeException sneaky(Throwable t) throws X {
        throw (X) t;
    }

    private static String here() {
        return Thread.currentThread().getName();
    }

    private static <T> T onLoop(EventLoop loop, Callable<T> body) throws Exception {
        return get(loop.submit(() -> Promise.of(body.call())));
    }

    /* ---- The loops ---- */

    @Test
    void everyLoopHasAThreadOfItsOwn() throws Exception {
        List<String> names = new ArrayList<>();
        for (EventLoop loop : group) {
            names.add(onLoop(loop, LoopGroupTest::here));
        }
        assertThat(names).containsExactly("group-1", "group-2", "group-3");
        assertThat(group.loops()).hasSize(3);
        assertThat(group).hasToString("loop group \"group\"");
        try (LoopGroup perCore = LoopGroup.start()) {
            assertThat(perCore.loops()).hasSize(Runtime.getRuntime().availableProcessors());
        }
    }

    @Test
    void nextChoosesEachLoopInItsTurn() {
        List<EventLoop> chosen = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            chosen.add(group.next());
        }
        assertThat(chosen.subList(0, 3)).containsExactlyInAnyOrderElementsOf(group.loops());
        assertThat(chosen.subList(3, 6)).isEqualTo(chosen.subList(0, 3));
    }

    @Test
    void submissionsThatWaitAreSpreadEvenlyAndLeastLoadedKnowsOfThem() throws Exception {
        try (LoopGroup patient = LoopGroup.builder()
                .name("patient")
                .size(3)
                .patience(Duration.ofDays(1))
                .start()) {
            Resolver<Void> end = Resolver.cancellable(home);
            Queue<String> busy = new ConcurrentLinkedQueue<>();
            CountDownLatch begun = new CountDownLatch(8);
            CompletableFuture<List<Void>> all = home.submit(() -> Promises.mapConcurrently(
                    List.of(1, 2, 3, 4, 5, 6, 7, 8),
                    it -> patient.submit(() -> {
                        busy.add(here());
                        begun.countDown();
                        return Promise.from(home.submit(end::promise));
                    })));
            begun.await();
            Map<String, Long> loads = busy.stream()
                    .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
            assertThat(loads.values()).containsExactlyInAnyOrder(3L, 3L, 2L);

            for (int i = 0; i < 6; i++) {
                String least = onLoop(patient.leastLoaded(), LoopGroupTest::here);
                assertThat(loads).containsEntry(least, 2L);
            }

            end.resolve(null);
            assertThat(get(all)).hasSize(8);
        }
    }

    /* ---- Submissions ---- */

    @Test
    void aSubmissionRunsOnALoopOfTheGroupAndItsValueComesHome() throws Exception {
        String value = get(home.submit(
                () -> group.submit(() -> EventLoop.sleep(Duration.ofMillis(1)).map(done -> here()))
                        .map(there -> there + " to " + here())));
        assertThat(value).matches("group-[123] to home");
    }

    @Test
    void aSubmissionFromALoopOfTheGroupRunsOnAnotherOne() throws Exception {
        for (EventLoop loop : group) {
            for (int i = 0; i < 10; i++) {
                String where = get(loop.submit(
                        () -> group.submit(() -> Promise.of(here())).map(it -> it + here())));
                String own = onLoop(loop, LoopGroupTest::here);
                assertThat(where).endsWith(own).doesNotStartWith(own);
            }
        }
    }

    @Test
    void aGroupOfOneServesItself() throws Exception {
        try (LoopGroup single = LoopGroup.builder().name("single").size(1).start()) {
            EventLoop only = single.next();
            String where = get(only.submit(() -> single.submit(() -> Promise.of(here()))));
            assertThat(where).isEqualTo("single-1");
        }
    }

    @Test
    void submissionsUseAllLoopsAtOnce() throws Exception {
        CyclicBarrier together = new CyclicBarrier(3);
        List<Integer> arrived = get(home.submit(() -> Promises.mapConcurrently(
                List.of(1, 2, 3), it -> group.submit(() -> Promise.of(together.await())))));
        assertThat(arrived).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void aLoopThatIsBusyHoldsUpNothingThatHasNotBegun() throws Exception {
        CountDownLatch busy = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        List<CompletableFuture<Boolean>> blocked = new ArrayList<>();
        for (EventLoop loop : group.loops().subList(0, 2)) {
            blocked.add(loop.submit(() -> {
                busy.countDown();
                release.await();
                return Promise.ofTrue();
            }));
        }
        busy.await();

        // Some are meant for the two that are busy at first; the third one takes them, too.
        List<String> where = get(home.submit(() -> Promises.mapConcurrently(
                List.of(1, 2, 3, 4, 5, 6), it -> group.submit(() -> Promise.of(here())))));

        assertThat(where).hasSize(6).containsOnly("group-3");
        release.countDown();
        for (CompletableFuture<Boolean> each : blocked) {
            assertThat(get(each)).isTrue();
        }
    }

    @Test
    void theErrorOfASubmissionIsTheVerySame() throws Exception {
        IOException error = new IOException("over there");
        List<Callable<Promise<String>>> ways = List.of(
                () -> Promise.failed(error),
                () -> {
                    throw error;
                },
                () -> EventLoop.pause().flatMap(done -> Promise.failed(error)));
        for (Callable<Promise<String>> way : ways) {
            assertThatThrownBy(() -> get(home.submit(() -> group.submit(way)))).isSameAs(error);
        }
    }

    @Test
    void aFatalErrorComesHomeAndReachesTheHandler() throws Exception {
        Error error = new NoClassDefFoundError("made up");
        assertThatThrownBy(() -> get(home.submit(() -> group.submit(() -> {
                    throw error;
                }))))
                .isSameAs(error);
        for (EventLoop loop : group) {
            onLoop(loop, () -> 1);
        }
        assertThat(handled.remove()).isSameAs(error);
    }

    @Test
    void cancellingTheResultCancelsThePromiseOverThere() throws Exception {
        CompletableFuture<Promise<Void>> handedOut = new CompletableFuture<>();
        CompletableFuture<String> cancelledOn = new CompletableFuture<>();
        CompletableFuture<Promise<Void>> result = new CompletableFuture<>();
        home.execute(() -> result.complete(group.submit(() -> {
            Promise<Void> sleep = EventLoop.sleep(Duration.ofDays(1))
                    .onCancel(() -> cancelledOn.complete(here()));
            handedOut.complete(sleep);
            return sleep;
        })));
        Promise<Void> sleep = handedOut.get();

        boolean atOnce = onLoop(home, () -> {
            result.get().cancel();
            return result.get().isCancelled();
        });

        assertThat(atOnce).isTrue();
        assertThat(cancelledOn.get()).startsWith("group-");
        assertThat(sleep.isCancelled()).isTrue();
    }

    @Test
    void aPromiseThatIsCancelledOverThereIsCancelledHere() throws Exception {
        boolean cancelled = get(home.submit(() -> group.submit(
                        () -> Promise.<Integer>failed(CanceledException.instance()))
                .outcome()
                .map(it -> it.equals(new Promise.State.Rejected<>(CanceledException.instance())))));
        assertThat(cancelled).isTrue();
    }

    @Test
    void aSubmissionThatIsCancelledBeforeItBeginsNeverDoes() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch busy = new CountDownLatch(3);
        CountDownLatch release = new CountDownLatch(1);
        for (EventLoop loop : group) {
            loop.execute(() -> {
                busy.countDown();
                awaitQuietly(release);
            });
        }
        busy.await();
        onLoop(home, () -> {
            for (int i = 0; i < 10; i++) {
                Promise<Integer> task = group.submit(() -> Promise.of(ran.incrementAndGet()));
                task.cancel();
                assertThat(task.isCancelled()).isTrue();
            }
            return 1;
        });
        release.countDown();
        assertThat(get(home.submit(() -> group.submit(() -> Promise.of("next")))))
                .isEqualTo("next");
        assertThat(ran).hasValue(0);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void submitToEachRunsOnEveryLoop() throws Exception {
        List<String> names = get(home.submit(() -> group.submitToEach(() -> Promise.of(here()))));
        assertThat(names).containsExactly("group-1", "group-2", "group-3");
        List<String> fromInside =
                get(group.next().submit(() -> group.submitToEach(() -> Promise.of(here()))));
        assertThat(fromInside).isEqualTo(names);
    }

    @Test
    void submitToEachIsRejectedIfOneOfTheLoopsIsClosedAndTheOthersRunIt() throws Exception {
        group.loops().get(1).close();
        Queue<String> ran = new ConcurrentLinkedQueue<>();
        assertThatThrownBy(() -> get(
                        home.submit(() -> group.submitToEach(() -> Promise.of(ran.add(here()))))))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("group-2");
        assertThat(get(home.submit(group::shutdown))).isNull();
        assertThat(ran).containsExactlyInAnyOrder("group-1", "group-3");
    }

    @Test
    void storageDoesNotGoAlong() throws Exception {
        PromiseLocal<String> key = PromiseLocal.create();
        String seen = get(home.submit(() -> key.with(
                "mine",
                () -> group.submit(() -> Promise.of("" + key.get())).map(it -> it + key.get()))));
        assertThat(seen).isEqualTo("nullmine");
    }

    @Test
    void submittingTakesALoop() {
        assertThatThrownBy(() -> group.submit(() -> Promise.of(1)))
                .isInstanceOf(LoopThreadException.class);
        assertThatThrownBy(() -> group.submitToEach(() -> Promise.of(1)))
                .isInstanceOf(LoopThreadException.class);
        assertThatThrownBy(group::shutdown).isInstanceOf(LoopThreadException.class);
    }

    @Test
    void aGroupMayRunInVirtualTime() throws Exception {
        try (LoopGroup virtual =
                LoopGroup.builder().size(2).engine(VirtualTimeEngine::new).start()) {
            String slept = get(home.submit(() -> virtual.submit(
                    () -> EventLoop.sleep(Duration.ofDays(1_000)).map(done -> "slept"))));
            assertThat(slept).isEqualTo("slept");
        }
    }

    /* ---- The end ---- */

    @Test
    void closingEndsTheThreadsAndRejectsWhatIsPending() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (EventLoop loop : group) {
            threads.add(onLoop(loop, Thread::currentThread));
        }
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Object> pending = home.submit(() -> group.submit(() -> {
            begun.countDown();
            return Resolver.<Object>uncancellable().promise();
        }));
        begun.await();

        group.close();
        group.close();

        assertThat(threads).noneMatch(Thread::isAlive);
        assertThatThrownBy(() -> get(pending))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("was closed while the promise was pending");
        assertThatThrownBy(() -> get(home.submit(() -> group.submit(() -> Promise.of(1)))))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("loop group \"group\" is closed");
        assertThatThrownBy(group::next).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(group::leastLoaded).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void closingRejectsWhatHasNotBegun() throws Exception {
        CountDownLatch busy = new CountDownLatch(3);
        CountDownLatch release = new CountDownLatch(1);
        for (EventLoop loop : group) {
            loop.execute(() -> {
                busy.countDown();
                awaitQuietly(release);
            });
        }
        busy.await();
        CompletableFuture<CompletableFuture<Integer>> waiting = new CompletableFuture<>();
        home.execute(
                () -> waiting.complete(group.submit(() -> Promise.of(1)).toCompletableFuture()));
        CompletableFuture<Integer> result = waiting.get();
        Thread closer = new Thread(group::close);
        closer.start();

        assertThatThrownBy(() -> get(result))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("before it began");

        release.countDown();
        closer.join();
    }

    @Test
    void shutdownLetsWhatHasBegunComeToItsEnd() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Resolver<String> end = Resolver.cancellable(home);
        CompletableFuture<String> running = home.submit(() -> group.submit(() -> {
            begun.countDown();
            return Promise.from(home.submit(end::promise));
        }));
        begun.await();
        CompletableFuture<Void> shutdown = home.submit(group::shutdown);
        assertThatThrownBy(() -> get(home.submit(() -> group.submit(() -> Promise.of(1)))))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(shutdown).isNotDone();

        end.resolve("in peace");

        assertThat(get(running)).isEqualTo("in peace");
        assertThat(get(shutdown)).isNull();
    }

    /** A promise that cleans up when it is cancelled, until a resolver of the home loop says so. */
    private <T> Promise<T> cleansUp(CountDownLatch begun, Resolver<T> end) {
        return Resolver.<T>cancellable().promise().recover(canceled -> {
            begun.countDown();
            return Promise.from(home.submit(end::promise));
        });
    }

    @Test
    void shutdownWaitsForTheCleanUpOfACancelledSubmission() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cleansUp = new CountDownLatch(1);
        Resolver<String> end = Resolver.cancellable(home);
        CompletableFuture<String> cleanedUp = new CompletableFuture<>();
        CompletableFuture<Promise<String>> result = new CompletableFuture<>();
        home.execute(() -> result.complete(group.submit(() -> {
            begun.countDown();
            return cleansUp(cleansUp, end)
                    .onAny(cleanedUp::complete, cleanedUp::completeExceptionally);
        })));
        begun.await();
        result.get().cancel();
        cleansUp.await();
        CompletableFuture<Void> shutdown = home.submit(group::shutdown);
        for (EventLoop loop : group) {
            onLoop(home, () -> 1);
            onLoop(loop, () -> 1);
        }
        assertThat(shutdown).isNotDone();

        end.resolve("in peace");

        assertThat(get(cleanedUp)).isEqualTo("in peace");
        assertThat(get(shutdown)).isNull();
    }

    @Test
    void anErrorThatComesAfterACancellationReachesTheHandlerOfTheCallingLoop() throws Exception {
        IOException error = new IOException("late");
        Queue<Throwable> heard = new ConcurrentLinkedQueue<>();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cleansUp = new CountDownLatch(1);
        Resolver<String> end = Resolver.cancellable(home);
        try (EventLoop caller = EventLoop.builder().uncaughtHandler(heard::add).start()) {
            CompletableFuture<String> future = caller.submit(() -> group.submit(() -> {
                begun.countDown();
                return cleansUp(cleansUp, end);
            }));
            begun.await();
            future.cancel(true);
            cleansUp.await();
            end.reject(error);
            while (heard.isEmpty()) {
                // It is told when the rejection, at which nobody can look, is collected.
                System.gc();
                onLoop(caller, () -> 1);
            }
        }
        assertThat(heard).containsExactly(error);
    }

    @Test
    void shutdownWaitsForWhatHasBeenSubmittedToEachLoop() throws Exception {
        CountDownLatch begun = new CountDownLatch(3);
        Resolver<String> end = Resolver.cancellable(home);
        CompletableFuture<List<String>> running = home.submit(() -> group.submitToEach(() -> {
            begun.countDown();
            return Promise.from(home.submit(end::promise));
        }));
        begun.await();
        CompletableFuture<Void> shutdown = home.submit(group::shutdown);
        assertThatThrownBy(() -> get(home.submit(() -> group.submitToEach(() -> Promise.of(1)))))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("loop group \"group\" is closed");
        assertThat(shutdown).isNotDone();

        end.resolve("in peace");

        assertThat(get(running)).containsOnly("in peace").hasSize(3);
        assertThat(get(shutdown)).isNull();
    }

    @Test
    void aHostThatFailsKeepsNobodyElseFromHearingOfTheEnd() throws Exception {
        ManualHost.run(host -> {
            EventLoop hosted = host.loop("hosted");
            CountDownLatch begun = new CountDownLatch(1);
            Resolver<String> end = Resolver.cancellable(home);
            home.execute(() -> group.submit(() -> {
                begun.countDown();
                return Promise.from(home.submit(end::promise));
            }));
            begun.await();
            hosted.execute(group::shutdown);
            host.runTasks();
            CompletableFuture<Void> shutdown = home.submit(group::shutdown);
            onLoop(home, () -> 1);

            host.refuse(new IllegalStateException("the host has ended"));
            end.resolve("done");

            assertThat(get(shutdown)).isNull();
        });
    }

    @Test
    void aClosedLoopSubmitsNothing() throws Exception {
        List<Promise<?>> refused = new ArrayList<>();
        EventLoop shortLived = EventLoop.builder().start();
        onLoop(
                shortLived,
                () -> EventLoop.sleep(Duration.ofDays(1)).onCancel(() -> {
                    refused.add(group.submit(() -> Promise.of(1)));
                    refused.add(group.submitToEach(() -> Promise.of(1)));
                }));
        shortLived.close();
        assertThat(refused)
                .hasSize(2)
                .allSatisfy(promise -> assertThatThrownBy(promise::poll)
                        .isInstanceOf(RejectedExecutionException.class)
                        .hasMessage(shortLived + " is closed"));
    }

    @Test
    void aLoopOfTheGroupMayCloseIt() throws Exception {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        for (EventLoop loop : group) {
            threads.add(onLoop(loop, Thread::currentThread));
        }
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        for (EventLoop loop : group) {
            try {
                loop.execute(() -> {
                    group.close();
                    closed.complete(true);
                });
            } catch (RejectedExecutionException alreadyClosed) {
                assertThat(loop.isClosed()).isTrue();
            }
        }
        assertThat(get(closed)).isTrue();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void theOtherLoopsTakeOverWhenOneIsClosed() throws Exception {
        EventLoop closing = group.loops().get(0);
        closing.close();
        for (int i = 0; i < 20; i++) {
            String where = get(home.submit(() -> group.submit(() -> Promise.of(here()))));
            assertThat(where).isIn("group-2", "group-3");
            assertThat(group.next()).isNotSameAs(closing);
            assertThat(group.leastLoaded()).isNotSameAs(closing);
        }
        group.loops().get(1).close();
        EventLoop last = group.loops().get(2);
        assertThat(get(last.submit(() -> group.submit(() -> Promise.of(here())))))
                .as("the last one serves itself")
                .isEqualTo("group-3");
        last.close();
        assertThatThrownBy(() -> get(home.submit(() -> group.submit(() -> Promise.of(1)))))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> LoopGroup.start(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("size must be at least 1, but is 0");
        assertThatThrownBy(() -> group.submit(null)).hasMessage("body");
        assertThatThrownBy(() -> LoopGroup.builder().name(null)).hasMessage("name");
    }
}
