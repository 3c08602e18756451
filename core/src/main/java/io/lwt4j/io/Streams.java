package io.lwt4j.io;

import io.lwt4j.EventLoop;
import io.lwt4j.Hooks;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The threads that block in streams of Java: as many as there are streams somebody waits for, since
 * each of them may block for ever. They end when they have had nothing to do for a while.
 */
final class Streams {

    private static final AtomicInteger COUNT = new AtomicInteger();

    /** How much goes from one thread to another at once, which costs as much as copying it. */
    static final int CHUNK = 64 << 10;

    private static final Executor THREADS = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "lwt4j-stream-" + COUNT.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });

    private Streams() {}

    /** Runs code that may block. */
    static void execute(Runnable task) {
        THREADS.execute(task);
    }

    /** Has a loop do something, if it has not ended. */
    static void tell(EventLoop loop, Runnable action) {
        loop.execute(action, loopEnded -> {});
    }

    /** A stream that is closed with its channel, or else as the loop ends. */
    static final class Owned {

        private final EventLoop loop;
        private final Closeable stream;
        private final Hooks.Registration atEnd;

        Owned(EventLoop loop, Closeable stream) {
            this.loop = loop;
            this.stream = stream;
            this.atEnd = loop.onClose(() -> execute(() -> closeStream(() -> {}, loop::report)));
        }

        /** Closes it, on another thread since that may block. */
        Promise<@Nullable Void> close() {
            atEnd.close();
            Resolver<@Nullable Void> done = Resolver.uncancellable();
            execute(() -> closeStream(
                    () -> tell(loop, () -> ChannelCore.tell(done)),
                    cause -> tell(loop, () -> done.reject(cause))));
            return done.promise();
        }

        private void closeStream(Runnable closed, Consumer<Exception> failed) {
            try {
                stream.close();
                closed.run();
            } catch (IOException | RuntimeException e) {
                failed.accept(e);
            }
        }
    }
}
