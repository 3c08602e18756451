package io.lwt4j.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Tasks on virtual threads that the JDK schedules. */
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualDirectTest extends DirectContractTest {

    VirtualDirectTest() {
        super(Mechanism.VIRTUAL);
    }

    @Override
    int manyTasks() {
        return 10_000;
    }

    @Test
    void tasksRunOnVirtualThreads() throws Exception {
        TaskLoop.runTask(
                Mechanism.VIRTUAL,
                tasks -> assertThat(VirtualThreads.isVirtual(Thread.currentThread()))
                        .isTrue());
    }

    @Test
    void aMonitorMayBeKeptWhileATaskWaits() throws Exception {
        TaskLoop.runTask(Mechanism.VIRTUAL, tasks -> {
            synchronized (this) {
                Direct.await(EventLoop.pause());
                assertThat(Thread.holdsLock(this)).isTrue();
            }
        });
    }
}
