package io.lwt4j;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

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

    /** The hooks by their place; many may come and go, so one has to be found quickly. */
    private final TreeMap<Long, H> hooks = new TreeMap<>();

    private long first;
    private long last;

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
        return add(--first, hook);
    }

    /**
     * Adds a hook that runs after those here: {@code add_last}.
     *
     * @param hook the hook
     * @return the way to take it out
     */
    public Registration addLast(H hook) {
        return add(++last, hook);
    }

    private Registration add(long place, H hook) {
        hooks.put(place, Objects.requireNonNull(hook, "hook"));
        snapshot = null;
        return new Entry(place, this);
    }

    /** Takes all hooks out: {@code remove_all}. */
    public void removeAll() {
        hooks.clear();
        snapshot = null;
    }

    /** The hooks in force now; those added by a hook run next time. */
    List<H> snapshot() {
        List<H> now = snapshot;
        if (now == null) {
            // Asked for in every turn, and seldom changed.
            now = List.copyOf(hooks.values());
            snapshot = now;
        }
        return now;
    }

    /** Takes the first hook out and returns it. */
    @Nullable
    H pollFirst() {
        Map.Entry<Long, H> next = hooks.pollFirstEntry();
        snapshot = null;
        return next == null ? null : next.getValue();
    }

    boolean isEmpty() {
        return hooks.isEmpty();
    }

    /** A hook that has been added: {@code Lwt_main.Hooks.remove} is its {@link #close}. */
    public sealed interface Registration extends AutoCloseable {

        /** Takes the hook out; doing so twice is harmless. */
        @Override
        void close();
    }

    private record Entry(long place, Hooks<?> owner) implements Registration {

        @Override
        public void close() {
            owner.hooks.remove(place);
            owner.snapshot = null;
        }
    }
}
