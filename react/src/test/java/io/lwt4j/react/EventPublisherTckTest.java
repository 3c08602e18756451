package io.lwt4j.react;

import java.util.concurrent.Flow;

/** Several subscribers to one event, for each of which is kept what it has not asked for. */
public class EventPublisherTckTest extends TckPublisher {

    @Override
    Numbers numbers() {
        return numbers(Overflow.unbounded());
    }

    static Numbers numbers(Overflow overflow) {
        EventEmitter<Long> emitter = EventEmitter.create();
        return new Numbers() {
            @Override
            public Node node() {
                return emitter.event();
            }

            @Override
            public Flow.Publisher<Long> publisher() {
                return emitter.event().asPublisher(overflow);
            }

            @Override
            public void send(long number) {
                emitter.send(number);
            }
        };
    }

    @Override
    boolean isShared() {
        return true;
    }

    @Override
    public Flow.Publisher<Long> createFailedFlowPublisher() {
        return subscriber -> onLoop(() -> {
                    EventEmitter<Long> emitter = EventEmitter.create();
                    Event<Long> event = emitter.event().map(a -> {
                        throw new IllegalStateException("failed");
                    });
                    Flow.Publisher<Long> publisher = event.asPublisher(Overflow.error());
                    return given -> {
                        publisher.subscribe(given);
                        emitter.send(1L);
                    };
                })
                .subscribe(subscriber);
    }
}
