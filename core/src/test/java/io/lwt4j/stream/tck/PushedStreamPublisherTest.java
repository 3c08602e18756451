package io.lwt4j.stream.tck;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.stream.PullStream;
import io.lwt4j.stream.StreamWriter;

/** Elements that are pushed, one in each turn of the loop, by somebody who does not wait. */
public class PushedStreamPublisherTest extends StreamVerification {

    /** More than any test asks for. */
    private static final long MOST = 1000;

    @Override
    PullStream<Long> numbers(long count) {
        PullStream.Pushed<Long> pushed = PullStream.push();
        EventLoop.spawn(() -> push(pushed.writer(), 0, Math.min(count, MOST)));
        return pushed.stream();
    }

    private static Promise<?> push(StreamWriter<Long> writer, long next, long count) {
        if (next == count) {
            writer.end();
            return Promise.unit();
        }
        writer.push(next);
        return EventLoop.pause().flatMap(unused -> push(writer, next + 1, count));
    }
}
