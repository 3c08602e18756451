package io.lwt4j.direct;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CanceledException;
import io.lwt4j.CheckedRunnable;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopGuest;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;

/**
 * Code in direct style: a <i>task</i> waits for a promise where it needs the value, with loops,
 * {@code try} and {@code finally} as in any other code: {@code Lwt_direct}.
 *
 * <pre>{@code
 * Promise<Integer> total = Direct.spawn(() -> {
 *     int sum = 0;
 *     for (URI uri : uris) {
 *         sum += Direct.await(sizeOf(uri));
 *     }
 *     return sum;
 * });
 * }</pre>
 *
 * <p><b>One at a time.</b> A task belongs to the loop it was spawned on, and runs while nothing
 * else of that loop does: between two waits it is as much alone as a callback is. It may make, use
 * and cancel promises of the loop, and needs no locks. Only {@link #await} of a pending promise,
 * and {@link #yieldNow}, let others run; a task that blocks in anything else blocks the loop.
 *
 * <p><b>Cancellation.</b> Cancelling the promise of a task asks its code to end, and lets it clean
 * up:
 *
 * <ul>
 *   <li>A task that has not begun never does; its promise is rejected at once.
 *   <li>If the task waits, what it waits for is cancelled, as by {@link Promise#cancel}. If that
 *       rejects it, {@code await} throws the error, {@link CanceledException} as a rule. If it is
 *       still pending after that, because it cannot be cancelled or has to clean up itself, the
 *       task waits for it no longer: {@code await} throws {@link CanceledException} at once. Only
 *       if it comes to a value all the same, that is returned, as in a chain of promises.
 *   <li>In this last case, and if the task does not wait or is about to go on, the next
 *       {@code await} or {@code yieldNow} throws {@link CanceledException}, and cancels the promise
 *       it was given. Only if that one is rejected already is its error thrown, and the next call
 *       counts.
 *   <li>It is thrown once. Code that catches it, or a {@code finally} block, may wait again as
 *       usual; cancelling a second time does nothing. The promise of the task is resolved when its
 *       code has ended, with whatever that returns or throws.
 * </ul>
 *
 * Lwt's own tasks cannot be cancelled.
 *
 * <p><b>The end of the loop.</b> When a loop is closed its tasks are told as if they had been
 * cancelled, and since nothing can come of a pending promise any more, every further wait for one
 * throws {@link CanceledException}, too. So they come to their end before {@link EventLoop#close}
 * returns. Whoever needs to wait in a clean-up then does so in one of {@link EventLoop#exitHooks}.
 *
 * <p><b>Storage.</b> Each task has its own values of {@link PromiseLocal}s: none at first, also if
 * there are some where it is spawned; they can be {@linkplain PromiseLocal#set set} and are kept
 * while the task waits. A {@link ThreadLocal} is of no use: threads may serve one task after
 * another.
 *
 * <p><b>Threads.</b> A task has a stack of its own, which one of three mechanisms provides. The
 * system property {@code lwt4j.direct} chooses one; else the first of these that works is taken:
 *
 * <ul>
 *   <li>{@code scheduled}: virtual threads that the loop's own thread carries, so that a switch
 *       costs about as much as a few calls. It takes JDK 21 or newer, and {@code --add-opens
 *       java.base/java.lang=ALL-UNNAMED} ({@code =io.lwt4j} on the module path), or
 *       {@code Add-Opens: java.base/java.lang} in the manifest of the jar that is run.
 *   <li>{@code virtual}: virtual threads that the JDK schedules, JDK 21 or newer. A switch wakes
 *       one thread and puts another one to sleep.
 *   <li>{@code platform}: the same with platform threads, on every JDK. A few thousand waiting
 *       tasks are as much as most systems bear.
 * </ul>
 *
 * A task must not keep a lock while it waits, be it {@code synchronized} or of
 * {@code java.util.concurrent}: if another task or callback of the same loop wants it, the loop
 * stops, and with it all that could end the wait. Before JDK 24, {@code scheduled} tasks cannot
 * wait inside of {@code synchronized} at all, and {@code await} says so by an
 * {@link IllegalStateException}. {@code io.lwt4j.sync} has locks for promises.
 *
 * <p>Thread rule: {@code spawn} and {@code spawnInBackground} on a thread that runs a loop, tasks
 * included; {@code await} and {@code yieldNow} in a task only.
 */
public final class Direct {

    private Direct() {}

    /**
     * Runs code as a task of the current loop: {@code Lwt_direct.spawn}. It does not begin at once,
     * but at the next start or end of a turn, after the tasks that are ready before it.
     *
     * <p>Cancelling the result asks the code to end: see {@link Direct}.
     *
     * @param body the code; it may {@link #await}
     * @param <T> the type of the value
     * @return a promise of what the code returns, rejected with the very error that it throws,
     *     errors of the virtual machine included
     * @throws LoopThreadException if the calling thread runs no loop
     * @throws IllegalStateException if the system property {@code lwt4j.direct} makes no sense here
     */
    public static <T extends @Nullable Object> Promise<T> spawn(Callable<? extends T> body) {
        requireNonNull(body, "body");
        EventLoop loop = EventLoop.current();
        if (loop.isClosed()) {
            return Promise.failed(new RejectedExecutionException(loop + " is closed"));
        }
        Tasks tasks = Tasks.of(loop);
        DirectTask<T> task = new DirectTask<>(tasks, body);
        tasks.add(task);
        return task.result();
    }

    /**
     * Runs code as a task that nobody waits for: {@code Lwt_direct.spawn_in_the_background}. What
     * it throws reaches the handler of the loop, except for the {@link CanceledException} that
     * tells a task of the end of its loop. It cannot be cancelled otherwise.
     *
     * @param body the code; it may {@link #await}
     * @throws LoopThreadException if the calling thread runs no loop
     * @throws IllegalStateException if the system property {@code lwt4j.direct} makes no sense here
     */
    public static void spawnInBackground(CheckedRunnable body) {
        requireNonNull(body, "body");
        EventLoop loop = EventLoop.current();
        Promise<@Nullable Void> task = spawn(() -> {
            body.run();
            return null;
        });
        task.onFailure(error -> {
            if (!(error instanceof CanceledException) || !loop.isClosed()) {
                // By way of a promise, since only callbacks and their like reach the handler.
                EventLoop.spawn(() -> Promise.failed(error));
            }
        });
    }

    /**
     * Waits for a promise: {@code Lwt_direct.await}. If it is resolved this returns or throws at
     * once, and nothing else runs meanwhile. Otherwise the rest of the task runs after the promise
     * has been resolved and the tasks that were ready before this one have had their turn.
     * Interrupting the thread has no effect.
     *
     * <p>Cancelling the task cancels the promise: see {@link Direct}. Put
     * {@link Promise#shielded()} in between to spare it.
     *
     * @param promise the promise
     * @param <T> the type of the value
     * @return its value
     * @throws IllegalStateException outside of a task, and in a callback that a task has called
     * @throws LoopThreadException if the promise is pending and of another loop
     * @throws CanceledException if the task is cancelled
     * @throws Exception the very error the promise is rejected with
     */
    public static <T extends @Nullable Object> T await(Promise<T> promise) throws Exception {
        requireNonNull(promise, "promise");
        return current("Direct.await").await(promise);
    }

    /**
     * Lets everything else that is ready run first, other tasks and the loop:
     * {@code Lwt_direct.yield}.
     *
     * @throws IllegalStateException outside of a task, and in a callback that a task has called
     * @throws CanceledException if the task is cancelled, before or meanwhile
     */
    public static void yieldNow() {
        current("Direct.yieldNow").yieldNow();
    }

    private static DirectTask<?> current(String operation) {
        if (LoopGuest.current() instanceof DirectTask<?> task) {
            return task;
        }
        throw new IllegalStateException(operation + ": thread \""
                + Thread.currentThread().getName() + "\" is not in a task"
                + (EventLoop.isLoopThread()
                        ? ", and a loop must not wait; use Direct.spawn(() -> ...), or a callback"
                        : "; use Direct.spawn(() -> ...) on a loop"));
    }
}
