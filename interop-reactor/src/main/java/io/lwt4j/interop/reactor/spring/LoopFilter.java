package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;
import io.lwt4j.interop.reactor.ReactorBridge;

import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

import reactor.core.publisher.Mono;

/**
 * Runs the handlers of a {@code RouterFunction} on the loop that controllers run on, with the
 * context of the request in force. A bean of this type is there to be given to {@code filter} of
 * the routes that need it; what they look like does not tell.
 *
 * <p>Thread rule: any thread. Cancellation: a client that goes away cancels what the handler waits
 * for.
 */
public final class LoopFilter implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    private final Loops loops;

    LoopFilter(Loops loops) {
        this.loops = loops;
    }

    @Override
    public Mono<ServerResponse> filter(
            ServerRequest request, HandlerFunction<ServerResponse> next) {
        EventLoop loop = loops.of(request.exchange());
        return ReactorBridge.deferMono(
                loop,
                () -> ReactorBridge.toPromise(next.handle(request)
                        .doOnNext(
                                response -> RequestEnd.ends(response, request.exchange(), loop))));
    }
}
