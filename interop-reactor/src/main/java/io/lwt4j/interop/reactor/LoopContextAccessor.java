package io.lwt4j.interop.reactor;

import io.lwt4j.PromiseLocal;
import io.micrometer.context.ContextAccessor;
import io.micrometer.context.ThreadLocalAccessor;

import org.jspecify.annotations.Nullable;

import reactor.util.context.Context;
import reactor.util.context.ContextView;

import java.util.Map;
import java.util.function.Predicate;

/**
 * Makes promise-local values known to Micrometer's context propagation, which finds this by itself.
 * As a source or target of contexts, a {@linkplain PromiseLocal#capture snapshot} stands for the
 * Reactor {@linkplain ReactorBridge#context() context} in it; and where contexts are propagated,
 * the promise-local values themselves go along like a thread-local.
 *
 * <p>Thread rule: any thread. Cancellation plays no part.
 */
public final class LoopContextAccessor
        implements ContextAccessor<PromiseLocal.Snapshot, PromiseLocal.Snapshot>,
                ThreadLocalAccessor<PromiseLocal.Snapshot> {

    /** For the library that finds this. */
    public LoopContextAccessor() {}

    /* ---- Snapshots as contexts ---- */

    @Override
    public Class<PromiseLocal.Snapshot> readableType() {
        return PromiseLocal.Snapshot.class;
    }

    @Override
    public void readValues(
            PromiseLocal.Snapshot source,
            Predicate<Object> keyPredicate,
            Map<Object, Object> readValues) {
        context(source).stream()
                .filter(entry -> keyPredicate.test(entry.getKey()))
                .forEach(entry -> readValues.put(entry.getKey(), entry.getValue()));
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // as it is declared
    public <T> @Nullable T readValue(PromiseLocal.Snapshot source, Object key) {
        return context(source).getOrDefault(key, null);
    }

    @Override
    public Class<PromiseLocal.Snapshot> writeableType() {
        return PromiseLocal.Snapshot.class;
    }

    @Override
    public PromiseLocal.Snapshot writeValues(
            Map<Object, Object> values, PromiseLocal.Snapshot target) {
        return target.with(Contexts.KEY, Context.of(context(target)).putAllMap(values));
    }

    private static ContextView context(PromiseLocal.Snapshot values) {
        ContextView context = values.get(Contexts.KEY);
        return context == null ? Context.empty() : context;
    }

    /* ---- The values in force, like a thread-local ---- */

    @Override
    public Object key() {
        return Contexts.PROMISE_LOCALS;
    }

    @Override
    public PromiseLocal.@Nullable Snapshot getValue() {
        PromiseLocal.Snapshot values = PromiseLocal.capture();
        return values.isEmpty() ? null : values;
    }

    @Override
    public void setValue(PromiseLocal.Snapshot values) {
        values.install();
    }

    @Override
    public void setValue() {
        PromiseLocal.Snapshot.empty().install();
    }
}
