/** Threads let loose on one thing, many times over, and the table of what came of it. */
@org.jspecify.annotations.NullMarked
package io.lwt4j.race;
