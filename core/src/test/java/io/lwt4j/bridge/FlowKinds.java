package io.lwt4j.bridge;

import io.lwt4j.DropHandler;
import io.lwt4j.bridge.Drop.Sink;
import io.lwt4j.bridge.Kind.Fact;
import io.lwt4j.stream.PullStream;
import io.lwt4j.stream.StreamWriter;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** Streams, and the publishers of the JDK. */
public final class FlowKinds {

    private FlowKinds() {}

    /* ---- Flow.Publisher ---- */

    public static final Kind<Flow.Publisher<Object>> PUBLISHER =
            new PublisherKind(Sink.NONE, Sink.HANDLER);

    /** Publishers whose late signals go to {@link #DROPS}. */
    public static final Kind<Flow.Publisher<Object>> DROPPING_PUBLISHER =
            new PublisherKind(Sink.DISCARDED, Sink.DROPPED);

    public static final DropHandler<Object> DROPS = new DropHandler<>() {
        @Override
        public void element(Object element) {
            World.dropHere(Sink.DISCARDED, element, "DropHandler");
        }

        @Override
        public void error(Throwable cause) {
            World.dropHere(Sink.DROPPED, cause, "DropHandler");
        }
    };

    private static final class PublisherKind extends Kind<Flow.Publisher<Object>> {

        PublisherKind(Sink lateValues, Sink lateErrors) {
            super(
                    "Flow.Publisher",
                    lateValues,
                    lateErrors,
                    Fact.MANY,
                    Fact.MAYBE_EMPTY,
                    Fact.SUBSCRIPTION,
                    Fact.DEMAND,
                    Fact.LAZY);
        }

        @Override
        public Source<Flow.Publisher<Object>> source(World world) {
            return new PublisherSource(world);
        }

        @Override
        public Observer observe(World world, Flow.Publisher<Object> publisher) {
            return new FlowObserver(world, publisher);
        }
    }

    private static final class PublisherSource extends Source<Flow.Publisher<Object>> {

        private final List<Flow.Subscriber<? super Object>> subscribers = new ArrayList<>();

        PublisherSource(World world) {
            super(world);
        }

        @Override
        public Flow.Publisher<Object> subject() {
            return subscriber -> {
                subscribers.add(subscriber);
                if (!withheld) {
                    subscriber.onSubscribe(subscription());
                }
            };
        }

        private Flow.Subscription subscription() {
            return new Flow.Subscription() {
                @Override
                public void request(long n) {
                    Object value = ready;
                    ready = null;
                    if (value != null) {
                        value(value);
                    }
                }

                @Override
                public void cancel() {
                    cancelled();
                }
            };
        }

        @Override
        public boolean isSubscribed() {
            return !subscribers.isEmpty();
        }

        @Override
        public void subscribe() {
            subscribers.forEach(subscriber -> subscriber.onSubscribe(subscription()));
        }

        @Override
        public void subscribeAgain() {
            subscribers.forEach(subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    throw new AssertionError("the second subscription was asked for elements");
                }

                @Override
                public void cancel() {
                    secondCancelled();
                }
            }));
        }

        @Override
        public void next(Object value) {
            subscribers.forEach(subscriber -> subscriber.onNext(value));
        }

        @Override
        public void complete() {
            subscribers.forEach(Flow.Subscriber::onComplete);
        }

        @Override
        public void error(Throwable cause) {
            subscribers.forEach(subscriber -> subscriber.onError(cause));
        }
    }

    private static final class FlowObserver extends Observer implements Flow.Subscriber<Object> {

        private final Flow.Publisher<Object> publisher;
        private volatile Flow.Subscription subscription;

        FlowObserver(World world, Flow.Publisher<Object> publisher) {
            super(world);
            this.publisher = publisher;
        }

        @Override
        public void start() {
            publisher.subscribe(this);
        }

        @Override
        public void request(long n) {
            subscription.request(n);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            subscribed(given::cancel);
            if (greedy) {
                given.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(Object element) {
            hear(Signal.value(element));
        }

        @Override
        public void onError(Throwable cause) {
            hear(Signal.error(cause));
        }

        @Override
        public void onComplete() {
            hear(Signal.end());
        }
    }

    /* ---- PullStream ---- */

    public static final Kind<PullStream<Object>> STREAM =
            new Kind<>(
                    "PullStream",
                    Sink.NONE,
                    Sink.NONE,
                    Fact.MANY,
                    Fact.MAYBE_EMPTY,
                    Fact.LOOP_ONLY,
                    Fact.CLOSED_ON_LOOP,
                    Fact.READ_BY_READ) {

                @Override
                public Source<PullStream<Object>> source(World world) {
                    return new StreamSource(world);
                }

                @Override
                public Observer observe(World world, PullStream<Object> stream) {
                    return new StreamObserver(world, stream);
                }

                @Override
                public List<Signal> cancelled() {
                    // Who closes a stream is at its end.
                    return empty();
                }

                @Override
                public Kind<?> raced(Form form) {
                    return CoreKinds.PROMISE;
                }

                @Override
                public Object race(Form form, List<PullStream<Object>> members) {
                    return CoreKinds.race(
                            form, members.stream().map(PullStream::next).toList());
                }
            };

    private static final class StreamSource extends Source<PullStream<Object>> {

        private final PullStream.Pushed<Object> pushed = PullStream.push();
        private boolean ended;

        StreamSource(World world) {
            super(world);
            pushed.stream().closed().onTermination(() -> {
                if (!ended) {
                    cancelled();
                }
            });
        }

        @Override
        public PullStream<Object> subject() {
            return pushed.stream();
        }

        @Override
        public void ready(Object value) {
            value(value);
        }

        @Override
        public void next(Object value) {
            unlessClosed(writer -> writer.push(value));
        }

        @Override
        public void complete() {
            ended = true;
            unlessClosed(StreamWriter::end);
        }

        @Override
        public void error(Throwable cause) {
            ended = true;
            unlessClosed(writer -> writer.fail(cause));
        }

        /** A stream that nobody reads any more refuses what comes. */
        private void unlessClosed(Consumer<StreamWriter<Object>> write) {
            if (!pushed.writer().isClosed()) {
                write.accept(pushed.writer());
            }
        }
    }

    private static final class StreamObserver extends Observer {

        private final PullStream<Object> stream;

        StreamObserver(World world, PullStream<Object> stream) {
            super(world);
            this.stream = stream;
        }

        @Override
        public void start() {
            stream.get()
                    .onAny(
                            element -> {
                                hear(element.map(Signal::value).orElseGet(Signal::end));
                                if (element.isPresent()) {
                                    start();
                                }
                            },
                            cause -> hear(Signal.error(cause)));
        }

        @Override
        public void cancel() {
            stream.close();
        }
    }
}
