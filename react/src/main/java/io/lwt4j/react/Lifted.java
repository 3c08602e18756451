package io.lwt4j.react;

import org.jspecify.annotations.Nullable;

/** A function of the values that nodes have. */
@FunctionalInterface
interface Lifted<A extends @Nullable Object> {

    A apply(Node[] nodes);
}
