/** A chat server on channels, and a client for the terminal. */
@NullMarked
package io.lwt4j.examples.chat;

import org.jspecify.annotations.NullMarked;
