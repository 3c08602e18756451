package io.lwt4j.interop.rx.tck;

import static java.util.Objects.requireNonNull;

import io.lwt4j.interop.rx.RxJava3Bridge;
import io.lwt4j.stream.PullStream;
import io.reactivex.rxjava3.core.Flowable;

import org.reactivestreams.Publisher;

import java.util.Optional;

/** Streams, of which each subscriber gets a copy. */
public class StreamFlowableTest extends FlowableVerification {

    @Override
    public Publisher<Long> createPublisher(long elements) {
        long[] next = {0};
        PullStream<Long> stream = PullStream.fromDirect(
                () -> next[0] < elements ? Optional.of(next[0]++) : Optional.empty());
        return subscriber -> {
            requireNonNull(subscriber, "subscriber");
            loop().execute(() -> RxJava3Bridge.toFlowable(stream.copy()).subscribe(subscriber));
        };
    }

    @Override
    Flowable<Long> numbers(long count) {
        throw new AssertionError("made above");
    }

    @Override
    Flowable<Long> failed() {
        PullStream.Pushed<Long> pushed = PullStream.push();
        pushed.writer().fail(new IllegalStateException("failed"));
        return RxJava3Bridge.toFlowable(pushed.stream());
    }
}
