package io.lwt4j.stream.tck;

import io.lwt4j.stream.PullStream;

import java.util.Optional;

/** Elements that are there when they are wanted, through some views. */
public class ReadyStreamPublisherTest extends StreamVerification {

    @Override
    PullStream<Long> numbers(long count) {
        long[] next = {0};
        return PullStream.fromDirect(
                        () -> next[0] < count ? Optional.of(next[0]++) : Optional.empty())
                .map(n -> n)
                .filter(n -> true);
    }
}
