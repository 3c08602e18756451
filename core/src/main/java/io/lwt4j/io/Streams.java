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

    /** Closes a stream, which may block, on behalf of a loop. */
    static Promise<@Nullable Void> close(EventLoop loop, Closeable stream) {
        Resolver<@Nullable Void> done = Resolver.uncancellable();
        execute(() -> {
            try {
                stream.close();
                tell(loop, () -> ChannelCore.tell(done));
            } catch (IOException | RuntimeException e) {
                tell(loop, () -> done.reject(e));
            }
        });
        return done.promise();
    }

    /** Closes a stream that nobody has closed before its loop ends. */
    static Hooks.Registration closeAtEnd(EventLoop loop, Closeable stream) {
        return loop.onClose(() -> execute(() -> {
            try {
                stream.close();
            } catch (IOException | RuntimeException e) {
                loop.report(e);
            }
        }));
    }

    /** Has a loop do something, if it has not ended. */
    static void tell(EventLoop loop, Runnable action) {
        loop.execute(action, loopEnded -> {});
    }
}
