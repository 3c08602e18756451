package io.lwt4j.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.CancelPolicy;
import io.lwt4j.CheckedConsumer;
import io.lwt4j.CheckedRunnable;
import io.lwt4j.EventLoop;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;
import io.lwt4j.engine.VirtualTimeEngine;
import io.lwt4j.interop.reactor.ReactorBridge;
import io.lwt4j.interop.rx.RxJava3Bridge;
import io.reactivex.rxjava3.core.Single;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import reactor.core.publisher.Mono;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs the programs of the page on cancellation: each prints what the page says, and where that
 * names a trace of OCaml Lwt, that trace.
 */
class CancellationTest {

    private static final Pattern GOLDEN = Pattern.compile("Recorded as\\s+`([^`]+)`");
    private static final Pattern RACE = Pattern.compile("(?m)^([^#:\\n].*?): ?(.*)$");

    private final List<String> trace = new ArrayList<>();
    private final Map<String, Resolver<String>> resolvers = new HashMap<>();

    @TestFactory
    Stream<DynamicTest> everyProgramPrintsWhatThePageSays() throws Exception {
        return Page.of("cancellation")
                .prints(Map.ofEntries(
                        program("It goes backwards", CancellationTest::backwards),
                        program("All is marked before anything runs", CancellationTest::marks),
                        program(
                                "Cancel callbacks come first, the newest before all",
                                CancellationTest::order),
                        program("A race that is won", CancellationTest::won),
                        program("A race that is cancelled", CancellationTest::cancelled),
                        program(
                                "Who else waits for a loser is cancelled, too",
                                CancellationTest::shared),
                        program("A shielded promise goes on", CancellationTest::shielded),
                        program(
                                "An uncancellable promise hears nothing",
                                CancellationTest::uncancellable),
                        program("A handler may make a value of it", CancellationTest::recovering),
                        program("A clean-up is not cancelled", CancellationTest::cleaning),
                        program("Waiting for all means for all", CancellationTest::waiting),
                        program("A callback that throws stops nobody", CancellationTest::throwing),
                        program("Into Reactor and RxJava", CancellationTest::into),
                        program("Out of Reactor and RxJava", CancellationTest::outOf)));
    }

    private static Map.Entry<String, Callable<List<String>>> program(
            String section, CheckedConsumer<CancellationTest> program) {
        return Map.entry(section, () -> new CancellationTest().run(program));
    }

    @Test
    void whatThePageSaysIsWhatTheOriginalDid() throws Exception {
        Page page = Page.of("cancellation");
        Map<String, List<String>> golden = races();
        int compared = 0;
        for (Map.Entry<String, List<String>> section : page.printed().entrySet()) {
            Matcher name = GOLDEN.matcher(page.section(section.getKey()));
            if (name.find()) {
                String trace = name.group(1).replace('\n', ' ');
                assertThat(section.getValue())
                        .as(trace)
                        .isEqualTo(golden.containsKey(trace) ? golden.get(trace) : recorded(trace));
                compared++;
            }
        }
        assertThat(compared).isEqualTo(12);
    }

    /** The races by name. */
    private static Map<String, List<String>> races() throws IOException {
        Map<String, List<String>> races = new HashMap<>();
        String file = Files.readString(
                Page.ROOT.resolve("core/src/fixtures/resources/io/lwt4j/bridge/pick-traces.txt"));
        RACE.matcher(file)
                .results()
                .forEach(race -> races.put(race.group(1), List.of(race.group(2).split(", ", -1))));
        return races;
    }

    /** The lines of one of the golden programs, without the numbers and results of its steps. */
    private static List<String> recorded(String name) throws IOException {
        String file = Files.readString(
                Page.ROOT.resolve("core/src/test/resources/io/lwt4j/oracle/promise-dev.jsonl"));
        Matcher program = Pattern.compile("(?m)^\\{\"name\":\"" + Pattern.quote(name)
                        + "\",.*\"trace\":\\[(.*?)\\].*$")
                .matcher(file);
        assertThat(program.find()).as(name).isTrue();
        return Pattern.compile("\"([^\"]*)\"")
                .matcher(program.group(1))
                .results()
                .map(MatchResult::group)
                .map(line -> line.substring(1, line.length() - 1))
                .filter(line -> !line.matches("#\\d+|\\w+: .*"))
                // What a callback without an argument is called with in OCaml.
                .map(line -> line.replace("(())", ""))
                .toList();
    }

    private List<String> run(CheckedConsumer<CancellationTest> program) throws Exception {
        try (EventLoop loop = EventLoop.builder()
                .engine(new VirtualTimeEngine())
                .uncaughtHandler(error -> log("hook " + error.getMessage()))
                .build()) {
            return loop.runUntilComplete(() -> {
                program.accept(this);
                return EventLoop.pause().map(done -> List.copyOf(trace));
            });
        }
    }

    private void log(String line) {
        trace.add(line);
    }

    /* ---- How to read the traces ---- */

    /** A promise that says that it is cancelled, and what became of it. */
    private Promise<String> task(String name) {
        Resolver<String> resolver = Resolver.cancellable();
        resolvers.put(name, resolver);
        return watch(name, resolver.promise().onCancel(() -> log("cancel " + name)));
    }

    private <T> Promise<T> watch(String name, Promise<T> promise) {
        return promise.onAny(
                value -> log(name + " ok"),
                error -> log(name + (promise.isCancelled() ? " cancelled" : " fails")));
    }

    private void resolve(String name) {
        resolvers.get(name).resolve("ok");
    }

    /* ---- Programs ---- */

    private void backwards() {
        Promise<String> p = Resolver.<String>cancellable().promise();
        Promise<Integer> q = p.map(String::length);
        q.onCancel(() -> log("kq"));
        p.onCancel(() -> log("kp"));

        q.cancel();
    }

    private void marks() {
        Promise<String> a = Resolver.<String>cancellable().promise();
        Promise<String> b = Resolver.<String>cancellable().promise();
        Promise<Void> j = Promise.join(a, b);
        CheckedRunnable states = () -> {
            log("state a = " + (a.isCancelled() ? "canceled" : "pending"));
            log("state b = " + (b.isCancelled() ? "canceled" : "pending"));
            log("state j = " + (j.isCancelled() ? "canceled" : "pending"));
        };
        a.onCancel(() -> {
            log("ka");
            states.run();
        });
        b.onCancel(() -> {
            log("kb");
            states.run();
        });

        j.cancel();
    }

    private void order() {
        Promise<String> p = Resolver.<String>cancellable().promise();
        p.onCancel(() -> log("k1"));
        p.onTermination(() -> log("t1"));
        p.onCancel(() -> log("k2"));
        p.onTermination(() -> log("t2"));

        p.cancel();
    }

    private void won() {
        Promise<String> a = task("A");
        Promise<String> b = task("B");
        Promise<String> c = task("C");
        watch("pick", Promise.pick(a, b, c));
        watch("B after", b);

        resolve("B");
    }

    private void cancelled() {
        Promise<String> race = watch("pick", Promise.pick(task("A"), task("B"), task("C")));

        race.cancel();
    }

    private void shared() {
        Promise<String> s = task("S");
        Promise<String> a = task("A");
        watch("p1", Promise.pick(s, task("B")));
        watch("p2", Promise.pick(s, a));

        resolve("B");
    }

    private void shielded() {
        Promise<String> a = task("A");
        watch("shielded", a.shielded()).cancel();
        log("/");
        resolve("A");
    }

    private void uncancellable() {
        Promise<String> a = task("A");
        watch("uncancellable", a.uncancellable()).cancel();
        log("/");
        resolve("A");
    }

    private void recovering() {
        Promise<String> a = task("A").recover(error -> {
            log("A recovers");
            return Promise.of("recovered");
        });
        watch("pick", Promise.pick(a, task("B")));

        resolve("B");
    }

    private void cleaning() {
        Resolver<Void> end = Resolver.cancellable();
        Promise<String> a = task("A").eventually(() -> {
            log("A finalizing");
            return end.promise().onSuccess(done -> log("A finalized"));
        });
        watch("pick", Promise.pick(a, task("B")));

        resolve("B");
        log("/");
        end.resolve(null);
    }

    private void waiting() {
        Promise<String> a = task("A");
        watch("both", Promise.both(a, task("B")));

        a.cancel();
        log("/");
        resolve("B");
    }

    private void throwing() {
        Promise<String> a = Resolver.<String>cancellable().promise();
        a.onCancel(() -> {
            log("cancel A");
            throw new IllegalStateException("cancel-A-failed");
        });
        watch("pick", Promise.pick(watch("A", a), task("B"), task("C")));

        resolve("B");
    }

    private void into() {
        Mono<String> mono = Mono.<String>never().doOnCancel(() -> log("mono cancelled"));
        Single<String> single = Single.<String>never().doOnDispose(() -> log("single disposed"));
        watch(
                "pick",
                Promise.pick(
                        ReactorBridge.toPromise(mono), RxJava3Bridge.toPromise(single), task("B")));

        resolve("B");
    }

    private void outOf() {
        ReactorBridge.toMono(task("A")).subscribe().dispose();
        RxJava3Bridge.toSingle(task("B")).subscribe().dispose();
        ReactorBridge.toMono(task("C"), CancelPolicy.DETACH).subscribe().dispose();
    }
}
