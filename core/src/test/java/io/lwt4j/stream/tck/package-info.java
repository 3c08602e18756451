/** The verification of Reactive Streams, run on streams as publishers and as subscribers. */
@NullMarked
package io.lwt4j.stream.tck;

import org.jspecify.annotations.NullMarked;
