package io.lwt4j.oracle;

import static io.lwt4j.oracle.Execution.untyped;

import io.lwt4j.EventLoop;

import java.util.Map;

/** Paused promises, woken by the program itself and never by a turn of the loop. */
record PausePart() implements Part {

    @Override
    public void addTo(Map<String, Kind> kinds) {
        kinds.put("pause", e -> e.define(untyped(EventLoop.pause())));
        kinds.put("run_paused", e -> EventLoop.current().runPaused());
        kinds.put("paused_count", e -> e.emit("paused = " + EventLoop.current().pausedCount()));
    }
}
