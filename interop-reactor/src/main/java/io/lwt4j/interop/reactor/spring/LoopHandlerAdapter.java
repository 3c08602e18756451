package io.lwt4j.interop.reactor.spring;

import static java.util.Objects.requireNonNull;

import io.lwt4j.EventLoop;
import io.lwt4j.interop.reactor.ReactorBridge;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.Ordered;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpEntity;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.DispatchExceptionHandler;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.server.ServerWebExchange;

import reactor.core.publisher.Mono;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
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
     * The executor knows no request. The schedulers of LoopExchange and LoopAdapterRegistry do:
     * they have the context in force where an argument comes late.
     */

    private final Loops loops;
    private final Function<EventLoop, RequestMappingHandlerAdapter> factory;
    private final Map<EventLoop, RequestMappingHandlerAdapter> adapters = new ConcurrentHashMap<>();
    private final Map<Seen, Boolean> known = new ConcurrentHashMap<>();

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
                        new Seen(method.getBeanType(), method.getMethod()),
                        unseen -> Signatures.speaksOfOurs(method));
    }

    @Override
    public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
        EventLoop loop = loops.of(exchange);
        Mono<HandlerResult> result = ReactorBridge.deferMono(loop, () -> {
            RequestMappingHandlerAdapter adapter = adapters.computeIfAbsent(loop, this::create);
            Call call =
                    new Call(exchange, loop, requireNonNull(adapter.getReactiveAdapterRegistry()));
            return ReactorBridge.toPromise(
                    call.results(adapter.handle(new LoopExchange(exchange, loop), handler)));
        });
        // A stream may have buffers of the body that nobody reads.
        return result.doOnDiscard(DataBuffer.class, DataBufferUtils::release);
    }

    /** Those that methods have been called on, and that are not closed. */
    Set<EventLoop> loops() {
        return Set.copyOf(adapters.keySet());
    }

    private RequestMappingHandlerAdapter create(EventLoop loop) {
        loop.onClose(() -> adapters.remove(loop));
        return factory.apply(loop);
    }

    /** A method that is inherited may speak of our types in one class, and not in another. */
    private record Seen(Class<?> bean, Method method) {}

    /** What becomes of that which methods return for a request. */
    private record Call(ServerWebExchange exchange, EventLoop loop, ReactiveAdapterRegistry types) {

        /** Nobody sees a result if the client goes away while the method is called. */
        Mono<HandlerResult> results(Mono<HandlerResult> source) {
            return source.doOnNext(result -> ends(result.getReturnValue()))
                    .doOnDiscard(HandlerResult.class, unused -> ends(unused.getReturnValue()))
                    .map(this::onLoop);
        }

        private void ends(@Nullable Object value) {
            RequestEnd.ends(value, exchange, loop);
        }

        /** There may be something of ours in what comes late, and errors have handlers here. */
        private HandlerResult onLoop(HandlerResult result) {
            Object value = result.getReturnValue();
            Object late = onLoop(value);
            HandlerResult onLoop = late == value
                    ? result
                    : new HandlerResult(
                            result.getHandler(),
                            late,
                            result.getReturnTypeSource(),
                            result.getBindingContext());
            DispatchExceptionHandler errors = result.getExceptionHandler();
            return errors == null
                    ? onLoop
                    : onLoop.setExceptionHandler(
                            (failed, error) -> results(errors.handleError(failed, error)));
        }

        private @Nullable Object onLoop(@Nullable Object value) {
            ReactiveAdapter type = Adapters.TYPES.stream().anyMatch(ours -> ours.isInstance(value))
                    ? null
                    : types.getAdapter(null, value);
            if (type == null) {
                return value;
            }
            Publisher<?> source = type.toPublisher(value);
            return source instanceof Mono<?> mono
                    ? mono.doOnNext(this::ends).doOnDiscard(HttpEntity.class, this::ends)
                    : source;
        }
    }
}
