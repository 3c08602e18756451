package io.lwt4j;

/**
 * What an {@link EventLoop} has done and has to do: {@link EventLoop#statistics}.
 *
 * @param turns how many turns it has begun; it has one for each time it wakes up, and for every 64
 *     tasks
 * @param tasks how many tasks and hooks it has run
 * @param queued how many tasks wait for their turn
 * @param timers how many sleeps are pending: {@code Lwt_engine.timer_count}
 * @param channels how many channels are registered with its engine: sockets, watched pipes
 */
public record LoopStatistics(long turns, long tasks, int queued, int timers, int channels) {}
