/** The verification of Reactive Streams, run on every {@code Flowable} of the bridge. */
@NullMarked
package io.lwt4j.interop.rx.tck;

import org.jspecify.annotations.NullMarked;
