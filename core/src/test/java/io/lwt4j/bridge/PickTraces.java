package io.lwt4j.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import static java.util.Map.entry;

import io.lwt4j.CheckedConsumer;
import io.lwt4j.CheckedFunction;
import io.lwt4j.Promise;
import io.lwt4j.Resolver;

import org.junit.jupiter.api.DynamicTest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/**
 * The races that were recorded on OCaml Lwt, with members that come from elsewhere in place of its
 * tasks: "cancel A" is written when the source of A is told so.
 */
public final class PickTraces {

    private static final Map<String, CheckedConsumer<Program<?>>> PROGRAMS = Map.ofEntries(
            entry("B wins", p -> {
                p.raceOfThree();
                p.watch("B after", p.get("B"));
                p.ok("B");
            }),
            entry("B fails", p -> {
                p.raceOfThree();
                p.fail("B", "boom");
            }),
            entry("cancel race", p -> p.raceOfThree().cancel()),
            entry("cancel race, then a late value of A", p -> {
                p.raceOfThree().cancel();
                p.trace.clear();
                p.ok("A");
            }),
            entry("B wins, A cancel throws", p -> {
                p.source("A").throwOnCancel(new IllegalStateException("cancel-A-failed"));
                p.raceOfThree();
                p.ok("B");
            }),
            entry("cancel race, A cancel throws", p -> {
                p.source("A").throwOnCancel(new IllegalStateException("cancel-A-failed"));
                p.raceOfThree().cancel();
            }),
            entry("cancel pick [A,A]", p -> {
                Promise<Object> a = p.member("A");
                p.watch("pick", Promise.pick(a, a)).cancel();
            }),
            entry(
                    "cancel choose",
                    p -> p.watch("choose", Promise.choose(p.member("A"), p.member("B")))
                            .cancel()),
            entry("choose A wins", p -> {
                p.watch("choose", Promise.choose(p.member("A"), p.member("B")));
                p.ok("A");
            }),
            entry("both - cancel A then B ok", p -> {
                Promise<Object> a = p.member("A");
                p.watch("both", Promise.both(a, p.member("B")));
                a.cancel();
                p.pause();
                p.ok("B");
            }),
            entry("both - A fails, B fails", p -> {
                p.watch("both", Promise.both(p.member("A"), p.member("B")));
                p.fail("A", "x");
                p.pause();
                p.fail("B", "y");
            }),
            entry(
                    "cancel both",
                    p -> p.watch("both", Promise.both(p.member("A"), p.member("B")))
                            .cancel()),
            entry("cancel shielded", p -> {
                p.watch("shielded", p.member("A").shielded()).cancel();
                p.pause();
                p.ok("A");
            }),
            entry("cancel uncancellable", p -> {
                p.watch("uncancellable", p.member("A").uncancellable()).cancel();
                p.pause();
                p.ok("A");
            }),
            entry("cancel inner of uncancellable", p -> {
                Promise<Object> a = p.member("A");
                p.watch("uncancellable", a.uncancellable());
                a.cancel();
            }),
            entry("pick [uncancellable A, B] B wins", p -> p.bWins(p.member("A").uncancellable())),
            entry("pick [shielded A, B] B wins", p -> p.bWins(p.member("A").shielded())),
            entry("pick [mapped A, B] B wins", p -> {
                Promise<Object> mapped = p.member("A").flatMap(Promise::of);
                p.bWins(p.watch("mapped A", mapped));
            }),
            entry("pick [recovering A, B] B wins", p -> p.bWins(p.recovering())),
            entry("cancel pick [recovering A, B]", p -> {
                Promise<Object> a = p.recovering();
                p.watch("pick", Promise.pick(a, p.member("B"))).cancel();
            }),
            entry(
                    "pick [finalized A, B] B wins",
                    p -> p.bWins(p.member("A").eventually(() -> {
                        p.log("A finalized");
                        return Promise.unit();
                    }))),
            entry("async finalizer of loser", p -> {
                Resolver<Void> end = Resolver.cancellable();
                p.bWins(p.member("A").eventually(() -> {
                    p.log("A finalizing");
                    return end.promise().onSuccess(done -> p.log("A finalized"));
                }));
                p.pause();
                end.resolve(null);
            }),
            entry("shared loser S in 2 picks", p -> {
                Promise<Object> s = p.member("S");
                Promise<Object> a = p.member("A");
                p.watch("p1", Promise.pick(s, p.member("B")));
                p.watch("p2", Promise.pick(s, a));
                p.ok("B");
            }),
            entry("already failed beats already ok", p -> {
                Promise<Object> failed = Promise.failed(new IllegalStateException("already"));
                p.watch("pick", Promise.pick(p.member("A"), Promise.of("ok"), failed));
            }));

    private PickTraces() {}

    /** One test for each trace, with members of one kind. */
    public static <A> Stream<DynamicTest> tests(
            Kind<A> kind, CheckedFunction<A, Promise<Object>> way) throws IOException {
        Map<String, String> traces = read();
        assertThat(PROGRAMS).containsOnlyKeys(traces.keySet());
        return traces.entrySet().stream()
                .map(trace -> dynamicTest(trace.getKey(), () -> {
                    Program<A> program = new Program<>(kind, way);
                    program.run(PROGRAMS.get(trace.getKey()));
                    assertThat(String.join(", ", program.trace)).isEqualTo(trace.getValue());
                }));
    }

    /** The traces by name. */
    public static Map<String, String> read() throws IOException {
        Map<String, String> traces = new LinkedHashMap<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                PickTraces.class.getResourceAsStream("pick-traces.txt"), StandardCharsets.UTF_8))) {
            lines.lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(line -> {
                        int colon = line.indexOf(':');
                        traces.put(
                                line.substring(0, colon),
                                line.substring(colon + 1).trim());
                    });
        }
        return traces;
    }

    /** One program, and what it writes. */
    private static final class Program<A> {

        final List<String> trace = new ArrayList<>();

        private final Kind<A> kind;
        private final CheckedFunction<A, Promise<Object>> way;
        private final Map<String, Source<A>> sources = new LinkedHashMap<>();
        private final Map<String, Promise<Object>> members = new LinkedHashMap<>();
        private World world;

        /** What the end of the loop does to those who still wait is another matter. */
        private boolean over;

        Program(Kind<A> kind, CheckedFunction<A, Promise<Object>> way) {
            this.kind = kind;
            this.way = way;
        }

        void run(CheckedConsumer<Program<?>> program) throws Exception {
            try (World here = new World(error -> {
                log("hook " + ((Throwable) error).getMessage());
                return true;
            })) {
                world = here;
                world.onLoop(() -> program.accept(this));
                over = true;
            }
        }

        void log(String line) {
            if (!over) {
                trace.add(line);
            }
        }

        void pause() {
            log("/");
        }

        Source<A> source(String name) {
            return sources.computeIfAbsent(name, n -> {
                Source<A> source = kind.source(world);
                source.whenCancelled(() -> log("cancel " + n));
                return source;
            });
        }

        /** The member of a name, with a callback that tells its outcome. */
        Promise<Object> member(String name) throws Exception {
            Promise<Object> member = way.apply(source(name).subject());
            members.put(name, member);
            return watch(name, member);
        }

        Promise<Object> get(String name) {
            return members.get(name);
        }

        <T> Promise<T> watch(String name, Promise<T> promise) {
            return promise.onAny(
                    value -> log(name + " ok"),
                    cause -> log(name
                            + (cause instanceof CancellationException
                                    ? " cancelled"
                                    : " fails " + cause.getMessage())));
        }

        void ok(String name) {
            source(name).value("ok");
        }

        void fail(String name, String message) {
            source(name).error(new IllegalStateException(message));
        }

        Promise<Object> raceOfThree() throws Exception {
            Promise<Object> a = member("A");
            Promise<Object> b = member("B");
            return watch("pick", Promise.pick(a, b, member("C")));
        }

        void bWins(Promise<Object> a) throws Exception {
            watch("pick", Promise.pick(a, member("B")));
            ok("B");
        }

        Promise<Object> recovering() throws Exception {
            return member("A").recover(cause -> {
                log("A recovers");
                return Promise.of("recovered");
            });
        }
    }
}
