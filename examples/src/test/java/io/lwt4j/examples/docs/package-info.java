/** Runs what the pages of the documentation show, and checks what they say. */
package io.lwt4j.examples.docs;
