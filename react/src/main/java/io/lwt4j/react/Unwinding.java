package io.lwt4j.react;

/** Ends functions that have read one another too deep; they run again when more is known. */
final class Unwinding extends Error {

    private static final long serialVersionUID = 1L;

    Unwinding() {
        super("a computed signal must not catch this", null, false, false);
    }
}
