/** Conversions between the types of lwt4j and those of Project Reactor. */
@NullMarked
package io.lwt4j.interop.reactor;

import org.jspecify.annotations.NullMarked;
