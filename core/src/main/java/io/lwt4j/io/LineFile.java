package io.lwt4j.io;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.stream.PullStream;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The lines of a file as a stream: opened when it is first read, closed when it ends. */
final class LineFile {

    private final Path path;
    private final ChannelOptions options;

    private @Nullable InputChannel input;
    private boolean over;

    private LineFile(Path path, ChannelOptions options) {
        this.path = path;
        this.options = options;
    }

    static PullStream<String> lines(Path path, ChannelOptions options) {
        LineFile file = new LineFile(path, options);
        // Nobody else reads the channel, so that many lines may be taken from it at once.
        PullStream<String> lines = PullStream.flatten(PullStream.from(file::part));
        lines.onTermination(file::end);
        return lines;
    }

    private Promise<Optional<List<String>>> part() {
        if (over) {
            return Promise.emptyOptional();
        }
        Promise<Optional<List<String>>> part = input != null
                ? input.readLines()
                : AsyncFiles.openInput(path, options).flatMap(opened -> {
                    input = opened;
                    return opened.readLines();
                });
        return part.fold(
                lines -> lines.isPresent() ? Promise.of(lines) : close().map(done -> lines),
                cause -> close().outcome().flatMap(done -> Promise.failed(cause)));
    }

    private Promise<@Nullable Void> close() {
        over = true;
        return input == null ? Promise.unit() : input.close();
    }

    /** The stream was closed, or has come to its end. */
    private void end() {
        EventLoop.spawn(this::close);
    }
}
