/**
 * Streams that are read element by element: {@code Lwt_stream}, {@code Lwt_seq} and
 * {@code Lwt_retry}.
 */
@NullMarked
package io.lwt4j.stream;

import org.jspecify.annotations.NullMarked;
