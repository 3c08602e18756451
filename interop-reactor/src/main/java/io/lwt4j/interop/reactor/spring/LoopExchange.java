package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;
import io.lwt4j.PromiseLocal;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.MultiValueMap;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;
import org.springframework.web.server.WebSession;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import java.security.Principal;

/** A request of which everything that may come late comes on a loop, in the request's context. */
final class LoopExchange extends ServerWebExchangeDecorator {

    private final Scheduler scheduler;
    private final ServerHttpRequest request;

    /** Made on the loop, with the context of the request in force. */
    LoopExchange(ServerWebExchange exchange, EventLoop loop) {
        super(exchange);
        this.scheduler = new RequestScheduler(loop, PromiseLocal.capture());
        this.request = new ServerHttpRequestDecorator(exchange.getRequest()) {
            @Override
            public Flux<DataBuffer> getBody() {
                return super.getBody()
                        .publishOn(scheduler)
                        .doOnDiscard(DataBuffer.class, DataBufferUtils::release);
            }
        };
    }

    @Override
    public ServerHttpRequest getRequest() {
        return request;
    }

    @Override
    public Mono<WebSession> getSession() {
        return super.getSession().publishOn(scheduler);
    }

    @Override
    public <T extends Principal> Mono<T> getPrincipal() {
        return super.<T>getPrincipal().publishOn(scheduler);
    }

    @Override
    public Mono<MultiValueMap<String, String>> getFormData() {
        return super.getFormData().publishOn(scheduler);
    }

    @Override
    public Mono<MultiValueMap<String, Part>> getMultipartData() {
        return super.getMultipartData().publishOn(scheduler);
    }
}
