package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;

import org.springframework.web.server.ServerWebExchange;

/** The loop that a request is handled on. */
@FunctionalInterface
interface Loops {

    /**
     * Finds it, or makes it.
     *
     * @throws IllegalStateException if there can be none
     */
    EventLoop of(ServerWebExchange exchange);
}
