package io.lwt4j.interop.reactor.spring;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.interop.reactor.LoopScheduler;
import io.lwt4j.interop.reactor.ReactorBridge;
import io.lwt4j.react.Event;
import io.lwt4j.react.Overflow;
import io.lwt4j.react.Signal;
import io.lwt4j.stream.PullStream;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ReactiveTypeDescriptor;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

import java.util.List;
import java.util.function.Function;

/** Our types in the eyes of Spring: how each is made of a publisher, and the other way round. */
final class Adapters {

    static final List<Class<?>> TYPES =
            List.of(Promise.class, PullStream.class, Event.class, Signal.class);

    /** An event waits for nobody, and nothing is dropped in silence. */
    private static final Overflow OVERFLOW = Overflow.fail(256);

    private Adapters() {}

    /** Adds what is not there; somebody may have own ideas. */
    static void register(ReactiveAdapterRegistry registry) {
        synchronized (Adapters.class) {
            add(
                    registry,
                    ReactiveTypeDescriptor.nonDeferredAsyncValue(Promise.class, Promise::unit),
                    promise -> ReactorBridge.toMono((Promise<?>) promise),
                    source -> ReactorBridge.toPromise(Mono.from(source)));
            add(
                    registry,
                    ReactiveTypeDescriptor.multiValue(PullStream.class, PullStream::empty),
                    stream -> ReactorBridge.toFlux((PullStream<?>) stream),
                    source -> ReactorBridge.toPullStream(Flux.from(source)));
            add(
                    registry,
                    ReactiveTypeDescriptor.multiValue(Event.class, Flux::empty),
                    event -> event instanceof Event<?> e
                            ? ReactorBridge.toFlux(e, OVERFLOW)
                            : Flux.empty(),
                    Adapters::event);
            add(
                    registry,
                    ReactiveTypeDescriptor.multiValue(Signal.class, Flux::empty),
                    signal ->
                            signal instanceof Signal<?> s ? ReactorBridge.toFlux(s) : Flux.empty(),
                    Adapters::signal);
        }
    }

    private static void add(
            ReactiveAdapterRegistry registry,
            ReactiveTypeDescriptor type,
            Function<Object, Publisher<?>> toPublisher,
            Function<Publisher<?>, Object> fromPublisher) {
        ReactiveAdapter present = registry.getAdapter(type.getReactiveType());
        if (present == null || present.getReactiveType() != type.getReactiveType()) {
            registry.registerReactiveTypeOverride(type, toPublisher, fromPublisher);
        }
    }

    /** Elements come in later turns, so that nothing has occurred before somebody could see it. */
    private static Event<Object> event(Publisher<?> source) {
        Scheduler later = LoopScheduler.of(EventLoop.current());
        return ReactorBridge.toEvent(Flux.<Object>from(source).subscribeOn(later))
                .node();
    }

    /** There is no value before the first element, so it is null until then. */
    @SuppressWarnings("NullAway") // an event of things is one of things or null, too
    private static Signal<@Nullable Object> signal(Publisher<?> source) {
        return ((Event<@Nullable Object>) event(source)).hold(null);
    }
}
