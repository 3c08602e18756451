package io.lwt4j.bench;

import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreads;
import io.lwt4j.Promise;
import io.lwt4j.engine.VirtualTimeEngine;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Warmup;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A million sleeps of up to a minute, nine of ten of which are cancelled before the others end; per
 * sleep. Time is virtual, so that nothing waits; libraries that know real time only are spared the
 * end of the sleeps: all are cancelled.
 */
@OperationsPerInvocation(P9Timers.COUNT)
@Warmup(iterations = 8, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 12, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class P9Timers extends Workload {

    static final int COUNT = 1_000_000;

    private final int[] millis = new int[COUNT];
    private int ended;

    @Override
    protected void prepare() {
        LoopThreads.leave();
        SplittableRandom random = new SplittableRandom(1);
        Arrays.setAll(millis, i -> random.nextInt(1, 60_000));
    }

    private static boolean survives(int i) {
        return i % 10 == 0;
    }

    private final EventLoop virtual =
            EventLoop.builder().engine(new VirtualTimeEngine()).build();

    @Benchmark
    public Integer lwt4j() throws Exception {
        ended = 0;
        virtual.runUntilComplete(this::sleepAndCancel);
        return ended;
    }

    private Promise<Void> sleepAndCancel() {
        Promise<?>[] sleeps = new Promise<?>[COUNT];
        for (int i = 0; i < COUNT; i++) {
            sleeps[i] = EventLoop.sleep(Duration.ofMillis(millis[i]));
        }
        for (int i = 0; i < COUNT; i++) {
            if (survives(i)) {
                sleeps[i].onSuccess(value -> ended++);
            } else {
                sleeps[i].cancel();
            }
        }
        return EventLoop.sleep(Duration.ofMinutes(1));
    }

    @Benchmark
    public Integer executor() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
        executor.setRemoveOnCancelPolicy(true);
        Future<?>[] timers = new Future<?>[COUNT];
        for (int i = 0; i < COUNT; i++) {
            timers[i] = executor.schedule(() -> ended++, millis[i], TimeUnit.HOURS);
        }
        int cancelled = 0;
        for (Future<?> timer : timers) {
            cancelled += timer.cancel(false) ? 1 : 0;
        }
        executor.shutdownNow();
        return cancelled / 10;
    }

    @Benchmark
    public Integer netty() {
        HashedWheelTimer wheel = new HashedWheelTimer();
        Timeout[] timers = new Timeout[COUNT];
        for (int i = 0; i < COUNT; i++) {
            timers[i] = wheel.newTimeout(timeout -> ended++, millis[i], TimeUnit.HOURS);
        }
        int cancelled = 0;
        for (Timeout timer : timers) {
            cancelled += timer.cancel() ? 1 : 0;
        }
        wheel.stop();
        return cancelled / 10;
    }

    @Benchmark
    public Integer limit() {
        ended = 0;
        TimerHeap heap = new TimerHeap();
        TimerHeap.Timer[] timers = new TimerHeap.Timer[COUNT];
        for (int i = 0; i < COUNT; i++) {
            timers[i] = heap.add(millis[i] * 1_000_000L);
        }
        for (int i = 0; i < COUNT; i++) {
            if (survives(i)) {
                timers[i].action = () -> ended++;
            } else {
                heap.remove(timers[i]);
            }
        }
        for (TimerHeap.Timer timer = heap.poll(); timer != null; timer = heap.poll()) {
            timer.action.run();
        }
        return ended;
    }

    @Override
    protected Object expected() {
        return COUNT / 10;
    }
}
