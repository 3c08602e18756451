package io.lwt4j.stream;

import org.jspecify.annotations.Nullable;

/** A place in the queue of a {@link Source}. */
final class Node {

    /** What came: an element or the {@link End}; null: nothing yet. */
    @Nullable
    Object item;

    /** The place behind this one, null as long as nothing came. Nothing comes behind an end. */
    @Nullable
    Node next;

    /** Whether any cursor has taken it. */
    boolean taken;
}
