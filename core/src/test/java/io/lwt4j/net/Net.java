package io.lwt4j.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CheckedBiFunction;
import io.lwt4j.CheckedConsumer;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.io.ChannelPair;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What the tests of sockets, and of what stands on them, have in common. */
public final class Net {

    public static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private Net() {}

    /** Runs a test until its promise is resolved, and returns what the loop's handler heard. */
    public static List<Throwable> run(Callable<? extends Promise<?>> test) throws Exception {
        List<Throwable> errors = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder().uncaughtHandler(errors::add).build()) {
            loop.runUntilComplete(() -> test.call().map(done -> true));
        }
        return errors;
    }

    /** Runs a test against a server that is closed afterwards; no error must reach the handler. */
    static void withServer(
            CheckedBiFunction<ChannelPair, SocketAddress, ? extends Promise<?>> handler,
            CheckedBiFunction<TcpServer, SocketAddress, ? extends Promise<?>> test)
            throws Exception {
        assertThat(run(() -> serve(handler, test))).as("errors of the loop").isEmpty();
    }

    static Promise<?> serve(
            CheckedBiFunction<ChannelPair, SocketAddress, ? extends Promise<?>> handler,
            CheckedBiFunction<TcpServer, SocketAddress, ? extends Promise<?>> test) {
        return TcpServer.listen(ANY_PORT, handler)
                .flatMap(server -> Promise.unit()
                        .<Object>flatMap(x -> test.apply(server, server.localAddress()))
                        .eventually(server::close));
    }

    /** Hands back what it reads, to the end. */
    static Promise<?> echo(ChannelPair client, SocketAddress peer) {
        return client.input()
                .read()
                .flatMap(some -> some.length == 0
                        ? Promise.unit()
                        : client.output().write(some).flatMap(x -> echo(client, peer)));
    }

    /** Runs blocking code on a thread of its own. */
    static <T> Promise<T> elsewhere(Callable<T> body) {
        return Promise.from(CompletableFuture.supplyAsync(() -> {
            try {
                return body.call();
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        }));
    }

    /** Lets turns of the loop pass until something is so. */
    public static Promise<?> until(Callable<Boolean> condition) {
        return EventLoop.pause()
                .<Object>flatMap(x -> condition.call() ? Promise.unit() : until(condition));
    }

    /** What a promise is rejected with; it must be. */
    public static Promise<Throwable> failure(Promise<?> promise, CheckedConsumer<Throwable> check) {
        return promise.fold(
                value -> Promise.failed(new AssertionError("fulfilled with " + value)), cause -> {
                    check.accept(cause);
                    return Promise.of(cause);
                });
    }
}
