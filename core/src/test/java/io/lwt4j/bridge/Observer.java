package io.lwt4j.bridge;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The near end of a conversion: who gets what comes of it, writes it down, and may give up. */
public abstract class Observer {

    protected final World world;
    public final List<Signal> heard = new CopyOnWriteArrayList<>();

    /** What was heard elsewhere than on the loop. */
    final List<Signal> elsewhere = new CopyOnWriteArrayList<>();

    /** Whether it asks for everything at once; else it waits for {@link #request}. */
    protected boolean greedy = true;

    private RuntimeException thrown;

    protected Observer(World world) {
        this.world = world;
    }

    public abstract void start();

    public abstract void cancel();

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
        if (thrown != null) {
            throw thrown;
        }
    }
}
