package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.interop.reactor.ReactorBridge;
import io.lwt4j.stream.PullStream;

import org.springframework.core.Ordered;
import org.springframework.http.HttpEntity;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.server.ServerWebExchange;

import reactor.core.publisher.Mono;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Calls the controller methods that speak of our types, and those around them, on a loop, with the
 * context of the request in force. All other handlers are left to Spring.
 */
final class LoopHandlerAdapter implements HandlerAdapter, Ordered {

    /* Overview. The work is done by Spring's own adapter. It can be told an executor, on which it
     * begins, and to which it comes back for the call when the arguments are there; so there is one
     * adapter for each loop.
     *
     * The executor knows no request. That of LoopExchange does: it has the context in force where
     * an argument comes late.
     */

    private final Loops loops;
    private final Function<EventLoop, RequestMappingHandlerAdapter> factory;
    private final Map<EventLoop, RequestMappingHandlerAdapter> adapters = new ConcurrentHashMap<>();
    private final Map<Method, Boolean> known = new ConcurrentHashMap<>();

    LoopHandlerAdapter(Loops loops, Function<EventLoop, RequestMappingHandlerAdapter> factory) {
        this.loops = loops;
        this.factory = factory;
    }

    /** Before the one for all annotated controllers. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public boolean supports(Object handler) {
        return handler instanceof HandlerMethod method
                && known.computeIfAbsent(
                        method.getMethod(), unseen -> Signatures.speaksOfOurs(method));
    }

    @Override
    public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
        EventLoop loop = loops.of(exchange);
        RequestMappingHandlerAdapter adapter = adapters.computeIfAbsent(loop, factory);
        Mono<HandlerResult> result = ReactorBridge.deferMono(
                loop,
                () -> ReactorBridge.toPromise(
                        adapter.handle(new LoopExchange(exchange, loop), handler)));
        return result.doOnDiscard(HandlerResult.class, unused -> abandon(unused, loop));
    }

    /** The client went away while the method was called, so nobody subscribes to its result. */
    private static void abandon(HandlerResult result, EventLoop loop) {
        Object value = result.getReturnValue();
        Object body = value instanceof HttpEntity<?> entity ? entity.getBody() : value;
        if (body instanceof Promise<?> promise) {
            promise.cancel();
        } else if (body instanceof PullStream<?> stream) {
            loop.execute(stream::close, closed -> {});
        }
    }
}
