package io.lwt4j.bridge;

/**
 * The far end of a conversion, made by hand: it does as it is told and counts what is done to it.
 */
public abstract class Source<X> {

    protected final World world;

    private int cancels;
    private int cancelsOfSecond;
    private RuntimeException thrownByCancel;
    private Runnable whenCancelled = () -> {};

    /** Whether the subscription is to be kept back until {@link #subscribe}. */
    protected boolean withheld;

    /** What is there already when somebody subscribes; null if nothing is. */
    protected Object ready;

    protected Source(World world) {
        this.world = world;
    }

    /** What is converted. */
    public abstract X subject();

    /** One element; where there is only one, also the end. */
    public abstract void next(Object value);

    /** The end, where there is one besides the only element. */
    public abstract void complete();

    public abstract void error(Throwable cause);

    /** Hands the subscription over that was kept back. */
    public void subscribe() {
        throw new UnsupportedOperationException();
    }

    /** Hands over another subscription, against all rules. */
    public void subscribeAgain() {
        throw new UnsupportedOperationException();
    }

    public final void withhold() {
        withheld = true;
    }

    public final void throwOnCancel(RuntimeException error) {
        thrownByCancel = error;
    }

    public final void whenCancelled(Runnable action) {
        whenCancelled = action;
    }

    /** The value is there before anybody subscribes. */
    public void ready(Object value) {
        ready = value;
    }

    public final void value(Object value) {
        next(value);
        complete();
    }

    /** To be called for each cancellation from the other end. */
    protected final synchronized void cancelled() {
        cancels++;
        whenCancelled.run();
        if (thrownByCancel != null) {
            throw thrownByCancel;
        }
    }

    protected final synchronized void secondCancelled() {
        cancelsOfSecond++;
    }

    /** Whether there is anything that could be cancelled. */
    public boolean isSubscribed() {
        return true;
    }

    /** Whether somebody waits for what this will say. */
    public boolean isWatched() {
        return isSubscribed();
    }

    public final synchronized int cancels() {
        return cancels;
    }

    public final synchronized int cancelsOfSecond() {
        return cancelsOfSecond;
    }
}
