package io.lwt4j;

import static io.lwt4j.VirtualLoop.cancelled;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A loop that has had a lot to do at once is afterwards as small as before. */
class BurstTest {

    private static final int MILLION = 1_000_000;

    /** Whatever the loop needed for a burst of work, it does not keep. */
    @ParameterizedTest
    @EnumSource
    void aBurstOfAMillionLeavesTheLoopAsItWas(Burst burst) throws Exception {
        SmallStack.runLoopAsync(loop -> {
            long before = Reachable.from(EventLoop.current());
            burst.run();
            // A few ordinary turns later:
            return EventLoop.pause()
                    .flatMap(v -> EventLoop.pause())
                    .flatMap(v -> EventLoop.pause())
                    .onSuccess(v -> assertThat(Reachable.from(EventLoop.current()))
                            .isLessThan(before + 10_000));
        });
    }

    enum Burst {
        CANCELLED_LEAVES {
            @Override
            void run() {
                List<Promise<Integer>> leaves = new ArrayList<>();
                for (int i = 0; i < MILLION; i++) {
                    leaves.add(Resolver.<Integer>cancellable().promise());
                }
                Promise<?> join = Promise.join(leaves);
                join.cancel();
                assertThat(join.state()).isEqualTo(cancelled());
            }
        },
        OLDER_CALLBACKS_ON_THE_WAY_DOWN {
            @Override
            void run() {
                Resolver<Integer> source = Resolver.cancellable();
                Promise<Integer> last = source.promise();
                for (int i = 0; i < MILLION; i++) {
                    last.onSuccess(v -> {});
                    last = last.map(v -> v);
                }
                source.resolve(1);
            }
        },
        DEFERRED_CALLBACKS {
            @Override
            void run() {
                Resolver<Integer> source = Resolver.cancellable();
                source.promise().onSuccess(v -> {
                    for (int i = 0; i < MILLION; i++) {
                        Resolver<Integer> next = Resolver.cancellable();
                        next.promise().onSuccess(x -> {});
                        next.resolve(1);
                    }
                });
                source.resolve(1);
            }
        },
        PAUSES {
            @Override
            void run() {
                for (int i = 0; i < MILLION; i++) {
                    EventLoop.pause();
                }
            }
        },
        SLEEPS {
            @Override
            void run() {
                List<Promise<?>> sleeps = new ArrayList<>();
                for (int i = 0; i < MILLION; i++) {
                    sleeps.add(EventLoop.sleep(Duration.ofSeconds(i)));
                }
                sleeps.forEach(Promise::cancel);
            }
        };

        abstract void run();
    }
}
