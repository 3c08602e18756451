package io.lwt4j.oracle;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The parts of the format that can be run. A case that needs another one is skipped as "later"; to
 * run such cases, write the part and add it here.
 */
final class Parts {

    private static final Map<String, Function<Finalize, Part>> BY_NAME = Map.of(
            "core", CorePart::new,
            "concurrent", unused -> new ConcurrentPart(),
            "pause", unused -> new PausePart(),
            "storage", unused -> new StoragePart(),
            "async", unused -> new AsyncPart());

    private Parts() {}

    static boolean support(Set<String> names) {
        return BY_NAME.keySet().containsAll(names);
    }

    /** All kinds of statements by op, for one run. */
    static Map<String, Part.Kind> kinds(Finalize finalization) {
        Map<String, Part.Kind> kinds = new HashMap<>();
        BY_NAME.values().forEach(part -> part.apply(finalization).addTo(kinds));
        return kinds;
    }
}
