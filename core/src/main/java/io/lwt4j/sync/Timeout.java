package io.lwt4j.sync;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedRunnable;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/**
 * Does something when nothing has happened for some time: {@code Lwt_timeout}. Made to be restarted
 * very often, by a connection for each message, say: that costs no more than reading the clock.
 *
 * <pre>{@code
 * Timeout idle = Timeout.create(Duration.ofSeconds(30), connection::abort);
 * idle.start(); // and again for each message
 * }</pre>
 *
 * <p>It fires once for a start, not before its time is over, and a little later at most, as
 * {@link EventLoop#sleep} does. (In Lwt it may be a second late, and the time is a whole number of
 * seconds.) It is no promise: nothing waits for it, and instead of being cancelled it is
 * {@linkplain #stop stopped}. For a limit to one promise see {@link EventLoop#withTimeout}.
 *
 * <p>Once its loop is closed it does not run any more, and cannot be started.
 *
 * <p>Thread rule: a timeout belongs to the loop it is made on; elsewhere its methods throw
 * {@link io.lwt4j.LoopThreadException}. Only {@link #isRunning} does not check this; what it says
 * elsewhere may be out of date.
 */
public final class Timeout {

    /* Overview. A start only moves `deadline`. The timer that is under way is left alone if it
     * fires before that: it will find that it came too early, and sleep for the rest. So there is
     * at most one timer per duration, however many starts.
     */

    private final EventLoop loop = EventLoop.current();
    private final CheckedRunnable action;
    private long nanos;

    private boolean running;
    private long deadline;

    /** The timer under way; null if there is none. It fires at {@code timerDeadline}. */
    private @Nullable Promise<@Nullable Void> timer;

    private long timerDeadline;

    private Timeout(Duration duration, CheckedRunnable action) {
        this.nanos = positive(duration);
        this.action = action;
    }

    /**
     * Makes a timeout of the current loop that is not running: {@code Lwt_timeout.create}.
     *
     * @param duration the time
     * @param action what to do when it is over; what it throws reaches the loop's handler
     * @return the timeout
     * @throws IllegalArgumentException if the time is zero or negative
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static Timeout create(Duration duration, CheckedRunnable action) {
        return new Timeout(requireNonNull(duration, "duration"), requireNonNull(action, "action"));
    }

    private static long positive(Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("a timeout of " + duration + " is not positive");
        }
        return Clock.nanos(duration);
    }

    /** Starts the time, or starts it again if it is running: {@code Lwt_timeout.start}. */
    public void start() {
        loop.checkCurrent("Timeout.start");
        long now = loop.engine().nanoTime();
        running = true;
        deadline = now + nanos;
        if (timer != null && timerDeadline - deadline > 0) {
            dropTimer();
        }
        if (timer == null) {
            sleep(now);
        }
    }

    private void sleep(long now) {
        timerDeadline = deadline;
        Promise<@Nullable Void> sleep = loop.timer(Duration.ofNanos(deadline - now));
        timer = sleep;
        sleep.onAny(over -> fired(), canceled -> {
            // By the end of the loop, unless it has been dropped here.
            if (timer == sleep) {
                timer = null;
                running = false;
            }
        });
    }

    private void fired() throws Exception {
        timer = null;
        long now = loop.engine().nanoTime();
        if (deadline - now > 0) {
            sleep(now);
        } else {
            running = false;
            action.run();
        }
    }

    private void dropTimer() {
        Promise<?> dropped = timer;
        timer = null;
        if (dropped != null) {
            dropped.cancel();
        }
    }

    /** Stops the time if it is running: {@code Lwt_timeout.stop}. Nothing of it stays behind. */
    public void stop() {
        loop.checkCurrent("Timeout.stop");
        running = false;
        dropTimer();
    }

    /**
     * Changes the time, and starts it again if it is running: {@code Lwt_timeout.change}.
     *
     * @param duration the new time
     * @throws IllegalArgumentException if it is zero or negative; then nothing changes
     */
    public void change(Duration duration) {
        loop.checkCurrent("Timeout.change");
        nanos = positive(requireNonNull(duration, "duration"));
        if (running) {
            start();
        }
    }

    /**
     * Whether the time is running; it is not any more while the action runs.
     *
     * @return whether the action is still to come
     */
    public boolean isRunning() {
        return running;
    }
}
