package io.lwt4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * A sequence of hooks of an {@link EventLoop}: {@code Lwt_main.Enter_iter_hooks} and its two
 * siblings. Adding one and taking it out take constant time, however many there are.
 *
 * <p>Thread rule: the loop's thread only, or any thread before the loop runs. Hooks have no promise
 * and cannot be cancelled; they can be taken out.
 *
 * @param <H> the type of a hook
 */
public final class Hooks<H> {

    /** Where the ring of hooks begins and ends. */
    private final Node<H> ends = new Node<>(this, null);

    /** The hooks as a list; null after a change, until somebody asks. */
    private @Nullable List<H> snapshot;

    Hooks() {}

    /**
     * Adds a hook that runs before those here: {@code add_first}.
     *
     * @param hook the hook
     * @return the way to take it out
     */
    public Registration addFirst(H hook) {
        return add(ends, hook);
    }

    /**
     * Adds a hook that runs after those here: {@code add_last}.
     *
     * @param hook the hook
     * @return the way to take it out
     */
    public Registration addLast(H hook) {
        return add(ends.previous, hook);
    }

    private Registration add(Node<H> before, H hook) {
        Node<H> node = new Node<>(this, requireNonNull(hook, "hook"));
        node.previous = before;
        node.next = before.next;
        before.next.previous = node;
        before.next = node;
        snapshot = null;
        return node;
    }

    /** Takes all hooks out: {@code remove_all}. */
    public void removeAll() {
        while (pollFirst() != null) {
            // Each of them has to know.
        }
    }

    /** The hooks in force now; those added by a hook run next time. */
    List<H> snapshot() {
        List<H> now = snapshot;
        if (now == null) {
            // Asked for in every turn, and seldom changed.
            List<H> hooks = new ArrayList<>();
            for (Node<H> node = ends.next; node.hook != null; node = node.next) {
                hooks.add(node.hook);
            }
            now = List.copyOf(hooks);
            snapshot = now;
        }
        return now;
    }

    /** Takes the first hook out and returns it. */
    @Nullable
    H pollFirst() {
        Node<H> first = ends.next;
        H hook = first.hook;
        first.close();
        return hook;
    }

    boolean isEmpty() {
        return ends.next == ends;
    }

    /** A hook that has been added: {@code Lwt_main.Hooks.remove} is its {@link #close}. */
    public sealed interface Registration extends AutoCloseable {

        /** Takes the hook out; doing so twice is harmless. */
        @Override
        void close();
    }

    /** A hook in its place; once out, it is a ring of its own. */
    private static final class Node<H> implements Registration {

        private final Hooks<H> owner;
        private final @Nullable H hook;
        private Node<H> previous = this;
        private Node<H> next = this;

        Node(Hooks<H> owner, @Nullable H hook) {
            this.owner = owner;
            this.hook = hook;
        }

        @Override
        public void close() {
            if (hook != null && next != this) {
                previous.next = next;
                next.previous = previous;
                previous = this;
                next = this;
                owner.snapshot = null;
            }
        }
    }
}
