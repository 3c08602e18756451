package io.lwt4j.oracle;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The parts of the format that can be run. A case that needs another one is skipped as "later"; to
 * run such cases, write the part and add it here.
 */
final class Parts {

    /** By the names that cases use. */
    static final Set<String> SUPPORTED = Set.of("core", "concurrent", "pause", "storage", "async");

    private Parts() {}

    /** All kinds of statements by op, for one run. */
    static Map<String, Part.Kind> kinds(Finalize finalize) {
        Map<String, Part.Kind> kinds = new HashMap<>();
        new CorePart(finalize).addTo(kinds);
        new ConcurrentPart().addTo(kinds);
        new PausePart().addTo(kinds);
        new StoragePart().addTo(kinds);
        new AsyncPart().addTo(kinds);
        return kinds;
    }
}
