package io.lwt4j.examples.dashboard;

import java.util.List;

/**
 * What a page begins with, so that it is not empty.
 *
 * @param figures the figures of the last moments, the oldest first
 * @param alarms the last alarms, the oldest first
 */
record History(List<Figures> figures, List<Alarm> alarms) {}
