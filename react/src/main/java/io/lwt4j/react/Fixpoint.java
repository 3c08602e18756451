package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Hands what a node has at the end of a step to a source, for the next one. */
final class Fixpoint extends Node {

    /** A source that gets its values so. */
    sealed interface Target permits SignalNodes.Delayed, EventNodes.Delayed {

        /** Takes part in the step that begins; returns whether there is anything to tell. */
        boolean resume(@Nullable Object value);
    }

    private final Node input;
    private final Target target;

    Fixpoint(Graph graph, Node input, Target target) {
        super(graph, OBSERVER | KEPT);
        this.input = input;
        this.target = target;
    }

    @Override
    @Nullable
    Node input() {
        return input.isConstant() ? null : input;
    }

    @Override
    boolean update() {
        value = input.value;
        requireNonNull(graph).addDelayed(this);
        return false;
    }

    @Override
    boolean fail(Throwable cause) {
        return false;
    }

    /** Has the target take the present value of the input in the next step. */
    void start() {
        Graph here = requireNonNull(graph);
        here.refresh(input);
        update();
        if (!here.isBusy()) {
            here.flushAll();
        }
    }

    /** The step after that has begun. */
    void resume(List<Node> changed) {
        Object next = value;
        value = null;
        flags &= ~LISTED;
        if (target.resume(next)) {
            changed.add((Node) target);
        }
    }
}
