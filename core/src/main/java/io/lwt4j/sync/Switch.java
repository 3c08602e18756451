package io.lwt4j.sync;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Promises;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Turns things off together: {@code Lwt_switch}. Whoever opens something adds a hook that closes
 * it; whoever turns the switch off need not know what there is to close. For work that goes on in
 * the background, and for hooks that have to wait for each other, see {@link Scope}.
 *
 * <p>Thread rule: a switch belongs to the loop that uses it first; elsewhere its methods throw
 * {@link io.lwt4j.LoopThreadException}. Only {@link #isOn} and {@link #check} do not check this;
 * what they say elsewhere may be out of date.
 */
public final class Switch {

    /** The loop that uses this switch; null before any does. */
    private @Nullable EventLoop loop;

    /** Newest first; null once the switch is off. */
    private @Nullable Deque<Callable<? extends Promise<?>>> hooks = new ArrayDeque<>();

    private Switch() {}

    /**
     * Makes a switch that is on: {@code Lwt_switch.create}. Any thread.
     *
     * @return the switch
     */
    public static Switch create() {
        return new Switch();
    }

    /**
     * Runs code with a new switch, which is turned off when the promise of the code is resolved,
     * whatever its outcome: {@code Lwt_switch.with_switch}. The result waits for the hooks; an
     * error of a hook takes the place of the outcome.
     *
     * <p>Cancelling the result cancels the promise of the code. It never cancels the hooks.
     *
     * @param body makes the promise
     * @param <T> the type of the value
     * @return the promise of the outcome
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static <T extends @Nullable Object> Promise<T> withSwitch(
            CheckedFunction<? super Switch, ? extends Promise<T>> body) {
        requireNonNull(body, "body");
        Switch fresh = create();
        fresh.enter("Switch.withSwitch");
        return Calls.<T>call(() -> body.apply(fresh)).eventually(fresh::turnOff);
    }

    /**
     * Turns this switch off: {@code Lwt_switch.turn_off}. All hooks are started now, the one added
     * last first, and run at the same time. If some fail, the promise is rejected when all have
     * ended, with the error that came first. If the switch is off already, nothing happens, and the
     * promise is fulfilled.
     *
     * <p>Cancelling the promise cancels the promises of the hooks.
     *
     * @return the promise of the end of all hooks
     */
    public Promise<@Nullable Void> turnOff() {
        List<Promise<?>> ends = new ArrayList<>();
        for (Callable<? extends Promise<?>> hook : takeHooks("Switch.turnOff")) {
            ends.add(Calls.callAny(hook));
        }
        return Promise.join(ends);
    }

    /**
     * Turns this switch off, but each hook is started only when the one before it has ended. The
     * promise cannot be cancelled.
     *
     * @param onError hears of every error
     */
    Promise<@Nullable Void> turnOffInTurn(Consumer<Throwable> onError) {
        return Promises.forEachSequentially(
                        takeHooks("Scope"),
                        hook -> Calls.callAny(hook).fold(done -> Promise.unit(), error -> {
                            onError.accept(error);
                            return Promise.unit();
                        }))
                .uncancellable();
    }

    private Deque<Callable<? extends Promise<?>>> takeHooks(String operation) {
        enter(operation);
        Deque<Callable<? extends Promise<?>>> taken = hooks;
        hooks = null;
        return taken == null ? new ArrayDeque<>() : taken;
    }

    /**
     * Whether this switch is on: {@code Lwt_switch.is_on}. It is off already while its hooks run.
     *
     * @return whether hooks can be added
     */
    public boolean isOn() {
        return hooks != null;
    }

    /**
     * Makes sure that this switch is on: {@code Lwt_switch.check}.
     *
     * @throws SwitchOffException if it is off
     */
    public void check() {
        if (hooks == null) {
            throw new SwitchOffException("this switch is off");
        }
    }

    /**
     * Adds something to do when this switch is turned off: {@code Lwt_switch.add_hook}.
     *
     * @param hook makes the promise of the end of it
     * @throws SwitchOffException if this switch is off; see {@link #addHookOrRun}
     */
    public void addHook(Callable<? extends Promise<?>> hook) {
        requireNonNull(hook, "hook");
        enter("Switch.addHook");
        if (hooks == null) {
            throw new SwitchOffException(
                    "this switch is off, so the hook would never run; addHookOrRun runs it now");
        }
        hooks.addFirst(hook);
    }

    /**
     * Adds something to do when this switch is turned off, or does it now if it is off already:
     * {@code Lwt_switch.add_hook_or_exec}.
     *
     * @param hook makes the promise of the end of it
     * @param <T> the type of the value, which hooks have no use for
     * @return the very promise of the hook if it runs now; else one fulfilled with null
     */
    @SuppressWarnings("unchecked") // A promise of T, and one of null, is one of T or null.
    public <T extends @Nullable Object> Promise<@Nullable T> addHookOrRun(
            Callable<? extends Promise<T>> hook) {
        requireNonNull(hook, "hook");
        enter("Switch.addHookOrRun");
        if (hooks == null) {
            return (Promise<@Nullable T>) Calls.call(hook);
        }
        hooks.addFirst(hook);
        return (Promise<@Nullable T>) Promise.unit();
    }

    private void enter(String operation) {
        EventLoop owner = loop;
        if (owner == null || owner.isClosed()) {
            loop = EventLoop.current();
        } else {
            owner.checkCurrent(operation);
        }
    }
}
