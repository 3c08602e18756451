package io.lwt4j.oracle;

import static io.lwt4j.oracle.Execution.untyped;

import io.lwt4j.sync.Mutex;

import java.util.Map;

/** Locks. */
record MutexPart() implements Part {

    static final Namespace.Kind<Mutex> MUTEX = new Namespace.Kind<>();

    @Override
    public void addTo(Map<String, Kind> kinds) {
        kinds.put("mutex", e -> e.define(MUTEX, Mutex.create()));
        kinds.put("lock", e -> e.define(untyped(e.thing(MUTEX, 2).lock())));
        kinds.put("unlock", e -> e.thing(MUTEX, 1).unlock());
        kinds.put("with_lock", e -> e.define(e.thing(MUTEX, 2).withLock(e.callback(3)::promise)));
        kinds.put("mutex_info", MutexPart::info);
    }

    private static void info(Execution e) {
        Mutex mutex = e.thing(MUTEX, 1);
        e.emit("mutex " + e.name(1) + " = locked:" + mutex.isLocked() + " empty:"
                + !mutex.hasWaiters());
    }
}
