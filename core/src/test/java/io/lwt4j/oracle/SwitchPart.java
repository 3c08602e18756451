package io.lwt4j.oracle;

import static io.lwt4j.oracle.Execution.untyped;

import io.lwt4j.Promise;
import io.lwt4j.sync.Switch;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** Switches and their hooks. */
record SwitchPart(Way way) implements Part {

    private static final Namespace.Kind<Switch> SWITCH = new Namespace.Kind<>();

    @Override
    public void addTo(Map<String, Kind> kinds) {
        kinds.put("switch", e -> e.define(SWITCH, Switch.create()));
        kinds.put("add_hook", e -> e.thing(SWITCH, 1).addHook(e.callback(2)::promise));
        kinds.put("add_hook_or_exec", this::addHookOrExec);
        kinds.put("turn_off", e -> e.define(untyped(e.thing(SWITCH, 2).turnOff())));
        kinds.put(
                "is_on",
                e -> e.emit("is_on " + e.name(1) + " = " + e.thing(SWITCH, 1).isOn()));
        kinds.put("switch_check", e -> e.thing(SWITCH, 1).check());
        kinds.put("with_switch", this::withSwitch);
    }

    private void addHookOrExec(Execution e) throws Exception {
        Switch it = e.thing(SWITCH, 2);
        Callback hook = e.callback(3);
        if (way.undo(Deviation.D1) && !it.isOn()) {
            // By the definition of the original's operation: it throws what the hook throws.
            e.define(hook.promise());
        } else {
            e.define(it.<@Nullable Object>addHookOrRun(hook::promise));
        }
    }

    private void withSwitch(Execution e) {
        Callback body = e.callback(3);
        if (way.undo(Deviation.D4)) {
            e.define(withSwitchAsDefined(e, body));
        } else {
            e.define(Switch.<@Nullable Object>withSwitch(it -> {
                e.define(SWITCH, 2, it);
                return body.promise();
            }));
        }
    }

    /** By the definition of the original's operation: the hooks can be cancelled. */
    private static Promise<@Nullable Object> withSwitchAsDefined(Execution e, Callback body) {
        Switch it = Switch.create();
        e.define(SWITCH, 2, it);
        return Finalize.AS_DEFINED.run(body::promise, it::turnOff);
    }
}
