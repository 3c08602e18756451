package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.function.Supplier;

/**
 * The verification of Reactive Streams, run on an event or a signal that has numbers one after the
 * other. The subscriber gets the very subscription that is verified; numbers are sent, on the loop,
 * when it has asked for one, and after the last of them the event or signal is stopped.
 */
abstract class TckPublisher extends FlowPublisherVerification<Long> {

    private EventLoop loop;

    TckPublisher() {
        super(new TestEnvironment(500, 50), 500);
    }

    /** Has numbers, and says who observes them. */
    interface Numbers {

        Node node();

        Flow.Publisher<Long> publisher();

        void send(long number);
    }

    /** Made on the loop. */
    abstract Numbers numbers();

    /** Whether all subscribers are to one and the same event. */
    abstract boolean isShared();

    /** Whether the numbers begin with a 0 that is there already. */
    boolean hasFirst() {
        return false;
    }

    @BeforeClass
    void startLoop() {
        loop = EventLoop.builder().name("verified").start();
    }

    @AfterClass
    void stopLoop() {
        loop.close();
    }

    @Override
    public Flow.Publisher<Long> createFlowPublisher(long elements) {
        return new Flow.Publisher<>() {
            private Numbers shared;

            @Override
            public void subscribe(Flow.Subscriber<? super Long> subscriber) {
                requireNonNull(subscriber, "subscriber");
                loop.execute(() -> {
                    Numbers numbers = shared;
                    boolean drive = numbers == null;
                    if (drive) {
                        numbers = numbers();
                        if (isShared()) {
                            shared = numbers;
                        }
                    }
                    numbers.publisher().subscribe(subscriber);
                    if (drive) {
                        Numbers driven = numbers;
                        EventLoop.spawn(() -> drive(driven, hasFirst() ? 1 : 0, elements));
                    }
                });
            }
        };
    }

    private static Promise<?> drive(Numbers numbers, long next, long count) {
        if (next == count) {
            numbers.node().graph.stop(numbers.node(), false);
            return Promise.unit();
        }
        if (numbers.node().first == null) {
            // All have cancelled.
            return Promise.unit();
        }
        boolean wanted = false;
        for (Dependent d = numbers.node().first; d != null; d = d.next) {
            Outlet<?> outlet = (Outlet<?>) d;
            wanted |= outlet.isWanted() && !outlet.hasWaiting();
        }
        if (wanted) {
            numbers.send(next);
            return EventLoop.pause().flatMap(turn -> drive(numbers, next + 1, count));
        }
        return EventLoop.sleep(Duration.ofMillis(1)).flatMap(turn -> drive(numbers, next, count));
    }

    /** Subscribes, on the loop, to a publisher that is made there. */
    final Flow.Publisher<Long> onLoop(Supplier<Flow.Publisher<Long>> maker) {
        return subscriber -> loop.execute(() -> maker.get().subscribe(subscriber));
    }
}
