package io.lwt4j.process;

import static java.util.Objects.requireNonNull;

import io.lwt4j.io.InputChannel;
import io.lwt4j.io.OutputChannel;

import org.jspecify.annotations.Nullable;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;

/**
 * Where a standard stream of a process comes from or goes to: {@code Lwt_process.redirection}.
 *
 * <p>Nothing may be null. Thread rule: any thread, as far as the channels in it are not concerned.
 */
public final class Stdio {

    /** What becomes of a stream. */
    enum Kind {
        INHERIT,
        NULL,
        FILE,
        APPEND,
        PIPE,
        INPUT,
        OUTPUT,
        MERGE,
        /** The last of it is kept for messages. */
        TAIL
    }

    private static final Stdio INHERIT = new Stdio(Kind.INHERIT, null);
    private static final Stdio NULL = new Stdio(Kind.NULL, null);
    private static final Stdio PIPE = new Stdio(Kind.PIPE, null);
    private static final Stdio MERGE = new Stdio(Kind.MERGE, null);

    /** Of those that run a command for its result. */
    static final Stdio TAIL = new Stdio(Kind.TAIL, null);

    final Kind kind;
    private final @Nullable Object target;

    private Stdio(Kind kind, @Nullable Object target) {
        this.kind = kind;
        this.target = target;
    }

    /**
     * The stream of this process: {@code `Keep}.
     *
     * @return the redirection
     */
    public static Stdio inherit() {
        return INHERIT;
    }

    /**
     * Nothing to read, and nowhere to write to: {@code `Dev_null}. It also stands for
     * {@code `Close}: Java cannot start a program without the stream.
     *
     * @return the redirection
     */
    public static Stdio none() {
        return NULL;
    }

    /**
     * A channel of {@link Subprocess}.
     *
     * @return the redirection
     */
    public static Stdio pipe() {
        return PIPE;
    }

    /**
     * A file: to read from its beginning, or to write, after it has been emptied: {@code `FD_move}.
     *
     * @param file the file; to be written to it need not exist
     * @return the redirection
     */
    public static Stdio file(Path file) {
        return new Stdio(Kind.FILE, requireNonNull(file, "file"));
    }

    /**
     * The end of a file.
     *
     * @param file the file; it need not exist
     * @return the redirection of an output
     */
    public static Stdio append(Path file) {
        return new Stdio(Kind.APPEND, requireNonNull(file, "file"));
    }

    /**
     * What is read from a channel, while the process takes it. The channel stays open, and what the
     * process has not taken by its end may be lost, 64 KiB at most.
     *
     * @param channel the channel, of the loop that starts the process
     * @return the redirection of the input
     */
    public static Stdio from(InputChannel channel) {
        return new Stdio(Kind.INPUT, requireNonNull(channel, "channel"));
    }

    /**
     * To a channel, which slows the process down where it must. The channel stays open, and is
     * flushed in the end.
     *
     * @param channel the channel, of the loop that starts the process
     * @return the redirection of an output
     */
    public static Stdio to(OutputChannel channel) {
        return new Stdio(Kind.OUTPUT, requireNonNull(channel, "channel"));
    }

    /**
     * To where the standard output goes: {@code 2>&1} of a shell.
     *
     * @return the redirection of the error output
     */
    public static Stdio merged() {
        return MERGE;
    }

    /** Whether the loop has to do with it. */
    boolean isPiped() {
        return switch (kind) {
            case PIPE, INPUT, OUTPUT, TAIL -> true;
            default -> false;
        };
    }

    InputChannel input() {
        return (InputChannel) requireNonNull(target);
    }

    OutputChannel output() {
        return (OutputChannel) requireNonNull(target);
    }

    /** What the JDK is told of an input that is no pipe. */
    Redirect toRead() {
        return switch (kind) {
            case INHERIT -> Redirect.INHERIT;
            case FILE -> Redirect.from(file());
            case NULL -> Redirect.from(new java.io.File(nullDevice()));
            default -> throw refused("the standard input");
        };
    }

    /** What the JDK is told of an output that is no pipe. */
    Redirect toWrite() {
        return switch (kind) {
            case INHERIT -> Redirect.INHERIT;
            case FILE -> Redirect.to(file());
            case APPEND -> Redirect.appendTo(file());
            case NULL -> Redirect.DISCARD;
            default -> throw refused("an output");
        };
    }

    private java.io.File file() {
        return ((Path) requireNonNull(target)).toFile();
    }

    private static String nullDevice() {
        return System.getProperty("os.name", "").startsWith("Windows") ? "NUL" : "/dev/null";
    }

    /** Refuses this for an input. */
    Stdio forInput() {
        switch (kind) {
            case APPEND, OUTPUT, MERGE -> throw refused("the standard input");
            default -> {
                return this;
            }
        }
    }

    /** Refuses this for an output. */
    Stdio forOutput(boolean standardError) {
        if (kind == Kind.INPUT || (kind == Kind.MERGE && !standardError)) {
            throw refused(standardError ? "the error output" : "the standard output");
        }
        return this;
    }

    private IllegalArgumentException refused(String stream) {
        return new IllegalArgumentException(this + " does not do for " + stream);
    }

    /**
     * A description for people.
     *
     * @return the kind, and the file or channel
     */
    @Override
    public String toString() {
        return "Stdio." + kind + (target == null ? "" : "(" + target + ")");
    }
}
