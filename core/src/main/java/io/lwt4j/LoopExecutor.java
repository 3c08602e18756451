package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A loop as an executor of the JDK, which is shut down with the loop and not otherwise. */
final class LoopExecutor extends AbstractExecutorService implements ScheduledExecutorService {

    private final EventLoop loop;

    LoopExecutor(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public void execute(Runnable command) {
        loop.execute(command);
    }

    @Override
    protected <V> RunnableFuture<V> newTaskFor(Callable<V> callable) {
        return new Uninterrupted<>(callable);
    }

    @Override
    protected <V> RunnableFuture<V> newTaskFor(Runnable runnable, V value) {
        return new Uninterrupted<>(Executors.callable(runnable, value));
    }

    /** A task that is never interrupted: the thread is the loop's. */
    private static class Uninterrupted<V> extends FutureTask<V> {

        Uninterrupted(Callable<V> callable) {
            super(requireNonNull(callable, "callable"));
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return super.cancel(false);
        }

        /** Fatal errors leave the loop, too. */
        @Override
        protected void setException(Throwable t) {
            super.setException(t);
            if (LoopCore.isFatal(t)) {
                throw LoopCore.sneaky(t);
            }
        }
    }

    /* ---- Later ---- */

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(Executors.callable(command), delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return new Timed<>(callable, unit.toNanos(delay), 0).start();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable command, long initialDelay, long period, TimeUnit unit) {
        return periodic(command, unit.toNanos(initialDelay), period, unit, 1);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return periodic(command, unit.toNanos(initialDelay), delay, unit, -1);
    }

    private ScheduledFuture<?> periodic(
            Runnable command, long delay, long period, TimeUnit unit, int sign) {
        if (period <= 0) {
            throw new IllegalArgumentException("period " + period + " is not positive");
        }
        return new Timed<>(Executors.callable(command), delay, sign * unit.toNanos(period)).start();
    }

    /** A task with a time. The timer belongs to the loop; the rest is for any thread. */
    private final class Timed<V> extends Uninterrupted<V> implements ScheduledFuture<V> {

        /** 0: once; positive: from start to start; negative: from end to start. */
        private final long period;

        private volatile long time;
        private @Nullable Promise<?> timer;

        Timed(Callable<V> callable, long delay, long period) {
            super(callable);
            this.period = period;
            this.time = loop.engine().nanoTime() + Math.max(0, delay);
        }

        Timed<V> start() {
            if (loop.isCurrent()) {
                setTimer();
            } else {
                loop.execute(this::setTimer);
            }
            return this;
        }

        private void setTimer() {
            if (!isDone()) {
                timer = loop.timer(Duration.ofNanos(time - loop.engine().nanoTime()))
                        .onSuccess(due -> {
                            // Not in the middle of what else is due.
                            loop.execute(this);
                        })
                        .onFailure(closed -> cancel(false));
            }
        }

        @Override
        public void run() {
            timer = null;
            if (period == 0) {
                super.run();
            } else if (runAndReset()) {
                time = period > 0 ? time + period : loop.engine().nanoTime() - period;
                setTimer();
            }
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean cancelled = super.cancel(mayInterruptIfRunning);
            if (cancelled) {
                try {
                    loop.execute(this::stopTimer);
                } catch (RejectedExecutionException closed) {
                    // There are no timers any more.
                }
            }
            return cancelled;
        }

        private void stopTimer() {
            Promise<?> running = timer;
            timer = null;
            if (running != null) {
                running.cancel();
            }
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(time - loop.engine().nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(
                    getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    /* ---- The end ---- */

    /** Refuses: the loop belongs to whoever made it. */
    @Override
    public void shutdown() {
        throw new UnsupportedOperationException(
                "this executor is shut down by closing " + loop + ", and not otherwise");
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return loop.isClosed();
    }

    @Override
    public boolean isTerminated() {
        return loop.isEnded();
    }

    /** Waits for the loop to be closed by somebody else. */
    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return loop.awaitClosed(unit.toNanos(timeout));
    }
}
