package io.lwt4j.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CheckedRunnable;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Promise.State;
import io.lwt4j.Promises;
import io.lwt4j.Resolver;
import io.lwt4j.detach.LoopGroup;
import io.lwt4j.detach.WorkerPool;
import io.lwt4j.direct.Direct;
import io.lwt4j.react.AsyncEvents;
import io.lwt4j.react.Event;
import io.lwt4j.react.EventEmitter;
import io.lwt4j.react.Observation;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Step;
import io.lwt4j.react.Var;
import io.lwt4j.stream.Backoff;
import io.lwt4j.stream.PullStream;
import io.lwt4j.stream.Retry;
import io.lwt4j.sync.Condition;
import io.lwt4j.sync.MVar;
import io.lwt4j.sync.Mutex;
import io.lwt4j.sync.Pool;
import io.lwt4j.sync.Scope;
import io.lwt4j.sync.Switch;
import io.lwt4j.sync.Throttle;
import io.lwt4j.sync.Timeout;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs every line of the page on combinators, and says what comes of it. */
class CombinatorsTest {

    private final List<String> log = new ArrayList<>();
    private final List<Promise<?>> checks = new ArrayList<>();
    private final List<String> names = List.of("ann", "bob", "cy");

    @Test
    void everyLineOfThePageIsRunHere() throws Exception {
        String self = Page.squeezed(Files.readString(
                Path.of("src/test/java/io/lwt4j/examples/docs/CombinatorsTest.java")));
        List<String> strangers = new ArrayList<>();
        for (List<String> row : Page.of("combinators").rows()) {
            for (String line : Page.code(row.get(row.size() - 1))) {
                if (!self.contains(Page.squeezed(line))) {
                    strangers.add(line);
                }
            }
        }
        assertThat(strangers).as("lines that nothing runs").isEmpty();
    }

    /* ---- What the lines are about ---- */

    private static Promise<String> name() {
        return EventLoop.pause().map(done -> "ann");
    }

    private static Promise<Integer> number() {
        return EventLoop.sleep(Duration.ofSeconds(1)).map(done -> 7);
    }

    private static Promise<String> fails() {
        return EventLoop.pause().flatMap(done -> Promise.failed(new IOException("closed")));
    }

    private static Promise<String> never() {
        return Resolver.<String>cancellable().promise();
    }

    private static Promise<String> greet(String name) {
        return EventLoop.pause().map(done -> "hello " + name);
    }

    private static Promise<Boolean> known(String name) {
        return EventLoop.pause().map(done -> !name.equals("bob"));
    }

    private static Promise<String> open() {
        return EventLoop.pause().map(done -> "door");
    }

    private Promise<Void> close() {
        log("closed");
        return Promise.unit();
    }

    private void log(String line) {
        log.add(line);
    }

    private <T> void shows(Promise<T> promise, T value) {
        checks.add(promise.map(actual -> assertThat(actual).isEqualTo(value)));
    }

    private void onLoop(CheckedRunnable body) throws Exception {
        TestLoop.run(() -> {
            body.run();
            return Promise.join(checks);
        });
    }

    /* ---- The lines ---- */

    @Test
    void onePromise() throws Exception {
        onLoop(() -> {
            shows(name().map(String::length), 3);
            shows(name().flatMap(n -> greet(n)), "hello ann");
            shows(fails().recover(error -> Promise.of("none")), "none");
            shows(fails().recover(IOException.class, error -> Promise.of("none")), "none");
            shows(fails().fold(n -> greet(n), error -> greet("nobody")), "hello nobody");
            shows(fails().outcome().map(State.Rejected.class::isInstance), true);
            shows(name().eventually(() -> close()), "ann");
            shows(Promise.using(() -> open(), door -> greet(door), door -> close()), "hello door");
            shows(name().onSuccess(n -> log(n)), "ann");
            shows(name().onCancel(() -> log("cancelled")), "ann");
            shows(EventLoop.withTimeout(Duration.ofSeconds(5), () -> name()), "ann");
            shows(
                    Retry.of(() -> name())
                            .backoff(Backoff.fixed(Duration.ofSeconds(1)))
                            .times(3)
                            .run(),
                    "ann");
            EventLoop.spawn(() -> greet("ann"));
            shows(Promise.of(7), 7);
            shows(Promise.wrap(() -> Integer.parseInt("7")), 7);
            shows(Promise.apply(() -> greet("ann")), "hello ann");
            assertThat(Resolver.<String>cancellable().promise().isPending()).isTrue();
            shows(EventLoop.pause(), null);
        });
        assertThat(log).containsExactlyInAnyOrder("closed", "closed", "ann");
    }

    @Test
    void manyAtATime() throws Exception {
        onLoop(() -> {
            shows(Promise.both(name(), number(), (n, i) -> n + i), "ann7");
            shows(Promise.all(name(), greet("bob")), List.of("ann", "hello bob"));
            shows(Promise.join(name(), number()), null);
            shows(Promise.joinFailFast(never(), fails()).outcome().map(end -> "over"), "over");
            List<String> greetings = List.of("hello ann", "hello bob", "hello cy");
            shows(Promises.mapConcurrently(names, n -> greet(n)), greetings);
            shows(Promises.mapSequentially(names, n -> greet(n)), greetings);
            shows(
                    PullStream.fromIterable(names)
                            .mapConcurrent(2, n -> greet(n))
                            .toList(),
                    greetings);
            shows(Promises.filterConcurrently(names, n -> known(n)), List.of("ann", "cy"));
            shows(Scope.failFast(scope -> scope.fork(() -> name())), "ann");
            shows(Scope.collect(scope -> scope.fork(() -> name())), "ann");
        });
    }

    @Test
    void theFirstOfSeveral() throws Exception {
        onLoop(() -> {
            shows(Promise.pick(name(), never()), "ann");
            shows(Promise.pickFirst(Promise.of(1), Promise.of(2)), 1);
            shows(Promise.pick(List.of(open(), open()), door -> log(door)), "door");
            shows(Promise.choose(name(), never()), "ann");
            shows(Promise.npick(List.of(Promise.of(1), Promise.of(2))), List.of(1, 2));
            shows(Promise.nchoose(List.of(Promise.of(1), Promise.of(2))), List.of(1, 2));
            shows(
                    Promise.nchooseSplit(List.of(Promise.of(1), number()))
                            .map(split -> split.done().size() + split.pending().size()),
                    2);
        });
    }

    @Test
    void cancellation() throws Exception {
        onLoop(() -> {
            shows(name().shielded(), "ann");
            shows(name().uncancellable(), "ann");
            Promise<String> view = Resolver.<String>uncancellable().promise().cancellableView();
            view.cancel();
            assertThat(view.isCancelled()).isTrue();
        });
    }

    @Test
    void streams() throws Exception {
        onLoop(() -> {
            shows(PullStream.fromIterable(names).toList(), List.of("ann", "bob", "cy"));
            shows(PullStream.from(() -> Promise.of(Optional.of(1))).next(), 1);
            assertThat(PullStream.<String>push().stream().isClosed()).isFalse();
            assertThat(PullStream.<String>bounded(16).writer().size()).isEqualTo(16);
            shows(PullStream.of(1, 2).next(), 1);
            shows(PullStream.of(1, 2).toList(), List.of(1, 2));
            shows(PullStream.of(1, 2, 3).nget(2), List.of(1, 2));
            shows(PullStream.of(1, 2).find(n -> n > 1), Optional.of(2));
            shows(PullStream.of(1, 2).fold(0, Integer::sum), 3);
            shows(PullStream.fromIterable(names).forEachSequential(n -> greet(n)), null);
            shows(PullStream.of(1, 2).filter(n -> n > 1).toList(), List.of(2));
            shows(PullStream.fromIterable(names).mapSequential(n -> greet(n)).next(), "hello ann");
            shows(PullStream.of(1).append(PullStream.of(2)).toList(), List.of(1, 2));
            shows(
                    PullStream.of(1, 2).combine(PullStream.of("a", "b")).next(),
                    new Promise.Both<>(1, "a"));
            shows(
                    PullStream.choose(List.of(PullStream.of(1), PullStream.of(2)))
                            .fold(0, Integer::sum),
                    3);
            shows(PullStream.of(1, 2).copy().toList(), List.of(1, 2));
            shows(PullStream.of(1, 0).map(n -> 1 / n).outcomes().toList().map(List::size), 2);
        });
    }

    @Test
    void waitingForEachOther() throws Exception {
        onLoop(() -> {
            Mutex mutex = Mutex.create();
            Condition<String> condition = Condition.create();
            MVar<Integer> box = MVar.empty();
            Pool<String> pool = Pool.builder(() -> open()).max(2).build();
            Throttle<String> throttle = Throttle.create(10, 100);
            Switch resources = Switch.create();

            shows(mutex.withLock(() -> name()), "ann");
            shows(mutex.withLock(() -> condition.await(mutex)), "ready");
            checks.add(EventLoop.sleep(Duration.ofSeconds(1))
                    .onSuccess(done -> condition.signal("ready")));
            shows(box.put(1), null);
            shows(pool.use(door -> greet(door)), "hello door");
            shows(throttle.acquire("ann"), true);
            resources.addHook(() -> close());
            checks.add(resources.turnOff());
            assertThat(Timeout.create(Duration.ofSeconds(5), () -> log("idle")).isRunning())
                    .isFalse();
            shows(WorkerPool.shared().detach(() -> 7), 7);
            shows(Direct.spawn(() -> Direct.await(name()).length()), 3);
        });
        try (LoopGroup group = LoopGroup.start(2)) {
            int seven = EventLoop.run(() -> group.submit(() -> Promise.of(7)));
            assertThat(seven).isEqualTo(7);
        }
    }

    @Test
    void eventsAndSignals() throws Exception {
        onLoop(() -> {
            assertThat(Var.of(1).get()).isEqualTo(1);
            Var<Integer> amount = Var.of(100);
            Signal<Integer> net = amount.signal();
            Signal<Integer> rate = Signal.of(20);
            assertThat(Signal.lift(net, rate, (n, r) -> n * r / 100).get()).isEqualTo(20);
            assertThat(Signal.computed(() -> net.get() * 2).get()).isEqualTo(200);
            Observation effect = Signal.effect(() -> log("net " + net.get()));
            assertThat(net.flatMap(n -> n > 100 ? rate : net).get()).isEqualTo(100);

            EventEmitter<String> keyboard = EventEmitter.<String>create();
            EventEmitter<String> mouse = EventEmitter.create();
            Event<String> keys = keyboard.event();
            Event<String> clicks = mouse.event();
            Signal<String> text = keys.foldSignal("", String::concat);
            Event.select(List.of(keys, clicks)).observe(key -> log("select " + key));
            Event.merge(List.of(keys, clicks), "", String::concat)
                    .observe(both -> log("merge " + both));
            keys.once().observe(key -> log("once " + key));
            AsyncEvents.mapSequential(keys, key -> greet(key)).observe(this::log);
            AsyncEvents.mapLatest(keys, key -> greet(key)).observe(this::log);
            AsyncEvents.limit(keys, () -> EventLoop.sleep(Duration.ofSeconds(1)))
                    .observe(key -> log("limited " + key));
            shows(AsyncEvents.next(keys), "a");
            shows(AsyncEvents.toStream(keys).next(), "a");
            Step.batch(() -> {
                keyboard.send("a");
                mouse.send("b");
            });
            assertThat(text.get()).isEqualTo("a");
            effect.stop();
            checks.add(EventLoop.sleep(Duration.ofSeconds(1)));
        });
        assertThat(log)
                .containsExactlyInAnyOrder(
                        "net 100",
                        "select a",
                        "merge ab",
                        "once a",
                        "limited a",
                        "hello a",
                        "hello a");
    }
}
