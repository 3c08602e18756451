package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.stream.PullStream;

import org.junit.jupiter.api.Test;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ReactiveTypeDescriptor;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The bridge as adapters of Spring's registry, as a user would register it. */
class SpringRegistryTest {

    private final ReactiveAdapterRegistry registry = new ReactiveAdapterRegistry();

    SpringRegistryTest() {
        registry.registerReactiveType(
                ReactiveTypeDescriptor.nonDeferredAsyncValue(Promise.class, Promise::unit),
                promise -> ReactorBridge.toMono((Promise<?>) promise),
                publisher -> ReactorBridge.toPromise(Mono.from(publisher)));
        registry.registerReactiveType(
                ReactiveTypeDescriptor.multiValue(PullStream.class, PullStream::empty),
                stream -> ReactorBridge.toFlux((PullStream<?>) stream),
                publisher -> ReactorBridge.toPullStream(Flux.from(publisher)));
    }

    private ReactiveAdapter adapter(Class<?> type) {
        ReactiveAdapter adapter = registry.getAdapter(type);
        assertThat(adapter).isNotNull();
        return Objects.requireNonNull(adapter);
    }

    @Test
    void pain27APromiseIsKnownByItsOwnTypeAndByThatOfItsObject() throws Exception {
        EventLoop.run(() -> {
            Promise<String> pending = Resolver.<String>cancellable().promise();
            assertThat(registry.getAdapter(Promise.class)).isNotNull();
            assertThat(registry.getAdapter(null, pending)).isSameAs(adapter(Promise.class));
            assertThat(registry.getAdapter(null, Promise.of(1))).isSameAs(adapter(Promise.class));
            assertThat(adapter(Promise.class).isMultiValue()).isFalse();
            return Promise.unit();
        });
    }

    @Test
    void pain18DisposingOfWhatTheFrameworkSubscribedToCancelsThePromise() throws Exception {
        EventLoop.run(() -> {
            Promise<String> pending = Resolver.<String>cancellable().promise();
            Mono.from(adapter(Promise.class).toPublisher(pending)).subscribe().dispose();
            assertThat(pending.isCancelled()).isTrue();
            return Promise.unit();
        });
    }

    @Test
    void theEmptyValueOfTheRegistryCompletes() throws Exception {
        EventLoop.run(() -> {
            List<String> seen = new ArrayList<>();
            Mono.from(adapter(Promise.class).toPublisher(null))
                    .subscribe(value -> {}, error -> {}, () -> seen.add("complete"));
            Flux.from(adapter(PullStream.class).toPublisher(null))
                    .subscribe(value -> {}, error -> {}, () -> seen.add("complete"));
            assertThat(seen).containsExactly("complete", "complete");
            return Promise.unit();
        });
    }

    @Test
    void pain09TheContextGoesThroughTheRegistryThereAndBack() throws Exception {
        EventLoop.run(() -> {
            Mono<Object> inner =
                    Mono.deferContextual(context -> Mono.just(context.<Object>get("user")));
            Mono<Object> outer = ReactorBridge.deferMono(
                    () -> (Promise<?>) adapter(Promise.class).fromPublisher(inner));
            List<Object> seen = new ArrayList<>();
            outer.contextWrite(Context.of("user", "ann")).subscribe(seen::add);
            assertThat(seen).containsExactly("ann");
            return Promise.unit();
        });
    }

    @Test
    void pain09TheContextGoesThroughTheRegistryWithAStream() throws Exception {
        EventLoop.run(() -> {
            Flux<Object> inner =
                    Flux.deferContextual(context -> Flux.just(context.<Object>get("user")));
            PullStream<?> stream = (PullStream<?>) adapter(PullStream.class).fromPublisher(inner);
            List<Object> seen = new ArrayList<>();
            Flux.from(adapter(PullStream.class).toPublisher(stream))
                    .contextWrite(Context.of("user", "ann"))
                    .subscribe(seen::add);
            assertThat(seen).containsExactly("ann");
            return Promise.unit();
        });
    }

    @Test
    void pain06OneSubscriptionHasOneEndWhateverComes() throws Exception {
        EventLoop.run(() -> {
            List<String> ends = new ArrayList<>();
            Resolver<String> resolver = Resolver.cancellable();
            Mono.from(adapter(Promise.class).toPublisher(resolver.promise()))
                    .doFinally(end -> ends.add(end.toString()))
                    .cast(String.class)
                    .flux()
                    .take(1)
                    .subscribe();
            resolver.resolve("value");
            resolver.promise().cancel();
            assertThat(ends).hasSize(1);
            return Promise.unit();
        });
    }
}
