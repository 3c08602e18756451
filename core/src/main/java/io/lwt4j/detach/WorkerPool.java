package io.lwt4j.detach;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedConsumer;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads for code that blocks or computes for long, whose results come back to the loop as
 * promises: {@code Lwt_preemptive}.
 *
 * <pre>{@code
 * Promise<List<Row>> rows = WorkerPool.shared().detach(() -> database.query("..."));
 * }</pre>
 *
 * <p>A pool has a least and a greatest number of threads. A task that is detached takes a free
 * thread, or a new one if there may be more, or else waits in line, first come, first served. The
 * line has a limit, which is kept: beyond it a task is refused, or, if the pool
 * {@linkplain WhenFull#WAIT was told so}, not even lined up until there is room. Threads beyond the
 * least number end when they have had nothing to do for a while. All threads are daemons.
 *
 * <p><b>Storage.</b> {@link io.lwt4j.PromiseLocal}s have no value in a task, whatever they have on
 * the loop.
 *
 * <p>Thread rule: a pool may be shared by any number of loops. {@code detach} and its kin are for
 * threads that run a loop, to which the result comes; {@code runInLoop} is for those that do not;
 * all else may be called on any thread.
 */
public final class WorkerPool implements AutoCloseable {

    /* Overview. Everything is guarded by `lock`, under which no foreign code runs.
     *
     * A job is handed to a certain worker, in `Worker.given`: by whoever detaches it if a worker is
     * idle, else by the worker itself when it has finished another one. So a job waits only if
     * every thread allowed is busy, and the line is served in its order.
     *
     * A worker that has run a job first does the accounts (release), which may give it the next
     * one, and then delivers the result: whoever sees the result sees that the worker is free. It
     * is in `threads` until it decides to end, and in `alive` until it has delivered its last
     * result.
     *
     * Idle workers are a stack, so that those at its bottom get old and end.
     */

    private static final int DEFAULT_MAX = 4;
    private static final int DEFAULT_LIMIT = 1_000;
    private static final Duration DEFAULT_IDLE = Duration.ofSeconds(10);

    private static final AtomicInteger COUNT = new AtomicInteger();

    private static final int IO_THREADS = 64;

    /** Those that have been given a name, until they are closed. */
    private static final ConcurrentMap<String, WorkerPool> NAMED = new ConcurrentHashMap<>();

    /** The pool of everybody; made when it is first needed. */
    private static final class Shared {
        static final WorkerPool POOL = new WorkerPool(builder().name("shared").permanent());
    }

    /** The pool of this library; made when it is first needed. */
    private static final class Io {
        static final WorkerPool POOL = new WorkerPool(builder()
                .name("io")
                .bounds(0, IO_THREADS)
                .queueLimit(Integer.MAX_VALUE)
                .permanent());
    }

    /* ---- Set once ---- */

    private final String name;
    private final Threads kind;
    private final long idleNanos;
    private final WhenFull whenFull;
    private final boolean permanent;
    private final AtomicInteger names = new AtomicInteger();

    /* ---- Guarded by lock ---- */

    private final ReentrantLock lock = new ReentrantLock();
    private Bounds bounds;
    private int limit;
    private final Line<Job<?>> line = new Line<>();
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();
    private int threads;
    private int alive;
    private boolean closed;
    private final List<Resolver<@Nullable Void>> ends = new ArrayList<>();

    private WorkerPool(Builder builder) {
        name = builder.name == null ? "workers-" + COUNT.incrementAndGet() : builder.name;
        kind = builder.virtual ? Threads.virtual() : Threads.PLATFORM;
        idleNanos = nanos(builder.idle);
        whenFull = builder.whenFull;
        permanent = builder.permanent;
        bounds = new Bounds(0, builder.bounds.max());
        limit = builder.limit;
    }

    private static long nanos(Duration duration) {
        // 2^33 seconds are 272 years, and still fit.
        return duration.toSeconds() >> 33 > 0 ? Long.MAX_VALUE : duration.toNanos();
    }

    /* ---- Pools ---- */

    /**
     * The pool that everybody may use: up to four threads at first, as in Lwt. It cannot be closed.
     *
     * @return always the same pool
     */
    public static WorkerPool shared() {
        return Shared.POOL;
    }

    /**
     * The pool for what the system can only block for: files, names of hosts, standard streams. It
     * has up to sixty-four threads at first, and its line has no limit that matters. It cannot be
     * closed. Code of an application that may block for long does not belong here.
     *
     * @return always the same pool
     */
    public static WorkerPool io() {
        return Io.POOL;
    }

    /**
     * Looks a pool up by the name that {@link Builder#name} has given it:
     * {@code Lwt_domain.lookup_pool}.
     *
     * @param name the name
     * @return the pool; empty if there is none, or if it is closed
     */
    public static Optional<WorkerPool> named(String name) {
        return Optional.ofNullable(NAMED.get(requireNonNull(name, "name")));
    }

    /**
     * Begins to describe a pool: {@code Lwt_preemptive.init}, {@code Lwt_domain.setup_pool}.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /* ---- From a loop to a worker ---- */

    /**
     * Runs code on a thread of this pool: {@code Lwt_preemptive.detach}.
     *
     * <p>Cancelling the result takes the task out of the line if it still waits there. Once it
     * runs, cancelling has no effect, and the result comes when it comes; see
     * {@link #detachInterruptibly}, or put {@link Promise#cancellableView()} around it to wait no
     * longer than one likes.
     *
     * @param body the code
     * @param <T> the type of the value
     * @return a promise of what the code returns, rejected with the very error that it throws,
     *     errors of the virtual machine included; with {@link RejectedExecutionException} if this
     *     pool is full or closed, or is closed while the task waits
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public <T extends @Nullable Object> Promise<T> detach(Callable<? extends T> body) {
        return submit(new Job.Plain<>(this, requireNonNull(body, "body")));
    }

    /**
     * Runs code on a thread of this pool, and interrupts it if the result is cancelled.
     *
     * <p>Cancelling the result rejects it at once. If the task waits in line it is taken out; if it
     * runs its thread is {@linkplain Thread#interrupt interrupted}, which ends most calls that
     * block, but occupies the thread until the code has ended. The interrupt does not outlive the
     * task. An error that the code ends with then is of no interest if it is about the interrupt,
     * and reaches the loop's handler if not.
     *
     * @param body the code
     * @param <T> the type of the value
     * @return a promise as of {@link #detach}
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public <T extends @Nullable Object> Promise<T> detachInterruptibly(Callable<? extends T> body) {
        return submit(new Job.Interruptible<>(this, requireNonNull(body, "body")));
    }

    private <T extends @Nullable Object> Promise<T> submit(Job<T> job) {
        if (job.loop.isClosed()) {
            return Promise.failed(new RejectedExecutionException(job.loop + " is closed"));
        }
        lock.lock();
        try {
            if (closed) {
                return Promise.failed(closedException());
            }
            Worker free = idle.pollFirst();
            if (free != null) {
                free.give(job);
            } else if (threads >= bounds.max || !startedFor(job)) {
                if (whenFull == WhenFull.REJECT && line.size() >= limit) {
                    return Promise.failed(new RejectedExecutionException(this + " is full: "
                            + line.size() + " tasks wait for its " + threads + " threads"));
                }
                line.add(job);
            }
        } finally {
            lock.unlock();
        }
        return job.promise();
    }

    /** Starts a worker; if there is no memory for one the job can wait for another. */
    private boolean startedFor(Job<?> job) {
        try {
            start(job);
            return true;
        } catch (OutOfMemoryError e) {
            if (threads == 0) {
                throw e;
            }
            return false;
        }
    }

    private RejectedExecutionException closedException() {
        return new RejectedExecutionException(this + " is closed");
    }

    /** Takes a job out of the line; false if it is not there any more. */
    boolean withdraw(Job<?> job) {
        lock.lock();
        try {
            return line.remove(job);
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts the worker that runs a job, or keeps the worker that has it from running it. */
    void interrupt(Job<?> job) {
        lock.lock();
        try {
            Thread runner = job.runner;
            if (runner != null) {
                runner.interrupt();
            } else {
                job.drop();
            }
        } finally {
            lock.unlock();
        }
    }

    /* ---- From a worker to a loop ---- */

    /**
     * Runs code on the loop that detached the running task, and blocks the worker until its promise
     * is resolved: {@code Lwt_preemptive.run_in_main}. For a task of any pool, on its own thread.
     *
     * <p>If the worker is interrupted meanwhile the promise is cancelled.
     *
     * @param body makes the promise, on the loop
     * @param <T> the type of the value
     * @return the value of the promise
     * @throws IllegalStateException if the calling thread runs a loop, which must not be blocked,
     *     or no task of a pool
     * @throws InterruptedException if the thread is interrupted
     * @throws RejectedExecutionException if the loop is closed, or is closed meanwhile
     * @throws Exception the very error the promise is rejected with
     */
    public static <T extends @Nullable Object> T runInLoop(Callable<? extends Promise<T>> body)
            throws Exception {
        requireNonNull(body, "body");
        return Calls.runInLoop(Calls.loopOfWorker("runInLoop"), body);
    }

    /**
     * Runs code on a loop, and blocks the calling thread until its promise is resolved:
     * {@code Lwt_preemptive.run_in_main} for any thread that runs no loop.
     *
     * <p>If the thread is interrupted meanwhile the promise is cancelled.
     *
     * @param loop the loop
     * @param body makes the promise, on the loop
     * @param <T> the type of the value
     * @return the value of the promise
     * @throws IllegalStateException if the calling thread runs a loop, which must not be blocked
     * @throws InterruptedException if the thread is interrupted
     * @throws RejectedExecutionException if the loop is closed, or is closed meanwhile
     * @throws Exception the very error the promise is rejected with
     */
    public static <T extends @Nullable Object> T runInLoop(
            EventLoop loop, Callable<? extends Promise<T>> body) throws Exception {
        return Calls.runInLoop(requireNonNull(loop, "loop"), requireNonNull(body, "body"));
    }

    /**
     * Runs code on the loop that detached the running task, and does not wait for it:
     * {@code Lwt_preemptive.run_in_main_dont_wait}. The promise cannot be cancelled from here.
     *
     * @param body makes the promise, on the loop
     * @param onError what to do, on the loop, if it fails or is cancelled; what this throws reaches
     *     the loop's handler
     * @throws IllegalStateException if the calling thread runs no task of a pool
     * @throws RejectedExecutionException if the loop is closed
     */
    public static void runInLoopDontWait(
            Callable<? extends Promise<?>> body, CheckedConsumer<? super Throwable> onError) {
        requireNonNull(body, "body");
        requireNonNull(onError, "onError");
        runInLoopDontWait(Calls.loopOfWorker("runInLoopDontWait"), body, onError);
    }

    /**
     * Runs code on a loop, and does not wait for it: {@code Lwt_preemptive.run_in_main_dont_wait}
     * for any thread, also of a loop. The promise cannot be cancelled from here.
     *
     * @param loop the loop
     * @param body makes the promise, on the loop
     * @param onError what to do, on the loop, if it fails or is cancelled; what this throws reaches
     *     the loop's handler
     * @throws RejectedExecutionException if the loop is closed
     */
    public static void runInLoopDontWait(
            EventLoop loop,
            Callable<? extends Promise<?>> body,
            CheckedConsumer<? super Throwable> onError) {
        requireNonNull(loop, "loop");
        requireNonNull(body, "body");
        requireNonNull(onError, "onError");
        loop.execute(() -> EventLoop.dontWait(body, onError));
    }

    /* ---- Sizes ---- */

    /**
     * The least and the greatest number of threads: {@code Lwt_preemptive.get_bounds}.
     *
     * @return the bounds
     */
    public Bounds bounds() {
        lock.lock();
        try {
            return bounds;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Changes the least and the greatest number of threads: {@code Lwt_preemptive.set_bounds}. The
     * least number of threads is started now, as are those for tasks that wait. Threads that are
     * too many end now, or when their task has. With a greatest number of 0 all tasks wait.
     *
     * @param min the least number, which stay when they have nothing to do
     * @param max the greatest number
     * @throws IllegalArgumentException unless {@code 0 <= min <= max}
     */
    public void bounds(int min, int max) {
        Bounds changed = new Bounds(min, max);
        lock.lock();
        try {
            if (closed) {
                return;
            }
            bounds = changed;
            while (threads > max && !idle.isEmpty()) {
                idle.removeLast().dismiss();
            }
            // Those that were not to end may have to, now.
            idle.forEach(worker -> worker.changed.signal());
            for (Job<?> job; threads < max && (job = line.peek()) != null; ) {
                start(job);
                line.remove(job);
            }
            while (threads < min) {
                start(null);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * How many tasks may wait in line: {@code Lwt_preemptive.get_max_number_of_threads_queued}.
     *
     * @return the limit
     */
    public int queueLimit() {
        lock.lock();
        try {
            return limit;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Changes how many tasks may wait in line, for those that come from now on:
     * {@code Lwt_preemptive.set_max_number_of_threads_queued}. Lwt knows this limit, but does not
     * keep it.
     *
     * @param limit the limit
     * @throws IllegalArgumentException if it is negative
     */
    public void queueLimit(int limit) {
        checkLimit(limit);
        lock.lock();
        try {
            this.limit = limit;
        } finally {
            lock.unlock();
        }
    }

    private static void checkLimit(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit must not be negative, but is " + limit);
        }
    }

    /**
     * What this pool does at present: {@code Lwt_preemptive.nbthreads}, {@code nbthreadsbusy} and
     * {@code nbthreadsqueued}.
     *
     * @return the numbers, which belong together
     */
    public Stats stats() {
        lock.lock();
        try {
            return new Stats(threads, threads - idle.size(), Math.min(line.size(), limit));
        } finally {
            lock.unlock();
        }
    }

    /* ---- The end ---- */

    /**
     * Takes no more tasks: {@code Lwt_domain.teardown_pool}. Those that wait in line are rejected
     * with {@link RejectedExecutionException}; those that run finish, and their results arrive;
     * this does not wait for them. Doing so twice is harmless.
     *
     * @throws UnsupportedOperationException if this is {@link #shared} or {@link #io}
     */
    @Override
    public void close() {
        checkMayBeClosed();
        List<Job<?>> refused = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            line.drainTo(refused);
            while (!idle.isEmpty()) {
                idle.removeLast().dismiss();
            }
        } finally {
            lock.unlock();
        }
        NAMED.remove(name, this);
        for (Job<?> job : refused) {
            job.refuse(new RejectedExecutionException(this + " was closed before it ran the task"));
        }
        tellIfEnded();
    }

    /**
     * {@linkplain #close() Closes} this pool, and tells when all its threads have ended and given
     * their results. Cancelling the promise changes nothing but the promise.
     *
     * @return a promise of the end
     * @throws LoopThreadException if the calling thread runs no loop
     * @throws UnsupportedOperationException if this is {@link #shared} or {@link #io}
     */
    public Promise<@Nullable Void> shutdown() {
        checkMayBeClosed();
        Resolver<@Nullable Void> end = Resolver.cancellable();
        lock.lock();
        try {
            ends.add(end);
        } finally {
            lock.unlock();
        }
        close();
        return end.promise();
    }

    private void checkMayBeClosed() {
        if (permanent) {
            throw new UnsupportedOperationException(
                    this + " cannot be closed, since others use it, too");
        }
    }

    private void tellIfEnded() {
        List<Resolver<@Nullable Void>> told;
        lock.lock();
        try {
            if (!closed || alive > 0) {
                return;
            }
            told = List.copyOf(ends);
            ends.clear();
        } finally {
            lock.unlock();
        }
        Ends.tell(told);
    }

    /**
     * A description for people.
     *
     * @return the name of this pool
     */
    @Override
    public String toString() {
        return "worker pool \"" + name + "\"";
    }

    /* ---- Workers ---- */

    /** Starts a worker with its first job, or idle. */
    private void start(@Nullable Job<?> job) {
        Worker worker = new Worker(job);
        threads++;
        alive++;
        try {
            kind.start(worker, name + "-" + names.incrementAndGet());
        } catch (Throwable t) {
            threads--;
            alive--;
            throw t;
        }
        if (job == null) {
            idle.addFirst(worker);
        }
    }

    private final class Worker implements Runnable {

        /** Signalled when one of the next two changes, or the bounds do. */
        final Condition changed = lock.newCondition();

        private @Nullable Job<?> given;
        private boolean dismissed;

        Worker(@Nullable Job<?> first) {
            given = first;
        }

        void give(Job<?> job) {
            given = job;
            changed.signal();
        }

        /** Tells an idle worker, taken out of the stack, to end; it is not counted any more. */
        void dismiss() {
            dismissed = true;
            threads--;
            changed.signal();
        }

        @Override
        public void run() {
            try {
                for (Job<?> job = next(); job != null; job = next()) {
                    job.run();
                    release(job);
                    job.deliver();
                }
            } finally {
                ended();
            }
        }

        /** The job that has been given, after waiting for one; null if there is to be no more. */
        private @Nullable Job<?> next() {
            lock.lock();
            try {
                long left = idleNanos;
                while (given == null && !dismissed) {
                    try {
                        if (threads <= bounds.min) {
                            changed.await();
                        } else if (left > 0) {
                            left = changed.awaitNanos(left);
                        } else {
                            idle.remove(this);
                            dismiss();
                        }
                    } catch (InterruptedException e) {
                        // Not for us: a worker is interrupted for the sake of its task only.
                    }
                }
                Job<?> job = given;
                given = null;
                if (job != null) {
                    job.runner = Thread.currentThread();
                }
                return job;
            } finally {
                lock.unlock();
            }
        }

        /** Does the accounts after a job, and takes the next one if there is one. */
        private void release(Job<?> job) {
            lock.lock();
            try {
                job.runner = null;
                if (threads > bounds.max || closed) {
                    threads--;
                    dismissed = true;
                } else {
                    given = line.poll();
                    if (given == null) {
                        idle.addFirst(this);
                    }
                }
            } finally {
                lock.unlock();
            }
            // No interrupt comes any more; one that has come is not to reach the next task.
            Thread.interrupted();
        }

        private void ended() {
            lock.lock();
            try {
                alive--;
            } finally {
                lock.unlock();
            }
            tellIfEnded();
        }
    }

    /* ---- Values ---- */

    /** What a pool does with tasks for which there is no room in its line. */
    public enum WhenFull {

        /** Their promises are rejected at once. */
        REJECT,

        /**
         * Their promises stay pending, and they wait for room in the line; so whoever goes on only
         * when the promise is resolved goes no faster than the pool.
         */
        WAIT
    }

    /**
     * How many threads a pool has: {@code Lwt_preemptive.get_bounds}.
     *
     * @param min the least number, which stay when they have nothing to do
     * @param max the greatest number
     */
    public record Bounds(int min, int max) {

        /**
         * Checks the numbers.
         *
         * @param min the least number
         * @param max the greatest number
         * @throws IllegalArgumentException unless {@code 0 <= min <= max}
         */
        public Bounds {
            if (min < 0 || max < min) {
                throw new IllegalArgumentException(
                        "0 <= min <= max must hold, but min is " + min + " and max is " + max);
            }
        }
    }

    /**
     * What a pool does at some moment.
     *
     * @param threads how many threads it has: {@code Lwt_preemptive.nbthreads}
     * @param busy how many of them run a task: {@code Lwt_preemptive.nbthreadsbusy}
     * @param queued how many tasks wait in line, never more than the limit:
     *     {@code Lwt_preemptive.nbthreadsqueued}
     */
    public record Stats(int threads, int busy, int queued) {}

    /** Describes a pool that is to be made. Thread rule: one thread at a time. */
    public static final class Builder {

        private @Nullable String name;
        private Bounds bounds = new Bounds(0, DEFAULT_MAX);
        private int limit = DEFAULT_LIMIT;
        private WhenFull whenFull = WhenFull.REJECT;
        private Duration idle = DEFAULT_IDLE;
        private boolean virtual;
        private boolean permanent;

        private Builder() {}

        /** Nobody is to close the pool, since others use it, too. */
        private Builder permanent() {
            permanent = true;
            return this;
        }

        /**
         * The name of the pool, by which {@link WorkerPool#named} finds it, and of its threads.
         *
         * @param name the name, which no other open pool has; by default {@code workers-} and a
         *     number, by which it is not found
         * @return this
         */
        public Builder name(String name) {
            this.name = requireNonNull(name, "name");
            return this;
        }

        /**
         * The least and the greatest number of threads. See {@link WorkerPool#bounds(int, int)}.
         *
         * @param min the least number; by default 0
         * @param max the greatest number; by default 4
         * @return this
         * @throws IllegalArgumentException unless {@code 0 <= min <= max}
         */
        public Builder bounds(int min, int max) {
            this.bounds = new Bounds(min, max);
            return this;
        }

        /**
         * How many tasks may wait in line; the pool rejects those beyond.
         *
         * @param limit the limit; by default 1000
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder queueLimit(int limit) {
            return queueLimit(limit, WhenFull.REJECT);
        }

        /**
         * How many tasks may wait in line, and what becomes of those beyond.
         *
         * @param limit the limit; by default 1000
         * @param whenFull what becomes of the others; by default they are rejected
         * @return this
         * @throws IllegalArgumentException if the limit is negative
         */
        public Builder queueLimit(int limit, WhenFull whenFull) {
            checkLimit(limit);
            this.limit = limit;
            this.whenFull = requireNonNull(whenFull, "whenFull");
            return this;
        }

        /**
         * How long a thread beyond the least number may have nothing to do before it ends.
         *
         * @param timeout the time; by default ten seconds
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder idleTimeout(Duration timeout) {
            if (requireNonNull(timeout, "timeout").isNegative()) {
                throw new IllegalArgumentException(
                        "timeout must not be negative, but is " + timeout);
            }
            this.idle = timeout;
            return this;
        }

        /**
         * Whether the pool uses virtual threads. They cost little, so the bounds are then the
         * bounds of what may be done at once rather than of threads.
         *
         * @param virtual whether; by default not
         * @return this
         */
        public Builder virtualThreads(boolean virtual) {
            this.virtual = virtual;
            return this;
        }

        /**
         * Makes the pool and starts its least number of threads.
         *
         * @return the pool
         * @throws IllegalArgumentException if an open pool has the same name
         * @throws UnsupportedOperationException if it is to use virtual threads before JDK 21
         */
        public WorkerPool build() {
            WorkerPool pool = new WorkerPool(this);
            if (name != null && NAMED.putIfAbsent(name, pool) != null) {
                throw new IllegalArgumentException("there is a " + pool + " already");
            }
            try {
                pool.bounds(bounds.min, bounds.max);
            } catch (Throwable t) {
                // Threads could not be started: those that were are to end, and the name is free.
                pool.close();
                throw t;
            }
            return pool;
        }
    }
}
