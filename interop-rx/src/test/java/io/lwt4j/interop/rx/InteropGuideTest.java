package io.lwt4j.interop.rx;

import static io.lwt4j.interop.reactor.ReactorBridge.addTo;
import static io.lwt4j.interop.reactor.ReactorBridge.both;
import static io.lwt4j.interop.reactor.ReactorBridge.context;
import static io.lwt4j.interop.reactor.ReactorBridge.deferMono;
import static io.lwt4j.interop.reactor.ReactorBridge.pick;
import static io.lwt4j.interop.reactor.ReactorBridge.resolveInto;
import static io.lwt4j.interop.reactor.ReactorBridge.toDisposable;
import static io.lwt4j.interop.reactor.ReactorBridge.toEvent;
import static io.lwt4j.interop.reactor.ReactorBridge.toFlux;
import static io.lwt4j.interop.reactor.ReactorBridge.toMono;
import static io.lwt4j.interop.reactor.ReactorBridge.toPromise;
import static io.lwt4j.interop.reactor.ReactorBridge.toPullStream;
import static io.lwt4j.interop.reactor.ReactorBridge.toSignal;
import static io.lwt4j.interop.reactor.ReactorBridge.toSink;
import static io.lwt4j.interop.rx.RxJava3Bridge.toCompletable;
import static io.lwt4j.interop.rx.RxJava3Bridge.toFlowable;
import static io.lwt4j.interop.rx.RxJava3Bridge.toMaybe;
import static io.lwt4j.interop.rx.RxJava3Bridge.toSingle;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CancelPolicy;
import io.lwt4j.CheckedRunnable;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.interop.reactor.LoopScheduler;
import io.lwt4j.react.Event;
import io.lwt4j.react.EventEmitter;
import io.lwt4j.react.Feed;
import io.lwt4j.react.Intake;
import io.lwt4j.react.Overflow;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;
import io.lwt4j.stream.PullStream;
import io.lwt4j.sync.Switch;
import io.reactivex.rxjava3.core.BackpressureStrategy;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.subscribers.TestSubscriber;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs the snippets of the guide to the bridge, and checks that it shows these. */
class InteropGuideTest {

    private static final Path GUIDE =
            Path.of("").toAbsolutePath().getParent().resolve("docs/interop.md");
    private static final Path SELF =
            Path.of("src/test/java/io/lwt4j/interop/rx/InteropGuideTest.java");
    private static final Pattern SNIPPET = Pattern.compile("(?ms)^```java\n(.*?)^```$");

    private static final Pattern PAIN = Pattern.compile("(?m)^\\| (\\d+) \\| [^|]+ \\| (.*) \\|$");

    private final List<Object> out = new ArrayList<>();

    @Test
    void everySnippetOfTheGuideIsRunHere() throws Exception {
        String self = squeezed(Files.readString(SELF));
        assertThat(SNIPPET.matcher(Files.readString(GUIDE)).results())
                .hasSizeGreaterThan(20)
                .allSatisfy(snippet -> assertThat(self).contains(squeezed(snippet.group(1))));
    }

    @Test
    void everyPainOfTheGuideHasTheTestsItNames() throws Exception {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(GUIDE.getParent().getParent())) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
                sources.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        List<String> missing = new ArrayList<>();
        List<MatchResult> rows = PAIN.matcher(Files.readString(GUIDE)).results().toList();
        for (MatchResult row : rows) {
            String number = "ain%02d".formatted(Integer.parseInt(row.group(1)));
            for (String test : row.group(2).replaceAll("[` ]", "").split(",", -1)) {
                if (!sources.getOrDefault(test + ".java", "").contains(number)) {
                    missing.add(number + " in " + test);
                }
            }
        }
        assertThat(rows).hasSize(27);
        assertThat(missing).isEmpty();
    }

    /** The text without white space: the formatter decides on lines. */
    private static String squeezed(String text) {
        return text.replaceAll("\\s+", "");
    }

    private static <T> Promise<T> promise(T value) {
        return EventLoop.pause().map(done -> value);
    }

    private static void onLoop(Callable<Promise<?>> body) throws Exception {
        EventLoop.run(() -> body.call().map(done -> 0));
    }

    private static void onLoopAtOnce(CheckedRunnable body) throws Exception {
        EventLoop.run(() -> {
            body.run();
            return Promise.of(0);
        });
    }

    /** The value of a mono that may need the loop to go on. */
    private <T> Promise<?> shows(Mono<T> mono, @Nullable T value) {
        return toPromise(mono).onSuccess(result -> assertThat(result).isEqualTo(value));
    }

    @Test
    void futures() throws Exception {
        onLoop(() -> {
            CompletableFuture<String> future = promise("answer").toCompletableFuture();
            CompletableFuture<Integer> length = future.thenApply(String::length);
            return Promise.from(length).onSuccess(n -> assertThat(n).isEqualTo(6));
        });
        onLoop(() -> {
            Promise<String> promise = Promise.from(CompletableFuture.supplyAsync(() -> "answer"));
            return promise.onSuccess(value -> assertThat(value).isEqualTo("answer"));
        });
    }

    @Test
    void monos() throws Exception {
        onLoop(() -> {
            Mono<String> mono = toMono(promise("answer"), CancelPolicy.CANCEL);
            return shows(mono, "answer");
        });
        onLoop(() -> {
            Promise<@Nullable String> promise = toPromise(Mono.just("answer").hide());
            return promise.onSuccess(value -> assertThat(value).isEqualTo("answer"));
        });
    }

    @Test
    @SuppressWarnings("NullAway") // The context is there: a subscriber brought it.
    void contexts() throws Exception {
        onLoop(() -> {
            Mono<String> user = deferMono(() -> {
                String name = context().get().get("user");
                return toPromise(
                        Mono.deferContextual(inner -> Mono.just(name + "=" + inner.get("user"))));
            });
            return shows(user.contextWrite(Context.of("user", "ann")), "ann=ann");
        });
    }

    @Test
    void singles() throws Exception {
        onLoop(() -> {
            Single<String> single = toSingle(promise("answer"));
            Maybe<String> maybe = toMaybe(promise("answer"));
            Completable completable = toCompletable(promise("answer"));
            return RxJava3Bridge.toPromise(completable.andThen(
                            single.toFlowable().concatWith(maybe).count()))
                    .onSuccess(count -> assertThat(count).isEqualTo(2));
        });
        onLoop(() -> {
            Promise<String> promise =
                    RxJava3Bridge.toPromise(Single.just("answer").hide());
            return promise.onSuccess(value -> assertThat(value).isEqualTo("answer"));
        });
    }

    @Test
    void streams() throws Exception {
        onLoopAtOnce(() -> {
            Flux<Integer> flux = toFlux(PullStream.of(1, 2, 3));
            Flowable<Integer> flowable = toFlowable(PullStream.of(1, 2, 3));
            StepVerifier.create(flux).expectNext(1, 2, 3).verifyComplete();
            flowable.test().assertResult(1, 2, 3);
        });
        onLoop(() -> {
            PullStream<Integer> stream = toPullStream(Flux.range(1, 1000), 16);
            PullStream<Integer> latest =
                    RxJava3Bridge.toPullStream(Observable.range(1, 3), BackpressureStrategy.LATEST);
            return stream.toList()
                    .onSuccess(list -> assertThat(list).hasSize(1000))
                    .flatMap(done -> latest.toList())
                    .onSuccess(list -> assertThat(list).contains(1));
        });
    }

    @Test
    void events() throws Exception {
        onLoopAtOnce(() -> {
            EventEmitter<String> clicks = EventEmitter.create();
            Flux<String> flux = toFlux(clicks.event(), Overflow.dropOldest(16));
            Disposable seen = flux.subscribe(out::add);
            clicks.send("click");
            seen.dispose();
        });
        assertThat(out).containsExactly("click");
        onLoopAtOnce(() -> {
            Feed<Event<Integer>> ticks = toEvent(Flux.just(1, 2, 3));
            ticks.node().observe(tick -> out.add("tick " + tick));
            assertThat(ticks.done().isFulfilled()).isTrue();
        });
    }

    @Test
    void signals() throws Exception {
        onLoopAtOnce(() -> {
            Var<Integer> level = Var.of(1);
            Flux<Integer> flux = toFlux(level.signal());
            Flowable<Integer> flowable = toFlowable(level.signal());
            Disposable seen = flux.subscribe(out::add);
            TestSubscriber<Integer> rx = flowable.test();
            level.set(2);
            rx.assertValues(1, 2);
            seen.dispose();
        });
        assertThat(out).containsExactly(1, 2);
        onLoopAtOnce(() -> {
            Intake intake = Intake.create();
            Feed<Signal<Integer>> net = toSignal(Flux.just(100, 200), 0, intake);
            Feed<Signal<Integer>> rate = toSignal(Flux.just(20), 0, intake);
            Signal<Integer> tax = Signal.lift(net.node(), rate.node(), (n, r) -> n * r / 100);
            assertThat(tax.get()).isEqualTo(40);
        });
    }

    @Test
    void sinks() throws Exception {
        onLoop(() -> {
            Resolver<@Nullable String> resolver = Resolver.cancellable();
            Sinks.One<String> sink = toSink(resolver);
            Sinks.EmitResult first = sink.tryEmitValue("answer");
            Sinks.EmitResult second = sink.tryEmitValue("another");
            assertThat(first).isEqualTo(Sinks.EmitResult.OK);
            assertThat(second).isEqualTo(Sinks.EmitResult.FAIL_TERMINATED);
            return resolver.promise().onSuccess(value -> assertThat(value).isEqualTo("answer"));
        });
        onLoop(() -> {
            Sinks.One<String> sink = Sinks.one();
            resolveInto(promise("answer"), sink);
            return shows(sink.asMono(), "answer");
        });
    }

    @Test
    void schedulers() throws Exception {
        onLoop(() -> {
            Scheduler scheduler = LoopScheduler.of(EventLoop.current());
            Mono<Boolean> there = Mono.fromCallable(EventLoop::isLoopThread).subscribeOn(scheduler);
            return shows(there, true);
        });
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        EventLoop loop = EventLoop.builder().host(LoopScheduler.host(time)).build();
        Mono<String> late = deferMono(
                loop, () -> EventLoop.sleep(Duration.ofHours(1)).map(done -> "an hour later"));
        late.subscribe(out::add);
        time.advanceTimeBy(Duration.ofMinutes(59));
        assertThat(out).isEmpty();
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(out).containsExactly("an hour later");
        loop.close();
    }

    @Test
    void disposables() throws Exception {
        onLoop(() -> {
            Switch resources = Switch.create();
            Disposable disposable = addTo(resources, Disposables.single());
            return resources
                    .turnOff()
                    .onSuccess(off -> assertThat(disposable.isDisposed()).isTrue());
        });
        onLoopAtOnce(() -> {
            Disposable cancel = toDisposable(promise("answer"));
            cancel.dispose();
            assertThat(cancel.isDisposed()).isTrue();
        });
    }

    @Test
    void races() throws Exception {
        onLoop(() -> {
            Mono<String> winner = pick(Mono.just("fast").hide(), Mono.never());
            return shows(winner, "fast");
        });
        onLoop(() -> {
            Mono<Promise.Both<@Nullable String, @Nullable Integer>> both =
                    both(Mono.just("a").hide(), Mono.just(1).hide());
            return shows(both, new Promise.Both<>("a", 1));
        });
    }
}
