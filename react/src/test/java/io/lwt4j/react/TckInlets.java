package io.lwt4j.react;

import io.lwt4j.EventLoop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.BiFunction;

/** Makes the subscribers that publishers get which are turned into events and signals. */
final class TckInlets {

    private EventLoop loop;

    void start() {
        loop = EventLoop.builder().name("verified").uncaughtHandler(error -> {}).start();
    }

    void stop() {
        loop.close();
    }

    Flow.Subscriber<Integer> create(
            BiFunction<Intake, Flow.Publisher<Integer>, Feed<?>> conversion) {
        CompletableFuture<Flow.Subscriber<? super Integer>> subscriber = new CompletableFuture<>();
        loop.execute(() -> {
            Feed<?> feed = conversion.apply(Intake.create(), subscriber::complete);
            feed.done().onFailure(error -> {});
        });
        return cast(subscriber.join());
    }

    /** The publisher gets a subscriber of exactly its own elements. */
    @SuppressWarnings("unchecked")
    private static Flow.Subscriber<Integer> cast(Flow.Subscriber<? super Integer> subscriber) {
        return (Flow.Subscriber<Integer>) subscriber;
    }
}
