package io.lwt4j.bridge;

import io.lwt4j.CanceledException;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.bridge.Drop.Sink;
import io.lwt4j.bridge.Kind.Fact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Promises, and the futures of the JDK. */
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
    static Promise<?> race(Form form, List<Promise<Object>> members) {
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
}
