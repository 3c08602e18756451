package io.lwt4j.oracle;

import static io.lwt4j.oracle.Execution.untyped;
import static io.lwt4j.oracle.Values.nonNull;

import io.lwt4j.sync.MVar;

import java.util.Map;

/** Boxes for one value. */
record MVarPart() implements Part {

    private static final Namespace.Kind<MVar<Object>> MVAR = new Namespace.Kind<>();

    @Override
    public void addTo(Map<String, Kind> kinds) {
        kinds.put("mvar", MVarPart::create);
        kinds.put("put", e -> e.define(untyped(e.thing(MVAR, 2).put(nonNull(e.value(3))))));
        kinds.put("take", e -> e.define(untyped(e.thing(MVAR, 2).take())));
        kinds.put("take_available", MVarPart::takeAvailable);
        kinds.put(
                "mvar_empty",
                e -> e.emit("mvar_empty " + e.name(1) + " = " + e.thing(MVAR, 1).isEmpty()));
    }

    private static void create(Execution e) {
        e.define(MVAR, e.json(2).has("none") ? MVar.empty() : MVar.of(nonNull(e.value(2))));
    }

    private static void takeAvailable(Execution e) {
        String taken = e.thing(MVAR, 1)
                .tryTake()
                .map(value -> "some(" + Values.print(value) + ")")
                .orElse("none");
        e.emit("take_available " + e.name(1) + " = " + taken);
    }
}
