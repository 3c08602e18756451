package io.lwt4j.interop.reactor.tck;

import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/** The subscriber behind the promise of a mono. */
public class PromiseSubscriberBlackboxTest extends SubscriberBlackboxVerification<Integer> {

    private Subscribers subscribers;

    public PromiseSubscriberBlackboxTest() {
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
    public Subscriber<Integer> createSubscriber() {
        return subscribers.ofPromise();
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
