package io.lwt4j.interop.reactor.tck;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.interop.reactor.ReactorBridge;

import org.reactivestreams.Publisher;

/** A promise that is made for each subscriber, who subscribes on a thread of his own. */
public class DeferredMonoTest extends BridgeVerification {

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return ReactorBridge.deferMono(
                loop(), () -> EventLoop.pause().map(done -> elements == 0 ? null : 1L));
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return ReactorBridge.deferMono(
                loop(), () -> Promise.failed(new IllegalStateException("failed")));
    }
}
