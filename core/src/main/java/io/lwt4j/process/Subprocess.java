package io.lwt4j.process;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Hooks;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.detach.WorkerPool;
import io.lwt4j.io.InputChannel;
import io.lwt4j.io.OutputChannel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * A process that was started by a {@link Command}: {@code Lwt_process.process}.
 *
 * <pre>{@code
 * Command.of("bc").piped().with(bc -> bc.stdin().write("6*7\n")
 *         .flatMap(done -> bc.stdout().readLine()))
 * }</pre>
 *
 * <p><b>Its end.</b> The system keeps nothing of a process that has ended (no zombie), whether or
 * not anybody asks for its {@link #status()}. Its channels are open until they are closed, by
 * themselves or by {@link #close()} or {@link #stop()}; one of these is due for every process.
 *
 * <p><b>Children of it.</b> A process may leave children behind that have its streams: then what is
 * read from it does not end with it, but with them. {@link #close()} does not wait for that.
 *
 * <p><b>Time.</b> When the time of {@link Command#withTimeout} is over the process is asked to end,
 * and killed if it does not; then its channels are closed, and whoever still waits for one of them
 * is told by a {@link java.nio.channels.ClosedChannelException}. So are those of a process that has
 * ended in time, but was not closed: its children, or an output that goes to a channel that nobody
 * reads, hold nobody up for longer.
 *
 * <p><b>The end of the loop.</b> The channels are closed then. A process of {@link Command#spawn}
 * is left alone, unless it has been asked to end already, by {@link #stop()} or since its time was
 * over; then, and in all other cases, it is killed.
 *
 * <p>Thread rule: it belongs to the loop it was started on; elsewhere the methods throw
 * {@link io.lwt4j.LoopThreadException}. Only {@link #pid()}, {@link #isAlive()}, {@link #info()},
 * {@link #terminate()} and {@link #kill()} may be called on any thread.
 */
public final class Subprocess {

    private final EventLoop loop = EventLoop.current();
    private final Command command;
    private final Process process;
    private final @Nullable OutputChannel stdin;
    private final @Nullable InputChannel stdout;
    private final @Nullable InputChannel stderr;

    /** What goes between the process and channels of others. */
    private final Pumps pumps = new Pumps();

    private final @Nullable ErrorTail tail;
    private final boolean[] own = new boolean[3];
    private final Resolver<ExitStatus> exit = Resolver.uncancellable();

    /** Goes on behind the end of the process, until its channels are closed. */
    private Promise<?> timeLimit = Promise.unit();

    private Promise<?> grace = Promise.unit();
    private Hooks.@Nullable Registration loopEnds;
    private @Nullable ExitStatus status;
    private boolean timedOut;
    private boolean stopping;
    private @Nullable Promise<ExitStatus> closed;

    Subprocess(Command command, Stdio[] streams, Wiring wiring) throws IOException {
        this.command = command;
        this.process = wiring.process();
        this.stdin = wiring.has(0) ? OutputChannel.of(wiring.stdin(), command.options()) : null;
        this.stdout = wiring.has(1) ? InputChannel.of(wiring.stdout(), command.options()) : null;
        boolean tailed = streams[2].kind == Stdio.Kind.TAIL;
        this.tail = tailed ? new ErrorTail(wiring.stderr(), command.options().charset()) : null;
        this.stderr = wiring.has(2) && !tailed
                ? InputChannel.of(wiring.stderr(), command.options())
                : null;
        for (int i = 0; i < 3; i++) {
            own[i] = streams[i].kind == Stdio.Kind.PIPE;
        }
        begin(streams);
    }

    private void begin(Stdio[] streams) {
        if (stdin != null && !own[0]) {
            pumps.feed(streams[0].input(), stdin);
        }
        if (stdout != null && !own[1]) {
            pumps.drain(stdout, streams[1].output());
        }
        if (stderr != null && !own[2]) {
            pumps.drain(stderr, streams[2].output());
        }
        if (tail != null) {
            tail.start();
        }
        Duration timeout = command.timeout();
        if (timeout != null) {
            timeLimit = loop.timer(timeout).onAny(over -> timeIsOver(), loopEnded -> {});
        }
        var unused = process.onExit()
                .thenAccept(ended -> loop.execute(
                        () -> ended(ExitStatus.of(ended.exitValue())), loopEnded -> {}));
    }

    /* ---- What it is ---- */

    /**
     * The number that the system has given it: {@code process#pid}.
     *
     * @return the number
     */
    public long pid() {
        return process.pid();
    }

    /**
     * What was started.
     *
     * @return the command
     */
    public Command command() {
        return command;
    }

    /**
     * Whether the process has not ended yet: {@code process#state}.
     *
     * @return whether it runs
     */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * What the system says of it while it runs: the times it has used, among others. (What
     * {@code process#rusage} says of a process that has ended Java does not know.)
     *
     * @return the information; next to none once it has ended
     */
    public ProcessHandle.Info info() {
        return process.info();
    }

    /**
     * The time of processors it has used up to now.
     *
     * @return the time; empty once the process has ended, and where the system does not tell
     */
    public Optional<Duration> cpuDuration() {
        return process.info().totalCpuDuration();
    }

    /* ---- Its streams ---- */

    /**
     * The channel to its standard input: {@code process_out#stdin}. It has to be closed for the
     * process to see an end. If the process does not read, writes wait, and once it has closed its
     * input they are rejected ({@code EPIPE}).
     *
     * @return always the same channel
     * @throws IllegalStateException if the command has another input than {@link Stdio#pipe()}
     */
    public OutputChannel stdin() {
        return requirePipe(own[0] ? stdin : null, "Stdin");
    }

    /**
     * The channel from its standard output: {@code process_in#stdout}.
     *
     * @return always the same channel
     * @throws IllegalStateException if the command has another output than {@link Stdio#pipe()}
     */
    public InputChannel stdout() {
        return requirePipe(own[1] ? stdout : null, "Stdout");
    }

    /**
     * The channel from its error output: {@code process_full#stderr}.
     *
     * @return always the same channel
     * @throws IllegalStateException if the command has another error output than
     *     {@link Stdio#pipe()}
     */
    public InputChannel stderr() {
        return requirePipe(own[2] ? stderr : null, "Stderr");
    }

    private <C> C requirePipe(@Nullable C channel, String stream) {
        loop.checkCurrent("Subprocess.std*");
        if (channel == null) {
            throw new IllegalStateException(
                    this + " was not started with with" + stream + "(Stdio.pipe())");
        }
        return channel;
    }

    /* ---- Signals ---- */

    /**
     * Asks it to end, by {@code SIGTERM}: {@code process#terminate}. It need not. Does nothing if
     * it has ended.
     *
     * @return whether that was possible
     */
    public boolean terminate() {
        return process.isAlive() && process.toHandle().destroy();
    }

    /**
     * Ends it, by {@code SIGKILL}: {@code process#terminate} of Lwt. Does nothing if it has ended.
     *
     * @return whether that was possible
     */
    public boolean kill() {
        return process.isAlive() && process.toHandle().destroyForcibly();
    }

    /**
     * Sends it a signal: {@code process#kill}. Does nothing if it has ended.
     *
     * <p>Java sends two signals only; for the others {@code kill} of the system's shell is called.
     * Cancelling the promise does not take the signal back.
     *
     * @param signal the signal
     * @return the promise of its having been sent; rejected with an {@link IOException} if the
     *     system refuses
     */
    public Promise<@Nullable Void> signal(OsSignal signal) {
        requireNonNull(signal, "signal");
        loop.checkCurrent("Subprocess.signal");
        if (signal.equals(OsSignal.TERM)) {
            terminate();
            return Promise.unit();
        }
        if (signal.equals(OsSignal.KILL)) {
            kill();
            return Promise.unit();
        }
        return WorkerPool.io().<@Nullable Void>detach(() -> {
            if (process.isAlive()) {
                send(signal);
            }
            return null;
        });
    }

    private void send(OsSignal signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal.name() + " " + pid())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (kill.waitFor() != 0 && process.isAlive()) {
            throw new IOException("the system does not send " + signal + " to " + this);
        }
    }

    /* ---- The end ---- */

    /**
     * How it ended: {@code process#status}. Cancelling the promise ends the waiting, and neither
     * the process nor that of others who wait.
     *
     * @return the promise of its status
     */
    public Promise<ExitStatus> status() {
        loop.checkCurrent("Subprocess.status");
        return exit.promise().shielded();
    }

    /**
     * Closes its channels and waits for its end: {@code process#close}. What was written to its
     * input is flushed before. The process is not made to end; see {@link #stop()}.
     *
     * <p>Outputs that {@linkplain Stdio#to go to a channel} are waited for, too. Cancelling the
     * promise does nothing.
     *
     * @return the promise of its status, always the same one; rejected if its input could not take
     *     all that was written, or if an output could not be passed on
     */
    public Promise<ExitStatus> close() {
        loop.checkCurrent("Subprocess.close");
        if (closed == null) {
            Resolver<ExitStatus> done = Resolver.uncancellable();
            closed = done.promise();
            Promise<?> input = closeInput();
            closeOutputs();
            exit.promise()
                    .flatMap(ended -> Promise.join(input, pumps.outputs()).map(all -> ended))
                    .onTermination(timeLimit::cancel)
                    .onAny(done::resolve, done::reject);
        }
        return closed;
    }

    /** The same as {@link #close()} for who stops the process if that is cancelled. */
    Promise<ExitStatus> closing() {
        return quietly(close()).shielded();
    }

    private Promise<?> closeInput() {
        if (stdin == null) {
            return Promise.unit();
        }
        if (!own[0]) {
            pumps.stopFeeding();
            return stdin.abort().recover(error -> Promise.unit());
        }
        return stdin.close();
    }

    private void closeOutputs() {
        if (stdout != null && own[1]) {
            quietly(stdout.close());
        }
        if (stderr != null && own[2]) {
            quietly(stderr.close());
        }
    }

    /** The end of a channel that nobody wants any more is nobody's business. */
    static <T extends @Nullable Object> Promise<T> quietly(Promise<T> promise) {
        return promise.onFailure(error -> {});
    }

    /** Waits for its end and that of what goes to the channels of others. */
    Promise<ExitStatus> completed() {
        return exit.promise().shielded().flatMap(ended -> pumps.outputs().map(all -> ended));
    }

    /**
     * Closes its channels at once, without flushing, and makes it end: it is asked to, and killed
     * if it has not when {@link Command#withKillGrace} is over, or when the loop ends. Cancelling
     * the promise does nothing. Lwt has no such thing.
     *
     * @return the promise of its status
     */
    public Promise<ExitStatus> stop() {
        loop.checkCurrent("Subprocess.stop");
        if (closed == null) {
            closed = exit.promise();
        }
        timeLimit.cancel();
        abortChannels();
        end();
        return exit.promise();
    }

    private void abortChannels() {
        pumps.stop();
        if (stdin != null) {
            quietly(stdin.abort());
        }
        if (stdout != null) {
            quietly(stdout.close());
        }
        if (stderr != null) {
            quietly(stderr.close());
        }
    }

    private void timeIsOver() {
        timedOut = true;
        if (status == null) {
            end();
        } else {
            // Others still have the other ends of its channels, or do not take what it wrote.
            abortChannels();
        }
    }

    /** Asks it to end, and sees to it that it does. */
    private void end() {
        if (stopping || status != null) {
            return;
        }
        stopping = true;
        if (command.killGrace().isZero()) {
            kill();
            return;
        }
        terminate();
        // At the latest when the loop ends, which cancels the timer, or has none any more.
        grace = loop.timer(command.killGrace()).onTermination(this::kill);
    }

    /** Has it killed when the loop ends; for runs, which hand it to nobody else who could. */
    void endWithLoop() {
        loopEnds = loop.onClose(this::kill);
    }

    private void ended(ExitStatus how) {
        status = how;
        grace.cancel();
        if (loopEnds != null) {
            loopEnds.close();
        }
        if (timedOut) {
            abortChannels();
        }
        pumps.stopFeeding();
        if (tail == null) {
            exit.resolve(how);
        } else {
            tail.finish().onTermination(() -> exit.resolve(how));
        }
    }

    /** Whether it was stopped since its time was over. */
    boolean isTimedOut() {
        return timedOut;
    }

    /** The last of its error output, if that was kept. */
    String errors() {
        return tail == null ? "" : tail.text();
    }

    /**
     * A description for people.
     *
     * @return the number of the process and its program
     */
    @Override
    public String toString() {
        return "process " + pid() + " (" + command.words().get(0) + ")";
    }
}
