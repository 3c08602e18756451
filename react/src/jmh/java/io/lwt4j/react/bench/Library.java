package io.lwt4j.react.bench;

import io.lwt4j.react.Signal;
import io.lwt4j.react.Step;
import io.lwt4j.react.Var;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.subjects.BehaviorSubject;

import nz.sodium.Cell;
import nz.sodium.CellSink;
import nz.sodium.Transaction;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What the workloads need of a library for signals of integers. A node is of a type of the library;
 * what a library cannot do it refuses.
 */
interface Library {

    Object source(int value);

    void set(Object source, int value);

    Object map(Object node, UnaryOperator<Integer> function);

    Object join(Object a, Object b, BinaryOperator<Integer> function);

    /** The sum of many. */
    Object sum(List<Object> nodes);

    /** Follows the second or the third node, as the first one is odd or even. */
    Object choose(Object selector, Object odd, Object even);

    void observe(Object node, Consumer<Integer> action);

    void batch(Runnable body);

    static Library named(String name) {
        return switch (name) {
            case "lwt4j" -> new Static();
            case "tracked" -> new Tracked();
            case "rxjava" -> new Rx();
            case "reactor" -> new Reactor();
            case "sodium" -> new Sodium();
            default -> throw new IllegalArgumentException("unknown library " + name);
        };
    }

    @SuppressWarnings("unchecked")
    static <T> T cast(Object node) {
        return (T) node;
    }

    /** Combinators of lwt4j. */
    class Static implements Library {

        static Signal<Integer> signal(Object node) {
            return node instanceof Var<?> variable ? cast(variable.signal()) : cast(node);
        }

        @Override
        public Object source(int value) {
            return Var.of(value);
        }

        @Override
        public void set(Object source, int value) {
            Library.<Var<Integer>>cast(source).set(value);
        }

        @Override
        public Object map(Object node, UnaryOperator<Integer> function) {
            return signal(node).map(function);
        }

        @Override
        public Object join(Object a, Object b, BinaryOperator<Integer> function) {
            return Signal.lift(signal(a), signal(b), function);
        }

        @Override
        public Object sum(List<Object> nodes) {
            return Signal.<Integer, Integer>merge(
                    nodes.stream().map(Static::signal).toList(), 0, Integer::sum);
        }

        @Override
        public Object choose(Object selector, Object odd, Object even) {
            Signal<Integer> one = signal(odd);
            Signal<Integer> other = signal(even);
            return Signal.flatten(signal(selector).map(n -> (n & 1) == 1 ? one : other));
        }

        @Override
        public void observe(Object node, Consumer<Integer> action) {
            signal(node).observe(action);
        }

        @Override
        public void batch(Runnable body) {
            Step.batch(body);
        }
    }

    /** Signals of lwt4j that find out what they depend on. */
    final class Tracked extends Static {

        @Override
        public Object map(Object node, UnaryOperator<Integer> function) {
            Signal<Integer> signal = signal(node);
            return Signal.computed(() -> function.apply(signal.get()));
        }

        @Override
        public Object join(Object a, Object b, BinaryOperator<Integer> function) {
            Signal<Integer> one = signal(a);
            Signal<Integer> other = signal(b);
            return Signal.computed(() -> function.apply(one.get(), other.get()));
        }

        @Override
        public Object sum(List<Object> nodes) {
            List<Signal<Integer>> signals = nodes.stream().map(Static::signal).toList();
            return Signal.computed(() -> {
                int sum = 0;
                for (Signal<Integer> signal : signals) {
                    sum += signal.get();
                }
                return sum;
            });
        }

        @Override
        public Object choose(Object selector, Object odd, Object even) {
            Signal<Integer> choice = signal(selector);
            Signal<Integer> one = signal(odd);
            Signal<Integer> other = signal(even);
            return Signal.computed(() -> (choice.get() & 1) == 1 ? one.get() : other.get());
        }

        @Override
        public void observe(Object node, Consumer<Integer> action) {
            Signal<Integer> signal = signal(node);
            Signal.effect(() -> action.accept(signal.get()));
        }
    }

    /** RxJava; it has glitches, and no batches. */
    final class Rx implements Library {

        @Override
        public Object source(int value) {
            return BehaviorSubject.createDefault(value);
        }

        @Override
        public void set(Object source, int value) {
            Library.<BehaviorSubject<Integer>>cast(source).onNext(value);
        }

        @Override
        public Object map(Object node, UnaryOperator<Integer> function) {
            return Library.<Observable<Integer>>cast(node).map(function::apply);
        }

        @Override
        public Object join(Object a, Object b, BinaryOperator<Integer> function) {
            return Observable.combineLatest(
                    Library.<Observable<Integer>>cast(a),
                    Library.<Observable<Integer>>cast(b),
                    function::apply);
        }

        @Override
        public Object sum(List<Object> nodes) {
            List<Observable<Integer>> all = new ArrayList<>();
            nodes.forEach(node -> all.add(cast(node)));
            return Observable.combineLatest(all, Rx::sum);
        }

        private static Integer sum(Object[] values) {
            int sum = 0;
            for (Object value : values) {
                sum += (Integer) value;
            }
            return sum;
        }

        @Override
        public Object choose(Object selector, Object odd, Object even) {
            Observable<Integer> one = cast(odd);
            Observable<Integer> other = cast(even);
            return Library.<Observable<Integer>>cast(selector)
                    .switchMap(n -> (n & 1) == 1 ? one : other);
        }

        @Override
        public void observe(Object node, Consumer<Integer> action) {
            var unused = Library.<Observable<Integer>>cast(node).subscribe(action::accept);
        }

        @Override
        public void batch(Runnable body) {
            body.run();
        }
    }

    /** Reactor; it has glitches, and no batches. */
    final class Reactor implements Library {

        private record Sink(Sinks.Many<Integer> sink) {}

        private static Flux<Integer> flux(Object node) {
            return node instanceof Sink sink ? sink.sink.asFlux() : cast(node);
        }

        @Override
        public Object source(int value) {
            Sinks.Many<Integer> sink = Sinks.many().replay().latestOrDefault(value);
            return new Sink(sink);
        }

        @Override
        public void set(Object source, int value) {
            ((Sink) source).sink.emitNext(value, Sinks.EmitFailureHandler.FAIL_FAST);
        }

        @Override
        public Object map(Object node, UnaryOperator<Integer> function) {
            return flux(node).map(function);
        }

        @Override
        public Object join(Object a, Object b, BinaryOperator<Integer> function) {
            return Flux.combineLatest(flux(a), flux(b), function);
        }

        @Override
        public Object sum(List<Object> nodes) {
            return Flux.combineLatest(nodes.stream().map(Reactor::flux).toList(), Rx::sum);
        }

        @Override
        public Object choose(Object selector, Object odd, Object even) {
            return flux(selector).switchMap(n -> flux((n & 1) == 1 ? odd : even));
        }

        @Override
        public void observe(Object node, Consumer<Integer> action) {
            var unused = flux(node).subscribe(action);
        }

        @Override
        public void batch(Runnable body) {
            body.run();
        }
    }

    /** Sodium; it has no lifting of lists. */
    final class Sodium implements Library {

        /** Listeners are collected if nobody has them. */
        private final List<Object> listeners = new ArrayList<>();

        @Override
        public Object source(int value) {
            return new CellSink<>(value);
        }

        @Override
        public void set(Object source, int value) {
            Library.<CellSink<Integer>>cast(source).send(value);
        }

        @Override
        public Object map(Object node, UnaryOperator<Integer> function) {
            return Library.<Cell<Integer>>cast(node).map(function::apply);
        }

        @Override
        public Object join(Object a, Object b, BinaryOperator<Integer> function) {
            return Library.<Cell<Integer>>cast(a)
                    .lift(Library.<Cell<Integer>>cast(b), function::apply);
        }

        @Override
        public Object sum(List<Object> nodes) {
            throw new UnsupportedOperationException("Sodium lifts up to six");
        }

        @Override
        public Object choose(Object selector, Object odd, Object even) {
            Cell<Integer> one = cast(odd);
            Cell<Integer> other = cast(even);
            return Cell.switchC(
                    Library.<Cell<Integer>>cast(selector).map(n -> (n & 1) == 1 ? one : other));
        }

        @Override
        public void observe(Object node, Consumer<Integer> action) {
            listeners.add(Library.<Cell<Integer>>cast(node).listen(action::accept));
        }

        @Override
        public void batch(Runnable body) {
            Transaction.runVoid(body);
        }
    }
}
