package io.lwt4j.interop.reactor.tck;

import io.lwt4j.interop.reactor.ReactorBridge;
import io.lwt4j.react.EventEmitter;
import io.lwt4j.react.Overflow;

import org.reactivestreams.Publisher;

/** An event that occurs some times at once, whether it is wanted or not. */
public class FluxOfEventTest extends BridgeVerification {

    /** More than any test asks for. */
    private static final long MOST = 1000;

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return onLoop(() -> {
            EventEmitter<Long> emitter = EventEmitter.create();
            loop().execute(() -> {
                for (long i = 0; i < Math.min(elements, MOST); i++) {
                    emitter.send(i);
                }
                emitter.event().stop();
            });
            return ReactorBridge.toFlux(emitter.event(), Overflow.unbounded());
        });
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return onLoop(() -> {
            EventEmitter<Long> emitter = EventEmitter.create();
            loop().execute(() -> emitter.send(1L));
            return ReactorBridge.toFlux(
                    emitter.event().<Long>map(a -> {
                        throw new IllegalStateException("failed");
                    }),
                    Overflow.error());
        });
    }
}
