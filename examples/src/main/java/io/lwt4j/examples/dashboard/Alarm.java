package io.lwt4j.examples.dashboard;

/**
 * The spread has crossed the threshold.
 *
 * @param moment when
 * @param raised whether it is above now; else the alarm is over
 * @param spread the spread of that moment
 * @param threshold the threshold at that moment
 */
record Alarm(long moment, boolean raised, double spread, double threshold) {}
