package io.lwt4j.interop.rx.tck;

import io.lwt4j.interop.rx.RxJava3Bridge;
import io.lwt4j.stream.PullStream;
import io.reactivex.rxjava3.core.Flowable;

import org.testng.SkipException;
import org.testng.annotations.Test;

/** Streams that are written to meanwhile, and are for one subscriber. */
public class UnicastStreamFlowableTest extends FlowableVerification {

    @Override
    Flowable<Long> numbers(long count) {
        PullStream.Pushed<Long> pushed = PullStream.push(loop());
        Thread writer = new Thread(() -> {
            for (long i = 0; i < Math.min(count, 100_000); i++) {
                pushed.writer().push(i);
            }
            pushed.writer().end();
        });
        writer.setDaemon(true);
        writer.start();
        return RxJava3Bridge.toFlowable(pushed.stream());
    }

    @Override
    Flowable<Long> failed() {
        PullStream.Pushed<Long> pushed = PullStream.push();
        pushed.writer().fail(new IllegalStateException("failed"));
        return RxJava3Bridge.toFlowable(pushed.stream());
    }

    @Override
    @Test
    public void optional_spec111_maySupportMultiSubscribe() {
        throw new SkipException("a stream has one subscriber");
    }

    @Override
    @Test
    public void optional_spec111_registeredSubscribersMustReceiveOnNextOrOnCompleteSignals() {
        throw new SkipException("a stream has one subscriber");
    }
}
