package io.lwt4j.stream.tck;

import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

import java.util.concurrent.Flow;

/** The subscriber that a stream is to the publisher it is made from. */
public class StreamSubscriberBlackboxTest extends FlowSubscriberBlackboxVerification<Integer> {

    private final StreamSubscribers subscribers = new StreamSubscribers();

    public StreamSubscriberBlackboxTest() {
        super(new TestEnvironment(500, 50));
    }

    @BeforeClass
    void startLoop() {
        subscribers.start();
    }

    @AfterClass
    void stopLoop() {
        subscribers.stop();
    }

    @Override
    public Flow.Subscriber<Integer> createFlowSubscriber() {
        return subscribers.create();
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
