package io.lwt4j.react;

import org.reactivestreams.tck.SubscriberWhiteboxVerification.SubscriberPuppet;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberWhiteboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

import java.util.concurrent.Flow;

/** The subscriber that an event is to the publisher it is made from, seen from the inside. */
public class EventSubscriberTckTest extends FlowSubscriberWhiteboxVerification<Integer> {

    private final TckInlets subscribers = new TckInlets();

    public EventSubscriberTckTest() {
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
    protected Flow.Subscriber<Integer> createFlowSubscriber(
            WhiteboxSubscriberProbe<Integer> probe) {
        return new Probed(subscribers.create(Intake::toEvent), probe);
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }

    /** Passes signals on, and tells the probe. */
    private record Probed(
            Flow.Subscriber<Integer> subscriber, WhiteboxSubscriberProbe<Integer> probe)
            implements Flow.Subscriber<Integer> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
            probe.registerOnSubscribe(new SubscriberPuppet() {
                @Override
                public void triggerRequest(long elements) {
                    subscription.request(elements);
                }

                @Override
                public void signalCancel() {
                    subscription.cancel();
                }
            });
        }

        @Override
        public void onNext(Integer element) {
            subscriber.onNext(element);
            probe.registerOnNext(element);
        }

        @Override
        public void onError(Throwable cause) {
            subscriber.onError(cause);
            probe.registerOnError(cause);
        }

        @Override
        public void onComplete() {
            subscriber.onComplete();
            probe.registerOnComplete();
        }
    }
}
