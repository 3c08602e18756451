package io.lwt4j.interop.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.PromiseLocal;
import io.lwt4j.stream.PullStream;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Contexts on their way through both worlds. */
class ContextTest {

    private static final ThreadLocal<String> LOCAL = new ThreadLocal<>();

    private final List<Object> seen = new CopyOnWriteArrayList<>();

    @BeforeEach
    void register() {
        ContextRegistry.getInstance().registerThreadLocalAccessor("local", LOCAL);
    }

    @AfterEach
    void reset() {
        Hooks.disableAutomaticContextPropagation();
        ContextRegistry.getInstance().removeThreadLocalAccessor("local");
        LOCAL.remove();
    }

    /** The value of the context in the middle of Reactor's code. */
    private static Mono<String> key() {
        return Mono.deferContextual(context -> Mono.just(context.getOrDefault("key", "none")));
    }

    private static String here() {
        return Optional.ofNullable(ReactorBridge.context().get())
                .map(context -> context.getOrDefault("key", "none"))
                .orElse("none");
    }

    @Test
    void theSubscribersContextIsThereInTheSupplierAndInItsCallbacksAndInWhatTheySubscribeTo()
            throws Exception {
        Bridge.runAsync(bridge -> {
            Mono<String> mono = ReactorBridge.deferMono(() -> {
                seen.add(here());
                return EventLoop.pause().flatMap(done -> {
                    seen.add(here());
                    return ReactorBridge.toPromise(key());
                });
            });
            return ReactorBridge.toPromise(mono.contextWrite(Context.of("key", "v")))
                    .onSuccess(value -> {
                        assertThat(value).isEqualTo("v");
                        assertThat(seen).containsExactly("v", "v");
                        assertThat(here()).isEqualTo("none");
                    });
        });
    }

    @Test
    void theContextGoesThroughAHopToAnotherThreadAndThroughMonosInMonos() throws Exception {
        Bridge.runAsync(bridge -> {
            Mono<String> inner = ReactorBridge.deferMono(
                    () -> ReactorBridge.toPromise(key().map(k -> k + here())));
            Mono<String> outer = ReactorBridge.deferMono(
                    () -> ReactorBridge.toPromise(inner.contextWrite(c -> c.put("other", "x"))));
            Mono<String> hopping = outer.subscribeOn(Schedulers.single())
                    .publishOn(Schedulers.parallel())
                    .contextWrite(Context.of("key", "v"));
            return ReactorBridge.toPromise(hopping)
                    .onSuccess(value -> assertThat(value).isEqualTo("vv"));
        });
    }

    @Test
    void theContextGoesThroughStreams() throws Exception {
        Bridge.runAsync(bridge -> {
            Flux<String> source = Flux.deferContextual(
                    context -> Flux.just("1", "2").map(i -> i + context.getOrDefault("key", "-")));
            PullStream<String> stream = ReactorBridge.toPullStream(source).map(s -> s + here());
            Flux<String> flux = ReactorBridge.toFlux(stream).contextWrite(Context.of("key", "v"));
            return ReactorBridge.toPromiseList(flux, 10)
                    .onSuccess(all -> assertThat(all).containsExactly("1vv", "2vv"));
        });
    }

    @Test
    void theContextOfOneSubscriberIsNoneOfTheOthers() throws Exception {
        Bridge.runAsync(bridge -> {
            Mono<String> mono =
                    ReactorBridge.deferMono(() -> EventLoop.pause().map(done -> here()));
            Promise<String> a = ReactorBridge.toPromise(mono.contextWrite(Context.of("key", "a")));
            Promise<String> b = ReactorBridge.toPromise(mono.contextWrite(Context.of("key", "b")));
            Promise<String> none = ReactorBridge.toPromise(mono);
            return Promise.all(List.of(a, b, none))
                    .onSuccess(all -> assertThat(all).containsExactly("a", "b", "none"));
        });
    }

    @Test
    void aChangedContextIsThatOfWhatIsSubscribedToThere() throws Exception {
        Bridge.runAsync(bridge -> ReactorBridge.context()
                .with(Context.of("key", "mine"), () -> ReactorBridge.toPromise(key()))
                .onSuccess(value -> assertThat(value).isEqualTo("mine")));
    }

    /* ---- Thread-locals ---- */

    @Test
    void threadLocalsAreSetInTheMiddleOnTheLoop() throws Exception {
        Hooks.enableAutomaticContextPropagation();
        Bridge.runAsync(bridge -> {
            Mono<String> mono = ReactorBridge.deferMono(() -> {
                seen.add(LOCAL.get());
                return EventLoop.pause()
                        .onSuccess(done -> seen.add(LOCAL.get()))
                        .flatMap(done -> ReactorBridge.toPromise(
                                Mono.fromSupplier(() -> String.valueOf(LOCAL.get()))
                                        .subscribeOn(Schedulers.parallel())));
            });
            return ReactorBridge.toPromise(mono.contextWrite(Context.of("local", "v")))
                    .onSuccess(value -> {
                        assertThat(value).isEqualTo("v");
                        assertThat(seen).containsExactly("v", "v");
                        assertThat(LOCAL.get()).isNull();
                    });
        });
        assertThat(LOCAL.get()).isNull();
    }

    @Test
    void threadLocalsOfAForeignSubscriberAreSetOnTheLoopAndBackOnItsThread() throws Exception {
        Hooks.enableAutomaticContextPropagation();
        try (EventLoop loop = EventLoop.builder().start()) {
            LOCAL.set("theirs");
            String value = ReactorBridge.deferMono(loop, () -> {
                        seen.add(LOCAL.get());
                        return EventLoop.pause().map(done -> String.valueOf(LOCAL.get()));
                    })
                    .doOnNext(v -> seen.add(LOCAL.get()))
                    .publishOn(Schedulers.parallel())
                    .doOnNext(v -> seen.add(LOCAL.get()))
                    .block();
            assertThat(value).isEqualTo("theirs");
            assertThat(seen).containsExactly("theirs", "theirs", "theirs");
            LOCAL.remove();
            assertThat(loop.submit(() -> Promise.of(String.valueOf(LOCAL.get())))
                            .get())
                    .isEqualTo("null");
        }
    }

    @Test
    void withoutAutomaticPropagationThreadLocalsAreLeftAlone() throws Exception {
        Bridge.runAsync(bridge -> ReactorBridge.toPromise(
                        ReactorBridge.deferMono(() -> Promise.of(String.valueOf(LOCAL.get())))
                                .contextWrite(Context.of("local", "v")))
                .onSuccess(value -> assertThat(value).isEqualTo("null")));
    }

    @Test
    void promiseLocalsSurviveThePropagationOfThreadLocals() throws Exception {
        PromiseLocal<String> mine = PromiseLocal.create();
        Hooks.enableAutomaticContextPropagation();
        Bridge.runAsync(bridge -> mine.with("m", () -> {
            LOCAL.set("ambient");
            Mono<String> inner = ReactorBridge.deferMono(() -> {
                seen.add(mine.get() + here() + LOCAL.get());
                return EventLoop.pause().map(done -> {
                    seen.add(mine.get() + here() + LOCAL.get());
                    return "v";
                });
            });
            Mono<String> outer = inner.doOnNext(v -> seen.add(mine.get() + LOCAL.get()))
                    .contextWrite(Context.of("key", "k", "local", "l"))
                    .contextCapture();
            Promise<String> promise = ReactorBridge.toPromise(outer);
            assertThat(mine.get()).isEqualTo("m");
            assertThat(LOCAL.get()).isEqualTo("ambient");
            return promise.onTermination(() -> {
                assertThat(mine.get()).isEqualTo("m");
                LOCAL.remove();
            });
        }));
        assertThat(seen).containsExactly("mkl", "mkl", "ml");
        assertThat(mine.get()).isNull();
    }

    @Test
    void promiseLocalsGoAlongToOtherThreadsAndComeBack() throws Exception {
        PromiseLocal<String> mine = PromiseLocal.create();
        Hooks.enableAutomaticContextPropagation();
        Bridge.runAsync(bridge -> mine.with(
                "m",
                () -> ReactorBridge.toPromise(Mono.fromSupplier(() -> String.valueOf(mine.get()))
                                .subscribeOn(Schedulers.parallel())
                                .contextCapture())
                        .onSuccess(value -> {
                            assertThat(value).isEqualTo("m");
                            assertThat(mine.get()).isEqualTo("m");
                        })));
        String left = Mono.fromSupplier(() -> String.valueOf(mine.get()))
                .subscribeOn(Schedulers.parallel())
                .block();
        assertThat(left).isEqualTo("null");
    }

    /* ---- Snapshots ---- */

    @Test
    @SuppressWarnings("try") // the scope is there to be closed
    void aSnapshotIsASourceAndATargetOfContexts() throws Exception {
        ContextSnapshotFactory factory = ContextSnapshotFactory.builder().build();
        Bridge.run(bridge -> {
            PromiseLocal.Snapshot values = ReactorBridge.context()
                    .with(Context.of("local", "v", "key", "k"), PromiseLocal::capture);
            ContextSnapshot snapshot = factory.captureFrom(values);
            try (ContextSnapshot.Scope scope = snapshot.setThreadLocals()) {
                assertThat(LOCAL.get()).isEqualTo("v");
            }
            assertThat(LOCAL.get()).isNull();
            Map<Object, Object> target = new HashMap<>();
            new LoopContextAccessor().readValues(values, key -> "key".equals(key), target);
            assertThat(target).containsExactly(Map.entry("key", "k"));
            PromiseLocal.Snapshot written = snapshot.updateContext(PromiseLocal.Snapshot.empty());
            List<String> read = new ArrayList<>();
            written.run(() -> read.add(here()));
            assertThat(new LoopContextAccessor().<String>readValue(written, "local"))
                    .isEqualTo("v");
        });
    }

    @Test
    @SuppressWarnings("try") // the scope is there to be closed
    void aSnapshotOfThreadLocalsBringsPromiseLocalsToAnotherThread() throws Exception {
        PromiseLocal<String> mine = PromiseLocal.create();
        Bridge.run(bridge -> {
            ContextSnapshot snapshot = mine.with(
                    "m", () -> ContextSnapshotFactory.builder().build().captureAll());
            Bridge.elsewhere(() -> {
                try (ContextSnapshot.Scope scope = snapshot.setThreadLocals()) {
                    seen.add(mine.get());
                }
                seen.add(String.valueOf(mine.get()));
            });
            assertThat(seen).containsExactly("m", "null");
        });
    }
}
