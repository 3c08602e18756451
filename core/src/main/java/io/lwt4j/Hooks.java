package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/**
 * A sequence of hooks of an {@link EventLoop}: {@code Lwt_main.Enter_iter_hooks} and its two
 * siblings.
 *
 * <p>Thread rule: the loop's thread only, or any thread before the loop runs. Hooks have no promise
 * and cannot be cancelled; they can be taken out.
 *
 * @param <H> the type of a hook
 */
public final class Hooks<H> {

    private final Deque<Entry<H>> entries = new ArrayDeque<>();

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
        Entry<H> entry = new Entry<>(Objects.requireNonNull(hook, "hook"), this);
        entries.addFirst(entry);
        snapshot = null;
        return entry;
    }

    /**
     * Adds a hook that runs after those here: {@code add_last}.
     *
     * @param hook the hook
     * @return the way to take it out
     */
    public Registration addLast(H hook) {
        Entry<H> entry = new Entry<>(Objects.requireNonNull(hook, "hook"), this);
        entries.addLast(entry);
        snapshot = null;
        return entry;
    }

    /** Takes all hooks out: {@code remove_all}. */
    public void removeAll() {
        entries.clear();
        snapshot = null;
    }

    /** The hooks in force now; those added by a hook run next time. */
    List<H> snapshot() {
        List<H> hooks = snapshot;
        if (hooks == null) {
            // Asked for in every turn, and seldom changed.
            hooks = entries.stream().map(entry -> entry.hook).toList();
            snapshot = hooks;
        }
        return hooks;
    }

    /** Takes the first hook out and returns it. */
    @Nullable
    H pollFirst() {
        Entry<H> first = entries.pollFirst();
        snapshot = null;
        return first == null ? null : first.hook;
    }

    /** A hook that has been added: {@code Lwt_main.Hooks.remove} is its {@link #close}. */
    public sealed interface Registration extends AutoCloseable {

        /** Takes the hook out; doing so twice is harmless. */
        @Override
        void close();
    }

    private static final class Entry<H> implements Registration {
        private final H hook;
        private final Hooks<H> owner;

        Entry(H hook, Hooks<H> owner) {
            this.hook = hook;
            this.owner = owner;
        }

        @Override
        public void close() {
            owner.entries.remove(this);
            owner.snapshot = null;
        }
    }
}
