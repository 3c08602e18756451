package io.lwt4j.stream.tck;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.stream.PullStream;

import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

import java.util.concurrent.Flow;
import java.util.function.Supplier;

/** Verifies publishers of one kind of stream. Each subscriber gets a copy of the stream. */
abstract class StreamVerification extends FlowPublisherVerification<Long> {

    private EventLoop loop;

    StreamVerification() {
        super(new TestEnvironment(500, 50), 500);
    }

    /** A stream of the numbers from 0 on; made on the loop. */
    abstract PullStream<Long> numbers(long count) throws Exception;

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
        return shared(() -> {
            try {
                return numbers(elements);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Override
    public Flow.Publisher<Long> createFailedFlowPublisher() {
        return shared(() -> {
            PullStream.Pushed<Long> pushed = PullStream.push();
            pushed.writer().fail(new IllegalStateException("failed"));
            return pushed.stream();
        });
    }

    private Flow.Publisher<Long> shared(Supplier<PullStream<Long>> made) {
        return new Flow.Publisher<>() {
            private PullStream<Long> stream;

            @Override
            public void subscribe(Flow.Subscriber<? super Long> subscriber) {
                requireNonNull(subscriber, "subscriber");
                loop.execute(() -> {
                    if (stream == null) {
                        stream = made.get();
                    }
                    stream.copy().asPublisher().subscribe(subscriber);
                });
            }
        };
    }
}
