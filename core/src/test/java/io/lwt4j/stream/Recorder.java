package io.lwt4j.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;

/** A subscriber that writes down what it is told, and asks for nothing by itself. */
class Recorder<T> implements Flow.Subscriber<T> {

    final List<Object> signals = new ArrayList<>();
    Flow.Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
    }

    @Override
    public void onNext(T element) {
        signals.add(element);
    }

    @Override
    public void onError(Throwable cause) {
        signals.add(cause);
    }

    @Override
    public void onComplete() {
        signals.add("complete");
    }
}
