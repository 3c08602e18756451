/**
 * Other programs as children of this process ({@code Lwt_process}), and the signals of the system
 * ({@code Lwt_unix.on_signal}).
 *
 * <p>Applications describe a program by a {@link io.lwt4j.process.Command} and run it: for its
 * output, as a filter, or as a {@link io.lwt4j.process.Subprocess} to talk to.
 */
@NullMarked
package io.lwt4j.process;

import org.jspecify.annotations.NullMarked;
