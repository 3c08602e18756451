package io.lwt4j.process;

import io.lwt4j.CheckedFunction;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.OutputChannel;
import io.lwt4j.stream.PullStream;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** One run of a command for its result. */
final class Run {

    /* ---- What to do with the process ---- */

    static final CheckedFunction<Subprocess, Promise<@Nullable Void>> NOTHING =
            process -> Promise.unit();

    static final CheckedFunction<Subprocess, Promise<String>> TEXT =
            process -> process.stdout().readAll();

    static final CheckedFunction<Subprocess, Promise<byte[]>> BYTES =
            process -> process.stdout().readAllBytes();

    static final CheckedFunction<Subprocess, Promise<Optional<String>>> LINE =
            process -> process.stdout().readLine();

    static CheckedFunction<Subprocess, Promise<@Nullable Void>> writing(byte[] input) {
        return process -> {
            OutputChannel stdin = process.stdin();
            return thenClosed(stdin.write(input), stdin);
        };
    }

    static CheckedFunction<Subprocess, Promise<@Nullable Void>> writing(PullStream<byte[]> input) {
        return process -> send(input, process.stdin());
    }

    /** Writes a stream to a process, and closes both. */
    static Promise<@Nullable Void> send(PullStream<byte[]> input, OutputChannel stdin) {
        return thenClosed(stdin.write(input).onTermination(input::close), stdin);
    }

    /**
     * Closes the input when something has been written to it. Closing cannot be cancelled, and a
     * process that does not read holds it up; but who gives this up need not wait for it, since he
     * stops the process.
     */
    private static Promise<@Nullable Void> thenClosed(
            Promise<@Nullable Void> written, OutputChannel stdin) {
        return written.fold(done -> Subprocess.quietly(stdin.close()).shielded(), error -> {
            Subprocess.quietly(stdin.close());
            return Promise.failed(error);
        });
    }

    /** Writes and reads at the same time; what is read is there also if not all can be written. */
    static <T extends @Nullable Object> CheckedFunction<Subprocess, Promise<T>> filtering(
            byte[] input, CheckedFunction<Subprocess, Promise<T>> read) {
        CheckedFunction<Subprocess, Promise<@Nullable Void>> write = writing(input);
        return process -> {
            Promise<@Nullable Void> sent = write.apply(process);
            sent.onFailure(error -> {});
            return read.apply(process).fold(value -> sent.map(done -> value), error -> {
                // A process whose output is not read may stop reading, too.
                sent.cancel();
                return Promise.failed(error);
            });
        };
    }

    /* ---- The run ---- */

    /** How long a process may take to end whose end may explain an error. */
    private static final Duration EXPLANATION = Duration.ofSeconds(1);

    private final Command command;
    private final Stdio[] streams;
    private boolean closesEarly;

    /**
     * Prepares a run.
     *
     * @param writes whether its input is a channel for us
     * @param reads whether its output is
     */
    Run(Command command, boolean writes, boolean reads) {
        this.command = command;
        this.streams = command.settings().streams(Stdio.TAIL);
        if (writes) {
            take(0, "input");
        }
        if (reads) {
            take(1, "output");
        }
        if (streams[2].kind == Stdio.Kind.PIPE) {
            throw new IllegalStateException(
                    command + " has its error output to a channel that nobody reads");
        }
        if ((!writes && streams[0].kind == Stdio.Kind.PIPE)
                || (!reads && streams[1].kind == Stdio.Kind.PIPE)) {
            throw new IllegalStateException(command + " has a pipe for spawn() that nobody uses");
        }
    }

    private void take(int i, String what) {
        if (command.settings().says(i) && streams[i].kind != Stdio.Kind.PIPE) {
            throw new IllegalStateException(
                    command + " has its " + what + " elsewhere already: " + streams[i]);
        }
        streams[i] = Stdio.pipe();
    }

    /** Says that the process may be killed for writing more than is read. */
    Run closingEarly() {
        closesEarly = true;
        return this;
    }

    Promise<Subprocess> spawn() {
        return Launch.of(command, streams.clone()).onSuccess(Subprocess::endWithLoop);
    }

    <T extends @Nullable Object> Promise<T> checked(CheckedFunction<Subprocess, Promise<T>> talk) {
        return Promise.using(
                this::spawn,
                process -> talk(process, talk)
                        .fold(
                                value -> end(process).map(done -> value),
                                error -> failed(process, error)),
                Subprocess::stop);
    }

    <T extends @Nullable Object> Promise<Command.Result<T>> withStatus(
            CheckedFunction<Subprocess, Promise<T>> talk) {
        return Promise.using(
                this::spawn,
                process -> talk(process, talk)
                        .fold(
                                value -> process.closing()
                                        .map(status -> result(process, value, status)),
                                error -> process.isTimedOut()
                                        ? failed(process, error)
                                        : Promise.failed(error)),
                Subprocess::stop);
    }

    private <T extends @Nullable Object> Command.Result<T> result(
            Subprocess process, T value, ExitStatus status) throws ExitException {
        if (process.isTimedOut()) {
            throw exception(process, status);
        }
        return new Command.Result<>(value, status, process.errors());
    }

    private static <T extends @Nullable Object> Promise<T> talk(
            Subprocess process, CheckedFunction<Subprocess, Promise<T>> talk) {
        return Promise.apply(() -> talk.apply(process));
    }

    /** The end of a process that is to be a good one. */
    Promise<@Nullable Void> end(Subprocess process) {
        return process.closing().flatMap(status -> {
            boolean good = command.accepts(status) || (closesEarly && isBrokenPipe(status));
            return good && !process.isTimedOut()
                    ? Promise.unit()
                    : Promise.failed(exception(process, status));
        });
    }

    private static boolean isBrokenPipe(ExitStatus status) {
        return status instanceof ExitStatus.Signaled signaled
                && signaled.signal().name().equals("PIPE");
    }

    /** The talk failed; how the process ended may say more about the reason than the error does. */
    <T extends @Nullable Object> Promise<T> failed(Subprocess process, Throwable error) {
        if (!(error instanceof IOException)) {
            return Promise.failed(error);
        }
        // Its output is closed, too, so that it does not wait for us to read on. If it goes on all
        // the same, it is stopped by whoever has started it.
        Promise<T> explained = process.close()
                .outcome()
                .shielded()
                .flatMap(closed -> process.completed())
                .flatMap(status -> Promise.failed(explained(process, status, error)));
        return Promise.pick(
                explained, EventLoop.sleep(EXPLANATION).<T>flatMap(over -> Promise.failed(error)));
    }

    private Throwable explained(Subprocess process, ExitStatus status, Throwable error) {
        boolean explains = !command.accepts(status) && !isBrokenPipe(status);
        if (!explains && !process.isTimedOut()) {
            return error;
        }
        ExitException better = exception(process, status);
        better.addSuppressed(error);
        return better;
    }

    private ExitException exception(Subprocess process, ExitStatus status) {
        return new ExitException(command.words(), status, process.errors(), process.isTimedOut());
    }
}
