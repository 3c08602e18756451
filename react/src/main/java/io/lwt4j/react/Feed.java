package io.lwt4j.react;

import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

/**
 * What an {@link Intake} has made of a publisher.
 *
 * <p>Thread rule: that of the {@link Graph} of the node. Cancellation: cancelling {@code done}, or
 * stopping the node, cancels the subscription and does the other.
 *
 * @param node the event or the signal; it is stopped when the publisher has ended
 * @param done fulfilled with null when the publisher completes, rejected with the very error it
 *     fails with
 * @param <N> {@link Event} or {@link Signal} of the elements
 */
public record Feed<N>(N node, Promise<@Nullable Void> done) {}
