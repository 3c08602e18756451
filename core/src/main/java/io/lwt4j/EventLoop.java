package io.lwt4j;

import static java.util.Objects.requireNonNull;

import io.lwt4j.engine.Engine;
import io.lwt4j.engine.Host;
import io.lwt4j.engine.NioEngine;

import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs callbacks one at a time, waits for timers, channels and other threads, and owns the pending
 * promises made on it: {@code Lwt_main} with {@code Lwt_engine}.
 *
 * <p>There are three ways to have one:
 *
 * <ul>
 *   <li>{@link #run} makes a loop for one promise on the calling thread, and ends it with that;
 *   <li>{@link Builder#start()} runs one on a thread of its own, until {@link #close()};
 *   <li>{@link Builder#host(Host)} lets one live on a foreign thread.
 * </ul>
 *
 * A process may have any number of loops.
 *
 * <p>Thread rule: static methods act on the loop of the calling thread, and throw
 * {@link LoopThreadException} where there is none. Instance methods may be called from any thread
 * unless they say otherwise.
 */
public final class EventLoop extends LoopCore implements AutoCloseable {

    /* Overview. One turn:
     *
     *     turn-start hooks
     *     posted tasks, at most BUDGET of each queue
     *     every BUDGET tasks or pauses, or when there is nothing to do:
     *         timers that are due, then the engine: waits if nothing is to be done, else just looks
     *     the promises paused before
     *     turn-end hooks
     *
     * So neither a chain of pauses nor a flood of tasks keeps timers and channels from their turn,
     * and a busy loop asks the clock and the system only now and then.
     *
     * Tasks come by two queues: `local` for those of the loop's own thread, which costs next to
     * nothing, and `remote` for other threads. Before it waits, the loop sets `asleep` and looks
     * into `remote` once more; whoever finds it set after an offer resets it and wakes the engine,
     * so a burst of posts costs one wake-up.
     *
     * A hosted loop never waits: pump() runs a turn as a task of the host, and asks to be called
     * again, now or at the time of the next timer. There `asleep` means that no pump() is due.
     *
     * Life: OPEN -> CLOSING (exit hooks run) -> CLOSED (nothing is accepted any more).
     */

    private static final int BUDGET = 64;
    private static final int REMOTE_CHUNK = 1024;
    private static final int OPEN = 0;
    private static final int CLOSING = 1;
    private static final int CLOSED = 2;
    private static final AtomicInteger COUNT = new AtomicInteger();

    /** Callbacks that are slower are logged; null for none. */
    private static final @Nullable Duration DEFAULT_SLOWNESS = defaultSlowness();

    /* ---- Set once ---- */

    private final String name;
    private final Engine engine;
    private final @Nullable Host host;

    /* ---- For any thread ---- */

    private final MpscUnboundedVarHandleArrayQueue<Runnable> remote =
            new MpscUnboundedVarHandleArrayQueue<>(REMOTE_CHUNK);
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final AtomicInteger life = new AtomicInteger(OPEN);
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile Consumer<? super Throwable> handler;
    private volatile @Nullable LoopThread thread;

    /** Whether the loop's thread takes nothing from {@code remote} any more. */
    private volatile boolean deserted;

    private final CountDownLatch closed = new CountDownLatch(1);

    /* ---- For the loop's thread ---- */

    final Timers timers = new Timers();
    private final ArrayDeque<Runnable> local = new ArrayDeque<>();
    private final List<Runnable> guestHooks = new ArrayList<>();
    private final Hooks<Runnable> turnStart = new Hooks<>();
    private final Hooks<Runnable> turnEnd = new Hooks<>();
    private final Hooks<Callable<? extends Promise<?>>> exit = new Hooks<>();
    private final Hooks<Runnable> close = new Hooks<>();

    /** The newest one of those that settle promises of this loop for others, and wait. */
    @Nullable
    PromiseSettler<?> settlers;

    /** The newest one of those that hear of promises of this loop for others, and wait. */
    @Nullable
    PromiseFollower<?> followers;

    private final Map<Class<?>, Object> attachments = new LinkedHashMap<>();

    /** Whether the attachments have been closed. */
    private boolean detached;

    /** Tasks, pauses and steps of guests since the clock and the engine were last asked. */
    private int operations;

    /* Read by other threads, too, to which it does not matter if they are a little late. */
    private long turns;
    private long tasks;

    /** What the loop runs for: once it is resolved there is nothing to wait for. */
    private @Nullable Promise<?> awaited;

    private @Nullable Promise<@Nullable Void> exiting;

    /** What the thread ran before this loop came to it; another loop may live there, too. */
    private @Nullable LoopCore before;

    private boolean pumping;
    private @Nullable Runnable hostTimer;
    private long hostDeadline = Long.MAX_VALUE;

    private EventLoop(Builder builder) {
        this.name = builder.name;
        this.host = builder.host;
        this.engine = builder.engine();
        this.handler = builder.handler == null ? this::log : builder.handler;
        asleep.set(host != null);
        Reports.prepare();
        if (builder.slowness != null) {
            Watchdog.watch(this, builder.slowness, builder.slowHandler);
        }
    }

    private static @Nullable Duration defaultSlowness() {
        long millis = Long.getLong("lwt4j.slow", 0);
        return millis <= 0 ? null : Duration.ofMillis(millis);
    }

    /* ---- Making and running ---- */

    /**
     * Runs {@code body} on a new loop on the calling thread until its promise is resolved, closes
     * the loop, and returns the value: {@code Lwt_main.run}.
     *
     * @param body makes the promise
     * @param <T> the type of the value
     * @return the value of the promise
     * @throws IllegalStateException if the calling thread runs a loop already
     * @throws Exception the very error the promise is rejected with
     */
    public static <T extends @Nullable Object> T run(Callable<? extends Promise<T>> body)
            throws Exception {
        try (EventLoop loop = builder().build()) {
            return loop.runUntilComplete(body);
        }
    }

    /**
     * Begins to describe a loop.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The loop that the calling thread runs.
     *
     * @return the loop
     * @throws LoopThreadException if it runs none
     */
    public static EventLoop current() {
        LoopCore core = LoopCore.current();
        if (core instanceof EventLoop loop) {
            return loop;
        }
        throw new LoopThreadException("thread \"" + Thread.currentThread().getName()
                + "\" runs no event loop; use EventLoop.run(() -> ...), or loop.submit(() -> ...)"
                + " to get onto a running one");
    }

    /**
     * Whether the calling thread runs a loop, so that it must not be made to wait.
     *
     * @return whether {@link #current()} would find one
     */
    public static boolean isLoopThread() {
        return LoopCore.current() instanceof EventLoop;
    }

    /**
     * Runs this loop on the calling thread until the promise that {@code body} makes is resolved.
     * May be called again after it returned or threw. Turns, hooks, errors: as
     * {@code Lwt_main.run}.
     *
     * <p>Cancellation: none of this call; to stop it resolve or cancel the promise.
     *
     * @param body makes the promise, on the loop
     * @param <T> the type of the value
     * @return the value of the promise
     * @throws IllegalStateException if this loop runs already, the calling thread runs another one,
     *     or this loop has a thread or a host of its own
     * @throws RejectedExecutionException if this loop is closed
     * @throws Exception the very error the promise is rejected with
     */
    public <T extends @Nullable Object> T runUntilComplete(Callable<? extends Promise<T>> body)
            throws Exception {
        requireNonNull(body, "body");
        checkOpen();
        begin();
        Promise.State<T> state;
        try {
            Promise<T> promise = Promise.apply(body);
            awaited = promise;
            while (promise.isPending()) {
                turn();
            }
            state = promise.state();
        } finally {
            end();
        }
        if (state instanceof Promise.State.Rejected<T> rejected) {
            throw sneaky(rejected.cause());
        }
        return ((Promise.State.Fulfilled<T>) state).value();
    }

    private void begin() {
        if (host != null) {
            throw new IllegalStateException(this + " lives on its host and cannot be run");
        }
        if (LoopCore.current() instanceof EventLoop other) {
            throw new IllegalStateException(
                    "Nested calls to EventLoop.run are not allowed: thread \""
                            + Thread.currentThread().getName() + "\" is running " + other
                            + "; return the promise instead of waiting for it");
        }
        if (!running.compareAndSet(false, true)) {
            throw new IllegalStateException(this + " is running on another thread already");
        }
        enterThread();
    }

    private void end() {
        awaited = null;
        leaveThread();
        running.set(false);
    }

    private void enterThread() {
        owner = Thread.currentThread();
        LoopCore former = LoopCore.swapCurrent(this);
        if (former != this) {
            before = former;
        }
    }

    private void leaveThread() {
        LoopCore.swapCurrent(before);
        owner = null;
    }

    private void runOnOwnThread() {
        begin();
        try {
            while (life.get() != CLOSED) {
                try {
                    turn();
                    endIfDue();
                } catch (Throwable t) {
                    // The thread belongs to this loop: nobody above could go on in its place.
                    handle(t);
                }
            }
        } finally {
            end();
        }
    }

    /* ---- One turn ---- */

    private void turn() {
        turns++;
        runHooks(guestHooks);
        runHooks(turnStart.snapshot());
        runTasks();
        boolean idle = isIdle();
        if (idle || operations >= BUDGET) {
            operations = 0;
            fireTimers();
            await(idle && isIdle() && !isOver());
        }
        int count = paused();
        if (count > 0) {
            operations += count;
            wakePaused();
        }
        runHooks(guestHooks);
        runHooks(turnEnd.snapshot());
    }

    /** Whether there is something to do behind this turn: to return, or to close. */
    private boolean isOver() {
        return awaited == null ? life.get() == CLOSING && exiting == null : !awaited.isPending();
    }

    private boolean isIdle() {
        return local.isEmpty() && paused() == 0 && remote.isEmpty();
    }

    private void runTasks() {
        int mine = Math.min(local.size(), BUDGET);
        for (int i = 0; i < mine; i++) {
            runTask(local.poll());
        }
        int theirs = 0;
        for (Runnable task; theirs < BUDGET && (task = remote.poll()) != null; theirs++) {
            runTask(task);
        }
        operations += mine + theirs;
    }

    private void runTask(@Nullable Runnable task) {
        if (task == null) {
            return;
        }
        tasks++;
        try {
            task.run();
        } catch (Throwable t) {
            failed(t);
        }
    }

    private void fireTimers() {
        if (timers.size() == 0) {
            return;
        }
        long now = engine.nanoTime();
        int mark = timers.mark();
        for (Sleep sleep = timers.poll(now, mark); sleep != null; sleep = timers.poll(now, mark)) {
            fulfil(sleep);
        }
    }

    /** Lets the engine look for ready channels, and wait for them if there is nothing to do. */
    private void await(boolean mayWait) {
        try {
            if (!mayWait) {
                if (engine.channelCount() > 0) {
                    engine.await(0);
                }
                return;
            }
            long timeout = untilNextTimer();
            asleep.set(true);
            try {
                engine.await(remote.isEmpty() ? timeout : 0);
            } finally {
                asleep.set(false);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        fireTimers();
    }

    /** In nanoseconds; {@link Long#MAX_VALUE} if there is no timer. */
    private long untilNextTimer() {
        long deadline = timers.nextDeadline();
        return deadline == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : Math.max(0, deadline - engine.nanoTime());
    }

    /* ---- For the watchdog, on its thread ---- */

    /** A number that changes with each callback. */
    long progress() {
        return turns + tasks + runs;
    }

    /** The thread that runs callbacks of this loop now; null if there is none. */
    @Nullable
    Thread busyThread() {
        return asleep.get() ? null : owner;
    }

    String name() {
        return name;
    }

    /** A guest takes a step, which costs the other work of this loop as much time as a task. */
    void countStep() {
        operations++;
    }

    private void runHooks(List<Runnable> hooks) {
        // By index: a hook may add another one, for the next time.
        for (int i = 0, count = hooks.size(); i < count; i++) {
            runTask(hooks.get(i));
        }
    }

    /** Has an action run at the start and the end of each turn, before all hooks. */
    void addGuestHook(Runnable hook) {
        guestHooks.add(hook);
    }

    /* ---- Tasks ---- */

    /**
     * Runs a task on this loop, after those posted before by the same thread:
     * {@code Lwt_unix.send_notification}. What it throws reaches the handler. Tasks cannot be
     * cancelled.
     *
     * @param task the task
     * @throws RejectedExecutionException if this loop is closed
     */
    public void execute(Runnable task) {
        post(requireNonNull(task, "task"));
    }

    /**
     * Runs a task as {@link #execute(Runnable)} does, or says that it will never run, for those who
     * have somebody to tell: this loop is closed, or was closed before it came to the task.
     *
     * @param task the task
     * @param refused what to do then, on the calling thread or on that which ends this loop
     */
    public void execute(Runnable task, Consumer<? super RejectedExecutionException> refused) {
        Refusable refusable =
                new Refusable(requireNonNull(task, "task"), requireNonNull(refused, "refused"));
        try {
            post(refusable);
        } catch (RejectedExecutionException closed) {
            refused.accept(closed);
        }
    }

    private record Refusable(Runnable task, Consumer<? super RejectedExecutionException> refused)
            implements Accepted {

        @Override
        public void run() {
            task.run();
        }

        @Override
        public void dropped(RejectedExecutionException cause) {
            refused.accept(cause);
        }
    }

    /**
     * Runs {@code body} on this loop and hands its promise out as a future: the way from another
     * thread into a loop ({@code Lwt_preemptive.run_in_main}). Cancelling the future cancels the
     * promise.
     *
     * @param body makes the promise, on the loop
     * @param <T> the type of the value
     * @return the future of the outcome
     * @throws RejectedExecutionException if this loop is closed
     */
    public <T extends @Nullable Object> CompletableFuture<T> submit(
            Callable<? extends Promise<T>> body) {
        requireNonNull(body, "body");
        Submission<T> submission = new Submission<>(body);
        post(submission);
        return submission.future;
    }

    /**
     * This loop as an executor of the JDK: tasks run one at a time, in the order they were given,
     * and times are measured on the engine's clock. Cancelling a future of it never interrupts. It
     * is shut down when this loop is closed; {@code shutdown} itself is refused.
     *
     * @return the executor
     */
    public ScheduledExecutorService asExecutor() {
        return new LoopExecutor(this);
    }

    @Override
    void post(Runnable task) {
        if (life.get() == CLOSED) {
            throw rejected();
        }
        if (owner == Thread.currentThread()) {
            local.add(task);
            noticed();
            return;
        }
        remote.offer(task);
        wake();
        if (deserted) {
            // The loop may have taken its last look before the offer.
            dropTasks();
        }
    }

    private void wake() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            if (host != null) {
                host.execute(this::pump);
            } else {
                engine.wakeup();
            }
        }
    }

    private RejectedExecutionException rejected() {
        return new RejectedExecutionException(this + " is closed");
    }

    private void checkOpen() {
        if (life.get() == CLOSED) {
            throw rejected();
        }
    }

    /* ---- On a host ---- */

    @Override
    boolean adopt() {
        if (host == null || !host.isHere() || life.get() == CLOSED) {
            return false;
        }
        if (LoopCore.current() instanceof EventLoop) {
            owner = Thread.currentThread();
        } else {
            enterThread();
        }
        return true;
    }

    private void pump() {
        if (life.get() == CLOSED) {
            return;
        }
        enterThread();
        pumping = true;
        try {
            turn();
            endIfDue();
        } catch (Throwable t) {
            handle(t);
        } finally {
            pumping = false;
            if (life.get() != CLOSED) {
                pumpLater();
            }
            boolean shared = before instanceof EventLoop;
            if (life.get() == CLOSED || shared || !requireNonNull(host).isHere()) {
                leaveThread();
            }
        }
    }

    private void pumpLater() {
        asleep.set(true);
        if (!isIdle()) {
            wake();
        } else if (timers.nextDeadline() != hostDeadline) {
            if (hostTimer != null) {
                hostTimer.run();
                hostTimer = null;
            }
            hostDeadline = timers.nextDeadline();
            if (hostDeadline != Long.MAX_VALUE) {
                long delay = Math.max(1, hostDeadline - engine.nanoTime());
                hostTimer = requireNonNull(host).schedule(this::hostTimerFired, delay);
            }
        }
    }

    private void hostTimerFired() {
        hostTimer = null;
        hostDeadline = Long.MAX_VALUE;
        wake();
    }

    /** Something was begun on the loop's thread that only a pump() would notice. */
    private void noticed() {
        if (host != null && !pumping) {
            wake();
        }
    }

    /* ---- Time ---- */

    /**
     * A promise that is fulfilled in a later turn: {@code Lwt.pause}. Pauses are fulfilled in the
     * order they were made; timers and channels get their turn in between.
     *
     * <p>Cancelling it rejects it.
     *
     * @return a pending promise of the current loop
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static Promise<@Nullable Void> pause() {
        EventLoop loop = current();
        Promise<@Nullable Void> pause = loop.newPause();
        loop.noticed();
        return pause;
    }

    /**
     * A promise that is fulfilled after some time, never before it: {@code Lwt_unix.sleep}.
     *
     * <p>The time is measured on the engine's monotonic clock. Zero and less mean a later turn;
     * more than the clock can count (292 years) means never. Cancelling it rejects it, and the
     * timer is gone at once.
     *
     * @param duration the time
     * @return a pending promise of the current loop
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static Promise<@Nullable Void> sleep(Duration duration) {
        return current().timer(duration);
    }

    /**
     * The same as {@link #sleep}, but of this loop, which is another one than the current one where
     * several live on one thread. The loop's thread only.
     *
     * @param duration the time
     * @return a pending promise of this loop; a rejected one if this loop is closed
     * @throws LoopThreadException on any other thread
     */
    public Promise<@Nullable Void> timer(Duration duration) {
        requireNonNull(duration, "duration");
        enter("timer");
        if (life.get() == CLOSED) {
            return Promise.failed(rejected());
        }
        long now = engine.nanoTime();
        Sleep sleep =
                timers.add(context, now + Math.min(nanos(duration), Long.MAX_VALUE - 1 - now));
        noticed();
        return sleep;
    }

    private static long nanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        // 2^33 seconds are 272 years, and still fit.
        return duration.toSeconds() >> 33 > 0 ? Long.MAX_VALUE : duration.toNanos();
    }

    /**
     * A promise that is rejected with {@link TimeoutException} after some time:
     * {@code Lwt_unix.timeout}. See {@link #sleep}.
     *
     * @param duration the time
     * @param <T> the type of the value there will never be
     * @return a pending promise of the current loop
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T extends @Nullable Object> Promise<T> timeout(Duration duration) {
        return sleep(duration).flatMap(over -> {
            throw new TimeoutException("no result within " + duration);
        });
    }

    /**
     * Runs {@code body} now and cancels its promise when it is not resolved in time:
     * {@code Lwt_unix.with_timeout}. Then the result is rejected with {@link TimeoutException},
     * also if the promise cannot be cancelled, which is then abandoned. Cancelling the result
     * cancels the promise.
     *
     * @param duration the time; see {@link #sleep}
     * @param body makes the promise
     * @param <T> the type of the value
     * @return the promise of the outcome or the timeout
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T extends @Nullable Object> Promise<T> withTimeout(
            Duration duration, Callable<? extends Promise<T>> body) {
        Promise<T> timeout = timeout(duration);
        return Promise.pick(timeout, Promise.apply(body));
    }

    /**
     * Makes a function for long computations to call now and then: it pauses if the last pause is a
     * certain time ago, and else returns a fulfilled promise: {@code Lwt_unix.auto_pause}.
     *
     * @param interval the time between pauses
     * @return the function, for the current loop only
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static Supplier<Promise<@Nullable Void>> autoPause(Duration interval) {
        EventLoop loop = current();
        long nanos = nanos(interval);
        return new Supplier<>() {
            private long last = loop.engine.nanoTime();

            @Override
            public Promise<@Nullable Void> get() {
                if (loop.engine.nanoTime() - last < nanos) {
                    return Promise.unit();
                }
                return pause().flatMap(done -> {
                    last = loop.engine.nanoTime();
                    return Promise.unit();
                });
            }
        };
    }

    /* ---- In the background ---- */

    /**
     * Runs {@code body} now and lets its promise go on in the background: {@code Lwt.async}. Its
     * failure, now or later, reaches the handler of the current loop; cancellation counts as one.
     *
     * @param body makes the promise
     */
    public static void spawn(Callable<? extends Promise<?>> body) {
        Continuations.callAny(requireNonNull(body, "body"))
                .onFailure(error -> LoopCore.current().handle(error));
    }

    /**
     * Runs {@code body} now and lets its promise go on in the background: {@code Lwt.dont_wait}.
     * Its failure, now or later, reaches {@code onError}; cancellation counts as one.
     *
     * @param body makes the promise
     * @param onError what to do with the failure; what it throws reaches the loop's handler
     */
    public static void dontWait(
            Callable<? extends Promise<?>> body, CheckedConsumer<? super Throwable> onError) {
        Continuations.callAny(requireNonNull(body, "body"))
                .onFailure(requireNonNull(onError, "onError"));
    }

    /**
     * Says where errors go that nobody else can be told: {@code Lwt.async_exception_hook}. By
     * default they are logged.
     *
     * @param handler the handler; it runs on the loop, and what it throws is logged
     */
    public void uncaughtHandler(Consumer<? super Throwable> handler) {
        this.handler = requireNonNull(handler, "handler");
    }

    /**
     * Tells the {@linkplain #uncaughtHandler handler} of an error that nobody else can be told; for
     * libraries. Any thread: elsewhere the error is handed to this loop, or logged if it is closed.
     *
     * @param error the error
     */
    public void report(Throwable error) {
        requireNonNull(error, "error");
        if (isHere()) {
            handle(error);
        } else {
            reportFromAfar(error);
        }
    }

    @Override
    void handle(Throwable error) {
        try {
            handler.accept(error);
        } catch (Throwable t) {
            log(error);
            log(t);
        }
    }

    @Override
    void reportFromAfar(Throwable error) {
        try {
            post(() -> handle(error));
        } catch (RejectedExecutionException closed) {
            log(error);
        }
    }

    private void log(Throwable error) {
        Reports.log(error, this);
    }

    /* ---- Hooks ---- */

    /**
     * The hooks at the start of each turn: {@code Lwt_main.Enter_iter_hooks}. The loop's thread
     * only.
     *
     * @return the hooks
     */
    public Hooks<Runnable> turnStartHooks() {
        return turnStart;
    }

    /**
     * The hooks at the end of each turn: {@code Lwt_main.Leave_iter_hooks}. The loop's thread only.
     *
     * @return the hooks
     */
    public Hooks<Runnable> turnEndHooks() {
        return turnEnd;
    }

    /**
     * The hooks that run as this loop closes, one at a time, each until its promise is resolved:
     * {@code Lwt_main.Exit_hooks}. {@code addFirst} is {@code Lwt_main.at_exit}. Hooks that are
     * added meanwhile run, too; failures reach the handler. The loop's thread only.
     *
     * @return the hooks
     */
    public Hooks<Callable<? extends Promise<?>>> exitHooks() {
        return exit;
    }

    /**
     * Adds a hook that runs when this loop is closed for good: after the exit hooks, when sleeps
     * and pauses are cancelled, attachments are closed and nothing is accepted any more. For
     * libraries that have something open here and somebody elsewhere to tell. Each runs once, the
     * first one first; one that is added later does not run. Failures reach the handler. Nobody can
     * take out what others have added. The loop's thread only.
     *
     * @param hook the hook
     * @return the way to take it out
     */
    public Hooks.Registration onClose(Runnable hook) {
        return close.addLast(hook);
    }

    /* ---- For those who drive or extend a loop ---- */

    /**
     * Whether the calling thread runs this loop, so that its pending promises may be touched.
     *
     * @return whether this is the loop of the calling thread
     */
    public boolean isCurrent() {
        return isHere();
    }

    /**
     * Checks that the calling thread runs this loop, for classes that belong to a loop as promises
     * do.
     *
     * @param operation what is about to be done, for the message
     * @throws LoopThreadException if it does not; the message says the remedy
     */
    public void checkCurrent(String operation) {
        enter(operation);
    }

    /**
     * The engine, for code that brings new kinds of channels. The loop's thread only.
     *
     * @return the engine
     */
    public Engine engine() {
        return engine;
    }

    /**
     * Whether this loop runs on a {@link Host}, which may take it from one thread to another
     * between two turns. Any thread.
     *
     * @return whether it was built with a host
     */
    public boolean isHosted() {
        return host != null;
    }

    /**
     * The one object of a class that belongs to this loop, for libraries that keep something for
     * each loop. If it is {@link AutoCloseable} it is closed as this loop ends: after the exit
     * hooks, when sleeps, pauses and channels are over and nothing is accepted any more. The loop's
     * thread only.
     *
     * @param type the class, which should be the library's own
     * @param maker makes the object when it is first asked for
     * @param <A> the type of the object
     * @return the object; always the same
     * @throws LoopThreadException on any other thread
     * @throws RejectedExecutionException if there is none yet, and this loop has closed the others
     */
    public <A> A attachment(Class<A> type, Supplier<? extends A> maker) {
        requireNonNull(type, "type");
        requireNonNull(maker, "maker");
        enter("attachment");
        Object present = attachments.get(type);
        if (present == null) {
            if (detached) {
                throw rejected();
            }
            present = requireNonNull(maker.get(), "the maker returned null");
            attachments.put(type, present);
        }
        return type.cast(present);
    }

    private void closeAttachments() {
        detached = true;
        for (Object attachment : List.copyOf(attachments.values())) {
            if (attachment instanceof AutoCloseable closeable) {
                tryTo(closeable::close);
            }
        }
    }

    /**
     * Fulfils the promises paused so far: {@code Lwt.wakeup_paused}. The loop does so once a turn;
     * a test may, too. The loop's thread only.
     *
     * @throws LoopThreadException on any other thread
     */
    public void runPaused() {
        enter("runPaused");
        wakePaused();
    }

    /**
     * How many pauses have been made since they were last fulfilled, cancelled ones included:
     * {@code Lwt.paused_count}. The loop's thread only.
     *
     * @return the count
     */
    public int pausedCount() {
        return paused();
    }

    /* ---- For those who watch a loop ---- */

    /**
     * What this loop has done and has to do, for meters. Any thread; elsewhere than on the loop's
     * thread the numbers may be a little old.
     *
     * @return the numbers
     */
    public LoopStatistics statistics() {
        return new LoopStatistics(
                turns, tasks, local.size() + remote.size(), timers.size(), engine.channelCount());
    }

    /**
     * The pending promises of this loop as a text for people: a tree of each one that nobody waits
     * for, with what it waits for below it.
     *
     * <p>The promises are found from the timers, from what this loop runs for, and from futures and
     * other types they were converted from or to. If the property {@code lwt4j.trace} is set to
     * true as the program starts, all are known, with the place in the program where each was made;
     * that costs a walk of the stack for each promise. {@link Promise#named} gives a name.
     *
     * <p>Any thread. Elsewhere than on the loop's thread the loop runs on meanwhile, so the text
     * may mix two moments; it begins with where the loop's thread is.
     *
     * @return many lines
     */
    public String dump() {
        List<@Nullable Promise<?>> known = new ArrayList<>();
        known.add(awaited);
        known.addAll(timers.all());
        addPaused(known);
        PromiseSettler.collect(this, known);
        PromiseFollower.collect(this, known);
        if (Assembly.ON) {
            known.addAll(Assembly.pending(this));
        }
        return Dump.of(this, known);
    }

    /* ---- The end ---- */

    /**
     * Whether this loop is closed for good.
     *
     * @return whether nothing is accepted any more
     */
    public boolean isClosed() {
        return life.get() == CLOSED;
    }

    /**
     * Ends this loop. The exit hooks run; then tasks that were posted before run, sleeps and pauses
     * are cancelled, channels are closed, futures of {@link #submit} that are still pending fail,
     * and from then on every post is rejected with {@link RejectedExecutionException}. Doing so
     * twice is harmless.
     *
     * <p>A loop's own thread has ended when this returns, unless this is called on the loop itself,
     * which then ends after the current turn. A hosted loop ends on its host, a little later. A
     * loop without either is closed on the calling thread.
     *
     * @throws IllegalStateException if this loop, without a thread or a host of its own, is being
     *     run, or the calling thread runs another one
     */
    @Override
    public void close() {
        Thread own = thread;
        if (host != null || own != null) {
            life.compareAndSet(OPEN, CLOSING);
            closeElsewhere(own);
        } else if (life.get() != CLOSED) {
            closeHere();
        }
    }

    private void closeHere() {
        if (owner == Thread.currentThread()) {
            throw new IllegalStateException(this
                    + " cannot be closed by a callback while it runs; let its promise resolve");
        }
        begin();
        try {
            life.compareAndSet(OPEN, CLOSING);
            endIfDue();
            while (life.get() != CLOSED) {
                turn();
                endIfDue();
            }
        } finally {
            end();
        }
    }

    private void closeElsewhere(@Nullable Thread own) {
        if (life.get() != CLOSED) {
            postUnlessClosed(() -> {});
        }
        // The owner may be a guest, for whose step the loop's own thread is waiting.
        if (own != null && own != Thread.currentThread() && owner != Thread.currentThread()) {
            boolean interrupted = false;
            while (own.isAlive()) {
                try {
                    own.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Goes through the exit hooks once this loop is closing, and closes it after the last one. */
    private void endIfDue() {
        if (life.get() != CLOSING) {
            return;
        }
        // One may have been added after the last one ended, but before this was called.
        if (exiting == null || (!exiting.isPending() && !exit.isEmpty())) {
            exiting = runExitHooks();
            awaited = exiting;
        }
        if (!exiting.isPending()) {
            finish();
        }
    }

    private Promise<@Nullable Void> runExitHooks() {
        Callable<? extends Promise<?>> hook = exit.pollFirst();
        if (hook == null) {
            return Promise.unit();
        }
        Promise<?> end = Continuations.callAny(hook);
        try {
            return end.fold(done -> runExitHooks(), this::exitHookFailed);
        } catch (LoopThreadException stranger) {
            return exitHookFailed(stranger);
        }
    }

    private Promise<@Nullable Void> exitHookFailed(Throwable error) {
        handle(error);
        return runExitHooks();
    }

    private void finish() {
        life.set(CLOSED);
        try {
            // Accepted while this loop was open; what they post themselves is refused.
            while (!local.isEmpty() || !remote.isEmpty()) {
                runTasks();
            }
            for (Sleep sleep = timers.first(); sleep != null; sleep = timers.first()) {
                timers.remove(sleep);
                sleep.cancel();
            }
            cancelPaused();
        } finally {
            tryTo(engine::close);
            // They may still resolve what somebody waits for.
            closeAttachments();
            tellOfTheEnd();
            if (hostTimer != null) {
                tryTo(hostTimer::run);
            }
            // There are some only if an error of the machine has kept them from running.
            remote.addAll(local);
            local.clear();
            deserted = true;
            dropTasks();
            closed.countDown();
        }
    }

    private void tellOfTheEnd() {
        // What one does may bring others.
        while (!close.isEmpty() || settlers != null || followers != null) {
            for (Runnable hook = close.pollFirst(); hook != null; hook = close.pollFirst()) {
                tryTo(hook::run);
            }
            // A source may itself be what follows a promise of this loop, and has its say.
            PromiseFollower.closeAll(this);
            PromiseSettler.closeAll(this);
        }
    }

    /** One step of the end must not keep the others from being taken. */
    void tryTo(CheckedRunnable action) {
        try {
            action.run();
        } catch (Throwable t) {
            handle(t);
        }
    }

    /** Whether the last task has run, and everything was told that this is closed. */
    boolean isEnded() {
        return closed.getCount() == 0;
    }

    boolean awaitClosed(long nanos) throws InterruptedException {
        return closed.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Tells of tasks that came too late; whoever posted them was told that they were accepted. */
    private void dropTasks() {
        synchronized (remote) {
            for (Runnable task = remote.poll(); task != null; task = remote.poll()) {
                RejectedExecutionException error =
                        new RejectedExecutionException(this + " was closed before it ran " + task);
                if (task instanceof Accepted accepted) {
                    accepted.dropped(error);
                } else {
                    log(error);
                }
            }
        }
    }

    /** What {@link #submit} posts. */
    private final class Submission<T extends @Nullable Object> implements Accepted {

        final PromiseFuture<T> future = new PromiseFuture<>(EventLoop.this);
        private final Callable<? extends Promise<T>> body;

        Submission(Callable<? extends Promise<T>> body) {
            this.body = body;
        }

        @Override
        public void run() {
            Promise<T> promise;
            try {
                promise = Promise.apply(body);
            } catch (Throwable fatal) {
                future.completeExceptionally(fatal);
                throw fatal;
            }
            future.follow(promise);
        }

        @Override
        public void dropped(RejectedExecutionException cause) {
            future.completeExceptionally(cause);
        }
    }

    /**
     * A description for people.
     *
     * @return the name of this loop
     */
    @Override
    public String toString() {
        return "event loop \"" + name + "\"";
    }

    /** Describes a loop that is to be made. Thread rule: one thread at a time. */
    public static final class Builder {

        private String name = "loop-" + COUNT.incrementAndGet();
        private @Nullable Engine engine;
        private @Nullable Host host;
        private @Nullable Consumer<? super Throwable> handler;
        private @Nullable Duration slowness = DEFAULT_SLOWNESS;
        private Consumer<? super SlowCallback> slowHandler = Reports::slow;

        private Builder() {}

        /**
         * The name of the loop, in messages and of its thread.
         *
         * @param name the name; by default {@code loop-} and a number
         * @return this
         */
        public Builder name(String name) {
            this.name = requireNonNull(name, "name");
            return this;
        }

        /**
         * The engine; by default a new {@link NioEngine}.
         *
         * @param engine an engine that serves no other loop
         * @return this
         */
        public Builder engine(Engine engine) {
            this.engine = requireNonNull(engine, "engine");
            return this;
        }

        /**
         * Lets the loop live on a foreign thread. It needs no engine then.
         *
         * @param host the foreign thread
         * @return this
         */
        public Builder host(Host host) {
            this.host = requireNonNull(host, "host");
            return this;
        }

        /**
         * Where errors go that nobody else can be told. See {@link EventLoop#uncaughtHandler}.
         *
         * @param handler the handler; by default they are logged
         * @return this
         */
        public Builder uncaughtHandler(Consumer<? super Throwable> handler) {
            this.handler = requireNonNull(handler, "handler");
            return this;
        }

        /**
         * Has each callback reported that runs for longer than a certain time, while it still runs.
         * A thread for all loops looks four times in that time; a loop that is not watched pays for
         * nothing but counting what it runs.
         *
         * <p>Without this method callbacks are logged that run for longer than the property
         * {@code lwt4j.slow} says, in milliseconds, if it is set as the program starts.
         *
         * @param threshold the time, on the system's clock; zero for no reports
         * @param handler what to do with a report, once for each callback, on the thread that
         *     watches; what it throws is logged
         * @return this
         * @throws IllegalArgumentException if the time is negative
         */
        public Builder onSlowCallback(Duration threshold, Consumer<? super SlowCallback> handler) {
            if (threshold.isNegative()) {
                throw new IllegalArgumentException("a callback cannot be slower than " + threshold
                        + "; zero means no reports");
            }
            this.slowness = threshold.isZero() ? null : threshold;
            this.slowHandler = requireNonNull(handler, "handler");
            return this;
        }

        private Engine engine() {
            if (host != null) {
                return new HostEngine(host);
            }
            return engine == null ? new NioEngine() : engine;
        }

        /**
         * Makes a loop without a thread: to be run by {@link EventLoop#runUntilComplete}, or, if it
         * has a host, running from now on.
         *
         * @return the loop
         */
        public EventLoop build() {
            return new EventLoop(this);
        }

        /**
         * Makes a loop and starts it on a thread of its own.
         *
         * @return the loop
         * @throws IllegalStateException if it has a host
         */
        public EventLoop start() {
            if (host != null) {
                throw new IllegalStateException(
                        "a loop with a host needs no thread of its own; use build()");
            }
            EventLoop loop = build();
            LoopThread own = new LoopThread(loop::runOnOwnThread, name);
            loop.thread = own;
            own.start();
            return loop;
        }
    }
}
