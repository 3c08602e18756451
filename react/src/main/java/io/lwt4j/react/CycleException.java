package io.lwt4j.react;

/** A computed signal reads itself, directly or through others. */
public final class CycleException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    CycleException(Node node) {
        super(node + " depends on its own value");
    }
}
