package io.lwt4j.io;

import io.lwt4j.EventLoop;
import io.lwt4j.Hooks;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;

/** A stream of Java as the source of a channel. */
final class StreamSource implements ByteSource {

    private final EventLoop loop = EventLoop.current();
    private final StreamReader reader;
    private final Streams.@Nullable Owned owned;
    private @Nullable Wait waiting;

    /**
     * Makes a source.
     *
     * @param owned whether the stream is to be closed with the channel, or with the loop
     */
    StreamSource(StreamReader reader, boolean owned) {
        this.reader = reader;
        this.owned = owned ? new Streams.Owned(loop, reader::close) : null;
    }

    @Override
    public Promise<Integer> read(ByteBuffer into) {
        int count;
        try {
            count = reader.take(into);
        } catch (IOException e) {
            return Promise.failed(e);
        }
        if (count != 0) {
            return Promise.of(count);
        }
        Wait wait = new Wait(into);
        waiting = wait;
        reader.await(wait);
        return wait.resolver.promise();
    }

    @Override
    public Promise<@Nullable Void> close() {
        Wait wait = waiting;
        if (wait != null) {
            wait.over();
            wait.resolver.reject(new AsynchronousCloseException());
        }
        return owned == null ? Promise.unit() : owned.close();
    }

    /** A read that waits for the thread. */
    private final class Wait implements Runnable {

        private final ByteBuffer into;
        private final Resolver<Integer> resolver = Resolver.cancellable();
        private final Hooks.Registration loopEnds;

        Wait(ByteBuffer into) {
            this.into = into;
            loopEnds = loop.onClose(() -> resolver.tryReject(new AsynchronousCloseException()));
            resolver.promise().onCancel(this::over);
        }

        /** Called by the thread. */
        @Override
        public void run() {
            Streams.tell(loop, this::serve);
        }

        private void serve() {
            if (waiting != this) {
                return;
            }
            try {
                int count = reader.take(into);
                if (count == 0) {
                    // Another loop was quicker.
                    reader.await(this);
                    return;
                }
                over();
                resolver.resolve(count);
            } catch (IOException e) {
                over();
                resolver.reject(e);
            }
        }

        private void over() {
            if (waiting == this) {
                waiting = null;
            }
            loopEnds.close();
            reader.forget(this);
        }
    }
}
