package io.lwt4j;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Rules B: flatMap, map, recover, fold and eventually. */
class ContinuationRulesTest {

    private final Exception error = new Exception("error");
    private final Exception other = new Exception("other");

    /* ---- flatMap ---- */

    @Test
    @Rule("B-1")
    void flatMapOnAFulfilledPromiseReturnsTheVeryPromiseOfItsCallback() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<String> inner = Resolver.cancellable();

            Promise<String> result = Promise.of(1).flatMap(v -> {
                loop.log("called with " + v);
                return inner.promise();
            });

            assertThat(loop.takeTrace()).containsExactly("called with 1");
            assertThat(result).isSameAs(inner.promise());
        });
    }

    @Test
    @Rule("B-3")
    void flatMapOnARejectedPromiseIsRejectedAndDoesNotCallBack() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> result = Promise.<Integer>failed(error).flatMap(v -> {
                loop.log("called");
                return Promise.of(v);
            });

            assertThat(result.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    @Rule("B-3")
    void aRejectionPassesThroughPendingContinuations() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Promise<Integer> result =
                    a.promise().map(v -> called(loop, v)).flatMap(v -> Promise.of(called(loop, v)));

            a.reject(error);

            assertThat(result.state()).isEqualTo(rejected(error));
        });
    }

    private static int called(VirtualLoop loop, int value) {
        loop.log("called");
        return value;
    }

    @Test
    @Rule("B-4")
    void thePromiseOfTheCallbackAndTheResultAreTheSameFromThenOn() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> source = Resolver.cancellable();
            Resolver<Integer> inner = Resolver.cancellable();
            Promise<Integer> outer = source.promise().flatMap(v -> inner.promise());
            assertThat(outer.state()).isEqualTo(pending());
            source.resolve(0);
            assertThat(outer.state()).isEqualTo(pending());
            inner.promise().onSuccess(v -> loop.log("inner; outer is " + outer.state()));
            outer.onSuccess(v -> loop.log("outer; inner is " + inner.promise().state()));

            inner.resolve(1);

            assertThat(loop.takeTrace())
                    .containsExactly(
                            "outer; inner is " + fulfilled(1), "inner; outer is " + fulfilled(1));
        });
    }

    @Test
    @Rule("B-4")
    void cancellingEitherOfTwoPromisesThatHaveBecomeTheSameCancelsBoth() throws Exception {
        VirtualLoop.run(loop -> {
            for (boolean byOuter : new boolean[] {true, false}) {
                Resolver<Integer> source = Resolver.cancellable();
                Resolver<Integer> inner = Resolver.cancellable();
                Promise<Integer> outer = source.promise().flatMap(v -> inner.promise());
                source.resolve(0);

                (byOuter ? outer : inner.promise()).cancel();

                assertThat(outer.state()).isEqualTo(cancelled());
                assertThat(inner.promise().state()).isEqualTo(cancelled());
            }
        });
    }

    @Test
    @Rule("B-4")
    void aPromiseReturnedByTwoCallbacksMakesAllThreeTheSame() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> source = Resolver.cancellable();
            Resolver<Integer> inner = Resolver.cancellable();
            Promise<Integer> first = source.promise().flatMap(v -> inner.promise());
            Promise<Integer> second = source.promise().flatMap(v -> inner.promise());
            source.resolve(0);

            first.cancel();

            assertThat(second.state()).isEqualTo(cancelled());
        });
    }

    @Test
    @Rule("B-5")
    void everyStepOfARecursiveLoopResolvesTheOutermostPromise() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<Integer> result = countDown(1_000);

            assertThat(result.isPending()).isTrue();
            return result.onSuccess(v -> assertThat(v).isZero());
        });
    }

    private static Promise<Integer> countDown(int n) {
        return n == 0 ? Promise.of(0) : EventLoop.pause().flatMap(v -> countDown(n - 1));
    }

    /**
     * The callback of a continuation makes the continuation's own result part of another promise,
     * before it returns.
     */
    @Test
    @Rule("B-6")
    void aResultMayBecomeTheSameAsAnotherPromiseWhileItsOwnCallbackRuns() throws Exception {
        VirtualLoop.run(loop -> {
            for (Map.Entry<String, Continuation> continuation : continuations().entrySet()) {
                for (Map.Entry<String, Ending> ending : endings().entrySet()) {
                    checkMergeInCallback(
                            continuation.getKey() + ", " + ending.getKey(),
                            continuation.getValue(),
                            ending.getValue());
                }
            }
        });
    }

    private static void checkMergeInCallback(
            String description, Continuation continuation, Ending ending) {
        Resolver<Integer> source = Resolver.cancellable();
        Resolver<Integer> gate = Resolver.cancellable();
        Resolver<Integer> last = Resolver.cancellable();
        List<Promise<Integer>> result = new ArrayList<>();
        result.add(continuation.attach(source.promise(), () -> {
            // The callback of the gate's continuation returns our result: now it is the same.
            gate.resolveNow(0);
            return ending.promise(last.promise());
        }));
        Promise<Integer> outer = gate.promise().flatMap(v -> result.get(0));
        List<Promise.State<Integer>> seen = new ArrayList<>();
        outer.onAny(v -> seen.add(outer.state()), e -> seen.add(outer.state()));

        continuation.fire(source);
        if (ending.waits()) {
            assertThat(outer.state()).as(description).isEqualTo(pending());
            last.resolve(8);
        }

        assertThat(outer.state()).as(description).isEqualTo(ending.state());
        assertThat(result.get(0).state()).as(description).isEqualTo(ending.state());
        assertThat(seen).as(description).isEqualTo(List.of(ending.state()));
    }

    /** A way to attach a callback that makes a promise. */
    private record Continuation(boolean onError, Attach attach) {

        Promise<Integer> attach(Promise<Integer> source, Callable<Promise<Integer>> callback) {
            return attach.attach(source, callback);
        }

        void fire(Resolver<Integer> source) {
            if (onError) {
                source.reject(new Exception("source"));
            } else {
                source.resolve(0);
            }
        }
    }

    @FunctionalInterface
    private interface Attach {
        Promise<Integer> attach(Promise<Integer> source, Callable<Promise<Integer>> callback);
    }

    private static Map<String, Continuation> continuations() {
        Map<String, Continuation> all = new LinkedHashMap<>();
        all.put("flatMap", new Continuation(false, (p, f) -> p.flatMap(v -> f.call())));
        all.put("recover", new Continuation(true, (p, f) -> p.recover(e -> f.call())));
        all.put(
                "fold, value",
                new Continuation(false, (p, f) -> p.fold(v -> f.call(), Promise::failed)));
        all.put(
                "fold, error",
                new Continuation(true, (p, f) -> p.fold(Promise::of, e -> f.call())));
        return all;
    }

    /** How a callback ends, and what its promise becomes. */
    private record Ending(
            boolean waits,
            CheckedFunction<Promise<Integer>, Promise<Integer>> end,
            Promise.State<Integer> state) {

        Promise<Integer> promise(Promise<Integer> last) throws Exception {
            return end.apply(last);
        }
    }

    private Map<String, Ending> endings() {
        Map<String, Ending> all = new LinkedHashMap<>();
        all.put("fulfilled", new Ending(false, p -> Promise.of(7), fulfilled(7)));
        all.put("rejected", new Ending(false, p -> Promise.failed(error), rejected(error)));
        all.put("throws", new Ending(false, this::throwError, rejected(error)));
        all.put("pending", new Ending(true, p -> p, fulfilled(8)));
        all.put("pending map", new Ending(true, p -> p.map(v -> v + 1), fulfilled(9)));
        return all;
    }

    private <T> Promise<T> throwError(Object ignored) throws Exception {
        throw error;
    }

    @Test
    @Rule("B-6")
    void theResultOfMapMayBecomeTheSameAsAnotherPromiseWhileItsCallbackRuns() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> source = Resolver.cancellable();
            Resolver<Integer> gate = Resolver.cancellable();
            Promise<Integer> result = source.promise().map(v -> {
                gate.resolveNow(0);
                return 7;
            });
            Promise<Integer> outer = gate.promise().flatMap(v -> result);
            outer.onSuccess(loop::log);

            source.resolve(0);

            assertThat(result.state()).isEqualTo(fulfilled(7));
            assertThat(outer.state()).isEqualTo(fulfilled(7));
            assertThat(loop.takeTrace()).containsExactly("7");
        });
    }

    @Test
    @Rule("B-6")
    void theResultOfEventuallyMayBecomeTheSameAsAnotherPromiseInItsCleanup() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> source = Resolver.cancellable();
            Resolver<Integer> gate = Resolver.cancellable();
            Resolver<Integer> cleanup = Resolver.cancellable();
            Promise<Integer> result = source.promise().eventually(() -> {
                gate.resolveNow(0);
                return cleanup.promise();
            });
            Promise<Integer> outer = gate.promise().flatMap(v -> result);

            source.resolve(7);
            assertThat(outer.state()).isEqualTo(pending());
            cleanup.resolve(0);

            assertThat(result.state()).isEqualTo(fulfilled(7));
            assertThat(outer.state()).isEqualTo(fulfilled(7));
        });
    }

    @Test
    @Rule("B-7")
    void aCallbackThatReturnsItsOwnResultLeavesItPendingForEver() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> source = Resolver.cancellable();
            List<Promise<Integer>> self = new ArrayList<>();
            self.add(source.promise().flatMap(v -> self.get(0)));

            source.resolve(0);
            self.get(0).cancel();

            assertThat(self.get(0).state()).isEqualTo(pending());
        });
    }

    /* ---- D1: nothing is thrown ---- */

    @Test
    @Rule({"B-2", "B-13"})
    void noContinuationThrowsWhatItsCallbackThrewOnAResolvedPromise() throws Exception {
        VirtualLoop.run(loop -> throwing(Promise.of(1), Promise.failed(error))
                .forEach((name, result) ->
                        assertThat(result.state()).as(name).isEqualTo(rejected(other))));
    }

    @Test
    @Rule("B-2")
    void noContinuationThrowsWhatItsCallbackThrewOnAPendingPromise() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> ok = Resolver.cancellable();
            Resolver<Integer> broken = Resolver.cancellable();
            Map<String, Promise<Integer>> results = throwing(ok.promise(), broken.promise());

            ok.resolve(1);
            broken.reject(error);

            results.forEach((name, result) ->
                    assertThat(result.state()).as(name).isEqualTo(rejected(other)));
        });
    }

    /** The results of continuations whose callbacks throw. */
    private Map<String, Promise<Integer>> throwing(Promise<Integer> ok, Promise<Integer> broken) {
        Map<String, Promise<Integer>> results = new LinkedHashMap<>();
        results.put("flatMap", ok.flatMap(this::throwOther));
        results.put("map", ok.map(v -> {
            throw other;
        }));
        results.put("recover", broken.recover(this::throwOther));
        results.put("recover of a kind", broken.recover(Exception.class, this::throwOther));
        results.put("fold, value", ok.fold(this::throwOther, Promise::failed));
        results.put("fold, error", broken.fold(Promise::of, this::throwOther));
        results.put("eventually, value", ok.eventually(() -> throwOther(0)));
        results.put("eventually, error", broken.eventually(() -> throwOther(0)));
        results.put("both", Promise.both(ok, ok, (x, y) -> {
            throw other;
        }));
        results.put("all of three", Promise.all(ok, ok, ok, (x, y, z) -> {
            throw other;
        }));
        return results;
    }

    private <T> Promise<T> throwOther(Object ignored) throws Exception {
        throw other;
    }

    @Test
    @Rule("B-13")
    void functionsOfTheLibraryThatTakeCodeReturnARejectedPromise() throws Exception {
        VirtualLoop.run(loop -> {
            Callable<Promise<Integer>> body = () -> throwError(0);
            Map<String, Promise<Integer>> results = new LinkedHashMap<>();
            results.put("apply", Promise.apply(body));
            results.put("wrap", Promise.wrap(() -> {
                throw error;
            }));
            results.put(
                    "lift",
                    Promise.<Integer, Integer>lift(v -> {
                                throw error;
                            })
                            .apply(1));
            results.put("withTimeout", EventLoop.withTimeout(Duration.ofSeconds(1), body));

            results.forEach((name, result) ->
                    assertThat(result.state()).as(name).isEqualTo(rejected(error)));
        });
    }

    @Test
    @Rule("B-2")
    void aCallbackThatReturnsNullRejectsTheResult() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            List<Promise<Integer>> results =
                    List.of(Promise.of(1).flatMap(v -> null), a.promise().flatMap(v -> null));
            a.resolve(1);

            for (Promise<Integer> result : results) {
                assertThat(result.state())
                        .isInstanceOfSatisfying(
                                Promise.State.Rejected.class,
                                state -> assertThat(state.cause())
                                        .isInstanceOf(NullPointerException.class)
                                        .hasMessageContaining("returned null"));
            }
        });
    }

    /* ---- recover and fold ---- */

    @Test
    @Rule("B-8")
    void applyRunsItsBodyAtOnceAndTakesWhatItThrowsForARejection() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> result = Promise.<Integer>apply(() -> {
                        loop.log("body");
                        throw error;
                    })
                    .recover(e -> {
                        loop.log("handler of " + e.getMessage());
                        return Promise.of(2);
                    });

            assertThat(loop.takeTrace()).containsExactly("body", "handler of error");
            assertThat(result.state()).isEqualTo(fulfilled(2));
        });
    }

    @Test
    @Rule("B-8")
    void recoverReturnsAFulfilledPromiseAsItIs() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> body = Promise.of(1);

            assertThat(Promise.apply(() -> body).recover(e -> Promise.of(2))).isSameAs(body);
        });
    }

    @Test
    @Rule("B-8")
    void recoverOfAPendingPromisePassesTheValueOrCallsTheHandler() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();
            Promise<Integer> passed = a.promise().recover(e -> Promise.of(-1));
            Promise<Integer> handled = b.promise().recover(e -> Promise.of(-1));

            a.resolve(1);
            b.reject(error);

            assertThat(passed.state()).isEqualTo(fulfilled(1));
            assertThat(handled.state()).isEqualTo(fulfilled(-1));
        });
    }

    @Test
    @Rule("B-8")
    void recoverOfOneKindOfErrorPassesTheOthersOn() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> timeout = Promise.failed(new TimeoutException());
            Promise<Integer> plain = Promise.failed(error);

            assertThat(timeout.recover(TimeoutException.class, e -> Promise.of(1))
                            .state())
                    .isEqualTo(fulfilled(1));
            assertThat(plain.recover(TimeoutException.class, e -> Promise.of(1)).state())
                    .isEqualTo(rejected(error));
        });
    }

    @Test
    @Rule("B-9")
    void theErrorCallbackOfFoldDoesNotSeeErrorsOfTheValueCallback() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            List<Promise<Integer>> sources = List.of(a.promise(), Promise.of(1));
            List<Promise<Integer>> results = sources.stream()
                    .flatMap(source -> List.of(
                            source.fold(this::throwOther, e -> handled(loop)),
                            source.fold(v -> Promise.failed(other), e -> handled(loop)))
                            .stream())
                    .collect(Collectors.toList());

            a.resolve(1);

            assertThat(results)
                    .extracting(Promise::state)
                    .containsOnly(VirtualLoop.<Integer>rejected(other));
        });
    }

    private static Promise<Integer> handled(VirtualLoop loop) {
        loop.log("handled");
        return Promise.of(-1);
    }

    /* ---- eventually ---- */

    @Test
    @Rule("B-10")
    void theCleanupRunsAfterSuccessAndAfterFailure() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();
            Promise<Integer> first = a.promise().eventually(() -> cleanup(loop));
            Promise<Integer> second = b.promise().eventually(() -> cleanup(loop));
            Promise<Integer> third = Promise.of(3).eventually(() -> cleanup(loop));
            Promise<Integer> fourth =
                    Promise.<Integer>failed(error).eventually(() -> cleanup(loop));
            assertThat(loop.takeTrace()).containsExactly("cleanup", "cleanup");

            a.resolve(1);
            b.reject(error);

            assertThat(loop.takeTrace()).containsExactly("cleanup", "cleanup");
            assertThat(first.state()).isEqualTo(fulfilled(1));
            assertThat(second.state()).isEqualTo(rejected(error));
            assertThat(third.state()).isEqualTo(fulfilled(3));
            assertThat(fourth.state()).isEqualTo(rejected(error));
        });
    }

    private static Promise<String> cleanup(VirtualLoop loop) {
        loop.log("cleanup");
        return Promise.of("dropped");
    }

    @Test
    @Rule("B-10")
    void theResultWaitsForTheCleanup() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<String> cleanup = Resolver.cancellable();
            Promise<Integer> result = a.promise().eventually(cleanup::promise);

            a.resolve(1);
            assertThat(result.state()).isEqualTo(pending());
            cleanup.resolve("done");

            assertThat(result.state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    @Rule("B-10")
    void theErrorOfTheCleanupTakesThePlaceOfTheOutcome() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();
            Resolver<Integer> c = Resolver.cancellable();
            Resolver<Integer> late = Resolver.cancellable();
            Promise<Integer> first = a.promise().eventually(() -> throwOther(0));
            Promise<Integer> second = b.promise().eventually(() -> Promise.failed(other));
            Promise<Integer> third = c.promise().eventually(late::promise);

            a.resolve(1);
            b.reject(error);
            c.resolve(1);
            late.reject(other);

            assertThat(List.of(first, second, third))
                    .extracting(Promise::state)
                    .containsOnly(VirtualLoop.<Integer>rejected(other));
        });
    }

    @Test
    @Rule("B-10")
    void theCleanupRunsOnceWhenTheResultIsCancelled() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Promise<Integer> result = a.promise().eventually(() -> cleanup(loop));

            result.cancel();

            assertThat(loop.takeTrace()).containsExactly("cleanup");
            assertThat(a.promise().state()).isEqualTo(cancelled());
            assertThat(result.state()).isEqualTo(cancelled());
        });
    }

    @Test
    @Rule("B-11")
    void cancellingTheResultNeverCancelsTheCleanup() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> pending = Resolver.cancellable();
            List<Promise<Integer>> sources =
                    List.of(pending.promise(), Promise.of(1), Promise.failed(error));
            List<Resolver<String>> cleanups = new ArrayList<>();
            List<Promise<Integer>> results = new ArrayList<>();
            for (Promise<Integer> source : sources) {
                Resolver<String> cleanup = Resolver.cancellable();
                cleanups.add(cleanup);
                results.add(source.eventually(cleanup::promise));
            }
            pending.resolve(0);

            results.forEach(Promise::cancel);

            assertThat(results).extracting(Promise::state).containsOnly(pending());
            assertThat(cleanups).extracting(c -> c.promise().isPending()).containsOnly(true);

            cleanups.forEach(cleanup -> cleanup.resolve("done"));

            assertThat(results)
                    .extracting(Promise::state)
                    .containsExactly(fulfilled(0), fulfilled(1), rejected(error));
        });
    }

    @Test
    @Rule("B-11")
    void theLoserOfAPickFinishesItsCleanup() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> body = Resolver.cancellable();
            Resolver<String> cleanup = Resolver.cancellable();
            Promise<Integer> loser = body.promise().eventually(cleanup::promise);
            Promise<Integer> winner = Promise.pick(loser, Promise.of(2));

            assertThat(winner.state()).isEqualTo(fulfilled(2));
            assertThat(loser.state()).isEqualTo(pending());
            cleanup.resolve("done");

            assertThat(loser.state()).isEqualTo(cancelled());
        });
    }

    /* ---- Storage; see also StorageRulesTest ---- */

    @Test
    @Rule("B-12")
    void continuationsSeeTheStorageOfTheTimeTheyWereAttached() throws Exception {
        VirtualLoop.run(loop -> {
            PromiseLocal<String> key = PromiseLocal.create();
            for (Map.Entry<String, Continuation> continuation : continuations().entrySet()) {
                Resolver<Integer> source = Resolver.cancellable();
                key.with(
                        "attaching",
                        () -> continuation.getValue().attach(source.promise(), () -> {
                            loop.log(key.get());
                            return Promise.of(0);
                        }));

                key.with("resolving", () -> {
                    continuation.getValue().fire(source);
                    return null;
                });

                assertThat(loop.takeTrace()).as(continuation.getKey()).containsExactly("attaching");
            }
        });
    }
}
