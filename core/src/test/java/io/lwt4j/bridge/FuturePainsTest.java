package io.lwt4j.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Publishers;
import io.lwt4j.Resolver;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.Test;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What users of other bridges suffer from, where futures and JDK publishers are concerned; the
 * numbers are those of docs/interop.md.
 */
final class FuturePainsTest {

    /** A future that does not obey, so that it lives on. */
    private static final class Deaf extends CompletableFuture<String> {

        final AtomicInteger cancels = new AtomicInteger();

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            cancels.incrementAndGet();
            return false;
        }
    }

    @Test
    void pain02CancellationGoesThroughToTheFuture() throws Exception {
        World.run(world -> {
            Deaf future = new Deaf();
            Promise.from(future).cancel();
            assertThat(future.cancels).hasValue(1);
        });
    }

    @Test
    void pain03AndPain12OurOwnCancellationIsNotReported() throws Exception {
        World world = World.run(w -> {
            CompletableFuture<String> future = new CompletableFuture<>();
            Promise.from(future).cancel();
            assertThat(future).isCancelled();
            Deaf deaf = new Deaf();
            Promise.from(deaf).cancel();
            deaf.completeExceptionally(CanceledException.instance());
        });
        assertThat(world.dropped()).isEmpty();
    }

    @Test
    void pain04NothingIsCancelledAfterTheEnd() throws Exception {
        World.run(world -> {
            Deaf future = new Deaf();
            Promise<String> promise = Promise.from(future);
            future.complete("v");
            promise.cancel();
            assertThat(future.cancels).hasValue(0);
        });
    }

    @Test
    void pain07AFutureThatLivesLongKeepsNothingOfWhoHasCancelled() throws Exception {
        World.run(world -> {
            Deaf future = new Deaf();
            Resolver<String> resolver = Resolver.uncancellable();
            List<WeakReference<?>> traces = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                Promise<String> promise = Promise.from(future);
                promise.cancel();
                traces.add(new WeakReference<>(promise));
                CompletableFuture<String> out = resolver.promise().toCompletableFuture();
                out.cancel(true);
                traces.add(new WeakReference<>(out));
            }
            assertCollected(traces);
            assertThat(future).isNotDone();
            assertThat(resolver.promise().isPending()).isTrue();
        });
    }

    private static void assertCollected(List<WeakReference<?>> traces) {
        for (int i = 0; i < 50 && traces.stream().anyMatch(trace -> trace.get() != null); i++) {
            System.gc();
        }
        assertThat(traces).allMatch(trace -> trace.get() == null);
    }

    @Test
    void pain13APromiseCancelledByItselfIsACancelledFuture() throws Exception {
        World.run(world -> {
            CompletableFuture<String> now =
                    Promise.<String>failed(CanceledException.instance()).toCompletableFuture();
            Resolver<String> resolver = Resolver.cancellable();
            CompletableFuture<String> later = resolver.promise().toCompletableFuture();
            resolver.reject(CanceledException.instance());
            assertThat(now).isCancelled();
            assertThat(later).isCancelled();
        });
    }

    @Test
    void pain14APromiseOfAPublisherWaitsForItsEnd() throws Exception {
        World.run(world -> {
            Source<Flow.Publisher<Object>> source = FlowKinds.PUBLISHER.source(world);
            Promise<?> promise = Publishers.single(source.subject());
            source.next("v");
            assertThat(promise.isPending()).isTrue();
            source.complete();
            assertThat(promise.isFulfilled()).isTrue();
        });
    }

    @Test
    void pain18CancellingAllThatDependsOnAFutureCancelsThePromise() throws Exception {
        World.run(world -> {
            Resolver<String> resolver = Resolver.cancellable();
            CompletableFuture<String> future = resolver.promise().toCompletableFuture();
            CompletableFuture<Integer> length = future.thenApply(String::length);
            CompletableFuture<String> same = future.thenCompose(CompletableFuture::completedFuture);
            length.cancel(true);
            assertThat(resolver.promise().isPending()).isTrue();
            same.cancel(true);
            assertThat(resolver.promise().isCancelled()).isTrue();
        });
    }

    @Test
    void pain20WaitingOnTheLoopIsRefused() throws Exception {
        World.run(world -> {
            CompletableFuture<String> future =
                    Resolver.<String>cancellable().promise().toCompletableFuture();
            assertThatThrownBy(future::get).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(future::join).isInstanceOf(IllegalStateException.class);
        });
    }

    @Test
    void pain22WhoWaitsHearsOfTheEndOfTheLoop() throws Exception {
        List<CompletableFuture<?>> futures = new ArrayList<>();
        World.run(world -> {
            futures.add(Resolver.<String>cancellable().promise().toCompletableFuture());
            futures.add(Resolver.<String>uncancellable().promise().toCompletableFuture());
        });
        for (CompletableFuture<?> future : futures) {
            assertThatThrownBy(future::join).hasCauseInstanceOf(RejectedExecutionException.class);
        }
    }

    @Test
    void pain23NoCompletionExceptionComesOut() throws Exception {
        World.run(world -> {
            Exception error = new Exception("bare");
            CompletableFuture<String> future = new CompletableFuture<>();
            Promise<String> promise = Promise.from(future.thenApply(v -> v).thenApply(v -> v));
            future.completeExceptionally(error);
            assertThat(promise.state()).isEqualTo(new Promise.State.Rejected<>(error));
            Throwable[] seen = new Throwable[1];
            assertThat(promise.toCompletableFuture().handle((v, e) -> seen[0] = e))
                    .isCompleted();
            assertThat(seen[0]).isSameAs(error).isNotInstanceOf(CompletionException.class);
        });
    }

    @Test
    void pain24WhatRunsInAnyCaseRunsOnceInEveryCase() throws Exception {
        World.run(world -> {
            AtomicInteger runs = new AtomicInteger();
            Deaf value = new Deaf();
            Deaf error = new Deaf();
            Deaf cancelled = new Deaf();
            for (Deaf future : List.of(value, error, cancelled)) {
                Promise<String> promise = Promise.from(future).eventually(() -> {
                    runs.incrementAndGet();
                    return Promise.unit();
                });
                if (future == cancelled) {
                    promise.cancel();
                }
            }
            value.complete("v");
            error.completeExceptionally(new Exception("e"));
            cancelled.complete("too late");
            assertThat(runs).hasValue(3);
        });
    }

    @Test
    void pain25ACancelThatThrowsStopsNoOther() throws Exception {
        IllegalStateException thrown = new IllegalStateException("cancel failed");
        World world = World.run(w -> {
            CompletableFuture<String> bad = new CompletableFuture<>() {
                @Override
                public boolean cancel(boolean mayInterruptIfRunning) {
                    throw thrown;
                }
            };
            Deaf loser = new Deaf();
            CompletableFuture<String> winner = new CompletableFuture<>();
            Promise<String> race =
                    Promise.pick(Promise.from(bad), Promise.from(loser), Promise.from(winner));
            winner.complete("v");
            assertThat(race.poll()).contains("v");
            assertThat(loser.cancels).hasValue(1);
        });
        assertThat(world.dropped()).containsExactly(thrown);
    }

    @Test
    void pain15NoMoreIsEmittedThanWasAskedFor() throws Exception {
        World.run(world -> {
            List<Integer> seen = new ArrayList<>();
            Flow.Subscription[] subscription = new Flow.Subscription[1];
            PullStream.of(1, 2, 3)
                    .asPublisher(EventLoop.current())
                    .subscribe(new Flow.Subscriber<>() {
                        @Override
                        public void onSubscribe(Flow.Subscription given) {
                            subscription[0] = given;
                        }

                        @Override
                        public void onNext(Integer element) {
                            seen.add(element);
                        }

                        @Override
                        public void onError(Throwable cause) {
                            throw new AssertionError(cause);
                        }

                        @Override
                        public void onComplete() {}
                    });
            assertThat(seen).isEmpty();
            subscription[0].request(1);
            assertThat(seen).containsExactly(1);
            subscription[0].request(1);
            assertThat(seen).containsExactly(1, 2);
            subscription[0].cancel();
            subscription[0].request(1);
            assertThat(seen).containsExactly(1, 2);
        });
    }
}
