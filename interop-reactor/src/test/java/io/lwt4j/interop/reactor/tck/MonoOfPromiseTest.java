package io.lwt4j.interop.reactor.tck;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.interop.reactor.ReactorBridge;

import org.reactivestreams.Publisher;

/** A pending promise, which is resolved a turn after somebody has subscribed. */
public class MonoOfPromiseTest extends BridgeVerification {

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return onLoop(() -> {
            Resolver<Long> resolver = Resolver.cancellable();
            EventLoop.spawn(() -> EventLoop.pause().flatMap(done -> {
                if (resolver.promise().isPending()) {
                    resolver.resolve(elements == 0 ? null : 1L);
                }
                return Promise.unit();
            }));
            return ReactorBridge.toMono(resolver.promise());
        });
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return onLoop(() -> {
            Resolver<Long> resolver = Resolver.cancellable();
            Publisher<Long> mono = ReactorBridge.toMono(resolver.promise());
            loop().execute(() -> resolver.reject(new IllegalStateException("failed")));
            return mono;
        });
    }
}
