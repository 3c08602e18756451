package io.lwt4j;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.engine.Host;
import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.IntStream;

/** Rules P: states, resolution, and the order of callbacks. */
class ResolutionRulesTest {

    private final Exception error = new Exception("error");

    /* ---- States ---- */

    @Test
    @Rule("P-1")
    void aPromiseIsPendingFulfilledOrRejected() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();

            assertThat(a.promise().state()).isEqualTo(pending());

            a.resolve(1);
            b.reject(error);

            assertThat(a.promise().state()).isEqualTo(fulfilled(1));
            assertThat(b.promise().state()).isEqualTo(rejected(error));
        });
    }

    @Test
    @Rule("P-1")
    void aResolvedPromiseNeverChanges() throws Exception {
        VirtualLoop.run(loop -> {
            Exception late = new Exception("late");
            loop.leavesUnobserved(late);
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();
            a.resolve(1);
            b.reject(error);

            for (Resolver<Integer> resolver : List.of(a, b)) {
                assertThat(resolver.tryResolve(2)).isFalse();
                assertThat(resolver.tryReject(late)).isFalse();
                resolver.promise().cancel();
            }

            assertThat(a.promise().state()).isEqualTo(fulfilled(1));
            assertThat(b.promise().state()).isEqualTo(rejected(error));
        });
    }

    @Test
    @Rule("P-2")
    void resolvingASecondTimeThrowsAndNamesTheMethod() throws Exception {
        VirtualLoop.run(loop -> {
            loop.leavesUnobserved(error);
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.uncancellable();
            a.resolve(1);
            b.reject(error);

            waysToResolve(a)
                    .forEach((name, way) -> assertThatThrownBy(way::run)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageStartingWith(
                                    name + ": the promise is already fulfilled with 1"));
            waysToResolve(b)
                    .forEach((name, way) -> assertThatThrownBy(way::run)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageStartingWith(
                                    name + ": the promise is already rejected with "));
            assertThat(a.promise().state()).isEqualTo(fulfilled(1));
            assertThat(b.promise().state()).isEqualTo(rejected(error));
        });
    }

    @Test
    @Rule("P-3")
    void resolvingACancelledPromiseIsIgnored() throws Exception {
        VirtualLoop.run(loop -> {
            loop.leavesUnobserved(error);
            Resolver<Integer> byCancel = Resolver.cancellable();
            Resolver<Integer> byHand = Resolver.uncancellable();
            byCancel.promise().cancel();
            byHand.reject(CanceledException.instance());

            for (Resolver<Integer> resolver : List.of(byCancel, byHand)) {
                waysToResolve(resolver).values().forEach(Runnable::run);

                assertThat(resolver.promise().state()).isEqualTo(cancelled());
            }
        });
    }

    private Map<String, Runnable> waysToResolve(Resolver<Integer> resolver) {
        Map<String, Runnable> ways = new LinkedHashMap<>();
        ways.put("resolve", () -> resolver.resolve(2));
        ways.put("reject", () -> resolver.reject(error));
        ways.put("complete", () -> resolver.complete(fulfilled(2)));
        ways.put("resolveNow", () -> resolver.resolveNow(2));
        ways.put("rejectNow", () -> resolver.rejectNow(error));
        ways.put("completeNow", () -> resolver.completeNow(rejected(error)));
        return ways;
    }

    /* ---- When callbacks run ---- */

    @Test
    @Rule("P-4")
    void resolveNowRunsCallbacksWhereItStandsAlsoInsideOfCallbacks() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();
            Resolver<Integer> c = Resolver.cancellable();
            a.promise().onSuccess(v -> {
                loop.log("a in");
                b.resolveNow(1);
                loop.log("a out");
            });
            b.promise().onSuccess(v -> {
                loop.log("b in");
                c.rejectNow(error);
                loop.log("b out");
            });
            c.promise().onFailure(e -> loop.log("c"));

            a.resolveNow(1);

            assertThat(loop.takeTrace()).containsExactly("a in", "b in", "c", "b out", "a out");
        });
    }

    @Test
    @Rule("P-5")
    void resolveOutsideOfCallbacksRunsThemBeforeItReturns() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            a.promise().onSuccess(loop::log);

            a.resolve(1);

            assertThat(loop.takeTrace()).containsExactly("1");
        });
    }

    @Test
    @Rule("P-5")
    void resolveInsideOfACallbackChangesTheStateAtOnceAndRunsCallbacksAtTheEnd() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();
            b.promise().onSuccess(v -> loop.log("callback"));
            a.promise().onSuccess(v -> {
                b.resolve(2);
                loop.log(b.promise().state());
            });

            a.resolve(1);

            assertThat(loop.takeTrace()).containsExactly(fulfilled(2).toString(), "callback");
        });
    }

    @Test
    @Rule("P-5")
    void deferredCallbacksRunFirstInFirstOutWhenTheOutermostResolutionEnds() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> outer = Resolver.cancellable();
            Resolver<Integer> inner = Resolver.cancellable();
            List<Resolver<Integer>> later = resolvers(3);
            for (int i = 0; i < later.size(); i++) {
                int number = i + 1;
                later.get(i).promise().onSuccess(v -> loop.log(number));
            }
            inner.promise().onSuccess(v -> later.get(1).resolve(0));
            outer.promise().onSuccess(v -> loop.log("the oldest callback"));
            outer.promise().onSuccess(v -> {
                later.get(0).resolve(0);
                inner.resolveNow(0);
                loop.log("after the inner resolution");
                later.get(2).resolve(0);
            });

            outer.resolve(0);

            assertThat(loop.takeTrace())
                    .containsExactly(
                            "after the inner resolution", "the oldest callback", "1", "2", "3");
        });
    }

    @Test
    @Rule("P-5")
    void deferredCallbacksRunBeforeTheNextTurnOfTheLoop() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            a.promise().onSuccess(v -> loop.log("deferred"));
            EventLoop.pause().onSuccess(v -> {
                a.resolve(1);
                loop.log("first pause");
            });
            Promise<?> last = EventLoop.pause().map(v -> {
                loop.log("second pause");
                return true;
            });
            return last.map(v -> {
                assertThat(loop.takeTrace())
                        .containsExactly("first pause", "deferred", "second pause");
                return true;
            });
        });
    }

    @Test
    @Rule("P-6")
    void resolveInsideOfACallbackOfAResolvedPromiseIsImmediate() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> ok = Promise.of(1);
            Promise<Integer> broken = Promise.failed(error);
            Map<String, CheckedConsumer<CheckedRunnable>> ways = new LinkedHashMap<>();
            ways.put("flatMap", r -> ok.flatMap(v -> unitAfter(r)));
            ways.put("map", r -> ok.map(v -> unitAfter(r)));
            ways.put("recover", r -> broken.recover(e -> unitAfter(r).map(u -> 1)));
            ways.put("fold", r -> ok.fold(v -> unitAfter(r), e -> unitAfter(r)));
            ways.put("eventually", r -> ok.eventually(() -> unitAfter(r)));
            ways.put("onSuccess", r -> ok.onSuccess(v -> r.run()));
            ways.put("onFailure", r -> broken.onFailure(e -> r.run()));
            ways.put("onTermination", ok::onTermination);
            ways.put("apply", r -> Promise.apply(() -> unitAfter(r)));

            for (Map.Entry<String, CheckedConsumer<CheckedRunnable>> way : ways.entrySet()) {
                Resolver<Integer> a = Resolver.cancellable();
                a.promise().onSuccess(v -> loop.log("callback"));
                way.getValue().accept(() -> {
                    loop.log("in");
                    a.resolve(1);
                    loop.log("out");
                });

                assertThat(loop.takeTrace())
                        .as(way.getKey())
                        .containsExactly("in", "callback", "out");
            }
        });
    }

    private static Promise<Void> unitAfter(CheckedRunnable action) throws Exception {
        action.run();
        return Promise.unit();
    }

    /* ---- In which order ---- */

    @Test
    @Rule("P-7")
    void callbacksOfOnePromiseRunNewestFirst() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            a.promise().onSuccess(v -> loop.log("onSuccess"));
            a.promise().map(v -> {
                loop.log("map");
                return v;
            });
            a.promise().onTermination(loop.logs("onTermination"));
            a.promise().flatMap(v -> {
                loop.log("flatMap");
                return Promise.unit();
            });

            a.resolve(1);

            assertThat(loop.takeTrace())
                    .containsExactly("flatMap", "onTermination", "map", "onSuccess");
        });
    }

    @Test
    @Rule("P-7")
    void whatFollowsFromACallbackRunsBeforeTheNextOlderCallback() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            a.promise().onSuccess(v -> loop.log("old"));
            Promise<Integer> b = a.promise().map(v -> v + 1);
            b.onSuccess(v -> loop.log("b"));
            b.map(v -> v + 1).onSuccess(v -> loop.log("c"));
            a.promise().onSuccess(v -> loop.log("new"));

            a.resolve(1);

            assertThat(loop.takeTrace()).containsExactly("new", "c", "b", "old");
        });
    }

    @Test
    @Rule("P-8")
    void callbacksOfTheOuterPromiseRunBeforeThoseOfTheInnerOne() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> source = Resolver.cancellable();
            Resolver<Integer> inner = Resolver.cancellable();
            Promise<Integer> outer = source.promise().flatMap(v -> inner.promise());
            inner.promise().onSuccess(v -> loop.log("i1"));
            outer.onSuccess(v -> loop.log("o1"));
            inner.promise().onSuccess(v -> loop.log("i2"));
            outer.onSuccess(v -> loop.log("o2"));
            source.resolve(0);
            outer.onSuccess(v -> loop.log("o3"));
            inner.promise().onSuccess(v -> loop.log("i3"));

            inner.resolve(0);

            assertThat(loop.takeTrace()).containsExactly("i3", "o3", "o2", "o1", "i2", "i1");
        });
    }

    @Test
    @Rule("P-8")
    void cancelCallbacksOfTheOuterPromiseRunBeforeThoseOfTheInnerOne() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> source = Resolver.cancellable();
            Resolver<Integer> inner = Resolver.cancellable();
            Promise<Integer> outer = source.promise().flatMap(v -> inner.promise());
            for (int i = 1; i <= 2; i++) {
                inner.promise().onCancel(loop.logs("i" + i));
                outer.onCancel(loop.logs("o" + i));
            }
            outer.onFailure(e -> loop.log("regular"));
            source.resolve(0);

            outer.cancel();

            assertThat(loop.takeTrace()).containsExactly("o2", "o1", "i2", "i1", "regular");
        });
    }

    @Test
    @Rule("P-9")
    void cancelCallbacksRunBeforeAllOthersNewestFirst() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            a.promise().onCancel(loop.logs("cancel 1"));
            a.promise().onFailure(e -> loop.log("failure 1"));
            a.promise().onCancel(loop.logs("cancel 2"));
            a.promise().onFailure(e -> loop.log("failure 2"));

            a.promise().cancel();

            assertThat(loop.takeTrace())
                    .containsExactly("cancel 2", "cancel 1", "failure 2", "failure 1");
        });
    }

    @Test
    @Rule("P-10")
    void callbacksAreOrderedWithinOnePromiseOnly() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> p = Resolver.cancellable();
            Promise<Integer> q = p.promise().flatMap(Promise::of);
            q.onCancel(loop.logs("q-cancel"));
            q.onFailure(e -> loop.log("q-fail"));
            p.promise().onCancel(loop.logs("p-cancel"));
            p.promise().onFailure(e -> loop.log("p-fail"));

            q.cancel();

            assertThat(loop.takeTrace())
                    .containsExactly("p-cancel", "p-fail", "q-cancel", "q-fail");
        });
    }

    /* ---- Depth; see also DepthTest ---- */

    @Test
    @Rule("P-11")
    void aHundredNestedResolutionsKeepTheirOrder() throws Exception {
        VirtualLoop.run(loop -> {
            List<Resolver<Integer>> chain = chainOfResolveNow(loop, 100);

            chain.get(0).resolveNow(0);

            List<String> expected = new ArrayList<>();
            IntStream.range(0, 100).forEach(i -> expected.add("in " + i));
            IntStream.range(0, 100).forEach(i -> expected.add("out " + (99 - i)));
            assertThat(loop.takeTrace()).isEqualTo(expected);
        });
    }

    @Test
    @Rule("P-11")
    void resolutionsNestedTooDeeplyAreDeferredToTheEndOfTheOutermostOne() throws Exception {
        VirtualLoop.run(loop -> {
            int length = 10 * LoopCore.MAX_NESTING;
            List<Resolver<Integer>> chain = chainOfResolveNow(loop, length);

            chain.get(0).resolveNow(0);

            List<String> trace = loop.takeTrace();
            assertThat(trace).hasSize(2 * length);
            assertThat(trace.subList(0, LoopCore.MAX_NESTING))
                    .isEqualTo(IntStream.range(0, LoopCore.MAX_NESTING)
                            .mapToObj(i -> "in " + i)
                            .toList());
            assertThat(trace.get(LoopCore.MAX_NESTING))
                    .isEqualTo("out " + (LoopCore.MAX_NESTING - 1));
        });
    }

    private static List<Resolver<Integer>> chainOfResolveNow(VirtualLoop loop, int length) {
        List<Resolver<Integer>> chain = resolvers(length);
        for (int i = 0; i < length; i++) {
            int here = i;
            chain.get(i).promise().onSuccess(v -> {
                loop.log("in " + here);
                if (here + 1 < chain.size()) {
                    chain.get(here + 1).resolveNow(v);
                }
                loop.log("out " + here);
            });
        }
        return chain;
    }

    private static List<Resolver<Integer>> resolvers(int count) {
        List<Resolver<Integer>> resolvers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            resolvers.add(Resolver.cancellable());
        }
        return resolvers;
    }

    /* ---- Errors that escape ---- */

    @Test
    @Rule("P-12")
    void aFatalErrorSkipsNoCallbackAndLeavesTheResolution() throws Exception {
        VirtualLoop.run(loop -> {
            LinkageError fatal = new LinkageError("class gone");
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> deferred = Resolver.cancellable();
            deferred.promise().onSuccess(v -> loop.log("deferred"));
            a.promise().onSuccess(v -> loop.log("oldest"));
            Promise<Integer> broken = a.promise().map(v -> {
                throw fatal;
            });
            broken.onFailure(e -> loop.log("its own callback"));
            a.promise().onSuccess(v -> deferred.resolve(1));

            assertThatThrownBy(() -> a.resolve(1)).isSameAs(fatal);

            assertThat(loop.takeTrace()).containsExactly("its own callback", "oldest", "deferred");
            assertThat(broken.state()).isEqualTo(rejected(fatal));
        });
    }

    @Test
    @Rule("P-12")
    void afterAFatalErrorResolveIsImmediateAgain() throws Exception {
        VirtualLoop.run(loop -> {
            LinkageError fatal = new LinkageError("class gone");
            Resolver<Integer> a = Resolver.cancellable();
            a.promise().onSuccess(v -> {
                throw fatal;
            });
            assertThatThrownBy(() -> a.resolve(1)).isSameAs(fatal);

            Resolver<Integer> b = Resolver.cancellable();
            b.promise().onSuccess(v -> loop.log("b"));
            b.resolve(1);

            assertThat(loop.takeTrace()).containsExactly("b");
        });
    }

    @Test
    @Rule({"P-12", "C-4"})
    void aFatalErrorInACallbackOfOneLeafLosesNoCallbackOfAnother() throws Exception {
        VirtualLoop.run(loop -> {
            LinkageError fatal = new LinkageError("class gone");
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();
            a.promise().onCancel(loop.logs("a"));
            b.promise().onCancel(() -> {
                throw fatal;
            });
            Promise<?> both = Promise.join(a.promise(), b.promise());

            assertThatThrownBy(both::cancel).isSameAs(fatal);

            assertThat(loop.takeTrace()).containsExactly("a");
            assertThat(both.state()).isEqualTo(cancelled());
        });
    }

    @Test
    @Rule("P-12")
    void aFatalErrorOfANestedCallbackLeavesNoDeferredCallbackBehind() throws Exception {
        VirtualLoop.run(loop -> {
            LinkageError fatal = new LinkageError("class gone");
            List<Promise<Integer>> deepest = new ArrayList<>();

            assertThatThrownBy(() -> nest(LoopCore.MAX_NESTING, () -> {
                        deepest.add(Promise.of(1).flatMap(Promise::of));
                        throw fatal;
                    }))
                    .isSameAs(fatal);

            assertThat(deepest.get(0).state()).isEqualTo(fulfilled(1));
        });
    }

    private static Promise<Void> nest(int depth, CheckedRunnable innermost) {
        return Promise.unit().flatMap(v -> {
            if (depth > 1) {
                return nest(depth - 1, innermost);
            }
            innermost.run();
            return Promise.unit();
        });
    }

    @Test
    @Rule("P-12")
    void aLoopCanBeRunAgainAfterAFatalError() throws Exception {
        LinkageError fatal = new LinkageError("class gone");
        try (EventLoop loop =
                EventLoop.builder().engine(new VirtualTimeEngine()).build()) {
            assertThatThrownBy(
                            () -> loop.runUntilComplete(() -> EventLoop.pause().map(v -> {
                                throw fatal;
                            })))
                    .isSameAs(fatal);

            assertThat(loop.<Integer>runUntilComplete(() -> EventLoop.pause().map(v -> 7)))
                    .isEqualTo(7);
        }
    }

    @Test
    @Rule("P-12")
    void aHandlerThatThrowsSkipsNoCallback() throws Exception {
        List<String> trace = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(e -> {
                    throw new IllegalStateException("handler");
                })
                .build()) {
            loop.runUntilComplete(() -> {
                Resolver<Integer> a = Resolver.cancellable();
                a.promise().onSuccess(v -> trace.add("oldest"));
                a.promise().onSuccess(v -> {
                    throw new Exception("callback");
                });
                LogCapture.run(
                        () -> a.resolve(1),
                        log -> assertThat(log)
                                .extracting(Throwable::getMessage)
                                .containsSubsequence("callback", "handler"));
                Resolver<Integer> b = Resolver.cancellable();
                b.promise().onSuccess(v -> trace.add("at once"));
                b.resolve(1);
                return Promise.unit();
            });
        }

        assertThat(trace).containsExactly("oldest", "at once");
    }

    /* ---- Storage ---- */

    @Test
    @Rule("P-13")
    void resolvingRestoresTheStorageOfTheResolver() throws Exception {
        VirtualLoop.run(loop -> {
            PromiseLocal<String> key = PromiseLocal.create();
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();
            b.promise().onSuccess(v -> loop.log("b " + key.get()));
            key.with(
                    "attached",
                    () -> a.promise().onSuccess(v -> {
                        loop.log("a " + key.get());
                        b.resolve(1);
                    }));

            key.with("resolving", () -> {
                a.resolve(1);
                loop.log("after " + key.get());
                return null;
            });

            assertThat(loop.takeTrace()).containsExactly("a attached", "b null", "after resolving");
        });
    }

    /* ---- Pauses ---- */

    @Test
    @Rule("P-14")
    void pausesAreFulfilledInTheOrderTheyWereMade() throws Exception {
        VirtualLoop.run(loop -> {
            for (int i = 1; i <= 3; i++) {
                int number = i;
                EventLoop.pause().onSuccess(v -> loop.log(number));
            }

            EventLoop.current().runPaused();

            assertThat(loop.takeTrace()).containsExactly("1", "2", "3");
        });
    }

    @Test
    @Rule("P-14")
    void pausesMadeMeanwhileWaitForTheNextTurn() throws Exception {
        VirtualLoop.run(loop -> {
            EventLoop.pause()
                    .flatMap(v -> EventLoop.pause())
                    .onSuccess(v -> loop.log("second turn"));
            EventLoop.pause().onSuccess(v -> loop.log("first turn"));

            EventLoop.current().runPaused();
            assertThat(loop.takeTrace()).containsExactly("first turn");

            EventLoop.current().runPaused();
            assertThat(loop.takeTrace()).containsExactly("second turn");
        });
    }

    @Test
    @Rule("P-14")
    void eachPauseIsAResolutionOfItsOwn() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            a.promise().onSuccess(v -> loop.log("deferred"));
            EventLoop.pause().onSuccess(v -> {
                a.resolve(1);
                loop.log("first");
            });
            EventLoop.pause().onSuccess(v -> loop.log("second"));

            EventLoop.current().runPaused();

            assertThat(loop.takeTrace()).containsExactly("first", "deferred", "second");
        });
    }

    @Test
    @Rule("P-15")
    void aCancelledPauseIsNotFulfilledButStillCounts() throws Exception {
        VirtualLoop.run(loop -> {
            EventLoop.pause().onSuccess(v -> loop.log(1));
            Promise<Void> cancelled = EventLoop.pause();
            EventLoop.pause().onSuccess(v -> loop.log(3));

            cancelled.cancel();

            assertThat(cancelled.state()).isEqualTo(cancelled());
            assertThat(EventLoop.current().pausedCount()).isEqualTo(3);
            EventLoop.current().runPaused();
            assertThat(loop.takeTrace()).containsExactly("1", "3");
            assertThat(EventLoop.current().pausedCount()).isZero();
        });
    }

    @Test
    @Rule("P-16")
    void aPauseMadeOnTheThreadOfTheHostAsksTheHostForATurn() {
        QueueHost host = new QueueHost();
        EventLoop loop = EventLoop.builder().host(host).build();
        try {
            loop.execute(() -> {});
            host.runNext();
            assertThat(host.tasks).as("nothing to do").isEmpty();

            Promise<Void> first = EventLoop.pause();
            assertThat(host.tasks).hasSize(1);
            Promise<Void> second = first.flatMap(v -> EventLoop.pause());
            assertThat(loop.pausedCount()).isOne();

            host.runNext();
            assertThat(first.isFulfilled()).isTrue();
            assertThat(second.isPending()).isTrue();
            assertThat(host.tasks).as("a turn for the pause made in a turn").hasSize(1);

            host.runNext();
            assertThat(second.isFulfilled()).isTrue();
            assertThat(host.tasks).as("nothing to do").isEmpty();
        } finally {
            loop.close();
            while (!host.tasks.isEmpty()) {
                host.runNext();
            }
        }
        assertThat(loop.isClosed()).isTrue();
    }

    /** A host whose thread is that of the test, which runs the tasks by hand. */
    private static final class QueueHost implements Host {
        final Queue<Runnable> tasks = new ArrayDeque<>();

        void runNext() {
            tasks.remove().run();
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public boolean isHere() {
            return true;
        }

        @Override
        public Runnable schedule(Runnable task, long delayNanos) {
            return () -> {};
        }
    }
}
