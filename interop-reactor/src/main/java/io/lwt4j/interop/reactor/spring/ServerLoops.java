package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;
import io.lwt4j.engine.Host;

import org.springframework.context.SmartLifecycle;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;

import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** A loop on each of the server's own threads, made when the first request comes there. */
final class ServerLoops implements Loops, SmartLifecycle {

    private static final long PATIENCE_SECONDS = 10;

    private final Map<io.netty.channel.EventLoop, EventLoop> loops = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final List<BiConsumer<EventLoop, String>> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean running;

    @Override
    public EventLoop of(ServerWebExchange exchange) {
        return loops.computeIfAbsent(thread(exchange), this::hosted);
    }

    private static io.netty.channel.EventLoop thread(ServerWebExchange exchange) {
        Object request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        if (request instanceof HttpServerRequest && request instanceof Connection connection) {
            return connection.channel().eventLoop();
        }
        throw new IllegalStateException(
                "lwt4j.webflux.loop=server is for Reactor Netty, but this is a "
                        + request.getClass().getName() + "; use lwt4j.webflux.loop=own");
    }

    private EventLoop hosted(io.netty.channel.EventLoop thread) {
        String name = "server-" + count.incrementAndGet();
        EventLoop loop = EventLoop.builder()
                .name("lwt-" + name)
                .host(Host.of(thread, thread::inEventLoop))
                .build();
        listeners.forEach(listener -> listener.accept(loop, name));
        return loop;
    }

    /** Tells of each loop that is made from now on, and of its name. */
    void onNew(BiConsumer<EventLoop, String> listener) {
        listeners.add(listener);
    }

    @Override
    public void start() {
        running = true;
    }

    /** When the server takes no requests any more, while its threads still run. */
    @Override
    public void stop() {
        running = false;
        List<EventLoop> all = List.copyOf(loops.values());
        loops.clear();
        all.forEach(EventLoop::close);
        try {
            for (EventLoop loop : all) {
                loop.asExecutor().awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After the server, which is in one of the last phases, and before its threads, in phase 0. */
    @Override
    public int getPhase() {
        return 1;
    }
}
