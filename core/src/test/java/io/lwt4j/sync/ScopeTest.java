package io.lwt4j.sync;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Reachable;
import io.lwt4j.Resolver;
import io.lwt4j.SmallStack;
import io.lwt4j.VirtualLoop;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Scopes own what is begun in them. */
class ScopeTest {

    private static final int MANY = 100_000;

    private final Exception error = new Exception("error");
    private final Exception other = new Exception("other");

    /** The two kinds of scopes. */
    enum Kind {
        FAIL_FAST {
            @Override
            <T> Promise<T> run(CheckedFunction<Scope, Promise<T>> body) {
                return Scope.failFast(body);
            }
        },
        COLLECT {
            @Override
            <T> Promise<T> run(CheckedFunction<Scope, Promise<T>> body) {
                return Scope.collect(body);
            }
        };

        abstract <T> Promise<T> run(CheckedFunction<Scope, Promise<T>> body);
    }

    private static Callable<Promise<Void>> logs(VirtualLoop loop, String line) {
        return () -> {
            loop.log(line);
            return Promise.unit();
        };
    }

    /** A promise that says when it is cancelled. */
    private static Resolver<Integer> task(VirtualLoop loop, String name) {
        Resolver<Integer> task = Resolver.cancellable();
        task.promise().onCancel(() -> loop.log(name + " cancelled"));
        return task;
    }

    /* ---- The ordinary end ---- */

    @ParameterizedTest
    @EnumSource
    void theResultIsTheValueOfTheBody(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(kind.run(scope -> Promise.of(1)).state()).isEqualTo(fulfilled(1));

            Resolver<Integer> later = Resolver.cancellable();
            Promise<Integer> result = kind.run(scope -> later.promise());
            assertThat(result.state()).isEqualTo(pending());
            later.resolve(2);
            assertThat(result.state()).isEqualTo(fulfilled(2));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aChildsPromiseIsThatOfItsCode(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Promise<Integer> sum = kind.run(scope -> {
                Promise<Integer> one = scope.fork(a::promise);
                Promise<Integer> two = scope.fork(() -> Promise.of(2));
                assertThat(two.state()).isEqualTo(fulfilled(2));
                return Promise.both(one, two, Integer::sum);
            });

            a.resolve(1);

            assertThat(sum.state()).isEqualTo(fulfilled(3));
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatIsPendingWhenTheBodyEndsIsCancelledInTheOrderItWasBegun(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> body = Resolver.cancellable();
            Promise<Integer> result = kind.run(scope -> {
                scope.fork(task(loop, "a")::promise);
                scope.forkDaemon(task(loop, "b")::promise);
                scope.fork(task(loop, "c")::promise);
                return body.promise();
            });

            body.resolve(1);

            assertThat(loop.takeTrace())
                    .containsExactly("a cancelled", "b cancelled", "c cancelled");
            assertThat(result.state()).isEqualTo(fulfilled(1));
        });
    }

    @ParameterizedTest
    @EnumSource
    void theResultWaitsForChildrenThatCannotBeCancelledOrCleanUp(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> stubborn = Resolver.uncancellable();
            Resolver<Integer> cleanup = Resolver.cancellable();
            Promise<Integer> result = kind.run(scope -> {
                scope.fork(stubborn::promise);
                scope.fork(() -> task(loop, "child").promise().eventually(cleanup::promise));
                scope.onClose(logs(loop, "hook"));
                return Promise.of(1);
            });
            assertThat(loop.takeTrace()).containsExactly("child cancelled");

            cleanup.resolve(0);
            assertThat(result.state()).isEqualTo(pending());
            stubborn.resolve(0);
            assertThat(result.state()).isEqualTo(fulfilled(1));
            assertThat(loop.takeTrace()).containsExactly("hook");
        });
    }

    @ParameterizedTest
    @EnumSource
    void hooksRunTheOneAddedLastFirstEachWhenTheOneBeforeHasEnded(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> slow = Resolver.cancellable();
            Promise<Integer> result = kind.run(scope -> {
                scope.onClose(logs(loop, "first"));
                scope.onClose(() -> {
                    loop.log("slow");
                    return slow.promise();
                });
                scope.onClose(logs(loop, "last"));
                return Promise.of(1);
            });
            assertThat(loop.takeTrace()).containsExactly("last", "slow");

            result.cancel();
            assertThat(slow.promise().state()).as("hooks are not cancelled").isEqualTo(pending());
            slow.resolve(0);
            assertThat(loop.takeTrace()).containsExactly("first");
            assertThat(result.state()).isEqualTo(fulfilled(1));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aScopeIsClosedWhenItsBodyHasEnded(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            List<Scope> scopes = new ArrayList<>();
            Promise<Integer> result = kind.run(scope -> {
                scopes.add(scope);
                assertThat(scope.isOpen()).isTrue();
                return Promise.of(1);
            });
            Scope scope = scopes.get(0);

            assertThat(scope.isOpen()).isFalse();
            assertThatThrownBy(() -> scope.fork(logs(loop, "too late")).poll())
                    .isInstanceOf(SwitchOffException.class)
                    .hasMessage("Scope.fork: this scope is closed and takes no more work");
            assertThatThrownBy(() -> scope.onClose(logs(loop, "too late")))
                    .isInstanceOf(SwitchOffException.class)
                    .hasMessageContaining("Scope.onClose");
            assertThat(scope.join().isFulfilled()).isTrue();
            scope.cancel();
            assertThat(result.state()).isEqualTo(fulfilled(1));
        });
    }

    @ParameterizedTest
    @EnumSource
    void whileAScopeIsClosingHooksMayStillBeAdded(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            List<Scope> scopes = new ArrayList<>();
            Resolver<Integer> stubborn = Resolver.uncancellable();
            Promise<Integer> result = kind.run(scope -> {
                scopes.add(scope);
                scope.fork(stubborn::promise);
                return Promise.of(1);
            });

            scopes.get(0).onClose(logs(loop, "hook"));
            stubborn.resolve(0);

            assertThat(loop.takeTrace()).containsExactly("hook");
            assertThat(result.state()).isEqualTo(fulfilled(1));
        });
    }

    /* ---- Waiting for the children ---- */

    @ParameterizedTest
    @EnumSource
    void joinWaitsForAllChildrenAndThoseTheyForkButNotForDaemons(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();
            Promise<Integer> result = kind.run(scope -> {
                scope.forkDaemon(task(loop, "daemon")::promise);
                scope.fork(() -> a.promise().map(v -> scope.fork(b::promise)));
                return scope.join().map(done -> 1);
            });

            a.resolve(0);
            assertThat(result.state()).isEqualTo(pending());
            b.resolve(0);

            assertThat(result.state()).isEqualTo(fulfilled(1));
            assertThat(loop.takeTrace()).containsExactly("daemon cancelled");
        });
    }

    @ParameterizedTest
    @EnumSource
    void joinAlsoWaitsForWhatIsForkedWhenTheLastChildEnds(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Resolver<Integer> b = Resolver.cancellable();
            Promise<Integer> result = kind.run(scope -> {
                scope.fork(a::promise).onSuccess(v -> scope.fork(b::promise));
                return scope.join().map(done -> 1);
            });

            a.resolve(0);
            assertThat(result.state()).isEqualTo(pending());
            b.resolve(0);
            assertThat(result.state()).isEqualTo(fulfilled(1));
        });
    }

    @ParameterizedTest
    @EnumSource
    void joinWithoutChildrenIsOverAndMayBeCancelledAlone(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.cancellable();
            Promise<Integer> result = kind.run(scope -> {
                assertThat(scope.join().isFulfilled()).isTrue();
                Promise<Integer> child = scope.fork(a::promise);
                Promise<?> join = scope.join();
                join.cancel();
                assertThat(join.state()).isEqualTo(cancelled());
                return child;
            });

            a.resolve(1);
            assertThat(result.state()).isEqualTo(fulfilled(1));
        });
    }

    @ParameterizedTest
    @EnumSource
    void thoseWhoWaitForTheLastChildHearOfItBeforeTheScopeEnds(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = Resolver.uncancellable();
            Promise<Integer> result = kind.run(scope -> {
                scope.fork(a::promise).map(v -> v + 1).onSuccess(v -> loop.log("child " + v));
                scope.onClose(logs(loop, "hook"));
                return Promise.of(1);
            });
            result.onSuccess(v -> loop.log("result"));

            a.resolve(1);

            assertThat(loop.takeTrace()).containsExactly("child 2", "hook", "result");
        });
    }

    /* ---- Failures ---- */

    @ParameterizedTest
    @EnumSource
    void aBodyThatFailsOrThrowsCancelsItsChildren(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> failed = kind.run(scope -> {
                scope.fork(task(loop, "a")::promise);
                scope.onClose(logs(loop, "hook"));
                return Promise.failed(error);
            });
            assertThat(failed.state()).isEqualTo(rejected(error));

            Promise<Integer> thrown = kind.run(scope -> {
                scope.fork(task(loop, "b")::promise);
                throw other;
            });
            assertThat(thrown.state()).isEqualTo(rejected(other));

            assertThat(loop.takeTrace()).containsExactly("a cancelled", "hook", "b cancelled");
        });
    }

    @Test
    void theFirstChildThatFailsCancelsBodyAndSiblingsBeforeItsOwnCallbacks() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> failing = Resolver.cancellable();
            Promise<Integer> result = Scope.failFast(scope -> {
                scope.fork(task(loop, "a")::promise);
                scope.fork(failing::promise).onFailure(e -> loop.log("failing " + e.getMessage()));
                scope.fork(task(loop, "c")::promise);
                scope.onClose(logs(loop, "hook"));
                return task(loop, "body").promise();
            });
            result.onFailure(e -> loop.log("result " + e.getMessage()));

            failing.reject(error);

            assertThat(loop.takeTrace())
                    .containsExactly(
                            "body cancelled",
                            "a cancelled",
                            "c cancelled",
                            "failing error",
                            "hook",
                            "result error");
            assertThat(result.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    void aChildThatFailsAtOnceCancelsTheBodyThatIsStillMakingItsPromise() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> result = Scope.failFast(scope -> {
                scope.fork(task(loop, "a")::promise);
                scope.fork(() -> {
                    throw error;
                });
                assertThat(scope.isOpen()).isFalse();
                return task(loop, "body").promise();
            });

            assertThat(loop.takeTrace()).containsExactly("a cancelled", "body cancelled");
            assertThat(result.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    void aFailureEndsAJoinByCancellingTheBody() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> failing = Resolver.cancellable();
            Promise<Integer> result = Scope.failFast(scope -> {
                scope.fork(failing::promise);
                return scope.join().map(done -> {
                    loop.log("joined");
                    return 1;
                });
            });

            failing.reject(error);

            assertThat(result.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    void aBodyThatEndsWellAfterAFailureDoesNotSaveTheResult() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> failing = Resolver.cancellable();
            Promise<Integer> result = Scope.failFast(scope -> {
                scope.fork(failing::promise);
                return task(loop, "body").promise().recover(e -> Promise.of(7));
            });

            failing.reject(error);

            assertThat(loop.takeTrace()).containsExactly("body cancelled");
            assertThat(result.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    void theSameErrorIsNotSuppressedByItselfWhenTheBodyPassesItOn() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> failing = Resolver.cancellable();
            Promise<Integer> result =
                    Scope.failFast(scope -> scope.fork(failing::promise).map(v -> v + 1));

            failing.reject(error);

            assertThat(result.state()).isEqualTo(rejected(error));
            assertThat(error).hasNoSuppressedExceptions();
        });
    }

    @Test
    void furtherErrorsAreSuppressedByTheFirst() throws Exception {
        VirtualLoop.run(loop -> {
            Exception third = new Exception("third");
            Resolver<Integer> failing = Resolver.cancellable();
            Promise<Integer> result = Scope.failFast(scope -> {
                scope.fork(failing::promise);
                scope.fork(() ->
                        task(loop, "child").promise().recover(canceled -> Promise.failed(other)));
                scope.onClose(() -> {
                    throw third;
                });
                scope.onClose(logs(loop, "hook"));
                return Resolver.<Integer>cancellable().promise();
            });

            failing.reject(error);

            assertThat(loop.takeTrace()).containsExactly("child cancelled", "hook");
            assertThat(result.state()).isEqualTo(rejected(error));
            assertThat(error).hasSuppressedException(other).hasSuppressedException(third);
        });
    }

    @Test
    void aCollectedFailureDisturbsNobodyAndIsToldInTheEnd() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> a = task(loop, "a");
            Resolver<Integer> body = task(loop, "body");
            Promise<Integer> result = Scope.collect(scope -> {
                scope.fork(() -> Promise.failed(error));
                scope.fork(a::promise);
                scope.fork(() -> Promise.failed(other));
                assertThat(scope.isOpen()).isTrue();
                return body.promise();
            });
            assertThat(result.state()).isEqualTo(pending());

            a.resolve(1);
            body.resolve(2);

            assertThat(result.state()).isEqualTo(rejected(error));
            assertThat(error.getSuppressed()).containsExactly(other);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aFailedHookRejectsTheResultAndKeepsNoOtherFromRunning(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> result = kind.run(scope -> {
                scope.onClose(logs(loop, "first"));
                scope.onClose(() -> Promise.failed(error));
                return Promise.of(1);
            });

            assertThat(loop.takeTrace()).containsExactly("first");
            assertThat(result.state()).isEqualTo(rejected(error));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aCancelledChildHasNotFailedSoChildrenMayRace(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> winner = Resolver.cancellable();
            Promise<Integer> result = kind.run(scope -> Promise.pick(
                    scope.fork(task(loop, "loser")::promise), scope.fork(winner::promise)));

            winner.resolve(1);

            assertThat(loop.takeTrace()).containsExactly("loser cancelled");
            assertThat(result.state()).isEqualTo(fulfilled(1));
        });
    }

    @ParameterizedTest
    @EnumSource
    void nobodyNeedsToLookAtTheFailureOfAChild(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(kind.run(scope -> {
                                scope.fork(() -> Promise.failed(error));
                                return Promise.of(1);
                            })
                            .state())
                    .isEqualTo(rejected(error));
            System.gc();
            assertThat(loop.takeErrors()).isEmpty();
        });
    }

    /* ---- Cancellation ---- */

    @ParameterizedTest
    @EnumSource
    void cancellingTheResultCancelsEverythingAndWaitsForTheCleanup(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> cleanup = Resolver.cancellable();
            Resolver<Integer> stubborn = Resolver.uncancellable();
            Promise<Integer> result = kind.run(scope -> {
                scope.fork(() -> task(loop, "a").promise().eventually(cleanup::promise));
                scope.fork(stubborn::promise);
                scope.onClose(logs(loop, "hook"));
                return task(loop, "body").promise();
            });

            result.cancel();
            assertThat(loop.takeTrace()).containsExactly("body cancelled", "a cancelled");
            assertThat(result.state()).as("not before the cleanup").isEqualTo(pending());
            cleanup.resolve(0);
            assertThat(result.state()).isEqualTo(pending());
            stubborn.resolve(0);

            assertThat(loop.takeTrace()).containsExactly("hook");
            assertThat(result.state()).isEqualTo(cancelled());
        });
    }

    @ParameterizedTest
    @EnumSource
    void aCancelledResultIsCancelledWhateverTheBodyMakesOfIt(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> result =
                    kind.run(scope -> task(loop, "body").promise().recover(e -> Promise.of(7)));

            result.cancel();

            assertThat(loop.takeTrace()).containsExactly("body cancelled");
            assertThat(result.state()).isEqualTo(cancelled());
        });
    }

    @ParameterizedTest
    @EnumSource
    void anErrorDuringTheCleanupIsNotLostInTheCancellation(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> result = kind.run(scope -> {
                scope.fork(() -> task(loop, "a").promise().eventually(() -> Promise.failed(error)));
                return task(loop, "body").promise();
            });

            result.cancel();

            assertThat(loop.takeTrace()).containsExactly("body cancelled", "a cancelled");
            assertThat(result.state()).isEqualTo(rejected(error));
        });
    }

    @ParameterizedTest
    @EnumSource
    void cancelClosesTheScopeFromInside(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            List<Scope> scopes = new ArrayList<>();
            Promise<Integer> result = kind.run(scope -> {
                scopes.add(scope);
                scope.fork(task(loop, "a")::promise);
                return task(loop, "body").promise();
            });

            scopes.get(0).cancel();

            assertThat(loop.takeTrace()).containsExactly("body cancelled", "a cancelled");
            assertThat(result.state()).isEqualTo(cancelled());
        });
    }

    @ParameterizedTest
    @EnumSource
    void cancelOnceMoreReachesWhatAChildHasBegunSince(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            List<Scope> scopes = new ArrayList<>();
            Promise<Integer> result = kind.run(scope -> {
                scopes.add(scope);
                scope.fork(() -> task(loop, "a")
                        .promise()
                        .recover(canceled -> task(loop, "second thoughts").promise()));
                return Promise.of(1);
            });
            assertThat(loop.takeTrace()).containsExactly("a cancelled");
            assertThat(result.state()).isEqualTo(pending());

            scopes.get(0).cancel();

            assertThat(loop.takeTrace()).containsExactly("second thoughts cancelled");
            assertThat(result.state()).isEqualTo(fulfilled(1));
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatIsForkedWhileTheScopeIsCancelledIsCancelledAndWaitedFor(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> stubborn = Resolver.uncancellable();
            Promise<Integer> result = kind.run(scope -> {
                scope.fork(() -> {
                    scope.cancel();
                    return task(loop, "child").promise().eventually(stubborn::promise);
                });
                return task(loop, "body").promise();
            });
            assertThat(loop.takeTrace()).containsExactly("child cancelled", "body cancelled");
            assertThat(result.state()).isEqualTo(pending());

            stubborn.resolve(0);
            assertThat(result.state()).isEqualTo(cancelled());
        });
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatIsCancelledFromElsewhereCancelsItsScope(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> body = Resolver.cancellable();
            Promise<Integer> result = kind.run(scope -> {
                scope.fork(task(loop, "a")::promise);
                return body.promise();
            });

            body.promise().cancel();

            assertThat(loop.takeTrace()).containsExactly("a cancelled");
            assertThat(result.state()).isEqualTo(cancelled());
        });
    }

    @ParameterizedTest
    @EnumSource
    void scopesNest(Kind kind) throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> result = kind.run(outer -> {
                outer.fork(() -> kind.run(inner -> {
                    inner.fork(task(loop, "grandchild")::promise);
                    inner.onClose(logs(loop, "inner hook"));
                    return task(loop, "inner").promise();
                }));
                outer.onClose(logs(loop, "outer hook"));
                return task(loop, "outer").promise();
            });

            result.cancel();

            assertThat(loop.takeTrace())
                    .containsExactly(
                            "outer cancelled",
                            "inner cancelled",
                            "grandchild cancelled",
                            "inner hook",
                            "outer hook");
            assertThat(result.state()).isEqualTo(cancelled());
        });
    }

    @Test
    void aScopeHasALimitInTime() throws Exception {
        VirtualLoop.runAsync(loop -> {
            Promise<Integer> result = EventLoop.withTimeout(
                    Duration.ofSeconds(5),
                    () -> Scope.failFast(scope -> {
                        scope.fork(task(loop, "a")::promise);
                        scope.onClose(logs(loop, "hook"));
                        return EventLoop.sleep(Duration.ofHours(1)).map(over -> 1);
                    }));
            return result.recover(java.util.concurrent.TimeoutException.class, e -> Promise.of(-1))
                    .onSuccess(v ->
                            assertThat(loop.takeTrace()).containsExactly("a cancelled", "hook"));
        });
    }

    @Test
    void aScopeBelongsToItsLoop() throws Exception {
        assertThatThrownBy(() -> Scope.failFast(scope -> Promise.of(1)))
                .isInstanceOf(LoopThreadException.class);
        VirtualLoop.run(loop -> {
            List<Scope> scopes = new ArrayList<>();
            Promise<Integer> result = Scope.failFast(scope -> {
                scopes.add(scope);
                return Resolver.<Integer>cancellable().promise();
            });
            CompletableFuture.runAsync(() -> {
                        assertThatThrownBy(() -> scopes.get(0).fork(() -> Promise.of(1)))
                                .isInstanceOf(LoopThreadException.class)
                                .hasMessageContaining("Scope.fork");
                        assertThatThrownBy(() -> scopes.get(0).cancel())
                                .isInstanceOf(LoopThreadException.class);
                        assertThatThrownBy(() -> scopes.get(0).join())
                                .isInstanceOf(LoopThreadException.class);
                    })
                    .get();
            result.cancel();
        });
    }

    @Test
    void aPromiseOfAnotherLoopIsRefusedAndNothingHangs() throws Exception {
        try (EventLoop foreign = EventLoop.builder().start()) {
            VirtualLoop.run(loop -> {
                Promise<Integer> stranger =
                        Resolver.<Integer>cancellable(foreign).promise();

                Promise<Integer> body = Scope.failFast(scope -> {
                    scope.fork(task(loop, "a")::promise);
                    return stranger;
                });
                assertThatThrownBy(body::poll).isInstanceOf(LoopThreadException.class);
                assertThat(loop.takeTrace()).containsExactly("a cancelled");

                Promise<Integer> child = Scope.failFast(scope -> scope.fork(() -> stranger));
                assertThatThrownBy(child::poll).isInstanceOf(LoopThreadException.class);

                Promise<Integer> hook = Scope.failFast(scope -> {
                    scope.onClose(logs(loop, "the next hook"));
                    scope.onClose(() -> stranger);
                    return Promise.of(1);
                });
                assertThatThrownBy(hook::poll).isInstanceOf(LoopThreadException.class);
                assertThat(loop.takeTrace()).containsExactly("the next hook");
            });
        }
    }

    @Test
    void aScopeKeepsNothingOfChildrenThatHaveEnded() throws Exception {
        SmallStack.runLoop(loop -> {
            List<Scope> scopes = new ArrayList<>();
            Promise<Integer> result = Scope.failFast(scope -> {
                scopes.add(scope);
                return Resolver.<Integer>cancellable().promise();
            });
            Scope scope = scopes.get(0);
            scope.fork(() -> Resolver.<Integer>cancellable().promise()).cancel();
            long before = Reachable.from(scope);

            for (int i = 0; i < MANY; i++) {
                Resolver<Integer> child = Resolver.cancellable();
                Promise<Integer> forked = scope.fork(child::promise);
                if (i % 2 == 0) {
                    child.resolve(i);
                } else {
                    forked.cancel();
                }
            }

            assertThat(Reachable.from(scope)).isEqualTo(before);
            result.cancel();
            assertThat(result.state()).isEqualTo(cancelled());
        });
    }

    @Test
    void aHundredThousandChildrenMayFail() throws Exception {
        SmallStack.runLoop(loop -> {
            Promise<Integer> result = Scope.collect(scope -> {
                for (int i = 0; i < MANY; i++) {
                    int number = i;
                    scope.fork(() -> {
                        throw new IllegalStateException("child " + number);
                    });
                }
                return scope.join().map(done -> 1);
            });

            assertThatThrownBy(result::poll)
                    .hasMessage("child 0")
                    .satisfies(e -> assertThat(e.getSuppressed()).hasSize(MANY - 1));
        });
    }
}
