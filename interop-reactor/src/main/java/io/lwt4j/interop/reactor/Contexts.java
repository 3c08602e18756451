package io.lwt4j.interop.reactor;

import io.lwt4j.PromiseLocal;

import reactor.core.publisher.Hooks;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** The subscriber's context as a promise-local value. */
final class Contexts {

    /** Where the automatic propagation of contexts is on, thread-locals follow the value. */
    static final PromiseLocal<ContextView> KEY = PromiseLocal.create((ContextView context) ->
            Hooks.isAutomaticContextPropagationEnabled() ? ThreadLocals.set(context) : () -> {});

    /** Where contexts hold promise-local values that are propagated like a thread-local. */
    static final Object PROMISE_LOCALS = "io.lwt4j.promise-locals";

    private Contexts() {}

    /** A context without promise-local values, among which it may be itself. */
    static ContextView withoutPromiseLocals(ContextView context) {
        return context.hasKey(PROMISE_LOCALS)
                ? Context.of(context).delete(PROMISE_LOCALS)
                : context;
    }

    /** The context for a subscriber of ours, here and now. */
    static Context current() {
        ContextView context = KEY.get();
        return context == null ? Context.empty() : Context.of(context);
    }

    /** The promise-local values here and now, with a subscriber's context among them. */
    static PromiseLocal.Snapshot of(Context context) {
        PromiseLocal.Snapshot here = PromiseLocal.capture();
        return context.isEmpty() && here.get(KEY) == null
                ? here
                : here.with(KEY, withoutPromiseLocals(context));
    }
}
