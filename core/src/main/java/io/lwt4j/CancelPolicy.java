package io.lwt4j;

/**
 * What it does to a promise when somebody who has subscribed to it cancels the subscription.
 * Promises that are {@linkplain Promise#shielded() shielded} or {@linkplain Promise#uncancellable()
 * uncancellable} need none: cancelling them does what they say.
 */
public enum CancelPolicy {

    /** Cancels the promise, whoever else waits for it: {@code Lwt.cancel}. */
    CANCEL,

    /** Lets go of the promise, which goes on: {@code Lwt.protected} for each subscriber. */
    DETACH,

    /** Cancels the promise when the last one of its subscribers has cancelled. */
    REFCOUNT
}
