package io.lwt4j.process;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/**
 * A program ended otherwise than was asked for: with another status, or not in time. Lwt leaves the
 * status to whoever thinks of it.
 *
 * <p>Thread rule: any thread.
 */
public final class ExitException extends IOException {

    private static final long serialVersionUID = 1L;

    /** The program and its arguments. */
    @SuppressWarnings("serial") // Lists of List.copyOf can be serialised.
    private final List<String> command;

    private final transient @Nullable ExitStatus status;

    /** The exit code, which stands for the status. */
    private final int code;

    /** The last of the error output. */
    private final String errors;

    /** Whether the time was over. */
    private final boolean timeout;

    ExitException(List<String> command, ExitStatus status, String errors, boolean timeout) {
        super(message(command, status, errors, timeout));
        this.command = command;
        this.status = status;
        this.code = status.code();
        this.errors = errors;
        this.timeout = timeout;
    }

    private static String message(
            List<String> command, ExitStatus status, String errors, boolean timeout) {
        String last = errors.strip();
        last = last.substring(last.lastIndexOf('\n') + 1);
        return "\"" + String.join(" ", command) + "\" "
                + (timeout ? "was stopped when its time was over, with " : "ended with ") + status
                + (last.isEmpty() ? "" : ": " + last);
    }

    /**
     * The program and its arguments.
     *
     * @return the words of the command
     */
    public List<String> command() {
        return command;
    }

    /**
     * How the process ended.
     *
     * @return the status
     */
    public ExitStatus status() {
        return status == null ? ExitStatus.of(code) : status;
    }

    /**
     * The last of what the process wrote to its standard error output, a few thousand bytes at
     * most.
     *
     * @return the text; empty if the output did not come here
     */
    public String errors() {
        return errors;
    }

    /**
     * Whether the process was stopped since its time was over.
     *
     * @return whether {@link Command#withTimeout} is the reason
     */
    public boolean isTimeout() {
        return timeout;
    }
}
