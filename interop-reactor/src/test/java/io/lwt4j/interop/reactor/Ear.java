package io.lwt4j.interop.reactor;

import org.reactivestreams.Subscription;

import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A subscriber that asks for what it is told to, and writes down what it hears. */
class Ear<T> implements CoreSubscriber<T> {

    final List<Object> heard = new CopyOnWriteArrayList<>();
    volatile Subscription subscription;
    private final long initial;
    private final Context context;
    private Consumer<Subscription> onSubscribe = s -> {};
    private Consumer<T> onNext = element -> {};

    Ear(long initial) {
        this(initial, Context.empty());
    }

    Ear(long initial, Context context) {
        this.initial = initial;
        this.context = context;
    }

    static <T> Ear<T> all() {
        return new Ear<>(Long.MAX_VALUE);
    }

    Ear<T> subscribing(Consumer<Subscription> action) {
        onSubscribe = action;
        return this;
    }

    Ear<T> hearing(Consumer<T> action) {
        onNext = action;
        return this;
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(Subscription s) {
        if (subscription != null) {
            heard.add("second subscription");
        }
        subscription = s;
        onSubscribe.accept(s);
        if (initial > 0) {
            s.request(initial);
        }
    }

    @Override
    public void onNext(T element) {
        heard.add(element);
        onNext.accept(element);
    }

    @Override
    public void onError(Throwable cause) {
        heard.add(cause);
    }

    @Override
    public void onComplete() {
        heard.add("end");
    }
}
