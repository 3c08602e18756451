package io.lwt4j.direct;

import io.lwt4j.CanceledException;
import io.lwt4j.CheckedConsumer;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopGuest;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;

/** One run of code in direct style. */
final class DirectTask<T extends @Nullable Object> extends LoopGuest {

    /* Overview.
     *
     *            step()            await()             what it waits for is resolved
     *     NEW ----------> RUNNING ---------> WAITING ----------------------------------> READY
     *      |               |  ^  |                                                        |  ^
     *      |               |  |  +--------------------- yieldNow() -----------------------|--+
     *      |               |  +---------------------------------- step() ----------------+
     *      |  cancel()     v
     *      +------------> ENDED
     *
     * NEW and READY tasks are in the queue of Tasks, and until their turn comes so are ENDED ones
     * that have never begun. All fields are for whoever runs the loop: its thread, or, while
     * RUNNING, that of the task.
     *
     * The promise handed out cannot be Lwt's `task`, which cancel() rejects at once: the code is to
     * clean up first. It is made of two, of which one is pending:
     *
     *     result = gate.recover(error -> ended ? failed(error) : last)
     *
     * `gate` is cancellable. As long as nobody does so it takes the outcome, which passes through.
     * If somebody does, the task is told, and `last`, which is not cancellable, takes the place of
     * the result until the task ends.
     */

    /**
     * How much of the stack must be left where a task waits. An overflow while the loop is being
     * handed over would leave two threads with it; so it happens before that or not at all. This is
     * many times what our own code takes; fibres see to what the JDK takes beyond it.
     */
    private static final int RESERVE = 64;

    private enum State {
        NEW,
        RUNNING,
        WAITING,
        READY,
        ENDED
    }

    private final Tasks tasks;
    private final Resolver<T> gate = Resolver.cancellable();
    private final Promise<T> result = gate.promise().recover(this::gateRejected);
    private final CheckedConsumer<@Nullable Object> awake = outcome -> awake();
    private State state = State.NEW;

    private @Nullable Callable<? extends T> body;
    private @Nullable Fibre fibre;
    private @Nullable Runnable resume;
    private Promise.@Nullable State<T> outcome;

    /** What takes the outcome after a cancellation. */
    private @Nullable Resolver<T> last;

    /** Whether the code is still to be told of a cancellation. */
    private boolean cancelled;

    /** What {@link #await} waits for, and the view of it that can be let go. */
    private @Nullable Promise<?> awaited;

    private @Nullable Promise<?> view;

    DirectTask(Tasks tasks, Callable<? extends T> body) {
        super(tasks.loop());
        this.tasks = tasks;
        this.body = body;
    }

    Promise<T> result() {
        return result;
    }

    /** Has the tasks of a loop looked after in each turn. */
    static void eachTurnOf(EventLoop loop, Runnable action) {
        eachTurn(loop, action);
    }

    /* ---- On the loop's thread ---- */

    /** Lets the code run until it waits or ends. */
    void step() {
        if (state == State.ENDED) {
            return;
        }
        Runnable action = resume;
        state = State.RUNNING;
        try {
            if (action == null) {
                Fibre made = tasks.fibre(this::run);
                action = made::resume;
                fibre = made;
                resume = action;
            }
            lend(action);
        } catch (Throwable noThread) {
            state = State.ENDED;
            outcome = new Promise.State.Rejected<>(noThread);
        }
        if (state == State.ENDED) {
            finish();
        }
    }

    private void finish() {
        tasks.ended(this);
        fibre = null;
        resume = null;
        Promise.State<T> end = outcome;
        if (end == null) {
            throw new AssertionError("ended without an outcome");
        }
        (last == null ? gate : last).complete(end);
    }

    private void awake() {
        if (state == State.WAITING) {
            state = State.READY;
            tasks.enqueue(this);
        }
    }

    /* ---- Cancellation: on the loop's thread, or inside of a task ---- */

    private Promise<T> gateRejected(Throwable error) {
        if (state == State.ENDED) {
            return Promise.failed(error);
        }
        if (state == State.NEW) {
            state = State.ENDED;
            body = null;
            tasks.ended(this);
            return Promise.failed(error);
        }
        Resolver<T> resolver = Resolver.uncancellable();
        last = resolver;
        tellCancelled();
        return resolver.promise();
    }

    /** As the loop ends: also a task that has been cancelled before. */
    void cancel() {
        if (last == null) {
            result.cancel();
        } else {
            tellCancelled();
        }
    }

    private void tellCancelled() {
        cancelled = true;
        Promise<?> source = awaited;
        Promise<?> detachable = view;
        if (state == State.WAITING && source != null && detachable != null && source.isPending()) {
            source.cancel();
            if (source.isPending()) {
                // That had no effect, or none yet: the task does not wait for it any longer.
                detachable.cancel();
                cancelled = false;
            } else if (source.isRejected()) {
                // Told by the error that await() is going to throw; a value would tell nothing.
                cancelled = false;
            }
        }
    }

    private void throwIfCancelled() {
        if (cancelled) {
            cancelled = false;
            throw CanceledException.instance();
        }
    }

    /* ---- On the task's thread ---- */

    private void run() {
        enter();
        try {
            outcome = new Promise.State.Fulfilled<>(take().call());
        } catch (Throwable t) {
            outcome = new Promise.State.Rejected<>(t);
        } finally {
            state = State.ENDED;
            exit();
        }
    }

    private Callable<? extends T> take() {
        Callable<? extends T> taken = body;
        body = null;
        if (taken == null) {
            throw new AssertionError("run twice");
        }
        return taken;
    }

    /** Returns or throws the outcome of a promise. */
    <V extends @Nullable Object> V await(Promise<V> promise) throws Exception {
        checkMayLeave("Direct.await");
        // An error that is there already must not vanish.
        if (cancelled && !promise.isRejected()) {
            promise.cancel();
            throwIfCancelled();
        }
        Promise.State<V> now = promise.state();
        if (now instanceof Promise.State.Pending<V>) {
            now = waitFor(promise);
        }
        if (now instanceof Promise.State.Fulfilled<V> fulfilled) {
            return fulfilled.value();
        }
        throw sneaky(((Promise.State.Rejected<V>) now).cause());
    }

    private <V extends @Nullable Object> Promise.State<V> waitFor(Promise<V> promise) {
        checkMayWait("Direct.await", promise);
        reserve(RESERVE);
        Promise<V> detachable = promise.shielded();
        detachable.onAny(awake, awake);
        awaited = promise;
        view = detachable;
        try {
            if (tasks.isClosing()) {
                promise.cancel();
                detachable.cancel();
            } else {
                suspend(State.WAITING);
            }
            return detachable.state();
        } finally {
            awaited = null;
            view = null;
            // Else the promise would keep what an error has left behind.
            detachable.cancel();
        }
    }

    void yieldNow() {
        checkMayLeave("Direct.yieldNow");
        throwIfCancelled();
        reserve(RESERVE);
        if (tasks.isClosing()) {
            throw CanceledException.instance();
        }
        tasks.enqueue(this);
        try {
            suspend(State.READY);
        } catch (Throwable notSuspended) {
            tasks.dequeueLast();
            throw notSuspended;
        }
        throwIfCancelled();
    }

    /** Makes sure that so many frames fit on the stack. */
    private static int reserve(int frames) {
        return frames == 0 ? 0 : 1 + reserve(frames - 1);
    }

    private void suspend(State why) {
        Fibre own = fibre;
        if (own == null) {
            throw new AssertionError("not running");
        }
        state = why;
        leave();
        try {
            own.suspend();
        } finally {
            enter();
            state = State.RUNNING;
        }
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> RuntimeException sneaky(Throwable t) throws X {
        throw (X) t;
    }
}
