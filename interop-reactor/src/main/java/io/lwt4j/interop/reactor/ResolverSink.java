package io.lwt4j.interop.reactor;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A sink whose one emission resolves a promise. */
final class ResolverSink<T> implements Sinks.One<T> {

    private final Resolver<@Nullable T> resolver;
    private final Promise<@Nullable T> promise;
    private final AtomicBoolean emitted = new AtomicBoolean();

    ResolverSink(Resolver<@Nullable T> resolver) {
        this.resolver = resolver;
        this.promise = resolver.promise();
    }

    @Override
    @SuppressWarnings("NullAway") // Takes T for non-null, except in its JSpecify mode.
    public Sinks.EmitResult tryEmitValue(@Nullable T value) {
        return tryEmit(() -> resolver.resolve(value));
    }

    @Override
    public Sinks.EmitResult tryEmitEmpty() {
        return tryEmitValue(null);
    }

    @Override
    public Sinks.EmitResult tryEmitError(Throwable error) {
        return tryEmit(() -> resolver.reject(error));
    }

    private Sinks.EmitResult tryEmit(Runnable emission) {
        if (promise.isCancelled() && !emitted.get()) {
            return Sinks.EmitResult.FAIL_CANCELLED;
        }
        if (!promise.isPending() || emitted.getAndSet(true)) {
            return Sinks.EmitResult.FAIL_TERMINATED;
        }
        try {
            emission.run();
        } catch (RejectedExecutionException closed) {
            // The promise stays as it is, and nobody will hear of it.
            return Sinks.EmitResult.FAIL_CANCELLED;
        }
        return Sinks.EmitResult.OK;
    }

    @Override
    public void emitValue(@Nullable T value, Sinks.EmitFailureHandler failureHandler) {
        Sinks.EmitResult result = tryEmitValue(value);
        while (result.isFailure() && failureHandler.onEmitFailure(SignalType.ON_NEXT, result)) {
            result = tryEmitValue(value);
        }
        if (value != null && result == Sinks.EmitResult.FAIL_CANCELLED) {
            Operators.onDiscard(value, Context.empty());
        } else if (value != null && result.isFailure()) {
            Operators.onNextDropped(value, Context.empty());
        }
    }

    @Override
    public void emitEmpty(Sinks.EmitFailureHandler failureHandler) {
        Sinks.EmitResult result = tryEmitEmpty();
        while (result.isFailure() && failureHandler.onEmitFailure(SignalType.ON_COMPLETE, result)) {
            result = tryEmitEmpty();
        }
    }

    @Override
    public void emitError(Throwable error, Sinks.EmitFailureHandler failureHandler) {
        Sinks.EmitResult result = tryEmitError(error);
        while (result.isFailure() && failureHandler.onEmitFailure(SignalType.ON_ERROR, result)) {
            result = tryEmitError(error);
        }
        if (result.isFailure()) {
            Operators.onErrorDropped(error, Context.empty());
        }
    }

    /** Not known: a promise does not count who waits for it. */
    @Override
    public int currentSubscriberCount() {
        return 0;
    }

    @Override
    public Mono<T> asMono() {
        return ReactorBridge.toMono(promise);
    }

    @Override
    @SuppressWarnings("rawtypes") // as it is declared
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.TERMINATED) {
            return !promise.isPending();
        }
        return key == Attr.CANCELLED ? promise.isCancelled() : null;
    }
}
