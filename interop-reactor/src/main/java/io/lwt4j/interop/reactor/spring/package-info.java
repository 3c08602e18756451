/** Promises, streams, events and signals in controllers of Spring WebFlux, configured by itself. */
@NullMarked
package io.lwt4j.interop.reactor.spring;

import org.jspecify.annotations.NullMarked;
