package io.lwt4j.bridge;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/** The near end of a conversion: who gets what comes of it, writes it down, and may give up. */
public abstract class Observer {

    protected final World world;
    public final List<Signal> heard = new CopyOnWriteArrayList<>();

    /** What was heard elsewhere than on the loop. */
    final List<Signal> elsewhere = new CopyOnWriteArrayList<>();

    /** Whether it asks for everything at once; else it waits for {@link #request}. */
    protected boolean greedy = true;

    private RuntimeException thrown;
    private volatile Runnable canceller;
    private volatile boolean impatient;

    protected Observer(World world) {
        this.world = world;
    }

    /** An observer that has callbacks only: it subscribes with them, and gets the way to cancel. */
    public static Observer ofCallbacks(
            World world, Function<Consumer<Signal>, Runnable> subscribe) {
        return new Observer(world) {
            @Override
            public void start() {
                subscribed(subscribe.apply(this::hear));
            }
        };
    }

    public abstract void start();

    /** Gives up; if there is nothing to be given up yet, as soon as there is. */
    public void cancel() {
        Runnable way = canceller;
        if (way == null) {
            impatient = true;
        } else {
            way.run();
        }
    }

    /** To be called with the way to give up. */
    protected final void subscribed(Runnable way) {
        canceller = way;
        if (impatient) {
            way.run();
        }
    }

    public void request(long n) {
        throw new UnsupportedOperationException();
    }

    public final void askForNothing() {
        greedy = false;
    }

    public final void throwOnValue(RuntimeException error) {
        thrown = error;
    }

    protected final void hear(Signal signal) {
        heard.add(signal);
        if (!world.loop.isCurrent()) {
            elsewhere.add(signal);
        }
        RuntimeException error = thrown;
        thrown = null;
        if (error != null) {
            throw error;
        }
    }
}
