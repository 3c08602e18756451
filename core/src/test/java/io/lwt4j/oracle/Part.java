package io.lwt4j.oracle;

import java.util.Map;

/**
 * The statements of one part of the format. An instance serves one run of one program, and may keep
 * what the program defines.
 */
interface Part {

    /** What one kind of statement does. What it throws goes to the trace. */
    @FunctionalInterface
    interface Kind {
        void execute(Execution e) throws Throwable;
    }

    void addTo(Map<String, Kind> kinds);
}
