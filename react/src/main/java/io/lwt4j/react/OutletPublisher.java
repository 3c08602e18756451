package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** An event or a signal for any number of subscribers. */
final class OutletPublisher<A extends @Nullable Object> implements Flow.Publisher<A> {

    /** Makes what stands between the event or signal and one subscriber. */
    @FunctionalInterface
    interface Maker<A extends @Nullable Object> {
        Outlet<A> make(Graph home, EventLoop loop, Flow.Subscriber<? super A> subscriber);
    }

    private final Graph home;
    private final EventLoop loop;
    private final Maker<A> maker;

    private OutletPublisher(Graph home, EventLoop loop, Maker<A> maker) {
        this.home = home;
        this.loop = loop;
        this.maker = maker;
    }

    static <A extends @Nullable Object> Flow.Publisher<A> of(Node node, Maker<A> maker) {
        EventLoop loop = currentLoop("publishing " + node);
        Graph home = Graph.current();
        if (node.graph != null) {
            node.graph.check();
            home = node.graph;
        }
        return new OutletPublisher<>(home, loop, maker);
    }

    /** The loop of the calling thread, without which nothing can cross from thread to thread. */
    static EventLoop currentLoop(String what) {
        if (!EventLoop.isLoopThread()) {
            throw new IllegalStateException(what + " needs an event loop, and thread \""
                    + Thread.currentThread().getName() + "\" runs none; do it, and make the events"
                    + " and signals, inside of EventLoop.run or loop.submit");
        }
        return EventLoop.current();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super A> subscriber) {
        requireNonNull(subscriber, "subscriber");
        try {
            if (loop.isCurrent()) {
                maker.make(home, loop, subscriber).begin();
                return;
            }
            // The loop may close before it comes to this.
            CompletableFuture<?> unused = loop.submit(() -> {
                        maker.make(home, loop, subscriber).begin();
                        return Promise.unit();
                    })
                    .whenComplete((begun, error) -> {
                        if (error != null) {
                            refuse(subscriber, error);
                        }
                    });
        } catch (RejectedExecutionException closed) {
            refuse(subscriber, closed);
        }
    }

    private static void refuse(Flow.Subscriber<?> subscriber, Throwable cause) {
        AtomicBoolean cancelled = new AtomicBoolean();
        // A subscriber must not throw (rule 2.13), but one that does is none of our callers'.
        try {
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {
                    cancelled.set(true);
                }
            });
            if (!cancelled.get()) {
                subscriber.onError(cause);
            }
        } catch (Throwable t) {
            Graph.log("A subscriber failed", t);
        }
    }
}
