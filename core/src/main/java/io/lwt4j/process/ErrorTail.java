package io.lwt4j.process;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.ByteSource;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.time.Duration;

/** The last of what a process writes to its error output, for messages; the rest is dropped. */
final class ErrorTail {

    private static final int SIZE = 8 << 10;

    /** So many reads take more than a process that has ended can have left in a pipe. */
    private static final int REST = 16;

    /** How long threads that block may take to bring the rest of a process that has ended. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final ByteSource source;
    private final Charset charset;
    private final ByteBuffer buffer = ByteBuffer.allocate(SIZE);
    private final byte[] ring = new byte[SIZE];

    /** How many bytes there have been. */
    private long total;

    private Promise<Integer> reading = Promise.of(0);
    private Promise<@Nullable Void> end = Promise.unit();

    ErrorTail(ByteSource source, Charset charset) {
        this.source = source;
        this.charset = charset;
    }

    void start() {
        end = drained();
    }

    /** An error of the pipe is its end, too: this is for messages only. */
    private Promise<@Nullable Void> drained() {
        return next().recover(error -> Promise.unit());
    }

    private Promise<@Nullable Void> next() {
        reading = source.read(buffer.clear());
        return reading.flatMap(count -> {
            if (count < 0) {
                return Promise.unit();
            }
            keep(count);
            return next();
        });
    }

    private void keep(int count) {
        for (int i = 0; i < count; i++) {
            ring[(int) ((total + i) % SIZE)] = buffer.get(i);
        }
        total += count;
    }

    /**
     * The process has ended: takes what it has left, and waits for nothing else. Children of it may
     * have the pipe open for long.
     */
    Promise<@Nullable Void> finish() {
        if (source instanceof PipeSource pipe) {
            reading.cancel();
            takeRest(pipe);
        }
        return Promise.<@Nullable Void>pick(EventLoop.sleep(PATIENCE), end)
                .<@Nullable Void>fold(done -> source.close(), error -> source.close())
                .recover(error -> Promise.unit());
    }

    /** Takes what is there; somebody else who writes on must not hold us up. */
    private void takeRest(PipeSource pipe) {
        try {
            for (int i = 0; i < REST; i++) {
                int count = pipe.takeNow(buffer.clear());
                if (count <= 0) {
                    return;
                }
                keep(count);
            }
        } catch (IOException e) {
            // As the end of it.
        }
    }

    String text() {
        int count = (int) Math.min(total, SIZE);
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = ring[(int) ((total - count + i) % SIZE)];
        }
        return new String(bytes, charset);
    }
}
