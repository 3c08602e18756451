/**
 * Servers over lwt4j's channels beside those of others, and the program that loads them all.
 *
 * <p>{@link io.lwt4j.load.Load} is the program: it starts each server in a process of its own,
 * loads it by one thread, and prints tables. {@link io.lwt4j.load.Servers} knows the servers.
 */
package io.lwt4j.load;
