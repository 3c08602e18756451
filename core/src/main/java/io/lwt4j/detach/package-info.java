/**
 * Work beside the loop: blocking calls on the threads of a pool ({@code Lwt_preemptive}), and
 * promises on several loops at once ({@code Lwt_domain}).
 *
 * <p>A {@link io.lwt4j.detach.WorkerPool} runs plain code that blocks or computes, and gives its
 * result to the loop as a promise. A {@link io.lwt4j.detach.LoopGroup} spreads code that itself
 * makes promises over the cores.
 *
 * <p>Null arguments are refused with a {@link NullPointerException} that names the parameter.
 */
@NullMarked
package io.lwt4j.detach;

import org.jspecify.annotations.NullMarked;
