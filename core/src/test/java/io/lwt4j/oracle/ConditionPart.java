package io.lwt4j.oracle;

import io.lwt4j.Promise;
import io.lwt4j.sync.Condition;
import io.lwt4j.sync.Mutex;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** Conditions. */
record ConditionPart(Way way) implements Part {

    private static final Namespace.Kind<Condition<@Nullable Object>> CONDITION =
            new Namespace.Kind<>();

    @Override
    public void addTo(Map<String, Kind> kinds) {
        kinds.put("cond", e -> e.define(CONDITION, Condition.create()));
        kinds.put("cond_wait", this::await);
        kinds.put("signal", e -> e.thing(CONDITION, 1).signal(e.value(2)));
        kinds.put("broadcast", e -> e.thing(CONDITION, 1).broadcast(e.value(2)));
        kinds.put("broadcast_exn", e -> e.thing(CONDITION, 1).broadcastFailure(e.exception(2)));
    }

    private void await(Execution e) {
        Condition<@Nullable Object> condition = e.thing(CONDITION, 2);
        if (e.json(3).isNull()) {
            e.define(condition.await());
            return;
        }
        Mutex mutex = e.thing(MutexPart.MUTEX, 3);
        e.define(
                way.undo(Deviation.D7) ? awaitAsDefined(condition, mutex) : condition.await(mutex));
    }

    /** By the definition of the original's operation: locking again can be cancelled. */
    private static Promise<@Nullable Object> awaitAsDefined(
            Condition<@Nullable Object> condition, Mutex mutex) {
        Promise<@Nullable Object> waiter = condition.await();
        mutex.unlock();
        return Finalize.AS_DEFINED.run(() -> waiter, mutex::lock);
    }
}
