/**
 * What an event loop stands on: a clock, a way to wait, and readiness of channels
 * ({@code Lwt_engine}).
 *
 * <p>Applications meet this package when they choose an engine for a loop:
 * {@link io.lwt4j.engine.NioEngine} (the default), {@link io.lwt4j.engine.VirtualTimeEngine} for
 * tests, or a {@link io.lwt4j.engine.Host} to live on a foreign thread.
 */
@NullMarked
package io.lwt4j.engine;

import org.jspecify.annotations.NullMarked;
