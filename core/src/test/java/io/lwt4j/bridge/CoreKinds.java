package io.lwt4j.bridge;

import io.lwt4j.CanceledException;
import io.lwt4j.DropHandler;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.bridge.Drop.Sink;
import io.lwt4j.bridge.Kind.Fact;
import io.lwt4j.stream.PullStream;
import io.lwt4j.stream.StreamWriter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Our own types and those of the JDK. */
public final class CoreKinds {

    private CoreKinds() {}

    /* ---- Promise ---- */

    public static final Kind<Promise<Object>> PROMISE = new PromiseKind();

    private static final class PromiseKind extends Kind<Promise<Object>> {

        PromiseKind() {
            super("Promise", Sink.NONE, Sink.NONE, Fact.MAYBE_EMPTY, Fact.LOOP_ONLY);
        }

        @Override
        public Source<Promise<Object>> source(World world) {
            return new PromiseSource(world);
        }

        @Override
        public Observer observe(World world, Promise<Object> promise) {
            return new PromiseObserver(world, promise);
        }

        @Override
        public List<Signal> cancelled() {
            return List.of(Signal.error(CanceledException.class));
        }

        @Override
        public Kind<?> raced(Form form) {
            return this;
        }

        @Override
        public Object race(Form form, List<Promise<Object>> members) {
            return CoreKinds.race(form, members);
        }
    }

    /** A race of promises; two values come as a list. */
    private static Promise<?> race(Form form, List<Promise<Object>> members) {
        return switch (form) {
            case PICK -> Promise.pick(members);
            case CHOOSE -> Promise.choose(members);
            case NPICK -> Promise.npick(members);
            case NCHOOSE -> Promise.nchoose(members);
            case BOTH -> Promise.both(members.get(0), members.get(1), Arrays::asList);
            case JOIN -> Promise.join(members);
            case ALONE -> throw new IllegalArgumentException();
        };
    }

    private static final class PromiseSource extends Source<Promise<Object>> {

        private final Resolver<Object> resolver = Resolver.cancellable();
        private boolean given;

        PromiseSource(World world) {
            super(world);
            resolver.promise().onCancel(() -> {
                if (!given) {
                    cancelled();
                }
            });
        }

        @Override
        public Promise<Object> subject() {
            return resolver.promise();
        }

        @Override
        public void ready(Object value) {
            next(value);
        }

        @Override
        public void next(Object value) {
            given = true;
            resolver.resolve(value);
        }

        @Override
        public void complete() {
            if (!given) {
                next(null);
            }
        }

        @Override
        public void error(Throwable cause) {
            given = true;
            resolver.reject(cause);
        }
    }

    private static final class PromiseObserver extends Observer {

        private final Promise<Object> promise;

        PromiseObserver(World world, Promise<Object> promise) {
            super(world);
            this.promise = promise;
        }

        @Override
        public void start() {
            promise.onAny(
                    value -> hear(value == null ? Signal.end() : Signal.value(value)),
                    cause -> hear(Signal.error(cause)));
        }

        @Override
        public void cancel() {
            promise.cancel();
        }
    }

    /* ---- Promises made for each subscriber ---- */

    public static final Kind<Supplier<Promise<Object>>> SUPPLIER =
            new Kind<>(
                    "Supplier<Promise>", Sink.NONE, Sink.NONE, Fact.MAYBE_EMPTY, Fact.LOOP_ONLY) {

                @Override
                public Source<Supplier<Promise<Object>>> source(World world) {
                    return new SupplierSource(world);
                }

                @Override
                public Observer observe(World world, Supplier<Promise<Object>> subject) {
                    throw new UnsupportedOperationException();
                }
            };

    private static final class SupplierSource extends Source<Supplier<Promise<Object>>> {

        private final List<Resolver<Object>> made = new ArrayList<>();

        SupplierSource(World world) {
            super(world);
        }

        @Override
        public Supplier<Promise<Object>> subject() {
            return () -> {
                if (ready != null) {
                    return Promise.of(ready);
                }
                Resolver<Object> resolver = Resolver.cancellable();
                resolver.promise().onCancel(() -> {
                    if (made.contains(resolver)) {
                        cancelled();
                    }
                });
                made.add(resolver);
                return resolver.promise();
            };
        }

        @Override
        public void next(Object value) {
            List<Resolver<Object>> all = List.copyOf(made);
            made.clear();
            all.forEach(resolver -> resolver.resolve(value));
        }

        @Override
        public void complete() {
            next(null);
        }

        @Override
        public void error(Throwable cause) {
            List<Resolver<Object>> all = List.copyOf(made);
            made.clear();
            all.forEach(resolver -> resolver.reject(cause));
        }
    }

    /* ---- CompletionStage ---- */

    public static final Kind<CompletionStage<Object>> STAGE =
            new Kind<>("CompletionStage", Sink.NONE, Sink.HANDLER, Fact.MAYBE_EMPTY, Fact.FUTURE) {

                @Override
                public Source<CompletionStage<Object>> source(World world) {
                    return new StageSource(world);
                }

                @Override
                public Observer observe(World world, CompletionStage<Object> stage) {
                    return new StageObserver(world, stage);
                }

                @Override
                public List<Signal> cancelled() {
                    return List.of(Signal.error(CancellationException.class));
                }
            };

    /** A future that counts its cancellations and goes on all the same. */
    private static final class StageSource extends Source<CompletionStage<Object>> {

        private final CompletableFuture<Object> future = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                cancelled();
                return false;
            }
        };

        StageSource(World world) {
            super(world);
        }

        @Override
        public CompletionStage<Object> subject() {
            return future;
        }

        @Override
        public boolean isWatched() {
            return future.getNumberOfDependents() > 0;
        }

        @Override
        public void ready(Object value) {
            next(value);
        }

        @Override
        public void next(Object value) {
            future.complete(value);
        }

        @Override
        public void complete() {
            next(null);
        }

        @Override
        public void error(Throwable cause) {
            future.completeExceptionally(cause);
        }
    }

    private static final class StageObserver extends Observer {

        private final CompletionStage<Object> stage;

        StageObserver(World world, CompletionStage<Object> stage) {
            super(world);
            this.stage = stage;
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // what hear() throws is wanted nowhere
        public void start() {
            stage.whenComplete((value, cause) -> hear(
                    cause != null
                            ? Signal.error(cause)
                            : value == null ? Signal.end() : Signal.value(value)));
        }

        @Override
        public void cancel() {
            stage.toCompletableFuture().cancel(true);
        }
    }

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
                    return PROMISE;
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
