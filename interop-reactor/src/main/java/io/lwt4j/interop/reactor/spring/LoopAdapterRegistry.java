package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;
import io.lwt4j.PromiseLocal;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The reactive types of an application where a request is handled on a loop: whoever sends what
 * comes late, it comes on the loop, in the context in which it was asked for.
 */
final class LoopAdapterRegistry extends ReactiveAdapterRegistry {

    private final ReactiveAdapterRegistry all;
    private final EventLoop loop;

    LoopAdapterRegistry(ReactiveAdapterRegistry all, EventLoop loop) {
        this.all = all;
        this.loop = loop;
    }

    @Override
    public @Nullable ReactiveAdapter getAdapter(@Nullable Class<?> type, @Nullable Object source) {
        ReactiveAdapter adapter = all.getAdapter(type, source);
        return adapter == null
                ? null
                : new ReactiveAdapter(
                        adapter.getDescriptor(),
                        value -> onLoop(adapter.toPublisher(value), adapter.isMultiValue()),
                        adapter::fromPublisher);
    }

    private Publisher<?> onLoop(Publisher<?> source, boolean multiValue) {
        Scheduler scheduler = new RequestScheduler(loop, PromiseLocal.capture());
        return multiValue
                ? Flux.from(source)
                        .publishOn(scheduler)
                        .doOnDiscard(DataBuffer.class, DataBufferUtils::release)
                : Mono.from(source).publishOn(scheduler);
    }
}
