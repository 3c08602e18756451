package io.lwt4j.io;

import static java.util.Objects.requireNonNull;

import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A pipe in memory: what is written to one channel can be read from the other. {@code Lwt_io.pipe}
 * without the system's help, and so for one loop only.
 *
 * <p>The pipe itself keeps nothing: a write waits in the buffer of the output channel until the
 * reader wants it, so a writer that waits for its promises is as fast as the reader. When the
 * output is closed the reader sees the end of the input after all that was written; when the input
 * is closed, writes are rejected with {@link IOException}, as of a broken pipe.
 *
 * <p>Null rule: nothing may be null. Thread rule: that of the channels.
 *
 * @param input the end to read from
 * @param output the end to write to
 */
public record Pipe(InputChannel input, OutputChannel output) {

    /**
     * Refuses null.
     *
     * @param input the end to read from
     * @param output the end to write to
     */
    public Pipe {
        requireNonNull(input, "input");
        requireNonNull(output, "output");
    }

    /**
     * Makes a pipe.
     *
     * @return a pipe of the current loop
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static Pipe open() {
        return open(ChannelOptions.defaults());
    }

    /**
     * Makes a pipe of one's own liking.
     *
     * @param options how both of its channels are to behave
     * @return a pipe of the current loop
     * @throws io.lwt4j.LoopThreadException if the calling thread runs no loop
     */
    public static Pipe open(ChannelOptions options) {
        Meeting meeting = new Meeting();
        return new Pipe(
                InputChannel.of(meeting.new Source(), options),
                OutputChannel.of(meeting.new Sink(), options));
    }

    /** Where the two ends meet: at most one of them waits. */
    private static final class Meeting {

        private @Nullable Resolver<@Nullable Void> reader;

        /** What the writer offers, while it waits. */
        private @Nullable ByteBuffer offered;

        private @Nullable Resolver<Integer> writer;
        private boolean ended;
        private boolean broken;

        private void wakeReader() {
            Resolver<@Nullable Void> waiting = reader;
            reader = null;
            if (waiting != null) {
                ChannelCore.tell(waiting);
            }
        }

        private final class Source implements NonBlockingSource {

            @Override
            public int readNow(ByteBuffer into) {
                ByteBuffer from = offered;
                Resolver<Integer> waiting = writer;
                if (from == null || waiting == null) {
                    return ended ? -1 : 0;
                }
                int count = Math.min(from.remaining(), into.remaining());
                into.put(from.slice().limit(count));
                offered = null;
                writer = null;
                waiting.resolve(count);
                return count;
            }

            @Override
            public Promise<@Nullable Void> whenReadable() {
                if (offered != null || ended) {
                    return Promise.unit();
                }
                Resolver<@Nullable Void> waiting = Resolver.cancellable();
                reader = waiting;
                return waiting.promise();
            }

            @Override
            public Promise<@Nullable Void> close() {
                broken = true;
                Resolver<Integer> waiting = writer;
                offered = null;
                writer = null;
                if (waiting != null) {
                    waiting.reject(new IOException("broken pipe"));
                }
                return Promise.unit();
            }
        }

        private final class Sink implements ByteSink {

            @Override
            public Promise<Integer> write(ByteBuffer from) {
                if (broken) {
                    return Promise.failed(new IOException("broken pipe"));
                }
                Resolver<Integer> waiting = Resolver.cancellable();
                offered = from;
                writer = waiting;
                waiting.promise().onCancel(() -> {
                    if (writer == waiting) {
                        offered = null;
                        writer = null;
                    }
                });
                wakeReader();
                return waiting.promise();
            }

            @Override
            public Promise<@Nullable Void> shutdown() {
                ended = true;
                wakeReader();
                return Promise.unit();
            }

            @Override
            public Promise<@Nullable Void> close() {
                return shutdown();
            }
        }
    }
}
