package io.lwt4j.react;

import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

import java.util.concurrent.Flow;

/** The subscriber that a signal is to a publisher that is asked for one element at a time. */
public class PacedSignalSubscriberTckTest extends FlowSubscriberBlackboxVerification<Integer> {

    private final TckInlets subscribers = new TckInlets();

    public PacedSignalSubscriberTckTest() {
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
        return subscribers.create((intake, publisher) -> intake.paced().toSignal(publisher, -1));
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
