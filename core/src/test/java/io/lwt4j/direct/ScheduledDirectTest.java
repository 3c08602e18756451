package io.lwt4j.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Rule;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Tasks on virtual threads that the loop's thread carries. */
@EnabledForJreRange(min = JRE.JAVA_21)
class ScheduledDirectTest extends DirectContractTest {

    ScheduledDirectTest() {
        super(Mechanism.SCHEDULED);
    }

    @Override
    int manyTasks() {
        return 10_000;
    }

    @Test
    void theBestMechanismIsChosen() {
        assertThat(Mechanism.chosen(null)).isEqualTo(Mechanism.SCHEDULED);
    }

    @Test
    void tasksRunOnVirtualThreads() throws Exception {
        TaskLoop.runTask(
                Mechanism.SCHEDULED,
                tasks -> assertThat(VirtualThreads.isVirtual(Thread.currentThread()))
                        .isTrue());
    }

    @Test
    @Rule("D-4")
    void aHookRunsTenThousandStepsAtMost() throws Exception {
        TaskLoop.run(Mechanism.SCHEDULED, tasks -> {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger steps = new AtomicInteger();
            List<Promise<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 6_000; i++) {
                all.add(Direct.spawn(() -> {
                    while (!stop.get()) {
                        steps.incrementAndGet();
                        Direct.yieldNow();
                    }
                    return 1;
                }));
            }
            EventLoop.current().turnStartHooks().addLast(() -> {
                if (!stop.getAndSet(true)) {
                    assertThat(steps).hasValue(10_000);
                    tasks.log("seen");
                }
            });
            return Promise.all(all).onSuccess(done -> tasks.takeTrace());
        });
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_24)
    void aMonitorMayBeKeptWhileATaskWaits() throws Exception {
        TaskLoop.runTask(Mechanism.SCHEDULED, tasks -> {
            synchronized (this) {
                Direct.await(EventLoop.pause());
                assertThat(Thread.holdsLock(this)).isTrue();
            }
        });
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_23)
    void aMonitorMustNotBeKeptWhileATaskWaits() throws Exception {
        TaskLoop.runTask(Mechanism.SCHEDULED, tasks -> {
            synchronized (this) {
                assertThatThrownBy(() -> Direct.await(EventLoop.pause()))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("synchronized");
            }
            Direct.await(EventLoop.pause());
        });
    }

    /** Its initializer runs below a native frame, which cannot be taken off a thread. */
    private static final class BelowNativeFrame {
        static final List<Throwable> ERRORS = new ArrayList<>();

        static {
            try {
                Direct.await(EventLoop.pause());
            } catch (Exception e) {
                ERRORS.add(e);
            }
            try {
                Direct.yieldNow();
            } catch (Exception e) {
                ERRORS.add(e);
            }
        }
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_25)
    void waitingWhereTheThreadCannotBeTakenOffIsRefusedAndDoesNoHarm() throws Exception {
        TaskLoop.runTask(Mechanism.SCHEDULED, tasks -> {
            assertThat(BelowNativeFrame.ERRORS)
                    .hasSize(2)
                    .allSatisfy(e -> assertThat(e)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("a task cannot wait here"));
            Direct.yieldNow();
            assertThat(awaited(EventLoop.pause().map(done -> 1))).isEqualTo(1);
        });
    }

    @Test
    void aLoopOnAVirtualThreadHasTasksToo() throws Exception {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        VirtualThreads.start(() -> {
            try {
                TaskLoop.runTask(Mechanism.SCHEDULED, tasks -> {
                    Direct.await(EventLoop.pause());
                    Direct.yieldNow();
                });
                result.complete(1);
            } catch (Throwable t) {
                result.completeExceptionally(t);
            }
        });
        assertThat(result.get()).isEqualTo(1);
    }

    @Test
    void aHostMayMoveToAVirtualThreadWhileTasksWait() throws Exception {
        AtomicBoolean virtual = new AtomicBoolean();
        OneByOne host = new OneByOne(task -> {
            if (virtual.get()) {
                VirtualThreads.start(task);
            } else {
                new Thread(task).start();
            }
        });
        EventLoop loop = EventLoop.builder()
                .host(io.lwt4j.engine.Host.of(
                        host,
                        () -> false,
                        java.util.concurrent.Executors.newScheduledThreadPool(0)))
                .build();
        loop.execute(() -> TaskLoop.prepare(loop, Mechanism.SCHEDULED));
        int count = TaskLoop.call(loop, () -> {
            int hops = 0;
            while (hops < 20) {
                virtual.set(hops % 2 == 0);
                Direct.await(EventLoop.pause());
                hops++;
            }
            return hops;
        });
        assertThat(count).isEqualTo(20);
        loop.close();
    }
}
