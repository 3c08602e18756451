package io.lwt4j.react;

/**
 * An event or a signal, for what is common to both.
 *
 * <p>Thread rule: that of the {@link Graph}.
 */
public sealed interface Reactive permits Event, Signal {}
