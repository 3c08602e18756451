package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CancelPolicy;
import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.bridge.Source;
import io.lwt4j.bridge.World;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What users of other bridges suffer from, where Reactor is concerned; the numbers are those of
 * docs/interop.md.
 */
final class ReactorPainsTest {

    @BeforeAll
    static void hook() {
        ReactorKinds.hook();
    }

    @Test
    void pain01AMonoThatLosesIsCancelled() throws Exception {
        World.run(world -> {
            AtomicInteger cancels = new AtomicInteger();
            Promise<Object> slow =
                    ReactorBridge.toPromise(Mono.never().doOnCancel(cancels::incrementAndGet));
            assertThat(Promise.pick(slow, Promise.of("fast")).poll()).contains("fast");
            assertThat(cancels).hasValue(1);
        });
    }

    @Test
    void pain02OneEnumSaysWhatCancelDoes() throws Exception {
        World.run(world -> {
            Resolver<String> cancelled = Resolver.cancellable();
            ReactorBridge.toMono(cancelled.promise()).subscribe().dispose();
            assertThat(cancelled.promise().isCancelled()).isTrue();

            Resolver<String> left = Resolver.cancellable();
            ReactorBridge.toMono(left.promise(), CancelPolicy.DETACH)
                    .subscribe()
                    .dispose();
            assertThat(left.promise().isPending()).isTrue();

            Resolver<String> counted = Resolver.cancellable();
            Mono<String> mono = ReactorBridge.toMono(counted.promise(), CancelPolicy.REFCOUNT);
            Disposable first = mono.subscribe();
            Disposable second = mono.subscribe();
            first.dispose();
            assertThat(counted.promise().isPending()).isTrue();
            second.dispose();
            assertThat(counted.promise().isCancelled()).isTrue();
        });
    }

    @Test
    void pain03AndPain12OurOwnCancellationIsNotReported() throws Exception {
        World world = World.run(w -> {
            Resolver<String> resolver = Resolver.cancellable();
            ReactorBridge.toMono(resolver.promise()).subscribe().dispose();
            Source<Mono<Object>> source = ReactorKinds.MONO.source(w);
            ReactorBridge.toPromise(source.subject()).cancel();
            source.error(CanceledException.instance());
        });
        assertThat(world.dropped()).isEmpty();
    }

    @Test
    void pain04NothingIsCancelledAfterTheEnd() throws Exception {
        World.run(world -> {
            AtomicInteger cancels = new AtomicInteger();
            Promise<String> promise = ReactorBridge.toPromise(
                    Mono.just("v").hide().doOnCancel(cancels::incrementAndGet));
            promise.cancel();
            ReactorBridge.toMono(Promise.of("v")).subscribe().dispose();
            assertThat(promise.poll()).contains("v");
            assertThat(cancels).hasValue(0);
        });
    }

    @Test
    void pain05TheEndOfASinglePublisherIsWaitedFor() throws Exception {
        World.run(world -> {
            List<String> seen = new ArrayList<>();
            Promise<String> promise = ReactorBridge.toPromiseSingle(Flux.just("v")
                    .hide()
                    .doOnCancel(() -> seen.add("cancel"))
                    .doOnComplete(() -> seen.add("complete")));
            assertThat(promise.poll()).contains("v");
            assertThat(seen).containsExactly("complete");
        });
    }

    @Test
    void pain06ThereIsOneEndForEachSubscription() throws Exception {
        World.run(world -> {
            List<String> ends = new ArrayList<>();
            Promise<String> first = ReactorBridge.toPromiseFirst(
                    Flux.just("v", "w").hide().doFinally(end -> ends.add(end.toString())));
            assertThat(first.poll()).contains("v");
            assertThat(ends).containsExactly("cancel");
            ends.clear();
            Promise<String> only = ReactorBridge.toPromise(
                    Mono.just("v").hide().doFinally(end -> ends.add(end.toString())));
            assertThat(only.poll()).contains("v");
            assertThat(ends).containsExactly("onComplete");
        });
    }

    @Test
    void pain08TheContextGoesThroughPromises() throws Exception {
        List<Object> seen = new ArrayList<>();
        World.run(world -> {
            Mono<String> inner = Mono.deferContextual(context -> Mono.just(context.get("user")));
            Mono<String> outer = ReactorBridge.deferMono(
                    () -> EventLoop.pause().flatMap(paused -> ReactorBridge.toPromise(inner)));
            outer.contextWrite(context -> context.put("user", "ann")).subscribe(seen::add);
            outer.contextWrite(context -> context.put("user", "bob")).subscribe(seen::add);
        });
        assertThat(seen).containsExactly("ann", "bob");
    }

    @Test
    void pain13APromiseCancelledByItselfIsAnError() throws Exception {
        World.run(world -> {
            Resolver<String> resolver = Resolver.cancellable();
            AtomicReference<Throwable> seen = new AtomicReference<>();
            ReactorBridge.toMono(resolver.promise()).subscribe(v -> {}, seen::set);
            resolver.promise().cancel();
            assertThat(seen).hasValue(CanceledException.instance());
        });
    }

    @Test
    void pain14APromiseWaitsForTheEndOfTheMono() throws Exception {
        World.run(world -> {
            Source<Mono<Object>> source = ReactorKinds.MONO.source(world);
            Promise<Object> promise = ReactorBridge.toPromise(source.subject());
            source.next("v");
            assertThat(promise.isPending()).isTrue();
            source.complete();
            assertThat(promise.poll()).contains("v");
        });
    }

    @Test
    void pain15NoMoreIsEmittedThanWasAskedFor() throws Exception {
        World.run(world -> StepVerifier.create(ReactorBridge.toFlux(PullStream.of(1, 2, 3)), 0)
                .expectSubscription()
                .thenRequest(1)
                .expectNext(1)
                .thenRequest(1)
                .expectNext(2)
                .thenCancel()
                .verify());
    }

    @Test
    void pain17ManyThreadsMayEmit() throws Exception {
        Queue<Sinks.EmitResult> results = new ConcurrentLinkedQueue<>();
        List<Promise<Integer>> promises = new ArrayList<>();
        World.run(world -> {
            for (int round = 0; round < 100; round++) {
                Resolver<Integer> resolver = Resolver.cancellable();
                promises.add(resolver.promise());
                Sinks.One<Integer> sink = ReactorBridge.toSink(resolver);
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    int value = i;
                    threads.add(new Thread(() -> results.add(sink.tryEmitValue(value))));
                }
                threads.forEach(Thread::start);
                for (Thread thread : threads) {
                    thread.join();
                }
            }
        });
        assertThat(promises).allMatch(Promise::isFulfilled);
        assertThat(results)
                .hasSize(400)
                .containsOnly(Sinks.EmitResult.OK, Sinks.EmitResult.FAIL_TERMINATED);
        assertThat(results.stream().filter(Sinks.EmitResult.OK::equals)).hasSize(100);
    }

    @Test
    void pain19ElementsThatNobodyReadsAreDiscarded() throws Exception {
        World world = World.run(w -> {
            PullStream<Integer> stream = ReactorBridge.context()
                    .with(
                            ReactorKinds.CONTEXT,
                            () -> ReactorBridge.toPullStreamEager(
                                    Flux.range(0, 4).hide(), 4));
            assertThat(stream.next().poll()).contains(0);
            stream.close();
        });
        assertThat(world.dropped()).containsExactly(1, 2, 3);
    }

    @Test
    void pain20BlockingOnTheLoopIsRefused() throws Exception {
        ReactorBridge.refuseBlocking();
        World.run(world -> assertThatThrownBy(() -> ReactorBridge.toMono(
                                Resolver.<String>cancellable().promise())
                        .block(Duration.ofMillis(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not supported in thread"));
    }

    @Test
    void pain22WhoWaitsHearsOfTheEndOfTheLoop() throws Exception {
        List<Throwable> seen = new ArrayList<>();
        World.run(world -> {
            Mono<String> mono =
                    ReactorBridge.toMono(Resolver.<String>cancellable().promise());
            mono.subscribe(v -> {}, seen::add);
            mono.subscribe(v -> {}, seen::add);
        });
        assertThat(seen).hasSize(2).hasOnlyElementsOfType(RejectedExecutionException.class);
    }

    @Test
    void pain24WhatRunsInAnyCaseRunsOnceInEveryCase() throws Exception {
        World.run(world -> {
            List<String> runs = new ArrayList<>();
            Sinks.One<String> value = Sinks.one();
            Sinks.One<String> error = Sinks.one();
            for (Mono<String> mono :
                    List.of(value.asMono(), error.asMono(), Mono.<String>never())) {
                Mono<String> finite = ReactorBridge.deferMono(
                        () -> ReactorBridge.toPromise(mono).eventually(() -> {
                            runs.add("run");
                            return Promise.unit();
                        }));
                Disposable subscription = finite.subscribe(v -> {}, e -> {});
                value.tryEmitValue("v");
                error.tryEmitError(new Exception("e"));
                subscription.dispose();
            }
            assertThat(runs).hasSize(3);
        });
    }

    @Test
    void pain25ACancelThatThrowsStopsNoOther() throws Exception {
        IllegalStateException thrown = new IllegalStateException("cancel failed");
        World world = World.run(w -> {
            Source<Mono<Object>> bad = ReactorKinds.MONO.source(w);
            Source<Mono<Object>> loser = ReactorKinds.MONO.source(w);
            Source<Mono<Object>> winner = ReactorKinds.MONO.source(w);
            bad.throwOnCancel(thrown);
            List<Object> seen = new ArrayList<>();
            ReactorBridge.pick(List.of(bad.subject(), loser.subject(), winner.subject()))
                    .subscribe(seen::add);
            winner.value("v");
            assertThat(seen).containsExactly("v");
            assertThat(loser.cancels()).isEqualTo(1);
        });
        assertThat(world.dropped()).containsExactly(thrown);
    }

    /* ---- Schedulers ---- */

    @Test
    void pain10TasksOfTheLoopPassTheHooksOfReactor() throws Exception {
        List<String> seen = new ArrayList<>();
        Schedulers.onScheduleHook("pain 10", task -> () -> {
            seen.add("hook");
            task.run();
        });
        try {
            World.run(world -> {
                Scheduler scheduler = LoopScheduler.of(EventLoop.current());
                scheduler.schedule(() -> seen.add("task"));
                scheduler.createWorker().schedule(() -> seen.add("worker"));
            });
        } finally {
            Schedulers.resetOnScheduleHook("pain 10");
        }
        assertThat(seen).containsExactly("hook", "task", "hook", "worker");
    }

    @Test
    void pain26VirtualTimeReachesTheLoop() {
        VirtualTimeScheduler clock = VirtualTimeScheduler.create();
        List<String> seen = new ArrayList<>();
        try (EventLoop loop =
                EventLoop.builder().host(LoopScheduler.host(clock)).build()) {
            loop.execute(() ->
                    EventLoop.sleep(Duration.ofHours(1)).onSuccess(slept -> seen.add("slept")));
            clock.advanceTimeBy(Duration.ofMinutes(59));
            assertThat(seen).isEmpty();
            clock.advanceTimeBy(Duration.ofMinutes(1));
            assertThat(seen).containsExactly("slept");
        } finally {
            clock.dispose();
        }
    }
}
