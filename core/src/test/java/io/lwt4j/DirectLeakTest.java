package io.lwt4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.direct.Direct;
import io.lwt4j.engine.VirtualTimeEngine;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/** Deviation D3 for tasks: a wait that is over leaves nothing behind. */
class DirectLeakTest {

    /** Whether a thread that waits is parked already is a matter of chance. */
    private static final Offset<Long> CHANCE = Offset.offset(5L);

    @Test
    void aTaskThatWaitsOftenKeepsNothing() throws Exception {
        EventLoop.run(() -> {
            EventLoop loop = EventLoop.current();
            return Direct.spawn(() -> {
                // What a loop keeps for bursts of pauses and callbacks is there after some.
                waitOften(10_000);
                long before = Reachable.from(loop);
                waitOften(100_000);
                assertThat(Reachable.from(loop)).isCloseTo(before, CHANCE);
                return 1;
            });
        });
    }

    private static void waitOften(int times) throws Exception {
        for (int i = 0; i < times; i++) {
            if (i % 2 == 0) {
                Direct.await(EventLoop.pause());
            } else {
                Direct.yieldNow();
            }
        }
    }

    @Test
    void tasksThatAreCancelledLeaveNothingAtAPromiseThatCannotBe() throws Exception {
        EventLoop.run(() -> {
            Promise<Integer> lasting = Resolver.<Integer>uncancellable().promise();
            return Direct.spawn(() -> {
                long before = Reachable.from(lasting);
                for (int i = 0; i < 5_000; i++) {
                    Promise<Integer> task = Direct.spawn(() -> Direct.await(lasting));
                    Direct.yieldNow();
                    task.cancel();
                    Direct.await(task.outcome());
                }
                assertThat(Reachable.from(lasting)).isCloseTo(before, CHANCE);
                return 1;
            });
        });
    }

    @Test
    void tasksThatHaveEndedAreForgotten() throws Exception {
        EventLoop loop = EventLoop.builder().engine(new VirtualTimeEngine()).build();
        try (loop) {
            loop.runUntilComplete(() -> spawnAndJoin(100));
            long before = Reachable.from(loop);

            loop.runUntilComplete(() -> spawnAndJoin(1_000));

            assertThat(Reachable.from(loop)).isCloseTo(before, CHANCE);
        }
    }

    private static Promise<Integer> spawnAndJoin(int count) {
        if (count == 0) {
            return Promise.of(0);
        }
        Promise<Integer> task = Direct.spawn(() -> {
            Direct.await(EventLoop.sleep(Duration.ofMillis(1)));
            return 1;
        });
        Promise<Integer> unborn = Direct.spawn(() -> 2);
        unborn.cancel();
        return task.flatMap(one -> spawnAndJoin(count - 1));
    }
}
