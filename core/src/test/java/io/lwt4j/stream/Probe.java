package io.lwt4j.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;

/** A publisher driven by hand, which writes down what its subscriber does. */
class Probe<T> implements Flow.Publisher<T>, Flow.Subscription {

    final List<String> calls = new ArrayList<>();
    Flow.Subscriber<? super T> subscriber;

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        calls.add("subscribe");
        this.subscriber = subscriber;
        subscriber.onSubscribe(this);
    }

    @Override
    public void request(long n) {
        calls.add("request " + n);
    }

    @Override
    public void cancel() {
        calls.add("cancel");
    }
}
