package io.lwt4j.oracle;

import java.util.List;

/**
 * What a program printed.
 *
 * @param trace the lines
 * @param shared how many of them there were when the original first did what {@link Deviation#D5}
 *     does away with; more than all if it never did
 */
record Run(List<String> trace, int shared) {}
