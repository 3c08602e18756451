package io.lwt4j.oracle;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/** Work whose promise nobody keeps. */
record AsyncPart() implements Part {

    @Override
    public void addTo(Map<String, Kind> kinds) {
        kinds.put("async", e -> EventLoop.spawn(e.callback(1)::promise));
        kinds.put("dont_wait", e -> EventLoop.dontWait(e.callback(1)::promise, e.callback(2)::run));
        kinds.put("ignore_result", AsyncPart::ignoreResult);
    }

    /** The library leaves this operation out, so it is put together from others. */
    private static void ignoreResult(Execution e) throws Throwable {
        Promise<@Nullable Object> promise = e.promise(1);
        if (promise.state() instanceof Promise.State.Rejected<?> rejected) {
            throw rejected.cause();
        }
        promise.onFailure(e::hook);
    }
}
