package io.lwt4j;

import io.lwt4j.engine.Engine;
import io.lwt4j.engine.Host;

import java.nio.channels.SelectableChannel;

/** The engine of a hosted loop: the host waits, so this never does. */
final class HostEngine implements Engine {

    private final Host host;
    private final long origin;

    HostEngine(Host host) {
        this.host = host;
        this.origin = host.nanoTime();
    }

    @Override
    public long nanoTime() {
        return host.nanoTime() - origin;
    }

    @Override
    public void await(long timeoutNanos) {}

    @Override
    public void wakeup() {}

    @Override
    public int channelCount() {
        return 0;
    }

    @Override
    public boolean watchesChannels() {
        return false;
    }

    @Override
    public Registration register(SelectableChannel channel, Handler handler) {
        throw new UnsupportedOperationException("a hosted loop watches no channels: use the host's"
                + " own, or a loop with a NioEngine beside it");
    }

    @Override
    public void close() {}
}
