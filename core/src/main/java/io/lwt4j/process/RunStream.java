package io.lwt4j.process;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.stream.PullStream;
import io.lwt4j.sync.Cleanup;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** One run of a command whose output is a stream. */
final class RunStream<T> implements Callable<Promise<Optional<T>>> {

    private final Run run;
    private final @Nullable PullStream<byte[]> input;
    private final Function<Subprocess, Promise<Optional<T>>> next;

    private @Nullable Subprocess process;
    private Promise<@Nullable Void> sending = Promise.unit();
    private boolean over;

    private RunStream(
            Command command,
            @Nullable PullStream<byte[]> input,
            Function<Subprocess, Promise<Optional<T>>> next) {
        this.run = new Run(command, input != null, true);
        this.input = input;
        this.next = next;
    }

    static PullStream<String> lines(Command command, @Nullable PullStream<byte[]> input) {
        return stream(
                new RunStream<>(command, input, process -> process.stdout().readLine()));
    }

    static PullStream<byte[]> chunks(Command command, @Nullable PullStream<byte[]> input) {
        return stream(new RunStream<>(
                command,
                input,
                process -> process.stdout()
                        .read()
                        .map(some -> some.length == 0 ? Optional.empty() : Optional.of(some))));
    }

    private static <T> PullStream<T> stream(RunStream<T> source) {
        PullStream<T> stream = PullStream.from(source);
        stream.onTermination(source::abandoned);
        return stream;
    }

    @Override
    public Promise<Optional<T>> call() {
        if (over) {
            return Promise.emptyOptional();
        }
        Subprocess running = process;
        return running == null ? run.spawn().flatMap(this::began) : next(running);
    }

    private Promise<Optional<T>> began(Subprocess started) {
        process = started;
        // Nobody else would end it if the stream were left behind.
        Cleanup.whenGarbage(this, started::stop);
        PullStream<byte[]> sent = input;
        if (sent != null) {
            sending = Run.send(sent, started.stdin());
            sending.onFailure(error -> {});
        }
        return next(started);
    }

    private Promise<Optional<T>> next(Subprocess running) {
        return next.apply(running)
                .fold(
                        element -> element.isPresent() ? Promise.of(element) : end(running),
                        error -> failedRead(running, error));
    }

    private Promise<Optional<T>> failedRead(Subprocess running, Throwable error) {
        if (over) {
            // It is we who have closed the channel, and nobody reads any more.
            return Promise.emptyOptional();
        }
        return running.isTimedOut() ? timedOut(running, error) : Promise.failed(error);
    }

    private Promise<Optional<T>> timedOut(Subprocess running, Throwable error) {
        over = true;
        return failed(running, error);
    }

    /** The output is at its end: the stream is, too, if all is well with the rest. */
    private Promise<Optional<T>> end(Subprocess running) {
        over = true;
        return sending.fold(
                sent -> run.end(running).map(done -> Optional.<T>empty()),
                error -> failed(running, error));
    }

    /** Nobody else would stop it if it goes on. */
    private Promise<Optional<T>> failed(Subprocess running, Throwable error) {
        return run.<Optional<T>>failed(running, error)
                .onFailure(cause -> EventLoop.spawn(running::stop));
    }

    /** The stream is at its end, or nobody reads it any more. */
    private void abandoned() {
        over = true;
        sending.cancel();
        Subprocess running = process;
        if (running != null) {
            EventLoop.spawn(running::stop);
        } else if (input != null) {
            input.close();
        }
    }
}
