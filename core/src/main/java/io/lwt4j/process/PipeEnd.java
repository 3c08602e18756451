package io.lwt4j.process;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.engine.Engine;
import io.lwt4j.io.ByteSink;
import io.lwt4j.io.ByteSource;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;

/** The end of a pipe to a process that stays here, watched by the engine of the loop. */
final class PipeEnd implements ByteSource, ByteSink, Engine.Handler {

    /**
     * So much is moved without asking the engine. A process that writes as fast as we read would
     * else keep timers and all other channels from their turn.
     */
    private static final int AT_ONCE = 16;

    private final SelectableChannel channel;
    private final Transfer transfer;
    private final int op;
    private final Engine.Registration registration;

    private int movedAtOnce;
    private @Nullable Wait waiting;
    private boolean closed;

    /** Moves bytes, 0 of them if that is not possible now. */
    @FunctionalInterface
    private interface Transfer {
        int move(ByteBuffer buffer) throws IOException;
    }

    private PipeEnd(SelectableChannel channel, int op, Transfer transfer) throws IOException {
        this.channel = channel;
        this.op = op;
        this.transfer = transfer;
        this.registration = EventLoop.current().engine().register(channel, this);
    }

    /** The end of the current loop of a pipe in non-blocking mode. */
    static ByteSource of(Pipe.SourceChannel source) throws IOException {
        return new PipeEnd(source, SelectionKey.OP_READ, source::read);
    }

    /** The end of the current loop of a pipe in non-blocking mode. */
    static ByteSink of(Pipe.SinkChannel sink) throws IOException {
        return new PipeEnd(sink, SelectionKey.OP_WRITE, sink::write);
    }

    @Override
    public Promise<Integer> read(ByteBuffer into) {
        return move(into);
    }

    @Override
    public Promise<Integer> write(ByteBuffer from) {
        return move(from);
    }

    private Promise<Integer> move(ByteBuffer buffer) {
        if (movedAtOnce < AT_ONCE) {
            try {
                int count = transfer.move(buffer);
                if (count != 0) {
                    movedAtOnce++;
                    return Promise.of(count);
                }
            } catch (IOException e) {
                return Promise.failed(e);
            }
        }
        if (closed) {
            return Promise.failed(new AsynchronousCloseException());
        }
        Wait wait = new Wait(buffer);
        waiting = wait;
        watch();
        return wait.resolver.promise();
    }

    /** Lets what is there be moved at once, however much has been. */
    void anew() {
        movedAtOnce = 0;
    }

    private void watch() {
        if (registration.interest() != op) {
            registration.interest(op);
        }
    }

    @Override
    public void ready(int readyOps) {
        movedAtOnce = 0;
        Wait wait = waiting;
        if (wait == null) {
            // Nobody has waited since the last time; who does asks again.
            registration.interest(0);
            return;
        }
        try {
            int count = transfer.move(wait.buffer);
            if (count != 0) {
                waiting = null;
                wait.resolver.resolve(count);
            }
        } catch (IOException e) {
            waiting = null;
            wait.resolver.reject(e);
        }
    }

    @Override
    public void closed() {
        EventLoop.spawn(this::close);
    }

    @Override
    public Promise<@Nullable Void> close() {
        if (closed) {
            return Promise.unit();
        }
        closed = true;
        Promise<@Nullable Void> done = Promise.wrap(() -> {
            channel.close();
            return null;
        });
        Wait wait = waiting;
        if (wait != null) {
            waiting = null;
            wait.resolver.reject(new AsynchronousCloseException());
        }
        return done;
    }

    /** A read or write that waits. */
    private final class Wait {

        private final ByteBuffer buffer;
        private final Resolver<Integer> resolver = Resolver.cancellable();

        Wait(ByteBuffer buffer) {
            this.buffer = buffer;
            resolver.promise().onCancel(() -> {
                if (waiting == this) {
                    waiting = null;
                }
            });
        }
    }
}
