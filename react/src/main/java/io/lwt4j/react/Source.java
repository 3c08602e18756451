package io.lwt4j.react;

import org.jspecify.annotations.Nullable;

/** A node that changes because somebody writes to it. */
sealed interface Source permits SignalNodes.Variable, EventNodes.Primitive {

    /** The step that is to come on which this is, if any. */
    @Nullable
    Step scheduled();

    void schedule(@Nullable Step step);

    /**
     * Takes part in the step that begins.
     *
     * @param put what was put on the step: the occurrence of an event, or the value that a variable
     *     had before
     * @return whether there is anything to tell
     */
    boolean commit(@Nullable Object put);

    /**
     * Has again what it had before: the step will not come.
     *
     * @return whether there is anything to tell
     */
    boolean drop(@Nullable Object put);
}
