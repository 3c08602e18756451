package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.interop.reactor.ReactorBridge;
import io.lwt4j.stream.PullStream;

import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpEntity;
import org.springframework.web.reactive.function.server.EntityResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * Ends what was returned for a request together with the request: there may be nobody who asks for
 * it, such as for the body of a 304.
 */
final class RequestEnd implements WebFilter, Ordered {

    private static final String RETURNED = RequestEnd.class.getName();

    /** Around nothing but the handling of the request. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Disposable.Composite returned = Disposables.composite();
        exchange.getAttributes().put(RETURNED, returned);
        return chain.filter(exchange).doFinally(over -> returned.dispose());
    }

    /** Has a value that was returned on a loop end with a request, at once if that is over. */
    static void ends(@Nullable Object value, ServerWebExchange exchange, EventLoop loop) {
        if (exchange.getAttribute(RETURNED) instanceof Disposable.Composite returned) {
            returned.add(() -> end(value, loop));
        }
    }

    /** On any thread; what has ended already does not mind. */
    private static void end(@Nullable Object value, EventLoop loop) {
        if (value instanceof HttpEntity<?> entity) {
            end(entity.getBody(), loop);
        } else if (value instanceof EntityResponse<?> response) {
            end(response.entity(), loop);
        } else if (value instanceof PullStream<?> stream) {
            loop.execute(stream::close, closed -> {});
        } else if (value instanceof Promise<?> promise) {
            promise.cancel();
            // It may have a value, or be one that cannot be cancelled.
            ReactorBridge.toMono(promise).subscribe(late -> end(late, loop), nobodyWaits -> {});
        }
    }
}
