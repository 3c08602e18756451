package io.lwt4j.react;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.util.ArrayList;
import java.util.List;

/** A test in which an error that nobody has asked for is a failure. */
abstract class GraphTest {

    private final List<Throwable> errors = new ArrayList<>();

    @BeforeEach
    final void hearOfErrors() {
        Graph.current().uncaughtHandler(errors::add);
    }

    @AfterEach
    final void thereAreNoOtherErrors() {
        Graph.current().onStep(null);
        Graph.current().uncaughtHandler(null);
        assertThat(errors).as("errors that reached the handler").isEmpty();
    }

    /** What the handler of the graph heard since the last call. */
    final List<Throwable> takeErrors() {
        List<Throwable> taken = List.copyOf(errors);
        errors.clear();
        return taken;
    }

    /** The list to which an observer adds what it is told. */
    static <A> List<A> told(Event<? extends A> event) {
        List<A> list = new ArrayList<>();
        event.observe(list::add);
        return list;
    }

    /** The list to which an observer adds what it is told, at first the value now. */
    static <A> List<A> told(Signal<? extends A> signal) {
        List<A> list = new ArrayList<>();
        signal.observe(list::add);
        return list;
    }

    /** What is in a list since the last call. */
    static <A> List<A> take(List<A> list) {
        List<A> taken = new ArrayList<>(list);
        list.clear();
        return taken;
    }

    /** As many nodes behind an event as are needed to have it looked at late. */
    static <A> Event<A> far(Event<A> event) {
        Event<A> last = event;
        for (int i = 0; i < 8; i++) {
            // The rank of a node is that of its only input.
            last = Event.select(List.of(last, Event.select(List.of(last, last))));
        }
        return last;
    }

    /** As many nodes behind a signal as are needed to have it looked at late. */
    static <A> Signal<A> far(Signal<A> signal) {
        Signal<A> last = signal;
        for (int i = 0; i < 8; i++) {
            last = Signal.lift(last, last.map(value -> value), (a, b) -> b);
        }
        return last;
    }

    /** How often a function has been called. */
    static final class Counter {
        private int count;

        void increment() {
            count++;
        }

        /** How often since the last call of this. */
        int take() {
            int taken = count;
            count = 0;
            return taken;
        }
    }
}
