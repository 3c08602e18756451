package io.lwt4j.io;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Hooks;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Supplier;

/**
 * The standard streams of the process as channels: {@code Lwt_io.stdin}, {@code stdout} and
 * {@code stderr}; and any other stream of Java that can only block.
 *
 * <pre>{@code
 * StandardChannels.stdin().readLine()
 *         .flatMap(line -> StandardChannels.stdout().write("read: " + line + "\n"))
 * }</pre>
 *
 * <p>A thread of its own blocks in each stream, and only while somebody waits for it; the loop
 * never does. The streams are {@link System#in}, {@link System#out} and {@link System#err}, as they
 * are at the time, so what is written here and there comes out in order once it is flushed. A
 * closed channel leaves them open.
 *
 * <p><b>Exit.</b> As the loop ends, what was written to {@link #stdout()} and {@link #stderr()} is
 * flushed, behind the exit hooks that were there before; if that fails the loop's handler is told.
 *
 * <p><b>Cancellation.</b> A cancelled read loses nothing: what the thread reads later stays for the
 * next read, on whichever loop. A cancelled write is as of any {@link OutputChannel}.
 *
 * <p>Nothing may be null. Thread rule: every method is for threads that run a loop, to which the
 * channel belongs; the others throw {@link io.lwt4j.LoopThreadException}.
 */
public final class StandardChannels {

    private static @Nullable StreamReader in;

    private StandardChannels() {}

    /**
     * The standard input: {@code Lwt_io.stdin}. Several loops may read it; each byte goes to one of
     * them.
     *
     * @return always the same channel on one loop, unless it was closed
     */
    public static InputChannel stdin() {
        return ofLoop().stdin();
    }

    /**
     * The standard output: {@code Lwt_io.stdout}.
     *
     * @return always the same channel on one loop, unless it was closed
     */
    public static OutputChannel stdout() {
        return ofLoop().out.channel();
    }

    /**
     * The standard error output: {@code Lwt_io.stderr}.
     *
     * @return always the same channel on one loop, unless it was closed
     */
    public static OutputChannel stderr() {
        return ofLoop().err.channel();
    }

    /**
     * A stream of Java as a source for a channel. It is read on another thread, 64 KiB at once, and
     * only while somebody waits for it. It is closed with the channel, or as the loop ends; whether
     * that ends a call that blocks in it is up to the stream.
     *
     * @param stream the stream; for this source alone
     * @return a source of the current loop
     */
    public static ByteSource source(InputStream stream) {
        return new StreamSource(new StreamReader(requireNonNull(stream, "stream")), true);
    }

    /**
     * A stream of Java as a sink for a channel. It is written and flushed on another thread, 64 KiB
     * at once. It is closed with the channel, or as the loop ends; whether that ends a call that
     * blocks in it is up to the stream. A write that is under way cannot be cancelled.
     *
     * @param stream the stream; for this sink alone
     * @return a sink of the current loop
     */
    public static ByteSink sink(OutputStream stream) {
        requireNonNull(stream, "stream");
        return new StreamSink(() -> stream, true);
    }

    private static OfLoop ofLoop() {
        EventLoop loop = EventLoop.current();
        return loop.attachment(OfLoop.class, () -> new OfLoop(loop));
    }

    /** One for the process, since it may have read more than was taken. */
    private static synchronized StreamReader reader() {
        StreamReader reader = in;
        if (reader == null || !reader.reads(System.in)) {
            reader = new StreamReader(System.in);
            in = reader;
        }
        return reader;
    }

    /** The channels of one loop. */
    private static final class OfLoop {

        private final Output out;
        private final Output err;
        private @Nullable InputChannel stdin;
        private @Nullable StreamReader reader;

        OfLoop(EventLoop loop) {
            out = new Output(loop, () -> System.out);
            err = new Output(loop, () -> System.err);
        }

        InputChannel stdin() {
            InputChannel channel = stdin;
            if (channel == null || channel.isClosed() || reader != reader()) {
                reader = reader();
                channel = InputChannel.of(new StreamSource(reader, false));
                stdin = channel;
            }
            return channel;
        }
    }

    private static final class Output {

        private final EventLoop loop;
        private final Supplier<? extends OutputStream> stream;
        private @Nullable OutputChannel channel;

        Output(EventLoop loop, Supplier<? extends OutputStream> stream) {
            this.loop = loop;
            this.stream = stream;
        }

        OutputChannel channel() {
            OutputChannel present = channel;
            if (present == null || present.isClosed()) {
                OutputChannel made = OutputChannel.of(new StreamSink(stream, false));
                channel = made;
                Hooks.Registration atExit = loop.exitHooks()
                        .addLast(() -> made.isClosed() ? Promise.unit() : made.flush());
                made.onClose(atExit::close);
                return made;
            }
            return present;
        }
    }
}
