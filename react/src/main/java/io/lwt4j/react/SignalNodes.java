package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/** The kinds of signals, but for those that track their inputs. */
final class SignalNodes {

    private SignalNodes() {}

    static final class Constant<A extends @Nullable Object> extends Signal<A> {

        Constant(A value) {
            super(null, SOURCE);
            this.value = value;
        }

        @Override
        boolean update() {
            return false;
        }
    }

    /** What a {@link Var} writes to. */
    static final class Variable<A extends @Nullable Object> extends Signal<A> implements Source {

        private @Nullable Step scheduled;

        /** When this had last changed before it was put on that step, or written. */
        private long before;

        /** This has been written to, and no step has told of it yet. */
        private boolean written;

        /** The value before that. */
        private @Nullable Object old;

        /** What is to be written when the running step is over; or {@link #UNSET}. */
        private @Nullable Object postponed = UNSET;

        Variable(Graph graph, A value) {
            super(graph, SOURCE);
            this.value = value;
            this.changed = graph.now;
        }

        void set(A to) {
            Graph here = requireNonNull(graph);
            here.check();
            if (is(STOPPED)) {
                return;
            }
            if (!here.isBusy()) {
                if (!isSame(to)) {
                    here.step(this, to);
                    toldBeforeItsStep();
                }
            } else if (here.isPropagating()) {
                if (postponed == UNSET) {
                    here.addPostponed(this);
                }
                postponed = to;
            } else {
                write(to);
            }
        }

        /** Has its first value, if nobody can have seen that it had none; says whether it has. */
        boolean initially(A first, Graph here) {
            if (value != null) {
                return false;
            }
            value = first;
            changed = here.now;
            return true;
        }

        /** What the next write is to begin with. */
        A latest() {
            return postponed == UNSET ? peek() : cast(postponed);
        }

        void writePostponed() {
            Object to = postponed;
            postponed = UNSET;
            write(to);
        }

        private void write(@Nullable Object to) {
            Graph here = requireNonNull(graph);
            if (!written) {
                if (isSame(to)) {
                    return;
                }
                written = true;
                Step step = scheduled;
                if (step == null) {
                    before = changed;
                    old = value;
                } else {
                    old = step.put(this);
                }
                here.addWritten(this);
            }
            value = to;
            changed = ++here.now;
        }

        boolean commitWritten() {
            Object put = old;
            old = null;
            written = false;
            boolean changes = commit(put);
            toldBeforeItsStep();
            return changes;
        }

        /**
         * What depends on this knows of its value; the step on which this is has nothing to add.
         */
        private void toldBeforeItsStep() {
            Step step = scheduled;
            if (step != null) {
                step.replace(this, value);
                before = changed;
            }
        }

        /**
         * Has the value again that it had before; what has seen the other one has to look again.
         */
        void dropWritten() {
            Object put = old;
            old = null;
            written = false;
            value = put;
            changed = requireNonNull(graph).now;
        }

        void setFailure(Throwable cause) {
            set(cast(new Failure(cause)));
        }

        void set(Step step, A to) {
            Graph here = requireNonNull(graph);
            here.check();
            if (is(STOPPED) || isSame(to)) {
                return;
            }
            step.checkGraph(here);
            step.checkNotExecuted();
            if (scheduled != null) {
                throw new IllegalStateException(this
                        + " is on a step that has not been executed yet; a step can set it once");
            }
            before = changed;
            step.add(this, value);
            value = to;
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
            // If this has been stopped meanwhile, it has the new value all the same.
            Graph here = requireNonNull(graph);
            if (isSame(put) && !here.pulledEarly) {
                changed = before;
                return false;
            }
            if (changed <= here.settled) {
                changed = here.now;
            }
            here.addFailure(value);
            return true;
        }

        @Override
        public boolean drop(@Nullable Object put) {
            value = put;
            changed = requireNonNull(graph).now;
            return true;
        }

        @Override
        boolean update() {
            return false;
        }
    }

    /** A signal with one input. */
    abstract static class Unary<A extends @Nullable Object> extends Signal<A> {

        final Node input;

        Unary(Node input, int flags) {
            super(requireNonNull(input.graph), flags);
            this.input = input;
        }

        @Override
        Node input() {
            return input;
        }
    }

    static final class Map<A extends @Nullable Object, B extends @Nullable Object>
            extends Unary<B> {

        private final Function<? super A, ? extends B> function;

        Map(Signal<A> input, Function<? super A, ? extends B> function) {
            super(input, 0);
            this.function = function;
        }

        @Override
        boolean update() {
            Object in = input.value;
            if (in instanceof Failure) {
                return become(in);
            }
            return become(function.apply(cast(in)));
        }
    }

    /** Keeps the last value that a function accepts. */
    static final class Filter<A extends @Nullable Object> extends Unary<A> {

        private final Predicate<? super A> predicate;
        private final A initial;

        Filter(Signal<A> input, Predicate<? super A> predicate, A initial) {
            super(input, KEPT);
            this.predicate = predicate;
            this.initial = initial;
        }

        @Override
        boolean update() {
            Object in = input.value;
            if (in instanceof Failure) {
                return become(in);
            }
            boolean passes = predicate.test(cast(in));
            initially(initial);
            return passes ? become(in) : stay();
        }
    }

    /** Keeps the last value that a function makes. */
    static final class FilterMap<A extends @Nullable Object, B> extends Unary<B> {

        private final Function<? super A, Optional<B>> function;
        private final B initial;

        FilterMap(Signal<A> input, Function<? super A, Optional<B>> function, B initial) {
            super(input, KEPT);
            this.function = function;
            this.initial = initial;
        }

        @Override
        boolean update() {
            Object in = input.value;
            if (in instanceof Failure) {
                return become(in);
            }
            Optional<B> out = function.apply(cast(in));
            initially(initial);
            return out.isPresent() ? become(out.get()) : stay();
        }
    }

    /** Goes on from its own value with each occurrence of an event. */
    static final class Fold<A extends @Nullable Object, S extends @Nullable Object>
            extends Unary<S> {

        private final BiFunction<? super S, ? super A, ? extends S> function;

        /** The value, also while that of this signal is an error. */
        private S state;

        Fold(Event<A> input, S initial, BiFunction<? super S, ? super A, ? extends S> function) {
            super(input, INITIAL | KEPT);
            this.function = function;
            this.state = initial;
            this.value = initial;
            this.changed = requireNonNull(graph).settled;
        }

        @Override
        boolean update() {
            Object in = input.value;
            if (in instanceof Failure) {
                return become(in);
            }
            S next = function.apply(state, cast(in));
            boolean changes = become(next);
            state = value instanceof Failure ? next : cast(value);
            return changes;
        }
    }

    /** A signal with several inputs, save those that never change. */
    abstract static class Joined<A extends @Nullable Object> extends Signal<A> {

        private @Nullable Edge inputs;

        Joined(Graph graph, int flags, List<? extends Node> nodes) {
            super(graph, flags);
            inputs = Joined.edges(this, nodes);
        }

        static @Nullable Edge edges(Node to, List<? extends Node> nodes) {
            Edge following = null;
            for (int i = nodes.size() - 1; i >= 0; i--) {
                Node node = nodes.get(i);
                if (!node.isConstant()) {
                    Edge edge = new Edge(node, to);
                    edge.following = following;
                    following = edge;
                }
            }
            return following;
        }

        @Override
        @Nullable
        Edge inputs() {
            return inputs;
        }
    }

    /** A function of the values of several signals. */
    static final class Lift<A extends @Nullable Object> extends Joined<A> {

        private final Node[] signals;
        private final Lifted<A> function;

        Lift(Graph graph, List<? extends Signal<?>> signals, Lifted<A> function) {
            super(graph, 0, signals);
            this.signals = signals.toArray(new Node[0]);
            this.function = function;
        }

        @Override
        boolean update() {
            for (Node signal : signals) {
                if (signal.value instanceof Failure) {
                    return become(signal.value);
                }
            }
            return become(function.apply(signals));
        }
    }

    /** A function of two signals: the most common case, without detours. */
    static final class Lift2<
                    A extends @Nullable Object,
                    B extends @Nullable Object,
                    R extends @Nullable Object>
            extends Joined<R> {

        private final Node left;
        private final Node right;
        private final BiFunction<? super A, ? super B, ? extends R> function;

        Lift2(
                Graph graph,
                Signal<A> left,
                Signal<B> right,
                BiFunction<? super A, ? super B, ? extends R> function) {
            super(graph, 0, List.of(left, right));
            this.left = left;
            this.right = right;
            this.function = function;
        }

        @Override
        boolean update() {
            Object a = left.value;
            Object b = right.value;
            if (a instanceof Failure) {
                return become(a);
            }
            if (b instanceof Failure) {
                return become(b);
            }
            return become(function.apply(cast(a), cast(b)));
        }
    }

    /** Follows a signal while another one is true. */
    static final class Gate<A extends @Nullable Object> extends Joined<A> {

        private final Signal<Boolean> condition;
        private final Signal<A> signal;
        private final A initial;

        Gate(Graph graph, Signal<Boolean> condition, A initial, Signal<A> signal) {
            super(graph, KEPT, List.of(condition, signal));
            this.condition = condition;
            this.signal = signal;
            this.initial = initial;
        }

        @Override
        boolean update() {
            Object open = condition.value;
            if (open instanceof Failure) {
                return become(open);
            }
            initially(initial);
            return Boolean.TRUE.equals(open) ? become(signal.value) : stay();
        }
    }

    /** Follows a signal, but not in steps in which an event occurs. */
    static final class Dismiss<A extends @Nullable Object> extends Joined<A> {

        private final Event<?> event;
        private final Signal<A> signal;
        private final A initial;

        /** What the signal was when this last looked, dismissed or not. */
        private @Nullable Object last = UNSET;

        Dismiss(Graph graph, Event<?> event, A initial, Signal<A> signal) {
            super(graph, KEPT, List.of(event, signal));
            this.event = event;
            this.signal = signal;
            this.initial = initial;
        }

        @Override
        boolean update() {
            initially(initial);
            Object before = last;
            last = signal.value;
            boolean stays = event.occurs() || isBack(signal, before);
            return stays ? stay() : become(last);
        }
    }

    /** Follows a signal that the value of another one says. */
    abstract static class Switching<A extends @Nullable Object, B extends @Nullable Object>
            extends Signal<B> {

        private final Edge outer;
        private @Nullable Edge inner;
        private @Nullable Signal<? extends B> current;

        Switching(Signal<A> outer, int flags) {
            super(requireNonNull(outer.graph), DYNAMIC | flags);
            this.outer = new Edge(outer, this);
        }

        /** The signal to follow. */
        abstract Signal<? extends B> choose(Node outer);

        @Override
        Edge inputs() {
            return outer;
        }

        @Override
        boolean update() {
            if (outer.from.value instanceof Failure) {
                return become(outer.from.value);
            }
            Signal<? extends B> signal = choose(outer.from);
            Edge before = inner;
            if (before == null ? !signal.isConstant() : before.from != signal) {
                follow(signal, before);
            }
            // It may be one that nobody else has looked at in this step.
            requireNonNull(graph).refresh(signal);
            boolean unchanged = signal == current
                    && !(value instanceof Failure)
                    && signal.changed <= Math.max(checked, changed);
            current = signal;
            return unchanged ? stay() : become(signal.value);
        }

        private void follow(Signal<? extends B> signal, @Nullable Edge before) {
            Graph here = requireNonNull(Graph.common(graph, signal));
            Edge now = signal.isConstant() ? null : new Edge(signal, this);
            inner = now;
            outer.following = now;
            if (is(ACTIVE)) {
                if (now != null) {
                    here.link(now);
                }
                if (before != null) {
                    here.unlink(before);
                }
            }
        }
    }

    /** Follows the signal that is the value of another one. */
    static final class Switch<A extends @Nullable Object>
            extends Switching<Signal<? extends A>, A> {

        Switch(Signal<Signal<? extends A>> outer) {
            super(outer, 0);
        }

        @Override
        Signal<? extends A> choose(Node outer) {
            return cast(outer.value);
        }
    }

    /** Follows the signal that a function makes of each value of another one. */
    static final class FlatMap<A extends @Nullable Object, B extends @Nullable Object>
            extends Switching<A, B> {

        private final Function<? super A, ? extends Signal<? extends B>> function;
        private @Nullable Signal<? extends B> chosen;
        private long chosenAt = -1;
        private @Nullable Object chosenFor;

        FlatMap(Signal<A> outer, Function<? super A, ? extends Signal<? extends B>> function) {
            super(outer, KEPT);
            this.function = function;
        }

        @Override
        Signal<? extends B> choose(Node outer) {
            Signal<? extends B> present = chosen;
            if (present != null && (chosenAt == outer.changed || isBack(outer, chosenFor))) {
                chosenAt = outer.changed;
                return present;
            }
            Graph here = requireNonNull(graph);
            Object scope = here.scope;
            Owner last = takeOwner();
            here.scope = this;
            try {
                present = requireNonNull(
                        function.apply(cast(outer.value)), "the function of flatMap returned null");
            } finally {
                here.scope = scope;
                if (last != null) {
                    // It is in use until this has gone over to the next one.
                    here.afterStep(last::close);
                }
            }
            chosen = present;
            chosenAt = outer.changed;
            chosenFor = outer.value;
            return present;
        }
    }

    /** Does something as long as somebody depends on it. */
    static final class Watched<A extends @Nullable Object> extends Unary<A> {

        private final Watch watch;

        Watched(Signal<A> input, Watch watch) {
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
        boolean update() {
            return become(input.value);
        }
    }

    /** The value that another signal had at the end of the last step. */
    static final class Delayed<A extends @Nullable Object> extends Signal<A>
            implements Fixpoint.Target {

        Delayed(Graph graph, A initial) {
            super(graph, SOURCE);
            this.value = initial;
            this.changed = graph.now;
        }

        @Override
        public boolean resume(@Nullable Object value) {
            return become(value);
        }

        @Override
        boolean update() {
            return false;
        }
    }
}
