package io.lwt4j.bench;

import io.reactivex.rxjava3.core.SingleObserver;
import io.reactivex.rxjava3.core.SingleSource;
import io.reactivex.rxjava3.disposables.Disposable;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniSubscriber;
import io.smallrye.mutiny.subscription.UniSubscription;

import org.reactivestreams.Subscription;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * The least that can subscribe to the lazy types: it keeps the value, and does nothing else. The
 * subscription is part of the work, since without it nothing of theirs runs.
 */
final class End<T> implements CoreSubscriber<T>, SingleObserver<T>, UniSubscriber<T> {

    /** The value, once it is there. */
    T value;

    static <T> End<T> of(Mono<T> mono) {
        End<T> end = new End<>();
        mono.subscribe(end);
        return end;
    }

    static <T> End<T> of(SingleSource<T> single) {
        End<T> end = new End<>();
        single.subscribe(end);
        return end;
    }

    static <T> End<T> of(Uni<T> uni) {
        End<T> end = new End<>();
        uni.subscribe().withSubscriber(end);
        return end;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onSubscribe(Disposable disposable) {}

    @Override
    public void onSubscribe(UniSubscription subscription) {}

    @Override
    public void onNext(T value) {
        this.value = value;
    }

    @Override
    public void onSuccess(T value) {
        this.value = value;
    }

    @Override
    public void onItem(T value) {
        this.value = value;
    }

    @Override
    public void onComplete() {}

    @Override
    public void onError(Throwable error) {
        throw new AssertionError(error);
    }

    @Override
    public void onFailure(Throwable error) {
        throw new AssertionError(error);
    }
}
