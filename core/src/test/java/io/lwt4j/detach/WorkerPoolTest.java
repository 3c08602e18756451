package io.lwt4j.detach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CanceledException;
import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.LogCapture;
import io.lwt4j.LoopThreadException;
import io.lwt4j.ManualHost;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.direct.Direct;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Code on other threads, the way back, and the sizes and the end of a pool. */
class WorkerPoolTest {

    private static final Duration LONG = Duration.ofDays(1);

    private final Queue<Throwable> handled = new ConcurrentLinkedQueue<>();
    private final List<WorkerPool> pools = new ArrayList<>();
    private EventLoop loop;

    /**
     * Not with the object: JUnit makes one also for a test that it skips, and then no end of it.
     */
    @BeforeEach
    void open() {
        loop = EventLoop.builder().name("home").uncaughtHandler(handled::add).start();
    }

    @AfterEach
    void close() {
        pools.forEach(WorkerPool::close);
        loop.close();
        assertThat(handled).as("errors that reached the handler").isEmpty();
    }

    private WorkerPool pool(int min, int max) {
        return open(WorkerPool.builder().bounds(min, max).idleTimeout(LONG));
    }

    private WorkerPool open(WorkerPool.Builder builder) {
        WorkerPool pool = builder.build();
        pools.add(pool);
        return pool;
    }

    /** Detaches on the loop, and waits until that has been done. */
    private <T> Promise<T> detach(WorkerPool pool, Callable<T> body) throws Exception {
        return onLoop(() -> pool.detach(body));
    }

    private <T> Promise<T> detachInterruptibly(WorkerPool pool, Callable<T> body) throws Exception {
        return onLoop(() -> pool.detachInterruptibly(body));
    }

    private <T> T onLoop(Callable<T> body) throws Exception {
        return call(() -> Promise.of(body.call()));
    }

    /** The value of a promise of the loop; throws its error. */
    private <T> T await(Promise<T> promise) throws Exception {
        return call(() -> promise);
    }

    private <T> T call(Callable<Promise<T>> body) throws Exception {
        try {
            return loop.submit(body).get();
        } catch (ExecutionException e) {
            throw LoopGroupTest.cause(e);
        }
    }

    /** A task that says when it runs, and runs until it is let go. */
    private static final class Gate implements Callable<String> {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);

        @Override
        public String call() throws InterruptedException {
            entered.countDown();
            open.await();
            return "through";
        }

        Gate awaitEntered() throws InterruptedException {
            entered.await();
            return this;
        }

        void open() {
            open.countDown();
        }
    }

    /** Lets a pool with one thread at most be busy. */
    private Gate occupy(WorkerPool pool) throws Exception {
        Gate gate = new Gate();
        detach(pool, gate);
        return gate.awaitEntered();
    }

    private static void assertRefused(Promise<?> promise) {
        assertThatThrownBy(promise::poll).isInstanceOf(RejectedExecutionException.class);
    }

    /* ---- T-1: detach ---- */

    @Test
    @Rule("T-1")
    void theDefaultsAreThoseOfTheOriginal() {
        for (WorkerPool pool : List.of(open(WorkerPool.builder()), WorkerPool.shared())) {
            assertThat(pool.bounds()).isEqualTo(new WorkerPool.Bounds(0, 4));
            assertThat(pool.queueLimit()).isEqualTo(1_000);
        }
    }

    @Test
    @Rule("T-1")
    void codeRunsOnADaemonThreadOfThePoolAndItsResultComesToTheLoop() throws Exception {
        WorkerPool pool = open(WorkerPool.builder().name("my pool"));
        AtomicReference<Thread> worker = new AtomicReference<>();

        String where = call(() -> pool.detach(() -> {
                    worker.set(Thread.currentThread());
                    assertThat(EventLoop.isLoopThread()).isFalse();
                    return "value";
                })
                .map(value -> value + " on " + Thread.currentThread().getName()));

        assertThat(where).isEqualTo("value on home");
        assertThat(worker.get().getName()).startsWith("my pool-");
        assertThat(worker.get().isDaemon()).isTrue();
        assertThat(await(detach(WorkerPool.shared(), () -> 1))).isEqualTo(1);
        assertThat(this.<String>await(detach(pool, () -> null))).isNull();
    }

    @Test
    @Rule("T-1")
    void tasksWaitForAFreeThreadFirstComeFirstServed() throws Exception {
        WorkerPool pool = pool(0, 1);
        Gate gate = occupy(pool);
        Queue<Integer> order = new ConcurrentLinkedQueue<>();
        List<Promise<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            tasks.add(detach(pool, () -> order.add(number)));
        }
        assertThat(pool.stats()).isEqualTo(new WorkerPool.Stats(1, 1, 10));

        gate.open();

        call(() -> Promise.all(tasks));
        assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(pool.stats()).isEqualTo(new WorkerPool.Stats(1, 0, 0));
    }

    @Test
    @Rule("T-1")
    void asManyTasksRunAtOnceAsThereMayBeThreads() throws Exception {
        WorkerPool pool = pool(0, 3);
        CyclicBarrier together = new CyclicBarrier(4);
        List<Promise<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tasks.add(detach(pool, together::await));
        }
        together.await();
        assertThat(call(() -> Promise.all(tasks))).hasSize(3);
    }

    @Test
    @Rule("T-1")
    void whatTheCodeThrowsIsTheErrorOfThePromise() throws Exception {
        WorkerPool pool = pool(0, 1);
        Error fatal = new NoClassDefFoundError("made up");
        List<Throwable> errors =
                List.of(new IOException("checked"), new IllegalStateException("not"), fatal);
        for (Throwable error : errors) {
            Callable<String> body = () -> {
                throw LoopGroupTest.sneaky(error);
            };
            assertThatThrownBy(() -> await(detach(pool, body))).isSameAs(error);
            assertThatThrownBy(() -> await(detachInterruptibly(pool, body))).isSameAs(error);
        }
        assertThatThrownBy(() -> await(detach(pool, () -> {
                    throw CanceledException.instance();
                })))
                .isInstanceOf(CancellationException.class);
        assertThat(await(detach(pool, () -> "goes on"))).isEqualTo("goes on");
    }

    @Test
    @Rule("T-1")
    void aTaskThatWaitsInLineCanBeCancelledAndNeverRuns() throws Exception {
        WorkerPool pool = pool(0, 1);
        Gate gate = occupy(pool);
        AtomicBoolean ran = new AtomicBoolean();
        Promise<Boolean> task = detach(pool, () -> ran.getAndSet(true));
        Promise<String> behind = detach(pool, () -> "behind");

        boolean cancelled = onLoop(() -> {
            task.cancel();
            return task.isCancelled();
        });

        assertThat(cancelled).isTrue();
        assertThat(pool.stats().queued()).isEqualTo(1);
        gate.open();
        assertThat(await(behind)).isEqualTo("behind");
        assertThat(ran).isFalse();
    }

    @Test
    @Rule({"T-1", "U-8"})
    void aTaskThatRunsCannotBeCancelled() throws Exception {
        WorkerPool pool = pool(0, 1);
        Gate gate = new Gate();
        Promise<String> task = detach(pool, gate);
        gate.awaitEntered();

        boolean pending = onLoop(() -> {
            task.cancel();
            task.cancel();
            return task.isPending();
        });

        assertThat(pending).isTrue();
        gate.open();
        assertThat(await(task)).isEqualTo("through");
    }

    @Test
    @Rule("T-1")
    void theErrorOfATaskThatCouldNotBeCancelledArrives() throws Exception {
        WorkerPool pool = pool(0, 1);
        Gate gate = new Gate();
        IOException error = new IOException("after all");
        Promise<String> task = detach(pool, () -> {
            gate.call();
            throw error;
        });
        gate.awaitEntered();
        loop.execute(task::cancel);
        gate.open();
        assertThatThrownBy(() -> await(task)).isSameAs(error);
    }

    @Test
    @Rule("T-1")
    void detachTakesALoop() {
        assertThatThrownBy(() -> WorkerPool.shared().detach(() -> 1))
                .isInstanceOf(LoopThreadException.class);
        assertThatThrownBy(() -> WorkerPool.shared().detachInterruptibly(() -> 1))
                .isInstanceOf(LoopThreadException.class);
    }

    /* ---- Interrupting ---- */

    @Test
    void cancellingAnInterruptibleTaskRejectsItAtOnceAndInterruptsItsThread() throws Exception {
        WorkerPool pool = pool(0, 1);
        CountDownLatch entered = new CountDownLatch(1);
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Promise<String> task = detachInterruptibly(pool, () -> {
            try {
                entered.countDown();
                new CountDownLatch(1).await();
                return "never";
            } catch (InterruptedException e) {
                ended.complete(e);
                throw e;
            }
        });
        entered.await();

        boolean cancelled = onLoop(() -> {
            task.cancel();
            return task.isCancelled();
        });

        assertThat(cancelled).isTrue();
        assertThat(ended.get()).isInstanceOf(InterruptedException.class);
        assertThat(await(detach(pool, () -> "next"))).isEqualTo("next");
    }

    @Test
    void anInterruptNeverReachesTheNextTask() throws Exception {
        WorkerPool pool = pool(0, 1);
        for (int round = 0; round < 500; round++) {
            CountDownLatch entered = new CountDownLatch(1);
            Promise<String> task = detachInterruptibly(pool, () -> {
                entered.countDown();
                return "does not look";
            });
            Promise<Boolean> next = detach(pool, Thread::interrupted);
            entered.await();
            // Meets the task while it runs, as it ends, or after that.
            loop.execute(task::cancel);
            assertThat(await(next)).isFalse();
        }
        assertThat(await(detach(pool, () -> {
                    Thread.currentThread().interrupt();
                    return "untidy";
                })))
                .isEqualTo("untidy");
        assertThat(await(detach(pool, Thread::interrupted))).isFalse();
    }

    @Test
    void anInterruptibleTaskThatHasNotBegunNeverDoes() throws Exception {
        WorkerPool pool = pool(0, 1);
        AtomicInteger ran = new AtomicInteger();
        Gate gate = occupy(pool);
        Promise<Integer> waiting = detachInterruptibly(pool, ran::incrementAndGet);
        onLoop(() -> {
            waiting.cancel();
            return waiting.isCancelled();
        });
        assertThat(pool.stats().queued()).isZero();
        gate.open();
        for (int round = 0; round < 200; round++) {
            // The worker has the task, but mostly has not begun it.
            onLoop(() -> {
                Promise<Integer> given = pool.detachInterruptibly(() -> 1);
                given.cancel();
                return given.isCancelled();
            });
        }
        assertThat(await(detach(pool, () -> "all is well"))).isEqualTo("all is well");
        assertThat(ran).hasValue(0);
    }

    @Test
    void anErrorAfterACancellationReachesTheHandlerUnlessItIsAboutTheInterrupt() throws Exception {
        WorkerPool pool = pool(0, 1);
        for (Exception error : List.of(
                new InterruptedException(),
                new java.nio.channels.ClosedByInterruptException(),
                new SocketTimeoutException("read timed out"),
                new IOException("disk full"))) {
            CountDownLatch entered = new CountDownLatch(1);
            Promise<String> task = detachInterruptibly(pool, () -> {
                entered.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw error;
                }
                return "never";
            });
            entered.await();
            loop.execute(task::cancel);
        }
        await(detach(pool, () -> 1));
        while (handled.size() < 2) {
            // They are told when the rejections, at which nobody can look, are collected.
            System.gc();
            onLoop(() -> 1);
        }
        assertThat(handled)
                .extracting(Throwable::getMessage)
                .containsExactlyInAnyOrder("read timed out", "disk full");
        handled.clear();
    }

    /* ---- T-2: the limit of the line ---- */

    @Test
    @Rule("T-2")
    void theLimitOfTheLineIsKept() throws Exception {
        WorkerPool pool = open(WorkerPool.builder().name("small").bounds(0, 1).queueLimit(2));
        Gate gate = occupy(pool);
        Promise<Integer> first = detach(pool, () -> 1);
        detach(pool, () -> 2);

        Promise<Integer> third = detach(pool, () -> 3);

        assertThat(third.isRejected()).as("at once").isTrue();
        assertThatThrownBy(() -> await(third))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("worker pool \"small\" is full: 2 tasks wait for its 1 threads");
        assertThat(pool.stats()).isEqualTo(new WorkerPool.Stats(1, 1, 2));
        onLoop(() -> {
            first.cancel();
            return 1;
        });
        Promise<Integer> fourth = detach(pool, () -> 4);
        assertThat(fourth.isPending()).as("there is room again").isTrue();
        gate.open();
        assertThat(await(fourth)).isEqualTo(4);
    }

    @Test
    @Rule("T-2")
    void theLimitCanBeChanged() throws Exception {
        WorkerPool pool = open(WorkerPool.builder().bounds(0, 1).queueLimit(0));
        Gate gate = occupy(pool);
        assertRefused(detach(pool, () -> 1));

        pool.queueLimit(1);

        assertThat(pool.queueLimit()).isEqualTo(1);
        Promise<Integer> waiting = detach(pool, () -> 1);
        assertRefused(detach(pool, () -> 1));
        gate.open();
        assertThat(await(waiting)).isEqualTo(1);
        assertThatThrownBy(() -> pool.queueLimit(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("limit must not be negative, but is -1");
    }

    @Test
    @Rule("T-2")
    void aPoolThatIsToldToWaitRefusesNothing() throws Exception {
        WorkerPool pool =
                open(WorkerPool.builder().bounds(0, 1).queueLimit(2, WorkerPool.WhenFull.WAIT));
        Gate gate = occupy(pool);
        List<Promise<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            tasks.add(detach(pool, () -> number));
        }
        assertThat(pool.stats()).isEqualTo(new WorkerPool.Stats(1, 1, 2));
        onLoop(() -> {
            tasks.remove(4).cancel();
            return 1;
        });
        gate.open();
        assertThat(call(() -> Promise.all(tasks))).containsExactly(0, 1, 2, 3);
    }

    /* ---- T-3, U-9: threads ---- */

    @Test
    @Rule("T-3")
    void boundsThatMakeNoSenseAreRefused() {
        WorkerPool pool = pool(1, 2);
        assertThatThrownBy(() -> pool.bounds(-1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("0 <= min <= max must hold, but min is -1 and max is 2");
        assertThatThrownBy(() -> pool.bounds(3, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WorkerPool.builder().bounds(2, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(pool.bounds()).isEqualTo(new WorkerPool.Bounds(1, 2));
    }

    @Test
    @Rule("T-3")
    void theLeastNumberOfThreadsIsStartedAtOnce() throws Exception {
        WorkerPool pool = pool(2, 3);
        assertThat(pool.stats()).isEqualTo(new WorkerPool.Stats(2, 0, 0));
        pool.bounds(3, 5);
        assertThat(pool.stats()).isEqualTo(new WorkerPool.Stats(3, 0, 0));
        assertThat(await(detach(pool, () -> "works"))).isEqualTo("works");
        assertThat(pool.stats().threads()).isEqualTo(3);
    }

    @Test
    @Rule("T-3")
    void moreThreadsTakeThoseThatWait() throws Exception {
        WorkerPool pool = pool(0, 0);
        Promise<String> task = detach(pool, () -> "at last");
        assertThat(pool.stats()).isEqualTo(new WorkerPool.Stats(0, 0, 1));

        pool.bounds(0, 1);

        assertThat(await(task)).isEqualTo("at last");
    }

    @Test
    @Rule("T-3")
    void surplusThreadsEndAtOnceOrAfterTheirTask() throws Exception {
        WorkerPool pool = pool(3, 3);
        Gate one = occupy(pool);
        Gate two = occupy(pool);
        assertThat(pool.stats()).isEqualTo(new WorkerPool.Stats(3, 2, 0));

        pool.bounds(0, 1);

        assertThat(pool.stats()).as("the idle one").isEqualTo(new WorkerPool.Stats(2, 2, 0));
        Promise<String> next = detach(pool, () -> "next");
        one.open();
        two.open();
        assertThat(await(next)).isEqualTo("next");
        assertThat(pool.stats()).isEqualTo(new WorkerPool.Stats(1, 0, 0));
    }

    @Test
    @Rule({"U-9"})
    void threadsThatAreIdleForLongEndExceptTheLeastNumber() throws Exception {
        WorkerPool pool = open(WorkerPool.builder().bounds(1, 3).idleTimeout(Duration.ofNanos(1)));
        CyclicBarrier together = new CyclicBarrier(3);
        List<Promise<Thread>> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tasks.add(detach(pool, () -> {
                together.await();
                return Thread.currentThread();
            }));
        }
        List<Thread> threads = call(() -> Promise.all(tasks));
        assertThat(threads).doesNotHaveDuplicates();

        int ended = 0;
        while (ended < 2) {
            ended = (int) threads.stream().filter(thread -> !thread.isAlive()).count();
            Thread.onSpinWait();
        }

        assertThat(pool.stats()).isEqualTo(new WorkerPool.Stats(1, 0, 0));
        // When nobody has to stay the last one ends, too.
        pool.bounds(0, 3);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(pool.stats()).isEqualTo(new WorkerPool.Stats(0, 0, 0));
        assertThat(await(detach(pool, () -> "a new one"))).isEqualTo("a new one");
    }

    @Test
    @Rule({"U-9"})
    void noTaskEverRunsOnTheLoopHoweverFullThePoolIs() throws Exception {
        WorkerPool pool = open(WorkerPool.builder().bounds(0, 2).queueLimit(5));
        Queue<String> names = new ConcurrentLinkedQueue<>();
        onLoop(() -> {
            for (int i = 0; i < 50; i++) {
                pool.detach(() -> names.add(Thread.currentThread().getName()))
                        .onFailure(error ->
                                assertThat(error).isInstanceOf(RejectedExecutionException.class));
            }
            return 1;
        });
        assertThat(this.<Void>await(onLoop(pool::shutdown))).isNull();
        assertThat(names).isNotEmpty().doesNotContain("home");
    }

    @Test
    @Rule("Z-3")
    void aPoolOfOneHasAThreadToo() throws Exception {
        WorkerPool pool = pool(0, 1);
        Gate gate = new Gate();
        Promise<String> task = detach(pool, gate);
        gate.awaitEntered();
        assertThat(onLoop(() -> "not held up")).isEqualTo("not held up");
        gate.open();
        assertThat(await(task)).isEqualTo("through");
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void virtualThreadsAreRefusedWhereThereAreNone() {
        assertThatThrownBy(() -> WorkerPool.builder().virtualThreads(true).build())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("need JDK 21");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void aPoolMayUseVirtualThreads() throws Exception {
        WorkerPool pool = open(WorkerPool.builder()
                .name("light")
                .virtualThreads(true)
                .bounds(0, 1_000)
                .idleTimeout(Duration.ofNanos(1)));
        CyclicBarrier together = new CyclicBarrier(1_000);
        List<Promise<String>> tasks = onLoop(() -> {
            List<Promise<String>> all = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                all.add(pool.detach(() -> {
                    together.await();
                    return Thread.currentThread() + "";
                }));
            }
            return all;
        });
        assertThat(call(() -> Promise.all(tasks)))
                .hasSize(1_000)
                .allMatch(it -> it.startsWith("VirtualThread[") && it.contains("light-"));
    }

    /* ---- T-4, T-5: the way back ---- */

    @Test
    @Rule("T-4")
    void runInLoopRunsOnTheLoopAndBlocksTheWorkerUntilThePromiseIsResolved() throws Exception {
        WorkerPool pool = pool(0, 1);
        List<String> trace = new ArrayList<>();
        String value = call(() -> pool.detach(() -> {
            trace.add("worker");
            String result = WorkerPool.runInLoop(() -> {
                trace.add(Thread.currentThread().getName());
                return EventLoop.sleep(Duration.ofMillis(1)).map(done -> {
                    trace.add("slept");
                    return "result";
                });
            });
            trace.add("worker again");
            return result;
        }));
        assertThat(value).isEqualTo("result");
        assertThat(trace).containsExactly("worker", "home", "slept", "worker again");
    }

    @Test
    @Rule("T-4")
    void runInLoopThrowsTheVeryErrorOfThePromise() throws Exception {
        WorkerPool pool = pool(0, 1);
        IOException error = new IOException("of the promise");
        Callable<Object> viaPromise = () -> WorkerPool.runInLoop(() -> Promise.failed(error));
        Callable<Object> thrown = () -> WorkerPool.runInLoop(() -> {
            throw error;
        });
        Callable<Object> late = () -> WorkerPool.runInLoop(
                () -> EventLoop.pause().flatMap(done -> Promise.failed(error)));
        for (Callable<Object> body : List.of(viaPromise, thrown, late)) {
            assertThatThrownBy(() -> await(detach(pool, body))).isSameAs(error);
            assertThatThrownBy(() -> WorkerPool.runInLoop(loop, () -> Promise.failed(error)))
                    .isSameAs(error);
        }
        assertThatThrownBy(() -> WorkerPool.runInLoop(
                        loop, () -> Promise.failed(CanceledException.instance())))
                .isSameAs(CanceledException.instance());
    }

    @Test
    @Rule("T-4")
    void storageIsSeparateOnTheWorkerAndOnTheWayBack() throws Exception {
        WorkerPool pool = pool(0, 1);
        PromiseLocal<String> key = PromiseLocal.create();
        String seen = call(() -> key.with(
                "of the loop",
                () -> pool.detach(() -> key.get()
                                + key.with(
                                        "of the worker",
                                        () -> WorkerPool.runInLoop(() -> Promise.of("" + key.get()))
                                                + key.get()))
                        .map(value -> value + key.get())));
        assertThat(seen).isEqualTo("nullnullof the workerof the loop");
    }

    @Test
    @Rule("T-4")
    void aThreadOfNoPoolNamesTheLoop() throws Exception {
        assertThat((Object) WorkerPool.runInLoop(loop, () -> EventLoop.pause().map(done -> 1)))
                .isEqualTo(1);
        assertThatThrownBy(() -> WorkerPool.runInLoop(Promise::unit))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("runs no task of a worker pool")
                .hasMessageContaining("runInLoop(loop, ...)");
        assertThatThrownBy(() -> WorkerPool.runInLoopDontWait(Promise::unit, e -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("runInLoopDontWait(loop, ...)");
    }

    @Test
    @Rule("T-4")
    void anInterruptedWorkerCancelsThePromiseItWaitsFor() throws Exception {
        WorkerPool pool = pool(0, 1);
        CompletableFuture<Promise<Void>> handedOut = new CompletableFuture<>();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Promise<Integer> task = detachInterruptibly(pool, () -> {
            try {
                WorkerPool.runInLoop(() -> {
                    Promise<Void> sleep = EventLoop.sleep(LONG);
                    handedOut.complete(sleep);
                    return sleep;
                });
                return 1;
            } catch (InterruptedException e) {
                thrown.complete(e);
                throw e;
            }
        });
        Promise<Void> sleep = handedOut.get();
        loop.execute(task::cancel);
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        onLoop(() -> 1);
        assertThat(sleep.isCancelled()).isTrue();
    }

    @Test
    @Rule("T-4")
    void runInLoopDontWaitGivesFailuresToItsHandlerOnTheLoop() throws Exception {
        WorkerPool pool = pool(0, 1);
        CompletableFuture<String> heard = new CompletableFuture<>();
        CompletableFuture<String> other = new CompletableFuture<>();
        await(detach(pool, () -> {
            WorkerPool.runInLoopDontWait(
                    () -> EventLoop.pause().flatMap(done -> {
                        throw new IOException("late");
                    }),
                    error -> heard.complete(
                            error.getMessage() + " on " + Thread.currentThread().getName()));
            return 1;
        }));
        WorkerPool.runInLoopDontWait(
                loop,
                () -> {
                    throw new IOException("at once");
                },
                error -> other.complete(error.getMessage()));
        assertThat(heard.get()).isEqualTo("late on home");
        assertThat(other.get()).isEqualTo("at once");
    }

    @Test
    @Rule("T-5")
    void runInLoopRefusesToBlockALoop() throws Exception {
        try (EventLoop other = EventLoop.builder().name("other").start()) {
            List<Callable<Object>> ways = List.of(
                    () -> WorkerPool.runInLoop(Promise::unit),
                    () -> WorkerPool.runInLoop(loop, Promise::unit),
                    () -> WorkerPool.runInLoop(other, Promise::unit));
            for (Callable<Object> way : ways) {
                assertThatThrownBy(() -> onLoop(way))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("thread \"home\" runs a loop")
                        .hasMessageContaining("Promise.from(loop.submit(() -> ...))");
                assertThatThrownBy(() -> call(() -> Direct.spawn(way)))
                        .as("in a task of the loop")
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("runs a loop");
            }
        }
    }

    @Test
    @Rule("T-5")
    void aClosedLoopEndsTheWaiting() throws Exception {
        WorkerPool pool = pool(0, 1);
        EventLoop shortLived = EventLoop.builder().name("short-lived").start();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        CountDownLatch waiting = new CountDownLatch(1);
        shortLived.execute(() -> pool.detach(() -> {
            try {
                return WorkerPool.runInLoop(() -> {
                    waiting.countDown();
                    return Resolver.<Integer>uncancellable().promise();
                });
            } catch (Exception e) {
                thrown.complete(e);
                return 0;
            }
        }));
        waiting.await();

        shortLived.close();

        assertThat(thrown.get())
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("short-lived");
        assertThatThrownBy(() -> WorkerPool.runInLoop(shortLived, Promise::unit))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    @Rule("T-6")
    void aWorkerMayNotTouchPendingPromisesButResolveAndCancelThem() throws Exception {
        WorkerPool pool = pool(0, 1);
        Resolver<String> resolver = Resolver.cancellable(loop);
        Promise<Void> sleep = onLoop(() -> EventLoop.sleep(LONG));
        await(detach(pool, () -> {
            assertThatThrownBy(() -> resolver.promise().map(value -> 1))
                    .isInstanceOf(LoopThreadException.class)
                    .hasMessageContaining("loop.submit");
            assertThatThrownBy(EventLoop::pause).isInstanceOf(LoopThreadException.class);
            resolver.resolve("from the worker");
            sleep.cancel();
            return 1;
        }));
        assertThat(await(resolver.promise())).isEqualTo("from the worker");
        assertThat(sleep.isCancelled()).isTrue();
    }

    /* ---- Names ---- */

    @Test
    void aPoolIsFoundByItsNameUntilItIsClosed() {
        WorkerPool pool = WorkerPool.builder().name("cpu").build();
        assertThat(WorkerPool.named("cpu")).containsSame(pool);
        assertThat(pool).hasToString("worker pool \"cpu\"");
        assertThatThrownBy(() -> WorkerPool.builder().name("cpu").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is a worker pool \"cpu\" already");

        pool.close();

        assertThat(WorkerPool.named("cpu")).isEmpty();
        try (WorkerPool second = WorkerPool.builder().name("cpu").build()) {
            assertThat(WorkerPool.named("cpu")).containsSame(second);
        }
    }

    /* ---- The end ---- */

    @Test
    @Rule("U-10")
    void closingRejectsTasksThatWaitAndLetsOthersFinish() throws Exception {
        WorkerPool pool = pool(0, 1);
        Gate gate = new Gate();
        Promise<String> running = detach(pool, gate);
        gate.awaitEntered();
        Promise<Integer> waiting = detach(pool, () -> 1);
        Promise<Integer> interruptible = detachInterruptibly(pool, () -> 1);

        pool.close();
        pool.close();

        for (Promise<Integer> refused : List.of(waiting, interruptible, detach(pool, () -> 1))) {
            assertThatThrownBy(() -> await(refused))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("closed");
        }
        pool.bounds(5, 5);
        assertThat(pool.stats()).isEqualTo(new WorkerPool.Stats(1, 1, 0));
        gate.open();
        assertThat(await(running)).isEqualTo("through");
    }

    @Test
    void shutdownTellsWhenTheLastThreadHasGivenItsResult() throws Exception {
        WorkerPool pool = pool(2, 2);
        Gate gate = new Gate();
        Promise<String> running = detach(pool, gate);
        gate.awaitEntered();
        Promise<Void> end = onLoop(pool::shutdown);
        assertThat(onLoop(end::isPending)).isTrue();
        gate.open();
        boolean resultFirst = call(() -> end.map(done -> running.isFulfilled()));
        assertThat(resultFirst).isTrue();
        assertThat(pool.stats()).isEqualTo(new WorkerPool.Stats(0, 0, 0));
        assertThat(this.<Void>await(onLoop(pool::shutdown))).as("again").isNull();
    }

    @Test
    void theSharedPoolCannotBeClosed() throws Exception {
        assertThatThrownBy(() -> WorkerPool.shared().close())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> onLoop(WorkerPool.shared()::shutdown))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(await(detach(WorkerPool.shared(), () -> 1))).isEqualTo(1);
    }

    @Test
    void aResultForAClosedLoopIsDroppedAndAnErrorIsLogged() throws Exception {
        WorkerPool pool = pool(0, 2);
        IOException error = new IOException("too late");
        EventLoop shortLived = EventLoop.builder().start();
        Gate value = new Gate();
        Gate failure = new Gate();
        CompletableFuture<Thread> worker = new CompletableFuture<>();
        shortLived
                .submit(() -> {
                    pool.detach(value);
                    pool.detach(() -> {
                        worker.complete(Thread.currentThread());
                        failure.call();
                        throw error;
                    });
                    return Promise.unit();
                })
                .get();
        value.awaitEntered();
        failure.awaitEntered();
        shortLived.close();
        pool.bounds(0, 1);
        LogCapture.run(
                () -> {
                    // One of the two threads is too many.
                    failure.open();
                    worker.get().join();
                    value.open();
                },
                errors -> assertThat(errors).containsExactly(error));
        assertThat(await(detach(pool, () -> "goes on"))).isEqualTo("goes on");
    }

    /** Runs tasks of a loop that is closed meanwhile, and says what of their errors is logged. */
    private static List<Throwable> loggedErrors(List<Callable<Integer>> tasks) throws Exception {
        WorkerPool pool = WorkerPool.builder().bounds(0, tasks.size()).build();
        EventLoop shortLived = EventLoop.builder().name("short-lived").start();
        CountDownLatch begun = new CountDownLatch(tasks.size());
        CountDownLatch loopClosed = new CountDownLatch(1);
        shortLived
                .submit(() -> {
                    for (Callable<Integer> task : tasks) {
                        pool.detach(() -> {
                            begun.countDown();
                            loopClosed.await();
                            return task.call();
                        });
                    }
                    return Promise.unit();
                })
                .get();
        begun.await();
        shortLived.close();
        List<Throwable> logged = new ArrayList<>();
        LogCapture.run(
                () -> {
                    loopClosed.countDown();
                    EventLoop.run(pool::shutdown);
                },
                logged::addAll);
        return logged;
    }

    @Test
    void theErrorOfATaskWhoseLoopIsClosedIsLoggedWhateverItsType() throws Exception {
        List<Exception> errors = List.of(
                new RejectedExecutionException("another executor is full"),
                new CancellationException("another future"),
                new InterruptedException("thrown by the code itself"));
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (Exception error : errors) {
            tasks.add(() -> {
                throw error;
            });
        }
        assertThat(loggedErrors(tasks)).containsExactlyInAnyOrderElementsOf(errors);
    }

    @Test
    void whatJustFollowsFromTheEndOfALoopIsNotLogged() throws Exception {
        List<Callable<Integer>> tasks = List.of(() -> WorkerPool.runInLoop(() -> Promise.of(1)));
        assertThat(loggedErrors(tasks)).isEmpty();
    }

    @Test
    void aHostThatFailsKeepsNobodyElseFromHearingOfTheEnd() throws Exception {
        WorkerPool pool = pool(0, 1);
        Gate gate = occupy(pool);
        ManualHost.run(host -> {
            EventLoop hosted = host.loop("hosted");
            hosted.execute(pool::shutdown);
            host.runTasks();
            Promise<Void> end = onLoop(pool::shutdown);

            host.refuse(new IllegalStateException("the host has ended"));
            gate.open();

            assertThat(this.<Void>await(end)).isNull();
        });
    }

    @Test
    void aResultThatCannotBeGivenToItsLoopDoesNotEndTheWorker() throws Exception {
        WorkerPool pool = pool(0, 1);
        Error error = new NoClassDefFoundError("made up");
        ManualHost.run(host -> {
            EventLoop hosted = host.loop("hosted");
            Gate gate = new Gate();
            hosted.execute(() -> pool.detach(gate));
            host.runTasks();
            gate.awaitEntered();
            host.refuse(error);
            Promise<String> next = detach(pool, () -> "goes on");
            LogCapture.run(
                    () -> {
                        gate.open();
                        assertThat(await(next)).isEqualTo("goes on");
                    },
                    errors -> assertThat(errors).containsExactly(error));
        });
    }

    @Test
    void aClosedLoopDetachesNothing() throws Exception {
        AtomicReference<Promise<Integer>> refused = new AtomicReference<>();
        EventLoop shortLived = EventLoop.builder().start();
        shortLived
                .submit(() -> {
                    EventLoop.sleep(LONG)
                            .onCancel(() -> refused.set(WorkerPool.shared().detach(() -> 1)));
                    return Promise.unit();
                })
                .get();
        shortLived.close();
        assertRefused(refused.get());
    }

    @Test
    void nullsAndNonsenseAreRefused() {
        WorkerPool.Builder builder = WorkerPool.builder();
        assertThatThrownBy(() -> WorkerPool.shared().detach(null)).hasMessage("body");
        assertThatThrownBy(() -> WorkerPool.runInLoop(null, Promise::unit)).hasMessage("loop");
        assertThatThrownBy(() -> WorkerPool.runInLoopDontWait(loop, Promise::unit, null))
                .hasMessage("onError");
        assertThatThrownBy(() -> WorkerPool.named(null)).hasMessage("name");
        assertThatThrownBy(() -> builder.queueLimit(1, null)).hasMessage("whenFull");
        assertThatThrownBy(() -> builder.idleTimeout(null)).hasMessage("timeout");
        assertThatThrownBy(() -> builder.idleTimeout(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        CheckedFunction<Integer, WorkerPool.Builder> limit = builder::queueLimit;
        assertThatThrownBy(() -> limit.apply(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
