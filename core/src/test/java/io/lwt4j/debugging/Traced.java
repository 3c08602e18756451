package io.lwt4j.debugging;

import io.lwt4j.CanceledException;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.io.Pipe;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** The program of {@link TraceTest}. */
final class Traced {

    private static final int ROUNDS = 100_000;

    private Traced() {}

    public static void main(String[] args) throws Exception {
        System.out.println("== error");
        try {
            EventLoop.run(Traced::profile);
        } catch (IOException e) {
            e.printStackTrace(System.out);
        }
        System.out.println("== unobserved");
        unobserved();
        EventLoop.run(() -> {
            System.out.println("== dump");
            dump();
            System.out.println("== cancelled");
            Promise<Integer> cancelled = Resolver.<Integer>cancellable().promise();
            Promise<Integer> result = cancelled.map(x -> x);
            cancelled.cancel();
            return result.recover(CanceledException.class, error -> {
                System.out.println("suppressed: " + error.getSuppressed().length);
                return Promise.of(0);
            });
        });
        System.out.println("== loop");
        EventLoop.run(() -> round(0));
    }

    private static Promise<String> find() {
        return EventLoop.pause().flatMap(x -> Promise.failed(new IOException("no such user")));
    }

    private static Promise<Integer> profile() {
        return find().named("profile").map(String::length);
    }

    /** Waits until the collector has found a rejection that nobody looked at. */
    private static void unobserved() throws Exception {
        AtomicBoolean reported = new AtomicBoolean();
        try (EventLoop loop = EventLoop.builder()
                .uncaughtHandler(error -> {
                    error.printStackTrace(System.out);
                    reported.set(true);
                })
                .build()) {
            loop.runUntilComplete(() -> {
                lose();
                return until(reported);
            });
        }
    }

    private static void lose() {
        Promise<String> unused = find();
    }

    private static Promise<Void> until(AtomicBoolean condition) {
        if (condition.get()) {
            return Promise.unit();
        }
        System.gc();
        return EventLoop.pause().flatMap(x -> until(condition));
    }

    private static void dump() {
        CompletableFuture<Integer> kept =
                Resolver.<Integer>cancellable().promise().map(x -> x + 1).toCompletableFuture();
        Promise<?> line = Pipe.open().input().readLine();
        System.out.println(EventLoop.current().dump());
        kept.cancel(false);
        line.cancel();
    }

    private static Promise<Void> round(int i) {
        if (i < ROUNDS) {
            return EventLoop.pause().flatMap(x -> round(i + 1));
        }
        System.out.println(EventLoop.current().dump());
        return Promise.unit();
    }
}
