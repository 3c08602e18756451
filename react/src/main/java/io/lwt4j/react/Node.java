package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.function.BiPredicate;

/** A place in a {@link Graph}: an event, a signal, or somebody who observes one. */
abstract class Node extends Dependent {

    /* Overview.
     *
     * A node has inputs, and dependents which are told when it changes. A dependent with a single
     * input is itself in the list of that input; one with several has an edge for each.
     *
     * An idle node is in no list: nobody is told by it, it is not told of anything, and nothing
     * but its users refers to it. Pure nodes are idle as long as they have no dependents, and bring
     * their value up to date when it is read. A node that remembers something is active from the
     * beginning until it is stopped, for what it remembers can be seen later.
     */

    /** It is told when its inputs change. */
    static final int ACTIVE = 1;

    /** It waits in a queue of the graph for its turn. */
    static final int QUEUED = 1 << 1;

    /** Being told is no proof that an input has changed, or not since the node last looked. */
    static final int CHECK = 1 << 2;

    /** It never changes any more. */
    static final int STOPPED = 1 << 3;

    /** It stays active without dependents. */
    static final int KEPT = 1 << 4;

    /** It has no inputs, and is always up to date. */
    static final int SOURCE = 1 << 5;

    /** It finds out by itself what it depends on, and runs only when somebody wants its value. */
    static final int TRACKING = 1 << 6;

    /** An input of a tracking node, or of an input, may have changed. */
    static final int MARKED = 1 << 7;

    /** Its function is running. */
    static final int RUNNING = 1 << 8;

    /** It has an occurrence instead of a value: nothing outside of a step. */
    static final int EVENT = 1 << 9;

    /** It has a value already when it becomes active. */
    static final int INITIAL = 1 << 10;

    /** It is run after the step, and has no dependents. */
    static final int OBSERVER = 1 << 11;

    /** A signal that says by itself whether two values are the same. */
    static final int CUSTOM = 1 << 12;

    /** What its first inputs are decides what the others are. */
    static final int DYNAMIC = 1 << 13;

    /** What its input does in the step in which this becomes active is not for it. */
    static final int LATE = 1 << 14;

    /** It is dynamic and has had its turn in this step. */
    static final int TOLD = 1 << 15;

    /** An observer, or the like, whose turn comes after the step; it can be visited once more. */
    static final int LISTED = 1 << 16;

    /** It has changed out of turn, and its dependents have not been told. */
    static final int UNTOLD = 1 << 17;

    /** Somebody outside of the graph wants to hear that it is stopped. */
    static final int HEARD = 1 << 18;

    /** The value of a signal that has never been up to date. */
    static final Object UNSET = new Object();

    /** Null of constants. */
    final @Nullable Graph graph;

    @Nullable
    Dependent first;

    /** The next one in the queue or list of the graph in which this is. */
    @Nullable
    Node queued;

    /** The value of a signal, or the occurrence of an event; or a {@link Failure}. */
    @Nullable
    Object value;

    @Nullable
    Extras extras;

    /** More than those of all inputs; but with a single input the same. */
    int rank;

    int flags;

    /** When the value last became another one. */
    long changed;

    /** When the value was last found up to date. */
    long checked;

    /** What few nodes have. */
    static final class Extras {
        @Nullable
        String name;

        /** Of a signal with {@link #CUSTOM}. */
        @Nullable
        BiPredicate<Object, Object> equality;

        /** See {@link Event#retain}. */
        @Nullable
        Object retained;

        /** Called once when a node with {@link #HEARD} is stopped. */
        @Nullable
        Runnable onStop;

        /** Owns what the function of a node makes, until it is called again. */
        @Nullable
        Owner owner;
    }

    Node(@Nullable Graph graph, int flags) {
        this.graph = graph;
        this.flags = flags;
    }

    /**
     * Looks at the inputs, at least one of which has changed.
     *
     * @return whether this has changed too
     */
    abstract boolean update();

    /** Has an error in place of a value. */
    abstract boolean fail(Throwable cause);

    /** The only input, if it has only one ever. */
    @Nullable
    Node input() {
        return null;
    }

    /** The first of the inputs of a node that may have several. */
    @Nullable
    Edge inputs() {
        return null;
    }

    /** Called when this becomes active. */
    void activated() {}

    /** Called when this has become idle or stopped. */
    void released() {}

    /** Makes a node active from the beginning, for whoever owns it. */
    static <N extends Node> N begin(N node) {
        Graph graph = requireNonNull(node.graph);
        graph.adopt(node);
        graph.activate(node);
        return node;
    }

    /** Whether an event occurs in the step that is running. */
    static boolean occurs(Node event) {
        Graph graph = event.graph;
        return graph != null && event.changed == graph.now && graph.isPropagating();
    }

    /**
     * Whether a signal has the value again that it had before this step, and only seems to have
     * changed: somebody has looked at another one in the middle of a batch.
     */
    static boolean isBack(Node input, @Nullable Object before) {
        Graph graph = input.graph;
        return graph != null
                && graph.pulledEarly
                && input instanceof Signal<?> signal
                && signal.isSame(before);
    }

    final @Nullable Object retainObject(Object object) {
        if (isConstant()) {
            throw new IllegalArgumentException("what never changes retains nothing");
        }
        Extras present = extras();
        Object before = present.retained;
        present.retained = requireNonNull(object, "object");
        return before;
    }

    final void name(String name) {
        requireNonNull(name, "name");
        if (!isConstant()) {
            extras().name = name;
        }
    }

    /** The name, or what kind of node this is. */
    @Override
    public String toString() {
        Extras present = extras;
        return present != null && present.name != null
                ? present.name
                : (is(EVENT) ? "event" : "signal") + " (" + getClass().getSimpleName() + ")";
    }

    final boolean is(int flag) {
        return (flags & flag) != 0;
    }

    final boolean isConstant() {
        return graph == null;
    }

    final Extras extras() {
        Extras present = extras;
        if (present == null) {
            present = new Extras();
            extras = present;
        }
        return present;
    }

    /** The owner of what the function of this node makes. */
    final Owner owner() {
        Extras present = extras();
        Owner owner = present.owner;
        if (owner == null) {
            owner = new Owner();
            present.owner = owner;
        }
        return owner;
    }

    /** Takes away the owner of what the last call of the function has made. */
    final @Nullable Owner takeOwner() {
        Extras present = extras;
        if (present == null) {
            return null;
        }
        Owner owner = present.owner;
        present.owner = null;
        return owner;
    }

    /**
     * Ends what the last call of the function has made; says whether all actions have succeeded.
     */
    final boolean disown() {
        Owner owner = takeOwner();
        return owner == null || owner.end();
    }

    final void addDependent(Dependent dependent) {
        Dependent head = first;
        if (head == null) {
            first = dependent;
            dependent.previous = dependent;
        } else {
            Dependent last = head.previous;
            dependent.previous = last;
            if (last != null) {
                last.next = dependent;
            }
            head.previous = dependent;
        }
    }

    final void removeDependent(Dependent dependent) {
        Dependent behind = dependent.next;
        Dependent before = dependent.previous;
        Dependent head = first;
        if (head == dependent) {
            first = behind;
        } else if (before != null) {
            before.next = behind;
        }
        if (behind != null) {
            behind.previous = before;
        } else if (head != null && head != dependent) {
            head.previous = before;
        }
        dependent.next = null;
        dependent.previous = null;
    }

    @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"})
    static <A extends @Nullable Object> A cast(@Nullable Object value) {
        return (A) value;
    }
}
