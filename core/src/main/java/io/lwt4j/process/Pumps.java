package io.lwt4j.process;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.Channels;
import io.lwt4j.io.InputChannel;
import io.lwt4j.io.OutputChannel;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** What goes on between a process and channels that are not its own. */
final class Pumps {

    private final List<Promise<?>> outputs = new ArrayList<>(2);
    private Promise<?> feeding = Promise.unit();
    private boolean stopped;

    /** Lets the process read a channel. It need not read all of it. */
    void feed(InputChannel from, OutputChannel stdin) {
        EventLoop loop = EventLoop.current();
        feeding = feedOn(loop, from, stdin).eventually(() -> Subprocess.quietly(stdin.close()));
        feeding.onFailure(error -> {});
    }

    private static Promise<@Nullable Void> feedOn(
            EventLoop loop, InputChannel from, OutputChannel stdin) {
        return from.read()
                .onFailure(error -> {
                    if (!(error instanceof CanceledException)) {
                        loop.report(error);
                    }
                })
                .flatMap(some -> some.length == 0
                        ? Promise.unit()
                        : stdin.write(some).flatMap(done -> feedOn(loop, from, stdin)));
    }

    /** Takes what the process writes to a channel, which is flushed in the end. */
    void drain(InputChannel output, OutputChannel to) {
        outputs.add(Channels.copy(output, to).eventually(output::close));
    }

    /** The end of what the process writes; rejected if not all arrived, but was to. */
    Promise<@Nullable Void> outputs() {
        return stopped
                ? Promise.unit()
                : Promise.join(outputs)
                        .recover(error -> stopped ? Promise.unit() : Promise.failed(error));
    }

    void stopFeeding() {
        feeding.cancel();
    }

    void stop() {
        stopped = true;
        stopFeeding();
        for (Promise<?> output : outputs) {
            output.onFailure(error -> {});
            output.cancel();
        }
    }
}
