/** What no test may leave behind: descriptors, threads, processes. */
package io.lwt4j.leaks;
