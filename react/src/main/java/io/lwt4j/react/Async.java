package io.lwt4j.react;

/** Operators with promises. */
public final class Async {
    private Async() {}
}
