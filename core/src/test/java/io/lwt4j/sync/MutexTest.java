package io.lwt4j.sync;

import static io.lwt4j.VirtualLoop.cancelled;
import static io.lwt4j.VirtualLoop.fulfilled;
import static io.lwt4j.VirtualLoop.pending;
import static io.lwt4j.VirtualLoop.rejected;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Reachable;
import io.lwt4j.Resolver;
import io.lwt4j.Rule;
import io.lwt4j.SmallStack;
import io.lwt4j.VirtualLoop;
import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Rules. */
class MutexTest {

    private static final int MANY = 100_000;

    private final Mutex mutex = Mutex.create();
    private final Exception error = new Exception("error");

    @Test
    @Rule("X-1")
    void aFreeMutexIsLockedAtOnce() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(mutex.isLocked()).isFalse();

            assertThat(mutex.lock()).isSameAs(Promise.unit());

            assertThat(mutex.isLocked()).isTrue();
            assertThat(mutex.hasWaiters()).isFalse();
        });
    }

    @Test
    @Rule("X-1")
    void thoseWhoWaitGetTheLockInTheirOrderAndItStaysLockedInBetween() throws Exception {
        VirtualLoop.run(loop -> {
            mutex.lock();
            Promise<?> a = mutex.lock();
            Promise<?> b = mutex.lock();
            assertThat(mutex.hasWaiters()).isTrue();

            mutex.unlock();
            assertThat(a.state()).isEqualTo(fulfilled(null));
            assertThat(b.state()).isEqualTo(pending());
            assertThat(mutex.isLocked()).isTrue();

            mutex.unlock();
            assertThat(b.state()).isEqualTo(fulfilled(null));
            assertThat(mutex.isLocked()).isTrue();
            assertThat(mutex.hasWaiters()).isFalse();

            mutex.unlock();
            assertThat(mutex.isLocked()).isFalse();
        });
    }

    @Test
    @Rule("X-1")
    void unlockInsideOfACallbackHandsOverAtOnceAndCallsBackLater() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> gate = Resolver.cancellable();
            mutex.lock();
            Promise<?> waiter = mutex.lock().onSuccess(mine -> loop.log("mine"));
            gate.promise().onSuccess(open -> {
                mutex.unlock();
                loop.log(waiter.isFulfilled());
            });

            gate.resolve(0);

            assertThat(loop.takeTrace()).containsExactly("true", "mine");
        });
    }

    @Test
    @Rule("X-2")
    void aCancelledLockLeavesTheQueue() throws Exception {
        VirtualLoop.run(loop -> {
            mutex.lock();
            Promise<?> a = mutex.lock();
            Promise<?> b = mutex.lock();

            a.cancel();
            mutex.unlock();

            assertThat(a.state()).isEqualTo(cancelled());
            assertThat(b.state()).isEqualTo(fulfilled(null));
        });
    }

    @Test
    @Rule("X-2")
    void whoHasBeenGivenTheLockCannotBeCancelledAlsoBeforeItsCallbacksRun() throws Exception {
        VirtualLoop.run(loop -> {
            Resolver<Integer> gate = Resolver.cancellable();
            mutex.lock();
            Promise<String> waiter = mutex.lock().map(mine -> "mine");
            gate.promise().onSuccess(open -> {
                mutex.unlock();
                waiter.cancel();
            });

            gate.resolve(0);

            assertThat(waiter.state()).isEqualTo(fulfilled("mine"));
            assertThat(mutex.isLocked()).isTrue();
        });
    }

    @Test
    @Rule("X-3")
    void unlockingAnUnlockedMutexDoesNothing() throws Exception {
        VirtualLoop.run(loop -> {
            mutex.unlock();

            assertThat(mutex.isLocked()).isFalse();
            assertThat(mutex.lock().isFulfilled()).isTrue();
        });
    }

    @Test
    @Rule("X-3")
    void aMutexHasNoOwnerAndWhoLocksTwiceWaits() throws Exception {
        VirtualLoop.run(loop -> {
            Promise<Integer> twice = mutex.withLock(() -> mutex.withLock(() -> Promise.of(1)));
            assertThat(twice.state()).isEqualTo(pending());

            mutex.unlock();

            assertThat(twice.state()).isEqualTo(fulfilled(1));
        });
    }

    @Test
    void tryLockNeverWaits() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(mutex.tryLock()).isTrue();
            assertThat(mutex.tryLock()).isFalse();
            Promise<?> waiter = mutex.lock();
            mutex.unlock();

            assertThat(mutex.tryLock()).as("while it is handed over").isFalse();
            assertThat(waiter.isFulfilled()).isTrue();
        });
    }

    @Test
    @Rule("X-4")
    void withLockUnlocksAfterEveryOutcome() throws Exception {
        VirtualLoop.run(loop -> {
            assertThat(mutex.withLock(() -> Promise.of(1)).state()).isEqualTo(fulfilled(1));
            assertThat(mutex.isLocked()).isFalse();

            Promise<Integer> failed = mutex.withLock(() -> Promise.failed(error));
            assertThat(failed.state()).isEqualTo(rejected(error));
            assertThat(mutex.isLocked()).isFalse();

            Promise<Integer> thrown = mutex.withLock(() -> {
                throw error;
            });
            assertThat(thrown.state()).isEqualTo(rejected(error));
            assertThat(mutex.isLocked()).isFalse();

            Resolver<Integer> later = Resolver.cancellable();
            Promise<Integer> waiting = mutex.withLock(later::promise);
            assertThat(mutex.isLocked()).isTrue();
            later.resolve(2);
            assertThat(waiting.state()).isEqualTo(fulfilled(2));
            assertThat(mutex.isLocked()).isFalse();

            Promise<Integer> gone =
                    mutex.withLock(() -> Resolver.<Integer>cancellable().promise());
            gone.cancel();
            assertThat(gone.state()).isEqualTo(cancelled());
            assertThat(mutex.isLocked()).isFalse();
        });
    }

    @Test
    @Rule({"X-2", "X-4"})
    void cancellingWithLockThatWaitsUnlocksNothing() throws Exception {
        VirtualLoop.run(loop -> {
            mutex.lock();
            Promise<Integer> waiting = mutex.withLock(() -> Promise.of(1));

            waiting.cancel();

            assertThat(waiting.state()).isEqualTo(cancelled());
            assertThat(mutex.isLocked()).isTrue();
            assertThat(mutex.hasWaiters()).isFalse();
        });
    }

    @Test
    @Rule("X-4")
    void withLockUnlocksAlsoWhenTheMachineFailsWhichLeavesTheLoop() {
        InternalError fatal = new InternalError("fatal");
        List<Promise<?>> results = new ArrayList<>();
        assertThatThrownBy(() -> {
                    try (EventLoop loop =
                            EventLoop.builder().engine(new VirtualTimeEngine()).build()) {
                        loop.runUntilComplete(() -> {
                            results.add(mutex.withLock(() -> {
                                throw fatal;
                            }));
                            assertThat(mutex.isLocked()).isFalse();
                            return EventLoop.pause();
                        });
                    }
                })
                .isSameAs(fatal);
        assertThat(results.get(0).state()).isEqualTo(rejected(fatal));
    }

    @Test
    void withLockUnlocksIfTheCodeReturnsAPromiseOfAnotherLoop() throws Exception {
        try (EventLoop other = EventLoop.builder().name("other").start()) {
            Promise<Integer> stranger = Resolver.<Integer>cancellable(other).promise();
            VirtualLoop.run(loop -> {
                assertThatThrownBy(() -> mutex.withLock(() -> stranger).poll())
                        .isInstanceOf(LoopThreadException.class)
                        .hasMessageContaining("other");
                assertThat(mutex.isLocked()).isFalse();
            });
        }
    }

    @Test
    void anotherThreadIsRefused() throws Exception {
        VirtualLoop.run(loop -> {
            mutex.lock();
            CompletableFuture.runAsync(() -> {
                        assertThatThrownBy(mutex::lock)
                                .isInstanceOf(LoopThreadException.class)
                                .hasMessageContaining("Mutex.lock");
                        assertThatThrownBy(mutex::tryLock).isInstanceOf(LoopThreadException.class);
                        assertThatThrownBy(mutex::unlock).isInstanceOf(LoopThreadException.class);
                    })
                    .get();
        });
    }

    @Test
    @Rule("X-2")
    void aHundredThousandCancelledLocksKeepNothing() throws Exception {
        SmallStack.runLoop(loop -> {
            mutex.lock();
            long before = Reachable.from(mutex);

            for (int i = 0; i < MANY; i++) {
                mutex.lock().cancel();
                mutex.withLock(Promise::unit).cancel();
            }

            assertThat(Reachable.from(mutex)).isEqualTo(before);
        });
    }

    @Test
    @Rule({"X-1", "P-11"})
    void aHundredThousandMayWaitAndUnlockEachOther() throws Exception {
        SmallStack.runLoop(loop -> {
            int[] count = new int[1];
            mutex.lock();
            for (int i = 0; i < MANY; i++) {
                int number = i;
                mutex.withLock(() -> {
                            assertThat(count[0]++).isEqualTo(number);
                            return Promise.unit();
                        })
                        .onFailure(e -> loop.log(e));
            }

            mutex.unlock();

            assertThat(count[0]).isEqualTo(MANY);
            assertThat(mutex.isLocked()).isFalse();
        });
    }
}
