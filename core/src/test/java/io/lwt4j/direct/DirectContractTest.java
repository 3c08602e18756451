package io.lwt4j.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Hooks;
import io.lwt4j.LoopGuest;
import io.lwt4j.LoopThreadException;
import io.lwt4j.ManualHost;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;
import io.lwt4j.Promises;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.engine.Host;
import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** What tasks promise, whichever way they get their stacks; see the subclasses. */
abstract class DirectContractTest {

    private final Mechanism mechanism;
    private final PromiseLocal<String> key = PromiseLocal.create();

    DirectContractTest(Mechanism mechanism) {
        this.mechanism = mechanism;
    }

    /** A task waits for a promise that is never resolved and cannot be cancelled. */
    private static Promise<String> never() {
        return Resolver.<String>uncancellable().promise();
    }

    private static Promise<String> value(Promise<?> delay, String value) {
        return delay.map(done -> value);
    }

    /** Waits for a value to look at. */
    static Object awaited(Promise<?> promise) throws Exception {
        return Direct.await(promise);
    }

    /* ---- D-1: beginning ---- */

    @Test
    @Rule("D-1")
    void aTaskDoesNotBeginAtOnceButAtTheEndOfTheTurn() throws Exception {
        TaskLoop.run(
                mechanism,
                tasks -> EventLoop.pause().flatMap(done -> {
                    EventLoop loop = EventLoop.current();
                    // Made here so that the hooks of tasks are there before the turn ends.
                    Promise<Integer> task = Direct.spawn(() -> {
                        tasks.log("task");
                        return 1;
                    });
                    loop.execute(() -> tasks.log("posted"));
                    Promise<Void> pause = EventLoop.pause().map(next -> {
                        tasks.log("paused");
                        return null;
                    });
                    tasks.log("spawned");
                    assertThat(task.isPending()).isTrue();
                    return pause.map(next -> {
                        assertThat(tasks.takeTrace())
                                .containsExactly("spawned", "task", "posted", "paused");
                        return null;
                    });
                }));
    }

    @Test
    @Rule("D-1")
    void tasksBeginInTheOrderTheyWereSpawned() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            List<Promise<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                int number = i;
                all.add(Direct.spawn(() -> {
                    tasks.log(number);
                    return number;
                }));
            }
            return Promise.all(all).map(numbers -> {
                assertThat(numbers).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
                assertThat(tasks.takeTrace())
                        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
                return 1;
            });
        });
    }

    @Test
    @Rule("D-1")
    void aTaskMaySpawnOthersAndWaitForThem() throws Exception {
        TaskLoop.runTask(mechanism, tasks -> assertThat(fibonacci(12)).isEqualTo(144));
    }

    private static int fibonacci(int n) throws Exception {
        if (n <= 2) {
            return 1;
        }
        Promise<Integer> a = Direct.spawn(() -> fibonacci(n - 1));
        Promise<Integer> b = Direct.spawn(() -> fibonacci(n - 2));
        return Direct.await(a) + Direct.await(b);
    }

    /* ---- D-2: waiting ---- */

    @Test
    @Rule("D-2")
    void awaitOfAResolvedPromiseReturnsOrThrowsAtOnce() throws Exception {
        TaskLoop.runTask(mechanism, tasks -> {
            Promise<Integer> other = Direct.spawn(() -> {
                tasks.log("other");
                return 1;
            });
            IOException error = new IOException("error");

            assertThat(awaited(Promise.of("value"))).isEqualTo("value");
            assertThat(awaited(Promise.unit())).isNull();
            assertThatThrownBy(() -> Direct.await(Promise.failed(error))).isSameAs(error);

            assertThat(tasks.takeTrace()).isEmpty();
            Direct.await(other);
            assertThat(tasks.takeTrace()).containsExactly("other");
        });
    }

    @Test
    @Rule("D-2")
    void awaitOfAPendingPromiseReturnsItsValueOrThrowsItsError() throws Exception {
        TaskLoop.runTask(mechanism, tasks -> {
            IOException error = new IOException("error");

            String value = Direct.await(value(EventLoop.sleep(Duration.ofHours(1)), "late"));
            Promise<String> failing = EventLoop.pause().flatMap(done -> Promise.failed(error));

            assertThat(value).isEqualTo("late");
            assertThatThrownBy(() -> Direct.await(failing)).isSameAs(error);
        });
    }

    @Test
    @Rule("D-2")
    void aTaskGoesOnFromTheQueueAndNotInsideOfTheResolver() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Resolver<String> resolver = Resolver.cancellable();
            Promise<Integer> task = Direct.spawn(() -> {
                tasks.log(Direct.await(resolver.promise()));
                return 1;
            });
            return EventLoop.pause().flatMap(done -> {
                resolver.promise().onSuccess(value -> tasks.log("callback"));
                resolver.resolveNow("task");
                tasks.log("resolved");
                assertThat(task.isPending()).isTrue();
                return task.onSuccess(one -> assertThat(tasks.takeTrace())
                        .containsExactly("callback", "resolved", "task"));
            });
        });
    }

    @Test
    @Rule("D-2")
    void severalTasksMayWaitForOnePromise() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Promise<String> shared = value(EventLoop.sleep(Duration.ofMillis(1)), "shared");
            List<Promise<String>> all = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                all.add(Direct.spawn(() -> Direct.await(shared)));
            }
            return Promise.all(all)
                    .onSuccess(values -> assertThat(values).hasSize(5).containsOnly("shared"));
        });
    }

    @Test
    @Rule("D-2")
    void anotherThreadMayResolveWhatATaskWaitsFor() throws Exception {
        TaskLoop.runTask(mechanism, tasks -> {
            Resolver<String> resolver = Resolver.cancellable();
            Thread thread = new Thread(() -> resolver.resolve("from afar"));
            thread.start();
            assertThat(awaited(resolver.promise())).isEqualTo("from afar");
            assertThat(awaited(Promise.from(CompletableFuture.supplyAsync(() -> "too"))))
                    .isEqualTo("too");
        });
    }

    /* ---- D-3, D-4: fairness ---- */

    @Test
    @Rule("D-3")
    void yieldPutsATaskBehindAllThatAreReady() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            List<Promise<Integer>> all = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                all.add(Direct.spawn(() -> {
                    for (int i = 1; i <= 3; i++) {
                        tasks.log(name + i);
                        Direct.yieldNow();
                    }
                    return 1;
                }));
            }
            return Promise.all(all)
                    .onSuccess(done -> assertThat(tasks.takeTrace())
                            .containsExactly("a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3", "c3"));
        });
    }

    @Test
    @Rule("D-4")
    void aHookRunsTwiceAsManyStepsAsTasksWereReadyAndTheLoopDoesNotWait() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            EventLoop loop = EventLoop.current();
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger steps = new AtomicInteger();
            List<Promise<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                all.add(Direct.spawn(() -> {
                    while (!stop.get()) {
                        steps.incrementAndGet();
                        Direct.yieldNow();
                    }
                    return 1;
                }));
            }
            // The hooks of tasks come first; these see what they have done.
            List<Hooks.Registration> hooks = new ArrayList<>();
            hooks.add(
                    loop.turnStartHooks().addLast(() -> tasks.log("start " + steps.getAndSet(0))));
            hooks.add(loop.turnEndHooks().addLast(() -> {
                tasks.log("end " + steps.getAndSet(0));
                if (tasks.size() == 4) {
                    stop.set(true);
                    hooks.forEach(Hooks.Registration::close);
                }
            }));
            return Promise.all(all)
                    .onSuccess(done -> assertThat(tasks.takeTrace())
                            .containsExactly("start 10", "end 10", "start 10", "end 10"));
        });
    }

    @Test
    @Rule("D-4")
    void tasksThatYieldForEverStarveNeitherTimersNorPausesNorPosts() throws Exception {
        EventLoop loop = TaskLoop.start(mechanism);
        try (loop) {
            AtomicBoolean stop = new AtomicBoolean();
            Promise<Integer> task = loop.submit(() -> Promise.of(Direct.spawn(() -> {
                        while (!stop.get()) {
                            Direct.yieldNow();
                        }
                        return 1;
                    })))
                    .get();
            loop.submit(() -> EventLoop.sleep(Duration.ofMillis(1)).flatMap(d -> EventLoop.pause()))
                    .get();
            loop.submit(() -> {
                        stop.set(true);
                        return task;
                    })
                    .get();
        }
    }

    /* ---- D-5: cancellation, which is honoured ---- */

    /** What a task does, with a trace to write into. */
    private interface Code {
        String run() throws Exception;
    }

    /** Spawns a task, and lets it get to where it waits. */
    private static Promise<Promise<String>> spawnAndWait(Code code) {
        Promise<String> task = Direct.spawn(code::run);
        return EventLoop.pause().map(done -> task);
    }

    private static void assertCancelled(Promise<?> promise) {
        assertThat(promise.isCancelled()).as("cancelled: %s", promise).isTrue();
    }

    @Test
    @Rule("D-5")
    void cancellingATaskCancelsWhatItWaitsForAndAwaitThrows() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Promise<Void> sleep = EventLoop.sleep(Duration.ofDays(1));
            Code code = () -> {
                try {
                    return Direct.await(value(sleep, "slept"));
                } catch (CanceledException e) {
                    tasks.log("caught");
                    throw e;
                } finally {
                    tasks.log("finally");
                }
            };
            return spawnAndWait(code).flatMap(task -> {
                task.cancel();

                assertCancelled(sleep);
                assertThat(task.isPending()).as("until the code has ended").isTrue();
                return task.outcome().onSuccess(outcome -> {
                    assertCancelled(task);
                    assertThat(tasks.takeTrace()).containsExactly("caught", "finally");
                });
            });
        });
    }

    @Test
    @Rule("D-5")
    void aCleanUpMayWaitAndDecidesTheOutcome() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Code code = () -> {
                try {
                    return Direct.await(value(EventLoop.sleep(Duration.ofDays(1)), "slept"));
                } catch (CanceledException e) {
                    Direct.await(EventLoop.sleep(Duration.ofHours(1)));
                    Direct.yieldNow();
                    return "cleaned up";
                }
            };
            return spawnAndWait(code).flatMap(task -> {
                task.cancel();
                return EventLoop.sleep(Duration.ofMinutes(30)).flatMap(done -> {
                    assertThat(task.isPending()).isTrue();
                    // Once is enough.
                    task.cancel();
                    return task.onSuccess(it -> assertThat(it).isEqualTo("cleaned up"));
                });
            });
        });
    }

    @Test
    @Rule("D-5")
    void theErrorOfACleanUpIsTheOutcome() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            IOException error = new IOException("while cleaning up");
            Code code = () -> {
                try {
                    return Direct.await(never());
                } finally {
                    Direct.await(Promise.failed(error));
                }
            };
            return spawnAndWait(code).flatMap(task -> {
                task.cancel();
                return task.outcome()
                        .onSuccess(it -> assertThat(it)
                                .isEqualTo(new Promise.State.Rejected<String>(error)));
            });
        });
    }

    @Test
    @Rule("D-5")
    void awaitOfAPromiseThatCannotBeCancelledThrowsAtOnce() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Resolver<String> stubborn = Resolver.uncancellable();
            return spawnAndWait(() -> Direct.await(stubborn.promise())).flatMap(task -> {
                task.cancel();

                return task.outcome().onSuccess(outcome -> {
                    assertCancelled(task);
                    assertThat(stubborn.promise().isPending()).isTrue();
                    stubborn.resolve("nobody waits");
                });
            });
        });
    }

    @Test
    @Rule("D-5")
    void awaitDoesNotWaitForTheCleanUpOfWhatItHasCancelled() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Promise<Void> slow = EventLoop.sleep(Duration.ofDays(1))
                    .eventually(() -> EventLoop.sleep(Duration.ofHours(1)).map(done -> {
                        tasks.log("cleaned up");
                        return null;
                    }));
            return spawnAndWait(() -> Direct.await(value(slow, "slept")))
                    .flatMap(task -> {
                        task.cancel();
                        return task.outcome().flatMap(outcome -> {
                            assertCancelled(task);
                            assertThat(tasks.takeTrace()).isEmpty();
                            return slow.outcome();
                        });
                    })
                    .onSuccess(done -> assertThat(tasks.takeTrace()).containsExactly("cleaned up"));
        });
    }

    @Test
    @Rule("D-5")
    void aPromiseThatMakesAValueOfItsCancellationIsReturnedAndTheNextAwaitThrows()
            throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Promise<String> rescued = value(EventLoop.sleep(Duration.ofDays(1)), "slept")
                    .recover(CanceledException.class, e -> Promise.of("rescued"));
            Code code = () -> {
                tasks.log(Direct.await(rescued));
                tasks.log(Direct.await(Promise.of("never said")));
                return "never returned";
            };
            return spawnAndWait(code).flatMap(task -> {
                task.cancel();
                return task.outcome().onSuccess(outcome -> {
                    assertCancelled(task);
                    assertThat(tasks.takeTrace()).containsExactly("rescued");
                });
            });
        });
    }

    @Test
    @Rule("D-5")
    void aPromiseThatMakesAnotherErrorOfItsCancellationHasToldTheTask() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            IOException error = new IOException("reset");
            Promise<String> failing = value(EventLoop.sleep(Duration.ofDays(1)), "slept")
                    .recover(CanceledException.class, e -> Promise.failed(error));
            Code code = () -> {
                try {
                    return Direct.await(failing);
                } catch (IOException e) {
                    assertThat(e).isSameAs(error);
                    return Direct.await(value(EventLoop.pause(), "cleaned up"));
                }
            };
            return spawnAndWait(code).flatMap(task -> {
                task.cancel();
                return task.onSuccess(it -> assertThat(it).isEqualTo("cleaned up"));
            });
        });
    }

    @Test
    @Rule("D-5")
    void aTaskThatIsAboutToGoOnGetsItsValueAndTheNextAwaitThrowsAndCancels() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Resolver<String> resolver = Resolver.cancellable();
            Promise<Void> next = EventLoop.sleep(Duration.ofDays(1));
            Code code = () -> {
                tasks.log(Direct.await(resolver.promise()));
                Direct.await(next);
                return "never returned";
            };
            return spawnAndWait(code).flatMap(task -> {
                resolver.resolve("not lost");
                task.cancel();
                assertThat(task.isPending()).isTrue();
                return task.outcome().onSuccess(outcome -> {
                    assertCancelled(task);
                    assertCancelled(next);
                    assertThat(tasks.takeTrace()).containsExactly("not lost");
                });
            });
        });
    }

    @Test
    @Rule("D-5")
    void anErrorThatIsThereAlreadyIsThrownAndTheCancellationAfterIt() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Resolver<String> resolver = Resolver.cancellable();
            IOException error = new IOException("not lost either");
            Code code = () -> {
                Direct.await(resolver.promise());
                assertThatThrownBy(() -> Direct.await(Promise.failed(error))).isSameAs(error);
                return Direct.await(Promise.of("never said"));
            };
            return spawnAndWait(code).flatMap(task -> {
                resolver.resolve("go on");
                task.cancel();
                return task.outcome().onSuccess(outcome -> assertCancelled(task));
            });
        });
    }

    @Test
    @Rule("D-5")
    void aTaskMayCancelItselfAndTheNextYieldThrows() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            AtomicReference<Promise<String>> self = new AtomicReference<>();
            self.set(Direct.spawn(() -> {
                self.get().cancel();
                tasks.log("goes on");
                Direct.yieldNow();
                return "never returned";
            }));
            return self.get().outcome().onSuccess(outcome -> {
                assertCancelled(self.get());
                assertThat(tasks.takeTrace()).containsExactly("goes on");
            });
        });
    }

    @Test
    @Rule("D-5")
    void aTaskThatIsCancelledWhileItYieldsIsToldWhenItsTurnComes() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            AtomicReference<Promise<String>> first = new AtomicReference<>();
            first.set(Direct.spawn(() -> {
                try {
                    Direct.yieldNow();
                    return "never returned";
                } catch (CanceledException e) {
                    return Direct.await(value(EventLoop.pause(), "told"));
                }
            }));
            Promise<Integer> second = Direct.spawn(() -> {
                first.get().cancel();
                return 1;
            });
            return second.flatMap(one -> first.get())
                    .onSuccess(it -> assertThat(it).isEqualTo("told"));
        });
    }

    @Test
    @Rule("D-5")
    void aTaskThatIsCancelledBeforeItBeginsNeverDoes() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Promise<Integer> task = Direct.spawn(() -> {
                tasks.log("begun");
                return 1;
            });

            task.cancel();

            assertCancelled(task);
            return EventLoop.sleep(Duration.ofSeconds(1));
        });
    }

    @Test
    @Rule("D-5")
    void theLoserOfARaceOfTasksIsCancelled() throws Exception {
        TaskLoop.runTask(mechanism, tasks -> {
            Promise<String> slow = Direct.spawn(() -> {
                try {
                    return Direct.await(value(EventLoop.sleep(Duration.ofHours(2)), "slow"));
                } finally {
                    tasks.log("slow ends");
                }
            });
            Promise<String> fast = Direct.spawn(
                    () -> Direct.await(value(EventLoop.sleep(Duration.ofHours(1)), "fast")));

            assertThat(awaited(Promise.pick(slow, fast))).isEqualTo("fast");

            assertThat(awaited(slow.outcome()))
                    .isEqualTo(new Promise.State.Rejected<String>(CanceledException.instance()));
            assertThat(tasks.takeTrace()).containsExactly("slow ends");
        });
    }

    @Test
    @Rule("D-5")
    void cancellingACombinationCancelsEveryTaskInIt() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Promise<List<String>> all = Promises.mapConcurrently(
                    List.of("a", "b", "c"), name -> Direct.spawn(() -> Direct.await(never())));
            return EventLoop.pause().flatMap(done -> {
                all.cancel();
                return all.outcome().onSuccess(outcome -> assertCancelled(all));
            });
        });
    }

    @Test
    @Rule("D-5")
    void aShieldedPromiseIsSpared() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Promise<Void> sleep = EventLoop.sleep(Duration.ofHours(1));
            Code code = () -> Direct.await(value(sleep.shielded(), "slept"));
            return spawnAndWait(code).flatMap(task -> {
                task.cancel();
                return task.outcome().flatMap(outcome -> {
                    assertCancelled(task);
                    return sleep;
                });
            });
        });
    }

    @Test
    @Rule("D-5")
    void aTaskThatWaitsForItselfCanBeCancelled() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            AtomicReference<Promise<String>> self = new AtomicReference<>();
            self.set(Direct.spawn(() -> Direct.await(self.get())));
            return EventLoop.pause().flatMap(done -> {
                self.get().cancel();
                return self.get().outcome().onSuccess(outcome -> assertCancelled(self.get()));
            });
        });
    }

    @Test
    @Rule("D-5")
    void aTaskThatThrowsCanceledExceptionByItselfIsCancelled() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Promise<Integer> task = Direct.spawn(() -> {
                throw CanceledException.instance();
            });
            return task.outcome().onSuccess(outcome -> assertCancelled(task));
        });
    }

    @Test
    @Rule("D-5")
    void anotherThreadMayCancelATask() throws Exception {
        EventLoop loop = TaskLoop.start(mechanism);
        try (loop) {
            CountDownLatch waiting = new CountDownLatch(1);
            CompletableFuture<String> ended = new CompletableFuture<>();
            CompletableFuture<String> future = loop.submit(() -> Direct.spawn(() -> {
                try {
                    waiting.countDown();
                    return Direct.await(never());
                } finally {
                    ended.complete("cleaned up");
                }
            }));
            waiting.await();

            future.cancel(true);

            assertThat(ended.get()).isEqualTo("cleaned up");
        }
    }

    /* ---- D-6: storage ---- */

    @Test
    @Rule("D-6")
    void aTaskBeginsWithoutValuesAndKeepsItsOwnWhileItWaits() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            List<Promise<Integer>> all = new ArrayList<>();
            for (String mine : List.of("a", "b", "c")) {
                all.add(key.with(
                        "of the spawner",
                        () -> Direct.spawn(() -> {
                            assertThat(key.get()).isNull();
                            key.set(mine);
                            Direct.await(EventLoop.pause());
                            assertThat(key.get()).isEqualTo(mine);
                            Direct.yieldNow();
                            assertThat(key.get()).isEqualTo(mine);
                            key.remove();
                            assertThat(key.get()).isNull();
                            Direct.yieldNow();
                            assertThat(key.get()).isNull();
                            return 1;
                        })));
            }
            Promise<?> outside = EventLoop.pause().flatMap(done -> {
                assertThat(key.get()).as("on the loop").isNull();
                return EventLoop.pause();
            });
            return Promise.all(all).flatMap(done -> outside);
        });
    }

    @Test
    @Rule("D-6")
    void whatATaskAttachesSeesTheValuesOfTheTask() throws Exception {
        TaskLoop.runTask(mechanism, tasks -> {
            PromiseLocal<Integer> other = PromiseLocal.create();
            key.set("of the task");
            Promise<String> seen = EventLoop.pause().map(done -> key.get());
            other.set(1);
            key.set("later");

            assertThat(awaited(seen)).isEqualTo("of the task");
            assertThat(awaited(EventLoop.pause().map(d -> key.get() + other.get())))
                    .isEqualTo("later1");
            key.remove();
            assertThat(other.get()).isEqualTo(1);
        });
    }

    @Test
    @Rule("D-6")
    void aValueThatIsSetInsideOfWithLastsUntilItsEnd() throws Exception {
        TaskLoop.runTask(mechanism, tasks -> {
            key.set("outer");
            key.with("inner", () -> {
                key.set("changed");
                Direct.yieldNow();
                assertThat(key.get()).isEqualTo("changed");
                return 1;
            });
            assertThat(key.get()).isEqualTo("outer");
        });
    }

    @Test
    @Rule("D-6")
    void valuesCanBeSetInsideOfATaskOnly() throws Exception {
        assertThatThrownBy(() -> key.set("value"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("use with(value, body)");
        TaskLoop.run(mechanism, tasks -> {
            assertThatThrownBy(() -> key.set("value")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(key::remove).isInstanceOf(IllegalStateException.class);
            return Promise.unit();
        });
    }

    /* ---- D-7: outside of a task ---- */

    @Test
    @Rule("D-7")
    void waitingOutsideOfATaskIsRefused() throws Exception {
        assertThatThrownBy(() -> Direct.await(Promise.of(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Direct.await")
                .hasMessageContaining(Thread.currentThread().getName())
                .hasMessageContaining("not in a task")
                .hasMessageContaining("Direct.spawn");
        assertThatThrownBy(Direct::yieldNow).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Direct.spawn(() -> 1)).isInstanceOf(LoopThreadException.class);
        TaskLoop.run(mechanism, tasks -> {
            Promise<Integer> task = Direct.spawn(() -> Direct.await(Promise.of(1)));
            assertThatThrownBy(() -> Direct.await(EventLoop.pause()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("a loop must not wait");
            assertThatThrownBy(Direct::yieldNow).isInstanceOf(IllegalStateException.class);
            return task.flatMap(one -> EventLoop.pause())
                    .onSuccess(done -> assertThatThrownBy(() -> Direct.await(Promise.of(1)))
                            .isInstanceOf(IllegalStateException.class));
        });
    }

    @Test
    @Rule("D-7")
    void waitingInACallbackIsRefusedAlsoInsideOfATask() throws Exception {
        TaskLoop.runTask(mechanism, tasks -> {
            Resolver<Integer> resolver = Resolver.cancellable();
            Promise<String> waiting =
                    resolver.promise().map(one -> Direct.await(value(EventLoop.pause(), "no")));
            resolver.resolve(1);

            assertThatThrownBy(() -> Direct.await(waiting))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("callback");
            assertThatThrownBy(() -> Direct.await(Promise.of(1).flatMap(one -> {
                        Direct.yieldNow();
                        return Promise.of(2);
                    })))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Direct.yieldNow");
            // Nothing has come of it.
            assertThat(awaited(value(EventLoop.pause(), "yes"))).isEqualTo("yes");
        });
    }

    @Test
    @Rule("D-7")
    void awaitIsRefusedInACallbackAlsoIfThePromiseIsResolved() throws Exception {
        TaskLoop.runTask(mechanism, tasks -> {
            Promise<Integer> waiting =
                    Promise.of(1).flatMap(one -> Promise.of(Direct.await(Promise.of(2))));
            assertThatThrownBy(() -> Direct.await(waiting))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Direct.await: this is a callback");
        });
    }

    @Test
    @Rule("D-7")
    void aPendingPromiseOfAnotherLoopIsRefused() throws Exception {
        try (EventLoop other = EventLoop.builder().name("other").start()) {
            Promise<Integer> foreign = Resolver.<Integer>cancellable(other).promise();
            TaskLoop.runTask(mechanism, tasks -> {
                assertThatThrownBy(() -> Direct.await(foreign))
                        .isInstanceOf(LoopThreadException.class)
                        .hasMessageContaining("Direct.await: this belongs to")
                        .hasMessageContaining("other");
                assertThat(awaited(Promise.from(other.submit(() -> Promise.of(1)))))
                        .isEqualTo(1);
            });
            assertThat(foreign.isPending()).isTrue();
        }
    }

    /* ---- D-8: errors ---- */

    @Test
    @Rule("D-8")
    void aStackOverflowWhereATaskWaitsLeavesTheLoopInOrder() throws Exception {
        try (EventLoop loop = TaskLoop.start(mechanism)) {
            for (int round = 0; round < 50; round++) {
                int padding = round;
                // Where the stack ends in the middle of a wait the loop would hang, or worse. (That
                // of a virtual thread may go on when most of it has been put aside.)
                boolean ended = TaskLoop.call(loop, () -> {
                    int depth = depth();
                    try {
                        return descend(padding, depth - Math.min(100, depth / 2)) >= 0;
                    } catch (StackOverflowError end) {
                        return true;
                    }
                });
                assertThat(ended).isTrue();
                assertThat(TaskLoop.call(loop, DirectContractTest::countToTwenty))
                        .isEqualTo(20);
            }
        }
    }

    private static int deepest;

    /** How many frames of {@link #descend} there are room for. */
    private static int depth() throws Exception {
        deepest = Integer.MAX_VALUE;
        try {
            return descend(0, Integer.MAX_VALUE);
        } catch (StackOverflowError end) {
            return Integer.MAX_VALUE - deepest;
        }
    }

    /** Goes down some frames, and then on and on, waiting at each level from a certain one on. */
    private static int descend(int padding, int from) throws Exception {
        if (padding > 0) {
            return descend(padding - 1, from);
        }
        deepest = from;
        if (from <= 0) {
            Direct.await(EventLoop.pause());
        }
        return from == -500 ? 0 : 1 + descend(0, from - 1);
    }

    @Test
    @Rule("D-8")
    void whatATaskThrowsIsTheErrorOfItsPromiseWithTheStackOfTheCode() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Promise<Integer> task = Direct.spawn(() -> {
                Direct.await(EventLoop.pause());
                return failDeepInside(2);
            });
            return task.recover(error -> {
                assertThat(error).isInstanceOf(IOException.class).hasMessage("deep inside");
                assertThat(Arrays.stream(error.getStackTrace())
                                .map(StackTraceElement::getMethodName))
                        .startsWith("failDeepInside", "failDeepInside", "failDeepInside");
                return Promise.of(1);
            });
        });
    }

    private static int failDeepInside(int depth) throws IOException {
        if (depth > 0) {
            return failDeepInside(depth - 1);
        }
        throw new IOException("deep inside");
    }

    @Test
    @Rule("D-8")
    void anErrorOfTheVirtualMachineRejectsThePromiseLikeAnyOther() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Error error = new NoClassDefFoundError("made up");
            Promise<Integer> task = Direct.spawn(() -> {
                throw error;
            });
            return task.recover(it -> {
                assertThat(it).isSameAs(error);
                return Promise.of(1);
            });
        });
    }

    @Test
    @Rule("D-8")
    void errorsOfTasksInTheBackgroundReachTheHandler() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Error error = new NoClassDefFoundError("made up");
            Direct.spawnInBackground(() -> {
                Direct.await(EventLoop.pause());
                throw new IOException("background");
            });
            Direct.spawnInBackground(() -> {
                throw error;
            });
            Direct.spawnInBackground(() -> tasks.log("fine"));
            return EventLoop.sleep(Duration.ofSeconds(1)).onSuccess(done -> {
                assertThat(tasks.takeErrors())
                        .satisfiesExactly(
                                e -> assertThat(e).isSameAs(error),
                                e -> assertThat(e).isInstanceOf(IOException.class));
                assertThat(tasks.takeTrace()).containsExactly("fine");
            });
        });
    }

    @Test
    void nullsAreRefused() {
        assertThatThrownBy(() -> Direct.spawn(null)).hasMessage("body");
        assertThatThrownBy(() -> Direct.spawnInBackground(null)).hasMessage("body");
        assertThatThrownBy(() -> Direct.await(null)).hasMessage("promise");
    }

    /* ---- Threads ---- */

    @Test
    void insideOfATaskEverythingIsAsOnTheLoop() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            EventLoop loop = EventLoop.current();
            Thread own = Thread.currentThread();
            assertThat(LoopGuest.current()).isNull();
            return Direct.spawn(() -> {
                assertThat(EventLoop.current()).isSameAs(loop);
                assertThat(EventLoop.isLoopThread()).isTrue();
                assertThat(loop.isCurrent()).isTrue();
                assertThat(LoopGuest.current()).isNotNull();
                assertThat(Thread.currentThread()).isNotSameAs(own);
                Resolver<Integer> resolver = Resolver.cancellable();
                Promise<Integer> doubled = resolver.promise().map(x -> 2 * x);
                resolver.resolve(21);
                assertThat(doubled.poll()).hasValue(42);
                Promise<Void> sleep = EventLoop.sleep(Duration.ofDays(1));
                sleep.cancel();
                assertCancelled(sleep);
                assertThatThrownBy(() -> EventLoop.run(Promise::unit))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("Nested calls");
                assertThatThrownBy(() -> loop.submit(EventLoop::pause).get())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("waiting here would block");
                AtomicReference<Boolean> elsewhere = new AtomicReference<>();
                Thread stranger = new Thread(() -> elsewhere.set(loop.isCurrent()));
                stranger.start();
                stranger.join();
                assertThat(elsewhere).hasValue(false);
                return 1;
            });
        });
    }

    @Test
    void aTaskThatBlocksHoldsTheLoopUp() throws Exception {
        EventLoop loop = TaskLoop.start(mechanism);
        try (loop) {
            List<String> trace = new ArrayList<>();
            CountDownLatch blocked = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            CompletableFuture<Integer> task = loop.submit(() -> Direct.spawn(() -> {
                trace.add("blocks");
                blocked.countDown();
                release.await();
                trace.add("goes on");
                Direct.yieldNow();
                return 1;
            }));
            blocked.await();
            loop.execute(() -> trace.add("the loop"));
            release.countDown();

            assertThat(task.get()).isEqualTo(1);

            loop.submit(Promise::unit).get();
            assertThat(trace).containsExactly("blocks", "goes on", "the loop");
        }
    }

    @Test
    void anInterruptOfATaskDoesNotEndAWaitAndIsNotLost() throws Exception {
        TaskLoop.runTask(mechanism, tasks -> {
            Thread.currentThread().interrupt();
            Direct.await(EventLoop.pause());
            Direct.yieldNow();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(awaited(value(EventLoop.sleep(Duration.ofDays(1)), "slept")))
                    .isEqualTo("slept");
        });
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void anInterruptOfTheLoopDoesNotEndAStepAndIsNotLost() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Thread.currentThread().interrupt();
            return Direct.spawn(() -> {
                assertThat(Thread.interrupted()).isFalse();
                Direct.yieldNow();
                return 1;
            });
        });
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void unparkingTheThreadOfATaskDoesNotEndAWait() throws Exception {
        EventLoop loop = TaskLoop.start(mechanism);
        try (loop) {
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            Resolver<String> resolver = Resolver.cancellable(loop);
            CompletableFuture<String> task = loop.submit(() -> Direct.spawn(() -> {
                LockSupport.unpark(Thread.currentThread());
                thread.complete(Thread.currentThread());
                String first = Direct.await(resolver.promise());
                return first + Direct.await(value(EventLoop.pause(), "!"));
            }));
            for (int i = 0; i < 1_000; i++) {
                LockSupport.unpark(thread.get());
            }
            loop.submit(EventLoop::pause).get();
            assertThat(task).isNotDone();
            resolver.resolve("done");
            assertThat(task.get()).isEqualTo("done!");
        }
    }

    @Test
    void aLockMayBeKeptWhileATaskWaitsIfNobodyElseOfTheLoopWantsIt() throws Exception {
        TaskLoop.runTask(mechanism, tasks -> {
            ReentrantLock lock = new ReentrantLock();
            lock.lock();
            try {
                Direct.await(EventLoop.pause());
            } finally {
                lock.unlock();
            }
        });
    }

    /* ---- Kinds of loops ---- */

    @Test
    void tasksLiveOnALoopWithAThreadOfItsOwn() throws Exception {
        EventLoop loop = TaskLoop.start(mechanism);
        try (loop) {
            String name = TaskLoop.call(loop, () -> {
                Direct.await(EventLoop.sleep(Duration.ofMillis(1)));
                return Direct.await(value(EventLoop.pause(), "slept"));
            });
            assertThat(name).isEqualTo("slept");
        }
    }

    @Test
    void tasksLiveOnAPinnedHost() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
            thread.set(new Thread(task, "host"));
            return thread.get();
        });
        Host host = Host.of(executor, () -> Thread.currentThread() == thread.get());
        EventLoop loop = EventLoop.builder().host(host).build();
        loop.execute(() -> TaskLoop.prepare(loop, mechanism));
        assertThat(TaskLoop.call(loop, DirectContractTest::countToTwenty)).isEqualTo(20);
        // Code of the host itself is on the loop, too, but not in a turn of it.
        CompletableFuture<Integer> outside = new CompletableFuture<>();
        Resolver<String> resolver = Resolver.cancellable(loop);
        executor.execute(() -> Direct.spawn(() -> {
                    tellLater(executor, resolver);
                    Direct.await(resolver.promise());
                    return countToTwenty();
                })
                .onAny(outside::complete, outside::completeExceptionally));
        assertThat(outside.get()).isEqualTo(20);
        CompletableFuture<String> parked =
                loop.submit(() -> Direct.spawn(() -> Direct.await(never())));
        close(loop);
        assertThatThrownBy(parked::join).isInstanceOf(CancellationException.class);
        executor.shutdown();
    }

    @Test
    void aTaskGoesOnIfAnotherLoopOnTheSameThreadResolvesWhatItWaitsFor() throws Exception {
        ManualHost.run(host -> {
            EventLoop one = host.loop("one");
            EventLoop two = host.loop("two");
            List<Resolver<Integer>> resolvers = new ArrayList<>();
            List<Promise<Integer>> spawned = new ArrayList<>();
            two.execute(() -> {
                TaskLoop.prepare(two, mechanism);
                Resolver<Integer> resolver = Resolver.cancellable();
                resolvers.add(resolver);
                spawned.add(Direct.spawn(() -> Direct.await(resolver.promise())));
            });
            host.runTasks();

            one.execute(() -> resolvers.get(0).resolve(5));
            host.runTasks();

            assertThat(spawned.get(0).state()).isEqualTo(new Promise.State.Fulfilled<>(5));
            one.close();
            two.close();
            host.runTasks();
        });
    }

    @Test
    void tasksGoOnIfAllHooksOfTheLoopAreTakenOut() throws Exception {
        TaskLoop.runTask(mechanism, tasks -> {
            EventLoop.current().turnStartHooks().removeAll();
            EventLoop.current().turnEndHooks().removeAll();
            Direct.yieldNow();
            assertThat(awaited(value(EventLoop.pause(), "goes on"))).isEqualTo("goes on");
        });
    }

    /** Closes a hosted loop, and waits until that has begun. */
    private static void close(EventLoop loop) throws Exception {
        CountDownLatch closing = new CountDownLatch(1);
        loop.submit(() -> {
                    loop.exitHooks().addLast(() -> {
                        closing.countDown();
                        return Promise.unit();
                    });
                    return Promise.unit();
                })
                .get();
        loop.close();
        closing.await();
    }

    private static void tellLater(ExecutorService host, Resolver<String> resolver) {
        host.execute(() -> resolver.resolve("told"));
    }

    private static int countToTwenty() throws Exception {
        int count = 0;
        while (count < 20) {
            Direct.await(count % 2 == 0 ? EventLoop.pause() : EventLoop.sleep(Duration.ZERO));
            Direct.yieldNow();
            count++;
        }
        return count;
    }

    @Test
    void tasksLiveOnAHostThatChangesThreads() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(3);
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        EventLoop loop = EventLoop.builder()
                .host(Host.of(new OneByOne(pool), () -> false, timer))
                .build();
        loop.execute(() -> TaskLoop.prepare(loop, mechanism));
        assertThat(TaskLoop.call(loop, DirectContractTest::countToTwenty)).isEqualTo(20);
        assertThat(loop.isCurrent()).isFalse();
        close(loop);
        pool.shutdown();
        timer.shutdown();
    }

    @Test
    void twoLoopsHaveTasksSideBySide() throws Exception {
        EventLoop one = TaskLoop.start(mechanism);
        EventLoop two = TaskLoop.start(mechanism);
        try (one;
                two) {
            CompletableFuture<Integer> first =
                    one.submit(() -> Direct.spawn(DirectContractTest::countToTwenty));
            CompletableFuture<Integer> second = two.submit(() -> Direct.spawn(() -> {
                int sum = 0;
                for (int i = 0; i < 20; i++) {
                    sum += Direct.await(
                            Promise.from(one.submit(() -> EventLoop.pause().map(done -> 1))));
                }
                return sum;
            }));
            assertThat(first.get()).isEqualTo(20);
            assertThat(second.get()).isEqualTo(20);
        }
    }

    @Test
    void aTaskGoesOnWhenItsLoopIsRunAgain() throws Exception {
        EventLoop loop = EventLoop.builder().engine(new VirtualTimeEngine()).build();
        try (loop) {
            Resolver<String> resolver = Resolver.cancellable(loop);
            Promise<String> task = loop.runUntilComplete(() -> {
                TaskLoop.prepare(loop, mechanism);
                Promise<String> spawned = Direct.spawn(() -> Direct.await(resolver.promise()));
                return EventLoop.pause().map(done -> spawned);
            });
            assertThat(task.isPending()).isTrue();

            String value = loop.runUntilComplete(() -> {
                resolver.resolve("second run");
                return task;
            });

            assertThat(value).isEqualTo("second run");
        }
    }

    /* ---- The end of a loop ---- */

    @Test
    void closingALoopEndsItsTasks() throws Exception {
        List<String> trace = new ArrayList<>();
        EventLoop loop = TaskLoop.start(mechanism);
        CompletableFuture<Promise<String>> waiting = new CompletableFuture<>();
        CompletableFuture<String> result = loop.submit(() -> {
            waiting.complete(Direct.spawn(
                    () -> Direct.await(EventLoop.sleep(Duration.ofDays(1)).map(done -> "no"))));
            Promise<String> task = Direct.spawn(() -> {
                try {
                    return Direct.await(never());
                } catch (CanceledException e) {
                    trace.add("told");
                    assertThatThrownBy(() -> Direct.await(never())).isSameAs(e);
                    assertThatThrownBy(() -> Direct.await(EventLoop.pause())).isSameAs(e);
                    assertThatThrownBy(Direct::yieldNow).isSameAs(e);
                    assertThatThrownBy(() -> Direct.await(Direct.spawn(() -> 1)))
                            .isInstanceOf(RejectedExecutionException.class);
                    return Direct.await(Promise.of("ended"));
                } finally {
                    trace.add("finally");
                }
            });
            return task;
        });
        loop.submit(EventLoop::pause).get();

        loop.close();

        assertThat(result.get()).isEqualTo("ended");
        assertThat(trace).containsExactly("told", "finally");
        assertCancelled(waiting.get());
    }

    @Test
    void closingALoopEndsTasksThatAreReadyOrHaveNotBegun() throws Exception {
        List<String> trace = new ArrayList<>();
        EventLoop loop = EventLoop.builder().build();
        List<Promise<Integer>> tasks = loop.runUntilComplete(() -> {
            TaskLoop.prepare(loop, mechanism);
            Resolver<String> resolver = Resolver.cancellable();
            Promise<Integer> ready = Direct.spawn(() -> {
                trace.add(Direct.await(resolver.promise()));
                return Direct.await(never()).length();
            });
            Promise<Integer> yielding = Direct.spawn(() -> {
                while (true) {
                    Direct.yieldNow();
                }
            });
            Promise<Integer> background = Promise.of(0);
            Direct.spawnInBackground(() -> Direct.await(never()));
            return EventLoop.pause().flatMap(done -> EventLoop.pause()).map(done -> {
                resolver.resolve("not lost");
                Promise<Integer> unborn = Direct.spawn(() -> {
                    trace.add("begun");
                    return 1;
                });
                return List.of(ready, yielding, unborn, background);
            });
        });

        loop.close();

        assertThat(tasks).allSatisfy(task -> assertThat(task.isPending()).isFalse());
        assertThat(tasks.get(0).isCancelled()).isTrue();
        assertThat(tasks.get(1).isCancelled()).isTrue();
        assertThat(tasks.get(2).isCancelled() || trace.contains("begun")).isTrue();
        assertThat(trace).contains("not lost");
    }

    @Test
    void aCleanUpThatHasBegunIsEndedWithItsLoopToo() throws Exception {
        List<String> trace = new ArrayList<>();
        EventLoop loop = EventLoop.builder().build();
        Promise<String> task = loop.runUntilComplete(() -> {
            TaskLoop.prepare(loop, mechanism);
            Promise<String> spawned = Direct.spawn(() -> {
                try {
                    return Direct.await(never());
                } catch (CanceledException e) {
                    trace.add("cleans up");
                    return Direct.await(never());
                }
            });
            return EventLoop.pause().flatMap(done -> {
                spawned.cancel();
                return EventLoop.pause().flatMap(again -> EventLoop.pause()).map(it -> spawned);
            });
        });
        assertThat(trace).containsExactly("cleans up");
        assertThat(task.isPending()).isTrue();

        loop.close();

        assertCancelled(task);
    }

    @Test
    void whateverIsThrownAtTheEndEveryTaskEnds() throws Exception {
        List<Throwable> errors = new ArrayList<>();
        List<String> trace = new ArrayList<>();
        EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).build();
        loop.runUntilComplete(() -> {
            TaskLoop.prepare(loop, mechanism);
            for (int i = 0; i < 3; i++) {
                Direct.spawn(() -> {
                            try {
                                return Direct.await(never());
                            } finally {
                                trace.add("ended");
                            }
                        })
                        .onFailure(error -> {
                            throw new NoClassDefFoundError("made up");
                        });
            }
            return EventLoop.pause();
        });

        loop.close();

        assertThat(trace).containsExactly("ended", "ended", "ended");
        assertThat(errors).hasSize(3).hasOnlyElementsOfType(NoClassDefFoundError.class);
    }

    @Test
    void anExitHookMayLetTasksEndInPeace() throws Exception {
        List<String> trace = new ArrayList<>();
        EventLoop.run(() -> {
            EventLoop loop = EventLoop.current();
            TaskLoop.prepare(loop, mechanism);
            Promise<String> task = Direct.spawn(() -> {
                try {
                    return Direct.await(never());
                } finally {
                    Direct.await(EventLoop.sleep(Duration.ofMillis(1)));
                    trace.add("slept in peace");
                }
            });
            loop.exitHooks().addLast(() -> {
                task.cancel();
                return task.outcome();
            });
            return EventLoop.pause();
        });
        assertThat(trace).containsExactly("slept in peace");
    }

    @Test
    void aTaskMayCloseItsLoop() throws Exception {
        EventLoop loop = TaskLoop.start(mechanism);
        CompletableFuture<String> closed = new CompletableFuture<>();
        loop.execute(() -> Direct.spawnInBackground(() -> {
            loop.close();
            closed.complete("and goes on");
            Direct.await(never());
        }));
        assertThat(closed.get()).isEqualTo("and goes on");
        loop.close();
        assertThat(loop.isClosed()).isTrue();
    }

    @Test
    void aClosedLoopTakesNoTasks() throws Exception {
        AtomicReference<Promise<Integer>> refused = new AtomicReference<>();
        EventLoop loop = EventLoop.builder().build();
        loop.runUntilComplete(() -> {
            TaskLoop.prepare(loop, mechanism);
            EventLoop.sleep(Duration.ofDays(1)).onCancel(() -> refused.set(Direct.spawn(() -> 1)));
            return Promise.unit();
        });

        loop.close();

        assertThat(refused.get().state())
                .isInstanceOfSatisfying(
                        Promise.State.Rejected.class,
                        it -> assertThat(it.cause())
                                .isInstanceOf(RejectedExecutionException.class)
                                .hasMessageContaining("is closed"));
    }

    /* ---- Many ---- */

    @Test
    void aMillionAwaitsOfResolvedPromisesAreCheap() throws Exception {
        TaskLoop.runTask(mechanism, tasks -> {
            long sum = 0;
            for (int i = 0; i < 1_000_000; i++) {
                sum += Direct.await(Promise.of(i));
            }
            assertThat(sum).isEqualTo(499_999_500_000L);
        });
    }

    @Test
    void tasksFollowOneAnother() throws Exception {
        TaskLoop.runTask(mechanism, tasks -> {
            int sum = 0;
            for (int i = 0; i < 1_000; i++) {
                int number = i;
                sum += Direct.await(Direct.spawn(() -> number));
            }
            assertThat(sum).isEqualTo(499_500);
        });
    }

    @Test
    void manyTasksWaitAtOnce() throws Exception {
        TaskLoop.run(mechanism, tasks -> {
            Resolver<Integer> resolver = Resolver.cancellable();
            List<Promise<Integer>> all = new ArrayList<>();
            for (int i = 0; i < manyTasks(); i++) {
                all.add(Direct.spawn(() -> Direct.await(resolver.promise()) + 1));
            }
            return EventLoop.sleep(Duration.ofSeconds(1)).flatMap(done -> {
                assertThat(all).allMatch(Promise::isPending);
                resolver.resolve(1);
                return Promise.all(all).onSuccess(values -> assertThat(values).containsOnly(2));
            });
        });
    }

    /** How many tasks may wait at once. */
    abstract int manyTasks();
}
