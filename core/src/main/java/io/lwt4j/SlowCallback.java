package io.lwt4j;

import java.time.Duration;
import java.util.List;

/**
 * A callback that keeps its loop from everything else: {@link EventLoop.Builder#onSlowCallback}.
 *
 * @param loop the name of the loop
 * @param soFar for how long it has run when it was noticed, at least; it runs on
 * @param stack where the loop's thread was then, innermost call first
 */
public record SlowCallback(String loop, Duration soFar, List<StackTraceElement> stack) {

    /**
     * Copies the list.
     *
     * @param loop the name of the loop
     * @param soFar for how long it has run
     * @param stack where the loop's thread was
     */
    public SlowCallback {
        stack = List.copyOf(stack);
    }
}
