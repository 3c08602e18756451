package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import io.lwt4j.Resolver;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;

/** The kinds of events. */
final class EventNodes {

    private EventNodes() {}

    static final class Never extends Event<@Nullable Object> {

        static final Never INSTANCE = new Never();

        private Never() {
            super(null, SOURCE);
        }

        @Override
        boolean update() {
            return false;
        }
    }

    /** What an {@link EventEmitter} writes to. */
    static final class Primitive<A extends @Nullable Object> extends Event<A> implements Source {

        private @Nullable Step scheduled;

        Primitive(Graph graph) {
            super(graph, SOURCE);
        }

        void send(A occurrence) {
            Graph here = requireNonNull(graph);
            here.check();
            if (is(STOPPED)) {
                return;
            }
            if (!here.isBusy()) {
                here.step(this, occurrence);
            } else {
                Step step = here.openStep();
                if (scheduled == step) {
                    step = here.nextStep();
                }
                step.add(this, occurrence);
            }
        }

        /** Occurs with an error. */
        void sendFailure(Throwable cause) {
            send(cast(new Failure(cause)));
        }

        void send(Step step, A occurrence) {
            Graph here = requireNonNull(graph);
            here.check();
            step.checkGraph(here);
            step.checkNotExecuted();
            if (scheduled != null) {
                throw new IllegalStateException(this
                        + " is on a step that has not been executed yet; it can occur once in a"
                        + " step");
            }
            step.add(this, occurrence);
        }

        @Override
        public @Nullable Step scheduled() {
            return scheduled;
        }

        @Override
        public void schedule(@Nullable Step step) {
            scheduled = step;
        }

        @Override
        public boolean commit(@Nullable Object put) {
            if (is(STOPPED)) {
                return false;
            }
            requireNonNull(graph).addFailure(put);
            return occur(put);
        }

        @Override
        public boolean drop(@Nullable Object put) {
            return false;
        }

        @Override
        boolean update() {
            return false;
        }
    }

    /** An event with one input. */
    abstract static class Unary<A extends @Nullable Object> extends Event<A> {

        final Node input;

        Unary(Node input, int flags) {
            super(requireNonNull(input.graph), flags);
            this.input = input;
        }

        @Override
        Node input() {
            return input;
        }

        @Override
        final boolean update() {
            Object in = input.value;
            return in instanceof Failure ? occur(in) : update(in);
        }

        abstract boolean update(@Nullable Object in);
    }

    static final class Map<A extends @Nullable Object, B extends @Nullable Object>
            extends Unary<B> {

        private final Function<? super A, ? extends B> function;

        Map(Event<A> input, Function<? super A, ? extends B> function) {
            super(input, 0);
            this.function = function;
        }

        @Override
        boolean update(@Nullable Object in) {
            return occur(function.apply(cast(in)));
        }
    }

    static final class Filter<A extends @Nullable Object> extends Unary<A> {

        private final Predicate<? super A> predicate;

        Filter(Event<A> input, Predicate<? super A> predicate) {
            super(input, 0);
            this.predicate = predicate;
        }

        @Override
        boolean update(@Nullable Object in) {
            return predicate.test(cast(in)) && occur(in);
        }
    }

    static final class FilterMap<A extends @Nullable Object, B> extends Unary<B> {

        private final Function<? super A, Optional<B>> function;

        FilterMap(Event<A> input, Function<? super A, Optional<B>> function) {
            super(input, 0);
            this.function = function;
        }

        @Override
        boolean update(@Nullable Object in) {
            Optional<B> out = function.apply(cast(in));
            return out.isPresent() && occur(out.get());
        }
    }

    /** The first occurrence only. */
    static final class Once<A extends @Nullable Object> extends Unary<A> {

        Once(Event<A> input) {
            super(input, KEPT);
        }

        @Override
        boolean update(@Nullable Object in) {
            occur(in);
            Graph here = requireNonNull(graph);
            here.afterStep(() -> here.stop(this, false));
            return true;
        }
    }

    /** All but the first occurrence. */
    static final class DropOnce<A extends @Nullable Object> extends Unary<A> {

        private boolean dropped;

        DropOnce(Event<A> input) {
            super(input, KEPT);
        }

        @Override
        boolean update(@Nullable Object in) {
            boolean passes = dropped;
            dropped = true;
            return passes && occur(in);
        }
    }

    /** A function of an occurrence and the one before. */
    static final class Diff<A extends @Nullable Object, B extends @Nullable Object>
            extends Unary<B> {

        private final BiFunction<? super A, ? super A, ? extends B> function;
        private @Nullable Object last = UNSET;

        Diff(Event<A> input, BiFunction<? super A, ? super A, ? extends B> function) {
            super(input, KEPT);
            this.function = function;
        }

        @Override
        boolean update(@Nullable Object in) {
            Object before = last;
            last = in;
            return before != UNSET && occur(function.apply(cast(in), cast(before)));
        }
    }

    /** The occurrences that differ from the one before. */
    static final class Changes<A extends @Nullable Object> extends Unary<A> {

        private final BiPredicate<? super A, ? super A> equality;
        private @Nullable Object last = UNSET;

        Changes(Event<A> input, BiPredicate<? super A, ? super A> equality) {
            super(input, KEPT);
            this.equality = equality;
        }

        @Override
        boolean update(@Nullable Object in) {
            Object before = last;
            last = in;
            return (before == UNSET || !equality.test(cast(in), cast(before))) && occur(in);
        }
    }

    /** What a function makes of its last result and each occurrence. */
    static final class Fold<A extends @Nullable Object, S extends @Nullable Object>
            extends Unary<S> {

        private final BiFunction<? super S, ? super A, ? extends S> function;
        private S state;

        Fold(Event<A> input, S initial, BiFunction<? super S, ? super A, ? extends S> function) {
            super(input, KEPT);
            this.function = function;
            this.state = initial;
        }

        @Override
        boolean update(@Nullable Object in) {
            state = function.apply(state, cast(in));
            return occur(state);
        }
    }

    /** Occurs when a signal changes, with its new value. */
    static final class SignalChanges<A extends @Nullable Object> extends Unary<A> {

        private @Nullable Object last;

        SignalChanges(Signal<A> input) {
            super(input, LATE);
        }

        @Override
        void activated() {
            last = input.value;
        }

        @Override
        boolean update(@Nullable Object in) {
            Object before = last;
            last = in;
            return !isBack(input, before) && occur(in);
        }
    }

    /** Occurs when a signal changes, with a function of the new and the old value. */
    static final class SignalDiff<A extends @Nullable Object, B extends @Nullable Object>
            extends Unary<B> {

        private final BiFunction<? super A, ? super A, ? extends B> function;
        private @Nullable Object last;

        SignalDiff(Signal<A> input, BiFunction<? super A, ? super A, ? extends B> function) {
            super(input, LATE);
            this.function = function;
        }

        @Override
        void activated() {
            last = input.value;
        }

        @Override
        boolean update(@Nullable Object in) {
            Object before = last;
            last = in;
            return !(before instanceof Failure)
                    && !isBack(input, before)
                    && occur(function.apply(cast(in), cast(before)));
        }
    }

    /** An event with several inputs, save those that never change. */
    abstract static class Joined<A extends @Nullable Object> extends Event<A> {

        private final @Nullable Edge inputs;

        Joined(Graph graph, int flags, List<? extends Node> nodes) {
            super(graph, flags);
            this.inputs = SignalNodes.Joined.edges(this, nodes);
        }

        @Override
        @Nullable
        Edge inputs() {
            return inputs;
        }
    }

    /** A function of the occurrences of several events that occur at the same time. */
    static final class Lift<A extends @Nullable Object> extends Joined<A> {

        private final Node[] events;
        private final Lifted<A> function;

        Lift(Graph graph, List<? extends Event<?>> events, Lifted<A> function) {
            super(graph, 0, events);
            this.events = events.toArray(new Node[0]);
            this.function = function;
        }

        @Override
        boolean update() {
            Object failure = null;
            for (Node event : events) {
                if (!occurs(event)) {
                    return false;
                }
                if (failure == null && event.value instanceof Failure) {
                    failure = event.value;
                }
            }
            return occur(failure == null ? function.apply(events) : failure);
        }
    }

    /** A fold over those of several events that occur. */
    static final class Merge<A extends @Nullable Object, S extends @Nullable Object>
            extends Joined<S> {

        private final Node[] events;
        private final S initial;
        private final BiFunction<? super S, ? super A, ? extends S> function;

        Merge(
                Graph graph,
                List<? extends Event<? extends A>> events,
                S initial,
                BiFunction<? super S, ? super A, ? extends S> function) {
            super(graph, 0, events);
            this.events = events.toArray(new Node[0]);
            this.initial = initial;
            this.function = function;
        }

        @Override
        boolean update() {
            S result = initial;
            boolean any = false;
            for (Node event : events) {
                if (occurs(event)) {
                    if (event.value instanceof Failure) {
                        return occur(event.value);
                    }
                    any = true;
                    result = function.apply(result, cast(event.value));
                }
            }
            return any && occur(result);
        }
    }

    /** The leftmost of several events that occurs. */
    static final class Select<A extends @Nullable Object> extends Joined<A> {

        private final Node[] events;

        Select(Graph graph, List<? extends Event<? extends A>> events) {
            super(graph, 0, events);
            this.events = events.toArray(new Node[0]);
        }

        @Override
        boolean update() {
            for (Node event : events) {
                if (occurs(event)) {
                    return occur(event.value);
                }
            }
            return false;
        }
    }

    /** A function of an occurrence and the value of a signal at that time. */
    static final class Sample<C extends @Nullable Object> extends Joined<C> {

        /** Says of an occurrence that there is none. */
        static final Object NONE = new Object();

        private final Event<?> event;
        private final Signal<?> signal;
        private final BiFunction<@Nullable Object, @Nullable Object, @Nullable Object> function;

        Sample(
                Graph graph,
                Event<?> event,
                Signal<?> signal,
                BiFunction<@Nullable Object, @Nullable Object, @Nullable Object> function) {
            super(graph, 0, List.of(event, signal));
            this.event = event;
            this.signal = signal;
            this.function = function;
        }

        @Override
        boolean update() {
            if (!event.occurs()) {
                return false;
            }
            if (event.value instanceof Failure) {
                return occur(event.value);
            }
            if (signal.value instanceof Failure) {
                return occur(signal.value);
            }
            Object result = function.apply(event.value, signal.value);
            return result != NONE && occur(result);
        }
    }

    /** Resolves a promise with the first occurrence, in the middle of its step. */
    static final class Next<A extends @Nullable Object> extends Event<A> {

        private final Event<A> input;
        private final Resolver<A> resolver;

        Next(Event<A> input, Resolver<A> resolver) {
            super(requireNonNull(input.graph), KEPT);
            this.input = input;
            this.resolver = resolver;
        }

        @Override
        Node input() {
            return input;
        }

        @Override
        boolean update() {
            Graph here = requireNonNull(graph);
            here.afterStep(() -> here.stop(this, false));
            if (input.value instanceof Failure failure) {
                failure.heard = true;
                resolver.rejectNow(failure.cause);
            } else {
                resolver.resolveNow(cast(input.value));
            }
            return false;
        }
    }

    /** An event except in the steps of another one. */
    static final class Dismiss<A extends @Nullable Object> extends Joined<A> {

        private final Event<?> dismissing;
        private final Event<A> event;

        Dismiss(Graph graph, Event<?> dismissing, Event<A> event) {
            super(graph, 0, List.of(dismissing, event));
            this.dismissing = dismissing;
            this.event = event;
        }

        @Override
        boolean update() {
            return event.occurs() && !dismissing.occurs() && occur(event.value);
        }
    }

    /** An event until another one occurs. */
    static final class Until<A extends @Nullable Object> extends Joined<A> {

        private final Event<?> end;
        private final Event<A> event;

        Until(Graph graph, Event<?> end, Event<A> event) {
            super(graph, KEPT, List.of(end, event));
            this.end = end;
            this.event = event;
        }

        @Override
        boolean update() {
            if (end.occurs()) {
                Graph here = requireNonNull(graph);
                here.afterStep(() -> here.stop(this, false));
                return false;
            }
            return event.occurs() && occur(event.value);
        }
    }

    /** Follows an event, and then the one that last occurred in another one. */
    static final class Switch<A extends @Nullable Object> extends Event<A> {

        private final Edge outer;
        private @Nullable Edge inner;

        Switch(Graph graph, Event<A> initial, Event<? extends Event<? extends A>> outer) {
            super(graph, KEPT | DYNAMIC);
            this.outer = new Edge(outer, this);
            if (!initial.isConstant()) {
                Edge edge = new Edge(initial, this);
                this.inner = edge;
                this.outer.following = edge;
            }
        }

        @Override
        Edge inputs() {
            return outer;
        }

        @Override
        boolean update() {
            Graph here = requireNonNull(graph);
            if (occurs(outer.from)) {
                if (outer.from.value instanceof Failure) {
                    return occur(outer.from.value);
                }
                Event<? extends A> next = cast(outer.from.value);
                Edge before = inner;
                if (before == null ? !next.isConstant() : before.from != next) {
                    follow(requireNonNull(next, "an event to switch to is null"), before);
                }
            }
            Edge current = inner;
            if (current == null) {
                return false;
            }
            // It may be one that has not been visited yet in this step.
            here.refresh(current.from);
            return occurs(current.from) && occur(current.from.value);
        }

        private void follow(Event<? extends A> event, @Nullable Edge before) {
            Graph here = requireNonNull(Graph.common(graph, event));
            Edge now = event.isConstant() ? null : new Edge(event, this);
            inner = now;
            outer.following = now;
            if (now != null) {
                here.link(now);
            }
            if (before != null) {
                here.unlink(before);
            }
        }
    }

    /** Does something as long as somebody depends on it. */
    static final class Watched<A extends @Nullable Object> extends Unary<A> {

        private final Watch watch;

        Watched(Event<A> input, Watch watch) {
            super(input, 0);
            this.watch = watch;
        }

        @Override
        void activated() {
            watch.update(this);
        }

        @Override
        void released() {
            watch.update(this);
        }

        @Override
        boolean update(@Nullable Object in) {
            return occur(in);
        }
    }

    /** What another event was at the end of the last step. */
    static final class Delayed<A extends @Nullable Object> extends Event<A>
            implements Fixpoint.Target {

        Delayed(Graph graph) {
            super(graph, SOURCE);
        }

        @Override
        public boolean resume(@Nullable Object value) {
            return occur(value);
        }

        @Override
        boolean update() {
            return false;
        }
    }
}
