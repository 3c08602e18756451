package io.lwt4j.interop.reactor.tck;

import io.lwt4j.interop.reactor.ReactorBridge;
import io.lwt4j.stream.PullStream;

import org.reactivestreams.Publisher;

import java.util.Optional;

/** A stream of numbers. */
public class FluxOfStreamTest extends BridgeVerification {

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return onLoop(() -> {
            long[] next = {0};
            return ReactorBridge.toFlux(PullStream.fromDirect(
                    () -> next[0] < elements ? Optional.of(next[0]++) : Optional.empty()));
        });
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return onLoop(() -> {
            PullStream.Pushed<Long> pushed = PullStream.push();
            pushed.writer().fail(new IllegalStateException("failed"));
            return ReactorBridge.toFlux(pushed.stream());
        });
    }
}
