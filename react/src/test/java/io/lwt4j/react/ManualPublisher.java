package io.lwt4j.react;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;

/** A publisher that sends what it is told to, and writes down what it is asked for. */
final class ManualPublisher<A> implements Flow.Publisher<A> {

    final List<Object> log = new ArrayList<>();
    Flow.Subscriber<? super A> subscriber;

    @Override
    public void subscribe(Flow.Subscriber<? super A> given) {
        subscriber = given;
        given.onSubscribe(subscription());
    }

    Flow.Subscription subscription() {
        return new Flow.Subscription() {
            @Override
            public void request(long n) {
                log.add(n);
            }

            @Override
            public void cancel() {
                log.add("cancel");
            }
        };
    }

    void next(A element) {
        subscriber.onNext(element);
    }

    void complete() {
        subscriber.onComplete();
    }

    void fail(Throwable cause) {
        subscriber.onError(cause);
    }

    List<Object> take() {
        List<Object> taken = List.copyOf(log);
        log.clear();
        return taken;
    }
}
