/** Conversions between the types of lwt4j and those of RxJava 3. */
@NullMarked
package io.lwt4j.interop.rx;

import org.jspecify.annotations.NullMarked;
