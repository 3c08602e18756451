package io.lwt4j.process;

import static java.util.Objects.requireNonNull;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.io.ChannelOptions;
import io.lwt4j.stream.PullStream;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A program to run, and how: {@code Lwt_process.command} with its optional arguments.
 *
 * <pre>{@code
 * Command.of("git", "log", "-1").withDirectory(repository).readLine()
 * Command.of("sort").withTimeout(Duration.ofSeconds(10)).pipe(text)
 * Command.shell("make 2>&1 | tee log").exec()
 * }</pre>
 *
 * <p><b>Forms.</b> Those that run a command for its result ({@link #readAll} and its like are
 * {@code Lwt_process.pread}, {@link #write(String)} {@code pwrite}, {@link #pipe(String)}
 * {@code pmap}) wait for the end of the process and <em>check</em> it: if the status is not one
 * that {@linkplain #withAccepted is accepted}, 0 by default, they are rejected with an
 * {@link ExitException} that has the last of the error output. (Lwt ignores the status.) Each has a
 * form <em>with status</em> that accepts every one. {@link #exec()} only answers the status, and
 * {@link #spawn()} and {@link #with} are for conversations.
 *
 * <p><b>Streams.</b> What a form does not take for itself is this process's own, as in Lwt, or what
 * {@code withStdin} and its like have said. Except for the error output of the forms that check: it
 * goes into the error, unless {@link #withStderr} was told otherwise.
 *
 * <p><b>Cancellation.</b> Cancelling the promise of a form stops the process: its channels are
 * closed, it is asked to end, and killed if it does not in time; the promise is rejected when it
 * has ended. (In Lwt the process goes on, with nobody to know of it.) A process that is being
 * started when that happens is killed as well. When the loop ends the processes of all forms but
 * {@link #spawn} are killed.
 *
 * <p><b>Errors.</b> A program that does not exist, or cannot be run, is an
 * {@link java.io.IOException}; in Lwt it is the exit code 127. A process that closes its input
 * before it has read all is an {@link java.io.IOException}, too, unless its status explains it.
 *
 * <p>Nothing may be null. Thread rule: commands never change, and may be made on any thread; what
 * runs them is for threads that run a loop, and throws {@link io.lwt4j.LoopThreadException}
 * elsewhere. The loop is never blocked: processes are started by other threads.
 */
public final class Command {

    private static final Duration KILL_GRACE = Duration.ofSeconds(2);

    private final Settings settings;

    private Command(Settings settings) {
        this.settings = settings;
    }

    /**
     * A program and its arguments, which no shell looks at: {@code Lwt_process.command}.
     *
     * @param program the name, which is looked for in the {@code PATH}, or the path
     * @param arguments the arguments
     * @return the command
     */
    public static Command of(String program, String... arguments) {
        return of(Stream.concat(Stream.of(program), Stream.of(arguments)).toList());
    }

    /**
     * A program and its arguments, which no shell looks at.
     *
     * @param words the program and its arguments
     * @return the command
     * @throws IllegalArgumentException if there is no word
     */
    public static Command of(List<String> words) {
        List<String> copy = List.copyOf(words);
        if (copy.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        return new Command(new Settings(copy, KILL_GRACE));
    }

    /**
     * A line for the shell of the system: {@code Lwt_process.shell}, {@code Lwt_unix.system}. Never
     * put together of text that comes from elsewhere.
     *
     * @param line the line
     * @return the command
     */
    public static Command shell(String line) {
        requireNonNull(line, "line");
        return System.getProperty("os.name", "").startsWith("Windows")
                ? of("cmd.exe", "/c", line)
                : of("/bin/sh", "-c", line);
    }

    /* ---- How to run it ---- */

    /**
     * This command with a variable in its environment.
     *
     * @param name the name
     * @param value the value
     * @return the command
     */
    public Command withVariable(String name, String value) {
        return new Command(settings.withVariable(requireNonNull(name, "name"), Optional.of(value)));
    }

    /**
     * This command without a variable in its environment.
     *
     * @param name the name
     * @return the command
     */
    public Command withoutVariable(String name) {
        return new Command(settings.withVariable(requireNonNull(name, "name"), Optional.empty()));
    }

    /**
     * This command with no other environment than this one: {@code ?env}. By default it has that of
     * this process.
     *
     * @param environment the variables
     * @return the command
     */
    public Command withEnvironment(Map<String, String> environment) {
        return new Command(settings.withEnvironment(Map.copyOf(environment)));
    }

    /**
     * This command in another directory: {@code ?cwd}. By default it is that of this process.
     *
     * @param directory the directory
     * @return the command
     */
    public Command withDirectory(Path directory) {
        return new Command(settings.withDirectory(requireNonNull(directory, "directory")));
    }

    /**
     * This command with another standard input: {@code ?stdin}.
     *
     * @param stdin where it comes from
     * @return the command
     * @throws IllegalArgumentException if that cannot be read from
     */
    public Command withStdin(Stdio stdin) {
        return new Command(settings.withStream(0, stdin.forInput()));
    }

    /**
     * This command with another standard output: {@code ?stdout}.
     *
     * @param stdout where it goes to
     * @return the command
     * @throws IllegalArgumentException if that cannot be written to
     */
    public Command withStdout(Stdio stdout) {
        return new Command(settings.withStream(1, stdout.forOutput(false)));
    }

    /**
     * This command with another error output: {@code ?stderr}.
     *
     * @param stderr where it goes to
     * @return the command
     * @throws IllegalArgumentException if that cannot be written to
     */
    public Command withStderr(Stdio stderr) {
        return new Command(settings.withStream(2, stderr.forOutput(true)));
    }

    /**
     * This command with three channels, for {@link #spawn()} and {@link #with}:
     * {@code Lwt_process.open_process_full}.
     *
     * @return the command
     */
    public Command piped() {
        return withStdin(Stdio.pipe()).withStdout(Stdio.pipe()).withStderr(Stdio.pipe());
    }

    /**
     * This command with a limit to its time, counted on the loop's clock: {@code ?timeout}. When it
     * is over the process is asked to end, and killed if it does not (in Lwt it is killed at once,
     * which {@code withKillGrace(Duration.ZERO)} does), and nobody waits any more for what children
     * of it have open. See {@link Subprocess}.
     *
     * @param timeout the time
     * @return the command
     */
    public Command withTimeout(Duration timeout) {
        return new Command(settings.withTimeout(requireNonNull(timeout, "timeout")));
    }

    /**
     * This command with another time between asking the process to end and killing it, where it is
     * made to end.
     *
     * @param grace the time; by default two seconds; zero to kill at once, without asking
     * @return the command
     * @throws IllegalArgumentException if it is negative
     */
    public Command withKillGrace(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace: " + grace + " is negative");
        }
        return new Command(settings.withKillGrace(grace));
    }

    /**
     * This command with another opinion of what is a good end, for the forms that check:
     * {@code Command.of("grep", ...).withAccepted(status -> status.code() <= 1)}.
     *
     * @param accepted whether a status is good; 0 is by default
     * @return the command
     */
    public Command withAccepted(Predicate<? super ExitStatus> accepted) {
        return new Command(settings.withAccepted(requireNonNull(accepted, "accepted")));
    }

    /**
     * This command with other options of its channels: the charset, sizes, limits.
     *
     * @param options the options
     * @return the command
     */
    public Command withOptions(ChannelOptions options) {
        return new Command(settings.withOptions(requireNonNull(options, "options")));
    }

    /* ---- Starting it ---- */

    /**
     * Starts it: {@code Lwt_process.open_process_none} and its siblings. The streams that are
     * {@link Stdio#pipe()} are channels of the process. Who starts a process has to
     * {@linkplain Subprocess#close() close} it; {@link #with} does.
     *
     * <p>Cancelling the promise keeps the process from being started, or kills it. Once the promise
     * is fulfilled nothing happens by itself.
     *
     * @return the promise of the process
     */
    public Promise<Subprocess> spawn() {
        return Launch.of(this, settings.streams(Stdio.inherit()));
    }

    /**
     * Starts it, uses it, and closes it: {@code Lwt_process.with_process_none} and its siblings.
     * When the promise of the use is fulfilled, the channels are closed and the end of the process
     * is waited for; it is not made to end. When it is rejected or cancelled the process is
     * {@linkplain Subprocess#stop() stopped}.
     *
     * @param use makes the promise of the value; the streams that are {@link Stdio#pipe()} are
     *     channels
     * @param <T> the type of the value
     * @return the promise of the outcome
     */
    public <T extends @Nullable Object> Promise<T> with(
            CheckedFunction<? super Subprocess, ? extends Promise<T>> use) {
        requireNonNull(use, "use");
        return Promise.using(
                this::spawnForUse,
                process -> Promise.apply(() -> use.apply(process))
                        .flatMap(value -> process.closing().map(status -> value)),
                Subprocess::stop);
    }

    /**
     * Runs it and answers how it ended, whatever that is, also if its time was over:
     * {@code Lwt_process.exec}. For one that is checked see {@link #run}.
     *
     * @return the promise of the status
     */
    public Promise<ExitStatus> exec() {
        return Promise.using(this::spawnForUse, Subprocess::completed, Subprocess::stop);
    }

    private Promise<Subprocess> spawnForUse() {
        return spawn().onSuccess(Subprocess::endWithLoop);
    }

    /**
     * Runs it and checks how it ended.
     *
     * @return the promise of its end
     */
    public Promise<@Nullable Void> run() {
        return new Run(this, false, false).<@Nullable Void>checked(Run.NOTHING);
    }

    /* ---- For its output ---- */

    /**
     * Runs it for all that it writes, as text: {@code Lwt_process.pread}.
     *
     * @return the promise of its output
     */
    public Promise<String> readAll() {
        return new Run(this, false, true).checked(Run.TEXT);
    }

    /**
     * Runs it for all that it writes, as text, however it ends.
     *
     * @return the promise of its output and status
     */
    public Promise<Result<String>> readAllWithStatus() {
        return new Run(this, false, true).withStatus(Run.TEXT);
    }

    /**
     * Runs it for all that it writes.
     *
     * @return the promise of its output
     */
    public Promise<byte[]> readAllBytes() {
        return new Run(this, false, true).checked(Run.BYTES);
    }

    /**
     * Runs it for all that it writes, however it ends.
     *
     * @return the promise of its output and status
     */
    public Promise<Result<byte[]>> readAllBytesWithStatus() {
        return new Run(this, false, true).withStatus(Run.BYTES);
    }

    /**
     * Runs it for the first line that it writes: {@code Lwt_process.pread_line}. Then its output is
     * closed; that it is killed by {@code SIGPIPE} for this is as good as a status that is
     * accepted.
     *
     * @return the promise of the line; of nothing if it writes nothing
     */
    public Promise<Optional<String>> readLine() {
        return new Run(this, false, true).closingEarly().checked(Run.LINE);
    }

    /**
     * Runs it for the first line that it writes, however it ends. Then its output is closed.
     *
     * @return the promise of the line and status
     */
    public Promise<Result<Optional<String>>> readLineWithStatus() {
        return new Run(this, false, true).withStatus(Run.LINE);
    }

    /**
     * Runs it for its lines: {@code Lwt_process.pread_lines}. The process is started when the first
     * one is read, goes no faster than they are read, and is checked behind the last one: the read
     * that would see the end of the stream is rejected then.
     *
     * <p>Closing the stream stops the process; so does the garbage collector, some time, if a
     * stream is left behind without being closed. Cancelling a read does not.
     *
     * @return the lines
     */
    public PullStream<String> lines() {
        return RunStream.lines(this, null);
    }

    /**
     * Runs it for what it writes, in pieces as they come: {@code Lwt_process.pread_chars}. See
     * {@link #lines()}.
     *
     * @return the pieces, none of them empty
     */
    public PullStream<byte[]> chunks() {
        return RunStream.chunks(this, null);
    }

    /* ---- With input ---- */

    /**
     * Runs it with a text as its input: {@code Lwt_process.pwrite}.
     *
     * @param input the text
     * @return the promise of its end
     */
    public Promise<@Nullable Void> write(String input) {
        return write(bytes(input));
    }

    /**
     * Runs it with bytes as its input.
     *
     * @param input the bytes; not to be changed before the promise is resolved
     * @return the promise of its end
     */
    public Promise<@Nullable Void> write(byte[] input) {
        return new Run(this, true, false).checked(Run.writing(input));
    }

    /**
     * Runs it with a text as its input, however it ends.
     *
     * @param input the text
     * @return the promise of the status; rejected if the process does not read it all
     */
    public Promise<Result<@Nullable Void>> writeWithStatus(String input) {
        return new Run(this, true, false).withStatus(Run.writing(bytes(input)));
    }

    /**
     * Runs it with a line as its input: {@code Lwt_process.pwrite_line}.
     *
     * @param line the line, without its end
     * @return the promise of its end
     */
    public Promise<@Nullable Void> writeLine(String line) {
        return write(line + "\n");
    }

    /**
     * Runs it with lines as its input: {@code Lwt_process.pwrite_lines}. The stream is read no
     * faster than the process reads, and closed in the end.
     *
     * @param lines the lines, without their ends
     * @return the promise of its end
     */
    public Promise<@Nullable Void> writeLines(PullStream<String> lines) {
        return writeChunks(lines.map(this::line));
    }

    /**
     * Runs it with pieces of input: {@code Lwt_process.pwrite_chars}. The stream is read no faster
     * than the process reads, and closed in the end.
     *
     * @param chunks the pieces
     * @return the promise of its end
     */
    public Promise<@Nullable Void> writeChunks(PullStream<byte[]> chunks) {
        return new Run(this, true, false).checked(Run.writing(chunks));
    }

    /* ---- As a filter ---- */

    /**
     * Runs it as a filter: {@code Lwt_process.pmap}. It is written to and read from at the same
     * time, so it may be of any size.
     *
     * @param input what it reads
     * @return the promise of what it writes
     */
    public Promise<String> pipe(String input) {
        return new Run(this, true, true).checked(Run.filtering(bytes(input), Run.TEXT));
    }

    /**
     * Runs it as a filter.
     *
     * @param input what it reads; not to be changed before the promise is resolved
     * @return the promise of what it writes
     */
    public Promise<byte[]> pipe(byte[] input) {
        return new Run(this, true, true).checked(Run.filtering(input, Run.BYTES));
    }

    /**
     * Runs it as a filter, however it ends.
     *
     * @param input what it reads
     * @return the promise of what it writes, and of its status; rejected if it does not read it all
     */
    public Promise<Result<String>> pipeWithStatus(String input) {
        return new Run(this, true, true).withStatus(Run.filtering(bytes(input), Run.TEXT));
    }

    /**
     * Runs it as a filter for one line: {@code Lwt_process.pmap_line}.
     *
     * @param line what it reads, without the end
     * @return the promise of the first line that it writes; of nothing if it writes nothing
     */
    public Promise<Optional<String>> pipeLine(String line) {
        return new Run(this, true, true)
                .closingEarly()
                .checked(Run.filtering(line(line), Run.LINE));
    }

    /**
     * Runs it as a filter for lines: {@code Lwt_process.pmap_lines}. See {@link #lines()}. The
     * input is read no faster than the process reads, and closed in the end.
     *
     * @param lines what it reads, without the ends
     * @return the lines that it writes
     */
    public PullStream<String> pipeLines(PullStream<String> lines) {
        return RunStream.lines(this, lines.map(this::line));
    }

    /**
     * Runs it as a filter for pieces of input: {@code Lwt_process.pmap_chars}. See
     * {@link #lines()}. The input is read no faster than the process reads, and closed in the end.
     *
     * @param chunks what it reads
     * @return the pieces that it writes, none of them empty
     */
    public PullStream<byte[]> pipeChunks(PullStream<byte[]> chunks) {
        return RunStream.chunks(this, requireNonNull(chunks, "chunks"));
    }

    private byte[] line(String line) {
        return bytes(line + "\n");
    }

    private byte[] bytes(String text) {
        return text.getBytes(options().charset());
    }

    /* ---- What it is ---- */

    /**
     * The program and its arguments.
     *
     * @return the words
     */
    public List<String> words() {
        return settings.words();
    }

    Settings settings() {
        return settings;
    }

    ChannelOptions options() {
        return settings.options();
    }

    @Nullable
    Duration timeout() {
        return settings.timeout();
    }

    Duration killGrace() {
        return settings.killGrace();
    }

    boolean accepts(ExitStatus status) {
        return settings.accepts(status);
    }

    ProcessBuilder builder() {
        return settings.builder();
    }

    /**
     * A description for people.
     *
     * @return the words
     */
    @Override
    public String toString() {
        return "Command" + settings.words();
    }

    /**
     * What came of a command, however it ended.
     *
     * @param value what the form is for
     * @param status how the process ended
     * @param errors the last of its error output, a few thousand bytes at most; empty if that was
     *     directed elsewhere
     * @param <T> the type of the value
     */
    public record Result<T extends @Nullable Object>(T value, ExitStatus status, String errors) {}
}
