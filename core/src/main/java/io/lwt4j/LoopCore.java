package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;

/** The part of an event loop that promises stand on: who may run, and in which order. */
abstract class LoopCore {

    /* Overview. Resolving a promise runs its waiters, newest first; a waiter that gets an outcome
     * of its own has its waiters run before the next one's turn (depth first), as in Lwt. Lwt
     * recurses here; propagate() walks the same tree with a stack of its own, so that its depth
     * costs heap only. What user code nests (a callback that resolves a promise whose callback ...)
     * takes real stack, and is counted:
     *
     *   depth    how many resolutions are under way, one inside the other. `resolve` inside one
     *            sets the state at once but leaves the callbacks to the end of the outermost one
     *            (deferred, FIFO); `resolveNow` and `cancel` run them where they stand.
     *   nesting  depth, plus the callbacks of already resolved promises that are running one inside
     *            the other. At MAX_NESTING a callback is deferred even if it should run now: this
     *            is the one place where the order differs from Lwt's, which overflows its stack.
     *
     * A fatal error (VirtualMachineError, ThreadDeath, LinkageError) thrown by a callback rejects
     * the callback's promise like any other, so that nobody waits in vain; it is kept in `fatal`
     * and thrown when the outermost resolution has come to its end, so that it leaves EventLoop.run
     * with nothing half done.
     *
     * Fields are for the owner's thread only, except `owner` itself: a foreign thread may read it,
     * and whatever it sees, it never sees itself.
     */

    /** Real stack per level is about half a dozen frames; this fits a 512 KiB stack thrice. */
    static final int MAX_NESTING = 128;

    private static final int KEPT_FRAMES = 128;
    private static final int KEPT_PAUSES = 1024;

    /**
     * A guess at the current loop that saves the thread-local where there is one loop only. Every
     * thread writes it as it enters or leaves a loop; what a thread finds here is its own last
     * write, or a core with another owner.
     */
    private static @Nullable LoopCore lastEntered;

    /** The thread that runs this loop now: its own, or that of a {@link LoopGuest}. */
    @Nullable
    Thread owner;

    /** No promise-local values. */
    final Context base = Context.empty(this);

    /** The promise-local values in force. */
    Context context = base;

    /** What puts back what bound values have changed as they came in force; the last one first. */
    private final Deque<Runnable> waysBack = new ArrayDeque<>(2);

    /** Who runs this loop at present in place of its own thread, if anybody does. */
    @Nullable
    LoopGuest guest;

    private int depth;
    private int nesting;

    /** Whether something was deferred, for its nesting, outside of any resolution. */
    private boolean overdue;

    private @Nullable Throwable fatal;

    /** Whether afterUnusual() has something to do at the end of the outermost resolution. */
    private boolean unusual;

    /** How often waiters were run, for the watchdog. */
    long runs;

    /** Waiter lists and outcomes in turn: what propagate() has left for later. */
    private @Nullable Object[] frames = new Object[KEPT_FRAMES];

    private int top;

    private final PairQueue deferred = new PairQueue();

    /** The pauses since the last runPaused(), oldest first. */
    private @Nullable Pending<?>[] paused = new Pending<?>[16];

    private @Nullable Pending<?>[] pausedSpare = new Pending<?>[16];
    private int pausedCount;

    private final CancelSearch search = new CancelSearch();

    private long random = 0x9E3779B97F4A7C15L;

    /* ---- Where am I ---- */

    /** The core of the loop that the calling thread runs, or one of the thread's own. */
    static LoopCore current() {
        Thread thread = Thread.currentThread();
        LoopCore guess = lastEntered;
        if (guess != null && guess.owner == thread) {
            return guess;
        }
        return thread instanceof LoopThread loopThread && loopThread.core != null
                ? loopThread.core
                : ThreadCore.current();
    }

    /** Makes {@code core} the current one of the calling thread, and returns the former one. */
    static @Nullable LoopCore swapCurrent(@Nullable LoopCore core) {
        lastEntered = core;
        if (Thread.currentThread() instanceof LoopThread loopThread) {
            LoopCore before = loopThread.core;
            loopThread.core = core;
            return before;
        }
        return ThreadCore.swap(core);
    }

    /** Spares the calling thread, which runs {@code core} again, the way by the thread-local. */
    static void remember(LoopCore core) {
        lastEntered = core;
    }

    /** Whether a callback is being run, so that whoever waited now would hold it up half done. */
    final boolean isInCallback() {
        return nesting > 0;
    }

    /** Whether the calling thread may touch pending promises of this loop. */
    final boolean isHere() {
        return owner == Thread.currentThread() || adopt();
    }

    /** Asks a loop that lives on a foreign thread whether this is the one. */
    boolean adopt() {
        return false;
    }

    /** Lets the calling thread in, or throws. */
    final void enter(String operation) {
        if (!isHere()) {
            throw new LoopThreadException(operation + ": this belongs to " + this
                    + ", but the calling thread is \"" + Thread.currentThread().getName()
                    + "\"; go there with loop.submit(() -> ...) or loop.execute(...)");
        }
    }

    final LoopThreadException strangerReturned(LoopCore other) {
        return new LoopThreadException("a callback on " + this + " returned a promise that is"
                + " pending on " + other + "; bring its value over with"
                + " Promise.from(otherLoop.submit(() -> promise))");
    }

    /** Puts promise-local values in force. */
    final void restore(Context values) {
        // Mostly they are in force; and a store into an old object costs the collector a fence.
        if (context != values) {
            change(values);
        }
    }

    private void change(Context values) {
        if (context.bound || values.bound) {
            while (!waysBack.isEmpty()) {
                tryTo(waysBack.pop());
            }
            context = values;
            tryTo(() -> values.enter(waysBack));
        } else {
            context = values;
        }
    }

    private void tryTo(Runnable action) {
        try {
            action.run();
        } catch (Throwable t) {
            failed(t);
        }
    }

    /** Runs a task on this loop, from any thread. */
    abstract void post(Runnable task);

    /** The same for a task that has no point any more once the loop is closed. */
    final void postUnlessClosed(Runnable task) {
        try {
            post(task);
        } catch (RejectedExecutionException closed) {
            // Nothing of the loop is pending any more.
        }
    }

    /** The handler of what nobody else can be told; on the loop's thread. */
    abstract void handle(Throwable error);

    /** The same for a foreign thread. */
    abstract void reportFromAfar(Throwable error);

    /* ---- Errors of callbacks ---- */

    static boolean isFatal(Throwable t) {
        return t instanceof VirtualMachineError
                || t instanceof ThreadDeath
                || t instanceof LinkageError;
    }

    /** The outcome of a callback that threw while this loop was resolving something. */
    final Rejected thrown(Throwable t) {
        if (fatal == null && isFatal(t)) {
            fatal = t;
            unusual = true;
        }
        return Rejected.of(t);
    }

    /** Tells the handler that a callback without a result threw. */
    final void failed(Throwable t) {
        if (isFatal(t)) {
            if (depth == 0) {
                throw sneaky(t);
            }
            fatal = fatal == null ? t : fatal;
            unusual = true;
        } else {
            handle(t);
        }
    }

    /** The result of a callback that threw in the caller's own stack. */
    static <T extends @Nullable Object> Promise<T> rejected(Throwable t) {
        if (isFatal(t)) {
            throw sneaky(t);
        }
        return new Resolved<>(Rejected.of(t));
    }

    static <T extends @Nullable Object> Promise<T> nullReturned() {
        return rejected(new NullPointerException(
                "the callback returned null instead of a promise; for no value return"
                        + " Promise.unit()"));
    }

    @SuppressWarnings("unchecked")
    static <X extends Throwable> RuntimeException sneaky(Throwable t) throws X {
        throw (X) t;
    }

    /* ---- Callbacks of resolved promises ---- */

    /** Calls {@code f} now, or if that would nest too deeply, soon. */
    final <T extends @Nullable Object, R extends @Nullable Object> Promise<R> call(
            CheckedFunction<? super T, ? extends Promise<? extends R>> f, T value) {
        if (nesting >= MAX_NESTING) {
            return callLater(f, value);
        }
        nesting++;
        try {
            Promise<R> result = cast(f.apply(value));
            return result == null ? nullReturned() : result;
        } catch (Throwable t) {
            return rejected(t);
        } finally {
            nesting--;
            if (overdue && nesting == 0) {
                overdue = false;
                runDeferred();
            }
        }
    }

    private <T extends @Nullable Object, R extends @Nullable Object> Promise<R> callLater(
            CheckedFunction<? super T, ? extends Promise<? extends R>> f, T value) {
        Continuations.Bind<T, R> bind = new Continuations.Bind<>(context, null, f);
        defer(bind, Cell.fulfilled(value));
        overdue |= depth == 0;
        return bind;
    }

    @SuppressWarnings("unchecked")
    private static <R extends @Nullable Object> Promise<R> cast(Promise<? extends R> promise) {
        return (Promise<R>) promise;
    }

    /* ---- Resolution ---- */

    /** Resolves an open promise; its waiters run now, or at the end of the outermost resolution. */
    final void resolve(Pending<?> promise, @Nullable Object outcome, boolean now) {
        Cell waiters = settle(promise, outcome);
        if (waiters == Cell.NONE) {
            return;
        }
        if (depth > 0 && !now) {
            defer(waiters, outcome);
        } else if (!(waiters instanceof Join<?> join && join.countDown(outcome))) {
            run(waiters, outcome);
        }
    }

    /** Fulfils a pause or a sleep with null, unless it has been cancelled. */
    final void fulfil(Pending<?> promise) {
        if (promise.real() instanceof Pending<?> pending && pending.isOpen()) {
            resolve(pending, null, true);
        }
    }

    private void run(Cell waiters, @Nullable Object outcome) {
        if (nesting >= MAX_NESTING) {
            defer(waiters, outcome);
            overdue |= depth == 0;
            return;
        }
        Context before = context;
        int floor = top;
        runs++;
        depth++;
        nesting++;
        try {
            propagate(waiters, outcome);
            if (depth == 1) {
                while (!deferred.isEmpty()) {
                    propagate(deferred.takeFirst(), deferred.takeSecond());
                }
            }
        } finally {
            depth--;
            nesting--;
            restore(before);
            while (top > floor) {
                // Only after an error of the machine in our own code: what is left runs later.
                top -= 2;
                defer((Cell) requireNonNull(frames[top]), frames[top + 1]);
            }
        }
        if (unusual && depth == 0) {
            afterUnusual();
        }
    }

    private void defer(Cell waiters, @Nullable Object outcome) {
        unusual |= deferred.add(waiters, outcome);
    }

    private void runDeferred() {
        if (!deferred.isEmpty()) {
            run(deferred.takeFirst(), deferred.takeSecond());
        }
    }

    /** Gives back what a burst took, and throws what must leave the loop. */
    private void afterUnusual() {
        // Inside of a cancellation there is more to come on the stack.
        unusual = frames.length > KEPT_FRAMES && top > 0;
        if (frames.length > KEPT_FRAMES && top == 0) {
            frames = new Object[KEPT_FRAMES];
        }
        deferred.trim();
        Throwable t = fatal;
        fatal = null;
        if (t != null) {
            throw sneaky(t);
        }
    }

    /** Runs a list of waiters with an outcome, and depth first all that follows from it. */
    private void propagate(Cell list, @Nullable Object result) {
        int floor = top;
        Cell waiter = list;
        @Nullable Object outcome = result;
        if (outcome instanceof Rejected rejected && rejected.isCanceled()) {
            runCancelCallbacks(waiter);
        }
        for (; ; ) {
            while (waiter != Cell.NONE) {
                Pending<?> target = null;
                Cell next;
                if (waiter instanceof Derived<?> derived) {
                    target = derived;
                    next = derived.next;
                    if (next != Cell.NONE) {
                        derived.next = Cell.NONE;
                    }
                } else {
                    next = ((Entry) waiter).next;
                }
                @Nullable Object own = waiter.fire(this, outcome);
                if (own != Cell.NOTHING) {
                    Cell waiters = settle(target == null ? waiter.target() : target, own);
                    if (waiters != Cell.NONE) {
                        if (next != Cell.NONE) {
                            push(next, outcome);
                        }
                        next = waiters;
                        outcome = own;
                        if (own instanceof Rejected rejected && rejected.isCanceled()) {
                            runCancelCallbacks(waiters);
                        }
                    }
                }
                waiter = next;
            }
            if (top == floor) {
                return;
            }
            outcome = frames[--top];
            frames[top] = null;
            waiter = (Cell) requireNonNull(frames[--top]);
            frames[top] = null;
        }
    }

    /** Sets the outcome of a promise and returns the waiters that are to hear of it. */
    private static Cell settle(Pending<?> promise, @Nullable Object outcome) {
        Pending<?> real =
                promise.state == Cell.PROXIED ? (Pending<?>) promise.represented() : promise;
        Cell waiters = WaiterList.chain(real.waiters());
        real.settle(outcome);
        return waiters;
    }

    private void runCancelCallbacks(Cell list) {
        for (Cell waiter = list; waiter != Cell.NONE; waiter = WaiterList.next(waiter)) {
            if (waiter instanceof Callbacks.CancelWaiter callback) {
                callback.cancelled(this);
            }
        }
    }

    private void push(Cell waiters, @Nullable Object outcome) {
        if (top + 2 > frames.length) {
            frames = Arrays.copyOf(frames, frames.length * 2);
            unusual = true;
        }
        frames[top++] = waiters;
        frames[top++] = outcome;
    }

    /* ---- Cancellation ---- */

    /**
     * Rejects every cancellable leaf behind a promise; only when all of them are marked do the
     * callbacks run, those of the leaf found last first.
     */
    final void cancel(Pending<?> promise) {
        if (promise.how == promise && promise.isLeaf()) {
            // The promise is the leaf itself: nothing to search.
            Cell waiters = cancelLeaf(promise, promise);
            if (waiters != Cell.NONE) {
                run(waiters, Rejected.CANCELED);
            }
            return;
        }
        int floor = top;
        search.run(this, promise);
        Throwable error = null;
        while (top > floor) {
            frames[--top] = null;
            Cell waiters = (Cell) requireNonNull(frames[--top]);
            frames[top] = null;
            try {
                run(waiters, Rejected.CANCELED);
            } catch (Throwable t) {
                error = error == null ? t : error;
            }
        }
        if (error != null) {
            throw sneaky(error);
        }
    }

    /** Marks one leaf and returns its waiters; {@code resource} is what it may hold. */
    static Cell cancelLeaf(Pending<?> leaf, Pending<?> resource) {
        // First what it holds: if the stack overflows here the leaf is left whole, and is not heard
        // of again from something that does not know that it has been cancelled.
        resource.released();
        Cell waiters = WaiterList.chain(leaf.waiters());
        leaf.settle(Rejected.CANCELED);
        return waiters;
    }

    /** Called by the search for each leaf, in the order found. */
    final void foundLeaf(Pending<?> leaf, Pending<?> resource) {
        Cell waiters = cancelLeaf(leaf, resource);
        if (waiters != Cell.NONE) {
            push(waiters, Rejected.CANCELED);
        }
    }

    /* ---- Pauses ---- */

    final Promise<@Nullable Void> newPause() {
        Task<@Nullable Void> promise = new Task<>(context, true);
        if (pausedCount == paused.length) {
            paused = Arrays.copyOf(paused, pausedCount * 2);
        }
        paused[pausedCount++] = promise;
        return promise;
    }

    /** For a look at them from any thread. */
    final void addPaused(Collection<? super Pending<?>> promises) {
        for (Pending<?> pause : paused) {
            if (pause != null) {
                promises.add(pause);
            }
        }
    }

    final int paused() {
        return pausedCount;
    }

    /**
     * Fulfils the pauses made so far, oldest first; those made meanwhile wait for the next call.
     */
    final void wakePaused() {
        @Nullable Pending<?>[] batch = paused;
        int count = pausedCount;
        paused = pausedSpare;
        pausedSpare = count > KEPT_PAUSES ? new Pending<?>[KEPT_PAUSES] : batch;
        pausedCount = 0;
        Throwable error = null;
        for (int i = 0; i < count; i++) {
            Pending<?> pause = requireNonNull(batch[i]);
            batch[i] = null;
            try {
                fulfil(pause);
            } catch (Throwable t) {
                error = error == null ? t : error;
            }
        }
        if (error != null) {
            throw sneaky(error);
        }
    }

    /** Rejects the pauses that will not be fulfilled, since the loop ends. */
    final void cancelPaused() {
        for (int i = 0; i < pausedCount; i++) {
            requireNonNull(paused[i]).cancel();
        }
        Arrays.fill(paused, null);
        pausedCount = 0;
    }

    /** A number below {@code bound}; the same sequence in every run, as in Lwt. */
    final int nextRandom(int bound) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int) Long.remainderUnsigned(random, bound);
    }
}
