package io.lwt4j.interop.reactor.tck;

import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberWhiteboxVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/** The subscriber behind a stream, seen from the inside. */
public class StreamSubscriberWhiteboxTest extends SubscriberWhiteboxVerification<Integer> {

    private Subscribers subscribers;

    public StreamSubscriberWhiteboxTest() {
        super(new TestEnvironment(500, 50));
    }

    @BeforeClass
    void startLoop() {
        subscribers = new Subscribers();
    }

    @AfterClass
    void stopLoop() {
        subscribers.stop();
    }

    @Override
    public Subscriber<Integer> createSubscriber(WhiteboxSubscriberProbe<Integer> probe) {
        return new Subscribers.Probed(subscribers.ofStream(), probe);
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
