package io.lwt4j.interop.reactor;

import io.lwt4j.CancelPolicy;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.PromiseFollower;
import io.lwt4j.PromiseOutlet;

import org.jspecify.annotations.Nullable;

import reactor.core.Disposable;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** Hands the outcome of a promise to a sink. */
abstract class OutcomeEmitter<T> extends PromiseFollower<@Nullable T> implements Disposable {

    private volatile boolean over;

    private OutcomeEmitter() {}

    abstract void value(@Nullable T value);

    abstract void error(Throwable cause);

    @SuppressWarnings("unchecked") // nobody writes
    final Disposable begin(Promise<? extends @Nullable T> promise) {
        follow(new PromiseOutlet<>((Promise<@Nullable T>) promise, CancelPolicy.CANCEL));
        return this;
    }

    @Override
    protected final void onValue(@Nullable T value) {
        over = true;
        value(value);
    }

    @Override
    protected final void onError(Throwable cause) {
        over = true;
        error(cause);
    }

    @Override
    public final void dispose() {
        abandon();
    }

    @Override
    public final boolean isDisposed() {
        return over || isAbandoned();
    }

    static <T> Disposable into(Promise<? extends @Nullable T> promise, MonoSink<T> sink) {
        OutcomeEmitter<T> emitter = new OutcomeEmitter<>() {
            @Override
            void value(@Nullable T value) {
                sink.success(value);
            }

            @Override
            void error(Throwable cause) {
                sink.error(cause);
            }
        };
        sink.onCancel(emitter);
        return emitter.begin(promise);
    }

    static <T> Disposable into(Promise<? extends @Nullable T> promise, Sinks.One<T> sink) {
        return new OutcomeEmitter<T>() {
            @Override
            void value(@Nullable T value) {
                Sinks.EmitResult result = emit(
                        () -> value == null ? sink.tryEmitEmpty() : sink.tryEmitValue(value),
                        () -> value(value));
                if (result == Sinks.EmitResult.FAIL_CANCELLED) {
                    Operators.onDiscard(value, Context.empty());
                } else if (result.isFailure() && value != null) {
                    Operators.onNextDropped(value, Context.empty());
                }
            }

            @Override
            void error(Throwable cause) {
                if (emit(() -> sink.tryEmitError(cause), () -> error(cause)).isFailure()) {
                    Operators.onErrorDropped(cause, Context.empty());
                }
            }
        }.begin(promise);
    }

    /**
     * Emits. While somebody else is doing so, a loop tries again when it comes to it, which counts
     * as done; other threads try until they succeed.
     */
    private static Sinks.EmitResult emit(Supplier<Sinks.EmitResult> emission, Runnable again) {
        Sinks.EmitResult result = emission.get();
        while (result == Sinks.EmitResult.FAIL_NON_SERIALIZED) {
            if (EventLoop.isLoopThread()) {
                try {
                    EventLoop.current().execute(again);
                    return Sinks.EmitResult.OK;
                } catch (RejectedExecutionException closed) {
                    // It holds nothing up any more.
                }
            }
            Thread.onSpinWait();
            result = emission.get();
        }
        return result;
    }
}
