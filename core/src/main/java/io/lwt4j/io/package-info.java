/**
 * Buffered channels of bytes and text, and files ({@code Lwt_io}, and those of {@code Lwt_unix}).
 *
 * <p>Applications read from an {@link io.lwt4j.io.InputChannel} and write to an
 * {@link io.lwt4j.io.OutputChannel}. A channel stands on a {@link io.lwt4j.io.ByteSource} or a
 * {@link io.lwt4j.io.ByteSink}, which are small enough to be written for anything that yields or
 * takes bytes; for sockets see {@code io.lwt4j.net}. Files are {@link io.lwt4j.io.AsyncFiles} as a
 * whole and {@link io.lwt4j.io.AsyncFile} in parts.
 */
@NullMarked
package io.lwt4j.io;

import org.jspecify.annotations.NullMarked;
