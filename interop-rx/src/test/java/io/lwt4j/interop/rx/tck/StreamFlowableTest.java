package io.lwt4j.interop.rx.tck;

import io.lwt4j.interop.rx.RxJava3Bridge;
import io.lwt4j.stream.PullStream;
import io.reactivex.rxjava3.core.Flowable;

import java.util.Optional;

/** Streams; each subscriber gets one of its own. */
public class StreamFlowableTest extends FlowableVerification {

    @Override
    Flowable<Long> numbers(long count) {
        long[] next = {0};
        PullStream<Long> stream = PullStream.fromDirect(
                () -> next[0] < count ? Optional.of(next[0]++) : Optional.empty());
        return RxJava3Bridge.toFlowable(stream);
    }

    @Override
    Flowable<Long> failed() {
        PullStream.Pushed<Long> pushed = PullStream.push();
        pushed.writer().fail(new IllegalStateException("failed"));
        return RxJava3Bridge.toFlowable(pushed.stream());
    }

    /** A stream is for one subscriber, who may be the second one only here. */
    @Override
    public void optional_spec111_maySupportMultiSubscribe() {
        notVerified("a stream has one subscriber");
    }

    @Override
    public void optional_spec111_registeredSubscribersMustReceiveOnNextOrOnCompleteSignals() {
        notVerified("a stream has one subscriber");
    }

    @Override
    public void
            optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfItsSubscribersWhenRequestingManyUpfront() {
        notVerified("a stream has one subscriber");
    }
}
