package io.lwt4j.interop.reactor;

import io.lwt4j.CancelPolicy;
import io.lwt4j.Promise;
import io.lwt4j.PromiseFollower;
import io.lwt4j.PromiseOutlet;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A sink whose one emission resolves a promise. */
final class ResolverSink<T> implements Sinks.One<T> {

    /* Overview. On another thread an emission is taken, and resolves the promise when the loop
     * comes to it. If the promise has been cancelled by then, or somebody else has resolved it, or
     * the loop was closed first, nobody can be told any more that the emission failed: so the hooks
     * for what was dropped are.
     */

    private final Resolver<@Nullable T> resolver;
    private final Promise<@Nullable T> promise;
    private final AtomicBoolean emitted = new AtomicBoolean();

    ResolverSink(Resolver<@Nullable T> resolver) {
        this.resolver = resolver;
        this.promise = resolver.promise();
    }

    @Override
    public Sinks.EmitResult tryEmitValue(@Nullable T value) {
        return tryEmit(new OfValue<>(resolver, value));
    }

    @Override
    public Sinks.EmitResult tryEmitEmpty() {
        return tryEmitValue(null);
    }

    @Override
    public Sinks.EmitResult tryEmitError(Throwable error) {
        return tryEmit(new OfError<>(resolver, error));
    }

    private Sinks.EmitResult tryEmit(Emission emission) {
        // In this order: it may be cancelled between the two questions.
        if (!promise.isPending()) {
            return promise.isCancelled() && !emitted.get()
                    ? Sinks.EmitResult.FAIL_CANCELLED
                    : Sinks.EmitResult.FAIL_TERMINATED;
        }
        if (emitted.getAndSet(true)) {
            return Sinks.EmitResult.FAIL_TERMINATED;
        }
        if (emission.start(promise)) {
            return Sinks.EmitResult.OK;
        }
        // If the loop is closed the promise stays as it is, and nobody will hear of it.
        return promise.isPending() || promise.isCancelled()
                ? Sinks.EmitResult.FAIL_CANCELLED
                : Sinks.EmitResult.FAIL_TERMINATED;
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

    /** What the loop of the promise is to do. */
    private abstract static class Emission extends PromiseFollower<@Nullable Object> {

        /** Whether the promise had an outcome, or the loop was closed, before it came to this. */
        private volatile boolean late;

        abstract boolean tryToResolve();

        abstract void drop();

        /** Whether the loop will come to this; false also if the promise has been resolved. */
        @SuppressWarnings("unchecked") // the value is not looked at
        final boolean start(Promise<?> promise) {
            follow(new PromiseOutlet<>((Promise<@Nullable Object>) promise, CancelPolicy.DETACH));
            if (late) {
                return false;
            }
            onLoop(this::emit);
            return true;
        }

        private void emit() {
            if (late || !isOnLoop() || !tryToResolve()) {
                drop();
            }
        }

        @Override
        protected final boolean observesErrors() {
            return false;
        }

        @Override
        protected final void onValue(@Nullable Object value) {
            late = true;
        }

        @Override
        protected final void onError(Throwable cause) {
            late = true;
        }
    }

    private static final class OfValue<T> extends Emission {

        private final Resolver<@Nullable T> resolver;
        private final @Nullable T value;

        OfValue(Resolver<@Nullable T> resolver, @Nullable T value) {
            this.resolver = resolver;
            this.value = value;
        }

        @Override
        @SuppressWarnings("NullAway") // Takes T for non-null, except in its JSpecify mode.
        boolean tryToResolve() {
            return resolver.tryResolve(value);
        }

        @Override
        void drop() {
            if (value != null) {
                Operators.onNextDropped(value, Context.empty());
            }
        }
    }

    private static final class OfError<T> extends Emission {

        private final Resolver<@Nullable T> resolver;
        private final Throwable error;

        OfError(Resolver<@Nullable T> resolver, Throwable error) {
            this.resolver = resolver;
            this.error = error;
        }

        @Override
        boolean tryToResolve() {
            return resolver.tryReject(error);
        }

        @Override
        void drop() {
            if (!(error instanceof CancellationException)) {
                Operators.onErrorDropped(error, Context.empty());
            }
        }
    }
}
