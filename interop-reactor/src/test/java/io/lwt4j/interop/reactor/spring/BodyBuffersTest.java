package io.lwt4j.interop.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;
import io.lwt4j.stream.PullStream;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;

import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.NettyDataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Buffers of a request's body, which somebody has to release. */
class BodyBuffersTest {

    private static NettyDataBuffer buffer() {
        return new NettyDataBufferFactory(UnpooledByteBufAllocator.DEFAULT)
                .wrap(Unpooled.copiedBuffer("buffer", StandardCharsets.US_ASCII));
    }

    /** Has each body come in several buffers, of which it knows. */
    static class Bodies implements WebFilter {

        final List<NettyDataBuffer> buffers = new CopyOnWriteArrayList<>();

        private List<NettyDataBuffer> several() {
            List<NettyDataBuffer> several =
                    Stream.generate(BodyBuffersTest::buffer).limit(9).toList();
            buffers.addAll(several);
            return several;
        }

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
            return chain.filter(exchange.mutate()
                    .request(new ServerHttpRequestDecorator(exchange.getRequest()) {
                        @Override
                        public Flux<DataBuffer> getBody() {
                            return super.getBody().flatMapIterable(body -> {
                                DataBufferUtils.release(body);
                                return several();
                            });
                        }
                    })
                    .build());
        }
    }

    @RestController
    static class Controller {

        @PostMapping("/first")
        Promise<String> first(@RequestBody PullStream<DataBuffer> body) {
            return body.next().flatMap(first -> {
                String text = first.toString(StandardCharsets.US_ASCII);
                DataBufferUtils.release(first);
                return EventLoop.pause().map(othersHaveCome -> {
                    body.close();
                    return text;
                });
            });
        }
    }

    @Test
    void areReleasedWhenAStreamIsClosedThatHasNotReadThem() {
        try (WebApp app = WebApp.start(List.of(Bodies.class, Controller.class))) {
            app.client()
                    .post()
                    .uri("/first")
                    .contentType(MediaType.APPLICATION_OCTET_STREAM)
                    .bodyValue(new byte[] {1})
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody(String.class)
                    .isEqualTo("buffer");
            assertThat(app.bean(Bodies.class).buffers)
                    .hasSizeGreaterThan(1)
                    .noneMatch(NettyDataBuffer::isAllocated);
        }
    }

    @Test
    void areReleasedWhenTheBodyIsCancelledBeforeTheLoopComesToThem() throws Exception {
        List<String> released = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder().build()) {
            Flux.just("buffer")
                    .hide()
                    .publishOn(new RequestScheduler(loop, PromiseLocal.Snapshot.empty()))
                    .doOnDiscard(String.class, released::add)
                    .subscribe()
                    .dispose();
            loop.runUntilComplete(Promise::unit);
        }
        assertThat(released).containsExactly("buffer");
    }
}
