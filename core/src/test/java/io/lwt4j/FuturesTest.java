package io.lwt4j;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** {@link Promise#toCompletableFuture()} and {@link Promise#from}. */
final class FuturesTest {

    /** A stage that counts how often it is cancelled, and may do something else then. */
    private static final class Probe extends CompletableFuture<String> {

        final AtomicInteger cancels = new AtomicInteger();

        private final boolean obeys;
        private final @Nullable RuntimeException thrown;

        private Probe(boolean obeys, @Nullable RuntimeException thrown) {
            this.obeys = obeys;
            this.thrown = thrown;
        }

        static Probe obeying() {
            return new Probe(true, null);
        }

        static Probe ignoring() {
            return new Probe(false, null);
        }

        static Probe throwing(RuntimeException error) {
            return new Probe(false, error);
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            cancels.incrementAndGet();
            if (thrown != null) {
                throw thrown;
            }
            return obeys && super.cancel(mayInterruptIfRunning);
        }
    }

    /** Runs something on a thread that has nothing to do with any loop, and waits for it. */
    private static void elsewhere(Runnable action) {
        CompletableFuture.runAsync(action).join();
    }

    private static void collectUntilCleared(WeakReference<?> reference) {
        while (reference.get() != null) {
            System.gc();
        }
    }

    /** Whether anything is attached to a pending promise. */
    private static boolean hasWaiters(Promise<?> promise) {
        return promise.state != Cell.NONE;
    }

    /* ---- Out: the outcome ---- */

    @Test
    void aValueCompletesTheFuture() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<@Nullable String> resolver = Resolver.cancellable();
            Resolver<@Nullable String> empty = Resolver.cancellable();
            CompletableFuture<@Nullable String> future = resolver.promise().toCompletableFuture();
            CompletableFuture<@Nullable String> none = empty.promise().toCompletableFuture();
            assertThat(future).isNotDone();
            resolver.resolve("v");
            empty.resolve(null);
            assertThat(future).isCompletedWithValue("v");
            assertThat(none).isCompletedWithValue(null);
            assertThat(Promise.of("w").toCompletableFuture()).isCompletedWithValue("w");
        });
    }

    @Test
    void errorsKeepTheirIdentityOnTheWayOut() throws Exception {
        VirtualLoop.run(loop -> {
            for (Throwable error : List.of(
                    new Exception("checked"),
                    new CompletionException(new Exception("inner")),
                    new OutOfMemoryError("as data"))) {
                Resolver<String> resolver = Resolver.cancellable();
                CompletableFuture<String> later = resolver.promise().toCompletableFuture();
                resolver.reject(error);
                CompletableFuture<String> now = Promise.<String>failed(error).toCompletableFuture();
                assertThat(error(later)).isSameAs(error);
                assertThat(error(now)).isSameAs(error);
            }
        });
    }

    /** The very error a stage passes to its dependents. */
    private static @Nullable Throwable error(CompletableFuture<?> future) {
        return future.handle((value, error) -> error).getNow(null);
    }

    @Test
    void aCancelledPromiseMakesACancelledFuture() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            CompletableFuture<String> future = promise.toCompletableFuture();
            promise.cancel();
            assertThat(future).isCancelled();
            assertThat(promise.toCompletableFuture()).isCancelled();
            assertThat(error(future)).isSameAs(CanceledException.instance());
        });
    }

    @Test
    void dependentStagesRunOnTheLoopWithTheLocalValuesOfTheCall() throws Exception {
        PromiseLocal<String> local = PromiseLocal.create();
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            EventLoop here = EventLoop.current();
            CompletableFuture<String> future =
                    local.with("mine", () -> resolver.promise().toCompletableFuture());
            CompletableFuture<?> logged =
                    future.thenAccept(value -> loop.log(value + here.isCurrent() + local.get()));
            resolver.resolve("v");
            assertThat(logged).isCompleted();
            assertThat(loop.takeTrace()).containsExactly("vtruemine");
        });
    }

    @Test
    void aPendingPromiseGivesNoFutureAwayFromItsLoop() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            elsewhere(() -> assertThatThrownBy(promise::toCompletableFuture)
                    .isInstanceOf(LoopThreadException.class)
                    .hasMessageContaining("toCompletableFuture"));
        });
    }

    @Test
    void aPromiseOfAnotherLoopFailsTheFutureOfASubmittedTask() {
        try (EventLoop loop = EventLoop.builder().start();
                EventLoop other = EventLoop.builder().start()) {
            Promise<String> foreign = Resolver.<String>cancellable(other).promise();
            assertThatThrownBy(() -> loop.submit(() -> foreign).join())
                    .hasCauseInstanceOf(LoopThreadException.class);
        }
    }

    /* ---- Out: cancellation ---- */

    @Test
    void cancellingTheFutureCancelsThePromise() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            promise.onCancel(loop.logs("cancel"));
            CompletableFuture<String> future = promise.toCompletableFuture();
            assertThat(future.cancel(true)).isTrue();
            assertThat(future.cancel(true)).isTrue();
            assertThat(promise.isCancelled()).isTrue();
            assertThat(loop.takeTrace()).containsExactly("cancel");
        });
    }

    @Test
    void cancellingTheFutureAwayFromTheLoopCancelsThePromiseOnTheLoop() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            CompletableFuture<String> future = promise.toCompletableFuture();
            elsewhere(() -> future.cancel(true));
            assertThat(future).isCancelled();
            assertThat(promise.isPending()).isTrue();
            return promise.outcome().map(outcome -> assertThat(outcome).isEqualTo(cancelled()));
        });
    }

    @Test
    void cancellingBeforeTheTaskOfTheLoopHasRunCancelsItsPromise() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            CompletableFuture<String> future = EventLoop.current().submit(() -> promise);
            future.cancel(true);
            return promise.outcome().map(outcome -> assertThat(outcome).isEqualTo(cancelled()));
        });
    }

    @Test
    void cancellingAllDependentStagesCancelsThePromise() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            CompletableFuture<String> future = promise.toCompletableFuture();
            List<CompletableFuture<?>> dependents = List.of(
                    future.thenApply(value -> value),
                    future.thenAcceptAsync(value -> {}),
                    future.handle((value, error) -> value),
                    future.exceptionally(error -> "e"),
                    future.whenComplete((value, error) -> {}),
                    future.thenCompose(CompletableFuture::completedFuture),
                    future.thenCombine(new CompletableFuture<>(), (a, b) -> a),
                    future.copy());
            for (CompletableFuture<?> dependent : dependents) {
                assertThat(promise.isPending()).isTrue();
                dependent.cancel(true);
            }
            assertThat(future).isCancelled();
            assertThat(promise.isCancelled()).isTrue();
        });
    }

    @Test
    void cancellingTheEndOfAChainOfStagesCancelsThePromise() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> promise = Resolver.<Integer>cancellable().promise();
            CompletableFuture<Integer> end = promise.toCompletableFuture();
            for (int i = 0; i < 30_000; i++) {
                end = end.thenApply(n -> n + 1);
            }
            end.cancel(true);
            assertThat(promise.isCancelled()).isTrue();
        });
    }

    @Test
    void aDependentStageThatIsDecidedTwiceCountsOnce() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            CompletableFuture<String> future = promise.toCompletableFuture();
            CompletableFuture<String> first = future.thenApply(value -> value);
            CompletableFuture<String> second = future.thenApply(value -> value);
            first.cancel(true);
            first.cancel(true);
            first.obtrudeValue("x");
            assertThat(promise.isPending()).isTrue();
            second.cancel(true);
            assertThat(promise.isCancelled()).isTrue();
        });
    }

    @Test
    void aFutureThatOtherStagesDependOnIsStillNeeded() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            CompletableFuture<String> future = resolver.promise().toCompletableFuture();
            CompletableFuture<?> all =
                    CompletableFuture.allOf(future, CompletableFuture.completedFuture(1));
            CompletionStage<String> minimal = future.minimalCompletionStage();
            future.thenApply(value -> value).cancel(true);
            assertThat(resolver.promise().isPending()).isTrue();
            resolver.resolve("v");
            assertThat(all).isCompleted();
            assertThat(minimal.toCompletableFuture()).isCompletedWithValue("v");
        });
    }

    @Test
    void aFutureThatAThreadWaitsForIsStillNeeded() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            CompletableFuture<String> future = resolver.promise().toCompletableFuture();
            CompletableFuture<String> dependent = future.thenApply(value -> value);
            CompletableFuture<String> waiting = CompletableFuture.supplyAsync(future::join);
            while (future.getNumberOfDependents() < 2) {
                Thread.onSpinWait();
            }
            dependent.cancel(true);
            assertThat(resolver.promise().isPending()).isTrue();
            resolver.resolve("v");
            assertThat(waiting.join()).isEqualTo("v");
        });
    }

    @Test
    void aTimeoutOfTheFutureIsNoDependentStage() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            CompletableFuture<String> future = promise.toCompletableFuture()
                    .orTimeout(1, TimeUnit.DAYS)
                    .completeOnTimeout("late", 1, TimeUnit.DAYS);
            future.thenApply(value -> value).cancel(true);
            assertThat(promise.isCancelled()).isTrue();
        });
    }

    @Test
    void aTimeoutOfTheFutureCancelsThePromise() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            CompletableFuture<String> future =
                    promise.toCompletableFuture().orTimeout(1, TimeUnit.NANOSECONDS);
            return promise.outcome().map(outcome -> {
                assertThat(outcome).isEqualTo(cancelled());
                assertThat(error(future)).isInstanceOf(TimeoutException.class);
                return outcome;
            });
        });
    }

    @Test
    void completingTheFutureByHandCancelsThePromise() throws Exception {
        List<Consumer<CompletableFuture<String>>> ways = List.of(
                future -> future.complete("x"),
                future -> future.completeExceptionally(new Exception("x")),
                future -> future.obtrudeValue("x"),
                future -> future.obtrudeException(new Exception("x")),
                future -> future.completeAsync(() -> "x", Runnable::run),
                future -> future.completeAsync(
                        () -> {
                            throw new IllegalStateException("x");
                        },
                        Runnable::run));
        VirtualLoop.run(loop -> {
            for (Consumer<CompletableFuture<String>> way : ways) {
                Promise<String> promise = Resolver.<String>cancellable().promise();
                CompletableFuture<String> future = promise.toCompletableFuture();
                way.accept(future);
                assertThat(future).isDone();
                assertThat(promise.isCancelled()).isTrue();
            }
        });
    }

    @Test
    void completingTheFutureAsynchronouslyCancelsThePromise() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            CompletableFuture<String> future = promise.toCompletableFuture();
            future.completeAsync(() -> "x");
            return promise.outcome().map(outcome -> {
                assertThat(future).isCompletedWithValue("x");
                return assertThat(outcome).isEqualTo(cancelled());
            });
        });
    }

    @Test
    void completingTheFutureOfAResolvedPromiseChangesNothing() throws Exception {
        VirtualLoop.run(loop -> {
            CompletableFuture<String> future = Promise.of("v").toCompletableFuture();
            assertThat(future.complete("x")).isFalse();
            assertThat(future.cancel(true)).isFalse();
            elsewhere(() -> future.obtrudeValue("x"));
            assertThat(future).isCompletedWithValue("x");
        });
        CompletableFuture<String> future = Promise.of("v").toCompletableFuture();
        elsewhere(() -> future.obtrudeValue("x"));
        assertThat(future).isCompletedWithValue("x");
    }

    @Test
    void aCancelledFutureStaysAttachedToNothing() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.uncancellable();
            Promise<String> promise = resolver.promise();
            for (int i = 0; i < 1_000_000; i++) {
                promise.toCompletableFuture().cancel(true);
            }
            assertThat(hasWaiters(promise)).isFalse();
            promise.toCompletableFuture().thenApply(value -> value).cancel(true);
            assertThat(hasWaiters(promise)).isFalse();
        });
    }

    @Test
    void anErrorThatFindsTheFutureCompletedCountsAsNotLookedAt() throws Exception {
        Queue<Throwable> heard = new ConcurrentLinkedQueue<>();
        try (EventLoop loop = EventLoop.builder().uncaughtHandler(heard::add).start()) {
            Exception error = new Exception("late");
            loop.submit(() -> {
                        Resolver<String> resolver = Resolver.uncancellable();
                        CompletableFuture<String> future = resolver.promise().toCompletableFuture();
                        // Decided, and the loop not told of it yet.
                        elsewhere(() -> future.complete("x"));
                        resolver.reject(error);
                        return Promise.unit();
                    })
                    .join();
            while (heard.isEmpty()) {
                System.gc();
            }
            assertThat(heard).containsExactly(error);
        }
    }

    @Test
    void anEndlessChainOfStagesKeepsNoOldStage() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> first = Resolver.cancellable();
            Resolver<String> last = Resolver.cancellable();
            CompletableFuture<String> old = first.promise().toCompletableFuture();
            CompletableFuture<String> end = old.thenApply(value -> value)
                    .thenCompose(value -> last.promise().toCompletableFuture());
            WeakReference<?> reference = new WeakReference<>(old);
            first.resolve("v");
            old = null;
            collectUntilCleared(reference);
            last.resolve("w");
            assertThat(end).isCompletedWithValue("w");
        });
    }

    @Test
    void aStageInTheMiddleOfAChainIsNotNeededToCancelThePromise() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            WeakReference<Promise<String>> reference = new WeakReference<>(promise);
            promise.onCancel(loop.logs("cancel"));
            CompletableFuture<String> end = promise.toCompletableFuture()
                    .thenApply(value -> value)
                    .thenApply(value -> value);
            promise = Promise.of("another");
            System.gc();
            assertThat(reference.get()).isNotNull();
            end.cancel(true);
            assertThat(loop.takeTrace()).containsExactly("cancel");
        });
    }

    /* ---- Out: waiting ---- */

    @Test
    void waitingOnTheLoopIsRefusedInsteadOfWaitingForEver() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> resolver = Resolver.cancellable();
            CompletableFuture<String> future = resolver.promise().toCompletableFuture();
            for (CompletableFuture<String> pending :
                    List.of(future, future.thenApply(value -> value))) {
                assertThatThrownBy(pending::get).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> pending.get(1, TimeUnit.DAYS))
                        .isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(pending::join)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("would block event loop");
            }
            resolver.resolve("v");
            assertThat(future.get()).isEqualTo("v");
            assertThat(future.get(1, TimeUnit.DAYS)).isEqualTo("v");
            assertThat(future.join()).isEqualTo("v");
        });
    }

    @Test
    void aThreadWithoutALoopMayWait() throws Exception {
        try (EventLoop loop = EventLoop.builder().start()) {
            assertThat(loop.submit(() -> EventLoop.pause().map(done -> "v")).get())
                    .isEqualTo("v");
        }
        assertThat(Promise.of("v")
                        .toCompletableFuture()
                        .thenApplyAsync(v -> v + "w")
                        .join())
                .isEqualTo("vw");
    }

    /* ---- In: the outcome ---- */

    @Test
    void aCompleteStageIsAResolvedPromiseAtOnce() throws Exception {
        Exception error = new Exception("e");
        CheckedConsumer<@Nullable Object> check = nothing -> {
            CompletableFuture<String> done = CompletableFuture.completedFuture("v");
            assertThat(Promise.from(done).state()).isEqualTo(fulfilled("v"));
            assertThat(Promise.from(done.minimalCompletionStage()).state())
                    .isEqualTo(fulfilled("v"));
            assertThat(Promise.from(CompletableFuture.<@Nullable String>completedFuture(null))
                            .state())
                    .isEqualTo(fulfilled(null));
            assertThat(Promise.from(CompletableFuture.failedFuture(error)).state())
                    .isEqualTo(rejected(error));
            assertThat(Promise.from(CompletableFuture.failedStage(error)).state())
                    .isEqualTo(rejected(error));
        };
        check.accept(null);
        VirtualLoop.run(loop -> check.accept(null));
    }

    @Test
    void aStageMayBeCompletedOnTheLoop() throws Exception {
        VirtualLoop.run(loop -> {
            CompletableFuture<String> stage = new CompletableFuture<>();
            Promise<String> promise = Promise.from(stage);
            promise.onSuccess(loop::log);
            stage.complete("v");
            assertThat(loop.takeTrace()).containsExactly("v");
        });
    }

    @Test
    void aStageCompletedWithinAResolutionRunsCallbacksAfterIt() throws Exception {
        VirtualLoop.run(loop -> {
            CompletableFuture<String> stage = new CompletableFuture<>();
            Promise.from(stage).onSuccess(loop::log);
            Resolver<String> resolver = Resolver.cancellable();
            resolver.promise().onSuccess(value -> {
                stage.complete("inner");
                loop.log(value);
            });
            resolver.resolve("outer");
            assertThat(loop.takeTrace()).containsExactly("outer", "inner");
        });
    }

    @Test
    void aStageMayBeCompletedOnAnyThread() throws Exception {
        VirtualLoop.runAsync(loop -> {
            CompletableFuture<String> stage = new CompletableFuture<>();
            EventLoop here = EventLoop.current();
            Promise<String> promise = Promise.from(stage);
            elsewhere(() -> stage.complete("v"));
            assertThat(promise.isPending()).isTrue();
            return promise.map(value -> {
                assertThat(value).isEqualTo("v");
                return assertThat(here.isCurrent()).isTrue();
            });
        });
    }

    @Test
    void aPendingStageNeedsALoop() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        assertThatThrownBy(() -> Promise.from(stage)).isInstanceOf(LoopThreadException.class);
        assertThat(stage.complete("v")).isTrue();
    }

    @Test
    void exactlyOneLayerIsTakenOffAnErrorOnTheWayIn() throws Exception {
        Exception error = new Exception("e");
        CompletionException wrapped = new CompletionException(error);
        assertIn(error, error);
        assertIn(wrapped, error);
        assertIn(new CompletionException(wrapped), wrapped);
        assertIn(new ExecutionException(error), error);
        assertIn(new ExecutionException(wrapped), wrapped);
        CompletionException bare = new CompletionException("no cause", null);
        assertIn(bare, bare);
        RuntimeException other = new RuntimeException(error);
        assertIn(other, other);
    }

    @Test
    void cancellationOfAStageCancelsThePromise() throws Exception {
        assertIn(new CancellationException(), CanceledException.instance());
        assertIn(
                new CompletionException(new CancellationException()), CanceledException.instance());
        assertIn(CanceledException.instance(), CanceledException.instance());
        VirtualLoop.run(loop -> {
            CompletableFuture<String> stage = new CompletableFuture<>();
            Promise<String> promise = Promise.from(stage);
            Promise<String> dependent = Promise.from(stage.thenApply(value -> value));
            stage.cancel(true);
            assertThat(promise.isCancelled()).isTrue();
            assertThat(dependent.isCancelled()).isTrue();
            assertThat(Promise.from(stage).isCancelled()).isTrue();
        });
    }

    /** Checks what becomes of an error of a stage, be it there at the call or come later. */
    private static void assertIn(Throwable error, Throwable expected) throws Exception {
        VirtualLoop.run(loop -> {
            CompletableFuture<String> stage = new CompletableFuture<>();
            Promise<String> later = Promise.from(stage);
            stage.completeExceptionally(error);
            for (Promise<String> promise : List.of(later, Promise.from(stage))) {
                assertThat(promise.state())
                        .isInstanceOfSatisfying(
                                Promise.State.Rejected.class,
                                state -> assertThat(state.cause()).isSameAs(expected));
            }
        });
    }

    @Test
    void aDependentStageWrapsNoErrorThatArrives() throws Exception {
        VirtualLoop.run(loop -> {
            Exception error = new Exception("e");
            CompletableFuture<String> stage = new CompletableFuture<>();
            Promise<String> promise = Promise.from(stage.thenApply(value -> value));
            stage.completeExceptionally(error);
            assertThat(promise.state()).isEqualTo(rejected(error));
        });
    }

    /* ---- In: cancellation ---- */

    @Test
    void cancellingThePromiseCancelsTheStageOnce() throws Exception {
        VirtualLoop.run(loop -> {
            Probe stage = Probe.obeying();
            Promise<String> promise = Promise.from(stage);
            promise.cancel();
            promise.cancel();
            assertThat(promise.isCancelled()).isTrue();
            assertThat(stage).isCancelled();
            assertThat(stage.cancels).hasValue(1);
        });
    }

    @Test
    void aStageIsNotCancelledAfterItsEnd() throws Exception {
        VirtualLoop.run(loop -> {
            Probe stage = Probe.obeying();
            Promise<String> promise = Promise.from(stage);
            // Complete, and the loop not told of it yet.
            elsewhere(() -> stage.complete("v"));
            promise.cancel();
            assertThat(promise.isCancelled()).isTrue();
            assertThat(stage.cancels).hasValue(0);
            Promise.from(stage).cancel();
            assertThat(stage.cancels).hasValue(0);
        });
    }

    @Test
    void anErrorThatIsOvertakenByCancellationReachesTheHandler() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Exception error = new Exception("overtaken");
            CompletableFuture<String> stage = new CompletableFuture<>();
            Promise<String> promise = Promise.from(stage);
            elsewhere(() -> stage.completeExceptionally(error));
            promise.cancel();
            return EventLoop.pause()
                    .flatMap(done -> EventLoop.pause())
                    .map(done -> assertThat(loop.takeErrors()).containsExactly(error));
        });
    }

    @Test
    void anErrorAfterCancellationReachesTheHandler() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Exception here = new Exception("on the loop");
            Exception there = new Exception("elsewhere");
            Probe first = Probe.ignoring();
            Probe second = Probe.ignoring();
            Promise.from(first).cancel();
            Promise.from(second).cancel();
            first.completeExceptionally(new CompletionException(here));
            assertThat(loop.takeErrors()).containsExactly(here);
            elsewhere(() -> second.completeExceptionally(there));
            return EventLoop.pause()
                    .flatMap(done -> EventLoop.pause())
                    .map(done -> assertThat(loop.takeErrors()).containsExactly(there));
        });
    }

    @Test
    void aValueOrACancellationAfterCancellationIsIgnored() throws Exception {
        VirtualLoop.run(loop -> {
            Probe first = Probe.ignoring();
            Probe second = Probe.ignoring();
            Promise.from(first).cancel();
            Promise.from(second).cancel();
            first.complete("v");
            second.completeExceptionally(new CancellationException());
            assertThat(loop.takeErrors()).isEmpty();
        });
    }

    @Test
    void whatAStageThrowsAtItsCancellationReachesTheHandlerAndStopsNothing() throws Exception {
        VirtualLoop.run(loop -> {
            RuntimeException error = new IllegalStateException("cancel");
            Probe bad = Probe.throwing(error);
            Probe good = Probe.obeying();
            Resolver<String> winner = Resolver.cancellable();
            Promise<String> picked =
                    Promise.pick(Promise.from(bad), winner.promise(), Promise.from(good));
            winner.resolve("v");
            assertThat(picked.state()).isEqualTo(fulfilled("v"));
            assertThat(good).isCancelled();
            assertThat(bad.cancels).hasValue(1);
            assertThat(loop.takeErrors()).containsExactly(error);
        });
    }

    @Test
    void aStageThatKnowsNoCancellationGoesOn() throws Exception {
        VirtualLoop.run(loop -> {
            CompletableFuture<String> source = new CompletableFuture<>();
            Promise<String> promise = Promise.from(source.minimalCompletionStage());
            promise.cancel();
            assertThat(promise.isCancelled()).isTrue();
            assertThat(source).isNotDone();
        });
    }

    @Test
    void cancellationPassesThroughAFutureBackToAPromise() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<String> promise = Resolver.<String>cancellable().promise();
            Promise<String> back =
                    Promise.from(promise.toCompletableFuture().thenApply(value -> value));
            back.cancel();
            assertThat(promise.isCancelled()).isTrue();
        });
    }

    @Test
    void aLongLivedStageKeepsNothingOfACancelledPromise() throws Exception {
        VirtualLoop.run(loop -> {
            Probe stage = Probe.ignoring();
            Promise<String> promise = Promise.from(stage);
            WeakReference<?> reference = new WeakReference<>(promise);
            promise.cancel();
            promise = Promise.of("another");
            collectUntilCleared(reference);
            assertThat(stage).isNotDone();
        });
    }

    @Test
    void aStageMayOutliveTheLoopAndItsErrorIsLogged() throws Exception {
        CompletableFuture<String> value = new CompletableFuture<>();
        CompletableFuture<String> failure = new CompletableFuture<>();
        EventLoop.run(() -> {
            assertThat(Promise.from(value).isPending()).isTrue();
            assertThat(Promise.from(failure).isPending()).isTrue();
            return Promise.unit();
        });
        Exception error = new Exception("late");
        LogCapture.run(
                () -> {
                    assertThat(value.complete("v")).isTrue();
                    assertThat(failure.completeExceptionally(error)).isTrue();
                },
                logged -> assertThat(logged).contains(error));
    }

    /* ---- Two threads ---- */

    private static final int ROUNDS = 5_000;

    @Test
    void aStageCompletedByOneThreadWhileAnotherCancelsLosesNothing() {
        Duel duel = new Duel("stage");
        Queue<Throwable> heard = new ConcurrentLinkedQueue<>();
        try (EventLoop loop = EventLoop.builder().uncaughtHandler(heard::add).start()) {
            for (int round = 0; round < ROUNDS; round++) {
                Exception error = new Exception("round " + round);
                boolean fails = duel.random.nextBoolean();
                Probe stage = duel.random.nextBoolean() ? Probe.obeying() : Probe.ignoring();
                duel.begin();
                CompletableFuture<Promise.State<String>> outcome = loop.submit(() -> {
                    Promise<String> promise = Promise.from(stage);
                    duel.meet();
                    promise.cancel();
                    return promise.outcome();
                });
                duel.meet();
                boolean completed =
                        fails ? stage.completeExceptionally(error) : stage.complete("v");
                Promise.State<String> state = outcome.join();
                loop.submit(Promise::unit).join();
                List<Throwable> late = new ArrayList<>(heard);
                heard.clear();
                if (state.equals(cancelled())) {
                    assertThat(stage.cancels.get()).isLessThanOrEqualTo(1);
                    assertThat(late).isEqualTo(completed && fails ? List.of(error) : List.of());
                } else {
                    assertThat(state).isEqualTo(fails ? rejected(error) : fulfilled("v"));
                    assertThat(stage.cancels).hasValue(0);
                    assertThat(late).isEmpty();
                }
            }
        }
    }

    @Test
    void aFutureDecidedByOneThreadWhileAnotherResolvesThePromiseAgreesWithIt() {
        Duel duel = new Duel("future");
        try (EventLoop loop = EventLoop.builder().start()) {
            for (int round = 0; round < ROUNDS; round++) {
                boolean cancellable = duel.random.nextBoolean();
                int dependents = duel.random.nextInt(3);
                Resolver<String> resolver =
                        cancellable ? Resolver.cancellable(loop) : Resolver.uncancellable(loop);
                Promise<String> promise = resolver.promise();
                CompletableFuture<String> future = loop.submit(() -> promise);
                List<CompletableFuture<String>> ends = new ArrayList<>();
                for (int i = 0; i < dependents; i++) {
                    ends.add(future.thenApply(value -> value));
                }
                duel.begin();
                CompletableFuture<?> done = loop.submit(() -> {
                    // By now the future follows the promise.
                    duel.meet();
                    if (promise.isPending()) {
                        resolver.resolve("v");
                    }
                    return Promise.unit();
                });
                duel.meet();
                if (ends.isEmpty()) {
                    future.cancel(true);
                } else {
                    ends.forEach(end -> end.cancel(true));
                }
                done.join();
                assertThat(future).isDone();
                assertThat(promise.isPending()).isFalse();
                if (promise.isCancelled()) {
                    assertThat(cancellable).isTrue();
                    assertThat(future).isCancelled();
                } else {
                    assertThat(promise.state()).isEqualTo(fulfilled("v"));
                }
                assertThat(ends).allMatch(CompletableFuture::isDone);
                assertThat(future.isCancelled() || future.join().equals("v")).isTrue();
            }
        }
    }

    /** Lets two threads start at nearly the same time, now the one first and now the other. */
    private static final class Duel {

        final Random random;

        private final AtomicInteger ready = new AtomicInteger();
        private volatile int[] delays = {0, 0};

        Duel(String name) {
            long seed = System.nanoTime();
            System.out.println("FuturesTest, " + name + ": seed " + seed);
            random = new Random(seed);
        }

        void begin() {
            ready.set(0);
            delays = new int[] {random.nextInt(300), random.nextInt(300)};
        }

        void meet() {
            int me = ready.getAndIncrement();
            for (int spins = 0; ready.get() < 2; spins++) {
                if (spins < 1_000) {
                    Thread.onSpinWait();
                } else {
                    // There may be fewer processors than busy threads.
                    LockSupport.parkNanos(this, 1_000);
                }
            }
            for (int i = delays[me]; i > 0; i--) {
                Thread.onSpinWait();
            }
        }
    }
}
