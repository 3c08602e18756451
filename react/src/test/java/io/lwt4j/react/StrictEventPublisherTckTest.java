package io.lwt4j.react;

import java.util.concurrent.Flow;

/** An event of which nothing is kept: an occurrence too many, or one not told, is an error. */
public class StrictEventPublisherTckTest extends TckPublisher {

    @Override
    Numbers numbers() {
        return EventPublisherTckTest.numbers(Overflow.error());
    }

    @Override
    boolean isShared() {
        return false;
    }

    @Override
    public Flow.Publisher<Long> createFailedFlowPublisher() {
        return null;
    }
}
