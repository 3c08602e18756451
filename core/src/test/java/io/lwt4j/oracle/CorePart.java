package io.lwt4j.oracle;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** Promises, resolvers, chaining, callbacks, cancellation. */
record CorePart(Finalize finalization) implements Part {

    @Override
    public void addTo(Map<String, Kind> kinds) {
        addPromises(kinds);
        addChaining(kinds);
        addBarriers(kinds);
        addCallbacks(kinds);
        addResolving(kinds);
        kinds.put("log", e -> e.emit("log " + Values.print(e.value(1))));
        kinds.put("state", CorePart::state);
    }

    private static void addPromises(Map<String, Kind> kinds) {
        kinds.put("wait", e -> e.define(Resolver.<@Nullable Object>uncancellable()));
        kinds.put("task", e -> e.define(Resolver.<@Nullable Object>cancellable()));
        kinds.put("return", e -> e.define(Promise.of(e.value(2))));
        kinds.put("fail", e -> e.define(Promise.<@Nullable Object>failed(e.exception(2))));
    }

    private void addChaining(Map<String, Kind> kinds) {
        kinds.put("bind", e -> e.define(e.promise(2).flatMap(e.callback(3)::promise)));
        kinds.put("map", e -> e.define(e.promise(2).map(e.callback(3)::value)));
        kinds.put("catch", e -> e.define(body(e.callback(2)).recover(e.callback(3)::promise)));
        kinds.put("try_bind", CorePart::tryBind);
        kinds.put("finalize", this::runFinalize);
    }

    private void runFinalize(Execution e) {
        Callback body = e.callback(2);
        Callback cleanup = e.callback(3);
        e.define(finalization.run(body::promise, cleanup::promise));
    }

    private static void tryBind(Execution e) {
        Callback onValue = e.callback(3);
        Callback onError = e.callback(4);
        e.define(body(e.callback(2)).fold(onValue::promise, onError::promise));
    }

    private static Promise<@Nullable Object> body(Callback callback) {
        return Promise.apply(callback::promise);
    }

    private static void addBarriers(Map<String, Kind> kinds) {
        kinds.put("protected", e -> e.define(e.promise(2).shielded()));
        kinds.put("no_cancel", e -> e.define(e.promise(2).uncancellable()));
        kinds.put("wrap_in_cancelable", e -> e.define(e.promise(2).cancellableView()));
    }

    private static void addCallbacks(Map<String, Kind> kinds) {
        kinds.put("on_success", e -> e.promise(1).onSuccess(e.callback(2)::run));
        kinds.put("on_failure", e -> e.promise(1).onFailure(e.callback(2)::run));
        kinds.put("on_termination", e -> e.promise(1).onTermination(e.callback(2)::run));
        kinds.put("on_any", e -> e.promise(1).onAny(e.callback(2)::run, e.callback(3)::run));
        kinds.put("on_cancel", e -> e.promise(1).onCancel(e.callback(2)::run));
    }

    private static void addResolving(Map<String, Kind> kinds) {
        kinds.put("wakeup", e -> e.resolver(1).resolveNow(e.value(2)));
        kinds.put("wakeup_exn", e -> e.resolver(1).rejectNow(e.exception(2)));
        kinds.put("wakeup_later", e -> e.resolver(1).resolve(e.value(2)));
        kinds.put("wakeup_later_exn", e -> e.resolver(1).reject(e.exception(2)));
        kinds.put("cancel", e -> e.promise(1).cancel());
    }

    private static void state(Execution e) {
        e.emit("state " + e.name(1) + " = " + Values.printState(e.promise(1)));
    }
}
