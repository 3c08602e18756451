package io.lwt4j.react;

import org.testng.SkipException;
import org.testng.annotations.Test;

import java.util.concurrent.Flow;

/** A signal that changes when its subscriber has asked for another value. */
public class SignalPublisherTckTest extends TckPublisher {

    @Override
    Numbers numbers() {
        Var<Long> variable = Var.of(0L);
        return new Numbers() {
            @Override
            public Node node() {
                return variable.signal();
            }

            @Override
            public Flow.Publisher<Long> publisher() {
                return variable.signal().asPublisher();
            }

            @Override
            public void send(long number) {
                variable.set(number);
            }
        };
    }

    @Override
    boolean isShared() {
        return false;
    }

    @Override
    boolean hasFirst() {
        return true;
    }

    /** Its error is told to whoever asks for a value, and the verification asks for none. */
    @Override
    public Flow.Publisher<Long> createFailedFlowPublisher() {
        return null;
    }

    @Override
    @Test
    public void optional_spec105_emptyStreamMustTerminateBySignallingOnComplete() {
        throw new SkipException("a signal has at least one value");
    }
}
