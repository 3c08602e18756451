package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.Publishers;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;

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
        if (loop.isCurrent()) {
            try {
                begin(subscriber);
            } catch (RejectedExecutionException closed) {
                refuse(subscriber, closed);
            }
        } else {
            loop.execute(() -> beginFromAfar(subscriber), closed -> refuse(subscriber, closed));
        }
    }

    private void begin(Flow.Subscriber<? super A> subscriber) {
        maker.make(home, loop, subscriber).begin();
    }

    /** Whoever subscribed is not here to be thrown at. */
    private void beginFromAfar(Flow.Subscriber<? super A> subscriber) {
        try {
            begin(subscriber);
        } catch (Throwable t) {
            refuse(subscriber, t);
            if (Graph.isFatal(t)) {
                throw t;
            }
        }
    }

    private void refuse(Flow.Subscriber<? super A> subscriber, Throwable cause) {
        Publishers.<A>failed(cause).subscribe(subscriber);
    }
}
