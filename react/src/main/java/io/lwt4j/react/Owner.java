package io.lwt4j.react;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Stops, when it is closed, all that was made while its {@link #own} ran: observers, effects, kept
 * and remembering events and signals, and the owners made there.
 *
 * <pre>{@code
 * Owner page = Owner.create();
 * page.own(() -> price.signal().observe(label::setText));
 * ...
 * page.close();
 * }</pre>
 *
 * <p>What a computed signal, an effect or the function of a {@code flatMap} makes is owned by that
 * call of the function, and stopped before the next one.
 *
 * <p>Thread rule: that of the {@link Graph} of what it owns.
 */
public final class Owner implements AutoCloseable {

    private List<Object> owned = new ArrayList<>();

    /** When there are so many, those that were stopped meanwhile are let go of. */
    private int limit = 16;

    private boolean closed;

    Owner() {}

    /**
     * Makes an owner, which belongs itself to the owner for which code is running, if any.
     *
     * @return the owner
     */
    public static Owner create() {
        Owner owner = new Owner();
        Owner outer = Graph.current().owner();
        if (outer != null) {
            outer.add(owner);
        }
        return owner;
    }

    /**
     * Owns what {@code body} makes.
     *
     * @param body runs at once
     * @param <R> the type of the result
     * @return what the body returns
     * @throws IllegalStateException if this is closed
     */
    public <R extends @Nullable Object> R own(Supplier<R> body) {
        requireNonNull(body, "body");
        if (closed) {
            throw new IllegalStateException("this owner is closed: what it owns would never end");
        }
        Graph graph = Graph.current();
        Object outer = graph.scope;
        graph.scope = this;
        try {
            return body.get();
        } finally {
            graph.scope = outer;
        }
    }

    /**
     * Runs an action when this is closed.
     *
     * @param action the action; errors go to the handler of the graph
     */
    public void onClose(Runnable action) {
        requireNonNull(action, "action");
        if (closed) {
            Graph.current().outside(action);
        } else {
            add(action);
        }
    }

    void add(Object thing) {
        if (owned.size() >= limit) {
            owned.removeIf(o -> (o instanceof Node node && node.is(Node.STOPPED))
                    || (o instanceof Owner owner && owner.closed));
            limit = Math.max(16, owned.size() * 2);
        }
        owned.add(thing);
    }

    /** Stops what this owns, newest first. Doing so twice is harmless. */
    @Override
    public void close() {
        end();
    }

    /** Closes this, and says whether all actions have succeeded. */
    boolean end() {
        boolean succeeded = true;
        closed = true;
        List<Object> all = owned;
        owned = new ArrayList<>();
        for (int i = all.size() - 1; i >= 0; i--) {
            Object thing = all.get(i);
            if (thing instanceof Node node && node.graph != null) {
                node.graph.stop(node, false);
            } else if (thing instanceof Owner owner) {
                owner.close();
            } else if (thing instanceof Runnable action) {
                succeeded &= Graph.current().outside(action);
            }
        }
        return succeeded;
    }
}
