package io.lwt4j.interop.rx;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.CompositeDisposable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.exceptions.Exceptions;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A scheduler whose tasks run on a loop. */
final class SchedulerFromLoop extends Scheduler {

    /* Overview. A task without a delay is a task of the loop; one with a delay becomes a timer, on
     * the loop, with a deadline counted from the call. Each is decorated by RxJava's hook once,
     * periodic ones, too, which is why the methods for these are overridden.
     */

    private final EventLoop loop;

    SchedulerFromLoop(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public Worker createWorker() {
        return new LoopWorker(loop);
    }

    @Override
    public long now(TimeUnit unit) {
        return unit.convert(loop.engine().nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable scheduleDirect(Runnable run, long delay, TimeUnit unit) {
        return new Task(loop, RxJavaPlugins.onSchedule(run), null, 0).in(unit.toNanos(delay));
    }

    @Override
    public Disposable schedulePeriodicallyDirect(
            Runnable run, long initialDelay, long period, TimeUnit unit) {
        return periodic(loop, run, null, unit.toNanos(initialDelay), unit.toNanos(period));
    }

    private static Disposable periodic(
            EventLoop loop,
            Runnable run,
            @Nullable CompositeDisposable owner,
            long delayNanos,
            long periodNanos) {
        return new Task(loop, RxJavaPlugins.onSchedule(run), owner, Math.max(1, periodNanos))
                .in(delayNanos);
    }

    @Override
    public String toString() {
        return "scheduler of " + loop;
    }

    private static final class LoopWorker extends Worker {

        private final EventLoop loop;
        private final CompositeDisposable tasks = new CompositeDisposable();

        LoopWorker(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public Disposable schedule(Runnable run, long delay, TimeUnit unit) {
            if (tasks.isDisposed()) {
                return Disposable.disposed();
            }
            return new Task(loop, RxJavaPlugins.onSchedule(run), tasks, 0).in(unit.toNanos(delay));
        }

        @Override
        public Disposable schedulePeriodically(
                Runnable run, long initialDelay, long period, TimeUnit unit) {
            if (tasks.isDisposed()) {
                return Disposable.disposed();
            }
            return periodic(loop, run, tasks, unit.toNanos(initialDelay), unit.toNanos(period));
        }

        @Override
        public long now(TimeUnit unit) {
            return unit.convert(loop.engine().nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void dispose() {
            tasks.dispose();
        }

        @Override
        public boolean isDisposed() {
            return tasks.isDisposed();
        }
    }

    private static final class Task implements Runnable, Disposable {

        private final EventLoop loop;
        private final PromiseLocal.Snapshot values = PromiseLocal.capture();
        private final @Nullable CompositeDisposable owner;

        /** 0 for once. */
        private final long periodNanos;

        /** Null when it is not to run any more. */
        private volatile @Nullable Runnable action;

        /** When it is to run next, by the loop's clock. */
        private long deadline;

        /** Whether there is a timer, or will be. */
        private volatile boolean timed;

        /** For the loop's thread. */
        private @Nullable Promise<?> timer;

        Task(
                EventLoop loop,
                Runnable action,
                @Nullable CompositeDisposable owner,
                long periodNanos) {
            this.loop = loop;
            this.action = action;
            this.owner = owner;
            this.periodNanos = periodNanos;
        }

        Disposable in(long delayNanos) {
            if (owner != null && !owner.add(this)) {
                return Disposable.disposed();
            }
            boolean now = delayNanos <= 0;
            timed = !now || periodNanos != 0;
            deadline = loop.engine().nanoTime() + Math.min(Math.max(0, delayNanos), FAR);
            try {
                if (loop.isClosed()) {
                    throw new RejectedExecutionException(loop + " is closed");
                } else if (!now && loop.isCurrent()) {
                    waitUntil(deadline);
                } else {
                    loop.execute(now ? this : () -> waitUntil(deadline));
                }
                return this;
            } catch (RejectedExecutionException closed) {
                dispose();
                RxJavaPlugins.onError(closed);
                return Disposable.disposed();
            }
        }

        /** As a delay, longer than anybody waits, and far from overflowing. */
        private static final long FAR = Long.MAX_VALUE / 4;

        private void waitUntil(long until) {
            if (isDisposed()) {
                return;
            }
            Duration left = Duration.ofNanos(Math.max(0, until - loop.engine().nanoTime()));
            // Not in the middle of what else is due. Once the loop is closed there is no time left.
            timer = loop.timer(left).onAny(passed -> loop.execute(this), cancelled -> dispose());
        }

        @Override
        public void run() {
            Runnable due = action;
            if (due == null) {
                return;
            }
            if (periodNanos == 0) {
                end();
            }
            try {
                values.run(() -> {
                    due.run();
                    return this;
                });
            } catch (Throwable t) {
                end();
                RxJavaPlugins.onError(t);
                Exceptions.throwIfFatal(t);
            }
            if (periodNanos != 0 && !isDisposed()) {
                deadline += periodNanos;
                waitUntil(deadline);
            }
        }

        private void end() {
            action = null;
            timer = null;
            if (owner != null) {
                owner.delete(this);
            }
        }

        @Override
        public void dispose() {
            if (action == null) {
                return;
            }
            action = null;
            if (owner != null) {
                owner.delete(this);
            }
            if (loop.isCurrent()) {
                stopTimer();
            } else if (timed) {
                try {
                    loop.execute(this::stopTimer);
                } catch (RejectedExecutionException closed) {
                    // There are no timers any more.
                }
            }
        }

        private void stopTimer() {
            Promise<?> waiting = timer;
            timer = null;
            if (waiting != null) {
                waiting.cancel();
            }
        }

        @Override
        public boolean isDisposed() {
            return action == null;
        }
    }
}
