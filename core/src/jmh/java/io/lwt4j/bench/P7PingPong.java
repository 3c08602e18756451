package io.lwt4j.bench;

import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.bench.Peers.Pauses;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

import scala.Function1;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Two recursive loops hand a value to and fro: each waits for its box to be filled, and then fills
 * the other's; per round trip. For eager libraries; those whose callbacks would nest within each
 * other get a queue, as lwt4j has one.
 */
@OperationsPerInvocation(P7PingPong.ROUNDS)
public class P7PingPong extends Workload {

    static final int ROUNDS = 10_000;

    private static final Integer VALUE = 7;

    /** How many times a box is still to be filled. */
    private int left;

    private Resolver<Integer> lwt4jPing;
    private Resolver<Integer> lwt4jPong;
    private final CheckedFunction<Integer, Promise<Integer>> lwt4jOnPing = this::lwt4jOnPing;
    private final CheckedFunction<Integer, Promise<Integer>> lwt4jOnPong = this::lwt4jOnPong;

    @Benchmark
    public Integer lwt4j() throws Exception {
        left = 2 * ROUNDS;
        Promise<Integer> ping = lwt4jAwaitPing();
        lwt4jAwaitPong();
        lwt4jPing.resolve(VALUE);
        return ping.poll().orElseThrow();
    }

    private Promise<Integer> lwt4jAwaitPing() {
        lwt4jPing = Resolver.cancellable();
        return lwt4jPing.promise().flatMap(lwt4jOnPing);
    }

    private Promise<Integer> lwt4jAwaitPong() {
        lwt4jPong = Resolver.cancellable();
        return lwt4jPong.promise().flatMap(lwt4jOnPong);
    }

    private Promise<Integer> lwt4jOnPing(Integer value) {
        if (left-- <= 0) {
            return Promise.of(value);
        }
        lwt4jPong.resolve(value);
        return lwt4jAwaitPing();
    }

    private Promise<Integer> lwt4jOnPong(Integer value) {
        if (left-- <= 0) {
            return Promise.of(value);
        }
        lwt4jPing.resolve(value);
        return lwt4jAwaitPong();
    }

    private CompletableFuture<Integer> cfPing;
    private CompletableFuture<Integer> cfPong;
    private final Pauses<CompletableFuture<Integer>> cfQueue = new Pauses<>();
    private final Function<Integer, CompletableFuture<Integer>> cfOnPing = this::cfOnPing;
    private final Function<Integer, CompletableFuture<Integer>> cfOnPong = this::cfOnPong;

    @Benchmark
    public Integer cf() {
        left = 2 * ROUNDS;
        CompletableFuture<Integer> ping = cfAwaitPing();
        cfAwaitPong();
        cfQueue.add(cfPing);
        cfQueue.run(box -> box.complete(VALUE));
        return ping.join();
    }

    private CompletableFuture<Integer> cfAwaitPing() {
        cfPing = new CompletableFuture<>();
        return cfPing.thenCompose(cfOnPing);
    }

    private CompletableFuture<Integer> cfAwaitPong() {
        cfPong = new CompletableFuture<>();
        return cfPong.thenCompose(cfOnPong);
    }

    private CompletableFuture<Integer> cfOnPing(Integer value) {
        if (left-- <= 0) {
            return CompletableFuture.completedFuture(value);
        }
        cfQueue.add(cfPong);
        return cfAwaitPing();
    }

    private CompletableFuture<Integer> cfOnPong(Integer value) {
        if (left-- <= 0) {
            return CompletableFuture.completedFuture(value);
        }
        cfQueue.add(cfPing);
        return cfAwaitPong();
    }

    private scala.concurrent.Promise<Integer> ofScalaPing;
    private scala.concurrent.Promise<Integer> ofScalaPong;
    private final Pauses<scala.concurrent.Promise<Integer>> ofScalaQueue = new Pauses<>();
    private final Function1<Integer, scala.concurrent.Future<Integer>> ofScalaOnPing =
            this::ofScalaOnPing;
    private final Function1<Integer, scala.concurrent.Future<Integer>> ofScalaOnPong =
            this::ofScalaOnPong;

    @Benchmark
    public Integer scala() {
        left = 2 * ROUNDS;
        scala.concurrent.Future<Integer> ping = ofScalaAwaitPing();
        ofScalaAwaitPong();
        ofScalaQueue.add(ofScalaPing);
        ofScalaQueue.run(box -> box.success(VALUE));
        return Peers.read(ping);
    }

    private scala.concurrent.Future<Integer> ofScalaAwaitPing() {
        ofScalaPing = scala.concurrent.Promise.apply();
        return ofScalaPing.future().flatMap(ofScalaOnPing, Peers.PARASITIC);
    }

    private scala.concurrent.Future<Integer> ofScalaAwaitPong() {
        ofScalaPong = scala.concurrent.Promise.apply();
        return ofScalaPong.future().flatMap(ofScalaOnPong, Peers.PARASITIC);
    }

    private scala.concurrent.Future<Integer> ofScalaOnPing(Integer value) {
        if (left-- <= 0) {
            return scala.concurrent.Future.successful(value);
        }
        ofScalaQueue.add(ofScalaPong);
        return ofScalaAwaitPing();
    }

    private scala.concurrent.Future<Integer> ofScalaOnPong(Integer value) {
        if (left-- <= 0) {
            return scala.concurrent.Future.successful(value);
        }
        ofScalaQueue.add(ofScalaPing);
        return ofScalaAwaitPong();
    }

    private Consumer<Integer> limitPing;
    private Consumer<Integer> limitPong;
    private final ArrayDeque<Consumer<Integer>> limitQueue = new ArrayDeque<>();
    private final Consumer<Integer> limitOnPing = this::limitOnPing;
    private final Consumer<Integer> limitOnPong = this::limitOnPong;
    private Integer limitResult;

    @Benchmark
    public Integer limit() {
        left = 2 * ROUNDS;
        limitPing = limitOnPing;
        limitPong = limitOnPong;
        limitQueue.add(limitPing);
        for (var box = limitQueue.poll(); box != null; box = limitQueue.poll()) {
            box.accept(VALUE);
        }
        return limitResult;
    }

    private void limitOnPing(Integer value) {
        if (left-- <= 0) {
            limitResult = value;
            return;
        }
        limitQueue.add(limitPong);
        limitPing = limitOnPing;
    }

    private void limitOnPong(Integer value) {
        if (left-- <= 0) {
            limitResult = value;
            return;
        }
        limitQueue.add(limitPing);
        limitPong = limitOnPong;
    }

    @Override
    protected Object expected() {
        return VALUE;
    }
}
