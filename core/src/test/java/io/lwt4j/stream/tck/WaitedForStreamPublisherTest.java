package io.lwt4j.stream.tck;

import io.lwt4j.EventLoop;
import io.lwt4j.stream.PullStream;

import java.util.Optional;

/** Elements each of which has to be waited for. */
public class WaitedForStreamPublisherTest extends StreamVerification {

    @Override
    PullStream<Long> numbers(long count) {
        long[] next = {0};
        return PullStream.from(() -> EventLoop.pause()
                .map(unused -> next[0] < count ? Optional.of(next[0]++) : Optional.empty()));
    }
}
