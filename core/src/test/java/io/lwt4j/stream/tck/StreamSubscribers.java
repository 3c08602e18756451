package io.lwt4j.stream.tck;

import io.lwt4j.EventLoop;
import io.lwt4j.stream.PullStream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/** Makes subscribers of streams that are read to the end. */
final class StreamSubscribers {

    private EventLoop loop;

    void start() {
        loop = EventLoop.builder().name("verified").uncaughtHandler(error -> {}).start();
    }

    void stop() {
        loop.close();
    }

    Flow.Subscriber<Integer> create() {
        CompletableFuture<Flow.Subscriber<? super Integer>> subscriber = new CompletableFuture<>();
        loop.execute(() -> {
            Flow.Publisher<Integer> publisher = subscriber::complete;
            PullStream<Integer> stream = PullStream.from(publisher, 4);
            EventLoop.dontWait(() -> stream.forEach(element -> {}), error -> {});
        });
        return cast(subscriber.join());
    }

    /** The stream gives the publisher a subscriber of exactly its own elements. */
    @SuppressWarnings("unchecked")
    private static Flow.Subscriber<Integer> cast(Flow.Subscriber<? super Integer> subscriber) {
        return (Flow.Subscriber<Integer>) subscriber;
    }
}
