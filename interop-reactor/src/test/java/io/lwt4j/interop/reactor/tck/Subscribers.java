package io.lwt4j.interop.reactor.tck;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.interop.reactor.ReactorBridge;

import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.SubscriberPuppet;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import java.util.concurrent.CompletableFuture;

/** The subscribers that the bridge subscribes with, caught by publishers that do nothing else. */
final class Subscribers {

    private final EventLoop loop = EventLoop.builder().name("verified").start();

    Subscriber<Integer> ofPromise() {
        return on(caught -> ReactorBridge.toPromise(new Mono<Integer>() {
                    @Override
                    public void subscribe(CoreSubscriber<? super Integer> actual) {
                        caught.complete(actual);
                    }
                })
                .onFailure(error -> {}));
    }

    Subscriber<Integer> ofList() {
        return on(caught ->
                ReactorBridge.toPromiseList(catching(caught), 1000).onFailure(error -> {}));
    }

    Subscriber<Integer> ofStream() {
        return on(caught -> ReactorBridge.toPullStream(catching(caught), 8)
                .forEach(element -> {})
                .onFailure(error -> {}));
    }

    private static Flux<Integer> catching(CompletableFuture<CoreSubscriber<?>> caught) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Integer> actual) {
                caught.complete(actual);
            }
        };
    }

    private interface Conversion {
        Promise<?> convert(CompletableFuture<CoreSubscriber<?>> caught);
    }

    @SuppressWarnings("unchecked")
    private Subscriber<Integer> on(Conversion conversion) {
        CompletableFuture<CoreSubscriber<?>> caught = new CompletableFuture<>();
        loop.execute(() -> conversion.convert(caught));
        return (Subscriber<Integer>) caught.join();
    }

    void stop() {
        loop.close();
    }

    /** Passes signals on, and tells the probe. */
    record Probed(Subscriber<Integer> subscriber, WhiteboxSubscriberProbe<Integer> probe)
            implements Subscriber<Integer> {

        @Override
        public void onSubscribe(Subscription subscription) {
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
