package io.lwt4j.react.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.lwt4j.react.Graph;
import io.lwt4j.react.Observation;
import io.lwt4j.react.Signal;
import io.lwt4j.react.Var;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What the tests of this package share: signals and effects that say how often they ran. */
abstract class Conformance {

    /** What the test has noted, in order. */
    final List<Object> log = new ArrayList<>();

    /** What the handler of the graph was given. */
    private final List<Throwable> errors = new ArrayList<>();

    @BeforeEach
    void listenForErrors() {
        Graph.current().uncaughtHandler(errors::add);
    }

    /** No test leaves anything in the graph of the thread that it shares with the next one. */
    @AfterEach
    void theGraphIsAtRest() {
        Var<Integer> source = Var.of(0);
        Effect<Integer> probe = effect(source::get);
        source.set(1);
        probe.stop();
        source.set(2);
        assertThat(probe.take()).containsExactly(0, 1);
        assertThat(takeErrors()).isEmpty();
        Graph.current().uncaughtHandler(null);
    }

    /** The messages of the errors since the last time. */
    final List<String> takeErrors() {
        List<String> taken = errors.stream().map(Throwable::getMessage).toList();
        errors.clear();
        return taken;
    }

    /** What was noted since the last time. */
    final List<Object> takeLog() {
        List<Object> taken = List.copyOf(log);
        log.clear();
        return taken;
    }

    static <A> Computed<A> computed(Supplier<A> function) {
        return new Computed<>(function);
    }

    static <A> Effect<A> effect(Supplier<A> body) {
        return new Effect<>(body);
    }

    /** A computed signal that counts the calls of its function. */
    static final class Computed<A> {

        final Signal<A> signal;
        private int runs;

        private Computed(Supplier<A> function) {
            signal = Signal.computed(() -> {
                runs++;
                return function.get();
            });
        }

        A get() {
            return signal.get();
        }

        /** The number of calls since the last time. */
        int take() {
            int taken = runs;
            runs = 0;
            return taken;
        }
    }

    /** An effect that notes what its body returns. */
    static final class Effect<A> {

        private final List<A> seen = new ArrayList<>();
        private final Observation observation;

        private Effect(Supplier<A> body) {
            observation = Signal.effect(() -> seen.add(body.get()));
        }

        void stop() {
            observation.stop();
        }

        /** What the runs since the last time have returned. */
        List<A> take() {
            List<A> taken = new ArrayList<>(seen);
            seen.clear();
            return taken;
        }
    }
}
