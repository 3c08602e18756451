package io.lwt4j.sync;

import static io.lwt4j.sync.Nothing.nothing;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CanceledException;
import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.LoopThreadException;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.WaitQueue;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Owns work that runs at the same time: when the promise of a scope is resolved, nothing of what
 * was begun in it is still under way. Lwt has no such thing; a {@link Switch} is the part of it
 * that turns things off.
 *
 * <pre>{@code
 * Promise<Page> page = Scope.failFast(scope -> {
 *     scope.onClose(connection::close);
 *     Promise<User> user = scope.fork(() -> loadUser());
 *     Promise<List<Order>> orders = scope.fork(() -> loadOrders());
 *     return Promise.both(user, orders, Page::new);
 * });
 * }</pre>
 *
 * <p><b>Life.</b> A scope is open while the promise of its body is pending. It is closed when that
 * is resolved, or the result is cancelled, or, if it is a {@linkplain #failFast fail-fast} one, a
 * child fails. Then, one after the other,
 *
 * <ul>
 *   <li>the body and all children that are still pending are cancelled, in the order they were
 *       begun, and waited for: those that cannot be cancelled, or that clean up, take their time;
 *   <li>the hooks run, the one added last first, each when the one before it has ended;
 *   <li>the result is resolved.
 * </ul>
 *
 * So a body that wants the results of its children waits for them, or for {@link #join}.
 *
 * <p><b>Errors.</b> The first error in time, of the body, a child or a hook, is the one the result
 * is rejected with; the others are added to it as suppressed ones. A child that is cancelled has
 * not failed, so children may be raced by {@link Promise#pick}.
 *
 * <p><b>Cancellation.</b> Cancelling the result does not reject it: it closes the scope, as above,
 * and only then does the result become cancelled, whatever the body and the children made of it;
 * unless one of them or a hook fails, which is not to be lost. Once the scope is closing,
 * cancelling the result has no effect.
 *
 * <p>Thread rule: a scope belongs to the loop it is made on; elsewhere its methods throw
 * {@link LoopThreadException}. Only {@link #isOpen} does not check this; what it says elsewhere may
 * be out of date.
 */
public final class Scope {

    /* Overview. The result is
     *
     *     closing.fold(close, close).flatMap(outcome)
     *
     * where `closing` is fulfilled when the scope is to close, and cancelled when the result is: it
     * is the leaf that cancelling the result finds. close() cancels what is pending and waits for
     * `quiet`, which is fulfilled when the body and all children have ended.
     *
     * A child's end is noted in a continuation of its promise, before whoever waits for the child
     * hears of it: so a failure cancels the others first, as pick does. `quiet` and the promises of
     * join() on the other hand are fulfilled by resolve, which leaves their callbacks to the end of
     * the outermost resolution: when all who waited for the child have run.
     */

    /** What has been forked and not ended yet. */
    private static final class Child {
        final boolean daemon;

        /** Null as long as the code of the child is making it. */
        @Nullable
        Promise<?> promise;

        Child(boolean daemon) {
            this.daemon = daemon;
        }
    }

    private final EventLoop loop = EventLoop.current();
    private final boolean failFast;
    private final Switch hooks = Switch.create();

    private final Resolver<@Nullable Void> closing = Resolver.cancellable();
    private final Resolver<@Nullable Void> quiet = Resolver.uncancellable();
    private boolean open = true;
    private boolean cancelled;

    /** Null as long as the code of the body is making it. */
    private @Nullable Promise<?> body;

    private boolean bodyEnded;
    private final Set<Child> children = new LinkedHashSet<>();

    /** How many of the children are no daemons, and who waits for their end. */
    private int awaited;

    private final WaitQueue<@Nullable Void, @Nullable Void> joining = WaitQueue.create();

    private @Nullable Throwable error;
    private final Set<Throwable> errors = Collections.newSetFromMap(new IdentityHashMap<>());

    private Scope(boolean failFast) {
        this.failFast = failFast;
    }

    /* ---- Making ---- */

    /**
     * Runs code in a new scope, where one failure is the failure of all: the first child that fails
     * closes the scope, which cancels the body and the other children.
     *
     * @param body makes the promise of the value; what it throws is its failure
     * @param <T> the type of the value
     * @return the promise of the value, or of the first error, once everything has ended
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T extends @Nullable Object> Promise<T> failFast(
            CheckedFunction<? super Scope, ? extends Promise<T>> body) {
        return new Scope(true).run(requireNonNull(body, "body"));
    }

    /**
     * Runs code in a new scope, where failures are collected: a child that fails disturbs neither
     * the body nor the other children. The result is rejected in the end, also if the body
     * succeeds.
     *
     * @param body makes the promise of the value; what it throws is its failure
     * @param <T> the type of the value
     * @return the promise of the value, or of the first error, once everything has ended
     * @throws LoopThreadException if the calling thread runs no loop
     */
    public static <T extends @Nullable Object> Promise<T> collect(
            CheckedFunction<? super Scope, ? extends Promise<T>> body) {
        return new Scope(false).run(requireNonNull(body, "body"));
    }

    private <T extends @Nullable Object> Promise<T> run(
            CheckedFunction<? super Scope, ? extends Promise<T>> code) {
        Promise<@Nullable Void> closed = closing.promise().fold(done -> close(), canceled -> {
            cancelled = true;
            return close();
        });
        Promise<T> promise = Calls.call(() -> code.apply(this));
        body = promise;
        if (!open) {
            promise.cancel();
        }
        promise.fold(value -> bodyEnded(null), this::bodyEnded);
        return closed.flatMap(done -> outcome(promise));
    }

    private <T extends @Nullable Object> Promise<T> outcome(Promise<T> promise) {
        if (error != null) {
            return Promise.failed(error);
        }
        return cancelled ? Promise.failed(CanceledException.instance()) : promise;
    }

    /* ---- Inside ---- */

    /**
     * Begins work that belongs to this scope; its code runs now.
     *
     * <p>Cancelling the promise cancels the child alone. A failure of it reaches the result of the
     * scope, whether somebody looks at the promise or not.
     *
     * @param child makes the promise; what it throws is its failure
     * @param <X> the type of the value
     * @return the promise of the child; rejected with {@link SwitchOffException}, and the code not
     *     run, if this scope is closed
     */
    public <X extends @Nullable Object> Promise<X> fork(Callable<? extends Promise<X>> child) {
        return start("Scope.fork", requireNonNull(child, "child"), false);
    }

    /**
     * Like {@link #fork}, for work that goes on until it is cancelled, such as a heartbeat:
     * {@link #join} does not wait for it.
     *
     * @param child makes the promise; what it throws is its failure
     * @param <X> the type of the value
     * @return the promise of the child; rejected with {@link SwitchOffException}, and the code not
     *     run, if this scope is closed
     */
    public <X extends @Nullable Object> Promise<X> forkDaemon(
            Callable<? extends Promise<X>> child) {
        return start("Scope.forkDaemon", requireNonNull(child, "child"), true);
    }

    private <X extends @Nullable Object> Promise<X> start(
            String operation, Callable<? extends Promise<X>> code, boolean daemon) {
        loop.checkCurrent(operation);
        if (!open) {
            return Promise.failed(new SwitchOffException(
                    operation + ": this scope is closed and takes no more work"));
        }
        Child child = new Child(daemon);
        children.add(child);
        awaited += daemon ? 0 : 1;
        Promise<X> promise = Calls.call(code);
        child.promise = promise;
        if (!open) {
            promise.cancel();
        }
        return promise.fold(
                value -> {
                    ended(child);
                    return promise;
                },
                failure -> {
                    failed(child, failure);
                    return promise;
                });
    }

    /**
     * Waits until no child is pending: neither those forked so far, nor those that they fork. Only
     * {@linkplain #forkDaemon daemons} are not waited for. How the children end does not matter
     * here; their failures reach the result of the scope. A child must not wait for it, since it
     * would wait for itself.
     *
     * <p>Cancelling the promise ends the waiting and nothing else.
     *
     * @return the promise of their end
     */
    public Promise<@Nullable Void> join() {
        loop.checkCurrent("Scope.join");
        // A child's end may have made somebody else fork before this hears of it.
        return awaited == 0 ? Promise.unit() : joining.add(nothing()).flatMap(done -> join());
    }

    /**
     * Adds something to do when this scope is closed and its children have ended. A failure of it
     * keeps no other hook from running, and reaches the result of the scope. It cannot be
     * cancelled.
     *
     * @param hook makes the promise of the end of it
     * @throws SwitchOffException if the hooks of this scope are running or have run
     */
    public void onClose(Callable<? extends Promise<?>> hook) {
        requireNonNull(hook, "hook");
        loop.checkCurrent("Scope.onClose");
        if (!hooks.isOn()) {
            throw new SwitchOffException(
                    "Scope.onClose: this scope is closed, so the hook would never run");
        }
        hooks.addHook(hook);
    }

    /**
     * Closes this scope as cancelling its result does. If it is closing already, what is still
     * pending is cancelled once more: that reaches what a child has begun since.
     */
    public void cancel() {
        loop.checkCurrent("Scope.cancel");
        if (open) {
            closing.promise().cancel();
        } else {
            cancelPending();
        }
    }

    /**
     * Whether this scope takes more work.
     *
     * @return whether {@link #fork} runs its code
     */
    public boolean isOpen() {
        return open;
    }

    /* ---- The end ---- */

    private Promise<@Nullable Void> bodyEnded(@Nullable Throwable failure) {
        if (failure != null) {
            note(failure);
        }
        bodyEnded = true;
        beginToClose();
        quietIfSo();
        return Promise.unit();
    }

    private void failed(Child child, Throwable failure) {
        note(failure);
        if (failFast && !(failure instanceof CanceledException)) {
            beginToClose();
        }
        ended(child);
    }

    private void ended(Child child) {
        if (children.remove(child) && !child.daemon && --awaited == 0) {
            joining.resolveAll(nothing());
        }
        quietIfSo();
    }

    private void quietIfSo() {
        if (!open && bodyEnded && children.isEmpty() && quiet.promise().isPending()) {
            quiet.resolve(nothing());
        }
    }

    private void beginToClose() {
        if (open) {
            open = false;
            closing.resolveNow(nothing());
        }
    }

    private Promise<@Nullable Void> close() {
        open = false;
        cancelPending();
        quietIfSo();
        return quiet.promise()
                .<@Nullable Void>flatMap(done -> hooks.turnOffInTurn(this::note))
                .uncancellable();
    }

    private void cancelPending() {
        if (body != null) {
            body.cancel();
        }
        for (Child child : List.copyOf(children)) {
            if (child.promise != null) {
                child.promise.cancel();
            }
        }
    }

    /** Cancellation is no error: it is what became of what this scope or somebody else stopped. */
    private void note(Throwable failure) {
        if (failure instanceof CanceledException || !errors.add(failure)) {
            return;
        }
        if (error == null) {
            error = failure;
        } else {
            error.addSuppressed(failure);
        }
    }
}
