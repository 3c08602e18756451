package io.lwt4j.interop.reactor.tck;

import io.lwt4j.interop.reactor.ReactorBridge;
import io.lwt4j.react.Var;

import org.reactivestreams.Publisher;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** A signal that changes when its value has been told. */
public class FluxOfSignalTest extends BridgeVerification {

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return onLoop(() -> {
            Var<Long> number = Var.of(0L);
            return ReactorBridge.toFlux(number.signal()).doOnNext(told -> {
                if (told + 1 < elements) {
                    number.set(told + 1);
                } else {
                    number.signal().stop();
                }
            });
        });
    }

    /** Its error is told to whoever asks for a value, and the verification asks for none. */
    @Override
    public Publisher<Long> createFailedPublisher() {
        return null;
    }

    @Override
    @Test
    public void optional_spec105_emptyStreamMustTerminateBySignallingOnComplete() {
        throw new SkipException("a signal has at least one value");
    }
}
