/** Runs what the pages of the documentation show, and checks what they say. */
@NullMarked
package io.lwt4j.examples.docs;

import org.jspecify.annotations.NullMarked;
