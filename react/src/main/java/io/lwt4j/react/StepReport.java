package io.lwt4j.react;

/**
 * What a step did, for {@link Graph#onStep}.
 *
 * @param number the time of the step in its graph; later steps have greater ones
 * @param visited how many nodes were visited
 * @param observed how many observers are to be told
 * @param nanos how long it took until all nodes were up to date, in nanoseconds
 */
public record StepReport(long number, int visited, int observed, long nanos) {}
