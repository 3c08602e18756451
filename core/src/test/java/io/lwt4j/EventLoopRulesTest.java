package io.lwt4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.engine.NioEngine;
import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The rules of the loop, its hooks and its timers (R). */
class EventLoopRulesTest {

    private final VirtualTimeEngine time = new VirtualTimeEngine();
    private final EventLoop loop = EventLoop.builder().engine(time).build();
    private final List<Object> log = new ArrayList<>();

    @Test
    @Rule("R-1")
    void runReturnsTheValueOrThrowsTheVeryError() throws Exception {
        assertThat((Object) EventLoop.run(() -> EventLoop.pause().map(x -> 3))).isEqualTo(3);
        IOException error = new IOException("broken");
        assertThatThrownBy(() -> EventLoop.run(() -> Promise.failed(error))).isSameAs(error);
        assertThatThrownBy(() -> EventLoop.run(() -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @Test
    @Rule("R-1")
    void aTurnRunsItsHooksAroundEngineAndPauses() throws Exception {
        loop.runUntilComplete(() -> {
            loop.turnStartHooks().addLast(() -> log.add("enter"));
            loop.turnEndHooks().addLast(() -> log.add("leave"));
            return EventLoop.pause().onSuccess(x -> log.add("paused"));
        });
        assertThat(log).containsExactly("enter", "paused", "leave");
    }

    @Test
    @Rule("R-1")
    void hooksRunInTheirOrderAndCanBeTakenOut() throws Exception {
        loop.runUntilComplete(() -> {
            loop.turnStartHooks().addLast(() -> log.add("second"));
            loop.turnStartHooks().addFirst(() -> log.add("first"));
            Hooks.Registration third = loop.turnStartHooks().addLast(() -> log.add("third"));
            third.close();
            third.close();
            return EventLoop.pause();
        });
        assertThat(log).containsExactly("first", "second");
        loop.runUntilComplete(() -> {
            loop.turnStartHooks().removeAll();
            return EventLoop.pause();
        });
        assertThat(log).hasSize(2);
    }

    @Test
    @Rule("R-2")
    void nestedRunsAreRefused() throws Exception {
        loop.runUntilComplete(() -> {
            assertThatThrownBy(() -> EventLoop.run(Promise::unit))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Nested calls to EventLoop.run are not allowed");
            assertThatThrownBy(() -> loop.runUntilComplete(Promise::unit))
                    .isInstanceOf(IllegalStateException.class);
            return Promise.unit();
        });
    }

    @Test
    @Rule("R-3")
    void aLoopMayRunAgainAfterItReturnedOrThrew() throws Exception {
        assertThat((Object) loop.runUntilComplete(() -> Promise.of(1))).isEqualTo(1);
        assertThatThrownBy(() -> loop.runUntilComplete(() -> Promise.failed("no")))
                .hasMessage("no");
        assertThatThrownBy(() -> loop.runUntilComplete(() -> EventLoop.pause().map(x -> {
                    throw new StackOverflowError("made up");
                })))
                .isInstanceOf(StackOverflowError.class);
        assertThat((Object) loop.runUntilComplete(() -> EventLoop.pause().map(x -> 2)))
                .isEqualTo(2);
    }

    @Test
    @Rule("R-4")
    void exitHooksRunLastAddedFirstOneAtATime() {
        loop.uncaughtHandler(error -> log.add(error.getMessage()));
        loop.exitHooks().addFirst(() -> {
            log.add("a");
            return Promise.unit();
        });
        loop.exitHooks().addFirst(() -> {
            log.add("b");
            return EventLoop.sleep(Duration.ofHours(1)).flatMap(x -> Promise.failed("b failed"));
        });
        loop.exitHooks().addFirst(() -> {
            log.add("c");
            loop.exitHooks().addFirst(() -> {
                log.add("added meanwhile");
                return Promise.unit();
            });
            throw new IllegalStateException("c failed");
        });
        loop.close();
        loop.close();
        assertThat(log).containsExactly("c", "c failed", "added meanwhile", "b", "b failed", "a");
        assertThat(loop.isClosed()).isTrue();
    }

    @Test
    @Rule("R-6")
    void closingFromACallbackDoesNotWaitForItself() throws Exception {
        EventLoop background = EventLoop.builder().start();
        background
                .submit(() -> {
                    background.close();
                    return Promise.unit();
                })
                .get();
        background.close();
        assertThat(background.isClosed()).isTrue();
    }

    @Test
    @Rule("R-7")
    void aSleepThatIsOverOrNegativeStillWaitsForALaterTurn() throws Exception {
        loop.runUntilComplete(() -> {
            Promise<?> zero = EventLoop.sleep(Duration.ZERO);
            Promise<?> negative = EventLoop.sleep(Duration.ofDays(-3));
            Promise<?> lowest = EventLoop.sleep(Duration.ofSeconds(Long.MIN_VALUE));
            assertThat(zero.isPending()).isTrue();
            assertThat(negative.isPending()).isTrue();
            return Promise.join(zero, negative, lowest);
        });
        assertThat(time.nanoTime()).isZero();
    }

    @Test
    @Rule("R-7")
    void aCancelledSleepLeavesNoTimer() throws Exception {
        loop.runUntilComplete(() -> {
            Promise<?> sleep = EventLoop.sleep(Duration.ofDays(1));
            assertThat(loop.timers.size()).isEqualTo(1);
            sleep.map(x -> 1).cancel();
            assertThat(loop.timers.size()).isZero();
            assertThat(sleep.isCancelled()).isTrue();
            return Promise.unit();
        });
    }

    @Test
    @Rule("R-7")
    void aSleepBeyondTheClockNeverFiresAndDoesNotOverflow() throws Exception {
        loop.runUntilComplete(() -> {
            Promise<?> forever = EventLoop.sleep(Duration.ofSeconds(Long.MAX_VALUE));
            Promise<?> long1 = EventLoop.sleep(Duration.ofNanos(Long.MAX_VALUE));
            return EventLoop.sleep(Duration.ofDays(36_500)).map(x -> {
                assertThat(forever.isPending()).isTrue();
                assertThat(long1.isPending()).isTrue();
                return null;
            });
        });
    }

    @Test
    @Rule("R-8")
    void sleepsOfEqualDeadlineFireInTheOrderTheyWereMade() throws Exception {
        loop.runUntilComplete(() -> {
            List<Promise<?>> sleeps = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int number = i;
                sleeps.add(EventLoop.sleep(Duration.ofSeconds(1)).map(x -> log.add(number)));
            }
            return Promise.join(sleeps);
        });
        assertThat(log).hasSize(100).isSortedAccordingTo((a, b) -> (int) a - (int) b);
    }

    @Test
    @Rule("R-9")
    void timersUseTheEnginesMonotonicClock() throws Exception {
        Duration slept = loop.runUntilComplete(() ->
                EventLoop.sleep(Duration.ofDays(1)).map(x -> Duration.ofNanos(time.nanoTime())));
        assertThat(slept).isEqualTo(Duration.ofDays(1));
    }

    @Test
    @Rule("R-10")
    void aRegistrationCanBeStoppedByItsOwnHandler() throws Exception {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        NioEngine engine = new NioEngine();
        try (EventLoop real = EventLoop.builder().engine(engine).build()) {
            byte first = real.runUntilComplete(() -> {
                Resolver<Byte> got = Resolver.uncancellable();
                ReadOnce reader = new ReadOnce(pipe.source(), got);
                reader.registration = engine.register(pipe.source(), reader);
                reader.registration.interest(SelectionKey.OP_READ);
                pipe.sink().write(ByteBuffer.wrap(new byte[] {7, 8}));
                return got.promise();
            });
            assertThat(first).isEqualTo((byte) 7);
            real.runUntilComplete(() -> EventLoop.sleep(Duration.ofMillis(1)));
        }
        pipe.sink().close();
        pipe.source().close();
    }

    private static final class ReadOnce implements io.lwt4j.engine.Engine.Handler {
        private final Pipe.SourceChannel source;
        private final Resolver<Byte> got;
        io.lwt4j.engine.Engine.Registration registration;

        ReadOnce(Pipe.SourceChannel source, Resolver<Byte> got) {
            this.source = source;
            this.got = got;
        }

        @Override
        public void ready(int readyOps) {
            ByteBuffer one = ByteBuffer.allocate(1);
            try {
                source.read(one);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            registration.close();
            registration.close();
            // A second call would resolve twice, and throw.
            got.resolve(one.get(0));
        }

        @Override
        public void closed() {
            throw new AssertionError("no longer registered");
        }
    }

    @Test
    @Rule("R-11")
    void timersFireBeforeTheEngineLooksForReadyChannels() throws Exception {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        NioEngine engine = new NioEngine();
        try (EventLoop real = EventLoop.builder().engine(engine).build()) {
            real.runUntilComplete(() -> {
                Resolver<Byte> got = Resolver.uncancellable();
                ReadOnce reader = new ReadOnce(pipe.source(), got);
                reader.registration = engine.register(pipe.source(), reader);
                reader.registration.interest(SelectionKey.OP_READ);
                pipe.sink().write(ByteBuffer.wrap(new byte[] {7}));
                Promise<?> timer = EventLoop.sleep(Duration.ZERO).map(x -> log.add("timer"));
                return Promise.join(timer, got.promise().map(x -> log.add("channel")));
            });
        }
        assertThat(log).containsExactly("timer", "channel");
        pipe.sink().close();
        pipe.source().close();
    }

    @Test
    @Rule("R-12")
    void autoPausePausesOnlyWhenTheIntervalIsOver() throws Exception {
        loop.runUntilComplete(() -> {
            Supplier<Promise<Void>> pause = EventLoop.autoPause(Duration.ofMillis(10));
            assertThat(pause.get().isPending()).isFalse();
            time.advance(Duration.ofMillis(9));
            assertThat(pause.get().isPending()).isFalse();
            time.advance(Duration.ofMillis(1));
            Promise<Void> paused = pause.get();
            assertThat(paused.isPending()).isTrue();
            return paused.map(x -> {
                assertThat(pause.get().isPending()).isFalse();
                return null;
            });
        });
    }

    @Test
    @Rule("C-18")
    void withTimeoutCancelsTheBodyAndRejects() throws Exception {
        loop.runUntilComplete(() -> {
            Promise<?> slow = EventLoop.sleep(Duration.ofDays(1));
            Resolver<String> stubborn = Resolver.uncancellable();
            return EventLoop.withTimeout(Duration.ofSeconds(5), () -> slow)
                    .recover(TimeoutException.class, error -> {
                        log.add(error.getMessage());
                        log.add(slow.isCancelled());
                        return Promise.of(null);
                    })
                    .flatMap(x ->
                            EventLoop.withTimeout(Duration.ofSeconds(5), () -> stubborn.promise()))
                    .recover(TimeoutException.class, error -> {
                        log.add(stubborn.promise().isPending());
                        return Promise.of(null);
                    });
        });
        assertThat(log).containsExactly("no result within PT5S", true, true);
        assertThat(loop.timers.size()).isZero();
    }

    @Test
    @Rule("C-18")
    void withTimeoutPassesAnOutcomeInTimeAndLeavesNoTimer() throws Exception {
        String value = loop.runUntilComplete(() -> EventLoop.withTimeout(
                Duration.ofDays(1), () -> EventLoop.pause().map(x -> "in time")));
        assertThat(value).isEqualTo("in time");
        assertThat(loop.timers.size()).isZero();
        assertThat(time.nanoTime()).isZero();
    }
}
