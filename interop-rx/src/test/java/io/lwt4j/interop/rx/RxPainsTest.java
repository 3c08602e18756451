package io.lwt4j.interop.rx;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CancelPolicy;
import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.bridge.Source;
import io.lwt4j.bridge.World;
import io.lwt4j.stream.PullStream;
import io.reactivex.rxjava3.core.BackpressureStrategy;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.exceptions.MissingBackpressureException;
import io.reactivex.rxjava3.schedulers.TestScheduler;
import io.reactivex.rxjava3.subjects.PublishSubject;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What users of other bridges suffer from, where RxJava is concerned; the numbers are those of
 * docs/interop.md.
 */
final class RxPainsTest {

    @BeforeAll
    static void hook() {
        RxKinds.hook();
    }

    @Test
    void pain01WhatLosesIsDisposed() throws Exception {
        World.run(world -> {
            AtomicInteger disposals = new AtomicInteger();
            List<Promise<Object>> slow = List.of(
                    RxJava3Bridge.toPromise(Single.never().doOnDispose(disposals::incrementAndGet)),
                    RxJava3Bridge.toPromise(Maybe.never().doOnDispose(disposals::incrementAndGet)),
                    RxJava3Bridge.toPromiseFirst(
                            Observable.never().doOnDispose(disposals::incrementAndGet)));
            Promise<Void> completable = RxJava3Bridge.toPromise(
                    Completable.never().doOnDispose(disposals::incrementAndGet));
            slow.forEach(Promise::cancel);
            completable.cancel();
            assertThat(disposals).hasValue(4);
        });
    }

    @Test
    void pain02OneEnumSaysWhatDisposeDoes() throws Exception {
        World.run(world -> {
            Resolver<String> cancelled = Resolver.cancellable();
            RxJava3Bridge.toSingle(cancelled.promise()).subscribe().dispose();
            assertThat(cancelled.promise().isCancelled()).isTrue();

            Resolver<String> left = Resolver.cancellable();
            RxJava3Bridge.toSingle(left.promise(), CancelPolicy.DETACH)
                    .subscribe()
                    .dispose();
            assertThat(left.promise().isPending()).isTrue();

            Resolver<String> counted = Resolver.cancellable();
            Single<String> single =
                    RxJava3Bridge.toSingle(counted.promise(), CancelPolicy.REFCOUNT);
            Disposable first = single.subscribe();
            Disposable second = single.subscribe();
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
            RxJava3Bridge.toSingle(resolver.promise()).subscribe().dispose();
            Source<Single<Object>> source = RxKinds.SINGLE.source(w);
            RxJava3Bridge.toPromise(source.subject()).cancel();
            source.error(CanceledException.instance());
        });
        assertThat(world.dropped()).isEmpty();
    }

    @Test
    void pain11AnErrorAfterDisposeReachesThePluginOnceAndNobodyElse() throws Exception {
        Exception late = new Exception("late");
        AtomicBoolean told = new AtomicBoolean(true);
        World world = World.run(w -> {
            Promise<Object> promise = RxJava3Bridge.toPromise(Single.create(
                    emitter -> emitter.setCancellable(() -> told.set(emitter.tryOnError(late)))));
            promise.cancel();
            Source<Single<Object>> source = RxKinds.SINGLE.source(w);
            RxJava3Bridge.toPromise(source.subject()).cancel();
            source.error(late);
        });
        // The emitter knows that nobody listens; the source by hand does not.
        assertThat(told).isFalse();
        assertThat(world.dropped()).containsExactly(late);
    }

    @Test
    void pain16AnObservableIsNeverHeldUpOnTheLoop() throws Exception {
        World.run(world -> {
            PublishSubject<Integer> subject = PublishSubject.create();
            PullStream<Integer> all =
                    RxJava3Bridge.toPullStream(subject, BackpressureStrategy.BUFFER);
            PullStream<Integer> few =
                    RxJava3Bridge.toPullStream(subject, BackpressureStrategy.ERROR);
            Promise<Integer> first = all.next();
            Promise<Integer> firstOfFew = few.next();
            for (int i = 0; i < 10_000; i++) {
                subject.onNext(i);
            }
            assertThat(first.poll()).contains(0);
            assertThat(firstOfFew.poll()).contains(0);
            assertThat(all.getAvailable()).hasSizeGreaterThan(1);
            List<Throwable> errors = new ArrayList<>();
            few.toList().onFailure(errors::add);
            assertThat(errors).hasOnlyElementsOfType(MissingBackpressureException.class);
        });
    }

    @Test
    void pain22WhoWaitsHearsOfTheEndOfTheLoop() throws Exception {
        List<Throwable> seen = new ArrayList<>();
        World.run(world -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            world.keep(RxJava3Bridge.toSingle(promise).subscribe(v -> {}, seen::add));
            world.keep(RxJava3Bridge.toMaybe(promise).subscribe(v -> {}, seen::add));
            world.keep(RxJava3Bridge.toCompletable(promise).subscribe(() -> {}, seen::add));
        });
        assertThat(seen).hasSize(3).hasOnlyElementsOfType(RejectedExecutionException.class);
    }

    @Test
    void pain25ADisposeThatThrowsStopsNoOther() throws Exception {
        IllegalStateException thrown = new IllegalStateException("dispose failed");
        World world = World.run(w -> {
            Source<Single<Object>> bad = RxKinds.SINGLE.source(w);
            Source<Single<Object>> loser = RxKinds.SINGLE.source(w);
            Source<Single<Object>> winner = RxKinds.SINGLE.source(w);
            bad.throwOnCancel(thrown);
            List<Object> seen = new ArrayList<>();
            w.keep(RxJava3Bridge.pick(List.of(bad.subject(), loser.subject(), winner.subject()))
                    .subscribe(value -> seen.add(value)));
            winner.value("v");
            assertThat(seen).containsExactly("v");
            assertThat(loser.cancels()).isEqualTo(1);
        });
        assertThat(world.dropped()).containsExactly(thrown);
    }

    /* ---- Schedulers ---- */

    @Test
    void pain21DisposingAWorkerInterruptsNobody() throws Exception {
        List<String> seen = new ArrayList<>();
        World.run(world -> {
            Scheduler.Worker worker = LoopScheduler.of(EventLoop.current()).createWorker();
            worker.schedule(() -> {
                worker.dispose();
                seen.add("interrupted: " + Thread.currentThread().isInterrupted());
            });
            worker.schedule(() -> seen.add("never"));
            EventLoop.current()
                    .execute(() ->
                            seen.add("interrupted: " + Thread.currentThread().isInterrupted()));
        });
        assertThat(seen).containsExactly("interrupted: false", "interrupted: false");
    }

    @Test
    void pain26VirtualTimeReachesTheLoop() {
        TestScheduler clock = new TestScheduler();
        List<String> seen = new ArrayList<>();
        try (EventLoop loop =
                EventLoop.builder().host(LoopScheduler.host(clock)).build()) {
            loop.execute(() ->
                    EventLoop.sleep(Duration.ofHours(1)).onSuccess(slept -> seen.add("slept")));
            clock.advanceTimeBy(59, TimeUnit.MINUTES);
            assertThat(seen).isEmpty();
            clock.advanceTimeBy(1, TimeUnit.MINUTES);
            assertThat(seen).containsExactly("slept");
        }
    }
}
