package io.lwt4j.react.oracle;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;

import io.lwt4j.react.Event;
import io.lwt4j.react.EventEmitter;
import io.lwt4j.react.Function3;
import io.lwt4j.react.Function4;
import io.lwt4j.react.Function5;
import io.lwt4j.react.Function6;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Signals;
import io.lwt4j.react.Step;
import io.lwt4j.react.Var;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;

/** Runs a program and traces what happens. */
final class Interpreter {

    /** Something that has a name. */
    private static final class Entry {
        @Nullable
        Event<Object> event;

        @Nullable
        Signal<Object> signal;

        @Nullable
        EventEmitter<Object> emitter;

        @Nullable
        Var<Object> variable;

        final List<Object> seen = new ArrayList<>();
        int calls;
    }

    /** In the order of their definition. */
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private final Map<String, Step> steps = new LinkedHashMap<>();
    private final List<String> trace = new ArrayList<>();

    static List<String> run(JsonNode program) {
        Interpreter interpreter = new Interpreter();
        int line = 0;
        for (JsonNode statement : program) {
            interpreter.trace.add("#" + line++);
            interpreter.execute(statement);
            interpreter.report();
        }
        return interpreter.trace;
    }

    private void report() {
        entries.forEach((name, entry) -> {
            if (!entry.seen.isEmpty()) {
                StringBuilder out = new StringBuilder(name).append(':');
                entry.seen.forEach(value -> out.append(' ').append(value));
                trace.add(out.toString());
                entry.seen.clear();
            }
        });
        entries.forEach((name, entry) -> {
            if (entry.calls > 0) {
                trace.add("~" + name + " " + entry.calls);
                entry.calls = 0;
            }
        });
    }

    private void refused(Runnable action) {
        try {
            action.run();
        } catch (IllegalStateException | IllegalArgumentException e) {
            trace.add("raised !invalid_arg");
        }
    }

    private void execute(JsonNode s) {
        String kind = s.get(0).asText();
        if (kind.startsWith("e.")) {
            defineEvent(kind.substring(2), s);
        } else if (kind.startsWith("s.")) {
            new SignalStatement(s).define(kind.substring(2));
        } else {
            act(kind, s);
        }
    }

    private void act(String kind, JsonNode s) {
        switch (kind) {
            case "obs" -> {
                Entry entry = entry(s.get(1));
                if (entry.event != null) {
                    entry.event.observe(entry.seen::add);
                } else {
                    requireNonNull(entry.signal).observe(entry.seen::add);
                }
            }
            case "send" -> requireNonNull(entry(s.get(1)).emitter).send(Values.of(s.get(2)));
            case "set" -> requireNonNull(entry(s.get(1)).variable).set(Values.of(s.get(2)));
            case "step" -> {
                Step step = Step.create();
                for (JsonNode write : s.get(1)) {
                    refused(() -> put(step, write.get(0), write.get(1)));
                }
                step.execute();
            }
            case "new_step" -> steps.put(s.get(1).asText(), Step.create());
            case "on_step" -> refused(() -> put(step(s.get(1)), s.get(2), s.get(3)));
            case "exec" -> refused(() -> step(s.get(1)).execute());
            case "stop" -> {
                Entry entry = entry(s.get(1));
                if (entry.event != null) {
                    entry.event.stop();
                } else {
                    requireNonNull(entry.signal).stop();
                }
            }
            case "value" ->
                trace.add(
                        "value " + s.get(1).asText() + " = " + signal(s.get(1)).get());
            default -> throw new IllegalArgumentException("unknown statement " + s);
        }
    }

    private Step step(JsonNode name) {
        return requireNonNull(steps.get(name.asText()));
    }

    private void put(Step step, JsonNode name, JsonNode value) {
        Entry entry = entry(name);
        if (entry.emitter != null) {
            entry.emitter.send(step, Values.of(value));
        } else {
            requireNonNull(entry.variable).set(step, Values.of(value));
        }
    }

    /* ---- Names ---- */

    private Entry entry(JsonNode name) {
        return requireNonNull(entries.get(name.asText()), () -> "undefined " + name);
    }

    private Event<Object> event(JsonNode name) {
        return requireNonNull(entry(name).event, () -> "not an event: " + name);
    }

    private Signal<Object> signal(JsonNode name) {
        return requireNonNull(entry(name).signal, () -> "not a signal: " + name);
    }

    private List<Event<Object>> events(JsonNode names) {
        List<Event<Object>> list = new ArrayList<>();
        names.forEach(name -> list.add(event(name)));
        return list;
    }

    private List<Signal<Object>> signals(JsonNode names) {
        List<Signal<Object>> list = new ArrayList<>();
        names.forEach(name -> list.add(signal(name)));
        return list;
    }

    private Signal<Boolean> truth(JsonNode name) {
        return signal(name).map(Values::isTrue).keep();
    }

    private Entry declare(JsonNode name) {
        return entries.computeIfAbsent(name.asText(), n -> new Entry());
    }

    /* All nodes are kept, so that all functions are called that the original calls. */

    private void define(JsonNode name, Event<?> event) {
        declare(name).event = cast(event.keep());
    }

    private void define(JsonNode name, Signal<?> signal) {
        declare(name).signal = cast(signal.keep());
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T> T cast(Object object) {
        return (T) object;
    }

    private static Function<Object, Object> counted(Entry entry, Function<Object, Object> f) {
        return value -> {
            entry.calls++;
            return f.apply(value);
        };
    }

    private static BiFunction<Object, Object, Object> counted(
            Entry entry, BiFunction<Object, Object, Object> f) {
        return (a, b) -> {
            entry.calls++;
            return f.apply(a, b);
        };
    }

    private static <T> T choose(List<T> list, Object value) {
        return list.get(Math.abs(Values.number(value)) % list.size());
    }

    /* ---- Events ---- */

    private void defineEvent(String kind, JsonNode s) {
        JsonNode name = s.get(1);
        if (kind.equals("fix")) {
            fixEvent(s);
            return;
        }
        Entry self = declare(name);
        if (kind.equals("create")) {
            EventEmitter<Object> emitter = EventEmitter.create();
            self.emitter = emitter;
            define(name, emitter.event());
            return;
        }
        define(name, makeEvent(kind, s, self));
    }

    private void fixEvent(JsonNode s) {
        try {
            Event<Object> result = Event.fix(delayed -> {
                define(s.get(2), delayed);
                s.get(3).forEach(this::execute);
                return event(s.get(4));
            });
            define(s.get(1), result);
        } catch (IllegalArgumentException e) {
            trace.add("raised !invalid_arg");
        }
    }

    private Event<?> makeEvent(String kind, JsonNode s, Entry self) {
        return switch (kind) {
            case "never" -> Event.never();
            case "map" -> event(s.get(3)).map(counted(self, Values.unary(s.get(2))));
            case "stamp" -> event(s.get(2)).as(Values.of(s.get(3)));
            case "filter" -> {
                Function<Object, Object> f = counted(self, Values.unary(s.get(2)));
                yield event(s.get(3)).filter(value -> Values.isTrue(f.apply(value)));
            }
            case "fmap" -> event(s.get(4)).filterMap(partial(self, s.get(2), s.get(3)));
            case "once" -> event(s.get(2)).once();
            case "drop_once" -> event(s.get(2)).dropOnce();
            case "app" -> {
                BiFunction<Object, Object, Object> f = counted(self, Values.binary(s.get(2)));
                Event<Function<Object, Object>> functions =
                        event(s.get(3)).map(a -> b -> f.apply(a, b));
                yield Event.apply(functions.keep(), event(s.get(4)));
            }
            case "l2" ->
                Event.lift(
                        event(s.get(3)), event(s.get(4)), counted(self, Values.binary(s.get(2))));
            case "l3" -> {
                BiFunction<Object, Object, Object> f = Values.binary(s.get(2));
                yield Event.lift(event(s.get(3)), event(s.get(4)), event(s.get(5)), (a, b, c) -> {
                    self.calls++;
                    return f.apply(f.apply(a, b), c);
                });
            }
            case "on" -> event(s.get(3)).on(truth(s.get(2)));
            case "dismiss" -> event(s.get(3)).dismiss(event(s.get(2)));
            case "until" -> event(s.get(3)).until(event(s.get(2)));
            case "changes" -> {
                BiPredicate<Object, Object> equality = equality(s);
                yield equality == null
                        ? event(s.get(2)).changes()
                        : event(s.get(2)).changes(equality);
            }
            case "diff" -> event(s.get(3)).diff(counted(self, Values.binary(s.get(2))));
            case "accum" -> Event.accumulate(functions(self, s), Values.of(s.get(4)));
            case "fold" ->
                event(s.get(4)).fold(Values.of(s.get(3)), counted(self, Values.binary(s.get(2))));
            case "select" -> Event.select(events(s.get(2)));
            case "merge" ->
                Event.<Object, Object>merge(
                        events(s.get(4)),
                        Values.of(s.get(3)),
                        counted(self, Values.binary(s.get(2))));
            case "switch" -> {
                List<Event<Object>> choices = events(s.get(4));
                yield Event.switchOn(
                        event(s.get(2)),
                        event(s.get(3)).map(value -> choose(choices, value)).keep());
            }
            case "switch_new" -> {
                BiFunction<Object, Object, Object> f = Values.binary(s.get(4));
                Event<Object> source = event(s.get(5));
                yield Event.switchOn(
                        event(s.get(2)),
                        event(s.get(3)).map(v -> source.map(x -> f.apply(v, x))).keep());
            }
            default -> throw new IllegalArgumentException("unknown statement " + s);
        };
    }

    private static Function<Object, Optional<Object>> partial(
            Entry self, JsonNode test, JsonNode function) {
        Function<Object, Object> accepts = Values.unary(test);
        Function<Object, Object> f = counted(self, Values.unary(function));
        return value -> Values.isTrue(accepts.apply(value))
                ? Optional.of(f.apply(value))
                : Optional.empty();
    }

    private Event<Function<Object, Object>> functions(Entry self, JsonNode s) {
        BiFunction<Object, Object, Object> f = counted(self, Values.binary(s.get(2)));
        return event(s.get(3))
                .<Function<Object, Object>>map(v -> acc -> f.apply(acc, v))
                .keep();
    }

    private static @Nullable BiPredicate<Object, Object> equality(JsonNode s) {
        JsonNode last = s.get(s.size() - 1);
        return last.isObject() && last.has("eq") ? Values.equality(last.get("eq")) : null;
    }

    /* ---- Signals ---- */

    /** A statement that defines a signal, or an event of one. */
    private final class SignalStatement {
        private final JsonNode s;
        private final JsonNode name;
        private final @Nullable BiPredicate<Object, Object> equality;

        SignalStatement(JsonNode s) {
            this.s = s;
            this.name = s.get(1);
            this.equality = equality(s);
        }

        void define(String kind) {
            switch (kind) {
                case "fix" -> fix();
                case "create" -> {
                    Object value = Values.of(s.get(2));
                    Var<Object> variable =
                            equality == null ? Var.of(value) : Var.of(value, equality);
                    declare(name).variable = variable;
                    Interpreter.this.define(name, variable.signal());
                }
                case "diff", "changes", "sample", "rise", "fall" ->
                    Interpreter.this.define(name, makeEvent(kind, declare(name)));
                default -> Interpreter.this.define(name, make(kind, declare(name)));
            }
        }

        private void fix() {
            Object initial = Values.of(s.get(2));
            Function<Signal<Object>, Signal<Object>> body = delayed -> {
                Interpreter.this.define(s.get(3), delayed);
                s.get(4).forEach(Interpreter.this::execute);
                return signal(s.get(5));
            };
            try {
                Interpreter.this.define(
                        name,
                        equality == null
                                ? Signal.fix(initial, body)
                                : Signal.fix(initial, body, equality));
            } catch (IllegalArgumentException e) {
                trace.add("raised !invalid_arg");
            }
        }

        private Event<?> makeEvent(String kind, Entry self) {
            return switch (kind) {
                case "diff" -> signal(s.get(3)).diff(counted(self, Values.binary(s.get(2))));
                case "changes" -> signal(s.get(2)).changes();
                case "sample" ->
                    event(s.get(3))
                            .sample(signal(s.get(4)), counted(self, Values.binary(s.get(2))));
                case "rise" -> Signals.rise(truth(s.get(2))).as(Values.UNIT);
                default -> Signals.fall(truth(s.get(2))).as(Values.UNIT);
            };
        }

        private Signal<?> make(String kind, Entry self) {
            return switch (kind) {
                case "const" -> Signal.of(Values.of(s.get(2)));
                case "hold" -> {
                    Object initial = Values.of(s.get(2));
                    yield equality == null
                            ? event(s.get(3)).hold(initial)
                            : event(s.get(3)).hold(initial, equality);
                }
                case "map" -> map(signal(s.get(3)), counted(self, Values.unary(s.get(2))));
                case "app" -> {
                    BiFunction<Object, Object, Object> f = counted(self, Values.binary(s.get(2)));
                    Signal<Function<Object, Object>> functions =
                            signal(s.get(3)).map(a -> b -> f.apply(a, b), (a, b) -> a == b);
                    yield equality == null
                            ? Signal.apply(functions, signal(s.get(4)))
                            : Signal.apply(functions, signal(s.get(4)), equality);
                }
                case "lift" -> lift(signals(s.get(3)), self, Values.binary(s.get(2)));
                case "filter" -> {
                    Function<Object, Object> f = counted(self, Values.unary(s.get(2)));
                    Signal<Object> signal = signal(s.get(4));
                    Object initial = Values.of(s.get(3));
                    yield equality == null
                            ? signal.filter(value -> Values.isTrue(f.apply(value)), initial)
                            : signal.filter(
                                    value -> Values.isTrue(f.apply(value)), initial, equality);
                }
                case "fmap" -> {
                    Function<Object, Optional<Object>> f = partial(self, s.get(2), s.get(3));
                    Object initial = Values.of(s.get(4));
                    yield equality == null
                            ? signal(s.get(5)).filterMap(f, initial)
                            : signal(s.get(5)).filterMap(f, initial, equality);
                }
                case "on" -> {
                    Object initial = Values.of(s.get(3));
                    yield equality == null
                            ? signal(s.get(4)).on(truth(s.get(2)), initial)
                            : signal(s.get(4)).on(truth(s.get(2)), initial, equality);
                }
                case "dismiss" -> {
                    Object initial = Values.of(s.get(3));
                    yield equality == null
                            ? signal(s.get(4)).dismiss(event(s.get(2)), initial)
                            : signal(s.get(4)).dismiss(event(s.get(2)), initial, equality);
                }
                case "accum" -> {
                    Event<Function<Object, Object>> functions = functions(self, s);
                    Object initial = Values.of(s.get(4));
                    yield equality == null
                            ? Signal.accumulate(functions, initial)
                            : Signal.accumulate(functions, initial, equality);
                }
                case "fold" ->
                    fold(
                            event(s.get(4)),
                            Values.of(s.get(3)),
                            counted(self, Values.binary(s.get(2))));
                case "merge" -> {
                    BiFunction<Object, Object, Object> f = counted(self, Values.binary(s.get(2)));
                    Object initial = Values.of(s.get(3));
                    yield equality == null
                            ? Signal.<Object, Object>merge(signals(s.get(4)), initial, f)
                            : Signal.<Object, Object>merge(signals(s.get(4)), initial, f, equality);
                }
                case "switch" -> {
                    List<Signal<Object>> choices = signals(s.get(3));
                    Signal<Signal<Object>> chosen =
                            signal(s.get(2)).map(value -> choose(choices, value), (a, b) -> a == b);
                    yield equality == null
                            ? Signal.flatten(chosen)
                            : Signal.flatten(chosen, equality);
                }
                case "bind" -> {
                    List<Signal<Object>> choices = signals(s.get(3));
                    yield bind(value -> choose(choices, value));
                }
                case "bind_new" -> {
                    BiFunction<Object, Object, Object> f = Values.binary(s.get(3));
                    Signal<Object> source = signal(s.get(4));
                    yield bind(v -> source.map(x -> f.apply(v, x)));
                }
                case "bind_hold" -> {
                    Event<Object> source = event(s.get(3));
                    yield bind(source::hold);
                }
                case "bind_fold" -> {
                    BiFunction<Object, Object, Object> f = Values.binary(s.get(3));
                    Event<Object> source = event(s.get(4));
                    yield bind(v -> source.foldSignal(v, f));
                }
                case "flip" -> event(s.get(3)).flip(s.get(2).asBoolean());
                default -> throw new IllegalArgumentException("unknown statement " + s);
            };
        }

        private Signal<Object> map(Signal<Object> signal, Function<Object, Object> f) {
            return equality == null ? signal.map(f) : signal.map(f, equality);
        }

        private Signal<Object> fold(
                Event<Object> event, Object initial, BiFunction<Object, Object, Object> f) {
            return equality == null
                    ? event.foldSignal(initial, f)
                    : event.foldSignal(initial, f, equality);
        }

        private Signal<Object> bind(Function<Object, Signal<Object>> f) {
            return equality == null
                    ? signal(s.get(2)).flatMap(f)
                    : signal(s.get(2)).flatMap(f, equality);
        }

        /** One call of the function of all values, which folds. */
        private Signal<Object> lift(
                List<Signal<Object>> of, Entry self, BiFunction<Object, Object, Object> f) {
            return switch (of.size()) {
                case 2 -> {
                    BiFunction<Object, Object, Object> all = (a, b) -> {
                        self.calls++;
                        return f.apply(a, b);
                    };
                    yield equality == null
                            ? Signal.lift(of.get(0), of.get(1), all)
                            : Signal.lift(of.get(0), of.get(1), all, equality);
                }
                case 3 -> {
                    Function3<Object, Object, Object, Object> all = (a, b, c) -> {
                        self.calls++;
                        return f.apply(f.apply(a, b), c);
                    };
                    yield equality == null
                            ? Signal.lift(of.get(0), of.get(1), of.get(2), all)
                            : Signal.lift(of.get(0), of.get(1), of.get(2), all, equality);
                }
                case 4 -> {
                    Function4<Object, Object, Object, Object, Object> all = (a, b, c, d) -> {
                        self.calls++;
                        return f.apply(f.apply(f.apply(a, b), c), d);
                    };
                    yield equality == null
                            ? Signal.lift(of.get(0), of.get(1), of.get(2), of.get(3), all)
                            : Signal.lift(
                                    of.get(0), of.get(1), of.get(2), of.get(3), all, equality);
                }
                case 5 -> {
                    Function5<Object, Object, Object, Object, Object, Object> all =
                            (a, b, c, d, e) -> {
                                self.calls++;
                                return f.apply(f.apply(f.apply(f.apply(a, b), c), d), e);
                            };
                    yield equality == null
                            ? Signal.lift(
                                    of.get(0), of.get(1), of.get(2), of.get(3), of.get(4), all)
                            : Signal.lift(
                                    of.get(0), of.get(1), of.get(2), of.get(3), of.get(4), all,
                                    equality);
                }
                default -> {
                    Function6<Object, Object, Object, Object, Object, Object, Object> all =
                            (a, b, c, d, e, g) -> {
                                self.calls++;
                                return f.apply(
                                        f.apply(f.apply(f.apply(f.apply(a, b), c), d), e), g);
                            };
                    yield equality == null
                            ? Signal.lift(
                                    of.get(0), of.get(1), of.get(2), of.get(3), of.get(4),
                                    of.get(5), all)
                            : Signal.lift(
                                    of.get(0), of.get(1), of.get(2), of.get(3), of.get(4),
                                    of.get(5), all, equality);
                }
            };
        }
    }
}
