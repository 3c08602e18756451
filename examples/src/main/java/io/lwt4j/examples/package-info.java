/** Programs to run, read and copy from. */
@NullMarked
package io.lwt4j.examples;

import org.jspecify.annotations.NullMarked;
