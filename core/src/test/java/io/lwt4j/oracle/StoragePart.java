package io.lwt4j.oracle;

import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** Values that follow the callbacks. */
final class StoragePart implements Part {

    private final Namespace<PromiseLocal<Bound>> keys = new Namespace<>();

    /** Around every value: null is the value unit here, and "not bound" in the library. */
    private record Bound(@Nullable Object value) {}

    @Override
    public void addTo(Map<String, Kind> kinds) {
        kinds.put("new_key", e -> keys.define(e.name(1), PromiseLocal.create()));
        kinds.put("with_value", this::withValue);
        kinds.put("get", this::get);
    }

    private void withValue(Execution e) throws Exception {
        PromiseLocal<Bound> key = keys.get(e.name(2));
        Bound bound = e.json(3).has("none") ? null : new Bound(e.value(3));
        Callback body = e.callback(4);
        Promise<@Nullable Object> promise = key.with(bound, () -> body.promise());
        e.define(promise);
    }

    private void get(Execution e) {
        Bound bound = keys.get(e.name(1)).get();
        String shown = bound == null ? "none" : "some(" + Values.print(bound.value()) + ")";
        e.emit("get " + e.name(1) + " = " + shown);
    }
}
