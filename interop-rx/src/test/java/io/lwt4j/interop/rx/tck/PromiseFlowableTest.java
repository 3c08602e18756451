package io.lwt4j.interop.rx.tck;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.interop.rx.RxJava3Bridge;
import io.reactivex.rxjava3.core.Flowable;

import java.time.Duration;

/** Promises, which have one element at most. */
public class PromiseFlowableTest extends FlowableVerification {

    @Override
    Flowable<Long> numbers(long count) {
        Promise<Long> promise =
                EventLoop.sleep(Duration.ofMillis(5)).map(slept -> count == 0 ? null : 0L);
        return RxJava3Bridge.toFlowable(promise.shielded());
    }

    @Override
    Flowable<Long> failed() {
        return RxJava3Bridge.toFlowable(EventLoop.pause()
                .flatMap(turn -> Promise.failed(new IllegalStateException("failed"))));
    }

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }
}
