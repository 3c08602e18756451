package io.lwt4j.react;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** A subscriber that writes down what it gets: elements, errors, and that it is complete. */
class Recorder<A> implements Flow.Subscriber<A> {

    static final String COMPLETE = "complete";

    final List<Object> log = new ArrayList<>();
    Flow.Subscription subscription;
    Consumer<A> action = element -> {};
    private final long first;
    private boolean called;

    Recorder() {
        this(Long.MAX_VALUE);
    }

    /** Asks for so many at once; 0 for none. */
    Recorder(long first) {
        this.first = first;
    }

    static <A> Recorder<A> of(Flow.Publisher<A> publisher, long first) {
        Recorder<A> recorder = new Recorder<>(first);
        publisher.subscribe(recorder);
        return recorder;
    }

    static <A> Recorder<A> of(Flow.Publisher<A> publisher) {
        return of(publisher, Long.MAX_VALUE);
    }

    void request(long n) {
        subscription.request(n);
    }

    void cancel() {
        subscription.cancel();
    }

    List<Object> take() {
        List<Object> taken = List.copyOf(log);
        log.clear();
        return taken;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (first > 0) {
            given.request(first);
        }
    }

    @Override
    public void onNext(A element) {
        if (called) {
            log.add("onNext in onNext");
        }
        called = true;
        log.add(element);
        try {
            action.accept(element);
        } finally {
            called = false;
        }
    }

    @Override
    public void onError(Throwable cause) {
        log.add(cause);
    }

    @Override
    public void onComplete() {
        log.add(COMPLETE);
    }
}
