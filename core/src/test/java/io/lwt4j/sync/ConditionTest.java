package io.lwt4j.sync;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Reachable;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.SmallStack;
import io.lwt4j.VirtualLoop;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Rules. */
class ConditionTest {

    private static final int MANY = 100_000;

    private final Condition<Integer> condition = Condition.create();
    private final Mutex mutex = Mutex.create();
    private final Exception error = new Exception("error");

    @Test
    @Rule("X-7")
    void aSignalReachesTheOneThatHasWaitedLongest() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> a = condition.await();
            Promise<Integer> b = condition.await();

            condition.signal(1);
            assertThat(a.state()).isEqualTo(fulfilled(1));
            assertThat(b.state()).isEqualTo(pending());

            condition.signal(2);
            assertThat(b.state()).isEqualTo(fulfilled(2));
        });
    }

    @Test
    @Rule("X-7")
    void aSignalIsNotKept() throws Exception {
        VirtualLoop.run(loop -> {
            condition.signal(1);
            condition.broadcast(2);
            condition.broadcastFailure(error);

            assertThat(condition.await().state()).isEqualTo(pending());
        });
    }

    @Test
    @Rule("X-7")
    void aBroadcastReachesAllThatWaitInTheirOrderAndNoneThatComesMeanwhile() throws Exception {
        VirtualLoop.run(loop -> {
            for (String name : List.of("a", "b")) {
                condition.await().onSuccess(value -> {
                    loop.log(name + " " + value);
                    condition.await().onSuccess(next -> loop.log(name + " again " + next));
                });
            }

            condition.broadcast(1);
            assertThat(loop.takeTrace()).containsExactly("a 1", "b 1");

            condition.broadcast(2);
            assertThat(loop.takeTrace()).containsExactly("a again 2", "b again 2");
        });
    }

    @Test
    @Rule("X-7")
    void aFailureRejectsAllThatWait() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> a = condition.await();
            Promise<Integer> b = condition.await();

            condition.broadcastFailure(error);

            assertThat(a.state()).isEqualTo(rejected(error));
            assertThat(b.state()).isEqualTo(rejected(error));
        });
    }

    @Test
    @Rule("X-7")
    void oneThatIsCancelledDuringABroadcastIsPassedOver() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> a = condition.await();
            Promise<Integer> b = condition.await();
            Promise<Integer> c = condition.await();
            a.onSuccess(value -> b.cancel());

            condition.broadcast(1);

            assertThat(b.state()).isEqualTo(cancelled());
            assertThat(c.state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    @Rule("X-7")
    void theSignalOfACancelledOneGoesToTheNext() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> a = condition.await();
            Promise<Integer> b = condition.await();

            a.cancel();
            condition.signal(1);

            assertThat(a.state()).isEqualTo(cancelled());
            assertThat(b.state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    @Rule("X-7")
    void aSignalInsideOfACallbackCallsBackLater() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> gate = Resolver.cancellable();
            Promise<Integer> waiter = condition.await().onSuccess(value -> loop.log(value));
            gate.promise().onSuccess(open -> {
                condition.signal(1);
                loop.log(waiter.isPending());
            });

            gate.resolve(0);

            assertThat(loop.takeTrace()).containsExactly("true", "1");
        });
    }

    @Test
    void valuesMayBeNull() throws Exception {
        VirtualLoop.run(loop -> {
            Condition<Void> event = Condition.create();
            Promise<Void> waiter = event.await();

            event.signal(null);

            assertThat(waiter.state()).isEqualTo(fulfilled(null));
        });
    }

    @Test
    @Rule("X-5")
    void awaitUnlocksTheMutexAndLocksItAgainBeforeItIsOver() throws Exception {
        VirtualLoop.run(loop -> {
            mutex.lock();
            Promise<Integer> waiter = condition.await(mutex);
            assertThat(mutex.isLocked()).isFalse();

            mutex.lock();
            condition.signal(1);
            assertThat(waiter.state()).isEqualTo(pending());

            mutex.unlock();
            assertThat(waiter.state()).isEqualTo(fulfilled(1));
            assertThat(mutex.isLocked()).isTrue();
        });
    }

    @Test
    @Rule("X-5")
    void awaitLocksTheMutexAgainAlsoWhenItFailsOrIsCancelled() throws Exception {
        VirtualLoop.run(loop -> {
            mutex.lock();
            Promise<Integer> failing = condition.await(mutex);
            condition.broadcastFailure(error);
            assertThat(failing.state()).isEqualTo(rejected(error));
            assertThat(mutex.isLocked()).isTrue();

            Promise<Integer> gone = condition.await(mutex);
            assertThat(mutex.isLocked()).isFalse();
            gone.cancel();
            assertThat(gone.state()).isEqualTo(cancelled());
            assertThat(mutex.isLocked()).isTrue();
        });
    }

    @Test
    @Rule("X-6")
    void cancellingDoesNotEndTheWaitingForTheMutex() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> inside = mutex.withLock(() -> condition.await(mutex));
            mutex.lock();
            condition.signal(1);
            assertThat(inside.state()).as("has its signal").isEqualTo(pending());

            inside.cancel();
            assertThat(inside.state()).isEqualTo(pending());
            assertThat(mutex.isLocked()).as("by the other one, still").isTrue();
            assertThat(mutex.hasWaiters()).isTrue();

            mutex.unlock();
            assertThat(inside.state()).isEqualTo(fulfilled(1));
            assertThat(mutex.isLocked()).isFalse();
        });
    }

    @Test
    @Rule("X-6")
    void aCancelledWaitAlsoWaitsForTheMutex() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> inside = mutex.withLock(() -> condition.await(mutex));
            mutex.lock();

            inside.cancel();
            inside.cancel();
            assertThat(inside.state()).isEqualTo(pending());

            mutex.unlock();
            assertThat(inside.state()).isEqualTo(cancelled());
            assertThat(mutex.isLocked()).isFalse();
        });
    }

    @Test
    void anotherThreadIsRefused() throws Exception {
        VirtualLoop.run(loop -> {
            mutex.lock();
            Promise<Integer> waiter = condition.await(mutex);
            CompletableFuture.runAsync(() -> {
                        assertThatThrownBy(condition::await)
                                .isInstanceOf(LoopThreadException.class);
                        assertThatThrownBy(() -> condition.await(mutex))
                                .isInstanceOf(LoopThreadException.class)
                                .hasMessageContaining("Condition.await");
                        assertThatThrownBy(() -> condition.signal(1))
                                .isInstanceOf(LoopThreadException.class);
                        assertThatThrownBy(() -> condition.broadcast(1))
                                .isInstanceOf(LoopThreadException.class);
                    })
                    .get();

            condition.signal(2);

            assertThat(waiter.state()).isEqualTo(fulfilled(2));
        });
    }

    @Test
    @Rule("X-7")
    void aHundredThousandCancelledWaitsKeepNothing() throws Exception {
        SmallStack.runLoop(loop -> {
            // From their first use on they know their loop.
            condition.await().cancel();
            mutex.unlock();
            long before = Reachable.from(condition) + Reachable.from(mutex);

            for (int i = 0; i < MANY; i++) {
                condition.await().cancel();
                mutex.lock();
                condition.await(mutex).cancel();
                mutex.unlock();
            }

            assertThat(Reachable.from(condition) + Reachable.from(mutex)).isEqualTo(before);
        });
    }
}
