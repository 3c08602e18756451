package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.react.RandomModel.Kind;
import io.lwt4j.react.RandomModel.Snapshot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** A graph made at random, which runs beside its model. */
final class RandomGraph {

    /** What is asked of a watcher: which values it has been told since the last look. */
    private final class Watcher {
        final int node;
        final List<Integer> told = new ArrayList<>();
        final Observation observation;

        Watcher(int node) {
            this.node = node;
            RandomModel.Node modelled = model.nodes.get(node);
            if (modelled.kind.signal) {
                observation = signals.get(node).observe(told::add);
                assertThat(told).as("at first, %s", modelled).containsExactly(modelled.value);
                told.clear();
            } else {
                observation = events.get(node).observe(told::add);
            }
        }

        void check(List<Snapshot> steps) {
            List<Integer> expected = new ArrayList<>();
            for (Snapshot step : steps) {
                if (step.changed().get(node)) {
                    expected.add(step.values().get(node));
                }
            }
            assertThat(told).as("told of %s", model.nodes.get(node)).isEqualTo(expected);
            told.clear();
        }
    }

    /** An effect that reads one signal, and then one of two others. */
    private final class Reader {
        final int[] in;
        int runs;
        Integer seen;
        List<Integer> read = List.of();

        /** What the last run has read, as of the last operation. */
        List<Integer> lastRead = List.of();

        final Observation observation;

        Reader(int... in) {
            this.in = in;
            observation = Signal.effect(() -> {
                int first = signals.get(in[0]).get();
                int then = in[1 + choice(first)];
                seen = signals.get(then).get();
                read = List.of(in[0], then);
                assertThat(List.of(first, seen))
                        .as("read by an effect")
                        .containsExactly(now().get(in[0]), now().get(then));
                runs++;
            });
            checkErrors();
            assertThat(runs).isEqualTo(1);
            runs = 0;
            lastRead = read;
        }

        private static int choice(int first) {
            return first & 1;
        }

        void check(List<Snapshot> steps, List<Integer> before) {
            List<Integer> after = now();
            boolean may = false;
            boolean must = false;
            for (int node : lastRead) {
                must |= !before.get(node).equals(after.get(node));
                for (Snapshot step : steps) {
                    may |= step.changed().get(node);
                }
            }
            assertThat(runs).as("runs of the effect of %s", lastRead).isLessThanOrEqualTo(1);
            if (must) {
                assertThat(runs).as("runs of the effect of %s", lastRead).isEqualTo(1);
            } else if (!may && !lookedInBatch) {
                assertThat(runs).as("runs of the effect of %s", lastRead).isZero();
            }
            assertThat(seen).isEqualTo(after.get(in[1 + choice(after.get(in[0]))]));
            runs = 0;
            lastRead = read;
        }
    }

    private final Random random;
    private final RandomModel model = new RandomModel();
    private final Map<Integer, Signal<Integer>> signals = new HashMap<>();
    private final Map<Integer, Event<Integer>> events = new HashMap<>();
    private final Map<Integer, Var<Integer>> variables = new HashMap<>();
    private final Map<Integer, EventEmitter<Integer>> emitters = new HashMap<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private final List<Integer> pure = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final Map<Integer, Long> calledAt = new HashMap<>();
    private final Graph graph = Graph.current();

    /** The steps of the operation that is going on, and how many of them are over. */
    private List<Snapshot> steps = List.of();

    private int over;
    private List<Integer> before = List.of();

    /** What all would be, in the middle of a batch. */
    private List<Integer> supposed;

    /** Somebody has read in the middle of that batch; this counts as a change for effects. */
    private boolean lookedInBatch;

    RandomGraph(long seed) {
        random = new Random(seed);
    }

    /** What was done so far, for a message. */
    List<String> log() {
        return log;
    }

    void run(int operations) {
        graph.uncaughtHandler(errors::add);
        graph.onStep(report -> over++);
        int sources = 1 + random.nextInt(5);
        for (int i = 0; i < sources; i++) {
            add(Kind.VARIABLE);
            add(Kind.EMITTER);
        }
        // Some small ones, whose logs are easy to read.
        int size = random.nextInt(3) == 0 ? 1 + random.nextInt(5) : 5 + random.nextInt(30);
        for (int i = 0; i < size; i++) {
            add(randomKind());
        }
        if (random.nextInt(3) == 0) {
            relay();
        }
        for (int i = 0; i < operations; i++) {
            operate();
            checkErrors();
        }
        for (RandomModel.Node node : model.nodes) {
            read(node.index);
        }
        watchers.forEach(watcher -> watcher.observation.stop());
        readers.forEach(reader -> reader.observation.stop());
        graph.onStep(null);
    }

    private void checkErrors() {
        if (!errors.isEmpty()) {
            throw new AssertionError("an error in the graph", errors.get(0));
        }
    }

    /* ---- What is checked while functions run ---- */

    /** What the functions that run now have to see. */
    private List<Integer> now() {
        if (supposed != null) {
            return supposed;
        }
        if (graph.isPropagating() && over < steps.size()) {
            return steps.get(over).values();
        }
        return over == 0 ? before : steps.get(over - 1).values();
    }

    /** A function of this node has been called with what these nodes are. */
    private void called(int node, int[] from, Integer... arguments) {
        List<Integer> expected = new ArrayList<>();
        for (int i : from) {
            expected.add(now().get(i));
        }
        check(
                Arrays.asList(arguments).equals(expected),
                "arguments of " + model.nodes.get(node) + ": " + Arrays.asList(arguments)
                        + " in place of " + expected);
        Long last = calledAt.put(node, graph.now);
        check(last == null || last != graph.now, "called twice: " + model.nodes.get(node));
    }

    private void check(boolean fine, String message) {
        if (!fine) {
            // An exception would be the value of the node, and hide what comes of this.
            errors.add(new AssertionError(message));
        }
    }

    /* ---- Making nodes ---- */

    private Kind randomKind() {
        Kind[] kinds = Kind.values();
        Kind kind = kinds[random.nextInt(kinds.length)];
        return kind == Kind.VARIABLE || kind == Kind.EMITTER ? randomKind() : kind;
    }

    private int any(boolean signal) {
        while (true) {
            // Rather one of those made last.
            int size = model.nodes.size();
            int node = random.nextBoolean()
                    ? random.nextInt(size)
                    : size - 1 - random.nextInt(Math.min(size, 6));
            if (model.nodes.get(node).kind.signal == signal) {
                return node;
            }
        }
    }

    /** One that does not depend on when somebody first depends on it. */
    private int anyPrompt() {
        while (true) {
            int node = any(false);
            if (!isLate(node)) {
                return node;
            }
        }
    }

    private boolean isLate(int index) {
        RandomModel.Node node = model.nodes.get(index);
        if (node.kind == Kind.CHANGES || node.kind == Kind.DIFF) {
            return true;
        }
        if (node.kind.signal || node.kind.remembers) {
            return false;
        }
        return Arrays.stream(node.in).anyMatch(this::isLate);
    }

    private int[] inputsFor(Kind kind) {
        return switch (kind) {
            case VARIABLE, EMITTER -> new int[0];
            case MAP, MAP_EQUALITY, FILTER_SIGNAL, FILTER_MAP_SIGNAL, CHANGES, DIFF ->
                new int[] {any(true)};
            case LIFT, GATE -> new int[] {any(true), any(true)};
            case LIFT3, COMPUTED, COMPUTED_EQUALITY, FLATTEN ->
                new int[] {any(true), any(true), any(true)};
            case MERGE_SIGNALS -> new int[] {any(true), any(true), any(true), any(true)};
            case DISMISS_SIGNAL -> new int[] {any(false), any(true)};
            case HOLD,
                    HOLD_EQUALITY,
                    FOLD_SIGNAL,
                    MAP_EVENT,
                    FILTER_EVENT,
                    FILTER_MAP_EVENT,
                    FOLD_EVENT,
                    ONCE,
                    DROP_ONCE,
                    DIFF_EVENT,
                    CHANGES_EVENT -> new int[] {any(false)};
            case MERGE_EVENTS, SELECT -> new int[] {any(false), any(false), any(false)};
            case LIFT_EVENTS, DISMISS_EVENT, UNTIL -> new int[] {any(false), any(false)};
            case SAMPLE, ON -> new int[] {any(false), any(true)};
            case FLAT_MAP -> new int[] {any(true), any(true), any(true), anyPrompt()};
            case SWITCH -> new int[] {any(false), anyPrompt(), anyPrompt(), anyPrompt()};
        };
    }

    private void add(Kind kind) {
        int[] in = inputsFor(kind);
        RandomModel.Node node = model.add(kind, in, random.nextInt(7));
        log.add(node.toString());
        if (kind == Kind.VARIABLE) {
            Var<Integer> variable = Var.of(node.value);
            variables.put(node.index, variable);
            signals.put(node.index, variable.signal());
        } else if (kind == Kind.EMITTER) {
            EventEmitter<Integer> emitter = EventEmitter.create();
            emitters.put(node.index, emitter);
            events.put(node.index, emitter.event());
        } else if (kind.signal) {
            atRest();
            signals.put(node.index, signal(node));
        } else {
            events.put(node.index, event(node));
        }
        boolean isPure = !kind.remembers && Arrays.stream(in).allMatch(pure::contains);
        if (kind == Kind.VARIABLE || (kind.signal && isPure)) {
            pure.add(node.index);
        }
    }

    private Signal<Integer> signal(RandomModel.Node node) {
        int i = node.index;
        int salt = node.salt;
        int[] in = node.in;
        Signal<Integer> s = signals.get(in[0]);
        Event<Integer> e = events.get(in[0]);
        Signal<Integer> t = in.length > 1 ? signals.get(in[1]) : null;
        return switch (node.kind) {
            case MAP ->
                s.map(a -> {
                    called(i, in, a);
                    return RandomModel.f(salt, a);
                });
            case MAP_EQUALITY ->
                s.map(
                        a -> {
                            called(i, in, a);
                            return RandomModel.f(salt, a);
                        },
                        RandomModel::sameParity);
            case LIFT ->
                Signal.lift(s, t, (a, b) -> {
                    called(i, in, a, b);
                    return RandomModel.f(salt, a, b);
                });
            case LIFT3 ->
                Signal.lift(s, t, signals.get(in[2]), (a, b, c) -> {
                    called(i, in, a, b, c);
                    return RandomModel.f(salt, a, b, c);
                });
            case MERGE_SIGNALS -> {
                List<Signal<Integer>> all = new ArrayList<>();
                for (int k : in) {
                    all.add(signals.get(k));
                }
                yield Signal.<Integer, Integer>merge(all, salt, RandomModel::f);
            }
            case COMPUTED -> Signal.computed(computation(node));
            case COMPUTED_EQUALITY -> Signal.computed(computation(node), RandomModel::sameParity);
            case FILTER_SIGNAL ->
                s.filter(
                        a -> {
                            called(i, in, a);
                            return RandomModel.test(salt, a);
                        },
                        salt);
            case FILTER_MAP_SIGNAL ->
                s.filterMap(
                        a -> {
                            called(i, in, a);
                            return RandomModel.test(salt, a)
                                    ? Optional.of(RandomModel.f(salt, a))
                                    : Optional.empty();
                        },
                        salt);
            case GATE -> t.on(s.map(a -> RandomModel.test(salt, a)), salt);
            case DISMISS_SIGNAL -> t.dismiss(e, salt);
            case HOLD -> e.hold(salt);
            case HOLD_EQUALITY -> e.hold(salt, RandomModel::sameParity);
            case FOLD_SIGNAL ->
                e.foldSignal(salt, (state, a) -> {
                    called(i, in, a);
                    return RandomModel.f(salt, state, a);
                });
            case FLATTEN ->
                Signal.flatten(s.map(
                        a -> signals.get(in[1 + RandomModel.choice(salt, a, in.length - 1)])));
            case FLAT_MAP ->
                s.flatMap(a -> {
                    called(i, new int[] {in[0]}, a);
                    Signal<Integer> fold = events.get(in[in.length - 1])
                            .foldSignal(a, (state, b) -> RandomModel.f(1, state, b));
                    int choice = RandomModel.choice(salt, a, in.length);
                    return switch (choice) {
                        case 0 -> fold;
                        case 1 -> t;
                        default -> signals.get(in[choice - 1]).map(b -> RandomModel.f(2, a, b));
                    };
                });
            default -> throw new AssertionError(node.kind);
        };
    }

    private Supplier<Integer> computation(RandomModel.Node node) {
        int[] in = node.in;
        return () -> {
            int a = signals.get(in[0]).get();
            int other = in[1 + RandomModel.choice(node.salt, a, in.length - 1)];
            int b = signals.get(other).get();
            called(node.index, new int[] {in[0], other}, a, b);
            return RandomModel.f(node.salt, a, b);
        };
    }

    private Event<Integer> event(RandomModel.Node node) {
        int i = node.index;
        int salt = node.salt;
        int[] in = node.in;
        Event<Integer> e = events.get(in[0]);
        Event<Integer> d = in.length > 1 ? events.get(in[1]) : null;
        List<Event<Integer>> all = new ArrayList<>();
        for (int k : in) {
            if (events.containsKey(k)) {
                all.add(events.get(k));
            }
        }
        return switch (node.kind) {
            case MAP_EVENT ->
                e.map(a -> {
                    called(i, in, a);
                    return RandomModel.f(salt, a);
                });
            case FILTER_EVENT ->
                e.filter(a -> {
                    called(i, in, a);
                    return RandomModel.test(salt, a);
                });
            case FILTER_MAP_EVENT ->
                e.filterMap(a -> {
                    called(i, in, a);
                    return RandomModel.test(salt, a)
                            ? Optional.of(RandomModel.f(salt, a))
                            : Optional.empty();
                });
            case MERGE_EVENTS -> Event.<Integer, Integer>merge(all, salt, RandomModel::f);
            case SELECT -> Event.select(all);
            case LIFT_EVENTS ->
                Event.lift(e, d, (a, b) -> {
                    called(i, in, a, b);
                    return RandomModel.f(salt, a, b);
                });
            case SAMPLE ->
                e.sample(signals.get(in[1]), (a, b) -> {
                    called(i, in, a, b);
                    return RandomModel.f(salt, a, b);
                });
            case ON -> e.on(signals.get(in[1]).map(a -> RandomModel.test(salt, a)));
            case DISMISS_EVENT -> e.dismiss(d);
            case FOLD_EVENT ->
                e.fold(0, (state, a) -> {
                    called(i, in, a);
                    return RandomModel.f(salt, state, a);
                });
            case ONCE -> e.once();
            case DROP_ONCE -> e.dropOnce();
            case DIFF_EVENT ->
                e.diff((a, b) -> {
                    called(i, in, a);
                    return RandomModel.f(salt, a, b);
                });
            case CHANGES_EVENT -> e.changes();
            case UNTIL -> e.until(d);
            case CHANGES -> signals.get(in[0]).changes();
            case DIFF ->
                signals.get(in[0]).diff((a, b) -> {
                    called(i, in, a);
                    return RandomModel.f(salt, a, b);
                });
            case SWITCH ->
                Event.switchOn(
                        d, e.map(a -> all.get(1 + RandomModel.choice(salt, a, in.length - 1))));
            default -> throw new AssertionError(node.kind);
        };
    }

    /** An observer that writes to a variable of its own, on which the rest of the graph depends. */
    private void relay() {
        int from = any(false);
        add(Kind.VARIABLE);
        int to = model.nodes.size() - 1;
        for (int i = 0; i < 8; i++) {
            add(randomKind());
        }
        model.relayFrom = from;
        model.relayTo = to;
        log.add("relay n" + from + " n" + to);
        events.get(from).observe(a -> variables.get(to).set(a));
    }

    /* ---- Operations ---- */

    private List<Integer> values() {
        List<Integer> values = new ArrayList<>();
        for (RandomModel.Node node : model.nodes) {
            values.add(node.value);
        }
        return values;
    }

    /** Functions that run now do so because somebody reads, or begins to observe. */
    private void atRest() {
        before = values();
        steps = List.of();
        over = 0;
    }

    private void operate() {
        int what = random.nextInt(100);
        if (what < 40) {
            write();
        } else if (what < 55) {
            batch();
        } else if (what < 65) {
            step();
        } else if (what < 77) {
            read(random.nextInt(model.nodes.size()));
        } else if (what < 87) {
            watch();
        } else if (what < 93) {
            unwatch();
        } else if (what < 97) {
            add(randomKind());
        } else if (what < 99) {
            keep();
        } else {
            stop();
        }
    }

    private void read(int node) {
        if (model.nodes.get(node).kind.signal) {
            log.add("read n" + node);
            atRest();
            assertThat(signals.get(node).get())
                    .as("value of %s", model.nodes.get(node))
                    .isEqualTo(model.nodes.get(node).value);
        }
    }

    private void watch() {
        atRest();
        if (random.nextInt(3) == 0) {
            int[] in = {any(true), any(true), any(true)};
            log.add("effect " + Arrays.toString(in));
            readers.add(new Reader(in));
        } else {
            int node = any(random.nextBoolean());
            log.add("observe n" + node);
            watchers.add(new Watcher(node));
        }
    }

    private void unwatch() {
        if (random.nextInt(3) == 0 && !readers.isEmpty()) {
            log.add("stop an effect");
            readers.remove(random.nextInt(readers.size())).observation.stop();
        } else if (!watchers.isEmpty()) {
            Watcher watcher = watchers.remove(random.nextInt(watchers.size()));
            log.add("unobserve n" + watcher.node);
            watcher.observation.stop();
        }
    }

    private void keep() {
        atRest();
        int node = random.nextInt(model.nodes.size());
        log.add("keep n" + node);
        if (model.nodes.get(node).kind.signal) {
            signals.get(node).keep();
        } else {
            events.get(node).keep();
        }
    }

    private void stop() {
        atRest();
        int node = random.nextInt(model.nodes.size());
        log.add("stop n" + node);
        model.nodes.get(node).stopped = true;
        if (model.nodes.get(node).kind.signal) {
            signals.get(node).stop();
        } else {
            events.get(node).stop();
        }
    }

    private int anySource() {
        while (true) {
            int node = random.nextInt(model.nodes.size());
            boolean source = variables.containsKey(node) || emitters.containsKey(node);
            if (source && node != model.relayTo) {
                return node;
            }
        }
    }

    private void write() {
        int node = anySource();
        int value = random.nextInt(7);
        log.add("write n" + node + " " + value);
        RandomModel.Node modelled = model.nodes.get(node);
        boolean step =
                !modelled.stopped && (modelled.kind == Kind.EMITTER || modelled.value != value);
        perform(step ? List.of(Map.of(node, value)) : List.of(), () -> set(node, value));
    }

    private void set(int node, int value) {
        if (variables.containsKey(node)) {
            variables.get(node).set(value);
        } else {
            emitters.get(node).send(value);
        }
    }

    /** Several writes, and readings of what does not remember, at the same time. */
    private void batch() {
        Map<Integer, Integer> first = new HashMap<>();
        Map<Integer, Integer> second = new HashMap<>();
        List<Runnable> body = new ArrayList<>();
        boolean step = false;
        for (int left = 1 + random.nextInt(5); left > 0; left--) {
            int node = anySource();
            int value = random.nextInt(7);
            RandomModel.Node modelled = model.nodes.get(node);
            boolean emitter = modelled.kind == Kind.EMITTER;
            boolean again = emitter && !modelled.stopped && first.containsKey(node);
            if (again ? second.containsKey(node) : !second.isEmpty()) {
                // What is written after an event has been sent twice is of the second step.
                continue;
            }
            (again ? second : first).put(node, value);
            step |= !modelled.stopped && (emitter || modelled.value != value);
            log.add("  write n" + node + " " + value);
            body.add(() -> set(node, value));
            if (random.nextInt(3) == 0) {
                body.add(readingInBatch(first));
            }
        }
        log.add("batch");
        List<Map<Integer, Integer>> steps = new ArrayList<>();
        if (step) {
            steps.add(first);
        }
        if (!second.isEmpty()) {
            steps.add(second);
        }
        perform(steps, () -> Step.batch(() -> body.forEach(Runnable::run)));
    }

    private Runnable readingInBatch(Map<Integer, Integer> written) {
        int node = pure.get(random.nextInt(pure.size()));
        log.add("  read n" + node);
        Map<Integer, Integer> variablesNow = new HashMap<>(written);
        variablesNow.keySet().removeIf(key -> model.nodes.get(key).stopped);
        List<Integer> values = model.suppose(variablesNow).values();
        return () -> {
            supposed = values;
            assertThat(signals.get(node).get())
                    .as("read in a batch, %s", model.nodes.get(node))
                    .isEqualTo(values.get(node));
            supposed = null;
            lookedInBatch = true;
        };
    }

    private void step() {
        Map<Integer, Integer> writes = new HashMap<>();
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            writes.put(anySource(), random.nextInt(7));
        }
        log.add("step " + writes);
        perform(List.of(writes), () -> {
            Step step = Step.create();
            writes.forEach((node, value) -> {
                if (variables.containsKey(node)) {
                    variables.get(node).set(step, value);
                } else {
                    emitters.get(node).send(step, value);
                }
            });
            step.execute();
        });
    }

    private void perform(List<Map<Integer, Integer>> writes, Runnable operation) {
        before = values();
        over = 0;
        lookedInBatch = false;
        steps = model.run(writes);
        operation.run();
        checkErrors();
        assertThat(over).as("steps").isEqualTo(steps.size());
        watchers.forEach(watcher -> watcher.check(steps));
        readers.forEach(reader -> reader.check(steps, before));
        atRest();
    }
}
