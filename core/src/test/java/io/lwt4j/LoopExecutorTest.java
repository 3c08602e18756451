package io.lwt4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lwt4j.engine.VirtualTimeEngine;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A loop as an executor of the JDK. */
class LoopExecutorTest {

    private final List<String> log = new ArrayList<>();
    private final VirtualTimeEngine engine = new VirtualTimeEngine();
    private final EventLoop loop = EventLoop.builder().engine(engine).build();
    private final ScheduledExecutorService executor = loop.asExecutor();

    private Runnable at(String what) {
        return () -> log.add(what + " at " + TimeUnit.NANOSECONDS.toMillis(engine.nanoTime()));
    }

    private void runFor(long millis) throws Exception {
        loop.runUntilComplete(() -> EventLoop.sleep(Duration.ofMillis(millis)));
    }

    @Test
    void tasksRunInOrderOnTheLoop() throws Exception {
        executor.execute(() -> log.add("first " + loop.isCurrent()));
        Future<String> second = executor.submit(() -> {
            log.add("second");
            return "value";
        });
        runFor(1);
        assertThat(log).containsExactly("first true", "second");
        assertThat(second.get()).isEqualTo("value");
    }

    @Test
    void delaysAndPeriodsAreOfTheLoopsClock() throws Exception {
        ScheduledFuture<?> once = executor.schedule(at("once"), 30, TimeUnit.MILLISECONDS);
        ScheduledFuture<?> rate =
                executor.scheduleAtFixedRate(at("rate"), 10, 20, TimeUnit.MILLISECONDS);
        ScheduledFuture<?> delay =
                executor.scheduleWithFixedDelay(at("delay"), 5, 25, TimeUnit.MILLISECONDS);
        runFor(45);
        assertThat(log)
                .containsExactlyInAnyOrder(
                        "delay at 5", "rate at 10", "delay at 30", "once at 30", "rate at 30");
        assertThat(once.isDone()).isTrue();
        assertThat(rate.getDelay(TimeUnit.MILLISECONDS)).isEqualTo(5);
        rate.cancel(true);
        delay.cancel(true);
        runFor(100);
        assertThat(log).hasSize(5);
    }

    @Test
    void aPeriodicTaskThatThrowsIsNotRunAgain() throws Exception {
        ScheduledFuture<?> failing = executor.scheduleAtFixedRate(
                () -> {
                    log.add("once");
                    throw new IllegalStateException("wrong");
                },
                1,
                1,
                TimeUnit.MILLISECONDS);
        runFor(10);
        assertThat(log).containsExactly("once");
        assertThatThrownBy(failing::get).hasRootCauseMessage("wrong");
    }

    @Test
    void cancellingNeverInterruptsTheLoop() throws Exception {
        List<Future<?>> self = new ArrayList<>();
        self.add(executor.submit(() -> {
            self.get(0).cancel(true);
            log.add("interrupted " + Thread.currentThread().isInterrupted());
        }));
        runFor(1);
        assertThat(log).containsExactly("interrupted false");
        assertThatThrownBy(() -> self.get(0).get()).isInstanceOf(CancellationException.class);
    }

    @Test
    void itEndsWithTheLoopAndNotOtherwise() throws Exception {
        ScheduledFuture<?> never = executor.schedule(at("never"), 1, TimeUnit.HOURS);
        assertThatThrownBy(executor::shutdown)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("closing");
        assertThat(executor.isShutdown()).isFalse();
        assertThat(executor.awaitTermination(0, TimeUnit.SECONDS)).isFalse();
        runFor(1);
        loop.close();
        assertThat(executor.isTerminated()).isTrue();
        assertThat(executor.awaitTermination(0, TimeUnit.SECONDS)).isTrue();
        assertThat(never.isCancelled()).isTrue();
        assertThatThrownBy(() -> executor.execute(at("late")))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aPeriodMustBePositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> executor.scheduleAtFixedRate(at("rate"), 0, 0, TimeUnit.MILLISECONDS))
                .withMessageContaining("period 0");
    }
}
