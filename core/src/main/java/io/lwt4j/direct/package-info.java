/**
 * Code in direct style, which waits for promises as other code waits for a lock
 * ({@code Lwt_direct}).
 *
 * <p>{@link io.lwt4j.direct.Direct} is all there is to see: {@code spawn} begins a task, and inside
 * of one {@code await} returns the value of a promise.
 *
 * <p>Null arguments are refused with a {@link NullPointerException} that names the parameter.
 */
@NullMarked
package io.lwt4j.direct;

import org.jspecify.annotations.NullMarked;
