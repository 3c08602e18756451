/** The verification of Reactive Streams, run on what the bridge publishes and subscribes with. */
@NullMarked
package io.lwt4j.interop.reactor.tck;

import org.jspecify.annotations.NullMarked;
