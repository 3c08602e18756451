package io.lwt4j.bench;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.reactivex.rxjava3.core.Single;
import io.smallrye.mutiny.Uni;

import reactor.core.publisher.Mono;

import scala.Function1;
import scala.concurrent.Future;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The callbacks of the {@code flatMap} workloads: each makes a resolved promise of the next number.
 * They capture nothing, and the numbers stay in the cache of {@link Integer}.
 */
final class Steps {

    final CheckedFunction<Integer, Promise<Integer>>[] lwt4j;
    final Function<Integer, CompletableFuture<Integer>>[] cf;
    final Function<Integer, Mono<Integer>>[] mono;
    final io.reactivex.rxjava3.functions.Function<Integer, Single<Integer>>[] single;
    final Function<Integer, Uni<? extends Integer>>[] uni;
    final Function<Integer, io.vertx.core.Future<Integer>>[] vertx;
    final Function1<Integer, Future<Integer>>[] scala;
    final Function<Integer, io.trane.future.Future<Integer>>[] trane;
    final Function<Integer, Integer>[] limit;

    /**
     * Makes the callbacks.
     *
     * @param many whether each one is of a class of its own
     */
    @SuppressWarnings("unchecked")
    Steps(boolean many) {
        lwt4j = Copies.fill(new CheckedFunction[Copies.COUNT], new Lwt4j(), many);
        cf = Copies.fill(new Function[Copies.COUNT], new Cf(), many);
        mono = Copies.fill(new Function[Copies.COUNT], new OfMono(), many);
        single = Copies.fill(
                new io.reactivex.rxjava3.functions.Function[Copies.COUNT], new OfSingle(), many);
        uni = Copies.fill(new Function[Copies.COUNT], new OfUni(), many);
        vertx = Copies.fill(new Function[Copies.COUNT], new Vertx(), many);
        scala = Copies.fill(new Function1[Copies.COUNT], new Scala(), many);
        trane = Copies.fill(new Function[Copies.COUNT], new Trane(), many);
        limit = Copies.fill(new Function[Copies.COUNT], new Limit(), many);
    }

    static int next(int number) {
        return (number + 1) & 127;
    }

    static final class Lwt4j implements CheckedFunction<Integer, Promise<Integer>> {
        @Override
        public Promise<Integer> apply(Integer number) {
            return Promise.of(next(number));
        }
    }

    static final class Cf implements Function<Integer, CompletableFuture<Integer>> {
        @Override
        public CompletableFuture<Integer> apply(Integer number) {
            return CompletableFuture.completedFuture(next(number));
        }
    }

    static final class OfMono implements Function<Integer, Mono<Integer>> {
        @Override
        public Mono<Integer> apply(Integer number) {
            return Mono.just(next(number));
        }
    }

    static final class OfSingle
            implements io.reactivex.rxjava3.functions.Function<Integer, Single<Integer>> {
        @Override
        public Single<Integer> apply(Integer number) {
            return Single.just(next(number));
        }
    }

    static final class OfUni implements Function<Integer, Uni<? extends Integer>> {
        @Override
        public Uni<Integer> apply(Integer number) {
            return Uni.createFrom().item(next(number));
        }
    }

    static final class Vertx implements Function<Integer, io.vertx.core.Future<Integer>> {
        @Override
        public io.vertx.core.Future<Integer> apply(Integer number) {
            return io.vertx.core.Future.succeededFuture(next(number));
        }
    }

    static final class Scala implements Function1<Integer, Future<Integer>> {
        @Override
        public Future<Integer> apply(Integer number) {
            return Future.successful(next(number));
        }
    }

    static final class Trane implements Function<Integer, io.trane.future.Future<Integer>> {
        @Override
        public io.trane.future.Future<Integer> apply(Integer number) {
            return io.trane.future.Future.value(next(number));
        }
    }

    static final class Limit implements Function<Integer, Integer> {
        @Override
        public Integer apply(Integer number) {
            return next(number);
        }
    }
}
