/**
 * What code that runs one callback at a time still has to share: locks, conditions, pools, scopes
 * ({@code Lwt_mutex}, {@code Lwt_condition}, {@code Lwt_mvar}, {@code Lwt_pool},
 * {@code Lwt_switch}, {@code Lwt_throttle}, {@code Lwt_timeout}).
 *
 * <p>No thread ever waits here: whoever has to wait gets a pending promise. An object of this
 * package belongs to the loop that uses it first; on any other thread its methods throw
 * {@link io.lwt4j.LoopThreadException}. A promise that waits for its turn and is cancelled leaves
 * its place at once, and nothing of it stays. Who waits longest comes first.
 *
 * <p>Null arguments are refused with a {@link NullPointerException} that names the parameter.
 */
@NullMarked
package io.lwt4j.sync;

import org.jspecify.annotations.NullMarked;
