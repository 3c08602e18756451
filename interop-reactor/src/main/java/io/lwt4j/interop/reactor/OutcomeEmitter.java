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
import reactor.core.publisher.Sinks.EmitResult;
import reactor.util.context.Context;

import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
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
                emit(
                        () -> value == null ? sink.tryEmitEmpty() : sink.tryEmitValue(value),
                        failed -> {
                            if (failed == EmitResult.FAIL_CANCELLED) {
                                Operators.onDiscard(value, Context.empty());
                            } else if (value != null) {
                                Operators.onNextDropped(value, Context.empty());
                            }
                        });
            }

            @Override
            void error(Throwable cause) {
                emit(
                        () -> sink.tryEmitError(cause),
                        failed -> Operators.onErrorDropped(cause, Context.empty()));
            }
        }.begin(promise);
    }

    /** Emits; as long as somebody else is emitting, tries again when the loop comes to it. */
    final void emit(Supplier<EmitResult> emission, Consumer<EmitResult> failed) {
        EmitResult result = emission.get();
        while (result == EmitResult.FAIL_NON_SERIALIZED) {
            if (isOnLoop() && later(() -> emit(emission, failed))) {
                return;
            }
            Thread.onSpinWait();
            result = emission.get();
        }
        if (result.isFailure()) {
            failed.accept(result);
        }
    }

    private static boolean later(Runnable again) {
        try {
            EventLoop.current().execute(again);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }
}
