package io.lwt4j;

import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Rules H: callbacks without a result, work in the background, and errors nobody handles. */
class CallbackRulesTest {

    private final Exception error = new Exception("error");
    private final Exception other = new Exception("other");

    /* ---- onSuccess and its kin ---- */

    @Test
    @Rule("H-1")
    void eachKindOfCallbackHearsItsKindOfOutcome() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> ok = Resolver.cancellable();
            Resolver<Integer> broken = Resolver.cancellable();
            List<Promise<Integer>> pending = List.of(ok.promise(), broken.promise());
            pending.forEach(p -> attachAll(loop, p));

            ok.resolve(1);
            assertThat(loop.takeTrace()).containsExactly("any 1", "termination", "success 1");
            broken.reject(error);
            assertThat(loop.takeTrace())
                    .containsExactly("any error", "termination", "failure error");
        });
    }

    @Test
    @Rule("H-1")
    void callbacksOfAResolvedPromiseRunBeforeTheirMethodReturns() throws Exception {
        VirtualLoop.run(loop -> {
            attachAll(loop, Promise.of(1));
            assertThat(loop.takeTrace()).containsExactly("success 1", "termination", "any 1");
            attachAll(loop, Promise.failed(error));
            assertThat(loop.takeTrace())
                    .containsExactly("failure error", "termination", "any error");
        });
    }

    private static void attachAll(VirtualLoop loop, Promise<Integer> p) {
        p.onSuccess(v -> loop.log("success " + v));
        p.onFailure(e -> loop.log("failure " + e.getMessage()));
        p.onTermination(loop.logs("termination"));
        p.onAny(v -> loop.log("any " + v), e -> loop.log("any " + e.getMessage()));
    }

    @Test
    @Rule("H-1")
    void whatACallbackThrowsReachesTheHandlerAndTheOthersStillRun() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> ok = Resolver.cancellable();
            Resolver<Integer> broken = Resolver.cancellable();
            throwingCallbacks(ok.promise(), broken.promise()).forEach((name, attach) -> {
                ok.promise().onSuccess(v -> loop.log("before " + name));
                broken.promise().onFailure(e -> loop.log("before " + name));
                attach.run();
            });

            ok.resolve(1);
            assertThat(loop.takeErrors()).hasSize(3).containsOnly(other);
            broken.reject(error);
            assertThat(loop.takeErrors()).hasSize(2).containsOnly(other);

            assertThat(loop.takeTrace()).hasSize(10);
        });
    }

    @Test
    @Rule("H-1")
    void whatACallbackOfAResolvedPromiseThrowsReachesTheHandler() throws Exception {
        VirtualLoop.run(loop -> throwingCallbacks(Promise.of(1), Promise.failed(error))
                .forEach((name, attach) -> {
                    attach.run();
                    assertThat(loop.takeErrors()).as(name).containsExactly(other);
                }));
    }

    private Map<String, Runnable> throwingCallbacks(Promise<Integer> ok, Promise<Integer> broken) {
        Map<String, Runnable> all = new LinkedHashMap<>();
        all.put("onSuccess", () -> ok.onSuccess(this::throwOther));
        all.put("onFailure", () -> broken.onFailure(this::throwOther));
        all.put("onTermination", () -> ok.onTermination(() -> throwOther(0)));
        all.put("onAny, value", () -> ok.onAny(this::throwOther, e -> {}));
        all.put("onAny, error", () -> broken.onAny(v -> {}, this::throwOther));
        return all;
    }

    private void throwOther(Object ignored) throws Exception {
        throw other;
    }

    @Test
    @Rule("H-2")
    void onCancelRunsIfAndOnlyIfThePromiseIsCancelled() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> cancelled = Resolver.cancellable();
            Resolver<Integer> rejectedSo = Resolver.uncancellable();
            Resolver<Integer> ok = Resolver.cancellable();
            Resolver<Integer> broken = Resolver.cancellable();
            cancelled.promise().onCancel(loop.logs("cancel"));
            rejectedSo.promise().onCancel(loop.logs("rejected with CanceledException"));
            ok.promise().onCancel(loop.logs("ok"));
            broken.promise().onCancel(loop.logs("broken"));

            cancelled.promise().cancel();
            rejectedSo.reject(CanceledException.instance());
            ok.resolve(1);
            broken.reject(error);

            assertThat(loop.takeTrace())
                    .containsExactly("cancel", "rejected with CanceledException");
            assertThat(broken.promise().state()).isEqualTo(rejected(error));
        });
    }

    @Test
    @Rule("H-2")
    void onCancelOfAResolvedPromiseRunsAtOnceOrNever() throws Exception {
        VirtualLoop.run(loop -> {
            Promise.failed(CanceledException.instance()).onCancel(loop.logs("cancelled"));
            Promise.failed(error).onCancel(loop.logs("rejected")).onFailure(e -> {});
            Promise.of(1).onCancel(loop.logs("fulfilled"));

            assertThat(loop.takeTrace()).containsExactly("cancelled");
        });
    }

    @Test
    @Rule({"H-1", "H-2"})
    void whatOnCancelThrowsReachesTheHandlerAndTheOthersStillRun() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            a.promise().onCancel(loop.logs("older"));
            a.promise().onCancel(() -> throwOther(0));

            a.promise().cancel();

            assertThat(loop.takeErrors()).containsExactly(other);
            assertThat(loop.takeTrace()).containsExactly("older");
        });
    }

    /* ---- Work in the background ---- */

    @Test
    @Rule("H-3")
    void spawnRunsItsBodyAtOnceAndSendsEveryFailureToTheHandler() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> late = Resolver.cancellable();
            Resolver<Integer> cancelled = Resolver.cancellable();
            EventLoop.spawn(() -> {
                loop.log("body");
                return Promise.of(1);
            });
            assertThat(loop.takeTrace()).containsExactly("body");

            EventLoop.spawn(() -> {
                throw error;
            });
            assertThat(loop.takeErrors()).containsExactly(error);
            EventLoop.spawn(() -> Promise.failed(other));
            assertThat(loop.takeErrors()).containsExactly(other);
            EventLoop.spawn(late::promise);
            late.reject(error);
            assertThat(loop.takeErrors()).containsExactly(error);
            EventLoop.spawn(cancelled::promise);
            cancelled.promise().cancel();
            assertThat(loop.takeErrors()).containsExactly(CanceledException.instance());
        });
    }

    @Test
    @Rule("H-3")
    void aFailureGoesToTheHandlerInForceWhenItHappens() throws Exception {
        List<String> heard = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(e -> heard.add("first"))
                .build()) {
            loop.runUntilComplete(() -> {
                Resolver<Integer> a = Resolver.cancellable();
                EventLoop.spawn(a::promise);
                loop.uncaughtHandler(e -> heard.add("second"));
                a.reject(error);
                return Promise.unit();
            });
        }

        assertThat(heard).containsExactly("second");
    }

    @Test
    @Rule("H-4")
    void dontWaitRunsItsBodyAtOnceAndGivesEveryFailureToItsCallback() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> late = Resolver.cancellable();
            CheckedConsumer<Throwable> onError = e -> loop.log(e.getMessage());
            EventLoop.dontWait(
                    () -> {
                        loop.log("body");
                        return Promise.of(1);
                    },
                    onError);
            assertThat(loop.takeTrace()).containsExactly("body");

            EventLoop.dontWait(
                    () -> {
                        throw error;
                    },
                    onError);
            EventLoop.dontWait(() -> Promise.failed(other), onError);
            EventLoop.dontWait(late::promise, onError);
            assertThat(loop.takeTrace()).containsExactly("error", "other");
            late.promise().cancel();
            assertThat(loop.takeTrace()).containsExactly("canceled");
        });
    }

    @Test
    @Rule({"H-4", "P-12"})
    void whatTheCallbackOfDontWaitThrowsReachesTheHandler() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> late = Resolver.cancellable();
            late.promise().onFailure(e -> loop.log("older"));
            EventLoop.dontWait(late::promise, this::throwOther);
            late.reject(error);
            assertThat(loop.takeTrace()).containsExactly("older");
            assertThat(loop.takeErrors()).containsExactly(other);

            EventLoop.dontWait(() -> Promise.failed(error), this::throwOther);
            assertThat(loop.takeErrors()).containsExactly(other);
        });
    }

    /* ---- D8: the handler ---- */

    @Test
    @Rule("H-6")
    void withoutAHandlerErrorsAreLoggedAndTheLoopGoesOn() throws Exception {
        LogCapture.run(
                () -> {
                    try (EventLoop loop =
                            EventLoop.builder().engine(new VirtualTimeEngine()).build()) {
                        int result = loop.<Integer>runUntilComplete(() -> {
                            EventLoop.spawn(() -> Promise.failed(error));
                            return EventLoop.pause().map(v -> 1);
                        });
                        assertThat(result).isEqualTo(1);
                    }
                },
                log -> assertThat(log).contains(error));
    }

    @Test
    @Rule("H-7")
    void aRejectionThatNobodyHasLookedAtReachesTheHandlerOnceItIsGarbage() throws Exception {
        assertReportedOnceCollected(() -> {
            Resolver<Integer> a = Resolver.cancellable();
            Promise<Integer> derived = a.promise().map(v -> v + 1).flatMap(Promise::of);
            a.reject(error);
            assertThat(derived.isRejected()).isTrue();
        });
    }

    @Test
    @Rule("H-7")
    void whatAContinuationThrewReachesTheHandlerIfNobodyLooks() throws Exception {
        assertReportedOnceCollected(() -> Promise.of(1).map(v -> {
            throw error;
        }));
    }

    @Test
    @Rule("H-7")
    void aRejectionByAnotherThreadReachesTheHandlerOfThePromisesLoop() throws Exception {
        assertReportedOnceCollected(() -> {
            Resolver<Integer> a = Resolver.cancellable();
            Thread thread = new Thread(() -> a.reject(error));
            thread.start();
            thread.join();
        });
    }

    /**
     * Runs an action that drops a promise rejected with {@link #error}, and collects garbage until
     * the handler has heard of it.
     */
    private void assertReportedOnceCollected(CheckedRunnable action) throws Exception {
        VirtualLoop.runAsync(loop -> {
            action.run();
            return collectUntil(() -> loop.takeErrors().contains(error), 500);
        });
    }

    /** The collector is asked again and again, since it owes nobody a result the first time. */
    private static Promise<Void> collectUntil(Supplier<Boolean> heard, int tries) {
        if (heard.get()) {
            return Promise.unit();
        }
        assertThat(tries).as("tries left").isPositive();
        System.gc();
        return EventLoop.pause().flatMap(v -> collectUntil(heard, tries - 1));
    }

    @Test
    @Rule("H-7")
    void whoeverHasLookedAtARejectionIsNotToldAgain() throws Exception {
        VirtualLoop.runAsync(loop -> {
            lookInEveryWay();
            Promise.failed(error);

            // All are garbage at the same time, so once one is heard of, so would be the others.
            return collectUntil(() -> loop.takeErrors().equals(List.of(error)), 500)
                    .flatMap(v -> EventLoop.pause());
        });
    }

    private static void lookInEveryWay() {
        List<CheckedConsumer<Promise<Integer>>> looks = List.of(
                p -> p.recover(e -> Promise.of(1)),
                p -> p.fold(Promise::of, e -> Promise.of(1)),
                Promise::outcome,
                p -> p.onFailure(e -> {}),
                p -> p.onAny(v -> {}, e -> {}),
                p -> p.map(v -> v + 1).onFailure(e -> {}),
                p -> Promise.join(p, p).onFailure(e -> {}));
        Resolver<Integer> pending = Resolver.cancellable();
        for (CheckedConsumer<Promise<Integer>> look : looks) {
            Resolver<Integer> later = Resolver.cancellable();
            try {
                look.accept(Promise.failed(new Exception("looked at")));
                look.accept(later.promise());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            later.reject(new Exception("looked at later"));
        }
        pending.reject(new Exception("state"));
        assertThat(pending.promise().state()).isNotNull();
        assertThatThrownBy(Promise.failed(new Exception("poll"))::poll).hasMessage("poll");
    }

    /* ---- Fatal errors ---- */

    @Test
    @Rule({"H-8", "H-9"})
    void theErrorsOfTheVirtualMachineLeaveTheContinuationAndTheLoop() throws Exception {
        List<Error> fatal = List.of(
                new OutOfMemoryError("test"),
                new StackOverflowError("test"),
                new InternalError("test"),
                new NoClassDefFoundError("test"),
                new ExceptionInInitializerError("test"),
                new ThreadDeath());
        for (Error e : fatal) {
            for (Callable<Promise<Integer>> body : bodiesThatThrow(e)) {
                try (EventLoop loop =
                        EventLoop.builder().engine(new VirtualTimeEngine()).build()) {
                    assertThatThrownBy(() -> loop.runUntilComplete(
                                    () -> body.call().recover(handled -> Promise.of(1))))
                            .isSameAs(e);
                    assertThat(loop.<Integer>runUntilComplete(() -> Promise.of(2)))
                            .as("the loop goes on")
                            .isEqualTo(2);
                }
            }
        }
    }

    @Test
    @Rule({"H-8", "H-9"})
    void everyOtherErrorBecomesARejection() throws Exception {
        List<Throwable> ordinary = List.of(
                new Exception("test"),
                new RuntimeException("test"),
                new InterruptedException("test"),
                new AssertionError("test"),
                new Error("test"),
                new Throwable("test"));
        for (Throwable t : ordinary) {
            for (Callable<Promise<Integer>> body : bodiesThatThrow(t)) {
                VirtualLoop.runAsync(loop -> Promise.apply(body)
                        .outcome()
                        .onSuccess(state -> assertThat(state).isEqualTo(rejected(t))));
            }
        }
    }

    /** Code whose callbacks throw, on a resolved promise and on a pending one. */
    private static List<Callable<Promise<Integer>>> bodiesThatThrow(Throwable t) {
        return List.of(
                () -> Promise.of(1).flatMap(v -> {
                    throw LoopCore.sneaky(t);
                }),
                () -> Promise.of(1).map(v -> {
                    throw LoopCore.sneaky(t);
                }),
                () -> EventLoop.pause().flatMap(v -> {
                    throw LoopCore.sneaky(t);
                }),
                () -> EventLoop.pause().map(v -> {
                    throw LoopCore.sneaky(t);
                }));
    }
}
