package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Code with a stack of its own that runs a loop in turns with the loop's thread: while the one runs
 * the other waits. For libraries that let code wait for promises; {@code io.lwt4j.direct} is made
 * of it.
 *
 * <p>Inside of a guest's step everything is as in a callback of the loop: its promises may be made,
 * used and cancelled, {@link EventLoop#current()} finds it, and no other code of it runs. A step
 * goes like this:
 *
 * <ul>
 *   <li>the loop's thread calls {@link #lend} with an action that lets the guest's thread go on,
 *       and that returns when that thread has stopped again;
 *   <li>the guest's thread calls {@link #enter}, does its work, and calls {@link #leave}, or
 *       {@link #exit} for the last time.
 * </ul>
 *
 * <p>The values of {@link PromiseLocal}s are the guest's own: none at first, and kept between
 * steps. Only inside of a guest can they be {@linkplain PromiseLocal#set set}.
 *
 * <p>Thread rule: said at each method. Whoever extends this class sees to it that the two threads
 * hand over to each other in such a way that what one did is visible to the other. Cancellation is
 * their affair, too.
 */
public abstract class LoopGuest {

    /* Overview. LoopCore.owner says who may run the loop. A thread reads it without further ado,
     * and must never find itself there without being the one. So whoever gives the loop away takes
     * its own name out first: then the last thing it knows of the field is not itself, and of what
     * others write there it may see as much or as little as it likes.
     */

    private final EventLoop loop;

    /** The guest's promise-local values between its steps. */
    private Context values;

    /** The thread that knows, by its thread-local, that it runs the loop. */
    private @Nullable Thread known;

    /**
     * Makes a guest without any promise-local values. Any thread.
     *
     * @param loop the loop to be run in turns
     */
    protected LoopGuest(EventLoop loop) {
        this.loop = requireNonNull(loop, "loop");
        this.values = loop.base;
    }

    /**
     * The guest that the calling thread is running. Any thread.
     *
     * @return the guest; null if this is a loop's own thread, or that of no loop
     */
    public static @Nullable LoopGuest current() {
        return LoopCore.current().guest;
    }

    /**
     * Has an action run at the start and at the end of each turn from now on, before all
     * {@linkplain EventLoop#turnStartHooks hooks}, which users may take out. The loop's thread
     * only.
     *
     * @param loop the loop
     * @param action what to do
     * @throws LoopThreadException on any other thread
     */
    protected static void eachTurn(EventLoop loop, Runnable action) {
        requireNonNull(action, "action");
        loop.enter("LoopGuest.eachTurn");
        loop.addGuestHook(action);
    }

    /**
     * Lets this guest run the loop until an action has returned. The loop's own thread only, and in
     * a task or a hook, not in a callback of a promise. To the loop it is a task like any other:
     * timers and channels get their turn between many of them.
     *
     * @param handOver lets the guest's thread go on and waits until it stops
     * @throws LoopThreadException on any other thread
     * @throws IllegalStateException inside of a callback or of a guest
     */
    protected final void lend(Runnable handOver) {
        loop.enter("LoopGuest.lend");
        if (loop.guest != null || loop.isInCallback()) {
            throw new IllegalStateException("LoopGuest.lend: " + loop
                    + " cannot be lent by a callback or a guest; use loop.execute(...)");
        }
        Thread own = loop.owner;
        Context before = loop.context;
        // What is bound to a value lives on the thread.
        loop.restore(loop.base);
        loop.countStep();
        loop.owner = null;
        try {
            handOver.run();
        } finally {
            loop.owner = own;
            loop.restore(before);
            LoopCore.remember(loop);
        }
    }

    /**
     * Begins to run the loop. The guest's thread only, while the loop's own is in {@link #lend};
     * always the same thread.
     */
    protected final void enter() {
        Thread thread = Thread.currentThread();
        loop.owner = thread;
        if (known == thread) {
            LoopCore.remember(loop);
        } else {
            LoopCore.swapCurrent(loop);
            known = thread;
        }
        loop.restore(values);
        loop.guest = this;
    }

    /**
     * Makes sure that this guest may {@linkplain #leave() leave} here. The guest's thread only,
     * inside of a step.
     *
     * @param operation what is tried, for the message
     * @throws IllegalStateException in a callback that this guest has called
     */
    protected final void checkMayLeave(String operation) {
        if (loop.isInCallback()) {
            throw new IllegalStateException(operation + ": this is a callback of a promise, and"
                    + " nothing else could be called back until it returns; let it return a promise"
                    + " instead of waiting for one");
        }
    }

    /**
     * Makes sure that this guest may {@linkplain #leave() leave} here until a promise is resolved.
     * The guest's thread only, inside of a step.
     *
     * @param operation what is tried, for the message
     * @param promise the promise
     * @throws IllegalStateException in a callback that this guest has called
     * @throws LoopThreadException if the promise is pending and of another loop
     */
    protected final void checkMayWait(String operation, Promise<?> promise) {
        checkMayLeave(operation);
        if (promise.real() instanceof Pending<?> pending && pending.isOpen()) {
            pending.context.loop.enter(operation);
        }
    }

    /** Stops running the loop, for the time being. The guest's thread only. */
    protected final void leave() {
        values = loop.context;
        loop.restore(loop.base);
        loop.guest = null;
        loop.owner = null;
    }

    /** Stops running the loop for good. The guest's thread only, which is as it was before. */
    protected final void exit() {
        leave();
        values = loop.base;
        known = null;
        LoopCore.swapCurrent(null);
    }
}
