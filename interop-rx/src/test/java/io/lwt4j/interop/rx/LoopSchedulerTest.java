package io.lwt4j.interop.rx;

import static io.lwt4j.interop.rx.VirtualLoop.elsewhere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.observers.TestObserver;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.schedulers.TestScheduler;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

class LoopSchedulerTest {

    @RegisterExtension
    final RxErrors late = new RxErrors();

    private final List<Object> log = new ArrayList<>();

    /* ---- A loop as a scheduler ---- */

    @Test
    void tasksRunOnTheLoopInOrder() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Scheduler.Worker worker = LoopScheduler.of(EventLoop.current()).createWorker();
            elsewhere(() -> {
                worker.schedule(() -> log.add(EventLoop.isLoopThread()));
                worker.schedule(() -> log.add(2));
                worker.schedule(() -> log.add(3));
            });
            assertThat(log).isEmpty();
            return EventLoop.pause().map(turn -> {
                assertThat(log).containsExactly(true, 2, 3);
                return true;
            });
        });
    }

    @Test
    void delaysFollowTheClockOfTheLoop() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Scheduler scheduler = LoopScheduler.of(EventLoop.current());
            long begin = scheduler.now(TimeUnit.SECONDS);
            TestObserver<Long> timer =
                    Single.timer(2, TimeUnit.HOURS, scheduler).test();
            TestObserver<Long> interval =
                    Observable.interval(1, 1, TimeUnit.HOURS, scheduler).take(3).test();
            elsewhere(() -> scheduler.scheduleDirect(
                    () -> log.add(scheduler.now(TimeUnit.SECONDS) - begin), 1, TimeUnit.HOURS));
            return EventLoop.sleep(Duration.ofHours(4)).map(slept -> {
                timer.assertResult(0L);
                interval.assertResult(0L, 1L, 2L);
                assertThat(log).containsExactly(3600L);
                return true;
            });
        });
    }

    @Test
    void aTaskOrAWorkerThatIsDisposedOfRunsNoMore() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Scheduler scheduler = LoopScheduler.of(EventLoop.current());
            Scheduler.Worker worker = scheduler.createWorker();
            Disposable now = worker.schedule(() -> log.add("now"));
            Disposable later = worker.schedule(() -> log.add("later"), 1, TimeUnit.SECONDS);
            Disposable direct =
                    scheduler.scheduleDirect(() -> log.add("direct"), 1, TimeUnit.SECONDS);
            Disposable often =
                    worker.schedulePeriodically(() -> log.add("often"), 1, 1, TimeUnit.SECONDS);
            assertThat(now.isDisposed()).isFalse();
            elsewhere(worker::dispose);
            direct.dispose();
            assertThat(List.of(now, later, direct, often)).allMatch(Disposable::isDisposed);
            assertThat(worker.schedule(() -> log.add("too late")).isDisposed()).isTrue();
            scheduler.shutdown();
            return EventLoop.sleep(Duration.ofMinutes(1)).map(slept -> {
                assertThat(log).isEmpty();
                assertThat(EventLoop.current().isClosed()).isFalse();
                return true;
            });
        });
    }

    @Test
    void aPeriodicTaskMayDisposeOfItself() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Scheduler scheduler = LoopScheduler.of(EventLoop.current());
            Disposable[] task = {null};
            task[0] = scheduler.schedulePeriodicallyDirect(
                    () -> {
                        log.add("run");
                        if (log.size() == 3) {
                            task[0].dispose();
                        }
                    },
                    0,
                    1,
                    TimeUnit.SECONDS);
            return EventLoop.sleep(Duration.ofMinutes(1)).map(slept -> {
                assertThat(log).hasSize(3);
                return true;
            });
        });
    }

    @Test
    void eachTaskIsDecoratedOnce() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Scheduler scheduler = LoopScheduler.of(EventLoop.current());
            AtomicInteger decorated = new AtomicInteger();
            RxJavaPlugins.setScheduleHandler(task -> {
                decorated.incrementAndGet();
                return task;
            });
            scheduler.scheduleDirect(() -> log.add(1));
            scheduler.scheduleDirect(() -> log.add(2), 1, TimeUnit.SECONDS);
            scheduler.createWorker().schedule(() -> log.add(3));
            Disposable direct =
                    scheduler.schedulePeriodicallyDirect(() -> log.add(4), 1, 10, TimeUnit.SECONDS);
            Disposable periodic = scheduler
                    .createWorker()
                    .schedulePeriodically(() -> log.add(5), 1, 10, TimeUnit.SECONDS);
            return EventLoop.sleep(Duration.ofSeconds(15)).map(slept -> {
                direct.dispose();
                periodic.dispose();
                assertThat(decorated).hasValue(5);
                assertThat(log).hasSize(7);
                return true;
            });
        });
    }

    @Test
    void whatATaskThrowsIsReportedAndTheLoopGoesOn() throws Exception {
        VirtualLoop.runAsync(loop -> {
            IllegalStateException thrown = new IllegalStateException("thrown");
            LoopScheduler.of(EventLoop.current()).scheduleDirect(() -> {
                throw thrown;
            });
            return EventLoop.pause().map(turn -> {
                assertThat(late.take()).containsExactly(thrown);
                return true;
            });
        });
    }

    @Test
    void aLoopThatIsClosedTakesNoTasks() throws Exception {
        Scheduler scheduler =
                VirtualLoop.onLoopThatCloses(() -> LoopScheduler.of(EventLoop.current()));
        Disposable direct = scheduler.scheduleDirect(() -> log.add("ran"));
        Disposable later =
                scheduler.createWorker().schedule(() -> log.add("ran"), 1, TimeUnit.SECONDS);
        assertThat(direct.isDisposed()).isTrue();
        assertThat(later.isDisposed()).isTrue();
        assertThat(late.take())
                .hasSize(2)
                .allMatch(error -> error instanceof RejectedExecutionException);
        assertThat(log).isEmpty();
    }

    @Test
    void promiseLocalValuesComeAlong() throws Exception {
        VirtualLoop.runAsync(loop -> {
            PromiseLocal<String> key = PromiseLocal.create();
            Scheduler scheduler = LoopScheduler.of(EventLoop.current());
            key.with("value", () -> {
                scheduler.scheduleDirect(() -> log.add(key.get()));
                return scheduler.scheduleDirect(() -> log.add(key.get()), 1, TimeUnit.SECONDS);
            });
            return EventLoop.sleep(Duration.ofSeconds(2)).map(slept -> {
                assertThat(log).containsExactly("value", "value");
                return true;
            });
        });
    }

    @Test
    void observeOnBringsElementsToTheLoop() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Single<Boolean> there = Observable.range(1, 1000)
                    .subscribeOn(Schedulers.computation())
                    .observeOn(LoopScheduler.of(EventLoop.current()))
                    .all(n -> EventLoop.isLoopThread());
            return RxJava3Bridge.toPromise(there).map(all -> {
                assertThat(all).isTrue();
                return true;
            });
        });
    }

    /* ---- A scheduler as the host of a loop ---- */

    @Test
    void aTestSchedulerDrivesTheSleepsOfALoop() {
        TestScheduler scheduler = new TestScheduler();
        EventLoop loop = EventLoop.builder().host(LoopScheduler.host(scheduler)).build();
        CompletableFuture<String> future =
                loop.submit(() -> EventLoop.sleep(Duration.ofHours(1)).map(slept -> "slept"));
        scheduler.advanceTimeBy(59, TimeUnit.MINUTES);
        assertThat(future).isNotDone();
        scheduler.advanceTimeBy(1, TimeUnit.MINUTES);
        assertThat(future).isCompletedWithValue("slept");
        loop.close();
        scheduler.triggerActions();
        assertThat(loop.isClosed()).isTrue();
        assertThat(EventLoop.isLoopThread()).isFalse();
    }

    @Test
    void aTestSchedulerDrivesBothSidesOfTheBridge() {
        TestScheduler scheduler = new TestScheduler();
        EventLoop loop = EventLoop.builder().host(LoopScheduler.host(scheduler)).build();
        Single<String> slept = RxJava3Bridge.deferSingle(
                loop, () -> EventLoop.sleep(Duration.ofSeconds(2)).map(done -> "slept"));
        TestObserver<String> slow = slept.timeout(
                        1, TimeUnit.SECONDS, scheduler, Single.just("timeout"))
                .test();
        TestObserver<String> fast = slept.timeout(
                        3, TimeUnit.SECONDS, scheduler, Single.just("timeout"))
                .test();
        scheduler.advanceTimeBy(5, TimeUnit.SECONDS);
        slow.assertResult("timeout");
        fast.assertResult("slept");
        loop.close();
        scheduler.triggerActions();
    }

    @Test
    void aLoopMayLiveOnASchedulerOfManyThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            EventLoop loop = EventLoop.builder()
                    .host(LoopScheduler.host(Schedulers.from(threads)))
                    .build();
            int[] count = {0};
            List<CompletableFuture<Boolean>> futures = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                futures.add(loop.submit(() -> {
                    count[0]++;
                    return EventLoop.pause().map(turn -> EventLoop.current() == loop);
                }));
            }
            for (CompletableFuture<Boolean> future : futures) {
                assertThat(future.get(60, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(loop.submit(() -> Promise.of(count[0])).get(60, TimeUnit.SECONDS))
                    .isEqualTo(1000);
            loop.close();
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aSchedulerThatTakesNoTasksRefusesTheLoop() {
        Scheduler scheduler = new SchedulerOfNobody();
        EventLoop loop = EventLoop.builder().host(LoopScheduler.host(scheduler)).build();
        assertThatThrownBy(() -> loop.execute(() -> log.add("ran")))
                .isInstanceOf(RejectedExecutionException.class);
    }

    private static final class SchedulerOfNobody extends Scheduler {

        @Override
        public Worker createWorker() {
            return new Worker() {
                @Override
                public Disposable schedule(Runnable run, long delay, TimeUnit unit) {
                    return Disposable.disposed();
                }

                @Override
                public void dispose() {}

                @Override
                public boolean isDisposed() {
                    return true;
                }
            };
        }
    }

    /* ---- Blocking ---- */

    @Test
    void blockingOnALoopIsRefused() throws Exception {
        RxJava3Bridge.refuseBlocking();
        Single<String> never = Single.never();
        VirtualLoop.run(loop -> assertThatThrownBy(never::blockingGet)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("blocking"));
        assertThat(Single.just(1).subscribeOn(Schedulers.io()).blockingGet()).isEqualTo(1);
    }
}
