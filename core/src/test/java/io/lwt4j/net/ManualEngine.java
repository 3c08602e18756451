package io.lwt4j.net;

import io.lwt4j.engine.Engine;
import io.lwt4j.engine.VirtualTimeEngine;

import java.nio.channels.SelectableChannel;

/** Knows one channel, which is ready when a test says so. */
final class ManualEngine implements Engine, Engine.Registration {

    private final VirtualTimeEngine time = new VirtualTimeEngine();
    private Handler handler;
    private int interest;
    private int changes;

    /** Lets the channel be ready for what it is watched for. */
    void ready() {
        handler.ready(interest);
    }

    /** How often somebody has said what to watch for. */
    int changes() {
        return changes;
    }

    @Override
    public int interest() {
        return interest;
    }

    @Override
    public void interest(int ops) {
        interest = ops;
        changes++;
    }

    @Override
    public Registration register(SelectableChannel channel, Handler newHandler) {
        handler = newHandler;
        return this;
    }

    @Override
    public long nanoTime() {
        return time.nanoTime();
    }

    @Override
    public void await(long timeoutNanos) {
        time.await(timeoutNanos);
    }

    @Override
    public void wakeup() {
        time.wakeup();
    }

    @Override
    public int channelCount() {
        return 0;
    }

    @Override
    public void close() {}
}
