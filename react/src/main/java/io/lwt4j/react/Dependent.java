package io.lwt4j.react;

import org.jspecify.annotations.Nullable;

/**
 * An entry in the list of those who are told when a {@link Node} changes: a node itself if that is
 * all it depends on, else an {@link Edge} to it.
 */
abstract class Dependent {

    /** The one before; of the first one, the last one. */
    @Nullable
    Dependent previous;

    @Nullable
    Dependent next;
}
