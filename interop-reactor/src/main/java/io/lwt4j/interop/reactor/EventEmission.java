package io.lwt4j.interop.reactor;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;

import org.jspecify.annotations.Nullable;

import reactor.core.Disposable;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitResult;
import reactor.util.context.Context;

import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** Hands the occurrences of an event to a sink, one after the other. */
final class EventEmission<T> implements Flow.Subscriber<T>, Disposable {

    /* Overview. One occurrence is asked for at a time; while the sink is busy on another thread it
     * is `waiting`, and the end, if that comes meanwhile, stays behind it. All on the loop, except
     * dispose().
     */

    private final Sinks.Many<T> sink;
    private final EventLoop loop;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean disposed;

    /** The event has ended. */
    private volatile boolean over;

    /** What the sink has not taken yet. */
    private @Nullable T waiting;

    /** Emits the end. */
    private @Nullable Supplier<EmitResult> end;

    /** The error it ends with. */
    private @Nullable Throwable failure;

    EventEmission(Sinks.Many<T> sink, EventLoop loop) {
        this.sink = sink;
        this.loop = loop;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
        newSubscription.request(1);
    }

    @Override
    public void onNext(T element) {
        waiting = element;
        emit();
    }

    private void emit() {
        T element = waiting;
        EmitResult result = element == null || disposed ? null : sink.tryEmitNext(element);
        if (result == EmitResult.FAIL_NON_SERIALIZED && later(this::emit)) {
            return;
        }
        waiting = null;
        if (element != null && result != EmitResult.OK) {
            Operators.onDiscard(element, Context.empty());
        }
        if (result == EmitResult.FAIL_CANCELLED || result == EmitResult.FAIL_TERMINATED) {
            dispose();
        } else if (over) {
            emitEnd();
        } else if (!disposed) {
            requireNonNull(subscription).request(1);
        }
    }

    @Override
    public void onError(Throwable cause) {
        failure = cause;
        end(() -> sink.tryEmitError(cause));
    }

    @Override
    public void onComplete() {
        end(sink::tryEmitComplete);
    }

    private void end(Supplier<EmitResult> emission) {
        end = emission;
        over = true;
        if (waiting == null) {
            emitEnd();
        } else if (loop.isClosed()) {
            // There is no later turn.
            emit();
        }
    }

    private void emitEnd() {
        Supplier<EmitResult> emission = end;
        if (emission == null) {
            return;
        }
        EmitResult result = disposed ? EmitResult.FAIL_CANCELLED : emission.get();
        if (result == EmitResult.FAIL_NON_SERIALIZED && later(this::emitEnd)) {
            return;
        }
        end = null;
        if (failure != null && result != EmitResult.OK) {
            Operators.onErrorDropped(failure, Context.empty());
        }
    }

    private boolean later(Runnable again) {
        try {
            loop.execute(again);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    @Override
    public void dispose() {
        disposed = true;
        Flow.Subscription asked = subscription;
        if (asked != null) {
            asked.cancel();
        }
    }

    @Override
    public boolean isDisposed() {
        return disposed || over;
    }
}
