package io.lwt4j.oracle;

import static java.util.Map.entry;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The parts of the format that can be run. A case that needs another one is skipped as "later"; to
 * run such cases, write the part and add it here.
 */
final class Parts {

    private static final Map<String, BiFunction<Way, Runnable, Part>> BY_NAME = Map.ofEntries(
            entry("core", (way, shared) -> new CorePart(way.finalization())),
            entry("concurrent", (way, shared) -> new ConcurrentPart()),
            entry("pause", (way, shared) -> new PausePart()),
            entry("storage", (way, shared) -> new StoragePart()),
            entry("async", (way, shared) -> new AsyncPart()),
            entry("mutex", (way, shared) -> new MutexPart()),
            entry("condition", (way, shared) -> new ConditionPart(way)),
            entry("mvar", (way, shared) -> new MVarPart()),
            entry("pool", (way, shared) -> new PoolPart(way)),
            entry("switch", (way, shared) -> new SwitchPart(way)),
            entry("stream", (way, shared) -> new StreamPart(way.streams().apply(shared))));

    private Parts() {}

    static boolean support(Set<String> names) {
        return BY_NAME.keySet().containsAll(names);
    }

    /** All kinds of statements by op, for one run; {@code shared} is for {@link Way#streams}. */
    static Map<String, Part.Kind> kinds(Way way, Runnable shared) {
        Map<String, Part.Kind> kinds = new HashMap<>();
        BY_NAME.values().forEach(part -> part.apply(way, shared).addTo(kinds));
        return kinds;
    }
}
