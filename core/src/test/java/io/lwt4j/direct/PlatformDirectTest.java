package io.lwt4j.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;

import org.junit.jupiter.api.Test;

/** Tasks on platform threads. */
class PlatformDirectTest extends DirectContractTest {

    PlatformDirectTest() {
        super(Mechanism.PLATFORM);
    }

    @Override
    int manyTasks() {
        return 500;
    }

    @Test
    void aMonitorMayBeKeptWhileATaskWaits() throws Exception {
        TaskLoop.runTask(Mechanism.PLATFORM, tasks -> {
            synchronized (this) {
                Direct.await(EventLoop.pause());
                assertThat(Thread.holdsLock(this)).isTrue();
            }
        });
    }

    @Test
    void threadsAreUsedAgain() throws Exception {
        TaskLoop.runTask(Mechanism.PLATFORM, tasks -> {
            Thread.currentThread().setName("the first one");
            String name = "";
            // The thread that has served a task is free a little after that.
            while (!name.equals("the second one")) {
                name = Direct.await(Direct.spawn(() -> {
                    String before = Thread.currentThread().getName();
                    Thread.currentThread().setName("the second one");
                    return before;
                }));
            }
        });
    }
}
