package io.lwt4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.engine.Engine;
import io.lwt4j.engine.Host;
import io.lwt4j.engine.NioEngine;
import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Loops in the background and on hosts, threads, fairness, and the end of a loop. */
class EventLoopTest {

    private final List<Object> log = new ArrayList<>();

    /* ---- Threads ---- */

    @Test
    void submitRunsOnTheLoopAndCancelsBack() throws Exception {
        try (EventLoop loop = EventLoop.builder().name("worker").start()) {
            assertThat(loop.submit(() -> Promise.of(Thread.currentThread().getName()))
                            .get())
                    .isEqualTo("worker");
            CompletableFuture<Promise<Void>> handedOut = new CompletableFuture<>();
            CompletableFuture<Void> future = loop.submit(() -> {
                Promise<Void> sleep = EventLoop.sleep(Duration.ofDays(1));
                handedOut.complete(sleep);
                return sleep;
            });
            Promise<Void> sleep = handedOut.get();
            future.cancel(true);
            loop.submit(Promise::unit).get();
            assertThat(sleep.isCancelled()).isTrue();
        }
    }

    @Test
    void aPendingPromiseRefusesCallbacksFromAnotherThread() throws Exception {
        try (EventLoop loop = EventLoop.builder().name("home").start()) {
            Promise<Integer> promise = Resolver.<Integer>cancellable(loop).promise();
            Promise<Integer> resolved = Promise.of(1);
            assertThatThrownBy(() -> promise.map(x -> x))
                    .isInstanceOf(LoopThreadException.class)
                    .hasMessageContaining("map")
                    .hasMessageContaining("home")
                    .hasMessageContaining(Thread.currentThread().getName())
                    .hasMessageContaining("loop.submit");
            assertThatThrownBy(() -> promise.flatMap(x -> resolved))
                    .isInstanceOf(LoopThreadException.class);
            assertThatThrownBy(() -> promise.recover(x -> resolved))
                    .isInstanceOf(LoopThreadException.class);
            assertThatThrownBy(() -> promise.onCancel(() -> {}))
                    .isInstanceOf(LoopThreadException.class);
            assertThatThrownBy(() -> promise.onSuccess(x -> {}))
                    .isInstanceOf(LoopThreadException.class);
            assertThatThrownBy(promise::shielded).isInstanceOf(LoopThreadException.class);
            assertThatThrownBy(promise::uncancellable).isInstanceOf(LoopThreadException.class);
            assertThatThrownBy(promise::cancellableView).isInstanceOf(LoopThreadException.class);
            assertThatThrownBy(() -> Promise.all(resolved, promise))
                    .isInstanceOf(LoopThreadException.class);
            assertThatThrownBy(() -> Promise.pick(promise)).isInstanceOf(LoopThreadException.class);
            assertThatThrownBy(EventLoop::pause)
                    .isInstanceOf(LoopThreadException.class)
                    .hasMessageContaining("runs no event loop");
            assertThat(promise.isPending()).isTrue();
            assertThat(((Pending<Integer>) promise).state).isSameAs(Cell.NONE);
        }
    }

    @Test
    void aCallbackMayNotReturnAPendingPromiseOfAnotherLoop() throws Exception {
        try (EventLoop other = EventLoop.builder().name("other").start()) {
            Promise<Integer> stranger = Resolver.<Integer>cancellable(other).promise();
            assertThatThrownBy(() -> EventLoop.run(() -> EventLoop.pause().flatMap(x -> stranger)))
                    .isInstanceOf(LoopThreadException.class)
                    .hasMessageContaining("other");
        }
    }

    @Test
    void tasksOfOneThreadRunInTheirOrder() throws Exception {
        try (EventLoop loop = EventLoop.builder().start()) {
            for (int i = 0; i < 10_000; i++) {
                int number = i;
                loop.execute(() -> log.add(number));
            }
            loop.submit(Promise::unit).get();
        }
        assertThat(log).hasSize(10_000).isSortedAccordingTo((a, b) -> (int) a - (int) b);
    }

    @Test
    void errorsOfTasksReachTheHandlerAndTheLoopGoesOn() throws Exception {
        CompletableFuture<Throwable> reported = new CompletableFuture<>();
        try (EventLoop loop =
                EventLoop.builder().uncaughtHandler(reported::complete).start()) {
            loop.execute(() -> {
                throw new IllegalStateException("task failed");
            });
            assertThat(reported.get()).hasMessage("task failed");
            assertThat((Object) loop.submit(() -> Promise.of(1)).get()).isEqualTo(1);
        }
    }

    @Test
    void aFatalErrorOnABackgroundLoopIsReportedAndTheLoopGoesOn() throws Exception {
        CompletableFuture<Throwable> reported = new CompletableFuture<>();
        try (EventLoop loop =
                EventLoop.builder().uncaughtHandler(reported::complete).start()) {
            loop.execute(() -> {
                throw new NoClassDefFoundError("made up");
            });
            assertThat(reported.get()).isInstanceOf(NoClassDefFoundError.class);
            assertThat((Object) loop.submit(() -> Promise.of(1)).get()).isEqualTo(1);
        }
    }

    @Test
    void severalLoopsRunSideBySideAndHandValuesOver() throws Exception {
        try (EventLoop one = EventLoop.builder().start();
                EventLoop two = EventLoop.builder().start()) {
            CompletableFuture<Integer> sum = one.submit(() -> Promise.from(
                            two.submit(() -> EventLoop.pause().map(x -> 20)))
                    .map(x -> x + 1));
            assertThat(sum.get()).isEqualTo(21);
        }
    }

    @Test
    @Rule("U-11")
    void manyThreadsPostToOneLoopAndNothingIsLost() throws Exception {
        int threads = 4;
        int posts = 50_000;
        AtomicInteger plain = new AtomicInteger();
        try (EventLoop loop = EventLoop.builder().start()) {
            List<Thread> posters = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                Thread poster = new Thread(() -> {
                    for (int i = 0; i < posts; i++) {
                        // Only the loop's thread writes, so no update can be lost.
                        loop.execute(() -> plain.setPlain(plain.getPlain() + 1));
                    }
                });
                posters.add(poster);
                poster.start();
            }
            for (Thread poster : posters) {
                poster.join();
            }
            loop.submit(Promise::unit).get();
            assertThat(plain.get()).isEqualTo(threads * posts);
        }
    }

    /* ---- Fairness ---- */

    @Test
    void aLoopOfPausesStarvesNeitherTimersNorChannelsNorTasks() throws Exception {
        AtomicReference<Boolean> stop = new AtomicReference<>(false);
        everythingGetsItsTurn(() -> pauseUntil(stop), stop);
    }

    private static Promise<Void> pauseUntil(AtomicReference<Boolean> stop) {
        return stop.get() ? Promise.unit() : EventLoop.pause().flatMap(x -> pauseUntil(stop));
    }

    @Test
    void aFloodOfTasksStarvesNeitherTimersNorChannelsNorPauses() throws Exception {
        AtomicReference<Boolean> stop = new AtomicReference<>(false);
        everythingGetsItsTurn(
                () -> {
                    EventLoop loop = EventLoop.current();
                    for (int i = 0; i < 1_000; i++) {
                        flood(loop, stop);
                    }
                    return Promise.unit();
                },
                stop);
    }

    private static void flood(EventLoop loop, AtomicReference<Boolean> stop) {
        loop.execute(() -> {
            if (!stop.get()) {
                flood(loop, stop);
            }
        });
    }

    private static void everythingGetsItsTurn(
            java.util.concurrent.Callable<Promise<Void>> load, AtomicReference<Boolean> stop)
            throws Exception {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        NioEngine engine = new NioEngine();
        try (EventLoop loop = EventLoop.builder().engine(engine).build()) {
            loop.runUntilComplete(() -> {
                Promise<Void> loaded = load.call();
                Resolver<Void> readable = Resolver.uncancellable();
                engine.register(pipe.source(), new Once(readable)).interest(SelectionKey.OP_READ);
                pipe.sink().write(ByteBuffer.allocate(1));
                Resolver<Void> remote = Resolver.uncancellable();
                new Thread(() -> remote.resolve(null)).start();
                Promise<?> everything = Promise.join(
                        EventLoop.sleep(Duration.ofMillis(1)),
                        readable.promise(),
                        remote.promise(),
                        EventLoop.pause());
                return everything.flatMap(x -> {
                    stop.set(true);
                    return loaded;
                });
            });
        }
        pipe.sink().close();
        pipe.source().close();
    }

    private record Once(Resolver<Void> resolver) implements io.lwt4j.engine.Engine.Handler {
        @Override
        public void ready(int readyOps) {
            resolver.tryResolve(null);
        }

        @Override
        public void closed() {}
    }

    /* ---- Hosts ---- */

    @Test
    void aLoopLivesOnAPinnedHost() throws Exception {
        Thread[] thread = new Thread[1];
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
            thread[0] = new Thread(task, "host");
            return thread[0];
        });
        Host host = Host.of(executor, () -> Thread.currentThread() == thread[0]);
        EventLoop loop = EventLoop.builder().host(host).build();
        assertThat(loop.isCurrent()).isFalse();
        String where = loop.submit(() -> EventLoop.sleep(Duration.ofMillis(1))
                        .flatMap(x -> EventLoop.pause())
                        .map(x -> Thread.currentThread().getName()))
                .get();
        assertThat(where).isEqualTo("host");
        // Code of the host itself is on the loop, too.
        CompletableFuture<Integer> outside = new CompletableFuture<>();
        executor.execute(() -> {
            assertThat(loop.isCurrent()).isTrue();
            Promise<Void> sleep = EventLoop.sleep(Duration.ofMillis(1));
            sleep.flatMap(x -> EventLoop.pause()).onSuccess(x -> outside.complete(5));
        });
        assertThat(outside.get()).isEqualTo(5);
        loop.close();
        executor.shutdown();
        assertThatThrownBy(() -> EventLoop.builder().host(host).start())
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aLoopLivesOnAnExecutorThatChangesThreads() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(3);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        EventLoop loop = EventLoop.builder()
                .host(Host.of(new OneByOne(pool), () -> false, timer))
                .build();
        assertThat((Object) loop.submit(() -> hops(2_000)).get()).isEqualTo(2_000);
        CompletableFuture<Boolean> inside = new CompletableFuture<>();
        loop.execute(() -> inside.complete(loop.isCurrent()));
        assertThat(inside.get()).isTrue();
        assertThat(loop.isCurrent()).isFalse();
        pool.shutdown();
        timer.shutdown();
    }

    private static Promise<Integer> hops(int count) {
        Promise<Void> hop = count % 100 == 0 ? EventLoop.sleep(Duration.ZERO) : EventLoop.pause();
        return count == 0 ? Promise.of(0) : hop.flatMap(x -> hops(count - 1)).map(n -> n + 1);
    }

    /** Runs tasks of one queue on whatever thread the pool has, never two at once. */
    private static final class OneByOne implements java.util.concurrent.Executor {
        private final ExecutorService pool;
        private final java.util.ArrayDeque<Runnable> queue = new java.util.ArrayDeque<>();
        private boolean busy;

        OneByOne(ExecutorService pool) {
            this.pool = pool;
        }

        @Override
        public synchronized void execute(Runnable task) {
            queue.add(task);
            if (!busy) {
                busy = true;
                pool.execute(this::next);
            }
        }

        private void next() {
            Runnable task;
            synchronized (this) {
                task = queue.poll();
                if (task == null) {
                    busy = false;
                    return;
                }
            }
            task.run();
            pool.execute(this::next);
        }
    }

    @Test
    void twoLoopsShareAPinnedHost() throws Exception {
        Thread[] thread = new Thread[1];
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
            thread[0] = new Thread(task, "host");
            return thread[0];
        });
        Host host = Host.of(executor, () -> Thread.currentThread() == thread[0]);
        EventLoop one = EventLoop.builder().host(host).build();
        EventLoop two = EventLoop.builder().host(host).build();
        CompletableFuture<Integer> first = one.submit(() -> hops(500));
        CompletableFuture<Integer> second = two.submit(() -> hops(500));
        assertThat((Object) first.get()).isEqualTo(500);
        assertThat((Object) second.get()).isEqualTo(500);
        executor.shutdown();
    }

    /* ---- The end ---- */

    @Test
    void closingTellsPendingWorkAndEndsTheThread() throws Exception {
        EventLoop loop = EventLoop.builder().start();
        CompletableFuture<Void> sleeping = loop.submit(() -> EventLoop.sleep(Duration.ofDays(1)));
        CountDownLatch asleep = new CountDownLatch(1);
        loop.execute(asleep::countDown);
        // A task that is only run as the loop closes finds that no sleep is accepted any more.
        asleep.await();
        CountDownLatch ran = new CountDownLatch(1);
        loop.execute(ran::countDown);
        loop.close();
        assertThat(ran.getCount()).isZero();
        assertThat(sleeping.isCancelled()).isTrue();
        assertThat(loop.isClosed()).isTrue();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t instanceof LoopThread l && l.core == loop);
        assertThatThrownBy(() -> loop.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("is closed");
        assertThatThrownBy(() -> loop.submit(Promise::unit))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> loop.runUntilComplete(Promise::unit))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void closingWhileTheLoopIsAboutToWaitWakesIt() throws Exception {
        for (int round = 0; round < 200; round++) {
            EventLoop loop = EventLoop.builder().start();
            CountDownLatch ran = new CountDownLatch(1);
            loop.execute(ran::countDown);
            ran.await();
            loop.close();
            assertThat(loop.isClosed()).isTrue();
        }
    }

    @Test
    void aLoopThatRunsHereCannotBeClosedByItsOwnCallback() throws Exception {
        EventLoop loop = EventLoop.builder().build();
        loop.runUntilComplete(() -> {
            assertThatThrownBy(loop::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("cannot be closed by a callback");
            return EventLoop.pause();
        });
        assertThat(loop.isClosed()).isFalse();
        loop.close();
        assertThat(loop.isClosed()).isTrue();
    }

    @Test
    void aHostedLoopClosesOnItsHostAfterItsExitHooks() throws Exception {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
        EventLoop loop =
                EventLoop.builder().host(Host.of(executor, () -> false)).build();
        CompletableFuture<String> hook = new CompletableFuture<>();
        loop.submit(() -> {
                    loop.exitHooks()
                            .addFirst(() -> EventLoop.sleep(Duration.ofMillis(1))
                                    .onSuccess(x -> hook.complete("ran")));
                    return Promise.unit();
                })
                .get();
        CompletableFuture<Void> sleeping = loop.submit(() -> EventLoop.sleep(Duration.ofDays(1)));
        loop.close();
        assertThat(hook.get()).isEqualTo("ran");
        assertThatThrownBy(sleeping::get)
                .isInstanceOf(java.util.concurrent.CancellationException.class);
        executor.submit(() -> {}).get();
        assertThat(loop.isClosed()).isTrue();
        executor.shutdown();
    }

    @Test
    void postsWhileALoopClosesEitherRunOrAreRefused() throws Exception {
        for (int round = 0; round < 50; round++) {
            AtomicInteger dropped = new AtomicInteger();
            AtomicInteger ran = new AtomicInteger();
            AtomicInteger accepted = new AtomicInteger();
            EventLoop loop = EventLoop.builder().start();
            CountDownLatch started = new CountDownLatch(2);
            Runnable flood = () -> {
                started.countDown();
                try {
                    for (int i = 0; i < 100_000; i++) {
                        loop.execute(ran::incrementAndGet);
                        accepted.incrementAndGet();
                    }
                } catch (RejectedExecutionException closed) {
                    dropped.incrementAndGet();
                }
            };
            Thread one = new Thread(flood);
            Thread two = new Thread(flood);
            one.start();
            two.start();
            started.await();
            loop.close();
            one.join();
            two.join();
            // A post that races with the end may be dropped, with a report, but is never run twice.
            assertThat(ran.get()).isLessThanOrEqualTo(accepted.get() + 2);
            assertThat(loop.isClosed()).isTrue();
        }
    }

    @Test
    void closingFailsTheFuturesOfPromisesThatStayPending() throws Exception {
        EventLoop loop = EventLoop.builder().name("ended").start();
        CompletableFuture<Void> future =
                loop.submit(() -> Resolver.<Void>uncancellable().promise());
        loop.submit(Promise::unit).get();
        loop.close();
        assertThatThrownBy(future::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("ended");
    }

    @Test
    void aFatalErrorOfASubmittedBodyFailsTheFutureAndReachesTheHandler() throws Exception {
        CompletableFuture<Throwable> reported = new CompletableFuture<>();
        try (EventLoop loop =
                EventLoop.builder().uncaughtHandler(reported::complete).start()) {
            CompletableFuture<Void> future = loop.submit(() -> {
                throw new NoClassDefFoundError("made up");
            });
            assertThatThrownBy(future::get).cause().isInstanceOf(NoClassDefFoundError.class);
            assertThat(reported.get()).isInstanceOf(NoClassDefFoundError.class);
        }
    }

    @Test
    void theErrorOfASubmittedBodyComesOutOfTheFuture() throws Exception {
        try (EventLoop loop = EventLoop.builder().start()) {
            CompletableFuture<Void> future = loop.submit(() -> {
                throw new java.io.IOException("as it was");
            });
            assertThatThrownBy(future::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(java.io.IOException.class)
                    .hasMessage("as it was");
        }
    }

    @Test
    void anErrorThatComesAfterTheFutureWasCancelledReachesTheHandler() throws Exception {
        Queue<Throwable> handled = new ConcurrentLinkedQueue<>();
        Exception late = new Exception("late");
        try (EventLoop loop = EventLoop.builder().uncaughtHandler(handled::add).start()) {
            CountDownLatch cleanedUp = new CountDownLatch(1);
            CompletableFuture<Void> future =
                    loop.submit(() -> EventLoop.sleep(Duration.ofDays(1)).eventually(() -> {
                        cleanedUp.countDown();
                        return EventLoop.pause().flatMap(done -> Promise.failed(late));
                    }));
            loop.submit(Promise::unit).get();
            future.cancel(true);
            cleanedUp.await();
            while (handled.isEmpty()) {
                // It is told when the rejection, at which nobody can look, is collected.
                System.gc();
                loop.submit(Promise::unit).get();
            }
        }
        assertThat(handled).containsExactly(late);
    }

    @Test
    void anExitHookThatReturnsAPromiseOfAnotherLoopHasFailedAndTheLoopCloses() throws Exception {
        List<Throwable> handled = new ArrayList<>();
        EventLoop loop = EventLoop.builder().uncaughtHandler(handled::add).build();
        try (EventLoop other = EventLoop.builder().name("other").start()) {
            Promise<Integer> stranger = Resolver.<Integer>cancellable(other).promise();
            loop.exitHooks().addLast(() -> stranger);
            loop.exitHooks().addLast(() -> {
                log.add("the next one");
                return Promise.unit();
            });
            loop.close();
        }
        assertThat(loop.isClosed()).isTrue();
        assertThat(log).containsExactly("the next one");
        assertThat(handled).singleElement().isInstanceOf(LoopThreadException.class);
    }

    @Test
    void anEngineThatFailsToCloseKeepsNothingElseFromEnding() throws Exception {
        List<Throwable> handled = new ArrayList<>();
        RuntimeException error = new IllegalStateException("cannot close");
        EventLoop loop = EventLoop.builder()
                .engine(new StubbornEngine(error))
                .uncaughtHandler(handled::add)
                .build();
        loop.runUntilComplete(() -> {
            loop.attachment(AutoCloseable.class, () -> () -> log.add("attachment closed"));
            return Promise.unit();
        });
        CompletableFuture<Void> pending =
                loop.submit(() -> Resolver.<Void>uncancellable().promise());

        loop.close();

        assertThat(handled).containsExactly(error);
        assertThat(log).containsExactly("attachment closed");
        assertThatThrownBy(pending::get).cause().isInstanceOf(RejectedExecutionException.class);
    }

    /** Waits for nothing, and fails when it is closed. */
    private record StubbornEngine(RuntimeException error) implements Engine {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void await(long timeoutNanos) {}

        @Override
        public void wakeup() {}

        @Override
        public int channelCount() {
            return 0;
        }

        @Override
        public Registration register(SelectableChannel channel, Handler handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            throw error;
        }
    }

    @Test
    void aTaskThatAFatalErrorAtTheEndKeepsFromRunningFailsItsFuture() throws Exception {
        Error fatal = new NoClassDefFoundError("made up");
        EventLoop loop = EventLoop.builder().build();
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        loop.runUntilComplete(() -> {
            loop.exitHooks().addLast(() -> {
                loop.execute(() -> {
                    throw fatal;
                });
                futures.add(loop.submit(Promise::unit));
                return Promise.unit();
            });
            return Promise.unit();
        });

        assertThatThrownBy(loop::close).isSameAs(fatal);

        assertThat(loop.isClosed()).isTrue();
        assertThatThrownBy(futures.get(0)::get)
                .cause()
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aTimerBelongsToItsLoopAlsoWhenAnotherOneOnTheSameThreadHasItsTurn() throws Exception {
        ManualHost.run(host -> {
            EventLoop one = host.loop("one");
            EventLoop two = host.loop("two");
            one.execute(() -> log.add(two.timer(Duration.ofMillis(1))));
            host.runTasks();
            one.close();
            host.pass(Duration.ofMillis(1));
            assertThat(((Promise<?>) log.get(0)).isFulfilled()).isTrue();
            two.close();
            host.runTasks();
        });
        try (EventLoop loop = EventLoop.builder().start()) {
            assertThatThrownBy(() -> loop.timer(Duration.ofMillis(1)))
                    .isInstanceOf(LoopThreadException.class);
            assertThatThrownBy(() -> loop.timer(null)).hasMessage("duration");
        }
    }

    /* ---- Virtual time ---- */

    @Test
    void virtualTimeSaysSoWhenNothingCanHappenAnyMore() {
        EventLoop loop = EventLoop.builder()
                .engine(new VirtualTimeEngine(Duration.ofMillis(1)))
                .build();
        assertThatThrownBy(() ->
                        loop.runUntilComplete(() -> Resolver.<Void>cancellable().promise()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("can never happen");
    }

    @Test
    void virtualTimeWaitsForOtherThreads() throws Exception {
        EventLoop loop = EventLoop.builder().engine(new VirtualTimeEngine()).build();
        Object value = loop.runUntilComplete(() -> {
            Resolver<String> resolver = Resolver.cancellable();
            new Thread(() -> resolver.resolve("from afar")).start();
            return resolver.promise();
        });
        assertThat(value).isEqualTo("from afar");
    }

    @Test
    void anExitHookThatIsAddedBehindTheLastOneRunsToo() {
        EventLoop loop = EventLoop.builder().build();
        loop.exitHooks().addLast(() -> {
            Resolver<String> last = Resolver.cancellable();
            loop.execute(() -> last.resolve("done"));
            // The hook has ended by then, but the loop has not noticed.
            loop.execute(() -> loop.exitHooks().addLast(() -> {
                log.add("behind");
                return Promise.unit();
            }));
            return last.promise().onSuccess(log::add);
        });
        loop.close();
        assertThat(log).containsExactly("done", "behind");
    }

    @Test
    void manyHooksLeaveInAnyOrder() {
        EventLoop loop = EventLoop.builder().build();
        List<Hooks.Registration> registrations = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            registrations.add(loop.exitHooks().addLast(Promise::unit));
        }
        loop.exitHooks().addFirst(() -> {
            log.add("stays");
            return Promise.unit();
        });
        for (int i = registrations.size() - 1; i >= 0; i--) {
            registrations.get(i).close();
            registrations.get(i).close();
        }
        loop.close();
        assertThat(log).containsExactly("stays");
    }
}
