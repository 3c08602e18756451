package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import reactor.core.Disposable;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** Loops as schedulers and schedulers as homes of loops. */
class LoopSchedulerTest {

    private final List<String> trace = new CopyOnWriteArrayList<>();

    @AfterEach
    void reset() {
        Schedulers.resetOnScheduleHook("test");
        Schedulers.resetOnHandleError();
        VirtualTimeScheduler.reset();
    }

    private void log(String line) {
        trace.add(line + " "
                + TimeUnit.NANOSECONDS.toMillis(EventLoop.current().engine().nanoTime()));
    }

    @Test
    void tasksRunOnTheLoopInOrder() throws Exception {
        Bridge.runAsync(bridge -> {
            EventLoop loop = EventLoop.current();
            Scheduler scheduler = LoopScheduler.of(loop);
            Scheduler.Worker worker = scheduler.createWorker();
            List<Integer> order = new CopyOnWriteArrayList<>();
            Bridge.elsewhere(() -> IntStream.range(0, 1000).forEach(i -> {
                Runnable task = () -> {
                    assertThat(loop.isCurrent()).isTrue();
                    order.add(i);
                };
                Disposable unused = i % 2 == 0 ? scheduler.schedule(task) : worker.schedule(task);
            }));
            assertThat(order).isEmpty();
            return EventLoop.sleep(Duration.ofSeconds(1)).map(done -> {
                assertThat(order).hasSize(1000).isSorted();
                return true;
            });
        });
    }

    @Test
    void delaysAndPeriodsGoByTheLoopsClock() throws Exception {
        Bridge.runAsync(bridge -> {
            Scheduler scheduler = LoopScheduler.of(EventLoop.current());
            Scheduler.Worker worker = scheduler.createWorker();
            long before = scheduler.now(TimeUnit.MILLISECONDS);
            scheduler.schedule(() -> log("late"), 1, TimeUnit.HOURS);
            worker.schedule(() -> log("early"), 1, TimeUnit.SECONDS);
            Disposable period =
                    scheduler.schedulePeriodically(() -> log("period"), 10, 20, TimeUnit.MINUTES);
            Disposable workers =
                    worker.schedulePeriodically(() -> log("worker"), 0, 30, TimeUnit.MINUTES);
            scheduler.schedule(() -> log("never"), 2, TimeUnit.HOURS).dispose();
            return EventLoop.sleep(Duration.ofMinutes(59)).flatMap(done -> {
                period.dispose();
                workers.dispose();
                assertThat(scheduler.now(TimeUnit.MILLISECONDS) - before)
                        .isBetween(
                                Duration.ofMinutes(59).toMillis() - 1,
                                Duration.ofMinutes(59).toMillis() + 1);
                return EventLoop.sleep(Duration.ofHours(3));
            });
        });
        assertThat(trace)
                .containsExactly(
                        "worker 0",
                        "early 1000",
                        "period 600000",
                        "worker 1800000",
                        "period 1800000",
                        "period 3000000",
                        "late 3600000");
    }

    @Test
    void nowIsTheWallClockToBeginWith() throws Exception {
        Bridge.run(bridge -> {
            Scheduler scheduler = LoopScheduler.of(EventLoop.current());
            assertThat(scheduler.now(TimeUnit.DAYS))
                    .isBetween(
                            TimeUnit.MILLISECONDS.toDays(System.currentTimeMillis()) - 1,
                            TimeUnit.MILLISECONDS.toDays(System.currentTimeMillis()) + 1);
        });
    }

    @Test
    void everyTaskGoesThroughTheHooks() throws Exception {
        RuntimeException bad = new RuntimeException("bad task");
        AtomicInteger decorated = new AtomicInteger();
        List<Throwable> handled = new CopyOnWriteArrayList<>();
        Schedulers.onScheduleHook("test", task -> {
            decorated.incrementAndGet();
            return task;
        });
        Schedulers.onHandleError("test", (thread, error) -> handled.add(error));
        Bridge.runAsync(bridge -> {
            Scheduler scheduler = LoopScheduler.of(EventLoop.current());
            scheduler.schedule(() -> {
                throw bad;
            });
            scheduler.createWorker().schedule(() -> {
                throw bad;
            });
            scheduler.schedule(() -> trace.add("later"), 1, TimeUnit.SECONDS);
            scheduler
                    .schedulePeriodically(() -> trace.add("period"), 1, 1, TimeUnit.DAYS)
                    .dispose();
            assertThat(decorated).hasValue(4);
            return EventLoop.sleep(Duration.ofSeconds(2));
        });
        assertThat(handled).containsExactly(bad, bad);
        assertThat(trace).containsExactly("later");
    }

    @Test
    void disposingOfTheSchedulerDoesNotCloseTheLoop() throws Exception {
        Bridge.runAsync(bridge -> {
            Scheduler scheduler = LoopScheduler.of(EventLoop.current());
            scheduler.init();
            scheduler.dispose();
            Ear<Void> end = Ear.all();
            scheduler.disposeGracefully().subscribe(end);
            assertThat(end.heard).containsExactly("end");
            assertThat(EventLoop.current().isClosed()).isFalse();
            scheduler.schedule(() -> trace.add("task"));
            return Bridge.turn();
        });
        assertThat(trace).containsExactly("task");
    }

    @Test
    void aDisposedWorkerRunsNothingMoreAndTheOthersDo() throws Exception {
        Bridge.runAsync(bridge -> {
            Scheduler scheduler = LoopScheduler.of(EventLoop.current());
            Scheduler.Worker worker = scheduler.createWorker();
            Disposable task = worker.schedule(() -> trace.add("disposed of"));
            worker.schedule(() -> trace.add("disposed of"), 1, TimeUnit.SECONDS);
            scheduler.createWorker().schedule(() -> trace.add("other"));
            worker.dispose();
            assertThat(worker.isDisposed()).isTrue();
            assertThat(task.isDisposed()).isTrue();
            assertThatThrownBy(() -> worker.schedule(() -> trace.add("rejected")))
                    .isInstanceOf(RejectedExecutionException.class);
            return EventLoop.sleep(Duration.ofSeconds(2));
        });
        assertThat(trace).containsExactly("other");
    }

    @Test
    void aClosedLoopRejectsTasks() throws Exception {
        AtomicReference<Scheduler> made = new AtomicReference<>();
        try (EventLoop loop =
                EventLoop.builder().engine(new VirtualTimeEngine()).build()) {
            loop.runUntilComplete(() -> {
                made.set(LoopScheduler.of(loop));
                return Promise.unit();
            });
        }
        Scheduler scheduler = made.get();
        assertThat(scheduler.isDisposed()).isTrue();
        assertThat(Scannable.from(scheduler).scan(Scannable.Attr.TERMINATED)).isTrue();
        assertThatThrownBy(() -> scheduler.schedule(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.schedule(() -> {}, 1, TimeUnit.SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.createWorker().schedule(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        StepVerifier.create(Mono.just(1).publishOn(scheduler))
                .verifyError(RejectedExecutionException.class);
    }

    @Test
    void disposingOfARunningTaskInterruptsNobody() throws Exception {
        Bridge.runAsync(bridge -> {
            Scheduler scheduler = LoopScheduler.of(EventLoop.current());
            AtomicReference<Disposable> self = new AtomicReference<>();
            Scheduler.Worker worker = scheduler.createWorker();
            self.set(scheduler.schedule(() -> {
                Bridge.elsewhere(() -> self.get().dispose());
                trace.add("interrupted " + Thread.currentThread().isInterrupted());
            }));
            worker.schedule(() -> {
                Bridge.elsewhere(worker::dispose);
                trace.add("interrupted " + Thread.currentThread().isInterrupted());
            });
            return Bridge.turn();
        });
        assertThat(trace).containsExactly("interrupted false", "interrupted false");
    }

    @Test
    void publishOnAndSubscribeOnALoop() throws Exception {
        Bridge.runAsync(bridge -> {
            EventLoop loop = EventLoop.current();
            Scheduler scheduler = LoopScheduler.of(loop);
            Flux<Integer> flux = Flux.range(0, 1000)
                    .publishOn(Schedulers.parallel())
                    .publishOn(scheduler)
                    .doOnNext(i -> assertThat(loop.isCurrent()).isTrue());
            Mono<Boolean> mono = Mono.fromSupplier(loop::isCurrent)
                    .subscribeOn(scheduler)
                    .delayElement(Duration.ofDays(1), scheduler);
            return Promise.both(
                            ReactorBridge.toPromiseList(flux, 1000), ReactorBridge.toPromise(mono))
                    .onSuccess(both -> {
                        assertThat(both.first()).hasSize(1000).isSorted();
                        assertThat(both.second()).isTrue();
                    });
        });
    }

    @Test
    void theSchedulerTellsItsName() throws Exception {
        Bridge.run(bridge -> {
            Scheduler scheduler = LoopScheduler.of(EventLoop.current());
            assertThat(Scannable.from(scheduler).scan(Scannable.Attr.NAME))
                    .isEqualTo(EventLoop.current().toString());
            assertThat(scheduler.toString()).contains("loop-");
            assertThat(scheduler.isDisposed()).isFalse();
        });
    }

    /* ---- Loops on schedulers ---- */

    @Test
    void virtualTimeOfReactorIsTheTimeOfTheLoop() {
        AtomicReference<EventLoop> loop = new AtomicReference<>();
        StepVerifier.withVirtualTime(() -> {
                    loop.set(EventLoop.builder()
                            .host(LoopScheduler.host(VirtualTimeScheduler.get()))
                            .build());
                    return ReactorBridge.deferMono(
                            loop.get(),
                            () -> EventLoop.sleep(Duration.ofHours(2)).map(done -> "slept"));
                })
                .expectSubscription()
                .expectNoEvent(Duration.ofHours(2).minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectNext("slept")
                .verifyComplete();
    }

    @Test
    void delaysOfReactorAndSleepsOfTheLoopShareTheClock() {
        List<String> order = new ArrayList<>();
        StepVerifier.withVirtualTime(() -> {
                    EventLoop loop = EventLoop.builder()
                            .host(LoopScheduler.host(VirtualTimeScheduler.get()))
                            .build();
                    Mono<String> sleep = ReactorBridge.deferMono(
                            loop, () -> EventLoop.sleep(Duration.ofSeconds(2)).map(d -> "loop"));
                    Mono<String> inside = ReactorBridge.deferMono(
                            loop,
                            () -> ReactorBridge.toPromise(
                                    Mono.delay(Duration.ofSeconds(1)).map(d -> "reactor")));
                    Mono<String> last = Mono.just("worker")
                            .delayElement(Duration.ofSeconds(3), LoopScheduler.of(loop));
                    return Flux.merge(sleep, inside, last).doOnNext(order::add);
                })
                .thenAwait(Duration.ofSeconds(3))
                .expectNextCount(3)
                .verifyComplete();
        assertThat(order).containsExactly("reactor", "loop", "worker");
    }

    @Test
    void cancellingASleepOnASchedulerTakesItsTimerBack() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        EventLoop loop = EventLoop.builder().host(LoopScheduler.host(time)).build();
        Ear<Object> ear = Ear.all();
        ReactorBridge.<Object>deferMono(loop, () -> EventLoop.sleep(Duration.ofHours(1)))
                .subscribe(ear);
        time.advanceTime();
        ear.subscription.cancel();
        time.advanceTimeBy(Duration.ofHours(2));
        assertThat(ear.heard).isEmpty();
        loop.close();
        time.advanceTime();
        assertThat(loop.isClosed()).isTrue();
    }

    @Test
    void aLoopLivesOnARealScheduler() {
        Scheduler single = Schedulers.newSingle("home");
        try {
            EventLoop loop =
                    EventLoop.builder().host(LoopScheduler.host(single)).build();
            StepVerifier.create(ReactorBridge.deferMono(
                            loop,
                            () -> EventLoop.pause()
                                    .map(done -> Thread.currentThread().getName())))
                    .assertNext(name -> assertThat(name).startsWith("home"))
                    .verifyComplete();
            loop.close();
        } finally {
            single.dispose();
        }
    }
}
