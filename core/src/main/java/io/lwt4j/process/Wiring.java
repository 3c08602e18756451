package io.lwt4j.process;

import io.lwt4j.EventLoop;
import io.lwt4j.io.ByteSink;
import io.lwt4j.io.ByteSource;
import io.lwt4j.io.StandardChannels;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;

/**
 * The pipes between a process and this one. Where the system allows it the loop's engine watches
 * them; elsewhere threads block in them.
 */
final class Wiring {

    /** For tests: whether to have threads block also where it can be avoided. */
    static volatile boolean alwaysBlocking;

    /** Null for a stream that is no pipe, or one that threads block in. */
    private final PipeFinder.@Nullable Found[] pipes = new PipeFinder.Found[3];

    private final boolean[] piped = new boolean[3];
    private @Nullable Process process;

    private Wiring() {}

    /**
     * Starts a process; blocks. Any thread.
     *
     * @param streams the three streams
     */
    static Wiring start(ProcessBuilder builder, Stdio[] streams) throws IOException {
        Wiring wiring = new Wiring();
        boolean started = false;
        try {
            wiring.redirect(builder, streams);
            wiring.process = builder.start();
            started = true;
            return wiring;
        } finally {
            if (started) {
                wiring.closeTheirs();
            } else {
                wiring.closePipes();
            }
        }
    }

    private void redirect(ProcessBuilder builder, Stdio[] streams) throws IOException {
        List<Boolean> keepsSource = new ArrayList<>(3);
        for (int i = 0; i < 3; i++) {
            piped[i] = streams[i].isPiped();
            if (piped[i] && !alwaysBlocking) {
                keepsSource.add(i != 0);
            }
        }
        List<PipeFinder.Found> found = keepsSource.isEmpty() ? null : PipeFinder.open(keepsSource);
        if (found != null) {
            for (int i = 0, next = 0; i < 3; i++) {
                if (piped[i]) {
                    pipes[i] = found.get(next++);
                }
            }
        }
        PipeFinder.Found in = pipes[0];
        if (in != null) {
            builder.redirectInput(in.source());
        } else if (!piped[0]) {
            builder.redirectInput(streams[0].toRead());
        }
        PipeFinder.Found out = pipes[1];
        if (out != null) {
            builder.redirectOutput(out.sink());
        } else if (!piped[1]) {
            builder.redirectOutput(streams[1].toWrite());
        }
        PipeFinder.Found errors = pipes[2];
        if (streams[2].kind == Stdio.Kind.MERGE) {
            builder.redirectErrorStream(true);
        } else if (errors != null) {
            builder.redirectError(errors.sink());
        } else if (!piped[2]) {
            builder.redirectError(streams[2].toWrite());
        }
    }

    Process process() {
        Process started = process;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    /** The standard input of the process, for the current loop. */
    ByteSink stdin() throws IOException {
        PipeFinder.Found found = pipes[0];
        if (found == null) {
            return StandardChannels.sink(process().getOutputStream());
        }
        Pipe.SinkChannel sink = found.pipe().sink();
        if (EventLoop.current().engine().watchesChannels()) {
            return new PipeSink(sink);
        }
        sink.configureBlocking(true);
        return StandardChannels.sink(Channels.newOutputStream(sink));
    }

    /** The standard output of the process, for the current loop. */
    ByteSource stdout() throws IOException {
        return source(1, process().getInputStream());
    }

    /** The error output of the process, for the current loop. */
    ByteSource stderr() throws IOException {
        return source(2, process().getErrorStream());
    }

    private ByteSource source(int i, InputStream blocking) throws IOException {
        PipeFinder.Found found = pipes[i];
        if (found == null) {
            return StandardChannels.source(blocking);
        }
        Pipe.SourceChannel source = found.pipe().source();
        if (EventLoop.current().engine().watchesChannels()) {
            return new PipeSource(source);
        }
        source.configureBlocking(true);
        return StandardChannels.source(Channels.newInputStream(source));
    }

    /** Whether a stream of the process is here. */
    boolean has(int i) {
        return piped[i];
    }

    /** Closes the ends that the process has got: only so an end of the input can be seen. */
    private void closeTheirs() throws IOException {
        for (int i = 0; i < 3; i++) {
            PipeFinder.Found pipe = pipes[i];
            if (pipe != null) {
                (i == 0 ? pipe.pipe().source() : pipe.pipe().sink()).close();
            }
        }
    }

    private void closePipes() throws IOException {
        for (PipeFinder.Found pipe : pipes) {
            if (pipe != null) {
                pipe.close();
            }
        }
    }

    /** Gives all up, before or after the current loop has got its ends. Any thread. */
    void abandon() throws IOException {
        Process started = process();
        started.toHandle().destroyForcibly();
        closePipes();
        closeQuietly(started.getOutputStream());
        started.getInputStream().close();
        started.getErrorStream().close();
    }

    private static void closeQuietly(OutputStream out) {
        try {
            out.close();
        } catch (IOException e) {
            // Nobody has written to it.
        }
    }
}
